"""Open an archive for reading: texts from the catalog, neighbours from Chroma, words from tantivy.

Opening and searching never write to the catalog, and what a search returns is always the catalog's
text: a vector or a word of an article that has gone finds nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from index.catalog import Catalog, StoredChunk, no_archive, require_encoder
from index.layout import Layout
from index.lexical import (
    LEXICAL_VERSION,
    LexicalError,
    LexicalIndex,
    WordQuery,
    damaged_lexical,
    missing_lexical,
    query_phrases,
    query_words,
)
from index.lock import hold_vectors_lock, is_being_written
from index.types import Article, Chunk, ChunkHit, Coverage, Encoder, Vectors
from index.vectors import (
    ChromaError,
    VectorStore,
    Where,
    build_where,
    damaged_vectors,
    probe_vectors,
)
from index.words import fold_characters

_SPARE = 8  # asked for beyond top_k: chunks the catalog no longer knows, and ties at the cut
_OVERFETCH = 20  # a filter makes Chroma scan all matches (74 ms for 4k of 20k, 7 ms without)
_MAX_OVERFETCH = 1_000
_MAX_WORD_HITS = 4_000  # looked at where a phrase's character pairs occur but not the phrase

_Passes = Callable[[StoredChunk], bool]


class Archive:
    """An archive open for reading. May be shared between threads."""

    def __init__(self, folder: Path, catalog: Catalog, encoder: Encoder) -> None:
        self._folder = folder
        self._catalog = catalog
        self._encoder = encoder
        with hold_vectors_lock(folder, shared=False):
            self._generation = catalog.generation
            self._lexical = self._open_lexical()
            self._vectors = self._open_vectors()

    @classmethod
    def open(cls, folder: Path, encoder: Encoder) -> "Archive":
        """Open what ``suyuan ingest`` built.

        Raises:
            NoArchive: nothing has been ingested into this folder.
            EncoderMismatch: it was built with another encoder.
            ArchiveDamaged: a store cannot be read.
        """
        layout = Layout(folder)
        if not layout.catalog.is_file():
            raise no_archive(folder)
        catalog = Catalog.open(layout.catalog)
        try:
            if catalog.generation == 0:
                raise no_archive(folder)
            require_encoder(catalog, encoder, folder)
            if catalog.meta("dirty") == "1" and not is_being_written(folder):
                with hold_vectors_lock(folder, shared=False):
                    probe_vectors(_current(catalog, layout.vectors, layout.vectors_built))
            return cls(folder, catalog, encoder)
        except BaseException:
            catalog.close()
            raise

    @property
    def index_version(self) -> str:
        """Encoder and generation: two answers with the same one searched the same archive."""
        return f"{self._encoder.name}@{self._generation}"

    @property
    def chunk_count(self) -> int:
        """How many chunks a search goes through."""
        return self._catalog.count_chunks()

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        """Return the current version, or an earlier one by its number; None if there is none."""
        return self._catalog.article(article_id, version)

    def articles(self) -> Iterator[Article]:
        """Yield all current articles, by id."""
        return self._catalog.articles()

    def chunks(self, article_id: str) -> list[Chunk]:
        """Return an article's chunks in the order of its text."""
        return self._catalog.chunks(article_id)

    def coverage(self) -> Coverage:
        """Return what a search goes through."""
        return self._catalog.coverage()

    def search_vector(
        self,
        vector: Vectors,
        *,
        top_k: int,
        since: date | None = None,
        until: date | None = None,
        sources: Sequence[str] = (),
    ) -> list[ChunkHit]:
        """Return the nearest chunks, best first, ties by chunk id.

        With ``since`` or ``until`` (both included), articles of unknown date are left out.
        """
        if vector.size != self._encoder.dimension:
            raise ValueError(f"{vector.size} numbers, expected {self._encoder.dimension}")
        where = build_where(since=since, until=until, sources=sources)
        if where is None:
            return self._nearest(vector, top_k + _SPARE, None)[:top_k]
        passes = _within(since, until, sources)
        # A broad filter is cheapest applied to unfiltered neighbours; one that few of them pass is
        # narrow, and then Chroma has few matches to scan.
        wide = min(top_k * _OVERFETCH, _MAX_OVERFETCH)
        hits = self._nearest(vector, wide, None, passes)
        if len(hits) < top_k:
            hits = self._nearest(vector, top_k + _SPARE, where, passes)
        return hits[:top_k]

    def search_words(
        self,
        text: str | Sequence[str],
        *,
        top_k: int,
        since: date | None = None,
        until: date | None = None,
        sources: Sequence[str] = (),
        phrases: Sequence[str] = (),
    ) -> list[ChunkHit]:
        """Return the chunks with the best BM25 score, best first, ties by chunk id.

        ``text`` may be words already cut by ``index.words.words``. A hit has at least one of the
        words; its article holds every phrase verbatim (width, case and 繁簡 apart) in headline or
        text. No words, no hits. Limits are as in ``search_vector``.
        """
        query = WordQuery(
            query_words(text, phrases), query_phrases(phrases), since, until, tuple(sources)
        )
        if not query.words or top_k < 1:
            return []
        in_limits, holds_phrases = _within(since, until, sources), self._holds(query.phrases)

        def passes(stored: StoredChunk) -> bool:
            return in_limits(stored) and holds_phrases(stored)

        limit = top_k + _SPARE
        while True:
            found, hits = self._best(query, limit, passes)
            # A tie at the cut is broken by id only when all that tie have been fetched.
            settled = len(hits) >= top_k and hits[top_k - 1].score > found[-1][1]
            if settled or len(found) < limit or limit >= _MAX_WORD_HITS:
                return hits[:top_k]
            limit = min(limit * 4, _MAX_WORD_HITS)

    def document_frequency(self, words: Sequence[str]) -> dict[str, int]:
        """Return in how many chunks each word occurs; words are as ``index.words.words`` cuts."""
        try:
            return {word: self._lexical.document_frequency(word) for word in words}
        except LexicalError as error:
            raise damaged_lexical(Layout(self._folder).lexical, error) from error

    def refresh(self) -> None:
        """Show what other processes have committed since; costs one look-up when they have not."""
        stale = self._vectors
        if self._catalog.generation != self._generation:
            self._reopen(stale)

    def close(self) -> None:
        """Free files and memory; no search may be running."""
        with hold_vectors_lock(self._folder, shared=False):
            self._vectors.close()
        self._catalog.close()

    def _nearest(
        self, vector: Vectors, limit: int, where: Where | None, passes: _Passes | None = None
    ) -> list[ChunkHit]:
        store = None
        try:
            with hold_vectors_lock(self._folder, shared=True):
                store = self._vectors
                return self._hits(store.query(vector, limit=limit, where=where), passes)
        except ChromaError:
            # A client that has missed another process's writes may fail to find its own rows.
            self._reopen(store)
        try:
            with hold_vectors_lock(self._folder, shared=True):
                return self._hits(self._vectors.query(vector, limit=limit, where=where), passes)
        except ChromaError as error:
            raise damaged_vectors(Layout(self._folder).vectors, error) from error

    def _best(
        self, query: WordQuery, limit: int, passes: _Passes
    ) -> tuple[list[tuple[str, float]], list[ChunkHit]]:
        try:
            with hold_vectors_lock(self._folder, shared=True):
                found = self._lexical.search(query, limit=limit)
                return found, self._hits(found, passes)
        except LexicalError as error:
            raise damaged_lexical(Layout(self._folder).lexical, error) from error

    def _holds(self, phrases: Sequence[str]) -> _Passes:
        """Compare with the catalog's text, each article once: the index knows only its words."""
        known: dict[str, bool] = {}

        def holds(stored: StoredChunk) -> bool:
            article_id = stored.chunk.article_id
            if phrases and article_id not in known:
                article = self._catalog.article(article_id)
                text = fold_characters(f"{article.headline}\n{article.body}") if article else ""
                known[article_id] = all(phrase in text for phrase in phrases)
            return not phrases or known[article_id]

        return holds

    def _hits(self, found: list[tuple[str, float]], passes: _Passes | None) -> list[ChunkHit]:
        stored = self._catalog.chunks_by_id(chunk_id for chunk_id, _ in found)
        hits = [
            ChunkHit(stored[chunk_id].chunk, score)
            for chunk_id, score in found
            if chunk_id in stored and (passes is None or passes(stored[chunk_id]))
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))

    def _reopen(self, stale: VectorStore | None) -> None:
        with hold_vectors_lock(self._folder, shared=False):
            if self._vectors is not stale:
                return  # another thread has just done it
            require_encoder(self._catalog, self._encoder, self._folder)
            generation = self._catalog.generation
            fresh, words = self._open_vectors(), self._open_lexical()
            self._vectors.close()
            self._vectors, self._lexical, self._generation = fresh, words, generation

    def _open_vectors(self) -> VectorStore:
        layout = Layout(self._folder)
        return VectorStore.open(
            _current(self._catalog, layout.vectors, layout.vectors_built),
            encoder=self._encoder.name,
            dimension=self._encoder.dimension,
        )

    def _open_lexical(self) -> LexicalIndex:
        layout = Layout(self._folder)
        if self._catalog.meta("lexical") != LEXICAL_VERSION:
            raise missing_lexical(layout.lexical)
        return LexicalIndex.open(_current(self._catalog, layout.lexical, layout.lexical_built))


def _within(since: date | None, until: date | None, sources: Sequence[str]) -> _Passes:
    def passes(stored: StoredChunk) -> bool:
        day = stored.published
        in_time = day is not None and (since or day) <= day <= (until or day)
        return (in_time or not (since or until)) and (not sources or stored.source in sources)

    return passes


def _current(catalog: Catalog, store: Path, built: Path) -> Path:
    """Where a store is: a rebuilt one that is to be swapped in is the one the catalog means."""
    return built if catalog.meta("swap") == "1" and built.exists() else store
