"""Figures and periods of an answer against what was asked for; counted by hand."""

from datetime import date

import pytest

from eval.metrics_figures import figure_precision, figure_recall
from eval.metrics_period import period_right


@pytest.mark.parametrize(
    ("answer", "parts", "share"),
    [
        ("余额512亿元。", [["512亿元"]], 1),
        ("余额５１２亿元。", [["512亿元"]], 1),
        ("余额0.0512万亿元。", [["512亿元"]], 1),  # the same after exact conversion
        ("余额512万元。", [["512亿元"]], 0),  # the unit counts
        ("余额521亿元。", [["512亿元"]], 0),
        ("余额约512亿元。", [["512亿元"]], 1),
        ("共75座。", [["75"]], 1),  # a form without a unit accepts any
        ("共75座，319条。", [["75座"], ["319条"]], 1),
        ("共75座。", [["75座"], ["319条"]], 1 / 2),
        ("共75座。", [["75座"], ["青岛"]], 1),  # a part without figures is not counted
        ("共三百一十九条。", [["319条", "三百一十九条"]], 1),
        ("", [["512亿元"]], 0),
        ("同比下降3.5%。", [["增长3.5%"]], 0),  # the direction counts
        ("同比增长3.5%。", [["增长3.5%"]], 1),
        ("环比增长3.5%。", [["同比增长3.5%"]], 0),  # and the basis
        ("同比下降3.5%。", [["3.5%"]], 1),  # a form without a direction accepts either
        ("在青岛。", [["青岛"]], None),  # no part has a figure
        ("在青岛。", [], None),
    ],
)
def test_figure_recall_counts_the_parts_whose_figures_are_there(answer, parts, share):
    assert figure_recall(answer, parts) == share


@pytest.mark.parametrize(
    ("answer", "allowed", "share"),
    [
        ("余额512亿元，增长8%。", ["余额512亿元，同比增长8%。"], 1),
        ("余额512亿元，增长9%。", ["余额512亿元，同比增长8%。"], 1 / 2),
        ("余额512亿元，下降8%。", ["余额512亿元，同比增长8%。"], 1 / 2),
        ("余额512亿元。", [], 0),
        ("没有数字。", ["余额512亿元。"], None),  # nothing to be wrong
        ("一个城市的余额512亿元。", ["余额512亿元。"], 1),  # 一个 may be an article
    ],
)
def test_figure_precision_counts_the_answers_figures_that_are_allowed(answer, allowed, share):
    assert figure_precision(answer, allowed) == share


_PRINTED = date(2031, 7, 20)


@pytest.mark.parametrize(
    ("question", "cited", "share"),
    [
        ("2031年上半年余额多少？", ["上半年余额512亿元。"], 1),
        ("2031年上半年余额多少？", ["6月末余额512亿元。"], 1),  # its end
        ("2030年上半年余额多少？", ["上半年余额512亿元。"], 0),  # read from the day of print
        ("2031年6月余额多少？", ["上半年余额512亿元。"], 0),  # told of more than was asked
        ("2031年6月余额多少？", ["6月余额9亿元。", "5月余额8亿元。"], 1 / 2),
        ("2031年6月余额多少？", ["6月余额9亿元。", "余额在增长。"], 1),  # names no period
        ("2031年6月余额多少？", ["余额在增长。"], None),
        ("余额多少？", ["6月余额9亿元。"], None),  # asks for no period
        ("2031年6月余额多少？", [], None),
    ],
)
def test_period_right_is_the_share_of_sentences_of_the_time_asked(question, cited, share):
    told = [(sentence, _PRINTED) for sentence in cited]
    assert period_right(question, told, asked_on=date(2031, 8, 1)) == share


def test_a_sentence_of_an_unknown_day_is_judged_only_by_the_year_it_prints():
    asked = {"question": "2031年6月余额多少？", "asked_on": None}
    assert period_right(cited=[("6月余额9亿元。", None)], **asked) is None
    assert period_right(cited=[("2031年6月余额9亿元。", None)], **asked) == 1
    assert period_right(cited=[("2030年6月余额9亿元。", None)], **asked) == 0
