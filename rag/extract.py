"""Answer by extraction: the clauses of one sentence that hold the answer, word for word."""

import re

from index.figures import parse_figures, same_figure
from index.periods import ANY_DAY, parse_periods
from index.words import words
from rag.binding import clauses
from rag.focus import Focus

_CLAUSE = re.compile(r"(?:[^，,；;。！？!?]|,(?=\d))*(?:[，,；;。！？!?]+[”’」』）)]*|$)")
_PAIRS = (("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"), ("《", "》"), ("（", "）"))
_STOPS = "。.，,；; "
_PADDING = 3  # characters beside the figure that say nothing: 约, 为, 是
_SHORT = 40  # characters: shorter sentences are given whole
_LONGEST = 120


def extract(text: str, focus: Focus) -> str:
    """The clause that answers, with those right before it that speak of the question or its period.

    A substring of ``text``; the whole text where it is short or where no clause stands out.
    """
    if len(text) <= _SHORT:
        return text
    held = clauses(text, focus)
    if any(clause.overlap for clause in held):
        top = max(held, key=lambda clause: (clause.overlap, -clause.start))
        return widened(text, top.start, top.end, focus)
    parts = pieces(text)
    said = [len(set(focus.terms) & set(words(piece.group()))) for piece in parts]
    if not any(said):
        return text
    best = max(range(len(parts)), key=lambda i: (said[i], -i))
    return widened(text, parts[best].start(), parts[best].end(), focus)


def spelled_out(said: str, source: str, focus: Focus) -> str:
    """The clause of the source around a figure that is said alone: 上涨2.1% and not 2.1%.

    Unchanged where more is said than the figure, or where the source does not have it.
    """
    figures = parse_figures(said)
    if len(figures) != 1 or len(said.strip(_STOPS)) > len(figures[0].text) + _PADDING:
        return said
    for match in _CLAUSE.finditer(source):
        if any(same_figure(figures[0], figure) for figure in parse_figures(match.group())):
            return widened(source, match.start(), match.end(), focus)
    return said


def pieces(text: str) -> list[re.Match[str]]:
    """The clauses, each with the comma or stop behind it."""
    return [match for match in _CLAUSE.finditer(text) if match.group()]


def widened(text: str, start: int, end: int, focus: Focus) -> str:
    """The clause with those right before it that speak of the question or name a period."""
    first = start
    before = [match for match in pieces(text) if match.end() <= start]
    for match in reversed(before):
        clause = match.group()
        speaks = set(focus.terms) & set(words(clause)) or parse_periods(clause, anchor=ANY_DAY)
        if not speaks or end - match.start() > _LONGEST:
            break
        first = match.start()
    clause = text[first:end].strip("，,；; ")
    # Never end inside an open quotation: 黄克兴说：“自开展 says nothing.
    return clause if all(clause.count(a) == clause.count(b) for a, b in _PAIRS) else text
