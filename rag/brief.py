"""Answers of a few words: the model names them, code finds and copies them from the sentences.

Knows nothing of prompts or of what was asked.
"""

import re
import unicodedata
from collections.abc import Sequence

from index.figures import parse_figures
from index.words import fold, simplified_in_place, tagged_spans
from rag.cite import Statement
from rag.types import Evidence
from rag.widen import meaning, widen
from rag.widen_items import other_items

_MARKER = re.compile(r"[\[【［]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]】］]")
_LABEL = re.compile(r"^\s*(?:答案?|回答|answer)\s*(?:是|为|[:：])\s*", re.IGNORECASE)
_EDGES = " \t\n。.；;，,、：:"
_JOINT = re.compile(r"\s*(?:[、，,]\s*)?(?:和|与|與|及|以及|或)?\s*")
_LIST = re.compile(r"[、，,；;\n]|(?<=.)(?:和|与|以及)(?=.)")
# Digits go on behind a point, and behind a comma where three follow: 1,956 but not 12，5.
_GOES_ON_BEFORE = re.compile(r"(?<=[\d.])\d|(?<=\d,)\d{3}")
_GOES_ON_AFTER = re.compile(r"\d|\.\d|,\d{3}")
_LINKING = frozenset({"是", "为", "指", "有", "的", "指的是", "就是", "在"})
_UNIT = 10  # characters: a unit in the model's own words, 368 square miles
_LONGEST = 200  # characters: longer is no brief answer


def read_brief(text: str, shown: Sequence[Evidence], question: str = "") -> list[Statement]:
    """The words the model gave, as they stand in a shown sentence; [] where they stand in none.

    White space, width, case and punctuation at the edges do not count. A list is looked up item by
    item where it does not stand in one piece: then each item has to stand somewhere. An answer
    that was cut short is made whole for the ``question`` (rag/widen.py).
    """
    said = _LABEL.sub("", _MARKER.sub("", text)).strip(_EDGES)
    if not said or len(said) > _LONGEST:
        return []
    whole = _find(said, shown, question) or _find_figure(said, shown)
    if whole is not None:
        return [whole]
    items = [item.strip(_EDGES) for item in _LIST.split(said)]
    found = [_find(item, shown) for item in items if item]
    if all(found):
        items_found = [item for item in found if item is not None]
        return _in_one_piece(items_found, shown) or items_found
    told = _find(_without_question(said, question), shown, question)
    return [told] if told is not None else []


def _in_one_piece(items: Sequence[Statement], shown: Sequence[Evidence]) -> list[Statement]:
    """A list as its sentence prints it, where nothing else stands in between; else []."""
    numbers = {item.numbers for item in items}
    if len(items) < 2 or len(numbers) > 1:
        return []
    (number,) = numbers.pop()
    text = next(item.text for item in shown if item.number == number)
    places = sorted((text.find(item.text), len(item.text)) for item in items)
    ends = [start + length for start, length in places]
    between = [text[end:start] for end, (start, _) in zip(ends, places[1:], strict=False)]
    if places[0][0] < 0 or not all(_JOINT.fullmatch(joint) for joint in between):
        return []
    return [Statement(text[places[0][0] : ends[-1]], (number,))]


def _find_figure(said: str, shown: Sequence[Evidence]) -> Statement | None:
    """A figure alone as a sentence prints it, in other digits and with its unit: 4 for 四种."""
    figures = parse_figures(said)
    if len(figures) != 1 or len(said) > len(figures[0].text) + _UNIT:
        return None
    for item in shown:
        for figure in parse_figures(item.text):
            same = figure.value == figures[0].value and figures[0].unit in ("", figure.unit)
            if same and figures[0].approx in ("", figure.approx):
                return Statement(figure.text, (item.number,))
    return None


def _without_question(said: str, question: str) -> str:
    """Without the question's own words before and behind: 潮差是水位差 for 水位差."""
    asked, text = fold(question), simplified_in_place(said)
    told = [
        (start, end)
        for start, end, _ in tagged_spans(said)
        if text[start:end].strip(_EDGES) not in asked and text[start:end] not in _LINKING
    ]
    return said[told[0][0] : told[-1][1]] if asked and told else ""


def read_meaning(shown: Sequence[Evidence], question: str) -> list[Statement]:
    """What the first sentence that says so says the thing asked about is; [] where none does."""
    for item in shown:
        span = meaning(item.text, question)
        if span is not None:
            return [Statement(item.text[slice(*span)], (item.number,))]
    return []


def _find(said: str, shown: Sequence[Evidence], question: str = "") -> Statement | None:
    for item in shown:
        span = find_words(said, item.text)
        if span is not None:
            start, end = _with_unit(span, item.text)
            if question:
                start, end = widen((start, end), item.text, question)
            return Statement(item.text[start:end], (item.number,))
    return None


def _with_unit(span: tuple[int, int], text: str) -> tuple[int, int]:
    """A span that ends in a figure without its unit, with it: 5642 in 海拔5642米."""
    start, end = span
    for figure in parse_figures(text):
        if figure.start < end < figure.end and figure.start >= start:
            return start, figure.end
    return span


def read_others(
    statements: Sequence[Statement], shown: Sequence[Evidence], question: str
) -> list[Statement]:
    """Instead of the items of a list that the question names itself, the others: 和哪个区相邻."""
    by_number = {item.number: item.text for item in shown}
    for statement in statements:
        for number in statement.numbers:
            text = by_number[number]
            start = text.find(statement.text)
            found = other_items((start, start + len(statement.text)), text, question)
            if found:
                return [Statement(text[slice(*item)], (number,)) for item in found]
    return []


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
