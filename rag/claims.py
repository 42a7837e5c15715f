"""What a sentence says the answer is: its value, and the figures among such claims.

A claim is only made where the sentence surely speaks of what was asked. Knows nothing of conflicts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.figures import Figure, parse_figures
from index.periods import TimeSpan
from index.words import fold, tagged_words
from rag.binding import (
    another_measure,
    clauses,
    lacks_office,
    meant_values,
    other_place,
    says_measure,
    unsaid,
)
from rag.claim_terms import qualifiers
from rag.evidence import Candidate
from rag.features import WHOLE, told_period
from rag.focus import Focus
from rag.places import towns_in

# As for an answer by extraction (rag/judge.py): less, and the sentence may mean something else.
_COVERAGE = 0.7
_PERIOD = 0.7  # the period asked for, said in the sentence or right before it
_CLOSE = frozenset({1.0, 0.5})  # right by the head word; 0.5 where the figure is a rough one
_LABEL_TAGS = frozenset({"n", "nr", "vn", "b", "j", "an", "nz", "l", "s", "f", "v"})
_WIDER = frozenset({"全国", "我国", "全省", "我省"})
_SUFFIX = re.compile(r"(?<=..)[省市区县州]$")


@dataclass(frozen=True, slots=True)
class Claim:
    """One value that one sentence gives for what was asked."""

    number: int  # of the evidence sentence, from 1
    item: Candidate
    value: str  # as printed; a name simplified
    figure: Figure | None = None
    period: TimeSpan | None = None  # that the value describes
    former: bool = False  # of an office: held before
    label: frozenset[str] = frozenset()  # what the clause adds to the measure asked for
    years: frozenset[str] = frozenset()  # that the sentence of a name or place tells of
    places: frozenset[str] = frozenset()  # that the clause of a day tells of
    bound: bool = False  # a day that stands right beside what happened on it


def leaned_on(item: Candidate) -> str:
    """A sentence with what it may lean on: its headline, what stands before it, its place."""
    return f"{item.article.headline} {item.before} {item.sentence.text} {item.article.place}"


def is_about(item: Candidate, focus: Focus, *, asked: bool) -> bool:
    """Whether a sentence surely speaks of what was asked; ``asked``: for a period."""
    around = leaned_on(item)
    return not (
        item.missing
        or _ordinals_unsaid(focus, around)
        or item.elsewhere
        or item.coverage < _COVERAGE
        or (asked and item.period < _PERIOD)
        or unsaid(focus, around)
        or other_place(item.sentence.text, focus)
        or lacks_office(around, focus)
    )


def _ordinals_unsaid(focus: Focus, text: str) -> bool:
    """Whether the question counts something (第134届) that the text does not say."""
    folded = fold(text)
    return any(term[-1].isdigit() and term not in folded for term in focus.terms)


def figure_claims(
    focus: Focus, asked: Sequence[TimeSpan], candidates: Sequence[Candidate]
) -> list[Claim]:
    """The figure or rate that stands right by its measure, of each sentence that has one."""
    claims = []
    for number, item in enumerate(candidates, 1):
        text = item.sentence.text
        if (
            item.close not in _CLOSE
            or item.narrowed
            or not is_about(item, focus, asked=bool(asked))
        ):
            continue
        figure = _meant_figure(text, focus)
        if figure is not None:
            period = told_period(item.sentence, item.article)
            label = _label(text, figure, focus)
            claims.append(Claim(number, item, figure.text, figure, period, label=label))
    return claims


def _meant_figure(text: str, focus: Focus) -> Figure | None:
    """The one figure whose own clause says the whole measure; None where that is open.

    上半年新增934亿元 behind 企事业单位短期贷款余额 is not what 企事业单位贷款新增 asks for.
    """
    meant = meant_values(text, focus)
    if len(meant) != 1:
        return None
    (value,) = meant
    figure = next((f for f in parse_figures(text) if fold(f.text) == value), None)
    if figure is None or figure.indefinite or another_measure(value, text, focus):
        return None
    clause = next((c for c in clauses(text, focus) if c.start <= figure.start < c.end), None)
    said = clause is not None and says_measure(focus, text[clause.start : clause.end])
    return figure if said else None


def same_scope(one: Claim, other: Claim) -> bool:
    """Whether two claims are of the same place, as far as either names one."""
    here, there = (towns_in(fold(leaned_on(claim.item))) for claim in (one, other))
    return not here or not there or bool(here & there)


def _label(text: str, figure: Figure, focus: Focus) -> frozenset[str]:
    """The things and places that the figure's clause names before it: 新增 or 短期 beside 贷款.

    With how the clause qualifies it: 最高, 预计 and 5万元起 are not the plain value.
    """
    clause = next((c for c in clauses(text, focus) if c.start <= figure.start < c.end), None)
    tagged = tagged_words(text[clause.start : figure.start]) if clause else []
    told = qualifiers(text[clause.start : clause.end]) if clause else frozenset()
    asked = "".join((*focus.terms, *focus.phrases))
    things = {
        word
        for word, tag in tagged
        if tag in _LABEL_TAGS and word not in asked and word not in WHOLE and len(word) > 1
    }
    wider = {word for word, _ in tagged if word in _WIDER and word not in asked}
    return frozenset(things | wider | other_places(tagged, asked) | told)


def other_places(tagged: Sequence[tuple[str, str]], asked: str) -> frozenset[str]:
    """The places among tagged words that a question does not name, 市 and 县 left out."""
    places = {_SUFFIX.sub("", word) for word, tag in tagged if tag == "ns"}
    return frozenset(place for place in places if place not in asked)
