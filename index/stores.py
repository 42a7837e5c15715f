"""The two derived stores of an archive, Chroma and tantivy, filled as one.

Both take the same chunk again without harm, so a batch that was cut off is simply written again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from index.chunk import passage_text
from index.lexical import LexicalRow, LexicalWriter, lexical_rows
from index.types import Article, Chunk, Encoder, Vectors
from index.vectors import VectorRow, VectorStore

BATCH = 128  # chunks encoded and committed together: a few seconds of work on two cores

Passage = tuple[Article, Chunk]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Chunks as the stores take them: all that is slow is done."""

    rows: list[VectorRow]
    vectors: Vectors
    words: list[LexicalRow]


def prepare_chunks(encoder: Encoder, passages: Sequence[Passage]) -> Prepared:
    """Encode chunks and cut them into words."""
    rows, vectors = encode_chunks(encoder, passages)
    return Prepared(rows, vectors, lexical_rows(passages))


def encode_chunks(encoder: Encoder, passages: Sequence[Passage]) -> tuple[list[VectorRow], Vectors]:
    """Return what Chroma is given for each chunk."""
    rows = [VectorRow(chunk.id, article.published, article.source) for article, chunk in passages]
    texts = [passage_text(article, chunk.text) for article, chunk in passages]
    parts = [
        encoder.encode_passages(texts[start : start + BATCH])
        for start in range(0, len(texts), BATCH)
    ]
    empty: Vectors = np.zeros((0, encoder.dimension), dtype=np.float32)
    return rows, np.concatenate([empty, *parts])


class Stores:
    """Both stores open for writing."""

    def __init__(self, vectors: VectorStore, lexical: LexicalWriter) -> None:
        self._vectors = vectors
        self._lexical = lexical

    @classmethod
    def create(cls, vectors: Path, lexical: Path, encoder: Encoder) -> Self:
        """Open two folders, made if they are not there; raises ArchiveDamaged."""
        words = LexicalWriter.create(lexical)
        try:
            store = VectorStore.create(vectors, encoder=encoder.name, dimension=encoder.dimension)
        except BaseException:
            words.close()
            raise
        return cls(store, words)

    def write(self, prepared: Prepared, removed: Sequence[str] = ()) -> None:
        """When this returns, both hold the chunks and no longer the removed ones."""
        self._lexical.delete(removed)
        self._lexical.add(prepared.words)
        self._lexical.commit()
        if removed:
            self._vectors.delete(removed)
        if prepared.rows:
            self._vectors.upsert(prepared.rows, prepared.vectors)

    def close(self) -> None:
        """Free their memory and files."""
        self._vectors.close()
        self._lexical.close()
