"""``suyuan eval qa``: chosen, taken up, side by side, held to a gate, reported, with its record."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from index.archive import Archive
from rag.engine import Engine
from tests.fakes import FakeEncoder
from tests.scripted_llm import ScriptedLLM, archive_of, article

_BODIES = [f"6月末，云城第{n}区贷款余额{510 + n}亿元。" for n in range(6)]
_QA = [
    {"id": f"q{n}", "type": "figure" if n % 2 else "single",
     "question": f"云城第{n}区6月末贷款余额是多少亿元？", "answerable": True,
     "answers": [[f"{510 + n}亿元"]], "gold": [{"article_id": f"yc-{n}", "quote": _BODIES[n]}]}
    for n in range(6)
]  # fmt: skip


class Opened:
    """What the command opens, and the questions that were asked."""

    def __init__(self):
        self.asked, self.model = [], "scripted"

    def engine(self, settings, *, warn, replies=None):
        encoder = FakeEncoder()
        llm = None if settings.llm == "none" else ScriptedLLM("没有找到")
        archive = Archive.open(settings.archive, encoder)
        opened = Engine(archive, encoder, llm, model=self.model)
        ask = opened.ask

        def noted(question, **options):
            self.asked.append(question)
            return ask(question, **options)

        opened.ask = noted
        return opened


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVE", "ENCODER", "LLM", "LLM_BASE_URL", "LLM_MODEL"):
        monkeypatch.delenv(f"SUYUAN_{name}", raising=False)
    with archive_of(Path("archive"), [article(f"yc-{n}", "题", b) for n, b in enumerate(_BODIES)]):
        pass
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _QA)
    Path("qa.jsonl").write_text(rows, encoding="utf-8")
    opened = Opened()
    monkeypatch.setattr("rag.assemble.open_engine", opened.engine)
    return opened


def _run(*args):
    words = ["eval", "qa", "--questions", "qa.jsonl", "--archive", "archive", "--out", "run"]
    done = CliRunner().invoke(cli.app, [*words, *args])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def _ids():
    lines = Path("run/answers.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["id"] for line in lines]


def _gate(**bar):
    Path("gate.json").write_text(json.dumps({"bars": [bar]}), encoding="utf-8")
    return "--gate", "gate.json"


def test_a_run_is_begun_anew_and_with_resume_taken_up(bench):
    assert _run().exit_code == 0
    _run()
    assert len(bench.asked) == 12
    whole = Path("run/answers.jsonl").read_bytes()
    Path("run/answers.jsonl").write_bytes(b"".join(whole.splitlines(keepends=True)[:4]) + b'{"id')
    bench.asked.clear()
    done = _run("--resume")
    assert (done.exit_code, len(bench.asked), _ids()) == (0, 2, [f"q{n}" for n in range(6)])
    assert len(Path("run/scores.jsonl").read_text(encoding="utf-8").splitlines()) == 6
    bench.model = "other"
    assert "was made with model" in _run("--resume").stderr


def test_the_draw_is_the_seed_s_and_a_gate_holds_what_was_drawn(bench):
    gate = _gate(measure="hit@5", at_least=0.5)
    done = _run("--limit", "3", "--seed", "4", *gate)
    assert (done.exit_code, len(_ids())) == (0, 3)
    assert "全部通过 1 bars hold" in done.stdout
    first = _ids()
    _run("--limit", "3", "--seed", "4")
    assert _ids() == first


def test_a_missed_bar_fails_the_command_after_its_report(bench):
    gate = _gate(measure="chars", at_most=1)
    done = _run(*gate, "--report", "r.html", "--summary", "s.json")
    assert (done.exit_code, "MISSED" in done.stdout) == (1, True)
    assert "<details" in Path("r.html").read_text(encoding="utf-8")
    assert json.loads(Path("s.json").read_text(encoding="utf-8"))["kind"] == "qa"


def test_a_gate_that_cannot_be_read_is_told_before_anything_is_asked(bench):
    assert _run(*_gate(measure="speed", at_least=1)).exit_code == 1
    assert _run("--report", "qa.jsonl").exit_code == 1
    assert bench.asked == []
    assert Path("qa.jsonl").read_text(encoding="utf-8").startswith('{"id": "q0"')


def test_a_folder_that_is_a_file_is_told_in_one_line(bench):
    Path("run").write_text("", encoding="utf-8")
    done = _run()
    assert (done.exit_code, done.stderr) == (1, "--out run cannot be a folder: File exists\n")


def test_side_by_side_has_the_answers_of_one_after_the_other(bench):
    def answers():
        lines = Path("run/answers.jsonl").read_text(encoding="utf-8").splitlines()
        return [{**json.loads(line), "timings": None} for line in lines]

    _run("--no-llm")
    one = answers()
    _run("--no-llm", "--parallel", "3")
    assert answers() == one
    record = json.loads(Path("run/answers.jsonl.run.json").read_text(encoding="utf-8"))["record"]
    assert record["parallel"] == 3


def test_the_embedded_model_is_asked_one_at_a_time(bench):
    done = _run("--parallel", "3")
    assert "takes one question at a time" in done.stderr
    record = json.loads(Path("run/answers.jsonl.run.json").read_text(encoding="utf-8"))["record"]
    assert (record["parallel"], record["settings"]["llm"]) == (1, "auto")


def test_rows_have_tokens_where_a_model_may_speak_and_none_without(bench):
    def tokens():
        lines = Path("run/answers.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line).get("tokens") for line in lines]

    _run()
    assert tokens() == [{"prompt": 0, "completion": 0, "by": ""}] * 6  # sentences spoke
    _run("--no-llm")
    assert tokens() == [None] * 6


def test_report_and_compare_show_what_the_runs_were_made_with(bench):
    _run("--no-llm", "--report", "r.html")
    page = Path("r.html").read_text(encoding="utf-8")
    assert "machine.cores" in page
    assert "prompts.answer.zh" in page
    Path("run").rename("a")
    _run("--no-llm", "--seed", "5")
    words = ["eval", "compare", "a", "run", "--questions", "qa.jsonl", "--resamples", "100"]
    done = CliRunner().invoke(cli.app, words)
    assert "注意 Warning: made differently in 1 respects" in done.stdout
    assert "  seed: A 0, B 5" in done.stdout
    told = json.loads(CliRunner().invoke(cli.app, [*words, "--json"]).stdout)
    assert told["made_differently"] == [{"name": "seed", "a": "0", "b": "5"}]
    Path("a/answers.jsonl.run.json").unlink()
    assert "注意 Note: A has no record" in CliRunner().invoke(cli.app, words).stdout
