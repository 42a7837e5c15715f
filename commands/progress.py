"""Progress on stderr: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.ingest import Progress

_SECONDS_BETWEEN_LINES = 10.0
_BAR = 24  # characters


@contextmanager
def items_progress() -> "Iterator[Callable[[Progress], None]]":
    """A callback for ingest, rebuild and migrate: how much is read, rate, time left."""
    with _shown() as show:

        def forward(progress: "Progress") -> None:
            counted = "articles" if progress.unit == "bytes" else progress.unit
            left = _left(progress.seconds_left)
            show(
                progress.done / progress.total if progress.total else 0.0,
                f"{progress.articles:,} {counted}  {progress.rate:.1f}/s{left}",
            )

        yield forward


@contextmanager
def bytes_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A callback for downloads: label, bytes done, bytes in all."""
    start = time.monotonic()
    with _shown() as show:

        def forward(label: str, done: int, total: int) -> None:
            rate = done / max(time.monotonic() - start, 0.001)
            left = (total - done) / rate if rate else None
            show(
                done / total if total else 0.0,
                f"{label}  {done / 2**20:,.0f}/{total / 2**20:,.0f} MiB"
                f"  {rate / 2**20:.1f} MiB/s{_left(left)}",
            )

        yield forward


@contextmanager
def count_progress(total: int, unit: str) -> Iterator[Callable[[], None]]:
    """A callback that counts one more of ``total``."""
    start = time.monotonic()
    done = 0
    with _shown() as show:

        def step() -> None:
            nonlocal done
            done += 1
            rate = done / max(time.monotonic() - start, 0.001)
            show(
                done / total,
                f"{done:,}/{total:,} {unit}  {rate:.2f}/s{_left((total - done) / rate)}",
            )

        yield step


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f"  {seconds:.0f} s left"


@contextmanager
def _shown() -> Iterator[Callable[[float, str], None]]:
    last = time.monotonic()
    terminal = sys.stderr.isatty()
    width = 0

    def show(share: float, text: str) -> None:
        nonlocal last, width
        now = time.monotonic()
        if now - last < (0.1 if terminal else _SECONDS_BETWEEN_LINES) and share < 1:
            return
        last = now
        if not terminal:
            if share < 1:
                sys.stderr.write(f"{text}\n")
                sys.stderr.flush()
            return
        filled = int(_BAR * min(1.0, share))
        line = f"{'█' * filled}{'░' * (_BAR - filled)} {text}"
        sys.stderr.write("\r" + line + " " * max(0, width - len(line)))
        sys.stderr.flush()
        width = len(line)

    try:
        yield show
    finally:
        if width:
            sys.stderr.write("\n")
            sys.stderr.flush()
