"""Group articles that print nearly the same text, as papers do with wire copy."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from index.archive import Archive
from index.types import Article
from index.words import fold
from rag.types import Headline

# Jaccard similarity of the texts' runs of five characters (Broder 1997). A handful of articles is
# compared with each other exactly: sketches such as MinHash pay from hundreds on.
_ALIKE = 0.6
# Of the figures of the one with fewer: a monthly release repeats its words and not its figures.
_SAME_FIGURES = 0.8
_RUN = 5
_LONGEST = 500  # characters that are looked at, of a text's head and of its end
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_MARKS = re.compile(r"\W+")


def group_copies(
    article_ids: Sequence[str], find: Callable[[str], Article | None]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The articles without later copies of earlier ones, and which copies each of them has.

    ``find`` gives an article by its id; one that has gone is left out.
    """
    kept: list[Article] = []
    copies: dict[str, list[str]] = {}
    for article_id in article_ids:
        article = find(article_id)
        if article is None:
            continue
        original = next((one for one in kept if are_copies(one, article)), None)
        if original is None:
            kept.append(article)
        else:
            copies.setdefault(original.id, []).append(article_id)
    return tuple(one.id for one in kept), {key: tuple(ids) for key, ids in copies.items()}


def are_copies(one: Article, other: Article) -> bool:
    """Whether two articles print nearly the same text, with the same figures."""
    if similarity(text_runs(one), text_runs(other)) < _ALIKE:
        return False
    fewer, more = sorted((figure_set(one), figure_set(other)), key=len)
    return len(fewer & more) >= _SAME_FIGURES * max(len(fewer), _SAME_FIGURES * len(more))


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


def similarity(one: frozenset[int], other: frozenset[int]) -> float:
    """Jaccard similarity, 0 to 1; texts of very different length cannot be alike."""
    shorter, longer = sorted((len(one), len(other)))
    if not shorter or shorter < _ALIKE * longer:
        return 0.0
    shared = len(one & other)
    return shared / (shorter + longer - shared)


@lru_cache(maxsize=1024)
def text_runs(article: Article) -> frozenset[int]:
    """Hashes of the runs of five characters of a text, white space and punctuation apart."""
    body = article.body
    seen = body if len(body) <= 2 * _LONGEST else body[:_LONGEST] + body[-_LONGEST:]
    text = _MARKS.sub("", fold(seen))
    return frozenset(hash(text[n : n + _RUN]) for n in range(max(1, len(text) - _RUN + 1)))


@lru_cache(maxsize=1024)
def figure_set(article: Article) -> frozenset[str]:
    """The figures printed in a text, as digits; days and times count too."""
    return frozenset(_FIGURE.findall(fold(article.body)))
