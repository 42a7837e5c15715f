"""Find the briefs of a digest by how its lines look. Knows nothing of chunks, search or files."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from index.brief_lines import (
    Item,
    article_lines,
    headed_items,
    is_prose,
    joined_words,
    marked_items,
    mostly_prose,
    open_ends,
    width,
    within,
)
from index.types import Article, Span

# A name of this kind lowers the bar; alone it makes no digest. Something must end with it: 简讯里的
# 人生 is an essay, 海滨简讯 and 要闻速览：… are not.
_NAME = re.compile(
    r"(?:快[讯訊]|[简簡短][讯訊]|要[闻聞]|速[览覽递遞读讀]|[联聯]播|集[锦錦萃]|一[组組](?:消息|新[闻聞]))"
    r"(?:[一二两兩三四五六七八九十\d]{1,3}[则則条條])?(?:$|[\s\d：:｜|—·（(\[【】》」\]])"
    r"|\b(?:in brief|briefs|round-?up)\b(?:$|\s*[：:｜|—–(\[,])",
    re.IGNORECASE,
)
# What news says of when and by whom; a feature need not.
_REPORTED = re.compile(
    r"[讯訊]|[记記]者|[\u3400-\u9fff]\d{1,2}日[电電]|(?:19|20)\d{2}年|[\d一二三四五六七八九十]月"
    r"|\d{1,2}[日号號时時]|昨[日天晚]|今[日天晚晨早年]|明[日天]|日前|近日|近期|本[月周週]|[上下]个?[月周週]"
    r"|[周週][一二三四五六日末]|星期|去年|上半年|下半年"
    r"|\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|today|tomorrow"
    r"|January|February|March|April|June|July|August|September|October|November|December"
    r"|(?:19|20)\d{2})\b"
)
# Of the 6,923 headings of 1,399 printed digests 9 have over 34 characters, the longest 49; of the
# 7,426 paragraphs under them one in a hundred has under 40.
_LONGEST = 40
_LEAST_TEXT = 24
_LEAST_UNNAMED = 3  # two headed paragraphs may as well be a feature without its lead
_TITLE = 100  # characters of a title that may name a subject
_SHARED = 0.75  # of the texts have a word of the title: they are about one thing

_ORDINAL = re.compile(
    r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[、）)．]|[.](?!\d))"
    r"|第[一二三四五六七八九十\d]+[章节節条條部]"
)
_SUBJECT = re.compile(r"(?=([\u3400-\u9fff]{2}))|([A-Za-z]{4,})")

# In the kinds of ``Line``.
_UNNAMED_SHAPE = re.compile(rf"(?:HT+){{{_LEAST_UNNAMED},}}")
_NAMED_SHAPE = re.compile(r"[TO]?(?:H{1,2}[TO]+){2,}H?")


@dataclass(frozen=True, slots=True)
class Brief:
    """One item of a digest, ``body[start:end]``; a printed heading is in it and comes first."""

    heading: str  # without its item marker; "" where none is printed
    start: int
    end: int


class _Key:
    """An article in a cache, hashed by its body: its own hash goes through all of its headings."""

    __slots__ = ("article",)

    def __init__(self, article: Article) -> None:
        self.article = article

    def __hash__(self) -> int:
        return hash(self.article.body)  # which a str keeps

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (
            self.article is other.article or self.article == other.article
        )


def article_briefs(article: Article) -> tuple[Brief, ...]:
    """Return the briefs of a digest in order; any other article is one brief without heading.

    They cover the body. A digest is short heading lines, each with text under it, from the first
    line on: two or more where kicker or title names a digest (快讯, 要闻速览, in brief) or the
    headline lists the headings, and then one line may open it. Unnamed it takes three, over one or
    two paragraphs each, without ordinals or a byline, most with a date or 讯, and no subject that
    runs through them, as in a feature with sub-headings. A named digest may instead mark its
    paragraphs with 【…】, ●, 1. or 一、.
    """
    return _briefs(_Key(article))


@lru_cache(maxsize=256)
def _briefs(key: _Key) -> tuple[Brief, ...]:
    article, items = key.article, _items(key)
    if not items:
        return (Brief("", 0, len(article.body)),)
    starts = [(item.start, item.heading) for item in items]
    if article.body[: starts[0][0]].strip():
        starts.insert(0, (0, ""))
    edges = [0, *(start for start, _ in starts[1:]), len(article.body)]
    return tuple(
        Brief(heading, start, end)
        for (_, heading), (start, end) in zip(starts, pairwise(edges), strict=True)
    )


def brief_at(article: Article, position: int) -> Brief:
    """Return the brief that has the character at ``position`` of the body."""
    briefs = article_briefs(article)
    return briefs[max(0, bisect_right(briefs, position, key=lambda brief: brief.start) - 1)]


def mark_headings(article: Article) -> Article:
    """Return a digest with its briefs' heading lines in ``headings``, so that none is evidence.

    Any other article is returned as it is.
    """
    found = [Span(line.start, line.end) for item in _items(_Key(article)) for line in item.heads]
    is_known = within(article.headings)
    new = [span for span in found if not is_known(span)]
    return replace(article, headings=tuple(sorted([*article.headings, *new]))) if new else article


@lru_cache(maxsize=256)
def _items(key: _Key) -> tuple[Item, ...]:
    article = key.article
    named = any(_NAME.search(part.strip()) for part in (article.kicker, article.title))
    if not (named or article.headings) and open_ends(article.body) < 2:
        return ()  # most articles: their lines need no closer look
    lines = [*article_lines(article)]
    kinds = "".join(line.kind for line in lines)
    # Who expects headings takes 谁来养老？ above a paragraph for one.
    items = headed_items(lines, re.sub("Q(?=T)", "H", kinds).replace("Q", "T"), _NAMED_SHAPE)
    if items and ((named and mostly_prose(items)) or _lists(article.headline, items)):
        return tuple(items)
    if named:
        return tuple(marked_items(lines))
    items = headed_items(lines, kinds.replace("Q", "T"), _UNNAMED_SHAPE)
    return tuple(items) if items and _are_apart(article, items) else ()


def _lists(headline: str, items: Sequence[Item]) -> bool:
    """A headline made of all the headings: each heads a story of its own."""
    whole = joined_words(headline)
    return all(joined_words(item.heading) in whole for item in items)


def _are_apart(article: Article, items: Sequence[Item]) -> bool:
    """Briefs, though nothing names them so: news, short, without order, of different things."""
    if article.byline or article.reporters:
        return False  # features are signed
    if not article.title_derived and items[0].heading in article.title:
        return False  # the headline once more, then a report with sub-headings
    texts = ["".join(line.text for line in item.texts) for item in items]
    return (
        sum(len(item.texts) for item in items) <= 2 * len(items)
        and all(width(item.heading) <= _LONGEST for item in items)
        and not any(_ORDINAL.match(item.heads[0].text) for item in items)
        and all(width(text) >= _LEAST_TEXT and is_prose(text) for text in texts)
        and 2 * sum(bool(_REPORTED.search(text)) for text in texts) > len(texts)
        and not _share_subject(article.title[:_TITLE], texts)
    )


def _share_subject(title: str, texts: Sequence[str]) -> bool:
    subjects = {found[1] or found[2] for found in _SUBJECT.finditer(title)}
    least = _SHARED * len(texts)
    return any(sum(subject in text for text in texts) >= least for subject in subjects)
