"""A day as people type it. Knows nothing of the page."""

import re
from calendar import IllegalMonthError, monthrange
from datetime import date

_WRITTEN = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?")


def typed_day(text: str, *, last: bool) -> date | None:
    """2020-7-25, 2020/07, 2020年; of a month or a year its first day or, with ``last``, its last.

    >>> typed_day("2020年7月", last=True), typed_day("2020", last=False)
    (datetime.date(2020, 7, 31), datetime.date(2020, 1, 1))
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    year, month, day = (int(part) if part else 0 for part in written.groups())
    try:
        month = month or (12 if last else 1)
        return date(year, month, day or (monthrange(year, month)[1] if last else 1))
    except (ValueError, IllegalMonthError):
        return None


def whole_day(text: str) -> date | None:
    """A day that is named whole: 2020年7月25日; None for a month.

    >>> whole_day("2020.7.25"), whole_day("2020-07")
    (datetime.date(2020, 7, 25), None)
    """
    first, final = typed_day(text, last=False), typed_day(text, last=True)
    return first if first == final else None
