"""Whether a statement gives a value to what its source gives it to. Knows nothing of evidence.

Silence is no fault: a statement may leave words out. What it may not do is take the words of
another value (甲市 and 乙市 swapped), name or day (张三出席 for 李四出席), or turn a deed round.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from index.figures import Figure, same_change, same_figure
from index.words import fold
from rag.verify_clauses import Told, ToldFigure, told_figures, told_marks
from rag.verify_measure import alike, differing, other_measure
from rag.verify_spans import (
    LONGEST,
    Word,
    clause_spans,
    content_words,
    parts_of,
    readable,
    same_script,
    stands_in,
    within,
)

Marks = Callable[[str], tuple[tuple[int, int], ...]]  # where names or days stand in a folded text
_REPEATED = 0.7  # of the words that stand beside one value only
_MOSTLY = 0.5  # of what is told of a name; less may be the topic of the whole sentence
_ARTICLE = re.compile(r"[一1][\u4e00-\u9fff]")  # 一起事件发生在公园: an event, not an amount
_MUTUAL = re.compile(r"[被由受与和同跟对向给为]|\bby\b|\bwith\b")


def other_value(
    figure: Figure, text: str, source: str, *, question: str = "", around: str = ""
) -> bool:
    """Whether the source gives this figure of the text to something else, wherever it has it.

    ``around`` the source may be said what a measure is of, not the measure itself. False where the
    source does not have the figure: that is another check's. A source of more than ``LONGEST``
    characters is read in parts, each for itself; a text that long must have the figure's clause
    word for word from the source.
    """
    claim = told_of(figure, text)
    if claim is None or not same_script(text, source):
        return False
    parts = parts_of(source)
    if len(text) <= LONGEST:
        found = [(part, own) for part in parts if (own := _giving(claim, part))]
        if found or len(parts) == 1:
            near = readable(around)
        return bool(found) and all(_gives_to_other(claim, *one, question, near) for one in found)
    if not _giving(claim, source):
        return False
    return not stands_in(readable(text), claim.told.start, readable(source))


def _giving(claim: ToldFigure, source: str) -> list[ToldFigure]:
    """Where a source has the claim's figure."""
    return [
        one
        for one in told_figures(source)
        if same_figure(claim.figure, one.figure) and same_change(claim.figure, one.figure)
    ]


def _gives_to_other(
    claim: ToldFigure, source: str, own: Sequence[ToldFigure], question: str, around: str
) -> bool:
    """Whether each place where a source has the figure tells it of something else."""
    if any(claim.told.told_as(one.told) for one in own):
        return False
    folded = readable(source)
    rivals = [
        one
        for one in told_figures(source)
        if not same_figure(claim.figure, one.figure) and not _ARTICLE.match(one.figure.text)
    ]
    return all(
        any(_of_rival(claim.told, one.told, rival.told) for rival in rivals)
        or other_measure(claim, one, folded, question=question, around=around)
        for one in own
    )


def told_of(figure: Figure, text: str) -> ToldFigure | None:
    """What a text tells of a figure that was read from it; None where it tells of none like it."""
    printed = readable(figure.text)
    told = told_figures(text)
    at = (one for one in told if one.told.start == figure.start)
    alike_too = (one for ones in (at, told) for one in ones if _reads(one, figure, printed))
    return next(alike_too, None)


def _reads(one: ToldFigure, figure: Figure, printed: str) -> bool:
    return one.figure.text == printed or same_figure(figure, one.figure)


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
    # 新增 may be said of its own 增量.
    taken = [word for word in taken if not any(alike(word.text, w.text) for w in own.words)]
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
    Long texts and sources are read as in ``other_value``.
    """
    if not same_script(text, source):
        return False
    said, printed = _folded(text), _folded(source)
    parts = parts_of(printed)
    if len(said) <= LONGEST:
        claims = _telling(value, said, marks_of)
        found = [(part, own) for part in parts if (own := _telling(value, part, marks_of))]
        if found or len(parts) == 1:
            return bool(found) and any(
                all(_acts_as_other(claim, value, *one, marks_of) for one in found)
                for claim in claims
            )
    if not any(printed[a:b] == value for a, b in marks_of(printed)):
        return False
    return any(said[a:b] == value and not stands_in(said, a, printed) for a, b in marks_of(said))


@lru_cache(maxsize=256)
def _folded(text: str) -> str:
    return fold(text)


def _telling(value: str, folded: str, marks_of: Marks) -> list[Told]:
    """What a text tells where it names the value; what it tells twice in the same words once."""
    if value not in folded:
        return []
    told = (one for one in told_marks(folded, marks_of(folded)) if one.of(folded) == value)
    distinct = {(one.stretch, tuple(w.start - one.end for w in one.own)): one for one in told}
    return list(distinct.values())


def _acts_as_other(
    claim: Told, value: str, source: str, own: Sequence[Told], marks_of: Marks
) -> bool:
    """Whether each place where a source has the value tells of it another thing than the claim."""
    if any(claim.told_as(one) for one in own):
        return False
    told = told_marks(source, marks_of(source))
    others = [one for one in told if one.leads and one.of(source) != value]
    return all(any(_acts_as(claim, one, rival) for rival in others) for one in own)


def _acts_as(claim: Told, own: Told, rival: Told) -> bool:
    theirs = [word for word in rival.own if not own.has(word) and claim.has(word)]
    if len(theirs) < _MOSTLY * max(1, len(claim.own)):
        return False
    mine = [word for word in own.own if not rival.has(word)]
    # 大桥 in front may be the topic of both days.
    mine = [word for word in mine if word.start >= own.end] or mine
    mine = [word for word in mine if word.act] or mine
    rest = [word for word in claim.own if not rival.has(word) and not own.has(word)]
    said = any(
        claim.has(word) or any(alike(word.text, other.text) for other in rest) for word in mine
    )
    return bool(mine) and not said


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
        here = within(words, start, end)
        named = [at for at, word in enumerate(here) if word.proper]
        for at, act in enumerate(here):
            before, behind = bisect_left(named, at), bisect_right(named, at)
            if act.act and before and behind < len(named):
                found.add((here[named[before - 1]].text, act.text, here[named[behind]].text))
    return found
