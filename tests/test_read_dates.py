from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.read_dates import parse_date

DAY = date(2025, 7, 16)


@pytest.mark.parametrize(
    "value",
    [
        "2025-07-16",
        "2025/7/16",
        "2025.7.16",
        "20250716",
        20250716,
        20250716.0,
        " 2025年7月16日 ",
        "2025 年 7 月 16 日",
        "2025年07月16日 08:30",
        "二〇二五年七月十六日",
        "2025-07-16 08:30:00",
        "2025-07-16T23:30:00Z",
        "2025-07-16T08:30:00+08:00",
        "20250716083000",
        "July 16, 2025",
        "16 Jul 2025",
        "Wed, 16 Jul 2025 08:00:00 +0800",
        # 2025-07-15 16:00 UTC, which is midnight in China
        1752595200,
        "1752595200",
        1752595200000,
    ],
)
def test_every_usual_form_names_the_day(value):
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    "value", [None, "", "  ", "null", "N/A", "未知", "0000-00-00", float("nan")]
)
def test_absence_is_no_date_and_no_error(value):
    assert parse_date(value) is None


@pytest.mark.parametrize(
    "value",
    [
        *("昨天", "2025-13-01", "2025-02-30", "2025-07", "16/07/2025", "0025-07-16", "9999-01-01"),
        *(True, [2025], {"y": 1}, -5, 10**30, float("inf"), "2025年十三月一日", "1" * 5000),
    ],
)
def test_what_is_no_date_raises(value):
    with pytest.raises((ValueError, OverflowError)):
        parse_date(value)


@given(st.dates(date(1800, 1, 1), date(2100, 12, 31)))
def test_written_dates_come_back(day):
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert parse_date(int(day.strftime("%Y%m%d"))) == day
