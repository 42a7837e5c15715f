"""What the commands that ask a question set share: its options, its record, its gate."""

import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.engine import settings_for
from commands.output import complain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eval.kept import KeptReplies
    from eval.predict import Item, Row
    from rag.settings import Settings

LimitOption = Annotated[int, typer.Option(min=0, help="Ask this many, drawn by --seed (0: all).")]
TypesOption = Annotated[str, typer.Option(help="Only these types, with commas between.")]
SeedOption = Annotated[int, typer.Option(help="Which questions --limit draws.")]
RepliesOption = Annotated[
    Path | None,
    typer.Option(help="Keep what the model says here; the same prompt is not asked again."),
]
ParallelOption = Annotated[
    int,
    typer.Option(
        min=1, max=64, help="Questions at once; over 1 for an endpoint that takes several."
    ),
]
GateOption = Annotated[
    Path | None, typer.Option(help="Bars to hold: docs/runs.md. Else exit code 1.")
]
ReportOption = Annotated[Path | None, typer.Option(help="Write an HTML page with every question.")]
SummaryOption = Annotated[
    Path | None, typer.Option(help="Write the means as JSON, for suyuan eval results.")
]


def names_in(types: str) -> list[str]:
    """``"single, multi"`` -> the names."""
    return [name.strip() for name in types.split(",") if name.strip()]


def kept_replies(path: Path | None) -> "KeptReplies | None":
    """The replies kept in that file; None without one."""
    from eval.kept import KeptReplies

    return KeptReplies(path) if path else None


def run_settings(archive: Path | None, *, no_llm: bool) -> "Settings":
    """The settings in force, as the run's record tells them."""
    settings = settings_for(archive)
    return settings.model_copy(update={"llm": "none"}) if no_llm else settings


def questions_at_once(parallel: int, settings: "Settings") -> int:
    """As many as were wanted; one where the embedded server answers, which has one slot."""
    if parallel > 1 and settings.llm != "none" and not settings.llm_base_url:
        complain(
            "--parallel: the embedded language model takes one question at a time; going on so"
        )
        return 1
    return parallel


@contextmanager
def counted(
    ask: "Callable[[Item], Row]", replies: "KeptReplies | None", *, llm: bool
) -> "Iterator[Callable[[Item], Row]]":
    """``ask``, its rows with tokens where an LLM may speak, without its times where it did not."""
    from eval.predict import untimed_where_kept

    with ExitStack() as stack:
        if llm:
            from eval.token_meter import token_meter, with_tokens

            ask = with_tokens(ask, stack.enter_context(token_meter()), replies)
        yield untimed_where_kept(ask, replies)


def check_files(
    gate: Path | None, report: Path | None, summary: Path | None, *inputs: Path
) -> None:
    """Refuse a gate that cannot be read and outputs that cannot be written, before the run."""
    from eval.gate import read_gate
    from eval.retrieval_out import check_out

    if gate:
        read_gate(gate)
    for out in (report, summary):
        if out:
            check_out(out, [*inputs, gate])


def conclude(
    run: Path,
    queries: Path,
    ids: Sequence[str],
    *,
    gate: Path | None = None,
    report: Path | None = None,
    summary: Path | None = None,
) -> None:
    """Score what a run answered of these questions; page, summary and gate as they are wanted.

    Raises:
        typer.Exit: A bar of the gate is missed.
    """
    if not (gate or report or summary):
        return
    from commands.eval_report import hold_gate
    from eval.gate import read_gate
    from eval.metrics_run import read_run
    from eval.metrics_score import score_run
    from eval.metrics_set import only, read_set

    questions, read = only(read_set(queries), ids), read_run(run)
    scores = score_run(questions, read)
    if report:
        from eval.report import report_html
        from eval.retrieval_out import write_lines

        write_lines(report_html(questions, read, scores).splitlines(), report)
        complain(f"报告 Report: {report}")
    if summary:
        from eval.summary import run_summary, write_summary

        write_summary(run_summary(questions, read, scores, command=command_line()), summary)
    if gate:
        hold_gate(read_gate(gate), scores, missing=len(questions.questions) - len(scores))


def command_line() -> str:
    """The command that runs, as it was typed."""
    return f"suyuan {shlex.join(sys.argv[1:])}"
