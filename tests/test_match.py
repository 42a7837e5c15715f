import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest

from eval.match import contains, normalise, parts_right, without_markers

_REFERENCE = Path(__file__).parents[1].parent / "shared" / "bench" / "metrics.py"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("余额为20,314亿元。", "20314亿元"),
        ("余额为２０３１４亿元。", "20314亿元"),
        ("余额20314亿元", "20，314亿元"),
        ("同比增长 15.53 %", "15.53%"),
        ("同比增长15.53％", "15.53%"),
        ("比分3比2", "3:2"),
        ("比分是3：2。", "3：2"),
        ("7月26日至8月18日", "7月26日—8月18日"),
        ("Loans grew by 5.4 PERCENT", "5.4 percent"),
        ("《青岛，一座城》", "青岛一座城"),
        ("共5名、顾问", "5名"),
        ("持续四个月", "四个月"),
        ("PM2.5浓度", "PM2.5"),
        ("增长-3.1%", "3.1%"),
        ("From October 1, 2020, bills are settled", "October 1"),
        ("From Oct. 1,2020 on", "Oct. 1"),
        ("共10, 000人", "10000人"),
        ("电话0532 8888 7777", "053288887777"),
        ("共1 034人", "1 034人"),
    ],
)
def test_the_same_answer_in_other_writing_counts(text, form):
    assert contains(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("增长15.4%", "5.4%"),
        ("增长5.45%", "5.4"),
        ("增长25.4%", ".4%"),
        ("120314亿元", "20314亿元"),
        ("1,120314亿元", "20314亿元"),
        ("共203145人", "20314"),
        ("2.0314万亿元", "0314万亿元"),
        ("客流134.6万人次", "34.6万人次"),
        ("客流34.65万人次", "34.6"),
        ("第12名", "第1"),
        ("12月16日", "2月16日"),
        ("持续十四个月", "四个月"),
        ("二十家企业", "十家"),
        ("增长5.4个百分点", "5.4%"),
        ("增长5.4%", ""),
        ("增长5.4%", "。，"),
        ("", "5.4%"),
        ("On October 12, 2020", "October 1"),
        ("2020 2021年", "2020至2021年"),
    ],
)
def test_a_figure_does_not_match_inside_a_longer_one(text, form):
    assert not contains(text, form)


def test_every_part_is_looked_for_by_itself():
    text = "建成滑雪场75座、雪道319条。"
    assert parts_right(text, [["75座"], ["319条", "三百一十九条"], ["8家"]]) == [True, True, False]
    assert parts_right(text, []) == []


def test_normalising_twice_changes_nothing():
    for text in ("ＡＢ，20,314—20,400亿元（约）", "3 比 2", "7月16日至8月2日 [1]"):
        assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("余额20314亿元[1]。", "余额20314亿元。"),
        ("指数为49.4 [2][13]。", "指数为49.4。"),
        ("指数为49.4[2]，12人。", "指数为49.4-，12人。"),
        ("[1]", ""),
        ("数组[1234]与[a]", "数组[1234]与[a]"),
    ],
)
def test_markers_go_and_leave_figures_apart(text, plain):
    assert without_markers(text) == plain


def test_a_marker_does_not_lengthen_the_figure_before_it():
    assert not contains("指数为49.4[1]", "49.4")
    assert contains(without_markers("指数为49.4[1]，2名"), "49.4")


def test_agrees_with_the_reference_on_generated_pairs():
    reference = _reference()
    pairs = _pairs(random.Random(7), 900)
    ours = [contains(text, form) for text, form in pairs]
    theirs = [reference.contains(text, form) for text, form in pairs]
    assert [pair for pair, a, b in zip(pairs, ours, theirs, strict=True) if a != b] == []
    assert 200 < sum(ours) < 700  # both answers occur often enough to tell a difference


@pytest.mark.parametrize(
    ("text", "form"), [("第12名", "第1"), ("PM2.53", "PM2.5"), ("二十家企业", "十家")]
)
def test_is_stricter_than_the_reference_only_at_these_boundaries(text, form):
    assert _reference().contains(text, form)
    assert not contains(text, form)


def _pairs(random: random.Random, count: int) -> list[tuple[str, str]]:
    """Texts around a figure, and forms that are it, a part of it or another writing of it."""
    pairs = []
    for _ in range(count):
        value = random.choice(["5.4", "15.4", "20314", "20,314", "0.91", "3", "134.6", "１５.４"])
        unit = random.choice(["%", "％", "亿元", "个百分点", "名", " 人次", ""])
        lead = random.choice(["增长", "余额达到", "约1", "12", "0.", "共 ", "比分2:", "", "－"])
        tail = random.choice(["。", "5", ".5", "，同比增长5.4%", "至7月", "）", "", "比3"])
        core = f"{value}{unit}"
        form = random.choice(
            [
                *(core, core.strip(), core.replace(",", ""), value, value[1:], value[:-1] + unit),
                *("5.4%", "青岛市", "同比增长", "。", ""),
            ]
        )
        # Forms that end, but do not begin, with a figure are where ours is stricter on purpose.
        if not normalise(form)[-1:].isdecimal() or normalise(form)[:1].isdecimal():
            pairs.append((f"青岛市{lead}{core}{tail}", form))
    assert len(pairs) >= 300
    return pairs


def _reference() -> ModuleType:
    if not _REFERENCE.is_file():
        pytest.skip(f"the reference metrics are not at {_REFERENCE}")
    spec = importlib.util.spec_from_file_location("reference_metrics", _REFERENCE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
