"""The reporter's desk: the page that ``suyuan serve`` shows. No retrieval and no citation logic.

desk.exchange follows a question through the engine, desk.render and desk.article turn values into
HTML, desk.events decides what each event brings, desk.page is the Gradio page, desk.serve the port,
desk.guard what it lets in.
"""

import os
import webbrowser
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from desk.api_serve import Beside
from desk.events import Desk
from desk.exchange import ArchiveReader, Engine
from desk.serve import DEFAULT_PORT, address_of, listen, run

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp

__all__ = ["ArchiveReader", "Engine", "build_ui", "serve"]


def build_ui(
    engine: Engine, *, examples: Sequence[str] = (), title: str = "溯源 Suyuan"
) -> "gr.Blocks":
    """The page over ``engine``; ``examples`` are offered while a conversation is empty."""
    _keep_gradio_home()
    from desk.page import build_page

    return build_page(Desk(engine, tuple(examples)), title)


def serve(
    engine: Engine,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    examples: Sequence[str] = (),
    api: "ASGIApp | None" = None,
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Show the page until SIGINT or SIGTERM; ``on_ready`` gets its URL.

    ``api`` (desk.api) answers beside it, at /api and /v1. The default port moves on to the next
    free one when it is taken.

    Raises:
        BadInput: Another port was asked for and is taken or not allowed, or ``host`` is wrong.
    """
    listener = listen(host, port)
    try:
        url = address_of(listener)

        def ready() -> None:
            if on_ready is not None:
                on_ready(url)
            if open_browser:
                webbrowser.open(url)

        _keep_gradio_home()
        from desk.page import application

        page = build_ui(engine, examples=examples)
        app = application(page) if api is None else Beside(application(page), api)
        run(app, listener, ready=ready, closing=lambda: page.close(verbose=False))
    finally:
        listener.close()


def _keep_gradio_home() -> None:
    """Before its import: without this Gradio looks api.gradio.app up at start (field-notes G4)."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
