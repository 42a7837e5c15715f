"""The ingests an archive has seen, as its catalog records them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from index.catalog import Catalog
from index.layout import Layout
from index.types import Rejected


@dataclass(frozen=True, slots=True)
class PastRun:
    """One ingest. ``finished`` is None for one that runs still or was cut off; counts of articles.

    ``rejected`` are the first rows and files that could not be read, of ``rejections`` in all.
    """

    started: datetime
    finished: datetime | None
    read: int
    new: int
    changed: int
    unchanged: int
    rejections: int
    rejected: tuple[Rejected, ...]


def recent_runs(folder: Path, *, most: int = 10, rows: int = 50) -> tuple[PastRun, ...]:
    """The latest ``most`` ingests, the last one first, each with up to ``rows`` rejections."""
    if not Layout(folder).catalog.is_file():
        return ()
    catalog = Catalog.open(Layout(folder).catalog)
    try:
        found = catalog.rows(
            "SELECT id, started, finished, read, new, changed, unchanged, rejected FROM runs"
            " ORDER BY id DESC LIMIT ?",
            (most,),
        )
        return tuple(_run(catalog, row, rows) for row in found)
    finally:
        catalog.close()


def _run(catalog: Catalog, row: Sequence[Any], rows: int) -> PastRun:
    number, started, finished, read, new, changed, unchanged, rejections = row
    rejected = catalog.rows(
        "SELECT path, reason, line FROM rejected WHERE run_id = ? ORDER BY rowid LIMIT ?",
        (number, rows),
    )
    return PastRun(
        started=datetime.fromisoformat(started),
        finished=datetime.fromisoformat(finished) if finished else None,
        read=read,
        new=new,
        changed=changed,
        unchanged=unchanged,
        rejections=rejections,
        rejected=tuple(Rejected(*each) for each in rejected),
    )
