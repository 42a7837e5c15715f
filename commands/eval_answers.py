"""``suyuan eval answers``, ``rgb`` and ``reading``: whole answers over question sets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.engine import engine_for, settings_for
from commands.eval_run import (
    GateOption,
    LimitOption,
    ParallelOption,
    RepliesOption,
    ReportOption,
    SeedOption,
    SummaryOption,
    TypesOption,
    check_files,
    conclude,
    counted,
    kept_replies,
    names_in,
    questions_at_once,
    run_settings,
)
from commands.output import complain, print_report, say
from commands.progress import count_progress, items_progress

if TYPE_CHECKING:
    from eval.given_sets import GivenQuestion
    from eval.predict import Row

_Out = Annotated[Path, typer.Option(help="File for the answers, one row each; taken up again.")]
_NoLlm = Annotated[bool, typer.Option("--no-llm", help="Only what needs no language model.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("answers")(eval_answers)
    app.command("rgb")(eval_rgb)
    app.command("reading")(eval_reading)


@dataclass(frozen=True, slots=True)
class _Options:
    """How a set is asked, and what is made of the run."""

    out: Path
    limit: int
    types: str
    seed: int
    no_llm: bool
    replies: Path | None
    parallel: int
    gate: Path | None
    report: Path | None
    summary: Path | None

    def conclude(self, queries: Path, items: Sequence[Any]) -> None:
        conclude(
            self.out,
            queries,
            [item.id for item in items],
            gate=self.gate,
            report=self.report,
            summary=self.summary,
        )


def eval_answers(
    queries: Annotated[Path, typer.Option(help="A query set: docs/retrieval-format.md.")],
    out: _Out,
    corpus: Annotated[
        Path | None, typer.Option(help="The export to ask; its archive is kept beside --out.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="Ask this archive as it is, instead of --corpus.")
    ] = None,
    limit: LimitOption = 0,
    types: TypesOption = "",
    seed: SeedOption = 0,
    no_llm: _NoLlm = False,
    replies: RepliesOption = None,
    parallel: ParallelOption = 1,
    gate: GateOption = None,
    report: ReportOption = None,
    summary: SummaryOption = None,
) -> None:
    """Answer every query from the archive and score the answers."""
    from eval import retrieval
    from eval.answer_scores import answer_lines, score_answers
    from eval.answers import archive_answers
    from eval.predict import choose_items, run_predictions
    from eval.run_record import run_record
    from rag.assemble import open_encoder

    options = _Options(out, limit, types, seed, no_llm, replies, parallel, gate, report, summary)
    items = retrieval.read_retrieval_queries(queries)
    chosen = choose_items(items, types=names_in(types), limit=limit, seed=seed)
    retrieval.check_out(out, [queries, corpus, archive])
    check_files(gate, report, summary, queries, out)
    folder = retrieval.choose_archive(corpus, archive, out)
    if corpus and not archive:
        encoder = open_encoder(settings_for(folder))
        with items_progress() as show:
            ingested = retrieval.ingest_corpus(folder, corpus, encoder, progress=show)
        print_report(ingested, err=True)
    kept = kept_replies(replies)
    engine = engine_for(folder, no_llm=no_llm, replies=kept)
    if missing := retrieval.missing_gold(chosen, engine.archive):
        complain(f"{len(missing)} gold articles are not in {folder}, the first {missing[0]}")
    settings = run_settings(folder, no_llm=no_llm)
    at_once = questions_at_once(parallel, settings)
    with (
        counted(archive_answers(engine), kept, llm=bool(engine.model)) as ask,
        count_progress(len(chosen), "questions") as count,
    ):
        rows = run_predictions(
            chosen,
            ask,
            out,
            made_with={"index": engine.archive.index_version, "model": engine.model},
            record=run_record(settings, seed=seed, parallel=at_once, sets={"queries": queries}),
            parallel=at_once,
            on_done=count,
        )
    for line in answer_lines(score_answers(chosen, rows)):
        say(line)
    options.conclude(queries, chosen)


def eval_rgb(
    file: Annotated[Path, typer.Argument(help="An RGB set: docs/answers-format.md.")],
    out: _Out,
    limit: LimitOption = 0,
    types: TypesOption = "",
    seed: SeedOption = 0,
    no_llm: _NoLlm = False,
    replies: RepliesOption = None,
    parallel: ParallelOption = 1,
    gate: GateOption = None,
    report: ReportOption = None,
    summary: SummaryOption = None,
) -> None:
    """Answer from the documents of each row: noise, rejection, integration, forged facts."""
    from eval.given_scores import rgb_lines
    from eval.given_sets import read_rgb

    options = _Options(out, limit, types, seed, no_llm, replies, parallel, gate, report, summary)
    _given(read_rgb, rgb_lines, file, options)


def eval_reading(
    file: Annotated[Path, typer.Argument(help="A reading set: docs/answers-format.md.")],
    out: _Out,
    limit: LimitOption = 0,
    types: TypesOption = "",
    seed: SeedOption = 0,
    no_llm: _NoLlm = False,
    replies: RepliesOption = None,
    parallel: ParallelOption = 1,
    gate: GateOption = None,
    report: ReportOption = None,
    summary: SummaryOption = None,
) -> None:
    """Answer briefly from the passage of each row, or say that it does not hold the answer."""
    from eval.given_scores import reading_lines
    from eval.given_sets import read_reading

    options = _Options(out, limit, types, seed, no_llm, replies, parallel, gate, report, summary)
    _given(read_reading, reading_lines, file, options, brief=True)


def _given(
    read: "Callable[[Path], list[GivenQuestion]]",
    lines: "Callable[[list[GivenQuestion], list[Row]], list[str]]",
    file: Path,
    options: _Options,
    *,
    brief: bool = False,
) -> None:
    from eval.predict import answer_row, choose_items, run_predictions
    from eval.retrieval import check_out
    from eval.run_record import run_record
    from rag.assemble import open_given

    chosen = choose_items(
        read(file), types=names_in(options.types), limit=options.limit, seed=options.seed
    )
    check_out(options.out, [file])
    check_files(options.gate, options.report, options.summary, file, options.out)
    settings = run_settings(None, no_llm=options.no_llm)
    kept = kept_replies(options.replies)
    given = open_given(settings, brief=brief, warn=complain, replies=kept)

    def ask(item: "GivenQuestion") -> "Row":
        answer = given.ask(item.question, item.articles)
        ranked = dict.fromkeys(each.article_id for each in answer.evidence)
        return answer_row(item.id, answer, list(ranked))

    at_once = questions_at_once(options.parallel, settings)
    with (
        counted(ask, kept, llm=bool(given.model)) as ask_counted,
        count_progress(len(chosen), "questions") as count,
    ):
        rows = run_predictions(
            chosen,
            ask_counted,
            options.out,
            made_with={"model": given.model},
            record=run_record(settings, seed=options.seed, parallel=at_once, sets={"set": file}),
            parallel=at_once,
            on_done=count,
        )
    for line in lines(chosen, rows):
        say(line)
    options.conclude(file, chosen)
