"""Find the chunks that may answer. Knows nothing of sentences, prompts or the LLM."""

from dataclasses import dataclass

from index.archive import Archive
from index.types import Chunk, Encoder
from index.words import words
from rag.focus import read_focus
from rag.types import Lane, Query

_RRF_K = 60  # Cormack et al. 2009
_LANES = {(True, True): Lane.BOTH, (True, False): Lane.DENSE, (False, True): Lane.LEXICAL}


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that may answer; ``score`` is the cosine similarity to the question."""

    chunk: Chunk
    score: float  # of a chunk that only the words found: the least cosine of the dense lane
    lane: Lane


class Retriever:
    """Dense and lexical retrieval over one archive, fused by reciprocal rank."""

    def __init__(self, archive: Archive, encoder: Encoder) -> None:
        self._archive = archive
        self._encoder = encoder

    def retrieve(self, query: Query, *, top_k: int = 24) -> list[Hit]:
        """The ``top_k`` best chunks that pass the query's filters, best first.

        A question that shares no word with the archive is searched by meaning alone.
        """
        vector = self._encoder.encode_queries([query.question])[0]
        filters = query.filters
        dense = self._archive.search_vector(
            vector,
            top_k=top_k,
            since=filters.since,
            until=filters.until,
            sources=filters.sources,
        )
        lexical = self._archive.search_words(
            read_focus(query.question).terms or words(query.question),
            top_k=top_k,
            since=filters.since,
            until=filters.until,
            sources=filters.sources,
        )
        chunks = {hit.chunk.id: hit.chunk for hit in (*dense, *lexical)}
        cosines = {hit.chunk.id: hit.score for hit in dense}
        least = min(cosines.values(), default=0.0)
        ranks: dict[str, float] = {}
        for lane in (dense, lexical):
            for rank, hit in enumerate(lane, 1):
                ranks[hit.chunk.id] = ranks.get(hit.chunk.id, 0.0) + 1 / (_RRF_K + rank)
        by_words = {hit.chunk.id for hit in lexical}
        best = sorted(ranks, key=lambda key: (-ranks[key], key))[:top_k]
        return [
            Hit(
                chunks[key],
                cosines.get(key, least),
                _LANES[key in cosines, key in by_words],
            )
            for key in best
        ]
