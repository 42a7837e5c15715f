"""Does a text contain an accepted answer? Numbers need boundaries: 5.4% is not in 15.4%."""

import re
import unicodedata
from collections.abc import Sequence

_HAN_DIGITS = "零〇一二三四五六七八九十百千两"
_DAY_AND_YEAR = re.compile(
    r"(\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s\d{1,2}),\s*(?=\d{4}\b)"
)
# [1] behind a figure: dropped like punctuation it would lengthen the figure (49.4[1] -> 49.41).
_MARKERS = re.compile(r"(?:\s*\[\d{1,3}\])+")


def normalise(text: str) -> str:
    """NFKC, lower case, no white space or punctuation but ``. % : - +``; 至 and 到 are ``-``.

    A day and its year stay apart: October 1, 2020 is no 12020.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _DAY_AND_YEAR.sub(r"\1-", folded)
    folded = re.sub(r"(?<=\d),(?=\d{3})", "", folded)
    folded = re.sub(r"[—–~至到]", "-", folded)
    folded = re.sub(r"(?<=\d)\s*[:比]\s*(?=\d)", ":", folded)
    return re.sub(r"[^\w.%:\-+]", "", folded).replace("_", "")


def contains(text: str, form: str) -> bool:
    """Whether an accepted form stands in the text; an empty form never does.

    A form that begins or ends with a figure does not match inside a longer one: 34.6 is not in
    134.6 or 34.65, 第1 not in 第12, 四个月 not in 十四个月.
    """
    haystack, needle = normalise(text), normalise(form)
    if not needle:
        return False
    before, after = "", r"(?!\d|\.\d)" if needle[-1].isdecimal() else ""
    if re.match(r"[\d.]", needle):
        before = r"(?<![\d.])"
    elif needle[0] in _HAN_DIGITS:
        before = f"(?<![{_HAN_DIGITS}])"
    return re.search(before + re.escape(needle) + after, haystack) is not None


def parts_right(text: str, parts: Sequence[Sequence[str]]) -> list[bool]:
    """For each required part, whether one of its accepted forms stands in the text."""
    return [any(contains(text, form) for form in forms) for forms in parts]


def without_markers(text: str) -> str:
    """An answer's words without ``[1]``; a figure before a marker stays apart from what follows."""

    def gap(match: re.Match[str]) -> str:
        # Punctuation does not part figures: it is dropped before they are compared.
        behind = re.search(r"\w", text[match.end() :])
        between = text[: match.start()][-1:].isdecimal() and behind and behind[0].isdecimal()
        return "-" if between else ""

    return _MARKERS.sub(gap, text)
