"""A period chosen apart from the question's words is asked about in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.api_period import with_period
from index.errors import BadInput
from index.periods import parse_periods


@pytest.mark.parametrize(
    ("question", "since", "until", "asked"),
    [
        ("贷款余额是多少", "2020-01-01", "2020-06-30", "2020年上半年贷款余额是多少"),
        ("云城上半年贷款余额", "2019-01-01", "2019-12-31", "云城2019年贷款余额"),
        ("7月末贷款余额", "2020-06-01", "2020-06-30", "2020年6月贷款余额"),
        ("贷款余额", "2020-07-01", "2020-12-31", "2020年下半年贷款余额"),
        ("贷款余额", "2020-04-01", "2020-06-30", "2020年二季度贷款余额"),
        ("贷款余额", "2020-07-15", "2020-07-15", "2020年7月15日贷款余额"),
        ("贷款余额", "2019-12-20", "2020-01-05", "2019年12月20日至2020年1月5日贷款余额"),
        ("What was the balance?", "2020-01-01", "2020-12-31", "What was the balance, in 2020?"),
        (
            "Balance in July 2020?",
            "2020-01-01",
            "2020-06-30",
            "Balance in 2020-01-01 to 2020-06-30?",
        ),
    ],
)
def test_the_period_takes_the_place_of_the_one_named(question, since, until, asked):
    assert with_period(question, date.fromisoformat(since), date.fromisoformat(until)) == asked


_DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    "question", ["云城上半年贷款余额是多少", "贷款余额", "What was the balance?"]
)
@given(days=st.tuples(_DAYS, _DAYS))
def test_the_engine_reads_back_the_period_that_was_chosen(question, days):
    since, until = sorted(days)
    first = parse_periods(with_period(question, since, until), anchor=date(2024, 7, 18))[0]
    assert (first.since, first.until) == (since, until)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadInput, match=r"^period\.since 2020-02-01 lies after"):
        with_period("贷款", date(2020, 2, 1), date(2020, 1, 1))
