"""Find the chunks that may answer, by meaning and by words. Knows nothing of sentences or the LLM.

Both lanes only propose. What they propose is then weighed as one list: how well the question's
tokens match the chunk's, how near the whole is, and how much of what the words could score they do.
So a lane that has nothing to say (the words, for a question in English) does no harm.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive
from index.language import detect_language
from index.late import best_matches, unit
from index.period_terms import period_terms
from index.periods import TimeSpan
from index.tokens import ChunkTokens
from index.types import Chunk, ChunkHit, Encoder, TokenEncoder, Vectors
from index.words import words
from rag.focus import read_focus
from rag.types import Lane, Query

_RRF_K = 60  # Cormack et al. 2009
_LANES = {(True, True): Lane.BOTH, (True, False): Lane.DENSE, (False, True): Lane.LEXICAL}
# Of each lane. Together they hold the right article for every Chinese development question and 13
# of 14 foreign ones (docs/LOG.md 2026-11-23).
_PROPOSED = 36
_PROPOSED_FOREIGN = 60  # a question in another language has no words to be found by
_COMPARED = 40  # of the proposed, token by token: the best by cosine and words
# Weights of a chunk's parts, in standard deviations over the proposed; the words as they are.
_DENSE = 0.5
_WORDS = 1.0
_LEAST_SPREAD = 0.02  # of cosines; over a newspaper's chunks it is 0.03 to 0.08
_BM25_MOST = 2.2  # k1 + 1 of tantivy's BM25: what a word can score is at most its idf times this


class Mode(StrEnum):
    """Which lanes propose; one alone also ranks alone, to measure what it is worth."""

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A chunk that may answer."""

    chunk: Chunk
    lane: Lane
    cosine: float = 0.0  # of the whole chunk to the whole question
    words: float = 0.0  # its BM25 score over the most its text could get; title and periods on top
    match: float = 0.0  # mean over the question's tokens of the best match in the chunk
    tokens: ChunkTokens | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Retrieved:
    """The hits, best first, and the question as it was compared."""

    hits: tuple[Hit, ...]
    vector: Vectors
    tokens: Vectors | None  # (tokens, kept directions); None where chunks have no token vectors
    phrases_missed: tuple[str, ...] = ()  # in “” or 《》, but no article holds them all


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A question as the lanes take it."""

    vector: Vectors  # without what all questions of its language share, where that is known
    searched: tuple[Vectors, ...]  # by which the dense lane proposes
    tokens: Vectors | None
    terms: tuple[str, ...]
    periods: tuple[str, ...]
    proposed: int = _PROPOSED  # chunks by each vector


class Retriever:
    """Dense and lexical retrieval over one archive."""

    def __init__(self, archive: Archive, encoder: Encoder) -> None:
        self._archive = archive
        self._encoder = encoder

    def retrieve(
        self,
        query: Query,
        periods: Sequence[TimeSpan] = (),
        *,
        mode: Mode = Mode.HYBRID,
        top_k: int = 24,
    ) -> Retrieved:
        """The ``top_k`` best chunks that pass the query's filters, best first.

        Phrases in “” and 《》 must stand in the article; where no article has them they are
        reported and not asked for.
        """
        asked = self._ask(query, periods)
        dense, lexical = self._propose(query, asked, mode, query.phrases)
        missed: tuple[str, ...] = ()
        if query.phrases and not dense and not lexical:
            missed = query.phrases
            dense, lexical = self._propose(query, asked, mode, ())
        hits = self._weigh(dense, lexical, asked, mode)
        return Retrieved(tuple(hits[:top_k]), asked.vector, asked.tokens, missed)

    def _ask(self, query: Query, periods: Sequence[TimeSpan]) -> _Asked:
        terms = tuple(read_focus(query.question).terms) or tuple(words(query.question))
        projection = self._archive.projection
        named = tuple(period_terms(periods))
        if projection is None or not isinstance(self._encoder, TokenEncoder):
            plain = self._encoder.encode_queries([query.question])[0]
            return _Asked(plain, (plain,), None, terms, named)
        vector, matrix = self._encoder.encode_query_tokens(query.question)
        language = detect_language(query.question)
        # e5 puts texts of one language together (docs/LOG.md 2026-11-23).
        centred = projection.question(vector, language)
        chinese = language.startswith("zh")
        return _Asked(
            centred,
            (centred,) if chinese else (vector, centred),
            projection.query(matrix.vectors, language),
            terms,
            named,
            _PROPOSED if chinese else _PROPOSED_FOREIGN,
        )

    def _propose(
        self, query: Query, asked: _Asked, mode: Mode, phrases: tuple[str, ...]
    ) -> tuple[list[ChunkHit], list[ChunkHit]]:
        dense: list[ChunkHit] = []
        lexical: list[ChunkHit] = []
        if mode is not Mode.LEXICAL:
            for vector in asked.searched:
                dense += self._archive.search_vector(
                    vector, top_k=asked.proposed, filters=query.filters, phrases=phrases
                )
        if mode is not Mode.DENSE:
            lexical = self._archive.search_words(
                asked.terms,
                top_k=_PROPOSED,
                filters=query.filters,
                phrases=phrases,
                periods=asked.periods,
            )
        return dense, lexical

    def _weigh(
        self,
        dense: Sequence[ChunkHit],
        lexical: Sequence[ChunkHit],
        asked: _Asked,
        mode: Mode,
    ) -> list[Hit]:
        """Everything proposed with its parts and score, best first."""
        chunks = {hit.chunk.id: hit.chunk for hit in (*dense, *lexical)}
        if not chunks:
            return []
        near = {hit.chunk.id for hit in dense}
        said = {hit.chunk.id: hit.score for hit in lexical}
        most = self._most(asked)
        cosines = self._cosines(list(chunks), asked)
        ids = sorted(chunks, key=lambda key: (-cosines[key] - said.get(key, 0.0) / most, key))
        ids = ids[:_COMPARED]
        tokens = {} if asked.tokens is None else self._archive.tokens(ids)
        matches = _matches(ids, tokens, asked.tokens)
        hits = [
            Hit(
                chunk=chunks[key],
                lane=_LANES[key in near, key in said],
                cosine=cosines[key],
                words=said.get(key, 0.0) / most,
                match=matches.get(key, 0.0),
                tokens=tokens.get(key),
            )
            for key in ids
        ]
        scores = _SCORES[mode](hits)
        return sorted(
            (replace(hit, score=float(score)) for hit, score in zip(hits, scores, strict=True)),
            key=lambda hit: (-hit.score, hit.chunk.id),
        )

    def _cosines(self, ids: Sequence[str], asked: _Asked) -> dict[str, float]:
        """Of every chunk to the question, both without what all vectors share.

        Over the development sets centring lifts the dense lane's first hit from .46 to .67 (hard)
        and from .43 to .71 (foreign questions): docs/LOG.md 2026-11-23.
        """
        held = self._archive.vectors(ids)
        if not held:
            return dict.fromkeys(ids, 0.0)
        mean = self._archive.mean_vector()
        stored = np.stack(list(held.values()))
        cosines = steady(unit(stored if mean is None else stored - mean) @ asked.vector)
        return dict.fromkeys(ids, 0.0) | dict(zip(held, cosines.tolist(), strict=True))

    def _most(self, asked: _Asked) -> float:
        """What BM25 could give a chunk that has every word often."""
        total = self._archive.chunk_count
        found = self._archive.document_frequency(asked.terms)
        idf = sum(math.log(1 + (total - n + 0.5) / (n + 0.5)) for n in found.values())
        return max(idf * _BM25_MOST, 1.0)


def _matches(
    ids: Sequence[str], tokens: Mapping[str, ChunkTokens], asked: Vectors | None
) -> dict[str, float]:
    held = [key for key in ids if key in tokens]
    if asked is None or not len(asked) or not held:
        return {}
    found = steady(best_matches(asked, [tokens[key].vectors for key in held]).mean(axis=1))
    return dict(zip(held, found.tolist(), strict=True))


def steady(cosines: Vectors) -> NDArray[np.float64]:
    """Six digits: more are noise of the summation order and would break ties by chance."""
    rounded: NDArray[np.float64] = np.asarray(np.round(cosines, 6), dtype=np.float64)
    return rounded


def fused_scores(hits: Sequence[Hit]) -> NDArray[np.float64]:
    """One score a hit from its token match, cosine and words; by rank where tokens are missing."""
    words_ = np.array([hit.words for hit in hits])
    if not any(hit.match for hit in hits):
        return _reciprocal([hit.cosine for hit in hits]) + _reciprocal(words_.tolist())
    match = standardised([hit.match for hit in hits])
    cosine = standardised([hit.cosine for hit in hits])
    fused: NDArray[np.float64] = match + _DENSE * cosine + _WORDS * words_
    return fused


def _reciprocal(scores: Sequence[float]) -> NDArray[np.float64]:
    """Reciprocal rank of each score; one of zero is no hit and gets nothing."""
    order = sorted(range(len(scores)), key=lambda n: -scores[n])
    result = np.zeros(len(scores))
    for rank, n in enumerate(order, 1):
        result[n] = 1 / (_RRF_K + rank) if scores[n] > 0 else 0.0
    return result


def standardised(values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Each value in standard deviations from the mean.

    A spread below ``_LEAST_SPREAD`` counts as that: what nearly all alike differ in is noise.
    """
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        return found
    scaled: NDArray[np.float64] = (found - found.mean()) / max(float(found.std()), _LEAST_SPREAD)
    return scaled


_SCORES: dict[Mode, Callable[[Sequence[Hit]], NDArray[np.float64]]] = {
    Mode.HYBRID: fused_scores,
    Mode.DENSE: lambda hits: np.array([hit.cosine for hit in hits]),
    Mode.LEXICAL: lambda hits: np.array([hit.words for hit in hits]),
}
