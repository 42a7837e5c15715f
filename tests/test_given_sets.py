"""Sets whose questions bring their texts: read whole or not at all, every bad line named."""

import gzip
import json

import pytest

from eval.given_sets import read_reading, read_rgb
from index.errors import BadInput

_RGB = {
    "id": "r1",
    "task": "noise",
    "question": " 云城地铁二号线有多少座车站？ ",
    "answers": [["23座", "二十三座"], ["2031年"]],
    "docs": [
        {"text": "二号线共设23座车站。\n", "label": "gold"},
        {"text": "  "},
        {"text": "天气晴。"},
    ],
    "noise_rate": 0.4,
}
_READING = {
    "id": "c1",
    "question": "县城在哪里？",
    "context": "云河县县城设在柳林镇。",
    "answers": ["柳林镇", "柳林"],
    "answerable": True,
    "title": "云河县",
    "source": "ours",
}


@pytest.fixture
def file(tmp_path):
    def write(*rows):
        path = tmp_path / "set.jsonl"
        lines = [
            row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def test_an_rgb_row_is_a_question_with_its_documents(file):
    (question,) = read_rgb(file(_RGB))
    assert (question.id, question.type, question.noise_rate) == ("r1", "noise", 0.4)
    assert question.question == "云城地铁二号线有多少座车站？"
    # an empty document is left out; the others keep their places in the row
    assert [(article.id, article.body) for article in question.articles] == [
        ("doc-1", "二号线共设23座车站。"),
        ("doc-3", "天气晴。"),
    ]
    assert question.answers == (("23座", "二十三座"), ("2031年",))
    assert question.answerable
    assert question.fake_answers == ()


def test_what_the_judge_knows_of_a_document_is_not_in_its_article(file):
    (question,) = read_rgb(file(_RGB))
    assert "gold" not in repr(question.articles)
    assert {article.published for article in question.articles} == {None}


@pytest.mark.parametrize("task", ["noise", "integration", "counterfactual", "conflict"])
def test_only_rejection_has_no_answer(file, task):
    assert read_rgb(file({**_RGB, "task": task}))[0].answerable
    assert not read_rgb(file({**_RGB, "task": "reject"}))[0].answerable


def test_forged_answers_are_kept_apart(file):
    (question,) = read_rgb(file({**_RGB, "fake_answers": [["32座"]]}))
    assert (question.answers[0], question.fake_answers) == (("23座", "二十三座"), (("32座",),))


def test_a_reading_row_is_a_question_with_its_passage(file):
    (question,) = read_reading(file(_READING))
    assert (question.id, question.type, question.source) == ("c1", "ours", "ours")
    (passage,) = question.articles
    assert (passage.id, passage.title, passage.body) == (
        "passage",
        "云河县",
        "云河县县城设在柳林镇。",
    )
    # one part, which any of the forms fills
    assert question.answers == (("柳林镇", "柳林"),)
    assert question.answerable


def test_an_unanswerable_row_is_a_type_of_its_own(file):
    (question,) = read_reading(file({**_READING, "answers": [], "answerable": False}))
    assert (question.type, question.source, question.answerable) == ("unanswerable", "ours", False)
    assert question.answers == ()


def test_blank_lines_further_fields_and_packed_files_are_no_obstacle(file, tmp_path):
    path = file(_RGB, "", {**_RGB, "id": "r2", "gold": [{"deep": [1]}]}, "  ")
    assert [question.id for question in read_rgb(path)] == ["r1", "r2"]
    packed = tmp_path / "set.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_rgb(packed) == read_rgb(path)


def test_emoji_widths_and_quotes_come_through(file):
    text = "“𠮷”🌊 ３.５％ 1,000\u2028元 <b>&amp;</b>"
    (question,) = read_reading(file({**_READING, "context": text}))
    assert question.articles[0].body == text


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"id": None}, "id: "),
        ({"id": ""}, "id: "),
        ({"id": "a\x1b[2J"}, "id: "),
        ({"id": "a\n"}, "id: "),
        ({"id": "i" * 201}, "id: "),
        ({"task": "\x9bm"}, "task: "),
        ({"question": "  "}, "question: "),
        ({"question": "问" * 501}, "question: "),
        ({"answers": "23座"}, "answers: "),
        ({"answers": [["23座"], []]}, r"answers\.1: "),
        ({"answers": [[23]]}, r"answers\.0\.0: "),
        ({"docs": [{"words": "x"}]}, r"docs\.0\.text: "),
        ({"docs": None}, "docs: "),
        ({"noise_rate": "much"}, "noise_rate: "),
        ({"fake_answers": [[]]}, r"fake_answers\.0: "),
    ],
)
def test_a_field_of_the_wrong_kind_is_named_with_its_line(file, row, fault):
    path = file(_RGB, {**_RGB, "id": "r2", **row})
    with pytest.raises(BadInput, match=rf"cannot be used: line 2: {fault}") as told:
        read_rgb(path)
    assert str(told.value).endswith("Its format: docs/answers-format.md")
    assert str(told.value).isprintable()


@pytest.mark.parametrize("field", ["id", "task", "question", "answers", "docs"])
def test_a_field_that_is_not_there_is_named(file, field):
    row = {key: value for key, value in _RGB.items() if key != field}
    with pytest.raises(BadInput, match=f"line 1: {field}: "):
        read_rgb(file(row))


@pytest.mark.parametrize("field", ["id", "question", "context", "answers", "answerable"])
def test_a_field_that_a_reading_row_lacks_is_named(file, field):
    row = {key: value for key, value in _READING.items() if key != field}
    with pytest.raises(BadInput, match=f"line 1: {field}: "):
        read_reading(file(row))


def test_every_bad_line_is_named_and_nothing_is_read(file):
    path = file("{", _RGB, "[]", {**_RGB, "question": ""}, _RGB)
    with pytest.raises(BadInput) as told:
        read_rgb(path)
    message = str(told.value)
    for told_line in ("line 1: ", "line 3: ", "line 4: question: "):
        assert told_line in message
    assert 'line 5: id "r1" is also on line 2' in message
    assert "line 2: " not in message


@pytest.mark.parametrize(
    "line",
    ["[" * 100_000, '{"id": ' + "9" * 5000 + "}", '"text"', "null", "x" * 1_000_001],
    ids=["deep", "number", "text", "null", "long"],
)
def test_a_huge_or_odd_line_is_one_line_of_error(file, line):
    with pytest.raises(BadInput, match="line 1: ") as told:
        read_rgb(file(line))
    assert len(str(told.value)) < 1000
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "No such file"),
        (b"", "the file is empty"),
        (b"\n \n", "has no rows"),
        (b"PK\x03\x04\x00", "not text"),
    ],
)
def test_a_file_that_is_no_set_is_named(tmp_path, content, fault):
    path = tmp_path / "set.jsonl"
    if content is not None:
        path.write_bytes(content)
    for read in (read_rgb, read_reading):
        with pytest.raises(BadInput, match=rf"set\.jsonl.*{fault}"):
            read(path)


def test_an_answerable_question_needs_an_answer(file):
    told = "line 1: answers: an answerable question needs one at least"
    with pytest.raises(BadInput, match=told):
        read_reading(file({**_READING, "answers": []}))
    with pytest.raises(BadInput, match=told):
        read_rgb(file({**_RGB, "answers": []}))
    assert read_rgb(file({**_RGB, "answers": [], "task": "reject"}))[0].answers == ()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"answers": [["23座", " "]]}, r"answers\.0\.1: "),
        ({"noise_rate": 1.5}, "noise_rate: "),
        ({"noise_rate": float("nan")}, "noise_rate: "),
        ({"noise_rate": "0.4"}, "noise_rate: "),
    ],
)
def test_an_empty_form_and_a_rate_that_is_none_are_named(file, row, fault):
    with pytest.raises(BadInput, match=f"line 1: {fault}"):
        read_rgb(file({**_RGB, **row}))


def test_yes_is_not_true(file):
    with pytest.raises(BadInput, match="line 1: answerable: "):
        read_reading(file({**_READING, "answerable": "yes"}))
