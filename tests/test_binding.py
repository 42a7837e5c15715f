"""Which value of a sentence belongs to what was asked."""

import pytest

from rag.binding import (
    another_measure,
    answers_another,
    clauses,
    lacks_office,
    other_place,
    says_measure,
    unsaid,
)
from rag.focus import read_focus

_DEPOSITS = "上半年，青岛居民存款新增862亿元，企业存款新增415亿元。"
_LOANS = "6月末，青岛贷款余额31,250亿元，同比增长7.4%，较年初增加1,180亿元。"
_PEOPLE = "市金融局局长陈志远主持会议，银行行业协会会长周立群发言。"

_HOUSEHOLDS = "青岛上半年居民存款新增多少亿元？"
_FIRMS = "青岛上半年企业存款新增多少亿元？"


def test_each_clause_holds_its_own_value():
    found = clauses(_DEPOSITS, read_focus(_FIRMS))
    assert [(_DEPOSITS[c.start : c.end], set(c.values)) for c in found] == [
        ("青岛居民存款新增862亿元", {"862亿元"}),
        ("企业存款新增415亿元", {"415亿元"}),
    ]
    assert found[1].overlap > found[0].overlap


def test_a_thousands_comma_does_not_end_a_clause():
    found = clauses(_LOANS, read_focus("青岛贷款余额是多少亿元？"))
    assert [set(c.values) for c in found] == [{"31,250亿元"}, {"1,180亿元"}]


def test_only_values_of_the_kind_asked_for_count():
    rates = clauses(_LOANS, read_focus("青岛贷款余额同比增长多少？"))
    assert [set(c.values) for c in rates] == [{"7.4%"}]
    names = clauses(_PEOPLE, read_focus("金融局局长是谁？"))
    assert [set(c.values) for c in names] == [{"陈志远"}, {"周立群"}]
    assert clauses(_LOANS, read_focus("青岛为什么扩大贷款？")) == []


@pytest.mark.parametrize(
    ("statement", "sentence", "question", "another"),
    [
        ("企业存款新增862亿元", _DEPOSITS, _FIRMS, True),
        ("企业存款新增415亿元", _DEPOSITS, _FIRMS, False),
        ("居民存款新增415亿元", _DEPOSITS, _HOUSEHOLDS, True),
        ("居民存款新增862亿元", _DEPOSITS, _HOUSEHOLDS, False),
        # Both values given: whatever was asked for is among them.
        ("居民存款新增862亿元，企业存款新增415亿元", _DEPOSITS, _FIRMS, False),
        # No value given: nothing to be wrong about.
        ("存款都在增加", _DEPOSITS, _FIRMS, False),
        # The sentence speaks of something else: it does not say whose value is meant.
        ("862亿元", _DEPOSITS, "游客花了多少亿元？", False),
        ("局长是周立群", _PEOPLE, "金融局局长是谁？", True),
        ("局长是陈志远", _PEOPLE, "金融局局长是谁？", False),
        ("会长是周立群", _PEOPLE, "银行行业协会会长是谁？", False),
        ("企業存款新增862億元", _DEPOSITS, "青島上半年企業存款新增多少億元？", True),
    ],
)
def test_a_value_of_another_clause_is_anothers(statement, sentence, question, another):
    assert answers_another(statement, sentence, read_focus(question)) is another


@pytest.mark.parametrize(
    ("sentence", "question", "lacks"),
    [
        ("协会会长陈志远主持会议。", "银行业协会会长是谁？", False),
        ("協會會長陳志遠主持會議。", "银行业协会会长是谁？", False),
        ("陈志远主持会议。", "银行业协会会长是谁？", True),
        ("协会秘书陈志远主持会议。", "银行业协会会长是谁？", True),
        ("陈志远主持会议。", "谁主持会议？", False),  # no office was asked for
        ("陈志远主持会议。", "银行业协会会长什么时候开会？", False),  # nor a person here
        ("金融局党组书记、局长陈志远主持会议。", "金融局局长是谁？", False),
        ("协会党委书记、会长陈志远主持会议。", "银行业协会会长是谁？", False),
    ],
)
def test_an_office_asked_for_must_be_named(sentence, question, lacks):
    assert lacks_office(sentence, read_focus(question)) is lacks


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("济南贷款余额15000亿元。", True),
        ("濟南貸款餘額15000億元。", True),
        ("青岛贷款余额31250亿元。", False),
        ("青岛和济南贷款余额都在增长。", False),
        ("全市贷款余额31250亿元。", False),  # names no place: its article's counts
        ("这座城市的海岸很长。", False),  # jieba calls 城市 a place
    ],
)
def test_a_sentence_about_another_city_only_is_about_another_place(sentence, other):
    assert other_place(sentence, read_focus("青岛贷款余额是多少？")) is other


def test_without_a_place_in_the_question_no_place_is_another():
    assert not other_place("济南贷款余额15000亿元。", read_focus("贷款余额是多少？"))


_SAVINGS = "其中，居民存款新增1003亿元，企业存款新增1098亿元。"


@pytest.mark.parametrize(
    ("question", "statement", "other"),
    [
        ("青岛上半年居民贷款新增多少？", "1003亿元。", True),  # its clause says 存款
        ("青岛上半年企业存款余额是多少？", "1098亿元。", True),  # an increase is no balance
        ("青岛上半年居民存款新增多少？", "1003亿元。", False),
        ("青岛上半年新增存款多少？", "1003亿元。", False),  # no noun of the question is unsaid
    ],
)
def test_a_value_of_another_measure_is_refused(question, statement, other):
    assert another_measure(statement, _SAVINGS, read_focus(question)) is other


def test_a_noun_nobody_says_makes_it_another_measure():
    text = "6月末，全市各项贷款余额20314亿元。"
    assert unsaid(read_focus("青岛6月末房贷余额是多少？"), text) == ("房贷",)
    assert unsaid(read_focus("青岛6月末贷款余额是多少？"), text) == ()
    assert unsaid(read_focus("青岛上半年GDP是多少？"), "全市生产总值8690亿元。") == ()


def test_a_sentence_says_the_measure_only_with_every_word_of_it():
    assert says_measure(read_focus("青岛居民存款新增多少？"), _SAVINGS)
    assert not says_measure(read_focus("青岛居民贷款新增多少？"), _SAVINGS)
