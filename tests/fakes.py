"""Stand-ins for models: small, deterministic, the same in every process."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

import numpy as np

from index.types import Article, DateKnown, TokenMatrix, Vectors

_PIECE = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*|[^\sA-Za-z\d]")


class FakeEncoder:
    """Adds up a fixed random direction per token and token pair.

    Texts that share words come out close, which is all that search tests need; counts one token
    per Latin word, figure or other character, and two for the ends.
    """

    def __init__(self, name: str = "fake-64", dimension: int = 64, max_tokens: int = 512) -> None:
        self.name = name
        self.dimension = dimension
        self.max_tokens = max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_PIECE.findall(text)) + 2 for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            pieces = _PIECE.findall(text.lower())
            pairs = [a + b for a, b in pairwise(pieces)]
            for piece in [*pieces, *pairs] or [""]:
                vectors[row] += _direction(piece, self.dimension)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


class FakeTokenEncoder(FakeEncoder):
    """A FakeEncoder that also gives its pieces as tokens: each a fixed direction of unit length.

    ``meanings`` gives a piece another one's direction, as a model puts ``port`` and 港 together.
    """

    def __init__(
        self,
        name: str = "fake-tokens-64",
        dimension: int = 64,
        max_tokens: int = 512,
        meanings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name, dimension, max_tokens)
        self._meanings = dict(meanings or {})

    def encode_passage_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenMatrix]]:
        return self.encode_passages(texts), [self._tokens(text) for text in texts]

    def encode_query_tokens(self, text: str) -> tuple[Vectors, TokenMatrix]:
        return self.encode_queries([text])[0], self._tokens(text)

    def _tokens(self, text: str) -> TokenMatrix:
        found = list(_PIECE.finditer(text))
        vectors = np.zeros((len(found), self.dimension), dtype=np.float32)
        for row, piece in enumerate(found):
            key = piece[0].lower()
            vectors[row] = _direction(self._meanings.get(key, key), self.dimension)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return TokenMatrix(vectors, np.array([piece.start() for piece in found], dtype=np.int32))


@lru_cache(maxsize=50_000)
def _direction(piece: str, dimension: int) -> Vectors:
    seed = int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(dimension, dtype=np.float32)


_CITIES = ("青岛", "烟台", "潍坊", "威海", "日照", "济南", "临沂", "淄博")
_TOPICS = (
    "港口货运",
    "地铁建设",
    "贷款余额",
    "公园绿化",
    "养老服务",
    "新能源汽车",
    "夜间经济",
    "图书馆",
)


def made_up_articles(count: int, *, sentences: int = 8, edition: int = 1) -> Iterator[Article]:
    """Yield articles of different subjects, days and papers; ``edition`` changes every body."""
    for n in range(count):
        city, topic = _CITIES[n % len(_CITIES)], _TOPICS[n // len(_CITIES) % len(_TOPICS)]
        body = "\n".join(
            f"{city}{topic}第{n}期第{k}项完成{n * 37 + k * 11 + edition},{k:03d}万元，"
            f"比上期增长{(n + k) % 90}.{edition}%。"
            for k in range(sentences)
        )
        yield Article(
            id=f"n-{n:04d}",
            title=f"{city}{topic}第{n}期通报",
            body=body,
            source=("海滨日报", "半岛晚报")[n % 2],
            published=date(2024, 1, 1) + timedelta(days=n) if n % 10 else None,
            date_known=DateKnown.STATED if n % 10 else DateKnown.UNKNOWN,
            origin="/papers/export.jsonl",
            position=n + 1,
        )
