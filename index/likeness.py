"""Whether two articles print nearly the same text. Knows nothing of where they are kept."""

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.types import Article
from index.words import fold

# Jaccard similarity of the texts' runs of five characters (Broder 1997).
ALIKE = 0.6
# Of the figures of the one with fewer: a monthly release repeats its words and not its figures.
_SAME_FIGURES = 0.8
_RUN = 5
_LONGEST = 500  # characters that are looked at, of a text's head and of its end
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_MARKS = re.compile(r"\W+")
# Odd, one for each place in a run; splitmix64 (Steele et al. 2014) mixes their sum.
_PLACES = tuple((0x9E3779B97F4A7C15 * (2 * n + 1)) % 2**64 for n in range(_RUN))
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def are_copies(one: Article, other: Article) -> bool:
    """Whether two articles print nearly the same text, with the same figures."""
    if similarity(text_runs(one), text_runs(other)) < ALIKE:
        return False
    fewer, more = sorted((figure_set(one), figure_set(other)), key=len)
    return len(fewer & more) >= _SAME_FIGURES * max(len(fewer), _SAME_FIGURES * len(more))


def similarity(one: frozenset[int], other: frozenset[int]) -> float:
    """Jaccard similarity, 0 to 1; texts of very different length cannot be alike."""
    shorter, longer = sorted((len(one), len(other)))
    if not shorter or shorter < ALIKE * longer:
        return 0.0
    shared = len(one & other)
    return shared / (shorter + longer - shared)


@lru_cache(maxsize=1024)
def text_runs(article: Article) -> frozenset[int]:
    """Hashes of 32 bits of the runs of five characters, white space and punctuation apart.

    The same in every process.
    """
    body = article.body
    seen = body if len(body) <= 2 * _LONGEST else body[:_LONGEST] + body[-_LONGEST:]
    text = _MARKS.sub("", fold(seen)).ljust(_RUN, "\0")
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    count = len(codes) - _RUN + 1
    sums: NDArray[np.uint64] = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_PLACES):
        sums += codes[place : place + count] * np.uint64(factor)  # modulo 2**64
    mixed = (sums ^ (sums >> np.uint64(30))) * _MIX
    return frozenset((mixed >> np.uint64(32)).tolist())


@lru_cache(maxsize=1024)
def figure_set(article: Article) -> frozenset[str]:
    """The figures printed in a text, as digits; days and times count too."""
    return frozenset(_FIGURE.findall(fold(article.body)))
