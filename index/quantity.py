"""One printed amount: a number with what stands behind it (scale, 多, unit, 半)."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from index.figure_skips import NOT_AMOUNT
from index.numerals import DIGITS, HAN, NUMBER, SCALES, decimal_of
from index.units import Unit, match_unit


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as printed: ``value`` counts in ``unit``; ``step`` is one of its last digit."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    unit: str = ""
    high: Decimal | None = None
    approx: str = ""  # written inside the number: 20多万, 3年多, 十几
    factor: Decimal = Decimal(1)  # scale and conversion already in value
    scaled: bool = False  # a 万, 亿 or million stood behind the number
    han: bool = False
    counter: bool = False
    indefinite: bool = False


_OVER = r"(多|余|来(?!自|源|到|看|说|年))"
SCALE = re.compile(
    r"\s?(万亿|[十百千]万(?!里)|[十百千]亿|亿|万(?!一)|百(?![分度货姓])|千(?![米克瓦伏赫分字帕焦卡])"
    r"|兆(?=\s?(?:元|美元|日[元圆]|韩[元币]|新台币))"  # 兆瓦 is mega
    r"|(?<=\s)(?:trillion|billion|million|thousand)\b|-(?:million|billion)\b|(?:bn|mn|tn)\b)"
)
LATIN_SCALES = {
    "thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6,
    "billion": 9, "b": 9, "bn": 9, "trillion": 12, "t": 12, "tn": 12, "兆": 12,
}  # fmt: skip
_MORE = re.compile(rf"({NUMBER})(千万|百万|万|千|百)?")
_INSIDE = re.compile(rf"\s?{_OVER}")
_GE_INSIDE = re.compile(r"个(多|半)(?=月|小时|星期|世纪|百分点)")
_TENTHS = re.compile(rf"成([一二三四五六七八九])(?![{HAN}个名位成])")
_HALF = re.compile(r"半(?![数球场决导径载])")
_HALVED = ("年", "月", "天", "小时", "分钟", "倍")
_AFTER_UNIT = re.compile(r"(多|余)(?![种个名元数次样方边彩家位地吨年月日人项])")


def read_tail(text: str, number: re.Match[str]) -> Quantity:
    """Scale, second part (1亿3000万), 多/余, unit and 半 behind a digit number."""
    value, step = decimal_of(number[0]), printed_step(number[0])
    end, approx, factor, scaled = number.end(), "", Decimal(1), False
    over = _INSIDE.match(text, end)
    scale = SCALE.match(text, over.end() if over else end)
    if scale:
        factor, scaled = scale_factor(scale[1]), True
        value, step, end = value * factor, step * factor, scale.end()
        approx = "超" if over else ""
        value, step, end = _add_lower_part(text, end, value, step, factor)
    quantity = Quantity(number.start(), end, value, step, "", None, approx, factor, scaled)
    return with_unit(text, quantity)


def printed_step(digits: str) -> Decimal:
    """One of the last digit that carries information: 2.03 -> 0.01, 2000 -> 1000, 20314 -> 1."""
    number = decimal_of(digits)
    if "." in digits:
        return Decimal(1).scaleb(-len(digits.split(".")[1]))
    whole = str(number)
    zeros = len(whole) - len(whole.rstrip("0"))
    return Decimal(10) ** min(zeros, len(whole) - 1)


def scale_factor(name: str) -> Decimal:
    """10 to the power that 万, million or bn stands for."""
    power = LATIN_SCALES.get(name.strip(" -"))
    return SCALES[name] if power is None else Decimal(10) ** power


def _add_lower_part(
    text: str, end: int, value: Decimal, step: Decimal, factor: Decimal
) -> tuple[Decimal, Decimal, int]:
    """1亿3000万, 3万5000: the second number counts lower places of the same amount."""
    while factor >= 10000 and (more := _MORE.match(text, end)):
        scale = SCALES.get(more[2] or "", Decimal(1))
        part = decimal_of(more[1]) * scale
        if part >= factor or (scale == 1 and factor > 10000) or NOT_AMOUNT.match(text, end):
            break
        value, step, end, factor = value + part, printed_step(more[1]) * scale, more.end(), scale
    return value, step, end


def with_unit(text: str, quantity: Quantity) -> Quantity:
    """Read 多/余, the unit and what may follow it; without a unit nothing behind is taken."""
    tenths = _TENTHS.match(text, quantity.end) if quantity.han else None
    if tenths:
        # 五成三 is 53 %.
        value = quantity.value * 10 + DIGITS[tenths[1]]
        return replace(quantity, end=tenths.end(), value=value, step=Decimal(1), unit="%")
    end, approx = quantity.end, quantity.approx
    over = _INSIDE.match(text, end)
    if over and match_unit(text, over.end()):
        end, approx = over.end(), "超"
    between = _GE_INSIDE.match(text, end)
    if between:
        end = between.end()
        approx = "超" if between[1] == "多" else approx
    matched = _unit_at(text, end, after_ge=bool(between))
    if matched is None or (quantity.han and not matched[0].han):
        return replace(quantity, approx=quantity.approx or ("超" if over else ""))
    unit, end = matched
    half = bool(between and between[1] == "半")
    if not half and unit.name in _HALVED and _HALF.match(text, end):
        half, end = True, end + 1
    after = _AFTER_UNIT.match(text, end) if unit.measure else None
    if after:
        end, approx = after.end(), "超"
    return _in_unit(quantity, unit, end, approx, half=half)


def _in_unit(quantity: Quantity, unit: Unit, end: int, approx: str, *, half: bool) -> Quantity:
    value = quantity.value + Decimal("0.5") if half else quantity.value
    return replace(
        quantity,
        end=end,
        value=value * unit.factor,
        high=None if quantity.high is None else quantity.high * unit.factor,
        step=(Decimal("0.5") if half else quantity.step) * unit.factor,
        factor=quantity.factor * unit.factor,
        unit=unit.name,
        approx=approx,
        counter=not unit.measure,
    )


def _unit_at(text: str, end: int, *, after_ge: bool) -> tuple[Unit, int] | None:
    if after_ge:
        # 个多月 and 个半小时 part the unit's own 个 from it.
        matched = match_unit("个" + text[end : end + 3], 0)
        return (matched[0], end + matched[1] - 1) if matched else None
    if text[end : end + 1] in (" ", "\u00a0"):
        end += 1
    return match_unit(text, end)
