"""What each address of the HTTP API answers, and that its documentation says the same."""

import json

import jsonschema
import pytest
from starlette.testclient import TestClient

from desk.api import api
from desk.api_docs import EXAMPLES
from index.errors import ArchiveDamaged
from rag.search import search
from rag.types import Filters
from tests.api_setup import ARTICLES, BALANCE, DISAGREEING, LOANS, PORT, RIDERS, app_over
from tests.fakes import FakeEncoder
from tests.scripted_llm import HUNG_UP, ScriptedLLM, archive_of, engine_over

SAID = "贷款余额31250亿元[1]。"
_BODIES = {item.id: item.body for item in ARTICLES}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), ARTICLES) as archive:
        yield archive


@pytest.fixture
def client_over(archive):
    """A client of the API whose LLM follows ``script``; without a script there is no LLM."""

    def client(*script, **options):
        llm = ScriptedLLM(*script) if script else None
        made = TestClient(app_over(archive, llm, **options), base_url="http://127.0.0.1")
        made.llm = llm
        return made

    return client


def _events(response):
    """``[(name, data)]`` of a stream, read as the standard says: by line, ended by a blank one."""
    events = []
    for block in response.text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.split("\n") if line[:1] not in ("", ":")
        )
        if fields:
            assert set(fields) == {"event", "data"}
            events.append((fields["event"], json.loads(fields["data"])))
    return events


# --- ask


def test_an_answer_comes_with_its_evidence_checks_and_exact_quotes(client_over):
    said = client_over(SAID).post("/api/ask", json={"question": BALANCE}).json()
    assert (said["status"], said["text"]) == ("answered", SAID)
    assert said["question"]["asked"] == BALANCE
    (citation,) = said["citations"]
    assert citation["quote"] == LOANS
    assert _BODIES["loans"][citation["start"] : citation["end"]] == LOANS
    assert [(check["text"], check["supported"]) for check in said["checks"]] == [
        ("31250亿元", True)
    ]
    assert said["coverage"]["articles"] == 3
    assert said["model"] == "scripted"
    assert said["timings"]["total"] > 0


def test_an_answer_is_one_line(client_over):
    text = client_over(SAID).post("/api/ask", json={"question": BALANCE}).text
    assert text.count("\n") == 1
    assert text.endswith("}\n")


def test_without_an_llm_the_answer_is_the_sentences(client_over):
    said = client_over().post("/api/ask", json={"question": BALANCE}).json()
    assert said["status"] == "evidence_only"
    assert LOANS.rstrip("。") in said["text"]
    assert said["model"] == ""


def test_an_llm_that_hangs_up_still_leaves_the_sentences(client_over):
    response = client_over(HUNG_UP).post("/api/ask", json={"question": BALANCE})
    assert response.status_code == 200
    assert response.json()["status"] == "evidence_only"
    assert response.json()["notes"][0].startswith("The LLM did not answer")


def test_a_stream_gives_the_evidence_before_the_words_and_ends_with_the_answer(client_over):
    response = client_over(SAID).post("/api/ask", json={"question": BALANCE, "stream": True})
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    events = _events(response)
    names = [name for name, _ in events]
    assert names[:2] == ["understood", "found"]
    assert set(names[2:-1]) == {"delta"}
    assert names[-1] == "answered"
    assert "".join(data["text"] for name, data in events if name == "delta") == SAID
    assert events[-1][1]["answer"]["text"] == SAID
    assert events[1][1]["evidence"][0]["text"] == LOANS


def test_a_follow_up_leans_on_the_history(client_over):
    history = [{"question": BALANCE, "answer": SAID}]
    said = client_over().post("/api/ask", json={"question": "那存款呢", "history": history}).json()
    assert "云城" in said["question"]["understood"]
    assert "存款" in said["question"]["understood"]
    assert "云城" not in said["question"]["asked"]


def test_a_follow_up_of_a_follow_up_leans_on_both(client_over):
    history = [{"question": BALANCE}, {"question": "那存款呢"}]
    body = {"question": "同比增长多少？", "history": history}
    said = client_over().post("/api/ask", json=body).json()
    assert said["question"]["understood"].startswith("云城6月末存款")


def test_a_filter_leaves_out_what_it_does_not_admit(client_over):
    body = {"question": BALANCE, "filters": {"sources": ["半岛晨报"]}}
    said = client_over().post("/api/ask", json=body).json()
    assert {item["article_id"] for item in said["evidence"]} == {"port"}
    assert said["question"]["filters"]["sources"] == ["半岛晨报"]


def test_a_period_is_asked_about_instead_of_the_one_named(client_over):
    body = {"question": BALANCE, "period": {"since": "2023-01-01", "until": "2023-06-30"}}
    said = client_over().post("/api/ask", json=body).json()
    assert said["question"]["understood"] == "云城2023年上半年贷款余额是多少？"
    assert said["question"]["period"]["since"] == "2023-01-01"


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        ("/api/search", {"question": BALANCE, "limit": True}, "limit"),
        ("/api/search", {"question": BALANCE, "limit": "3"}, "limit"),
        ("/api/search", {"question": BALANCE, "today": 1595635200}, "today"),
        ("/api/search", {"question": BALANCE, "today": "2020-7-5"}, "today"),
        ("/api/ask", {"question": BALANCE, "stream": "yes"}, "stream"),
        ("/api/ask", {"question": BALANCE, "filters": {"since": 0}}, "filters.since"),
        ("/api/check", {"text": LOANS, "ask_model": 1}, "ask_model"),
        ("/v1/chat/completions", {"model": "suyuan", "stream": "true"}, "stream"),
    ],
)
def test_a_value_of_another_type_is_refused_and_not_converted(client_over, address, body, field):
    if address.startswith("/v1"):
        body = {**body, "messages": [{"role": "user", "content": BALANCE}]}
    response = client_over().post(address, json=body)
    assert response.status_code == 422
    assert response.json()["error"]["param"] == field


@pytest.mark.parametrize("words", ["！！！", "a", "？ 5"])
@pytest.mark.parametrize("address", ["/api/ask", "/api/search", "/v1/chat/completions"])
def test_a_question_without_a_word_is_no_question(client_over, address, words):
    body = {"question": words}
    if address.startswith("/v1"):
        body = {"model": "suyuan", "messages": [{"role": "user", "content": words}]}
    response = client_over().post(address, json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_input")
    assert f"no word in '{words}'" in response.json()["error"]["message"]


@pytest.mark.parametrize("words", ["雪", "ok", "地铁？", "5G", "ひ"])
def test_one_han_character_or_two_letters_are_a_word(client_over, words):
    assert client_over().post("/api/search", json={"question": words}).status_code == 200


# --- search, check, article, health


def test_a_search_gives_sentences_without_asking_the_llm(client_over):
    client = client_over(SAID)
    found = client.post("/api/search", json={"question": BALANCE, "limit": 2}).json()
    assert len(found["evidence"]) == 2
    best = found["evidence"][0]
    assert (best["article_id"], best["text"]) == ("loans", LOANS)
    assert _BODIES["loans"][best["start"] : best["end"]] == LOANS
    assert best["lane"] in ("dense", "lexical", "both")
    assert best["score"] >= found["evidence"][1]["score"]
    assert client.llm.heard == []


def test_a_limit_holds_where_other_sentences_contradict_the_first(tmp_path):
    with archive_of(tmp_path, DISAGREEING) as archive:
        engine = engine_over(archive, None)
        client = TestClient(app_over(archive, None), base_url="http://127.0.0.1")
        for limit in (1, 2, 3):
            found = client.post("/api/search", json={"question": BALANCE, "limit": limit}).json()
            assert [item["number"] for item in found["evidence"]] == list(range(1, limit + 1))
        # What the limit cuts: an answer from one sentence is shown with the two that contradict it.
        assert len(search(archive, FakeEncoder(), BALANCE, limit=1).evidence) == 3
        assert len(engine.search(BALANCE, limit=1).candidates) == 1


def test_words_are_searched_by_words_alone(client_over):
    found = client_over().post("/api/search", json={"words": "客流"}).json()
    assert [(item["text"], item["lane"]) for item in found["evidence"]] == [(RIDERS, "lexical")]


@pytest.mark.parametrize("body", [{}, {"question": "云城", "words": "云城"}])
def test_a_search_is_by_question_or_by_words(client_over, body):
    response = client_over().post("/api/search", json=body)
    assert response.status_code == 422
    assert response.json()["error"]["message"] == "body: give either question or words"


def test_a_draft_s_wrong_figure_is_contradicted_with_the_difference(client_over):
    body = {"text": "6月末，云城本外币贷款余额31520亿元。", "published": "2024-07-20"}
    report = client_over().post("/api/check", json=body).json()
    (finding,) = report["findings"]
    assert finding["verdict"] == "contradicted"
    assert finding["claim"]["text"] == "31520亿元"
    assert "31250亿元" in finding["difference"]
    assert finding["evidence"][0]["quote"] == LOANS
    assert report["counts"]["contradicted"] == 1
    assert report["published"] == "2024-07-20"


def test_an_article_is_exact_and_does_not_say_where_it_was_read(client_over):
    response = client_over().get("/api/articles/metro")
    assert response.json()["body"] == RIDERS
    assert response.json()["source"] == "海湾日报"
    assert "secret" not in response.text
    assert client_over().get("/api/articles/metro?version=1").json() == response.json()


@pytest.mark.parametrize("path", ["nothing", "loans?version=7", "a%2Fb", "%00", "a%0d%0aX-Evil: 1"])
def test_an_article_that_is_not_there_is_404(client_over, path):
    response = client_over().get(f"/api/articles/{path}")
    assert response.status_code == 404
    assert response.json()["error"]["type"] == "not_found_error"
    assert "x-evil" not in response.headers


def test_health_names_the_archive_and_the_models(client_over):
    health = client_over(SAID).get("/api/health").json()
    assert health["status"] == "ok"
    assert health["archive"]["articles"] == 3
    assert health["chunks"] == 3
    assert health["models"] == {"llm": "scripted", "encoder": "fake-64"}
    assert health["index_version"].startswith("fake-64@")


# --- errors


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "no_such_address"),
        ("GET", "/v1/nothing", 404, "no_such_address"),
        ("GET", "/api/ask", 405, "wrong_method"),
        ("GET", "/docs", 404, "no_such_address"),
        ("GET", "/redoc", 404, "no_such_address"),
        ("GET", "/openapi.json", 404, "no_such_address"),
    ],
)
def test_an_address_that_is_not_there_is_told_in_the_same_shape(
    client_over, method, path, status, code
):
    response = client_over().request(method, path)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def test_an_unknown_paper_is_named_with_those_there_are(client_over):
    for stream in (False, True):
        body = {"question": BALANCE, "filters": {"sources": ["无此报"]}, "stream": stream}
        response = client_over().post("/api/ask", json=body)
        assert response.status_code == 400
        assert response.json()["error"]["message"] == (
            "No paper '无此报' here; there are 半岛晨报, 海湾日报."
        )


class _Broken:
    """An engine whose archive is damaged, or that has a bug."""

    model = ""

    def __init__(self, archive, error):
        self.archive = archive
        self._error = error

    def stream(self, question, **options):
        yield from ()
        raise self._error

    def search(self, question, **options):
        raise self._error


@pytest.mark.parametrize(
    ("error", "status"),
    [(ArchiveDamaged("/srv/secret/tokens is missing."), 503), (ZeroDivisionError("secret"), 500)],
)
def test_a_failure_is_a_reference_for_the_caller_and_a_line_in_the_log(
    archive, caplog, error, status
):
    client = TestClient(
        api(_Broken(archive, error)), base_url="http://127.0.0.1", raise_server_exceptions=False
    )
    for path, body in (
        ("/api/search", {"question": BALANCE}),
        ("/api/ask", {"question": BALANCE}),
        ("/api/ask", {"question": BALANCE, "stream": True}),
        (
            "/v1/chat/completions",
            {"model": "suyuan", "messages": [{"role": "user", "content": BALANCE}]},
        ),
    ):
        caplog.clear()
        response = client.post(path, json=body)
        assert response.status_code == status
        assert response.text.count("\n") == 1
        assert "secret" not in response.text
        reference = response.json()["error"]["message"].rpartition("reference ")[2].rstrip(".")
        assert any(f"error {reference}" in record.getMessage() for record in caplog.records)


# --- the documentation


def test_the_documentation_names_each_address_with_example_and_errors(client_over):
    document = client_over().get("/api/openapi.json").json()
    assert set(document["paths"]) == {
        "/api/ask",
        "/api/search",
        "/api/check",
        "/api/articles/{id}",
        "/api/health",
        "/v1/models",
        "/v1/models/{model_id}",
        "/v1/chat/completions",
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            responses = operation["responses"]
            assert {"200", "400", "401", "403", "404", "413", "422", "429", "503"} <= set(responses)
            assert "example" in responses["200"]["content"]["application/json"]
            for status, response in responses.items():
                if int(status) >= 400:
                    content = response["content"]["application/json"]
                    assert content["schema"] == {"$ref": "#/components/schemas/ErrorBody"}
                    assert set(content["example"]["error"]) == {"message", "type", "param", "code"}


def _schema_of(document, path, method="post"):
    content = document["paths"][path][method]["responses"]["200"]["content"]
    return {**content["application/json"]["schema"], "components": document["components"]}


@pytest.mark.parametrize(
    ("path", "method", "body", "example"),
    [
        ("/api/ask", "post", {"question": BALANCE}, "ask"),
        ("/api/search", "post", {"question": BALANCE}, "search"),
        ("/api/check", "post", {"text": f"{LOANS}{PORT}“日均客流38.6万人次”。"}, "check"),
        ("/api/articles/{id}", "get", "/api/articles/loans", "article"),
        ("/api/health", "get", "/api/health", "health"),
        ("/v1/models", "get", "/v1/models", "models"),
        ("/v1/models/{model_id}", "get", "/v1/models/suyuan", "model"),
        (
            "/v1/chat/completions",
            "post",
            {"model": "suyuan", "messages": [{"role": "user", "content": BALANCE}]},
            "chat",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_answers_and_examples_have_the_documented_form(client_over, path, method, body, example):
    client = client_over(SAID)
    document = client.get("/api/openapi.json").json()
    schema = _schema_of(document, path, method)
    response = client.get(body) if method == "get" else client.post(path, json=body)
    assert response.status_code == 200
    jsonschema.validate(response.json(), schema)
    jsonschema.validate(EXAMPLES[example], schema)
    assert set(response.json()) == set(EXAMPLES[example])


def test_the_documented_requests_are_answered(client_over):
    document = client_over().get("/api/openapi.json").json()
    for path in ("/api/search", "/api/check", "/v1/chat/completions"):
        body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        name = body["schema"]["$ref"].rpartition("/")[2]
        for example in document["components"]["schemas"][name]["examples"]:
            assert client_over().post(path, json=example).status_code == 200


def test_every_filter_of_the_engine_can_be_asked_for(client_over):
    document = client_over().get("/api/openapi.json").json()
    fields = set(document["components"]["schemas"]["FiltersIn"]["properties"])
    assert fields == set(Filters.__dataclass_fields__)


def test_the_engine_behind_is_the_one_of_the_terminal(archive):
    said = engine_over(archive, ScriptedLLM(SAID)).ask(BALANCE)
    client = TestClient(app_over(archive, ScriptedLLM(SAID)), base_url="http://127.0.0.1")
    assert client.post("/api/ask", json={"question": BALANCE}).json()["text"] == said.text
