"""Ids of page files' articles: stable from run to run, distinct where two files share a name.

A reader names the articles of ``2025-07-16/A02.txt`` by the name and the position. Only here is
known which other file has that name too.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.read_options import FileFacts
from index.types import Article, Rejected
from index.writer import ArchiveWriter

# Read whole, each giving all of its articles every time. An export's rows come and go.
_WHOLE_FILES = frozenset({".txt", ".pdf", ".md", ".html", ".htm"})


def settle_ids(
    items: Iterable[Article | Rejected], writer: ArchiveWriter
) -> Iterator[Article | Rejected]:
    """Yield the items with their final ids, a page file's articles held until all are there.

    An article that an earlier version of its page file had, and this one has not, is retired.
    """
    page: list[Article] = []
    last_rejected = ""
    for item in items:
        origin = item.origin if isinstance(item, Article) else item.path
        if page and origin != page[0].origin:
            yield from _settle_page(page, writer, whole=last_rejected != page[0].origin)
            page = []
        if isinstance(item, Rejected):
            last_rejected = item.path
            yield item
        elif _is_named_by_position(item):
            page.append(item)
        else:
            yield item
    if page:
        yield from _settle_page(page, writer, whole=last_rejected != page[0].origin)


def _is_named_by_position(article: Article) -> bool:
    path = Path(article.origin)
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:] if suffix.lower() != ".gz"]
    return (
        suffixes[-1:] != []
        and suffixes[-1] in _WHOLE_FILES
        and article.id == _id(FileFacts.of(path).slug, article)
    )


def _settle_page(
    page: Sequence[Article], writer: ArchiveWriter, *, whole: bool
) -> Iterator[Article]:
    origin = page[0].origin
    prefix = writer.catalog.prefix_of(origin) or _choose_prefix(page, writer)
    settled = [replace(article, id=_id(prefix, article)) for article in page]
    yield from settled
    if whole and writer.catalog.prefix_of(origin):
        kept = {article.id for article in settled if article.body.strip()}
        gone = [old for old in writer.catalog.ids_from(origin) if old not in kept]
        writer.retire(gone)


def _choose_prefix(page: Sequence[Article], writer: ArchiveWriter) -> str:
    path = Path(page[0].origin)
    slug = FileFacts.of(path).slug
    owners = writer.catalog.owners_of(slug)
    if not any(Path(owner).exists() for owner in owners):
        # Nobody has the name, or the file was moved here.
        writer.catalog.claim_prefix(page[0].origin, slug, instead_of=owners)
        return slug
    writer.flush()
    if all(_has_same_body(writer, _id(slug, article), article.body) for article in page):
        return slug  # a copy of the owner's file: the same articles
    prefix = f"{slug}~{_digest(path.parent.name, 4)}"
    if any(Path(owner).exists() for owner in writer.catalog.owners_of(prefix)):
        prefix = f"{slug}~{_digest(str(path.parent), 12)}"
    writer.catalog.claim_prefix(page[0].origin, prefix)
    return prefix


def _has_same_body(writer: ArchiveWriter, article_id: str, body: str) -> bool:
    stored = writer.catalog.article(article_id)
    return stored is not None and stored.body == body


def _id(prefix: str, article: Article) -> str:
    return f"{prefix}-{article.position:02d}"


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:length]
