"""The one writer of an archive: catalog first, then the stores, then the catalog's acknowledgement.

Killed at any moment, it leaves chunks that no reader sees yet and that the next writer finishes.
"""

import errno
import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from index.catalog import INDEX_VERSION, require_encoder, require_index
from index.catalog_write import CatalogWriter
from index.erase import finish_erasing
from index.errors import ArchiveError, missing_store
from index.layout import Layout
from index.lexical import LEXICAL_VERSION, LexicalError, write_lexical
from index.lock import hold_vectors_lock, hold_writer_lock
from index.near import ensure_linked, link_articles
from index.prepare import InProcess, OpenPreparer, PreparedBatch, Preparer, expected_chunks
from index.removals import let_in_again, removal_of
from index.stores import BATCH, Passage, Prepared, Stores, prepare_chunks
from index.swap import finish_swap
from index.types import Article, Encoder
from index.vectors import ChromaError, probe_vectors
from index.vectors_place import vectors_place
from index.vectors_server import require_collection
from index.vectors_switch import writing_place


@contextmanager
def open_writer(
    folder: Path,
    open_encoder: Callable[[], Encoder],
    *,
    command: str,
    restore_removed: bool = False,
    open_preparer: OpenPreparer = InProcess,
) -> Iterator["ArchiveWriter"]:
    """Hold the archive for writing, made if it is not there.

    ``open_encoder`` is called when there is something to encode, then ``open_preparer``.
    ``restore_removed``: what was taken down goes in again when it is read.

    Raises ArchiveLocked, EncoderMismatch, ArchiveDamaged, and ArchiveError when the disk is full.
    """
    with open_catalog(folder, command=command) as catalog:
        if catalog.meta("encoder") is not None:
            require_index(catalog, folder)
        vectors_place(catalog)  # where the settings mean another place: told before the models load
        writer = ArchiveWriter(
            folder,
            catalog,
            open_encoder,
            restore_removed=restore_removed,
            open_preparer=open_preparer,
        )
        try:
            yield writer
        finally:
            writer.close()


@contextmanager
def open_catalog(folder: Path, *, command: str, erase: bool = True) -> Iterator[CatalogWriter]:
    """Hold the writer lock and the catalog; a swap that was cut off is finished.

    So is an erasure, unless ``erase`` is False: then the caller sees to it.
    """
    with full_disk_in_one_line(folder):
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
                if erase:
                    finish_erasing(folder, catalog)
                yield catalog
            finally:
                catalog.close()


class Outcome(StrEnum):
    """What storing an article came to."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    TAKEN_DOWN = "taken down"  # and so left out


class ArchiveWriter:
    """Stores articles in batches. Made by ``open_writer``."""

    def __init__(
        self,
        folder: Path,
        catalog: CatalogWriter,
        open_encoder: Callable[[], Encoder],
        *,
        restore_removed: bool = False,
        open_preparer: OpenPreparer = InProcess,
    ) -> None:
        self.catalog = catalog
        self.chunks_written = 0
        self.linked = 0  # articles that nearly repeat another one
        self._folder = folder
        self._open_encoder = open_encoder
        self._loaded: Encoder | None = None
        self._restore_removed = restore_removed
        self._stores: Stores | None = None
        self._open_preparer = open_preparer
        self._preparer: Preparer | None = None
        self._batch: dict[str, Article] = {}
        self._batch_chunks = 0  # expected
        self._under_way: deque[dict[str, Article]] = deque()  # given to the preparer

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded at the first call; raises EncoderMismatch."""
        if self._loaded is None:
            encoder = self._open_encoder()
            if self.catalog.meta("encoder") is None:
                self.catalog.set_meta(
                    encoder=encoder.name, dimension=encoder.dimension, index=INDEX_VERSION
                )
            require_encoder(self.catalog, encoder, self._folder)
            self._loaded = encoder
        return self._loaded

    def require_fit(self) -> None:
        """Load the encoder; raises EncoderMismatch where the archive was built with another."""
        _ = self.encoder

    def add(self, article: Article) -> Outcome:
        """Take an article with text into the current batch; the unchanged costs one look-up."""
        if article.id in self._batch:
            self.flush()
        elif any(article.id in batch for batch in self._under_way):
            self._store_under_way()
        stored = self.catalog.current_version(article.id)
        if stored and stored[0] == article.content_hash:
            self._note_move(article, stored[1])
            return Outcome.UNCHANGED
        if stored and self._is_superseded(article, *stored[1:]):
            return Outcome.UNCHANGED
        if removal_of(self.catalog, article):
            if not self._restore_removed:
                return Outcome.TAKEN_DOWN
            let_in_again(self.catalog, article)
        _ = self.encoder
        self._batch[article.id] = article
        self._batch_chunks += expected_chunks(article)
        if self._batch_chunks >= BATCH:
            self._submit()
        return Outcome.CHANGED if stored else Outcome.NEW

    def begin(self) -> None:
        """Make the stores of an archive that holds nothing yet, so that readers can open it."""
        if not self.catalog.generation:
            self._open_stores()
            self.catalog.set_meta(generation=1)

    def flush(self) -> None:
        """Commit all that was added: when this returns, readers find it."""
        self._submit()
        self._store_under_way()

    def _submit(self) -> None:
        """Have the current batch prepared; what is ready beyond the work ahead is stored."""
        if not self._batch:
            return
        stores = self._open_stores()
        if self._preparer is None:
            self._preparer = self._open_preparer(self.encoder, stores.projection)
        self._preparer.submit(list(self._batch.values()))
        self._under_way.append(self._batch)
        self._batch, self._batch_chunks = {}, 0
        self._store_under_way(leave=self._preparer.ahead - 1)

    def _store_under_way(self, leave: int = 0) -> None:
        while self._preparer is not None and len(self._under_way) > leave:
            # Preparing first: it takes nearly all the time, and nothing is half done if cut off.
            ready = self._preparer.take()
            articles = list(self._under_way.popleft().values())
            self._store(articles, ready)

    def _store(self, articles: Sequence[Article], ready: PreparedBatch) -> None:
        batch = list(zip(articles, ready.chunks, strict=True))
        sketched = list(zip(articles, ready.sketches, strict=True))
        stores = self._open_stores()

        def link(db: sqlite3.Connection) -> None:
            self.linked += link_articles(db, sketched)

        # A search looks at stores and catalog under this lock: it sees all of a batch or nothing.
        with hold_vectors_lock(self._folder, shared=False):
            self.catalog.put_articles(batch, then=link)
            self._write(stores, ready.prepared, self.catalog.withdrawn(limit=-1))

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
            stores = self._open_stores()
            prepared = prepare_chunks(self.encoder, [] if removed else passages, stores.projection)
            with hold_vectors_lock(self._folder, shared=False):
                self._write(stores, prepared, removed)
            removed = []

    def close(self) -> None:
        """Close the stores and mark them as sound."""
        if self._preparer is not None:
            self._preparer.close()
        if self._stores is not None:
            with hold_vectors_lock(self._folder, shared=False):
                self._stores.close()
            self._stores = None
            self.catalog.set_meta(dirty=0)

    def _note_move(self, article: Article, origin: str) -> None:
        if origin != article.origin and not Path(origin).exists():
            self.catalog.move_article(article.id, article.origin, article.position)

    def _is_superseded(self, article: Article, origin: str, position: int) -> bool:
        """Two files, or two rows, give one id: the content read last stays the current one."""
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
            place = writing_place(self.catalog)
            if self.catalog.generation:
                # A new one would lack all that was stored before, and nothing would say so.
                for store in (layout.vectors, layout.tokens):
                    if not store.exists() and not (place and store == layout.vectors):
                        raise missing_store(store)
                if place:
                    require_collection(place)
            if self.catalog.meta("dirty") == "1" and layout.vectors.exists():
                with hold_vectors_lock(self._folder, shared=False):
                    if self.catalog.generation:
                        probe_vectors(layout.vectors)
                    else:  # cut off before the first batch, perhaps while Chroma made its tables
                        shutil.rmtree(layout.vectors)
            self._ensure_words()
            ensure_linked(self.catalog)
            self.catalog.set_meta(dirty=1)
            with hold_vectors_lock(self._folder, shared=False):
                self._stores = Stores.create(self._folder, self.encoder, place)
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
def full_disk_in_one_line(folder: Path) -> Iterator[None]:
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
