"""Put rebuilt stores in the place of the old ones, finishing what a kill interrupted."""

import shutil
from pathlib import Path

from index.catalog_write import CatalogWriter
from index.layout import Layout
from index.lock import hold_vectors_lock
from index.vectors_switch import drop_left_places


def finish_swap(folder: Path, catalog: CatalogWriter) -> None:
    """Swap in the stores the catalog has switched to; remove what a rebuild left unfinished.

    While the catalog says ``swap``, readers open a new store where it was built, so that they
    find one at every moment.
    """
    if catalog.meta("swap") == "1":
        with hold_vectors_lock(folder, shared=False):
            for current, built, retired in _stores(folder):
                if built.exists():
                    shutil.rmtree(retired, ignore_errors=True)
                    if current.exists():
                        current.rename(retired)
                    built.rename(current)
            catalog.end_swap()
    drop_unfinished(folder)
    drop_left_places(folder, catalog)


def drop_unfinished(folder: Path) -> None:
    """Remove stores that were replaced, and new ones that nothing has switched to."""
    for _, *leftovers in _stores(folder):
        for leftover in leftovers:
            if leftover.exists():
                shutil.rmtree(leftover)


def _stores(folder: Path) -> tuple[tuple[Path, Path, Path], ...]:
    layout = Layout(folder)
    return (
        (layout.vectors, layout.vectors_built, layout.vectors_retired),
        (layout.lexical, layout.lexical_built, layout.lexical_retired),
        (layout.tokens, layout.tokens_built, layout.tokens_retired),
    )
