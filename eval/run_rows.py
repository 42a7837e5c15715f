"""The shapes of a run's rows, as ``suyuan eval`` writes them. Formats: docs/runs.md."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import Field

from rag.types import Status


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence an answer cites; "" and None where the row does not tell."""

    marker: int
    quote: str
    article_id: str = ""
    title: str = ""
    source: str = ""
    published: date | None = None
    lead: str = ""  # the sentence before, shown with it

    @property
    def text(self) -> str:
        """What was shown: the sentence behind its lead."""
        return f"{self.lead}{self.quote}"


Seconds = dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]]
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one question; ``by``: usage, estimate or ""."""

    prompt: Annotated[int, Field(ge=0)] = 0
    completion: Annotated[int, Field(ge=0)] = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation (``quote``, ``marker``) or a sentence of evidence (``text``, ``number``)."""

    article_id: str
    quote: str = ""
    text: str = ""
    marker: int = 0
    title: str = ""
    source: str = ""
    published: date | None = None
    lead: str = ""

    def cited(self, number: int) -> "Cited":
        """The sentence as it was shown; ``number`` where the row gives it no marker."""
        words = self.quote or self.text
        return Cited(
            marker=self.marker or number,
            quote=words,
            article_id=self.article_id,
            title=self.title,
            source=self.source,
            published=self.published,
            lead=self.lead,
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One figure, date or name, and whether the citations have it."""

    text: str
    supported: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of a whole answer."""

    asked: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A row of ``eval qa``: an answer as ``suyuan ask --json`` gives it, with an id."""

    id: str
    status: Status
    text: str
    citations: tuple[Quote, ...]
    evidence: tuple[Quote, ...]
    checks: tuple[Check, ...]
    timings: Seconds
    question: Asked
    model: str = ""
    notes: tuple[str, ...] = ()
    tokens: Tokens | None = None
    probability: Share | None = None


@dataclass(frozen=True, slots=True)
class Short:
    """A row of ``eval answers``, ``rgb`` or ``reading``."""

    id: str
    status: Status
    output: str
    cited: tuple[str, ...]
    timings: Seconds
    ranked: tuple[str, ...] | None = None
    answer: str = ""
    quotes: tuple[str, ...] = ()
    citations: tuple[Quote, ...] | None = None
    evidence: tuple[Quote, ...] | None = None
    unsupported: tuple[str, ...] | None = None
    model: str = ""
    notes: tuple[str, ...] = ()
    tokens: Tokens | None = None
    probability: Share | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A row of ``eval retrieval``."""

    id: str
    ranked: tuple[str, ...]
    evidence: tuple[Quote, ...] | None = None
    timings: Seconds = field(default_factory=dict)
    asked: str = ""
