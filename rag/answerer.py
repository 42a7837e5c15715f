"""From what was found to the checked answer: literal, generated, quoted or refused.

Knows nothing of archives: what was found may come from one or from texts given with the question.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from index.figures import figure_in, parse_figures
from index.periods import TimeSpan
from rag.cite import MarkerGate, Statement
from rag.conclude import Case
from rag.conflicts import Kind, find_conflict
from rag.decision import Decision
from rag.evidence import Candidate
from rag.extract import extract
from rag.focus import Focus
from rag.judge import (
    Draft,
    is_literal,
    other_period,
    running_total,
    speaks_of,
)
from rag.llm import LLMFailedError
from rag.messages import note
from rag.reply import Reply, headlines, shown_evidence, told_sides
from rag.search import Findings, Part
from rag.types import Answer, Answered, Check, Delta, Event, Evidence, Query, Status
from rag.understand import is_chinese
from rag.verify import check_statement
from rag.verify_fit import answers_other, surroundings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers from findings. ``literal``: word for word, without the LLM, where one sentence does.

    ``brief``: in the words of the sentences that answer, not in sentences. Without ``llm`` an
    answer is its evidence (status ``evidence_only``).
    """

    llm: "LLM | None" = None
    model: str = ""
    literal: bool = True
    brief: bool = False
    decision: Decision | None = None

    def stream(self, findings: Findings, reply: Reply) -> Iterator[Event]:
        """Delta…, Answered. Closing the iterator stops the LLM."""
        likely = self._likely(findings.query, findings.focus, findings.candidates)
        with closing(self._answers(findings, reply)) as events:
            for event in events:
                if isinstance(event, Answered):
                    yield Answered(replace(event.answer, probability=likely))
                else:
                    yield event

    def _likely(self, query: Query, focus: Focus, candidates: Sequence[Candidate]) -> float | None:
        """How likely the evidence answers; None where no fitted decision speaks of it."""
        if self.decision is None or not is_chinese(query.question):
            return None
        return self.decision.probability(focus, candidates)

    def _answers(self, findings: Findings, reply: Reply) -> Generator[Event, None, None]:
        query, focus, candidates = findings.query, findings.focus, findings.candidates
        if not speaks_of(focus, query, candidates, self.decision):
            yield Answered(_refused(focus, query, candidates, reply))
            return
        if findings.parts and self.llm is not None and not self.brief:
            two = yield from _pulsing(self._both(self.llm, findings.parts, reply))
            if two is not None:
                yield Answered(two)
                return
        conflict = find_conflict(query.question, focus, findings.periods, candidates)
        if conflict is not None:
            yield Answered(reply.conflict(conflict))
            return
        literal = self.literal and not self.brief
        if literal and _says_it(query, focus, findings.periods, candidates):
            yield Answered(reply.quoted(candidates[0], focus))
            return
        if self.llm is None:
            yield Answered(reply.evidence_only(candidates, ""))
            return
        yield from self._generate(self.llm, query, focus, candidates, reply)

    def _both(
        self, llm: "LLM", parts: Sequence[Part], reply: Reply
    ) -> Generator[None, None, Answer | None]:
        """The parts answered one by one over their own sentences; None where none is answered.

        Yields with every piece that the LLM says: closing it there stops the LLM.
        A 1.5B model joins two sentences badly: docs/LOG.md 2026-11-23.
        """
        statements: list[Statement] = []
        checks: list[Check] = []
        answered, struck, conflicting = 0, False, False
        for part in parts:
            try:
                draft, conflict = yield from self._part(llm, part, reply)
            except LLMFailedError:
                return None  # the whole question is asked next, which reports the failure
            numbers = dict(enumerate(part.numbers, 1))
            statements += [
                Statement(item.text, tuple(numbers[number] for number in item.numbers))
                for item in draft.statements
            ]
            checks += [
                replace(check, markers=tuple(numbers[number] for number in check.markers))
                for check in draft.checks
            ]
            answered += bool(draft.statements)
            struck, conflicting = struck or bool(draft.dropped), conflicting or conflict
            if draft.statements:
                reply.clock.first("first_word")
        if not answered:
            return None
        missing = answered < len(parts)
        status = Status.PARTLY if missing or struck else Status.ANSWERED
        language = reply.query.language
        remarks = [name for name, holds in (("one_part", missing), ("struck", struck)) if holds]
        notes = tuple(note(name, language) for name in remarks)
        ended = [_with_stop(statement) for statement in dict.fromkeys(statements)]
        return reply.answered(
            Status.CONFLICT if conflicting else status, ended, checks, notes, model=self.model
        )

    def _part(
        self, llm: "LLM", part: Part, reply: Reply
    ) -> Generator[None, None, tuple[Draft, bool]]:
        """What is said to one part, nothing where its sentences do not answer it.

        And whether they contradict each other.

        Raises:
            LLMFailedError: The LLM was asked and failed.
        """
        nothing = Draft((), (), ())
        if not speaks_of(part.focus, part.query, part.candidates, self.decision):
            return nothing, False
        by_number = {item.number: item for item in reply.evidence}
        own = [replace(by_number[number], number=n) for n, number in enumerate(part.numbers, 1)]
        # The names and days of a part stand beside those of the other: 一说是澳网，一说是卫冕.
        conflict = find_conflict(
            part.query.question, part.focus, part.periods, part.candidates, entities=False
        )
        if conflict is not None:
            statements, checks = told_sides(conflict, own, reply.query.language)
            told = Draft(tuple(statements), tuple(checks), ())
            return told, conflict.kind is Kind.CONFLICT
        if self.literal and _says_it(part.query, part.focus, part.periods, part.candidates):
            quote = Statement(extract(own[0].text, part.focus), (1,))
            return Draft((quote,), tuple(check_statement(quote, own[:1])), ()), False
        shown = shown_evidence(own, part.candidates)
        case = self._case(llm, part.query, part.focus, part.candidates, own, shown)
        pieces: list[str] = []
        with closing(case.words()) as stream:
            for piece in stream:
                pieces.append(piece)
                yield
        return (yield from case.conclude("".join(pieces))) or nothing, False

    def _case(
        self,
        llm: "LLM",
        query: Query,
        focus: Focus,
        candidates: Sequence[Candidate],
        evidence: Sequence[Evidence],
        shown: Sequence[Evidence],
    ) -> Case:
        chance = self._likely(query, focus, candidates)
        likely = self.decision is not None and (chance or 0) >= self.decision.insist
        return Case(llm, query, focus, candidates, evidence, shown, self.brief, likely)

    def _generate(
        self,
        llm: "LLM",
        query: Query,
        focus: Focus,
        candidates: Sequence[Candidate],
        reply: Reply,
    ) -> Iterator[Event]:
        shown = shown_evidence(reply.evidence, candidates, several=focus.several)
        gate = MarkerGate(
            count=len(shown),
            allowed=lambda text: all(
                any(figure_in(figure, item.text) for item in shown)
                for figure in parse_figures(text)
            ),
        )
        case = self._case(llm, query, focus, candidates, reply.evidence, shown)
        pieces: list[str] = []
        try:
            with closing(case.words()) as stream:
                for piece in stream:
                    pieces.append(piece)
                    ready = gate.feed(piece)
                    if ready:
                        reply.clock.first("first_word")
                    yield Delta(ready)  # "" too: a place to stop at
        except LLMFailedError as error:
            yield Answered(reply.evidence_only(candidates, str(error)))
            return
        if ready := gate.finish():
            reply.clock.first("first_word")
            yield Delta(ready)
        draft = yield from _pulsing(case.conclude("".join(pieces)))
        yield Answered(self._told(draft, query, reply))

    def _told(self, draft: Draft | None, query: Query, reply: Reply) -> Answer:
        if draft is None:
            return reply.not_found(headlines(reply.evidence), model=self.model)
        status = Status.PARTLY if draft.dropped else Status.ANSWERED
        notes = (note("struck", query.language),) if draft.dropped else ()
        statements = list(dict.fromkeys(draft.statements))
        if len(statements) > 1 and not self.brief:
            statements = [_with_stop(statement) for statement in statements]
        return reply.answered(
            status,
            statements,
            draft.checks,
            notes,
            model=self.model,
            joint="、" if self.brief else "",
        )


def _pulsing(work: Generator[None, None, _Made]) -> Generator[Event, None, _Made]:
    """The work's result; an empty Delta at each of its steps, where the reader may stop it."""
    with closing(work):
        while True:
            try:
                next(work)
            except StopIteration as done:
                made: _Made = done.value
                return made
            yield Delta("")


def _says_it(
    query: Query, focus: Focus, periods: Sequence[TimeSpan], candidates: Sequence[Candidate]
) -> bool:
    """Whether the best sentence answers by itself, and its value is that of what is asked.

    公路人员流动量98亿人次 does not say 全社会跨区域人员流动量.
    """
    if not is_literal(focus, periods, candidates):
        return False
    text, around = candidates[0].sentence.text, surroundings(candidates[0])
    return not answers_other(extract(text, focus), text, query.question, focus, around=around)


def _with_stop(statement: Statement) -> Statement:
    """Two answers side by side need a stop between them."""
    ended = statement.text[-1:] in "。！？!?.；;"
    return statement if ended else Statement(f"{statement.text}。", statement.numbers)


def _refused(focus: Focus, query: Query, candidates: Sequence[Candidate], reply: Reply) -> Answer:
    """Not found, with the other period told of; a running total up to the day asked is quoted."""
    told = _other_period_notes(candidates, query.language)
    total = running_total(focus, candidates) if told else None
    if total is None:
        return reply.not_found(headlines(reply.evidence), notes=told)
    number = candidates.index(total) + 1
    quote = Statement(extract(total.sentence.text, focus), (number,))
    checks = check_statement(quote, [reply.evidence[number - 1]])
    return reply.answered(Status.PARTLY, [quote], checks, told, model="")


def _other_period_notes(candidates: Sequence[Candidate], language: str) -> tuple[str, ...]:
    """Days only: what an article calls its period stays in the article."""
    told = other_period(candidates)
    if told is None:
        return ()
    days = (
        f"{told.until}" if told.point or told.since == told.until else f"{told.since}—{told.until}"
    )
    return (note("other_period", language, told=days),)
