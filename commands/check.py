"""``suyuan check``: a draft against the archive."""

import contextlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from commands.engine import settings_for
from commands.options import ArchiveOption, read_day
from commands.output import complain, say
from index.errors import BadInput, UserError

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from rag.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(check)


def check(
    draft: Annotated[str, typer.Argument(help="The draft: .txt .md .html .pdf, or - for stdin.")],
    archive: ArchiveOption = None,
    day: Annotated[
        str,
        typer.Option(
            "--date", help="The day the draft is from, YYYY-MM-DD: 上半年 is that year's."
        ),
    ] = "",
    form: Annotated[
        Literal["text", "json", "html"], typer.Option("--format", help="How to print the report.")
    ] = "text",
    out: Annotated[
        Path | None, typer.Option(help="Write the report to this file instead of stdout.")
    ] = None,
    no_llm: Annotated[
        bool, typer.Option("--no-llm", help="Leave sentences unchecked that only an LLM can judge.")
    ] = False,
    lang: Annotated[
        Literal["zh", "en"],
        typer.Option(help="Language of the text and the page; JSON is the same in both."),
    ] = "zh",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if any claim is contradicted.")
    ] = False,
) -> None:
    """Check each figure, date, name and quotation of a draft against the archive."""
    from desk.told import told
    from eval.retrieval_out import check_out, write_lines
    from index.archive import Archive
    from rag.assemble import open_encoder, require_archive
    from rag.draft_check import check_draft
    from rag.draft_lines import report_lines
    from rag.draft_out import report_json
    from rag.draft_read import draft_from_bytes, read_draft
    from rag.draft_types import Verdict

    published = read_day(day, "--date")
    if out is not None and not out.parent.is_dir():
        raise BadInput(f"--out is {out}, but there is no folder {out.parent}. Make it first.")
    text = draft_from_bytes(sys.stdin.buffer.read()) if draft == "-" else read_draft(Path(draft))
    if out is not None:
        check_out(out, [] if draft == "-" else [Path(draft)])
    settings = settings_for(archive)
    if no_llm:
        settings = settings.model_copy(update={"llm": "none"})
    require_archive(settings.archive)
    encoder = open_encoder(settings)
    with contextlib.closing(Archive.open(settings.archive, encoder)) as opened:
        llm, model = _llm(settings)
        report = check_draft(opened, encoder, text, published=published, llm=llm, model=model)
    worded = replace(report, notes=tuple(told(note, lang) for note in report.notes))
    if form == "json":
        printed = json.dumps(report_json(report), ensure_ascii=False, indent=2) + "\n"
    elif form == "html":
        from rag.draft_html import report_html

        name = "" if draft == "-" else Path(draft).name
        printed = report_html(worded, name=name, lang=lang)
    else:
        printed = "\n".join(report_lines(worded, lang=lang)) + "\n"
    if out is None:
        say(printed.rstrip("\n"))
    else:
        write_lines(printed.rstrip("\n").split("\n"), out)
        complain(f"已写入 Wrote {out}")
    if strict and report.counts[Verdict.CONTRADICTED]:
        raise typer.Exit(1)


def _llm(settings: "Settings") -> "tuple[LLM | None, str]":
    """The model for what only a model can judge, and its name; None, with a word why, without."""
    from rag.assemble import find_endpoint
    from rag.llm import connect

    try:
        endpoint = find_endpoint(settings)
    except UserError as error:
        complain(f"{error} 陈述句不核。Sentences that only an LLM can judge are left unchecked.")
        return None, ""
    return (connect(endpoint), endpoint.model) if endpoint else (None, "")
