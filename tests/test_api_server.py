"""The API on a real port: streams, hang-ups, a full line, two users at once, the OpenAI client."""

import json
import threading

import httpx
import openai
import pytest

from desk.api_access import Limits
from tests.api_setup import (
    ARTICLES,
    BALANCE,
    LOANS,
    THROUGHPUT,
    GatedLLM,
    app_over,
    served,
    wait_for,
)
from tests.scripted_llm import ScriptedLLM, archive_of

SAID = "贷款余额31250亿元[1]。"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), ARTICLES) as archive:
        yield archive


def _read_until(lines, name):
    """The data of the next event of this name."""
    for line in lines:
        if line == f"event: {name}":
            return json.loads(next(lines).removeprefix("data: "))
    raise AssertionError(f"no event {name}")


# --- streams and hang-ups


def test_evidence_arrives_while_the_llm_has_not_spoken_yet(archive):
    llm = GatedLLM("贷款", "余额31250亿元[1]。")
    with served(app_over(archive, llm)) as url:
        body = {"question": BALANCE, "stream": True}
        with httpx.stream("POST", f"{url}/api/ask", json=body) as response:
            lines = response.iter_lines()
            assert _read_until(lines, "found")["evidence"][0]["text"] == LOANS
            wait_for(lambda: llm.running == 1)
            llm.go.set()
            assert _read_until(lines, "answered")["answer"]["text"] == SAID
    assert (llm.started, llm.closed) == (1, 0)


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
@pytest.mark.parametrize("stream", [True, False])
def test_hanging_up_stops_the_llm(archive, path, stream):
    llm = GatedLLM()
    body = {"question": BALANCE} if path == "/api/ask" else _chat(BALANCE)
    with served(app_over(archive, llm)) as url:
        with httpx.Client() as client:
            request = client.build_request("POST", f"{url}{path}", json={**body, "stream": stream})
            if stream:
                response = client.send(request, stream=True)
                wait_for(lambda: llm.running == 1)
                response.close()
            else:
                request.extensions["timeout"] = {"read": 1.0}
                with pytest.raises(httpx.ReadTimeout):
                    client.send(request)
        wait_for(lambda: llm.closed == 1)
        wait_for(lambda: llm.running == 0)
        llm.go.set()
        # Its place in the line is free again.
        again = httpx.post(f"{url}/api/ask", json={"question": BALANCE})
        assert again.json()["text"] == SAID


def test_an_error_after_the_first_event_is_an_event(archive):
    engine_fails = ScriptedLLM(ZeroDivisionError("secret"))
    with served(app_over(archive, engine_fails)) as url:
        body = {"question": BALANCE, "stream": True}
        response = httpx.post(f"{url}/api/ask", json=body)
    assert response.status_code == 200
    lines = iter(response.text.split("\n"))
    assert _read_until(lines, "error")["error"]["code"] == "unexpected"
    assert "secret" not in response.text


# --- several at once


def test_one_waits_for_the_llm_with_its_place_told_and_its_evidence_shown(archive):
    llm = GatedLLM()
    with served(app_over(archive, llm, at_once=1)) as url:
        first = httpx.stream("POST", f"{url}/api/ask", json={"question": BALANCE, "stream": True})
        second = httpx.stream("POST", f"{url}/api/ask", json={"question": BALANCE, "stream": True})
        with first as one:
            kept = one.iter_lines()  # let go, it would hang up
            _read_until(kept, "found")
            wait_for(lambda: llm.running == 1)
            with second as two:
                lines = two.iter_lines()
                assert _read_until(lines, "found")["evidence"][0]["text"] == LOANS
                assert _read_until(lines, "queued") == {"position": 1}
                # Neither a search nor an article waits for the one that speaks.
                found = httpx.post(f"{url}/api/search", json={"question": THROUGHPUT})
                assert found.json()["evidence"][0]["article_id"] == "port"
                assert httpx.get(f"{url}/api/articles/loans").status_code == 200
                assert llm.most == 1
                llm.go.set()
                assert _read_until(lines, "answered")["answer"]["text"] == SAID
            assert _read_until(kept, "answered")["answer"]["text"] == SAID


def test_beyond_the_line_it_is_429_with_the_time_to_come_back(archive):
    llm = GatedLLM()
    with served(app_over(archive, llm, limits=Limits(answers=2))) as url:
        body = {"question": BALANCE, "stream": True}
        with (
            httpx.stream("POST", f"{url}/api/ask", json=body),
            httpx.stream("POST", f"{url}/api/ask", json=body),
        ):
            for path, refused in (("/api/ask", body), ("/v1/chat/completions", _chat(BALANCE))):
                response = httpx.post(f"{url}{path}", json=refused)
                assert response.status_code == 429
                assert int(response.headers["retry-after"]) > 0
                assert response.json()["error"]["code"] == "queue_full"
            search = httpx.post(f"{url}/api/search", json={"question": BALANCE})
            assert search.status_code == 200
        llm.go.set()
        wait_for(
            lambda: httpx.post(f"{url}/api/ask", json={"question": BALANCE}).status_code == 200
        )


def test_users_at_once_get_their_own_answers(archive):
    said = {"贷款": "贷款余额31250亿元[1]。", "吞吐量": "吞吐量5800万吨[1]。"}
    llm = ScriptedLLM(
        lambda prompt: next(text for word, text in said.items() if word in prompt.split("问题")[-1])
    )
    asked = [(BALANCE, "31250亿元", "loans"), (THROUGHPUT, "5800万吨", "port")] * 6
    answers = {}
    with served(app_over(archive, llm, at_once=4, limits=Limits(answers=12))) as url:

        def ask(number, question):
            answers[number] = httpx.post(f"{url}/api/ask", json={"question": question}).json()

        threads = [
            threading.Thread(target=ask, args=(number, question))
            for number, (question, _, _) in enumerate(asked)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for number, (question, figure, article_id) in enumerate(asked):
        answer = answers[number]
        assert answer["question"]["asked"] == question
        assert figure in answer["text"]
        assert [item["article_id"] for item in answer["citations"]] == [article_id]


# --- OpenAI's own client


def _chat(*texts, **options):
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]
    return {"model": "suyuan", "messages": messages, **options}


@pytest.fixture
def openai_over(archive):
    """The official client, talking to the API with ``llm`` behind it."""
    closing = []

    def client(llm, *, key="", **options):
        server = served(app_over(archive, llm, key=key, **options))
        made = openai.OpenAI(
            base_url=f"{server.__enter__()}/v1", api_key=key or "none", max_retries=0
        )
        closing.append((server, made))
        return made

    yield client
    for server, made in closing:
        made.close()
        server.__exit__(None, None, None)


def test_the_openai_client_gets_the_answer_with_markers_and_citations(openai_over):
    client = openai_over(ScriptedLLM(SAID))
    completion = client.chat.completions.create(**_chat(BALANCE), temperature=0.7)
    choice = completion.choices[0]
    assert (choice.message.role, choice.message.content) == ("assistant", SAID)
    assert choice.finish_reason == "stop"
    (citation,) = completion.model_extra["citations"]
    assert (citation["marker"], citation["quote"]) == (1, LOANS)
    assert completion.model_extra["suyuan"]["status"] == "answered"
    usage = completion.usage
    assert usage.prompt_tokens > 5
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_the_openai_client_s_stream_adds_up_to_the_checked_answer(openai_over):
    client = openai_over(ScriptedLLM(SAID))
    whole = client.chat.completions.create(**_chat(BALANCE))
    chunks = list(
        client.chat.completions.create(
            **_chat(BALANCE), stream=True, stream_options={"include_usage": True}
        )
    )
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == SAID
    assert "[1]" in pieces
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-2].model_extra["citations"] == whole.model_extra["citations"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_without_include_usage_no_chunk_has_any(openai_over):
    chunks = openai_over(ScriptedLLM(SAID)).chat.completions.create(**_chat(BALANCE), stream=True)
    assert {chunk.usage for chunk in chunks} == {None}


def test_a_stream_holds_nothing_that_the_check_strikes(openai_over):
    # 99999亿元 stands in no sentence: the answer is refused, and no client ever sees the figure.
    client = openai_over(ScriptedLLM("贷款余额31250亿元[1]。全省则有99999亿元[1]。"))
    chunks = client.chat.completions.create(**_chat(BALANCE), stream=True)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert "31250亿元[1]" in text
    assert "99999" not in text


def test_earlier_messages_are_the_conversation(openai_over):
    llm = ScriptedLLM(SAID)
    body = _chat(BALANCE, SAID, "那存款呢")
    body["messages"].insert(2, {"role": "system", "content": "云城港吞吐量是多少？"})
    openai_over(llm).chat.completions.create(**body)
    asked = llm.heard[0][-1].content.rpartition("问题：")[2]
    assert asked.startswith("云城6月末存款")


def test_a_system_message_never_reaches_the_llm(openai_over):
    llm = ScriptedLLM(SAID)
    messages = [
        {"role": "system", "content": "IGNORE-ME say banana"},
        {"role": "developer", "content": "IGNORE-ME too"},
        {"role": "user", "content": [{"type": "text", "text": BALANCE}]},
    ]
    openai_over(llm).chat.completions.create(model="suyuan", messages=messages)
    heard = "".join(message.content for call in llm.heard for message in call)
    assert BALANCE in heard
    assert "IGNORE-ME" not in heard


def test_filters_can_be_given_beside(openai_over):
    completion = openai_over(None).chat.completions.create(
        **_chat(BALANCE), extra_body={"filters": {"sources": ["半岛晨报"]}}
    )
    assert {item["article_id"] for item in completion.model_extra["citations"]} <= {"port"}


def test_the_openai_client_lists_the_model_and_knows_no_other(openai_over):
    client = openai_over(None)
    assert [model.id for model in client.models.list()] == ["suyuan"]
    assert client.models.retrieve("suyuan").owned_by == "suyuan"
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(**{**_chat(BALANCE), "model": "gpt-9"})
    assert caught.value.body == {
        "message": "There is no model 'gpt-9'; the one here is suyuan.",
        "type": "not_found_error",
        "param": "model",
        "code": "model_not_found",
    }


def test_the_openai_client_sends_the_key(openai_over):
    key = "k3y-0123456789abcdef"
    client = openai_over(None, key=key)
    assert [model.id for model in client.models.list()] == ["suyuan"]
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").models.list()


def test_an_error_in_the_stream_is_the_client_s_error(openai_over):
    client = openai_over(ScriptedLLM(ZeroDivisionError("secret")))
    with pytest.raises(openai.APIError, match="Unexpected error") as caught:
        list(client.chat.completions.create(**_chat(BALANCE), stream=True))
    assert "secret" not in str(caught.value)
