"""docs/results.md comes from kept summaries alone and says what is not comparable."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from eval.metrics_run import read_run
from eval.metrics_score import score_run
from eval.metrics_set import read_set
from eval.results import read_summaries, read_words, results_page
from eval.summary import run_summary, write_summary
from index.errors import BadInput
from tests.eval_rows import write_lines, write_run, write_set

ROOT = Path(__file__).parents[1]
HERE = ROOT / "docs" / "results"


def _folder(tmp_path, **summaries):
    folder = tmp_path / "results"
    folder.mkdir()
    for name in ("anchors.json", "about.md", "limits.md"):
        shutil.copy(HERE / name, folder / name)
    for name, content in summaries.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def _page(folder):
    return results_page(read_summaries(folder), read_words(folder))


def _mean(value, n=4):
    return {"n": n, "mean": value, "ci": [value, value], "p50": value, "p95": value}


def _summary(kind, name, measures, **more):
    return {"kind": kind, "set": name, "date": "2031-08-01", "command": f"suyuan eval {kind}",
            "made_with": {"model": "m"}, "record": {"machine": {"cores": 2}},
            "measures": measures, **more}  # fmt: skip


def _row(page, first):
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {first} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_page_in_the_repository_is_that_of_its_summaries():
    assert (ROOT / "docs" / "results.md").read_text(encoding="utf-8") == _page(HERE)


def test_search_stands_beside_its_anchor_and_the_macro_mean_weighs_types_alike(tmp_path):
    types = {
        name: {"questions": n, "measures": {"hit@1": _mean(v, n), "hit@5": _mean(1.0, n)}}
        for name, n, v in (("all", 20, 0.5), ("curated", 12, 0.9), ("hard", 4, 0.5),
                           ("event", 4, 1.0))
    }  # fmt: skip
    page = _page(_folder(tmp_path, a=_summary("retrieval", "crud/queries.jsonl", types)))
    assert _row(page, "hard")[1:4] == ["4", "0.500 [0.50, 0.50]", "1.000"]
    assert _row(page, "hard")[-1] == "0.417 / 0.625 / 0.496"
    assert _row(page, "macro mean")[1:3] == ["16", "0.700"]  # (.9 + .5) / 2; event left out


def test_rgb_has_the_anchors_of_its_noise_rate_only(tmp_path):
    types = {
        "noise@0.4": {"questions": 4, "measures": {"right": _mean(0.75), "over_refusal": _mean(0)}},
        "fact@0.4": {"questions": 4, "measures": {"right": _mean(0.5)}},
        "reject@1": {"questions": 4, "measures": {"refusal_recall": _mean(0.5)}},
    }
    page = _page(_folder(tmp_path, a=_summary("rgb", "rgb/dev.jsonl", types)))
    assert _row(page, "noise@0.4")[2:] == [
        "0.750 [0.75, 0.75]",
        "0.000",
        "–",
        "–",
        "0.910",
        "0.880",
    ]
    assert _row(page, "fact@0.4")[-2:] == ["–", "–"]
    assert _row(page, "reject@1")[2:4] == ["–", "0.500"]


def test_peers_and_configurations_have_their_tables(tmp_path):
    side = {
        "n": 20,
        "right": 0.8,
        "gold_cited": None,
        "missed": 0.1,
        "refused": 1.0,
        "llm_asked": 0.5,
        "p50": {"evidence": 0.1},
        "tokens_in": 10.0,
        "tokens_out": 2.0,
    }
    answering = {"ours": side, "LlamaIndex": {**side, "right": 0.6}, "theirs_to_ours": {}}
    config = {
        "name": "hybrid",
        "questions": 9,
        "measures": {"hit@1": _mean(0.9)},
        "differences": {},
    }
    other = {"name": "dense", "questions": 9, "measures": {"hit@1": _mean(0.4)},
             "differences": {"hit@1": {"difference": -0.5, "sure": True}}}  # fmt: skip
    level = {**other, "name": "level",
             "differences": {"hit@1": {"difference": -0.5, "sure": False}}}  # fmt: skip
    matrix = {"kind": "matrix", "set": "s", "configs": [config, other, level]}
    found = {
        "types": {"single": {"hit@1": 0.5, "hit@5": 1.0, "recall@10": 0.7}},
        "latency_seconds": {"p50": 0.03},
    }
    peers = {"kind": "peer-retrieval", "set": "x", "systems": {"ours": found, "LlamaIndex": found}}
    page = _page(_folder(tmp_path, a=answering, b=matrix, c=peers))
    assert _row(page, "right") == ["right", "0.800", "0.600"]
    assert _row(page, "gold cited")[1] == "–"
    assert _row(page, "dense")[2] == "0.400 ▼"
    assert _row(page, "level")[2] == "0.400"
    assert _row(page, "ours") == ["ours", "0.500/1.000/0.700", "30"]


def test_what_a_run_came_to_is_kept_as_the_table_has_it(tmp_path):
    questions = read_set(write_set(tmp_path))
    run = read_run(write_run(tmp_path, "run"))
    summary = run_summary(questions, run, score_run(questions, run), command="suyuan eval qa")
    write_summary(summary, tmp_path / "s.json")
    kept = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert (kept["kind"], kept["questions"], kept["command"]) == ("qa", 4, "suyuan eval qa")
    assert kept["measures"]["all"]["measures"]["right"]["mean"] == 1.0
    page = _page(_folder(tmp_path, a=kept))
    assert _row(page, "figure")[2] == "1.000 [0.21, 1.00]"  # Wilson's interval of 1 of 1


@pytest.mark.parametrize("rows", ["answers", "retrieval"])
def test_answers_to_a_retrieval_set_are_not_called_rankings(tmp_path, rows):
    query = {
        "id": "q",
        "type": "single",
        "question": "几座？",
        "gold_ids": ["a"],
        "answers": [["3座"]],
    }
    said = {"status": "answered", "output": "3座", "cited": ["a"], "timings": {}}
    row = {"id": "q", "ranked": ["a"], **(said if rows == "answers" else {})}
    questions = read_set(write_lines(tmp_path / "set.jsonl", [query]))
    run = read_run(write_lines(tmp_path / "run.jsonl", [row]))
    assert run_summary(questions, run, score_run(questions, run), command="")["kind"] == rows


def test_the_command_writes_the_page_and_tells_a_stale_one(tmp_path):
    folder, out = _folder(tmp_path), tmp_path / "results.md"
    words = ["eval", "results", "--from", str(folder), "--out", str(out)]
    stale = CliRunner().invoke(cli.app, [*words, "--check"])
    assert (stale.exit_code, "is stale" in stale.stderr) == (1, True)
    assert CliRunner().invoke(cli.app, words).exit_code == 0
    assert CliRunner().invoke(cli.app, [*words, "--check"]).exit_code == 0


@pytest.mark.parametrize(
    "content",
    [
        3,
        [],
        {},
        {"kind": "rgb"},
        {"kind": "speed", "measures": {}},
        {"kind": "matrix", "set": "s", "configs": [{"name": "x"}]},
        {"kind": "rgb", "set": "s", "measures": {"a": 3}},
        {"theirs_to_ours": {}},
    ],
)
def test_a_file_that_is_no_summary_is_named(tmp_path, content):
    with pytest.raises(BadInput, match=r"x\.json is no summary"):
        read_summaries(_folder(tmp_path, x=content))


def test_a_folder_without_summaries_says_what_writes_one(tmp_path):
    with pytest.raises(BadInput, match="--summary FILE"):
        read_summaries(tmp_path)
