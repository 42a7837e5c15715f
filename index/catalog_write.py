"""Writing the catalog. Each method is one transaction; only the holder of the writer lock calls it.

A chunk is written unindexed and becomes searchable when both stores have acknowledged it; a chunk
id that must leave them waits in ``withdrawn``. So what a killed run left undone is a query away.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from index.catalog import ARTICLE_COLUMNS, SCHEMA_VERSION, Catalog, to_article, to_row
from index.errors import ArchiveDamaged
from index.types import Article, Chunk, IngestReport

_KEPT_REJECTED = 1_000  # of one run; their number is kept in full

_TYPES = {"title_derived": "INTEGER", "position": "INTEGER", "version": "INTEGER"}
_ARTICLE = ",\n".join(
    f"{name} {_TYPES.get(name, 'TEXT')}{'' if name == 'published' else ' NOT NULL'}"
    for name in ARTICLE_COLUMNS
)
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles ({_ARTICLE}, content_hash TEXT NOT NULL, stored TEXT NOT NULL,
    PRIMARY KEY (id));
CREATE INDEX articles_by_origin ON articles (origin);
CREATE INDEX articles_by_published ON articles (published);
CREATE INDEX articles_by_source ON articles (source);
CREATE TABLE article_versions ({_ARTICLE}, content_hash TEXT NOT NULL, stored TEXT NOT NULL,
    replaced TEXT NOT NULL, PRIMARY KEY (id, version));
CREATE TABLE chunks (id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, indexed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX chunks_by_article ON chunks (article_id);
CREATE INDEX chunks_unindexed ON chunks (id) WHERE indexed = 0;
CREATE TABLE rebuilt_chunks (id TEXT PRIMARY KEY, article_id TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE withdrawn (chunk_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE files (origin TEXT PRIMARY KEY, prefix TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX files_by_prefix ON files (prefix);
CREATE TABLE runs (id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT,
    read INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0, chunks_written INTEGER NOT NULL DEFAULT 0);
CREATE TABLE rejected (run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    path TEXT NOT NULL, reason TEXT NOT NULL, line INTEGER);
CREATE INDEX rejected_by_run ON rejected (run_id);
PRAGMA user_version = {SCHEMA_VERSION};
"""
# For filters; made for older catalogs too. They hold all that filters ask about, because those
# columns stand behind the body, and reading past it costs 26 ms instead of 1 at 20,000 articles.
_FILTER_INDEXES = """
CREATE INDEX IF NOT EXISTS articles_by_section ON articles (section, published, source, id);
CREATE INDEX IF NOT EXISTS articles_by_credit
    ON articles (reporters, byline, published, source, section, id);
"""


class CatalogWriter(Catalog):
    """Reads and writes one catalog file."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for writing; a file that is missing is created."""
        try:
            connection = sqlite3.connect(
                path, check_same_thread=False, isolation_level=None, timeout=10
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
            catalog = cls(connection, path)
            connection.executescript(_FILTER_INDEXES)
            return catalog
        except sqlite3.OperationalError:
            raise  # locked or out of space: not damage
        except sqlite3.DatabaseError as error:
            raise ArchiveDamaged(
                f"{path} cannot be read ({error}). Restore it from a backup, or ingest again into"
                " another folder."
            ) from error

    def set_meta(self, **values: str | int) -> None:
        """Store settings of the archive."""
        with self._transaction() as db:
            _set_meta(db, values)

    def content_hash(self, article_id: str) -> str | None:
        """Return the current version's hash, None for an id that is not current."""
        rows = self._rows("SELECT content_hash FROM articles WHERE id = ?", (article_id,))
        return rows[0][0] if rows else None

    def place(self, article_id: str) -> tuple[str, int]:
        """Return file and position the current version was read from; ("", 0) for none."""
        rows = self._rows("SELECT origin, position FROM articles WHERE id = ?", (article_id,))
        return (rows[0][0], rows[0][1]) if rows else ("", 0)

    def was_replaced(self, article: Article) -> bool:
        """Whether this content, read from this place, is already an earlier version."""
        return bool(
            self._rows(
                "SELECT 1 FROM article_versions"
                " WHERE id = ? AND content_hash = ? AND origin = ? AND position = ?",
                (article.id, article.content_hash, article.origin, article.position),
            )
        )

    def put_articles(self, batch: Sequence[tuple[Article, Sequence[Chunk]]]) -> None:
        """Store articles as current, their chunks unindexed; what they replace becomes earlier."""
        now = _now()
        with self._transaction() as db:
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

    def retire_articles(self, article_ids: Sequence[str]) -> None:
        """Make articles earlier versions only; their chunks leave every search at once."""
        with self._transaction() as db:
            _retire(db, article_ids, _now())

    def move_article(self, article_id: str, origin: str, position: int) -> None:
        """Record that the same content is now read from another place."""
        with self._transaction() as db:
            db.execute(
                "UPDATE articles SET origin = ?, position = ? WHERE id = ?",
                (origin, position, article_id),
            )

    def acknowledge(self, indexed: Iterable[str], removed: Iterable[str] = ()) -> None:
        """The stores hold and no longer hold these chunks: make that visible to all readers."""
        with self._transaction() as db:
            db.executemany(
                "UPDATE chunks SET indexed = 1 WHERE id = ?", [(id_,) for id_ in indexed]
            )
            db.executemany("DELETE FROM withdrawn WHERE chunk_id = ?", [(id_,) for id_ in removed])
            _bump(db)

    def unindexed(self, limit: int) -> list[tuple[Article, Chunk]]:
        """Return chunks that the stores have not acknowledged, with their articles."""
        rows = self._rows(
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
        rows = self._rows("SELECT chunk_id FROM withdrawn ORDER BY chunk_id LIMIT ?", (limit,))
        return [row[0] for row in rows]

    def prefix_of(self, origin: str) -> str | None:
        """Return the id prefix that a page file was given."""
        rows = self._rows("SELECT prefix FROM files WHERE origin = ?", (origin,))
        return rows[0][0] if rows else None

    def owners_of(self, prefix: str) -> list[str]:
        """Return the page files that were given this id prefix."""
        rows = self._rows("SELECT origin FROM files WHERE prefix = ? ORDER BY origin", (prefix,))
        return [row[0] for row in rows]

    def ids_from(self, origin: str) -> list[str]:
        """Return the current articles that were read from a file."""
        rows = self._rows("SELECT id FROM articles WHERE origin = ? ORDER BY id", (origin,))
        return [row[0] for row in rows]

    def claim_prefix(self, origin: str, prefix: str, *, instead_of: Sequence[str] = ()) -> None:
        """Give a page file its id prefix, taken over from files that are gone."""
        with self._transaction() as db:
            db.executemany("DELETE FROM files WHERE origin = ?", [(gone,) for gone in instead_of])
            db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (origin, prefix))

    def start_run(self) -> int:
        """Record that an ingest has begun and return its number."""
        with self._transaction() as db:
            return int(
                db.execute("INSERT INTO runs (started) VALUES (?)", (_now(),)).lastrowid or 0
            )

    def finish_run(self, run_id: int, report: IngestReport) -> None:
        """Record what an ingest did."""
        with self._transaction() as db:
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
        with self._transaction() as db:
            db.execute("DELETE FROM rebuilt_chunks")

    def add_rebuilt(self, chunks: Sequence[Chunk]) -> None:
        """Keep chunks of a rebuild aside until all of them are in the new store."""
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO rebuilt_chunks VALUES (?, ?, ?, ?)",
                [(c.id, c.article_id, c.start, c.end) for c in chunks],
            )

    def switch_to_rebuilt(self, encoder: str, dimension: int, *, lexical: str, index: str) -> None:
        """Make the rebuilt chunks the current ones; the new stores are to be swapped in now."""
        with self._transaction() as db:
            db.execute("DELETE FROM chunks")
            db.execute("DELETE FROM withdrawn")
            db.execute(
                "INSERT INTO chunks SELECT id, article_id, start, end, 1 FROM rebuilt_chunks"
            )
            db.execute("DELETE FROM rebuilt_chunks")
            _set_meta(db, {"encoder": encoder, "dimension": dimension, "lexical": lexical})
            _set_meta(db, {"index": index, "swap": 1})
            _bump(db)

    def end_swap(self) -> None:
        """The rebuilt store is in its place: let readers open it."""
        with self._transaction() as db:
            _set_meta(db, {"swap": 0, "dirty": 0})
            _bump(db)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
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


def _set_meta(db: sqlite3.Connection, values: dict[str, str | int]) -> None:
    db.executemany(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [(key, str(value)) for key, value in values.items()],
    )


def _bump(db: sqlite3.Connection) -> None:
    current = db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    _set_meta(db, {"generation": int(current[0]) + 1 if current else 1})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
