"""Articles to what the stores take, a batch at a time: all that is slow. Knows no archive."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.chunk import chunk_article
from index.late import Projection
from index.near import sketch
from index.stores import Prepared, prepare_chunks
from index.types import Article, Chunk, Encoder

_BYTES_A_CHUNK = 1_000  # of 220 tokens: 330 Chinese characters of 3 bytes, or as many of English


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """A batch of articles as catalog and stores take it; lists are parallel to its articles."""

    chunks: list[list[Chunk]]
    sketches: list[list[int]]
    prepared: Prepared


class Preparer(Protocol):
    """Prepares batches, perhaps elsewhere, and gives them back in their order.

    ``ahead``: how many may be under way before one is taken, at least 1.
    """

    ahead: int

    def submit(self, articles: Sequence[Article]) -> None:
        """Begin with a batch; raises UserError."""

    def take(self) -> PreparedBatch:
        """Wait for the oldest batch under way; raises UserError."""

    def close(self) -> None:
        """Drop what is under way and free everything."""


OpenPreparer = Callable[[Encoder, Projection | None], Preparer]


class InProcess:
    """Prepares in this process, when a batch is taken."""

    ahead = 1

    def __init__(self, encoder: Encoder, projection: Projection | None) -> None:
        self._encoder = encoder
        self._projection = projection
        self._under_way: deque[Sequence[Article]] = deque()

    def submit(self, articles: Sequence[Article]) -> None:
        """Keep the batch until it is taken."""
        self._under_way.append(articles)

    def take(self) -> PreparedBatch:
        """Prepare the oldest batch."""
        return prepare_batch(self._encoder, self._under_way.popleft(), self._projection)

    def close(self) -> None:
        """Drop what was not taken."""
        self._under_way.clear()


def expected_chunks(article: Article) -> int:
    """About how many chunks an article has, without the encoder's tokenizer.

    The same in every process, so that a batch holds the same articles wherever it is prepared.
    """
    return 1 + len(article.body.encode(errors="replace")) // _BYTES_A_CHUNK


def prepare_batch(
    encoder: Encoder, articles: Sequence[Article], projection: Projection | None
) -> PreparedBatch:
    """Cut articles into chunks, encode these, cut them into words, sketch for near-duplicates."""
    chunks = [
        chunk_article(article, count_tokens=encoder.count_tokens, max_tokens=encoder.max_tokens)
        for article in articles
    ]
    passages = [
        (article, chunk) for article, its in zip(articles, chunks, strict=True) for chunk in its
    ]
    prepared = prepare_chunks(encoder, passages, projection)
    return PreparedBatch(chunks, [sketch(article) for article in articles], prepared)
