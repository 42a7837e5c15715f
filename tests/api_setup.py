"""A small archive, an LLM that waits to be told, and the API over both on a real port."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import uvicorn

from desk.api import api
from desk.api_access import DEFAULT_LIMITS
from desk.api_line import Line
from tests.scripted_llm import article, engine_over

LOANS = "6月末，云城本外币贷款余额31250亿元，同比增长7.4%。"
PORT = "6月，云城港吞吐量5800万吨。"
RIDERS = "6月，雾城地铁4号线日均客流38.6万人次。"
ARTICLES = [
    article("loans", "云城上半年信贷平稳增长", f"{LOANS}上半年，居民存款新增862亿元。"),
    article("port", "云城港半年报", PORT, source="半岛晨报"),
    article("metro", "雾城地铁客流创新高", RIDERS, origin="/home/secret/metro.txt"),
]
DISAGREEING = [  # three papers, three balances
    article(
        f"says{balance}", "云城信贷", f"6月末，云城本外币贷款余额{balance}亿元。", source=source
    )
    for balance, source in ((31250, "海湾日报"), (31520, "半岛晨报"), (32150, "港城周刊"))
]
BALANCE = "云城6月末贷款余额是多少？"
THROUGHPUT = "云城港6月吞吐量是多少？"


class GatedLLM:
    """Says its first piece at once and the rest when ``go`` is set; notes what happens to it."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces or ("贷款余额", "31250亿元[1]。")
        self.go = threading.Event()
        self.started = self.closed = self.running = self.most = 0
        self._lock = threading.Lock()

    def stream_chat(self, messages, **options):
        with self._lock:
            self.started += 1
        return self._speak()

    def _speak(self):
        # Here and not above: a call cancelled before it reads never comes to the ``finally``.
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            for piece in self.pieces:
                yield SimpleNamespace(delta=piece)
                while not self.go.wait(0.02):
                    yield SimpleNamespace(delta="")  # what keeps a stream alive while it reads
        except GeneratorExit:
            self.closed += 1
            raise
        finally:
            with self._lock:
                self.running -= 1


def app_over(archive, llm, *, at_once=1, limits=DEFAULT_LIMITS, key="", literal=False):
    """The API over an engine that asks ``llm`` every time."""
    engine = engine_over(archive, llm, literal=literal).bounded(Line(at_once).bound)
    return api(engine, limits=limits, key=key)


@contextmanager
def served(app) -> Iterator[str]:
    """``app`` on a port of 127.0.0.1 while the block runs; yields its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def wait_for(condition, *, seconds=10):
    """Until ``condition()`` holds; fails when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()
