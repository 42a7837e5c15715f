"""Token vectors made small, and how well a question's tokens match a text's. Pure arithmetic.

Late interaction: Khattab and Zaharia 2020 (ColBERT). The encoder is used as it is, untrained for
this: its token vectors share a large common part, which is taken off before they are compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Vectors

Codes = NDArray[np.uint8]
_LEVELS = 7  # of four bits with a sign: -7 to 7
_LEAST_NORM = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """What is taken off a token vector before it is compared, and which directions are kept.

    Each language has a mean of its own: without it the nearest token to an English one is an
    English one, whatever it says (docs/LOG.md 2026-11-23).
    """

    basis: Vectors  # (dimension of the encoder, kept directions), orthonormal columns
    passages: Mapping[str, Vectors]  # mean token vector of passages by language; "": any other
    queries: Mapping[str, Vectors]  # the same of queries
    questions: Mapping[str, Vectors]  # mean vector of whole queries
    texts: Mapping[str, Vectors]  # mean vector of whole passages

    def passage(self, vectors: Vectors, language: str) -> Vectors:
        """Unit vectors, shape (tokens, kept directions), of a passage's tokens."""
        return self._projected(vectors, _of(self.passages, language))

    def query(self, vectors: Vectors, language: str) -> Vectors:
        """Unit vectors, shape (tokens, kept directions), of a question's tokens."""
        return self._projected(vectors, _of(self.queries, language))

    def question(self, vector: Vectors, language: str) -> Vectors:
        """A whole question's vector without what all questions of its language share."""
        centred: Vectors = unit((vector - _of(self.questions, language))[None, :])[0]
        return centred

    def text_mean(self, language: str) -> Vectors:
        """What the vectors of all passages in a language share."""
        return _of(self.texts, language)

    def _projected(self, vectors: Vectors, mean: Vectors) -> Vectors:
        return unit(((vectors - mean) @ self.basis).astype(np.float32))


def language_key(language: str) -> str:
    """zh-Hans and zh-Hant are one language here."""
    return language.partition("-")[0]


def _of(means: Mapping[str, Vectors], language: str) -> Vectors:
    return means.get(language_key(language), means[""])


def principal_directions(groups: Sequence[tuple[float, Vectors]], count: int) -> Vectors:
    """The ``count`` directions of most variance in weighted groups of centred vectors (PCA).

    Shape (dimension, count), orthonormal columns.

    Raises:
        ValueError: there are fewer vectors than directions.
    """
    if sum(len(vectors) for _, vectors in groups) < count:
        raise ValueError(f"too few vectors for {count} directions")
    spread = sum(weight * (vectors.T @ vectors) / len(vectors) for weight, vectors in groups)
    _, axes = np.linalg.eigh(np.asarray(spread, dtype=np.float64))
    return np.ascontiguousarray(axes[:, ::-1][:, :count], dtype=np.float32)


def quantise(vectors: Vectors) -> Codes:
    """Four bits a number, two numbers a byte: (tokens, directions) to (tokens, directions / 2).

    Each vector is scaled by its own largest number; being of unit length it needs no scale stored.
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    codes = np.rint(vectors / np.maximum(largest, _LEAST_NORM) * _LEVELS).astype(np.int8) + 8
    pairs = codes.astype(np.uint8)
    packed: Codes = pairs[:, ::2] | (pairs[:, 1::2] << 4)
    return packed


def restore(codes: Codes) -> Vectors:
    """The unit vectors that ``quantise`` was given, to four bits."""
    tokens, halves = codes.shape
    pairs = np.empty((tokens, halves, 2), dtype=np.float32)
    pairs[..., 0] = codes & 15
    pairs[..., 1] = codes >> 4
    pairs -= 8
    return unit(pairs.reshape(tokens, 2 * halves))


def best_matches(query: Vectors, texts: Sequence[Vectors]) -> Vectors:
    """For each text and query token, the cosine of the best matching token of the text.

    All are (tokens, directions), unit length; a text without tokens matches nothing (0). Returns
    shape (texts, query tokens).
    """
    best: Vectors = np.zeros((len(texts), len(query)), dtype=np.float32)
    held = [n for n, text in enumerate(texts) if len(text)]
    if held and len(query):
        lengths = [len(texts[n]) for n in held]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
        cosines = np.concatenate([texts[n] for n in held]) @ query.T
        best[held] = np.maximum.reduceat(cosines, starts, axis=0)
    return best


def unit(vectors: Vectors) -> Vectors:
    """Each row at length 1; a row of zeros stays."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    at_one: Vectors = vectors / np.maximum(lengths, _LEAST_NORM)
    return at_one
