"""Token vectors of chunks in SQLite, four bits a number: the one place that reads and writes them.

Derived like the other stores, and erased with its chunk. Holds no text.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.errors import ArchiveDamaged
from index.late import Projection, quantise, restore
from index.types import TokenMatrix, Vectors

_FILE = "tokens.sqlite3"
_MEANS = ("passages", "queries", "questions", "texts")  # of a Projection
_MOST_AT_ONCE = 500  # SQLite's limit on parameters is 999 in old builds
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunk_tokens (
    chunk_id TEXT PRIMARY KEY, starts BLOB NOT NULL, codes BLOB NOT NULL
);
"""


@dataclass(frozen=True, slots=True, eq=False)
class TokenPassage:
    """A chunk as it was encoded."""

    chunk_id: str
    header: int  # characters above its text
    language: str
    tokens: TokenMatrix


@dataclass(frozen=True, slots=True, eq=False)
class TokenRow:
    """A chunk's tokens as they are stored."""

    chunk_id: str
    starts: NDArray[np.int16]  # offset of each token in the chunk's text; -1: in its header
    codes: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class ChunkTokens:
    """A chunk's tokens as they are compared."""

    starts: NDArray[np.int16]  # as in TokenRow
    vectors: Vectors  # (tokens, directions), unit length


class TokenStore:
    """One open file. Reading is safe from several threads; writing is the one writer's."""

    def __init__(self, path: Path, connection: sqlite3.Connection, projection: Projection) -> None:
        self.projection = projection
        self._path = path
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def create(cls, folder: Path, fit: Callable[[], Projection]) -> Self:
        """Open for writing, made with the projection that ``fit`` gives if it is not there."""
        folder.mkdir(exist_ok=True)
        path = folder / _FILE
        connection = sqlite3.connect(path, check_same_thread=False)
        try:
            connection.execute("PRAGMA secure_delete = ON")  # a takedown leaves no vector behind
            connection.executescript(_SCHEMA)
            projection = _read_projection(connection)
            if projection is None:
                projection = fit()
                with connection:
                    _write_projection(connection, projection)
        except (sqlite3.DatabaseError, ValueError) as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise  # a full disk, which the writer words for the user
            raise _damaged(path, error) from error
        return cls(path, connection, projection)

    @classmethod
    def open(cls, folder: Path, *, dimension: int | None = None) -> Self | None:
        """Open for reading; None where the archive has no token vectors.

        Raises ArchiveDamaged where it cannot be read, or is not of vectors with ``dimension``.
        """
        path = folder / _FILE
        if not path.is_file():
            return None
        # Not mode=ro: what a killed writer left half done has to be rolled back before a read.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False
        )
        try:
            projection = _read_projection(connection)
            if projection and dimension not in (None, len(projection.basis)):
                reason = f"made for vectors of {len(projection.basis)} numbers, not {dimension}"
                raise ValueError(reason)
        except (sqlite3.Error, ValueError) as error:
            connection.close()
            raise _damaged(path, error) from error
        if projection is None:
            connection.close()
            return None
        return cls(path, connection, projection)

    def rows(self, passages: Iterable[TokenPassage]) -> list[TokenRow]:
        """What is stored of passages."""
        return token_rows(self.projection, passages)

    def write(self, rows: Sequence[TokenRow], removed: Sequence[str] = ()) -> None:
        """When this returns, the rows are on disk and the removed ones are not."""
        with self._lock, self._connection:
            self._connection.executemany(
                "DELETE FROM chunk_tokens WHERE chunk_id = ?", [(key,) for key in removed]
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO chunk_tokens VALUES (?, ?, ?)",
                [(row.chunk_id, row.starts.tobytes(), row.codes.tobytes()) for row in rows],
            )

    def read(self, chunk_ids: Sequence[str]) -> dict[str, ChunkTokens]:
        """The tokens of those chunks that have any."""
        stored: list[tuple[str, bytes, bytes]] = []
        for start in range(0, len(chunk_ids), _MOST_AT_ONCE):
            part = chunk_ids[start : start + _MOST_AT_ONCE]
            marks = ",".join("?" * len(part))
            with self._lock, _reading(self._path):
                stored += self._connection.execute(
                    f"SELECT chunk_id, starts, codes FROM chunk_tokens WHERE chunk_id IN ({marks})",
                    list(part),
                ).fetchall()
        held = [row for row in stored if row[2]]
        width = self.projection.basis.shape[1] // 2
        with _reading(self._path):
            # All at once: a call for each chunk would cost more than the arithmetic.
            packed = np.frombuffer(b"".join(row[2] for row in held), dtype=np.uint8)
            vectors = restore(packed.reshape(-1, width))
            found: dict[str, ChunkTokens] = {}
            at = 0
            for key, starts, codes in held:
                offsets = np.frombuffer(starts, dtype="<i2")
                if len(codes) != len(offsets) * width:
                    raise ValueError(f"the tokens of {key} are not whole")
                found[key] = ChunkTokens(offsets, vectors[at : at + len(offsets)])
                at += len(offsets)
            return found

    def stored(self, chunk_ids: Sequence[str]) -> list[TokenRow]:
        """The rows of those chunks that have any, as they were written."""
        with self._lock, _reading(self._path):
            found = self._connection.execute(
                "SELECT chunk_id, starts, codes FROM json_each(?) JOIN chunk_tokens"
                " ON chunk_id = value",
                (json.dumps(list(chunk_ids)),),
            ).fetchall()
        return [
            TokenRow(key, np.frombuffer(starts, "<i2"), np.frombuffer(codes, np.uint8))
            for key, starts, codes in found
        ]

    def ids(self) -> list[str]:
        """All chunk ids, sorted."""
        with self._lock, _reading(self._path):
            found = self._connection.execute("SELECT chunk_id FROM chunk_tokens ORDER BY chunk_id")
            return [key for (key,) in found]

    def check(self) -> None:
        """Raise ArchiveDamaged unless the file's pages hang together."""
        with self._lock, _reading(self._path):
            found = self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise _damaged(self._path, found)

    def close(self) -> None:
        """Free the file; no call may be running."""
        self._connection.close()


def token_rows(projection: Projection, passages: Iterable[TokenPassage]) -> list[TokenRow]:
    """What a store with this projection keeps of passages."""
    return [
        TokenRow(
            each.chunk_id,
            np.maximum(each.tokens.starts - each.header, -1).astype("<i2"),
            quantise(projection.passage(each.tokens.vectors, each.language)),
        )
        for each in passages
    ]


def _read_projection(connection: sqlite3.Connection) -> Projection | None:
    """What is stored; None where nothing is, ValueError where it is not whole."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchall()
    rows = connection.execute("SELECT name, value FROM meta").fetchall() if tables else []
    stored = {name: np.frombuffer(value, dtype="<f4") for name, value in rows}
    if "basis" not in stored:
        return None
    means: dict[str, dict[str, Vectors]] = {kind: {} for kind in _MEANS}
    for name, value in stored.items():
        kind, _, language = name.partition(":")
        if kind in means:
            means[kind][language] = value
    lacking = [kind for kind, by_language in means.items() if "" not in by_language]
    if lacking:
        raise ValueError(f"it lacks the mean of {' and '.join(lacking)}")
    dimension = len(means["questions"][""])
    if any(len(mean) != dimension for kind in means.values() for mean in kind.values()):
        raise ValueError("its means are not of one length")
    if not len(stored["basis"]):
        raise ValueError("its basis is empty")
    return Projection(stored["basis"].reshape(dimension, -1), **means)


def _write_projection(connection: sqlite3.Connection, projection: Projection) -> None:
    values = {"basis": projection.basis}
    for kind in _MEANS:
        for language, mean in getattr(projection, kind).items():
            values[f"{kind}:{language}"] = mean
    connection.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [(name, value.astype("<f4").tobytes()) for name, value in values.items()],
    )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, ValueError) as error:  # ValueError: bytes that are no whole vectors
        raise _damaged(path, error) from error


def _damaged(path: Path, reason: object) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"{path} cannot be read ({reason}). Rebuild it from the catalog: "
        f"suyuan rebuild --archive {path.parent.parent}."
    )
