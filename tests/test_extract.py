"""Answers by extraction: the clauses of one sentence, word for word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.extract import extract
from rag.focus import read_focus

_LONG = (
    "市统计局昨日发布半年报，上半年青岛居民存款新增862亿元，企业存款新增415亿元，"
    "规模以上工业企业实现利润1,306亿元，旅游景区接待游客520万人次。"
)
_QUESTIONS = (
    "青岛上半年居民存款新增多少亿元？",
    "规模以上工业企业利润是多少？",
    "接待游客多少万人次？",
    "谁是局长？",
    "为什么？",
    "",
)


@pytest.mark.parametrize(
    ("question", "answer", "others"),
    [
        ("青岛上半年居民存款新增多少亿元？", "862亿元", ("415", "1,306", "520")),
        ("青岛规模以上工业企业实现利润多少亿元？", "1,306亿元", ("520",)),
        ("旅游景区接待游客多少万人次？", "520万人次", ("862", "415")),
    ],
)
def test_the_clause_that_answers_is_given_whole(question, answer, others):
    got = extract(_LONG, read_focus(question))
    assert got in _LONG
    assert answer in got
    assert not any(figure in got for figure in others)


def test_a_short_sentence_is_given_whole():
    text = "青岛居民存款新增862亿元，企业存款新增415亿元。"
    assert extract(text, read_focus("企业存款新增多少亿元？")) == text


def test_a_sentence_that_speaks_of_nothing_asked_is_given_whole():
    assert extract(_LONG, read_focus("火星探测器着陆了吗？")) == _LONG


def test_the_clause_keeps_its_subject():
    text = (
        "崂山景区管理局在昨天下午召开的新闻通气会上介绍，"
        "崂山景区上半年经营稳中向好，共接待游客120万人次，比计划多出一成。"
    )
    got = extract(text, read_focus("崂山景区上半年接待游客多少万人次？"))
    assert got in text
    assert "崂山景区" in got
    assert "120万人次" in got
    assert "一成" not in got


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["青岛", "存款", "利润", "862亿元", "1,306", "，", "。", ",", "；", "“", "\n"]
        ),
        max_size=40,
    ).map("".join),
    st.sampled_from(_QUESTIONS),
)
def test_what_is_extracted_stands_in_the_sentence(text, question):
    got = extract(text, read_focus(question))
    assert got in text
    assert not text.strip("，,；; ") or got
