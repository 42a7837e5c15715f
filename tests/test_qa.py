import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from eval.qa import Score, run_questions, score_answer, summary_lines
from eval.questions import Gold, Question, read_questions
from index.errors import BadInput
from index.types import Coverage, DateKnown
from rag.types import (
    Answer,
    Check,
    CheckKind,
    Citation,
    Evidence,
    Lane,
    Query,
    Status,
)

_ROOT = Path(__file__).parents[1]
_LOANS = "6月末，云城各项贷款余额512亿元，同比增长9.5%。"
_DEPOSITS = "6月末，云城各项存款余额498亿元。"
_ROW = {
    "id": "a",
    "type": "figure",
    "question": "云城贷款余额多少？",
    "answerable": True,
    "answers": [["512亿元", "0.0512万亿元"]],
    "gold": [{"article_id": "yc-1", "quote": _LOANS}],
    "as_of": "2031-07-21",
}


def test_a_right_answer_scores_in_every_measure():
    assert _score() == Score(
        id="a",
        type="figure",
        status="answered",
        answerable=True,
        right=True,
        cited=True,
        gold_sentence=True,
        refused=False,
        found=True,
        unsupported=0,
        characters=9,  # 贷款余额512亿元 without its marker: 4 + 3 + 2
        seconds=1.5,
        first_word=0.5,
    )


def test_a_wrong_figure_moves_only_right():
    assert _score(text="贷款余额521亿元[1]") == replace(_score(), right=False)


def test_a_longer_figure_is_a_wrong_one():
    assert _score(text="贷款余额1512亿[1]") == replace(_score(), right=False)


def test_a_citation_of_another_article_moves_only_the_citation_measures():
    wrong = _score(citations=(_citation("yc-2", _LOANS),))
    assert wrong == replace(_score(), cited=False, gold_sentence=False)


def test_another_sentence_of_the_gold_article_moves_only_the_sentence():
    wrong = _score(citations=(_citation("yc-1", _DEPOSITS),))
    assert wrong == replace(_score(), gold_sentence=False)


def test_an_answer_without_citations_is_not_cited():
    assert _score(citations=()) == replace(_score(), cited=False, gold_sentence=False)


def test_one_of_two_citations_is_enough():
    both = (_citation("yc-2", _DEPOSITS), _citation("yc-1", _LOANS))
    assert _score(citations=both) == _score()


def test_evidence_that_misses_the_gold_sentence_moves_only_found():
    assert _score(evidence=(_evidence("yc-1", _DEPOSITS),)) == replace(_score(), found=False)
    assert _score(evidence=()) == replace(_score(), found=False)


@pytest.mark.parametrize(
    "quote", ["云城各项贷款余额512亿元", f"此前，{_LOANS}", "6月末，\n云城各项贷款"]
)
def test_a_quote_that_holds_the_gold_or_lies_in_it_is_the_gold_sentence(quote):
    assert _score(citations=(_citation("yc-1", quote),)).gold_sentence is True


def test_an_empty_quote_is_no_gold_sentence():
    assert _score(citations=(_citation("yc-1", " "),)).gold_sentence is False


def test_an_unsupported_figure_moves_only_the_flags():
    checks = (
        Check(CheckKind.FIGURE, "512亿元", supported=True, markers=(1,)),
        Check(CheckKind.FIGURE, "9.5%", supported=False),
        Check(CheckKind.DATE, "6月末", supported=False),
    )
    assert _score(checks=checks) == replace(_score(), unsupported=2)


def test_refusing_an_answerable_question_is_wrong_and_has_no_citation_score():
    over = _score(status=Status.NOT_FOUND, text="没有找到。512亿元是另一城市的", citations=())
    assert (over.right, over.cited, over.gold_sentence, over.refused) == (False, None, None, True)
    assert over.found is True  # the search had it: the refusal came later


def test_refusing_an_unanswerable_question_has_no_other_score():
    refused = _score(_unanswerable(), status=Status.NOT_FOUND, text="没有找到", citations=())
    assert refused.refused is True
    measures = (refused.right, refused.cited, refused.gold_sentence, refused.found)
    assert measures == (None, None, None, None)


def test_answering_an_unanswerable_question_is_no_refusal():
    assert _score(_unanswerable()).refused is False
    assert _score(_unanswerable()).right is None


@pytest.mark.parametrize("status", [Status.EVIDENCE_ONLY, Status.PARTLY, Status.CONFLICT])
def test_other_statuses_are_scored_like_an_answer(status):
    assert _score(status=status) == replace(_score(), status=str(status))


def test_without_an_llm_there_is_no_first_word():
    score = _score(status=Status.EVIDENCE_ONLY, text=f"{_LOANS}[1]", timings={"total": 0.25})
    assert (score.right, score.seconds, score.first_word) == (True, 0.25, None)
    assert score.characters == len(_LOANS)


def test_every_part_is_needed():
    item = replace(_item(), answers=(("512亿元",), ("9.5%", "百分之九点五")))
    assert _score(item).right is False
    assert _score(item, text="余额512亿元，增长9.5%[1]").right is True


def test_gold_without_a_quote_means_the_article():
    item = replace(_item(), gold=(Gold("yc-1", ""),))
    score = _score(item, evidence=(_evidence("yc-1", _DEPOSITS),))
    assert (score.cited, score.gold_sentence, score.found) == (True, None, True)
    assert _score(item, evidence=(_evidence("yc-2", _LOANS),)).found is False


def test_without_gold_nothing_about_sources_is_measured():
    score = _score(replace(_item(), gold=()))
    assert (score.right, score.cited, score.gold_sentence, score.found) == (True, None, None, None)


def test_summary_keeps_absence_out_of_the_means():
    right, wrong = _score(), _score(text="贷款余额521亿元[1]", citations=())
    over = _score(status=Status.NOT_FOUND, text="没有", citations=(), timings={"total": 4.0})
    refused = _score(_unanswerable(), status=Status.NOT_FOUND, text="没有找到", citations=())
    # figure: right 1/3, cited 1/2 (the refusal has none), found 3/3, missed 1/3; characters 9 9 2.
    # ALL: refused 1/1 of the unanswerable; seconds 1.5 1.5 4 1.5; characters 9 9 2 4 -> 6.5 -> 6.
    told = summary_lines([right, wrong, over, refused])
    assert {len(line) for line in told} == {99}
    assert [" ".join(line.split()) for line in told] == [
        "type n right cited sentence found missed refused flags chars p50 s",
        "figure 3 0.333 0.500 0.500 1.000 0.333 – 0 9 1.50",
        "none 1 – – – – – 1.000 0 4 1.50",
        "ALL 4 0.333 0.500 0.500 1.000 0.333 1.000 0 6 1.50",
    ]


def test_summary_of_nothing_is_dashes():
    assert summary_lines([])[1].split() == ["ALL", "0", *"––––––", "0", "–", "–"]


def test_turns_are_asked_in_order_and_the_last_is_scored(tmp_path):
    item = replace(_item(), turns=("云城存款余额多少？", "那贷款呢？"))
    engine = _ScriptedEngine([_answer(text="498亿元[1]"), _answer()])
    done = []
    scores = run_questions(engine, [item], tmp_path / "run", on_done=lambda: done.append(1))
    day = date(2031, 7, 21)
    assert engine.asked == [
        ("云城存款余额多少？", [], day),
        ("那贷款呢？", ["498亿元[1]"], day),
    ]
    assert (scores, done) == ([_score(item)], [1])
    answers, rows = (_lines(tmp_path / "run" / f"{name}.jsonl") for name in ("answers", "scores"))
    assert [(row["id"], row["text"]) for row in answers] == [("a", "贷款余额512亿元[1]")]
    assert [Score(**row) for row in rows] == scores


# reading a QA set


def test_reads_every_field(tmp_path):
    assert _read(tmp_path, _ROW) == [_item()]


def test_defaults_turns_note_byte_order_mark_and_line_separators(tmp_path):
    row = {
        "id": "b",
        "type": "none",
        "turns": ["甲\u2028？", "乙？"],
        "answerable": False,
        "note": "x",
    }
    path = tmp_path / "qa.jsonl"
    path.write_text(f"\ufeff{json.dumps(row, ensure_ascii=False)}\r\n\n", encoding="utf-8")
    assert read_questions(path) == [
        Question(
            id="b",
            type="none",
            language="zh-Hans",
            turns=("甲\u2028？", "乙？"),
            answerable=False,
            answers=(),
            gold=(),
        )
    ]


_PARTS = "answers must be a list of parts, each a list of accepted forms"
_NO_QUOTE = 'gold without quote ("" where the whole article is meant)'
_BAD = [
    ({"id": None}, "id must be a text that is not empty"),
    ({"id": 7}, "id must be a text that is not empty"),
    ({"type": " "}, "type must be a text that is not empty"),
    ({"language": "fr"}, "language must be one of zh-Hans, zh-Hant, en, ja, ko"),
    ({"note": 1}, "note must be a text"),
    ({"source": "rgb"}, "source must be an object"),
    ({"asof": "2031-07-21"}, 'unknown field "asof"'),
    ({"question": ""}, "question must be a text that is not empty"),
    ({"turns": ["甲"]}, "exactly one of question and turns is needed"),
    ({"answerable": "yes"}, "answerable must be true or false"),
    ({"answers": []}, "answerable without answers"),
    ({"answers": ["512亿元"]}, _PARTS),
    ({"answers": [[]]}, _PARTS),
    ({"answers": [["512亿元", 512]]}, _PARTS),
    ({"answerable": False}, "not answerable, but with answers or gold"),
    ({"gold": {}}, "gold must be a list"),
    ({"gold": [{"quote": "甲"}]}, "gold without article_id"),
    ({"gold": ["yc-1"]}, "gold without article_id"),
    ({"gold": [{"article_id": "yc-1"}]}, _NO_QUOTE),
    ({"gold": [{"article_id": "a", "quote": "", "x": 1}]}, "unknown field in gold: x"),
    ({"as_of": "21.7.2031"}, 'as_of must be a date such as 2020-07-21 or null, not "21.7.2031"'),
    ({"as_of": 20310721}, "as_of must be a date such as 2020-07-21 or null, not 20310721"),
]  # fmt: skip
# What a schema of one line cannot say, or not without repeating the code.
_BEYOND_SCHEMA = [
    ({"as_of": "2031-02-30"}, 'as_of must be a date such as 2020-07-21 or null, not "2031-02-30"'),
    ({"answers": [["。"]]}, 'the accepted form "。" has no letter or digit'),
]


@pytest.mark.parametrize(("change", "problem"), [*_BAD, *_BEYOND_SCHEMA])
def test_each_field_is_checked(tmp_path, change, problem):
    path = tmp_path / "qa.jsonl"
    with pytest.raises(BadInput) as caught:
        _read(tmp_path, {**_ROW, **change})
    assert str(caught.value) == (
        f"The QA set {path} has rows that cannot be used: line 1: {problem}."
        " Its format: docs/qa-format.md"
    )


def test_every_bad_line_is_reported_at_once_with_its_number(tmp_path):
    path = tmp_path / "qa.jsonl"
    rows = [
        json.dumps(_ROW),
        "",
        "nul",
        "[]",
        json.dumps({**_ROW, "type": "", "gold": 1}),
        json.dumps(_ROW),
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_questions(path)
    assert str(caught.value).partition("used: ")[2].split("; ") == [
        "line 3: not JSON (Expecting value: line 1 column 1 (char 0))",
        "line 4: not a JSON object",
        "line 5: type must be a text that is not empty, gold must be a list",
        'line 6: id "a" is also on line 1. Its format: docs/qa-format.md',
    ]


@pytest.mark.parametrize("name", ["samples/qa.jsonl", "eval/sets/seed-page.jsonl"])
def test_our_own_sets_are_read_and_fit_the_schema(name):
    path = _ROOT / name
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    rows = _lines(path)
    assert [item.id for item in read_questions(path)] == [row["id"] for row in rows]
    assert [row["id"] for row in rows if not _schema().is_valid(row)] == []


def test_the_schema_and_the_reader_agree():
    assert _schema().is_valid(_ROW)
    wrong = [change for change, _ in _BAD if _schema().is_valid({**_ROW, **change})]
    assert wrong == []
    missed = [change for change, _ in _BEYOND_SCHEMA if not _schema().is_valid({**_ROW, **change})]
    assert missed == []


def test_the_examples_of_the_document_are_a_valid_set(tmp_path):
    text = (_ROOT / "docs" / "qa-format.md").read_text(encoding="utf-8")
    example = text.partition("```json\n")[2].partition("```")[0]
    path = tmp_path / "qa.jsonl"
    path.write_text(example, encoding="utf-8")
    assert [item.id for item in read_questions(path)] == ["loans-1", "loans-2", "none-1"]
    assert all(_schema().is_valid(row) for row in _lines(path))


class _ScriptedEngine:
    """Gives the answers in turn; remembers each question with its history and day."""

    def __init__(self, answers):
        self._answers = list(answers)
        self.asked = []

    def ask(self, question, *, history=(), filters=None, today=None):
        self.asked.append((question, [turn.answer.text for turn in history], today))
        return self._answers.pop(0)


def _item() -> Question:
    return Question(
        id="a",
        type="figure",
        language="zh-Hans",
        turns=("云城贷款余额多少？",),
        answerable=True,
        answers=(("512亿元", "0.0512万亿元"),),
        gold=(Gold("yc-1", _LOANS),),
        as_of=date(2031, 7, 21),
    )


def _unanswerable() -> Question:
    return replace(_item(), type="none", answerable=False, answers=(), gold=())


def _score(item: Question | None = None, **changes) -> Score:
    return score_answer(item or _item(), _answer(**changes))


def _answer(**changes) -> Answer:
    answer = Answer(
        status=Status.ANSWERED,
        text="贷款余额512亿元[1]",
        query=Query("云城贷款余额多少？", "云城贷款余额多少？", "zh-Hans"),
        citations=(_citation("yc-1", _LOANS),),
        evidence=(_evidence("yc-2", _DEPOSITS), _evidence("yc-1", _LOANS)),
        checks=(),
        coverage=Coverage(2, date(2031, 7, 20), date(2031, 7, 20), None, 0),
        timings={"total": 1.5, "first_word": 0.5},
        model="scripted",
        index_version="fake@1",
    )
    return replace(answer, **changes)


def _citation(article_id: str, quote: str) -> Citation:
    return Citation(
        marker=1,
        article_id=article_id,
        title="云城上半年金融数据",
        source="云城日报",
        section="A02",
        byline="",
        published=date(2031, 7, 20),
        date_known=DateKnown.STATED,
        quote=quote,
        start=0,
        end=len(quote),
    )


def _evidence(article_id: str, text: str) -> Evidence:
    return Evidence(
        number=1,
        article_id=article_id,
        title="云城上半年金融数据",
        source="云城日报",
        section="A02",
        byline="",
        published=date(2031, 7, 20),
        date_known=DateKnown.STATED,
        text=text,
        start=0,
        end=len(text),
        score=0.9,
        lane=Lane.BOTH,
    )


def _read(folder: Path, *rows) -> list[Question]:
    path = folder / "qa.jsonl"
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    return read_questions(path)


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _schema() -> jsonschema.Draft202012Validator:
    schema = json.loads((_ROOT / "eval" / "qa.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)
