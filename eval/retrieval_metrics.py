"""Retrieval measures over article ids: pure functions. Knows nothing of files, archives or queries.

A ranking is article ids, best first. Every measure lies between 0 and 1 and is binary: an article
is relevant or not. Definitions and their sources are also in docs/retrieval-format.md.
"""

import math
import random
from collections.abc import Collection, Iterable, Sequence

from eval.match import contains

_TAIL = 40  # one in forty on either side leaves 95 %


def judged_ranking(
    ranked: Iterable[str], *, gold: Collection[str], ignored: Collection[str]
) -> list[str]:
    """The ranking as it is judged: each article once, the ignored ones left out.

    An article that is both ignored and gold stays in.
    """
    return [key for key in dict.fromkeys(ranked) if key in gold or key not in ignored]


def hit(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 if a relevant article is among the first ``k``, else 0 (success@k)."""
    return float(any(key in relevant for key in ranked[:k]))


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 / rank of the first relevant article, 0 if none is among the first ``k`` (TREC-8 QA)."""
    ranks = (rank for rank, key in enumerate(ranked[:k], 1) if key in relevant)
    first = next(ranks, None)
    return 1 / first if first else 0.0


def ndcg(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Discounted gain of the first ``k``, 1 / log2(rank + 1) each, over the best possible.

    Järvelin and Kekäläinen 2002, with binary gain; as ``ndcg_cut`` of trec_eval.

    Raises:
        ValueError: Nothing is relevant, so there is no best possible.
    """
    if not relevant:
        raise ValueError("nDCG needs a relevant article")
    gain = sum(_discount(rank) for rank, key in enumerate(ranked[:k], 1) if key in relevant)
    return gain / sum(_discount(rank) for rank in range(1, min(k, len(relevant)) + 1))


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def recall(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Share of the relevant articles among the first ``k``, of at most ``k`` that fit there.

    Raises:
        ValueError: Nothing is relevant.
    """
    if not relevant:
        raise ValueError("recall needs a relevant article")
    found = sum(key in relevant for key in ranked[:k])
    return found / min(k, len(relevant))


def groups_found(ranked: Sequence[str], groups: Sequence[Collection[str]], k: int) -> float:
    """Share of the groups that have an article among the first ``k``.

    A group holds the articles that tell the same part of the answer; any one of them will do.

    Raises:
        ValueError: There is no group.
    """
    if not groups:
        raise ValueError("groups_found needs a group")
    first = ranked[:k]
    return sum(any(key in group for key in first) for group in groups) / len(groups)


def answer_in(sentences: Sequence[str], parts: Sequence[Sequence[str]]) -> float:
    """1 if every part of the answer stands in one of the sentences, else 0.

    A part is a list of accepted forms. Each sentence is looked at by itself: two sentences side by
    side must not make up a form that neither has. Matching is ``eval.match.contains``.

    Raises:
        ValueError: There is no part.
    """
    if not parts:
        raise ValueError("answer_in needs a part of an answer")
    return float(
        all(any(contains(text, form) for text in sentences for form in forms) for forms in parts)
    )


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean; None of nothing: absence is not zero."""
    return sum(values) / len(values) if values else None


def bootstrap_interval(
    values: Sequence[float], *, resamples: int = 1000, seed: int = 0
) -> tuple[float, float] | None:
    """The 95 % percentile interval of the mean (Efron 1979); None of nothing.

    Draws ``resamples`` times as many values as there are, with replacement. Equal input gives an
    equal interval.
    """
    if not values:
        return None
    draw, count = random.Random(seed), len(values)
    means = sorted(
        sum(values[draw.randrange(count)] for _ in range(count)) / count for _ in range(resamples)
    )
    cut = resamples // _TAIL
    return means[cut], means[resamples - cut - 1]


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least ``share`` of all do not exceed (nearest rank); None of none.

    ``percentile(seconds, 0.95)`` of twenty values is the nineteenth.
    """
    if not values:
        return None
    rank = math.ceil(round(share * len(values), 9))
    return sorted(values)[max(rank, 1) - 1]
