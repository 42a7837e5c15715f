"""False statements that a model may make of true sentences, and that must not be shown."""

from datetime import date

import pytest

from rag.facets import split_facets
from rag.types import Status
from tests.scripted_llm import HUNG_UP, ScriptedLLM, archive_of, article, engine_over

_TODAY = date(2020, 8, 1)


def _answer(tmp_path, sentences, question, *said, literal=False):
    items = [
        article(f"a{n}", f"本地消息{n}", text, published=date(2020, 8, 1))
        for n, text in enumerate(sentences)
    ]
    with archive_of(tmp_path, items) as archive:
        return engine_over(archive, ScriptedLLM(*said), literal=literal).ask(question, today=_TODAY)


@pytest.mark.parametrize(
    "question",
    [
        "云城港7月货物吞吐量是不是400万吨？",
        "云城港7月货物吞吐量400万吨，对吧？",
        "云城港7月货物吞吐量是400万吨还是500万吨？",
        "请核实：云城港7月货物吞吐量400万吨",
    ],
)
def test_an_amount_does_not_become_true_by_being_asked_about(tmp_path, question):
    answer = _answer(
        tmp_path,
        ["7月，云城港完成货物吞吐量380万吨。"],
        question,
        "云城港7月货物吞吐量400万吨[1]。",
    )
    assert "400万吨" not in answer.text


def test_an_ordinal_of_the_question_need_not_be_printed_again(tmp_path):
    answer = _answer(
        tmp_path,
        ["第三届云城书展昨天开幕。本届书展共有65个国家参展。"],
        "第三届云城书展有多少个国家参展？",
        "第三届云城书展有65个国家参展[1]。",
    )
    assert (answer.status, "65个国家" in answer.text) == (Status.ANSWERED, True)


def test_the_figure_of_another_place_is_not_let_in_by_a_second_citation(tmp_path):
    answer = _answer(
        tmp_path,
        ["青岛港货物吞吐量创历史新高。烟台港货物吞吐量380万吨。"],
        "青岛港货物吞吐量是多少？",
        "货物吞吐量380万吨[2]。",
    )
    assert answer.status is Status.NOT_FOUND


def test_the_deputy_is_not_the_head_even_where_only_the_name_is_given(tmp_path):
    answer = _answer(
        tmp_path,
        ["云城商会会长刘建国、副会长王志强出席。"],
        "云城商会会长是谁？",
        "王志强[1]。",
    )
    assert "王志强" not in answer.text


def test_values_joined_by_a_pause_mark_are_told_apart(tmp_path):
    answer = _answer(
        tmp_path,
        ["上半年，云城居民存款新增1003亿元、企业存款新增1098亿元。"],
        "云城上半年居民存款新增多少亿元？",
        "居民存款新增1098亿元[1]。",
    )
    assert "居民存款新增1098" not in answer.text
    # The sentence itself says whose figure is whose.
    assert not answer.citations or "居民存款新增1003亿元、企业存款新增1098" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "云城港和海城港合计吞吐量是多少万吨？",
        "云城港和海城港吞吐量相差多少万吨？",
        "云城队和海城队的比分是多少？",
    ],
)
def test_a_total_or_a_comparison_is_one_question(question):
    assert split_facets(question) == ()


_PORTS = ["6月，云城码头吞吐量380万吨。", "6月，海城码头吞吐量90万吨。"]
_BOTH = "云城码头和海城码头6月吞吐量分别是多少万吨？"


def test_both_parts_are_answered_from_their_own_sentences(tmp_path):
    answer = _answer(tmp_path, _PORTS, _BOTH, "没有找到", literal=True)
    assert answer.status is Status.ANSWERED
    assert [value in answer.text for value in ("380万吨", "90万吨")] == [True, True]
    assert len(answer.citations) == 2


def test_a_sentence_on_another_port_under_the_headline_of_the_first_is_not_literal(tmp_path):
    items = [
        article("own", "云城新闻", _PORTS[0], published=date(2020, 8, 1)),
        article("other", "云城新闻续", _PORTS[1], published=date(2020, 8, 1)),
    ]
    with archive_of(tmp_path, items) as archive:
        engine = engine_over(archive, ScriptedLLM("没有找到"), literal=True)
        answer = engine.ask("云城码头6月吞吐量是多少万吨？", today=_TODAY)
    assert "90万吨" not in answer.text


def test_a_conflict_in_one_part_is_shown(tmp_path):
    answer = _answer(
        tmp_path, [*_PORTS, "6月，云城码头吞吐量420万吨。"], _BOTH, "没有找到", literal=True
    )
    assert answer.status is Status.CONFLICT
    assert [value in answer.text for value in ("380万吨", "420万吨", "90万吨")] == [True] * 3


def test_a_model_that_fails_is_not_told_as_a_part_that_was_not_found(tmp_path):
    answer = _answer(tmp_path, _PORTS, _BOTH, "6月，云城码头吞吐量380万吨[1]。", HUNG_UP)
    assert answer.status is Status.EVIDENCE_ONLY
    assert "只找到其中一项" not in "".join(answer.notes)


def test_a_year_that_the_model_puts_to_a_day_is_left_off(tmp_path):
    answer = _answer(
        tmp_path,
        [
            "云城大桥9月1日正式通车，全长3公里，双向六车道，设计时速为每小时八十公里，沿线设三处出入口。"
        ],
        "云城大桥什么时候通车？",
        "2031年9月1日[1]。",
    )
    assert "9月1日" in answer.text
    assert "2031" not in answer.text
