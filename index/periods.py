"""Chinese and English time expressions, resolved to days against a publication date or today.

Newspapers report the past: an expression without a year means the latest such stretch that a paper
of that day could report on (12月 printed in January is last December, 上半年 printed in January
last year's), unless a year stands earlier in the sentence or a word such as 将 looks ahead.
"""

import re
from dataclasses import dataclass
from datetime import date

from index.dates import Stretch, add_months
from index.numerals import fold
from index.period_chinese import CHINESE_READERS
from index.period_english import ENGLISH_READERS
from index.period_scene import Base, Context, Found, Scene
from index.period_words import (
    AS_OF,
    COMPARED,
    EXPRESSION,
    JOINT,
    SENTENCE_END,
    SINCE_BEFORE,
    SINCE_BEHIND,
    TOLD_BEHIND,
    TOPIC_END,
)

_READERS = CHINESE_READERS | ENGLISH_READERS
_SAME_PERIOD = ("same", "en_same")


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """One time expression: ``text == source[start:end]``, both days included."""

    text: str
    start: int
    end: int
    since: date
    until: date  # date.max: open, as in 2019年以来 where no anchor is known
    point: bool = False  # a state at ``until`` (6月末, 截至7月15日), not what happened over a time
    explicit_year: bool = False  # the year is printed in the expression itself


# For callers to whom only matters where expressions stand, not which days they are.
ANY_DAY = date(2000, 6, 15)


def parse_periods(text: str, *, anchor: date | None) -> list[TimeSpan]:
    """Every time expression that resolves, left to right; offsets are into ``text`` as given.

    Without an anchor only expressions with a year count, and those that a year before them settles.
    An anchor before 1800 or after 2200 is no date of a paper and counts as none.
    """
    if anchor is not None and not 1800 <= anchor.year <= 2200:
        anchor = None
    scene = Scene(fold(text), anchor)
    spans: list[TimeSpan] = []
    pos = 0
    while found := EXPRESSION.search(scene.folded, pos):
        for mark in SENTENCE_END.finditer(scene.folded, pos, found.start()):
            scene.sentence_start = scene.topic_start = mark.end()
        for mark in TOPIC_END.finditer(scene.folded, pos, found.start()):
            scene.topic_start = max(scene.topic_start, mark.end())
        span = _span(text, scene, found)
        pos = max(found.end(), span.end if span else 0)
        if span:
            spans.append(span)
    return spans


def covers(a: TimeSpan, b: TimeSpan) -> bool:
    """Whether every day of ``b`` lies in ``a``."""
    return a.since <= b.since and b.until <= a.until


def same_period(a: TimeSpan, b: TimeSpan) -> bool:
    """Whether both name the same days; 6月末 and 6月30日 do."""
    return (a.since, a.until) == (b.since, b.until)


def _span(text: str, scene: Scene, found: re.Match[str]) -> TimeSpan | None:
    """Resolve one expression and what is joined to it."""
    result = _resolve(scene, found)
    if result is None:
        return None
    # "in 2024" names 2024.
    start = found.start("ed_y") if found.lastgroup == "en_year" else found.start()
    end, stretch, explicit, is_open = found.end(), result.stretch, result.explicit, False
    compared = COMPARED.search(scene.folded, max(0, start - 6), start)
    joined = _joined(scene, found, result)
    if joined:
        end, stretch, explicit = joined
    else:
        start, end, stretch, is_open = _bounded(scene, start, end, stretch)
    if not compared and found.lastgroup not in _SAME_PERIOD:
        _remember(scene, start, end, stretch, result, is_open=is_open)
    return TimeSpan(
        text=text[start:end],
        start=start,
        end=end,
        since=stretch.since,
        until=stretch.until,
        point=stretch.point,
        explicit_year=explicit,
    )


def _resolve(scene: Scene, found: re.Match[str]) -> Found | None:
    return _READERS[found.lastgroup or ""](scene, found, found.groupdict())


def _joined(scene: Scene, found: re.Match[str], first: Found) -> tuple[int, Stretch, bool] | None:
    """7月16日至8月2日: one stretch; a second end without a year lies after the first."""
    joint = JOINT.match(scene.folded, found.end())
    second = EXPRESSION.match(scene.folded, joint.end()) if joint else None
    if second is None or second.lastgroup in (*_SAME_PERIOD, "near"):
        return None
    kept, since = scene.context, first.stretch.since
    scene.context = Context(since.year, since.month, found.start())
    result = _resolve(scene, second)
    scene.context = kept
    if result is None:
        return None
    until = result.stretch.until
    if until < since and not result.has_year:
        until = add_months(until, 12)
    if until < since:
        return None
    return second.end(), Stretch(since, until), first.explicit or result.explicit


def _bounded(
    scene: Scene, start: int, end: int, stretch: Stretch
) -> tuple[int, int, Stretch, bool]:
    """2019年以来 runs to the anchor; 截至6月 is the state at its end."""
    before = SINCE_BEFORE.search(scene.folded, max(0, start - 11), start)
    behind = SINCE_BEHIND.match(scene.folded, end)
    if before or behind:
        until = max(stretch.since, scene.anchor) if scene.anchor else date.max
        start = before.start() if before else start
        return start, behind.end() if behind else end, Stretch(stretch.since, until), True
    if AS_OF.search(scene.folded, max(0, start - 20), start):
        last = stretch.until
        if scene.anchor and stretch.since <= scene.anchor < last:
            last = scene.anchor
        return start, end, Stretch(last, last, point=True), False
    return start, end, stretch, False


def _remember(
    scene: Scene, start: int, end: int, stretch: Stretch, found: Found, *, is_open: bool
) -> None:
    """Let later expressions lean on this one; a mere mention of a whole year settles none."""
    told = stretch.since == stretch.until and TOLD_BEHIND.match(scene.folded, end)
    if scene.base is None or not told:  # 8月份…9月15日通报。当月: August
        scene.base = Base(stretch, start)
    if not found.has_year or (is_open and scene.anchor):
        return
    if found.whole_year and scene.anchor and scene.folded[end : end + 1] not in ("，", ","):
        return
    month = None if found.whole_year else stretch.since.month
    scene.context = Context(stretch.since.year, month, start, found.explicit)
