"""What a search goes through, counted once for each state of the catalog.

Each question asks for it, and counting costs more with each article. Knows nothing of how a catalog
is opened or written.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from typing import Any

from index.types import Coverage

Rows = Callable[[str, Sequence[Any]], list[Any]]


class CatalogCoverage:
    """Safe to share between threads: at worst two count the same."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._held: tuple[Hashable, Coverage] | None = None

    def read(self, state: Hashable) -> Coverage:
        """Return the coverage; ``state`` is another one where anything has been written since."""
        held = self._held
        if held is None or held[0] != state:
            self._held = held = (state, self._count())
        return held[1]

    def _count(self) -> Coverage:
        articles, first, last = self._rows(
            "SELECT count(*), min(published), max(published) FROM articles", ()
        )[0]
        run = self._rows(
            "SELECT finished, rejected FROM runs WHERE finished IS NOT NULL"
            " ORDER BY id DESC LIMIT 1",
            (),
        )
        sources = self._rows(
            "SELECT DISTINCT source FROM articles WHERE source <> '' ORDER BY source", ()
        )
        return Coverage(
            articles=articles,
            first=date.fromisoformat(first) if first else None,
            last=date.fromisoformat(last) if last else None,
            last_ingest=datetime.fromisoformat(run[0][0]) if run else None,
            rejected=run[0][1] if run else 0,
            sources=tuple(row[0] for row in sources),
        )
