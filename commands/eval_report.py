"""``suyuan eval report``: every measure of a run, held to a gate, and as a page to read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from commands.output import complain, say

if TYPE_CHECKING:
    from eval.gate import Bar
    from eval.metrics_run import Run
    from eval.metrics_score import Scored
    from eval.metrics_set import QuestionSet


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("report")(eval_report)


def eval_report(
    run: Annotated[Path, typer.Argument(help="A run: a file, or the folder of eval qa.")],
    queries: Annotated[
        Path, typer.Option("--queries", "--questions", help="Its question set: docs/runs.md.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write an HTML page with every question.")
    ] = None,
    gate: Annotated[
        Path | None, typer.Option(help="Bars to hold: docs/runs.md. Else exit code 1.")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Hold a run that lacks questions to its bars.")
    ] = False,
    by: Annotated[
        Literal["type", "language", "month"], typer.Option(help="The columns of the table.")
    ] = "type",
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
) -> None:
    """Score a run by every measure that its rows and its set allow; nothing is asked again."""
    from eval.gate import read_gate
    from eval.metrics_run import read_run, run_file
    from eval.metrics_score import score_run
    from eval.metrics_set import read_set
    from eval.metrics_table import table_json, table_lines
    from eval.retrieval_out import check_out

    if out:
        check_out(out, [run_file(run), queries, gate])
    questions, bars = read_set(queries), read_gate(gate) if gate else []
    read = read_run(run)
    scores = score_run(questions, read)
    _tell_left_out(questions, read, scores)
    if out:
        from eval.report import report_html
        from eval.retrieval_out import write_lines

        write_lines(report_html(questions, read, scores).splitlines(), out)
        complain(f"报告 Report: {out}")
    if as_json:
        say(json.dumps(table_json(scores, by=by), ensure_ascii=False, indent=1))
    else:
        for line in table_lines(scores, by=by):
            say(line)
    missing = 0 if partial else len(questions.questions) - len(scores)
    hold_gate(bars, scores, missing=missing, err=as_json)


def hold_gate(
    bars: "Sequence[Bar]", scores: "Sequence[Scored]", *, missing: int, err: bool = False
) -> None:
    """Print a line per bar; exit with 1 where one is missed by more than noise.

    ``missing``: questions of the set that ``scores`` lacks, where that is a failure too.

    Raises:
        typer.Exit: A bar is missed, no question has its measure, or questions are missing.
    """
    from eval.gate import gate_lines, hold_bars

    if not bars:
        return
    held = hold_bars(bars, scores)
    for line in gate_lines(held, missing=missing):
        typer.echo(line, err=err)
    if missing or any(item.failed for item in held):
        raise typer.Exit(1)


def _tell_left_out(questions: "QuestionSet", run: "Run", scores: "Sequence[Scored]") -> None:
    known = {item.id for item in questions.questions}
    if missing := [item.id for item in questions.questions if item.id not in run.rows]:
        complain(
            f"{len(missing)} of {len(known)} questions have no row in {run.path} and are left "
            f'out, the first "{missing[0]}"'
        )
    if others := [key for key in run.rows if key not in known]:
        complain(
            f"{len(others)} rows of {run.path} are of no question of {questions.path} and are "
            f'left out, the first "{others[0]}"'
        )
