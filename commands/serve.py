"""``suyuan serve``: the reporter's desk as a web page, and the HTTP API beside it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import engine_for, settings_for
from commands.options import ArchiveOption, NoLLMOption
from commands.output import complain, say
from index.errors import NoArchive
from index.heap import share_heap

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
            help="Address to listen on; beyond loopback with SUYUAN_AUTH_FILE, or the API alone "
            "with SUYUAN_API_KEY."
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port; if 7860 is taken, the next free one.")
    ] = 7860,
    no_llm: NoLLMOption = False,
) -> None:
    """Serve the reporter's desk as a web page, and the HTTP API beside it."""
    share_heap()  # before the imports: theirs are the first threads
    from desk.api_access import is_loopback, require_key, require_safe_host
    from desk.auth_login import login_of
    from desk.serve import DEFAULT_PORT, listen

    settings = settings_for(archive)
    key = require_key(settings.api_key.get_secret_value())
    require_safe_host(host, key, login=login_of(settings) is not None)
    if port != DEFAULT_PORT:
        listen(host, port).close()  # a taken port is told before the engine's 15 s of loading
    filled_here = is_loopback(host) or login_of(settings) is not None  # else the API alone, no page
    engine = _engine(settings, archive, no_llm=no_llm, may_begin=filled_here)
    serve_engine(engine, settings, host=host, port=port)


def _engine(
    settings: "Settings", archive: Path | None, *, no_llm: bool, may_begin: bool
) -> "Engine":
    """The engine; where there is no archive, over an empty one, to be filled in the page."""
    from index.first import begin_archive, require_room
    from rag.assemble import open_encoder, open_engine, require_archive

    try:
        require_archive(settings.archive)
    except NoArchive:
        if not may_begin:
            raise
    else:
        return engine_for(archive, no_llm=no_llm)
    require_room(settings.archive)  # before the encoder loads
    encoder = open_encoder(settings)
    begin_archive(settings.archive, encoder, command="suyuan serve")
    complain(
        f"资料库是空的，请在页面里上传 The archive is empty, upload in the page: {settings.archive}"
    )
    if no_llm:
        settings = settings.model_copy(update={"llm": "none"})
    return open_engine(settings, warn=complain, encoder=encoder)


def serve_engine(engine: "Engine", settings: "Settings", *, host: str, port: int) -> None:
    """Serve desk and API over ``engine`` until it is stopped, and say at which address.

    Beyond loopback without a login the API alone: it asks for its key.
    """
    from desk.api import api
    from desk.api_access import is_loopback
    from desk.api_line import Line
    from desk.api_serve import serve_api
    from desk.auth_login import login_of
    from desk.eval_events import EvalDesk
    from desk.examples import LateExamples
    from desk.history_place import DeskFiles
    from desk.ingest_run import Intake
    from eval.examples import example_questions
    from eval.run_record import run_record
    from index.lock import is_being_written
    from ui import serve as serve_page

    engine = engine.bounded(Line(settings.llm_at_once).bound)
    key, login = settings.api_key.get_secret_value(), login_of(settings)
    if login is None and not is_loopback(host):
        serve_api(
            api(engine, key=key),
            host=host,
            port=port,
            on_ready=lambda url: say(f"\n溯源 Suyuan API: {url}/api"),
        )
        return
    most = settings.upload_mb * 2**20
    intake = Intake(settings.archive, engine.encoder, engine.archive, most_bytes=most)

    files = DeskFiles(settings.archive)
    made_with = settings if engine.model else settings.model_copy(update={"llm": "none"})
    evaluation = EvalDesk(
        engine,
        settings.archive,
        files.feedback,
        lambda seed, sets: run_record(made_with, seed=seed, sets=sets),
    )
    examples = LateExamples(
        lambda: example_questions(engine.archive), lambda: engine.archive.index_version
    )

    def ready(url: str) -> None:
        say(f"\n溯源 Suyuan: {url}  (Ctrl-C 结束 to stop)")
        if login is None:
            say("没有登录，只供本机使用。No login: this machine alone is served (docs/serving.md).")
        elif not is_loopback(host):
            say(f"在 {host} 上对外服务，须登录。Served to others on {host}, behind the login.")

    serve_page(
        engine,
        host=host,
        port=port,
        examples=examples,
        api=api(engine, key="" if login else key, intake=intake),
        history=files.open_history(complain),
        feedback=files.feedback,
        ingesting=lambda: is_being_written(settings.archive),
        intake=intake,
        evaluation=evaluation,
        login=login,
        on_ready=ready,
    )
