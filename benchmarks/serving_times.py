"""Many durations as a few numbers."""

import math
import statistics
from collections.abc import Sequence


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """``p50_ms``, ``p95_ms`` (the least that 95 % do not exceed) and ``n``; nothing gives n 0."""
    if not seconds:
        return {"n": 0}
    ordered = sorted(seconds)
    return {
        "p50_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * ordered[math.ceil(0.95 * len(ordered)) - 1], 1),
        "n": len(ordered),
    }
