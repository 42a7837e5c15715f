"""From weighed sentences to articles: the best first, and behind the first six something new."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.briefs import brief_at
from index.types import Sentence
from rag.evidence import Candidate
from rag.ranking import rank_articles, spread_out
from rag.types import Lane
from tests.scripted_llm import article


def _said(article_id: str, score: float, text: str = "步道开放。") -> Candidate:
    printed = article(article_id, "步道", text, published=date(2024, 7, 1))
    sentence = Sentence(article_id, 0, len(text), text)
    return Candidate(sentence, printed, Lane.BOTH, "", brief_at(printed, 0), score=score)


def test_an_article_counts_as_its_best_sentence_whatever_their_order():
    sentences = [_said("a", 0.2), _said("b", 0.9), _said("a", 1.0), _said("c", 0.5)]
    assert rank_articles(sentences, period_asked=True) == ["a", "b", "c"]


def test_a_second_sentence_decides_between_two_that_are_nearly_as_good():
    # two: 0.97 + 0.05 * 0.8 = 1.01 against one: 1.0
    sentences = [_said("one", 1.0), _said("two", 0.97), _said("two", 0.8)]
    assert rank_articles(sentences, period_asked=False) == ["two", "one"]
    # 0.9 + 0.05 * 0.9 = 0.945 is not enough
    sentences = [_said("one", 1.0), _said("two", 0.9), _said("two", 0.9)]
    assert rank_articles(sentences, period_asked=False) == ["one", "two"]


def test_for_a_period_one_sentence_counts_alone():
    sentences = [_said("one", 1.0), _said("two", 0.97), _said("two", 0.8)]
    assert rank_articles(sentences, period_asked=True) == ["one", "two"]


def test_a_second_sentence_never_counts_against_an_article():
    sentences = [_said("a", 1.0), _said("b", 1.0), _said("a", -3.0)]
    assert rank_articles(sentences, period_asked=False) == ["a", "b"]  # a tie: by id


def test_behind_the_first_six_what_repeats_an_earlier_sentence_falls_back():
    first = [_said(f"a{n}", 2.0 - n / 10, "主演有林一舟。") for n in range(6)]
    again = [_said(f"b{n}", 1.3 - n / 10, "主演有林一舟。") for n in range(3)]
    new = _said("new", 0.6, "周可饰演船长。")
    ranked = [item.article.id for item in (*first, *again, new)]
    # new: 0.6 less nothing shared; b0: 1.3 - 1.25 * 1 = 0.05
    assert spread_out(ranked, [*first, *again, new]) == (
        *(f"a{n}" for n in range(6)),
        "new",
        "b0",
        "b1",
        "b2",
    )


def test_what_was_placed_behind_the_first_six_counts_as_said_too():
    first = [_said(f"a{n}", 2.0, f"第{n}号展厅开放。") for n in range(6)]
    rest = [
        _said("b", 1.0, "周可饰演船长。"),
        _said("c", 0.9, "周可饰演船长。"),
        _said("d", 0.4, "许宁写下剧本。"),
    ]
    ranked = [item.article.id for item in (*first, *rest)]
    assert spread_out(ranked, [*first, *rest])[6:] == ("b", "d", "c")


def test_a_clearly_better_sentence_stays_before_a_new_one():
    first = [_said(f"a{n}", 2.0, "步道免费开放。") for n in range(6)]
    rest = [_said("again", 1.9, "步道免费开放。"), _said("new", 0.5, "台风今晨登陆。")]
    ranked = [item.article.id for item in (*first, *rest)]
    assert spread_out(ranked, [*first, *rest])[6:] == ("again", "new")  # 1.9 - 1.25 > 0.5


@given(
    st.lists(
        st.tuples(st.sampled_from("甲乙丙丁戊己庚辛壬癸"), st.floats(-2, 3), st.text("步道开放。")),
        max_size=20,
    )
)
def test_no_article_is_lost_or_doubled_and_the_first_six_stay(found):
    sentences = [_said(key, score, text or "。") for key, score, text in found]
    ranked = rank_articles(sentences, period_asked=False)
    assert sorted(ranked) == sorted({key for key, _, _ in found})
    spread = spread_out([*ranked, "无句"], sentences)
    assert spread[:6] == tuple([*ranked, "无句"][:6])
    assert sorted(spread) == sorted([*ranked, "无句"])


def test_nothing_found_is_no_article():
    assert rank_articles([], period_asked=False) == []
    assert spread_out([], []) == ()


@pytest.mark.parametrize("count", [1, 6])
def test_a_short_list_keeps_its_order(count):
    sentences = [_said(f"{n}", 1.0 - n / 10) for n in range(count)]
    ranked = [item.article.id for item in sentences]
    assert spread_out(ranked, sentences) == tuple(ranked)
