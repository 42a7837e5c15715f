"""The parts of a year (half, quarter, months, days) as functions of the year they lie in."""

from collections.abc import Callable
from datetime import date

from index.dates import (
    Stretch,
    days,
    end_point,
    month_end,
    months,
    quarters,
    start_point,
    years,
)
from index.period_words import number_of

Groups = dict[str, str | None]
Build = Callable[[int], Stretch | None]
Reach = tuple[bool, int]  # judged by its end; days past the anchor that still count as this year's

MONTH_REACH = (False, 31)
DAY_REACH = (False, 60)  # 9月1日起 is announced weeks before
QUARTER_REACH = (False, 20)
SUM_REACH = (True, 15)  # 上半年, 1—7月, 前三季度: reported once they are over
SECOND_HALF_REACH = (False, 92)
_MONTH_END_REACH = (True, 20)


def reach_of(groups: Groups) -> Reach:
    """How far past the anchor a part without a year may lie and still be this year's."""
    if groups["half_s"] == "下" or groups["halfq_s"] == "H2":
        return SECOND_HALF_REACH
    if groups["quarter_s"] or groups["quarter1_s"] or groups["qq_s"]:
        return QUARTER_REACH
    if groups["day_s"] is not None:
        return DAY_REACH
    if groups["month_s"]:
        return _MONTH_END_REACH if groups["monthpart_s"] in ("末", "底") else MONTH_REACH
    return SUM_REACH


def part_of_year(groups: Groups, suffix: str) -> Build | None:
    """What the part of a year (half, quarter, months, day) is in a given year."""

    def get(name: str) -> str | None:
        return groups[name + suffix]

    def number(name: str) -> int:
        return number_of(get(name) or "") or 0

    end = get("yearpart")
    if get("half") or get("halfq"):
        first = 1 if (get("half") or get("halfq")) in ("上", "H1") else 7
        return _closing(lambda year: months(year, first, first + 5), at_end=bool(get("half_end")))
    quarter = next(
        (number(name) for name in ("quarter", "quarter1", "quarter2", "qq") if get(name)), 0
    )
    if quarter:
        at_end = bool(get("quarter_end"))
        return _closing(lambda year: quarters(year, quarter, quarter), at_end=at_end)
    if get("firstq"):
        last = number_of((get("firstq") or "")[1:]) or 3
        return lambda year: quarters(year, 1, last)
    if get("firstm"):
        last = number("firstm")
        return (lambda year: months(year, 1, last)) if 1 <= last <= 12 else None
    if get("m1"):
        return _month_range(number("m1"), number("m2"))
    if get("month"):
        return _in_month(number("month"), get, number)
    if end:
        cut = start_point if end.endswith("初") else end_point
        return lambda year: cut(years(year, year))
    return (lambda year: years(year, year)) if get("whole") else None


def _closing(build: Callable[[int], Stretch], *, at_end: bool) -> Build:
    return (lambda year: end_point(build(year))) if at_end else build


def _month_range(first: int, last: int) -> Build | None:
    if first < last:
        return lambda year: months(year, first, last)
    # 11月至2月 runs into the next year.
    return lambda year: Stretch(date(year, first, 1), month_end(year + 1, last))


def _in_month(
    month: int, get: Callable[[str], str | None], number: Callable[[str], int]
) -> Build | None:
    if not 1 <= month <= 12:
        return None
    if get("day"):
        first = number("day")
        last = number("day2") or number("day3") or first
        return lambda year: days(year, month, first, last)
    part = get("tenth") or get("monthpart")
    if part:
        return lambda year: month_part(year, month, part)
    return lambda year: months(year, month, month)


def month_part(year: int, month: int, part: str) -> Stretch:
    """上旬, 中旬, 下旬; 末 and 底 are the last day as a state, 初 the first ten days."""
    whole = months(year, month, month)
    if part in ("末", "底"):
        return end_point(whole)
    first, last = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}[part]
    return Stretch(date(year, month, first), date(year, month, min(last, whole.until.day)))
