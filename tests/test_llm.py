"""The LLM port against a small HTTP server that speaks the OpenAI protocol, well or badly."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.errors import ModelUnavailable
from rag.llm import EmbeddedServer, Endpoint, LLMFailedError, connect, stream_words

KEY = "sk-never-to-be-shown-0123456789"
Reply = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    """Answers every request by ``reply``; remembers what it was asked and whether it was left."""

    daemon_threads = True

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.requests: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.left = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append(json.loads(body))
        self.server.keys.append(self.headers["authorization"])
        try:
            self.server.reply(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()
        self.close_connection = True

    def log_message(self, *args):
        """Nothing: pytest's output is for results."""


@contextmanager
def serving(reply: Reply) -> Iterator[Server]:
    server = Server(reply)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def llm_at(server, **options):
    port = server.server_address[1]
    return connect(Endpoint(f"http://127.0.0.1:{port}/v1", "qwen", KEY, **options))


def ask(server, **options):
    """All words of one answer."""
    return list(stream_words(llm_at(server, **options), question(), max_tokens=32))


def question():
    from llama_index.core.llms import ChatMessage, MessageRole

    return [
        ChatMessage(role=MessageRole.SYSTEM, content="你是查询助手。"),
        ChatMessage(role=MessageRole.USER, content="云城贷款余额是多少"),
    ]


# --- replies


def start_stream(handler):
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("transfer-encoding", "chunked")
    handler.send_header("connection", "close")
    handler.end_headers()


def send_chunk(handler, text):
    data = text.encode()
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
    handler.wfile.flush()


def event(words, finish=None):
    choice = {"index": 0, "delta": {"content": words}, "finish_reason": finish}
    chunk = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "qwen",
        "choices": [choice],
    }
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"


def says(*pieces):
    def reply(handler):
        start_stream(handler)
        for piece in pieces:
            send_chunk(handler, event(piece))
        send_chunk(handler, event("", "stop"))
        send_chunk(handler, "data: [DONE]\n\n")
        send_chunk(handler, "")

    return reply


def fails(status, body, content_type="application/json"):
    def reply(handler):
        data = body.encode()
        handler.send_response(status)
        handler.send_header("content-type", content_type)
        handler.send_header("content-length", str(len(data)))
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.wfile.write(data)

    return reply


def talks_without_end(handler):
    start_stream(handler)
    for _ in range(1000):
        send_chunk(handler, event("又一个词，"))
        time.sleep(0.01)


def breaks_off(handler):
    start_stream(handler)
    send_chunk(handler, event("6月末，"))
    handler.wfile.write(b"ff\r\nhalf a chunk")


def stalls(handler):
    start_stream(handler)
    send_chunk(handler, event("6月末，"))
    time.sleep(5)


# --- rules


def test_words_arrive_as_they_are_written_and_the_request_is_ours():
    with serving(says("6月末，", "云城贷款余额", "512亿元[1]。")) as server:
        assert ask(server) == ["6月末，", "云城贷款余额", "512亿元[1]。"]
    request = server.requests[0]
    assert server.keys == [f"Bearer {KEY}"]
    assert (request["model"], request["temperature"]) == ("qwen", 0.0)
    assert (request["max_tokens"], request["stream"]) == (32, True)
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert request["messages"][1]["content"] == "云城贷款余额是多少"


def test_the_first_word_comes_before_the_last_is_written():
    first_read = threading.Event()

    def reply(handler):
        start_stream(handler)
        send_chunk(handler, event("先"))
        assert first_read.wait(5)
        send_chunk(handler, event("后"))
        send_chunk(handler, "data: [DONE]\n\n")
        send_chunk(handler, "")

    with serving(reply) as server:
        words = stream_words(llm_at(server), question(), max_tokens=8)
        assert next(words) == "先"
        first_read.set()
        assert list(words) == ["后"]


def test_closing_the_words_closes_the_connection():
    with serving(talks_without_end) as server:
        words = stream_words(llm_at(server), question(), max_tokens=5000)
        assert next(words) == "又一个词，"
        words.close()
        # 1000 pieces at 10 ms would take 10 s; the server must see the hang-up long before.
        assert server.left.wait(5)


def test_two_threads_close_their_own_streams_only():
    with serving(talks_without_end) as slow, serving(says("一", "二")) as quick:
        llm = llm_at(slow)
        ours = stream_words(llm, question(), max_tokens=5000)
        next(ours)
        done: list[str] = []

        def other():
            words = stream_words(llm, question(), max_tokens=5000)
            done.append(next(words))
            words.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert done == ["又一个词，"]
        assert next(ours) == "又一个词，"
        ours.close()
        assert ask(quick) == ["一", "二"]


BROKEN: dict[str, Reply] = {
    "429": fails(429, '{"error": {"message": "slow down", "code": 429}}'),
    "401": fails(401, '{"error": {"message": "wrong key"}}'),
    "500": fails(500, "Internal\nServer\nError", "text/plain"),
    "a page": fails(200, "<html>\n<body>\nA proxy's log-in page.</body></html>", "text/html"),
    "no JSON": lambda handler: (start_stream(handler), send_chunk(handler, "data: {oops\n\n"))[0],
    "no fields": lambda handler: (start_stream(handler), send_chunk(handler, "data: 7\n\n"))[0],
    "cut off": breaks_off,
    "no words": says(),
    "hangs up": lambda handler: handler.connection.close(),
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_a_broken_endpoint_is_one_line_with_the_next_step(reply):
    with serving(reply) as server, pytest.raises(LLMFailedError) as failure:
        ask(server)
    line = str(failure.value)
    assert line.startswith("The LLM did not answer (")
    assert line.endswith("Check SUYUAN_LLM_BASE_URL and the endpoint, then ask again.")
    assert "\n" not in line
    assert KEY not in line


def test_a_refused_request_is_sent_once():
    with serving(BROKEN["429"]) as server, pytest.raises(LLMFailedError):
        ask(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize("shown", [KEY, f"Bearer {KEY}"], ids=["key", "header"])
def test_an_endpoint_that_repeats_the_key_does_not_make_us_show_it(shown):
    reply = fails(401, json.dumps({"error": {"message": f"Incorrect API key: {shown}"}}))
    with serving(reply) as server, pytest.raises(LLMFailedError) as failure:
        ask(server)
    assert KEY not in str(failure.value)


def test_a_slow_endpoint_is_given_up_after_the_timeout():
    with serving(stalls) as server:
        words = stream_words(llm_at(server, timeout=0.2), question(), max_tokens=8)
        assert next(words) == "6月末，"
        start = time.monotonic()
        with pytest.raises(LLMFailedError, match=r"timed? ?out|Timeout"):
            next(words)
        assert time.monotonic() - start < 4.0


def test_nobody_listening_is_said():
    with serving(says("x")) as server:
        pass
    with pytest.raises(LLMFailedError, match="Connection"):
        ask(server)


# --- the embedded server


def test_a_missing_model_file_names_the_command_that_fetches_it(tmp_path):
    with pytest.raises(ModelUnavailable) as missing:
        EmbeddedServer(tmp_path / "no.gguf", threads=1)
    assert str(missing.value) == (
        f"No LLM file at {tmp_path}/no.gguf. Fetch it: suyuan models fetch"
    )


def test_a_file_that_is_no_model_is_named(tmp_path):
    (tmp_path / "page.gguf").write_text("青岛", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"page\.gguf is not a GGUF model\."):
        EmbeddedServer(tmp_path / "page.gguf", threads=1)


def test_a_cut_off_model_is_named(tmp_path, capfd):
    (tmp_path / "cut.gguf").write_bytes(b"GGUF" + bytes(60))
    with pytest.raises(ModelUnavailable, match=r"cut\.gguf cannot be loaded .*models verify"):
        EmbeddedServer(tmp_path / "cut.gguf", threads=1)
    assert capfd.readouterr().err == ""
