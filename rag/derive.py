"""Figures an answer works out from those it cites: sum, difference, growth, share, multiple.

A derived figure stands only beside its formula, 合计3005亿元（1003+2002）, and the formula is
recomputed. Knows nothing of evidence or prompts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import permutations

from index.figures import Figure
from index.numerals import NUMBER, decimal_of, fold
from index.units import to_base
from rag.formula import Amount, Formula, NotAFormula, read_formula

_LONGEST = 120  # characters of a formula
_MOST_SEARCHED = 12  # figures; the search tries every ordered pair
_RATIOS = frozenset({"%", "倍", ""})
_NUMBER = re.compile(NUMBER)
_ARITHMETIC = re.compile(r"[0-9%)\w]\s*[-+*/×÷–—加减除]\s*[(]?[0-9]")
_OPENS = re.compile(r"\s?[(\[]")
_EQUALS = re.compile(r"\s?=\s?约?\Z")
_FIRST = re.compile(r"[(]?[0-9]")
_PAUSES = "，。；：,;\n"


class Operation(StrEnum):
    """How a figure follows from others."""

    SUM = "sum"
    DIFFERENCE = "difference"
    GROWTH = "growth"  # (a - b) / b
    SHARE = "share"  # a / b, as a share or a multiple


@dataclass(frozen=True, slots=True)
class Derivation:
    """A recomputed figure: ``value`` unrounded, in the unit of the figure it derives."""

    operation: Operation
    formula: str  # 1003亿元 + 2002亿元
    value: Decimal
    operands: tuple[Figure, ...]


def derive(figure: Figure, cited: Sequence[Figure], *, formula: str = "") -> Derivation | None:
    """Recompute a figure from cited ones; None where it does not follow from them.

    With ``formula``: every number in it must be a cited figure, and its result the figure, rounded
    to the last decimal printed. Without: sums, differences, growths and shares of the cited figures
    are tried, so that a reader can be told which formula is missing; a guess, not a proof.
    """
    if formula:
        return _recomputed(figure, cited, formula)
    usable = [item for item in cited if item.high is None and item.unit not in ("第", "比分")]
    found = (_recomputed(figure, usable, one) for one in _candidates(usable[:_MOST_SEARCHED]))
    return next((one for one in found if one), None)


def formula_of(figure: Figure, text: str) -> tuple[int, int] | None:
    """Where a text writes arithmetic beside a figure: 3005亿元（1003+2002）, 1003+2002=3005亿元.

    The slice without brackets and equals sign; None where there is none.
    """
    folded = fold(text)
    opened = _OPENS.match(folded, figure.end)
    if opened:
        start, end = opened.end(), _closing(folded, opened.end() - 1)
        return (start, end) if end and _ARITHMETIC.search(folded, start, end) else None
    equals = _EQUALS.search(folded, max(0, figure.start - 4), figure.start)
    if equals is None:
        return None
    clause = max(folded.rfind(mark, 0, figure.start) for mark in _PAUSES) + 1
    first = _FIRST.search(folded, max(clause, equals.start() - _LONGEST), equals.start())
    if first is None or not _ARITHMETIC.search(folded, first.start(), equals.start()):
        return None
    return first.start(), equals.start()


def _closing(folded: str, start: int) -> int:
    depth = 0
    for at in range(start, min(len(folded), start + _LONGEST)):
        depth += (folded[at] in "([") - (folded[at] in ")]")
        if not depth:
            return at
    return 0


def _candidates(cited: Sequence[Figure]) -> Iterator[str]:
    if len(cited) > 2:
        yield "+".join(item.text for item in cited)
    for first, second in permutations(cited, 2):
        a, b = first.text, second.text
        yield from (f"{a}+{b}", f"{a}-{b}", f"({a}-{b})/{b}", f"{a}/{b}")


def _recomputed(figure: Figure, cited: Sequence[Figure], text: str) -> Derivation | None:
    left, _, right = fold(text).partition("=")
    try:
        formula = read_formula(left, cited)
    except NotAFormula:
        return None
    operation = _operation(formula)
    value = _in_unit_of(figure, formula.result)
    if operation is None or value is None or len(formula.operands) < 2:
        return None
    if not _means(figure, operation) or not _rounds_to(figure, value):
        return None
    if right and not _repeats(right, figure):
        return None
    return Derivation(operation, formula.written, value, formula.operands)


def _operation(formula: Formula) -> Operation | None:
    return {
        frozenset("+"): Operation.SUM,
        frozenset("-"): Operation.DIFFERENCE,
        frozenset("/"): Operation.SHARE,
        frozenset("-/"): Operation.GROWTH,
        frozenset("+/"): Operation.SHARE,  # 占比 a/(a+b)
    }.get(formula.signs)


def _means(figure: Figure, operation: Operation) -> bool:
    """增长2.5倍 is no a/b, 增长到2.5倍 no growth, 增加1314亿元 no sum."""
    if figure.change in ("+", "-"):
        return operation in (Operation.GROWTH, Operation.DIFFERENCE)
    return not (figure.change == "=" and operation is Operation.GROWTH)


def _in_unit_of(figure: Figure, result: Amount) -> Decimal | None:
    unit, factor = to_base(figure.unit)
    if result.ratio:
        return (
            (result.value * 100 if figure.unit == "%" else result.value)
            if figure.unit in _RATIOS
            else None
        )
    return result.value / factor if result.unit == unit else None


def _rounds_to(figure: Figure, value: Decimal) -> bool:
    """Whether the printed figure is the value; an amount is rounded only with decimals or 约."""
    if figure.high is not None or figure.approx not in ("", "约"):
        return False
    if figure.change == "-":
        # A decline is printed without its sign; a rate of decline needs a negative growth.
        value = abs(value) if value < 0 or figure.unit not in _RATIOS else -value
    printed = _NUMBER.search(fold(figure.text))
    number = decimal_of(printed[0]) if printed else Decimal(0)
    if not printed or not number:
        return figure.value == value
    decimals = len(printed[0].partition(".")[2])
    rounded = decimals or figure.approx or figure.unit in _RATIOS
    last = figure.step if figure.approx else abs(figure.value / number).scaleb(-decimals)
    return abs(figure.value - value) <= (last / 2 if rounded else 0)


def _repeats(right: str, figure: Figure) -> bool:
    """What stands behind the formula's own equals sign must be the figure again."""
    again, printed = _NUMBER.search(right), _NUMBER.search(fold(figure.text))
    return again is not None and printed is not None and again[0] == printed[0]
