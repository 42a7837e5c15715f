"""Means of a scored run by type, language or month, with intervals; as text and as plain values."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.bootstrap import interval
from eval.metrics_measures import MEASURES, Measure, shown
from eval.metrics_score import Scored
from eval.retrieval_metrics import mean, percentile

ALL = "all"
GROUPINGS = ("type", "language", "month")
UNKNOWN = "–"  # questions whose month nothing tells
_WIDTH = 14
_COLUMNS = 7  # of a text table; more types go under it


@dataclass(frozen=True, slots=True)
class Mean:
    """One measure over some questions; ``n`` of them have it."""

    n: int
    mean: float
    low: float
    high: float
    median: float
    p95: float


def group_scores(scores: Sequence[Scored], by: str) -> dict[str, list[Scored]]:
    """All questions, then those of each type or language as first met, or of each month in turn."""
    names = [_name(score, by) for score in scores]
    order = sorted(set(names)) if by == "month" else list(dict.fromkeys(names))
    groups = {
        name: [s for s, its in zip(scores, names, strict=True) if its == name] for name in order
    }
    return {ALL: list(scores), **groups}


def _name(score: Scored, by: str) -> str:
    if by == "month":
        return score.month or UNKNOWN
    return score.question.language if by == "language" else score.question.type


def values_of(scores: Iterable[Scored], name: str) -> list[float]:
    """One measure's values, those that were taken."""
    return [value for score in scores if (value := score.values[name]) is not None]


def mean_of(values: Sequence[float]) -> Mean | None:
    """The mean with its 95 % interval, and the middle; None of nothing."""
    middle, ends = mean(values), interval(values)
    if middle is None or ends is None:
        return None
    median, most = percentile(values, 0.5), percentile(values, 0.95)
    return Mean(len(values), middle, *ends, median=median or 0.0, p95=most or 0.0)


def taken(scores: Sequence[Scored], among: Sequence[Measure] = MEASURES) -> list[Measure]:
    """The measures that some question has."""
    return [measure for measure in among if values_of(scores, measure.name)]


def table_lines(scores: Sequence[Scored], *, by: str = "type") -> list[str]:
    """A line per measure: all questions with the interval, then each group's mean.

    What nobody measured has no line. More groups than fit stand in a further table.
    """
    groups = group_scores(scores, by)
    whole = groups.pop(ALL)
    if len(groups) == 1:
        groups = {}  # it would say what "all" says
    names = list(groups)
    tables = max(1, math.ceil(len(names) / _COLUMNS))
    size = math.ceil(len(names) / tables)
    first, *others = [names[n * size : (n + 1) * size] for n in range(tables)]
    lines = _table({name: groups[name] for name in first}, whole)
    for chunk in others:
        lines += ["", *_table({name: groups[name] for name in chunk})]
    return lines


def _table(groups: Mapping[str, Sequence[Scored]], whole: Sequence[Scored] = ()) -> list[str]:
    """Measures that ``whole`` has, or where there is none one of the groups."""
    rows = list(whole) or [score for held in groups.values() for score in held]
    lines = [
        f"{'measure':<19}"
        + (f"{ALL:>8} {'95 %':>15}{'n':>6}" if whole else "")
        + "".join(f"{_cut(name):>{_WIDTH}}" for name in groups),
        f"{'questions':<19}"
        + (f"{len(whole):>8} {'':>15}{'':>6}" if whole else "")
        + "".join(f"{len(held):>{_WIDTH}}" for held in groups.values()),
    ]
    for measure in taken(rows):
        cells = (mean(values_of(held, measure.name)) for held in groups.values())
        lines.append(
            f"{measure.name:<19}"
            + (_whole_cells(whole, measure) if whole else "")
            + "".join(f"{shown(cell, measure.unit):>{_WIDTH}}" for cell in cells)
        )
    return lines


def _whole_cells(scores: Sequence[Scored], measure: Measure) -> str:
    found = mean_of(values_of(scores, measure.name))
    if found is None:
        return " " * 30
    ends = f"[{shown(found.low, measure.unit)}, {shown(found.high, measure.unit)}]"
    return f"{shown(found.mean, measure.unit):>8} {ends:>15}{found.n:>6}"


def _cut(name: str) -> str:
    return name if len(name) < _WIDTH else f"{name[: _WIDTH - 2]}…"


def table_json(scores: Sequence[Scored], *, by: str = "type") -> dict[str, Any]:
    """Group, measure, then n, mean, interval, median and 95th percentile; four digits."""
    return {
        name: {
            "questions": len(rows),
            "measures": {
                measure.name: _mean_json(found)
                for measure in taken(rows)
                if (found := mean_of(values_of(rows, measure.name)))
            },
        }
        for name, rows in group_scores(scores, by).items()
    }


def _mean_json(found: Mean) -> dict[str, Any]:
    return {
        "n": found.n,
        "mean": _digits(found.mean),
        "ci": [_digits(found.low), _digits(found.high)],
        "p50": _digits(found.median),
        "p95": _digits(found.p95),
    }


def _digits(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
