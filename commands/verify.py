"""``suyuan verify``: whether the stores of an archive hold what its catalog says."""

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import complain, say
from commands.progress import items_progress

if TYPE_CHECKING:
    from index.integrity import Integrity


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(verify)


def verify(
    archive: ArchiveOption = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make the stores that differ anew from the catalog.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Compare catalog, Chroma, lexical index and token vectors; name every difference."""
    from index.integrity import verify_archive
    from index.repair import repair_archive
    from rag.assemble import open_encoder

    settings = settings_for(archive)
    found = verify_archive(settings.archive)
    if repair and found.differences:
        for line in _lines(found):
            complain(line)
        with items_progress() as show:
            repair_archive(settings.archive, found, partial(open_encoder, settings), progress=show)
        found = verify_archive(settings.archive)
    say(json.dumps(asdict(found), ensure_ascii=False) if as_json else "\n".join(_lines(found)))
    if found.differences:
        if not repair:
            complain("修复 Repair: suyuan verify --repair")
        raise typer.Exit(1)


def _lines(found: "Integrity") -> list[str]:
    head = f"{found.articles:,} 篇 articles, {found.chunks:,} chunks"
    if not found.differences:
        return [f"一致 Sound: {head}"]
    lines = [f"有差异 {len(found.differences)} differences: {head}"]
    for each in found.differences:
        examples = f": {', '.join(each.examples)}" if each.examples else ""
        lines.append(f"  {each.store}: {each.count:,} {each.what}{examples}")
    return lines
