"""Statements in the words of the sentence they cite."""

import pytest

from rag.cite import Statement
from rag.focus import read_focus
from rag.worded import carriers, carries, in_its_words, with_another
from tests.scripted_llm import evidence_of

_FEE = "假期看护费可在平日标准上适当上调，但最高上调幅度不得超过30%。"
_ROADS = "据介绍，协议写明双方将携手推进“海鲜走廊”和“茶叶走廊”建设，扩大直航。"


@pytest.mark.parametrize(
    ("said", "source", "question", "told"),
    [
        (  # the question's subject, which the sentence does not name
            "滨河县新的园所收费办法规定看护费最多能涨30%",
            _FEE,
            "滨河县新的园所收费办法规定看护费最多能涨多少？",
            "假期看护费可在平日标准上适当上调，但最高上调幅度不得超过30%。",
        ),
        (
            "两县会谈时提到要加快建设“海鲜走廊”和“茶叶走廊”",
            _ROADS,
            "两县会谈时提到要加快建设哪两条走廊？",
            "协议写明双方将携手推进“海鲜走廊”和“茶叶走廊”建设",
        ),
        (  # said as printed
            "最高上调幅度不得超过30%",
            _FEE,
            "看护费最多能涨多少？",
            "最高上调幅度不得超过30%",
        ),
        (  # nothing of it is printed there
            "县图书馆周一闭馆检修",
            _FEE,
            "县图书馆哪天闭馆？",
            "县图书馆周一闭馆检修",
        ),
    ],
)
def test_what_is_put_in_the_question_s_words_is_told_in_the_source_s(said, source, question, told):
    assert in_its_words(said, source, question, read_focus(question)) == told


_TICKETS = "临河博物馆票价为每人30元，凭身份证检票入场，本周起先期对外迎客的是西馆。"
_BUS = "县公交集团通知，成人票价为2元，宠物不可以随人上车。"


@pytest.mark.parametrize(
    ("said", "source", "question"),
    [
        (  # which of two, in the question's own words
            "临河博物馆目前开放的是西馆，门票价格30元",
            _TICKETS,
            "临河博物馆目前开放的是东馆还是西馆，门票价格多少元？",
        ),
    ],
)
def test_an_answer_in_the_question_s_own_words_is_not_lost(said, source, question):
    assert in_its_words(said, source, question, read_focus(question)) == said


def test_a_negation_stays():
    question = "县里的公交车宠物可不可以上车，坐一趟多少元？"
    told = in_its_words(
        "县里的公交车宠物不可以上车，坐一趟2元", _BUS, question, read_focus(question)
    )
    assert "2元" in told
    assert "不可以" in told


def test_the_name_goes_with_the_figure():
    source = "临河博物馆换了新的检票机，凭身份证入场，票价为每人30元，周一不开。"
    question = "临河博物馆成人游客单次参观需要多少元？"
    told = in_its_words(
        "临河博物馆成人游客单次参观需要30元", source, question, read_focus(question)
    )
    assert told.startswith("临河博物馆换了新的检票机")
    assert told.endswith("票价为每人30元")


_SHOWN = [
    evidence_of(1, "临河县图书馆新馆将于10月8日开放。", article_id="a"),
    evidence_of(2, "馆长说，读者凭身份证即可入馆借书。", article_id="a"),
    evidence_of(3, "读者凭身份证即可入馆借书。", article_id="b"),
]


def test_the_sentence_that_carries_it_is_found():
    wrong = Statement("临河县图书馆新馆将于10月8日开放", (2,))
    assert carriers(wrong, _SHOWN) == [(1,)]
    assert carriers(Statement(wrong.text, (1,)), _SHOWN) == []
    assert carriers(Statement(wrong.text, ()), _SHOWN) == []


def test_the_rest_is_found_in_the_same_article_only():
    both = Statement("临河县图书馆新馆10月8日开放，读者凭身份证即可入馆借书", (1,))
    assert with_another(both, _SHOWN) == [(1, 2)]
    assert with_another(Statement(both.text, (1, 2)), _SHOWN) == []
    assert with_another(Statement("临河县图书馆新馆将于10月8日开放", (1,)), _SHOWN) == []


def test_words_far_apart_are_not_quoted_with_all_between_them():
    source = f"甲村有12户，{'山路弯弯，' * 40}乙村有15户。"
    said = "两个村子里的人家各自加起来算一算分别有12户和15户"
    assert in_its_words(said, source, "各有多少户？", read_focus("各有多少户？")) == said


@pytest.mark.parametrize(
    ("source", "said", "whether"),
    [
        (_FEE, "最高上调幅度不得超过30%", True),
        (_FEE, "收费办法规定园所可以自行决定", False),
        ("", "最高上调幅度", False),
        (_FEE, "30%", True),  # no Han pair: figures are the lock's business
        ("貸款餘額增長", "贷款余额增长", True),
    ],
)
def test_a_sentence_carries_what_has_most_of_its_words(source, said, whether):
    assert carries(source, said) is whether
