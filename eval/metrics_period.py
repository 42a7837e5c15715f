"""Is a cited sentence of the time that was asked about? Knows nothing of runs.

What a period is, and how one without a year is read, is ``index.periods``.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from eval.retrieval_metrics import mean
from index.periods import TimeSpan, covers, parse_periods


def period_right(
    question: str, cited: Iterable[tuple[str, date | None]], *, asked_on: date | None
) -> float | None:
    """Share of the cited sentences that tell of the period asked about; pairs of words and day.

    ``asked_on`` is the day the question is asked and settles its 上半年, as the day a sentence was
    printed settles that of the sentence. A sentence that names no period is not judged; None where
    none is, or the question names none.
    """
    asked = parse_periods(question, anchor=asked_on)
    if not asked:
        return None
    told = [parse_periods(words, anchor=published) for words, published in cited]
    return mean([float(_fits(asked, spans)) for spans in told if spans])


def _fits(asked: Sequence[TimeSpan], told: Sequence[TimeSpan]) -> bool:
    """Whether one lies in one asked about; 6月末 is also the end of 上半年.

    6月 does not fit 上半年's figure the other way round: what is told of half a year is not told of
    its last month.
    """
    return any(
        covers(wanted, span) or (wanted.point and wanted.until == span.until)
        for wanted in asked
        for span in told
    )
