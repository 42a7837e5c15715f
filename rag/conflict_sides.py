"""The values told of one thing, side by side. Knows nothing of how they were found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from index.periods import TimeSpan
from rag.claims import Claim

MOST_SIDES = 4  # shown at most


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


def change_of(sides: Sequence[Side], day: Callable[[Side], date | None]) -> Conflict | None:
    """The values by date, latest first; None where a date is not known."""
    dated = [(known, side) for side in sides if (known := day(side)) is not None]
    if len(dated) < 2 or len(dated) < len(sides):
        return None
    order = sorted(dated, key=lambda pair: (-pair[0].toordinal(), pair[1].numbers))
    return Conflict(Kind.CHANGE, tuple(side for _, side in order[:MOST_SIDES]))


def sides_of(claims: Sequence[Claim], same: Callable[[Claim, Claim], bool]) -> tuple[Side, ...]:
    """The claims by value, in the order of the evidence."""
    return tuple(side_of(group) for group in groups_of(claims, same))


def groups_of(claims: Sequence[Claim], same: Callable[[Claim, Claim], bool]) -> list[list[Claim]]:
    """The claims that give one value together, in the order of the evidence."""
    groups: list[list[Claim]] = []
    for claim in claims:
        group = next((held for held in groups if any(same(one, claim) for one in held)), None)
        if group is None:
            groups.append([claim])
        else:
            group.append(claim)
    return groups


def side_of(group: Sequence[Claim]) -> Side:
    """One value of several claims: as the first prints it, with its latest day."""
    days = [claim.item.article.published for claim in group if claim.item.article.published]
    return Side(
        value=group[0].value,
        numbers=tuple(dict.fromkeys(claim.number for claim in group)),
        published=max(days, default=None),
        period=group[0].period,
    )


def published(side: Side) -> date | None:
    """The latest day on which a paper gave the value."""
    return side.published


def one_in_other(one: Claim, other: Claim) -> bool:
    """李建国 is 李建国同志; 李建国 is not 王建国."""
    return one.value in other.value or other.value in one.value
