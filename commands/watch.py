"""``suyuan watch``: what appears in a folder goes into the archive."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import settings_for
from commands.ingest import print_left_out
from commands.options import ArchiveOption, read_fields
from commands.output import complain, print_report, say
from commands.stopping import stop_on_term
from index.errors import BadInput

if TYPE_CHECKING:
    from index.types import Encoder, IngestReport


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(watch)


def watch(
    folder: Annotated[Path, typer.Argument(help="The folder to look at.")],
    archive: ArchiveOption = None,
    paper: Annotated[str, typer.Option(help="The paper these files come from.")] = "",
    section: Annotated[str, typer.Option(help="Its section or page.")] = "",
    field: Annotated[
        list[str] | None, typer.Option(help="For exports: FIELD=COLUMN; may be repeated.")
    ] = None,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 5.0,
) -> None:
    """Ingest what appears in a folder until stopped; a file is read once it no longer grows."""
    from index.ingest import IngestOptions, ingest_paths
    from index.readers import ReadOptions
    from index.watch import Watcher
    from rag.assemble import open_encoder

    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder. Name the one where files appear.")
    settings = settings_for(archive)
    options = ReadOptions(source=paper, section=section, fields=read_fields(field or []))

    @lru_cache(maxsize=1)
    def encoder() -> "Encoder":
        return open_encoder(settings)

    with stop_on_term() as should_stop:
        how = IngestOptions(should_stop=should_stop, command="suyuan watch")

        def ingest(paths: Sequence[Path]) -> "IngestReport":
            return ingest_paths(settings.archive, paths, options, encoder, how=how)

        say(f"监视 Watching {folder} (Ctrl-C 结束 to stop)")
        Watcher(folder, ingest, complain, _show).run(every=every, should_stop=should_stop)
    say("已停止 Stopped")


def _show(report: "IngestReport") -> None:
    print_report(report)
    print_left_out(report)
