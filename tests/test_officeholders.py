"""Who holds an office: the latest first, those before with their dates, two at once a conflict."""

from datetime import date

import pytest

from rag.conflict_evidence import with_contrary
from rag.conflicts import Kind, find_conflict
from tests.conflict_texts import detect, printed, weighed

_CHIEF = "海州市海洋局局长是谁？"


def _says(text, *day):
    return text, date(*day)


def _order(found):
    return [side.value for side in found.sides]


def test_three_holders_are_told_latest_first_with_their_days():
    found = detect(
        _CHIEF,
        printed(
            _says("海州市海洋局局长李明远作报告。", 2016, 3, 2),
            _says("海州市海洋局局长王晓东介绍了情况。", 2021, 7, 16),
            _says("海州市海洋局局长张国强致辞。", 2018, 5, 9),
        ),
    )
    assert found.kind is Kind.CHANGE
    assert [(side.value, side.published.year) for side in found.sides] == [
        ("王晓东", 2021),
        ("张国强", 2018),
        ("李明远", 2016),
    ]


@pytest.mark.parametrize(
    "handover",
    [
        "会议任命王晓东为海州市海洋局局长，免去李明远的海州市海洋局局长职务。",
        "李明远不再担任海州市海洋局局长。海州市海洋局局长王晓东作表态发言。",
        "海州市海洋局局长王晓东看望了海州市海洋局原局长李明远。",
    ],
)
def test_a_handover_within_a_month_is_a_change(handover):
    found = detect(
        _CHIEF,
        printed(
            _says("海州市海洋局局长李明远作报告。", 2021, 7, 2),
            _says(handover, 2021, 7, 20),
        ),
    )
    assert found.kind is Kind.CHANGE
    assert _order(found) == ["王晓东", "李明远"]


def test_a_holder_named_before_and_after_another_is_a_conflict():
    # 李明远 in 2019 and 2021, 王晓东 in 2020: one of the papers is wrong.
    found = detect(
        _CHIEF,
        printed(
            _says("海州市海洋局局长李明远作报告。", 2019, 3, 2),
            _says("海州市海洋局局长王晓东作报告。", 2020, 3, 2),
            _says("海州市海洋局局长李明远致辞。", 2021, 3, 2),
        ),
    )
    assert found.kind is Kind.CONFLICT


@pytest.mark.parametrize(
    ("question", "office"),
    [
        ("海州市市长是谁？", "海州市市长"),
        ("海州银行行长是谁？", "海州银行行长"),
        ("海州港口集团总经理是谁？", "海州港口集团总经理"),
        ("海州大学校长是谁？", "海州大学校长"),
        ("海州男篮主教练是谁？", "海州男篮主教练"),
        ("海州青年企业家协会会长是谁？", "海州青年企业家协会会长"),
    ],
)
def test_offices_of_many_kinds(question, office):
    found = detect(
        question,
        printed(
            _says(f"{office}李明远致辞。", 2019, 3, 2), _says(f"{office}王晓东致辞。", 2021, 3, 2)
        ),
    )
    assert found.kind is Kind.CHANGE
    assert _order(found) == ["王晓东", "李明远"]


def _eight():
    """Six reports of today's holder, one of an earlier holder far down, one of somebody else."""
    now = [_says(f"海州市海洋局局长王晓东出席第{n}场活动。", 2021, 7, n) for n in range(1, 8)]
    return printed(
        *now,
        _says(
            "赶海季开始。据海州市海洋局局长李明远介绍，今年的牡蛎比往年肥，游客也多。", 2017, 3, 2
        ),
        _says("海州市教育局局长赵立新到校检查。", 2016, 3, 2),
    )


def test_an_earlier_holder_is_found_below_the_six_sentences_shown():
    query, focus, periods, found = weighed(_CHIEF, _eight())
    chosen = [item for item in found if "王晓东" in item.sentence.text][:6]
    assert find_conflict(query.question, focus, periods, chosen) is None
    shown = with_contrary(query.question, focus, periods, chosen, found)
    assert list(shown[:6]) == chosen
    assert ["李明远" in item.sentence.text for item in shown[6:]] == [True]
    change = find_conflict(query.question, focus, periods, shown)
    assert change.kind is Kind.CHANGE
    assert _order(change) == ["王晓东", "李明远"]


def test_sentences_that_agree_bring_no_others():
    query, focus, periods, found = weighed(_CHIEF, _eight()[:7])
    assert with_contrary(query.question, focus, periods, found[:3], found) == tuple(found[:3])
