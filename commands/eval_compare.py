"""``suyuan eval compare``: two runs of one question set, and whether one is better."""

import json
from pathlib import Path
from typing import Annotated

import typer

from commands.output import say


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("compare")(eval_compare)


def eval_compare(
    a: Annotated[Path, typer.Argument(help="A run: a file, or the folder of eval qa.")],
    b: Annotated[Path, typer.Argument(help="The run to hold against it.")],
    queries: Annotated[
        Path,
        typer.Option("--queries", "--questions", help="The question set of both: docs/runs.md."),
    ],
    every: Annotated[
        bool, typer.Option("--all", help="Every question, with both answers whole.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole as one JSON object.")] = False,
    gate: Annotated[
        Path | None, typer.Option(help="Bars that B has to hold: docs/runs.md. Else exit code 1.")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Hold B where A or B lacks questions.")
    ] = False,
    resamples: Annotated[
        int, typer.Option(min=100, max=1_000_000, help="Draws of the bootstrap.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Where its draws begin.")] = 0,
) -> None:
    """Compare run B with run A: every measure with its interval, every question that changed."""
    from commands.eval_report import hold_gate
    from eval.compare import compare_runs
    from eval.compare_text import comparison_json, comparison_lines
    from eval.gate import read_gate
    from eval.metrics_run import read_run
    from eval.metrics_set import read_set

    questions = read_set(queries)
    bars = read_gate(gate) if gate else []
    one, two = read_run(a), read_run(b)
    found = compare_runs(questions, one, two, resamples=resamples, seed=seed)
    if as_json:
        say(json.dumps(comparison_json(found, one, two), ensure_ascii=False, indent=1))
    else:
        for line in comparison_lines(found, one, two, every=every):
            say(line)
    missing = 0 if partial else len(questions.questions) - len(found.questions)
    hold_gate(bars, [item.b for item in found.questions], missing=missing, err=as_json)
