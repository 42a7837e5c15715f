"""The QA sets a run can ask: those that are there, and one that is sent in. No HTML."""

import base64
import binascii
import tempfile
import threading
from pathlib import Path
from typing import Protocol

from desk.check_upload import plain_name
from desk.eval_place import MOST_BYTES, EvalFiles, set_questions
from desk.eval_render import Choice
from eval.rows import BadRows
from index.errors import BadInput
from index.types import Article

_BASE64_MAX = MOST_BYTES * 4 // 3 + 4


class Lost(BadInput):
    """The file did not arrive whole."""


class TooBig(BadInput):
    """A set of more than ``MOST_BYTES``; the message is its name."""


class WrongKind(BadInput):
    """No .jsonl file; the message is its name."""


class Empty(BadInput):
    """Nothing is in it; the message is its name."""


class Unreadable(BadInput):
    """No text in an encoding that is read; the message is its name."""


class Holding(Protocol):
    """What tells whether a set fits the archive."""

    @property
    def index_version(self) -> str:
        """Changes with every change of the archive."""

    def article(self, article_id: str) -> Article | None:
        """The current article."""


class Sets:
    """Knows how many questions each set has, read again when it changed. Safe between threads."""

    def __init__(self, files: EvalFiles, archive: Holding) -> None:
        self._files = files
        self._archive = archive
        self._lock = threading.Lock()
        self._known: dict[str, tuple[tuple[object, ...], Choice]] = {}

    def choices(self) -> list[Choice]:
        """The sets in the order of the form."""
        return [self._choice(each.name, each.path) for each in self._files.sets().values()]

    def keep(self, name: object, encoded: object) -> tuple[str, int]:
        """The name and the number of questions of a set that the browser sent as base64.

        Raises:
            Lost, TooBig, WrongKind, Empty, Unreadable: As they say.
            eval.rows.BadRows: It is no QA set, for what is wrong in these lines.
        """
        shown, data = _received(name, encoded)
        if not data.strip():
            raise Empty(shown)
        with tempfile.TemporaryDirectory(prefix="suyuan-set-") as folder:
            path = Path(folder) / "set.jsonl"
            path.write_bytes(data)
            try:
                count = len(set_questions(path))
            except BadRows:
                raise
            except BadInput as error:
                raise Unreadable(shown) from error
        return self._files.keep_set(shown, data), count

    def _choice(self, name: str, path: Path) -> Choice:
        stat = path.stat()
        state = (stat.st_mtime_ns, stat.st_size, self._archive.index_version)
        with self._lock:
            known = self._known.get(name)
        if known is not None and known[0] == state:
            return known[1]
        choice = self._counted(name, path)
        with self._lock:
            self._known[name] = (state, choice)
        return choice

    def _counted(self, name: str, path: Path) -> Choice:
        try:
            items = set_questions(path)
        except BadInput:
            return Choice(name, bad=True)
        ids = {gold.article_id for item in items for gold in item.gold}
        gone = {key for key in ids if self._archive.article(key) is None}
        missing = sum(any(gold.article_id in gone for gold in item.gold) for item in items)
        return Choice(name, len(items), missing)


def _received(name: object, encoded: object) -> tuple[str, bytes]:
    if not isinstance(name, str) or not isinstance(encoded, str | None):
        raise Lost("file")
    shown = plain_name(name)
    if not shown.lower().endswith(".jsonl"):
        raise WrongKind(shown)
    if encoded is None or len(encoded) > _BASE64_MAX:
        raise TooBig(shown)
    try:
        return shown, base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise Lost(shown) from None
