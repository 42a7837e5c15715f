"""Which files each ingest through the server was of, and whose: the catalog does not record it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_KEPT = 200  # entries read
_NAMES = 20  # of one entry


@dataclass(frozen=True, slots=True)
class Entry:
    """One ingest through the server; ``count`` files, the first of them named."""

    started: datetime
    finished: datetime
    user: str
    files: tuple[str, ...]
    count: int


def note(path: Path, entry: Entry) -> None:
    """Add a line."""
    line = {
        "started": entry.started.isoformat(),
        "finished": entry.finished.isoformat(),
        "user": entry.user,
        "files": list(entry.files[:_NAMES]),
        "count": entry.count,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_journal(path: Path) -> tuple[Entry, ...]:
    """The latest entries, oldest first; a line that was cut off is passed over."""
    if not path.is_file():
        return ()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-_KEPT:]
    return tuple(entry for line in lines if (entry := _entry(line)) is not None)


def entry_at(entries: Sequence[Entry], started: datetime) -> Entry | None:
    """The ingest that was under way when the catalog noted a run's start, in whole seconds."""
    for entry in reversed(entries):
        if entry.started.replace(microsecond=0) <= started <= entry.finished:
            return entry
    return None


def _entry(line: str) -> Entry | None:
    try:
        held = json.loads(line)
        return Entry(
            datetime.fromisoformat(held["started"]),
            datetime.fromisoformat(held["finished"]),
            str(held["user"]),
            tuple(str(name) for name in held["files"]),
            int(held["count"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
