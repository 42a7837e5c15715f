"""A server that is told to stop: answers are given, streams ended, nothing is said."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from desk.serve import _GRACE_SECONDS

_APP = """
import asyncio
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
from desk.serve import address_of, listen, run

async def stream(request):
    pieces = int(request.query_params["pieces"])

    async def words():
        for number in range(pieces):
            yield f"{number} "
            await asyncio.sleep(0.1)
        yield "end"

    return StreamingResponse(words())

listener = listen("127.0.0.1", 0)
run(
    Starlette(routes=[Route("/ask", stream), Route("/alive/{page}", stream)]),
    listener,
    ready=lambda: print(address_of(listener), flush=True),
    closing=lambda: print("closing", flush=True),
    lasting="/alive/",
)
print("over", flush=True)
"""
_FOREVER = 100_000


@pytest.fixture
def server():
    process = subprocess.Popen(
        [sys.executable, "-c", _APP],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.url = process.stdout.readline().strip()
    yield process
    process.kill()
    process.communicate()


def _stopped(process, *, twice=False):
    """When it was told."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    if twice:
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
    return began


def _ended(process, began):
    """The seconds it took; it has said nothing on the way."""
    said, errors = process.communicate(timeout=30)
    assert (process.returncode, said, errors) == (0, "closing\nover\n", "")
    return time.monotonic() - began


def test_an_answer_under_way_is_given_whole(server):
    with httpx.stream("GET", f"{server.url}/ask?pieces=20", timeout=20) as response:
        pieces = response.iter_text()
        heard = next(pieces)
        began = _stopped(server)
        heard += "".join(pieces)
    assert heard.endswith("18 19 end")
    _ended(server, began)


def test_a_page_that_is_only_open_is_not_waited_for(server):
    with httpx.stream("GET", f"{server.url}/alive/a?pieces={_FOREVER}", timeout=20) as response:
        pieces = response.iter_text()
        next(pieces)
        began = _stopped(server)
        assert "end" not in "".join(pieces)
    assert _ended(server, began) < _GRACE_SECONDS


def test_an_answer_without_end_is_cut_off_in_silence(server):
    with httpx.stream("GET", f"{server.url}/ask?pieces={_FOREVER}", timeout=20) as response:
        pieces = response.iter_text()
        next(pieces)
        began = _stopped(server)
        assert "end" not in "".join(pieces)  # no broken connection either
    assert _ended(server, began) >= _GRACE_SECONDS


def test_a_second_signal_does_not_wait(server):
    with httpx.stream("GET", f"{server.url}/ask?pieces={_FOREVER}", timeout=20) as response:
        pieces = response.iter_text()
        next(pieces)
        began = _stopped(server, twice=True)
        assert "end" not in "".join(pieces)
    assert _ended(server, began) < _GRACE_SECONDS


def test_nobody_is_let_in_while_it_ends(server):
    with httpx.stream("GET", f"{server.url}/ask?pieces=30", timeout=20) as response:
        pieces = response.iter_text()
        next(pieces)
        began = _stopped(server)
        time.sleep(1)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{server.url}/ask?pieces=1")
        assert "".join(pieces).endswith("end")
    _ended(server, began)
