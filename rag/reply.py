"""Answers as values: answered, quoted, not found, evidence only. Knows nothing of how they came."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from index.types import Coverage
from rag.cite import Statement, write_answer
from rag.clock import Clock
from rag.conflicts import Conflict, Kind
from rag.evidence import Candidate
from rag.extract import extract
from rag.focus import Focus
from rag.gloss import english_amounts
from rag.messages import LONGEST_LINE, in_question_language, not_found_text, note, told_by
from rag.types import Answer, Check, Evidence, Headline, Query, Status
from rag.understand import is_chinese
from rag.verify import check_statement, told_otherwise

# The LLM sees no sentence that lies further than this below the best: distractors cost a
# 1.5B model more than they give (docs/LOG.md).
_SHOWN_WITHIN = 0.35
_STOPS = "。；;.，, "
_SHOWN_CHARS = 420  # about 250 tokens of the bundled model, 5 s of reading on two cores


def shown_evidence(
    evidence: Sequence[Evidence], candidates: Sequence[Candidate], *, several: bool = False
) -> tuple[Evidence, ...]:
    """The evidence that lies close to the best: what the LLM is shown.

    However far where ``several`` things are asked: the second may stand far below the first. As
    much as fits: every token more is time before the first word.
    """
    floor = -math.inf if several else candidates[0].score - _SHOWN_WITHIN
    near = [
        item
        for item, candidate in zip(evidence, candidates, strict=True)
        if candidate.score >= floor
    ]
    lengths = accumulate(min(len(item.text), LONGEST_LINE) for item in near)
    fitting = [item for item, length in zip(near, lengths, strict=True) if length <= _SHOWN_CHARS]
    return tuple(fitting or near[:1])


def headlines(evidence: Sequence[Evidence]) -> tuple[Headline, ...]:
    """The three nearest articles, each once."""
    nearest: dict[str, Headline] = {}
    for item in evidence:
        headline = Headline(item.article_id, item.title, item.source, item.published)
        nearest.setdefault(item.article_id, headline)
    return tuple(nearest.values())[:3]


@dataclass(frozen=True, slots=True)
class Reply:
    """What every answer to one question shares."""

    query: Query
    evidence: tuple[Evidence, ...]
    coverage: Coverage
    index_version: str
    clock: Clock
    notes: tuple[str, ...] = ()  # about the search, whatever the answer
    given: bool = False  # answered from texts given with the question, not from an archive

    def answered(
        self,
        status: Status,
        statements: Sequence[Statement],
        checks: Sequence[Check],
        notes: tuple[str, ...],
        *,
        model: str,
        joint: str = "",
    ) -> Answer:
        """The statements with their citations, numbered by first appearance; ``joint`` between."""
        text, citations = write_answer(statements, self.evidence, joint=joint)
        marker_of = {
            (citation.article_id, citation.start): citation.marker for citation in citations
        }
        by_number = {
            item.number: marker_of.get((item.article_id, item.start), 0) for item in self.evidence
        }
        return Answer(
            status=status,
            text=in_question_language(text, self.query.language),
            query=self.query,
            citations=citations,
            evidence=self.evidence,
            checks=tuple(
                replace(check, markers=tuple(by_number[number] for number in check.markers))
                for check in checks
            ),
            coverage=self.coverage,
            timings=self.clock.stop(),
            model=model,
            index_version=self.index_version,
            notes=(
                *self.notes,
                *notes,
                *_translator_notes(statements, self.evidence, self.query.language),
            ),
        )

    def not_found(
        self, nearest: tuple[Headline, ...], *, notes: tuple[str, ...] = (), model: str = ""
    ) -> Answer:
        """No answer and no sources, but the way on: the nearest headlines."""
        return Answer(
            status=Status.NOT_FOUND,
            text=not_found_text(self.query.language, given=self.given),
            query=self.query,
            citations=(),
            evidence=self.evidence,
            checks=(),
            coverage=self.coverage,
            timings=self.clock.stop(),
            model=model,
            index_version=self.index_version,
            nearest=nearest,
            notes=(*self.notes, *notes),
        )

    def quoted(self, best: Candidate, focus: Focus) -> Answer:
        """The clause of the best sentence that answers, word for word, without the LLM.

        The whole sentence where its other clauses say that it is planned, denied or supposed.
        """
        clause, cited = extract(best.sentence.text, focus), self.evidence[:1]
        if told_otherwise(clause, cited, question=self.query.question):
            clause = best.sentence.text
        statement = Statement(clause, (1,))
        checks = check_statement(statement, self.evidence[:1])
        return self.answered(Status.ANSWERED, [statement], checks, (), model="")

    def evidence_only(self, candidates: Sequence[Candidate], problem: str) -> Answer:
        """The best sentences, quoted: those that lie close to the best, three at most."""
        shown = shown_evidence(self.evidence, candidates)[:3]
        statements = [Statement(item.text, (item.number,)) for item in shown]
        return self.answered(
            Status.EVIDENCE_ONLY,
            statements,
            [check for item in statements for check in check_statement(item, shown)],
            (problem,) if problem else (),
            model="",
        )

    def conflict(self, conflict: Conflict) -> Answer:
        """Every value with its paper, day and source, side by side; no LLM.

        Status ``conflict`` where they cannot all be right; ``answered`` where each was right at
        its time: the latest first, then the earlier ones.
        """
        statements, checks = told_sides(conflict, self.evidence, self.query.language)
        status = Status.CONFLICT if conflict.kind is Kind.CONFLICT else Status.ANSWERED
        return self.answered(status, statements, checks, (), model="")


def _translator_notes(
    statements: Sequence[Statement], evidence: Sequence[Evidence], language: str
) -> tuple[str, ...]:
    """What a reader of another language is told of an answer in the article's Chinese."""
    if language.startswith("zh"):
        return ()
    printed = {item.number: item.text for item in evidence}
    chinese = [item for item in statements if is_chinese(item.text)]
    quoted = any(
        item.text.rstrip(_STOPS) in printed[number] for item in chinese for number in item.numbers
    )
    amounts = english_amounts("。".join(item.text for item in chinese)) if language == "en" else ()
    told = (note("amounts", language, amounts="; ".join(amounts)),) if amounts else ()
    return ((note("in_chinese", language),) if quoted else ()) + told


def told_sides(
    conflict: Conflict, evidence: Sequence[Evidence], language: str
) -> tuple[list[Statement], list[Check]]:
    """A statement for each value, with its checks; together they are one sentence."""
    by_number = {item.number: item for item in evidence}
    statements: list[Statement] = []
    checks: list[Check] = []
    for place, side in enumerate(conflict.sides):
        cited = [by_number[number] for number in side.numbers]
        statements.append(Statement(_told_side(conflict, place, cited[0], language), side.numbers))
        checks.extend(check_statement(statements[-1], cited))
    return statements, checks


def _told_side(conflict: Conflict, place: int, item: Evidence, language: str) -> str:
    """One value with its paper and day, as a part of the one sentence that holds them all."""
    chinese, side = language.startswith("zh"), conflict.sides[place]
    value = side.value
    if side.period and conflict.kind is Kind.CHANGE:
        value += f"（{side.period.text}）" if chinese else f" ({side.period.text})"
    said = told_by(language, source=item.source, published=item.published, value=value)
    last = place == len(conflict.sides) - 1
    return _opening(conflict.kind, place, language) + said + ("；。" if chinese else ";.")[last]


def _opening(kind: Kind, place: int, language: str) -> str:
    if kind is Kind.CONFLICT:
        return note("conflict", language) if place == 0 else ""
    return note(("latest", "earlier")[place], language) if place < 2 else ""
