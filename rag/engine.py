"""One question in, a stream of events out: understood, found, words, the checked answer.

The single way from a question to an answer for the terminal, the page, the evaluation and
LlamaIndex callers.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from index.archive import Archive
from index.figures import figure_in, parse_figures
from index.periods import TimeSpan
from index.types import Coverage, Encoder
from rag.binding import (
    another_measure,
    answers_another,
    lacks_office,
    meant_values,
    other_place,
    says_measure,
    unsaid,
)
from rag.cite import MarkerGate, Statement, read_statements, write_answer
from rag.evidence import Candidate, as_evidence, choose_evidence, latest_anchor
from rag.extract import extract
from rag.focus import Focus, Wanted, read_focus
from rag.llm import LLMFailedError, stream_words
from rag.messages import (
    answer_messages,
    in_question_language,
    is_refusal,
    not_found_text,
    note,
    translation_messages,
)
from rag.retrieve import Retriever
from rag.types import (
    Answer,
    Answered,
    Check,
    Delta,
    Event,
    Evidence,
    Filters,
    Found,
    Headline,
    Query,
    Status,
    Turn,
    Understood,
)
from rag.understand import LONGEST_QUESTION, is_chinese, understand
from rag.verify import attribute, check_statement, is_grounded, is_supported, other_places

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_CHUNKS = 24
_ANSWER_TOKENS = 256
_QUESTION_TOKENS = 96
# Below this share of the question's weight no sentence speaks of what was asked
# (fitted on samples/qa.jsonl: docs/LOG.md).
_LEAST_COVERAGE = 0.3
# The LLM sees no sentence that lies further than this below the best: distractors cost a
# 1.5B model more than they give (docs/LOG.md).
_SHOWN_WITHIN = 0.35
# A statement is off the question when what it cites covers less than this share of the best.
_ON_TOPIC = 0.75
_LITERAL_COVERAGE = 0.7
_BESIDE = 0.8  # of closeness: the figure stands by a word of the measure
_RIVAL_WITHIN = 0.3
_RIVAL_COVERAGE = 0.05
# The period asked for, said in the sentence (1) or before it in its paragraph (0.7); a stretch
# inside it (0.5) is another figure: 上半年 does not answer 前三季度.
_LITERAL_PERIOD = 0.7
_EXACT = frozenset({Wanted.FIGURE, Wanted.PERCENT, Wanted.PERSON})
# A sentence is quoted in place of a failed answer only if it covers this much of the question.
_SURELY_SPEAKS = 0.75
_NARROWED = 2  # words: 青深企业家联谊会会长 is not the 会长 asked for


@dataclass(frozen=True, slots=True)
class _Draft:
    """What came of one attempt to answer."""

    statements: tuple[Statement, ...]
    checks: tuple[Check, ...]
    dropped: int


class Engine:
    """Answers questions from one archive. Safe to share between threads."""

    def __init__(
        self,
        archive: Archive,
        encoder: Encoder,
        llm: "LLM | None" = None,
        *,
        model: str = "",
        evidence: int = 6,
        literal: bool = True,
    ) -> None:
        """Without ``llm`` an answer is its evidence (status ``evidence_only``).

        ``literal``: a question that one sentence answers word for word is answered by its clause,
        without the LLM: right more often and at once (docs/LOG.md 2026-11-22).
        """
        self.archive = archive
        self.model = model if llm is not None else ""
        self._encoder = encoder
        self._llm = llm
        self._limit = evidence
        self._literal = literal
        self._retriever = Retriever(archive, encoder)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        today: date | None = None,
    ) -> Answer:
        """The last event's answer."""
        answer: Answer | None = None
        for event in self.stream(question, history=history, filters=filters, today=today):
            if isinstance(event, Answered):
                answer = event.answer
        if answer is None:
            raise RuntimeError("the event stream ended without an answer")
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        today: date | None = None,
    ) -> Iterator[Event]:
        """Understood, Found, Delta…, Answered. Closing the iterator stops the LLM.

        Raises:
            BadInput: The question is empty or too long.
            LLMFailedError: Never: a failing LLM gives an ``evidence_only`` answer with a note.
        """
        clock = _Clock()
        self.archive.refresh()
        coverage = self.archive.coverage()
        query, periods = understand(
            question,
            history=history,
            filters=filters,
            anchor=latest_anchor(coverage.last, today or date.today()),
        )
        if not query.language.startswith("zh"):
            query, periods = self._in_chinese(query, periods, coverage, today)
        clock.lap("understand")
        yield Understood(query)
        focus = read_focus(query.question)
        hits = self._retriever.retrieve(query, top_k=_CHUNKS)
        clock.lap("retrieve")
        candidates = choose_evidence(
            query.question,
            focus,
            hits,
            self.archive,
            self._encoder,
            asked_periods=periods,
            same_script=is_chinese(query.question),
            limit=self._limit,
        )
        evidence = as_evidence(candidates)
        clock.lap("evidence")
        yield Found(evidence, coverage)
        reply = _Reply(query, evidence, coverage, self.archive.index_version, clock)
        if not speaks_of(focus, query, candidates):
            yield Answered(reply.not_found(_headlines(evidence)))
            return
        if self._literal and is_literal(focus, periods, candidates):
            yield Answered(reply.quoted(candidates[0], focus))
            return
        if self._llm is None:
            yield Answered(reply.evidence_only(candidates, ""))
            return
        yield from self._generate(query, focus, candidates, reply)

    def _in_chinese(
        self, query: Query, periods: list[TimeSpan], coverage: Coverage, today: date | None
    ) -> tuple[Query, list[TimeSpan]]:
        """The query with its question in Chinese, for searching; as it was without an LLM.

        e5-small prefers sentences in the question's own language: over the samples an English
        question finds its Chinese sentence first in 0 of 11 cases as asked (docs/LOG.md).
        """
        if self._llm is None:
            return query, periods
        try:
            words = "".join(
                stream_words(
                    self._llm, translation_messages(query.question), max_tokens=_QUESTION_TOKENS
                )
            )
        except LLMFailedError:
            return query, periods  # the answer's own call reports the failure
        translated = " ".join(words.split())
        if not is_chinese(translated) or len(translated) > LONGEST_QUESTION:
            return query, periods
        chinese, found = understand(
            translated, anchor=latest_anchor(coverage.last, today or date.today())
        )
        return replace(query, question=chinese.question, period=chinese.period), found

    def _generate(
        self, query: Query, focus: Focus, candidates: Sequence[Candidate], reply: "_Reply"
    ) -> Iterator[Event]:
        shown = _shown(reply.evidence, candidates)
        gate = MarkerGate(
            count=len(shown),
            allowed=lambda text: all(
                any(figure_in(figure, item.text) for item in shown)
                for figure in parse_figures(text)
            ),
        )
        pieces: list[str] = []
        try:
            with closing(self._words(query, shown)) as stream:
                for piece in stream:
                    pieces.append(piece)
                    if ready := gate.feed(piece):
                        reply.clock.first("first_word")
                        yield Delta(ready)
        except LLMFailedError as error:
            yield Answered(reply.evidence_only(candidates, str(error)))
            return
        if ready := gate.finish():
            reply.clock.first("first_word")
            yield Delta(ready)
        yield Answered(self._conclude("".join(pieces), query, focus, candidates, reply, shown))

    def _words(self, query: Query, shown: Sequence[Evidence]) -> Generator[str, None, None]:
        assert self._llm is not None
        return stream_words(self._llm, answer_messages(query, shown), max_tokens=_ANSWER_TOKENS)

    def _conclude(
        self,
        text: str,
        query: Query,
        focus: Focus,
        candidates: Sequence[Candidate],
        reply: "_Reply",
        shown: Sequence[Evidence],
    ) -> Answer:
        if is_refusal(text):
            return reply.not_found(_headlines(reply.evidence), model=self.model)
        draft = _verify(read_statements(text, count=len(shown)), shown, candidates, query, focus)
        if draft.statements:
            status = Status.PARTLY if draft.dropped else Status.ANSWERED
            notes = (note("struck", query.language),) if draft.dropped else ()
            return reply.answered(status, draft.statements, draft.checks, notes, model=self.model)
        number = _quotable(candidates, len(shown), focus)
        if number is None:
            return reply.not_found(_headlines(reply.evidence), model=self.model)
        quote = Statement(extract(shown[number - 1].text, focus), (number,))  # a clause of it
        return reply.answered(
            Status.PARTLY,
            [quote],
            check_statement(quote, [shown[number - 1]]),
            (note("quoted", query.language),),
            model=self.model,
        )


def _shown(evidence: Sequence[Evidence], candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
    floor = candidates[0].score - _SHOWN_WITHIN
    return tuple(
        item
        for item, candidate in zip(evidence, candidates, strict=True)
        if candidate.score >= floor
    )


def speaks_of(focus: Focus, query: Query, candidates: Sequence[Candidate]) -> bool:
    """Whether any sentence speaks of what was asked at all.

    A question in another script shares no words with the archive: there the LLM decides.
    """
    if not candidates:
        return False
    if not is_chinese(query.question):
        return True
    best = next((item for item in candidates if not item.missing), None)
    # Another period's figure is no answer: 7月末 asked, only 6月末 in the archive.
    return best is not None and best.coverage >= _LEAST_COVERAGE and best.period >= 0


def is_literal(focus: Focus, asked: Sequence[TimeSpan], candidates: Sequence[Candidate]) -> bool:
    """Whether the best sentence answers by itself: one figure, rate or name right by its measure.

    Not where several things are asked, where the period asked for is not named, or where another
    article has a rival sentence as good.
    """
    best = candidates[0]
    if focus.several or focus.wanted not in _EXACT:
        return False
    if best.close < 1 or not best.typed or best.missing or best.narrowed >= _NARROWED:
        return False
    if best.coverage < _LITERAL_COVERAGE or (asked and best.period < _LITERAL_PERIOD):
        return False
    if not says_measure(focus, best.sentence.text):
        return False
    return _fits("", best, focus) and not _has_rival(best, candidates[1:], focus)


def _has_rival(best: Candidate, others: Sequence[Candidate], focus: Focus) -> bool:
    mine = meant_values(best.sentence.text, focus)
    return any(
        item.close == 1
        and item.article.id != best.article.id
        and item.coverage > best.coverage - _RIVAL_COVERAGE
        and item.score > best.score - _RIVAL_WITHIN
        and item.period == best.period
        and not mine & meant_values(item.sentence.text, focus)
        and (item.article.published == best.article.published or focus.wanted is Wanted.PERSON)
        for item in others
    )


def _verify(
    statements: Sequence[Statement],
    shown: Sequence[Evidence],
    candidates: Sequence[Candidate],
    query: Query,
    focus: Focus,
) -> _Draft:
    """Keep the statements whose every figure, date and name stands in what they cite."""
    kept: list[Statement] = []
    checks: list[Check] = []
    best = max(item.coverage for item in candidates[: len(shown)])
    for statement in statements:
        # A small model often points at the neighbour of the sentence it read: where what it says
        # stands whole in another shown sentence, that one is cited.
        others = [Statement(statement.text, (item.number,)) for item in shown if statement.numbers]
        for cited in (attribute(statement, shown), *others):
            found = _passed(cited, shown, candidates, query, focus, best)
            if found is not None:
                kept.append(cited)
                checks.extend(found)
                break
    return _Draft(tuple(kept), tuple(checks), len(statements) - len(kept))


def _passed(
    cited: Statement,
    shown: Sequence[Evidence],
    candidates: Sequence[Candidate],
    query: Query,
    focus: Focus,
    best: float,
) -> list[Check] | None:
    """The checks of a statement that may be shown; None for one that may not."""
    sources = [candidates[number - 1] for number in cited.numbers]
    found = check_statement(
        cited, [shown[number - 1] for number in cited.numbers], question=query.question
    )
    if not sources or not is_supported(found):
        return None
    if is_chinese(query.question) and not any(
        (focus.several or item.coverage >= best * _ON_TOPIC) and _fits(cited.text, item, focus)
        for item in sources
    ):
        return None
    source = " ".join([query.question, *(_surroundings(item) for item in sources)])
    grounded = is_grounded(cited.text, source) and not other_places(cited.text, source)
    return found if grounded else None


def _surroundings(item: Candidate) -> str:
    return f"{item.article.headline} {item.before} {item.sentence.text} {item.article.place}"


def _fits(statement: str, item: Candidate, focus: Focus) -> bool:
    """Whether the sentence is about the place, period and office asked for, and has this value."""
    text = item.sentence.text
    return not (
        item.period < 0
        or unsaid(focus, _surroundings(item))
        or other_place(text, focus)
        or lacks_office(_surroundings(item), focus)
        or answers_another(statement, text, focus)
        or another_measure(statement, text, focus)
    )


def _quotable(candidates: Sequence[Candidate], shown: int, focus: Focus) -> int | None:
    """The shown sentence that answers by itself, word for word; None where none surely does."""
    for number, item in enumerate(candidates[:shown], 1):
        speaks = item.coverage >= _SURELY_SPEAKS and item.typed
        if focus.wanted in _EXACT:
            speaks = item.close >= _BESIDE and item.narrowed < _NARROWED
        speaks = speaks and item.coverage >= _ON_TOPIC * max(one.coverage for one in candidates)
        if speaks and not item.missing and _fits("", item, focus):
            return number
    return None


def _headlines(evidence: Sequence[Evidence]) -> tuple[Headline, ...]:
    """The three nearest articles, each once."""
    nearest: dict[str, Headline] = {}
    for item in evidence:
        headline = Headline(item.article_id, item.title, item.source, item.published)
        nearest.setdefault(item.article_id, headline)
    return tuple(nearest.values())[:3]


class _Clock:
    """Seconds since the question came, by the name of the step that ended."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.timings: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.timings[name] = round(now - self._last, 4)
        self._last = now

    def first(self, name: str) -> None:
        self.timings.setdefault(name, round(time.perf_counter() - self._start, 4))

    def stop(self) -> dict[str, float]:
        return {**self.timings, "total": round(time.perf_counter() - self._start, 4)}


@dataclass(frozen=True, slots=True)
class _Reply:
    """What every answer to one question shares."""

    query: Query
    evidence: tuple[Evidence, ...]
    coverage: Coverage
    index_version: str
    clock: _Clock

    def answered(
        self,
        status: Status,
        statements: Sequence[Statement],
        checks: Sequence[Check],
        notes: tuple[str, ...],
        *,
        model: str,
    ) -> Answer:
        text, citations = write_answer(statements, self.evidence)
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
            notes=notes,
        )

    def not_found(self, nearest: tuple[Headline, ...], *, model: str = "") -> Answer:
        return Answer(
            status=Status.NOT_FOUND,
            text=not_found_text(self.query.language),
            query=self.query,
            citations=(),
            evidence=self.evidence,
            checks=(),
            coverage=self.coverage,
            timings=self.clock.stop(),
            model=model,
            index_version=self.index_version,
            nearest=nearest,
        )

    def quoted(self, best: Candidate, focus: Focus) -> Answer:
        """The clause of the best sentence that answers, word for word, without the LLM."""
        statement = Statement(extract(best.sentence.text, focus), (1,))
        checks = check_statement(statement, self.evidence[:1])
        return self.answered(Status.ANSWERED, [statement], checks, (), model="")

    def evidence_only(self, candidates: Sequence[Candidate], problem: str) -> Answer:
        """The best sentences, quoted: those that lie close to the best, three at most."""
        shown = _shown(self.evidence, candidates)[:3]
        statements = [Statement(item.text, (item.number,)) for item in shown]
        return self.answered(
            Status.EVIDENCE_ONLY,
            statements,
            [check for item in statements for check in check_statement(item, shown)],
            (problem,) if problem else (),
            model="",
        )
