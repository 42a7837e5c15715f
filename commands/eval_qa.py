"""``suyuan eval qa``: answers, citations and refusals over a QA set."""

from pathlib import Path
from typing import Annotated

import typer

from commands.engine import engine_for
from commands.eval_run import (
    GateOption,
    LimitOption,
    ParallelOption,
    RepliesOption,
    ReportOption,
    SeedOption,
    SummaryOption,
    TypesOption,
    check_files,
    conclude,
    counted,
    kept_replies,
    names_in,
    questions_at_once,
    run_settings,
)
from commands.options import ArchiveOption, NoLLMOption
from commands.output import say
from commands.progress import count_progress


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("qa")(eval_qa)


def eval_qa(
    questions: Annotated[Path, typer.Option(help="A QA set: docs/qa-format.md.")],
    archive: ArchiveOption = None,
    out: Annotated[Path, typer.Option(help="Folder for the run.")] = Path("runs/qa"),
    no_llm: NoLLMOption = False,
    limit: LimitOption = 0,
    types: TypesOption = "",
    seed: SeedOption = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Take up the run in --out instead of beginning anew.")
    ] = False,
    parallel: ParallelOption = 1,
    replies: RepliesOption = None,
    gate: GateOption = None,
    report: ReportOption = None,
    summary: SummaryOption = None,
) -> None:
    """Ask every question of a QA set and score answers, citations and refusals."""
    from eval.predict import choose_items
    from eval.qa import asker, read_questions, run_questions, summary_lines
    from eval.run_record import run_record

    items = choose_items(read_questions(questions), types=names_in(types), limit=limit, seed=seed)
    check_files(gate, report, summary, questions)
    settings = run_settings(archive, no_llm=no_llm)
    at_once = questions_at_once(parallel, settings)
    kept = kept_replies(replies)
    engine = engine_for(archive, no_llm=no_llm, replies=kept)
    with (
        counted(asker(engine), kept, llm=bool(engine.model)) as ask,
        count_progress(len(items), "questions") as count,
    ):
        scores = run_questions(
            engine,
            items,
            out,
            ask=ask,
            made_with={"index": engine.archive.index_version, "model": engine.model},
            record=run_record(settings, seed=seed, parallel=at_once, sets={"questions": questions}),
            resume=resume,
            parallel=at_once,
            on_done=count,
        )
    for line in summary_lines(scores):
        say(line)
    ids = [item.id for item in items]
    conclude(out, questions, ids, gate=gate, report=report, summary=summary)
