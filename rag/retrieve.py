"""Find the chunks that may answer. Knows nothing of sentences, prompts or the LLM."""

from dataclasses import dataclass

from index.archive import Archive

from index.types import Chunk, Encoder
from rag.types import Lane, Query


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that may answer; ``score`` is the cosine similarity to the question."""

    chunk: Chunk
    score: float
    lane: Lane


class Retriever:
    """Dense retrieval over one archive."""

    def __init__(self, archive: Archive, encoder: Encoder) -> None:
        self._archive = archive
        self._encoder = encoder

    def retrieve(self, query: Query, *, top_k: int = 24) -> list[Hit]:
        """The ``top_k`` nearest chunks that pass the query's filters, best first."""
        vector = self._encoder.encode_queries([query.question])[0]
        filters = query.filters
        hits = self._archive.search_vector(
            vector,
            top_k=top_k,
            since=filters.since,
            until=filters.until,
            sources=filters.sources,
        )
        return [Hit(chunk=hit.chunk, score=hit.score, lane=Lane.DENSE) for hit in hits]
