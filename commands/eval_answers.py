"""``suyuan eval answers``, ``rgb`` and ``reading``: whole answers over question sets."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import engine_for, settings_for
from commands.output import complain, print_report, say
from commands.progress import count_progress, items_progress

if TYPE_CHECKING:
    from eval.given_sets import GivenQuestion
    from eval.predict import Row
    from rag.replies import Replies

_Out = Annotated[Path, typer.Option(help="File for the answers, one row each; taken up again.")]
_Limit = Annotated[int, typer.Option(min=0, help="Ask this many, drawn by --seed (0: all).")]
_Types = Annotated[str, typer.Option(help="Only these types, with commas between.")]
_Seed = Annotated[int, typer.Option(help="Which questions --limit draws.")]
_Kept = Annotated[
    Path | None,
    typer.Option(help="Keep what the model says here; the same prompt is not asked again."),
]
_NoLlm = Annotated[bool, typer.Option("--no-llm", help="Only what needs no language model.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("answers")(eval_answers)
    app.command("rgb")(eval_rgb)
    app.command("reading")(eval_reading)


def eval_answers(
    queries: Annotated[Path, typer.Option(help="A query set: docs/retrieval-format.md.")],
    out: _Out,
    corpus: Annotated[
        Path | None, typer.Option(help="The export to ask; its archive is kept beside --out.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="Ask this archive as it is, instead of --corpus.")
    ] = None,
    limit: _Limit = 0,
    types: _Types = "",
    seed: _Seed = 0,
    no_llm: _NoLlm = False,
    replies: _Kept = None,
) -> None:
    """Answer every query from the archive and score the answers."""
    from eval import retrieval
    from eval.answer_scores import answer_lines, score_answers
    from eval.answers import archive_answers
    from eval.predict import choose_items, run_predictions, untimed_where_kept
    from rag.assemble import open_encoder

    items = retrieval.read_retrieval_queries(queries)
    chosen = choose_items(items, types=_names(types), limit=limit, seed=seed)
    retrieval.check_out(out, [queries, corpus, archive])
    folder = retrieval.choose_archive(corpus, archive, out)
    if corpus and not archive:
        encoder = open_encoder(settings_for(folder))
        with items_progress() as show:
            report = retrieval.ingest_corpus(folder, corpus, encoder, progress=show)
        print_report(report, err=True)
    kept = _replies(replies)
    engine = engine_for(folder, no_llm=no_llm, replies=kept)
    if missing := retrieval.missing_gold(chosen, engine.archive):
        complain(f"{len(missing)} gold articles are not in {folder}, the first {missing[0]}")
    made_with = {"index": engine.archive.index_version, "model": engine.model}
    ask = untimed_where_kept(archive_answers(engine), kept)
    with count_progress(len(chosen), "questions") as count:
        rows = run_predictions(chosen, ask, out, made_with=made_with, on_done=count)
    for line in answer_lines(score_answers(chosen, rows)):
        say(line)


def eval_rgb(
    file: Annotated[Path, typer.Argument(help="An RGB set: docs/answers-format.md.")],
    out: _Out,
    limit: _Limit = 0,
    types: _Types = "",
    seed: _Seed = 0,
    no_llm: _NoLlm = False,
    replies: _Kept = None,
) -> None:
    """Answer from the documents of each row: noise, rejection, integration, forged facts."""
    from eval.given_scores import rgb_lines
    from eval.given_sets import read_rgb

    _given(
        read_rgb,
        rgb_lines,
        file,
        out,
        types=types,
        limit=limit,
        seed=seed,
        no_llm=no_llm,
        replies=replies,
    )


def eval_reading(
    file: Annotated[Path, typer.Argument(help="A reading set: docs/answers-format.md.")],
    out: _Out,
    limit: _Limit = 0,
    types: _Types = "",
    seed: _Seed = 0,
    no_llm: _NoLlm = False,
    replies: _Kept = None,
) -> None:
    """Answer briefly from the passage of each row, or say that it does not hold the answer."""
    from eval.given_scores import reading_lines
    from eval.given_sets import read_reading

    _given(
        read_reading,
        reading_lines,
        file,
        out,
        types=types,
        limit=limit,
        seed=seed,
        no_llm=no_llm,
        replies=replies,
        brief=True,
    )


def _given(
    read: "Callable[[Path], list[GivenQuestion]]",
    lines: "Callable[[list[GivenQuestion], list[Row]], list[str]]",
    file: Path,
    out: Path,
    *,
    types: str,
    limit: int,
    seed: int,
    no_llm: bool,
    replies: Path | None,
    brief: bool = False,
) -> None:
    from eval.predict import answer_row, choose_items, run_predictions, untimed_where_kept
    from eval.retrieval import check_out
    from rag.assemble import open_given

    chosen = choose_items(read(file), types=_names(types), limit=limit, seed=seed)
    check_out(out, [file])
    settings = settings_for(None)
    if no_llm:
        settings = settings.model_copy(update={"llm": "none"})
    kept = _replies(replies)
    given = open_given(settings, brief=brief, warn=complain, replies=kept)

    def ask(item: "GivenQuestion") -> "Row":
        answer = given.ask(item.question, item.articles)
        ranked = dict.fromkeys(each.article_id for each in answer.evidence)
        return answer_row(item.id, answer, list(ranked))

    with count_progress(len(chosen), "questions") as count:
        rows = run_predictions(
            chosen,
            untimed_where_kept(ask, kept),
            out,
            made_with={"model": given.model},
            on_done=count,
        )
    for line in lines(chosen, rows):
        say(line)


def _replies(path: Path | None) -> "Replies | None":
    from rag.replies import Replies

    return Replies(path) if path else None


def _names(types: str) -> list[str]:
    return [name.strip() for name in types.split(",") if name.strip()]
