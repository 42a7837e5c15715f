"""Opening the catalog's file for reading, and saying in one line that it is damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import ArchiveDamaged, not_writable


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open for reading only; raises sqlite3.DatabaseError."""
    uri = path.resolve().as_uri()
    connection = sqlite3.connect(
        f"{uri}?mode=ro", uri=True, check_same_thread=False, isolation_level=None, timeout=10
    )
    try:
        connection.execute("SELECT 1 FROM sqlite_master")
    except sqlite3.OperationalError:
        # In a folder that cannot be written SQLite has no place for its -shm file; without a
        # writer, which could not write either, it needs none.
        connection.close()
        connection = sqlite3.connect(
            f"{uri}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None
        )
    return connection


@contextmanager
def damage_in_one_line(path: Path, *, busy: bool = False) -> Iterator[None]:
    """Raise ArchiveDamaged for what SQLite says of a file that is not whole.

    A lock or a full disk is no damage, unless ``busy`` says that neither can be.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if "readonly database" in str(error):
            raise not_writable(path) from error
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError) or (
            isinstance(error, sqlite3.OperationalError) and not busy
        ):
            raise
        raise ArchiveDamaged(
            f"{path} cannot be read ({error}). Restore a backup: suyuan restore BACKUP --archive"
            f" {path.parent} --force; or ingest again into another folder."
        ) from error
