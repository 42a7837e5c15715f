"""Many users for minutes on a large archive: throughput, times, errors, memory, mixed-up answers.

    python benchmarks/scale.py build WORK/c1e5 --chunks 100000 --like ARCHIVE …
    python benchmarks/load.py --archive WORK/c1e5 --minutes 10 --json FILE

Two loads, each against a ``suyuan serve`` of its own over HTTP: searching alone, and whole answers
with a scripted endpoint for the LLM. The load is closed: each user waits for the answer, thinks and
asks the next of its own questions. Each has an address of its own. Memory is compared between the
first minute, when everything has been loaded, and the end. An answer is mixed up when it rests on
another article than the same question asked alone, or names another question.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.planted_made import planted_questions
from benchmarks.scale_build import PLANTED
from benchmarks.serving import mixed_up, scripted_settings, told_archive
from benchmarks.serving_archive import asked_archive
from benchmarks.serving_llm import scripted_endpoint
from benchmarks.serving_process import Served, served
from benchmarks.serving_times import percentiles
from benchmarks.serving_users import User, ask_together
from index.errors import BadInput, UserError

_SETTLED_SECONDS = 60.0
_SAMPLE_SECONDS = 5.0
_NO_LLM = {"SUYUAN_LLM": "none"}


def main() -> None:
    """Measure both loads and print."""
    options = _options()
    archive = asked_archive(
        options.archive, options.work, chunks=options.chunks, fresh=options.fresh
    )
    result: dict[str, Any] = {"archive": told_archive(archive), "cores": os.cpu_count()}
    if options.only != "ask":
        with served(archive, settings=_NO_LLM) as server:
            result["search"] = _load(server, options, how="search")
    if options.only != "search":
        with scripted_endpoint() as llm, served(archive, settings=scripted_settings(llm)) as server:
            result["ask"] = {**_load(server, options, how="ask"), "llm_calls": llm.calls}
    text = json.dumps(result, ensure_ascii=False, indent=1)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    print(text)


def _load(server: Served, options: argparse.Namespace, *, how: str) -> dict[str, Any]:
    seconds = 60 * options.minutes
    started = time.monotonic()
    with _watched(server) as samples:
        answers = ask_together(
            server.url,
            planted_questions(PLANTED),
            users=options.users,
            how=how,
            think=options.think,
            seconds=seconds,
        )
    took = time.monotonic() - started
    alone = User(server.url, options.users)
    mixed = mixed_up(answers, alone, how=how)
    alone.close()
    good = [each for each in answers if not each.error]
    errors = [each.error for each in answers if each.error]
    return {
        "users": options.users,
        "think_seconds": options.think,
        "minutes": round(took / 60, 2),
        "answers": len(answers),
        "answers_per_second": round(len(good) / took, 2),
        "evidence": percentiles([each.evidence_seconds for each in good]),
        "answer": percentiles([each.seconds for each in good]),
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
        "told_to_wait": sum(each.waits for each in answers),
        "right": sum(each.right for each in answers),
        "mixed_up": len(mixed),
        **memory_growth(samples, settled=min(_SETTLED_SECONDS, seconds / 4)),
        "load": round(os.getloadavg()[0], 2),
    }


def memory_growth(samples: list[tuple[float, float]], *, settled: float) -> dict[str, Any]:
    """From (seconds, MiB): what was held once ``settled``, at the end, and the growth in percent.

    Each is a mean over a tenth of the time, at least over one sample.

    Raises:
        ValueError: There is no sample after ``settled``.
    """
    later = [held for seconds, held in samples if seconds >= settled]
    if not later:
        raise ValueError(f"no sample of the memory after {settled} s")
    width = max(1, len(later) // 10)
    first, last = sum(later[:width]) / width, sum(later[-width:]) / width
    return {
        "memory_settled_mib": round(first, 1),
        "memory_last_mib": round(last, 1),
        "memory_growth_percent": round(100 * (last - first) / first, 2),
    }


@contextmanager
def _watched(server: Served) -> Iterator[list[tuple[float, float]]]:
    """Seconds and MiB of the server's own memory, every few seconds while the block runs."""
    samples: list[tuple[float, float]] = []
    done = threading.Event()
    started = time.monotonic()

    def watch() -> None:
        while not done.wait(_SAMPLE_SECONDS):
            samples.append((time.monotonic() - started, server.memory()["own"]))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=Path, help="built by scale.py, or any: that is copied")
    parser.add_argument("--chunks", type=int, default=100_000, help="of the one made without it")
    parser.add_argument("--work", type=Path, default=Path("runs/serving"))
    parser.add_argument("--fresh", action="store_true", help="build anew what --work holds")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0, help="each of the two loads")
    parser.add_argument("--only", choices=("search", "ask"), help="one of the two loads")
    parser.add_argument("--think", type=float, default=2.0, help="seconds between, on average")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.minutes < 0.5:
        raise BadInput(f"--minutes is {options.minutes}; memory needs at least 0.5 to settle.")
    if not 1 <= options.users <= PLANTED:
        raise BadInput(f"--users is {options.users}; there are {PLANTED} questions to share.")
    return options


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
