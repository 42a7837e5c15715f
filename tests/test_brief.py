"""Short answers are copied from the sentences shown, never taken from the model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.brief import find_words, read_brief
from rag.cite import Statement
from tests.scripted_llm import evidence_of

_SHOWN = (
    evidence_of(1, "云河县建于１,９５６年，县城设在柳林镇。"),
    evidence_of(2, "云河县有三座大坝：青石坝、白沙坝和红岩坝。"),
    evidence_of(3, "今年 GDP 增长14.3%，县长是林一舟。"),
)


@pytest.mark.parametrize(
    ("said", "text", "number"),
    [
        ("柳林镇", "柳林镇", 1),
        ("柳林镇。", "柳林镇", 1),
        ("柳林镇[1]", "柳林镇", 1),
        ("答案：柳林镇", "柳林镇", 1),
        ("Answer: gdp", "GDP", 3),  # the source's own letters
        ("1,956 年", "１,９５６年", 1),  # width and spaces aside, as printed
        ("柳 林\n镇", "柳林镇", 1),
        ("14.3%", "14.3%", 3),
        ("青石坝、白沙坝和红岩坝", "青石坝、白沙坝和红岩坝", 2),
    ],
)
def test_the_words_are_given_as_the_sentence_prints_them(said, text, number):
    assert read_brief(said, _SHOWN) == [Statement(text, (number,))]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("3", "三座"),  # the source's own digits and unit
        ("3座", "三座"),
    ],
)
def test_a_figure_alone_is_given_with_its_unit_and_words_of_the_question_fall_away(said, text):
    [statement] = read_brief(said, _SHOWN, "云河县有几座大坝？")
    assert (statement.text, statement.numbers) == (text, (2,))


@pytest.mark.parametrize(
    "said",
    [
        "柳树镇",  # not there
        "4.3%",  # the end of 14.3%
        "14.3%以上",  # more than is there
        "柳林镇在云河县",
        "青石坝、黑水坝",  # one of the list stands nowhere
        "",
        " 。[1]",
        "答案：",
    ],
)
def test_what_stands_in_no_sentence_is_no_answer(said):
    assert read_brief(said, _SHOWN) == []


def test_a_list_is_looked_up_item_by_item():
    # neither order nor sentence has to be the source's
    assert read_brief("红岩坝和青石坝、林一舟", _SHOWN) == [
        Statement("红岩坝", (2,)),
        Statement("青石坝", (2,)),
        Statement("林一舟", (3,)),
    ]


def test_the_first_sentence_that_has_it_is_cited():
    shown = (evidence_of(1, "云河县"), evidence_of(2, "柳林镇"), evidence_of(3, "在柳林镇"))
    assert read_brief("柳林镇", shown) == [Statement("柳林镇", (2,))]


@pytest.mark.parametrize(
    ("said", "text", "span"),
    [
        ("4.3%", "14.3%", None),
        ("14", "141", None),
        ("年", "1956年", (4, 5)),
        ("Ⅱ", "第Ⅱ期", (1, 2)),  # NFKC makes two letters of one
        ("iI", "第Ⅱ期", (1, 2)),
        ("𠮷野", "在𠮷野家", (1, 3)),
        ("  ", "空白", None),
        ("甲", "", None),
    ],
)
def test_offsets_are_those_of_the_text_as_it_stands(said, text, span):
    assert find_words(said, text) == span


_LETTERS = st.text(alphabet="云河县Ａａ１1 .,%　，\n", max_size=12)


@given(_LETTERS, _LETTERS, _LETTERS)
def test_words_between_other_words_are_found_there_or_earlier(before, words, after):
    text = f"{before}甲{words}乙{after}"
    start, end = find_words(f"甲{words}乙", text)
    # 甲 stands once, so there is one place only
    assert (start, end) == (len(before), len(before) + len(words) + 2)


@pytest.mark.parametrize(
    ("said", "text", "span"),
    [
        ("4.3%", "增长14.3%，下降4.3%", (10, 14)),  # the first one is the end of another figure
        ("增长4", "增长4.3%", None),
        ("956年", "建于1,956年", None),
        ("1", "共1,956年", None),
        ("12", "共12。5人", (1, 3)),
        ("3", "比分3:2", (2, 3)),
        ("5人", "第12，5人到场", (4, 6)),
        ("12", "第12，5人到场", (1, 3)),
    ],
)
def test_a_figure_is_never_cut(said, text, span):
    assert find_words(said, text) == span


def test_a_list_is_given_as_its_sentence_prints_it():
    shown = [evidence_of(1, "航线跨三个区：第四区、第十一区和第十二区。")]
    assert read_brief("第四区、第十一区、第十二区", shown) == [
        Statement("第四区、第十一区和第十二区", (1,))
    ]
    apart = [evidence_of(1, "航线先到第四区，三天后到第十一区和第十二区。")]
    assert read_brief("第四区、第十一区", apart) == [
        Statement("第四区", (1,)),
        Statement("第十一区", (1,)),
    ]


def test_a_name_that_begins_like_a_list_is_not_cut():
    assert read_brief("和平路", [evidence_of(1, "比赛在太平路举行。")]) == []


def test_what_is_longer_than_a_brief_answer_is_none():
    assert read_brief("云" * 201, [evidence_of(1, "云" * 300)]) == []
    assert read_brief("云" * 200, [evidence_of(1, "云" * 300)]) == [Statement("云" * 200, (1,))]
