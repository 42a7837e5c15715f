"""The whole of an answer that a language model cut short: its phrase, its list, its clause.

Asked for the answer's own words a small model gives 蓝旗 where the sentence says
带黄边红十字架的蓝旗. What belongs together is read from the sentence; nothing is added that does
not stand there in one piece (before and after: docs/LOG.md). Knows nothing of prompts.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from index.words import fold, simplified_in_place, tagged_spans
from rag.widen_items import OF, TOWNS, Span, belongs, earlier_items, later_items, names, unnamed

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
    KINDS = "kinds"  # which ones: the whole list
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
    (Extent.YEAR, re.compile(r"哪一?年|何年|年份|(?:[西公][元历]|民国)几年")),
    (Extent.TIME, re.compile(r"何时|什么时[候间]|哪一?[月日天]|时间|日期")),
    (Extent.KINDS, re.compile(r"哪[些几两二三四五六七八九十]")),
    (
        Extent.KIND,
        re.compile(
            r"谁|多少|几|多[大长高远重久]|哪位|"
            r"哪[一几两]?(?:个|种|家|所|部|国|省|市|县|州|区|类|项|条|座|本|支|族|科|片|处|块|级|方面)"
            r"(?!地[方点])"
        ),
    ),
)
_WHICH = re.compile(r"哪一?(?:个|种|项|家|所|部|国|类|条|座|支|级|片|块)?([\u4e00-\u9fff]{2,6})")
_QUOTED = re.compile("“([^“”]+)”|「([^「」]+)」|『([^『』]+)』|《([^《》]+)》")
_LONGEST_QUOTE = 30  # characters
_OF_WHAT = re.compile(
    # 什么类型的恒星 asks for the star with its type: F型恒星.
    r"(?:什么|哪一?+[个种类项家部国条]?+)(?!类型|种类|方面|样)[^的，。？?,]{1,6}的([\u4e00-\u9fff]{2,4})"
)
_DEFINES = ("是指", "指的是", "即指", "即为", "是", "指", "即")
_IN_TIMES = re.compile(
    r"[\d０-９一二三四五六七八九十〇零年月日号时刻分世纪初末底中旬前后上下午早晨凌晚夜春夏秋冬季"
    r"民国元公清明唐宋朝农历阴正腊子丑寅卯辰巳未申酉戌亥左右约（）()至到—~－-]"
)
# The names of reigns that a year is counted in, as they stand before it: 康熙七年.
_REIGNS = frozenset(
    """
    洪武 建文 永乐 洪熙 宣德 正统 景泰 天顺 成化 弘治 正德 嘉靖 隆庆 万历 泰昌 天启 崇祯 顺治
    康熙 雍正 乾隆 嘉庆 道光 咸丰 同治 光绪 宣统 明治 大正 昭和 平成 令和
    """.split()  # noqa: SIM905
)


def extent_of(question: str) -> Extent:
    """What kind of stretch of a sentence answers the question.

    >>> extent_of("什么是静电感应？"), extent_of("大桥在哪一年通车？"), extent_of("县治在哪里？")
    (<Extent.MEANING: 'meaning'>, <Extent.YEAR: 'year'>, <Extent.PHRASE: 'phrase'>)
    """
    asked = fold(question)
    return next((kind for kind, form in _EXTENTS if form.search(asked)), Extent.PHRASE)


def widen(span: Span, sentence: str, question: str) -> Span:
    """The span with what of the sentence belongs to it, given what the question asks.

    It gets shorter only where more was given than asked for: 1958年 of 1958年5月1日,
    腹部 of 腹部肉块 for 哪一部位的肉块, a list without the items that the question names itself.
    """
    kind = extent_of(question)
    text = simplified_in_place(sentence)
    if kind is Extent.YEAR:
        return _year(span, text)
    asked = fold(question)
    whole = _whole_quote(_by_kind(kind, span, text, asked), text)
    if kind in (Extent.PHRASE, Extent.KIND, Extent.KINDS):
        return unnamed(_without_owner(whole, text, asked), text, asked)
    return whole


def _by_kind(kind: Extent, span: Span, text: str, asked: str) -> Span:
    if kind is Extent.TIME:
        return _time(span, text)
    if kind in (Extent.REASON, Extent.MANNER):
        return _without_asked(_clause(span, text), span, text, asked)
    if kind is Extent.DESCRIPTION:
        whole = (0, len(text)) if len(text) <= _SHORT else _clause(span, text)
        return _without_asked(whole, span, text, asked)
    if kind is Extent.PHRASE:
        return _phrase(span, text, asked)
    if kind is Extent.KIND:
        return span[0], _with_noun(span[1], text, asked)
    if kind is Extent.KINDS:
        words = tagged_spans(text)
        return earlier_items(span[0], text, words, asked), later_items(span[1], text, words)
    return span


def _whole_quote(span: Span, text: str) -> Span:
    """What stands in quotation marks or is a title is not given in part."""
    for quoted in _QUOTED.finditer(text):
        start, end = quoted.span(quoted.lastindex or 0)
        if start <= span[0] and span[1] <= end and end - start <= _LONGEST_QUOTE:
            return start, end
    return span


def _without_owner(span: Span, text: str, asked: str) -> Span:
    """Without what the thing asked for belongs to: 腹部 of 腹部肉块 for 哪一部位的肉块."""
    start, end = span
    owner = _OF_WHAT.search(asked)
    for length in range(len(owner[1]) if owner else 0, 1, -1):
        if owner and fold(text[start:end]).endswith(owner[1][:length]) and end - start > length:
            end -= length
            while end > start and text[end - 1] in OF:
                end -= 1
            return start, end
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


def _year(span: Span, text: str) -> Span:
    start, end = span
    if text[end : end + 1] == "年":
        return start, end + 1
    year = text.find("年", start, end)
    return (start, year + 1) if year > start else span


def _time(span: Span, text: str) -> Span:
    start, end = span
    while start > 0:
        if text[max(0, start - 2) : start] in _REIGNS:
            start -= 2
        elif _IN_TIMES.match(text[start - 1]):
            start -= 1
        else:
            break
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
    return earlier_items(start, text, words, asked), later_items(end, text, words)


def _with_noun(end: int, text: str, asked: str) -> int:
    """With the noun of 哪个时代, 哪国国旗 where it stands right behind: 战国时代."""
    which = _WHICH.search(asked)
    at = which.start(1) if which else -1
    noun = next((asked[at:right] for left, right, _ in tagged_spans(asked) if left == at), "")
    behind = fold(text[end : end + len(noun)])
    return end + len(noun) if len(noun) > 1 and behind == noun else end


def _leftwards(span: Span, text: str, words: list[tuple[int, int, str]], asked: str) -> int:
    start = span[0]
    for left, right, tag in reversed(words):
        if left >= start:
            continue
        word = text[left:right]
        inside = right > start  # a word that the span cuts
        town = text[right : right + 1] in TOWNS  # 岩手 of 岩手县
        if not inside and (right < start or (names(word, asked) and not town)):
            break
        if not (belongs(word, tag) or word in OF or (inside and tag != "x")):
            break
        start = left
    while start < span[0] and text[start] in OF:
        start += 1
    return start


def _rightwards(end: int, text: str, words: list[tuple[int, int, str]], asked: str) -> int:
    for left, right, tag in words:
        if right <= end:
            continue
        word = text[left:right]
        inside = left < end
        if not inside and (left > end or names(word, asked)):
            break
        if not (belongs(word, tag) or (inside and tag != "x")):
            break
        end = right
    return end
