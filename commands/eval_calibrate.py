"""``suyuan eval calibrate``: fit the not-found decision to question sets."""

from pathlib import Path
from typing import Annotated

import typer

from commands.engine import settings_for
from commands.output import say
from commands.progress import count_progress


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("calibrate")(eval_calibrate)


def eval_calibrate(
    queries: Annotated[list[Path], typer.Option(help="A query set or QA set; may be repeated.")],
    archive: Annotated[list[Path], typer.Option(help="The archive of each set, in their order.")],
    out: Annotated[
        Path | None,
        typer.Option(help="File for it; ARCHIVE/decision.json is used from then on."),
    ] = None,
) -> None:
    """Fit when to say not found, from questions with and without an answer in the archive."""
    from eval import calibrate
    from eval.retrieval_out import check_out, write_lines
    from index.archive import Archive
    from index.errors import BadInput
    from rag.assemble import open_encoder, require_archive
    from rag.decision import decision_json

    if len(queries) != len(archive):
        raise BadInput(
            f"There are {len(queries)} --queries and {len(archive)} --archive; give one archive "
            "for each set, in the same order."
        )
    asked = [calibrate.read_asked(path) for path in queries]
    for folder in archive:
        require_archive(folder)
    if out:
        check_out(out, list(queries))
    encoder = open_encoder(settings_for(archive[0]))
    judged: list[calibrate.Judged] = []
    with count_progress(sum(map(len, asked)), "questions") as count:
        for path, folder, items in zip(queries, archive, asked, strict=True):
            opened = Archive.open(folder, encoder)
            try:
                judged += calibrate.judge(items, opened, encoder, group=str(path), on_done=count)
            finally:
                opened.close()
    found = calibrate.calibrate(judged, encoder=encoder.name)
    for line in calibrate.calibration_lines(found):
        say(line)
    if out:
        write_lines(decision_json(found.decision).splitlines(), out)
        say(f"written to {out}")
