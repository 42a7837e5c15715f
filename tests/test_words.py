"""Words for matching: simplified, lower case, half width, figures whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import fold, fold_characters, tagged_words, traditional, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("准备金率", ["准备", "准备金", "准备金率"]),  # a compound with its parts
        ("20,314亿元3.5%", ["20314", "亿元", "3.5%"]),
        ("１，０００", ["1000"]),
        ("居民、企業", ["居民", "企业"]),
        ("State-of-the-art don't", ["state-of-the-art", "don't"]),
        ("ＡＢＣ", ["abc"]),
        ("😀笑。！…", ["笑"]),
        ("", []),
    ],
)
def test_words_are_folded_and_figures_whole(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＧＤＰ，％", "gdp,%"),
        ("貸款餘額", "贷款余额"),
        ("ABC", "abc"),
        ("😀", "😀"),
        ("\ud800贷款", "\ufffd贷款"),  # half a character
        ("\udfff貸款", "\ufffd贷款"),
    ],
)
def test_full_width_capitals_and_traditional_characters_fold_away(text, folded):
    assert fold(text) == folded


def test_traditional_words_are_the_simplified_ones():
    assert words("青島貸款餘額同比增長") == words("青岛贷款余额同比增长")


def test_an_answer_can_be_put_in_traditional_characters_and_back():
    assert traditional("贷款余额31250亿元[1]。") == "貸款餘額31250億元[1]。"
    assert fold(traditional("贷款余额")) == "贷款余额"


def test_tags_tell_places_people_and_numbers():
    tags = dict(tagged_words("陈志远在青岛说了3次"))
    assert (tags["青岛"], tags["3"]) == ("ns", "m")
    assert tags["陈志远"].startswith("nr")


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text):
    assert words(fold(text)) == words(text)


@given(st.text(max_size=80))
def test_words_have_no_white_space_or_capitals_in_them(text):
    assert all(word and word == word.strip() == word.lower() for word in words(text))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_a_passage_folds_to_a_passage_of_the_folded_text(before, passage, after):
    assert fold_characters(passage) in fold_characters(before + passage + after)
