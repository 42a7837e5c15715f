"""``suyuan migrate``: the vectors from the archive folder to a Chroma server, and back."""

from enum import StrEnum
from typing import Annotated

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import complain, say
from commands.progress import items_progress
from index.errors import BadInput


class Target(StrEnum):
    """Where the vectors are to be."""

    SERVER = "server"
    FOLDER = "folder"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(migrate)


def migrate(
    target: Annotated[
        Target,
        typer.Argument(help="server: the one SUYUAN_CHROMA_URL names; folder: the archive's."),
    ],
    archive: ArchiveOption = None,
) -> None:
    """Move the vectors between the archive folder and a Chroma server; run again where cut off."""
    from index.migrate import migrate_to_folder, migrate_to_server
    from index.vectors_place import told_server
    from rag.assemble import require_archive

    settings = settings_for(archive)
    require_archive(settings.archive)
    server = told_server()
    if target is Target.SERVER and server is None:
        raise BadInput("No server is named. Set SUYUAN_CHROMA_URL, e.g. http://127.0.0.1:8000.")
    with items_progress() as show:
        if target is Target.SERVER and server is not None:
            done = migrate_to_server(settings.archive, server, progress=show)
        else:
            done = migrate_to_folder(settings.archive, progress=show)
    where = server.url if target is Target.SERVER and server else str(settings.archive)
    say(
        f"已迁移 Migrated: {done.vectors:,} vectors are in {where}, all compared"
        f" ({done.copied:,} copied now)"
    )
    if target is Target.FOLDER and server is not None:
        complain("请取消设置 Now unset SUYUAN_CHROMA_URL: it names the server they have left.")
