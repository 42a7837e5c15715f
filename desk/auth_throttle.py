"""How often a password may be tried. Knows no passwords."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

_MOST_REMEMBERED = 10_000  # of each kind; the longest silent leaves first


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many wrong passwords at once, and one more after each ``seconds``."""

    burst: int
    seconds: float


# A person mistypes a few times; a guesser gets 5 and then 12 an hour for one name from one address,
# 60 an hour from one address, and 120 for one name from all addresses together. The last is wide,
# so that a stranger who guesses at a name does not easily keep its owner out.
_BOTH, _ADDRESS, _NAME = Allowance(5, 300), Allowance(20, 60), Allowance(60, 30)


class Throttle:
    """Counts wrong passwords by user and address. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds = {
            kind: OrderedDict[str, tuple[float, float]]() for kind in (_BOTH, _ADDRESS, _NAME)
        }

    def wait(self, name: str, address: str) -> int:
        """Take one try: 0, or the seconds to wait where none is left. ``forgive`` gives it back."""
        keys = self._keys(name, address)
        now = time.monotonic()
        with self._lock:
            left = {kind: self._left(kind, key, now) for kind, key in keys.items()}
            waits = [(1 - tries) * kind.seconds for kind, tries in left.items() if tries < 1]
            for kind, key in keys.items():
                self._keep(kind, key, left[kind] - (0 if waits else 1), now)
        return max(1, round(max(waits))) if waits else 0

    def forgive(self, name: str, address: str) -> None:
        """The try was right."""
        now = time.monotonic()
        with self._lock:
            for kind, key in self._keys(name, address).items():
                self._keep(kind, key, self._left(kind, key, now) + 1, now)

    def _keys(self, name: str, address: str) -> dict[Allowance, str]:
        name = name[:64]
        return {_BOTH: f"{address} {name}", _ADDRESS: address, _NAME: name}

    def _left(self, kind: Allowance, key: str, now: float) -> float:
        tries, then = self._kinds[kind].get(key, (float(kind.burst), now))
        return min(float(kind.burst), tries + (now - then) / kind.seconds)

    def _keep(self, kind: Allowance, key: str, tries: float, now: float) -> None:
        held = self._kinds[kind]
        held[key] = (min(float(kind.burst), tries), now)
        held.move_to_end(key)
        if len(held) > _MOST_REMEMBERED:
            held.popitem(last=False)
