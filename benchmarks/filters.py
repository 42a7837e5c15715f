"""Milliseconds a dense search with each kind of filter, over random vectors, no model needed.

All kinds take turns in one process, so a noisy machine disturbs them alike. The catalog, Chroma
and tantivy are the archive's own; only the vectors and texts are made up.
Usage: python benchmarks/filters.py [--chunks 20000] [--rounds 30]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from index.archive import Archive
from index.filters import NO_FILTER, SearchFilter
from index.ingest import ingest_articles
from index.types import Article, Vectors

_DIMENSION = 384
_DAYS = 1_500
_FIRST = date(2020, 1, 1)
_TOP_K = 24
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴", "明强军海波晨倩丽文建志远静晓华涛峰超辉刚"
_KINDS = {
    "none": NO_FILTER,
    "broad date": SearchFilter(since=_FIRST + timedelta(days=_DAYS // 4)),
    "narrow date": SearchFilter(_FIRST + timedelta(days=100), _FIRST + timedelta(days=109)),
    "paper": SearchFilter(sources=("甲报",)),
    "section": SearchFilter(sections=("a02版",)),
    "reporter": SearchFilter(reporters=("王 明强",)),
    "date+paper+section": SearchFilter(
        _FIRST + timedelta(days=_DAYS // 4), None, ("甲报",), ("民生",)
    ),
}
_PHRASE = "phrase"
_SENTENCE = "第77篇文章"


class _Random:
    """An encoder whose vectors stand in no relation to the text: search is at its hardest."""

    name, dimension, max_tokens = "random", _DIMENSION, 512

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = self._random.standard_normal((len(texts), _DIMENSION), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_queries = encode_passages


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        encoder = _Random()
        ingest_articles(Path(folder), _articles(options.chunks), encoder)
        archive = Archive.open(Path(folder), encoder)
        first, later = _measure(archive, encoder, options.rounds)
        print(f"{archive.chunk_count} chunks, top {_TOP_K}, {options.rounds} rounds, milliseconds")
        print(f"{'filter':<20}{'chunks':>8}{'first':>8}{'p50':>8}{'p95':>8}")
        for kind, seconds in later.items():
            share = _admitted(archive, kind)
            p95 = sorted(seconds)[int(0.95 * (len(seconds) - 1))]
            figures = (first[kind], statistics.median(seconds), p95)
            print(f"{kind:<20}{share:>8}" + "".join(f"{1000 * s:>8.1f}" for s in figures))
        archive.close()


def _measure(
    archive: Archive, encoder: _Random, rounds: int
) -> tuple[dict[str, float], dict[str, list[float]]]:
    kinds = [*_KINDS, _PHRASE]
    archive.search_vector(encoder.encode_queries([""])[0], top_k=_TOP_K)
    first = {kind: _seconds(archive, encoder, kind) for kind in kinds}
    later: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind in kinds:
            later[kind].append(_seconds(archive, encoder, kind))
    return first, later


def _seconds(archive: Archive, encoder: _Random, kind: str) -> float:
    vector = encoder.encode_queries([""])[0]
    phrases = (_SENTENCE,) if kind == _PHRASE else ()
    start = time.perf_counter()
    archive.search_vector(
        vector, top_k=_TOP_K, filters=_KINDS.get(kind, NO_FILTER), phrases=phrases
    )
    return time.perf_counter() - start


def _admitted(archive: Archive, kind: str) -> int:
    if kind == _PHRASE:
        return len(archive.search_words("", top_k=archive.chunk_count, phrases=(_SENTENCE,)))
    articles = (a for a in archive.articles() if _KINDS[kind].admits(replace(a, body="")))
    return sum(len(archive.chunks(article.id)) for article in articles)


def _articles(count: int) -> Iterator[Article]:
    random = np.random.default_rng(1)
    names = [s + a + b for s in _SURNAMES for a in _GIVEN for b in _GIVEN]
    pages = ("要闻", "民生", "经济", "体育", "文化", "国际", "财经", "区市")
    for n in range(count):
        who = tuple(str(name) for name in random.choice(names[:300], 2, replace=False))
        page = int(random.integers(16))
        yield Article(
            id=f"n-{n:06d}",
            title=f"第{n}篇",
            body=f"这是第{n}篇文章，说的是城里的一件事。" * 8,
            source=("甲报", "乙报", "丙报")[n % 3],
            section=f"{'AB'[page // 8]}{page % 8 + 1:02d} {pages[page % 8]}",
            byline=f"□本报记者 {' '.join(who)} 通讯员 某{n % 3000}",
            reporters=who,
            published=_FIRST + timedelta(days=int(random.integers(_DAYS))) if n % 20 else None,
        )


if __name__ == "__main__":
    main()
