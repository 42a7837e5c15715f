"""Which collection of a Chroma server an archive means, from one to the next, as the catalog says.

``vectors_built`` is being filled by a rebuild or a takedown, ``vectors_migrating`` by a migration,
``vectors_retired`` is to be deleted. They are written down before they are made, so that a killed
run leaves nothing on a server that the next writer does not know of.
"""

import contextlib
import shutil
from pathlib import Path

from index.catalog_write import CatalogWriter
from index.layout import Layout
from index.vectors_place import (
    ServerAddress,
    ServerPlace,
    new_place,
    told_server,
    vectors_place,
    written_place,
)
from index.vectors_server import ServerUnreachable, drop_collection, require_server


def writing_place(catalog: CatalogWriter) -> ServerPlace | None:
    """Where a writer puts vectors: a new archive where this process was told, any other as it is.

    Raises ArchiveError where a server is configured and the vectors are in the folder.
    """
    place, server = vectors_place(catalog), told_server()
    if place is None and server is not None:
        place = new_place(server)
        catalog.set_meta(vectors_place=str(place))
    return place


def built_place(catalog: CatalogWriter) -> ServerPlace | None:
    """A collection to be filled beside the archive's; None where that is in its folder."""
    current = written_place(catalog)
    if current is None:
        return None
    place = new_place(current.server)
    catalog.set_meta(vectors_built=str(place))
    return place


def taken_over(catalog: CatalogWriter) -> dict[str, str]:
    """What is to be set so that the collection that was filled is the archive's."""
    built = catalog.meta("vectors_built")
    if not built:
        return {}
    return {
        "vectors_place": built,
        "vectors_built": "",
        "vectors_retired": catalog.meta("vectors_place") or "",
    }


def migrating_place(catalog: CatalogWriter, server: ServerAddress) -> ServerPlace:
    """The collection of this server that a migration fills, the same as before it was cut off.

    Raises ServerUnreachable.
    """
    url, _, collection = (catalog.meta("vectors_migrating") or "").partition(" ")
    if collection and url == server.url:
        return ServerPlace(server, collection)
    if collection:
        with contextlib.suppress(ServerUnreachable):  # a server that was named by mistake
            drop_collection(ServerPlace(ServerAddress(url), collection))
    require_server(server)  # a mistyped address must not be remembered
    place = new_place(server)
    catalog.set_meta(vectors_migrating=str(place))
    return place


def drop_left_places(folder: Path, catalog: CatalogWriter) -> None:
    """Delete the collections, or the folder, that the archive no longer has its vectors in.

    Raises ServerUnreachable, but for an archive that has left the server: one that is gone for good
    must not end all writing. A takedown tells of what is left there.
    """
    for key in ("vectors_built", "vectors_retired"):
        place = written_place(catalog, key)
        if place is None:
            continue
        try:
            drop_collection(place)
        except ServerUnreachable:
            if catalog.meta("vectors_place"):
                raise
            continue  # the next writer tries again
        catalog.set_meta(**{key: ""})
    if catalog.meta("vectors_place") and Layout(folder).vectors.exists():
        shutil.rmtree(Layout(folder).vectors)


def drop_migration(folder: Path, catalog: CatalogWriter) -> None:
    """Delete what a migration that did not end has copied; where a server is away, later."""
    shutil.rmtree(Layout(folder).vectors_migrated, ignore_errors=True)
    place = written_place(catalog, "vectors_migrating")
    if place is None:
        return
    try:
        drop_collection(place)
    except ServerUnreachable:
        if catalog.meta("vectors_retired"):
            return  # there is room for one: the next takedown, rebuild or migration sees to it
        catalog.set_meta(vectors_migrating="", vectors_retired=str(place))
    else:
        catalog.set_meta(vectors_migrating="")


def left_place(catalog: CatalogWriter) -> ServerPlace | None:
    """A collection that is still to be deleted from a server that is away."""
    return written_place(catalog, "vectors_retired") or written_place(catalog, "vectors_migrating")
