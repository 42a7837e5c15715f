"""``suyuan eval``: the group of scoring commands. Each registers itself from its own file."""

import typer

from commands import (
    eval_answers,
    eval_calibrate,
    eval_compare,
    eval_drafts,
    eval_judge,
    eval_matrix,
    eval_qa,
    eval_report,
    eval_results,
    eval_retrieval,
)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Score the archive assistant."
    )
    eval_qa.register(group)
    eval_retrieval.register(group)
    eval_answers.register(group)
    eval_calibrate.register(group)
    eval_compare.register(group)
    eval_report.register(group)
    eval_drafts.register(group)
    eval_judge.register(group)
    eval_matrix.register(group)
    eval_results.register(group)
    app.add_typer(group, name="eval")
