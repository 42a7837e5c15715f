"""Open an archive for reading: articles and chunks from the catalog, neighbours from Chroma.

Opening and searching never write to the catalog, and what a search returns is always the catalog's
text: a vector of an article that has changed or gone finds nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from index.catalog import Catalog, StoredChunk, no_archive, require_encoder
from index.layout import Layout
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

_SPARE = 8  # asked for beyond top_k: chunks the catalog no longer knows, and ties at the cut
_OVERFETCH = 20  # a filter makes Chroma scan all matches (74 ms for 4k of 20k, 7 ms without)
_MAX_OVERFETCH = 1_000

_Passes = Callable[[StoredChunk], bool]


class Archive:
    """An archive open for reading. May be shared between threads."""

    def __init__(self, folder: Path, catalog: Catalog, encoder: Encoder) -> None:
        self._folder = folder
        self._catalog = catalog
        self._encoder = encoder
        with hold_vectors_lock(folder, shared=False):
            self._generation = catalog.generation
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
                    probe_vectors(_vectors_path(layout, catalog))
            return cls(folder, catalog, encoder)
        except BaseException:
            catalog.close()
            raise

    @property
    def index_version(self) -> str:
        """Encoder and generation: two answers with the same one searched the same archive."""
        return f"{self._encoder.name}@{self._generation}"

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

        def passes(stored: StoredChunk) -> bool:
            day = stored.published
            in_time = day is not None and (since or day) <= day <= (until or day)
            return (in_time or not (since or until)) and (not sources or stored.source in sources)

        # A broad filter is cheapest applied to unfiltered neighbours; one that few of them pass is
        # narrow, and then Chroma has few matches to scan.
        wide = min(top_k * _OVERFETCH, _MAX_OVERFETCH)
        hits = self._nearest(vector, wide, None, passes)
        if len(hits) < top_k:
            hits = self._nearest(vector, top_k + _SPARE, where, passes)
        return hits[:top_k]

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
            fresh = self._open_vectors()
            self._vectors.close()
            self._vectors, self._generation = fresh, generation

    def _open_vectors(self) -> VectorStore:
        return VectorStore.open(
            _vectors_path(Layout(self._folder), self._catalog),
            encoder=self._encoder.name,
            dimension=self._encoder.dimension,
        )


def _vectors_path(layout: Layout, catalog: Catalog) -> Path:
    """Where the store is: a rebuilt one that is to be swapped in is the one the catalog means."""
    swapping = catalog.meta("swap") == "1" and layout.vectors_built.exists()
    return layout.vectors_built if swapping else layout.vectors
