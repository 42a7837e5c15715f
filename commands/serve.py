"""``suyuan serve``: the reporter's desk as a web page, and the HTTP API beside it."""

from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import engine_for, settings_for
from commands.options import ArchiveOption, NoLLMOption
from commands.output import say

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(serve)


def serve(
    archive: ArchiveOption = None,
    host: Annotated[
        str,
        typer.Option(
            help="Address to listen on; beyond loopback the API alone, with SUYUAN_API_KEY."
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port; if 7860 is taken, the next free one.")
    ] = 7860,
    no_llm: NoLLMOption = False,
) -> None:
    """Serve the reporter's desk as a web page, and the HTTP API beside it."""
    from desk.api_access import require_key, require_safe_host
    from desk.serve import DEFAULT_PORT, listen

    settings = settings_for(archive)
    require_safe_host(host, require_key(settings.api_key.get_secret_value()))

    if port != DEFAULT_PORT:
        listen(host, port).close()  # a taken port is told before the engine's 15 s of loading
    serve_engine(engine_for(archive, no_llm=no_llm), settings, host=host, port=port)


def serve_engine(engine: "Engine", settings: "Settings", *, host: str, port: int) -> None:
    """Serve desk and API over ``engine`` until it is stopped, and say at which address.

    Beyond loopback the API alone: it asks for its key, the desk has no login.
    """
    from desk.api import api
    from desk.api_access import is_loopback
    from desk.api_line import Line
    from desk.api_serve import serve_api
    from eval.examples import example_questions
    from ui import serve as serve_page

    engine = engine.bounded(Line(settings.llm_at_once).bound)
    calls = api(engine, key=settings.api_key.get_secret_value())
    if not is_loopback(host):
        serve_api(
            calls, host=host, port=port, on_ready=lambda url: say(f"\n溯源 Suyuan API: {url}/api")
        )
        return
    serve_page(
        engine,
        host=host,
        port=port,
        examples=example_questions(engine.archive),
        api=calls,
        on_ready=lambda url: say(f"\n溯源 Suyuan: {url}  (Ctrl-C 结束 to stop)"),
    )
