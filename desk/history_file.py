"""The SQLite file of the conversations: opened, checked, set aside. Knows nothing of its rows."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from index.errors import UserError

_VERSION = 1  # of the tables; PRAGMA user_version
_WAIT_SECONDS = 5  # for another tab that is writing
_SUFFIXES = ("", "-journal", "-wal", "-shm")
_TABLES = f"""
CREATE TABLE IF NOT EXISTS conversation (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, updated TEXT NOT NULL,
  revision INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS conversation_by_user ON conversation (user, updated);
CREATE TABLE IF NOT EXISTS exchange (
  conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  number INTEGER NOT NULL, size INTEGER NOT NULL, said TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (conversation, number)
);
PRAGMA user_version = {_VERSION};
"""


class HistoryUnavailable(UserError):
    """The conversations cannot be read or written now."""


def prepare(path: Path) -> str:
    """Make the file where it is missing, set it aside where it is damaged; what to tell, or "".

    Raises:
        HistoryUnavailable: It cannot be written, or another program or version has written it.
    """
    said = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and not _sound(path):
            said = _set_aside(path)
        with closing(connect(path)) as file:
            file.execute("BEGIN IMMEDIATE")  # fails where it may not be written
            file.execute("ROLLBACK")
    except (sqlite3.Error, OSError) as error:
        raise HistoryUnavailable(
            f"Conversations cannot be kept in {path} ({error}): "
            "make the folder writable, or choose another."
        ) from None
    return said


def connect(path: Path) -> sqlite3.Connection:
    """The file with its tables, made anew where somebody has removed it."""
    if not path.exists():  # others on this machine need not read what was asked
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    file = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        file.execute("PRAGMA foreign_keys = ON")
        file.execute("PRAGMA secure_delete = ON")  # what was deleted is not left in the file
        (tables,) = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (version,) = file.execute("PRAGMA user_version").fetchone()
        if version == 0 and not tables:
            file.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        elif version != _VERSION:
            raise HistoryUnavailable(
                f"{path} has no conversations that this version of Suyuan can read (its tables "
                f"are version {version}, not {_VERSION}): use the version that wrote it, or move "
                "the file away."
            )
    except BaseException:
        file.close()
        raise
    return file


def _sound(path: Path) -> bool:
    """Whether SQLite can read all of it. A file that is merely locked is sound."""
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as file:
            return bool(file.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False


def _set_aside(path: Path) -> str:
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    for suffix in _SUFFIXES:
        part = Path(f"{path}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    return f"{path} is damaged and was set aside as {aside.name}; conversations begin anew."
