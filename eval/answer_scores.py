"""What end-to-end answers are worth: a score per question, a line per type.

Measures are defined in docs/answers-format.md. Knows nothing of how the answers were made.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from eval.match import parts_right
from eval.predict import Row
from eval.retrieval_metrics import percentile
from eval.retrieval_queries import RetrievalQuery

NULL = "null"  # the type of questions that no article answers


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """One question. None where a measure makes no sense: absence is not zero."""

    id: str
    type: str
    right: bool | None  # every required part is in the answer; None where nothing is required
    refused: bool
    cited: bool | None  # a citation lies in a relevant article; None if refused or unanswerable
    unsupported: int  # figures, dates and names shown that their citations lack
    characters: int
    evidence_seconds: float
    first_word: float | None  # seconds; None where no LLM spoke
    seconds: float | None  # None where the LLM's reply was a kept one

    @property
    def answerable(self) -> bool:
        """Whether some article answers it."""
        return self.type != NULL


def score_answers(queries: Sequence[RetrievalQuery], rows: Sequence[Row]) -> list[AnswerScore]:
    """One score per query; rows and queries in one order, as ``run_predictions`` returns them."""
    return [_score(query, row) for query, row in zip(queries, rows, strict=True)]


def _score(query: RetrievalQuery, row: Row) -> AnswerScore:
    refused = row["status"] == "not_found"
    answerable = query.type != NULL
    timings = row["timings"]
    judged = answerable and query.answers
    return AnswerScore(
        id=query.id,
        type=query.type,
        right=not refused and all(parts_right(row["output"], query.answers)) if judged else None,
        refused=refused,
        cited=any(key in query.relevant for key in row["cited"])
        if answerable and not refused
        else None,
        unsupported=len(row["unsupported"]),
        characters=len("".join(row["output"].split())),
        evidence_seconds=sum(timings.get(step, 0.0) for step in ("retrieve", "evidence"))
        + timings.get("understand", 0.0),
        first_word=timings.get("first_word"),
        seconds=timings.get("total"),
    )


def answer_lines(scores: Sequence[AnswerScore]) -> list[str]:
    """A table: a line per type, answerable and unanswerable questions apart, then the latency."""
    heads = ("n", "right", "cited", "refused", "flags", "chars")
    lines = [f"{'type':<16}" + "".join(f"{head:>9}" for head in heads)]
    types = dict.fromkeys(score.type for score in scores)
    groups: list[tuple[str, list[AnswerScore]]] = [
        (name, [score for score in scores if score.type == name]) for name in types
    ]
    groups.append(("all answerable", [score for score in scores if score.answerable]))
    lines += [_line(name, rows) for name, rows in groups if rows]
    return [*lines, *_latency_lines(scores)]


def _line(name: str, rows: Sequence[AnswerScore]) -> str:
    cells = (
        str(len(rows)),
        share(row.right for row in rows),
        share(row.cited for row in rows),
        share(row.refused for row in rows),
        str(sum(row.unsupported for row in rows)),
        f"{median(row.characters for row in rows):.0f}",
    )
    return f"{name:<16}" + "".join(f"{cell:>9}" for cell in cells)


def _latency_lines(scores: Sequence[AnswerScore]) -> list[str]:
    steps: tuple[tuple[str, Callable[[AnswerScore], float | None]], ...] = (
        ("evidence", lambda score: score.evidence_seconds),
        ("first word", lambda score: score.first_word),
        ("whole answer", lambda score: score.seconds),
    )
    lines = []
    for name, value in steps:
        known = [seconds for score in scores if (seconds := value(score)) is not None]
        middle, most = percentile(known, 0.5), percentile(known, 0.95)
        if middle is not None and most is not None:
            lines.append(f"{name}: p50 {middle:.2f} s, p95 {most:.2f} s ({len(known)} questions)")
    return lines


def share(values: Iterable[bool | None]) -> str:
    """The mean of what was measured; a dash where nothing was."""
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.3f}" if known else "–"
