"""What surrounds a time expression: the anchor, the year said before it, words that look ahead."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import Stretch, add_months, shift_years
from index.period_parts import Build, Groups, Reach
from index.period_words import AS_OF, FUTURE_BEFORE, FUTURE_BEHIND


@dataclass(frozen=True, slots=True)
class Found:
    """What one expression resolves to."""

    stretch: Stretch
    explicit: bool
    has_year: bool = True  # it brought a year with it, so later ones may take that year
    whole_year: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The year that a later expression without one may take; ``month`` of the one that set it."""

    year: int
    month: int | None
    at: int
    explicit: bool = True


@dataclass(frozen=True, slots=True)
class Base:
    """The period spoken of: what 去年同期 and a bare 17日 lean on."""

    stretch: Stretch
    start: int


@dataclass(slots=True)
class Scene:
    """One text being read: what its expressions so far have settled."""

    folded: str
    anchor: date | None
    sentence_start: int = 0
    topic_start: int = 0  # the sentence, or what follows its last semicolon
    context: Context | None = None
    base: Base | None = None

    def context_year(self, start: int) -> int | None:
        """The year said before ``start``: in its sentence, or anywhere where no anchor is known."""
        context = self.context
        if context is None:
            return None
        # A printed year reaches to the end of its sentence, 去年 only to the next semicolon.
        floor = self.sentence_start if context.explicit else self.topic_start
        if self.anchor and context.at < floor:
            return None
        return context.year if context.at <= start else None

    def yearless(self, found: re.Match[str], build: Build, reach: Reach) -> Found | None:
        """The context's year, or the latest one that a paper of the anchor could report on."""
        by_end, slack = reach
        year = self._carried(found.start(), build)
        if year is None and self.anchor:
            year = self.anchor.year
            here = build(year) or build(year - 1)
            if here is None:
                return self._leap_day(build, year)
            if self.looks_ahead(found):
                year += here.until < self.anchor - timedelta(days=31)
            else:
                edge = here.until if by_end else here.since
                year -= edge > self.anchor + timedelta(days=slack)
        stretch = build(year) if year is not None else None
        return Found(stretch, explicit=False, has_year=False) if stretch else None

    def _leap_day(self, build: Build, year: int) -> Found | None:
        earlier = (build(year - back) for back in range(2, 8))
        stretch = next((found for found in earlier if found), None)
        return Found(stretch, explicit=False, has_year=False) if stretch else None

    def _carried(self, start: int, build: Build) -> int | None:
        year = self.context_year(start)
        if year is None or self.context is None:
            return None
        stretch, month = build(year), self.context.month
        if stretch is None:
            return None
        # 去年12月 … 2月: the second lies in the next year, which only an anchor can tell.
        earlier = month is not None and stretch.since.month < month
        return None if earlier and self.anchor else year

    def looks_ahead(self, found: re.Match[str]) -> bool:
        """Whether 将, 预计, 起施行 or the like stands beside the expression."""
        start, end = found.span()
        if AS_OF.search(self.folded, max(0, start - 20), start):
            return False
        before = FUTURE_BEFORE.search(self.folded, max(0, start - 10), start)
        return bool(before or FUTURE_BEHIND.match(self.folded, end))

    def around(self, count: int, unit: str, *, ahead: bool) -> Found | None:
        """近三年: the stretch of that length which ends on the anchor, or begins after it."""
        if self.anchor is None:
            return None
        if unit.endswith(("年", "季度", "月")):
            size = 12 if unit.endswith("年") else 3 if unit.endswith("季度") else 1
            far = add_months(self.anchor, (1 if ahead else -1) * size * count)
            one = timedelta(days=1)
            stretch = Stretch(self.anchor + one, far) if ahead else Stretch(far + one, self.anchor)
            return Found(stretch, explicit=False, has_year=False)
        width = count * (7 if unit.endswith(("周", "星期")) else 1)
        return self.days_from_anchor(*((1, width) if ahead else (1 - width, 0)))

    def year_earlier(self, count: int) -> Found | None:
        """The period spoken of, years earlier; without one the anchor's year so far."""
        if self.base is not None and self.base.stretch.until < date.max:
            stretch = self.base.stretch
        elif self.anchor is not None:
            stretch = Stretch(date(self.anchor.year, 1, 1), self.anchor)
        else:
            return None
        return Found(shift_years(stretch, -count), explicit=False, has_year=False)

    def days_from_anchor(self, first: int, last: int) -> Found | None:
        """From ``first`` to ``last`` days after the anchor."""
        if self.anchor is None:
            return None
        since, until = (self.anchor + timedelta(days=offset) for offset in (first, last))
        return Found(Stretch(since, until), explicit=False, has_year=False)


Reader = Callable[[Scene, re.Match[str], Groups], Found | None]
