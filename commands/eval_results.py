"""``suyuan eval results``: docs/results.md, written from the kept summaries of runs."""

from pathlib import Path
from typing import Annotated

import typer

from commands.output import say


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("results")(eval_results)


def eval_results(
    folder: Annotated[Path, typer.Option("--from", help="The summaries: docs/runs.md.")] = Path(
        "docs/results"
    ),
    out: Annotated[Path, typer.Option(help="The page.")] = Path("docs/results.md"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 where the page is stale.")
    ] = False,
) -> None:
    """Write the page of public figures from the summaries that --summary keeps."""
    from eval.results import read_summaries, read_words, results_page
    from eval.retrieval_out import check_out, write_lines
    from index.errors import BadInput

    page = results_page(read_summaries(folder), read_words(folder))
    if check:
        held = out.read_text(encoding="utf-8") if out.is_file() else ""
        if held != page:
            raise BadInput(f"{out} is stale; write it: suyuan eval results")
        say(f"{out} is up to date")
        return
    check_out(out, [])
    write_lines(page.splitlines(), out)
    say(f"{out}: written from {folder}")
