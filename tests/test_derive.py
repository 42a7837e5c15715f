"""Derived figures: only with their formula, and only where it comes out."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.figures import parse_figures
from rag.cite import Statement
from rag.derive import Operation, derive, formula_of
from rag.formula import NotAFormula, read_formula
from rag.verify import check_statement
from tests.scripted_llm import evidence_of

_SOURCE = (
    "居民存款新增1003亿元，企业存款新增2002亿元，6月末贷款余额20314亿元，上年同期为19000亿元，"
    "增速由4.2%升至5%，报名1000人，合格125人。"
)
_CITED = parse_figures(_SOURCE)


def _derived(text):
    """The derivation of the first figure of a text that has a formula beside it."""
    for figure in parse_figures(text):
        span = formula_of(figure, text)
        if span:
            return derive(figure, _CITED, formula=text[slice(*span)])
    raise AssertionError(f"no formula in {text}")


@pytest.mark.parametrize(
    ("text", "operation", "formula", "value"),
    [
        ("合计3005亿元（1003+2002）", Operation.SUM, "1003亿元 + 2002亿元", 3005 * 10**8),
        ("合计3005亿元(1003亿元＋2002亿元)", Operation.SUM, "1003亿元 + 2002亿元", 3005 * 10**8),
        ("1003+2002=3005亿元", Operation.SUM, "1003亿元 + 2002亿元", 3005 * 10**8),
        (
            "多1314亿元（20314−19000）",
            Operation.DIFFERENCE,
            "20314亿元 - 19000亿元",
            1314 * 10**8,
        ),
        (
            "增加1314亿元（20314-19000=1314）",
            Operation.DIFFERENCE,
            "20314亿元 - 19000亿元",
            1314 * 10**8,
        ),
        ("提高0.8个百分点（5%−4.2%）", Operation.DIFFERENCE, "5% - 4.2%", Decimal("0.8")),
        ("占12.5%（125÷1000×100%）", Operation.SHARE, "125人 ÷ 1000人 × 100%", Decimal("12.5")),
        ("占13%（125÷1000）", Operation.SHARE, "125人 ÷ 1000人", Decimal("12.5")),  # rounds half up
        ("报名人数是合格的8倍（1000÷125）", Operation.SHARE, "1000人 ÷ 125人", 8),
    ],
)
def test_a_written_formula_is_recomputed(text, operation, formula, value):
    found = _derived(text)
    assert (found.operation, found.formula, found.value) == (operation, formula, value)


@pytest.mark.parametrize("text", ["增长6.9%（(20314−19000)÷19000）", "增长6.9%（20314÷19000−1）"])
def test_growth_is_the_difference_over_the_earlier_value(text):
    found = _derived(text)
    assert found.operation is Operation.GROWTH
    # 1314 / 19000 = 0.0691578…
    assert round(found.value, 4) == Decimal("6.9158")


@pytest.mark.parametrize(
    "text",
    [
        "合计3006亿元（1003+2002）",  # it is 3005
        "合计3005万元（1003+2002）",  # of 亿元
        "合计3005人（1003+2002）",
        "合计3005亿元（1004+2001）",  # neither is cited
        "合计3005亿元（1003+2002=3006）",
        "增加3005亿元（1003+2002）",  # a rise is no sum
        "增长7.9%（(20314−19000)÷19000）",
        "下降6.9%（(20314−19000)÷19000）",  # it rose
        "增长8倍（1000÷125）",  # 8 times as many is a growth of 7 times
        "增长1.07倍（20314÷19000）",
        "提高0.8%（5%−4.2%）",  # points, not per cent
        "多1314亿元（20314−125）",
        "多1314亿元（20314亿−19000万）",
        "占12.5%（125÷19000）",  # persons over money
        "共3000亿元（1003+2002）",  # rounded without saying so
        "合计3005亿元（1003+2002+）",
        "合计3005亿元（((((((((((1003+2002)))))))))))）",
        "合计3005亿元（1003÷0+2002）",
    ],
)
def test_a_formula_that_does_not_give_the_figure_proves_nothing(text):
    assert _derived(text) is None


@pytest.mark.parametrize(
    "text", ["合计3005亿元", "合计3005亿元（含贷款）", "合计3005亿元（见表1）", "3005亿元"]
)
def test_words_in_brackets_are_no_formula(text):
    figure = parse_figures(text)[0]
    assert formula_of(figure, text) is None


@pytest.mark.parametrize("text", ["", "1003", "1003 2002", "1003+", "(1003", "x+1", "1003*2002"])
def test_what_is_no_arithmetic_over_cited_figures_is_refused(text):
    if text == "1003":
        assert read_formula(text, _CITED).result.value == 1003 * 10**8
        return
    with pytest.raises(NotAFormula):
        read_formula(text, _CITED)


def test_a_figure_without_a_formula_is_told_the_one_it_may_come_from():
    (figure,) = parse_figures("合计3005亿元")
    assert derive(figure, _CITED).formula == "1003亿元 + 2002亿元"
    (figure,) = parse_figures("合计3007亿元")
    assert derive(figure, _CITED) is None


def _checks(said):
    checks = check_statement(Statement(said, (1,)), [evidence_of(1, _SOURCE)])
    return [(check.text, check.supported, check.note) for check in checks]


def test_the_lock_lets_a_proven_figure_through_and_shows_the_sum():
    assert _checks("合计3005亿元（1003+2002）。") == [
        ("3005亿元", True, "1003亿元 + 2002亿元 = 3005亿元")
    ]


def test_the_lock_stops_a_derived_figure_without_its_formula():
    ((text, supported, note),) = _checks("合计3005亿元。")
    assert (text, supported) == ("3005亿元", False)
    assert "也未写出算式" in note
    assert "1003亿元 + 2002亿元" in note


def test_a_printed_figure_does_not_prove_the_formula_beside_it():
    checks = _checks("贷款余额20314亿元（1003+3003）。")
    assert [(text, supported) for text, supported, _ in checks] == [
        ("20314亿元", True),
        ("1003", False),
        ("3003", False),
    ]


def test_the_numbers_of_a_formula_that_fails_are_claims_too():
    checks = _checks("合计3006亿元（1003+3003）。")
    assert [(text, supported) for text, supported, _ in checks] == [
        ("3006亿元", False),
        ("1003", False),  # 1003 of nothing is not 1003亿元
        ("3003", False),
    ]


@settings(max_examples=500, deadline=None)
@given(
    st.integers(1001, 10**7),
    st.integers(1001, 10**7),
    st.sampled_from(["亿元", "人", "万吨", "美元"]),
    st.integers(-3, 3),
)
def test_a_sum_passes_only_where_it_is_the_sum(first, second, unit, error):
    cited = parse_figures(f"甲为{first}{unit}。乙为{second}{unit}。")
    (figure,) = parse_figures(f"合计{first + second + error}{unit}")
    found = derive(figure, cited, formula=f"{first}+{second}")
    assert (found is not None) is (error == 0)


@settings(max_examples=500, deadline=None)
@given(st.integers(1001, 10**6), st.integers(1001, 10**6), st.integers(0, 3))
def test_a_growth_passes_as_rounded_and_not_one_digit_off(before, after, places):
    cited = parse_figures(f"上年为{before}亿元，今年为{after}亿元。")
    growth = Decimal(after - before) / before * 100
    last = Decimal(1).scaleb(-places)
    rounded = growth.quantize(last)
    formula = f"({after}-{before})/{before}"
    (figure,) = parse_figures(f"增速为{rounded:f}%")
    if before == after or not rounded:
        return
    assert derive(figure, cited, formula=formula).operation is Operation.GROWTH
    for off in (rounded + 2 * last, rounded - 2 * last):
        (wrong,) = parse_figures(f"增速为{off:f}%")
        assert derive(wrong, cited, formula=formula) is None
