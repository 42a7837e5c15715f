"""Which chunks a search may return: those of articles that pass a filter and hold phrases.

Ids come from catalog and lexical index, the last word from the catalog's text. Knows no ranking.
"""

from collections.abc import Sequence

from index.catalog import Catalog, StoredChunk
from index.filters import SearchFilter
from index.lexical import LexicalIndex, WordQuery, query_phrases
from index.words import fold_characters


class Scope:
    """The limits of one search; false where there are none. Used by one thread."""

    def __init__(self, catalog: Catalog, filters: SearchFilter, phrases: Sequence[str]) -> None:
        self.filters = filters
        self.phrases = query_phrases(phrases)
        self._catalog = catalog
        self._holds: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self.filters or self.phrases)

    def filtered(self, *, most: int | None = None) -> Sequence[str] | None:
        """The ids of all chunks that pass the filter, None where there are more than ``most``."""
        return self._catalog.chunk_ids(self.filters, most=most)

    def ids(self, words: LexicalIndex, *, most: int | None = None) -> Sequence[str] | None:
        """The ids of all chunks that may be admitted, None where there are more than ``most``.

        A filter admits them all; of the articles that hold a phrase's parts, a few lack the phrase.
        """
        ids = self.filtered(most=most) if self.filters else None
        if not self.phrases:
            return ids
        query = WordQuery((), self.phrases, self.filters, ids)
        found = words.within(query, limit=None if most is None else most + 1)
        if most is not None and len(found) > most:
            return None
        return self._catalog.current(found)

    def admits(self, stored: StoredChunk) -> bool:
        """Whether a chunk is within all limits."""
        return self.filters.admits(stored) and self._holds_phrases(stored.chunk.article_id)

    def _holds_phrases(self, article_id: str) -> bool:
        if not self.phrases:
            return True
        if article_id not in self._holds:
            article = self._catalog.article(article_id)
            text = fold_characters(f"{article.headline}\n{article.body}") if article else ""
            self._holds[article_id] = all(phrase in text for phrase in self.phrases)
        return self._holds[article_id]
