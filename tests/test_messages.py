"""What the model is shown and what the user is told, in the question's language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.messages import (
    answer_messages,
    evidence_line,
    in_question_language,
    is_refusal,
    not_found_text,
    note,
    translation_messages,
)
from rag.types import Query
from tests.scripted_llm import evidence_of

_E1 = evidence_of(1, "步道总长12公里。", title="公园完工")
_LANGUAGES = ("zh-Hans", "zh-Hant", "en", "ja", "ko")


def _said(language, question="步道多长？", asked="How long is it?"):
    return [
        (str(message.role.value), message.content)
        for message in answer_messages(Query(asked, question, language), [_E1])
    ]


def test_an_evidence_line_has_number_headline_paper_and_day():
    assert evidence_line(_E1) == "[1] 《公园完工》 海湾日报 2024-07-18：步道总长12公里。"


def test_an_unknown_paper_and_day_leave_no_gap():
    item = evidence_of(2, "步道。", title="公园", source="", published=None)
    assert evidence_line(item) == "[2] 《公园》：步道。"


def test_the_model_hears_the_rules_the_evidence_and_the_question():
    (system, rules), (user, words) = _said("zh-Hans")
    assert (system, user) == ("system", "user")
    assert words == f"{evidence_line(_E1)}\n问题：步道多长？\n回答："
    assert "步道" not in rules


def test_the_rules_are_the_same_for_every_question():
    # The server keeps them in its prefix cache.
    assert _said("zh-Hans")[0] == _said("zh-Hant", question="別的？")[0]


def test_an_english_question_is_put_as_it_was_asked():
    (_, rules), (_, words) = _said("en")
    assert words == f"{evidence_line(_E1)}\nQuestion: How long is it?\nAnswer:"
    assert rules.startswith("You look things up")


@pytest.mark.parametrize(("language", "name"), [("ja", "Japanese"), ("ko", "Korean")])
def test_japanese_and_korean_are_asked_for_by_name(language, name):
    assert f"How long is it? (Answer in {name}.)" in _said(language)[1][1]


def test_the_question_to_translate_is_the_whole_user_message():
    assert translation_messages("Who runs it?")[-1].content == "Who runs it?"


@pytest.mark.parametrize(
    "text",
    [
        "没有找到。",
        "沒有找到。",
        "找不到答案",
        "给出的句子没有提到这一点。",
        "无法确定",
        "Not found.",
        "The sentences do not mention it.",
        "見つかりません",
        "찾지 못했습니다",
        "",
        " \n",
    ],
)
def test_a_refusal_is_recognised(text):
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text", ["步道总长12公里[1]。", "The trail is 12 km long [1].", "没有[1]。"]
)
def test_an_answer_is_no_refusal(text):
    assert not is_refusal(text)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_the_fixed_sentences_read_as_refusals_and_differ_by_language(language):
    others = {not_found_text(other) for other in _LANGUAGES if other != language}
    assert not_found_text(language) not in others
    assert is_refusal(not_found_text(language))


def test_a_language_nobody_planned_for_is_answered_in_english():
    assert not_found_text("fr") == not_found_text("en")


@pytest.mark.parametrize("name", ["struck", "conflict"])
def test_notes_are_in_the_questions_script(name):
    simplified, traditional, english = (note(name, x) for x in ("zh-Hans", "zh-Hant", "en"))
    assert traditional == in_question_language(simplified, "zh-Hant") != simplified
    assert english.isascii()


def test_only_traditional_questions_change_the_characters():
    assert in_question_language("贷款余额", "zh-Hant") == "貸款餘額"
    assert in_question_language("贷款余额", "zh-Hans") == "贷款余额"
    assert in_question_language("贷款余额", "en") == "贷款余额"


@given(st.text(max_size=200), st.text(max_size=40))
def test_whatever_is_printed_an_evidence_line_is_one_line_with_one_marker(text, title):
    line = evidence_line(evidence_of(3, text, title=title))
    assert len(line.splitlines()) == 1
    assert line.startswith("[3] 《")
    assert not set("[]【】") & set(line.removeprefix("[3]"))
