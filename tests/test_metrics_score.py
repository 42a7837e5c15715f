"""Runs and sets are read by what they are; measures agree with the commands' own and by hand."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from eval.answer_scores import score_answers
from eval.given_scores import reading_lines
from eval.given_sets import read_reading
from eval.metrics_measures import BY_NAME, MEASURES, Unit, shown
from eval.metrics_run import read_run
from eval.metrics_score import score_run
from eval.metrics_set import SetKind, read_set
from eval.metrics_table import group_scores, table_json, table_lines, values_of
from eval.retrieval_metrics import mean
from eval.retrieval_queries import read_retrieval_queries
from index.errors import BadInput
from tests.eval_rows import QUESTIONS, changed, good_rows, write_lines, write_run, write_set

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT.parent / "shared" / "bench" / "metrics.py"
QUERIES = [
    {"id": "q1", "type": "single", "question": "余额多少？", "gold_ids": ["a"],
     "alt_gold_ids": ["b"], "answers": [["512亿元"]], "date": "2031-07-20"},
    {"id": "q2", "type": "multi", "question": "各几座？", "gold_ids": ["c", "d"],
     "require_all_gold": True, "answers": [["12座"], ["23座"]]},
    {"id": "q3", "type": "null", "question": "机场何时扩建？", "gold_ids": [], "answers": []},
]  # fmt: skip
RGB = [
    {"id": "r1", "task": "conflict", "question": "几座站？", "answers": [["23座"]],
     "fake_answers": [["32座"]], "docs": [{"text": "设站23座。"}, {"text": "设站32座。"}]},
    {"id": "r2", "task": "reject", "question": "几个摊位？", "answers": [["180个"]],
     "docs": [{"text": "设站23座。"}]},
]  # fmt: skip
READING = [
    {"id": "c1", "question": "县城在哪里？", "context": "县城设在柳林镇，有3座桥。",
     "answers": ["柳林镇"], "answerable": True, "source": "ours"},
    {"id": "c2", "question": "有几条河？", "context": "县城设在柳林镇。", "answers": [],
     "answerable": False},
]  # fmt: skip


def _short(key, output="余额512亿元。", **fields):
    return {"id": key, "output": output, "cited": ["a"], "ranked": ["a"], "status": "answered",
            "timings": {"total": 2.0}, "answer": f"{output[:-1]}[1]。", "quotes": ["余额512亿元。"],
            "unsupported": [], "notes": [], "model": "m", **fields}  # fmt: skip


def _scores(tmp_path, questions, rows):
    questions = read_set(write_lines(tmp_path / "set.jsonl", questions))
    return score_run(questions, read_run(write_lines(tmp_path / "run.jsonl", rows)))


def _known(score):
    return {name: value for name, value in score.values.items() if value is not None}


@pytest.mark.parametrize(
    ("rows", "kind"),
    [(QUESTIONS, SetKind.QA), (QUERIES, SetKind.RETRIEVAL), (RGB, SetKind.RGB),
     (READING, SetKind.READING)],
    ids=["qa", "retrieval", "rgb", "reading"],
)  # fmt: skip
def test_a_set_is_known_by_its_first_row(tmp_path, rows, kind):
    read = read_set(write_lines(tmp_path / "set.jsonl", rows))
    assert (read.kind, [item.id for item in read.questions]) == (kind, [row["id"] for row in rows])


def test_an_answer_in_short_has_what_its_row_tells(tmp_path):
    (score,) = _scores(tmp_path, QUERIES, [_short("q1")])
    known = _known(score)
    assert known["right"] == known["cited"] == known["article_precision"] == known["hit@1"] == 1
    assert known["cite_recall"] == known["cite_precision"] == known["figure_recall"] == 1
    assert (known["total_s"], known["chars"], known["over_refusal"]) == (
        2.0,
        8,
        0,
    )  # 余额 2, 512 3, 亿元 2, 。 1
    assert score.verdict is True
    assert score.month == "2031-07"  # the set's own date
    # No timing of the evidence, no gold sentences, no LLM's first word, no tokens: absent.
    absent = {"evidence_s", "first_word_s", "tokens", "sentence_recall", "rouge_l", "em",
              "figure_precision", "answer@5", "conflict_told", "refusal_precision"}  # fmt: skip
    assert not absent & set(known)


def test_a_refusal_counts_as_nothing_said_whatever_its_words(tmp_path):
    (score,) = _scores(tmp_path, QUERIES, [_short("q1", status="not_found", cited=[], quotes=[])])
    known = _known(score)
    assert (known["right"], known["parts"], known["figure_recall"]) == (0, 0, 0)
    assert (known["over_refusal"], known["refusal_precision"]) == (1, 0)
    assert "cited" not in known
    assert score.verdict is False


def test_an_unanswerable_question_is_right_when_refused(tmp_path):
    refused, answered = (
        _scores(tmp_path, QUERIES, [_short("q3", status=status)])[0]
        for status in ("not_found", "answered")
    )
    assert (refused.values["refusal_recall"], refused.values["refusal_precision"]) == (1, 1)
    assert (answered.values["refusal_recall"], answered.values["refusal_precision"]) == (0, None)
    assert (refused.verdict, answered.verdict) == (True, False)
    assert refused.values["right"] is None
    assert refused.values["over_refusal"] is None


def test_groups_of_articles_and_parts_count_in_shares(tmp_path):
    (score,) = _scores(tmp_path, QUERIES, [_short("q2", "设12座。", cited=["c", "x"])])
    assert (score.values["right"], score.values["parts"]) == (0, 1 / 2)
    assert (score.values["article_recall"], score.values["article_precision"]) == (1 / 2, 1 / 2)


def test_rgb_rows_tell_conflicts_and_who_was_misled(tmp_path):
    rows = [_short("r1", "共32座。", cited=[]), _short("r2", "没有。", status="not_found")]
    conflict, reject = _scores(tmp_path, RGB, rows)
    assert (conflict.values["misled"], conflict.values["conflict_told"]) == (1, 0)
    assert conflict.values["false_conflict"] is None
    assert conflict.question.type == "conflict@0"
    assert reject.values["refusal_recall"] == 1
    (told,) = _scores(tmp_path, RGB, [_short("r1", "一说23座，一说32座。", status="conflict")])
    assert (told.values["misled"], told.values["conflict_told"]) == (0, 1)


def test_reading_rows_have_spans_and_a_passage(tmp_path):
    rows = [_short("c1", "柳林镇有9座桥"), _short("c2", "3条")]
    span, none = _scores(tmp_path, READING, rows)
    # 柳林镇 of 柳林镇有9座桥: run 3, precision 3/7, recall 1: 2 * 3/7 / (10/7) = 6/10
    assert (span.values["em"], span.values["f1"]) == (0, pytest.approx(0.6))
    assert span.values["figure_precision"] == 0  # 9座 is not in the passage
    assert none.values["refusal_recall"] == 0


def test_a_ranking_has_only_what_a_ranking_shows(tmp_path):
    found = {"article_id": "b", "start": 0, "end": 8, "text": "余额512亿元。"}
    row = {"id": "q1", "ranked": ["x", "b"], "evidence": [found]}
    (score,) = _scores(tmp_path, QUERIES, [row])
    known = _known(score)
    assert (known["hit@1"], known["hit@3"], known["mrr@10"], known["answer@5"]) == (0, 1, 1 / 2, 1)
    assert score.verdict is True  # a relevant article among five
    assert not {"right", "chars", "over_refusal", "total_s"} & set(known)


def test_whose_a_quote_is_is_told_only_where_the_row_settles_it(tmp_path):
    path = tmp_path / "run.jsonl"
    one = _short("q1", cited=["a"], quotes=["甲。", "乙。"])
    two = _short("q2", cited=["a", "b"], quotes=["甲。", "乙。"])
    many = _short("q3", cited=["a", "b"], quotes=["甲。", "乙。", "丙。"])
    rows = read_run(write_lines(path, [one, two, many])).rows
    assert [c.article_id for c in rows["q1"].citations] == ["a", "a"]
    assert [c.article_id for c in rows["q2"].citations] == ["a", "b"]
    assert [c.article_id for c in rows["q3"].citations] == ["", "", ""]


def test_the_later_of_two_rows_holds(tmp_path):
    path = write_lines(tmp_path / "run.jsonl", [_short("q1", "旧。"), _short("q1", "新。")])
    assert read_run(path).rows["q1"].output == "新。"


def test_tokens_and_probability_are_read_where_they_are(tmp_path):
    row = _short("q1", tokens={"prompt": 200, "completion": 30}, probability=0.25)
    (score,) = _scores(tmp_path, QUERIES, [row])
    assert score.values["tokens"] == 230
    assert score.row.probability == 0.25


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("[1]", "not a JSON object"),
        ({"id": "q1"}, "ranked: Field required"),
        ({**_short("q1"), "timings": {"total": "soon"}}, "timings.total"),
        ({**_short("q1"), "timings": {"total": -1}}, "timings.total"),
        ({**_short("q1"), "probability": 7}, "probability"),
        ({**_short("q1"), "status": "unanswered"}, "status: Input should be 'answered', "),
        ({**good_rows()[0], "status": "refused"}, "status: Input should be 'answered', "),
        ({**_short("q1"), "id": 7}, "id: Input should be a valid string"),
    ],
)
def test_a_line_that_is_no_row_of_a_run_is_named(tmp_path, row, said):
    path = tmp_path / "run.jsonl"
    lines = [json.dumps(_short("q0")), row if isinstance(row, str) else json.dumps(row)]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInput, match="line 2: ") as caught:
        read_run(path)
    assert said in str(caught.value)


def test_a_run_of_another_set_is_refused_in_one_line(tmp_path):
    with pytest.raises(BadInput, match='the set has no question "z"') as caught:
        _scores(tmp_path, QUERIES, [_short("z")])
    assert "\n" not in str(caught.value)


def test_a_question_whose_words_changed_since_the_run_is_refused(tmp_path):
    def other(row):
        row["question"]["asked"] = "2030年6月末云城各项贷款余额是多少？"

    run = read_run(write_run(tmp_path, "run", changed(0, other)))
    with pytest.raises(BadInput, match='question "loans" was asked in other words'):
        score_run(read_set(write_set(tmp_path)), run)


@pytest.mark.parametrize(("kept", "timed"), [(1, [2.0, 2.0, 0.2]), (2, [])])
def test_a_run_of_kept_replies_has_no_time_to_the_end(tmp_path, kept, timed):
    # Three answers of the LLM, of which ``kept`` used a kept reply, and one without the LLM.
    questions = [{**QUERIES[0], "id": f"q{n}"} for n in range(4)]
    rows = [
        _short(f"q{n}", timings={"evidence": 0.1} if n < kept else {"evidence": 0.1, "total": 2.0})
        for n in range(3)
    ]
    rows.append(_short("q3", model="", timings={"evidence": 0.1, "total": 0.2}))
    scores = _scores(tmp_path, questions, rows)
    assert values_of(scores, "total_s") == timed
    assert values_of(scores, "evidence_s") == [0.1] * 4


def test_months_come_from_the_day_asked_else_from_the_gold_article(tmp_path):
    questions = [{**QUESTIONS[0], "as_of": None}, QUESTIONS[3]]
    path = write_lines(tmp_path / "set.jsonl", questions)
    rows = [good_rows()[0], good_rows()[3]]
    run = read_run(write_run(tmp_path, "run", rows))
    assert [score.month for score in score_run(read_set(path), run)] == ["2031-07", "2031-07"]
    groups = group_scores(score_run(read_set(path), run), "month")
    assert list(groups) == ["all", "2031-07"]


def test_of_several_gold_articles_the_first_printed_gives_the_month(tmp_path):
    def later(row):
        row["citations"][1]["published"] = row["evidence"][1]["published"] = "2031-08-02"

    path = write_lines(tmp_path / "set.jsonl", [{**QUESTIONS[2], "as_of": None}])
    run = read_run(write_run(tmp_path, "run", [changed(2, later)[2]]))
    (score,) = score_run(read_set(path), run)
    assert score.month == "2031-07"


def test_what_the_product_marked_itself_is_counted(tmp_path):
    def flag(row):
        row["checks"] = [
            {"kind": "figure", "text": "512亿元", "supported": True},
            {"kind": "name", "text": "罗景行", "supported": False},
            {"kind": "date", "text": "6月末", "supported": False},
        ]

    run = read_run(write_run(tmp_path, "run", changed(0, flag)))
    first, second = score_run(read_set(write_set(tmp_path)), run)[:2]
    assert first.row.unsupported == ("罗景行", "6月末")
    assert (first.values["unsupported"], second.values["unsupported"]) == (2, 0)


# --- against the commands' own scores, and the reference's


def _random_rows(draw, queries):
    words = ["512亿元", "12座", "23座", "1512亿元", "在青岛", "，", "增长8%"]
    for query in queries:
        refused = draw.random() < 0.3
        said = (
            "库中没有找到能回答这个问题的报道。" if refused else "".join(draw.choices(words, k=3))
        )
        cited = [] if refused else draw.sample(["a", "b", "c", "d", "x"], draw.randint(0, 3))
        yield _short(query["id"], said or "无。", cited=cited, ranked=cited, quotes=[],
                     answer=said, status="not_found" if refused else "answered")  # fmt: skip


def test_answers_score_as_eval_answers_and_the_reference_do(tmp_path):
    draw = random.Random(7)
    queries = [{**draw.choice(QUERIES), "id": f"q{n}"} for n in range(150)]
    rows = list(_random_rows(draw, queries))
    scores = _scores(tmp_path, queries, rows)
    own = score_answers(read_retrieval_queries(tmp_path / "set.jsonl"), rows)
    for mine, theirs in zip(scores, own, strict=True):
        assert mine.values["right"] == theirs.right
        assert mine.values["cited"] == theirs.cited
        assert mine.row.refused == theirs.refused
        assert mine.values["chars"] == theirs.characters
    if not REFERENCE.is_file():
        pytest.skip(f"the reference metrics are not at {REFERENCE}; our own were compared")
    done = subprocess.run(
        [sys.executable, REFERENCE, "qa", tmp_path / "set.jsonl", tmp_path / "run.jsonl"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    for kind in ("single", "multi"):
        held = [score for score in scores if score.question.type == kind]
        assert mean(values_of(held, "right")) == pytest.approx(
            told[kind]["acc_all_parts"], abs=1e-4
        )
        assert mean(values_of(held, "parts")) == pytest.approx(told[kind]["acc_parts"], abs=1e-4)
        precision = mean(values_of(held, "article_precision"))
        assert precision == pytest.approx(told[kind]["cite_precision"], abs=1e-4)
        over = mean(values_of(held, "over_refusal"))
        assert over == pytest.approx(told[kind]["over_refusal"], abs=1e-4)
    refused = mean(values_of(scores, "refusal_recall"))
    assert refused == pytest.approx(told["null"]["abstain"], abs=1e-4)


def test_reading_scores_as_eval_reading_does(tmp_path):
    rows = [_short("c1", "柳林镇"), _short("c2", "", status="not_found")]
    scores = _scores(tmp_path, READING, rows)
    line = next(line for line in reading_lines(read_reading(tmp_path / "set.jsonl"), rows)
                if line.startswith("all"))  # fmt: skip
    assert line.split()[2:4] == ["100.0", "100.0"]
    assert (mean(values_of(scores, "em")), mean(values_of(scores, "f1"))) == (1, 1)


# --- tables


def test_a_table_has_a_line_for_each_measure_taken_and_none_for_others(tmp_path):
    rows = [_short("q1"), _short("q2", "设12座，23座。", cited=["c"]), _short("q3")]
    lines = table_lines(_scores(tmp_path, QUERIES, rows))
    assert lines[0].split() == ["measure", "all", "95", "%", "n", "single", "multi", "null"]
    assert lines[1].split() == ["questions", "3", "1", "1", "1"]
    table = {line.split()[0]: line.split()[1:] for line in lines}
    # Wilson, 2 of 2: 1 / (1 + 1.96² / 2) = .342 to 1
    assert table["right"] == ["1.000", "[.342,", "1.000]", "2", "1.000", "1.000", "–"]
    assert table["refusal_recall"] == [".000", "[.000,", ".793]", "1", "–", "–", ".000"]
    assert "tokens" not in table


def test_the_json_of_a_table_says_the_same_and_how_many(tmp_path):
    told = table_json(_scores(tmp_path, QUERIES, [_short("q1"), _short("q3")]))
    assert list(told) == ["all", "single", "null"]
    assert told["all"]["measures"]["right"] == {
        "n": 1, "mean": 1.0, "ci": [0.2065, 1.0], "p50": 1.0, "p95": 1.0,
    }  # fmt: skip
    assert "right" not in told["null"]["measures"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.8756, Unit.SHARE, ".876"), (1.0, Unit.SHARE, "1.000"), (12.345, Unit.SECONDS, "12.35"),
     (0.5, Unit.SECONDS, "0.50"), (230, Unit.COUNT, "230.0"), (None, Unit.SHARE, "–")],
)  # fmt: skip
def test_values_are_shown_by_their_unit(value, unit, text):
    assert shown(value, unit) == text


def test_every_measure_is_defined_in_the_docs():
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| `")}
    named = {name.strip(" `") for row in rows for name in row.split(",")}
    assert named == set(BY_NAME)
    assert len(BY_NAME) == len(MEASURES)
