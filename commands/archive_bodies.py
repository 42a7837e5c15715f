"""The texts of an archive without its encoder, which would take seconds to load."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def article_bodies(archive: Path) -> Iterator[Callable[[str], str | None]]:
    """A look-up from an article's id to its text; None where the archive has none.

    Raises:
        NoArchive: There is none in that folder.
    """
    from index.catalog import Catalog
    from index.layout import Layout
    from rag.assemble import require_archive

    require_archive(archive)
    catalog = Catalog.open(Layout(archive).catalog)

    def body(article_id: str) -> str | None:
        article = catalog.article(article_id)
        return article.body if article else None

    try:
        yield body
    finally:
        catalog.close()
