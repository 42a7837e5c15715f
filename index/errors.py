"""Errors a user can act on. Everything else keeps its traceback.

UserError
├── BadInput          a file, row, flag or question that cannot be used
├── ModelUnavailable  a model is missing, altered or cannot be fetched
└── ArchiveError
    ├── NoArchive         nothing has been ingested here yet
    ├── EncoderMismatch   the archive was built with another encoder
    ├── ArchiveLocked     another process is writing
    └── ArchiveDamaged    a derived store cannot be read; rebuild it
"""

from dataclasses import dataclass
from pathlib import Path


class UserError(Exception):
    """One sentence for the user: what is wrong, with which value, and the next step."""


class BadInput(UserError):
    """A file, row, flag or question cannot be used as given."""


class ModelUnavailable(UserError):
    """A model is missing, altered, or cannot be fetched."""


class ArchiveError(UserError):
    """The archive folder cannot serve the request."""


class NoArchive(ArchiveError):
    """Nothing has been ingested into this folder yet."""


class EncoderMismatch(ArchiveError):
    """The archive was built with another encoder than the one configured."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds the writer lock, as it has named itself; ``since`` is ISO 8601."""

    command: str
    pid: int
    host: str
    since: str


class ArchiveLocked(ArchiveError):
    """Another process holds the writer lock; ``holder`` is None where it has not said its name."""

    def __init__(self, said: str, holder: Holder | None = None) -> None:
        super().__init__(said)
        self.holder = holder


class ArchiveDamaged(ArchiveError):
    """A derived store cannot be read; it can be rebuilt from the catalog."""


def missing_store(path: Path) -> ArchiveDamaged:
    """Return the error for an archive without one of its stores, which is ``path``."""
    return ArchiveDamaged(f"{path} is missing. Rebuild it: suyuan rebuild --archive {path.parent}.")


def not_writable(path: Path) -> ArchiveError:
    """Return the error for a file or folder of an archive that may not be written."""
    return ArchiveError(
        f"{path} cannot be written: no permission, or a read-only disk. Run as the user the archive"
        " belongs to, or choose another folder: --archive DIR."
    )
