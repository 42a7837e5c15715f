"""How far two judges of the same questions agree beyond chance. Knows nothing of questions."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_TAIL = 40  # one in forty on either side: 95 % lie between


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two verdicts a question; ``kappa`` is None where chance alone explains everything."""

    both_right: int
    only_first: int
    only_second: int
    both_wrong: int
    kappa: float | None
    low: float | None
    high: float | None

    @property
    def n(self) -> int:
        """Questions that both judged."""
        return self.both_right + self.only_first + self.only_second + self.both_wrong

    @property
    def agree(self) -> float | None:
        """Share of the questions on which both say the same; None of none."""
        return (self.both_right + self.both_wrong) / self.n if self.n else None


Pair = tuple[bool, bool]


def cohen_kappa(pairs: Sequence[Pair]) -> float | None:
    """(observed - expected) / (1 - expected) agreement (Cohen 1960); None where 1 is expected.

    >>> round(cohen_kappa([(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10
    ...                   + [(False, False)] * 15), 3)  # .7 observed, .5 expected
    0.4
    """
    if not pairs:
        return None
    count = len(pairs)
    first = sum(a for a, _ in pairs) / count
    second = sum(b for _, b in pairs) / count
    expected = first * second + (1 - first) * (1 - second)
    if expected >= 1:
        return None
    observed = sum(a == b for a, b in pairs) / count
    return (observed - expected) / (1 - expected)


def agreement(pairs: Sequence[Pair], *, resamples: int = 2000, seed: int = 0) -> Agreement:
    """The table of both verdicts, kappa, and its 95 % interval by resampling the questions."""
    draw = random.Random(seed)
    turns = (draw.choices(pairs, k=len(pairs)) for _ in range(resamples)) if pairs else ()
    found = sorted(value for turn in turns if (value := cohen_kappa(turn)) is not None)
    cut = len(found) // _TAIL
    return Agreement(
        both_right=sum(a and b for a, b in pairs),
        only_first=sum(a and not b for a, b in pairs),
        only_second=sum(b and not a for a, b in pairs),
        both_wrong=sum(not a and not b for a, b in pairs),
        kappa=cohen_kappa(pairs),
        low=found[cut] if found else None,
        high=found[len(found) - cut - 1] if found else None,
    )
