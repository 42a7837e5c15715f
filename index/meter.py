"""How far a long run is, how fast it goes, and how long it will take."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from index.types import Article


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. ``total`` is 0 and ``seconds_left`` None where they are not known."""

    done: int
    total: int
    unit: str  # what done and total count: "bytes", "articles" or "vectors"
    articles: int  # read so far; vectors where these are what is counted
    rate: float  # of these a second
    seconds_left: float | None


Report = Callable[[Progress], None]


class Meter:
    """Turns counts into Progress, from the moment it is made or its clock is started."""

    def __init__(self, report: Report | None, *, unit: str, total: int) -> None:
        self._report = report
        self._unit = unit
        self._total = total
        self._files_done = 0
        self._file_size = 0
        self._file_done = 0
        self.start_clock()

    def start_clock(self) -> None:
        """Count the time from now."""
        self._started = time.monotonic()

    def leave_out(self, seconds: float) -> None:
        """Time that is no part of the rate, as for loading a model."""
        self._started += seconds

    @property
    def seconds(self) -> float:
        """Return the time since the clock was started."""
        return time.monotonic() - self._started

    def start_file(self, size: int) -> None:
        """The file before is done, whatever its articles added up to."""
        self._files_done += self._file_size
        self._file_size, self._file_done = size, 0

    def read_article(self, article: Article) -> None:
        """An article's bytes stand for its part of the file."""
        self._file_done += len(article.body.encode(errors="replace"))

    def report(self, articles: int) -> None:
        """Tell how far it is after this many articles."""
        if self._report is None:
            return
        done = articles
        if self._unit == "bytes":
            done = self._files_done + min(self._file_done, self._file_size)
        left = self.seconds / done * (self._total - done) if done and self._total else None
        rate = articles / max(self.seconds, 1e-6)
        self._report(Progress(done, self._total, self._unit, articles, rate, left))
