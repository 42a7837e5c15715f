"""Runs that the page begins: one at a time, stopped, taken up again, never a path from outside."""

import json
import threading

import pytest

from desk.api_line import Line
from desk.eval_chosen import ids_in, read_chosen
from desk.eval_place import SAMPLE, EvalFiles
from desk.eval_run import Busy, NotTheSame, Runner
from desk.eval_shelf import Only, Runs, shown_questions
from desk.history_place import DeskFiles
from index.errors import BadInput
from rag.engine import Engine
from tests.api_setup import PORT, wait_for
from tests.eval_desk import (
    QUESTIONS,
    Teller,
    engine_of,
    gold,
    question,
    record,
)
from tests.eval_rows import write_lines
from tests.fakes import FakeTokenEncoder

SET = "newsdesk.jsonl"


@pytest.fixture
def runner(folder, archive):
    running = Runner(engine_of(archive, Teller()), EvalFiles(folder), record)
    yield running
    running.close()


def finished(runner):
    wait_for(lambda: not runner.job().running)
    return runner.job()


def test_a_run_asks_every_question_and_is_scored_as_eval_scores_it(runner, folder):
    started = runner.start("chen", SET)
    job = finished(runner)
    assert (job.run, job.done, job.total, job.error) == (started.run, 3, 3, "")
    opened = Runs(EvalFiles(folder)).opened(job.run)
    verdicts = {score.question.id: score.verdict for score in opened.scores}
    assert verdicts["loans"] is True
    assert opened.card.whole
    assert opened.card.user == "chen"
    right = sum(verdict is True for verdict in verdicts.values())
    assert opened.card.right.mean == pytest.approx(right / 3)
    held = shown_questions(opened, Only.RIGHT)
    assert [score.question.id for score in held] == [k for k, v in verdicts.items() if v]
    # The set stays with the run: what becomes of the file later does not change its scores.
    (folder / "qa" / SET).unlink()
    assert Runs(EvalFiles(folder)).opened(job.run).card.total == 3


def test_the_limit_and_the_seed_draw_the_same_questions_each_time(runner, folder):
    runs = []
    for _ in range(2):
        runs.append(runner.start("chen", SET, limit=2, seed=7).run)
        finished(runner)
    first, second = (ids_in(folder / "runs" / run / "answers.jsonl") for run in runs)
    assert first == second
    assert len(first) == 2
    assert runs[0] != runs[1]


def gated(archive):
    """A runner whose model answers nothing before ``go`` is set."""
    go = threading.Event()

    class Gate(Teller):
        def _speak(self, said):
            go.wait(10)
            yield from super()._speak(said)

    return Gate(), go


def test_a_stopped_run_keeps_whole_answers_only_and_is_taken_up_where_it_was(folder, archive):
    llm, go = gated(archive)
    runner = Runner(engine_of(archive, llm), EvalFiles(folder), record)
    run = runner.start("chen", SET).run
    wait_for(lambda: llm.calls == 1)
    runner.stop()
    go.set()
    job = finished(runner)
    assert (job.stopped, job.done) == (True, 0)
    assert ids_in(folder / "runs" / run / "answers.jsonl") == set()
    assert read_chosen(folder / "runs" / run).set_name == SET
    assert runner.resume("chen", run).kept == 0
    assert finished(runner).done == 3
    calls = llm.calls
    again = runner.resume("chen", run)
    assert (again.kept, finished(runner).done) == (3, 3)
    assert llm.calls == calls  # nothing was asked twice


def test_there_is_one_run_at_a_time(folder, archive):
    llm, go = gated(archive)
    runner = Runner(engine_of(archive, llm), EvalFiles(folder), record)
    run = runner.start("chen", SET).run
    wait_for(lambda: llm.calls == 1)
    with pytest.raises(Busy, match=SET):
        runner.start("wang", SET)
    with pytest.raises(Busy, match=run):
        runner.delete(run)
    go.set()
    finished(runner)
    runner.delete(run)
    assert not (folder / "runs" / run).exists()


def test_a_run_is_not_taken_up_with_another_model_prompt_or_archive(folder, archive, runner):
    run = runner.start("chen", SET).run
    finished(runner)
    engine = Engine(archive, FakeTokenEncoder(), Teller(), model="another", literal=False)
    with pytest.raises(NotTheSame, match=r"^model$"):
        Runner(engine.bounded(Line(1).bound), EvalFiles(folder), record).resume("chen", run)

    def other(seed, sets):
        return {**record(seed, sets), "prompts": {"answer": "abd"}}

    with pytest.raises(NotTheSame, match=r"^prompts\.answer$"):
        Runner(engine_of(archive, Teller()), EvalFiles(folder), other).resume("chen", run)


def test_only_names_of_the_lists_are_followed(folder, runner, tmp_path):
    write_lines(tmp_path / "outside.jsonl", QUESTIONS)
    write_lines(tmp_path / "elsewhere" / "answers.jsonl", [])
    (folder / "runs").mkdir()
    (folder / "runs" / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "qa" / "link.jsonl").symlink_to(tmp_path / "outside.jsonl")
    files = EvalFiles(folder)
    assert list(files.sets()) == [SAMPLE, SET]
    assert files.run_folders() == {}
    for name in (
        "../../outside.jsonl",
        "link.jsonl",
        str(tmp_path / "outside.jsonl"),
        "drafts.jsonl",
    ):
        with pytest.raises(BadInput, match="no set"):
            runner.start("chen", name)
    for name in ("../../elsewhere", "link", ".."):
        with pytest.raises(BadInput, match="no run"):
            runner.resume("chen", name)
        runner.delete(name)
    assert (tmp_path / "elsewhere" / "answers.jsonl").is_file()


def test_a_run_of_the_command_line_is_shown_where_its_set_is_known(folder, archive, runner):
    run = runner.start("chen", SET).run
    finished(runner)
    home = folder / "runs" / run
    made = json.loads((home / "answers.jsonl.run.json").read_text("utf-8"))
    runs = Runs(EvalFiles(folder))
    for name in ("set.jsonl", "desk.json"):
        (home / name).unlink()
    with pytest.raises(BadInput, match="QA set is not in"):
        runs._open(home)
    from eval.run_record import file_hash

    made["record"]["sets"] = {"questions": file_hash(folder / "qa" / SET)}
    (home / "answers.jsonl.run.json").write_text(json.dumps(made), encoding="utf-8")
    opened = Runs(EvalFiles(folder)).opened(run)
    assert (opened.card.set_name, opened.card.resumable) == (SET, False)


def test_without_a_model_a_run_lists_sentences(folder, archive):
    runner = Runner(engine_of(archive), EvalFiles(folder), record)
    run = runner.start("local", SET, limit=1, seed=1).run
    finished(runner)
    row = Runs(EvalFiles(folder)).opened(run).scores[0].row
    assert row.model == ""
    assert row.status in ("evidence_only", "not_found")


def test_what_was_taken_down_leaves_runs_sets_and_verdicts(folder, runner):
    run = runner.start("chen", SET).run
    finished(runner)
    files = [folder / "runs" / run / "answers.jsonl", folder / "runs" / run / "set.jsonl",
             folder / "qa" / SET, folder / "desk" / "feedback.jsonl"]  # fmt: skip
    assert all("port" in path.read_text("utf-8") for path in files)
    told = []
    DeskFiles(folder).forget_article("por", told.append)  # no id, only the beginning of one
    assert ids_in(files[2]) == {"loans", "port", "airport"}
    DeskFiles(folder).forget_article("port", told.append)
    for path in files:
        left = path.read_text("utf-8")
        assert PORT not in left
        assert "\0" not in left
    assert ids_in(files[2]) == {"loans", "airport"}
    assert told == []
    opened = Runs(EvalFiles(folder)).opened(run)
    assert "port" not in {score.question.id for score in opened.scores}


def test_a_run_that_was_open_forgets_what_only_its_set_named(folder, runner):
    elsewhere = question(
        "elsewhere", "云城机场何时扩建？", [["2030年"]], gold("gone", "机场2030年扩建。")
    )
    write_lines(folder / "qa" / SET, [*QUESTIONS, elsewhere])
    run = runner.start("chen", SET).run
    finished(runner)
    runs = Runs(EvalFiles(folder))
    assert "elsewhere" in {score.question.id for score in runs.opened(run).scores}
    DeskFiles(folder).forget_article("gone", print)
    assert "elsewhere" not in {score.question.id for score in runs.opened(run).scores}
    assert len(runs.opened(run).scores) == len(QUESTIONS)
