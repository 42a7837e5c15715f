"""The conversations of each user, in one SQLite file. Knows nothing of pages, engines or logins.

Every call opens the file and closes it again, so that threads, browser tabs and processes may use
it at once. It has no write-ahead log: a copy of the one file is whole.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desk.exchange import Exchange
from desk.history_file import HistoryUnavailable, connect
from desk.history_values import exchange_json, exchange_of

_MOST = 500  # conversations of a user; the one that was silent longest leaves first
_MOST_BYTES = 64 * 1024 * 1024  # of a user's conversations; an answered question has about 15 KB
_LONGEST_TITLE = 80  # characters
_LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """Which stored conversation a page shows, and as of which change of it."""

    id: str
    revision: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A stored conversation in the list."""

    id: str
    title: str  # its first question
    updated: datetime
    questions: int


class History:
    """The stored conversations. A user reaches only his own, by whatever id he asks."""

    def __init__(self, path: Path, *, most: int = _MOST, most_bytes: int = _MOST_BYTES) -> None:
        """``most`` conversations and ``most_bytes`` are kept of each user (desk.history_place)."""
        self._path = path
        self._most = most
        self._most_bytes = most_bytes

    def save(
        self,
        user: str,
        kept: Kept | None,
        exchanges: Sequence[Exchange],
        *,
        changed: int = 0,
        revive: bool = True,
    ) -> Kept | None:
        """Write the last exchange, and the one numbered ``changed``; those that left are deleted.

        Where another tab has gone on with the conversation meanwhile, this one becomes a
        conversation of its own: nothing is lost. So it does where it was deleted, if ``revive``;
        else nothing is written and None returned.
        """
        with self._open(write=True) as file:
            row = None
            if kept is not None:
                row = file.execute(
                    "SELECT revision FROM conversation WHERE id = ? AND user = ?", (kept.id, user)
                ).fetchone()
                if row is None and not revive:
                    return None
            if kept is None or row is None or row[0] != kept.revision:
                kept, known = Kept(secrets.token_hex(8), 0), set[int]()
            else:
                kept = Kept(kept.id, kept.revision + 1)
                known = _numbers(file, kept.id) - {exchanges[-1].number, changed}
            now = datetime.now(UTC).isoformat(timespec="microseconds")
            file.execute(
                "INSERT INTO conversation VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "title = excluded.title, updated = excluded.updated, revision = excluded.revision",
                (kept.id, user, _clean(exchanges[0].asked)[:_LONGEST_TITLE], now, kept.revision),
            )
            _write(file, kept.id, exchanges, known)
            self._prune(file, user, kept.id)
            return kept

    def load(self, user: str, key: str) -> tuple[Kept, tuple[Exchange, ...]] | None:
        """A conversation as it was left; None where this user has none with that id.

        Raises:
            HistoryUnavailable: It cannot be read.
        """
        with self._open() as file:
            row = file.execute(
                "SELECT revision FROM conversation WHERE id = ? AND user = ?", (key, user)
            ).fetchone()
            bodies = file.execute(
                "SELECT body FROM exchange WHERE conversation = ? ORDER BY number", (key,)
            ).fetchall()
        if row is None:
            return None
        try:
            return Kept(key, row[0]), tuple(exchange_of(json.loads(body)) for (body,) in bodies)
        except (ValueError, RecursionError) as error:
            raise HistoryUnavailable(
                f"Conversation {key} in {self._path} cannot be read ({error}); the others can. "
                "Delete it from the list, or restore the file from a copy."
            ) from None

    def listed(self, user: str, text: str = "", *, limit: int = 100) -> list[Listed]:
        """A user's conversations, newest first; with ``text`` those that have each word of it."""
        words = _clean(text)[:_LONGEST_SEARCH].split()
        having = "".join(
            " AND EXISTS (SELECT 1 FROM exchange WHERE conversation = c.id "
            "AND said LIKE ? ESCAPE '\\')"
            for _ in words
        )
        with self._open() as file:
            rows = file.execute(
                "SELECT c.id, c.title, c.updated, "
                "(SELECT count(*) FROM exchange WHERE conversation = c.id) FROM conversation c "
                f"WHERE c.user = ?{having} ORDER BY c.updated DESC, c.id LIMIT ?",
                (user, *map(_pattern, words), limit),
            ).fetchall()
        return [
            Listed(key, title, datetime.fromisoformat(updated), questions)
            for key, title, updated, questions in rows
        ]

    def delete(self, user: str, key: str) -> bool:
        """Forget one conversation; False where there was none."""
        with self._open(write=True) as file:
            done = file.execute(
                "DELETE FROM conversation WHERE id = ? AND user = ?", (key, user)
            ).rowcount
        return bool(done)

    def clear(self, user: str) -> int:
        """Forget all conversations of a user; how many there were."""
        with self._open(write=True) as file:
            return file.execute("DELETE FROM conversation WHERE user = ?", (user,)).rowcount

    def forget_article(self, article_id: str) -> int:
        """Forget, of every user, the questions whose answer or evidence names an article.

        For an article that was taken down: its sentences stay nowhere. How many there were.
        """
        named = json.dumps({"article_id": article_id})[1:-1]  # as exchange_json writes it
        with self._open(write=True) as file:
            gone = file.execute("DELETE FROM exchange WHERE instr(body, ?) > 0", (named,)).rowcount
            file.execute(
                "DELETE FROM conversation WHERE id NOT IN (SELECT conversation FROM exchange)"
            )
        return gone

    def _prune(self, file: sqlite3.Connection, user: str, newest: str) -> None:
        rows = file.execute(
            "SELECT c.id, (SELECT coalesce(sum(size), 0) FROM exchange "
            "WHERE conversation = c.id) FROM conversation c WHERE c.user = ? "
            "ORDER BY c.updated DESC, c.id",
            (user,),
        ).fetchall()
        room, count = self._most_bytes, self._most
        for key, size in rows:
            room, count = room - size, count - 1
            if (room < 0 or count < 0) and key != newest:
                file.execute("DELETE FROM conversation WHERE id = ?", (key,))

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            with closing(connect(self._path)) as file:
                file.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                yield file
                file.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise HistoryUnavailable(
                f"The conversations in {self._path} cannot be "
                f"{'written' if write else 'read'} ({error}): look at the disk and the file, "
                "then start again."
            ) from error


def _write(
    file: sqlite3.Connection, key: str, exchanges: Sequence[Exchange], known: set[int]
) -> None:
    """Those not ``known`` to be in the file as they are; all others leave it."""
    for number in _numbers(file, key) - {each.number for each in exchanges}:
        file.execute("DELETE FROM exchange WHERE conversation = ? AND number = ?", (key, number))
    for each in exchanges:
        if each.number in known:
            continue
        said = _clean(f"{each.asked}\n{each.text}")
        body = json.dumps(exchange_json(each))  # ASCII: half a character cannot break it
        file.execute(
            "INSERT OR REPLACE INTO exchange VALUES (?, ?, ?, ?, ?)",
            (key, each.number, len(said) + len(body), said, body),
        )


def _numbers(file: sqlite3.Connection, key: str) -> set[int]:
    rows = file.execute("SELECT number FROM exchange WHERE conversation = ?", (key,))
    return {number for (number,) in rows}


def _clean(text: str) -> str:
    """Without the halves of characters that SQLite cannot encode, and without NUL."""
    return text.encode(errors="ignore").decode().replace("\0", "")


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
