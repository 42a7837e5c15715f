"""A question with its period chosen apart from its words. Knows nothing of HTTP or the archive."""

from calendar import monthrange
from datetime import date

from index.errors import BadInput
from index.periods import parse_periods
from rag.understand import is_chinese

_ANY_DAY = date(2000, 6, 15)  # only where the expressions stand matters here


def with_period(question: str, since: date, until: date) -> str:
    """The question asked about these days: in place of the first period it names, or in front.

    ``贷款余额是多少`` becomes ``2020年上半年贷款余额是多少``: what is searched is what is shown.

    Raises:
        BadInput: The period ends before it begins.
    """
    if since > until:
        raise BadInput(f"period.since {since} lies after period.until {until}; swap them")
    chinese = is_chinese(question)
    words = _chinese(since, until) if chinese else _english(since, until)
    named = parse_periods(question, anchor=_ANY_DAY)
    if named:
        first = named[0]
        return f"{question[: first.start]}{words}{question[first.end :]}"
    return f"{words}{question}" if chinese else f"{question.rstrip(' ?？')}, in {words}?"


def _chinese(since: date, until: date) -> str:
    """The shortest name: articles say 2020年上半年, not 1月1日至6月30日."""
    year = f"{since.year}年"
    if since.year == until.year and since.day == 1 and _ends_month(until):
        if since.month == until.month:
            return f"{year}{since.month}月"
        half = {(1, 12): "", (1, 6): "上半年", (7, 12): "下半年"}.get((since.month, until.month))
        if half is not None:
            return f"{year}{half}"
        if since.month % 3 == 1 and until.month == since.month + 2:
            return f"{year}{'一二三四'[since.month // 3]}季度"
    first = f"{year}{since.month}月{since.day}日"
    if since == until:
        return first
    return f"{first}至{until.year}年{until.month}月{until.day}日"


def _english(since: date, until: date) -> str:
    if since == until:
        return since.isoformat()
    if (since, until) == (date(since.year, 1, 1), date(since.year, 12, 31)):
        return f"{since.year}"
    return f"{since} to {until}"


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]
