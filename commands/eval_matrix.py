"""``suyuan eval matrix``: configurations side by side, with what each costs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.engine import settings_for
from commands.eval_run import SummaryOption, command_line, counted
from commands.output import complain, say
from commands.progress import count_progress

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date

    from eval.matrix import Config, Matrix
    from eval.matrix_run import Asker
    from eval.metrics_set import QuestionSet
    from index.types import Encoder
    from rag.search import Findings
    from rag.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("matrix")(eval_matrix)


def eval_matrix(
    file: Annotated[
        Path | None, typer.Argument(help="Configurations, TOML or JSON: docs/runs.md.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Folder for the runs, one file a configuration.")
    ] = Path("runs/matrix"),
    queries: Annotated[
        Path | None, typer.Option("--queries", "--questions", help="Instead of the file's own.")
    ] = None,
    archive: Annotated[Path | None, typer.Option(help="Instead of the file's own.")] = None,
    config: Annotated[
        list[str] | None,
        typer.Option(help="One more: name=NAME,mode=dense,evidence=3; may be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Ask this many, drawn by --seed.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw and of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
    summary: SummaryOption = None,
) -> None:
    """Compare configurations over one question set, each with intervals against the first."""
    from eval.bootstrap import RESAMPLES
    from eval.matrix_table import entries, matrix_json, matrix_lines
    from eval.metrics_run import read_run
    from eval.metrics_set import only, read_set
    from eval.retrieval_out import check_out
    from eval.summary import summary_head, write_summary

    plan = _plan(file, config or [])
    asked = _path(queries, plan.questions, "--questions")
    if summary:
        check_out(summary, [asked, file])
    questions = read_set(asked)
    bench = _Bench(plan, archive, limit=limit, seed=seed)
    _check_models(plan)
    runs = {}
    ids: set[str] | None = None
    for item in plan.config:
        path = out / f"{item.name}.jsonl"
        check_out(path, [asked, file])
        done = bench.run(item, questions, asked, path)
        ids = done if ids is None else ids & done
        runs[item.name] = read_run(path)
    # Rankings have fewer questions than answers: all are compared on those that all were asked.
    rows = entries(only(questions, ids or set()), runs, resamples=RESAMPLES, seed=seed)
    if as_json:
        say(json.dumps(matrix_json(rows), ensure_ascii=False, indent=1))
    else:
        for line in matrix_lines(rows):
            say(line)
    if summary:
        head = summary_head("matrix", asked, command=command_line())
        record = dict(next(iter(runs.values())).record)
        write_summary({**head, "record": record, "configs": matrix_json(rows)}, summary)


def _plan(file: Path | None, words: list[str]) -> "Matrix":
    from eval.matrix import Matrix, parse_config, read_matrix
    from index.errors import BadInput

    more = [parse_config(each) for each in words]
    if file is None:
        if not more:
            raise BadInput("Name configurations: a file such as eval/matrices/samples.toml, or "
                           "--config name=NAME,mode=dense")  # fmt: skip
        return Matrix(config=more)
    read = read_matrix(file)
    return read.model_copy(update={"config": [*read.config, *more]})


def _check_models(plan: "Matrix") -> None:
    """Before the first question: a line of the table without its model would be a false one."""
    from index.errors import BadInput

    for item in plan.config:
        if item.llm_path and not Path(item.llm_path).is_file():
            raise BadInput(
                f"{item.name}: there is no file {item.llm_path}. Give llm_path a GGUF file; the"
                " head of eval/matrices/llms.toml says how to get a small one."
            )


def _path(given: Path | None, named: str, flag: str) -> Path:
    from index.errors import BadInput

    if given is None and not named:
        raise BadInput(f"The matrix names no {flag.removeprefix('--')}; give it: {flag}")
    return given or Path(named)


class _Bench:
    """What the configurations share: encoders, loaded once each."""

    def __init__(self, plan: "Matrix", archive: Path | None, *, limit: int, seed: int) -> None:
        self._plan = plan
        self._archive = archive
        self._limit = limit
        self._seed = seed
        self._encoders: dict[str, Encoder] = {}

    def run(self, config: "Config", questions: "QuestionSet", asked: Path, out: Path) -> set[str]:
        """Ask what this configuration's file lacks; returns the ids it was to be asked."""
        from eval.matrix_run import asked_of, run_config
        from eval.predict import choose_items
        from eval.run_record import run_record

        settings = self._settings(config)
        items = choose_items(
            asked_of(questions, ranking=config.llm == "off"), limit=self._limit, seed=self._seed
        )
        opened = _Opened(config, settings, self._encoder(settings))
        record = run_record(settings, seed=self._seed, sets={"questions": asked})
        with (
            opened.asking() as ask,
            count_progress(len(items), f"questions, {config.name}") as count,
        ):
            run_config(
                items,
                ask,
                out,
                made_with={**config.described, **opened.made_with},
                record=record,
                on_done=count,
            )
        opened.close()
        return {item.id for item in items}

    def _settings(self, config: "Config") -> "Settings":
        from rag.assemble import require_archive

        folder = Path(config.archive) if config.archive else self._archive
        folder = folder or _path(None, self._plan.archive, "--archive")
        require_archive(folder)
        settings = settings_for(folder)
        changes: dict[str, Any] = {"evidence": config.evidence, "reranker": config.reranker}
        if config.encoder:
            changes["encoder"] = config.encoder
        if config.llm != "auto":
            changes["llm"] = "none"
        if config.llm_path:
            named = {"llm": "auto", "llm_path": Path(config.llm_path), "llm_base_url": ""}
            changes |= named
        return settings.model_copy(update=changes)

    def _encoder(self, settings: "Settings") -> "Encoder":
        from rag.assemble import open_encoder

        if settings.encoder not in self._encoders:
            self._encoders[settings.encoder] = open_encoder(settings)
        return self._encoders[settings.encoder]


class _Opened:
    """One configuration, opened."""

    def __init__(self, config: "Config", settings: "Settings", encoder: "Encoder") -> None:
        from index.errors import BadInput
        from rag.assemble import open_engine

        self._config = config
        self._engine = open_engine(settings, encoder=encoder, warn=complain)
        if config.llm_path and not self._engine.model:
            self.close()
            raise BadInput(f"{config.name}: {config.llm_path} cannot be used as a language model.")

    @property
    def made_with(self) -> dict[str, str]:
        return {"index": self._engine.archive.index_version, "model": self._engine.model}

    def asking(self) -> "AbstractContextManager[Asker]":
        """What asks one question, in a context that counts tokens."""
        from contextlib import nullcontext

        from eval.matrix_run import answers_of, ranking_of

        if self._config.llm != "off":
            return counted(answers_of(self._engine), None, llm=bool(self._engine.model))
        last = self._engine.archive.coverage().last
        return nullcontext(ranking_of(self._find, last=last))

    def _find(self, question: str, today: "date") -> "Findings":
        from rag.retrieve import Mode

        return self._engine.search(
            question, mode=Mode(self._config.mode), today=today, limit=self._config.evidence
        )

    def close(self) -> None:
        self._engine.archive.close()
