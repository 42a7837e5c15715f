"""Find the briefs of a digest by how its lines look. Knows nothing of chunks, search or files."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise

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
_LONGEST_NAMED = 60
_LEAST_TEXT = 24
_LEAST_UNNAMED = 3  # two headed paragraphs may as well be a feature without its lead
_LEAST_CLAUSE = 4  # characters between marks, on average; names in a list have 2 or 3
_TITLE = 100  # characters of a title that may name a subject
_SHARED = 0.75  # of the texts have a word of the title: they are about one thing

_TAIL = 48  # characters: a stop, its closing marks and a credit
_STOPPED = re.compile(r"[。｡！？!?…；;.．][”’」』）)》】\"]*\s*(?:[（(][^（）()]{1,30}[）)])?$")
_ASKED = re.compile(r"[^。；;！？!?]+[！？!?]$")
_NO_HEADING = re.compile(
    r"[。；;]|[：:，,、—-]$|^[（(].*[）)]$|(?:[摄攝]|[摄攝]影|供[图圖])$"
    r"|^(?:[问問答]|[记記]者|主持人|Q|A)[：:]"
)
_LETTER = re.compile(r"[^\W\d_]")
_ORDINAL = re.compile(
    r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[、）)．]|[.](?!\d))"
    r"|第[一二三四五六七八九十\d]+[章节節条條部]"
)
# The groups are the kinds of marker; a digest keeps to one.
_MARKER = re.compile(
    r"(?:(【[^【】]{1,40}】)|([●■◆▲★◎○◇▶►•])|([①-⑳])|(\d{1,2}(?:[、．]|[.](?!\d)))"
    r"|([一二三四五六七八九十]{1,3}、)|([（(][一二三四五六七八九十\d]{1,2}[）)]))\s*"
)
_LEAD = re.compile(r"([\u3400-\u9fff][^。，；：！？\s]{3,29})[ \u3000]+(?=\S)")
_BREAKS = re.compile(r"[，、；。：！？,;:!?\s]+")
_SUBJECT = re.compile(r"(?=([\u3400-\u9fff]{2}))|([A-Za-z]{4,})")

# Kinds of lines: H heading, Q short and asking or exclaiming, T text, O anything else.
_UNNAMED_SHAPE = re.compile(rf"(?:HT+){{{_LEAST_UNNAMED},}}")
_NAMED_SHAPE = re.compile(r"[TO]?(?:H{1,2}[TO]+){2,}H?")
_GROUP = re.compile(r"H+[TO]+(?:H$)?")


@dataclass(frozen=True, slots=True)
class Brief:
    """One item of a digest, ``body[start:end]``; a printed heading is in it and comes first."""

    heading: str  # without its item marker; "" where none is printed
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    kind: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Item:
    heads: tuple[_Line, ...]  # lines that are nothing but heading
    texts: tuple[_Line, ...]
    heading: str

    @property
    def start(self) -> int:
        return (self.heads or self.texts)[0].start


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
    is_known = _within(article.headings)
    new = [span for span in found if not is_known(span)]
    return replace(article, headings=tuple(sorted([*article.headings, *new]))) if new else article


def _within(headings: Sequence[Span]) -> Callable[[Span], bool]:
    """Whether a span lies in one of the headings; a digest may have thousands."""
    known = sorted(headings)
    starts = [span.start for span in known]
    furthest = [*accumulate((span.end for span in known), max)]

    def is_within(span: Span) -> bool:
        before = bisect_right(starts, span.start)
        return before > 0 and span.end <= furthest[before - 1]

    return is_within


@lru_cache(maxsize=256)
def _items(key: _Key) -> tuple[_Item, ...]:
    article = key.article
    named = any(_NAME.search(part.strip()) for part in (article.kicker, article.title))
    if not (named or article.headings) and _open_ends(article.body) < 2:
        return ()  # most articles: their lines need no closer look
    lines = [*_lines(article)]
    kinds = "".join(line.kind for line in lines)
    # Who expects headings takes 谁来养老？ above a paragraph for one.
    items = _headed(lines, re.sub("Q(?=T)", "H", kinds).replace("Q", "T"), _NAMED_SHAPE)
    if items and ((named and _mostly_prose(items)) or _lists(article.headline, items)):
        return tuple(items)
    if named:
        return tuple(_marked(lines))
    items = _headed(lines, kinds.replace("Q", "T"), _UNNAMED_SHAPE)
    return tuple(items) if items and _are_apart(article, items) else ()


def _open_ends(body: str) -> int:
    """How many lines end without 。, as all headings do."""
    return sum(not line.endswith("。") for line in map(str.rstrip, body.split("\n")) if line)


def _lines(article: Article) -> Iterator[_Line]:
    is_heading = _within(article.headings)
    for found in re.finditer(r"[^\n]+", article.body):
        text = found[0].strip()
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        if text and is_heading(Span(start, start + len(text))):
            yield _Line(start, text, "H")
        elif text:
            yield _Line(start, text, _kind(text))


def _kind(text: str) -> str:
    short = len(text) <= _LONGEST_NAMED or _width(text) <= _LONGEST_NAMED
    may_head = short and _LETTER.search(text) and not _NO_HEADING.search(text)
    if may_head and _ASKED.fullmatch(text):
        return "Q"
    if _STOPPED.search(text[-_TAIL:]):
        return "T"
    return "H" if may_head else "O"


def _width(text: str) -> float:
    """Characters, an ASCII one counting half."""
    return len(text) - len(text.encode("ascii", "ignore")) / 2


def _headed(lines: Sequence[_Line], kinds: str, shape: re.Pattern[str]) -> list[_Item]:
    """The items of lines that have this shape throughout; a last lone heading heads nothing."""
    if not shape.fullmatch(kinds):
        return []
    items = []
    for group in _GROUP.finditer(kinds):
        middle = group.end() - len(group[0].lstrip("H"))
        heads = tuple(lines[group.start() : middle])
        heading = " ".join(_unmarked(head.text) for head in heads)
        items.append(_Item(heads, tuple(lines[middle : group.end()]), heading))
    return items


def _unmarked(heading: str) -> str:
    mark = _MARKER.match(heading)
    return (mark and heading[mark.end() :]) or heading.strip("【】")


def _marked(lines: Sequence[_Line]) -> list[_Item]:
    """The items of lines that open with one kind of marker; at most every second line does not."""
    found = [_MARKER.match(line.text) for line in lines]
    kind = next((mark.lastindex for mark in found[:2] if mark), None)
    starts = [at for at, mark in enumerate(found) if mark and mark.lastindex == kind]
    if len(starts) < 2 or starts[0] > 1 or 2 * len(starts) < len(lines) - starts[0]:
        return []
    items = []
    for start, end in pairwise([*starts, len(lines)]):
        text = lines[start].text
        mark = _MARKER.match(text)
        bracketed = mark and mark[1]
        lead = _LEAD.match(text, mark.end() if mark else 0)
        heading = bracketed.strip("【】") if bracketed else lead[1] if lead else ""
        items.append(_Item((), tuple(lines[start:end]), heading))
    stopped = all(_STOPPED.search(item.texts[-1].text) for item in items[:-1])
    return items if stopped and _mostly_prose(items) else []


def _lists(headline: str, items: Sequence[_Item]) -> bool:
    """A headline made of all the headings: each heads a story of its own."""
    whole = _BREAKS.sub("", headline)
    return all(_BREAKS.sub("", item.heading) in whole for item in items)


def _are_apart(article: Article, items: Sequence[_Item]) -> bool:
    """Briefs, though nothing names them so: news, short, without order, of different things."""
    if article.byline or article.reporters:
        return False  # features are signed
    if not article.title_derived and items[0].heading in article.title:
        return False  # the headline once more, then a report with sub-headings
    texts = ["".join(line.text for line in item.texts) for item in items]
    return (
        sum(len(item.texts) for item in items) <= 2 * len(items)
        and all(_width(item.heading) <= _LONGEST for item in items)
        and not any(_ORDINAL.match(item.heads[0].text) for item in items)
        and all(_width(text) >= _LEAST_TEXT and _is_prose(text) for text in texts)
        and 2 * sum(bool(_REPORTED.search(text)) for text in texts) > len(texts)
        and not _share_subject(article.title[:_TITLE], texts)
    )


def _share_subject(title: str, texts: Sequence[str]) -> bool:
    subjects = {found[1] or found[2] for found in _SUBJECT.finditer(title)}
    least = _SHARED * len(texts)
    return any(sum(subject in text for text in texts) >= least for subject in subjects)


def _mostly_prose(items: Sequence[_Item]) -> bool:
    texts = ["".join(line.text for line in item.texts) for item in items]
    return 2 * sum(map(_is_prose, texts)) > len(texts)


def _is_prose(text: str) -> bool:
    clauses = [clause for clause in _BREAKS.split(text) if clause]
    return bool(clauses) and sum(map(len, clauses)) >= _LEAST_CLAUSE * len(clauses)
