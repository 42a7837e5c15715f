"""``suyuan eval compare``: what changed between two runs, question by question."""

import json

import pytest
from typer.testing import CliRunner

import cli
from eval.compare import Change, compare_runs
from eval.metrics_run import read_run
from eval.metrics_set import read_set
from tests.eval_rows import NOT_FOUND, changed, good_rows, write_lines, write_run, write_set


def _run(*words):
    return CliRunner().invoke(cli.app, ["eval", "compare", *map(str, words)])


def _changes(tmp_path, rows_a, rows_b):
    a = read_run(write_run(tmp_path, "a", rows_a))
    b = read_run(write_run(tmp_path, "b", rows_b))
    found = compare_runs(read_set(write_set(tmp_path)), a, b, resamples=200)
    return {item.a.question.id: item.change for item in found.questions}


def _wrong(row):
    row["text"] = row["text"].replace("512", "521")


def _refused(row):
    row |= {"status": "not_found", "text": NOT_FOUND, "citations": []}


def _one_part(row):
    row["text"] = "绿道设驿站12座[1]。"


def _no_part(row):
    row["text"] = "绿道和地铁都有车站[1][2]。"


@pytest.mark.parametrize(
    ("number", "before", "after", "change"),
    [
        (0, None, _wrong, Change.TO_WRONG),
        (0, _wrong, None, Change.TO_RIGHT),
        (0, None, _refused, Change.TO_WRONG),
        (0, _refused, _wrong, Change.MIXED),  # a refusal became a wrong answer
        (2, _no_part, _one_part, Change.BETTER),  # wrong in both, half of it right in one
        (2, _one_part, _no_part, Change.WORSE),
        (0, None, None, Change.SAME),
        (0, None, lambda row: row["timings"].update(total=9.0), Change.SAME),  # time is no merit
        (0, None, lambda row: row["citations"][0].update(article_id="x"), Change.WORSE),
        (3, None, lambda row: row.update(status="answered", text="明年。"), Change.TO_WRONG),
    ],
)
def test_a_question_is_called_by_its_verdict_then_by_its_measures(
    tmp_path, number, before, after, change
):
    a, b = (changed(number, fault) if fault else good_rows() for fault in (before, after))
    found = _changes(tmp_path, a, b)
    key = good_rows()[number]["id"]
    assert found.pop(key) is change
    assert set(found.values()) == {Change.SAME}


def test_the_whole_output_for_one_changed_answer(tmp_path):
    questions = write_set(tmp_path)
    a, b = write_run(tmp_path, "a"), write_run(tmp_path, "b", changed(0, _wrong)[:3])
    done = _run(a, b, "--queries", questions, "--resamples", 200)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        f"A {a}  model scripted",
        f"B {b}  model scripted",
        "缺行 Only in A: airport",
        "比较 Compared 3 questions; paired bootstrap, 200 resamples, seed 0",
    ]
    right = next(line for line in lines if line.startswith("  right"))
    assert right.split()[1:5] == ["3", "1.000", ".667", "-.333"]
    assert "worse" not in "\n".join(lines[5:15])  # three questions prove nothing
    tail = lines[lines.index("对变错 Flipped to wrong (1)") :]
    assert tail == [
        "对变错 Flipped to wrong (1)",
        "  loans [figure] 2031年6月末云城各项贷款余额是多少？",
        "    A ✓ (answered) 6月末，云城各项贷款余额512亿元[1]。",
        "    B ✗ (answered) 6月末，云城各项贷款余额521亿元[1]。",
        "    right 1.000→.000  parts 1.000→.000  figure_recall 1.000→.000  "
        "figure_precision 1.000→.000  cite_recall 1.000→.000  cite_precision 1.000→.000",
    ]


def test_all_lists_the_unchanged_ones_and_whole_answers(tmp_path):
    long = "云城" * 60

    def lengthen(row):
        row["text"] = f"{long}512亿元[1]。"

    questions = write_set(tmp_path)
    a, b = write_run(tmp_path, "a"), write_run(tmp_path, "b", changed(0, lengthen))
    short = _run(a, b, "--questions", questions, "--resamples", 200).stdout
    whole = _run(a, b, "--questions", questions, "--resamples", 200, "--all").stdout
    assert long not in short
    assert long in whole
    assert "  airport [unanswerable]" in whole
    assert "  airport [unanswerable]" not in short


def test_json_holds_every_question_and_difference(tmp_path):
    questions = write_set(tmp_path)
    a, b = write_run(tmp_path, "a"), write_run(tmp_path, "b", changed(0, _wrong))
    told = json.loads(_run(a, b, "--queries", questions, "--resamples", 200, "--json").stdout)
    assert told["counts"]["flipped to wrong"] == 1
    assert [item["id"] for item in told["each"]] == ["loans", "index", "both", "airport"]
    assert told["each"][0]["moved"]["right"] == [1.0, 0.0]
    assert told["each"][0]["b"]["answer"] == "6月末，云城各项贷款余额521亿元[1]。"
    assert told["differences"]["all"]["right"]["difference"] == pytest.approx(-1 / 3, abs=1e-4)
    assert set(told["differences"]) == {"all", "figure", "period", "multi", "unanswerable"}


def test_runs_of_different_sets_are_refused_in_one_line(tmp_path):
    questions = write_set(tmp_path)
    a = write_run(tmp_path, "a")
    b = write_run(tmp_path, "b", [{**good_rows()[0], "id": "other"}])
    done = _run(a, b, "--queries", questions)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"{a} and {b} are runs of different sets: they share no question "
        '("loans" is only in the first); compare two runs of one set\n'
    )


def test_one_id_asked_in_two_ways_is_refused(tmp_path):
    rows = [{"id": "loans", "status": "answered", "output": "512亿元", "cited": [], "timings": {},
             "asked": mark} for mark in ("aaa", "bbb")]  # fmt: skip
    a, b = (write_lines(tmp_path / f"{n}.jsonl", [row]) for n, row in enumerate(rows))
    done = _run(a, b, "--queries", write_set(tmp_path))
    assert (done.exit_code, done.stdout) == (1, "")
    assert 'question "loans" or its texts are not the same in both' in done.stderr


def test_answers_are_not_compared_with_rankings(tmp_path):
    a = write_lines(
        tmp_path / "a.jsonl",
        [{"id": "loans", "status": "answered", "output": "512亿元", "cited": [], "timings": {}}],
    )
    b = write_lines(tmp_path / "b.jsonl", [{"id": "loans", "ranked": ["yc-1"]}])
    done = _run(a, b, "--queries", write_set(tmp_path))
    assert done.exit_code == 1
    assert "have no measure in common" in done.stderr


def test_a_run_that_is_not_there_is_told(tmp_path):
    done = _run(tmp_path / "none", tmp_path / "none", "--queries", write_set(tmp_path))
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Cannot read the run {tmp_path / 'none'}")
    assert done.stderr.count("\n") == 1


def test_control_characters_of_an_answer_do_not_reach_the_terminal(tmp_path):
    def hostile(row):
        row["text"] = "\x1b[2J521亿元\x07[1]。"

    a, b = write_run(tmp_path, "a"), write_run(tmp_path, "b", changed(0, hostile))
    done = _run(a, b, "--queries", write_set(tmp_path), "--resamples", 200, "--all")
    assert "521亿元" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


def test_a_gate_holds_run_b(tmp_path):
    gate = tmp_path / "gate.json"
    gate.write_text('{"bars": [{"measure": "figure_recall", "at_least": 1.0}]}', encoding="utf-8")
    questions, good = write_set(tmp_path), write_run(tmp_path, "good")
    bad = write_run(tmp_path, "bad", [{**row, "text": "没有数字[1]。"} for row in good_rows()])
    words = ["--queries", questions, "--resamples", 200, "--gate", gate]
    passed, failed = _run(bad, good, *words), _run(good, bad, *words)
    assert (passed.exit_code, failed.exit_code) == (0, 1)
    assert passed.stdout.splitlines()[-1] == "全部通过 1 bars hold"
    assert failed.stdout.splitlines()[-1] == "未过 1 of 1 bars fail"


@pytest.mark.parametrize("lacking", ["a", "b"])
def test_a_gate_is_not_held_where_either_run_lacks_rows(tmp_path, lacking):
    gate = tmp_path / "gate.json"
    gate.write_text('{"bars": [{"measure": "right", "at_least": 1.0}]}', encoding="utf-8")
    rows = {"a": good_rows(), "b": good_rows(), lacking: good_rows()[:2]}
    runs = [write_run(tmp_path, name, rows[name]) for name in ("a", "b")]
    words = [*runs, "--queries", write_set(tmp_path), "--resamples", 200, "--gate", gate]
    done = _run(*words)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "未过 rows are missing")
    assert _run(*words, "--partial").exit_code == 0
