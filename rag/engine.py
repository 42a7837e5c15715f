"""One question in, a stream of events out: understood, found, words, the checked answer.

The single way from a question to an answer for the terminal, the page, the evaluation and
LlamaIndex callers.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from index.archive import Archive
from index.corrections import CorrectionLookup
from index.periods import TimeSpan
from index.types import Coverage, Encoder
from rag.answerer import Answerer
from rag.clock import Clock
from rag.corrected import mark_corrected
from rag.decision import Decision
from rag.draft_check import check_draft
from rag.draft_types import DraftReport
from rag.evidence import latest_anchor
from rag.followup import points_back
from rag.llm import LLMFailedError, stream_words
from rag.messages import note, translation_messages
from rag.period_said import chinese_period
from rag.reply import Reply
from rag.rerank import Reranker
from rag.retrieve import Mode
from rag.rewrite import rewrite
from rag.search import Findings, find, search
from rag.types import (
    Answer,
    Answered,
    Event,
    Filters,
    Found,
    Query,
    Turn,
    Understood,
)
from rag.understand import LONGEST_QUESTION, is_chinese, understand

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_QUESTION_TOKENS = 96
# Of 32 English questions over the samples an English article answers three: it was nearer by .07 to
# .27 there, by .05 at the most elsewhere (docs/LOG.md).
_CLEARLY = 0.06


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
        decision: Decision | None = None,
    ) -> None:
        """Without ``llm`` an answer is its evidence (status ``evidence_only``).

        ``literal``: a question that one sentence answers word for word is answered by its clause,
        without the LLM: right more often and at once (docs/LOG.md 2026-11-22). ``reranker`` has
        the last word on the order of the sentences found (rag/rerank.py); ``decision`` on whether
        they answer at all (rag/decision.py).
        """
        self.archive = archive
        self.model = model if llm is not None else ""
        self._encoder = encoder
        self._llm = llm
        self._limit = evidence
        self._reranker = reranker
        self._corrections = CorrectionLookup(archive)
        self._answerer = Answerer(llm, self.model, literal, decision=decision)

    @property
    def encoder(self) -> Encoder:
        """What questions are encoded by, and what comes into the archive must be."""
        return self._encoder

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
        look = partial(
            find,
            self.archive,
            self._encoder,
            anchor=anchor,
            clock=clock,
            limit=self._limit,
            reranker=self._reranker,
        )
        if query.language.startswith("zh"):
            clock.lap("understand")
            yield Understood(query)
            findings = look(query, periods)
        else:
            query = replace(query, whole=query.question)
            chinese, chinese_periods = self._in_chinese(query, periods, coverage, today)
            clock.lap("understand")
            findings = look(chinese, chinese_periods)
            if chinese.question != query.question:
                findings = _better(look(query, periods), findings)
            yield Understood(findings.query)
        query = findings.query
        yield Found(findings.evidence, coverage)
        notes = _search_notes(findings.phrases_missed, query.language)
        index_version = self.archive.index_version
        reply = Reply(query, findings.evidence, coverage, index_version, clock, notes)
        for event in self._answerer.stream(findings, reply):
            yield self._corrected(event) if isinstance(event, Answered) else event

    def search(
        self,
        question: str,
        *,
        mode: Mode = Mode.HYBRID,
        filters: Filters | None = None,
        today: date | None = None,
        limit: int | None = None,
    ) -> Findings:
        """What ``ask`` would find, at most ``limit`` sentences of it, without the LLM.

        An answer also gets the sentences that contradict those chosen; they count towards
        ``limit`` here. ``parts`` is empty: it shares out the evidence of an answer.

        Raises:
            BadInput: The question is empty or too long.
        """
        wanted = limit or self._limit
        found = search(
            self.archive,
            self._encoder,
            question,
            mode=mode,
            filters=filters,
            today=today,
            limit=wanted,
            reranker=self._reranker,
        )
        return replace(
            found,
            candidates=found.candidates[:wanted],
            evidence=found.evidence[:wanted],
            parts=(),
        )

    def check(
        self,
        text: str,
        *,
        published: date | None = None,
        filters: Filters | None = None,
        ask_model: bool = True,
        on_done: Callable[[], None] = lambda: None,
    ) -> DraftReport:
        """The verdict on every claim of a draft; see ``rag.draft_check.check_draft``.

        Without ``ask_model`` sentences that only the LLM can judge are left unchecked.

        Raises:
            BadInput: The draft is empty, too long, or has nothing to check.
        """
        return check_draft(
            self.archive,
            self._encoder,
            text,
            published=published,
            filters=filters,
            llm=self._llm if ask_model else None,
            model=self.model,
            on_done=on_done,
        )

    def bounded(self, bound: "Callable[[LLM], LLM]") -> "Engine":
        """The same engine over the same archive, its LLM reached through what ``bound`` makes."""
        if self._llm is None:
            return self
        other = copy(self)
        other._llm = bound(self._llm)
        other._answerer = replace(self._answerer, llm=other._llm)
        return other

    def _corrected(self, event: Answered) -> Answered:
        """With what a later correction says of the articles cited."""
        cited = [citation.article_id for citation in event.answer.citations]
        return Answered(mark_corrected(event.answer, self._corrections.of(cited)))

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
        question finds its Chinese sentence first in 0 of 11 cases as asked (docs/LOG.md). The
        period is the one asked for, not the translator's: a 1.5B model makes 第一季度 of the first
        half.
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
        anchor = latest_anchor(coverage.last, today or date.today())
        chinese, found = understand(translated, anchor=anchor)
        if len(periods) == 1 and len(found) <= 1:
            at = found[0] if found else TimeSpan("", 0, 0, anchor, anchor)
            if (at.since, at.until) != (periods[0].since, periods[0].until):
                said = f"{translated[: at.start]}{chinese_period(periods[0])}{translated[at.end :]}"
                chinese, found = understand(said, anchor=anchor)
        return replace(query, question=chinese.question, period=chinese.period), found


def _better(as_asked: Findings, translated: Findings) -> Findings:
    """What was found by translation, unless an article in the asker's language says it better.

    By the similarity of tokens: scores are relative to what each of the two searches found.
    """
    own = [
        item.similarity
        for item in as_asked.candidates[:1]
        if item.article.language == as_asked.query.language
    ]
    other = [item.similarity for item in translated.candidates[:1]]
    return as_asked if own and own[0] > max(other, default=0.0) + _CLEARLY else translated


def _search_notes(phrases_missed: Sequence[str], language: str) -> tuple[str, ...]:
    if not phrases_missed:
        return ()
    return (note("phrase", language, phrases="".join(f"“{phrase}”" for phrase in phrases_missed)),)
