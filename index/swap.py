"""Put a rebuilt Chroma store in the place of the old one, finishing what a kill interrupted."""

import shutil
from pathlib import Path

from index.catalog_write import CatalogWriter
from index.layout import Layout
from index.lock import hold_vectors_lock


def finish_swap(folder: Path, catalog: CatalogWriter) -> None:
    """Swap in a store the catalog has switched to; remove what a rebuild left unfinished.

    While the catalog says ``swap``, readers open the new store where it was built, so that they
    find one at every moment.
    """
    layout = Layout(folder)
    if catalog.meta("swap") == "1":
        with hold_vectors_lock(folder, shared=False):
            if layout.vectors_built.exists():
                shutil.rmtree(layout.vectors_retired, ignore_errors=True)
                if layout.vectors.exists():
                    layout.vectors.rename(layout.vectors_retired)
                layout.vectors_built.rename(layout.vectors)
            catalog.end_swap()
    for leftover in (layout.vectors_built, layout.vectors_retired):
        if leftover.exists():
            shutil.rmtree(leftover)
