"""A city's figure counts for its province, not the other way round; an open clause stays open."""

import pytest

from rag.binding import answers_another, other_place
from rag.focus import read_focus


@pytest.mark.parametrize(
    ("asked", "sentence", "other"),
    [
        ("山东", "青岛贷款余额31250亿元。", False),  # a city of the province
        ("江苏", "青岛贷款余额31250亿元。", True),  # a city of another one
        ("青岛", "山东贷款余额15万亿元。", True),  # the province is not the city
        ("青岛", "济南贷款余额31250亿元。", True),  # another city of the same province
        ("山东", "太原下降2%，青岛增长3%。", False),  # one of them is inside
        ("山东", "亚运城市贷款余额3亿元。", False),  # 运城 is not named
        ("山东", "山西运城贷款余额3亿元。", True),
    ],
)
def test_a_place_inside_the_one_asked_about_is_no_other(asked, sentence, other):
    assert other_place(sentence, read_focus(f"{asked}贷款余额是多少？")) is other


_CASES = "新增确诊病例588例，其中本土病例526例。"


@pytest.mark.parametrize(
    ("question", "said", "another"),
    [
        # 新增, 确诊, 病例 are in the first clause; the second has no word of its own: another's.
        ("昨日新增确诊病例多少例？", "526例", True),
        ("昨日新增确诊病例多少例？", "588例", False),
        # 本土 was asked and only the second clause says it, the first shares more words: open.
        ("昨日新增本土确诊病例多少例？", "526例", False),
    ],
)
def test_a_clause_with_a_word_of_the_question_of_its_own_is_left_open(question, said, another):
    assert answers_another(said, _CASES, read_focus(question)) is another
