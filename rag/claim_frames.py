"""One sentence printed twice with another name, place or day in it.

Two papers that carry one report word for word differ where one of them was changed: the words on
both sides show that the two values stand for the same thing. Knows nothing of conflicts.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations

from index.words import fold, tagged_words
from rag.claim_terms import editions, parted, qualifiers, years
from rag.claim_text import Value, common_start
from rag.claims import Claim
from rag.evidence import Candidate

_LONG = 16  # characters in common: the same sentence, whatever it is about
_SHORT = 8  # with the question's own word among them
_SLOT = 12  # characters of a value that only its frame tells
_EDGE = 4
_MOST_VALUES = 40  # in a sentence; one with more is a list, not a frame around one value
_TOLD_APART = frozenset({"plan", "heat", "runner", "women", "men", "mixed", "youth"})
_WORD = re.compile(r"\w")
_HAN = re.compile(r"[\u4e00-\u9fff·]+")

Reader = Callable[[str], Sequence[Value]]
_Terms = tuple[frozenset[str], frozenset[str], frozenset[str]]  # years, editions, stages


def frame_claims(
    read: Reader, anchors: Sequence[str], candidates: Sequence[Candidate]
) -> list[Claim]:
    """The two claims of the two sentences most alike around two values; [] where none are.

    ``read`` finds the values of the kind asked for in a folded sentence; ``anchors``: the words of
    the question for what is asked. Sentences of one article are not compared.
    """
    texts = [fold(item.sentence.text) for item in candidates]
    values = [list(read(text)) for text in texts]
    terms = [_terms(text) for text in texts]
    best: tuple[int, list[Claim]] = (0, [])
    for one, other in combinations(range(len(candidates)), 2):
        if candidates[one].article.id == candidates[other].article.id:
            continue
        if max(len(values[one]), len(values[other])) > _MOST_VALUES:
            continue
        if _apart(terms[one], terms[other]):
            continue
        for a, b in _pairs(texts[one], values[one], texts[other], values[other]):
            shared = _shared(texts[one], a, texts[other], b)
            said = any(anchor in shared for anchor in anchors)
            length = len(_WORD.findall(shared))
            if length < (_SHORT if said else _LONG) or length <= best[0]:
                continue
            if parted(_places(texts[one], a), _places(texts[other], b)):
                continue
            found = [(one, a), (other, b)]
            best = length, [Claim(n + 1, candidates[n], v.text) for n, v in found]
    return best[1]


def _terms(text: str) -> _Terms:
    return years(text), editions(text), qualifiers(text) & _TOLD_APART


def _apart(one: _Terms, other: _Terms) -> bool:
    """Whether two sentences tell of two years, editions or stages."""
    return parted(one[0], other[0]) or parted(one[1], other[1]) or one[2] != other[2]


@lru_cache(maxsize=4096)
def _places(text: str, value: Value) -> frozenset[str]:
    """The places that a sentence names beside the value: 在某国的生效日期."""
    rest = f"{text[: value.start]} {text[value.end :]}"
    return frozenset(word for word, tag in tagged_words(rest) if tag == "ns")


def _pairs(
    one: str, in_one: Sequence[Value], other: str, in_other: Sequence[Value]
) -> list[tuple[Value, Value]]:
    """Two different values, neither of which the other sentence has too."""
    pairs = [(a, b) for a in in_one for b in in_other]
    pairs += [(a, b) for a in in_one if (b := _in_frame(one, a, other))]
    pairs += [(a, b) for b in in_other if (a := _in_frame(other, b, one))]
    return [(a, b) for a, b in pairs if a.text not in other and b.text not in one]


def _in_frame(text: str, value: Value, other: str) -> Value | None:
    """What another sentence has where this one has the value: a name no word list knows."""
    left, right = text[max(0, value.start - _EDGE) : value.start], text[value.end :][:_EDGE]
    if len(left) < _EDGE or len(right) < _EDGE:
        return None
    start = other.find(left) + len(left)
    end = other.find(right, start)
    if start < len(left) or not 1 < end - start <= _SLOT:
        return None
    slot = other[start:end]
    return Value(slot, start, end) if _HAN.fullmatch(slot) else None


def _shared(one: str, a: Value, other: str, b: Value) -> str:
    """The words right before and right behind that both sentences have around their values."""
    before = common_start(one[: a.start][::-1], other[: b.start][::-1])[::-1]
    return f"{before} {common_start(one[a.end :], other[b.end :])}"
