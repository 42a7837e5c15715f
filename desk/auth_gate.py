"""The login in front of everything a server answers: page, its events, API, MCP.

Gradio's own login (``auth=``) would leave the API, the page's files and its event addresses open,
forget all sessions at a restart and count no wrong passwords; so this stands before Gradio.
"""

from urllib.parse import parse_qs, quote

import anyio.to_thread
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response

from desk.api_errors import Problem
from desk.asgi import App, Message, Receive, Send
from desk.auth_login import COOKIE, Login, TooOften
from desk.auth_page import HEADERS, login_page
from desk.auth_session import SECONDS
from desk.auth_user import KEY, User
from desk.text import LANG_COOKIE, wished_lang

NAME_COOKIE = "suyuan_name"  # for the page to show; says nothing to the server
_MOST_BYTES = 4_096  # of a sign-in
_FORWARDED = (b"x-forwarded-", b"forwarded")
_FOR_PROGRAMS = ("/api", "/v1", "/mcp")


class Gate:
    """Lets in to ``app`` who is signed in, with the user in the scope (desk.auth_user.KEY)."""

    def __init__(self, app: App, login: Login) -> None:
        self._app = app
        self._login = login

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        peer = (scope.get("client") or ("",))[0]
        address = self._login.address(peer, scope["headers"])
        scope = self._cleaned(scope, peer)
        response = await self._own(scope, receive, address)
        if response is None:
            user = await self._user(scope, peer, address)
            if isinstance(user, User):
                await self._app({**scope, KEY: user, "client": (address, 0)}, receive, send)
                return
            response = _refused(scope, user)
        await response(scope, receive, send)

    def _cleaned(self, scope: Message, peer: str) -> Message:
        """Without the forwarding headers of one who is no proxy of ours."""
        if not self._login.trusts(peer):
            kept = [pair for pair in scope["headers"] if not pair[0].startswith(_FORWARDED)]
            return {**scope, "headers": kept}
        said = dict(scope["headers"]).get(b"x-forwarded-proto", b"").strip().lower()
        return {**scope, "scheme": "https"} if said == b"https" else scope

    async def _own(self, scope: Message, receive: Receive, address: str) -> Response | None:
        """The answer to what is meant for the login itself, or for another server."""
        headers = dict(scope["headers"])
        elsewhere = self._login.hosts.problem(headers)
        if elsewhere is not None:
            return elsewhere.response()
        path, method = scope["path"], scope["method"]
        if path == "/login" and self._login.users is not None:
            lang = _lang(scope)
            if method in ("GET", "HEAD"):
                return login_page(lang)
            return await self._sign_in(scope, receive, address, lang)
        if path == "/logout" and method == "POST":
            self._login.sign_out(_cookies(headers))
            return _with_cookies(_to("/login", scope), scope, None)
        return None

    async def _user(self, scope: Message, peer: str, address: str) -> User | TooOften | None:
        headers = dict(scope["headers"])
        authorization = headers.get(b"authorization", b"")
        return (
            self._login.of_proxy(peer, scope["headers"])
            or self._login.of_session(_cookies(headers))
            or self._login.of_key(authorization)
            or await anyio.to_thread.run_sync(self._login.of_basic, authorization, address)
        )

    async def _sign_in(self, scope: Message, receive: Receive, address: str, lang: str) -> Response:
        fields = await _fields(scope, receive)
        if isinstance(fields, Problem):
            return fields.response()
        name, password = fields.get("name", "").strip(), fields.get("password", "")
        user = await anyio.to_thread.run_sync(self._login.sign_in, name, password, address)
        if isinstance(user, TooOften):
            page = login_page(lang, name=name, wait=user.seconds, status=429)
            page.headers["retry-after"] = str(user.seconds)
            return page
        if user is None:
            return login_page(lang, name=name, wrong=True, status=401)
        return _with_cookies(_to("/", scope), scope, (self._login.session(user), user.name))


def _refused(scope: Message, user: TooOften | None) -> Response:
    if isinstance(user, TooOften):
        wait = (("Retry-After", str(user.seconds)),)
        said = f"Too many wrong passwords: try again in {user.seconds} s."
        return Problem(429, said, "rate_limited", headers=wait).response()
    accepts = dict(scope["headers"]).get(b"accept", b"")
    if scope["path"] == "/" and scope["method"] in ("GET", "HEAD") and b"json" not in accepts:
        return _to("/login", scope)
    # A browser would ask for a password in a window of its own where Basic is offered.
    program = scope["path"].startswith(_FOR_PROGRAMS)
    offered = (("WWW-Authenticate", 'Basic realm="Suyuan", charset="UTF-8"'),) if program else ()
    return Problem(
        401,
        "Sign in: HTTP Basic with a user's name and password, or Authorization: Bearer with the "
        "API key.",
        "not_signed_in",
        headers=offered,
    ).response()


def _to(path: str, scope: Message) -> Response:
    """A redirect within this server, in the same language."""
    lang = _lang(scope)
    said = "" if lang == wished_lang(None, _chosen_lang(scope)) else f"?lang={lang}"
    return RedirectResponse(path + said, status_code=303, headers=HEADERS)


def _with_cookies(response: Response, scope: Message, session: tuple[str, str] | None) -> Response:
    """With the session's cookies, or with none of them any more."""
    value, name = session or ("", "")
    for cookie, content, hidden in ((COOKIE, value, True), (NAME_COOKIE, quote(name), False)):
        response.set_cookie(
            cookie,
            content,
            max_age=SECONDS if session else 0,
            path="/",
            httponly=hidden,
            samesite="lax",
            secure=scope.get("scheme") == "https",
        )
    return response


def _lang(scope: Message) -> str:
    """What the address asks for, else what was last chosen on the page."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")[:1_000]).get("lang", [""])
    return wished_lang(asked[0], _chosen_lang(scope))


def _chosen_lang(scope: Message) -> str | None:
    return _cookies(dict(scope["headers"])).get(LANG_COOKIE)


def _cookies(headers: dict[bytes, bytes]) -> dict[str, str]:
    return cookie_parser(headers.get(b"cookie", b"").decode("latin-1")[:8_192])


async def _fields(scope: Message, receive: Receive) -> dict[str, str] | Problem:
    """A form's fields, each once."""
    headers = dict(scope["headers"])
    if scope["method"] != "POST":
        return Problem(405, "This address takes GET and POST.", "wrong_method")
    length = headers.get(b"content-length", b"")
    if not length.isdigit() or len(length) > 6 or int(length) > _MOST_BYTES:
        return Problem(413, f"A sign-in may have {_MOST_BYTES} bytes.", "body_too_large")
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Problem(400, "The body did not arrive.", "invalid_body")
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        pairs = parse_qs(body.decode("ascii"), max_num_fields=8, keep_blank_values=True)
    except ValueError:
        return Problem(400, "The body is no form.", "invalid_body")
    return {name: values[0] for name, values in pairs.items()}
