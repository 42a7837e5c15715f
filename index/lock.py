"""OS locks on an archive folder: one writer, and no reader inside Chroma while it writes.

Both are ``flock`` locks, which end with their process, so nothing stale is ever left behind.
"""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from index.errors import ArchiveLocked
from index.layout import Layout

_TRIES, _PAUSE = 5, 0.02


@contextmanager
def hold_writer_lock(folder: Path, *, command: str) -> Iterator[None]:
    """Be the one writer of ``folder``, which must exist; raises ArchiveLocked naming the holder."""
    with _open(Layout(folder).writer_lock) as descriptor:
        if not _try_lock(descriptor):
            raise ArchiveLocked(_who_holds(folder, descriptor))
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": command,
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)


def is_being_written(folder: Path) -> bool:
    """Whether a writer, in this process or another, holds the folder now."""
    try:
        descriptor = os.open(Layout(folder).writer_lock, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def hold_vectors_lock(folder: Path, *, shared: bool) -> Iterator[None]:
    """Wait for a turn in Chroma: ``shared`` for a query, else to open it or to write.

    A process that opens a Chroma folder replays the log and may rewrite the HNSW files, so a mere
    reader beside one writer can destroy the store: without this lock, 1 of 2 runs of one writer
    and two reopening readers ended in a store that segfaults; with it, 0 of 6 (chromadb 1.5.9).
    """
    how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with _open(Layout(folder).vectors_lock) as descriptor:
        # The gate lets a waiting writer stop further queries; without it many readers starve it.
        with _open(Layout(folder).vectors_gate) as gate:
            fcntl.flock(gate, how)
            fcntl.flock(descriptor, how)
        yield


@contextmanager
def _open(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:  # a reader on someone else's archive; flock needs no write permission
        descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    # A few tries: is_being_written of some reader may hold the lock for an instant.
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return True
    return False


def _who_holds(folder: Path, descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        who = f"`{holder['command']}` (process {holder['pid']} on {holder['host']}"
        who += f", since {holder['since']})"
    except (ValueError, KeyError, TypeError):  # it has the lock and has not written its name yet
        who = "another process"
    return f"{folder} is being written by {who}. Wait until it ends, then run the command again."
