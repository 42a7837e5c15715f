"""The periods a text speaks of as terms of the lexical index: 2024年10月 and 10月份 alike.

Statistics are reported in the same words every month; only the period tells them apart, and it is
mostly printed without its year.
"""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from index.periods import TimeSpan, parse_periods
from index.types import Article, Chunk

_COMPARED = ("比", "较", "同", "較")  # 比去年同期: not what the sentence is about


def span_terms(span: TimeSpan) -> list[str]:
    """The stretch itself, and its last day, which 6月末 and 上半年 share."""
    last = f"<{span.until:%Y%m%d}"
    return [last] if span.point else [f"={span.since:%Y%m%d}-{span.until:%Y%m%d}", last]


def period_terms(spans: Iterable[TimeSpan]) -> list[str]:
    """The terms of several periods, each once."""
    return list(dict.fromkeys(term for span in spans for term in span_terms(span)))


def chunk_period_terms(article: Article, chunk: Chunk) -> list[str]:
    """The terms of the periods named in a chunk, as often as they are named."""
    spans = article_periods(article)
    first = bisect_left(spans, chunk.start, key=_start)
    last = bisect_left(spans, chunk.end, key=_start)
    return [term for span in spans[first:last] for term in span_terms(span)]


def _start(span: TimeSpan) -> int:
    return span.start


@lru_cache(maxsize=512)
def article_periods(article: Article) -> tuple[TimeSpan, ...]:
    """Every period the body speaks of, those it only compares with left out."""
    return tuple(
        span
        for span in parse_periods(article.body, anchor=article.published)
        if article.body[max(0, span.start - 1) : span.start] not in _COMPARED
    )
