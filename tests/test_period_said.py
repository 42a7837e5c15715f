from datetime import date

import pytest

from index.periods import parse_periods
from rag.period_said import chinese_period

_READ = date(2021, 12, 25)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("in the first half of 2020", "2020年上半年"),
        ("in the first three quarters of 2020", "2020年前三季度"),
        ("in Q4 2020", "2020年第四季度"),
        ("in 2020", "2020年"),
        ("in July 2020", "2020年7月"),
        ("from January to May 2020", "2020年1—5月"),
        ("on December 8, 2020", "2020年12月8日"),
        ("at the end of June 2020", "2020年6月末"),
        ("2019-2020", "2019年1月1日至2020年12月31日"),
    ],
)
def test_a_period_is_said_in_words_that_mean_its_days(english, chinese):
    (span,) = parse_periods(english, anchor=_READ)
    assert chinese_period(span) == chinese
    (again,) = parse_periods(chinese, anchor=_READ)
    assert (again.since, again.until, again.point) == (span.since, span.until, span.point)


def test_a_period_without_an_end_has_none():
    (span,) = parse_periods("2019年以来", anchor=None)
    assert chinese_period(span) == "2019年1月1日以来"
