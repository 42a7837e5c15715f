"""Which value belongs to what was asked: 居民存款新增1003亿元，企业存款新增1098亿元.

A name or figure may stand in the cited sentence and still be another's. Within one sentence the
clause that shares most words with the question says which value is meant.
"""

import re
from dataclasses import dataclass

from index.figures import parse_figures
from index.words import fold, words
from rag.features import RATES
from rag.focus import Focus, Wanted
from rag.names import person_names
from rag.places import towns_in

_CLAUSE = re.compile(r"(?:[^，。；！？,;!?\n]|,(?=\d))+")  # 20,314 is one figure
_OFFICE = re.compile(r"(?:长|主席|书记|主任|总裁|经理|总监|理事|委员|代表|发言人|主编|教授)$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas, its values of the wanted kind, and its share of the question."""

    start: int
    end: int
    values: frozenset[str]
    overlap: int


def clauses(text: str, focus: Focus) -> list[Clause]:
    """The clauses of a sentence that hold a value of the kind asked for; [] for other kinds."""
    found = []
    for match in _CLAUSE.finditer(text):
        values = _values(match.group(), focus)
        if values:
            said = set(words(match.group()))
            folded = fold(match.group())
            overlap = len(said & set(focus.terms))
            overlap += sum(phrase in folded for phrase in focus.phrases)
            found.append(Clause(match.start(), match.end(), values, overlap))
    return found


def _values(text: str, focus: Focus) -> frozenset[str]:
    if focus.wanted is Wanted.PERSON:
        return frozenset(name for name in person_names(text) if name not in focus.names)
    if focus.wanted is Wanted.PERCENT:
        return frozenset(fold(f.text) for f in parse_figures(text) if f.unit in RATES)
    if focus.wanted is Wanted.FIGURE:
        return frozenset(
            fold(f.text)
            for f in parse_figures(text)
            if (f.unit == focus.unit if focus.unit else f.unit not in RATES)
        )
    return frozenset()


def answers_another(statement: str, cited: str, focus: Focus) -> bool:
    """Whether the statement gives a value that another clause of its sentence owns.

    False where the sentence leaves it open: one clause only, or none that shares a word.
    """
    held = clauses(cited, focus)
    best = max((clause.overlap for clause in held), default=0)
    if not best:
        return False
    meant = frozenset().union(*(clause.values for clause in held if clause.overlap == best))
    others = frozenset().union(*(clause.values for clause in held)) - meant
    said = fold(statement)
    return any(value in said for value in others) and not any(value in said for value in meant)


def lacks_office(cited: str, focus: Focus) -> bool:
    """Whether an office was asked for and the sentence with its surroundings never names it."""
    if focus.wanted is not Wanted.PERSON or not _OFFICE.search(focus.head):
        return False
    return focus.head not in fold(cited)


def other_place(cited: str, focus: Focus) -> bool:
    """Whether the sentence names places, but none of those asked about."""
    if not focus.places:
        return False
    folded = fold(cited)
    if any(place in folded for place in focus.places):
        return False
    return bool(towns_in(folded))
