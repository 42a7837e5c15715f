"""Dates as exports write them. Knows nothing of the dates that an article's text mentions."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

# Epoch seconds carry no zone; the archive's papers are Chinese, which has one zone.
_CHINA = timedelta(hours=8)
_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_ABSENT = frozenset({"", "null", "none", "nan", "nat", "n/a", "na", "-", "--", "未知", "不详"})
_ZERO = re.compile(r"0{4}[-/.]?0{2}[-/.]?0{2}(?:[ T][0:.]*)?$")
_NUMERIC = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?:日|号|號)?(?!\d)"
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?:\d{4}|\d{6})Z?)?$")
_CHINESE = re.compile(
    r"(?P<year>[〇○零一二三四五六七八九]{4})年(?P<month>[一二三四五六七八九十]{1,2})月"
    r"(?P<day>[一二三四五六七八九十]{1,3})[日号]"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = (
    re.compile(
        r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})$"
    ),
    re.compile(
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<name>[A-Za-z]{3,9})\.?,?\s+(?P<year>\d{4})$"
    ),
)
_EPOCH = re.compile(r"(\d{10})(?:\.\d+)?$|(\d{13})$")


def parse_date(value: object) -> date | None:
    """The day that ``value`` names; None where it names none on purpose (empty, null, 未知).

    Read are 2025-07-16, 2025/7/16, 2025.7.16, 20250716, 2025年7月16日, 二〇二五年七月十六日, any of
    the numeric forms with a time behind it, ``July 16, 2025``, mail dates, and epoch seconds or
    milliseconds (as China's time). A time zone is not converted: the day stays as stated.

    Raises:
        ValueError: there is a value, and it is no date from 1800 to 2100.
    """
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("not a date")
    text = f"{value:.0f}" if isinstance(value, float) else str(value)
    text = text.strip()[:100]
    if text.casefold() in _ABSENT or _ZERO.match(text):
        return None
    day = _numeric(text) or _chinese(text) or _epoch(text) or _english(text)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError("year out of range")
    return day


def _numeric(text: str) -> date | None:
    found = _NUMERIC.match(text) or _COMPACT.match(text)
    return date(*(int(found[part]) for part in ("year", "month", "day"))) if found else None


def _chinese(text: str) -> date | None:
    found = _CHINESE.match(text)
    if not found:
        return None
    year = int("".join(str(_digit(character)) for character in found["year"]))
    return date(year, _below_hundred(found["month"]), _below_hundred(found["day"]))


def _digit(character: str) -> int:
    return "〇一二三四五六七八九".index({"○": "〇", "零": "〇"}.get(character, character))


def _below_hundred(numeral: str) -> int:
    """十六 -> 16, 二十 -> 20, 三 -> 3."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _digit(numeral)
    return (_digit(tens) if tens else 1) * 10 + (_digit(ones) if ones else 0)


def _epoch(text: str) -> date | None:
    found = _EPOCH.match(text)
    if not found:
        return None
    seconds = int(found[1]) if found[1] else int(found[2]) // 1000
    return (datetime.fromtimestamp(seconds, UTC) + _CHINA).date()


def _english(text: str) -> date:
    for pattern in _ENGLISH:
        found = pattern.match(text)
        if found and found["name"][:3].casefold() in _MONTHS:
            month = _MONTHS.index(found["name"][:3].casefold()) + 1
            return date(int(found["year"]), month, int(found["day"]))
    return parsedate_to_datetime(text).date()
