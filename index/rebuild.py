"""Make the stores anew from the catalog: after damage, or for another encoder."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.catalog import INDEX_VERSION, no_archive
from index.chunk import chunk_article
from index.erase import pack_catalog
from index.layout import Layout
from index.lexical import LEXICAL_VERSION
from index.lock import hold_vectors_lock
from index.meter import Meter, Report
from index.near import ensure_linked
from index.removals import is_erasing
from index.stores import BATCH, Passage, Stores, prepare_chunks
from index.swap import finish_swap
from index.types import Article, Encoder
from index.vectors_switch import built_place, drop_migration, taken_over
from index.writer import open_catalog

_COMMAND = "suyuan rebuild"


def rebuild(folder: Path, encoder: Encoder, *, progress: Report | None = None) -> int:
    """Build new stores for all articles, swap them in, and return the number of chunks.

    The old stores serve readers until the swap; a rebuild that is cut off before changes nothing.
    """
    if not Layout(folder).catalog.is_file():
        raise no_archive(folder)
    with open_catalog(folder, command=_COMMAND, erase=False) as catalog:
        meter = Meter(progress, unit="articles", total=catalog.coverage().articles)
        catalog.start_rebuild()
        ensure_linked(catalog)
        drop_migration(folder, catalog)
        stores = Stores.create(folder, encoder, built_place(catalog), built=True)
        written = 0
        try:
            for passages in _batches(catalog.articles(), encoder, meter):
                stores.write(prepare_chunks(encoder, passages, stores.projection))
                catalog.add_rebuilt([chunk for _, chunk in passages])
                written += len(passages)
        finally:
            stores.close()
        # An archive that a takedown has emptied is rebuilt as any other.
        if written == 0 and not catalog.generation:
            raise no_archive(folder)
        with hold_vectors_lock(folder, shared=False):
            catalog.switch_to_rebuilt(
                encoder.name,
                encoder.dimension,
                lexical=LEXICAL_VERSION,
                index=INDEX_VERSION,
                **taken_over(catalog),
            )
        finish_swap(folder, catalog)
        if is_erasing(catalog):
            pack_catalog(catalog)
    return written


def _batches(
    articles: Iterable[Article], encoder: Encoder, meter: Meter
) -> Iterator[list[Passage]]:
    batch: list[Passage] = []
    for number, article in enumerate(articles, 1):
        chunks = chunk_article(
            article, count_tokens=encoder.count_tokens, max_tokens=encoder.max_tokens
        )
        batch += [(article, chunk) for chunk in chunks]
        if len(batch) >= BATCH:
            yield batch
            batch = []
        meter.report(number)
    if batch:
        yield batch
