"""Group articles that print nearly the same text, as papers do with wire copy."""

from collections.abc import Callable, Mapping, Sequence

from index.archive import Archive
from index.likeness import are_copies
from index.types import Article
from rag.types import Headline


def group_copies(
    article_ids: Sequence[str],
    find: Callable[[str], Article | None],
    linked: Mapping[str, frozenset[str]] | None = None,
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The articles without later copies of earlier ones, and which copies each of them has.

    ``find`` gives an article by its id; one that has gone is left out. ``linked``: what an archive
    found to be copies when they came in; without it they are compared here.
    """
    kept: list[Article] = []
    copies: dict[str, list[str]] = {}
    for article_id in article_ids:
        article = find(article_id)
        if article is None:
            continue
        original = next((one for one in kept if _is_copy(one, article, linked)), None)
        if original is None:
            kept.append(article)
        else:
            copies.setdefault(original.id, []).append(article_id)
    return tuple(one.id for one in kept), {key: tuple(ids) for key, ids in copies.items()}


def _is_copy(one: Article, other: Article, linked: Mapping[str, frozenset[str]] | None) -> bool:
    if linked is not None and other.id in linked:
        return one.id in linked[other.id]
    return are_copies(one, other)


def headlines_of(
    copies: Mapping[str, Sequence[str]], archive: Archive
) -> dict[str, tuple[Headline, ...]]:
    """The copies by their headlines, to be named beside the one that is shown."""
    named: dict[str, tuple[Headline, ...]] = {}
    for original, ids in copies.items():
        articles = [article for key in ids if (article := archive.article(key))]
        named[original] = tuple(
            Headline(each.id, each.title, each.source, each.published) for each in articles
        )
    return named
