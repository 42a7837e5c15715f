"""Two figures for one measure: a conflict, a change over time, or one only the rounder."""

from collections.abc import Sequence
from datetime import date, timedelta

from index.figures import Figure, same_amount, same_change, same_figure
from index.periods import same_period
from index.units import to_base
from rag.claims import Claim, same_scope
from rag.conflict_sides import MOST_SIDES, Conflict, Kind, Side, change_of, sides_of


def of_figures(claims: Sequence[Claim]) -> Conflict | None:
    """Whether claims of the first one's measure differ: at its time, else over time."""
    if not claims:
        return None
    best = claims[0]
    alike = [best, *(claim for claim in claims[1:] if _same_measure(best, claim))]
    now = [claim for claim in alike if _same_time(best, claim)]
    sides = sides_of(now, _compatible)
    if len(sides) > 1:
        return Conflict(Kind.CONFLICT, sides[:MOST_SIDES])
    return change_of(sides_of(alike, _same_claim), _told)


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
