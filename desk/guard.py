"""What the page's port lets in. Knows the addresses of Gradio's page, nothing of what it shows."""

import json
from collections import OrderedDict
from collections.abc import Container
from urllib.parse import parse_qs

from desk.api_access import Rate, client_of, from_elsewhere, too_long
from desk.api_errors import Problem
from desk.asgi import App, Message, Receive, Send
from desk.auth_user import KEY

_MAX_BODY = 256 * 1024  # bytes; the page itself sends a question and a few clicks
# A draft of 200,000 characters has 600,000 bytes, a file of 2 MiB 2.7 MiB as base64.
_MAX_DRAFT = 3 * 1024 * 1024
_EVENTS = "/gradio_api/queue/join"  # where the page's events arrive
_RESULTS = "/gradio_api/queue/data"  # where what they bring leaves
HEARTBEATS = "/gradio_api/heartbeat/"  # of every open page, for as long as it is open
# What a browser asks for. The rest of what Gradio mounts (its schema, its HTTP API, files, uploads,
# monitoring) has no use here.
_SERVED = frozenset(
    {
        "/",
        "/config",
        "/favicon.ico",
        "/gradio_api/cancel",
        _RESULTS,
        "/gradio_api/reset",
        "/manifest.json",
        "/robots.txt",
        "/theme.css",
        _EVENTS,
    }
)
_FOLDERS = ("/assets/", HEARTBEATS, "/static/", "/svelte/")
# Of one address: more than people click, and a burst leaves places in the page's queue of 64.
_PER_MINUTE = 240
_BURST = 48
_MOST_SESSIONS = 10_000  # whose owners are remembered; the longest unused leaves first

# Everything from this server and nothing from elsewhere. Gradio's page compiles its templates and
# styles inline, so inline and eval must stay; connect, img and font still cannot leave the host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # With no-referrer a form is sent with Origin: null, as if by a page of another site.
    (b"referrer-policy", b"same-origin"),
)


class Guard:
    """Keeps the browser on this host, and out what is not a browser on this page.

    Without a login in front (desk.auth_gate) it answers only to this machine's own names (against
    DNS rebinding) and to no page of another site; with one, a session of the page is its user's
    alone. ``events`` are the numbers of the page's functions.
    """

    def __init__(self, app: App, *, events: Container[int]) -> None:
        self._app = app
        self._events = events
        self._rate = Rate(_PER_MINUTE, _BURST)
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":  # the page uses none
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        problem = _refused(scope)
        if problem is None and scope["path"] == _EVENTS:
            body = await _body(receive)
            receive = _again(body, receive)
            problem = self._rate.problem(client_of(scope)) or self._unknown(scope, body)
        elif problem is None and scope["path"] == _RESULTS:
            asked = parse_qs(scope.get("query_string", b"").decode("latin-1")[:1_000])
            problem = self._foreign(scope, asked.get("session_hash", [""])[0])
        if problem is not None:
            await problem.response()(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _unknown(self, scope: Message, body: bytes) -> Problem | None:
        """Gradio itself answers an event of no function with a traceback."""
        try:
            sent = json.loads(body)
        except (ValueError, RecursionError):
            return Problem(400, "The body is not JSON.", "invalid_json")
        number = sent.get("fn_index") if isinstance(sent, dict) else None
        if type(number) is not int or number not in self._events:
            return Problem(422, "The page has no such event.", "invalid_body", param="fn_index")
        return self._foreign(scope, sent.get("session_hash"))

    def _foreign(self, scope: Message, session: object) -> Problem | None:
        """A session that somebody else began: Gradio would let whoever knows its name go on."""
        user = scope.get(KEY)
        if user is None:
            return None
        if not isinstance(session, str) or not 0 < len(session) <= 100:
            return Problem(422, "The page's session is missing.", "invalid_body")
        if self._owners.setdefault(session, user.name) != user.name:
            return Problem(403, "This session is somebody else's: reload the page.", "wrong_user")
        self._owners.move_to_end(session)
        if len(self._owners) > _MOST_SESSIONS:
            self._owners.popitem(last=False)
        return None


def _refused(scope: Message) -> Problem | None:
    headers = dict(scope["headers"])
    elsewhere = None if KEY in scope else from_elsewhere(headers)
    if elsewhere is not None:
        return elsewhere
    path = scope["path"]
    if path not in _SERVED and not path.startswith(_FOLDERS):
        return Problem(404, "Nothing at this address.", "no_such_address")
    return too_long(headers, _MAX_DRAFT if path == _EVENTS else _MAX_BODY)


async def _body(receive: Receive) -> bytes:
    """The whole body; its length has been looked at."""
    pieces: list[bytes] = []
    more = True
    while more:
        message = await receive()
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces)


def _again(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that begins with a body already read."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
