"""The reporter's desk: the page that ``suyuan serve`` shows. No retrieval and no citation logic.

desk.exchange follows a question through the engine, desk.render and desk.article turn values into
HTML, desk.events decides what each event brings, desk.page is the Gradio page, desk.serve the port,
desk.guard what it lets in.
"""

import os
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desk.api_serve import Beside
from desk.auth_gate import Gate
from desk.auth_login import Login
from desk.eval_events import EvalDesk
from desk.events import Desk
from desk.exchange import ArchiveReader, Engine
from desk.feedback import Feedback
from desk.history import History
from desk.ingest_desk import IngestDesk
from desk.ingest_receive import Upload
from desk.ingest_run import Intake
from desk.serve import DEFAULT_PORT, address_of, listen, run

if TYPE_CHECKING:
    import gradio as gr
    from starlette.types import ASGIApp

__all__ = ["ArchiveReader", "Engine", "build_ui", "serve"]


def build_ui(
    engine: Engine,
    *,
    examples: Sequence[str] = (),
    title: str = "溯源 Suyuan",
    history: History | None = None,
    feedback: Path | None = None,
    ingesting: Callable[[], bool] = lambda: False,
    intake: Intake | None = None,
    evaluation: EvalDesk | None = None,
) -> "gr.Blocks":
    """The page over ``engine``; ``examples`` are offered while a conversation is empty.

    ``history`` (desk.history.open_history) keeps conversations, ``feedback`` is the file that
    verdicts on answers are added to; without them neither is offered. ``ingesting`` says whether
    articles are being put in; ``intake`` lets admins put some in, and take some down;
    ``evaluation`` runs question sets.
    """
    _keep_gradio_home()
    from desk.page import build_page

    rated = Feedback(feedback) if feedback is not None else None
    desk = Desk(engine, examples, history, rated, ingesting, uploads=intake is not None)
    return build_page(desk, title, IngestDesk(intake) if intake is not None else None, evaluation)


def serve(
    engine: Engine,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    examples: Sequence[str] = (),
    api: "ASGIApp | None" = None,
    history: History | None = None,
    feedback: Path | None = None,
    ingesting: Callable[[], bool] = lambda: False,
    intake: Intake | None = None,
    evaluation: EvalDesk | None = None,
    login: Login | None = None,
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Show the page until SIGINT or SIGTERM; ``on_ready`` gets its URL.

    ``api`` (desk.api) answers beside it, at /api and /v1; ``history``, ``feedback`` and
    ``ingesting`` as for ``build_ui``, ``intake`` and ``evaluation`` too. With ``login`` nobody is
    answered who has not signed in. The default port moves on to the next free one when it is taken.

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
        from desk.guard import HEARTBEATS
        from desk.page import application

        page = build_ui(
            engine,
            examples=examples,
            history=history,
            feedback=feedback,
            ingesting=ingesting,
            intake=intake,
            evaluation=evaluation,
        )
        upload = Upload(intake) if intake is not None else None
        app = Beside(application(page), api, upload)
        served = Gate(app, login) if login is not None else app
        run(
            served,
            listener,
            ready=ready,
            closing=lambda: page.close(verbose=False),
            lasting=HEARTBEATS,
        )
    finally:
        if evaluation is not None:
            evaluation.close()
        if intake is not None:
            intake.close()
        listener.close()


def _keep_gradio_home() -> None:
    """Before its import: without this Gradio looks api.gradio.app up at start (field-notes G4)."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
