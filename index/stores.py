"""The derived stores of an archive, Chroma, tantivy and the token vectors, filled as one.

All take the same chunk again without harm, so a batch that was cut off is simply written again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np

from index.calibration import fit_encoder
from index.chunk import passage_text
from index.late import Projection
from index.layout import Layout
from index.lexical import LexicalRow, LexicalWriter, lexical_rows
from index.tokens import TokenPassage, TokenRow, TokenStore, token_rows
from index.types import Article, Chunk, Encoder, TokenEncoder, Vectors
from index.vectors import VectorRow, VectorStore
from index.vectors_place import ServerPlace
from index.vectors_server import create_vectors

BATCH = 128  # chunks encoded and committed together: a few seconds of work on two cores

Passage = tuple[Article, Chunk]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Chunks as the stores take them: all that is slow is done."""

    rows: list[VectorRow]
    vectors: Vectors
    words: list[LexicalRow]
    tokens: list[TokenRow]  # none of an encoder that gives none


def prepare_chunks(
    encoder: Encoder, passages: Sequence[Passage], projection: Projection | None = None
) -> Prepared:
    """Encode chunks and cut them into words; without ``projection`` no token vectors are kept."""
    rows = [VectorRow(chunk.id, article.published, article.source) for article, chunk in passages]
    texts = [passage_text(article, chunk) for article, chunk in passages]
    vectors: Vectors = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    tokens: list[TokenRow] = []
    for start in range(0, len(texts), BATCH):
        part = slice(start, start + BATCH)
        if isinstance(encoder, TokenEncoder):
            vectors[part], found = encoder.encode_passage_tokens(texts[part])
            if projection is not None:
                of_tokens = zip(passages[part], texts[part], found, strict=True)
                tokens += token_rows(
                    projection,
                    (
                        TokenPassage(chunk.id, len(text) - len(chunk.text), article.language, each)
                        for (article, chunk), text, each in of_tokens
                    ),
                )
        else:
            vectors[part] = encoder.encode_passages(texts[part])
    return Prepared(rows, vectors, lexical_rows(passages), tokens)


class Stores:
    """The stores open for writing."""

    def __init__(
        self, vectors: VectorStore, lexical: LexicalWriter, tokens: TokenStore | None
    ) -> None:
        self._vectors = vectors
        self._lexical = lexical
        self._tokens = tokens

    @classmethod
    def create(
        cls,
        folder: Path,
        encoder: Encoder,
        place: ServerPlace | None = None,
        *,
        built: bool = False,
    ) -> Self:
        """Open an archive's stores, made if they are not there; raises ArchiveDamaged.

        ``place``: the vectors' collection on a server. ``built``: those that a rebuild fills. Only
        a TokenEncoder has a store of token vectors.
        """
        layout = Layout(folder)
        words = LexicalWriter.create(layout.lexical_built if built else layout.lexical)
        store: VectorStore | None = None
        try:
            store = create_vectors(
                layout.vectors_built if built else layout.vectors,
                place,
                encoder=encoder.name,
                dimension=encoder.dimension,
            )
            tokens = None
            beside = layout.tokens_built if built else layout.tokens
            if isinstance(encoder, TokenEncoder):
                tokens = TokenStore.create(beside, partial(fit_encoder, encoder))
            else:
                beside.mkdir(exist_ok=True)  # empty, and so swapped in for another encoder's
        except BaseException:
            words.close()
            if store is not None:
                store.close()
            raise
        return cls(store, words, tokens)

    @property
    def projection(self) -> Projection | None:
        """What token vectors are stored by; None where none are stored."""
        return self._tokens.projection if self._tokens is not None else None

    def write(self, prepared: Prepared, removed: Sequence[str] = ()) -> None:
        """When this returns, all hold the chunks and no longer the removed ones."""
        self._lexical.delete(removed)
        self._lexical.add(prepared.words)
        self._lexical.commit()
        if removed:
            self._vectors.delete(removed)
        if prepared.rows:
            self._vectors.upsert(prepared.rows, prepared.vectors)
        if self._tokens is not None:
            self._tokens.write(prepared.tokens, removed)

    def close(self) -> None:
        """Free their memory and files."""
        self._vectors.close()
        self._lexical.close()
        if self._tokens is not None:
            self._tokens.close()
