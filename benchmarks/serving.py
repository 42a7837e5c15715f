"""How soon the desk is there, how soon evidence is painted, and twenty users at once.

    python benchmarks/serving.py [--archive ARCHIVE] [--work runs/serving] [--json FILE]

A real ``suyuan serve`` with the real encoder over a copy of ARCHIVE (without one over a made
archive of --chunks chunks), to which articles with a question each were added. A scripted endpoint
stands for the LLM, so that no model's speed decides; half of the questions need it. The page is
driven in Chromium; the users ask over the HTTP API, each from an address of its own, with a pause
to think. An answer is mixed up when it rests on another article than the same question alone.
"""

import argparse
import json
import os
import statistics
import sys
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.planted_made import Planted, planted_questions
from benchmarks.scale_build import PLANTED
from benchmarks.serving_archive import asked_archive
from benchmarks.serving_llm import MODEL, ScriptedEndpoint, scripted_endpoint
from benchmarks.serving_page import chromium, painted_evidence, seconds_to_use
from benchmarks.serving_process import Served, served
from benchmarks.serving_times import percentiles
from benchmarks.serving_users import Asked, User, ask_together
from index.catalog import catalog_of
from index.errors import UserError

_LOOK = 100  # questions between two looks at the memory
_WARM_UP = 3


def main() -> None:
    """Measure and print."""
    options = _options()
    archive = asked_archive(
        options.archive, options.work, chunks=options.chunks, fresh=options.fresh
    )
    with scripted_endpoint() as llm, served(archive, settings=scripted_settings(llm)) as server:
        result = {
            "archive": told_archive(archive),
            "ready_seconds": round(server.seconds_to_ready, 1),
            "page": _page(server, options.visits, options.painted),
            "users": _users(server, options.users, options.think, options.questions),
            "llm_calls": llm.calls,
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2),
        }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    print(text)


def scripted_settings(llm: ScriptedEndpoint) -> dict[str, str]:
    """What makes ``suyuan serve`` ask the scripted endpoint, as many at once as it may answer."""
    return {
        "SUYUAN_LLM": "auto",
        "SUYUAN_LLM_BASE_URL": llm.url,
        "SUYUAN_LLM_MODEL": MODEL,
        "SUYUAN_LLM_AT_ONCE": "16",
    }


def mixed_up(answers: Sequence[Asked], alone: User, *, how: str = "ask") -> list[Asked]:
    """Those that rest on other articles than when nobody else asks, or answer another question.

    What is right needs no second look. What is not may be what is found by that question alone.
    """
    calm: dict[Planted, tuple[str, ...]] = {}
    mixed = []
    for each in answers:
        if each.error or each.right:
            continue
        if each.wanted not in calm:
            calm[each.wanted] = getattr(alone, how)(each.wanted).cited
        if each.heard != each.wanted.question or each.cited != calm[each.wanted]:
            mixed.append(each)
    return mixed


def _page(server: Served, visits: int, painted: int) -> dict[str, Any]:
    with chromium() as browser:
        first = seconds_to_use(browser, server.url)
        later = [seconds_to_use(browser, server.url) for _ in range(visits)]
        asked = planted_questions(painted + _WARM_UP)
        found = painted_evidence(browser, server.url, asked)[_WARM_UP:]
    return {
        "first_visit_seconds": round(first, 2),
        "visit_median_seconds": round(statistics.median(later), 2),
        "evidence_painted": percentiles([seconds for _, seconds, _ in found]),
        "first_card_right": sum(wanted.answer in text for wanted, _, text in found),
    }


def _users(server: Served, users: int, think: float, count: int) -> dict[str, Any]:
    """``count`` questions in hundreds, and what the server holds after each."""
    questions = list(islice(cycle(planted_questions(PLANTED)), count))
    answers: list[Asked] = []
    memory: dict[str, dict[str, float]] = {}
    for start in range(0, count, _LOOK):
        answers += ask_together(
            server.url, questions[start : start + _LOOK], users=users, how="ask", think=think
        )
        memory[str(len(answers))] = server.memory()
    alone = User(server.url, users)
    mixed = mixed_up(answers, alone)
    alone.close()
    errors = [each.error for each in answers if each.error]
    return {
        "users": users,
        "think_seconds": think,
        "questions": len(answers),
        "evidence": percentiles([each.evidence_seconds for each in answers if not each.error]),
        "answer": percentiles([each.seconds for each in answers if not each.error]),
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
        "told_to_wait": sum(each.waits for each in answers),
        "right": sum(each.right for each in answers),
        "mixed_up": len(mixed),
        "memory_mib": memory,  # by questions asked so far
    }


def told_archive(archive: Path) -> dict[str, Any]:
    """Its name and size."""
    catalog = catalog_of(archive)
    told = {"articles": catalog.coverage().articles, "chunks": catalog.count_chunks()}
    catalog.close()
    return {"folder": archive.parent.name, **told}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=Path, help="is copied; default: a made one")
    parser.add_argument("--chunks", type=int, default=20_000, help="of the made one")
    parser.add_argument("--work", type=Path, default=Path("runs/serving"))
    parser.add_argument("--fresh", action="store_true", help="build anew what --work holds")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--think", type=float, default=2.0, help="seconds between, on average")
    parser.add_argument("--questions", type=int, default=500, help="of all users together")
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--painted", type=int, default=30, help="questions typed in Chromium")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
