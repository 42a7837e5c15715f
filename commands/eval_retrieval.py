"""``suyuan eval retrieval``: rankings and evidence over a query set, without the LLM."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from commands.engine import settings_for
from commands.eval_run import GateOption, ReportOption, SummaryOption, check_files, conclude
from commands.output import complain, print_report, say
from commands.progress import count_progress, items_progress


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("retrieval")(eval_retrieval)


def eval_retrieval(
    queries: Annotated[Path, typer.Option(help="A query set: docs/retrieval-format.md.")],
    out: Annotated[Path, typer.Option(help="File for the run, one row per query.")],
    corpus: Annotated[
        Path | None, typer.Option(help="The export to search; its archive is kept beside --out.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="Search this archive as it is, instead of --corpus.")
    ] = None,
    mode: Annotated[
        Literal["dense", "lexical", "hybrid"], typer.Option(help="By meaning, by words, or both.")
    ] = "hybrid",
    limit: Annotated[int, typer.Option(min=1, help="Sentences of evidence.")] = 6,
    articles: Annotated[int, typer.Option(min=1, help="Articles ranked.")] = 20,
    reranker: Annotated[
        str, typer.Option(help="A CrossEncoder, folder or name (default: SUYUAN_RERANKER).")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
    gate: GateOption = None,
    report: ReportOption = None,
    summary: SummaryOption = None,
) -> None:
    """Rank articles and choose evidence for every query, without the LLM, and score both."""
    from eval import retrieval, retrieval_scores
    from eval.predict import write_record
    from eval.run_record import run_record
    from index.archive import Archive
    from rag.assemble import open_encoder, open_reranker, require_archive

    items = retrieval.read_retrieval_queries(queries)
    retrieval.check_out(out, [queries, corpus, archive])  # before the slow part
    check_files(gate, report, summary, queries, out)
    folder = retrieval.choose_archive(corpus, archive, out)
    if archive:
        require_archive(folder)  # before the encoder loads
    settings = settings_for(folder)
    if reranker:
        settings = settings.model_copy(update={"reranker": reranker})
    orders = open_reranker(settings)
    encoder = open_encoder(settings)
    if corpus and not archive:
        with items_progress() as show:
            ingested = retrieval.ingest_corpus(folder, corpus, encoder, progress=show)
        print_report(ingested, err=True)
    opened = Archive.open(folder, encoder)
    if missing := retrieval.missing_gold(items, opened):
        complain(f"{len(missing)} gold articles are not in {folder}, the first {missing[0]}")
    find = retrieval.archive_search(
        opened,
        encoder,
        mode=retrieval.Mode(mode),
        limit=limit,
        articles=articles,
        reranker=orders,
    )
    with count_progress(len(items), "queries") as count:
        results = retrieval.run_queries(items, find, on_done=count)
    retrieval.write_run(results, out)
    write_record(
        out,
        {"index": opened.index_version, "mode": mode, "model": ""},
        run_record(settings, sets={"queries": queries}),
    )
    rows = retrieval_scores.summarise(retrieval.score_results(results))
    seconds = [result.seconds for result in results]
    if as_json:
        table = retrieval_scores.summary_json(rows, seconds)
        say(json.dumps({"mode": mode, **table}, ensure_ascii=False, indent=2))
    else:
        for line in [*retrieval_scores.table_lines(rows), retrieval_scores.latency_line(seconds)]:
            say(line)
    ids = [item.id for item in items]
    conclude(out, queries, ids, gate=gate, report=report, summary=summary)
