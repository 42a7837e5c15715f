"""A filter in the catalog's SQL: which values articles have, and which chunks a filter admits.

Knows the tables, and no more of how they are opened or written than the function it is given.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from index.filters import FilterValues, SearchFilter

_KEPT_CREDITS = 32  # reporters whose bylines are remembered
# Lists of any length as one parameter; the columns compared are indexed (catalog_write.py).
_LISTED = "SELECT value FROM json_each(?)"
_LISTED_PAIRS = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)"

Rows = Callable[[str, Sequence[Any]], list[Any]]


class CatalogFilter:
    """Looks values up once for each generation. Safe to share between threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._values: tuple[int, FilterValues] | None = None
        self._credits: dict[tuple[int, tuple[str, ...]], str] = {}

    def chunk_ids(
        self, filters: SearchFilter, *, generation: int, most: int | None
    ) -> list[str] | None:
        """Return the ids of all searchable chunks a filter admits, None for more than ``most``."""
        limits = self._limits(filters, generation)
        rows = self._rows(
            "SELECT chunks.id FROM chunks JOIN articles ON articles.id = article_id WHERE "
            + " AND ".join(["indexed = 1", *(sql for sql, _ in limits)])
            + " LIMIT ?",
            (*(value for _, value in limits), -1 if most is None else most + 1),
        )
        return None if most is not None and len(rows) > most else [row[0] for row in rows]

    def values(self, generation: int) -> FilterValues:
        """Return what current articles can be narrowed to."""
        held = self._values
        if held is None or held[0] != generation:
            credited = self._rows("SELECT DISTINCT reporters, byline FROM articles", ())
            found = FilterValues(
                sources=self._distinct("source"),
                sections=self._distinct("section"),
                credits=tuple((tuple(json.loads(row[0])), row[1]) for row in credited),
            )
            self._values = held = (generation, found)
        return held[1]

    def _limits(self, filters: SearchFilter, generation: int) -> list[tuple[str, str]]:
        """SQL and its value, which a row of ``articles`` fulfils where ``filters.admits`` it."""
        limits: list[tuple[str, str]] = []
        if filters.since:
            limits.append(("published >= ?", filters.since.isoformat()))
        if filters.until:
            limits.append(("published <= ?", filters.until.isoformat()))
        if filters.sources:
            limits.append((f"source IN ({_LISTED})", json.dumps(filters.sources)))
        if filters.sections:
            sections = list(filter(filters.admits_section, self.values(generation).sections))
            limits.append((f"section IN ({_LISTED})", json.dumps(sections)))
        if filters.reporters:
            credited = self._credits_of(filters, generation)
            limits.append((f"(reporters, byline) IN ({_LISTED_PAIRS})", credited))
        return limits

    def _credits_of(self, filters: SearchFilter, generation: int) -> str:
        """JSON of the (reporters, byline) pairs of the wanted reporters."""
        key = generation, filters.reporters
        found = self._credits.get(key)
        if found is None:  # each byline is read: 0.1 s for 20,000 different ones
            found = json.dumps(
                [
                    (json.dumps(names, ensure_ascii=False), byline)
                    for names, byline in self.values(generation).credits
                    if filters.admits_credit(names, byline)
                ]
            )
            if len(self._credits) >= _KEPT_CREDITS:
                self._credits.clear()
            self._credits[key] = found
        return found

    def _distinct(self, column: str) -> tuple[str, ...]:
        rows = self._rows(
            f"SELECT DISTINCT {column} FROM articles WHERE {column} <> '' ORDER BY {column}", ()
        )
        return tuple(row[0] for row in rows)
