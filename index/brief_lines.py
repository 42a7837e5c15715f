"""The lines of an article by how they look, and the items they make. Knows nothing of digests."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from index.types import Article, Span

_LONGEST = 60  # characters of a heading; the longest of 6,923 printed ones has 49
_LEAST_CLAUSE = 4  # characters between marks, on average; names in a list have 2 or 3

_TAIL = 48  # characters: a stop, its closing marks and a credit
_STOPPED = re.compile(r"[。｡！？!?…；;.．][”’」』）)》】\"]*\s*(?:[（(][^（）()]{1,30}[）)])?$")
_ASKED = re.compile(r"[^。；;！？!?]+[！？!?]$")
_NO_HEADING = re.compile(
    r"[。；;]|[：:，,、—-]$|^[（(].*[）)]$|(?:[摄攝]|[摄攝]影|供[图圖])$"
    r"|^(?:[问問答]|[记記]者|主持人|Q|A)[：:]"
)
_LETTER = re.compile(r"[^\W\d_]")
# The groups are the kinds of marker; a digest keeps to one.
_MARKER = re.compile(
    r"(?:(【[^【】]{1,40}】)|([●■◆▲★◎○◇▶►•])|([①-⑳])|(\d{1,2}(?:[、．]|[.](?!\d)))"
    r"|([一二三四五六七八九十]{1,3}、)|([（(][一二三四五六七八九十\d]{1,2}[）)]))\s*"
)
_LEAD = re.compile(r"([\u3400-\u9fff][^。，；：！？\s]{3,29})[ \u3000]+(?=\S)")
_BREAKS = re.compile(r"[，、；。：！？,;:!?\s]+")
_GROUP = re.compile(r"H+[TO]+(?:H$)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its outer white space, at ``start`` of the body, and its kind.

    H heading, Q short and asking or exclaiming, T text, O anything else.
    """

    start: int
    text: str
    kind: str

    @property
    def end(self) -> int:
        """Behind its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Item:
    """Lines that belong together: what heads them, and the text."""

    heads: tuple[Line, ...]  # lines that are nothing but heading
    texts: tuple[Line, ...]
    heading: str

    @property
    def start(self) -> int:
        """Its first line's place in the body."""
        return (self.heads or self.texts)[0].start


def article_lines(article: Article) -> Iterator[Line]:
    """The lines that hold anything; those that the article has as headings are headings."""
    is_heading = within(article.headings)
    for found in re.finditer(r"[^\n]+", article.body):
        text = found[0].strip()
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        if text and is_heading(Span(start, start + len(text))):
            yield Line(start, text, "H")
        elif text:
            yield Line(start, text, _kind(text))


def _kind(text: str) -> str:
    short = len(text) <= _LONGEST or width(text) <= _LONGEST
    may_head = short and _LETTER.search(text) and not _NO_HEADING.search(text)
    if may_head and _ASKED.fullmatch(text):
        return "Q"
    if _STOPPED.search(text[-_TAIL:]):
        return "T"
    return "H" if may_head else "O"


def width(text: str) -> float:
    """Characters, an ASCII one counting half."""
    return len(text) - len(text.encode("ascii", "ignore")) / 2


def headed_items(lines: Sequence[Line], kinds: str, shape: re.Pattern[str]) -> list[Item]:
    """The items of lines that have this shape throughout; a last lone heading heads nothing."""
    if not shape.fullmatch(kinds):
        return []
    items = []
    for group in _GROUP.finditer(kinds):
        middle = group.end() - len(group[0].lstrip("H"))
        heads = tuple(lines[group.start() : middle])
        heading = " ".join(_unmarked(head.text) for head in heads)
        items.append(Item(heads, tuple(lines[middle : group.end()]), heading))
    return items


def _unmarked(heading: str) -> str:
    mark = _MARKER.match(heading)
    return (mark and heading[mark.end() :]) or heading.strip("【】")


def marked_items(lines: Sequence[Line]) -> list[Item]:
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
        items.append(Item((), tuple(lines[start:end]), heading))
    stopped = all(_STOPPED.search(item.texts[-1].text) for item in items[:-1])
    return items if stopped and mostly_prose(items) else []


def mostly_prose(items: Sequence[Item]) -> bool:
    """Whether more than half of the items are prose."""
    texts = ["".join(line.text for line in item.texts) for item in items]
    return 2 * sum(map(is_prose, texts)) > len(texts)


def is_prose(text: str) -> bool:
    """Whether it runs in clauses; a list of names does not."""
    clauses = [clause for clause in _BREAKS.split(text) if clause]
    return bool(clauses) and sum(map(len, clauses)) >= _LEAST_CLAUSE * len(clauses)


def within(headings: Sequence[Span]) -> Callable[[Span], bool]:
    """Whether a span lies in one of the headings; a digest may have thousands."""
    known = sorted(headings)
    starts = [span.start for span in known]
    furthest = [*accumulate((span.end for span in known), max)]

    def is_within(span: Span) -> bool:
        before = bisect_right(starts, span.start)
        return before > 0 and span.end <= furthest[before - 1]

    return is_within


def open_ends(body: str) -> int:
    """How many lines end without 。, as all headings do."""
    return sum(not line.endswith("。") for line in map(str.rstrip, body.split("\n")) if line)


def joined_words(text: str) -> str:
    """The text without its marks and white space."""
    return _BREAKS.sub("", text)
