"""How much of a question a sentence speaks of: weights and shares, worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.coverage import coverage, phrase_weights, phrased, said_or_synonym, term_weights

_NONE = frozenset()
_WORDS = st.frozensets(st.sampled_from(["青岛", "贷款", "余额", "gdp", "生产总值", "居民"]))


def _idf(total, with_term):
    return math.log((total - with_term + 0.5) / (with_term + 0.5) + 1)


def test_a_rare_word_weighs_its_inverse_document_frequency():
    spoken = [frozenset({"余额"}), _NONE, _NONE, _NONE]
    assert term_weights(["余额"], spoken) == {"余额": pytest.approx(_idf(4, 1))}


def test_a_word_that_every_sentence_says_still_counts_a_little():
    weights = term_weights(["青岛"], [frozenset({"青岛"})] * 50)
    assert _idf(50, 50) < 0.01 < weights["青岛"]


def test_a_word_that_no_sentence_says_weighs_no_more_than_one_that_some_say():
    weights = term_weights(["贵了", "余额"], [frozenset({"余额"}), _NONE, _NONE])
    assert 0 < weights["贵了"] < weights["余额"]


def test_a_statistic_is_said_by_its_other_name():
    assert said_or_synonym("gdp", frozenset({"生产总值"}))
    assert said_or_synonym("生产总值", frozenset({"gdp"}))
    assert not said_or_synonym("gdp", frozenset({"总值"}))
    # CPI's other name has three words; two of them are something else.
    assert said_or_synonym("cpi", frozenset({"居民", "消费", "价格"}))
    assert not said_or_synonym("cpi", frozenset({"居民", "消费"}))


def test_everything_said_is_one_and_nothing_said_is_zero():
    weights = {"青岛": 0.3, "余额": 1.2}
    said = frozenset(weights)
    assert coverage(weights, _NONE, said, _NONE, _NONE, _NONE) == pytest.approx(1)
    assert coverage(weights, _NONE, _NONE, _NONE, _NONE, _NONE) == 0
    assert coverage({}, _NONE, said, said, said, said) == 0


def test_a_word_said_in_the_sentence_counts_its_share_of_the_weight():
    weights = {"青岛": 0.5, "余额": 1.5}
    assert coverage(weights, _NONE, frozenset({"余额"}), _NONE, _NONE, _NONE) == 1.5 / 2.0


def test_the_nearer_a_word_stands_the_more_it_counts():
    weights, word = {"余额": 1.0}, frozenset({"余额"})
    places = [
        coverage(weights, _NONE, *(word if i == at else _NONE for i in range(4))) for at in range(4)
    ]
    assert places[0] == 1
    assert places == sorted(places, reverse=True)
    assert len(set(places)) == 4
    assert places[-1] > 0


def test_a_place_in_the_headline_goes_for_the_article_more_than_a_measure_does():
    weights, word = {"青岛": 1.0}, frozenset({"青岛"})
    as_place = coverage(weights, word, _NONE, _NONE, word, _NONE)
    assert as_place > coverage(weights, _NONE, _NONE, _NONE, word, _NONE)


def test_a_phrase_counts_half_where_only_the_article_has_it():
    weights = phrase_weights(["贷款余额", "地铁四号"], ["贷款余额31250亿元", "别的"])
    assert weights == {"贷款余额": pytest.approx(_idf(2, 1))}  # one that nobody has is dropped
    assert phrased(weights, "贷款余额31250亿元", "") == 1
    assert phrased(weights, "别的", "贷款余额见下") == 0.5
    assert phrased(weights, "别的", "别的") == 0
    assert phrased({}, "贷款余额", "贷款余额") == 0


@given(st.lists(_WORDS, max_size=6), _WORDS, _WORDS, _WORDS, _WORDS, _WORDS, _WORDS)
def test_coverage_is_a_share(spoken, terms, anchors, said, nearby, headline, body):
    weights = term_weights(sorted(terms), spoken)
    got = coverage(weights, anchors, said, nearby, headline, body)
    assert 0 <= got <= 1 + 1e-9
    # Saying one more of the question's words never takes anything away.
    assert coverage(weights, anchors, said | terms, nearby, headline, body) >= got - 1e-9


@given(st.lists(st.text("青岛贷款", min_size=1, max_size=4), max_size=4), st.text("青岛贷款"))
def test_phrased_is_a_share(phrases, text):
    assert 0 <= phrased(phrase_weights(phrases, [text, ""]), text, text) <= 1 + 1e-9
