"""Throw hostile inputs at every reader, parser and endpoint; print faults and the slowest input.

A fault is anything but a result or a ``UserError``, an input that takes longer than ``--seconds``,
or memory beyond ``--mebibytes``. Each fault is written to the folder of ``--keep``; the exit code
is 1 where there was one. The same seed gives the same inputs.
Usage: python benchmarks/fuzz.py [--inputs 5000] [--only TEXT] [--seed 1] [--keep runs/fuzz]
"""

import argparse
import logging
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from starlette.testclient import TestClient

from benchmarks.fuzz_targets import Target, fault_of, targets
from desk.api_access import Limits
from index.archive import Archive
from tests.api_setup import ARTICLES, BALANCE, app_over
from tests.scripted_llm import ScriptedLLM, archive_of


class TooSlow(Exception):
    """An input took longer than it may."""


@dataclass
class Tally:
    """What came of one target's inputs."""

    inputs: int = 0
    faults: dict[str, int] = field(default_factory=dict)  # by their last lines
    slowest: float = 0.0
    slow_input: str = ""


def fuzz(target: Target, count: int, *, seed: int, seconds: float, keep: Path) -> Tally:
    """Put ``count`` inputs through ``target``; write to ``keep`` the first of each fault."""
    tally = Tally()
    rng = random.Random(f"{seed}/{target.name}")
    for _ in range(count):
        given = target.make(rng)
        start = time.perf_counter()
        fault = _bounded(target, given, seconds)
        took = time.perf_counter() - start
        tally.inputs += 1
        if took > tally.slowest:
            tally.slowest, tally.slow_input = took, repr(given)[:80]
        if fault is not None:
            _note(tally, target, given, fault, keep)
    return tally


def _bounded(target: Target, given: object, seconds: float) -> Exception | None:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return fault_of(target, given)
    except TooSlow as error:
        return error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _note(tally: Tally, target: Target, given: object, fault: Exception, keep: Path) -> None:
    frames = traceback.extract_tb(fault.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    kind = f"{type(fault).__name__} at {place}: {str(fault)[:160]}"
    key = kind.split(": ")[0]
    if key not in tally.faults:
        keep.mkdir(parents=True, exist_ok=True)
        name = f"{target.name.replace(' ', '-')}-{len(tally.faults) + 1}"
        (keep / f"{name}.txt").write_text(
            f"{kind}\n{''.join(traceback.format_exception(fault))}\n{given!r}\n",
            encoding="utf-8",
            errors="backslashreplace",
        )
    tally.faults[key] = tally.faults.get(key, 0) + 1


@contextmanager
def small_archive() -> Iterator[tuple[Any, Archive]]:
    """The API, without a rate limit, over a small archive and an LLM that quotes; the archive."""
    with (
        tempfile.TemporaryDirectory(prefix="suyuan-fuzz-") as folder,
        archive_of(Path(folder) / "archive", ARTICLES) as archive,
    ):
        free = Limits(per_minute=10**9, burst=10**9)
        app = app_over(archive, ScriptedLLM("贷款余额31250亿元[1]。", size=5), limits=free)
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        client.post("/api/ask", json={"question": BALANCE})  # loads what the first question loads
        yield client, archive


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=5_000, help="for each target")
    parser.add_argument("--only", default="", help="targets whose name has this text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0, help="for one input")
    parser.add_argument("--mebibytes", type=int, default=6_144, help="of address space")
    parser.add_argument(
        "--keep", type=Path, default=Path("runs/fuzz"), help="for inputs with a fault"
    )
    return parser.parse_args()


def _stop(*_: object) -> None:
    raise TooSlow("longer than --seconds")


def main() -> None:
    """Run and print one line per target and the sum."""
    options = _arguments()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    limit = options.mebibytes * 1024**2
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGALRM, _stop)
    total, faults = 0, 0
    print(f"seed {options.seed}; slowest in ms")
    with tempfile.TemporaryDirectory(prefix="suyuan-fuzz-") as folder, small_archive() as desk:
        for target in targets(Path(folder), *desk):
            if options.only not in target.name:
                continue
            start = time.perf_counter()
            tally = fuzz(
                target,
                options.inputs,
                seed=options.seed,
                seconds=options.seconds,
                keep=options.keep,
            )
            took = time.perf_counter() - start
            total, faults = total + tally.inputs, faults + sum(tally.faults.values())
            print(
                f"{target.name:18} {tally.inputs:6} inputs {took:6.0f} s, slowest "
                f"{tally.slowest * 1000:7.0f} ms, {sum(tally.faults.values())} faults",
                flush=True,
            )
            for kind, times in tally.faults.items():
                print(f"    {times} x {kind}")
    print(f"{total} inputs, {faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
