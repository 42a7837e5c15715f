"""``suyuan rebuild``: the search index anew from the catalog."""

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import say
from commands.progress import items_progress


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(rebuild)


def rebuild(archive: ArchiveOption = None) -> None:
    """Recreate the search index from the catalog with the configured encoder."""
    from index.rebuild import rebuild as rebuild_archive
    from rag.assemble import open_encoder, require_archive

    settings = settings_for(archive)
    require_archive(settings.archive)
    encoder = open_encoder(settings)
    with items_progress() as show:
        chunks = rebuild_archive(settings.archive, encoder, progress=show)
    say(f"重建完成 Rebuilt: {chunks} chunks with {encoder.name}")
