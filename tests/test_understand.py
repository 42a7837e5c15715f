"""A question as typed becomes one that can be searched: language, period, phrases, follow-ups."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import BadInput
from rag.types import Filters, Period
from rag.understand import LONGEST_QUESTION, is_chinese, understand
from tests.scripted_llm import turn

_ANCHOR = date(2024, 7, 18)
_LOANS = "青岛6月末贷款余额是多少？"


def _alone(question, before, answer=""):
    query, _ = understand(question, history=[turn(before, answer)], anchor=_ANCHOR)
    assert query.asked == question
    return query.question


def test_white_space_is_tidied_and_nothing_else():
    query, _ = understand("  青岛\n贷款 余额\t是多少？ ", anchor=_ANCHOR)
    assert query.asked == query.question == "青岛 贷款 余额 是多少？"


@pytest.mark.parametrize("question", ["", " ", "\n\t　"])
def test_an_empty_question_says_what_to_type(question):
    with pytest.raises(BadInput, match=r"^The question is empty\. Type one, for example: .+$"):
        understand(question, anchor=_ANCHOR)


def test_a_question_of_501_characters_is_refused_and_one_of_500_is_not():
    with pytest.raises(BadInput, match="has 501 characters; at most 500"):
        understand("问" * 501, anchor=_ANCHOR)
    assert understand("问" * 500, anchor=_ANCHOR)[0].asked == "问" * 500


@pytest.mark.parametrize(
    ("question", "language", "chinese"),
    [
        ("青岛的GDP是多少？", "zh-Hans", True),
        ("青島的貸款餘額是多少？", "zh-Hant", True),
        ("What is the loan balance of 青岛?", "en", False),
        ("青島のGDPはいくらですか？", "ja", False),
        ("칭다오의 대출 잔액은 얼마입니까?", "ko", False),
    ],
)
def test_the_answers_language_is_the_questions(question, language, chinese):
    assert understand(question, anchor=_ANCHOR)[0].language == language
    assert is_chinese(question) is chinese


def test_a_question_without_letters_counts_as_chinese():
    assert understand("2024？", anchor=_ANCHOR)[0].language == "zh-Hans"


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("青岛6月末贷款余额", Period(date(2024, 6, 30), date(2024, 6, 30), "6月末")),
        ("2023年上半年贷款", Period(date(2023, 1, 1), date(2023, 6, 30), "2023年上半年")),
        ("去年贷款", Period(date(2023, 1, 1), date(2023, 12, 31), "去年")),
        ("贷款余额", None),
    ],
)
def test_the_period_is_resolved_against_the_archives_last_day(question, period):
    query, _ = understand(question, anchor=_ANCHOR)
    assert query.period == period


def test_every_period_named_comes_back():
    _, periods = understand("2023年和2024年的贷款余额分别是多少？", anchor=_ANCHOR)
    assert [(span.since.year, span.until.year) for span in periods] == [(2023, 2023), (2024, 2024)]


def test_what_stands_in_quotes_must_occur_as_written():
    query, _ = understand("“海上列车”和《春之声》及「老街」何时启用？“海上列车”", anchor=_ANCHOR)
    assert query.phrases == ("海上列车", "春之声", "老街")


def test_filters_are_carried():
    filters = Filters(sources=("海湾日报",))
    assert understand("贷款？", filters=filters, anchor=_ANCHOR)[0].filters == filters
    assert understand("贷款？", anchor=_ANCHOR)[0].filters == Filters()


# Follow-ups


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("同比增长多少？", _LOANS, "青岛6月末贷款余额同比增长多少？"),
        ("那存款呢？", _LOANS, "青岛6月末存款余额是多少？"),
        ("那济南呢？", _LOANS, "济南6月末贷款余额是多少？"),
        ("济南呢", _LOANS, "济南6月末贷款余额是多少？"),
        ("7月末呢？", _LOANS, "青岛7月末贷款余额是多少？"),
        (
            "8月末呢？",
            "青岛2024年6月末贷款余额是多少？",
            "青岛2024年8月末贷款余额是多少？",
        ),
        ("它在哪里启动？", "浮山公园改造什么时候完工？", "浮山公园改造在哪里启动？"),
        ("有多长？", "青岛浮山公园步道何时建成？", "青岛浮山公园步道有多长？"),
        (
            "集装箱吞吐量呢？",
            "青岛港6月货物吞吐量是多少？",
            "青岛港6月集装箱吞吐量是多少？",
        ),
        ("周立群呢？", "陈志远是谁？", "周立群是谁？"),
        ("烟台呢？", _LOANS, "烟台6月末贷款余额是多少？"),
        ("那濟南呢？", "青島6月末貸款餘額是多少？", "济南6月末贷款余额是多少？"),
        ("企业存款呢？", "青岛上半年居民存款新增多少亿元？", "青岛上半年企业存款新增多少亿元？"),
        ("同比增长多少？", "青岛6月末贷款余额同比增长多少？", "青岛6月末贷款余额同比增长多少？"),
    ],
)
def test_a_follow_up_is_made_whole_from_the_turn_before(question, before, whole):
    assert _alone(question, before) == whole


def test_he_is_the_person_of_the_answer_before():
    answer = "青岛市金融局局长是陈志远[1]。"
    assert _alone("他说了什么？", "青岛市金融局局长是谁？", answer) == "陈志远说了什么？"


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("前一年呢？", "2023年青岛GDP是多少？", "2022年青岛GDP是多少？"),
        ("次年呢？", "2023年青岛GDP是多少？", "2024年青岛GDP是多少？"),
        ("当时有多少人？", "青岛浮山公园步道何时建成？", "青岛浮山公园步道有多少人？"),
        ("种了多少亩？", "烟台苹果产量预计多少？", "烟台苹果产量种了多少亩？"),
        ("那一共是多少？", "青岛港货物吞吐量是多少？", "青岛港货物吞吐量一共是多少？"),
    ],
)
def test_a_follow_up_takes_the_year_beside_or_the_time_before(question, before, whole):
    assert _alone(question, before) == whole


@pytest.mark.parametrize(
    "question", ["后者是多少？", "两者相差多少？", "那里有多少人？", "那一年呢？", "他在哪里任职？"]
)
def test_what_no_rule_reads_is_left_as_typed(question):
    assert _alone(question, "谁接任了青岛市金融局局长？") == question


_BALANCE = "What was Qingdao's loan balance at the end of June 2020?"
_GDP = "What was the GDP of Qingdao in 2023?"
_CARRIED = "How many passengers did the Jinan metro carry in 2023?"


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("And in 2023?", _BALANCE, "What was Qingdao's loan balance in 2023?"),
        ("And August?", _BALANCE, "What was Qingdao's loan balance in August 2020?"),
        (
            "at the end of July?",
            _BALANCE,
            "What was Qingdao's loan balance at the end of July 2020?",
        ),
        ("And last year?", _BALANCE, "What was Qingdao's loan balance last year?"),
        ("the first half?", _GDP, "What was the GDP of Qingdao in the first half of 2023?"),
        ("And in 2023?", "What is the GDP of Qingdao?", "What is the GDP of Qingdao in 2023?"),
        ("And the year before?", _CARRIED, _CARRIED.replace("2023", "2022")),
        ("What about the following year?", _CARRIED, _CARRIED.replace("2023", "2024")),
        ("And Jinan?", _BALANCE, _BALANCE.replace("Qingdao", "Jinan")),
        ("What about in Jinan?", _GDP, _GDP.replace("Qingdao", "Jinan")),
        ("And CPI?", _GDP, _GDP.replace("GDP", "CPI")),
        ("What about the U.S.?", _BALANCE, _BALANCE.replace("Qingdao", "the U.S.")),
        ("And in the UK?", _BALANCE, _BALANCE.replace("Qingdao", "the UK")),
        ("And Japan?", "What is the GDP of the U.S.?", "What is the GDP of Japan?"),
        ("And in 2023?", "What is the GDP of the U.S.?", "What is the GDP of the U.S. in 2023?"),
        (
            "How fast did it grow?",
            "What is the GDP of the U.S. in 2023?",
            "How fast did the GDP of the U.S. grow in 2023?",
        ),
        ("What about in May?", _BALANCE, "What was Qingdao's loan balance in May 2020?"),
        (
            "How about household deposits?",
            _BALANCE,
            _BALANCE.replace("loan balance", "household deposits"),
        ),
        ("And trains?", _CARRIED, _CARRIED.replace("passengers", "trains")),
        (
            "How fast did it grow?",
            _BALANCE,
            "How fast did Qingdao's loan balance grow at the end of June 2020?",
        ),
        ("How fast did it grow in 2024?", _GDP, "How fast did the GDP of Qingdao grow in 2024?"),
        ("And Zhou Liqun?", "Who is Chen Zhiyuan?", "Who is Zhou Liqun?"),
    ],
)
def test_an_english_follow_up_is_made_whole_by_rules(question, before, whole):
    assert _alone(question, before) == whole


@pytest.mark.parametrize("question", [r"How about \1?", "And #1?", "What about <b>deposits</b>?"])
def test_what_is_no_english_name_or_measure_is_put_in_no_question(question):
    assert _alone(question, _BALANCE) == question


@pytest.mark.parametrize(
    "question",
    [
        "What about the latter?",
        "And how many stations are there?",
        "How long did it take to build?",
        "Who is the mayor of Jinan?",
        "And Jinan and Yantai?",
        "Thanks",
        "Why?",
    ],
)
def test_an_english_question_that_no_rule_reads_is_left_as_typed(question):
    assert _alone(question, "What is the distance from Qingdao to Weifang?") == question


def test_the_english_words_of_a_translated_question_are_what_an_english_follow_up_leans_on():
    before = turn("青岛的GDP是多少？")
    query = replace(before.answer.query, asked=_GDP, whole=_GDP)
    history = [replace(before, answer=replace(before.answer, query=query))]
    understood, _ = understand("And Jinan?", history=history, anchor=_ANCHOR)
    assert understood.question == "What was the GDP of Jinan in 2023?"


@pytest.mark.parametrize("question", ["And deposits?", "それはいつですか？", "예금은요?"])
def test_a_follow_up_in_another_language_than_the_question_before_is_left_as_typed(question):
    assert _alone(question, _LOANS) == question


@pytest.mark.parametrize(
    "question", ["济南地铁4号线日均客流是多少？", "陈志远是谁？", "谢谢", "《春之声》何时上映？"]
)
def test_a_question_with_a_subject_of_its_own_is_left_alone(question):
    assert _alone(question, _LOANS) == question


def test_without_a_history_nothing_is_put_back():
    assert understand("那存款呢？", anchor=_ANCHOR)[0].question == "那存款呢？"


def test_only_the_last_turn_is_looked_at():
    history = [turn("济南地铁客流是多少？"), turn(_LOANS)]
    query, _ = understand("7月末呢？", history=history, anchor=_ANCHOR)
    assert query.question == "青岛7月末贷款余额是多少？"


_SCRAPS = st.lists(
    st.sampled_from(
        [
            "那",
            "呢",
            "？",
            "它",
            "他",
            "同比",
            "青岛",
            "6月末",
            "贷款",
            "余额",
            "是多少",
            "what about ",
            "And ",
            "it ",
            "Qingdao's ",
            "in 2023",
            "loan balance",
            "What was ",
        ]
    )
    | st.characters(exclude_categories=("Cs",)),
    max_size=40,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(_SCRAPS, _SCRAPS | st.none())
def test_any_text_is_understood_or_refused_as_bad_input(question, before):
    history = [turn(before)] if before else []
    try:
        query, _ = understand(question, history=history, anchor=_ANCHOR)
    except BadInput:
        assert not question.strip() or len(" ".join(question.split())) > LONGEST_QUESTION
    else:
        assert query.asked == " ".join(question.split())
        assert query.question.strip()


def test_a_conversation_of_four_turns_keeps_each_question_sensible():
    asked = ["青岛上半年贷款余额是多少", "同比增长多少？", "那存款呢？", "退役军人关爱基金呢？"]
    whole = []
    history = []
    for question in asked:
        query, _ = understand(question, history=history, anchor=date(2020, 7, 20))
        whole.append(query.question)
        history.append(turn(query.question))
    assert whole == [
        "青岛上半年贷款余额是多少",
        "青岛上半年贷款余额同比增长多少？",
        "青岛上半年存款余额同比增长多少？",
        "退役军人关爱基金同比增长多少？",
    ]
