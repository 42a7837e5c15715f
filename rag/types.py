"""The answer's values: a question, what was found for it, and what is said. Plain data only."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from index.corrections import Correction
from index.filters import SearchFilter
from index.types import Coverage, DateKnown

Filters = SearchFilter  # what the search is narrowed to


class Status(StrEnum):
    """What kind of answer this is; a program may rely on it."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    EVIDENCE_ONLY = "evidence_only"  # no LLM: the sentences are the answer


class Lane(StrEnum):
    """Which search found it."""

    DENSE = "dense"
    LEXICAL = "lexical"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that a figure describes, both ends included; ``text`` as it was said."""

    since: date
    until: date
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question as asked and as searched."""

    asked: str
    question: str  # stand-alone: a follow-up with its subject put back
    language: str  # zh-Hans, zh-Hant, en, ja or ko: the answer's language
    period: Period | None = None
    filters: Filters = field(default_factory=Filters)
    phrases: tuple[str, ...] = ()  # in “” or 《》: must occur as written
    whole: str = ""  # stand-alone in the asker's language, where ``question`` may be translated


@dataclass(frozen=True, slots=True)
class Headline:
    """An article by its headline: one nearby when nothing was found, or one with the same text."""

    article_id: str
    title: str
    source: str
    published: date | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that may answer: ``text == body[start:end]`` of that article version."""

    number: int  # from 1, the number the model is shown
    article_id: str
    title: str
    source: str
    section: str
    byline: str
    published: date | None
    date_known: DateKnown
    text: str
    start: int
    end: int
    score: float
    lane: Lane
    version: int = 1
    title_derived: bool = False
    url: str = ""
    copies: tuple[Headline, ...] = ()  # other articles found that print nearly the same text
    # The sentence before, where this one points back to it (其中, 该, It …): ``lead`` is
    # body[lead_start : lead_start + len(lead)]; "" and 0 where it does not.
    lead: str = ""
    lead_start: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence an answer rests on. ``quote`` is copied by code, never by the model."""

    marker: int  # [1], [2] … by first appearance in the answer
    article_id: str
    title: str
    source: str
    section: str
    byline: str
    published: date | None
    date_known: DateKnown
    quote: str
    start: int
    end: int
    version: int = 1
    title_derived: bool = False
    url: str = ""
    copies: tuple[Headline, ...] = ()  # other articles found that print nearly the same text
    correction: Correction | None = None  # printed later: something in the quote was wrong
    lead: str = ""  # as in Evidence
    lead_start: int = 0


class CheckKind(StrEnum):
    """What is looked up in the cited sentences."""

    FIGURE = "figure"
    DATE = "date"
    NAME = "name"  # a person, or a person with an office
    BODY = "body"  # an institution


@dataclass(frozen=True, slots=True)
class Check:
    """One figure, date, name or institution of the answer: whether its cited sentences have it."""

    kind: CheckKind
    text: str
    supported: bool
    markers: tuple[int, ...] = ()  # the citations it was found in
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last word on one question. ``not_found`` never carries citations."""

    status: Status
    text: str
    query: Query
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...]
    coverage: Coverage
    timings: dict[str, float]  # seconds: understand, retrieve, evidence, first_word, total
    model: str  # "" where no LLM spoke
    index_version: str
    nearest: tuple[Headline, ...] = ()
    notes: tuple[str, ...] = ()  # what the reader should know: a flagged figure, an LLM that failed
    # That the evidence answers, before anything was said (rag/decision.py); None: not judged.
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """First event: how the question was read."""

    query: Query


@dataclass(frozen=True, slots=True)
class Found:
    """Second event: the evidence, before the LLM has said a word."""

    evidence: tuple[Evidence, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of answer text, safe to show: no half marker, no invented one.

    "" while none is ready.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Last event; its text replaces what was streamed."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """One finished exchange of a conversation, oldest first in a history."""

    question: str
    answer: Answer


Event = Understood | Found | Delta | Answered
