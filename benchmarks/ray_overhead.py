"""What Ray costs: the same made articles ingested plainly and on Ray's workers, in turns.

    python benchmarks/ray_overhead.py --like archives/news [--articles 2000] [--repeats 3]

Each ingest is a command of its own, so that none finds what another has loaded. Start-up, which is
the same for one article and a million, is timed apart: the time of an ingest of one article more
is taken off that of all. ``--like`` is the archive whose sizes and words the made text has.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.scale_build import write_export
from benchmarks.text_made import TextModel
from index.catalog import catalog_of

WAYS = ("plain", "ray")


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of one way, once: to ingest one article, and all of them."""

    way: str
    one: float
    whole: float


@dataclass(frozen=True, slots=True)
class Cost:
    """The medians of one way: seconds of start-up, articles a second without it."""

    way: str
    start: float
    rate: float


def costs(runs: Iterable[Run], articles: int) -> list[Cost]:
    """Of each way, from runs with so many articles; raises ValueError where no time is left.

    An ingest of one article is start-up and one article, so that the whole less this is the time
    of ``articles`` - 1.
    """
    by_way: dict[str, list[Run]] = {}
    for run in runs:
        by_way.setdefault(run.way, []).append(run)
    return [
        Cost(way, median(run.one for run in its), median(_rate(run, articles) for run in its))
        for way, its in by_way.items()
    ]


def _rate(run: Run, articles: int) -> float:
    took = run.whole - run.one
    if took <= 0:
        raise ValueError(f"{articles} articles take no longer than one: give more (--articles)")
    return (articles - 1) / took


def breaks_even(plain: Cost, ray: Cost) -> int | None:
    """From how many articles on Ray is done first; None where it never is.

    start + n / rate is the same for both.
    """
    gained = 1 / plain.rate - 1 / ray.rate
    return None if gained <= 0 else max(0, round((ray.start - plain.start) / gained))


def table(found: Sequence[Cost]) -> str:
    """The costs as a table of Markdown, with Ray's ratio to plain."""
    plain, ray = (next(cost for cost in found if cost.way == way) for way in WAYS)
    rows = [f"| {cost.way} | {cost.start:.1f} | {cost.rate:.1f} |" for cost in (plain, ray)]
    even = breaks_even(plain, ray)
    said = "never" if even is None else f"from {even:,} articles on"
    return "\n".join(
        [
            "| ingest | start-up, s | articles/s |",
            "|---|---|---|",
            *rows,
            "",
            f"rate of Ray / plain: {ray.rate / plain.rate:.2f}; Ray is done first: {said}",
        ]
    )


def ingest_seconds(export: Path, way: str, address: str) -> float:
    """One ``suyuan ingest`` into an archive of its own; raises RuntimeError with what it said."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "cli", "ingest", str(export), "--archive", folder]
        if way == "ray":
            command.append(f"--ray={address}")
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        took = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{way}: {done.stderr.strip()}")
    return took


def measure(model: TextModel, articles: int, repeats: int, address: str) -> list[Run]:
    """Plain, Ray, plain, Ray and so on; other articles each time would be other work."""
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        one, whole = Path(folder, "one.jsonl"), Path(folder, "whole.jsonl")
        write_export(one, list(model.articles(1)))
        write_export(whole, list(model.articles(articles)))
        for turn in range(repeats):
            for way in WAYS:
                times = [ingest_seconds(export, way, address) for export in (one, whole)]
                runs.append(Run(way, *times))
                print(f"{turn + 1}/{repeats} {way}: one {times[0]:.1f} s, all {times[1]:.1f} s")
    return runs


def main() -> None:
    """Measure and print; threads of the plain ingest and of a worker: SUYUAN_THREADS."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--like", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--ray", default="local", help="its address: local, auto, HOST:PORT")
    options = parser.parse_args()
    if options.articles < 2 or options.repeats < 1:
        parser.error("--articles from 2, --repeats from 1")
    with closing(catalog_of(options.like)) as catalog:
        model = TextModel.measure(catalog.articles())
    threads = os.environ.get("SUYUAN_THREADS", "as set by default")
    print(f"{options.articles:,} articles, {options.repeats} turns, threads {threads}")
    runs = measure(model, options.articles, options.repeats, options.ray)
    print(table(costs(runs, options.articles)))


if __name__ == "__main__":
    main()
