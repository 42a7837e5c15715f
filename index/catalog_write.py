"""Writing the catalog. Each method is one transaction; only the holder of the writer lock calls it.

A chunk is written unindexed and becomes searchable when both stores have acknowledged it; a chunk
id that must leave them waits in ``withdrawn``. So what a killed run left undone is a query away.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from index.catalog import ARTICLE_COLUMNS, Catalog, to_article, to_row
from index.catalog_file import damage_in_one_line
from index.catalog_schema import bring_up_to_date, create_tables
from index.errors import ArchiveError
from index.types import Article, Chunk, IngestReport

_KEPT_REJECTED = 1_000  # of one run; their number is kept in full


class CatalogWriter(Catalog):
    """Reads and writes one catalog file."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for writing; a file that is missing is created."""
        with damage_in_one_line(path):  # locked or out of space is not damage
            connection = sqlite3.connect(
                path, check_same_thread=False, isolation_level=None, timeout=10
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            create_tables(connection)
            catalog = cls(connection, path)
            bring_up_to_date(connection)
            return catalog

    def set_meta(self, **values: str | int) -> None:
        """Store settings of the archive."""
        with self.transaction() as db:
            put_meta(db, values)

    def current_version(self, article_id: str) -> tuple[str, str, int] | None:
        """Return hash, file and position in it; None for an id that is not current."""
        rows = self.rows(
            "SELECT content_hash, origin, position FROM articles WHERE id = ?", (article_id,)
        )
        return rows[0] if rows else None

    def was_replaced(self, article: Article) -> bool:
        """Whether this content, read from this place, is already an earlier version."""
        return bool(
            self.rows(
                "SELECT 1 FROM article_versions"
                " WHERE id = ? AND content_hash = ? AND origin = ? AND position = ?",
                (article.id, article.content_hash, article.origin, article.position),
            )
        )

    def put_articles(
        self,
        batch: Sequence[tuple[Article, Sequence[Chunk]]],
        *,
        then: Callable[[sqlite3.Connection], None] = lambda _: None,
    ) -> None:
        """Store articles as current, their chunks unindexed; what they replace becomes earlier.

        ``then`` is part of the transaction.
        """
        now = _now()
        with self.transaction() as db:
            for article, chunks in batch:
                _retire(db, [article.id], now)
                version = db.execute(
                    "SELECT coalesce(max(version), 0) + 1 FROM article_versions WHERE id = ?",
                    (article.id,),
                ).fetchone()[0]
                columns = (*ARTICLE_COLUMNS, "content_hash", "stored")
                row = dict(zip(columns, (*to_row(article), article.content_hash, now), strict=True))
                row["version"] = version
                marks = ", ".join("?" * len(columns))
                db.execute(
                    f"INSERT INTO articles ({', '.join(columns)}) VALUES ({marks})",
                    tuple(row.values()),
                )
                db.executemany(
                    "INSERT INTO chunks (id, article_id, start, end) VALUES (?, ?, ?, ?)",
                    [(chunk.id, article.id, chunk.start, chunk.end) for chunk in chunks],
                )
                db.executemany(
                    "DELETE FROM withdrawn WHERE chunk_id = ?", [(chunk.id,) for chunk in chunks]
                )
            then(db)

    def retire_articles(self, article_ids: Sequence[str]) -> None:
        """Make articles earlier versions only; their chunks leave every search at once."""
        with self.transaction() as db:
            _retire(db, article_ids, _now())

    def move_article(self, article_id: str, origin: str, position: int) -> None:
        """Record that the same content is now read from another place."""
        with self.transaction() as db:
            db.execute(
                "UPDATE articles SET origin = ?, position = ? WHERE id = ?",
                (origin, position, article_id),
            )

    def acknowledge(self, indexed: Iterable[str], removed: Iterable[str] = ()) -> None:
        """The stores hold and no longer hold these chunks: make that visible to all readers."""
        with self.transaction() as db:
            db.executemany(
                "UPDATE chunks SET indexed = 1 WHERE id = ?", [(id_,) for id_ in indexed]
            )
            db.executemany("DELETE FROM withdrawn WHERE chunk_id = ?", [(id_,) for id_ in removed])
            count_batch(db)

    def unindexed(self, limit: int) -> list[tuple[Article, Chunk]]:
        """Return chunks that the stores have not acknowledged, with their articles."""
        rows = self.rows(
            f"SELECT chunks.id, start, end, {', '.join('articles.' + c for c in ARTICLE_COLUMNS)}"
            " FROM chunks JOIN articles ON articles.id = article_id"
            " WHERE indexed = 0 ORDER BY chunks.id LIMIT ?",
            (limit,),
        )
        pairs = []
        for chunk_id, start, end, *columns in rows:
            article = to_article(columns)
            chunk = Chunk(chunk_id, article.id, start, end, article.body[start:end])
            pairs.append((article, chunk))
        return pairs

    def withdrawn(self, limit: int) -> list[str]:
        """Return chunk ids that the stores must still delete."""
        rows = self.rows("SELECT chunk_id FROM withdrawn ORDER BY chunk_id LIMIT ?", (limit,))
        return [row[0] for row in rows]

    def prefix_of(self, origin: str) -> str | None:
        """Return the id prefix that a page file was given."""
        rows = self.rows("SELECT prefix FROM files WHERE origin = ?", (origin,))
        return rows[0][0] if rows else None

    def owners_of(self, prefix: str) -> list[str]:
        """Return the page files that were given this id prefix."""
        rows = self.rows("SELECT origin FROM files WHERE prefix = ? ORDER BY origin", (prefix,))
        return [row[0] for row in rows]

    def ids_from(self, origin: str) -> list[str]:
        """Return the current articles that were read from a file."""
        rows = self.rows("SELECT id FROM articles WHERE origin = ? ORDER BY id", (origin,))
        return [row[0] for row in rows]

    def ids_of_papers(self, sources: Sequence[str]) -> list[str]:
        """Return the current articles of those papers, "" standing for no paper."""
        rows = self.rows(
            "SELECT id FROM articles WHERE source IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(sources)),),
        )
        return [row[0] for row in rows]

    def claim_prefix(self, origin: str, prefix: str, *, instead_of: Sequence[str] = ()) -> None:
        """Give a page file its id prefix, taken over from files that are gone."""
        with self.transaction() as db:
            db.executemany("DELETE FROM files WHERE origin = ?", [(gone,) for gone in instead_of])
            db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (origin, prefix))

    def start_run(self) -> int:
        """Record that an ingest has begun and return its number."""
        with self.transaction() as db:
            return int(
                db.execute("INSERT INTO runs (started) VALUES (?)", (_now(),)).lastrowid or 0
            )

    def finish_run(self, run_id: int, report: IngestReport) -> None:
        """Record what an ingest did."""
        with self.transaction() as db:
            db.execute(
                "UPDATE runs SET finished = ?, read = ?, new = ?, changed = ?, unchanged = ?,"
                " rejected = ?, chunks_written = ? WHERE id = ?",
                (
                    _now(),
                    report.read,
                    report.new,
                    report.changed,
                    report.unchanged,
                    len(report.rejected),
                    report.chunks_written,
                    run_id,
                ),
            )
            db.executemany(
                "INSERT INTO rejected VALUES (?, ?, ?, ?)",
                [(run_id, r.path, r.reason, r.line) for r in report.rejected[:_KEPT_REJECTED]],
            )

    def start_rebuild(self) -> None:
        """Forget the chunks of a rebuild that did not finish."""
        with self.transaction() as db:
            db.execute("DELETE FROM rebuilt_chunks")

    def add_rebuilt(self, chunks: Sequence[Chunk]) -> None:
        """Keep chunks of a rebuild aside until all of them are in the new store."""
        with self.transaction() as db:
            db.executemany(
                "INSERT INTO rebuilt_chunks VALUES (?, ?, ?, ?)",
                [(c.id, c.article_id, c.start, c.end) for c in chunks],
            )

    def switch_to_rebuilt(self, encoder: str, dimension: int, **more: str) -> None:
        """Make the rebuilt chunks the current ones; the new stores are to be swapped in now.

        ``more``: what else is to be set with it.
        """
        with self.transaction() as db:
            db.execute("DELETE FROM chunks")
            db.execute("DELETE FROM withdrawn")
            db.execute(
                "INSERT INTO chunks SELECT id, article_id, start, end, 1 FROM rebuilt_chunks"
            )
            db.execute("DELETE FROM rebuilt_chunks")
            put_meta(db, {"encoder": encoder, "dimension": dimension, "swap": 1, **more})
            count_batch(db)

    def start_swap(self, **more: str) -> None:
        """Stores with the same chunks have been built; they are to be swapped in now."""
        with self.transaction() as db:
            put_meta(db, {"swap": 1, **more})
            count_batch(db)

    def end_swap(self) -> None:
        """The rebuilt store is in its place: let readers open it."""
        with self.transaction() as db:
            put_meta(db, {"swap": 0, "dirty": 0})
            count_batch(db)

    def indexed_ids(self, *, page: int) -> Iterator[list[str]]:
        """Yield the ids of all searchable chunks in their order, a page at a time."""
        last = ""
        while rows := self.rows(
            "SELECT id FROM chunks WHERE indexed = 1 AND id > ? ORDER BY id LIMIT ?", (last, page)
        ):
            yield [row[0] for row in rows]
            last = rows[-1][0]

    def overwrite_deleted(self) -> None:
        """From now on, what is deleted is overwritten with zeros."""
        with self._lock:
            self._connection.execute("PRAGMA secure_delete = ON")

    def pack(self) -> None:
        """Write the file anew with only what is in it, and empty its write-ahead log.

        Raises ArchiveError while a reader keeps the log in use.
        """
        with self._lock:
            self._connection.execute("VACUUM")
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise ArchiveError(
                "The catalog is in use, so that its log cannot be emptied. Run the same command"
                " again."
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block or nothing of it."""
        with self._lock, damage_in_one_line(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:  # SQLite may have rolled back a full disk
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _retire(db: sqlite3.Connection, article_ids: Sequence[str], now: str) -> None:
    columns = ", ".join((*ARTICLE_COLUMNS, "content_hash", "stored"))
    for article_id in article_ids:
        db.execute(
            f"INSERT INTO article_versions ({columns}, replaced)"
            f" SELECT {columns}, ? FROM articles WHERE id = ?",
            (now, article_id),
        )
        db.execute(
            "INSERT OR IGNORE INTO withdrawn SELECT id FROM chunks WHERE article_id = ?",
            (article_id,),
        )
        db.execute("DELETE FROM articles WHERE id = ?", (article_id,))


def put_meta(db: sqlite3.Connection, values: dict[str, str | int]) -> None:
    """Store settings as part of a transaction."""
    db.executemany(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [(key, str(value)) for key, value in values.items()],
    )


def count_batch(db: sqlite3.Connection) -> None:
    """Let readers see, as part of a transaction, that something has changed."""
    current = db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    put_meta(db, {"generation": int(current[0]) + 1 if current else 1})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
