"""Whether a text names the things a question is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.subject import subject_coverage, subjects


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("斑纹石鲷的食物是什么？", ["斑纹石鲷", "食物"]),
        ("谁担任云河县档案馆的什么职务？", ["云河县档案馆"]),  # 职务 is the kind of the answer
        ("渔港有几座灯塔？", ["渔港", "灯塔"]),
        ("漁港在哪一個縣？", ["渔港"]),  # as simplified characters
        ("谁？", []),
    ],
)
def test_the_things_named_are_taken_whole(question, named):
    assert subjects(question) == named


@pytest.mark.parametrize(
    ("text", "coverage"),
    [
        ("斑纹石鲷吃小虾，食物很杂。", 1.0),
        ("银线石鲷吃小虾，食物很杂。", pytest.approx((4 / 3 + 2) / 6)),  # 石鲷 of 斑纹石鲷
        ("斑紋石鯛的食物是小蝦。", 1.0),  # traditional characters
        ("台风登陆。", 0.0),
        ("", 0.0),
    ],
)
def test_a_text_is_judged_by_pairs_of_characters_and_the_length_of_each_thing(text, coverage):
    assert subject_coverage(["斑纹石鲷", "食物"], text) == coverage


def test_where_nothing_is_named_every_text_will_do():
    assert subject_coverage([], "台风登陆。") == 1.0


@given(st.lists(st.text(min_size=2, max_size=6), max_size=4), st.text(max_size=60))
def test_the_coverage_is_a_share_and_grows_with_the_text(named, text):
    share = subject_coverage(named, text)
    assert 0 <= share <= 1
    assert subject_coverage(named, text + "。" + "。".join(named)) >= share - 1e-9
