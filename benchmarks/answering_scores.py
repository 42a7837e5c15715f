"""A table from the rows of systems that answered the same questions. Knows nothing of how they did.

``right``: every required part stands in the answer. ``gold cited``: of those answered, a citation
lies in a relevant article. ``missed``: answerable but refused. ``refused``: unanswerable and
refused. A question that broke a system is not right, not cited and has no times.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.answer_scores import AnswerScore, score_answers
from eval.predict import Row
from eval.retrieval_metrics import mean, percentile
from eval.retrieval_queries import RetrievalQuery

_STEPS: dict[str, Callable[[AnswerScore], float | None]] = {
    "evidence": lambda score: score.evidence_seconds,
    "first word": lambda score: score.first_word,
    "whole": lambda score: score.seconds,
}
_SHARES = ("right", "gold_cited", "missed", "refused", "llm_asked")


@dataclass(frozen=True, slots=True)
class Summary:
    """One system. None where nothing was measured: absence is not zero."""

    n: int
    errors: int
    right: float | None  # of the questions with required parts
    gold_cited: float | None  # of the answerable questions that it did not refuse
    missed: float | None  # of the answerable ones
    refused: float | None  # of the unanswerable ones
    llm_asked: float | None  # of all: the rest were answered without the LLM
    p50: dict[str, float | None]  # seconds from the question, by step
    p95: dict[str, float | None]  # nearest rank
    tokens_in: float | None  # mean a question, those without the LLM included
    tokens_out: float | None


def summarise(queries: Sequence[RetrievalQuery], rows: Sequence[Row]) -> Summary:
    """One system's summary; rows and queries in one order, a broken row has an ``error``."""
    pairs = list(zip(queries, rows, strict=True))
    whole = [(query, row) for query, row in pairs if "error" not in row]
    broken = [query for query, row in pairs if "error" in row]
    scores = score_answers([query for query, _ in whole], [row for _, row in whole])
    answerable = [score for score in scores if score.answerable]
    wrong = [False for query in broken if query.type != "null"]
    steps = {name: [s for score in scores if (s := step(score)) is not None]
             for name, step in _STEPS.items()}  # fmt: skip
    return Summary(
        n=len(pairs),
        errors=len(broken),
        right=_share([score.right for score in answerable], wrong),
        gold_cited=_share([score.cited for score in answerable], wrong),
        missed=_share([score.refused for score in answerable], wrong),
        refused=_share(
            [score.refused for score in scores if not score.answerable],
            [False for query in broken if query.type == "null"],
        ),
        llm_asked=mean([float(row["tokens_in"] > 0) for _, row in whole]),
        p50={name: percentile(seconds, 0.5) for name, seconds in steps.items()},
        p95={name: percentile(seconds, 0.95) for name, seconds in steps.items()},
        tokens_in=mean([row["tokens_in"] for _, row in whole]),
        tokens_out=mean([row["tokens_out"] for _, row in whole]),
    )


def _share(measured: Sequence[bool | None], broken: Sequence[bool]) -> float | None:
    return mean([float(value) for value in (*measured, *broken) if value is not None])


def ratios(ours: Summary, theirs: Summary) -> dict[str, float | None]:
    """How many times ours theirs is: medians of the seconds, means of the tokens."""
    found = {name: _times(theirs.p50[name], ours.p50[name]) for name in _STEPS}
    return {
        **found,
        "tokens in": _times(theirs.tokens_in, ours.tokens_in),
        "tokens out": _times(theirs.tokens_out, ours.tokens_out),
    }


def _times(theirs: float | None, ours: float | None) -> float | None:
    return theirs / ours if theirs is not None and ours else None


def table_lines(ours: Summary, theirs: Summary) -> list[str]:
    """A row a measure: ours, LlamaIndex, and ours to theirs where both have a size."""
    times = ratios(ours, theirs)
    lines = [f"{'':<18}{'ours':>10}{'LlamaIndex':>12}{'ours:theirs':>13}"]
    lines += [_line(name, getattr(ours, name), getattr(theirs, name)) for name in ("n", "errors")]
    lines += [_line(name, getattr(ours, name), getattr(theirs, name)) for name in _SHARES]
    for name in _STEPS:
        lines.append(_line(f"{name} p50 s", ours.p50[name], theirs.p50[name], times[name]))
        lines.append(_line(f"{name} p95 s", ours.p95[name], theirs.p95[name]))
    for name in ("tokens in", "tokens out"):
        field = name.replace(" ", "_")
        lines.append(_line(name, getattr(ours, field), getattr(theirs, field), times[name]))
    return lines


def _line(name: str, ours: float | None, theirs: float | None, times: float | None = None) -> str:
    ratio = f"1:{times:.2f}" if times is not None else ""
    label = name.replace("_", " ")
    return f"{label:<18}{_cell(ours):>10}{_cell(theirs):>12}{ratio:>13}".rstrip()


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def table_json(ours: Summary, theirs: Summary) -> dict[str, Any]:
    """The same for a program; a ratio says how many times ours theirs is."""
    return {
        "ours": asdict(ours),
        "LlamaIndex": asdict(theirs),
        "theirs_to_ours": ratios(ours, theirs),
    }
