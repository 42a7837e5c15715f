"""Find the amounts of a folded text: value and unit, nothing of the words around them.

Chinese numerals count only with a unit or counter behind them; dates, times and codes are stepped
over.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from index.figure_english import read_english
from index.figure_forms import (
    Reading,
    read_first,
    read_half,
    read_one_half,
    read_ordinal,
    read_part,
    read_score,
    read_slash,
)
from index.figure_skips import HAN_NOT_AMOUNT, NOT_AMOUNT, RANGE, WORD, stands_alone
from index.numerals import HAN, NUMBER, SCALES, han_number
from index.quantity import LATIN_SCALES, Quantity, read_tail, with_unit
from index.units import CURRENCIES

_INTEREST = re.compile(rf"[A-Za-z0-9$¥€£第首半\[{HAN}数几]")
_REFERENCE = re.compile(r"\[[0-9]{1,3}\]")
_LETTERS_NUMBER = re.compile(r"[A-Z]{2,6}([0-9]{1,9}(?:\.[0-9]{1,4})?)")
_CURRENCY = re.compile(r"(?:US|HK|NT|A|C|S)?\$|[¥€£]|(?:RMB|CNY|USD|HKD|EUR|GBP|JPY)(?=\s?[0-9])")
_NUMBER = re.compile(NUMBER)
_MONEY_SCALE = re.compile(r"\s?(k|m|b|K|M|B|T)\b")
_HAN_RUN = re.compile(
    rf"[数几]?[{HAN}][{HAN}几]{{0,24}}(?:点[零〇一二三四五六七八九]{{1,6}}(?:万亿|万|亿)?)?"
)
_HAN_SCALE = re.compile(r"(?<=.)(?:万亿|万|亿)\Z")
_PART_OF_WORD = re.compile(r"[人总次度指基系参多少件户分岁天倍级个无代为]\Z")  # 人数, 指数, 多数
_MULTIPLIER_ONLY = re.compile(r"(?:[十百千]?[万亿]|万亿|[百千])")
_LOOSE_BEFORE = re.compile(r"[超近逾破过上约]\Z|[超经突]过\Z|突破\Z")
_LIST = re.compile(r"\s?[、和及与或]\s?")
_EVENT = re.compile(r"[^,，。；;]{0,8}?(?:事|案|灾|袭|冲突|纠纷|爆炸|病例)")
_FROM = re.compile(r"[从由自]\s?\Z")
_POINTS_BEFORE = re.compile(r"(?:[涨跌升降报增高低减加]|[于为至超近]|突破|[升降涨跌]了)\s?\Z")
_MODEL_YEAR = re.compile(r"(?:19[5-9]|20[0-4])[0-9]")


def read_quantities(text: str) -> Iterator[Quantity]:
    """Each amount of folded text, left to right, a range as one; they never overlap."""
    pos, pending = 0, None
    while found := _INTEREST.search(text, pos):
        quantity, pos = _read_at(text, found.start(), pending.end if pending else 0)
        if quantity is None:
            continue
        quantity = _extend_range(text, quantity)
        pos = quantity.end
        if pending:
            yield _share_unit(text, pending, quantity)
        pending = quantity
    if pending:
        yield pending


def _read_at(text: str, start: int, floor: int) -> Reading:
    """What begins at ``start``, and where reading goes on."""
    char = text[start]
    if "0" <= char <= "9":
        return _digits_at(text, start, floor)
    if char == "[":
        bracket = _REFERENCE.match(text, start)
        return None, bracket.end() if bracket else start + 1
    if char in "$¥€£" or (char.isascii() and char.isalpha()):
        return _latin_at(text, start)
    if char == "第":
        return read_ordinal(text, start)
    if char == "首":
        return read_first(text, start)
    if char == "半":
        return read_half(text, start)
    if char == "一" and text[start + 1 : start + 2] == "半":
        return read_one_half(text, start)
    return _han_at(text, start)


def _latin_at(text: str, start: int) -> Reading:
    money = _CURRENCY.match(text, start)
    if money:
        number_at = money.end() + (text[money.end() : money.end() + 1] == " ")
        number = _NUMBER.match(text, number_at)
        if number is None:
            return None, money.end()
        return _money(text, start, money[0], number), number.end()
    quantity, end = read_english(text, start)
    if end > start:
        return quantity, end
    word = WORD.match(text, start)
    if word is None:
        return None, start + 1
    # GDP126万亿元: letters glued to a number are a code unless money or a share follows.
    glued = _LETTERS_NUMBER.fullmatch(word[0])
    if glued:
        number = _NUMBER.match(text, word.start() + glued.start(1))
        quantity = read_tail(text, number) if number else None
        if quantity and (quantity.unit in CURRENCIES.values() or quantity.unit == "%"):
            return quantity, quantity.end
    return None, word.end()


def _money(text: str, start: int, symbol: str, number: re.Match[str]) -> Quantity:
    quantity = read_tail(text, number)
    scale = None if quantity.scaled else _MONEY_SCALE.match(text, number.end())
    if scale:
        factor = Decimal(10) ** LATIN_SCALES[scale[1].lower()]
        quantity = replace(
            quantity,
            value=quantity.value * factor,
            step=quantity.step * factor,
            factor=factor,
            scaled=True,
            end=scale.end(),
        )
    end = quantity.end
    unit = quantity.unit if quantity.unit.endswith("元") else CURRENCIES[symbol]
    return replace(quantity, start=start, end=end, unit=unit)


def _digits_at(text: str, start: int, floor: int) -> Reading:
    skipped = NOT_AMOUNT.match(text, start)
    if skipped:
        return None, skipped.end()
    for reader in (read_part, read_score, read_slash):
        quantity, end = reader(text, start)
        if end > start:
            return quantity, end
    number = _NUMBER.match(text, start)
    if number is None:
        return None, start + 1
    quantity = read_tail(text, number)
    if not quantity.unit and not quantity.scaled and not stands_alone(text, number, floor):
        # 1900至2100元: what looks like a year is the lower end of an amount.
        ranged = _extend_range(text, quantity) if start > floor or not start else quantity
        return (ranged, ranged.end) if ranged.unit else (None, number.end())
    if _is_no_amount(text, number[0], quantity):
        return None, quantity.end
    return _signed(text, quantity, floor), quantity.end


def _signed(text: str, quantity: Quantity, floor: int) -> Quantity:
    before = text[max(floor, quantity.start - 2) : quantity.start]
    if before == "零下" or before.endswith("负"):
        width = 2 if before == "零下" else 1
    elif before.endswith("±"):
        # Within 3% either way is a range about nought, not 3%.
        return replace(
            quantity, start=quantity.start - 1, value=-quantity.value, high=quantity.value
        )
    elif before.endswith("-") and not (before[:-1].isascii() and before[:-1].isalnum()):
        width = 1
    else:
        return quantity
    return replace(quantity, start=quantity.start - width, value=-quantity.value)


def _is_no_amount(text: str, digits: str, quantity: Quantity) -> bool:
    """9点 as a time, 2021级 as a year, 前7个月 as a period, 一番 without 翻."""
    before = text[max(0, quantity.start - 4) : quantity.start]
    if quantity.unit == "点" and quantity.value in range(25) and not quantity.scaled:
        return text[quantity.end - 2] != "个" and not _POINTS_BEFORE.search(before)
    if quantity.unit in tuple("级款届期分场节门本部处所支对台") and not quantity.scaled:
        return _MODEL_YEAR.fullmatch(digits) is not None
    if quantity.unit == "月":
        return before.endswith(("前", "头", "首"))
    return quantity.unit == "番" and "翻" not in before


def _han_at(text: str, start: int, *, alone: bool = False) -> Reading:
    quantity, end = read_part(text, start)
    if end > start:
        return quantity, end
    skipped = HAN_NOT_AMOUNT.match(text, start)
    if skipped:
        return None, skipped.end()
    run = _HAN_RUN.match(text, start)
    if run is None:
        return None, start + 1
    word = run[0]
    if word[0] in "数几" and _PART_OF_WORD.search(text, max(0, start - 1), start):
        return None, start + 1
    if _MULTIPLIER_ONLY.fullmatch(word):
        return _round_number(text, run), run.end()
    number, scale = han_number(word), _HAN_SCALE.search(word)
    if number is None:
        return None, run.end()
    quantity = with_unit(
        text,
        Quantity(
            start,
            run.end(),
            number.value,
            number.step,
            high=number.high,
            approx="数" if number.vague else "",
            factor=SCALES[scale[0]] if scale else Decimal(1),
            scaled=scale is not None,
            han=True,
        ),
    )
    if _is_no_amount(text, word, quantity):
        return None, quantity.end
    if not alone and not quantity.unit and (ranged := _han_range(text, quantity)):
        return ranged, ranged.end
    return _accepted_han(text, word, quantity), max(quantity.end, run.end())


def _han_range(text: str, low: Quantity) -> Quantity | None:
    """三至五年: the first end alone would be no figure."""
    joint = RANGE.match(text, low.end)
    if joint is None or low.high is not None or text[joint.end() : joint.end() + 1].isascii():
        return None
    high, _ = _han_at(text, joint.end(), alone=True)
    if high is None or not high.unit or high.high is not None:
        return None
    low = _inherit(low, high)
    if not low.value < high.value:
        return None
    return replace(high, start=low.start, value=low.value, high=high.value, step=low.step)


def _round_number(text: str, run: re.Match[str]) -> Quantity | None:
    """百余人, 超万亿元, 百万人: a scale word alone counts when something marks it as a number."""
    scale = SCALES[run[0]]
    quantity = with_unit(
        text, Quantity(run.start(), run.end(), scale, scale, han=True, factor=scale, scaled=True)
    )
    loose = _LOOSE_BEFORE.search(text, max(0, run.start() - 3), run.start())
    marked = quantity.approx or loose or len(run[0]) > 1
    return quantity if quantity.unit and marked else None


def _accepted_han(text: str, word: str, quantity: Quantity) -> Quantity | None:
    """A Chinese numeral is a figure when its counter says so; 一个 may only mean "a"."""
    if not quantity.unit:
        # An amount in 万 or 亿 without a unit, as in 超三十万, but not 十万火急.
        loose = _LOOSE_BEFORE.search(text, max(0, quantity.start - 3), quantity.start)
        return quantity if quantity.scaled and loose else None
    if word == "二" and quantity.counter:
        return None
    if word == "一" and text[quantity.start - 1 : quantity.start] in ("同", "某", "每", "另"):
        return None
    if word == "一" and quantity.unit == "起" and not _EVENT.match(text, quantity.end):
        return None
    return replace(quantity, indefinite=word == "一" and quantity.counter)


def _extend_range(text: str, low: Quantity) -> Quantity:
    """10—20亿元, 5%至7%, 三到五天: two amounts of one unit become one range."""
    joint = RANGE.match(text, low.end)
    if joint is None or low.high is not None or low.unit in ("第", "比分"):
        return low
    if _FROM.search(text, max(0, low.start - 2), low.start):
        return low
    high, _ = _read_at(text, joint.end(), joint.end())
    if high is None or high.high is not None or high.start != joint.end():
        return low
    if not low.unit and not low.scaled:
        low = _inherit(low, high)
    elif not low.unit:
        low = replace(low, unit=high.unit)
    if low.unit != high.unit or not 0 <= low.value < high.value:
        return low
    return replace(high, start=low.start, value=low.value, high=high.value, step=low.step)


def _inherit(low: Quantity, high: Quantity) -> Quantity:
    """A bare first end takes the unit of the second, and its 万 or 亿 where it stays lower."""
    scaled = low.value * high.factor
    if scaled < high.value:
        return replace(low, value=scaled, step=low.step * high.factor, unit=high.unit)
    return replace(low, unit=high.unit)


def _share_unit(text: str, first: Quantity, second: Quantity) -> Quantity:
    """高出0.8、0.5个百分点: a bare number listed before one with a unit has that unit too."""
    if first.unit or first.scaled or not second.unit or second.unit in ("第", "比分"):
        return first
    if first.high is not None or not _LIST.fullmatch(text[first.end : second.start]):
        return first
    return replace(
        first,
        value=first.value * second.factor,
        step=first.step * second.factor,
        unit=second.unit,
    )
