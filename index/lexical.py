"""Words of chunks in tantivy, scored by BM25: the one place that talks to it.

Holds no text, only words and character pairs without their order; texts are the catalog's.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from tantivy import (
    Document,
    FieldType,
    Index,
    IndexWriter,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    Searcher,
)

from index.briefs import brief_at
from index.chunk import missing_heading
from index.errors import ArchiveDamaged, not_writable
from index.filters import NO_FILTER, SearchFilter
from index.period_terms import chunk_period_terms
from index.types import Article, Chunk
from index.vectors import date_number
from index.words import fold_characters, words

LEXICAL_VERSION = "2"  # raise it when words() or a field changes: old indexes are made anew

_PAIR = re.compile(r"(?=([^\W_]{2}))")
_MAX_WORDS = 200  # of one query: a question has about 20
_MAX_GRAMS = 64  # of one query; a longer phrase is still compared whole afterwards
# The headline is in the text too. Of 0, 0.5, 1, 1.5, 2 and 3 the best over three development
# corpora: crud hard hit@5 .79 (0: .63; 1: .83), xwlb auto_temporal hit@5 .47 (0: .66; 1: .45).
_TITLE_BOOST = 0.5
_HEAP_BYTES = 64_000_000
_LAST_DAY = 99_991_231


class LexicalError(Exception):
    """Tantivy could not read or write."""


@dataclass(frozen=True, slots=True)
class LexicalRow:
    """What is indexed of a chunk: words cut and joined by spaces, and filter fields."""

    chunk_id: str
    published: date | None
    source: str
    title: str
    text: str
    grams: str
    periods: str


@dataclass(frozen=True, slots=True)
class WordQuery:
    """Words of which any may occur, and what all hits must have.

    Of the filter, days and papers are looked at here; where ``ids`` are given, only those.
    """

    words: tuple[str, ...]
    phrases: tuple[str, ...] = ()  # folded by fold_characters
    filters: SearchFilter = NO_FILTER
    ids: Sequence[str] | None = None
    periods: tuple[str, ...] = ()  # terms of index.period_terms, of which any may occur


def lexical_rows(passages: Iterable[tuple[Article, Chunk]]) -> list[LexicalRow]:
    """Cut headline, paper and text into words; the phrases of a chunk are its article's.

    The heading of a digest's brief is a title beside the headline, for each of its chunks.
    """
    rows: list[LexicalRow] = []
    last: Article | None = None
    plain: Article | None = None
    title = source = grams = ""
    for article, chunk in passages:
        if article is not last or plain is None:
            last = article
            # Periods are kept by article, and a digest's thousands of headings are slow to hash.
            plain = replace(article, headings=())
            title, source = _joined(words(article.headline)), _joined(words(article.source))
            grams = _joined(_grams(fold_characters(f"{article.headline}\n{article.body}")))
        heading = _joined(words(brief_at(article, chunk.start).heading))
        missing = _joined(words(missing_heading(article, chunk)))
        text = " ".join(filter(None, (title, missing, source, _joined(words(chunk.text)))))
        titles = f"{title} {heading}".strip()
        periods = _joined(chunk_period_terms(plain, chunk))
        rows.append(
            LexicalRow(chunk.id, article.published, article.source, titles, text, grams, periods)
        )
    return rows


class LexicalIndex:
    """Reads one tantivy folder as it was when opened. May be shared between threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._schema = _schema()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the last commit; raises ArchiveDamaged where it cannot be read."""
        if not path.is_dir():
            raise missing_lexical(path)
        try:
            with _tantivy():
                index = Index.open(str(path))
                if index.schema != _schema():
                    raise damaged_lexical(path, "it has other fields")
                # Without this, tantivy starts a thread that watches the folder.
                index.config_reader("manual")
                return cls(index.searcher())
        except LexicalError as error:
            raise damaged_lexical(path, error) from error

    def document_frequency(self, word: str) -> int:
        """Return how many chunks have this word in headline, paper or text."""
        with _tantivy():
            term = Query.term_query(self._schema, "text", _encodable(word), index_option="basic")
            # Searcher.doc_freq would count deleted chunks until tantivy merges them away.
            found: Any = self._searcher.search(term, limit=1, count=True)
            return int(found.count)  # missing from tantivy's own types

    def search(self, query: WordQuery, *, limit: int) -> list[tuple[str, float]]:
        """Return chunk ids with their BM25 score, best first; only chunks with a word score."""
        if not query.words:
            return []
        with _tantivy():
            found = self._searcher.search(self._build(query), limit=limit, count=False)
            # Four digits: more are noise of the summation order and would break ties by chance.
            return [
                (str(self._searcher.doc(address).get_first("id")), round(float(score), 4))
                for score, address in found.hits
            ]

    def within(self, query: WordQuery, *, limit: int | None = None) -> list[str]:
        """Return the ids of chunks within a query's limits, its words apart, in index order.

        A phrase is known by its character pairs only: its article may hold them scattered.
        """
        with _tantivy():
            limits = [(Occur.Must, part) for part in self._limits(query)]
            wanted = Query.boolean_query(limits) if limits else Query.all_query()
            most = self._searcher.num_docs if limit is None else limit
            found = self._searcher.search(
                Query.const_score_query(wanted, 1.0), limit=max(1, most), count=False
            )
            return [str(self._searcher.doc(at).get_first("id")) for _, at in found.hits]

    def _build(self, query: WordQuery) -> Query:
        schema = self._schema
        any_of: list[tuple[Occur, Query]] = []
        for word in query.words:
            in_title = Query.term_query(schema, "title", word, index_option="freq")
            any_of += [
                (Occur.Should, Query.term_query(schema, "text", word, index_option="freq")),
                (Occur.Should, Query.boost_query(in_title, _TITLE_BOOST)),
            ]
        any_of += [
            (Occur.Should, Query.term_query(schema, "periods", term, index_option="freq"))
            for term in query.periods
        ]
        limits = list(self._limits(query))
        if not limits:
            return Query.boolean_query(any_of)
        return Query.boolean_query(
            [
                (Occur.Must, Query.boolean_query(any_of)),
                *((Occur.Must, Query.const_score_query(limit, 0.0)) for limit in limits),
            ]
        )

    def _limits(self, query: WordQuery) -> Iterator[Query]:
        schema, filters = self._schema, query.filters
        if query.ids is not None:
            yield Query.term_set_query(schema, "id", list(query.ids))
        elif filters.since or filters.until:
            first = max(1, date_number(filters.since))  # 0 is an unknown date
            last = date_number(filters.until) if filters.until else _LAST_DAY
            yield Query.range_query(schema, "published", FieldType.Integer, first, last)
        if query.ids is None and filters.sources:
            yield Query.term_set_query(schema, "source", [_encodable(s) for s in filters.sources])
        grams = sorted({gram for phrase in query.phrases for gram in _grams(phrase)})
        for gram in grams[:_MAX_GRAMS]:
            yield Query.term_query(schema, "grams", gram, index_option="basic")


class LexicalWriter:
    """Writes one tantivy folder; nothing is visible before ``commit``."""

    def __init__(self, writer: IndexWriter) -> None:
        self._writer: IndexWriter | None = writer

    @classmethod
    def create(cls, path: Path) -> Self:
        """Open for writing, made if it is not there; raises ArchiveDamaged."""
        path.mkdir(exist_ok=True)
        try:
            with _tantivy():
                index = Index(_schema(), path=str(path))
                # One thread: the order of documents, and so of files, is that of the calls.
                return cls(index.writer(_HEAP_BYTES, num_threads=1))
        except LexicalError as error:
            raise damaged_lexical(path, error) from error

    def add(self, rows: Sequence[LexicalRow]) -> None:
        """Index chunks; one that is there is replaced."""
        self.delete([row.chunk_id for row in rows])
        with self._writing() as writer:
            for row in rows:
                document = Document()
                document.add_text("id", row.chunk_id)
                document.add_text("title", row.title)
                document.add_text("text", row.text)
                document.add_text("grams", row.grams)
                document.add_text("periods", row.periods)
                document.add_text("source", row.source)
                document.add_integer("published", date_number(row.published))
                writer.add_document(document)

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Remove chunks; ids that are not there are passed over."""
        with self._writing() as writer:
            for chunk_id in chunk_ids:
                writer.delete_documents_by_term("id", chunk_id)

    def commit(self) -> None:
        """Make durable what was added and deleted."""
        with self._writing() as writer:
            writer.commit()

    def close(self) -> None:
        """Wait for merges and free the folder; what was not committed is dropped."""
        if self._writer is not None:
            with self._writing() as writer:
                writer.wait_merging_threads()
        self._writer = None

    @contextmanager
    def _writing(self) -> Iterator[IndexWriter]:
        if self._writer is None:
            raise LexicalError("the lexical index is closed after an earlier error")
        try:
            with _tantivy():
                yield self._writer
        except LexicalError:
            self._writer = None  # its worker thread has ended; dropping it frees tantivy's lock
            raise


def write_lexical(path: Path, batches: Iterable[Sequence[tuple[Article, Chunk]]]) -> None:
    """Make a whole index; a folder that is there is replaced."""
    if path.exists():
        shutil.rmtree(path)
    writer = LexicalWriter.create(path)
    try:
        for passages in batches:
            writer.add(lexical_rows(passages))
        writer.commit()
    finally:
        writer.close()


def query_words(text: str | Sequence[str], phrases: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the distinct words of a question and its phrases, in order.

    A sequence is taken as words already cut by ``words``.
    """
    given = words(_encodable(text)) if isinstance(text, str) else [_encodable(w) for w in text]
    for phrase in phrases:
        given += words(_encodable(phrase))
    return tuple(dict.fromkeys(word for word in given if word))[:_MAX_WORDS]


def query_phrases(phrases: Sequence[str]) -> tuple[str, ...]:
    """Return what must be contained in an article folded by ``fold_characters``."""
    folded = (fold_characters(_encodable(phrase)).strip() for phrase in phrases)
    return tuple(dict.fromkeys(phrase for phrase in folded if phrase))


def missing_lexical(path: Path) -> ArchiveDamaged:
    """Return the error for an archive of before there was a lexical index, or that lost it."""
    return ArchiveDamaged(
        f"{path} is missing or of another version. Build it from the catalog: "
        f"suyuan rebuild --archive {path.parent} (the next suyuan ingest does it too)."
    )


def damaged_lexical(path: Path, reason: object) -> ArchiveDamaged:
    """Return the error for an index that cannot be read, with what mends it."""
    if "PermissionDenied" in str(reason):  # tantivy locks a folder that it reads
        return ArchiveDamaged(str(not_writable(path)))
    return ArchiveDamaged(
        f"{path} cannot be read ({reason}). Rebuild it from the catalog: "
        f"suyuan rebuild --archive {path.parent}."
    )


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("grams", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("periods", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", indexed=True, fast=True)
    return builder.build()


def _grams(folded: str) -> list[str]:
    """Pairs of letters or digits, each once: a text that holds a phrase holds all of its pairs."""
    return list(dict.fromkeys(_PAIR.findall(folded)))


def _joined(parts: Iterable[str]) -> str:
    return " ".join(parts)


def _encodable(text: str) -> str:
    """A query may hold halves of characters, which no indexed text does."""
    return text.encode(errors="ignore").decode()


@contextmanager
def _tantivy() -> Iterator[None]:
    """Tantivy reports in several ways, a panic on garbled files among them; say so in one."""
    try:
        yield
    except (ValueError, RuntimeError, OSError) as error:
        raise LexicalError(_first_line(error)) from error
    except BaseException as error:  # PanicException is no Exception and cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        raise LexicalError(_first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
