"""``suyuan eval qa``: answers, citations and refusals over a QA set."""

from pathlib import Path
from typing import Annotated

import typer

from commands.engine import engine_for
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
    limit: Annotated[int, typer.Option(min=0, help="Only the first N; 0: all.")] = 0,
) -> None:
    """Ask every question of a QA set and score answers, citations and refusals."""
    from eval.qa import read_questions, run_questions, summary_lines

    items = read_questions(questions)[: limit or None]
    engine = engine_for(archive, no_llm=no_llm)
    with count_progress(len(items), "questions") as count:
        scores = run_questions(engine, items, out, on_done=count)
    for line in summary_lines(scores):
        say(line)
