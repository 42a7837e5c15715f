"""Which words of a sentence are told of which of its values. Knows nothing of claims or evidence.

存款余额20314亿元，同比增长7.4%；贷款增长5%: 存款 is told of 20314亿元 and of 7.4%, 贷款 of 5%.
Texts are folded here; every offset is into the folded text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from index.figures import Figure, parse_figures
from index.units import COUNTERS
from index.words import tagged_words
from rag.verify_spans import (
    Cover,
    Word,
    clause_spans,
    content_words,
    place_of,
    readable,
    start_of,
    within,
)

_SENTENCE_END = re.compile(r"[。！？!?\n]|\.\s")
_COPULAS = frozenset("是 为 有 达 达到 约 超 超过 近 接近 逾 共 共有 已 也 就 都 将 了 还".split())  # noqa: SIM905
_UP, _DOWN = (
    "增长 增加 上升 提高 上涨 提升 扩大 增至 升至",
    "下降 减少 下跌 降低 回落 降至 下滑 减至",
)
_DIRECTION = dict.fromkeys(_UP.split(), "+") | dict.fromkeys(_DOWN.split(), "-")
_COUNTED = re.compile(r"[的了着]\s?(?:约|近|超|超过)?\s?\Z")
_GOVERNED = re.compile(r"[与和同跟向对给被请让为把将受]\s?\Z")
_PAUSE = re.compile(r"[,;:]")
_TAIL = 8  # characters that a pattern ending at a value looks back at most
_NEAR_EACH = 20  # characters between the last figure and 分别
_LISTED = 4  # words that may stand between two names of one list
_JOINT = re.compile(r"[、和与及而并]|以及|/|\b(?:and|while|but|or)\b")
# Anything said at all, beside what only leads on to a figure.
_SPOKEN = re.compile(
    r"(?:(?!约|近|超|过|达到?|为|共有?|有|逾|其中|超过|将近|接近|在|仅|已|的)[^\W\d_])"
)
_OF = re.compile(r"\s?(?:的|of\b|in\b)")
_EACH = re.compile(r"分别|各自|依次|respectively")
_LIST = re.compile(r"、|以及|和|与|及|\band\b|,")
# Who tells it is not what it is told of.
_TELLS = re.compile(r"(?:表示|说|称|介绍|指出|认为|显示|获悉|了解到?|报道|公布|发布|通报|透露)\s*$")


@dataclass(frozen=True, slots=True)
class Told:
    """A value and what is told of it: ``own`` in its stretch of the clause, ``lead`` inherited."""

    start: int
    end: int
    own: tuple[Word, ...]
    lead: tuple[Word, ...]
    stretch: str
    counted: bool = False  # 的 or a bare 了 stands right before it: what is counted comes behind
    leads: bool = True  # a name or day that its clause is about
    place: int = 0  # the n-th of figures given 分别 for a list that could not be read

    def of(self, folded: str) -> str:
        """The value as it stands in its text."""
        return folded[self.start : self.end]

    def has(self, word: Word) -> bool:
        """Whether a word is told of it."""
        return word.text in self.stretch or any(word.text == other.text for other in self.words)

    def told_as(self, other: "Told") -> bool:
        """Whether the same is told of both, word for word."""
        return (
            self.stretch == other.stretch
            and self.place == other.place
            and [word.text for word in self.words] == [word.text for word in other.words]
        )

    @property
    def said(self) -> frozenset[str]:
        """Every word of its stretch, verbs of change as their direction."""
        return _said(self.stretch)

    @property
    def words(self) -> tuple[Word, ...]:
        """What is told of it, in order."""
        return self.lead + self.own

    @property
    def measure(self) -> tuple[Word, ...]:
        """The run of common nouns right before the value: 居民 存款.

        () where another word stands between, as in 处罚了110991个账号 and 违规的110991个账号.
        """
        run: list[Word] = []
        for word in reversed([item for item in self.words if item.start < self.start]):
            if word.act or word.proper or (run and word.start + len(word.text) != run[-1].start):
                break
            run.append(word)
        if run and self.counted:
            return ()
        return tuple(reversed(run))


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """A figure of a text, its offsets those of the folded text."""

    figure: Figure
    told: Told


@lru_cache(maxsize=8192)
def _said(stretch: str) -> frozenset[str]:
    return frozenset(
        _DIRECTION.get(word, word)
        for word, tag in tagged_words(stretch)
        if tag[:1] not in ("x", "m", "u", "c", "p") and word not in _COPULAS
    )


@lru_cache(maxsize=4096)
def told_figures(text: str) -> tuple[ToldFigure, ...]:
    """Every figure of a text with what is told of it."""
    folded = readable(text)
    figures = [item for item in parse_figures(folded) if item.unit != "第"]
    begins = [item.start for item in figures]
    words = content_words(folded)
    found: list[ToldFigure] = []
    topic: tuple[Word, ...] = ()
    begun = 0
    for start, end in clause_spans(folded):
        if _SENTENCE_END.search(folded, begun, start):
            topic = ()
        begun = start
        held = figures[bisect_left(begins, start) : bisect_left(begins, end)]
        here = within(words, start, end)
        if not held:
            things = tuple(word for word in here if not word.act)
            if things and not _TELLS.search(folded[start:end]):
                topic = things
            continue
        stretches = _stretches(folded, held, here, start, end)
        told = [_told(folded, *pair, here, topic) for pair in zip(held, stretches, strict=True)]
        told = _one_by_one(folded, told, held, here, start)
        found += [ToldFigure(item, one) for item, one in zip(held, told, strict=True)]
        labels = {tuple(w.text for w in one.own if not w.act) for one in told}
        if any(labels):
            topic = told[-1].own if len(labels) == 1 else ()
    return tuple(found)


def _stretches(
    folded: str, held: Sequence[Figure], here: Sequence[Word], start: int, end: int
) -> list[list[tuple[int, int]]]:
    """For each figure of a clause the slices that are told of it."""
    if not _SPOKEN.search(folded, start, held[0].start):
        ends = [item.start for item in held[1:]] + [end]
        behind = [(item.end, last) for item, last in zip(held, ends, strict=True)]
        empty = not _SPOKEN.search(folded, *behind[-1])
        # 31个省报告新增588例: the last has nothing behind it.
        return [[pair] for pair in behind[:-1]] + [[behind[-2 if empty and len(held) > 1 else -1]]]
    slices: list[list[tuple[int, int]]] = [[(start, held[0].start)]]
    for item, following in pairwise(held):
        joint = _JOINT.search(folded, item.end, following.start)
        belongs = _OF.match(folded, item.end)
        cut = joint.end() if joint else following.start if belongs else item.end
        slices[-1].append((item.end, cut))
        slices.append([(cut, following.start)])
    slices[-1].append((held[-1].end, end))
    return slices


def _told(
    folded: str,
    figure: Figure,
    slices: Sequence[tuple[int, int]],
    here: Sequence[Word],
    topic: tuple[Word, ...],
) -> Told:
    told = [word for first, last in slices for word in within(here, first, last)]
    counted_things = (
        word for word in within(here, figure.end, figure.end + 1) if _counts(figure, word)
    )
    own = tuple(sorted({*told, *counted_things}, key=place_of))
    lead = () if any(not word.act for word in own) else topic
    stretch = " ".join(folded[first:last] for first, last in slices)
    counted = _COUNTED.search(folded, max(0, figure.start - _TAIL), figure.start) is not None
    return Told(figure.start, figure.end, own, lead, stretch, counted)


def _counts(figure: Figure, word: Word) -> bool:
    """Whether the word is what the figure counts: 农场主 of 36名农场主."""
    return word.start == figure.end and not word.act and figure.unit in COUNTERS


def _one_by_one(
    folded: str, told: list[Told], held: Sequence[Figure], here: Sequence[Word], start: int
) -> list[Told]:
    """进口和出口分别增长5%和3%: the first of the list belongs to the first figure."""
    each = _EACH.search(folded, start, held[-1].end + _NEAR_EACH + len("respectively"))
    if len(held) < 2 or each is None or each.start() > held[-1].end + _NEAR_EACH:
        return told
    head = folded[start : min(each.start(), held[0].start)]
    cuts = [0, *(place for mark in _LIST.finditer(head) for place in mark.span()), len(head)]
    items = [(start + cuts[at], start + cuts[at + 1]) for at in range(0, len(cuts), 2)]
    if len(items) != len(held):
        return [replace(one, place=at) for at, one in enumerate(told, 1)]
    return [
        Told(
            one.start,
            one.end,
            tuple(within(here, first, last)),
            (),
            folded[first:last],
        )
        for one, (first, last) in zip(told, items, strict=True)
    ]


@lru_cache(maxsize=4096)
def told_marks(folded: str, marks: tuple[tuple[int, int], ...]) -> tuple[Told, ...]:
    """What is told of each name or date of a folded text; ``marks``: where they stand.

    The one that begins a clause has all up to the clause that the next one begins: 张三会见李四，
    表示支持 tells the support of 张三. One that is only acted on has its own clause. Names listed
    side by side (张三、李四出席) have what is told of the last.
    """
    marks = tuple(sorted(marks))
    words = content_words(folded)
    acts = [word.start for word in words if word.act]
    stops = [found.start() for found in _SENTENCE_END.finditer(folded)] + [len(folded)]
    home = _homes(folded, marks)
    leads = [
        not _GOVERNED.search(folded, max(0, a - _TAIL), a)
        and bisect_left(acts, begin) == bisect_left(acts, a)
        for (a, _), (begin, _) in zip(marks, home, strict=True)
    ]
    leading = [n for n, first in enumerate(leads) if first]
    named = Cover(marks)
    free = [word for word in words if not named.meets(word.start, word.start + 1)]
    found: list[Told] = []
    before = 0  # where the marks in front end
    for at, (start, end) in enumerate(marks):
        begin = max(home[at][0], before)
        before = max(before, end)
        last = home[at][1]
        if leads[at]:
            last = stops[bisect_left(stops, end)]
            beyond = bisect_right(marks, _list_end(folded, words, acts, end), key=start_of)
            after = bisect_left(leading, max(at + 1, beyond))
            if after < len(leading):
                last = min(last, max(home[leading[after]][0], end))
        own = tuple(within(free, begin, last))
        found.append(Told(start, end, own, (), folded[begin:last], leads=leads[at]))
    return tuple(found)


def _homes(folded: str, marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The clause that each mark begins in; itself where it stands in none."""
    clauses = clause_spans(folded)
    found = []
    for mark in marks:
        at = bisect_right(clauses, mark[0], key=start_of) - 1
        inside = at >= 0 and mark[0] < clauses[at][1]
        found.append(clauses[at] if inside else mark)
    return found


def _list_end(folded: str, words: Sequence[Word], acts: Sequence[int], end: int) -> int:
    """Up to where a name may begin to be one of a list with the name that ends at ``end``.

    Nothing but titles stands between the two, and they before the second.
    """
    first = bisect_left(words, end, key=place_of)
    limits = [len(folded)]
    if first + _LISTED < len(words):
        limits.append(words[first + _LISTED].start)
    if (act := bisect_left(acts, end)) < len(acts):
        limits.append(acts[act])
    pause = _PAUSE.search(folded, end)
    if pause and first < len(words) and words[first].start < pause.start():
        limits.append(pause.start())
    return min(limits)
