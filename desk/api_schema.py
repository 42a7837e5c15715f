"""The bodies of the HTTP API: what is asked, checked on arrival, and what is answered.

Answers are documented by the engine's own values, so the two cannot drift apart.
"""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from desk.api_period import with_period
from index.errors import BadInput
from index.types import Coverage
from rag.draft_check import LONGEST_DRAFT
from rag.draft_types import Finding
from rag.types import Check, Citation, Evidence, Filters, Headline, Period, Status
from rag.understand import LONGEST_QUESTION

_LONGEST_ANSWER = 4_000  # characters of an earlier answer
_MOST_TURNS = 20  # of an earlier conversation; the last six count
_MOST_VALUES = 50  # of one filter
_MOST_SENTENCES = 50


def _readable(value: object) -> object:
    """Text as it is; what no article can hold is a mistake of the caller's program."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("holds a NUL character; leave it out")
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise ValueError("holds half a character (a lone surrogate); leave it out")
    return value


def _day(value: object) -> object:
    """A day as JSON has it; strict validation takes no text for a date."""
    if not isinstance(value, str):
        return value
    try:
        if len(value) != len("2020-07-25"):
            raise ValueError
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError("no day of the calendar; write it YYYY-MM-DD") from None


READABLE = BeforeValidator(_readable)  # last: a length in front of it is counted in characters
Question = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION), READABLE]
Name = Annotated[str, Field(min_length=1, max_length=100), READABLE]
Draft = Annotated[str, Field(min_length=1, max_length=LONGEST_DRAFT), READABLE]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
_Names = Annotated[list[Name], Field(max_length=_MOST_VALUES)]
_WORD = re.compile(r"[^\W\x00-\x7f]|[A-Za-z0-9]{2}")  # one Han character, or two of the others


def require_word(question: str) -> str:
    """The question as it is.

    Raises:
        BadInput: It has no word: punctuation, or a single letter, finds any sentence.
    """
    if question.strip() and not _WORD.search(question):
        raise BadInput(f"There is no word in {question[:20]!r}; ask a question.")
    return question


class _Asked(BaseModel):
    """A field that is not known, or of another type, is a mistake and not a wish."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FiltersIn(_Asked):
    """What the search is narrowed to; of several values any will do."""

    since: Day | None = Field(None, description="Published on or after this day.")
    until: Day | None = Field(None, description="Published on or before this day.")
    sources: _Names = Field([], description="Papers, as the archive writes them.")
    sections: _Names = Field([], description="Sections or pages: 要闻, A02.")
    reporters: _Names = Field([], description="Reporters' names.")

    def value(self) -> Filters:
        """What the engine takes."""
        return Filters(
            self.since,
            self.until,
            tuple(self.sources),
            tuple(self.sections),
            tuple(self.reporters),
        )


class PeriodIn(_Asked):
    """The time the answer is to be about; the publication dates are ``filters``."""

    since: Day = Field(description="Its first day.")
    until: Day = Field(description="Its last day.")


class TurnIn(_Asked):
    """An earlier exchange of the conversation."""

    question: Question = Field(description="As it was asked.")
    answer: Annotated[str, Field(max_length=_LONGEST_ANSWER), READABLE] = Field(
        "", description="The answer's text; without it only the question counts."
    )


class AskIn(_Asked):
    """A question for the archive."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "青岛上半年贷款余额是多少"},
                {
                    "question": "那存款呢",
                    "history": [{"question": "青岛上半年贷款余额是多少", "answer": ""}],
                    "filters": {"since": "2020-07-01", "sources": ["胶州湾日报"]},
                    "stream": True,
                },
            ]
        }
    )
    question: Question = Field(description="In any language; at most 500 characters.")
    history: list[TurnIn] = Field(
        [], max_length=_MOST_TURNS, description="Earlier exchanges, oldest first."
    )
    filters: FiltersIn = Field(FiltersIn(), description="What the search is narrowed to.")
    period: PeriodIn | None = Field(
        None, description="Asked about these days, whatever the question says."
    )
    today: Day | None = Field(None, description="The day it is asked; default: today.")
    stream: bool = Field(default=False, description="Server-sent events instead of one object.")

    @property
    def words(self) -> str:
        """The question with the period in it."""
        question = require_word(self.question)
        if self.period is None:
            return question
        return with_period(question, self.period.since, self.period.until)


class SearchIn(_Asked):
    """A search for sentences. Either ``question`` or ``words``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "青岛上半年贷款余额是多少", "limit": 5},
                {"words": "贷款余额 同比增长", "filters": {"since": "2020-07-01"}},
            ]
        }
    )
    question: Question | None = Field(None, description="Searched by meaning and by words.")
    words: Question | None = Field(None, description="Searched by words alone.")
    filters: FiltersIn = Field(FiltersIn(), description="What the search is narrowed to.")
    period: PeriodIn | None = Field(
        None, description="About these days, whatever the question says."
    )
    today: Day | None = Field(None, description="The day it is asked; default: today.")
    limit: int = Field(6, ge=1, le=_MOST_SENTENCES, description="Sentences at most.")

    @model_validator(mode="after")
    def _one_of_two(self) -> "SearchIn":
        if (self.question is None) == (self.words is None):
            raise ValueError("give either question or words")
        return self

    @property
    def asked(self) -> str:
        """What is searched for, with the period in it."""
        asked = require_word(self.question or self.words or "")
        if self.period is None:
            return asked
        return with_period(asked, self.period.since, self.period.until)


class CheckIn(_Asked):
    """A draft to check against the archive."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "截至6月末，青岛市本外币各项贷款余额23140亿元。",
                    "published": "2020-07-25",
                }
            ]
        }
    )
    text: Draft = Field(description="The draft; at most 200,000 characters.")
    published: Day | None = Field(
        None, description="The day the draft is from: its 上半年 is that year's."
    )
    ask_model: bool = Field(
        default=True,
        description="Whether the LLM judges sentences that only it can; it takes long.",
    )
    filters: FiltersIn = Field(FiltersIn(), description="What the search is narrowed to.")


class QuestionOut(BaseModel):
    """How the question was read."""

    asked: str
    understood: str = Field(description="Stand-alone: a follow-up with its subject put back.")
    language: str = Field(description="zh-Hans, zh-Hant, en, ja or ko.")
    period: Period | None
    filters: Filters


class AnswerOut(BaseModel):
    """The checked answer. ``body[start:end]`` of the article is the quote."""

    status: Status
    text: str = Field(description="With markers [1], [2]: citations of these numbers.")
    question: QuestionOut
    citations: list[Citation]
    evidence: list[Evidence] = Field(description="The sentences found, best first.")
    checks: list[Check] = Field(description="Each figure, date and name of the text.")
    coverage: Coverage
    timings: dict[str, float] = Field(description="Seconds since the question came.")
    model: str = Field(description="Empty where no LLM spoke.")
    index_version: str
    nearest: list[Headline] = Field(description="Near headlines where nothing was found.")
    notes: list[str] = Field(description="What a reader should know beside the answer.")
    probability: float | None = Field(
        description="That the evidence answers, judged before anything was said; null: not judged."
    )


class SearchOut(BaseModel):
    """Sentences, best first."""

    question: QuestionOut
    evidence: list[Evidence]
    coverage: Coverage
    timings: dict[str, float]
    index_version: str
    notes: list[str]


class CheckOut(BaseModel):
    """The verdict on each claim; offsets are into ``text``."""

    text: str
    published: date | None
    anchor: date = Field(description="The day its 上半年 was resolved against.")
    counts: dict[str, int] = Field(description="Claims by verdict.")
    findings: list[Finding]
    left_out: int = Field(description="Claims beyond the 500 that are checked.")
    coverage: Coverage
    timings: dict[str, float]
    model: str
    index_version: str
    notes: list[str]


class HeadingOut(BaseModel):
    """A sub-heading line inside the body."""

    start: int
    end: int


class ArticleOut(BaseModel):
    """One printed item, exact to the character."""

    id: str
    version: int
    kicker: str
    title: str
    title_derived: bool = Field(description="No headline was printed; taken from the body.")
    deck: str
    body: str
    headings: list[HeadingOut]
    source: str
    section: str
    byline: str
    reporters: list[str]
    place: str
    published: date | None
    date_known: str = Field(description="stated, flag, file_name, inferred or unknown.")
    kind: str = Field(description="article or caption.")
    url: str
    language: str


class ModelsOut(BaseModel):
    """The models in force."""

    llm: str = Field(description="Empty: none, answers are sentences.")
    encoder: str


class HealthOut(BaseModel):
    """What would be searched now."""

    status: str = Field(description="ok")
    version: str
    archive: Coverage
    chunks: int
    index_version: str
    models: ModelsOut
    time: datetime
