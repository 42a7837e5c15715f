"""One question in, a stream of events out: understood, found, words, the checked answer.

The single way from a question to an answer for the terminal, the page, the evaluation and
LlamaIndex callers.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from index.archive import Archive
from index.figures import figure_in, parse_figures
from index.periods import TimeSpan
from index.types import Coverage, Encoder
from rag.cite import MarkerGate, Statement, read_statements
from rag.clock import Clock
from rag.evidence import Candidate, latest_anchor
from rag.extract import extract
from rag.focus import Focus
from rag.followup import points_back
from rag.judge import is_literal, other_period, quotable, speaks_of, verify
from rag.llm import LLMFailedError, stream_words
from rag.messages import answer_messages, is_refusal, note, translation_messages
from rag.reply import Reply, headlines, shown_evidence
from rag.rerank import Reranker
from rag.rewrite import rewrite
from rag.search import find
from rag.types import (
    Answer,
    Answered,
    Delta,
    Event,
    Evidence,
    Filters,
    Found,
    Query,
    Status,
    Turn,
    Understood,
)
from rag.understand import LONGEST_QUESTION, is_chinese, understand
from rag.verify import check_statement

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_ANSWER_TOKENS = 256
_QUESTION_TOKENS = 96


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
        reranker: Reranker | None = None,
    ) -> None:
        """Without ``llm`` an answer is its evidence (status ``evidence_only``).

        ``literal``: a question that one sentence answers word for word is answered by its clause,
        without the LLM: right more often and at once (docs/LOG.md 2026-11-22). ``reranker`` has
        the last word on the order of the sentences found (rag/rerank.py).
        """
        self.archive = archive
        self.model = model if llm is not None else ""
        self._encoder = encoder
        self._llm = llm
        self._limit = evidence
        self._literal = literal
        self._reranker = reranker

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
        clock = Clock()
        self.archive.refresh()
        coverage = self.archive.coverage()
        anchor = latest_anchor(coverage.last, today or date.today())
        query, periods = understand(question, history=history, filters=filters, anchor=anchor)
        if history and points_back(query.asked, query.question):
            query, periods = self._made_whole(query, periods, history, anchor)
        if not query.language.startswith("zh"):
            query, periods = self._in_chinese(query, periods, coverage, today)
        clock.lap("understand")
        yield Understood(query)
        findings = find(
            self.archive,
            self._encoder,
            query,
            periods,
            anchor=anchor,
            clock=clock,
            limit=self._limit,
            reranker=self._reranker,
        )
        focus, candidates, evidence = findings.focus, findings.candidates, findings.evidence
        yield Found(evidence, coverage)
        notes = _search_notes(findings.phrases_missed, query.language)
        reply = Reply(query, evidence, coverage, self.archive.index_version, clock, notes)
        if not speaks_of(focus, query, candidates):
            told = _other_period_notes(candidates, query.language)
            yield Answered(reply.not_found(headlines(evidence), notes=told))
            return
        if self._literal and is_literal(focus, periods, candidates):
            yield Answered(reply.quoted(candidates[0], focus))
            return
        if self._llm is None:
            yield Answered(reply.evidence_only(candidates, ""))
            return
        yield from self._generate(query, focus, candidates, reply)

    def _made_whole(
        self, query: Query, periods: list[TimeSpan], history: Sequence[Turn], anchor: date
    ) -> tuple[Query, list[TimeSpan]]:
        """The query with its question rewritten by the LLM; as it was where that gave nothing."""
        if self._llm is None:
            return query, periods
        whole = rewrite(query.asked, history, self._llm)
        if whole == query.asked:
            return query, periods
        rewritten, found = understand(whole, filters=query.filters, anchor=anchor)
        return replace(rewritten, asked=query.asked, language=query.language), found

    def _in_chinese(
        self, query: Query, periods: list[TimeSpan], coverage: Coverage, today: date | None
    ) -> tuple[Query, list[TimeSpan]]:
        """The query with its question in Chinese, for searching; as it was without an LLM.

        e5-small prefers sentences in the question's own language: over the samples an English
        question finds its Chinese sentence first in 0 of 11 cases as asked (docs/LOG.md).
        """
        if self._llm is None:
            return query, periods
        query = replace(query, whole=query.question)
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
        self, query: Query, focus: Focus, candidates: Sequence[Candidate], reply: Reply
    ) -> Iterator[Event]:
        shown = shown_evidence(reply.evidence, candidates)
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
        reply: Reply,
        shown: Sequence[Evidence],
    ) -> Answer:
        if is_refusal(text):
            return reply.not_found(headlines(reply.evidence), model=self.model)
        draft = verify(read_statements(text, count=len(shown)), shown, candidates, query, focus)
        if draft.statements:
            status = Status.PARTLY if draft.dropped else Status.ANSWERED
            notes = (note("struck", query.language),) if draft.dropped else ()
            return reply.answered(status, draft.statements, draft.checks, notes, model=self.model)
        number = quotable(candidates, len(shown), focus)
        if number is None:
            return reply.not_found(headlines(reply.evidence), model=self.model)
        quote = Statement(extract(shown[number - 1].text, focus), (number,))  # a clause of it
        return reply.answered(
            Status.PARTLY,
            [quote],
            check_statement(quote, [shown[number - 1]]),
            (note("quoted", query.language),),
            model=self.model,
        )


def _search_notes(phrases_missed: Sequence[str], language: str) -> tuple[str, ...]:
    if not phrases_missed:
        return ()
    return (note("phrase", language, phrases="".join(f"“{phrase}”" for phrase in phrases_missed)),)


def _other_period_notes(candidates: Sequence[Candidate], language: str) -> tuple[str, ...]:
    """Days only: what an article calls its period stays in the article."""
    told = other_period(candidates)
    if told is None:
        return ()
    days = (
        f"{told.until}" if told.point or told.since == told.until else f"{told.since}—{told.until}"
    )
    return (note("other_period", language, told=days),)
