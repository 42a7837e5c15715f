"""One C heap for all threads beside one for each: what stays of an answer, and what it costs.

    python benchmarks/heaps.py --archive ARCHIVE --questions 4000

Each kind asks in a process of its own, a thread for each question and eight at once, as ``suyuan
serve`` does; what is free is given back before memory is read, as there. No language model. The
kinds take turns (``--rounds``); rates are medians. glibc only.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.planted_made import planted_questions
from benchmarks.scale_build import PLANTED
from benchmarks.serving_archive import asked_archive
from benchmarks.serving_process import memory_of
from index.errors import UserError
from index.heap import release_heap, share_heap

_AT_ONCE = 8
_STEPS = 8  # looks at the memory
_KINDS = ("own", "shared")


def main() -> None:
    """Ask with both kinds and print."""
    options = _options()
    if options.kind:
        _ask(options.archive, options.questions, shared=options.kind == "shared")
        return
    archive = asked_archive(options.archive, options.work, chunks=20_000, fresh=False)
    rates: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    for _ in range(options.rounds):
        for kind in _KINDS:
            told = _in_its_process(archive, options.questions, kind)
            rates[kind].append(told["rate"])
            seen = told["mib"]
            kept = 1024 * (seen[-1] - seen[0]) / (options.questions * (_STEPS - 1) / _STEPS)
            shown = ", ".join(f"{mib:,.0f}" for mib in seen)
            print(f"{kind:>6}: {shown} MiB; {kept:+.1f} kB an answer; {told['rate']:.1f} a second")
    ratio = statistics.median(rates["shared"]) / statistics.median(rates["own"])
    print(f"rate of shared to own: {ratio:.2f}")


def _in_its_process(archive: Path, questions: int, kind: str) -> dict[str, list[float] | float]:
    command = [sys.executable, __file__, "--archive", str(archive), "--kind", kind]
    done = subprocess.run(
        [*command, "--questions", str(questions)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, list[float] | float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _ask(archive: Path, questions: int, *, shared: bool) -> None:
    if shared:
        share_heap()  # before the first thread
    from rag.assemble import open_engine
    from rag.settings import load_settings

    settings = load_settings().model_copy(update={"archive": archive, "llm": "none"})
    engine = open_engine(settings)

    def ask(question: str) -> None:
        asking = threading.Thread(target=engine.ask, args=(question,))
        asking.start()
        asking.join()

    asked = cycle(each.question for each in planted_questions(PLANTED))
    seen = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        started = time.perf_counter()
        for _ in range(_STEPS):
            list(pool.map(ask, islice(asked, questions // _STEPS)))
            release_heap()
            seen.append(memory_of(os.getpid())["own"])
        rate = _STEPS * (questions // _STEPS) / (time.perf_counter() - started)
    engine.archive.close()
    print(json.dumps({"mib": seen, "rate": rate}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=Path, help="default: a made one of 20,000 chunks")
    parser.add_argument("--questions", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path("runs/bench/heaps"))
    parser.add_argument("--kind", choices=_KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.questions < _STEPS or options.rounds < 1:
        parser.error(f"--questions from {_STEPS}, --rounds from 1")
    return options


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
