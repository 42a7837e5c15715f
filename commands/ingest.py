"""``suyuan ingest``: files into the archive."""

import json
import os
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from commands.engine import settings_for
from commands.options import ArchiveOption, read_day, read_fields
from commands.output import complain, print_report, say
from commands.progress import items_progress
from commands.stopping import stop_on_term
from index.errors import BadInput

if TYPE_CHECKING:
    from index.late import Projection
    from index.prepare import OpenPreparer, Preparer
    from index.types import Encoder, IngestReport, Rejected
    from rag.settings import Settings

_MOST_LISTED = 20  # ids printed one by one
_TERMINATED = 143  # 128 + SIGTERM, as a shell reports it


class _RayAlone(TyperCommand):
    """``--ray`` without a value: click would take the file after it for one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        alone = ["--ray=local" if arg == "--ray" else arg for arg in args[:end]]
        return super().parse_args(ctx, alone + args[end:])


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(cls=_RayAlone)(ingest)


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
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="These files hold all articles of their papers: list what is missing.",
        ),
    ] = False,
    remove_missing: Annotated[
        bool,
        typer.Option(
            "--remove-missing", help="With --complete: take what is missing out of every search."
        ),
    ] = False,
    restore_removed: Annotated[
        bool, typer.Option("--restore-removed", help="Let in again what `suyuan remove` took down.")
    ] = False,
    ray: Annotated[
        str,
        typer.Option(
            "--ray",
            metavar="[=auto|HOST:PORT]",
            help="Cut and encode on Ray's workers on this machine; =auto: on those of the cluster"
            " that it is part of; =HOST:PORT: of the cluster whose head listens there.",
            show_default=False,
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read newspaper pages and exports into the archive; run it again and again."""
    from index.ingest import IngestOptions, ingest_paths, retire_missing
    from index.prepare import InProcess
    from index.readers import ReadOptions, find_files
    from rag.assemble import open_encoder

    if remove_missing and not complete:
        raise BadInput("--remove-missing needs --complete: only then is an article known to lack.")
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
    encoder = partial(open_encoder, settings)
    preparer = _on_ray(settings, ray) if ray else InProcess
    with items_progress() as show, stop_on_term() as should_stop:
        how = IngestOptions(restore_removed, complete, should_stop, open_preparer=preparer)
        report = ingest_paths(settings.archive, paths, options, encoder, progress=show, how=how)
    if as_json:
        say(report_json(report))
    else:
        print_report(report)
        print_left_out(report)
    if remove_missing and report.missing and _may_remove(report, yes=yes):
        retire_missing(settings.archive, report.missing, encoder)
        complain(f"已撤出检索 Taken out of every search: {len(report.missing)}")
    if report.stopped:
        complain("已停止 Stopped: run the same command again to read the rest.")
        raise typer.Exit(_TERMINATED)
    if report.read == 0:
        raise typer.Exit(1)


def _on_ray(settings: "Settings", address: str) -> "OpenPreparer":
    """Opens Ray when there is something to encode; a cluster that fails is told at once."""
    from index.encoder import load_encoder
    from index.models import resolve_encoder
    from index.ray_batches import RayPreparer, check_ray
    from rag.assemble import model_home

    check_ray(address)
    threads = settings.threads or 1  # more processes of one thread do more than one of several

    def open_preparer(encoder: "Encoder", projection: "Projection | None") -> "Preparer":
        home = model_home(settings).absolute()
        source = resolve_encoder(settings.encoder, home, allow_hub=settings.allow_hub)
        load = partial(
            load_encoder, str(source), home, allow_hub=settings.allow_hub, threads=threads
        )
        return RayPreparer(
            load, encoder.name, projection, address=address, threads=threads, head_gone=_end
        )

    return open_preparer


def _end(line: str) -> None:
    """Say it and end at once: the main thread waits inside Ray, where no exception reaches it.

    To the archive it is a kill -9, which any moment of an ingest survives.
    """
    try:
        complain(f"\n{line}")  # below the progress line
    finally:
        os._exit(1)


def report_json(report: "IngestReport") -> str:
    """The whole report as one line of JSON."""
    rate = report.read / report.seconds if report.seconds else 0.0
    return json.dumps({**asdict(report), "articles_per_second": rate}, ensure_ascii=False)


def print_left_out(report: "IngestReport") -> None:
    """What was read and left out, and what an export lacks: the first of each, on stderr."""
    for ids, what in (
        (report.taken_down, "taken down earlier, left out (--restore-removed lets them in)"),
        (report.missing, "in the archive, missing from this export (--remove-missing)"),
    ):
        if ids:
            more = f" … and {len(ids) - _MOST_LISTED:,} more" if len(ids) > _MOST_LISTED else ""
            complain(f"  {len(ids):,} {what}: {', '.join(ids[:_MOST_LISTED])}{more}")


def _may_remove(report: "IngestReport", *, yes: bool) -> bool:
    if report.rejected:
        raise BadInput(
            f"{len(report.rejected)} rows or files could not be read, so that no article is known"
            " to be missing; nothing was removed. Mend the export, then run the command again."
        )
    return yes or typer.confirm(
        f"将 {len(report.missing)} 篇撤出检索？ Take these articles out of every search?", err=True
    )


def _nothing_to_read(refused: "list[Rejected]") -> str:
    reasons = "; ".join(f"{item.path}: {item.reason}" for item in refused[:3])
    more = f"; and {len(refused) - 3} more" if len(refused) > 3 else ""
    return f"Nothing to ingest ({reasons}{more}). Name a file or folder that holds articles."
