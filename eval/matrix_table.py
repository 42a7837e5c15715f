"""What came of each configuration: means, costs, and paired differences from the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.bootstrap import Difference
from eval.compare import compare_runs
from eval.metrics_measures import BY_NAME, shown
from eval.metrics_run import Run
from eval.metrics_score import Scored, score_run
from eval.metrics_set import QuestionSet
from eval.metrics_table import Mean, mean_of, values_of

MEASURES = (
    "hit@1", "hit@5", "mrr@10", "answer@5", "found", "right", "cited", "over_refusal",
    "refusal_recall",
)  # fmt: skip
COSTS = ("evidence_s", "total_s", "tokens")


@dataclass(frozen=True, slots=True)
class Entry:
    """One configuration: its measures, and how far each is from the first one's."""

    name: str
    questions: int
    means: Mapping[str, Mean]
    differences: Mapping[str, Difference]  # empty for the first


def entries(
    questions: QuestionSet, runs: Mapping[str, Run], *, resamples: int, seed: int
) -> list[Entry]:
    """Score every configuration's run; the first is what the others are held against."""
    found = []
    base = next(iter(runs.values()))
    for name, run in runs.items():
        scores = score_run(questions, run)
        differences = (
            compare_runs(questions, base, run, resamples=resamples, seed=seed).differences["all"]
            if run is not base
            else {}
        )
        found.append(Entry(name, len(scores), _means(scores), differences))
    return found


def _means(scores: Sequence[Scored]) -> dict[str, Mean]:
    taken = ((name, mean_of(values_of(scores, name))) for name in (*MEASURES, *COSTS))
    return {name: mean for name, mean in taken if mean}


def matrix_lines(rows: Sequence[Entry]) -> list[str]:
    """A line per configuration, then what is surely different from the first, and by how much."""
    names = [name for name in MEASURES if any(name in row.means for row in rows)]
    costs = [name for name in COSTS if any(name in row.means for row in rows)]
    wide = max(14, *(len(row.name) + 2 for row in rows))
    heads = [*names, *(_cost_head(name) for name in costs)]
    lines = [f"{'config':<{wide}}{'n':>5}" + "".join(f"{head:>{_room(head)}}" for head in heads)]
    for row in rows:
        cells = [
            shown(row.means[n].mean, BY_NAME[n].unit) if n in row.means else "–" for n in names
        ]
        cells += [_cost(row, name) for name in costs]
        told = "".join(f"{c:>{_room(h)}}" for c, h in zip(cells, heads, strict=True))
        lines.append(f"{row.name:<{wide}}{row.questions:>5}{told}")
    return [*lines, *_difference_lines(rows, names, wide)]


def _room(head: str) -> int:
    return max(9, len(head) + 2)


def _cost_head(name: str) -> str:
    return "tokens" if name == "tokens" else f"{name.removesuffix('_s')} p50 s"


def _cost(row: Entry, name: str) -> str:
    mean = row.means.get(name)
    if mean is None:
        return "–"
    return f"{mean.mean:.0f}" if name == "tokens" else f"{mean.median:.3f}"


def _difference_lines(rows: Sequence[Entry], names: Sequence[str], wide: int) -> list[str]:
    lines = ["", f"与 {rows[0].name} 之差 Difference from {rows[0].name}, paired bootstrap, 95 %"]
    for row in rows[1:]:
        for name in names:
            turn = row.differences.get(name)
            if turn is None or (turn.difference, turn.low, turn.high) == (0, 0, 0):
                continue
            better = (turn.difference > 0) == (BY_NAME[name].better > 0)
            sign = ("  好 better" if better else "  差 worse") if turn.sure else ""
            lines.append(
                f"{row.name:<{wide}}{name:<15}{turn.difference:>+7.3f} "
                f"[{turn.low:+.3f}, {turn.high:+.3f}] p {turn.p:.3f} n {turn.n}{sign}"
            )
    return lines if len(lines) > 2 else []


def matrix_json(rows: Sequence[Entry]) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [
        {
            "name": row.name,
            "questions": row.questions,
            "measures": {name: _mean_json(mean) for name, mean in row.means.items()},
            "differences": {
                name: {"difference": round(turn.difference, 4),
                       "ci": [round(turn.low, 4), round(turn.high, 4)], "p": round(turn.p, 4),
                       "n": turn.n, "sure": turn.sure}
                for name, turn in row.differences.items()
                if name in MEASURES
            },
        }
        for row in rows
    ]  # fmt: skip


def _mean_json(mean: Mean) -> dict[str, Any]:
    return {
        "n": mean.n,
        "mean": round(mean.mean, 4),
        "ci": [round(mean.low, 4), round(mean.high, 4)],
        "p50": round(mean.median, 4),
        "p95": round(mean.p95, 4),
    }
