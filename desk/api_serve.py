"""The API on a port: beside the page, or alone where there is a key and no login."""

from collections.abc import Callable
from typing import Any

from desk.serve import address_of, listen, run

_OWN = ("/api", "/v1")
_UPLOAD = "/upload"


class Beside:
    """Two ASGI applications on one port: the API's addresses go to ``api``, the rest to ``page``.

    Each has its own guard; what starts and stops with the server is the page's.
    """

    def __init__(self, page: Any, api: Any | None, upload: Any | None = None) -> None:
        """``upload`` answers at /upload, where the page sends files; None: the page answers."""
        self._page = page
        self._api = api
        self._upload = upload

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        path = scope.get("path", "")
        ours = path in _OWN or path.startswith(tuple(f"{own}/" for own in _OWN))
        app = self._page
        if scope["type"] == "http" and ours and self._api is not None:
            app = self._api
        elif scope["type"] == "http" and path == _UPLOAD and self._upload is not None:
            app = self._upload
        await app(scope, receive, send)


def serve_api(api: Any, *, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve the API alone until SIGINT or SIGTERM; ``on_ready`` gets its URL.

    Raises:
        BadInput: The port is taken or not allowed, or ``host`` is wrong.
    """
    with listen(host, port) as listener:
        url = address_of(listener)
        run(api, listener, ready=lambda: on_ready(url), closing=lambda: None)
