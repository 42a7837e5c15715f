"""Answers of a few words: the model names them, code finds and copies them from the sentences.

Knows nothing of prompts or of what was asked.
"""

import re
import unicodedata
from collections.abc import Sequence

from index.figures import parse_figures
from index.words import fold
from rag.cite import Statement
from rag.types import Evidence

_MARKER = re.compile(r"[\[【［]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]】］]")
_LABEL = re.compile(r"^\s*(?:答案?|回答|answer)\s*(?:是|为|[:：])\s*", re.IGNORECASE)
_EDGES = " \t\n。.；;，,、：:"
_LIST = re.compile(r"[、，,；;\n]|(?<=.)(?:和|与|以及)(?=.)")
# Digits go on behind a point, and behind a comma where three follow: 1,956 but not 12，5.
_GOES_ON_BEFORE = re.compile(r"(?<=[\d.])\d|(?<=\d,)\d{3}")
_GOES_ON_AFTER = re.compile(r"\d|\.\d|,\d{3}")
_LONGEST = 200  # characters: longer is no brief answer


def read_brief(text: str, shown: Sequence[Evidence]) -> list[Statement]:
    """The words the model gave, as they stand in a shown sentence; [] where they stand in none.

    White space, width, case and punctuation at the edges do not count. A list is looked up item by
    item where it does not stand in one piece: then each item has to stand somewhere.
    """
    said = _LABEL.sub("", _MARKER.sub("", text)).strip(_EDGES)
    if not said or len(said) > _LONGEST:
        return []
    whole = _find(said, shown)
    if whole is not None:
        return [whole]
    items = [item.strip(_EDGES) for item in _LIST.split(said)]
    found = [_find(item, shown) for item in items if item]
    return [item for item in found if item is not None] if all(found) else []


def _find(said: str, shown: Sequence[Evidence]) -> Statement | None:
    for item in shown:
        span = find_words(said, item.text)
        if span is not None:
            start, end = _with_unit(span, item.text)
            return Statement(item.text[start:end], (item.number,))
    return None


def _with_unit(span: tuple[int, int], text: str) -> tuple[int, int]:
    """A span that ends in a figure without its unit, with it: 5642 in 海拔5642米."""
    start, end = span
    for figure in parse_figures(text):
        if figure.start < end < figure.end and figure.start >= start:
            return start, figure.end
    return span


def repeats(statements: Sequence[Statement], question: str) -> bool:
    """Whether every answer stands in the question already, and so says nothing."""
    asked = fold(question)
    return all(fold(statement.text) in asked for statement in statements)


def find_words(said: str, text: str) -> tuple[int, int] | None:
    """Where the words stand in a text, white space and width aside; offsets into ``text``.

    >>> find_words("1,956 年", "建于１,９５６年，")
    (2, 8)
    """
    wanted = "".join(fold(unicodedata.normalize("NFKC", said)).split())
    if not wanted:
        return None
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for plain in fold(unicodedata.normalize("NFKC", letter)):
            if not plain.isspace():
                letters.append(plain)
                places.append(place)
    folded = "".join(letters)
    for match in re.finditer(f"(?={re.escape(wanted)})", folded):
        start, end = match.start(), match.start() + len(wanted)
        if not _cuts_figure(folded, start, end):
            return places[start], places[end - 1] + 1
    return None


def _cuts_figure(text: str, start: int, end: int) -> bool:
    """Whether the words begin or end inside a figure: 4.3% in 14.3%, 956 in 1,956, 4 in 4.3."""
    ends = text[end - 1].isdecimal() and _GOES_ON_AFTER.match(text, end)
    return bool(ends or _GOES_ON_BEFORE.match(text, start))
