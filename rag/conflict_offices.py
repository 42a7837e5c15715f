"""Who holds an office: two at one time disagree, one after the other is a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from rag.claims import Claim
from rag.conflict_sides import (
    MOST_SIDES,
    Conflict,
    Kind,
    change_of,
    groups_of,
    one_in_other,
    published,
    side_of,
)

# An office printed with another name this long after has a new holder; nearer, papers disagree.
_SAME_TIME = timedelta(days=30)


def of_office(claims: Sequence[Claim]) -> Conflict | None:
    """Two holders at one time disagree; an earlier or a former one came before."""
    holders = [claim for claim in claims if not claim.former]
    groups = groups_of(holders, one_in_other)
    sides = tuple(side_of(group) for group in groups)
    if len(sides) < 2:
        return None
    terms = [_term(group, claims) for group in groups]
    if any(term is None for term in terms):
        return Conflict(Kind.CONFLICT, sides[:MOST_SIDES])
    known = sorted((term for term in terms if term), key=lambda term: term.last)
    if all(before.makes_way_for(after) for before, after in pairwise(known)):
        return change_of(sides, published)
    return Conflict(Kind.CONFLICT, sides[:MOST_SIDES])


@dataclass(frozen=True, slots=True)
class _Term:
    """From when to when papers call somebody the holder, and since when the former one."""

    first: date
    last: date
    ended: date | None

    def makes_way_for(self, after: "_Term") -> bool:
        """Whether the other one is first named well after this one, or once this one had left."""
        if self.ended is not None and self.last <= self.ended <= after.last:
            return after.first >= self.last
        return after.first - self.last > _SAME_TIME


def _term(group: Sequence[Claim], claims: Sequence[Claim]) -> _Term | None:
    days = [claim.item.article.published for claim in group]
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return None
    left = [
        claim.item.article.published
        for claim in claims
        if claim.former and claim.item.article.published and one_in_other(claim, group[0])
    ]
    return _Term(min(known), max(known), min(left, default=None))
