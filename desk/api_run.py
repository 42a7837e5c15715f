"""Run what takes long in a thread of its own and follow it from the event loop.

The engine is a blocking iterator; whoever follows it may leave at any time, and then it is closed.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.api_errors import Problem
from desk.api_line import ASKER, Asker, Places

SEARCHES = 8  # at once; each is 30 to 100 ms of one core
_T = TypeVar("_T")
_RETRY_SECONDS = 10  # an answer of the bundled model takes 3 to 6 s
_PULSE_SECONDS = 10.0  # proxies drop a connection that is silent for a minute


class LeftError(Exception):
    """Whoever asked has gone."""


@dataclass(frozen=True, slots=True)
class Queued:
    """An event of its own: how many calls of the LLM come first, this one included."""

    position: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """Nothing new, but still at work."""


Signal = Queued | Pulse


@dataclass(frozen=True, slots=True)
class _End:
    error: Exception | None


def seat(places: Places) -> Callable[[], None]:
    """A place among those being answered, as the function that gives it back.

    Raises:
        Problem: All places are taken (429).
    """
    give_back = places.take()
    if give_back is None:
        raise Problem(
            429,
            "Too many are being answered or waiting: try again later.",
            "queue_full",
            headers=(("Retry-After", str(_RETRY_SECONDS)),),
        )
    return give_back


async def follow(
    start: Callable[[], Iterator[_T]], give_back: Callable[[], None]
) -> AsyncGenerator[_T | Signal, None]:
    """What ``start()`` yields, as it comes, and between it where in the line it stands.

    Closing this closes the iterator as soon as it next comes up for air; ``give_back`` is called
    when it has ended, which may be later.
    """
    loop = asyncio.get_running_loop()
    inbox: asyncio.Queue[_T | Queued | _End] = asyncio.Queue()
    left = threading.Event()

    def put(item: _T | Queued | _End) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed: the server is gone
            loop.call_soon_threadsafe(inbox.put_nowait, item)

    def work() -> None:
        ASKER.set(Asker(left, lambda place: put(Queued(place))))
        error: Exception | None = None
        try:
            _exhaust(start(), put, left)
        except Exception as raised:
            error = raised
        finally:
            give_back()
            put(_End(error))

    threading.Thread(target=work, name="suyuan-api", daemon=True).start()
    try:
        while True:
            try:
                item = await asyncio.wait_for(inbox.get(), _PULSE_SECONDS)
            except TimeoutError:
                yield Pulse()
                continue
            if not isinstance(item, _End):
                yield item
            elif item.error is not None:
                raise item.error
            else:
                return
    finally:
        left.set()


def _exhaust(items: Iterator[_T], put: Callable[[_T], None], left: threading.Event) -> None:
    try:
        for item in items:
            if left.is_set():
                break
            put(item)
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()


class Stream(StreamingResponse):
    """Server-sent events made of ``events``, which are closed when the client hangs up."""

    def __init__(self, lines: AsyncIterator[str], events: AsyncGenerator[Any, None]) -> None:
        super().__init__(lines, media_type="text/event-stream")
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._events.aclose()


async def last_of(start: Callable[[], Iterator[_T]], give_back: Callable[[], None]) -> _T:
    """The last thing ``start()`` yields.

    Raises:
        RuntimeError: It yields nothing.
    """
    last: _T | None = None
    async with contextlib.aclosing(follow(start, give_back)) as items:
        async for item in items:
            if not isinstance(item, Queued | Pulse):
                last = item
    if last is None:
        raise RuntimeError("the work ended without a result")
    return last


def stop_if_left() -> None:
    """Inside ``follow``'s thread: raise LeftError when whoever asked has gone."""
    asker = ASKER.get()
    if asker is not None and asker.left.is_set():
        raise LeftError


class UntilHangUp:
    """Cancels what answers a request when its client hangs up, whether it listens for that or not.

    Bodies are held until they are read: put a limit on their size in front.
    """

    def __init__(self, app: ASGIApp, *, but: str = "") -> None:
        """``but`` is an address whose bodies are large and are read as they come."""
        self._app = app
        self._but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] == self._but:
            await self._app(scope, receive, send)
            return
        inbox: asyncio.Queue[Message] = asyncio.Queue()

        async def pass_on() -> None:
            message: Message = {"type": ""}
            while message["type"] != "http.disconnect":
                message = await receive()
                inbox.put_nowait(message)

        answer = asyncio.ensure_future(self._app(scope, inbox.get, send))
        client = asyncio.ensure_future(pass_on())
        try:
            await asyncio.wait({answer, client}, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                await answer
        finally:
            for task in (answer, client):
                task.cancel()
            await asyncio.gather(answer, client, return_exceptions=True)
