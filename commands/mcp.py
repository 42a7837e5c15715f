"""``suyuan mcp``: the archive as tools for programs that speak the Model Context Protocol."""

from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import engine_for, settings_for
from commands.options import ArchiveOption, NoLLMOption
from commands.output import complain
from index.heap import share_heap

if TYPE_CHECKING:
    from rag.engine import Engine


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(mcp)


def mcp(
    archive: ArchiveOption = None,
    no_llm: NoLLMOption = False,
    http: Annotated[
        bool, typer.Option("--http", help="Serve http://HOST:PORT/mcp instead of stdin and stdout.")
    ] = False,
    host: Annotated[
        str,
        typer.Option(help="With --http; beyond loopback with SUYUAN_AUTH_FILE or SUYUAN_API_KEY."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="With --http.")] = 7861,
) -> None:
    """Serve the tools ask, search and check to an MCP client, over stdin and stdout."""
    share_heap()  # before the imports: theirs are the first threads
    from desk.api_access import Access, Limits, require_key, require_safe_host
    from desk.api_line import Line
    from desk.api_serve import serve_api
    from desk.auth_gate import Gate
    from desk.auth_login import login_of
    from desk.mcp_server import http_app, mcp_server
    from rag.assemble import require_archive

    settings = settings_for(archive)
    key = require_key(settings.api_key.get_secret_value())
    login = login_of(settings) if http else None
    if http:
        require_safe_host(host, key, login=login is not None)
    require_archive(settings.archive)  # told at once and not to the first call
    line = Line(settings.llm_at_once)

    def open_engine() -> "Engine":
        return engine_for(archive, no_llm=no_llm).bounded(line.bound)

    if not http:
        # Also keeps stdout for the protocol, whatever the libraries print while they load.
        mcp_server(open_engine).run("stdio")
        return
    tools = http_app(mcp_server(open_engine))
    app = Access(tools, key="" if login else key, limits=Limits(body=Limits().draft))
    served = Gate(app, login) if login else app
    serve_api(served, host=host, port=port, on_ready=lambda url: complain(f"MCP: {url}/mcp"))
