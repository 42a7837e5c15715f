"""Stretches of days: months, quarters, halves, years. Both ends included."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``since`` to ``until``; ``point`` marks a state at one moment, such as 6月末."""

    since: date
    until: date
    point: bool = False


def months(year: int, first: int, last: int) -> Stretch:
    """Whole months of one year."""
    return Stretch(date(year, first, 1), month_end(year, last))


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def years(first: int, last: int) -> Stretch:
    """Whole years."""
    return Stretch(date(first, 1, 1), date(last, 12, 31))


def quarters(year: int, first: int, last: int) -> Stretch:
    """Whole quarters of one year."""
    return months(year, 3 * first - 2, 3 * last)


def days(year: int, month: int, first: int, last: int) -> Stretch | None:
    """Days of one month; None where the calendar has no such day."""
    if not 1 <= first <= last <= monthrange(year, month)[1]:
        return None
    return Stretch(date(year, month, first), date(year, month, last))


def end_point(stretch: Stretch) -> Stretch:
    """The last day, as a state."""
    return Stretch(stretch.until, stretch.until, point=True)


def start_point(stretch: Stretch) -> Stretch:
    """The first day, as a state."""
    return Stretch(stretch.since, stretch.since, point=True)


def add_months(day: date, count: int) -> date:
    """The same day of another month, or its last day: 31 May less a month is 30 April."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shift_years(stretch: Stretch, count: int) -> Stretch:
    """The same stretch of another year; an end of February stays one."""
    until = add_months(stretch.until, 12 * count)
    if stretch.until.day == monthrange(stretch.until.year, stretch.until.month)[1]:
        until = month_end(until.year, until.month)
    since = until if stretch.point else add_months(stretch.since, 12 * count)
    return Stretch(since, until, stretch.point)


def week_of(day: date) -> Stretch:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Stretch(monday, monday + timedelta(days=6))


def whole(day: date, unit: str, offset: int) -> Stretch:
    """The calendar 周, 月, 季 or 年 that lies ``offset`` of them from the day's own."""
    if unit == "周":
        return week_of(day + timedelta(days=7 * offset))
    if unit == "年":
        return years(day.year + offset, day.year + offset)
    if unit == "季":
        day = add_months(day, 3 * offset)
        number = (day.month + 2) // 3
        return quarters(day.year, number, number)
    day = add_months(day, offset)
    return months(day.year, day.month, day.month)
