"""How much of a question a sentence speaks of, by words. Knows nothing of vectors or ranking."""

import math
from collections import Counter
from collections.abc import Sequence

from rag.synonyms import other_names

# How much of a term's weight counts where the sentence itself does not say it. A place or a name
# stands in the lead and goes for the whole article; a measure must stand close by.
_NEARBY = 0.7  # the two sentences before, in the same paragraph
_IN_HEADLINE = (0.8, 0.6)  # (places and names, other words)
_IN_ARTICLE = (0.6, 0.25)
_LEAST_WEIGHT = 0.3
_UNSEEN_WEIGHT = 0.5


def term_weights(terms: Sequence[str], spoken: Sequence[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency of each term over the candidate sentences.

    Okapi's idf with 0.5 smoothing, never below 0.3: a term that every candidate has (the place,
    usually) still counts a little. A term that no candidate has tells none of them apart and may
    be the asker's own wording (贵了 for 上涨): it counts like a common one.
    """
    count = Counter(term for said in spoken for term in _spoken_terms(terms, said))
    total = len(spoken)
    return {
        term: max(_LEAST_WEIGHT, math.log((total - count[term] + 0.5) / (count[term] + 0.5) + 1))
        if count[term]
        else _UNSEEN_WEIGHT
        for term in terms
    }


def _spoken_terms(terms: Sequence[str], said: frozenset[str]) -> list[str]:
    return [term for term in dict.fromkeys(terms) if said_or_synonym(term, said)]


def said_or_synonym(term: str, said: frozenset[str]) -> bool:
    """Whether a text with these words says the term, or its other name."""
    return term in said or any(parts <= said for parts in other_names(term))


def phrase_weights(phrases: Sequence[str], texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of each phrase that some candidate has; the others are dropped."""
    count = {phrase: sum(phrase in text for text in texts) for phrase in phrases}
    return {
        phrase: math.log((len(texts) - n + 0.5) / (n + 0.5) + 1) for phrase, n in count.items() if n
    }


def phrased(weights: dict[str, float], text: str, article: str) -> float:
    """Share of the phrases' weight that the sentence has; half where only its article has it."""
    whole = sum(weights.values())
    got = sum(
        weight * (1.0 if phrase in text else 0.5 if phrase in article else 0.0)
        for phrase, weight in weights.items()
    )
    return got / whole if whole else 0.0


def coverage(
    weights: dict[str, float],
    anchors: frozenset[str],
    said: frozenset[str],
    nearby: frozenset[str],
    headline: frozenset[str],
    body: frozenset[str],
) -> float:
    """Share of the terms' weight that is said: in the sentence, near it, or in its article."""
    whole = sum(weights.values())
    if not whole:
        return 0.0
    got = 0.0
    for term, weight in weights.items():
        other = 0 if term in anchors else 1
        if said_or_synonym(term, said):
            got += weight
        elif said_or_synonym(term, nearby):
            got += weight * _NEARBY
        elif said_or_synonym(term, headline):
            got += weight * _IN_HEADLINE[other]
        elif said_or_synonym(term, body):
            got += weight * _IN_ARTICLE[other]
    return got / whole
