"""Uploaded files on their way in: bounded, under harmless names, each its uploader's alone."""

import secrets
import shutil
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from desk.check_upload import plain_name
from desk.ingest_reasons import INTAKE
from index.errors import BadInput
from index.readers import find_files

MOST_FILES = 200  # of one ingest
_LONGEST_NAME = 180  # bytes; a file system takes 255
_KEPT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that has arrived whole."""

    user: str
    name: str
    path: Path
    size: int
    arrived: float


class Staging:
    """Holds what was uploaded until it is ingested. Safe between threads.

    At most ``most_bytes`` for one file and four times that together; what nobody ingests within an
    hour leaves.
    """

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        """``folder`` is emptied: what an earlier server left there is nobody's."""
        shutil.rmtree(folder, ignore_errors=True)
        self.most_bytes = most_bytes
        self._folder = folder
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Staged] = OrderedDict()

    def begin(self, user: str, name: str, size: int) -> "Arriving":
        """A place for ``size`` bytes.

        Raises:
            BadInput: No room, too big, or a kind of file that is not read.
        """
        shown = safe_name(name)
        if size > self.most_bytes:
            most = self.most_bytes // 2**20
            raise BadInput(INTAKE.say("too_big", name=shown, count=f"{size:,}", most=most))
        with self._lock:
            self._forget_old()
            held = sum(each.size for each in self._held.values())
            if held + size > 4 * self.most_bytes or len(self._held) >= 4 * MOST_FILES:
                raise BadInput(INTAKE.say("too_many"))
        token = secrets.token_urlsafe(18)
        return Arriving(self, token, user, self._folder / token / shown, size)

    def take(self, user: str, tokens: list[str]) -> list[Staged]:
        """The files of these tokens, which are the taker's from now on.

        Raises:
            BadInput: One of them is not there, or is somebody else's.
        """
        with self._lock:
            found = [self._held.get(token) for token in tokens[:MOST_FILES]]
            mine = [each for each in found if each is not None and each.user == user]
            if len(mine) != len(tokens) or len(set(tokens)) != len(tokens):
                raise BadInput(INTAKE.say("gone"))
            for token in tokens:
                del self._held[token]
        return mine

    def drop(self, files: list[Staged]) -> None:
        """Delete what was taken and is not wanted."""
        for each in files:
            shutil.rmtree(each.path.parent, ignore_errors=True)

    def arrived(self, token: str, file: Staged) -> None:
        """Hold a whole file."""
        with self._lock:
            self._held[token] = file

    def _forget_old(self) -> None:
        limit = time.monotonic() - _KEPT_SECONDS
        while self._held and next(iter(self._held.values())).arrived < limit:
            _, old = self._held.popitem(last=False)
            shutil.rmtree(old.path.parent, ignore_errors=True)


class Arriving:
    """One file while it arrives: ``write`` its pieces, then ``done``; else ``drop`` it."""

    def __init__(self, staging: Staging, token: str, user: str, path: Path, size: int) -> None:
        self._staging, self._token, self._user = staging, token, user
        self._path, self._size = path, size
        self._written = 0
        self._file: IO[bytes] | None = None

    def write(self, piece: bytes) -> None:
        """Take the next bytes; raises BadInput beyond the size that was said."""
        self._written += len(piece)
        if self._written > self._size:
            raise BadInput(INTAKE.say("longer"))
        if self._file is None:
            self._path.parent.mkdir(parents=True, mode=0o700)
            self._file = self._path.open("xb")
        self._file.write(piece)

    def done(self) -> str:
        """The token to ingest it by.

        Raises:
            BadInput: It is empty, did not arrive whole, or is of a kind that is not read.
        """
        name = self._path.name
        if self._file is None or self._written != self._size:
            raise BadInput(INTAKE.say("not_whole" if self._size else "empty_upload", name=name))
        self._file.close()
        found, refused = find_files([self._path])
        if not found:
            raise BadInput(INTAKE.say("refused", name=name, reason=refused[0].reason))
        file = Staged(self._user, name, self._path, self._size, time.monotonic())
        self._staging.arrived(self._token, file)
        return self._token

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._file is not None:
            self._file.close()
        shutil.rmtree(self._path.parent, ignore_errors=True)


def safe_name(name: str) -> str:
    r"""A name that is one file in its folder, not hidden and not too long for a file system.

    >>> safe_name("../../.ssh/authorized_keys.txt"), safe_name("..\\A02 要闻.txt")
    ('authorized_keys.txt', 'A02 要闻.txt')
    """
    shown = plain_name(name).lstrip(". ")
    while len(shown.encode()) > _LONGEST_NAME:
        shown = shown[1:]
    return shown.lstrip(". ") or "upload"
