"""``suyuan history``: the versions of an article, and their differences."""

from typing import Annotated

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import say


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(history)


def history(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="As printed with sources.")],
    archive: ArchiveOption = None,
    diff: Annotated[
        tuple[int, int] | None, typer.Option(help="Two versions to compare: --diff 1 2.")
    ] = None,
    characters: Annotated[
        bool, typer.Option("--characters", help="Mark what changed inside the lines.")
    ] = False,
) -> None:
    """List the versions of an article, or show how two of them differ."""
    from index.history import compare_versions
    from index.history import history as read_history

    folder = settings_for(archive).archive
    if diff:
        lines = compare_versions(folder, article_id, *diff, characters=characters)
        say("\n".join(lines) if lines else "相同 The same")
        return
    found = read_history(folder, article_id)
    for version in found.versions:
        until = f"{version.replaced:%Y-%m-%d %H:%M}" if version.replaced else "现行 current"
        say(
            f"v{version.number}  {version.stored:%Y-%m-%d %H:%M} – {until}"
            f"  {version.content_hash[:12]}  {version.title}"
        )
    if found.removal:
        reason = f": {found.removal.reason}" if found.removal.reason else ""
        say(f"已删除 Taken down {found.removal.removed:%Y-%m-%d %H:%M}{reason}")
