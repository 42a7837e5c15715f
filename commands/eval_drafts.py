"""``suyuan eval drafts``: the draft checker on claims with a known verdict, without the LLM."""

import contextlib
import json
from pathlib import Path
from typing import Annotated

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption
from commands.output import say
from commands.progress import count_progress


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("drafts")(eval_drafts)


def eval_drafts(
    queries: Annotated[Path, typer.Option(help="A claim set: docs/draft-check.md.")],
    out: Annotated[Path, typer.Option(help="File for the run, one row per claim.")],
    archive: ArchiveOption = None,
    split: Annotated[str, typer.Option(help="Only the drafts of this split: dev, held …")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
) -> None:
    """Check every draft of a claim set, without the LLM, and score the verdicts."""
    from eval import drafts
    from eval.retrieval_out import check_out, write_lines
    from index.archive import Archive
    from index.errors import BadInput
    from rag.assemble import open_encoder, require_archive
    from rag.draft_check import check_draft

    cases = drafts.read_cases(queries)
    splits = sorted({case.split for case in cases})
    if split and split not in splits:
        raise BadInput(f"--split is {split!r}; {queries} has {', '.join(splits)}")
    cases = [case for case in cases if split in ("", case.split)]
    settings = settings_for(archive)
    check_out(out, [queries, settings.archive])  # before the slow part
    require_archive(settings.archive)
    encoder = open_encoder(settings)
    with (
        contextlib.closing(Archive.open(settings.archive, encoder)) as opened,
        count_progress(len(cases), "drafts") as count,
    ):
        scores = drafts.score_cases(
            cases,
            lambda case: check_draft(opened, encoder, case.draft, published=case.published),
            on_done=count,
        )
    rows = [json.dumps(drafts.row_json(score), ensure_ascii=False) for score in scores]
    write_lines(rows, out)
    if as_json:
        say(json.dumps(drafts.summary_json(scores), ensure_ascii=False, indent=2))
        return
    for line in drafts.table_lines(scores):
        say(line)
