"""Group articles that print nearly the same text, as papers do with wire copy."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from index.archive import Archive
from index.types import Article
from index.words import fold
from rag.types import Headline

# Jaccard similarity of the texts' runs of five characters (Broder 1997). A handful of articles is
# compared with each other exactly: sketches such as MinHash pay from hundreds on.
_ALIKE = 0.6
_RUN = 5
_LONGEST = 1_000  # characters of a text that are looked at: a copy begins like its original
_MARKS = re.compile(r"\W+")


def group_copies(
    article_ids: Sequence[str], archive: Archive
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The articles without later copies of earlier ones, and which copies each of them has."""
    kept: list[tuple[str, frozenset[int]]] = []
    copies: dict[str, list[str]] = {}
    for article_id in article_ids:
        article = archive.article(article_id)
        if article is None:
            continue
        runs = text_runs(article)
        original = next((key for key, other in kept if similarity(runs, other) >= _ALIKE), None)
        if original is None:
            kept.append((article_id, runs))
        else:
            copies.setdefault(original, []).append(article_id)
    return tuple(key for key, _ in kept), {key: tuple(ids) for key, ids in copies.items()}


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
    text = _MARKS.sub("", fold(article.body[:_LONGEST]))
    return frozenset(hash(text[n : n + _RUN]) for n in range(max(1, len(text) - _RUN + 1)))
