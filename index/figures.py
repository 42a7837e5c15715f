"""Figures of Chinese and English news: value, unit and how exactly they are meant.

A figure is an amount, a share, a count, an ordinal (unit 第) or a score (unit 比分, its two sides
in ``value`` and ``high``). Dates, years, clock times, telephone numbers, codes and idioms are none.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from index.figure_tokens import read_quantities
from index.numerals import fold
from index.quantity import Quantity
from index.units import to_base


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``text == source[start:end]``, without 约 before or 左右 behind it."""

    text: str
    start: int
    end: int
    value: Decimal
    high: Decimal | None = None  # upper end of a range; 数十 and 十几 are ranges with approx 数
    unit: str = ""  # canonical: 元, 美元, %, 百分点, 人, 人次 …; "" where none is printed
    approx: str = ""  # 约, 超 (超过, 多, 余, 以上), 近, 不足 (不到, 以下, 不超过), 数 or ""
    change: str = ""  # "+" or "-" after a verb of change; "=" for a level: 升至5%, 是上年的2倍
    basis: str = ""  # 同比, 环比, 比年初 or ""
    step: Decimal = Decimal(1)  # one unit of the last printed digit
    indefinite: bool = False  # 一个, 一名: perhaps only an article; support, never a claim


def parse_figures(text: str) -> list[Figure]:
    """Every figure of the text, left to right; offsets are into ``text`` as given."""
    folded = fold(text)
    figures: list[Figure] = []
    for quantity in read_quantities(folded):
        figures.append(_figure(text, folded, quantity, figures[-1] if figures else None))
    return figures


def same_figure(a: Figure, b: Figure) -> bool:
    """Whether what ``a`` (the answer) states follows from ``b`` (the source).

    Units must agree after exact conversion (公里/米, 个月/年, 基点/百分点, ‰/%, 成/%, 万/亿); % is
    not 百分点, one currency is not another, no unit is no unit. Then:

    - ``a`` without an approximation word: equal values, and ``b`` has none either.
    - ``a`` 约: ``b`` exact, 约 or 近, within half a step of ``a``'s last printed digit.
    - ``a`` 超: ``b`` exact or 超, from ``a`` up to less than one step above it.
    - ``a`` 近 or 不足: ``b`` exact (for 不足 below ``a``) or the same word, less than a step below.
    - ``a`` 数 (数十人): ``b`` exact and inside, or the same words.
    - Two ranges or scores: both ends equal, and the same approximation word.

    A step is at most a tenth of ``a`` (约) or a fifth (超, 近, 不足): 约2000亿元 is not 2500亿元.
    Direction is not compared here: see ``same_change``.
    """
    unit_a, factor_a = to_base(a.unit)
    unit_b, factor_b = to_base(b.unit)
    if unit_a != unit_b:
        return False
    value, other = a.value * factor_a, b.value * factor_b
    if a.high is not None or b.high is not None:
        return _same_range(a, b, factor_a, factor_b)
    if a.approx == b.approx and value == other:
        return True
    if not a.approx or not _weaker(a.approx, b.approx):
        return False
    step = a.step * factor_a
    if a.approx == "约":
        return abs(value - other) <= min(step / 2, abs(value) / 20)
    gap = other - value if a.approx == "超" else value - other
    lowest_in = gap > 0 if a.approx == "不足" and not b.approx else gap >= 0
    return lowest_in and gap < min(step, abs(value) / 5)


def same_amount(a: Figure, b: Figure) -> bool:
    """Equal value and unit, whatever 约 or 超 stands beside either: a dropped word can be told."""
    unit_a, factor_a = to_base(a.unit)
    unit_b, factor_b = to_base(b.unit)
    ends_a = (a.value * factor_a, (a.high if a.high is not None else a.value) * factor_a)
    ends_b = (b.value * factor_b, (b.high if b.high is not None else b.value) * factor_b)
    return unit_a == unit_b and ends_a == ends_b


def same_change(a: Figure, b: Figure) -> bool:
    """False where both say a direction, or both a basis, and they differ (增长/下降, 同比/环比).

    A level is no change: 增长1.5倍 is 2.5 times as much, 增长到1.5倍 is not.
    """
    return (not a.change or not b.change or a.change == b.change) and (
        not a.basis or not b.basis or a.basis == b.basis
    )


def figure_in(figure: Figure, text: str) -> bool:
    """Whether some figure of ``text`` supports this one."""
    return any(same_figure(figure, other) for other in parse_figures(text))


def _weaker(claim: str, source: str) -> bool:
    """Whether a claim with the first word may rest on a source with the second."""
    return source in ("", claim) or (claim == "约" and source == "近")


def _same_range(a: Figure, b: Figure, factor_a: Decimal, factor_b: Decimal) -> bool:
    if a.approx == "数" and a.high is not None and b.high is None and not b.approx:
        return a.value * factor_a <= b.value * factor_b <= a.high * factor_a
    return a.approx == b.approx and same_amount(a, b) and (a.high is None) == (b.high is None)


_NEAR_WORDS = {
    "约": r"(?<![条预节合签制契履违公缩失])(?:大约|大概|约[为有占达合]?)|左右|上下|前后|差不多",
    "超": r"超过|超出|(?<![中赶德英])超|逾|突破|多于|高于|大于|"
    r"不[得能可应]?(?:少于|低于|小于)|至少|最少|起码|以上|(?<=[已将])破",
    "近": r"(?<![最附远临靠])(?:将近|接近|逼近|几近|近)",
    "不足": r"不足|不到|不满|未满|不及|低于|少于|小于|"
    r"(?:不[得能可应]?|未)(?:超过|多于|高于)|至多|最多|以下|以内|之内",
}
_NEAR_ENGLISH = {
    "约": r"about|around|roughly|approximately|some|an estimated",
    "超": r"more than|over|above|exceed(?:ed|ing|s)?|at least|no less than|topp(?:ed|ing)",
    "近": r"nearly|almost|close to",
    "不足": r"less than|fewer than|under|below|up to|at most|no more than",
}
_APPROX = list(_NEAR_WORDS)
_BEFORE = re.compile(
    "(?:"
    + "|".join(f"({words}|\\b(?:{_NEAR_ENGLISH[key]})\\s)" for key, words in _NEAR_WORDS.items())
    + r")(?:了|达|的)?\s?\Z"
)
_ROUND_BEFORE = re.compile(r"[上过破]\Z")
_BEHIND = re.compile(
    r"\s?(?:(左右|上下)|(?:及|或)?(以上|\+(?![0-9]))|(?:及|或)?(以下|以内|之内)"
    r"| (or more)\b| (or less)\b)"
)
_BEHIND_CLASS = ("约", "超", "不足", "超", "不足")
_RISE = (
    r"增长率?|增加|上升|上涨|提高|提升|增幅[为达]?|涨幅[为达]?|增速[为达]?|回升|扩大|高出|多出|上调|攀升"
    r"|激增|大增|净增|新增|增收|[增升涨]"
)
_FALL = (
    r"下降|减少|下跌|回落|降低|下滑|降幅[为达]?|跌幅[为达]?|减幅[为达]?|缩小|收窄|萎缩|负增长|下调|缩减|压减"
    r"|少于|低了|[降减跌缩]"
)
# 比6月末多36亿元, 较上年同期低0.91个百分点; 少增 and 多增 stand for what is compared, not for 增.
_COMPARED = r"[比较][^，。；,;]{1,20}"
_MORE, _LESS = (
    rf"少减|{_COMPARED}[高多快早长]出?|{_COMPARED}提前",
    rf"少增|{_COMPARED}[低少慢晚短]|{_COMPARED}推迟",
)
_RISE_ENGLISH = (
    r"\b(?:up|rose|risen|grew|grown|gained?|climbed|jumped|surged|increased?|growth of|rise of"
    r"|rising|growing)(?: by)?"
)
_FALL_ENGLISH = (
    r"\b(?:down|fell|fallen|dropped|declined?|decreased?|slipped|shrank|lost|cut|fall of|falling"
    r"|contracted)(?: by)?"
)
_CHANGE = re.compile(
    rf"(?:({_LESS}|{_FALL}|{_FALL_ENGLISH}\s)|({_MORE}|{_RISE}|{_RISE_ENGLISH}\s))"
    r"(?:了|幅度?)?(?:约|近|超过?|逾|不足|不到)?\s?\Z"
)
_LEVEL = re.compile(
    r"(?:[升降增减涨跌提调扩缩低高]|增长|增加|上升|上涨|提高|提升|下降|减少|下跌|回落|降低|扩大|缩小|攀升)[到至]"
    r"(?:了|约|近|超过?|逾|不足|不到)?\s?\Z"
)
_OF_RATE = re.compile(r"(?:[涨增降跌减]幅|增速|增长率)[^，。；,;]{0,12}\Z")
_TIMES_LEVEL = re.compile(r"(?:[是为达]|相当于)[^，。；,;]{0,10}的\s?\Z")
_BASIS = re.compile(
    r"(同比|[比较][上去]年同期|[比较][上去]年(?![末底])|按年|年(?=[增减]))"
    r"|(环比|[比较]上个?月|[比较]上个?季度?|按月)"
    r"|([比较](?:今年)?年初|[比较][上去]年[末底])"
)
_BASIS_BEHIND = re.compile(
    r"\s?(?:(year[- ]on[- ]year|year[- ]over[- ]year|from a year (?:earlier|ago)|\(同比|yoy)"
    r"|(month[- ]on[- ]month|quarter[- ]on[- ]quarter|from (?:a month earlier|the month before)))",
    re.IGNORECASE,
)
_BASES = ("同比", "环比", "比年初")
_JOINED = re.compile(r"\s?[、和及与,]?\s?(?:and\s)?")
_WINDOW = 18
_CLAUSE_END = re.compile(r"[，,。；;！？\n]")


def _figure(text: str, folded: str, quantity: Quantity, previous: Figure | None) -> Figure:
    start, end = quantity.start, quantity.end
    near = _BEFORE.search(folded, max(0, start - 16), start)
    approx = quantity.approx or _approx(folded, quantity, near)
    change = _change(folded, near.start() if near else start, unit=quantity.unit)
    basis = _basis(folded, start, end)
    if previous and _JOINED.fullmatch(folded[previous.end : start]):
        change, basis = change or previous.change, basis or previous.basis
    return Figure(
        text=text[start:end],
        start=start,
        end=end,
        value=quantity.value,
        high=quantity.high,
        unit=quantity.unit,
        approx=approx,
        change=change,
        basis=basis,
        step=quantity.step,
        indefinite=quantity.indefinite and not approx,
    )


def _approx(folded: str, quantity: Quantity, near: re.Match[str] | None) -> str:
    if near and near.lastindex:
        return _APPROX[near.lastindex - 1]
    behind = _BEHIND.match(folded, quantity.end)
    if behind and behind.lastindex:
        return _BEHIND_CLASS[behind.lastindex - 1]
    loose = quantity.han and quantity.scaled and folded[quantity.start] in "百千万亿"
    return (
        "超"
        if loose and _ROUND_BEFORE.search(folded, max(0, quantity.start - 1), quantity.start)
        else ""
    )


def _change(folded: str, end: int, *, unit: str) -> str:
    if _LEVEL.search(folded, max(0, end - 8), end):
        # 涨幅扩大至2.1% and 上涨2.1% are the same rate.
        return "" if _OF_RATE.search(folded, max(0, end - 20), end) else "="
    if unit == "倍" and _TIMES_LEVEL.search(folded, max(0, end - 14), end):
        return "="
    found = _CHANGE.search(folded, max(0, end - 16), end)
    if not found:
        return ""
    return "-" if found[1] else "+"


def _basis(folded: str, start: int, end: int) -> str:
    window = _CLAUSE_END.split(folded[max(0, start - _WINDOW) : start])[-1]
    stated = list(_BASIS.finditer(window))
    found = stated[-1] if stated else _BASIS_BEHIND.match(folded, end)
    return _BASES[found.lastindex - 1] if found and found.lastindex else ""
