"""The source of truth: articles with their earlier versions, chunks, files, runs. SQLite, reading.

Knows nothing of vectors or encoders beyond the name it was told. Writing is in catalog_write.py.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Self

from index.catalog_coverage import CatalogCoverage
from index.catalog_file import connect_read_only, damage_in_one_line
from index.catalog_filter import CatalogFilter
from index.errors import ArchiveDamaged, ArchiveError, EncoderMismatch, NoArchive
from index.filters import FilterValues, SearchFilter
from index.layout import Layout
from index.types import Article, Chunk, Coverage, DateKnown, Encoder, Kind, Rejected, Span

SCHEMA_VERSION = 3
# Raise it when chunks are cut, embedded or projected otherwise: old stores do not fit new ones.
INDEX_VERSION = "2"
ARTICLE_COLUMNS = tuple(field.name for field in fields(Article))

_PAGE = 200  # articles read at a time: bodies are held in memory
_MAX_VARIABLES = 500  # bound parameters in one statement; SQLite's own limit may be 999


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk that search may return, with what filters ask about."""

    chunk: Chunk
    published: date | None
    source: str
    section: str
    reporters: tuple[str, ...]
    byline: str


@dataclass(frozen=True, slots=True)
class Run:
    """One ingest as it was recorded; ``finished`` is None for one that was cut off."""

    started: datetime
    finished: datetime | None
    rejected: tuple[Rejected, ...]


class Catalog:
    """Reads one catalog file. Safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = threading.RLock()
        self._filter = CatalogFilter(self.rows)
        self._coverage = CatalogCoverage(self.rows)
        check_schema(connection, path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for reading only; the file must exist."""
        with damage_in_one_line(path, busy=True):
            return cls(connect_read_only(path), path)

    def close(self) -> None:
        """Close the file; no method may be called after it."""
        self._connection.close()

    @property
    def generation(self) -> int:
        """Counts the committed batches; 0 before the first."""
        return int(self.meta("generation") or 0)

    @property
    def encoder(self) -> tuple[str, int]:
        """Name and dimension of the encoder the chunks and vectors were made for."""
        return self.meta("encoder") or "", int(self.meta("dimension") or 0)

    def meta(self, key: str) -> str | None:
        """Return one setting of the archive, None where it was never set."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        """Return the current version, or an earlier one by its number."""
        columns = ", ".join(ARTICLE_COLUMNS)
        for table in ("articles", "article_versions"):
            rows = self.rows(
                f"SELECT {columns} FROM {table} WHERE id = ? AND (? IS NULL OR version = ?)",
                (article_id, version, version),
            )
            if rows:
                return to_article(rows[0])
            if version is None:
                return None
        return None

    def articles(self) -> Iterator[Article]:
        """Yield all current articles by id, a page at a time."""
        columns = ", ".join(ARTICLE_COLUMNS)
        last = ""
        while rows := self.rows(
            f"SELECT {columns} FROM articles WHERE id > ? ORDER BY id LIMIT ?", (last, _PAGE)
        ):
            yield from map(to_article, rows)
            last = rows[-1][0]

    def chunks(self, article_id: str) -> list[Chunk]:
        """Return an article's searchable chunks in the order of the text."""
        rows = self.rows(
            "SELECT chunks.id, start, end, body FROM chunks JOIN articles"
            " ON articles.id = article_id WHERE article_id = ? AND indexed = 1 ORDER BY start",
            (article_id,),
        )
        return [Chunk(row[0], article_id, row[1], row[2], row[3][row[1] : row[2]]) for row in rows]

    def chunks_by_id(self, chunk_ids: Iterable[str]) -> dict[str, StoredChunk]:
        """Return those of the chunks that are current and searchable."""
        found: dict[str, StoredChunk] = {}
        ids = iter(chunk_ids)
        while batch := tuple(islice(ids, _MAX_VARIABLES)):
            marks = ", ".join("?" * len(batch))
            # substr would read past a NUL; the slice in Python is the body's own.
            for row in self.rows(
                "SELECT chunks.id, article_id, start, end, body, published, source, section,"
                " reporters, byline"
                " FROM chunks JOIN articles ON articles.id = article_id"
                f" WHERE indexed = 1 AND chunks.id IN ({marks})",
                batch,
            ):
                chunk = Chunk(row[0], row[1], row[2], row[3], row[4][row[2] : row[3]])
                found[chunk.id] = StoredChunk(
                    chunk, _to_date(row[5]), row[6], row[7], tuple(json.loads(row[8])), row[9]
                )
        return found

    def chunk_ids(self, filters: SearchFilter, *, most: int | None = None) -> list[str] | None:
        """Return the ids of all searchable chunks a filter admits, None for more than ``most``."""
        return self._filter.chunk_ids(filters, generation=self.generation, most=most)

    def current(self, chunk_ids: Iterable[str]) -> list[str]:
        """Return those of the chunks that are searchable, in their order."""
        rows = self.rows(
            "SELECT value FROM json_each(?) AS asked JOIN chunks ON chunks.id = value"
            " WHERE indexed = 1 ORDER BY asked.key",
            (json.dumps(list(chunk_ids)),),
        )
        return [row[0] for row in rows]

    def sample_chunks(self, count: int) -> list[str]:
        """Return about ``count`` ids of searchable chunks, evenly over the order of their ids."""
        step = max(1, self.count_chunks() // count)
        rows = self.rows(
            "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM chunks"
            " WHERE indexed = 1) WHERE number % ? = 0",
            (step,),
        )
        return [row[0] for row in rows]

    def filter_values(self) -> FilterValues:
        """Return what current articles can be narrowed to."""
        return self._filter.values(self.generation)

    def count_chunks(self) -> int:
        """Return how many chunks search may return."""
        # Those that are not searchable yet have an index: 9 ms at 1e6 chunks and not 58.
        return int(
            self.rows(
                "SELECT (SELECT count(*) FROM chunks)"
                " - (SELECT count(*) FROM chunks WHERE indexed = 0)"
            )[0][0]
        )

    def coverage(self) -> Coverage:
        """Return what a search goes through."""
        return self._coverage.read(self._state())

    def last_run(self) -> Run | None:
        """Return the latest ingest, finished or cut off, with what it could not read."""
        rows = self.rows("SELECT id, started, finished FROM runs ORDER BY id DESC LIMIT 1")
        if not rows:
            return None
        rejected = self.rows(
            "SELECT path, reason, line FROM rejected WHERE run_id = ? ORDER BY rowid", (rows[0][0],)
        )
        return Run(
            started=datetime.fromisoformat(rows[0][1]),
            finished=datetime.fromisoformat(rows[0][2]) if rows[0][2] else None,
            rejected=tuple(Rejected(*row) for row in rejected),
        )

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return what a query finds; for the modules that know the tables."""
        with self._lock, damage_in_one_line(self._path):
            return self._connection.execute(sql, values).fetchall()

    def _state(self) -> tuple[int, int]:
        """Another one after each write, of any process: SQLite counts others' and own apart."""
        with self._lock:
            return self.rows("PRAGMA data_version")[0][0], self._connection.total_changes


def no_archive(folder: Path) -> NoArchive:
    """Return the error for a folder into which nothing has been ingested."""
    return NoArchive(f"No archive at {folder}. Build one: suyuan ingest FILE --archive {folder}")


def catalog_of(folder: Path) -> Catalog:
    """The catalog of an archive, to read; whoever opens it closes it.

    Raises:
        NoArchive: Nothing has been ingested into this folder.
        ArchiveDamaged: It cannot be read.
    """
    path = Layout(folder).catalog
    if not path.is_file():
        raise no_archive(folder)
    catalog = Catalog.open(path)
    try:
        if catalog.generation == 0:
            raise no_archive(folder)
    except BaseException:
        catalog.close()
        raise
    return catalog


def require_encoder(catalog: Catalog, encoder: Encoder, folder: Path) -> None:
    """Raise EncoderMismatch unless the archive was built with this encoder, and as it is now.

    Raises ArchiveError where it was built by a Suyuan that cut or encoded chunks otherwise.
    """
    name, dimension = catalog.encoder
    if (name, dimension) != (encoder.name, encoder.dimension):
        model = name.rpartition("@")[0] or name  # without the digest of its weights
        way_back = (
            f"Set SUYUAN_ENCODER={model}, or rebuild" if model not in encoder.name else "Rebuild"
        )
        raise EncoderMismatch(
            f"{folder} was built with {name} ({dimension} dimensions); the encoder now is"
            f" {encoder.name} ({encoder.dimension}). {way_back} it:"
            f" suyuan rebuild --archive {folder}"
        )
    require_index(catalog, folder)


def require_index(catalog: Catalog, folder: Path) -> None:
    """Raise ArchiveError where chunks were cut or encoded by a Suyuan that did it otherwise."""
    if catalog.meta("index") != INDEX_VERSION:
        raise ArchiveError(
            f"{folder} was indexed by another version of Suyuan. Its articles are all there; index"
            f" them anew: suyuan rebuild --archive {folder}"
        )


def check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ArchiveError for a catalog of a later Suyuan, ArchiveDamaged for one that is none."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise ArchiveError(
            f"{path} was written by a newer Suyuan (catalog schema {version}, this one knows"
            f" {SCHEMA_VERSION}). Upgrade Suyuan to open it."
        )
    if version < 1:
        raise ArchiveDamaged(f"{path} is not a Suyuan catalog. Choose another --archive folder.")


def to_article(row: Sequence[Any]) -> Article:
    """Turn a row of ARTICLE_COLUMNS back into the article."""
    values = dict(zip(ARTICLE_COLUMNS, row, strict=True))
    values["reporters"] = tuple(json.loads(values["reporters"]))
    values["headings"] = tuple(Span(*pair) for pair in json.loads(values["headings"]))
    values["published"] = _to_date(values["published"])
    values["date_known"] = DateKnown(values["date_known"])
    values["kind"] = Kind(values["kind"])
    values["title_derived"] = bool(values["title_derived"])
    return Article(**values)


def to_row(article: Article) -> tuple[Any, ...]:
    """Turn an article into values for ARTICLE_COLUMNS."""
    values = {name: getattr(article, name) for name in ARTICLE_COLUMNS}
    values["reporters"] = json.dumps(article.reporters, ensure_ascii=False)
    values["headings"] = json.dumps([(span.start, span.end) for span in article.headings])
    values["published"] = article.published.isoformat() if article.published else None
    return tuple(values.values())


def _to_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
