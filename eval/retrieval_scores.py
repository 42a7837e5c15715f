"""What a retrieval run is worth: a score per query, a mean per type, the table that is printed.

Knows nothing of how the rankings were made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eval.retrieval_metrics import (
    answer_in,
    bootstrap_interval,
    groups_found,
    hit,
    judged_ranking,
    mean,
    ndcg,
    percentile,
    recall,
    reciprocal_rank,
)
from eval.retrieval_queries import RetrievalQuery

SENTENCES_JUDGED = 5
ANSWER = f"answer@{SENTENCES_JUDGED}"
MEASURES = (
    *("hit@1", "hit@3", "hit@5", "hit@10", "mrr@10", "ndcg@10", "recall@10"),
    *("allgroups@5", "allgroups@10", ANSWER),
)
WITH_INTERVAL = ("hit@1", "hit@5", "mrr@10")
# event: questions made from the article's own words, found by anything. null: nothing to find.
NOT_IN_THE_MEAN = frozenset({"event", "null"})
MACRO = "macro mean"

_COLUMNS = ("mrr@10", "ndcg@10", "allgroups@10", ANSWER)


@dataclass(frozen=True, slots=True)
class RetrievalScore:
    """The measures of one judged query by name; one that makes no sense is None."""

    type: str
    values: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Means over one type's queries; intervals are of 95 %."""

    type: str
    n: int
    means: dict[str, float | None]
    intervals: dict[str, tuple[float, float]]


def score_ranking(
    query: RetrievalQuery, ranked: Iterable[str], sentences: Sequence[str] | None = None
) -> RetrievalScore:
    """Score what was found for a judged query; ``sentences``: the evidence, best first.

    Without ``sentences`` (a system that finds none) or without accepted answers there is no
    ``answer@5``. A query that was never run scores 0 with an empty ranking.
    """
    relevant = query.relevant
    ranking = judged_ranking(ranked, gold=query.gold_ids, ignored=query.ignore_ids)
    values: dict[str, float | None] = {f"hit@{k}": hit(ranking, relevant, k) for k in (1, 3, 5, 10)}
    values["mrr@10"] = reciprocal_rank(ranking, relevant, 10)
    values["ndcg@10"] = ndcg(ranking, relevant, 10)
    values["recall@10"] = recall(ranking, relevant, 10)
    values |= {f"allgroups@{k}": groups_found(ranking, query.groups, k) for k in (5, 10)}
    values[ANSWER] = None
    if sentences is not None and query.answers:
        values[ANSWER] = answer_in(sentences[:SENTENCES_JUDGED], query.answers)
    return RetrievalScore(query.type, values)


def summarise(scores: Sequence[RetrievalScore]) -> list[TypeScore]:
    """Each type in order of its first query, then the macro mean over types.

    The macro mean weighs every type alike, leaves out ``event`` and ``null``, and has no interval;
    its ``n`` is the queries behind it.
    """
    types = dict.fromkeys(score.type for score in scores)
    rows = [_mean_of(name, [s for s in scores if s.type == name]) for name in types]
    counted = [row for row in rows if row.type not in NOT_IN_THE_MEAN]
    means = {name: _mean_known(row.means[name] for row in counted) for name in MEASURES}
    return [*rows, TypeScore(MACRO, sum(row.n for row in counted), means, {})]


def _mean_of(name: str, scores: Sequence[RetrievalScore]) -> TypeScore:
    known = {
        measure: [value for score in scores if (value := score.values[measure]) is not None]
        for measure in MEASURES
    }
    intervals = {measure: bootstrap_interval(known[measure]) for measure in WITH_INTERVAL}
    return TypeScore(
        name,
        len(scores),
        {measure: mean(values) for measure, values in known.items()},
        {measure: interval for measure, interval in intervals.items() if interval},
    )


def _mean_known(values: Iterable[float | None]) -> float | None:
    return mean([value for value in values if value is not None])


def table_lines(rows: Sequence[TypeScore]) -> list[str]:
    """One line per row; a dash where nothing was measured, intervals in brackets."""
    heads = [f"{'hit@1':>18}", f"{'hit@5':>18}", *(f"{_short(name):>10}" for name in _COLUMNS)]
    lines = [f"{'type':<14}{'n':>5}" + "".join(heads)]
    for row in rows:
        cells = [f"{_with_interval(row, name):>18}" for name in ("hit@1", "hit@5")]
        cells += [f"{_number(row.means[name]):>10}" for name in _COLUMNS]
        lines.append(f"{row.type:<14}{row.n:>5}" + "".join(cells))
    return lines


def latency_line(seconds: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    middle, most = percentile(seconds, 0.5), percentile(seconds, 0.95)
    if middle is None or most is None:
        return "latency –"
    return f"latency p50 {1000 * middle:.0f} ms, p95 {1000 * most:.0f} ms ({len(seconds)} queries)"


def summary_json(rows: Sequence[TypeScore], seconds: Sequence[float]) -> dict[str, Any]:
    """The table as plain values, four digits; a measure that makes no sense is null."""
    return {
        "types": {row.type: _row_json(row) for row in rows if row.type != MACRO},
        "macro": next((_row_json(row) for row in rows if row.type == MACRO), None),
        "latency_seconds": {
            "queries": len(seconds),
            "p50": _rounded(percentile(seconds, 0.5)),
            "p95": _rounded(percentile(seconds, 0.95)),
        },
    }


def _row_json(row: TypeScore) -> dict[str, Any]:
    numbers = {name: _rounded(value) for name, value in row.means.items()}
    ends = {
        f"{name}_ci": [round(end, 4) for end in interval]
        for name, interval in row.intervals.items()
    }
    return {"n": row.n, **numbers, **ends}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _short(name: str) -> str:
    return name.replace("allgroups", "groups")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _with_interval(row: TypeScore, name: str) -> str:
    interval = row.intervals.get(name)
    ends = f" [{interval[0]:.2f}–{interval[1]:.2f}]" if interval else ""
    return _number(row.means[name]) + ends
