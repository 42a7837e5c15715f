"""What speaks for a sentence: the kind of answer, closeness, plainness, and the period."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.periods import parse_periods
from index.sentences import article_sentences
from rag.features import closeness, holds, narrowing, period_fit
from rag.focus import read_focus
from tests.scripted_llm import PRINTED, article

_ARTICLE = article("a", "标题", "正文。")


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("贷款余额是多少亿元？", "余额31250亿元。", True),
        ("贷款余额是多少亿元？", "增长7.4%。", False),
        ("贷款余额是多少？", "这是第3届展会。", False),  # an ordinal is no amount
        ("有多少人参加？", "展会2024年开幕。", False),  # nor is a year
        ("有几座车站？", "建成12座车站。", True),
        ("有几座车站？", "建成十二座车站。", True),
        ("增长多少？", "提高7个百分点。", True),
        ("增长多少？", "达到20亿元。", False),
        ("哪天开放？", "8月1日开放。", True),
        ("哪天开放？", "免费开放。", False),
        ("谁说的？", "陈志远说。", True),
        ("谁说的？", "他说。", False),
        ("在哪里设厂？", "在青岛设厂。", True),
        ("为什么？", "", True),
    ],
)
def test_a_sentence_holds_the_kind_of_answer_asked_for(question, text, held):
    assert holds(read_focus(question), text, _ARTICLE) is held


@pytest.mark.parametrize(
    ("question", "text", "close"),
    [
        ("贷款余额是多少？", "贷款余额31250亿元", 1),
        ("贷款余额是多少？", "贷款余额首次达到31250亿元", 1),
        ("贷款余额是多少？", "貸款餘額31250億元", 1),
        ("贷款余额是多少？", "贷款余额超过3万亿元", 0.5),  # rough
        ("贷款余额是多少？", "贷款余额同比增加100亿元", 0),  # another measure between
        ("贷款余额是多少？", "贷款余额稳中有升，利润20亿元", 0),  # another clause
        ("贷款余额是多少？", "贷款余额7.4%", 0),  # a rate is no balance
        ("贷款余额是多少？", "利润20亿元", 0),
        ("失业率是多少？", "失业率5.2%", 1),
        ("贷款余额增速是多少？", "贷款余额增速7.4%", 1),
        ("会长是谁？", "会长陈志远到会", 1),
        ("会长是谁？", "陈志远会长到会", 1),
        ("会长是谁？", "会长由市委秘书长陈志远担任", 1),
        ("会长是谁？", "陈志远表示，会长会议将召开", 0),  # another clause
        ("会长是谁？", "会长会议将召开", 0),
        ("为什么？", "因为贷款余额31250亿元", 0),
    ],
)
def test_an_answer_is_close_when_it_stands_right_by_what_was_asked(question, text, close):
    assert closeness(read_focus(question), text) == close


@pytest.mark.parametrize(
    ("question", "plain", "narrow"),
    [
        ("贷款余额是多少？", "贷款余额31250亿元", "制造业贷款余额420亿元"),
        ("贷款余额是多少？", "全市各项贷款余额31250亿元", "企业短期贷款余额420亿元"),
        ("会长是谁？", "会长陈志远到会", "青深企业家联谊会会长陈志远到会"),
        ("制造业贷款余额是多少？", "制造业贷款余额420亿元", "先进制造业贷款余额42亿元"),
        pytest.param(
            "制造业贷款余额是多少？",
            "制造业贷款余额420亿元",
            "高新区制造业贷款余额42亿元",
            marks=pytest.mark.xfail(strict=True, reason="a district before the measure is free"),
        ),
    ],
)
def test_words_that_narrow_the_measure_down_unasked_count_against_it(question, plain, narrow):
    focus = read_focus(question)
    assert narrowing(focus, plain) == 0
    assert narrowing(focus, narrow) > 0


def test_more_than_three_narrowing_words_count_as_three():
    text = "大型国有工业企业短期流动资金贷款余额420亿元"
    assert narrowing(read_focus("贷款余额是多少？"), text) == 3


def test_a_period_before_the_measure_does_not_narrow_it():
    assert narrowing(read_focus("贷款余额是多少？"), "截至6月末贷款余额31250亿元") == 0


_PIECES = st.lists(
    st.sampled_from(
        ["青岛", "制造业", "短期", "贷款", "余额", "，", "6月末", "20亿元", "会长", "陈志远"]
    )
    | st.characters(),
    max_size=25,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(_PIECES, st.sampled_from(["贷款余额是多少？", "会长是谁？", "增长多少？", "为什么？", ""]))
def test_features_stay_in_their_bounds(text, question):
    focus = read_focus(question)
    assert narrowing(focus, text) in (0, 1, 2, 3)
    assert closeness(focus, text) in (0.0, 0.5, 0.8, 1.0)
    assert holds(focus, text, _ARTICLE) in (True, False)


# Periods


def _fits(body, asked, published=PRINTED):
    item = article("p", "标题", body, published=published)
    periods = parse_periods(asked, anchor=date(2024, 7, 20))
    return [period_fit(periods, sentence, item) for sentence in article_sentences(item)]


@pytest.mark.parametrize(
    ("body", "asked", "fit"),
    [
        ("6月末，余额31250亿元。", "6月末", 1),
        ("6月末，余额31250亿元。", "2024年6月末", 1),
        ("6月末，余额31250亿元。", "7月末", -1),
        ("6月末，余额31250亿元。", "2023年6月末", -1),
        ("上半年，新增862亿元。", "上半年", 1),
        ("6月末，余额31250亿元。", "上半年", 1),  # where the half-year ended
        ("5月，新增120亿元。", "上半年", 0.5),  # one month inside it
        ("2023年6月末，余额29000亿元。", "6月末", 0.5),  # the same month of a year not asked for
        ("余额31250亿元。", "6月末", 0),  # says no period
        ("6月末，余额31250亿元。", "", 0),  # none was asked for
        ("余额31250亿元，比6月末多。", "6月末", 0),  # behind the figure it is only compared with
    ],
)
def test_a_sentence_fits_the_period_asked_for(body, asked, fit):
    assert _fits(body, asked) == [fit]


def test_a_sentence_without_a_period_takes_the_one_before_it_at_a_discount():
    first, second = _fits("6月末，余额31250亿元。存款余额20亿元。", "6月末")
    assert first == 1
    assert 0 < second < 1
    first, second = _fits("6月末，余额31250亿元。存款余额20亿元。", "7月末")
    assert first == -1
    assert -1 < second < 0


def test_a_period_does_not_reach_into_the_next_paragraph():
    assert _fits("6月末，余额31250亿元。\n存款余额20亿元。", "6月末") == [1, 0]


def test_a_year_less_period_is_the_papers_own():
    assert _fits("6月末，余额31250亿元。", "2022年6月末", published=date(2022, 7, 18)) == [1]
    assert _fits("6月末，余额31250亿元。", "2024年6月末", published=date(2022, 7, 18)) == [-1]
