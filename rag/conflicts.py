"""Two values for the same thing: a conflict to be shown side by side, or a change over time.

Knows nothing of how the sentences were found or of what is written about them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from index.figures import Figure, same_amount, same_change, same_figure
from index.periods import TimeSpan, same_period
from index.units import to_base
from index.words import fold
from rag.claims import Claim, figure_claims, same_scope
from rag.entity_claims import asks_day, entity_claims
from rag.evidence import Candidate
from rag.focus import Focus, Wanted
from rag.officeholders import asks_office, office_claims

_SIDES = 4  # shown at most
# An office printed with another name this long after has a new holder; nearer, papers disagree.
_SAME_TIME = timedelta(days=30)
_TEAM = re.compile(r"(?:国家)?队$")
_FRAME = 4  # characters in common beside two days: 于…在日本、北美发售


class Kind(StrEnum):
    """What two values for the same thing mean."""

    CONFLICT = "conflict"  # they cannot both be right
    CHANGE = "change"  # each was right at its time


@dataclass(frozen=True, slots=True)
class Side:
    """One value, and the evidence sentences that give it."""

    value: str  # as printed in the first of them; a name simplified
    numbers: tuple[int, ...]  # of the evidence, from 1
    published: date | None  # latest of them
    period: TimeSpan | None = None  # that the value describes


@dataclass(frozen=True, slots=True)
class Conflict:
    """Incompatible values for what was asked: a change latest first, a conflict best first."""

    kind: Kind
    sides: tuple[Side, ...]  # two at least


def find_conflict(
    query: str, focus: Focus, periods: Sequence[TimeSpan], candidates: Sequence[Candidate]
) -> Conflict | None:
    """Whether the sentences found give different values for what ``query`` asks.

    ``candidates``: as numbered from 1 in the evidence, best first; ``periods``: those asked for.
    None where they agree, where one value is only a rounder form of another (约2万亿元 and
    20314亿元), or where it is not sure that they speak of the same thing. Several things asked at
    once (分别) never conflict.
    """
    if focus.several or len(candidates) < 2:
        return None
    if focus.wanted in (Wanted.FIGURE, Wanted.PERCENT):
        found = _of_figures(figure_claims(focus, periods, candidates))
    elif asks_office(focus):
        found = _of_office(office_claims(focus, candidates))
    else:
        found = _of_entities(query, focus, candidates)
    # Who asks for a period wants the value of that time, whatever came later.
    return None if found and found.kind is Kind.CHANGE and periods else found


def _of_figures(claims: Sequence[Claim]) -> Conflict | None:
    if not claims:
        return None
    best = claims[0]
    alike = [best, *(claim for claim in claims[1:] if _same_measure(best, claim))]
    now = [claim for claim in alike if _same_time(best, claim)]
    sides = _sides(now, _compatible)
    if len(sides) > 1:
        return Conflict(Kind.CONFLICT, sides[:_SIDES])
    return _change(_sides(alike, _same_claim), _told)


def _same_measure(one: Claim, other: Claim) -> bool:
    """Whether two figures measure the same: unit, direction, place, and what narrows them down."""
    if one.figure is None or other.figure is None:
        return False
    return (
        to_base(one.figure.unit)[0] == to_base(other.figure.unit)[0]
        and same_change(one.figure, other.figure)
        and one.label == other.label
        and same_scope(one, other)
    )


def _same_time(one: Claim, other: Claim) -> bool:
    """The same period described; without one, published within a day of each other."""
    if one.period and other.period:
        return same_period(one.period, other.period)
    if one.period or other.period:
        return False
    here, there = one.item.article.published, other.item.article.published
    if here is None or there is None:
        return here is there
    return abs(here - there) <= timedelta(days=1)


def _compatible(one: Claim, other: Claim) -> bool:
    """Whether both figures may be true: equal, or one a rounder form or a range of the other."""
    assert one.figure is not None
    assert other.figure is not None
    a, b = one.figure, other.figure
    return same_amount(a, b) or same_figure(a, b) or same_figure(b, a) or _overlap(a, b)


def _overlap(a: Figure, b: Figure) -> bool:
    """Whether the stretches that two figures leave open meet: 超2万亿元 holds 20314亿元."""
    (low_a, high_a), (low_b, high_b) = _stretch(a), _stretch(b)
    return low_a <= high_b and low_b <= high_a


def _stretch(figure: Figure) -> tuple[float, float]:
    """Lowest and highest that a figure may mean: rounding to its last digit, 约 and 超 and 近."""
    factor = float(to_base(figure.unit)[1])
    low, high = float(figure.value), float(figure.high or figure.value)
    # Papers round: 2.03万亿元 is 20314亿元 to the last digit printed, but 10 is not 14.
    half = min(float(figure.step) / 2, abs(low) / 20) if figure.high is None else 0.0
    wide = min(float(figure.step), abs(low) / 5) if figure.approx else 0.0
    below = wide if figure.approx in ("约", "近", "不足") else half
    above = wide if figure.approx in ("约", "超", "数") else half
    return (low - below) * factor, (high + above) * factor


def _same_claim(one: Claim, other: Claim) -> bool:
    return _same_time(one, other) and _compatible(one, other)


def _told(side: Side) -> date | None:
    """The day that a value holds for: its period's end, else the paper's date."""
    return side.period.until if side.period else side.published


def _published(side: Side) -> date | None:
    return side.published


def _change(sides: Sequence[Side], day: Callable[[Side], date | None]) -> Conflict | None:
    """The values by date, latest first; None where a date is not known."""
    dated = [(known, side) for side in sides if (known := day(side)) is not None]
    if len(dated) < 2 or len(dated) < len(sides):
        return None
    order = sorted(dated, key=lambda pair: (-pair[0].toordinal(), pair[1].numbers))
    return Conflict(Kind.CHANGE, tuple(side for _, side in order[:_SIDES]))


def _of_office(claims: Sequence[Claim]) -> Conflict | None:
    """Two holders at one time disagree; an earlier or a former one came before."""
    holders = [claim for claim in claims if not claim.former]
    sides = _sides(holders, _one_in_other)
    if len(sides) < 2:
        return None
    days = [side.published for side in sides if side.published]
    if len(days) < len(sides) or max(days) - min(days) <= _SAME_TIME:
        return Conflict(Kind.CONFLICT, sides[:_SIDES])
    return _change(sides, _published)


def _same_name(one: Claim, other: Claim) -> bool:
    """卡梅隆 and 詹姆斯·卡梅隆, 上海市 and 中国上海: two characters in a row are the same."""
    a, b = (_TEAM.sub("", claim.value) for claim in (one, other))
    return any(a[n : n + 2] in b for n in range(len(a) - 1))


def _of_entities(query: str, focus: Focus, candidates: Sequence[Candidate]) -> Conflict | None:
    """Of texts without a date only: in an archive the same words tell of another event."""
    if any(item.article.published for item in candidates):
        return None
    claims = entity_claims(query, focus, candidates)
    by_day = asks_day(focus)
    sides = _sides(_same_frame(claims), _one_in_other) if by_day else _sides(claims, _same_name)
    told_in = [{candidates[number - 1].article.id for number in side.numbers} for side in sides]
    # A text that gives both means two things by them: a film's director and its action director.
    if len(sides) < 2 or told_in[0] & told_in[1]:
        return None
    return Conflict(Kind.CONFLICT, sides[:_SIDES])


def _one_in_other(one: Claim, other: Claim) -> bool:
    """4月3日 and 2017年4月3日 are the same as far as both say; 李建国 is not 王建国."""
    return one.value in other.value or other.value in one.value


def _same_frame(claims: Sequence[Claim]) -> list[Claim]:
    """The first claims printed in the same words: days of other events stand nearby."""
    for at, first in enumerate(claims):
        alike = [first, *(one for one in claims[at + 1 :] if _frame_shared(first, one))]
        if any(one.value != first.value for one in alike):
            return alike
    return []


def _frame_shared(one: Claim, other: Claim) -> bool:
    """Whether the same value stands there, or the words right behind or before it are the same."""
    if one.value == other.value:
        return True
    (left, right), (left_too, right_too) = _around(one), _around(other)
    behind = _alike(right, right_too)
    before = _alike(left[::-1], left_too[::-1])
    return max(behind, before) >= _FRAME


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _around(claim: Claim) -> tuple[str, str]:
    text = fold(claim.item.sentence.text)
    start = text.find(claim.value)
    return text[:start], text[start + len(claim.value) :]


def _sides(claims: Sequence[Claim], same: Callable[[Claim, Claim], bool]) -> tuple[Side, ...]:
    """The claims by value, in the order of the evidence."""
    groups: list[list[Claim]] = []
    for claim in claims:
        group = next((held for held in groups if any(same(one, claim) for one in held)), None)
        if group is None:
            groups.append([claim])
        else:
            group.append(claim)
    return tuple(_side(group) for group in groups)


def _side(group: Sequence[Claim]) -> Side:
    days = [claim.item.article.published for claim in group if claim.item.article.published]
    return Side(
        value=group[0].value,
        numbers=tuple(dict.fromkeys(claim.number for claim in group)),
        published=max(days, default=None),
        period=group[0].period,
    )
