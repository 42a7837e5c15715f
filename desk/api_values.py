"""What the API says of a search, an article and each event, as plain JSON values."""

from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from desk.api_errors import Problem
from desk.api_run import Pulse, Queued
from index.types import Article
from rag.engine import Engine
from rag.export import answer_json, plain, question_json
from rag.search import Findings
from rag.types import Answered, Delta, Event, Found, Understood

_NOT_TOLD = ("origin", "position")  # where on this machine it was read from


def article_json(article: Article) -> dict[str, Any]:
    """The article, without the path of the file it was read from."""
    values: dict[str, Any] = plain(asdict(article))
    return {key: value for key, value in values.items() if key not in _NOT_TOLD}


def search_json(engine: Engine, found: Findings) -> dict[str, Any]:
    """The sentences of a search, best first, and what was searched."""
    missed = "".join(f"“{phrase}”" for phrase in found.phrases_missed)
    return {
        "question": question_json(found.query),
        "evidence": [plain(asdict(item)) for item in found.evidence],
        "coverage": plain(asdict(engine.archive.coverage())),
        "timings": dict(found.timings),
        "index_version": engine.archive.index_version,
        "notes": [f"No article searched has {missed} word for word."] if missed else [],
    }


def health_json(engine: Engine) -> dict[str, Any]:
    """What would be searched now, and by which models."""
    engine.archive.refresh()
    index_version = engine.archive.index_version
    return {
        "status": "ok",
        "version": version("suyuan"),
        "archive": plain(asdict(engine.archive.coverage())),
        "chunks": engine.archive.chunk_count,
        "index_version": index_version,
        "models": {"llm": engine.model, "encoder": index_version.rpartition("@")[0]},
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def event_json(event: Event | Queued | Pulse) -> tuple[str, dict[str, Any]]:
    """An event's name and data; "" for a pulse, which has none."""
    match event:
        case Understood():
            return "understood", {"question": question_json(event.query)}
        case Found():
            evidence = [plain(asdict(item)) for item in event.evidence]
            return "found", {"evidence": evidence, "coverage": plain(asdict(event.coverage))}
        case Delta():
            return "delta", {"text": event.text}
        case Answered():
            return "answered", {"answer": answer_json(event.answer)}
        case Queued():
            return "queued", {"position": event.position}
        case Pulse():
            return "", {}


def not_there(article_id: str, wanted: int | None) -> Problem:
    """The problem of an article that the archive does not have."""
    shown = article_id[:100]
    which = f"version {wanted} of article {shown!r}" if wanted else f"article {shown!r}"
    return Problem(404, f"There is no {which}.", "no_such_article", "id")
