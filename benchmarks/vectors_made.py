"""An encoder that draws its vectors from those of real archives: for size, not for sense.

A drawn vector is a real one moved along the differences to its eight nearest neighbours, so that
it stays where real vectors lie; how far is scaled until a made vector's nearest neighbour is as far
as a real one's (``fit``). Moved in every direction alike instead, 384 dimensions would put all of
them at one distance, and no graph search is like that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog import catalog_of
from index.encoder import TokenSentenceEncoder
from index.late import unit
from index.layout import Layout
from index.tokens import TokenRow, TokenStore
from index.types import TokenMatrix, Vectors
from index.vectors import VectorStore

_NEIGHBOURS = 8
_BLOCK = 1_000
_STEPS = 12  # halvings of the range that the scale is looked for in
_PROBES = 1_000
_MATRICES = 256  # token matrices kept: the writer's work on them is what counts
_ROWS = 4_000  # stored token rows kept


@dataclass(frozen=True, slots=True, eq=False)
class VectorPool:
    """Real vectors with their nearest neighbours, and how far made ones are moved."""

    vectors: Vectors
    near: NDArray[np.intp]  # (vectors, neighbours)
    scale: float = 0.0

    @classmethod
    def of(cls, vectors: Vectors) -> "VectorPool":
        """A pool that is not fitted yet."""
        near = np.empty((len(vectors), _NEIGHBOURS), dtype=np.intp)
        for start in range(0, len(vectors), _BLOCK):
            cosines = vectors[start : start + _BLOCK] @ vectors.T
            cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -1
            near[start : start + _BLOCK] = np.argpartition(-cosines, _NEIGHBOURS, axis=1)[
                :, :_NEIGHBOURS
            ]
        return cls(vectors, near)

    def draw(self, random: np.random.Generator, count: int) -> Vectors:
        """So many unit vectors."""
        chosen = random.integers(len(self.vectors), size=count)
        weights = random.standard_normal((count, _NEIGHBOURS)).astype(np.float32)
        base = self.vectors[chosen]
        moves = self.vectors[self.near[chosen]] - base[:, None, :]
        return unit(base + self.scale * np.einsum("nk,nkd->nd", weights, moves))

    def fit(self, random: np.random.Generator) -> "VectorPool":
        """The pool at the scale where as many made vectors lie as far apart as the real ones.

        Compared are medians of the distance to the nearest other vector.
        """
        wanted = float(np.median(nearest_distances(self.vectors, random)))
        low, high = 0.0, 2.0
        for _ in range(_STEPS):
            middle = (low + high) / 2
            made = replace(self, scale=middle).draw(random, len(self.vectors))
            if np.median(nearest_distances(made, random)) < wanted:
                low = middle
            else:
                high = middle
        return replace(self, scale=(low + high) / 2)


def nearest_distances(vectors: Vectors, random: np.random.Generator) -> Vectors:
    """Cosine distance of some vectors to the nearest other one."""
    chosen = random.choice(len(vectors), size=min(_PROBES, len(vectors)), replace=False)
    cosines = vectors[chosen] @ vectors.T
    cosines[np.arange(len(chosen)), chosen] = -1
    nearest: Vectors = 1 - cosines.max(axis=1)
    return nearest


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What is taken from real archives of one encoder."""

    encoder: str
    dimension: int
    vectors: Vectors
    rows: tuple[TokenRow, ...]  # tokens as they are stored
    characters_per_token: float


def sample_archives(folders: Sequence[Path], *, most: int = 20_000) -> Sample:
    """Vectors and stored tokens of chunks evenly over the archives; nothing is written to them."""
    vectors: list[Vectors] = []
    rows: list[TokenRow] = []
    characters = tokens = 0
    name, dimension = "", 0
    for folder in folders:
        catalog = catalog_of(folder)
        name, dimension = catalog.encoder
        ids = catalog.sample_chunks(most // len(folders))[: most // len(folders)]
        store = VectorStore.open(Layout(folder).vectors, encoder=name, dimension=dimension)
        for start in range(0, len(ids), _BLOCK):
            vectors += store.vectors(ids[start : start + _BLOCK]).values()
        store.close()
        kept = ids[:: max(1, len(ids) * len(folders) // _ROWS)]
        texts = catalog.chunks_by_id(kept)
        stored = TokenStore.open(Layout(folder).tokens)
        for row in stored.stored(kept) if stored else ():
            rows.append(row)
            characters += len(texts[row.chunk_id].chunk.text)
            tokens += int((row.starts >= 0).sum())
        if stored:
            stored.close()
        catalog.close()
    per_token = characters / tokens if tokens else 1.6
    return Sample(name, dimension, unit(np.stack(vectors)), tuple(rows), per_token)


class MadeEncoder:
    """An ``index.types.Encoder`` of drawn vectors; with ``matrices`` use ``MadeTokenEncoder``."""

    def __init__(self, name: str, pool: VectorPool, characters_per_token: float) -> None:
        self.name = name
        self.dimension = pool.vectors.shape[1]
        self.max_tokens = 512
        self._pool = pool
        self._per_token = characters_per_token
        self._random = np.random.default_rng(11)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """By the characters that a token has on average, and the ends."""
        return [round(len(text) / self._per_token) + 4 for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Drawn vectors."""
        return self._pool.draw(self._random, len(texts))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Drawn vectors."""
        return self.encode_passages(texts)


class MadeTokenEncoder(MadeEncoder):
    """One that also gives token vectors, those of real texts, as many as the text has tokens."""

    def __init__(
        self,
        name: str,
        pool: VectorPool,
        characters_per_token: float,
        real: TokenSentenceEncoder,
        texts: Sequence[str],
    ) -> None:
        super().__init__(name, pool, characters_per_token)
        self._real = real
        _, found = real.encode_passage_tokens(texts[:_MATRICES])
        self._tokens: Vectors = np.concatenate([each.vectors for each in found])

    def encode_passage_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenMatrix]]:
        """Drawn vectors, and runs of real tokens' vectors."""
        return self.encode_passages(texts), [self._matrix(text) for text in texts]

    def encode_query_tokens(self, text: str) -> tuple[Vectors, TokenMatrix]:
        """The real encoder's: the projection is fitted on them, and questions are asked with it."""
        return self._real.encode_query_tokens(text)

    def _matrix(self, text: str) -> TokenMatrix:
        count = min(self.count_tokens([text])[0] - 4, self.max_tokens - 4)
        first = int(self._random.integers(max(1, len(self._tokens) - count)))
        starts = np.linspace(0, len(text), count, endpoint=False).astype(np.int32)
        return TokenMatrix(self._tokens[first : first + count], starts[: len(self._tokens)])
