"""OS locks on an archive folder: one writer, and no reader inside Chroma while it writes.

Both are ``flock`` locks, which end with their process, so nothing stale is ever left behind.
"""

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from index.errors import ArchiveLocked, Holder, not_writable
from index.layout import Layout

_TRIES, _PAUSE = 5, 0.02
_LAST_SECONDS = 15.0  # for the child of a killed writer to see that nobody feeds it any more


@contextmanager
def hold_writer_lock(folder: Path, *, command: str) -> Iterator[None]:
    """Be the one writer of ``folder``, which must exist; raises ArchiveLocked naming the holder."""
    with _open(Layout(folder).writer_lock, to_write=True) as descriptor:
        if not _try_lock(descriptor) and not _outlive(descriptor):
            raise _locked(folder, _holder(descriptor))
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": command,
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        # For a child that writes for this process (index.vectors_copy): the lock ends with both.
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - its own signature
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
def _open(path: Path, *, to_write: bool = False) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        if to_write or not path.exists():
            raise not_writable(path.parent) from error
        descriptor = os.open(path, os.O_RDONLY)  # a reader's flock needs no write permission
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


def _outlive(descriptor: int) -> bool:
    """Whether the lock came free because its holder is dead and only its child was left."""
    until = time.monotonic() + _LAST_SECONDS
    while _is_dead(_holder(descriptor)) and time.monotonic() < until:
        if _try_lock(descriptor):
            return True
    return False


def _is_dead(holder: dict[str, Any]) -> bool:
    if holder.get("host") != socket.gethostname() or not isinstance(holder.get("pid"), int):
        return False
    try:
        os.kill(holder["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _holder(descriptor: int) -> dict[str, Any]:
    """Who wrote its name into the lock file; nothing where it has not yet."""
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:
        return {}
    return holder if isinstance(holder, dict) else {}


def _locked(folder: Path, said: dict[str, Any]) -> ArchiveLocked:
    who, holder = "another process", None  # it has the lock and has not written its name yet
    names = [field.name for field in fields(Holder)]
    if set(names) <= said.keys():
        holder = Holder(**{name: said[name] for name in names})
        who = f"`{holder.command}` (process {holder.pid} on {holder.host}, since {holder.since})"
    return ArchiveLocked(
        f"{folder} is being written by {who}. Wait until it ends, then run the command again.",
        holder,
    )
