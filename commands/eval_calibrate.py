"""``suyuan eval calibrate``: fit the not-found decision to question sets."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import settings_for
from commands.output import say
from commands.progress import count_progress

if TYPE_CHECKING:
    from eval.calibrate import Judged
    from eval.given_sets import GivenQuestion
    from index.types import Encoder


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("calibrate")(eval_calibrate)


def eval_calibrate(
    queries: Annotated[
        list[Path] | None, typer.Option(help="A query set or QA set; may be repeated.")
    ] = None,
    archive: Annotated[
        list[Path] | None, typer.Option(help="The archive of each set, in their order.")
    ] = None,
    reading: Annotated[
        list[Path] | None, typer.Option(help="A reading set: fits the decision over given texts.")
    ] = None,
    rgb: Annotated[
        list[Path] | None, typer.Option(help="An RGB set, with --reading: its noise and reject.")
    ] = None,
    over_refusal: Annotated[
        float, typer.Option(min=0, max=0.5, help="Share of the answerable it may refuse.")
    ] = 0.04,
    asked_again: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the unanswerable asked of the LLM twice.")
    ] = 0.15,
    out: Annotated[
        Path | None,
        typer.Option(help="File for it; ARCHIVE/decision.json is used from then on."),
    ] = None,
) -> None:
    """Fit when to say not found, from questions with and without an answer.

    Over archives (--queries, --archive) or over texts given with the questions (--reading, --rgb).
    """
    from eval.calibrate import calibrate, calibration_lines
    from eval.retrieval_out import check_out, write_lines
    from index.errors import BadInput
    from rag.assemble import open_encoder
    from rag.decision import decision_json

    sets, folders = queries or [], archive or []
    texts = [*(reading or []), *(rgb or [])]
    if bool(sets) == bool(texts) or len(sets) != len(folders):
        raise BadInput(
            f"There are {len(sets)} --queries and {len(folders)} --archive, {len(texts)} --reading "
            "or --rgb; give one archive for each set in the same order, or sets with texts alone."
        )
    if out:
        check_out(out, [*sets, *texts])
    asked = _given_questions(reading or [], rgb or [])
    if sets:
        judged, encoder = _judge_archives(sets, folders)
    else:
        encoder = open_encoder(settings_for(None))
        judged = _judge_texts(asked, encoder)
    found = calibrate(
        judged,
        encoder=encoder.name,
        over_refusal=over_refusal,
        asked_again=asked_again,
        whole_sets=bool(sets),
    )
    for line in calibration_lines(found):
        say(line)
    if out:
        write_lines(decision_json(found.decision).splitlines(), out)
        say(f"written to {out}")


def _judge_archives(sets: list[Path], folders: list[Path]) -> "tuple[list[Judged], Encoder]":
    from eval.calibrate import judge, read_asked
    from index.archive import Archive
    from rag.assemble import open_encoder, require_archive

    asked = [read_asked(path) for path in sets]
    for folder in folders:
        require_archive(folder)
    encoder = open_encoder(settings_for(folders[0]))
    judged: list[Judged] = []
    with count_progress(sum(map(len, asked)), "questions") as count:
        for path, folder, items in zip(sets, folders, asked, strict=True):
            opened = Archive.open(folder, encoder)
            try:
                judged += judge(items, opened, encoder, group=str(path), on_done=count)
            finally:
                opened.close()
    return judged, encoder


def _given_questions(
    reading: list[Path], rgb: list[Path]
) -> "list[tuple[str, list[GivenQuestion]]]":
    from eval.given_sets import read_reading, read_rgb

    # Forged texts and several answers are other tasks than finding out whether there is one.
    found = [(str(path), read_reading(path)) for path in reading]
    for path in rgb:
        items = [item for item in read_rgb(path) if item.type in ("noise", "reject")]
        found.append((str(path), items))
    return found


def _judge_texts(
    asked: "list[tuple[str, list[GivenQuestion]]]", encoder: "Encoder"
) -> "list[Judged]":
    from eval.calibrate import judge_given
    from index.errors import BadInput
    from index.types import TokenEncoder

    if not isinstance(encoder, TokenEncoder):
        raise BadInput(f"{encoder.name} gives no token vectors; unset SUYUAN_ENCODER.")
    judged: list[Judged] = []
    with count_progress(sum(len(items) for _, items in asked), "questions") as count:
        for group, items in asked:
            judged += judge_given(items, encoder, group=group, on_done=count)
    return judged
