"""``suyuan qa``: make question sets — check, convert, draft and review them."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from commands import qa_draft, qa_review
from commands.output import complain, say

_MOST_LISTED = 20


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Make question sets for suyuan eval."
    )
    group.command("validate")(qa_validate)
    group.command("convert")(qa_convert)
    qa_draft.register(group)
    qa_review.register(group)
    app.add_typer(group, name="qa")


def qa_validate(
    file: Annotated[Path, typer.Argument(help="A QA set: docs/qa-format.md.")],
    archive: Annotated[
        Path | None, typer.Option(help="Also look whether this archive has the gold sentences.")
    ] = None,
) -> None:
    """Say what is wrong in a QA set, with line numbers; exit code 1 where anything is."""
    from collections import Counter

    from eval.questions import read_questions

    items = read_questions(file)
    types = Counter(item.type for item in items)
    say(f"{file}: {len(items)} questions, {sum(item.answerable for item in items)} answerable")
    say("  " + ", ".join(f"{name} {count}" for name, count in types.items()))
    if archive and (faults := _gold_faults(file, archive)):
        for fault in faults[:_MOST_LISTED]:
            complain(f"  {fault}")
        complain(f"{len(faults)} gold sentences are not in {archive}")
        raise typer.Exit(1)


def _gold_faults(file: Path, archive: Path) -> list[str]:
    from commands.archive_bodies import article_bodies
    from eval.draft import stands_in
    from eval.questions import read_questions

    faults = []
    with article_bodies(archive) as body:
        for item in read_questions(file):
            for gold in item.gold:
                text = body(gold.article_id)
                if text is None:
                    faults.append(f"{item.id}: no article {gold.article_id}")
                elif not stands_in(gold.quote, text):
                    faults.append(f"{item.id}: not in {gold.article_id}: {gold.quote[:60]}")
    return faults


def qa_convert(
    file: Annotated[Path, typer.Argument(help="A file of a public set: docs/qa-format.md.")],
    form: Annotated[
        Literal[
            "cmrc", "squad", "rgb", "crud-rag", "multihop-rag", "suyuan-bench-retrieval", "reading"
        ],
        typer.Option("--from", help="The format of FILE."),
    ],
    out: Annotated[Path, typer.Option(help="File for the QA set.")],
    corpus: Annotated[
        Path | None,
        typer.Option(help="File for the texts that the set brings along, for suyuan ingest."),
    ] = None,
    documents: Annotated[
        Path | None,
        typer.Option(help="MultiHop-RAG's corpus.json, whose articles go into --corpus."),
    ] = None,
) -> None:
    """Turn a public question set into a QA set; rows that cannot be used are named and left out."""
    import json

    from eval.convert import convert, read_documents
    from eval.retrieval_out import check_out, write_lines

    check_out(out, [file, documents])
    if corpus:
        check_out(corpus, [file, documents, out])
    found = convert(form, file)
    if documents:
        read_documents(documents, found)
    _tell_faults(found.faults)
    write_lines((json.dumps(row, ensure_ascii=False) for row in found.rows), out)
    say(f"{out}: {len(found.rows)} questions")
    if corpus:
        lines = (json.dumps(row, ensure_ascii=False) for row in found.articles.values())
        write_lines(lines, corpus)
        say(f"{corpus}: {len(found.articles)} articles; next: suyuan ingest {corpus}")
    elif found.articles:
        complain(f"{len(found.articles)} texts of the set are left out: --corpus FILE keeps them")


def _tell_faults(faults: dict[str, str]) -> None:
    for place, fault in list(faults.items())[:_MOST_LISTED]:
        complain(f"  {place}: {fault}")
    if len(faults) > _MOST_LISTED:
        complain(f"  … and {len(faults) - _MOST_LISTED} more")
    if faults:
        complain(f"{len(faults)} rows cannot be used and are left out")
