"""Say a period in Chinese, as a question would: 2020年上半年. Knows nothing of texts."""

from datetime import date, timedelta

from index.periods import TimeSpan

_QUARTERS = "一二三四"
_WHOLE = {(1, 12): "", (1, 6): "上半年", (7, 12): "下半年", (1, 9): "前三季度"} | {
    (3 * n + 1, 3 * n + 3): f"第{name}季度" for n, name in enumerate(_QUARTERS)
}


def chinese_period(span: TimeSpan) -> str:
    """The days of a span in Chinese words that ``parse_periods`` reads as the same days.

    >>> half = TimeSpan("H1 2020", 0, 7, date(2020, 1, 1), date(2020, 6, 30))
    >>> chinese_period(half)
    '2020年上半年'
    """
    first, last = span.since, span.until
    if last == date.max:
        return f"{_day(first)}以来"
    month_ends = (last + timedelta(days=1)).day == 1
    if span.point:
        return f"{last.year}年{last.month}月末" if month_ends else f"截至{_day(last)}"
    if first == last:
        return _day(first)
    if first.day == 1 and month_ends and first.year == last.year:
        name = _WHOLE.get((first.month, last.month))
        if name is not None:
            return f"{first.year}年{name}"
        to = "" if first.month == last.month else f"—{last.month}"
        return f"{first.year}年{first.month}{to}月"
    return f"{_day(first)}至{_day(last)}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
