"""The clauses and content words of a text, by their places in it. Knows nothing of values.

Offsets are into the folded text (``readable``).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from index.figures import parse_figures
from index.periods import ANY_DAY, parse_periods
from index.words import fold, tagged_words

_CLAUSE = re.compile(
    r"(?:[^，。；：！？,;:!?.\n]|\.(?!\s|\Z)|(?<=\d),(?=\d{3}(?!\d))|(?<=\d):(?=\d))+"
)
_LETTERS_A_WORD = 2  # a character says as much as two letters: 3.125 trillion yuan (31250亿元)
_LATIN = re.compile(r"[A-Za-z]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CONTENT = ("n", "v", "a", "j", "l", "i", "b", "s", "z", "eng", "x")
_NAMES = ("nr", "ns", "nt", "nz")
_MEASURES = tuple("度率量额数值积价比")
_DIVISION = re.compile(r"..+[省市县区州镇乡国港队厂]")
# Carries a value and tells nothing of it; words of change are read by index/figures.
_LIGHT = frozenset(
    """
    是 有 为 达 达到 完成 实现 共 共有 计 占 约 超 超过 突破 近 接近 逾 不足 不到 合计 累计
    总计 一共 总共 其中 分别 高达 预计 计划 可能 可以 进行 左右 以上 以下 全年 全市 全省 全国
    目前 同比 环比 增长 增加 上升 提高 上涨 下降 减少 下跌 降低 回落 扩大 增至 升至 降至 保持
    继续 较 比 去年 上年 同期 今年 本月 当月 情况 方面 数据 显示
    the a an of in on at to by from for and or while but with as is are was were be been has
    have had will its their respectively up down about over more than nearly year said reached
    totaled totalled rose fell grew increased decreased declined climbed dropped percent
    billion million
    """.split()  # noqa: SIM905
)
LONGEST = 1000  # characters of a text whose values are all held against each other: it is quadratic
_STOPS, _PAUSES = "。；;！？!?\n", "，、 "  # no ASCII comma: it may be inside a number


@dataclass(frozen=True, slots=True)
class Word:
    """A content word; ``proper``: the name of a place, body or person."""

    text: str
    start: int
    proper: bool
    act: bool


@lru_cache(maxsize=256)
def readable(text: str) -> str:
    """The text folded, with the degree sign that folding would break up written out."""
    return fold(text.replace("℃", "度"))


def same_script(a: str, b: str) -> bool:
    """Whether two texts can be compared by their words: both mostly Chinese, or neither."""
    return _is_han(a) == _is_han(b)


@lru_cache(maxsize=1024)
def _is_han(text: str) -> bool:
    return _LETTERS_A_WORD * len(_HAN.findall(text)) >= len(_LATIN.findall(text))


@lru_cache(maxsize=4096)
def clause_spans(folded: str) -> tuple[tuple[int, int], ...]:
    """The stretches between pauses; a comma or point inside a number is none."""
    return tuple(found.span() for found in _CLAUSE.finditer(folded))


@lru_cache(maxsize=256)
def parts_of(text: str) -> tuple[str, ...]:
    """The text in parts of at most ``LONGEST`` characters, cut at the last full stop, else pause.

    What a clause is about may be left in the part before it: told of nothing, not of another.
    """
    parts = []
    while len(text) > LONGEST:
        window = text[:LONGEST]
        cut = max(map(window.rfind, _STOPS)) + 1 or max(map(window.rfind, _PAUSES)) + 1
        parts.append(text[: cut or LONGEST])
        text = text[cut or LONGEST :]
    return (*parts, text)


def stands_in(folded: str, start: int, source: str) -> bool:
    """Whether the clause around a place stands word for word in a source, with the one before."""
    clauses = clause_spans(folded)
    at = bisect_right(clauses, start, key=start_of) - 1
    if at < 0:
        return folded in source
    return folded[clauses[max(0, at - 1)][0] : max(clauses[at][1], start)] in source


@lru_cache(maxsize=4096)
def content_words(folded: str) -> tuple[Word, ...]:
    """Nouns, verbs and adjectives outside figures and dates, without those that carry nothing."""
    taken = Cover(
        [
            *((item.start, item.end) for item in parse_figures(folded)),
            *((item.start, item.end) for item in parse_periods(folded, anchor=ANY_DAY)),
        ]
    )
    found, pos = [], 0
    for text, tag in tagged_words(folded):
        start = folded.find(text, pos)
        if start < 0:
            continue
        pos = start + len(text)
        if not tag.startswith(_CONTENT) or text in _LIGHT or not text[0].isalpha():
            continue
        if taken.meets(start, pos):
            continue
        if len(text) == 1 and (not tag.startswith("n") or text.isascii()):
            continue
        proper = tag.startswith(_NAMES) or _DIVISION.fullmatch(text) is not None
        proper = proper and not text.endswith(_MEASURES)  # jieba calls 长度 a place
        found.append(Word(text, start, proper, tag[:1] in ("v", "l", "i") and tag != "vn"))
    return tuple(found)


class Cover:
    """Stretches of a text, to be asked whether they meet another: any order, overlaps allowed."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        """Any number of ``(start, end)``."""
        ordered = sorted(spans)
        self._starts = [first for first, _ in ordered]
        self._ends = list(accumulate((last for _, last in ordered), max))

    def meets(self, start: int, end: int) -> bool:
        """Whether one of them has a character of ``start`` to ``end``."""
        at = bisect_left(self._starts, end)
        return at > 0 and self._ends[at - 1] > start


def within(words: Sequence[Word], start: int, end: int) -> Sequence[Word]:
    """The words, in order of their places, that begin from ``start`` to before ``end``."""
    first = bisect_left(words, start, key=place_of)
    return words[first : bisect_left(words, end, lo=first, key=place_of)]


def place_of(word: Word) -> int:
    """Where a word begins, to sort and bisect by."""
    return word.start


def start_of(mark: tuple[int, int]) -> int:
    """Where a stretch begins, to bisect by."""
    return mark[0]
