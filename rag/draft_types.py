"""A checked draft as values: claims, verdicts, findings. Plain data only."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from index.types import Coverage
from rag.types import Citation


class ClaimKind(StrEnum):
    """What is looked up in the archive."""

    FIGURE = "figure"
    DATE = "date"
    NAME = "name"  # a person, with the office where one is printed beside the name
    QUOTE = "quote"
    STATEMENT = "statement"  # a sentence with none of these


class Verdict(StrEnum):
    """What the archive says of a claim; a program may rely on it."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    PARTLY = "partly"  # the same value of something else, or a point that cannot be settled
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable piece: ``draft[start:end] == text``, inside the sentence around it."""

    kind: ClaimKind
    text: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim with its verdict; without evidence it is never supported or contradicted."""

    claim: Claim
    verdict: Verdict
    evidence: tuple[Citation, ...] = ()  # the sentence that decides comes first
    difference: str = ""  # 稿件 2314亿元，库中 2104亿元
    note: str = ""  # what a reader should know beside the verdict


@dataclass(frozen=True, slots=True)
class DraftReport:
    """A draft and what was found for each of its claims, in the order of the text."""

    text: str
    published: date | None  # the day the draft was said to be from; None: not given
    anchor: date  # the day its 上半年 and 7月15日 were resolved against
    findings: tuple[Finding, ...]
    left_out: int  # claims beyond the limit, not looked up
    coverage: Coverage
    timings: dict[str, float]  # seconds: search, compare, llm, total
    model: str  # "" where no LLM was asked
    index_version: str
    notes: tuple[str, ...] = ()  # about the whole check: an LLM that failed

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many claims have each verdict, those with none included."""
        count = Counter(finding.verdict for finding in self.findings)
        return {verdict: count[verdict] for verdict in Verdict}
