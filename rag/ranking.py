"""From weighed sentences to ranked articles. Knows nothing of how either was found."""

from collections.abc import Sequence
from functools import lru_cache

from index.words import words
from rag.evidence import Candidate

# Of the second sentence: from 0.05 to 0.12 no score of the development sets falls by it.
_SECOND = 0.05
_BY_SCORE = 6  # articles whose order is kept: who asks for one thing wants the best first
# Maximal marginal relevance (Carbonell and Goldstein 1998) takes a share of both; here the
# repetition is taken off the score. rgb: all facets at ten .84 to .86 from 1 to 1.5, .80 without.
_REPEATED = 1.25
_NOTHING: frozenset[str] = frozenset()


def rank_articles(sentences: Sequence[Candidate], *, period_asked: bool) -> list[str]:
    """Ids of the articles of these sentences, best first, ties by id.

    An article counts as its best sentence, and a little more where a second one speaks of the
    question too. One sentence alone tells the figure of a period: the next is about another.
    """
    scores: dict[str, list[float]] = {}
    for item in sentences:
        scores.setdefault(item.article.id, []).append(item.score)

    def score(article_id: str) -> float:
        best, *others = sorted(scores[article_id], reverse=True)
        second = max(others[0], 0.0) if others and not period_asked else 0.0
        return best + _SECOND * second

    return sorted(scores, key=lambda article_id: (-score(article_id), article_id))


def spread_out(ranked: Sequence[str], sentences: Sequence[Candidate]) -> tuple[str, ...]:
    """The same articles; behind the first six, those that say something new come earlier.

    What an article says is its best sentence. One whose sentence shares its words with one placed
    before (the share of the shorter's words) falls back: of ten reports that name one of a film's
    actors the first is enough. Of an article without a sentence here nothing is known; it scores
    as the worst and repeats nothing.
    """
    best: dict[str, Candidate] = {}
    for item in sentences:
        if item.article.id not in best or item.score > best[item.article.id].score:
            best[item.article.id] = item
    least = min((item.score for item in best.values()), default=0.0)
    score = {key: best[key].score if key in best else least for key in ranked}
    said = {key: _words_of(best[key].sentence.text) if key in best else _NOTHING for key in ranked}
    placed, waiting = list(ranked[:_BY_SCORE]), list(ranked[_BY_SCORE:])
    repeated = {
        key: max((_shared(said[key], said[one]) for one in placed), default=0.0) for key in waiting
    }
    while waiting:
        chosen = max(waiting, key=lambda key: score[key] - _REPEATED * repeated[key])
        waiting.remove(chosen)
        placed.append(chosen)
        for key in waiting:
            repeated[key] = max(repeated[key], _shared(said[key], said[chosen]))
    return tuple(placed)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Overlap coefficient: shared words by the words of the one with fewer, 0 to 1."""
    return len(one & other) / max(1, min(len(one), len(other)))


@lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(words(text))
