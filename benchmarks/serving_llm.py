"""An OpenAI-compatible endpoint on loopback that says what its prompt says: no model decides.

It repeats the numbered sentence that shares most character pairs with the question, and points at
it. Knows nothing of archives.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

MODEL = "scripted"
_LINE = re.compile(r"^\[(\d+)\] (?:《[^》]*》)?[^：]*：(.+)$", re.MULTILINE)
_PIECE = 8  # characters a streamed piece has


def reply_to(prompt: str) -> str:
    """The sentence of ``prompt`` nearest to what it asks in its last lines, with its number."""
    lines = _LINE.findall(prompt)
    if not lines:
        return "没有找到。"
    asked = _pairs(prompt[prompt.rfind(lines[-1][1]) + len(lines[-1][1]) :])
    number, sentence = max(lines, key=lambda line: len(asked & _pairs(line[1])))
    return f"{sentence.rstrip('。')}[{number}]。"


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(text))


class _Handler(BaseHTTPRequestHandler):
    """Answers every POST as ``/chat/completions``, streamed."""

    protocol_version = "HTTP/1.0"  # the end of the connection ends the stream

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = reply_to(str(body["messages"][-1]["content"]))
        with self.server.lock:  # type: ignore[attr-defined]
            self.server.calls += 1  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for start in range(0, len(said), _PIECE):
                self._send({"content": said[start : start + _PIECE]}, None)
            self._send({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked hung up

    def _send(self, delta: dict[str, str], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        data = {
            "id": "scripted",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": MODEL,
            "choices": [choice],
        }
        self.wfile.write(f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode())

    def log_message(self, *_: object) -> None:
        """Say nothing of each call."""


class ScriptedEndpoint(ThreadingHTTPServer):
    """The endpoint; ``calls`` counts what was asked of it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """For SUYUAN_LLM_BASE_URL."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def scripted_endpoint() -> Iterator[ScriptedEndpoint]:
    """One that answers while the block runs."""
    server = ScriptedEndpoint()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
