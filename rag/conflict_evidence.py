"""Which sentences beyond the chosen ones must be shown because they give another value.

Knows nothing of how sentences were found; the same detector judges them afterwards.
"""

from collections.abc import Sequence

from index.periods import TimeSpan
from rag.conflicts import find_conflict
from rag.evidence import Candidate
from rag.focus import Focus


def with_contrary(
    query: str,
    focus: Focus,
    periods: Sequence[TimeSpan],
    chosen: Sequence[Candidate],
    weighed: Sequence[Candidate],
) -> tuple[Candidate, ...]:
    """The chosen sentences, then the best one for each value that none of them gives.

    ``weighed``: every sentence found, best first, no copies. The same as ``chosen`` where all of
    them agree; a reader sees four sentences more at most.
    """
    held = {(item.article.id, item.sentence.start) for item in chosen}
    others = [item for item in weighed if (item.article.id, item.sentence.start) not in held]
    found = find_conflict(query, focus, periods, [*chosen, *others])
    if found is None:
        return tuple(chosen)
    first = [side.numbers[0] - 1 - len(chosen) for side in found.sides]
    return (*chosen, *(others[at] for at in sorted(first) if at >= 0))
