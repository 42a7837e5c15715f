"""Kill ingests of the samples at random moments and compare what a second run makes of them.

Run as a process of its own, which imports everything once and forks for each ingest: a kill then
hits the ingest and not the second that Python takes to start. Prints a line of JSON for each kill.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import index.writer
from index.calibration import fit_encoder
from index.chunk import chunk_article
from index.ingest import ingest_articles
from index.readers import find_files, read_file
from index.stores import prepare_chunks
from index.types import Article
from tests.archive_contents import contents
from tests.fakes import FakeTokenEncoder

_SAMPLES = Path(__file__).parents[1] / "samples"
_ENCODER = FakeTokenEncoder()
index.writer.BATCH = 16  # more commits to be killed between


def _samples() -> list[Article]:
    files, _ = find_files([_SAMPLES])
    items = [item for path in files for item in read_file(path)]
    return [item for item in items if isinstance(item, Article)]


def _warm(articles: list[Article]) -> None:
    """Fill the caches that every ingest would fill: the children take them over."""
    fit_encoder(_ENCODER)
    for article in articles:
        chunks = chunk_article(
            article, count_tokens=_ENCODER.count_tokens, max_tokens=_ENCODER.max_tokens
        )
        prepare_chunks(_ENCODER, [(article, chunk) for chunk in chunks])


def _in_child(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def _wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _digest(folder: Path, target: Path, seconds: float) -> None:
    found = contents(folder, _ENCODER)
    sizes = {name: len(rows) for name, rows in found.items()}
    digest = hashlib.sha256(repr(found).encode()).hexdigest()
    target.write_text(json.dumps([{"digest": digest, "sizes": sizes}, seconds]))


def _run(folder: Path, articles: list[Article], result: Path) -> tuple[dict[str, object], float]:
    """An ingest that is not interrupted: what the archive holds then, and the seconds it took."""

    def work() -> None:
        started = time.monotonic()
        ingest_articles(folder, articles, _ENCODER)
        _digest(folder, result, time.monotonic() - started)

    code = _wait(_in_child(work))
    if code:
        sys.exit(f"the ingest that was to complete ended with {code}")
    found, seconds = json.loads(result.read_text())
    return found, seconds


def main(work: Path, kills: int, seed: int) -> None:
    """Until so many ingests were killed, of new archives and of ones with all articles changed."""
    first = _samples()
    changed = [replace(article, body=article.body + "\n编者按：文字有更正。") for article in first]
    _warm([*first, *changed])
    result, rng = work / "result.json", random.Random(seed)
    expected, seconds = [], []
    for articles in (first, changed):
        found, took = _run(work / "whole", articles, result)
        expected.append(found)
        seconds.append(took)
        if articles is first:
            shutil.copytree(work / "whole", work / "first")
    number = killed = 0
    while killed < kills and number < 2 * kills:  # one that came too late does not count
        number += 1
        kind = number % 2
        folder, articles = work / f"killed-{number}", (first, changed)[kind]
        if kind:
            shutil.copytree(work / "first", folder)
        moment = rng.uniform(0.0, 0.95) * seconds[kind]
        child = _in_child(lambda: ingest_articles(folder, articles, _ENCODER) and None)  # noqa: B023
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        hit = _wait(child) == -signal.SIGKILL
        killed += hit
        found, _ = _run(folder, articles, result)
        line = {"killed": hit, "same": found == expected[kind], "moment": round(moment, 3)}
        sys.stdout.write(json.dumps(line) + "\n")
        shutil.rmtree(folder)
    sys.stdout.write(json.dumps({"sizes": expected[1]["sizes"], "articles": len(first)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
