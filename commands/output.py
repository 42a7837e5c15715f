"""What commands print: answers go to stdout, whatever is wrong or left out to stderr."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from index.types import IngestReport, Rejected
    from rag.engine import Engine
    from rag.types import Answer, Turn

_MOST_LISTED = 20  # rejected rows printed one by one; the rest is counted


def say(text: str) -> None:
    """One line, or several, on stdout."""
    typer.echo(text)


def complain(text: str) -> None:
    """One line, or several, on stderr."""
    typer.echo(text, err=True)


def print_stream(
    engine: "Engine", question: str, *, history: "Sequence[Turn]" = (), **options: Any
) -> "Answer":
    """Evidence first, where someone is watching, then the checked answer with its sources."""
    from rag.export import answer_lines, source_line
    from rag.types import Answered, Found, Status, Understood

    for event in engine.stream(question, history=history, **options):
        if isinstance(event, Understood) and event.query.question != event.query.asked:
            say(f"理解为 Understood as: {event.query.question}")
        elif isinstance(event, Found) and sys.stdout.isatty():
            say("原句 Evidence")
            for item in event.evidence[:3]:
                say(f"  · {' '.join(item.text.split())}  — {source_line(item)}")
        elif isinstance(event, Answered):
            answer = event.answer
            mark = "" if answer.status is Status.ANSWERED else f"（{answer.status}）"
            say(f"答{mark} {answer.text}")
            for line in answer_lines(answer):
                say(line)
    return answer


def print_report(report: "IngestReport", *, err: bool = False) -> None:
    """What an ingest read and wrote, on stdout or stderr; what it could not read, on stderr."""
    rate = report.read / report.seconds if report.seconds else 0.0
    typer.echo(
        f"入库 Ingested: read {report.read}, new {report.new}, changed {report.changed}, "
        f"unchanged {report.unchanged}, rejected {len(report.rejected)}; "
        f"{report.chunks_written} chunks in {report.seconds:.1f} s ({rate:.1f} articles/s)",
        err=err,
    )
    if report.linked:
        typer.echo(f"近似稿 {report.linked:,} near-duplicates linked", err=err)
    for item in report.rejected[:_MOST_LISTED]:
        complain(f"  rejected {_where(item)}: {item.reason}")
    more = len(report.rejected) - _MOST_LISTED
    if more > 0:
        complain(f"  … and {more} more rejected")


def _where(item: "Rejected") -> str:
    return f"{item.path}:{item.line}" if item.line else item.path
