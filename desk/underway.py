"""The requests a server is answering: waited for when it is told to stop, then ended."""

import asyncio
from contextlib import suppress

from desk.api_errors import Problem
from desk.asgi import App, Message, Receive, Send

_WIND_UP = 0.3  # seconds that who is cut off has to let go of what he holds
_STOPPING = Problem(503, "The server is stopping: ask again in a moment.", "stopping")


class Underway:
    """Passes requests on to ``app``, and knows which of them are still being answered.

    Requests to the folder ``lasting`` (streams that tell a page that the server is there) are not
    waited for: they last as long as the page is open.
    """

    def __init__(self, app: App, *, lasting: str = "") -> None:
        self._app = app
        self._lasting = lasting
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()
        self._ended = asyncio.Event()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waited_for = not (self._lasting and scope["path"].startswith(self._lasting))
        self._count += waited_for
        if self._count:
            self._none.clear()
        try:
            await self._answer(scope, receive, send)
        finally:
            self._count -= waited_for
            if not self._count:
                self._none.set()

    async def settled(self, seconds: float) -> None:
        """Return when every answer is given, after ``seconds`` at the latest."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._none.wait(), seconds)

    def end(self) -> None:
        """Cut off who still answers. A stream ends there, a call without a word yet gets 503."""
        self._ended.set()

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        started = complete = False

        async def send_noted(message: Message) -> None:
            nonlocal started, complete
            started = started or message["type"] == "http.response.start"
            complete = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        # ``receive`` is left as it is: an app that polls it for the reader's leaving cancels it.
        answer = asyncio.ensure_future(self._app(scope, receive, send_noted))
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((answer, ended), return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                answer.result()
                return
            answer.cancel()
            await asyncio.wait((answer,), timeout=_WIND_UP)
        finally:
            ended.cancel()
            answer.cancel()
        if answer.done() and not answer.cancelled():
            answer.exception()  # what went wrong because it was cut off concerns nobody
        if not started:
            await _STOPPING.response()(scope, receive, send)
        elif not complete:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
