"""``suyuan backup`` and ``suyuan restore``: an archive copied and put back while it is served."""

from pathlib import Path
from typing import Annotated

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import complain, say


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(backup)
    app.command()(restore)


def backup(
    target: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    archive: ArchiveOption = None,
) -> None:
    """Copy the archive, consistent as of one moment, while it is searched."""
    from index.backup import backup as make_backup
    from rag.assemble import require_archive

    settings = settings_for(archive)
    require_archive(settings.archive)
    made = make_backup(settings.archive, target)
    say(
        f"已备份 Backed up: {made.articles:,} articles, {made.files} files,"
        f" {made.size / 2**20:,.1f} MiB -> {target}"
    )


def restore(
    source: Annotated[Path, typer.Argument(help="A folder that `suyuan backup` made.")],
    archive: ArchiveOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an archive that exists.")] = False,
) -> None:
    """Make the archive what it was in a backup; a running server follows."""
    from index.backup import restore as put_back

    settings = settings_for(archive)
    done = put_back(source, settings.archive, force=force)
    say(f"已恢复 Restored: {done.articles:,} articles -> {settings.archive}")
    if done.taken_down:
        complain(f"  taken down since, and so left out: {', '.join(done.taken_down)}")
