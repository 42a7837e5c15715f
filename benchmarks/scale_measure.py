"""What an archive that scale_build.py made costs: disk, ingest, search, ``ask`` and ``serve``.

Searching is measured in a process of its own (scale_search.py), the rest through the commands that
a user types. Nothing here writes to the archive but the ingest of what it holds already.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.planted_made import Planted, planted_questions
from benchmarks.scale_build import EXPORT, NOTES
from benchmarks.serving_process import memory_of, served
from benchmarks.serving_times import percentiles
from benchmarks.serving_users import User
from index.catalog import catalog_of
from index.errors import BadInput
from index.ingest import ingest_paths
from index.layout import Layout
from index.read_options import ReadOptions
from index.types import Encoder

_SUYUAN = Path(sys.executable).with_name("suyuan")
_COLD_ASKS = 3
_PAUSE = 0.5  # seconds between two questions: more of one client are told to wait
_AGAIN = 3  # ingests of what is there already
_NO_LLM = {"SUYUAN_LLM": "none"}


def measure(folder: Path, *, questions: int, bundled: bool = True) -> dict[str, Any]:
    """Everything the tables show of one size.

    ``bundled``: also ``serve`` with the bundled language model, for its memory.

    Raises:
        BadInput: ``folder`` was not built to its end.
    """
    archive, notes = folder / "archive", folder / NOTES
    if not notes.is_file():
        raise BadInput(f"{notes} is not there. Build it: python benchmarks/scale.py build {folder}")
    asked = planted_questions(questions)
    load = os.getloadavg()[0]
    return {
        "size": _size(archive),
        "bytes": _bytes(archive),
        "build": json.loads(notes.read_text(encoding="utf-8")),
        "search": _search(archive, questions),
        "ask_cold": _ask_cold(archive, asked),
        "serve": _serve(archive, asked, _NO_LLM),
        "serve_bundled": _serve(archive, asked[:5], {}) if bundled else {},
        "unchanged": _ingest_again(archive, folder / EXPORT),
        "machine": {
            "cores": os.cpu_count(),
            "load_at_start": round(load, 2),
            "threads": os.environ.get("SUYUAN_THREADS", ""),
        },
    }


def _size(archive: Path) -> dict[str, int]:
    catalog = catalog_of(archive)
    articles, chunks = catalog.coverage().articles, catalog.count_chunks()
    (characters,) = catalog.rows("SELECT sum(length(body)) FROM articles")[0]
    catalog.close()
    return {"articles": articles, "chunks": chunks, "characters": characters}


def _bytes(archive: Path) -> dict[str, int]:
    """Bytes on disk of each store."""
    layout = Layout(archive)
    places = {
        "catalog": [layout.catalog],
        "chroma": [*layout.vectors.rglob("*")],
        "lexical": [*layout.lexical.rglob("*")],
        "tokens": [*layout.tokens.rglob("*")],
    }
    return {
        name: sum(path.stat().st_size for path in paths if path.is_file())
        for name, paths in places.items()
    }


def _search(archive: Path, questions: int) -> dict[str, Any]:
    script = Path(__file__).with_name("scale_search.py")
    command = [sys.executable, str(script), str(archive), "--questions", str(questions)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _ask_cold(archive: Path, asked: Sequence[Planted]) -> dict[str, float]:
    """``suyuan ask`` as a whole, models loaded and all; files are in the page cache."""
    seconds = []
    for wanted in asked[:_COLD_ASKS]:
        command = [str(_SUYUAN), "ask", "--json", "--no-llm", "--archive", str(archive)]
        started = time.monotonic()
        done = subprocess.run(
            [*command, wanted.question], stdout=subprocess.PIPE, check=True, text=True
        )
        seconds.append(time.monotonic() - started)
        _require_own(wanted, [each["article_id"] for each in json.loads(done.stdout)["evidence"]])
    return {"median_seconds": round(statistics.median(seconds), 2), "n": len(seconds)}


def _serve(archive: Path, asked: Sequence[Planted], settings: Mapping[str, str]) -> dict[str, Any]:
    """Warm questions through a running server, one after the other, and its memory."""
    with served(archive, settings=settings) as server:
        user = User(server.url, 0)
        user.ask(asked[0])  # the first waits for what is loaded late
        at_first = server.memory()
        answers = []
        for wanted in asked:
            time.sleep(_PAUSE)
            answers.append(user.ask(wanted))
        user.close()
        failed = [answer.error for answer in answers if answer.error]
        if failed:
            raise RuntimeError(f"{len(failed)} of {len(answers)} failed: {failed[0]}")
        return {
            "ready_seconds": round(server.seconds_to_ready, 1),
            "evidence": percentiles([answer.evidence_seconds for answer in answers]),
            "right": sum(answer.right for answer in answers),
            "memory_at_first_mib": at_first,
            "memory_mib": server.memory(),
        }


def _ingest_again(archive: Path, export: Path) -> dict[str, float]:
    """``suyuan ingest`` of an export of which every article is there: reading and comparing."""
    rates: list[float] = []
    by_cpu: list[float] = []
    read = 0
    for _ in range(_AGAIN):
        cpu, started = time.process_time(), time.monotonic()
        report = ingest_paths(archive, [export], ReadOptions(), _no_encoder)
        rates.append(report.read / (time.monotonic() - started))
        by_cpu.append(report.read / (time.process_time() - cpu))
        read = report.read
        if report.unchanged != report.read:
            raise RuntimeError(f"{report.read - report.unchanged} of {report.read} were changed")
    return {
        "articles": read,
        "articles_per_second": round(statistics.median(rates)),
        "articles_per_cpu_second": round(statistics.median(by_cpu)),
        "memory_own_mib": memory_of(os.getpid())["own"],
    }


def _no_encoder() -> Encoder:
    raise RuntimeError("an unchanged article was encoded")


def _require_own(wanted: Planted, found: list[str]) -> None:
    if wanted.article_id not in found:
        raise RuntimeError(f"{wanted.question} did not find {wanted.article_id}, but {found}")
