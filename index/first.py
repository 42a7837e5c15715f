"""An archive that holds nothing yet, so that it can be served and filled by upload."""

from pathlib import Path

from index.errors import BadInput
from index.layout import Layout
from index.types import Encoder
from index.writer import open_writer

_NAMED = 3  # of the files in the way


def begin_archive(folder: Path, encoder: Encoder, *, command: str) -> None:
    """Make an empty archive in ``folder``; nothing happens where there is one.

    Raises:
        BadInput: the folder holds something else, such as the pages that were to be ingested.
        ArchiveError: it cannot be made, or another process is making it.
    """
    require_room(folder)
    with open_writer(folder, lambda: encoder, command=command) as writer:
        writer.begin()


def require_room(folder: Path) -> None:
    """Raise BadInput where ``folder`` is a file, or holds files and no archive."""
    if Layout(folder).catalog.is_file():
        return
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file; an archive is a folder: --archive DIR.")
    there = sorted(each.name for each in folder.iterdir()) if folder.exists() else []
    strange = [name for name in there if not name.startswith(".")]
    if strange:
        shown = ", ".join(strange[:_NAMED]) + (", …" if len(strange) > _NAMED else "")
        raise BadInput(
            f"{folder} is no archive and holds other files ({shown}). Name another folder for the"
            f" archive, or put them into one: suyuan ingest {folder} --archive DIR."
        )
