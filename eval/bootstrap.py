"""How sure is a mean, or a difference of two? Intervals by resampling the questions.

Values are one per question, None where a measure was not taken: a mean is over what was. Equal
input and seed give equal output. Knows nothing of what the values measure.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Values = Sequence[float | None]
Pair = tuple[float | None, float | None]
Array = npt.NDArray[np.float64]

RESAMPLES = 10_000
_BATCH = 500  # resamples drawn at once: 500 x 1,000 questions are 4 MB
_TAIL = 0.025  # on either side; 95 % lie between
# Resamples of two questions that agree all agree. Of five, all on one side, the sign test still
# says p = 2 / 2**5 = .06; of six .03.
_ENOUGH = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """Two means over the same questions, and how far ``b`` is above ``a``."""

    n: int  # questions that have a value in either
    a: float
    b: float
    low: float
    high: float
    p: float  # two-sided: how often resampling alone turns the difference round

    @property
    def difference(self) -> float:
        """``b`` less ``a``."""
        return self.b - self.a

    @property
    def sure(self) -> bool:
        """Whether the 95 % interval leaves 0 out, of questions enough to say so."""
        return self.n >= _ENOUGH and (self.low > 0 or self.high < 0)


def paired_bootstrap(
    columns: Sequence[Sequence[Pair]], *, resamples: int = RESAMPLES, seed: int = 0
) -> list[Difference | None]:
    """The difference of each measure; columns have one pair a question, in one order.

    Draws the questions with replacement, both values of a question together, and takes the
    difference of the means each time (Efron and Tibshirani 1993, ch. 13 and 16; for systems on one
    test set Koehn 2004). A column with no value on either side is None.
    """
    known = [column for column in columns if _both_sides(column)]
    if not known:
        return [None for _ in columns]
    sums = np.hstack([_sums(column) for column in known])
    drawn = np.vstack([counts @ sums for counts in _draws(len(known[0]), resamples, seed)])
    found = iter([_difference(c, drawn[:, 4 * n : 4 * n + 4]) for n, c in enumerate(known)])
    return [next(found) if _both_sides(column) else None for column in columns]


def _both_sides(column: Sequence[Pair]) -> bool:
    return any(a is not None for a, _ in column) and any(b is not None for _, b in column)


def _sums(column: Sequence[Pair]) -> Array:
    """Value and presence of either side, one row a question."""
    return np.array(
        [(a or 0.0, a is not None, b or 0.0, b is not None) for a, b in column], dtype=float
    )


def _difference(column: Sequence[Pair], drawn: Array) -> Difference:
    a = [value for value, _ in column if value is not None]
    b = [value for _, value in column if value is not None]
    drawn = drawn[(drawn[:, 1] > 0) & (drawn[:, 3] > 0)]  # a resample may hold no value at all
    turns = drawn[:, 2] / drawn[:, 3] - drawn[:, 0] / drawn[:, 1]
    # One more than counted: a p of 0 would claim more than the resamples can show.
    below = (np.count_nonzero(turns <= _EPSILON) + 1) / (len(turns) + 1)
    above = (np.count_nonzero(turns >= -_EPSILON) + 1) / (len(turns) + 1)
    low, high = _ends(turns, _TAIL) if len(turns) else (-math.inf, math.inf)
    return Difference(
        n=sum(one is not None or two is not None for one, two in column),
        a=sum(a) / len(a),
        b=sum(b) / len(b),
        low=low,
        high=high,
        p=min(1.0, 2 * min(below, above)),
    )


_EPSILON = 1e-12  # sums in another order differ by less


def _draws(count: int, resamples: int, seed: int) -> Iterator[Array]:
    """How often each question is drawn: a row a resample, each summing to ``count``."""
    draw = np.random.default_rng(seed)
    for start in range(0, resamples, _BATCH):
        batch = min(_BATCH, resamples - start)
        chosen = draw.integers(0, count, size=(batch, count))
        chosen += np.arange(batch)[:, None] * count
        counts = np.bincount(chosen.ravel(), minlength=batch * count)
        yield counts.reshape(batch, count).astype(float)


@cache
def _z(tail: float) -> float:
    return NormalDist().inv_cdf(1 - tail)


def interval(
    values: Values, *, tail: float = _TAIL, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float] | None:
    """The interval of the mean that leaves ``tail`` out on either side; None of nothing.

    Of values that are all 0 or 1 Wilson's (1927), which is no point where all of them are right:
    3 of 3 is .44 to 1. Of others the percentiles of the bootstrap (Efron 1979).
    """
    known = [value for value in values if value is not None]
    if not known:
        return None
    if all(value in (0, 1) for value in known):
        return _wilson(sum(known), len(known), _z(tail))
    drawn = [counts @ np.array(known) for counts in _draws(len(known), resamples, seed)]
    return _ends(np.concatenate(drawn) / len(known), tail)


def _wilson(right: float, count: int, z: float) -> tuple[float, float]:
    share = right / count
    middle = share + z * z / (2 * count)
    reach = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    # At the ends rounding leaves a hair: no share of three is negative.
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def interval_of(
    values: Values,
    statistic: Callable[[Sequence[float]], float | None],
    *,
    tail: float = _TAIL,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[float, float] | None:
    """The bootstrap's interval of any statistic, as the median or the 95th percentile."""
    known = np.array([value for value in values if value is not None])
    if not len(known):
        return None
    draw = np.random.default_rng(seed)
    turns = (draw.choice(known, size=len(known)).tolist() for _ in range(resamples))
    found = [value for turn in turns if (value := statistic(turn)) is not None]
    return _ends(np.array(found), tail)


def _ends(turns: Array, tail: float) -> tuple[float, float]:
    low, high = np.quantile(turns, [tail, 1 - tail])
    return float(low), float(high)
