"""Following a question, sessions that do not mix, and the page and port they are served on."""

import asyncio
import socket
import subprocess
import sys
import threading
import time

import pytest

import desk.serve
from desk.events import Desk
from desk.exchange import Exchange, Phase, follow, history_of
from desk.render import (
    render_exchange,
)
from desk.serve import Guard, address_of, listen
from desk.text import ZH
from index.errors import BadInput
from rag.types import Query, Turn, Understood
from tests.scripted_engine import (
    ScriptedEngine,
    asked,
    done,
    loan_answer,
)

QUESTION = "海州上半年贷款余额是多少？"


def test_the_evidence_is_there_before_the_first_word():
    engine = ScriptedEngine(pause=0.02)
    seen = list(follow(engine, Exchange(1, QUESTION), history=(), stop=threading.Event()))
    with_evidence = next(index for index, each in enumerate(seen) if each.evidence)
    with_words = next(index for index, each in enumerate(seen) if each.text)
    assert with_evidence < with_words
    assert [each.phase for each in seen][-1] is Phase.DONE
    assert seen[-1].answer == loan_answer(QUESTION)
    assert engine.closed == []


def _wait_for(condition):
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_stop_keeps_what_was_said_and_closes_the_engine():
    engine = ScriptedEngine(pause=0.05)
    stop = threading.Event()
    seen = []
    for each in follow(engine, Exchange(1, QUESTION), history=(), stop=stop):
        seen.append(each)
        if len(each.text) >= 8:
            stop.set()
    assert seen[-1].phase is Phase.STOPPED
    assert loan_answer(QUESTION).text.startswith(seen[-1].text)
    _wait_for(lambda: engine.closed == [QUESTION])
    assert "已停止：以上内容不完整，未经核对" in render_exchange(seen[-1], ZH, model="m")


def test_leaving_the_page_closes_the_engine():
    engine = ScriptedEngine(pause=0.05)
    following = follow(engine, Exchange(1, QUESTION), history=(), stop=threading.Event())
    next(following)
    following.close()
    _wait_for(lambda: engine.closed == [QUESTION])


def test_a_user_error_is_shown_as_it_is(caplog):
    talk = asked(Desk(ScriptedEngine(), ()), "坏")
    assert talk[-1].phase is Phase.FAILED
    assert (
        '<p class="sy-flag sy-error" role="alert"><b>没能完成这次提问</b>'
        "<span>The LLM at http://10.0.0.9/v1 does not answer: check it.</span></p>"
    ) in render_exchange(talk[-1], ZH, model="m")
    assert caplog.records == []


def test_a_bug_is_shown_as_a_reference_and_logged_with_its_traceback(caplog):
    talk = asked(Desk(ScriptedEngine(), ()), "崩")
    shown = render_exchange(talk[-1], ZH, model="m")
    (record,) = caplog.records
    assert talk[-1].reference
    assert talk[-1].reference in record.getMessage()
    assert talk[-1].reference in shown
    assert "secret detail" not in shown
    assert record.exc_info[0] is ZeroDivisionError


def test_an_engine_that_ends_without_an_answer_is_a_failure(caplog):
    class Silent(ScriptedEngine):
        def stream(self, question, *, history=()):
            yield Understood(Query(question, question, "zh-Hans"))

    talk = asked(Desk(Silent(), ()), "q")
    assert talk[-1].phase is Phase.FAILED
    assert len(caplog.records) == 1


def test_two_sessions_interleaved_do_not_mix():
    desk = Desk(ScriptedEngine(pause=0.005), ())
    first, second = (), ()
    for one, two in (("贷款甲", "吞吐量乙"), ("那甲呢？", "那乙呢？")):
        running = [
            desk.ask(one, first, threading.Event()),
            desk.ask(two, second, threading.Event()),
        ]
        latest = [first, second]
        while any(running):
            for index, each in enumerate(running):
                if each is not None:
                    latest[index] = next(each, latest[index])
                    if not latest[index][-1].running:
                        running[index] = None
        first, second = latest
    assert [each.asked for each in first] == ["贷款甲", "那甲呢？"]
    assert [each.asked for each in second] == ["吞吐量乙", "那乙呢？"]
    assert "接着上一问“贷款甲”" in first[-1].text
    assert "接着上一问“吞吐量乙”" in second[-1].text


def test_only_answered_questions_are_history():
    said = loan_answer("a")
    talk = (done("a", said), Exchange(2, "b", Phase.STOPPED), Exchange(3, "c", Phase.FAILED))
    assert history_of(talk) == (Turn("a", said),)


def test_a_long_conversation_drops_its_oldest_and_keeps_counting():
    desk = Desk(ScriptedEngine(), ())
    talk = tuple(Exchange(number, "q", Phase.FAILED) for number in range(1, 61))
    grown = asked(desk, "贷款", talk)
    assert len(grown) == 50
    assert grown[-1].number == 61


def test_a_question_over_the_limit_is_refused_with_both_numbers():
    desk = Desk(ScriptedEngine(), ())
    assert desk.refusal("字" * 500, "zh") == ""
    assert desk.refusal("字" * 501, "zh") == "问题最长 500 字，现在是 501 字：请缩短后再问。"


# --- the page and the port -------------------------------------------------------------------


@pytest.fixture(scope="module")
def page():
    from ui import build_ui

    # Inside a running loop, or Gradio makes one for its locks and leaves it open.
    async def build():
        return build_ui(ScriptedEngine(), examples=("甲？",))

    return asyncio.run(build())


def test_no_function_of_the_page_is_a_public_endpoint(page):
    assert {function.api_visibility for function in page.fns.values()} == {"private"}
    assert page.get_api_info(all_endpoints=True) == {
        "named_endpoints": {},
        "unnamed_endpoints": {},
    }


def test_several_users_can_ask_at_once(page):
    asking = [each for each in page.fns.values() if each.name == "ask"]
    assert len(asking) == 2  # typed, and picked from the examples
    assert {each.concurrency_limit for each in asking} == {16}
    assert {each.concurrency_id for each in asking} == {"ask"}
    (checking,) = [each for each in page.fns.values() if each.concurrency_id == "check"]
    assert checking.concurrency_limit == 4  # a check keeps a core busy


def test_importing_ui_does_not_load_gradio():
    code = "import sys, ui; print('gradio' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "False\n"


@pytest.fixture
def taken():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def _far(port):
    return port + 1000 if port <= 64535 else port - 1000


def test_a_taken_port_is_named_with_the_next_step(taken):
    with pytest.raises(BadInput) as caught:
        listen("127.0.0.1", taken)
    assert str(caught.value) == (
        f"Port {taken} is taken on 127.0.0.1: choose another, e.g. --port {_far(taken)}."
    )


def test_the_default_port_moves_on_when_it_is_taken(taken, monkeypatch):
    monkeypatch.setattr(desk.serve, "DEFAULT_PORT", taken)
    with listen("127.0.0.1", taken) as listener:
        port = listener.getsockname()[1]
        assert taken < port < taken + 20
        assert address_of(listener) == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("127.0.0.1", 99999, "Port 99999 does not exist: choose one from 1 to 65535."),
        ("203.0.113.7", 0, "Cannot listen on 203.0.113.7:0 (Cannot assign requested address): "),
        ("no.such.host.invalid", 0, "Cannot listen on no.such.host.invalid:0 ("),
    ],
)
def test_an_address_that_cannot_be_used_is_named(host, port, message):
    with pytest.raises(BadInput) as caught:
        listen(host, port)
    assert str(caught.value).startswith(message)


def _status_of(path, headers):
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(Guard(app)(scope, None, send))
    assert b"content-security-policy" in dict(sent[0]["headers"])
    return sent[0]["status"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", [], 200),
        ("/gradio_api/queue/join", [(b"content-length", b"900")], 200),
        # an event may carry a draft or a file of 2 MiB as base64, nothing else may
        ("/gradio_api/queue/join", [(b"content-length", b"3145728")], 200),
        ("/gradio_api/queue/join", [(b"content-length", b"3145729")], 413),
        ("/gradio_api/queue/data", [(b"content-length", b"262145")], 413),
        ("/gradio_api/queue/join", [(b"content-length", b"-1")], 413),
        ("/gradio_api/queue/join", [(b"transfer-encoding", b"chunked")], 411),
        ("/gradio_api/upload", [(b"content-length", b"1")], 404),
    ],
)
def test_the_guard_refuses_uploads_and_oversized_requests(path, headers, status):
    assert _status_of(path, headers) == status
