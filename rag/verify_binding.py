"""Whether a statement gives a value to what its source gives it to. Knows nothing of evidence.

Silence is no fault: a statement may leave words out. What it may not do is take the words of
another value (甲市 and 乙市 swapped), name or day (张三出席 for 李四出席), or turn a deed round.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from index.figures import Figure, same_change, same_figure
from index.words import fold
from rag.verify_clauses import (
    Told,
    ToldFigure,
    Word,
    clause_spans,
    content_words,
    readable,
    same_script,
    told_figures,
    told_marks,
)
from rag.verify_measure import alike, differing, other_measure

Marks = Callable[[str], tuple[tuple[int, int], ...]]  # where names or days stand in a folded text
_REPEATED = 0.7  # of the words that stand beside one value only
_MOSTLY = 0.5  # of what is told of a name; less may be the topic of the whole sentence
_MUTUAL = re.compile(r"[被由受与和同跟对向给为]|\bby\b|\bwith\b")


def other_value(figure: Figure, text: str, source: str, *, question: str = "") -> bool:
    """Whether the source gives this figure of the text to something else, wherever it has it.

    False where the source does not have it: that is another check's.
    """
    claim = told_of(figure, text)
    if claim is None or not same_script(text, source):
        return False
    told, folded = told_figures(source), readable(source)
    own = [
        one
        for one in told
        if same_figure(claim.figure, one.figure) and same_change(claim.figure, one.figure)
    ]
    rivals = [one for one in told if not same_figure(claim.figure, one.figure)]
    return bool(own) and all(
        any(_of_rival(claim.told, one.told, rival.told) for rival in rivals)
        or other_measure(claim, one, folded, question=question)
        for one in own
    )


def told_of(figure: Figure, text: str) -> ToldFigure | None:
    """What a text tells of a figure that was read from it; None where it tells of none like it."""
    printed = readable(figure.text)
    same = [
        one
        for one in told_figures(text)
        if one.figure.text == printed or same_figure(figure, one.figure)
    ]
    at = [one for one in same if one.told.start == figure.start]
    return next(iter(at or same), None)


def _of_rival(claim: Told, own: Told, rival: Told) -> bool:
    """Whether the claim says the rival's words where the two differ, and not its own value's."""
    if claim.place and own.place and claim.place == rival.place != own.place:
        return True
    return _repeats(claim, own, rival) or any(
        _takes(claim, own, rival, theirs, mine)
        for theirs, mine in differing(rival.words, own.words)
    )


def _takes(
    claim: Told, own: Told, rival: Told, theirs: Iterable[Word], mine: Iterable[Word]
) -> bool:
    taken = [word for word in theirs if claim.has(word) and not own.has(word)]
    left = [word for word in mine if not rival.has(word)]
    # 青岛港 does not stand against 吞吐量.
    kinds = {word.proper for word in taken}
    left = [word for word in left if word.proper in kinds]
    if not left:
        return False
    rest = [word for word in claim.words if not rival.has(word)]
    return not any(
        claim.has(word) or any(alike(word.text, other.text) for other in rest) for word in left
    )


def _repeats(claim: Told, own: Told, rival: Told) -> bool:
    """Whether the claim says what stands beside the rival and nothing of its own value's.

    同比增长20% of 同比增长10%，占全国的20%, where no noun of the two differs side by side.
    """
    theirs, mine = rival.said - own.said, own.said - rival.said
    if not theirs or not mine or claim.said & mine:
        return False
    repeated = len(claim.said & theirs) >= _REPEATED * len(theirs)
    return repeated and rival.said <= claim.said | own.said


def other_act(value: str, text: str, source: str, marks_of: Marks) -> bool:
    """Whether a name or day is told of what the source tells of another one.

    ``value`` as it stands in the folded text; ``marks_of`` finds the names or days of a text.
    """
    if not same_script(text, source):
        return False
    said, printed = fold(text), fold(source)
    claims = [one for one in told_marks(said, marks_of(said)) if one.of(said) == value]
    told = told_marks(printed, marks_of(printed))
    own = [one for one in told if one.of(printed) == value]
    others = [one for one in told if one.leads and one.of(printed) != value]
    return bool(own) and any(
        all(any(_acts_as(claim, one, rival) for rival in others) for one in own) for claim in claims
    )


def _acts_as(claim: Told, own: Told, rival: Told) -> bool:
    theirs = [word for word in rival.own if not own.has(word) and claim.has(word)]
    mine = [word for word in own.own if not rival.has(word)]
    # 大桥 in front may be the topic of both days.
    mine = [word for word in mine if word.start >= own.end] or mine
    mine = [word for word in mine if word.act] or mine
    rest = [word for word in claim.own if not rival.has(word) and not own.has(word)]
    said = any(
        claim.has(word) or any(alike(word.text, other.text) for other in rest) for word in mine
    )
    return bool(mine) and not said and len(theirs) >= _MOSTLY * max(1, len(claim.own))


def turned(text: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Deeds told the other way round: 乙队击败甲队 where the sources have 甲队击败乙队."""
    told = {deed for source in sources for deed in _deeds(fold(source))}
    return tuple(
        f"{first}{act}{second}"
        for first, act, second in sorted(_deeds(fold(text)))
        if (second, act, first) in told and (first, act, second) not in told
    )


def _deeds(folded: str) -> set[tuple[str, str, str]]:
    """Every 甲 击败 乙 of a text: two names in one clause and the verb between them."""
    found: set[tuple[str, str, str]] = set()
    words = content_words(folded)
    for start, end in clause_spans(folded):
        if _MUTUAL.search(folded, start, end):
            continue
        here = [word for word in words if start <= word.start < end]
        for at, act in enumerate(here):
            first = [word.text for word in here[:at] if word.proper]
            second = [word.text for word in here[at + 1 :] if word.proper]
            if act.act and first and second:
                found.add((first[-1], act.text, second[0]))
    return found
