"""Figures of a form of their own: shares (百分之五), fractions, scores, ordinals, halves."""

import re
from decimal import Decimal

from index.numerals import HAN, NUMBER, HanNumber, decimal_of, han_number
from index.quantity import SCALE, Quantity, printed_step, scale_factor
from index.units import match_unit

Reading = tuple[Quantity | None, int]  # what was read, and where reading goes on; start: nothing

_DIGIT = "零〇一二三四五六七八九"
_PART = re.compile(
    rf"([{HAN}]{{1,6}}|[0-9]{{1,4}})分之({NUMBER}|[{HAN}几]{{1,9}}(?:点[{_DIGIT}]{{1,6}})?)|百分百"
)
_WHOLES = {"百": Decimal(100), "100": Decimal(100), "千": Decimal(1000), "万": Decimal(10000)}
_ORDINAL = re.compile(rf"第\s?({NUMBER}|[{HAN}]{{1,9}}+)(?!季度?|时间)(?![{_DIGIT}十])")
_NOT_ORDINAL = re.compile(r"第[一二三四1-4]季度?|第一时间")
_FIRST = re.compile(r"首(?=[次届个家位批名条座艘架例台款只支部所枚场期轮组趟列])")
_SCORE = re.compile(r"([0-9]{1,3})\s?(:|比|-)\s?([0-9]{1,3})(?![0-9.:%‰]|\s?[-/年月日个万亿])")
_SCORE_BEFORE = re.compile(r"(?:以|比分[为是]?|总分|大?比分|局|点球)\s?\Z")
_SCORE_AFTER = re.compile(
    r"\s?.{0,3}?(?:[战取获]胜|击败|[横力轻险完]\w?[扫克取胜]|战平|逼平|负于|不敌|领先|落后|逆转)"
)
_SLASH = re.compile(r"([0-9]{1,3})/([0-9]{1,3})(?![0-9/])")


def read_part(text: str, start: int) -> Reading:
    """百分之五, 三分之二, 百分百."""
    part = _PART.match(text, start)
    if part is None:
        return None, start
    if part[1] is None:
        return Quantity(start, part.end(), Decimal(100), Decimal(100), "%"), part.end()
    whole = _WHOLES.get(part[1]) or _any_number(part[1]).value
    number = _any_number(part[2])
    if whole <= 0 or number.value < 0:
        return None, part.end()
    unit, times = ("%", Decimal(100)) if part[1] in _WHOLES else ("", Decimal(1))
    return Quantity(
        start,
        part.end(),
        number.value * times / whole,
        number.step * times / whole,
        unit,
        high=None if number.high is None else number.high * times / whole,
        approx="数" if number.vague else "",
    ), part.end()


def read_score(text: str, start: int) -> Reading:
    """3:2 and 3比2 are scores (value and high are the two sides); 10:30 is a time."""
    score = _SCORE.match(text, start)
    if score is None:
        return None, start
    told = _SCORE_BEFORE.search(text, max(0, start - 4), start) or _SCORE_AFTER.match(
        text, score.end()
    )
    left, sign, right = score.groups()
    if sign == "-" and not told:
        return None, start
    if sign == ":" and not told and len(right) == 2 and int(left) <= 24 and int(right) < 60:
        return None, score.end()
    one = Decimal(1)
    return Quantity(start, score.end(), Decimal(left), one, "比分", Decimal(right)), score.end()


def read_slash(text: str, start: int) -> Reading:
    """2/3 is a fraction; 4.7/10 and 1/4决赛 are left alone."""
    slash = _SLASH.match(text, start)
    if slash is None:
        return None, start
    top, bottom = int(slash[1]), int(slash[2])
    if not 0 < top < bottom or text[slash.end() : slash.end() + 1] == "决":
        return None, slash.end()
    value = Decimal(top) / bottom
    return Quantity(start, slash.end(), value, Decimal(1) / bottom), slash.end()


def read_ordinal(text: str, start: int) -> Reading:
    """第三, 第134, 第100万."""
    ordinal = _ORDINAL.match(text, start)
    if ordinal is None:
        quarter = _NOT_ORDINAL.match(text, start)
        return None, quarter.end() if quarter else start + 1
    number = _any_number(ordinal[1])
    if number.value < 0 or number.high is not None:
        return None, ordinal.end()
    value, end = number.value, ordinal.end()
    scale = SCALE.match(text, end) if ordinal[1][0].isascii() else None
    if scale:
        value, end = value * scale_factor(scale[1]), scale.end()
    return Quantity(start, end, value, Decimal(1), "第"), end


_HALF_WORD = re.compile(r"半数")
_PASSED_HALF = re.compile(r"[过超近逾]\Z")
_ONE_HALF = re.compile(r"一半(?!多?天)")
_HALF_TIME = re.compile(r"[百年月天日个小时分钟场程夜生空边途路载]")


def read_one_half(text: str, start: int) -> Reading:
    """一半 is 50%; 另一半 is a spouse."""
    half = _ONE_HALF.match(text, start)
    if half is None or text[start - 1 : start] in ("另", "那", "这"):
        return None, start + 2
    return _share_of_half(start, half.end()), half.end()


def _share_of_half(start: int, end: int, approx: str = "") -> Quantity:
    return Quantity(start, end, Decimal(50), Decimal(10), "%", approx=approx)


def read_half(text: str, start: int) -> Reading:
    """半年, 半个月, 半小时; 上半年 is a period and 多半 a word."""
    if _HALF_WORD.match(text, start):
        over = text[start - 1 : start] == "过"
        return _share_of_half(start, start + 2, "超" if over else ""), start + 2
    passed = _PASSED_HALF.search(text, max(0, start - 1), start)
    if passed and not _HALF_TIME.match(text, start + 1):
        approx = "近" if passed[0] == "近" else "超"
        return _share_of_half(start, start + 1, approx), start + 1
    if text[start - 1 : start] and text[start - 1] in "上下前后大一每对折各多":
        return None, start + 1
    matched = match_unit(text, start + 1)
    if (
        matched is None
        or not matched[0].measure
        or text[matched[1] : matched[1] + 1] in ("报", "会")
    ):
        return None, start + 1
    half = Decimal("0.5")
    return Quantity(start, matched[1], half * matched[0].factor, half, matched[0].name), matched[1]


def read_first(text: str, start: int) -> Reading:
    """首次, 首届: the first, as 第一次 is."""
    one = Decimal(1)
    first = _FIRST.match(text, start)
    return (Quantity(start, start + 1, one, one, "第") if first else None), start + 1


def _any_number(text: str) -> HanNumber:
    if text[0].isascii():
        return HanNumber(decimal_of(text), step=printed_step(text))
    return han_number(text) or HanNumber(Decimal(-1))
