"""Who may call, how often and with how much. Knows nothing of what is called."""

import hmac
import time
from collections import OrderedDict
from dataclasses import dataclass

from desk.api_errors import Problem
from desk.asgi import App, Message, Receive, Send
from desk.auth_hosts import LOOPBACK_NAMES, foreign_page, name_of
from desk.auth_user import KEY, Role, User
from index.errors import BadInput

UPLOADS = "/api/ingest"
OCTETS = b"application/octet-stream"
_SHORTEST_KEY = 16
_MOST_CLIENTS = 10_000  # remembered for the rate limit; the longest silent leaves first
_KEY_USER = User("api-key", Role.READER)  # the key may be in many programs: it reads
# Nothing that is answered here is a page: no script, no frame, no guessing of types.
_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server takes. ``body`` and ``draft`` in bytes; ``burst`` calls may come at once."""

    answers: int = 16  # questions at once, those that wait for the LLM included
    checks: int = 2  # drafts at once: each keeps a core busy for seconds
    per_minute: int = 120  # calls of one client
    burst: int = 40
    body: int = 256 * 1024
    upload: int = 64 * 1024 * 1024
    draft: int = 2 * 1024 * 1024  # 200,000 characters, each escaped as \uXXXX, and the rest


DEFAULT_LIMITS = Limits()


def require_key(key: str) -> str:
    """``key`` as it is.

    Raises:
        BadInput: It can be guessed or cannot be sent in a header. The message does not repeat it.
    """
    if key and (len(key) < _SHORTEST_KEY or not key.isascii() or not key.isprintable()):
        raise BadInput(
            f"SUYUAN_API_KEY must be at least {_SHORTEST_KEY} printable ASCII characters; "
            "make one: openssl rand -hex 24"
        )
    return key


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own."""
    return host in LOOPBACK_NAMES


def require_safe_host(host: str, key: str, *, login: bool = False) -> None:
    """Raise BadInput for an address beyond this machine that asks for neither key nor login."""
    if not key and not login and not is_loopback(host):
        raise BadInput(
            f"--host {host} would open the archive to the network without a login; "
            "use 127.0.0.1, or set SUYUAN_AUTH_FILE (suyuan users add NAME), or for the API alone "
            "SUYUAN_API_KEY."
        )


class Access:
    """Lets a call in to ``app``, or answers it with a Problem.

    Without ``key`` only programs on this machine may call, and pages only of this machine: a name
    that an attacker points at 127.0.0.1 (DNS rebinding) is refused by its Host header. With
    ``key`` every call must bring it, from wherever. Whom desk.auth_gate has let in is in.
    """

    def __init__(self, app: App, *, key: str = "", limits: Limits = DEFAULT_LIMITS) -> None:
        self._app = app
        self._key = key.encode()
        self._limits = limits
        self._rate = Rate(limits.per_minute, limits.burst)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        problem = self._problem(scope)
        if problem is not None:
            await problem.response()(scope, receive, send_guarded)
            return
        if self._key and KEY not in scope:
            scope = {**scope, KEY: _KEY_USER}
        await self._app(scope, receive, send_guarded)

    def _problem(self, scope: Message) -> Problem | None:
        headers = dict(scope["headers"])
        signed_in = KEY in scope
        return (
            (None if self._key or signed_in else from_elsewhere(headers))
            or self._rate.problem(client_of(scope))
            or (None if signed_in else self._unknown(headers.get(b"authorization", b"")))
            or self._too_much(scope, headers)
        )

    def _unknown(self, authorization: bytes) -> Problem | None:
        if not self._key:
            return None
        scheme, _, given = authorization.partition(b" ")
        known = hmac.compare_digest(given.strip(), self._key)
        if scheme.lower() == b"bearer" and known:
            return None
        return Problem(
            401,
            "This server needs its API key: send Authorization: Bearer KEY.",
            "invalid_api_key",
            headers=(("WWW-Authenticate", "Bearer"),),
        )

    def _too_much(self, scope: Message, headers: dict[bytes, bytes]) -> Problem | None:
        path = scope["path"]
        uploads = path == UPLOADS and scope["method"] == "POST"
        most = self._limits.draft if path == "/api/check" else self._limits.body
        # A type that other sites' forms cannot send unasked keeps them out, too.
        kind = OCTETS if uploads else b"application/json"
        return too_long(headers, self._limits.upload if uploads else most) or (
            wrong_type(headers, kind) if scope["method"] == "POST" else None
        )


def too_long(headers: dict[bytes, bytes], most: int) -> Problem | None:
    """A body of more than ``most`` bytes, or of a length that is not said before."""
    if b"transfer-encoding" in headers:
        return Problem(411, "Send a Content-Length, not chunks.", "length_required")
    length = headers.get(b"content-length", b"0")
    # A length of many digits is not read: int() of it would take long.
    if not length.isdigit() or len(length) > 12 or int(length) > most:
        return Problem(413, f"The body may have at most {most} bytes.", "body_too_large")
    return None


def wrong_type(headers: dict[bytes, bytes], wanted: bytes) -> Problem | None:
    """A body of another type than the one wanted."""
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    if kind == wanted:
        return None
    return Problem(415, f"Send Content-Type: {wanted.decode()}.", "wrong_type")


def client_of(scope: Message) -> str:
    """Whose calls are counted together: a user's from one address."""
    user = scope.get(KEY)
    address = str((scope.get("client") or ("",))[0])
    return f"{user.name} {address}" if isinstance(user, User) else address


def from_elsewhere(headers: dict[bytes, bytes]) -> Problem | None:
    """A request that was not meant for this machine by a program or page of this machine."""
    host = headers.get(b"host", b"").decode("latin-1")
    if name_of(f"//{host}") not in LOOPBACK_NAMES:
        return Problem(
            403,
            "Without a login or an API key only 127.0.0.1 and localhost are served under their own "
            "names: set one, or let the proxy send Host: 127.0.0.1.",
            "wrong_host",
        )
    origin = headers.get(b"origin")
    if origin is not None and name_of(origin.decode("latin-1")) not in LOOPBACK_NAMES:
        return foreign_page()
    return None


class Rate:
    """A bucket of ``burst`` calls for each client, refilled at ``per_minute``."""

    def __init__(self, per_minute: int, burst: int) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # calls left, when

    def problem(self, client: str) -> Problem | None:
        """Take one call of this client's; a Problem where none is left."""
        now = time.monotonic()
        left, then = self._buckets.pop(client, (float(self._burst), now))
        left = min(self._burst, left + (now - then) * self._per_second)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MOST_CLIENTS:
            self._buckets.popitem(last=False)
        if allowed:
            return None
        wait = max(1, round((1 - left) / self._per_second))
        return Problem(
            429,
            f"Too many calls: {round(self._per_second * 60)} a minute are answered.",
            "rate_limited",
            headers=(("Retry-After", str(wait)),),
        )
