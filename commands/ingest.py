"""``suyuan ingest``: files into the archive."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption, read_day, read_fields
from commands.output import print_report
from commands.progress import items_progress
from index.errors import BadInput

if TYPE_CHECKING:
    from index.types import Rejected


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(ingest)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to read.")],
    archive: ArchiveOption = None,
    paper: Annotated[str, typer.Option(help="The paper these files come from.")] = "",
    section: Annotated[str, typer.Option(help="Its section or page.")] = "",
    published: Annotated[
        str, typer.Option("--date", help="Publication date, YYYY-MM-DD, where a file states none.")
    ] = "",
    field: Annotated[
        list[str] | None,
        typer.Option(help="For exports: FIELD=COLUMN, e.g. --field text=content; may be repeated."),
    ] = None,
) -> None:
    """Read newspaper pages and exports into the archive; run it again and again."""
    from index.ingest import ingest_paths
    from index.readers import ReadOptions, find_files
    from rag.assemble import open_encoder

    settings = settings_for(archive)
    options = ReadOptions(
        source=paper,
        section=section,
        published=read_day(published, "--date"),
        fields=read_fields(field or []),
    )
    files, refused = find_files(paths)
    if not files:
        raise BadInput(_nothing_to_read(refused))
    with items_progress() as show:
        report = ingest_paths(
            settings.archive, paths, options, partial(open_encoder, settings), progress=show
        )
    print_report(report)
    if report.read == 0:
        raise typer.Exit(1)


def _nothing_to_read(refused: "list[Rejected]") -> str:
    reasons = "; ".join(f"{item.path}: {item.reason}" for item in refused[:3])
    more = f"; and {len(refused) - 3} more" if len(refused) > 3 else ""
    return f"Nothing to ingest ({reasons}{more}). Name a file or folder that holds articles."
