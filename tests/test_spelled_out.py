"""A figure said alone is given as its clause, so that the reader sees what it measures."""

import pytest

from rag.extract import spelled_out
from rag.focus import read_focus

_SOURCE = "6月，云城居民消费价格同比上涨2.1%，环比下降0.3%，工业产值1,306亿元。"
_FOCUS = read_focus("云城6月居民消费价格同比上涨多少？")


@pytest.mark.parametrize("said", ["2.1%", "约2.1%。", "为2.1%", " 2.1% ", "２.１％"])
def test_a_bare_figure_becomes_its_clause_with_the_period_before_it(said):
    assert spelled_out(said, _SOURCE, _FOCUS) == "6月，云城居民消费价格同比上涨2.1%"


@pytest.mark.parametrize(
    "said",
    [
        "同比上涨2.1%",  # says what it is
        "9.9%",  # the source does not have it
        "2.1%，0.3%",  # two figures
        "林一舟",
        "",
    ],
)
def test_anything_else_stays(said):
    assert spelled_out(said, _SOURCE, _FOCUS) == said


def test_a_thousands_comma_does_not_cut_the_clause():
    focus = read_focus("云城工业产值是多少亿元？")
    assert spelled_out("1306亿元", "云城工业产值1,306亿元，增长2.1%。", focus) == (
        "云城工业产值1,306亿元"
    )
