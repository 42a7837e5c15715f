"""The one writer of an archive: catalog first, then the stores, then the catalog's acknowledgement.

Killed at any moment, it leaves chunks that no reader sees yet and that the next writer finishes.
"""

import errno
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from index.catalog import INDEX_VERSION, require_encoder
from index.catalog_write import CatalogWriter
from index.chunk import chunk_article
from index.errors import ArchiveError, missing_store
from index.layout import Layout
from index.lexical import LEXICAL_VERSION, LexicalError, write_lexical
from index.lock import hold_vectors_lock, hold_writer_lock
from index.stores import BATCH, Passage, Prepared, Stores, prepare_chunks
from index.swap import finish_swap
from index.types import Article, Chunk, Encoder
from index.vectors import ChromaError, probe_vectors


@contextmanager
def open_writer(folder: Path, encoder: Encoder, *, command: str) -> Iterator["ArchiveWriter"]:
    """Hold the archive for writing, made if it is not there.

    Raises ArchiveLocked, EncoderMismatch, ArchiveDamaged, and ArchiveError when the disk is full.
    """
    with open_catalog(folder, command=command) as catalog:
        if catalog.meta("encoder") is None:
            catalog.set_meta(encoder=encoder.name, dimension=encoder.dimension, index=INDEX_VERSION)
        require_encoder(catalog, encoder, folder)
        writer = ArchiveWriter(folder, catalog, encoder)
        try:
            yield writer
        finally:
            writer.close()


@contextmanager
def open_catalog(folder: Path, *, command: str) -> Iterator[CatalogWriter]:
    """Hold the writer lock and the catalog; a rebuild that was cut off in its swap is finished."""
    with _full_disk_in_one_line(folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, PermissionError) as error:
            raise ArchiveError(
                f"{folder} cannot be made an archive folder ({error.strerror}). Choose another one:"
                " --archive DIR."
            ) from error
        with hold_writer_lock(folder, command=command):
            catalog = CatalogWriter.open(Layout(folder).catalog)
            try:
                finish_swap(folder, catalog)
                yield catalog
            finally:
                catalog.close()


class Outcome(StrEnum):
    """What storing an article came to."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class ArchiveWriter:
    """Stores articles in batches. Made by ``open_writer``."""

    def __init__(self, folder: Path, catalog: CatalogWriter, encoder: Encoder) -> None:
        self.catalog = catalog
        self.chunks_written = 0
        self._folder = folder
        self._encoder = encoder
        self._stores: Stores | None = None
        self._batch: dict[str, tuple[Article, list[Chunk]]] = {}
        self._batch_chunks = 0

    def add(self, article: Article) -> Outcome:
        """Take an article with text into the current batch; the unchanged costs one look-up."""
        if article.id in self._batch:
            self.flush()
        stored = self.catalog.content_hash(article.id)
        if stored == article.content_hash:
            self._note_move(article)
            return Outcome.UNCHANGED
        if stored and self._is_superseded(article):
            return Outcome.UNCHANGED
        chunks = chunk_article(
            article, count_tokens=self._encoder.count_tokens, max_tokens=self._encoder.max_tokens
        )
        self._batch[article.id] = (article, chunks)
        self._batch_chunks += len(chunks)
        if self._batch_chunks >= BATCH:
            self.flush()
        return Outcome.CHANGED if stored else Outcome.NEW

    def flush(self) -> None:
        """Commit the current batch: when this returns, readers find it."""
        if not self._batch:
            return
        batch = list(self._batch.values())
        passages = [(article, chunk) for article, chunks in batch for chunk in chunks]
        # Encoding first: it takes nearly all the time, and nothing is half done if it is cut off.
        prepared = prepare_chunks(self._encoder, passages)
        stores = self._open_stores()
        # A search looks at stores and catalog under this lock: it sees all of a batch or nothing.
        with hold_vectors_lock(self._folder, shared=False):
            self.catalog.put_articles(batch)
            self._write(stores, prepared, self.catalog.withdrawn(limit=-1))
        self._batch, self._batch_chunks = {}, 0

    def retire(self, article_ids: Sequence[str]) -> None:
        """Withdraw articles from every search; they stay readable as earlier versions."""
        if not article_ids:
            return
        self.flush()
        self.catalog.retire_articles(article_ids)
        self.finish_pending()

    def finish_pending(self) -> None:
        """Bring the stores up to the catalog after a run that was cut off."""
        if self.catalog.generation:
            self._ensure_words()
        removed = self.catalog.withdrawn(limit=-1)
        while removed or (passages := self.catalog.unindexed(limit=BATCH)):
            prepared = prepare_chunks(self._encoder, [] if removed else passages)
            stores = self._open_stores()
            with hold_vectors_lock(self._folder, shared=False):
                self._write(stores, prepared, removed)
            removed = []

    def close(self) -> None:
        """Close the stores and mark them as sound."""
        if self._stores is not None:
            with hold_vectors_lock(self._folder, shared=False):
                self._stores.close()
            self._stores = None
            self.catalog.set_meta(dirty=0)

    def _note_move(self, article: Article) -> None:
        origin, _ = self.catalog.place(article.id)
        if origin != article.origin and not Path(origin).exists():
            self.catalog.move_article(article.id, article.origin, article.position)

    def _is_superseded(self, article: Article) -> bool:
        """Two files, or two rows, give one id: the content read last stays the current one."""
        origin, position = self.catalog.place(article.id)
        elsewhere = (origin, position) != (article.origin, article.position)
        still_there = origin == article.origin or Path(origin).exists()
        return elsewhere and still_there and self.catalog.was_replaced(article)

    def _write(self, stores: Stores, prepared: Prepared, removed: Sequence[str]) -> None:
        stores.write(prepared, removed)
        self.catalog.acknowledge([row.chunk_id for row in prepared.rows], removed)
        self.chunks_written += len(prepared.rows)

    def _open_stores(self) -> Stores:
        if self._stores is None:
            layout = Layout(self._folder)
            if self.catalog.generation:
                # A new one would lack all that was stored before, and nothing would say so.
                for store in (layout.vectors, layout.tokens):
                    if not store.exists():
                        raise missing_store(store)
            if self.catalog.meta("dirty") == "1" and layout.vectors.exists():
                with hold_vectors_lock(self._folder, shared=False):
                    if self.catalog.generation:
                        probe_vectors(layout.vectors)
                    else:  # cut off before the first batch, perhaps while Chroma made its tables
                        shutil.rmtree(layout.vectors)
            self._ensure_words()
            self.catalog.set_meta(dirty=1)
            with hold_vectors_lock(self._folder, shared=False):
                self._stores = Stores.create(self._folder, self._encoder)
        return self._stores

    def _ensure_words(self) -> None:
        """Make a lexical index that is missing or of an older form: it needs no encoding."""
        layout = Layout(self._folder)
        made = self.catalog.meta("lexical") == LEXICAL_VERSION
        if made and layout.lexical.exists():
            return
        write_lexical(layout.lexical_built, self._indexed())
        with hold_vectors_lock(self._folder, shared=False):
            if layout.lexical.exists():
                shutil.rmtree(layout.lexical)
            layout.lexical_built.rename(layout.lexical)
            self.catalog.set_meta(lexical=LEXICAL_VERSION)

    def _indexed(self) -> Iterator[list[Passage]]:
        for article in self.catalog.articles():
            yield [(article, chunk) for chunk in self.catalog.chunks(article.id)]


@contextmanager
def _full_disk_in_one_line(folder: Path) -> Iterator[None]:
    """Only what is no user error already is looked at; everything else keeps its traceback."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, ChromaError, LexicalError) as error:
        text = str(error).lower()
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
        if not (full or "disk is full" in text or "no space left" in text):
            raise
        raise ArchiveError(
            f"No space left for {folder}. What was committed stays: free some space and run the"
            " same command again."
        ) from error
