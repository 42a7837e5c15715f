"""Erase from the files what the catalog has dropped: derived stores anew, the catalog packed.

No store can be trusted to forget in place. Chroma keeps deleted vectors in its HNSW files and in
its write log (chroma#7662), tantivy keeps the words of deleted documents until it merges their
segments, SQLite keeps deleted rows in free pages. What stays is therefore copied into new files;
nothing is encoded again. On a Chroma server it is copied into a new collection and the old one is
deleted; what the server then still keeps in its files is out of reach (docs/operations.md). Files
a running reader still has open end with its next question.
"""

from collections.abc import Iterator
from pathlib import Path

from index.catalog_write import CatalogWriter
from index.errors import missing_store
from index.layout import Layout
from index.lexical import LEXICAL_VERSION, write_lexical
from index.lock import hold_vectors_lock
from index.removals import end_erasing, is_erasing
from index.stores import Passage
from index.swap import drop_unfinished, finish_swap
from index.tokens import TokenStore
from index.vectors import probe_vectors
from index.vectors_copy import copy_pages, copy_vectors
from index.vectors_place import ServerPlace, written_place
from index.vectors_server import create_vectors, open_vectors
from index.vectors_switch import built_place, drop_migration, taken_over

_COPIED = 1_000  # vectors held in memory at a time


def finish_erasing(folder: Path, catalog: CatalogWriter) -> None:
    """Erase what is pending; cut off at any moment, the next writer begins it again.

    Raises:
        ArchiveDamaged: a store cannot be copied; ``suyuan rebuild`` erases too.
    """
    if not is_erasing(catalog):
        return
    _copy_stores(folder, catalog)
    pack_catalog(catalog)


def pack_catalog(catalog: CatalogWriter) -> None:
    """Write the catalog's file anew, without what was deleted from it."""
    catalog.pack()
    end_erasing(catalog)


def _copy_stores(folder: Path, catalog: CatalogWriter) -> None:
    layout = Layout(folder)
    drop_unfinished(folder)
    drop_migration(folder, catalog)
    place = written_place(catalog)
    if place is None and not layout.vectors.exists():
        raise missing_store(layout.vectors)
    with hold_vectors_lock(folder, shared=False):
        if place is None:
            _copy_folder(layout, catalog)
        else:
            _copy_collection(place, layout, catalog)
        _copy_tokens(layout, catalog)
    write_lexical(layout.lexical_built, _indexed(catalog))
    with hold_vectors_lock(folder, shared=False):
        catalog.start_swap(lexical=LEXICAL_VERSION, **taken_over(catalog))
    finish_swap(folder, catalog)


def _copy_folder(layout: Layout, catalog: CatalogWriter) -> None:
    probe_vectors(layout.vectors)
    name, dimension = catalog.encoder
    copy_vectors(
        layout.vectors,
        layout.vectors_built,
        catalog.indexed_ids(page=_COPIED),
        encoder=name,
        dimension=dimension,
    )


def _copy_collection(place: ServerPlace, layout: Layout, catalog: CatalogWriter) -> None:
    name, dimension = catalog.encoder
    source = open_vectors(layout.vectors, place, encoder=name, dimension=dimension)
    try:
        target = create_vectors(
            layout.vectors_built, built_place(catalog), encoder=name, dimension=dimension
        )
        try:
            copy_pages(source, target, catalog.indexed_ids(page=_COPIED))
        finally:
            target.close()
    finally:
        source.close()


def _copy_tokens(layout: Layout, catalog: CatalogWriter) -> None:
    source = TokenStore.open(layout.tokens)
    if source is None:
        layout.tokens_built.mkdir(exist_ok=True)
        return
    try:
        copy = TokenStore.create(layout.tokens_built, lambda: source.projection)
        try:
            for ids in catalog.indexed_ids(page=_COPIED):
                copy.write(source.stored(ids))
        finally:
            copy.close()
    finally:
        source.close()


def _indexed(catalog: CatalogWriter) -> Iterator[list[Passage]]:
    for article in catalog.articles():
        yield [(article, chunk) for chunk in catalog.chunks(article.id)]
