"""On which day a sentence says that something happened. Knows nothing of conflicts."""

import re
from collections.abc import Sequence

from index.periods import ANY_DAY, TimeSpan, parse_periods
from index.words import tagged_words
from rag.claim_text import Asked, Value, anchored, tokens_of

# 20,314 is one figure; ，2019年 begins a clause, though folded text has the same comma there.
_CLAUSE = re.compile(r"(?:[^，。；！？,;!?\n…]|(?<=\d),(?=\d{3}(?!\d|年)))+")
_IS_DAY = re.compile(r"[日号]$|^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$")
_ADVERBS = "正式|全国|全球|同步|公开|如期|开始|首次|领先|起|宣布|成功"
# Without a limit 在在在… could be read in exponentially many ways.
_MOST_ADVERBS = 4


def read_days(text: str, asked: Asked) -> list[Value]:
    """The one day of a clause that says the word asked for, and no other place than the asked."""
    spans = [span for span in parse_periods(text, anchor=ANY_DAY) if not _is_dateline(span)]
    bound = anchored(text, tokens_of(text), asked.anchors)
    if not bound or not spans:
        return []
    for clause in _CLAUSE.finditer(text):
        inside = [span for span in spans if clause.start() <= span.start < clause.end()]
        says = any(clause.start() <= word.start < clause.end() for word in bound)
        if (
            says
            and len(inside) == 1
            and _IS_DAY.search(inside[0].text)
            and not _elsewhere(clause.group(), asked.places)
        ):
            return [Value(inside[0].text, inside[0].start, inside[0].end)]
    return []


def _is_dateline(span: TimeSpan) -> bool:
    """Aug 24, 2020 stands before a search result; it is when the text was put up."""
    return bool(re.match(r"[a-z]", span.text, re.IGNORECASE))


def day_is_bound(text: str, value: Value, anchors: Sequence[str]) -> bool:
    """Whether a day stands right before what happened (2月19日全国上映) or behind its word."""
    said = "|".join(map(re.escape, anchors))
    after = re.match(
        rf"(?:[上下]午|晚)?(?:{_ADVERBS}|在[^，。,;]{{1,8}}?){{0,{_MOST_ADVERBS}}}(?:{said})",
        text[value.end :],
    )
    before = re.search(
        rf"(?:{said})(?:日期|时间)?(?:是|为|定[在于]|[:：])\s?$", text[: value.start]
    )
    return bool(anchors) and bool(after or before)


def places_beside(text: str, value: Value) -> frozenset[str]:
    """The places that the clause of a day names: 对某国生效."""
    clause = next(found for found in _CLAUSE.finditer(text) if value.start < found.end())
    return frozenset(word for word, tag in tagged_words(clause.group()) if tag == "ns")


def _elsewhere(clause: str, places: Sequence[str]) -> bool:
    if not places or any(place in clause for place in places):
        return False
    return any(tag == "ns" for _, tag in tagged_words(clause))
