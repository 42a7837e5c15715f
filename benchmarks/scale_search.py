"""Search one archive in a process of its own and print, as JSON, what that took.

    python benchmarks/scale_search.py ARCHIVE --questions 100

Each question is asked without a filter, within a year and within a month, in turns that change,
so that a disturbance hits all alike. ``cold`` asks once more with the token vectors dropped from
the page cache before each question: what an archive larger than the memory would wait for.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.planted_made import planted_questions
from benchmarks.serving_process import memory_of
from benchmarks.serving_times import percentiles
from index.archive import Archive
from index.layout import Layout
from index.types import Encoder
from rag.assemble import open_encoder
from rag.search import search
from rag.settings import load_settings
from rag.types import Filters

FILTERS = {
    "all": Filters(),
    "year": Filters(since=date(2023, 1, 1), until=date(2023, 12, 31)),
    "month": Filters(since=date(2023, 6, 1), until=date(2023, 6, 30)),
}
_WARM_UP = 5
_COLD = 30


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    encoder = open_encoder(load_settings())
    encoder.encode_queries(["热身"])
    before = memory_of(os.getpid())
    started = time.perf_counter()
    archive = Archive.open(options.archive, encoder)
    opened = time.perf_counter() - started
    asked = [each.question for each in planted_questions(options.questions + _WARM_UP)]
    for question in asked[:_WARM_UP]:
        search(archive, encoder, question)
    found = _ask(archive, encoder, asked[_WARM_UP:])
    after = memory_of(os.getpid())
    cold = _ask_cold(archive, encoder, asked[-_COLD:], Layout(options.archive).tokens)
    result = {
        "open_seconds": round(opened, 3),
        "memory_own_mib": round(after["own"] - before["own"], 1),
        "search": {name: _summary(values) for name, values in found.items()},
        "search_cold_tokens": _summary(cold),
        "steps": _steps(archive, encoder, asked[-_COLD:]),
    }
    print(json.dumps(result))


@dataclass(frozen=True, slots=True)
class Took:
    """One call: on the clock, and of all cores together."""

    seconds: float
    cpu_seconds: float


def _summary(calls: Sequence[Took]) -> dict[str, float]:
    cpu = statistics.median(call.cpu_seconds for call in calls)
    return {**percentiles([call.seconds for call in calls]), "cpu_p50_ms": round(1000 * cpu, 1)}


def _timed(work: Callable[[], object]) -> Took:
    cpu, started = time.process_time(), time.perf_counter()
    work()
    return Took(time.perf_counter() - started, time.process_time() - cpu)


def _ask(archive: Archive, encoder: Encoder, asked: Sequence[str]) -> dict[str, list[Took]]:
    names = list(FILTERS)
    found: dict[str, list[Took]] = {name: [] for name in names}
    for turn, question in enumerate(asked):
        for name in names[turn % 3 :] + names[: turn % 3]:
            work = partial(search, archive, encoder, question, filters=FILTERS[name])
            found[name].append(_timed(work))
    return found


def _ask_cold(archive: Archive, encoder: Encoder, asked: Sequence[str], tokens: Path) -> list[Took]:
    found = []
    for question in asked:
        for path in tokens.glob("*.sqlite3"):
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
        found.append(_timed(partial(search, archive, encoder, question)))
    return found


def _steps(archive: Archive, encoder: Encoder, asked: Sequence[str]) -> dict[str, float]:
    """Median milliseconds of the calls a search is made of, alone: where a wall would stand."""
    vectors = encoder.encode_queries(list(asked))
    some = [hit.chunk.id for hit in archive.search_vector(vectors[0], top_k=40)]
    calls: dict[str, Callable[[int], object]] = {
        "vectors": lambda n: archive.search_vector(vectors[n], top_k=36),
        "vectors, year": lambda n: archive.search_vector(
            vectors[n], top_k=36, filters=FILTERS["year"]
        ),
        "vectors, month": lambda n: archive.search_vector(
            vectors[n], top_k=36, filters=FILTERS["month"]
        ),
        "words": lambda n: archive.search_words(asked[n], top_k=36),
        "words, month": lambda n: archive.search_words(
            asked[n], top_k=36, filters=FILTERS["month"]
        ),
        "tokens of 40": lambda n: archive.tokens(some),
        "vectors of 40": lambda n: archive.vectors(some),
        "count of chunks": lambda n: archive.chunk_count,
        "coverage": lambda n: archive.coverage(),
    }
    return {
        name: round(
            1000 * statistics.median(_timed(partial(call, n)).seconds for n in range(len(asked))),
            2,
        )
        for name, call in calls.items()
    }


if __name__ == "__main__":
    main()
