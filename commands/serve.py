"""``suyuan serve``: the reporter's desk as a web page."""

from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import engine_for
from commands.options import ArchiveOption, NoLLMOption
from commands.output import say
from index.errors import BadInput

if TYPE_CHECKING:
    from rag.engine import Engine


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(serve)


def serve(
    archive: ArchiveOption = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; only loopback has no login.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port; if 7860 is taken, the next free one.")
    ] = 7860,
    no_llm: NoLLMOption = False,
) -> None:
    """Serve the reporter's desk as a web page."""
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise BadInput(
            f"--host {host} would open the archive to the network without a login; "
            "use 127.0.0.1 and put a proxy with a login in front of it."
        )
    from desk.serve import DEFAULT_PORT, listen

    if port != DEFAULT_PORT:
        listen(host, port).close()  # a taken port is told before the engine's 15 s of loading
    serve_engine(engine_for(archive, no_llm=no_llm), host=host, port=port)


def serve_engine(engine: "Engine", *, host: str, port: int) -> None:
    """Serve the desk over ``engine`` until it is stopped, and say at which address."""
    from eval.examples import example_questions
    from ui import serve as serve_page

    serve_page(
        engine,
        host=host,
        port=port,
        examples=example_questions(engine.archive),
        on_ready=lambda url: say(f"\n溯源 Suyuan: {url}  (Ctrl-C 结束 to stop)"),
    )
