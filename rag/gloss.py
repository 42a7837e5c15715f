"""What a reader of English needs beside words quoted in Chinese: their large figures in English.

Knows nothing of answers. Computed, so that a model's 180 billion for 180亿 cannot come in.
"""

from decimal import Decimal

from index.figures import Figure, parse_figures
from index.numerals import fold

_LARGE = ((Decimal(10**12), "trillion"), (Decimal(10**9), "billion"), (Decimal(10**6), "million"))
_SCALES = frozenset("十百千万亿兆成")
_SMALL = 10_000  # below it only shares are told: 三十岁 and 二十四小时 need no explaining
_SHARES = {"%": "%", "百分点": " percentage points", "倍": " times"}
_UNITS = {
    "元": "yuan",
    "美元": "US dollars",
    "欧元": "euros",
    "日元": "yen",
    "港元": "Hong Kong dollars",
    "英镑": "pounds",
    "吨": "tonnes",
    "公斤": "kg",
    "人": "people",
    "人次": "person-times",
    "辆": "vehicles",
    "架次": "flights",
    "标准箱": "TEU",
    "亩": "mu (1/15 hectare)",
    "公顷": "hectares",
    "平方米": "square metres",
    "平方公里": "square kilometres",
    "立方米": "cubic metres",
    "公里": "km",
    "米": "m",
    "千瓦": "kW",
    "千瓦时": "kWh",
}
_APPROX = {"约": "about ", "超": "more than ", "近": "nearly ", "不足": "less than "}
# 两成半 and 1亿零500万 are read as two figures, 上百万 as a million: not to be told as equal.
_PART_BEHIND, _PART_BEFORE = frozenset("半零"), frozenset("零上")


def english_amounts(text: str) -> tuple[str, ...]:
    """Each figure printed with 万, 亿 or the like as it is written in English, in print order.

    ``430万吨 = 4.3 million tonnes``. A range gives both ends; a unit without an entry is left out
    (``12万株 = 120,000``); 约, 超过, 近 and 不足 are told. Figures in digits alone are none: they
    read the same. Nor are numbers under 10,000 that are no share, fractions, and 数十万.
    """
    told = (
        f"{figure.text} = {_english(figure)}"
        for figure in parse_figures(text)
        if _SCALES & set(fold(figure.text)) and _tellable(figure, text)
    )
    return tuple(dict.fromkeys(told))


def _tellable(figure: Figure, text: str) -> bool:
    if figure.approx not in ("", *_APPROX) or figure.unit in ("第", "比分"):
        return False
    if text[figure.end : figure.end + 1] in _PART_BEHIND:
        return False
    if text[max(0, figure.start - 1) : figure.start] in _PART_BEFORE:
        return False
    return abs(figure.value) >= (1 if figure.unit in _SHARES else _SMALL)


def _english(figure: Figure) -> str:
    amounts = [_amount(value) for value in (figure.value, figure.high) if value is not None]
    unit = _SHARES.get(figure.unit) or f" {_UNITS.get(figure.unit, '')}".rstrip()
    return f"{_APPROX.get(figure.approx, '')}{' to '.join(amounts)}{unit}"


def _amount(value: Decimal) -> str:
    for size, name in _LARGE:
        if abs(value) >= size:
            return f"{_plain(value / size)} {name}"
    return _plain(value)


def _plain(value: Decimal) -> str:
    """Without an exponent or trailing zeros, with thousands commas."""
    whole, _, part = f"{value:,f}".partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else whole
