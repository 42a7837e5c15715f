"""Take articles down: out of every search at once, and out of the bytes of every store.

Not reached: the files the articles were read from, backups, file systems or disks that keep old
blocks, and the files of a Chroma server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.catalog import no_archive
from index.erase import finish_erasing
from index.layout import Layout
from index.lock import hold_vectors_lock
from index.removals import drop_articles, is_erasing, known_ids, removals
from index.vectors_place import written_place
from index.vectors_switch import left_place
from index.writer import open_catalog

_COMMAND = "suyuan remove"


@dataclass(frozen=True, slots=True)
class TakedownReport:
    """What a takedown came to; ids in the order they were given."""

    removed: tuple[str, ...]
    missing: tuple[str, ...]  # the archive has no article of this id, nor had one taken down
    chunks: int
    already: tuple[str, ...] = ()  # were taken down before
    server: str = ""  # the Chroma server whose files still hold their vectors
    away: bool = False  # it did not answer: its collection is deleted by the next writer it answers


def take_down(
    folder: Path, article_ids: Sequence[str], *, reason: str = "", command: str = _COMMAND
) -> TakedownReport:
    """Erase articles with all their versions; takes the writer lock itself and needs no encoder.

    ``command`` is who writes, for another writer to be told.

    A later ingest of the same files leaves them out and says so. Cut off at any moment, the next
    writer, this one or another, completes the erasure.

    Raises:
        NoArchive: nothing has been ingested into this folder.
        ArchiveLocked: another process is writing.
        ArchiveDamaged: a store cannot be copied. The texts are gone from every search, and
            ``suyuan rebuild`` completes the erasure.
    """
    if not Layout(folder).catalog.is_file():
        raise no_archive(folder)
    asked = tuple(dict.fromkeys(article_ids))
    with open_catalog(folder, command=command, erase=False) as catalog:
        if catalog.generation == 0:
            raise no_archive(folder)
        pending = is_erasing(catalog)
        before = {removal.article_id for removal in removals(catalog)}
        known = known_ids(catalog, asked)
        chunks = 0
        if known:
            # A search looks at stores and catalog under this lock: it sees all of it or nothing.
            with hold_vectors_lock(folder, shared=False):
                chunks = drop_articles(catalog, sorted(known), reason=reason)
        place = written_place(catalog) if known or pending else None
        finish_erasing(folder, catalog)
        away = left_place(catalog) if known or pending else None
        place = away or place
    done = known | (before if pending else set())
    return TakedownReport(
        removed=tuple(id_ for id_ in asked if id_ in done),
        missing=tuple(id_ for id_ in asked if id_ not in done | before),
        chunks=chunks,
        already=tuple(id_ for id_ in asked if id_ in before - done),
        server=place.server.url if place else "",
        away=away is not None,
    )
