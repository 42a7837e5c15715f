"""ROUGE-L: by hand, and by what any longest common subsequence has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.rouge import rouge_l, rouge_units

TEXTS = st.text(alphabet="海州贷款余额512亿元，。 ab", max_size=24)


def test_units_are_han_characters_words_and_whole_figures():
    assert rouge_units("６月末，GDP 增长5.4%。") == ["6", "月", "末", "gdp", "增", "长", "5.4%"]
    assert rouge_units("1,234人") == ["1234", "人"]
    assert rouge_units("，。！") == []


@pytest.mark.parametrize(
    ("text", "references", "score"),
    [
        # units 余额 512 亿元 = 5, reference 贷款 before it = 7, common 5: 2 * 5 / (5 + 7)
        ("余额512亿元", ["贷款余额512亿元"], 10 / 12),
        # order counts: 甲乙丙 and 丙甲乙 share 甲乙: 2 * 2 / (3 + 3)
        ("甲乙丙", ["丙甲乙"], 4 / 6),
        # a subsequence, not a run: 甲丙 of 甲乙丙: 2 * 2 / (2 + 3)
        ("甲丙", ["甲乙丙"], 4 / 5),
        # a figure is one unit: 512 is not half of 521
        ("521", ["512"], 0.0),
        # the best of the references
        ("甲乙", ["丙丁", "甲乙"], 1.0),
        ("", ["甲"], 0.0),
        ("甲", [], 0.0),
        ("甲", ["，"], 0.0),
    ],
)
def test_rouge_l_by_hand(text, references, score):
    assert rouge_l(text, references) == pytest.approx(score)


def test_full_width_and_case_are_one():
    assert rouge_l("ＧＤＰ增长５％", ["gdp增长5%"]) == 1.0


@given(TEXTS, TEXTS)
def test_rouge_l_is_symmetric_and_between_0_and_1(one, two):
    assert rouge_l(one, [two]) == pytest.approx(rouge_l(two, [one]))
    assert 0 <= rouge_l(one, [two]) <= 1


@given(TEXTS)
def test_a_text_is_wholly_like_itself(text):
    assert rouge_l(text, [text]) == (1.0 if rouge_units(text) else 0.0)


@given(TEXTS, TEXTS)
def test_the_common_part_is_what_difflib_cannot_beat(one, two):
    """Matching blocks are one common subsequence; the longest is at least as long."""
    from difflib import SequenceMatcher

    a, b = rouge_units(one), rouge_units(two)
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    shared = sum(block.size for block in blocks)
    if a and b:
        assert rouge_l(one, [two]) >= 2 * shared / (len(a) + len(b)) - 1e-12
