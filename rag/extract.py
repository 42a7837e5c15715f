"""Answer by extraction: the clauses of one sentence that hold the answer, word for word."""

import re

from index.figures import parse_figures
from index.words import words
from rag.focus import Focus, Wanted

_CLAUSE = re.compile(r"[^，,；;。！？!?]*(?:[，,；;。！？!?]+[”’」』）)]*|$)")
_SHORT = 40  # characters: shorter sentences are given whole
_LONGEST = 120


def extract(text: str, focus: Focus) -> str:
    """The run of clauses from the first that speaks of the question to the one that answers it.

    A substring of ``text``; the whole text where it is short or where no clause stands out.
    """
    if len(text) <= _SHORT:
        return text
    clauses = [match for match in _CLAUSE.finditer(text) if match.group()]
    terms = set(focus.terms)
    said = [terms & set(words(match.group())) for match in clauses]
    if not any(said):
        return text
    best = max(
        range(len(clauses)), key=lambda i: (_answers(clauses[i].group(), focus), len(said[i]), -i)
    )
    covered = set(said[best])
    first = last = best
    while first > 0 and said[first - 1] - covered and _length(clauses, first - 1, last) <= _LONGEST:
        first -= 1
        covered |= said[first]
    while (
        not _answers(text[clauses[first].start() : clauses[last].end()], focus)
        and last + 1 < len(clauses)
        and _length(clauses, first, last + 1) <= _LONGEST
    ):
        last += 1
    return text[clauses[first].start() : clauses[last].end()].strip("，,；;")


def _length(clauses: list[re.Match[str]], first: int, last: int) -> int:
    return clauses[last].end() - clauses[first].start()


def _answers(clause: str, focus: Focus) -> bool:
    if focus.wanted in (Wanted.FIGURE, Wanted.PERCENT):
        return any(
            focus.wanted is Wanted.FIGURE or figure.unit in {"%", "百分点", "‰", "倍"}
            for figure in parse_figures(clause)
        )
    return True
