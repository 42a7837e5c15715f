"""Ingest what appears in a folder, again and again; files are read only, never moved."""

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import BadInput, UserError
from index.readers import find_files
from index.types import IngestReport

# Size, time and inode: compared with each other, never with the clock, which may jump.
_Mark = tuple[int, int, int]
Ingest = Callable[[Sequence[Path]], IngestReport]


@dataclass
class Watcher:
    """Looks at a folder, and has what is new there ingested once it no longer grows.

    ``tell`` gets a line for the log, ``done`` each report.
    """

    folder: Path
    ingest: Ingest
    tell: Callable[[str], None]
    done: Callable[[IngestReport], None]
    _seen: dict[Path, _Mark] = field(default_factory=dict)
    _read: dict[Path, _Mark] = field(default_factory=dict)

    def run(
        self,
        *,
        every: float,
        should_stop: Callable[[], bool],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Look every so many seconds until asked to stop; it stops within a tenth of one."""
        while not should_stop():
            self.look()
            left = every
            while left > 0 and not should_stop():
                sleep(min(0.1, left))
                left -= 0.1

    def look(self) -> int:
        """Look once; return how many files were ingested. A file is ready at its second sight."""
        now = {path: mark for path in find_files([self.folder])[0] if (mark := _mark(path))}
        ready = [
            path
            for path, mark in now.items()
            if self._seen.get(path) == mark and self._read.get(path) != mark
        ]
        self._seen = now
        self._read = {path: mark for path, mark in self._read.items() if path in now}
        return self._take(ready, now) if ready else 0

    def _take(self, ready: Sequence[Path], now: dict[Path, _Mark]) -> int:
        try:
            report = self.ingest(ready)
        except BadInput as error:
            self.tell(str(error))
            return self._one_by_one(ready, now)
        except (UserError, OSError) as error:
            self.tell(str(error))  # of the archive, not of the files: they stay ready
            return 0
        except Exception:  # a fault of ours in one file must not end the watch
            self.tell(traceback.format_exc())
            return self._one_by_one(ready, now)
        if not report.stopped:
            self._read |= {path: now[path] for path in ready}
        self.done(report)
        return len(ready)

    def _one_by_one(self, ready: Sequence[Path], now: dict[Path, _Mark]) -> int:
        """So that one bad file costs none of the others; it is not tried again until it changes."""
        if len(ready) == 1:
            self._read[ready[0]] = now[ready[0]]
            return 0
        return sum(self._take([path], now) for path in ready)


def _mark(path: Path) -> _Mark | None:
    try:
        status = path.stat()
    except OSError:
        return None  # gone since it was listed
    return (status.st_size, status.st_mtime_ns, status.st_ino)
