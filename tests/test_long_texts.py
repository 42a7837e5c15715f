"""Texts of thousands of characters without a full stop: checked in seconds, none let through."""

import time
from itertools import product

import pytest

from index.figures import parse_figures
from index.words import fold
from rag import claim_text
from rag.claim_days import day_is_bound
from rag.claim_names import read_names
from rag.claim_text import LONGEST, Asked, Value
from rag.conflicts import find_conflict
from rag.verify_binding import other_value, turned
from rag.verify_clauses import told_figures, told_marks
from rag.verify_spans import parts_of
from tests.conflict_texts import detect, undated, weighed

_NAMES = [f"{a}{b}{c}" for a, b, c in product("王李张刘陈", "伟芳敏静丽", "强军洋勇艳杰娟涛")]
_SECONDS = 10  # each of these ran for minutes; now for a second at most


@pytest.fixture(autouse=True)
def _in_time():
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < _SECONDS


def test_repeated_prepositions_before_a_verb_are_read_in_one_way():
    text = "2月19日" + "在" * 2500 + "，上映"
    assert not day_is_bound(text, Value("2月19日", 0, 5), ("上映",))
    assert day_is_bound("2月19日在全国正式上映", Value("2月19日", 0, 5), ("上映",))


def test_a_word_made_of_two_others_does_not_multiply_the_readings():
    first, second = (f"云河县的粮食产量{'将近' * 24}呢{n}万吨。" for n in (5, 6))
    detect("云河县的粮食产量是多少吨？", undated(first, second))


def test_words_far_from_a_value_are_not_read(monkeypatch):
    read = []
    tagged = claim_text.tagged_words
    monkeypatch.setattr(claim_text, "tagged_words", lambda text: read.append(text) or tagged(text))
    claim_text.tokens_of.cache_clear()
    text = fold(f"会议的主持人{'、'.join(_NAMES)}出席会议。")[:900]
    read_names(text, Asked(query="谁是会议的主持人", anchors=("主持人",), person=True))
    assert sum(map(len, read)) < 20 * len(text)  # each gap of the list: 150 times its length


def test_a_list_of_a_thousand_characters_is_no_side_of_a_conflict():
    listed = f"云河县会议的主持人{'、'.join(_NAMES * 2)}出席。"
    assert len(listed) > LONGEST
    assert (
        detect("谁是云河县会议的主持人？", undated(listed, "云河县会议的主持人是赵明远。")) is None
    )


def test_sides_keep_their_numbers_beside_a_sentence_left_out():
    listed = f"电影《云河》2月19日上映，观众{'、'.join(_NAMES * 2)}。"
    films = [f"电影《云河》2月{day}日全国上映。" for day in (19, 20)]
    query, focus, periods, found = weighed("电影《云河》哪天上映？", undated(listed, *films))
    order = sorted(found, key=lambda item: -len(item.sentence.text))
    assert len(order[0].sentence.text) > LONGEST
    conflict = find_conflict(query.question, focus, periods, order)
    sides = {
        (side.value, order[n - 1].sentence.text) for side in conflict.sides for n in side.numbers
    }
    assert sides == {("2月19日", films[0]), ("2月20日", films[1])}


def _loans(count, *, first=1):
    return "，".join(f"{name}县贷款{first + n}亿元" for n, name in enumerate(_NAMES[:count]))


def test_a_figure_of_a_long_source_is_still_held_to_its_own_place():
    source = f"{_loans(120)}。"
    assert len(source) > LONGEST
    for name, other in ((_NAMES[4], False), (_NAMES[3], True)):  # 5亿元 is the fifth county's
        said = f"{name}县的全部贷款为5亿元"
        (figure,) = parse_figures(said)
        assert other_value(figure, said, f"{_loans(20)}。") is other
        assert other_value(figure, said, source) is other


def test_a_long_statement_is_let_through_only_word_for_word():
    text = f"{_loans(120)}。"
    assert not any(other_value(figure, text, text) for figure in parse_figures(text)[:20])
    moved = f"{_loans(120, first=2)}。"
    shared = parse_figures(moved)[:-1]  # the text ends one figure earlier
    assert all(other_value(figure, moved, text) for figure in shared)


def test_parts_are_the_whole_text_and_none_is_longer_than_the_bound():
    for text in (_loans(200), "的" * 5000, "。" * 2500, f"{'一' * 700}。{'二' * 700}"):
        parts = parts_of(text)
        assert "".join(parts) == text
        assert max(map(len, parts)) <= LONGEST


@pytest.mark.parametrize("mark", ["、", "，", ""])
def test_thousands_of_values_are_bound_in_time(mark):
    text = mark.join(f"{name}说{n}吨" for n, name in enumerate(_NAMES * 3))[:5000]
    folded = fold(text)
    spans = tuple((n, n + 3) for n in range(0, len(folded) - 3, 5))
    assert len(told_marks(folded, spans)) == len(spans)
    assert told_figures(text)
    assert turned(text, [text]) == ()
