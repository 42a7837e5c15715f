"""Whether a claim and its source measure the same thing: 净利润 or 营收, 最高 or 平均.

By the words around one figure on either side; knows nothing of where else the figure stands.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from index.words import fold
from rag.predicates import unsaid_predicates
from rag.synonyms import other_names
from rag.verify_clauses import Told, ToldFigure
from rag.verify_spans import Word

# Two nouns that have one of these each are two things, whatever else they share: 年产量, 年销量.
_CONTRASTED = tuple(
    (pair[0], pair[1])
    for pair in """
    产销 客货 进出 存贷 收支 买卖 男女 高低 城农 城乡 镇村 公铁 增减 内外 死伤 供求
    上下 南北 东西 大小 长宽 升降 涨跌 早晚 春秋 冬夏 水陆 毛净 新旧 量额 盈亏 海陆
    陆空 中外 轻重 甲乙
    """.split()  # noqa: SIM905
)
_PAIRS = frozenset(_CONTRASTED) | {(second, first) for first, second in _CONTRASTED}
# How the values of many days, heads or places are told as one.
_AGGREGATE = re.compile(
    r"平均|日均|月均|年均|人均|户均|单月|当月|单日|累计|合计|新增|最[高低多少大小]|峰值|[至顶]多|至少|上限|下限"
)
_SAME_AGGREGATE = {
    **dict.fromkeys(("最多", "最大", "峰值", "至多", "顶多", "上限"), "最高"),
    **dict.fromkeys(("最少", "最小", "至少", "下限"), "最低"),
}
# 一天平均 is 日均.
_MEAN_OF = re.compile(r"(?:每|[一1])?([天日月年人户])平均|平均(?:每|[一1])([天日月年人户])")
_MEAN = re.compile(r"平均|[日月年人户]均")
_WEAK = frozenset({"累计", "合计", "新增", "当月"})  # may be left out without saying another thing
_CHANGE = re.compile(
    r"增|升|涨|加|提|扩|多|新|降|减|跌|落|少|缩|回|幅|速|变|rise|rose|up|grow|grew|increas|gain"
    r"|decreas|declin|fell|fall|drop|down|loss|new|add"
)
_REFERS = ("该", "本", "此", "其", "这", "the ", "this ")
_MOST_CHANGED = 2  # words
_WORD = 3  # characters a word has at most; longer ones are compounds


def other_measure(
    claim: ToldFigure, own: ToldFigure, source: str, *, question: str = "", around: str = ""
) -> bool:
    """Whether the claim gives the source's figure as another measure than the source does."""
    return (
        _foreign_measure(claim, own, source, around)
        or _other_counted(claim.told, own.told, source)
        or _one_word_changed(claim.told, own.told, source)
        or _other_aggregate(claim.told, own.told, question)
    )


def _foreign_measure(claim: ToldFigure, own: ToldFigure, source: str, around: str) -> bool:
    """Whether the noun right before the figure is one that the source does not say at all."""
    said, printed = claim.told.measure, own.told.measure
    if not said or not printed:
        return False
    foreign = [
        word
        for word in said
        if not _named(word.text, source)
        and not any(alike(word.text, w.text) for w in printed)
        and (word is said[-1] or not _said_of_it(word.text, said[-1].text, around))
    ]
    # 11座车站 is measured as 车站11座 is.
    ours = [*said, *(word for word in claim.told.own if word.start == claim.told.end)]
    missing = [word for word in printed if not any(alike(word.text, w.text) for w in ours)]
    if not foreign:
        return _level_for_change(claim, own)
    if said[-1] in foreign:
        return printed[-1] in missing
    return any(word in missing for word in printed[:-1])


def _said_of_it(word: str, measure: str, around: str) -> bool:
    """苹果 of 苹果收购价, said in the headline; not where 全社会人员流动量 has a value there."""
    own = f"{re.escape(word)}[^,.;。；，0-9]{{0,6}}{re.escape(measure)}"
    return word in around and re.search(own, around) is None


def _other_counted(claim: Told, own: Told, source: str) -> bool:
    """获得30个金牌 where 30个代表团 are counted; 2600棵枫树 for 乔木2600棵."""
    said, printed = _counted(claim), _counted(own)
    if not said or any(alike(said, word.text) for word in own.words):
        return False
    if said in source:
        return bool(printed) and not any(alike(said, word.text) for word in own.measure)
    return not _named(said, source)


def _counted(told: Told) -> str:
    """The common noun right behind a value."""
    behind = (word for word in told.own if word.start == told.end)
    return next((word.text for word in behind if not word.act and not word.proper), "")


def _level_for_change(claim: ToldFigure, own: ToldFigure) -> bool:
    """余额1314亿元 where the source has 新增1314亿元, and the reverse."""
    said, printed = (bool(_CHANGE.search(one.told.stretch)) for one in (claim, own))
    if said and not printed:
        return claim.figure.change in ("+", "-") and own.figure.change == ""
    if printed and not said:
        head = claim.told.measure[-1]
        return own.figure.change in ("+", "-") and not own.told.has(head)
    return False


def _one_word_changed(claim: Told, own: Told, source: str) -> bool:
    """过火长度 where the source has 过火面积: the same words but for what the source never says."""
    slots = list(differing(claim.words, own.words))
    if len(slots) != 1 or max(map(len, slots[0])) > _MOST_CHANGED:
        return False
    said, printed = slots[0]
    one, other = _joined(said), _joined(printed)
    named = any(word.proper for word in said) and not _parted(one, other)  # 城镇 is called a place
    if named or source[: printed[0].start].endswith(_REFERS):
        return False
    if not any(w.text == other.text for other in own.words for w in claim.words):
        return False  # nothing shared: told in other words
    if all(word.act for word in said) and printed[0].act and not printed[-1].act:
        return False  # 筹到 for 募集资金: put another way
    if said[0].act and printed[0].act and not unsaid_predicates(said[0].text, printed[0].text):
        return False
    mine, theirs = _difference(said, printed)
    return (
        bool(mine and theirs)
        and (len(mine) > 1 or (mine, theirs) in _PAIRS)
        and not _named(mine, source)
        and theirs not in claim.stretch
        and not alike(one, other)
    )


def differing(a: Sequence[Word], b: Sequence[Word]) -> Iterator[tuple[list[Word], list[Word]]]:
    """The places where two lists of words differ, side by side."""
    matcher = SequenceMatcher(None, [w.text for w in a], [w.text for w in b], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "replace":
            yield list(a[i:j]), list(b[k:m])


def _joined(run: Sequence[Word]) -> str:
    return "".join(word.text for word in run)


def _difference(a: Sequence[Word], b: Sequence[Word]) -> tuple[str, str]:
    """What is left of two runs of words without what they begin and end with alike."""
    one, other = _joined(a), _joined(b)
    head = _shared(one, other)
    tail = _shared(one[head:][::-1], other[head:][::-1])
    return one[head : len(one) - tail], other[head : len(other) - tail]


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _other_aggregate(claim: Told, own: Told, question: str) -> bool:
    """Whether the claim gives an average, an extreme or a total as another one, or as none."""
    mine, theirs = _aggregates(claim.stretch), _aggregates(own.stretch)
    if mine & theirs or not theirs:
        return False
    if "平均" in mine | theirs and any(map(_MEAN.fullmatch, mine)):
        return not any(map(_MEAN.fullmatch, theirs))  # 平均客流 may be the 日均客流
    if mine:
        return True
    return bool(claim.words) and not _aggregates(fold(question)) and bool(theirs - _WEAK)


def _aggregates(text: str) -> set[str]:
    text = _MEAN_OF.sub(lambda of: f"{(of[1] or of[2]).replace('天', '日')}均", text)
    return {_SAME_AGGREGATE.get(word, word) for word in _AGGREGATE.findall(text)}


def _named(word: str, source: str) -> bool:
    """Whether a text says a measure, by the word, one of its names or an abbreviation."""
    if word in source or (_MEAN.fullmatch(word) and _MEAN.search(source)):
        return True
    if any(all(part in source for part in parts) for parts in other_names(word)):
        return True
    if len(word) < 2 or word.isascii():
        return False
    # 营收 is said by 营业收入, 出口额 by 出口总额.
    loose = "[\u4e00-\u9fff]{0,3}".join(map(re.escape, word))
    return re.search(loose, source) is not None


def alike(a: str, b: str) -> bool:
    """Whether two nouns may mean one thing: 客流量 and 客运量, 营收 and 营业收入, 总长 and 长度.

    存款 and 贷款 share only what kind of thing they are, their last character; 产量 and 销量 have
    one side each of a pair; 高铁, written out, is only a part of 铁路.
    """
    if a == b:
        return True
    if len(a) > _WORD < len(b) and a[-2:] == b[-2:]:
        return alike(a[:-2], b[:-2])  # 消费总额 and 投资总额
    if _parted(a, b) or _part_of(a, b) or _part_of(b, a):
        return False
    if a in b or b in a or _written_out(a, b) or _written_out(b, a):
        return True
    if a.isascii() or b.isascii():
        return a[:4] == b[:4]
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    if all(char in rest for char in short):
        return True
    shared = set(a) & set(b)
    return bool(shared) and (a[0] == b[0] or any(a[-1] != char or b[-1] != char for char in shared))


def _parted(a: str, b: str) -> bool:
    return any(
        (p in a and q in b and p not in b and q not in a)
        or (q in a and p in b and q not in b and p not in a)
        for p, q in _CONTRASTED
    )


def _part_of(short: str, whole: str) -> bool:
    return any(
        part.endswith(whole) and (part != whole or len(parts) > 1)
        for parts in other_names(short)
        for part in parts
    )


def _written_out(short: str, long: str) -> bool:
    return any(all(part in long for part in parts) for parts in other_names(short))
