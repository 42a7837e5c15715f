"""What stands before and after a quote in its article, for the cards. Knows no HTML."""

import logging
from dataclasses import dataclass

from desk.exchange import ArchiveReader
from index.sentences import split_sentences
from index.types import Article, Span
from rag.types import Citation, Evidence

_WINDOW = 400  # characters of the article looked at on either side
_MOST = 80  # characters shown on either side: two lines of a card
_LOG = logging.getLogger("suyuan.ui")


@dataclass(frozen=True, slots=True)
class Context:
    """The text before and after a quote; "…" where a sentence is cut, "" where there is none."""

    before: str = ""
    after: str = ""


NO_CONTEXT = Context()


class Surroundings:
    """Reads the context of quotes; each article once, so it is made anew for each panel."""

    def __init__(self, archive: ArchiveReader) -> None:
        self._archive = archive
        self._read: dict[tuple[str, int], Article | None] = {}

    def of(self, each: Citation | Evidence) -> Context:
        """The sentence before the quote and the one after; none where the article is not there.

        The sentence that a quote leans on is shown with it already, so nothing stands before it.
        """
        article = self._article(each.article_id, each.version)
        quote = each.quote if isinstance(each, Citation) else each.text
        if article is None or article.body[each.start : each.end] != quote:
            return NO_CONTEXT
        context = context_of(article, Span(each.start, each.end))
        return Context("", context.after) if each.lead else context

    def _article(self, article_id: str, version: int) -> Article | None:
        key = (article_id, version)
        if key not in self._read:
            try:
                self._read[key] = self._archive.article(article_id, version)
            except Exception:  # the quote stands without its context; opening the article says why
                _LOG.exception("reading the context of a quote from %r", article_id[:200])
                self._read[key] = None
        return self._read[key]


def context_of(article: Article, quote: Span) -> Context:
    """The sentences next to ``quote`` in the article's text, whole or cut at the far end.

    >>> body = "甲市5月通车。全长3公里。投资2亿元。"
    >>> context_of(Article(id="a", title="", body=body), Span(7, 13))
    Context(before='甲市5月通车。', after='投资2亿元。')
    """
    left, right = max(0, quote.start - _WINDOW), min(len(article.body), quote.end + _WINDOW)
    before = _sentences(article, left, quote.start)
    after = _sentences(article, quote.end, right)
    return Context(
        _last(before[-1]) if before else "",
        _first(after[0]) if after else "",
    )


def _sentences(article: Article, start: int, end: int) -> list[str]:
    """The sentences of ``body[start:end]`` without headings, which belong to no sentence."""
    return [
        article.body[start + each.start : start + each.end]
        for each in split_sentences(article.body[start:end])
        if not any(
            heading.start < start + each.end and start + each.start < heading.end
            for heading in article.headings
        )
    ]


def _last(text: str) -> str:
    return text if len(text) <= _MOST else "…" + text[1 - _MOST :]


def _first(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"
