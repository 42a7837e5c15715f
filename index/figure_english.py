"""English number words: twenty people, half a million, two and a half months, one-third.

A number word counts with a scale, a unit or a fraction behind it; "one of them" is no figure.
"""

import re
from decimal import Decimal

from index.figure_forms import Reading
from index.quantity import LATIN_SCALES, Quantity
from index.units import match_unit

_ONES = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
""".split()  # noqa: SIM905
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_VALUES = {word: value for value, word in enumerate(_ONES, 1)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?:(half)\sa|(a)(?=\s(?:dozen|hundred|thousand|million|billion)\b)"
    rf"|({_WORD})(?:-({_WORD}))?)\b"
    rf"(?:\s(dozen|hundred)\b)?(?:\sand\s({_WORD})(?:-({_WORD}))?\b)?"
    r"(\sand\sa\shalf\b)?(?:\s(thousand|million|billion|trillion)\b)?",
    re.IGNORECASE,
)
_PART = re.compile(rf"({_WORD})[-\s]({'|'.join(_PARTS)})s?\b", re.IGNORECASE)
_GROUPS = {"dozen": 12, "hundred": 100}


def read_english(text: str, start: int) -> Reading:
    """The number that words spell at ``start``; nothing where they stand for no amount."""
    if start and (text[start - 1].isalnum() or text[start - 1] in "-'’"):
        return None, start
    part = _PART.match(text, start)
    if part and part[2].lower() != "half":
        value = Decimal(_VALUES[part[1].lower()]) / _PARTS[part[2].lower()]
        return Quantity(start, part.end(), value, Decimal(1) / 10), part.end()
    number = _NUMBER.match(text, start)
    if number is None:
        return None, start
    half_a, _, first, second, group, more, last, and_half, scale = number.groups()
    value = Decimal("0.5") if half_a else Decimal(_VALUES[first.lower()] if first else 1)
    if second:
        value += _VALUES[second.lower()]
    value *= _GROUPS.get((group or "").lower(), 1)
    value += sum(_VALUES[word.lower()] for word in (more, last) if word)
    value += Decimal("0.5") if and_half else 0
    factor = Decimal(10) ** LATIN_SCALES[scale.lower()] if scale else Decimal(1)
    gap = text[number.end() : number.end() + 1] in (" ", "-")
    unit = match_unit(text, number.end() + gap)
    if (half_a and not scale) or (more and not group):
        return None, start
    # one day, one visit: as loose as 一个; it may only mean "a".
    if unit is None and not (scale or group):
        return None, start
    lone = first is not None and first.lower() == "one" and not (scale or group or and_half)
    end = unit[1] if unit else number.end()
    return Quantity(
        start,
        end,
        value * factor * (unit[0].factor if unit else 1),
        factor,
        unit[0].name if unit else "",
        factor=factor,
        scaled=scale is not None,
        indefinite=lone,
    ), end
