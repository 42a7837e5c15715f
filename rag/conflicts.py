"""Two values for the same thing: a conflict to be shown side by side, or a change over time.

Knows nothing of how the sentences were found or of what is written about them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.periods import ANY_DAY, TimeSpan, parse_periods
from index.words import fold
from rag.claim_measures import measured_claims
from rag.claim_terms import parted
from rag.claim_text import LONGEST, common_start
from rag.claims import Claim, figure_claims
from rag.conflict_figures import of_figures
from rag.conflict_offices import of_office
from rag.conflict_sides import MOST_SIDES, Conflict, Kind, Side, one_in_other, sides_of
from rag.entity_claims import asks_day, entity_claims, framed_claims, rival_claims
from rag.evidence import Candidate
from rag.focus import Focus, Wanted
from rag.officeholders import asks_office, office_claims

__all__ = ["Conflict", "Kind", "Side", "find_conflict"]

_TEAM = re.compile(r"(?:国家)?队$")
_ASKING = re.compile(r"多少|几|谁|哪|什么|何[时地]")
_JOINED = re.compile(r"[和与及、，,；;？?]|分别|各")
_FRAME = 4  # characters in common beside two days: 于…在日本、北美发售


def find_conflict(
    query: str,
    focus: Focus,
    periods: Sequence[TimeSpan],
    candidates: Sequence[Candidate],
    *,
    entities: bool = True,
) -> Conflict | None:
    """Whether the sentences found give different values for what ``query`` asks.

    ``candidates``: as numbered from 1 in the evidence, best first; ``periods``: those asked for.
    None where they agree, where one value is only a rounder form of another (约2万亿元 and
    20314亿元), or where it is not sure that they speak of the same thing. Several things asked at
    once (分别) never conflict. A sentence of more than 1,000 characters is a list: what it binds
    to what is not read. ``entities``: names, places and days too, not only figures and offices.
    """
    short = [n for n, item in enumerate(candidates, 1) if len(item.sentence.text) <= LONGEST]
    found = _find(query, focus, periods, [candidates[n - 1] for n in short], entities)
    if found is None or len(short) == len(candidates):
        return found
    sides = (
        replace(side, numbers=tuple(short[n - 1] for n in side.numbers)) for side in found.sides
    )
    return replace(found, sides=tuple(sides))


def _find(
    query: str,
    focus: Focus,
    periods: Sequence[TimeSpan],
    candidates: Sequence[Candidate],
    entities: bool,
) -> Conflict | None:
    if len(candidates) < 2 or (focus.several and not _asks_one_thing(query)):
        return None
    if focus.wanted in (Wanted.FIGURE, Wanted.PERCENT):
        found = of_figures(figure_claims(focus, periods, candidates))
    elif asks_office(focus):
        found = of_office(office_claims(focus, candidates))
    else:
        found = None
    if found is None and entities:
        found = _of_entities(query, focus, periods, candidates)
    # Who asks for a period wants the value of that time, whatever came later.
    return None if found and found.kind is Kind.CHANGE and periods else found


def _asks_one_thing(query: str) -> bool:
    """Whether two asking words ask for one thing: 几月几号, 在哪…哪个城市."""
    return len(set(_ASKING.findall(query))) == 1 and not _JOINED.search(query.rstrip("？?。"))


def _of_entities(
    query: str, focus: Focus, periods: Sequence[TimeSpan], candidates: Sequence[Candidate]
) -> Conflict | None:
    """Of texts without a date only: in an archive the same words tell of another event."""
    if any(item.article.published for item in candidates):
        return None
    same = _same_day if asks_day(focus) else _same_name
    found = of_figures(measured_claims(focus, periods, candidates))
    if found:
        return found
    claims = entity_claims(query, focus, candidates)
    for at, first in enumerate(claims):
        alike = [first, *(claim for claim in claims[at + 1 :] if _comparable(first, claim))]
        alike = _same_frame(alike) if asks_day(focus) else alike
        if found := _of_texts(alike, same, candidates):
            return found
    found = _of_texts(framed_claims(query, focus, candidates), same, candidates)
    if found or len(sides_of(claims, same)) != 1:
        return found
    rivals = rival_claims(query, focus, claims, candidates)
    alike = [claims[0], *(claim for claim in rivals if _comparable(claims[0], claim))]
    return _of_texts([*claims, *alike[1:]], same, candidates)


def _of_texts(
    claims: Sequence[Claim],
    same: Callable[[Claim, Claim], bool],
    candidates: Sequence[Candidate],
) -> Conflict | None:
    """The values of different texts; None where one of them has both beside each other."""
    sides = sides_of(claims, same)
    told_in = [{candidates[number - 1].article.id for number in side.numbers} for side in sides]
    # A text that gives both means two things by them: a film's director and its action director.
    if len(sides) < 2 or told_in[0] & told_in[1]:
        return None
    texts = [fold(item.article.body) for item in candidates]
    if any(_together(sides[0].value, sides[1].value, text) for text in texts):
        return None
    return Conflict(Kind.CONFLICT, sides[:MOST_SIDES])


def _comparable(one: Claim, other: Claim) -> bool:
    """Neither a plan beside what became of it, nor another year."""
    return (
        one.label == other.label
        and not parted(one.years, other.years)
        and not parted(one.places, other.places)
    )


def _together(one: str, other: str, text: str) -> bool:
    """Whether a text names both in a list (甲、乙) or one as a part of the other (甲国乙城)."""
    a, b = re.escape(one), re.escape(other)
    between = r"(?:[省市州国]?|、|和|与|及|,|/|、[^，。；]{0,30}[、和与及])"
    return re.search(f"{a}{between}{b}|{b}{between}{a}", text) is not None


def _same_name(one: Claim, other: Claim) -> bool:
    """卡梅隆 and 詹姆斯·卡梅隆, 上海市 and 中国上海: two characters in a row are the same."""
    a, b = (_TEAM.sub("", claim.value) for claim in (one, other))
    return any(a[n : n + 2] in b for n in range(len(a) - 1))


def _same_day(one: Claim, other: Claim) -> bool:
    """4月3日, 2017年4月3日 and 2017-04-03 are the same as far as they say."""
    spans = [parse_periods(claim.value, anchor=ANY_DAY) for claim in (one, other)]
    if not all(spans):
        return one_in_other(one, other)
    a, b = (found[0].since for found in spans)
    say_year = all(re.search(r"\d{4}", claim.value) for claim in (one, other))
    return (a.month, a.day) == (b.month, b.day) and (a.year == b.year or not say_year)


def _same_frame(claims: Sequence[Claim]) -> list[Claim]:
    """The first claims printed in the same words: days of other events stand nearby."""
    for at, first in enumerate(claims):
        alike = [first, *(one for one in claims[at + 1 :] if _frame_shared(first, one))]
        if any(not _same_day(one, first) for one in alike):
            return alike
    return []


def _frame_shared(one: Claim, other: Claim) -> bool:
    """Whether the same value stands there, or words right before and behind it are the same."""
    if one.value == other.value or (one.bound and other.bound):
        return True
    (left, right), (left_too, right_too) = _around(one), _around(other)
    return (
        len(common_start(right, right_too)) + len(common_start(left[::-1], left_too[::-1]))
        >= _FRAME
    )


def _around(claim: Claim) -> tuple[str, str]:
    text = fold(claim.item.sentence.text)
    start = text.find(claim.value)
    return text[:start], text[start + len(claim.value) :]
