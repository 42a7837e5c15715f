"""Seconds that the steps of one question took."""

import time


class Clock:
    """Seconds since the question came, by the name of the step that ended."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.timings: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Keep the time since the last lap under this name."""
        now = time.perf_counter()
        self.timings[name] = round(now - self._last, 4)
        self._last = now

    def add(self, name: str) -> None:
        """Like ``lap`` for a step that is taken more than once: its times are summed."""
        before = self.timings.get(name, 0.0)
        self.lap(name)
        self.timings[name] = round(before + self.timings[name], 4)

    def first(self, name: str) -> None:
        """Keep the time since the start under this name, unless it is kept already."""
        self.timings.setdefault(name, round(time.perf_counter() - self._start, 4))

    def stop(self) -> dict[str, float]:
        """All times, with ``total`` since the start."""
        return {**self.timings, "total": round(time.perf_counter() - self._start, 4)}
