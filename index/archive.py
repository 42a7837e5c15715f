"""Open an archive for reading: texts from the catalog, neighbours from Chroma, words from tantivy.

Opening and searching never write to the catalog, and what a search returns is always the catalog's
text: a vector or a word of an article that has gone finds nothing.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.catalog import Catalog, catalog_of, require_encoder
from index.errors import missing_store
from index.filters import NO_FILTER, FilterValues, SearchFilter
from index.hnsw_files import torn_graph
from index.late import Projection
from index.layout import Layout
from index.lexical import (
    LEXICAL_VERSION,
    LexicalError,
    LexicalIndex,
    WordQuery,
    damaged_lexical,
    missing_lexical,
    query_words,
)
from index.lock import hold_vectors_lock, is_being_written
from index.near import linked_ids
from index.scope import Scope
from index.tokens import ChunkTokens, TokenStore
from index.types import Article, Chunk, ChunkHit, Coverage, Encoder, TokenEncoder, Vectors
from index.vectors import ChromaError, VectorStore, damaged_vectors, probe_vectors
from index.vectors_place import vectors_place
from index.vectors_server import damaged_store, open_vectors

_SPARE = 8  # asked for beyond top_k: chunks the catalog no longer knows, and ties at the cut
# Of up to this many ids Chroma finds the true nearest (recall .99 at 3,000 of 20,000, .68 at
# 15,000), and the catalog lists them in 3 ms; a filter that admits more is applied afterwards.
_FEW = 2_000
_OVERFETCH = (4, 20)  # times what is wanted, one after the other
_MAX_OVERFETCH = 1_000
_MAX_WORD_HITS = 4_000  # looked at where a phrase's character pairs occur but not the phrase

_SAMPLED = 1_000  # vectors that an archive's mean is taken from
_TRUSTED = 200  # as many vectors count as much as the encoder's own mean
_LANGUAGE = "zh"  # of most articles

_Found = TypeVar("_Found")


class Archive:
    """An archive open for reading. May be shared between threads."""

    def __init__(self, folder: Path, catalog: Catalog, encoder: Encoder) -> None:
        self._folder = folder
        self._catalog = catalog
        self._encoder = encoder
        self._mean: tuple[int, Vectors] | None = None
        self._mean_lock = threading.Lock()
        with hold_vectors_lock(folder, shared=False):
            self._generation = catalog.generation
            if vectors_place(catalog) is None:
                vectors = _current(catalog, Layout(folder).vectors, Layout(folder).vectors_built)
                if torn := torn_graph(vectors):
                    raise damaged_vectors(vectors, torn)
            self._lexical = self._open_lexical()
            self._tokens = self._open_tokens()
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
        catalog = catalog_of(folder)
        try:
            require_encoder(catalog, encoder, folder)
            unclean = catalog.meta("dirty") == "1" and not is_being_written(folder)
            if unclean and vectors_place(catalog) is None:
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

    def copies_of(self, article_ids: Sequence[str]) -> dict[str, frozenset[str]] | None:
        """Return which articles each nearly repeats; None where they were not compared yet."""
        return linked_ids(self._catalog, article_ids)

    def coverage(self) -> Coverage:
        """Return what a search goes through."""
        return self._catalog.coverage()

    def filter_values(self) -> FilterValues:
        """Return the papers, sections and credits that a search can be narrowed to."""
        return self._catalog.filter_values()

    def search_vector(
        self,
        vector: Vectors,
        *,
        top_k: int,
        filters: SearchFilter = NO_FILTER,
        phrases: Sequence[str] = (),
    ) -> list[ChunkHit]:
        """Return the nearest chunks, best first, ties by chunk id.

        Only of articles that pass the filter and hold every phrase verbatim (width, case and
        繁簡 apart) in headline or text; no such article, no hits.
        """
        if vector.size != self._encoder.dimension:
            raise ValueError(f"{vector.size} numbers, expected {self._encoder.dimension}")
        scope = Scope(self._catalog, filters, phrases)
        return self._read(lambda: self._nearest(vector, top_k, scope))[:top_k]

    def search_words(
        self,
        text: str | Sequence[str],
        *,
        top_k: int,
        filters: SearchFilter = NO_FILTER,
        phrases: Sequence[str] = (),
        periods: Sequence[str] = (),
    ) -> list[ChunkHit]:
        """Return the chunks with the best BM25 score, best first, ties by chunk id.

        ``text`` may be words already cut by ``index.words.words``. A hit has at least one of the
        words or of the phrases' words; ``periods`` (terms of ``index.period_terms``) raise the
        chunks that speak of them. No words, no hits. Limits are as in ``search_vector``.
        """
        scope = Scope(self._catalog, filters, phrases)
        query = WordQuery(
            query_words(text, phrases), scope.phrases, filters, periods=tuple(periods)
        )
        if not query.words or top_k < 1:
            return []
        return self._read(lambda: self._best(query, top_k, scope))[:top_k]

    @property
    def projection(self) -> Projection | None:
        """How token vectors are compared; None where none are stored."""
        return self._tokens.projection if self._tokens else None

    def tokens(self, chunk_ids: Sequence[str]) -> dict[str, ChunkTokens]:
        """Return the token vectors of those chunks that have any."""
        with hold_vectors_lock(self._folder, shared=True):
            return self._tokens.read(chunk_ids) if self._tokens else {}

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of those chunks that have one."""
        return self._read(lambda: self._vectors.vectors(list(dict.fromkeys(chunk_ids))))

    def mean_vector(self) -> Vectors | None:
        """Return what all of the archive's vectors share; None without stored tokens.

        The mean of some of them, drawn towards the encoder's own while there are few.
        """
        with self._mean_lock:
            # Taken first: what another writer adds meanwhile makes the next question count again.
            generation, projection = self._generation, self.projection
            if projection is None:
                return None
            if self._mean is None or self._mean[0] != generation:
                held = list(self.vectors(self._catalog.sample_chunks(_SAMPLED)).values())
                share = len(held) / (len(held) + _TRUSTED)
                general = projection.text_mean(_LANGUAGE)
                mean = share * np.mean(held, axis=0) + (1 - share) * general if held else general
                self._mean = (generation, mean.astype(np.float32))
            return self._mean[1]

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
            if self._tokens:
                self._tokens.close()
        self._catalog.close()

    def _read(self, work: Callable[[], _Found]) -> _Found:
        """Look at catalog and stores in one state; once more after a look at a stale client."""
        store = None
        try:
            with self._reading():
                store = self._vectors
                return work()
        except ChromaError:
            # A client that has missed another process's writes may fail to find its own rows.
            self._reopen(store)
        try:
            with self._reading():
                return work()
        except ChromaError as error:
            place = vectors_place(self._catalog)
            raise damaged_store(Layout(self._folder).vectors, place, error) from error

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            with hold_vectors_lock(self._folder, shared=True):
                yield
        except LexicalError as error:
            raise damaged_lexical(Layout(self._folder).lexical, error) from error

    def _nearest(self, vector: Vectors, top_k: int, scope: Scope) -> list[ChunkHit]:
        if not scope:
            return self._hits(self._vectors.query(vector, limit=top_k + _SPARE), scope)
        ids = scope.ids(self._lexical, most=_FEW)
        if ids is None:
            for times in _OVERFETCH:
                wide = min(top_k * times, _MAX_OVERFETCH)
                hits = self._hits(self._vectors.query(vector, limit=wide), scope)
                if len(hits) >= top_k:
                    return hits
            ids = scope.ids(self._lexical)
        limit = top_k + _SPARE
        while True:
            found = self._vectors.query(vector, limit=limit, ids=ids)
            hits = self._hits(found, scope)
            if len(hits) >= top_k or len(found) < limit:
                return hits
            limit *= 4  # the rest hold the parts of a phrase only

    def _best(self, query: WordQuery, top_k: int, scope: Scope) -> list[ChunkHit]:
        """The index knows days, papers and phrases; sections and reporters are ids to it."""
        by_id = bool(query.filters.sections or query.filters.reporters)
        if by_id and query.ids is None:
            query = replace(query, ids=scope.filtered(most=_FEW))
        limit = top_k + _SPARE
        while True:
            found = self._lexical.search(query, limit=limit)
            hits = self._hits(found, scope)
            # A tie at the cut is broken by id only when all that tie have been fetched.
            settled = len(hits) >= top_k and hits[top_k - 1].score > found[-1][1]
            if settled or len(found) < limit:
                return hits
            if limit >= _MAX_WORD_HITS:
                break
            limit = min(limit * 4, _MAX_WORD_HITS)
        if len(hits) < top_k and by_id and query.ids is None:
            return self._best(replace(query, ids=scope.filtered()), top_k, scope)
        return hits

    def _hits(self, found: list[tuple[str, float]], scope: Scope) -> list[ChunkHit]:
        stored = self._catalog.chunks_by_id(chunk_id for chunk_id, _ in found)
        hits = [
            ChunkHit(stored[chunk_id].chunk, score)
            for chunk_id, score in found
            if chunk_id in stored and scope.admits(stored[chunk_id])
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))

    def _reopen(self, stale: VectorStore | None) -> None:
        with hold_vectors_lock(self._folder, shared=False):
            if self._vectors is not stale:
                return  # another thread has just done it
            require_encoder(self._catalog, self._encoder, self._folder)
            generation = self._catalog.generation
            words, tokens, fresh = self._open_lexical(), self._open_tokens(), self._open_vectors()
            self._vectors.close()
            if self._tokens:
                self._tokens.close()
            self._tokens = tokens
            self._vectors, self._lexical, self._generation = fresh, words, generation

    def _open_vectors(self) -> VectorStore:
        layout = Layout(self._folder)
        return open_vectors(
            _current(self._catalog, layout.vectors, layout.vectors_built),
            vectors_place(self._catalog),
            encoder=self._encoder.name,
            dimension=self._encoder.dimension,
        )

    def _open_tokens(self) -> TokenStore | None:
        layout = Layout(self._folder)
        path = _current(self._catalog, layout.tokens, layout.tokens_built)
        store = TokenStore.open(path, dimension=self._encoder.dimension)
        if store is None and isinstance(self._encoder, TokenEncoder):
            raise missing_store(path)
        return store

    def _open_lexical(self) -> LexicalIndex:
        layout = Layout(self._folder)
        if self._catalog.meta("lexical") != LEXICAL_VERSION:
            raise missing_lexical(layout.lexical)
        return LexicalIndex.open(_current(self._catalog, layout.lexical, layout.lexical_built))


def _current(catalog: Catalog, store: Path, built: Path) -> Path:
    """Where a store is: a rebuilt one that is to be swapped in is the one the catalog means."""
    return built if catalog.meta("swap") == "1" and built.exists() else store
