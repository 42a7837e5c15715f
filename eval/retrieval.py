"""Run a retrieval query set against an archive, without the LLM, and write what was found.

The system is shown a question and nothing else; ids, dates, types and answers stay here. Files:
docs/retrieval-format.md.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from eval.retrieval_out import check_out, write_lines
from eval.retrieval_queries import RetrievalQuery, read_retrieval_queries
from eval.retrieval_scores import RetrievalScore, score_ranking
from index.archive import Archive
from index.errors import BadInput
from index.ingest import ingest_paths
from index.meter import Report
from index.readers import ReadOptions
from index.types import Encoder, IngestReport
from rag.rerank import Reranker
from rag.retrieve import Mode
from rag.search import search
from rag.types import Evidence

__all__ = [
    "Find",
    "Found",
    "Mode",
    "Result",
    "RetrievalQuery",
    "archive_search",
    "ask",
    "check_out",
    "choose_archive",
    "ingest_corpus",
    "missing_gold",
    "read_retrieval_queries",
    "run_queries",
    "score_results",
    "write_run",
]

WARM_UP = 3  # queries asked before the clock counts: libraries load and caches fill on the first
# Where no article has a date, a year-less period must still not depend on the day of the run.
_UNDATED = date(2000, 1, 1)
_SUFFIXES = {".gz", ".jsonl", ".json", ".csv", ".tsv"}


class Found(Protocol):
    """What a search returns, as far as it is judged (``rag.search.Findings`` is one)."""

    @property
    def ranked(self) -> Sequence[str]:
        """Article ids, best first."""

    @property
    def evidence(self) -> Sequence[Evidence]:
        """Sentences, best first."""


Find = Callable[[str], Found]


@dataclass(frozen=True, slots=True)
class Result:
    """What one query found, and the seconds from the question to the evidence."""

    query: RetrievalQuery
    ranked: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    seconds: float


def choose_archive(corpus: Path | None, archive: Path | None, out: Path) -> Path:
    """The archive to search: ``archive`` if given, else a folder beside the run for this corpus.

    The folder is named by the corpus's content, so runs side by side share one archive and two
    corpora of one name do not.

    Raises:
        BadInput: Neither is given, or the corpus cannot be read.
    """
    if archive is not None:
        return archive
    if corpus is None:
        raise BadInput("Name what to search: --corpus FILE to ingest one, or --archive DIR.")
    try:
        with corpus.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:8]
    except OSError as error:
        raise BadInput(f"Cannot read the corpus {corpus}: {error.strerror}") from None
    stem = corpus.name
    while Path(stem).suffix.lower() in _SUFFIXES:
        stem = Path(stem).stem
    return out.parent / f"{stem}-{digest}.archive"


def ingest_corpus(
    folder: Path, corpus: Path, encoder: Encoder, *, progress: Report | None = None
) -> IngestReport:
    """Bring the corpus into the archive; articles it holds already are only compared.

    Raises:
        BadInput: Not one article could be read.
        ArchiveError: The archive is locked, damaged or of another encoder.
    """
    report = ingest_paths(folder, [corpus], ReadOptions(), lambda: encoder, progress=progress)
    if not report.read:
        reason = f" ({_first_fault(report)})" if report.rejected else ""
        raise BadInput(f"The corpus {corpus} holds no article{reason}.")
    return report


def _first_fault(report: IngestReport) -> str:
    first = report.rejected[0]
    return first.reason if first.line is None else f"line {first.line}: {first.reason}"


def missing_gold(queries: Iterable[RetrievalQuery], archive: Archive) -> list[str]:
    """The ids of gold articles that are not in the archive, and so cannot be found.

    Raises:
        BadInput: None of them is in it: the archive is of another corpus.
    """
    gold = dict.fromkeys(key for query in queries if query.judged for key in query.gold_ids)
    missing = [key for key in gold if archive.article(key) is None]
    if gold and len(missing) == len(gold):
        raise BadInput(
            f'The archive has none of the {len(gold)} gold articles, not even "{missing[0]}"; '
            "give the corpus these queries were written for: --corpus FILE"
        )
    return missing


def archive_search(
    archive: Archive,
    encoder: Encoder,
    *,
    mode: Mode,
    limit: int,
    articles: int,
    reranker: Reranker | None = None,
) -> Find:
    """Search as the engine does, on the archive's last day, so that results keep.

    ``limit``: sentences of evidence; ``articles``: length of the ranking.
    """
    today = archive.coverage().last or _UNDATED

    def find(question: str) -> Found:
        return search(
            archive,
            encoder,
            question,
            mode=mode,
            today=today,
            limit=limit,
            articles=articles,
            reranker=reranker,
        )

    return find


def run_queries(
    queries: Sequence[RetrievalQuery],
    find: Find,
    *,
    on_done: Callable[[], None] = lambda: None,
) -> list[Result]:
    """Ask every query in turn, the first ones once more before to warm up."""
    for query in queries[:WARM_UP]:
        find(query.question)
    results = []
    for query in queries:
        results.append(ask(query, find))
        on_done()
    return results


def ask(query: RetrievalQuery, find: Find) -> Result:
    """What one query finds, and how long that takes."""
    start = time.perf_counter()
    found = find(query.question)
    seconds = time.perf_counter() - start
    return Result(query, tuple(found.ranked), tuple(found.evidence), seconds)


def score_results(results: Iterable[Result]) -> list[RetrievalScore]:
    """The scores of the judged queries, evidence included."""
    return [
        score_ranking(result.query, result.ranked, [item.text for item in result.evidence])
        for result in results
        if result.query.judged
    ]


def write_run(results: Iterable[Result], out: Path) -> None:
    """Write one row per query; a run that breaks off leaves the file before it as it was.

    Raises:
        BadInput: It cannot be written.
    """
    write_lines((json.dumps(_row(result), ensure_ascii=False) for result in results), out)


def _row(result: Result) -> dict[str, Any]:
    return {
        "id": result.query.id,
        "ranked": list(result.ranked),
        "evidence": [
            {
                "article_id": item.article_id,
                "start": item.start,
                "end": item.end,
                "text": item.text,
            }
            for item in result.evidence
        ],
        "timings": {"retrieve": round(result.seconds, 4)},  # from the question to the evidence
    }
