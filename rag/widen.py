"""The whole of an answer that a language model cut short: its phrase, its list, its clause.

Asked for the answer's own words a small model gives 蓝旗 where the sentence says
带黄边红十字架的蓝旗. What belongs together is read from the sentence; nothing is added that does
not stand there in one piece (before and after: docs/LOG.md 2026-11-23). Knows nothing of prompts.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from index.words import fold, simplified_in_place, tagged_spans

Span = tuple[int, int]  # offsets into a sentence

_STOPS = frozenset("，。；！？：,;!?:\n")
_EDGES = "，。；、：“”\"' "
_SHORT = 60  # characters: a sentence this long is still one description
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")


class Extent(StrEnum):
    """How much of a sentence answers a question of a kind."""

    MEANING = "meaning"  # what is X: all that is said behind 是, 指
    REASON = "reason"  # why: the clause
    DESCRIPTION = "description"  # what is special about it: the sentence, of a long one the clause
    MANNER = "manner"  # how, what is it like: the clause
    YEAR = "year"
    TIME = "time"  # the day with its year and calendar
    KIND = "kind"  # who, how many, which one: as given
    PHRASE = "phrase"  # what, where: with its attributes and its whole list


_ASKS = "(?:什么|哪些|何|怎么?样)"
_TRAITS = (
    "(?:特点|特征|特色|不同|区别|差别|习性|优势|优点|缺点|样子|外观|评价|作用|影响|职责|职能|内容)"
)
# The first that fits decides. Asking words of the language, on the folded question.
_EXTENTS = (
    (Extent.MEANING, re.compile(r"(?<!为)什么是|何谓|指(?:的是)?什么|定义|什么意思|含义")),
    (Extent.KIND, re.compile(r"[称叫作名因]为?什么")),
    (Extent.REASON, re.compile(r"为什么|为何|为啥|何以|什么(?:原因|理由)|(?:原因|理由)[是为]")),
    (Extent.DESCRIPTION, re.compile(rf"{_ASKS}.{{0,6}}{_TRAITS}|{_TRAITS}.{{0,3}}{_ASKS}|简述")),
    (Extent.MANNER, re.compile(r"什么样(?!的)|什么样的[？?]?$|怎样|如何|怎么")),
    (Extent.YEAR, re.compile(r"哪一?年|何年|年份")),
    (Extent.TIME, re.compile(r"何时|什么时[候间]|哪一?[月日天]|时间|日期")),
    (
        Extent.KIND,
        re.compile(
            r"谁|多少|几|多[大长高远重久]|哪位|"
            r"哪[一几两]?(?:个|种|家|所|部|国|省|市|县|州|区|类|项|条|座|本|支|族|科|片|处|块|级|方面)"
            r"(?!地[方点])"
        ),
    ),
)
_DEFINES = ("是指", "指的是", "即指", "即为", "是", "指", "即")
_IN_TIMES = re.compile(
    r"[\d０-９年月日号时世纪初末中旬前后上下午民国元公清明唐宋朝（）()至到—~－-]"
)
# jieba's tags of what stands inside a noun phrase; the words it tags so that do not.
_NOMINAL = frozenset("n ns nt nz nr nrt nrfg a b f s j vn eng an ng g k".split())  # noqa: SIM905
_OUTSIDE = frozenset(
    """
    中 上 下 里 内 外 间 之间 之中 以上 以下 又 又名 又称 名为 称 名 现 现任 司职 是由 由 与 因 会
    所 所在地 均 如 一个 一位 一名 一种
    其 该 本 大 等 为 则 即
    """.split()  # noqa: SIM905
)
_TOWNS = frozenset("省市县区镇乡村州")  # jieba has no noun's tag for 县 alone
_JOINS = frozenset({"和", "与", "及", "以及", "或", "或者", "、", "跟"})
_INNER = frozenset("·・．-")
_OF = frozenset({"的", "之"})


def extent_of(question: str) -> Extent:
    """What kind of stretch of a sentence answers the question.

    >>> extent_of("什么是静电感应？"), extent_of("大桥在哪一年通车？"), extent_of("县治在哪里？")
    (<Extent.MEANING: 'meaning'>, <Extent.YEAR: 'year'>, <Extent.PHRASE: 'phrase'>)
    """
    asked = fold(question)
    return next((kind for kind, form in _EXTENTS if form.search(asked)), Extent.PHRASE)


def widen(span: Span, sentence: str, question: str) -> Span:
    """The span with what of the sentence belongs to it, given what the question asks.

    Only a year asked for makes it shorter: 1958年 of 1958年5月1日.
    """
    kind = extent_of(question)
    asked = fold(question)
    text = simplified_in_place(sentence)
    if kind is Extent.YEAR:
        return _year(span, text)
    if kind is Extent.TIME:
        return _time(span, text)
    if kind in (Extent.REASON, Extent.MANNER):
        return _without_asked(_clause(span, text), span, text, asked)
    if kind is Extent.DESCRIPTION:
        whole = (0, len(text)) if len(text) <= _SHORT else _clause(span, text)
        return _without_asked(whole, span, text, asked)
    if kind is Extent.PHRASE:
        return _phrase(span, text, asked)
    return span


def meaning(sentence: str, question: str) -> Span | None:
    """What a sentence says the thing asked about is; None where it says no such thing.

    >>> sentence = "静电感应（见图）是指物体内的电荷重新分布。"
    >>> start, end = meaning(sentence, "什么是静电感应？")
    >>> sentence[start:end]
    '物体内的电荷重新分布'
    """
    if extent_of(question) is not Extent.MEANING:
        return None
    asked, text = fold(question), simplified_in_place(sentence)
    for start, behind in _defining(text):
        subject = fold(_BRACKETED.sub("", text[:start]))
        if len(subject) > 1 and subject[-2:] in asked:
            span = _trimmed(behind, len(text), text)
            return span if span[0] < span[1] else None
    return None


def _defining(text: str) -> Iterator[Span]:
    """Where 是, 指, 是指 stand as words: not in 指数, 是否, 是不是."""
    starts = {start for start, _, _ in tagged_spans(text)}
    ends = {end for _, end, _ in tagged_spans(text)}
    at = 0
    while at < len(text):
        word = next((word for word in _DEFINES if text.startswith(word, at)), "")
        behind = at + len(word)
        if word and at in starts and behind in ends and not text.startswith(("不是", "否"), behind):
            yield at, behind
        at += max(1, len(word))


def other_items(span: Span, sentence: str, question: str) -> list[Span]:
    """The items of the list around the span that the question does not name itself.

    >>> sentence = "云河县邻接青石区和白沙区。"
    >>> [sentence[slice(*item)] for item in other_items((5, 8), sentence, "邻接青石区和哪一区？")]
    ['白沙区']
    """
    asked, text = fold(question), simplified_in_place(sentence)
    words = tagged_spans(text)
    start = _earlier_items(span[0], text, words, "")
    end = _later_items(span[1], text, words)
    items: list[Span] = []
    left = start
    for joint in [*_joints(text, words, start, end), (end, end)]:
        items.append((left, joint[0]))
        left = joint[1]
    items[0] = (_behind_asked(items[0], text, words, asked), items[0][1])
    named = [item for item in items if fold(text[slice(*item)]) in asked]
    return [item for item in items if item not in named and item[0] < item[1]] if named else []


def _behind_asked(item: Span, text: str, words: list[tuple[int, int, str]], asked: str) -> int:
    """Where the first item begins: behind 渔港出产 of 渔港出产紫菜."""
    start, end = item
    for left, right, _ in words:
        if left == start and right < end and _asked(text[left:right], asked):
            start = right
    return start


def _joints(text: str, words: list[tuple[int, int, str]], start: int, end: int) -> list[Span]:
    return [
        (left, right)
        for left, right, _ in words
        if start <= left and right <= end and text[left:right] in _JOINS
    ]


def _year(span: Span, text: str) -> Span:
    start, end = span
    if text[end : end + 1] == "年":
        return start, end + 1
    year = text.find("年", start, end)
    return (start, year + 1) if year > start else span


def _time(span: Span, text: str) -> Span:
    start, end = span
    while start > 0 and _IN_TIMES.match(text[start - 1]):
        start -= 1
    while end < len(text) and _IN_TIMES.match(text[end]):
        end += 1
    while _BRACKETED.sub("", text[start:end]).strip("（）()") != _BRACKETED.sub(
        "", text[start:end]
    ):
        if text[start] in "（）()" and start < span[0]:
            start += 1
        elif text[end - 1] in "（）()" and end > span[1]:
            end -= 1
        else:
            return span
    return _trimmed(start, end, text)


def _clause(span: Span, text: str) -> Span:
    start, end = span
    while start > 0 and text[start - 1] not in _STOPS:
        start -= 1
    while end < len(text) and text[end] not in _STOPS:
        end += 1
    return start, end


def _without_asked(whole: Span, span: Span, text: str, asked: str) -> Span:
    """Without the words in front that the question says itself: 军用旗是 of 军用旗是…蓝旗."""
    start, end = whole
    for left, right, tag in tagged_spans(text):
        if left < start:
            continue
        word = text[left:right]
        light = tag in ("uj", "p", "v") and word in "的是在于"
        if right > span[0] or not (word in asked or light):
            break
        start = right
    return _trimmed(start, end, text)


def _trimmed(start: int, end: int, text: str) -> Span:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _phrase(span: Span, text: str, asked: str) -> Span:
    words = tagged_spans(text)
    start, end = _leftwards(span, text, words, asked), _rightwards(span[1], text, words, asked)
    return _earlier_items(start, text, words, asked), _later_items(end, text, words)


def _leftwards(span: Span, text: str, words: list[tuple[int, int, str]], asked: str) -> int:
    start = span[0]
    for left, right, tag in reversed(words):
        if left >= start:
            continue
        word = text[left:right]
        inside = right > start  # a word that the span cuts
        if not inside and (right < start or _asked(word, asked)):
            break
        if not (_belongs(word, tag) or word in _OF or (inside and tag != "x")):
            break
        start = left
    while start < span[0] and text[start] in _OF:
        start += 1
    return start


def _rightwards(end: int, text: str, words: list[tuple[int, int, str]], asked: str) -> int:
    for left, right, tag in words:
        if right <= end:
            continue
        word = text[left:right]
        inside = left < end
        if not inside and (left > end or _asked(word, asked)):
            break
        if not (_belongs(word, tag) or (inside and tag != "x")):
            break
        end = right
    return end


def _later_items(end: int, text: str, words: list[tuple[int, int, str]]) -> int:
    """Over 、B和C behind the span."""
    while joins := [
        right for left, right, _ in words if left == end and text[left:right] in _JOINS
    ]:
        item = joins[0]
        for left, right, tag in words:
            word = text[left:right]
            if left == item and (_belongs(word, tag) or word in _OF):
                item = right
        while item > joins[0] and text[item - 1] in _OF:
            item -= 1
        if item == joins[0]:
            break
        end = item
    return end


def _earlier_items(start: int, text: str, words: list[tuple[int, int, str]], asked: str) -> int:
    """Over A、B和 before the span."""
    while joins := [
        left for left, right, _ in words if right == start and text[left:right] in _JOINS
    ]:
        item = joins[0]
        for left, right, tag in reversed(words):
            word = text[left:right]
            if right == item and _belongs(word, tag) and not _asked(word, asked):
                item = left
        if item == joins[0]:
            break
        start = item
    return start


def _belongs(word: str, tag: str) -> bool:
    if word in _INNER or word in _TOWNS:
        return True
    return tag in _NOMINAL and word not in _OUTSIDE and word not in _JOINS and bool(word.strip())


def _asked(word: str, asked: str) -> bool:
    return len(word) > 1 and word in asked
