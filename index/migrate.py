"""Copy an archive's vectors between its folder and a Chroma server, and switch when all are there.

Cut off, the same command goes on with what has been copied; until the switch, one transaction of
the catalog, the archive is where it was. Readers follow with their next question.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.catalog import no_archive
from index.catalog_write import CatalogWriter, count_batch, put_meta
from index.errors import ArchiveDamaged, ArchiveError, BadInput, missing_store
from index.hnsw_files import torn_graph
from index.layout import Layout
from index.lock import hold_vectors_lock
from index.meter import Meter, Report
from index.swap import finish_swap
from index.vectors import ChromaError, VectorStore, damaged_vectors, probe_vectors
from index.vectors_place import ServerAddress, ServerPlace, written_place
from index.vectors_server import create_vectors, open_vectors
from index.vectors_switch import migrating_place
from index.writer import open_catalog

_COMMAND = "suyuan migrate"
_PAGE = 500  # vectors held in memory at a time
_ALIKE = 1e-5  # of a number of a unit vector: Chroma scales them to length 1 again


@dataclass(frozen=True, slots=True)
class Migration:
    """What was done: vectors that are there now, and how many of them this run copied."""

    vectors: int
    copied: int


def migrate_to_server(
    folder: Path, server: ServerAddress, *, progress: Report | None = None
) -> Migration:
    """Copy the vectors to a collection of the archive's own, compare all of them, then switch.

    Raises NoArchive, BadInput where they are on a server already, ServerUnreachable, and
    ArchiveDamaged.
    """
    layout = Layout(folder)
    with _catalog(folder) as catalog:
        if (here := written_place(catalog)) is not None:
            raise BadInput(
                f"The vectors of {folder} are on the Chroma server at {here.server.url} already."
                " To move them to another server: suyuan migrate folder first."
            )
        place = migrating_place(catalog, server)
        if not layout.vectors.is_dir():
            raise missing_store(layout.vectors)
        with hold_vectors_lock(folder, shared=False):
            if torn := torn_graph(layout.vectors):
                raise damaged_vectors(layout.vectors, torn)
            probe_vectors(layout.vectors)
            source = _open(layout.vectors, None, catalog)
        with closing(source):
            name, dimension = catalog.encoder
            target = create_vectors(layout.vectors, place, encoder=name, dimension=dimension)
            with closing(target):
                done = _copy(folder, catalog, source, target, progress)
        with hold_vectors_lock(folder, shared=False):
            _switch(catalog, {"vectors_place": str(place), "vectors_migrating": ""})
        finish_swap(folder, catalog)
    return done


def migrate_to_folder(folder: Path, *, progress: Report | None = None) -> Migration:
    """Copy the vectors into the archive's folder, compare all of them, then switch.

    Raises NoArchive, BadInput where they are there already, ServerUnreachable, ArchiveDamaged.
    """
    layout = Layout(folder)
    with _catalog(folder) as catalog:
        place = written_place(catalog)
        if place is None:
            raise BadInput(f"The vectors of {folder} are in its folder already: {layout.vectors}.")
        _drop_if_torn(layout.vectors_migrated)
        with closing(_open(layout.vectors, place, catalog)) as source:
            name, dimension = catalog.encoder
            target = VectorStore.create(layout.vectors_migrated, encoder=name, dimension=dimension)
            with closing(target):
                done = _copy(folder, catalog, source, target, progress)
        layout.vectors_migrated.rename(layout.vectors_built)
        with hold_vectors_lock(folder, shared=False):
            _switch(catalog, {"vectors_place": "", "vectors_retired": str(place), "swap": 1})
        finish_swap(folder, catalog)
    return done


@contextmanager
def _catalog(folder: Path) -> Iterator[CatalogWriter]:
    if not Layout(folder).catalog.is_file():
        raise no_archive(folder)
    with open_catalog(folder, command=_COMMAND) as catalog:
        if catalog.generation == 0:
            raise no_archive(folder)
        yield catalog


def _open(path: Path, place: ServerPlace | None, catalog: CatalogWriter) -> VectorStore:
    name, dimension = catalog.encoder
    return open_vectors(path, place, encoder=name, dimension=dimension)


def _drop_if_torn(path: Path) -> None:
    """A copy that a killed run left may end the process that opens it: then it begins again."""
    if not path.exists():
        return
    try:
        probe_vectors(path)
    except ArchiveDamaged:
        shutil.rmtree(path)


def _copy(
    folder: Path,
    catalog: CatalogWriter,
    source: VectorStore,
    target: VectorStore,
    progress: Report | None,
) -> Migration:
    """Make ``target`` hold what ``source`` has of the archive's chunks, and see that it does."""
    total = catalog.count_chunks()
    meter = Meter(progress, unit="vectors", total=2 * total)  # copied, and compared
    try:
        copied = seen = 0
        expected: set[str] = set()
        for ids in catalog.indexed_ids(page=_PAGE):
            copied += _copy_page(folder, ids, source, target)
            expected.update(ids)
            seen += len(ids)
            meter.report(seen)
        target.delete([id_ for id_ in target.ids() if id_ not in expected])
        for ids in catalog.indexed_ids(page=_PAGE):
            if _copy_page(folder, ids, source, target, write=False):
                raise ArchiveError(
                    "The copy differs from the vectors it was made of; nothing was switched. Run"
                    " the same command again."
                )
            seen += len(ids)
            meter.report(seen)
        if (count := target.count()) != total:
            raise ArchiveError(
                f"The copy has {count:,} vectors and not {total:,}; nothing was switched. Run the"
                " same command again."
            )
    except ChromaError as error:
        raise ArchiveError(
            f"The vectors cannot be copied ({error}); nothing was switched. Run the same command"
            " again."
        ) from error
    return Migration(total, copied)


def _copy_page(
    folder: Path,
    ids: list[str],
    source: VectorStore,
    target: VectorStore,
    *,
    write: bool = True,
) -> int:
    """How many of the chunks ``target`` had not, or otherwise; written unless told not to."""
    with hold_vectors_lock(folder, shared=True):  # other readers go on
        rows, vectors = source.stored(ids)
    if len(rows) < len(ids):
        raise ArchiveDamaged(
            f"{len(ids) - len(rows):,} vectors are missing. Fill the store anew: suyuan rebuild"
            f" --archive {folder}"
        )
    found_rows, found = target.stored(ids)
    held = dict(zip(found_rows, found, strict=True))
    lacking = [
        n
        for n, row in enumerate(rows)
        if row not in held or float(np.abs(held[row] - vectors[n]).max()) > _ALIKE
    ]
    if lacking and write:
        target.upsert([rows[n] for n in lacking], vectors[lacking])
    return len(lacking)


def _switch(catalog: CatalogWriter, values: dict[str, str | int]) -> None:
    with catalog.transaction() as db:
        put_meta(db, values)
        count_batch(db)
