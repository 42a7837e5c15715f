"""Following a question, sessions that do not mix, and the page and port they are served on."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from types import SimpleNamespace

import httpx
import pytest

import desk.serve
from desk.api_line import Line
from desk.events import Desk
from desk.exchange import Exchange, Phase, follow, history_of
from desk.guard import Guard
from desk.render import (
    render_exchange,
)
from desk.serve import address_of, listen
from desk.text import ZH
from index.errors import BadInput
from rag.types import Answered, Delta, Found, Query, Turn, Understood
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


class Llm:
    """An LLM that says one word and remembers that it was asked."""

    def __init__(self):
        self.asked = 0

    def stream_chat(self, messages):
        self.asked += 1
        yield "词"


class QueuedEngine(ScriptedEngine):
    """Asks ``llm`` between the evidence and the answer, as the real one does."""

    def __init__(self, llm):
        super().__init__()
        self.llm = llm

    def stream(self, question, *, history=(), filters=None):
        final = loan_answer(question)
        yield Understood(final.query)
        yield Found(final.evidence, final.coverage)
        for word in self.llm.stream_chat([]):
            yield Delta(word)
        yield Answered(final)


def _stop_after(seconds):
    """A stop flag that sets itself: a place that is never told must fail the test, not hang it."""
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.daemon = True
    timer.start()
    return stop


def test_who_waits_for_the_llm_is_told_his_place_and_leaves_the_line_with_stop():
    line, llm, stop = Line(1), Llm(), _stop_after(5)
    engine = QueuedEngine(line.bound(llm))
    seen = []
    with line.turn():  # somebody else's answer
        for each in follow(engine, Exchange(1, QUESTION), history=(), stop=stop):
            seen.append(each)
            if each.place:
                stop.set()
        _wait_for(lambda: not line._waiting)
    assert [(each.phase, each.place) for each in seen[-2:]] == [
        (Phase.ANSWERING, 1),
        (Phase.STOPPED, 1),
    ]
    assert "语言模型正忙，排在第 1 位" in render_exchange(seen[-2], ZH, model="m")
    _wait_for(lambda: not [each for each in threading.enumerate() if each.name == "suyuan-ask"])
    assert llm.asked == 0


def test_once_the_llm_speaks_nobody_waits_any_more():
    line, llm = Line(1), Llm()
    turn = ExitStack()
    turn.enter_context(line.turn())
    seen = []
    engine = QueuedEngine(line.bound(llm))
    for each in follow(engine, Exchange(1, QUESTION), history=(), stop=_stop_after(5)):
        seen.append(each)
        if each.place:
            turn.close()
    assert (seen[-1].phase, seen[-1].place, llm.asked) == (Phase.DONE, 0, 1)


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
        def stream(self, question, *, history=(), filters=None):
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


def test_no_function_of_the_page_is_listed(page):
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


HERE = (b"host", b"127.0.0.1:7860")
JOIN = "/gradio_api/queue/join"
SHELL = ("/", "/config", JOIN)


def _scope(path, headers):
    return {"type": "http", "path": path, "method": "POST", "headers": headers}


def _answer_of(guard, path, headers, body=b""):
    """The status, the headers, and the body that reached the application (None: it did not)."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    guard.passed = None
    asyncio.run(guard(_scope(path, headers), receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), guard.passed


def _guard():
    async def app(scope, receive, send):
        guard.passed = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    guard = Guard(app, events=range(3))
    return guard


def _event(number):
    return json.dumps({"fn_index": number, "data": [], "session_hash": "s"}).encode()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", [], 200),
        (JOIN, [(b"content-length", b"900")], 200),
        # an event may carry a draft or a file of 2 MiB as base64, nothing else may
        (JOIN, [(b"content-length", b"3145728")], 200),
        (JOIN, [(b"content-length", b"3145729")], 413),
        ("/gradio_api/queue/data", [(b"content-length", b"262145")], 413),
        (JOIN, [(b"content-length", b"-1")], 413),
        (JOIN, [(b"transfer-encoding", b"chunked")], 411),
        ("/gradio_api/upload", [(b"content-length", b"1")], 404),
    ],
)
def test_the_guard_refuses_uploads_and_oversized_requests(path, headers, status):
    answered, guarding, _ = _answer_of(_guard(), path, [HERE, *headers], _event(0))
    assert answered == status
    assert b"content-security-policy" in guarding


@pytest.mark.parametrize("path", SHELL)
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"host", b"evil.test:7860")],
        [(b"host", b"127.0.0.1.evil.test")],
        [HERE, (b"origin", b"http://evil.test:7860")],
        [HERE, (b"origin", b"null")],
    ],
)
def test_the_page_answers_to_no_other_name_and_to_no_other_site(path, headers):
    # a name that an attacker points at 127.0.0.1 would otherwise read the whole archive
    assert _answer_of(_guard(), path, headers, _event(0))[::2] == (403, None)


@pytest.mark.parametrize("path", SHELL)
@pytest.mark.parametrize("name", ["127.0.0.1:7860", "localhost", "[::1]:7860"])
def test_the_page_answers_to_this_machines_names(path, name):
    headers = [(b"host", name.encode()), (b"origin", f"http://{name}".encode())]
    assert _answer_of(_guard(), path, headers, _event(0))[::2] == (200, _event(0))


def test_a_websocket_is_closed_whoever_opens_it():
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(_guard()({"type": "websocket", "path": "/", "headers": [HERE]}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    "body",
    [
        _event(3),
        _event(-1),
        _event(1.0),
        _event("1"),
        _event(None),
        b"[]",
        b"{",
        b"[" * 200_000,
    ],
)
def test_an_event_of_no_function_is_refused_before_gradio_sees_it(body):
    status, _, passed = _answer_of(_guard(), JOIN, [HERE], body)
    assert 400 <= status < 500
    assert passed is None


def test_one_client_cannot_fill_the_queue(page, monkeypatch):
    clock = SimpleNamespace(monotonic=lambda: 0.0)  # it stands, so nothing is refilled
    monkeypatch.setattr("desk.api_access.time", clock)
    guard = _guard()
    statuses = [_answer_of(guard, JOIN, [HERE], _event(0))[0] for _ in range(150)]
    assert 0 < statuses.count(200) < page._queue.max_size
    assert statuses[-1] == 429
    assert _answer_of(guard, "/config", [HERE])[0] == 200  # and the page still loads


@pytest.mark.parametrize(
    "path",
    [
        "/openapi.json",
        "/gradio_api/openapi.json",
        "/gradio_api/info",
        "/gradio_api/info/",
        "/gradio_api/app_id",
        "/gradio_api/call/ask",
        "/gradio_api/run/predict",
        "/gradio_api/file=/etc/passwd",
        "/monitoring",
    ],
)
def test_what_gradio_adds_to_the_page_is_not_served(path):
    assert _answer_of(_guard(), path, [HERE])[::2] == (404, None)


def test_the_page_itself_is_behind_the_guard(page):
    from desk.page import application

    async def statuses():
        through = httpx.ASGITransport(application(page))
        async with httpx.AsyncClient(transport=through, base_url="http://127.0.0.1") as client:
            answers = [
                await client.get("/config"),
                await client.get("/config", headers={"host": "evil.test"}),
                await client.get("/openapi.json"),
                await client.post(JOIN, json={"fn_index": 999, "data": []}),
            ]
        return [answer.status_code for answer in answers]

    assert asyncio.run(statuses()) == [200, 403, 404, 422]
