"""An uploaded file comes in over HTTP: for the page at /upload, for programs through the API."""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import anyio.to_thread

from desk.api_access import OCTETS, Rate, client_of, from_elsewhere, too_long, wrong_type
from desk.api_errors import Problem, json_response, problem_of
from desk.asgi import Message, Receive, Send
from desk.auth_user import KEY, LOCAL, Role, User
from desk.ingest_reasons import INTAKE
from desk.ingest_run import Intake
from desk.ingest_stage import Staging
from desk.told import told

UPLOAD = "/upload"
_PER_MINUTE, _BURST = 600, 250  # an admin's files come one after the other
_LOG = logging.getLogger("suyuan.ingest")


def admin_of(scope: Mapping[str, Any]) -> User:
    """The admin who sent a request.

    Raises:
        Problem: It was somebody else.
    """
    user = scope.get(KEY, LOCAL)
    if not isinstance(user, User) or user.role is not Role.ADMIN:
        raise Problem(
            403,
            "Only an admin may ingest: sign in as one (HTTP Basic); an API key reads only.",
            "not_admin",
        )
    return user


async def take_in(
    pieces: AsyncIterator[bytes], staging: Staging, user: User, name: str, size: int
) -> str:
    """Hold the file that arrives in ``pieces``; the token to ingest it by.

    Raises:
        BadInput: It is too big, of a kind that is not read, or not whole.
        Problem: There is no room on the disk.
    """
    arriving = staging.begin(user.name, name, size)
    try:
        async for piece in pieces:
            if piece:
                await anyio.to_thread.run_sync(arriving.write, piece)
        return arriving.done()
    except BaseException as error:
        arriving.drop()
        if isinstance(error, OSError):
            _LOG.error("an upload cannot be kept: %s", error.strerror)
            raise Problem(507, INTAKE.say("no_room"), "no_room") from None
        raise


class Upload:
    """The page's address for files: keeps one, answers ``{"token": …}`` and starts nothing."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._rate = Rate(_PER_MINUTE, _BURST)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            response = json_response({"token": await self._taken(scope, receive)})
        except Exception as error:
            problem = problem_of(error)
            response = replace(problem, message=told(problem.message, _lang(scope))).response()
        response.headers["x-content-type-options"] = "nosniff"
        response.headers["cache-control"] = "no-store"
        await response(scope, receive, send)

    async def _taken(self, scope: Message, receive: Receive) -> str:
        headers = dict(scope["headers"])
        problem = (
            (None if KEY in scope else from_elsewhere(headers))
            or self._rate.problem(client_of(scope))
            or (None if scope["method"] == "POST" else Problem(405, "Send POST.", "wrong_method"))
            or too_long(headers, self._intake.staging.most_bytes)
            or wrong_type(headers, OCTETS)
        )
        if problem is not None:
            raise problem
        user = admin_of(scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")[:4_000])
        name = asked.get("name", [""])[0]
        size = int(headers.get(b"content-length", b"0"))
        return await take_in(_body(receive), self._intake.staging, user, name, size)


def _lang(scope: Message) -> str:
    """What the page says it is shown in; English for a program that says nothing."""
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")[:4_000]).get("lang", ["en"])[0]


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return  # what there is will not be whole
        yield message.get("body", b"")
        more = message.get("more_body", False)
