"""Read a written formula whose numbers are cited figures: 1003+2002, (20314-19000)÷19000×100%.

Exact decimal arithmetic, never ``eval``; knows nothing of the figure that the formula is to give.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from index.figures import Figure
from index.numerals import NUMBER, SCALES, decimal_of, fold
from index.units import to_base

_NUMBER = re.compile(NUMBER)
_SIGN = re.compile(r"\s*([-+*/()×÷–—加减乘除])")
_SIGNS = {
    "–": "-", "—": "-", "减": "-", "加": "+", "×": "*", "乘": "*", "÷": "/", "除": "/",
}  # fmt: skip
_PRINTED = {"/": "÷", "*": "×"}
_SCALE = re.compile(r"\s?(万亿|[十百千]?[万亿])")
_HUNDREDFOLD = re.compile(r"\s*100\s?%?")
_ONE = re.compile(r"\s*1(?![0-9.,万亿])")
_SPACE = re.compile(r"\s*")
_DEEPEST = 8  # brackets


class NotAFormula(Exception):
    """What was read is no arithmetic over the cited figures."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A value in the base of its unit; ``ratio`` where the units have cancelled out."""

    value: Decimal
    unit: str
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as read: its result, the signs in it, and the cited figures it is made of."""

    result: Amount
    signs: frozenset[str]  # of + - /
    operands: tuple[Figure, ...]
    written: str  # 1003亿元 + 2002亿元, in the figures as their source prints them


def read_formula(text: str, cited: Sequence[Figure]) -> Formula:
    """Work out a formula; every number is a cited figure, or the 1 and 100 of a share.

    A bare 1003 stands for a cited 1003亿元. Raises:
        NotAFormula: part of the text is no arithmetic, a number is not cited, or units do not fit.
    """
    reader = _Reader(fold(text), [item for item in cited if item.high is None])
    result = reader.sum()
    reader.expect_end()
    written = "".join(reader.pieces).strip()
    return Formula(result, frozenset(reader.signs), tuple(reader.operands), written)


class _Reader:
    """By precedence: a sum of products of cited figures and brackets."""

    def __init__(self, text: str, cited: Sequence[Figure]) -> None:
        self._text = text
        self._cited = sorted(cited, key=lambda item: -len(item.text))
        self._pos = 0
        self._depth = 0
        self.signs: list[str] = []
        self.pieces: list[str] = []
        self.operands: list[Figure] = []

    def expect_end(self) -> None:
        if self._text[self._pos :].strip():
            raise NotAFormula

    def sum(self) -> Amount:
        result = self._product()
        while (sign := self._peek()) in ("+", "-"):
            self._take(sign)
            other = self._product()
            if (result.unit, result.ratio) != (other.unit, other.ratio):
                raise NotAFormula
            value = result.value + (other.value if sign == "+" else -other.value)
            # The difference of two rates is in points.
            unit = "百分点" if result.unit == "%" and sign == "-" else result.unit
            result = Amount(value, unit, result.ratio)
        return result

    def _product(self) -> Amount:
        result = self._piece()
        while (sign := self._peek()) in ("*", "/"):
            self._take(sign)
            if sign == "*":
                self._hundredfold(result)
            else:
                result = _ratio(result, self._piece())
        return result

    def _hundredfold(self, result: Amount) -> None:
        """×100% only says that a ratio is printed as a share."""
        found = _HUNDREDFOLD.match(self._text, self._pos)
        if found is None or not result.ratio:
            raise NotAFormula
        self._pos = found.end()
        self.pieces.append("100%")

    def _piece(self) -> Amount:
        if self._peek() != "(":
            return self._operand()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotAFormula
        self._take("(")
        result = self.sum()
        if self._peek() != ")":
            raise NotAFormula
        self._take(")")
        self._depth -= 1
        return result

    def _operand(self) -> Amount:
        space = _SPACE.match(self._text, self._pos)
        self._pos = space.end() if space else self._pos
        for figure in self._cited:
            printed = fold(figure.text)
            if self._text.startswith(printed, self._pos):
                return self._use(figure, len(printed))
        found = self._cited_number()
        if found is not None:
            return self._use(*found)
        one = _ONE.match(self._text, self._pos)
        if one is None or not self.signs:
            raise NotAFormula
        self._pos = one.end()
        self.pieces.append("1")
        return Amount(Decimal(1), "", ratio=True)

    def _cited_number(self) -> tuple[Figure, int] | None:
        """The cited figure printed with this number, and with this scale where one is written."""
        number = _NUMBER.match(self._text, self._pos)
        if number is None:
            raise NotAFormula
        value = decimal_of(number[0])
        scale = _SCALE.match(self._text, number.end())
        for figure in self._cited:
            printed = _NUMBER.search(fold(figure.text))
            if printed is None or not value or decimal_of(printed[0]) != value:
                continue
            if scale is None or figure.value == value * SCALES[scale[1]]:
                return figure, (scale or number).end() - number.start()
        return None

    def _use(self, figure: Figure, length: int) -> Amount:
        self._pos += length
        self.operands.append(figure)
        self.pieces.append(figure.text)
        unit, factor = to_base(figure.unit)
        return Amount(figure.value * factor, unit)

    def _peek(self) -> str:
        found = _SIGN.match(self._text, self._pos)
        return _SIGNS.get(found[1], found[1]) if found else ""

    def _take(self, sign: str) -> None:
        found = _SIGN.match(self._text, self._pos)
        self._pos = found.end() if found else self._pos
        if sign in "+-/":
            self.signs.append(sign)
        self.pieces.append(sign if sign in "()" else f" {_PRINTED.get(sign, sign)} ")


def _ratio(top: Amount, bottom: Amount) -> Amount:
    if (top.unit, top.ratio) != (bottom.unit, bottom.ratio) or not bottom.value:
        raise NotAFormula
    return Amount(top.value / bottom.value, "", ratio=True)
