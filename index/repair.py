"""Make anew what a verification found to differ from the catalog."""

from collections.abc import Callable
from pathlib import Path

from index.errors import ArchiveDamaged
from index.integrity import Integrity
from index.layout import Layout
from index.meter import Report
from index.near import link_anew
from index.rebuild import rebuild
from index.types import Encoder
from index.writer import open_catalog, open_writer

_COMMAND = "suyuan verify --repair"


def repair_archive(
    folder: Path,
    found: Integrity,
    open_encoder: Callable[[], Encoder],
    *,
    progress: Report | None = None,
) -> None:
    """Rebuild the stores that differ; the lexical index alone needs no encoding.

    Raises ArchiveDamaged where the catalog itself is damaged: it is what the rest is made from.
    """
    stores = {each.store for each in found.differences if "next ingest" not in each.what}
    if "links" in stores:
        with open_catalog(folder, command=_COMMAND) as catalog:
            link_anew(catalog)
        stores.discard("links")
    if "catalog" in stores:
        raise ArchiveDamaged(
            f"{Layout(folder).catalog} is damaged, and nothing can be made from it. Restore a"
            f" backup: suyuan restore BACKUP --archive {folder} --force"
        )
    if stores == {"lexical"}:
        with open_catalog(folder, command=_COMMAND) as catalog:
            catalog.set_meta(lexical="")
    elif stores:
        rebuild(folder, open_encoder(), progress=progress)
    with open_writer(folder, open_encoder, command=_COMMAND) as writer:
        writer.finish_pending()
