"""A server that is told to stop: answers are given, streams ended, nothing is said."""

import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from desk.serve import _GRACE_SECONDS

_APP = """
import asyncio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route
from desk.serve import address_of, listen, run

async def stream(request):
    pieces = int(request.query_params["pieces"])

    async def words():
        for number in range(pieces):
            yield f"{number} "
            await asyncio.sleep(0.1)
        yield "end"

    return StreamingResponse(words())

async def silent(request):
    print("asked", flush=True)
    await asyncio.sleep(1000)

async def flood(request):
    async def much():
        print("asked", flush=True)
        while True:
            yield b"x" * 1_000_000

    return StreamingResponse(much())

async def deaf(scope, receive, send):
    print("asked", flush=True)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await asyncio.sleep(0.1)

left = []

async def poll(request):
    while not await request.is_disconnected():
        await asyncio.sleep(0.05)
    left.append("left")
    return PlainTextResponse("")

async def gone(request):
    return PlainTextResponse(",".join(left))

listener = listen("127.0.0.1", 0)
run(
    Starlette(
        routes=[
            Route("/ask", stream),
            Route("/alive/{page}", stream),
            Route("/silent", silent, methods=["GET", "POST"]),
            Route("/flood", flood),
            Route("/poll", poll),
            Route("/gone", gone),
            Mount("/deaf", deaf),
        ]
    ),
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


def test_a_call_that_has_no_word_yet_is_told_that_the_server_stops(server):
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(httpx.get, f"{server.url}/silent", timeout=30)
        assert server.stdout.readline() == "asked\n"
        began = _stopped(server, twice=True)
        response = asked.result()
    assert (response.status_code, response.json()["error"]["code"]) == (503, "stopping")
    assert _ended(server, began) < _GRACE_SECONDS


@pytest.mark.parametrize("path", ["flood", "deaf/"])
def test_who_does_not_listen_is_hung_up_on_in_silence(server, path):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as reader:
        reader.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert server.stdout.readline() == "asked\n"
        time.sleep(0.5)  # reading nothing, until nothing more can be sent
        began = _stopped(server, twice=True)
        assert _ended(server, began) < _GRACE_SECONDS


def test_a_body_that_never_comes_holds_nothing_up_for_ever(server):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as sender:
        sender.sendall(
            f"POST /silent HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\n1".encode()
        )
        assert server.stdout.readline() == "asked\n"
        began = _stopped(server, twice=True)
        assert _ended(server, began) < _GRACE_SECONDS


def test_an_app_that_polls_for_its_reader_sees_him_leave(server):
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{server.url}/poll", timeout=1)
    deadline = time.monotonic() + 10
    while httpx.get(f"{server.url}/gone").text != "left":
        assert time.monotonic() < deadline
        time.sleep(0.1)
