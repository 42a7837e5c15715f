"""What the plots of a run show, as values: for the report and for the page. Draws nothing."""

from collections.abc import Mapping, Sequence

from eval.bootstrap import interval
from eval.metrics_score import Scored
from eval.metrics_table import ALL, mean_of
from eval.report_svg import Bin, Dot
from eval.retrieval_metrics import mean

_BINS = 10


def verdicts_of(rows: Sequence[Scored]) -> list[float]:
    """1 for each question that is right, 0 for each that is wrong; those not judged left out."""
    return [float(score.verdict) for score in rows if score.verdict is not None]


def dots_of(groups: Mapping[str, Sequence[float]], *, whole: str) -> list[Dot]:
    """A dot for each group that has a value; ``whole`` is what the group of all is called."""
    found = ((name, mean_of(values)) for name, values in groups.items())
    return [
        Dot(whole if name == ALL else name, item.mean, item.low, item.high, item.n)
        for name, item in found
        if item
    ]


def reliability_bins(scores: Sequence[Scored]) -> list[Bin]:
    """Stated against true: how likely the decision held an answer, and how often there was one.

    Tenths of the probability; empty where no row keeps it.
    """
    known = [
        (score.row.probability, float(score.question.answerable))
        for score in scores
        if score.row.probability is not None
    ]
    bins = []
    for number in range(_BINS):
        held = [pair for pair in known if min(int(pair[0] * _BINS), _BINS - 1) == number]
        stated, share = mean([p for p, _ in held]), mean([yes for _, yes in held])
        ends = interval([yes for _, yes in held])
        if stated is not None and share is not None and ends:
            bins.append(Bin(stated, share, *ends, n=len(held)))
    return bins
