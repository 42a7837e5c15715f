"""Follow one question through the engine. Knows nothing of Gradio, HTML or retrieval."""

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Protocol

from desk.api_line import ASKER, Asker
from index.errors import UserError
from index.filters import NO_FILTER
from index.types import Article, Coverage
from rag.types import (
    Answer,
    Answered,
    Delta,
    Event,
    Evidence,
    Filters,
    Found,
    Query,
    Turn,
    Understood,
)

_LOG = logging.getLogger("suyuan.ui")
_HISTORY_TURNS = 6  # a follow-up leans on what was just said; the engine trims further
_POLL_SECONDS = 0.1  # how soon Stop is noticed while the LLM still reads its prompt
_FRAME_SECONDS = 0.05  # at most 20 repaints a second, whatever the LLM's speed


class ArchiveReader(Protocol):
    """What the page needs of an archive."""

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        """The article, or None when that version is not there."""

    def coverage(self) -> Coverage:
        """What would be searched now."""


class Engine(Protocol):
    """What the page needs of the engine; several threads call it at once."""

    @property
    def archive(self) -> ArchiveReader:
        """The archive that is searched."""

    @property
    def model(self) -> str:
        """The LLM's name, "" without one."""

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Iterator[Event]:
        """Understood, Found, Delta…, Answered; closing the iterator stops generation."""


class Phase(StrEnum):
    """How far a question has come."""

    SEARCHING = "searching"
    ANSWERING = "answering"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


# eq=False: Gradio hashes session values, and an Answer holds a dict, so identity must do.
@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One question of a conversation and what is known of its answer so far."""

    number: int  # from 1, unique within its conversation
    asked: str
    phase: Phase = Phase.SEARCHING
    query: Query | None = None
    evidence: tuple[Evidence, ...] = ()
    coverage: Coverage | None = None
    text: str = ""
    answer: Answer | None = None
    error: str = ""  # a UserError's sentence
    reference: str = ""  # of an unexpected error, to find its traceback in the log
    place: int = 0  # in the line before the LLM, from 1; 0 when not known to wait
    filters: Filters = NO_FILTER  # what the reader narrowed the search to
    asked_at: datetime | None = None
    verdict: str = ""  # the reader's: up, down, or none yet

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.phase in (Phase.SEARCHING, Phase.ANSWERING)


def history_of(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The answered questions, oldest first: what a follow-up may lean on."""
    turns = tuple(Turn(each.asked, each.answer) for each in exchanges if each.answer is not None)
    return turns[-_HISTORY_TURNS:]


def follow(
    engine: Engine, exchange: Exchange, *, history: Sequence[Turn], stop: threading.Event
) -> Iterator[Exchange]:
    """Ask, and yield the exchange each time it has grown; the last one is not ``running``.

    Setting ``stop`` or closing this iterator closes the engine's iterator, in the one thread that
    runs it, as soon as it next comes up for air.
    """
    stream = partial(engine.stream, exchange.asked, history=history, filters=exchange.filters)
    try:
        for events in _events(stream, exchange.asked, stop):
            for event in events:
                exchange = _grown(exchange, event)
            yield exchange
        if stop.is_set() and exchange.running:
            yield replace(exchange, phase=Phase.STOPPED)
        elif exchange.running:
            raise RuntimeError("the engine ended without an answer")
    except UserError as error:
        yield replace(exchange, phase=Phase.FAILED, error=str(error))
    except Exception:
        reference = secrets.token_hex(3)
        _LOG.exception("error %s while answering %r", reference, exchange.asked)
        yield replace(exchange, phase=Phase.FAILED, reference=reference)


def _grown(exchange: Exchange, event: "Event | _Queued") -> Exchange:
    if isinstance(event, _Queued):
        return replace(exchange, place=event.place)
    exchange = replace(exchange, place=0)
    match event:
        case Understood():
            return replace(exchange, query=event.query)
        case Found():
            return replace(
                exchange,
                phase=Phase.ANSWERING,
                evidence=event.evidence,
                coverage=event.coverage,
            )
        case Delta():
            return replace(exchange, text=exchange.text + event.text)
        case Answered():
            answer = event.answer
            return replace(
                exchange,
                phase=Phase.DONE,
                query=answer.query,
                evidence=answer.evidence,
                coverage=answer.coverage,
                text=answer.text,
                answer=answer,
            )


@dataclass(frozen=True, slots=True)
class _End:
    error: Exception | None


@dataclass(frozen=True, slots=True)
class _Queued:
    place: int


_Inbox = queue.SimpleQueue[Event | _Queued | _End]
_Stream = Callable[[], Iterator[Event]]


def _events(
    stream: _Stream, question: str, stop: threading.Event
) -> Iterator[list[Event | _Queued]]:
    """The engine's events in bunches of one frame, until its end, an error, or ``stop``.

    The engine runs in a thread of its own: Gradio would otherwise wait inside it for the LLM, and
    could neither stop it nor close it (a generator that is executing cannot be closed).
    """
    inbox = _Inbox()
    left = threading.Event()
    threading.Thread(
        target=_produce,
        args=(stream, question, inbox, left),
        name="suyuan-ask",
        daemon=True,
    ).start()
    try:
        while not stop.is_set():
            events, end = _drain(inbox)
            if events:
                yield events
                time.sleep(_FRAME_SECONDS)
            if end is None:
                continue
            if end.error is not None:
                raise end.error
            return
    finally:
        left.set()


def _produce(stream: _Stream, question: str, inbox: _Inbox, left: threading.Event) -> None:
    # So that who waits for the LLM is told his place, and leaves the line with the reader.
    ASKER.set(Asker(left, lambda place: inbox.put(_Queued(place))))
    error: Exception | None = None
    try:
        events = stream()
        try:
            for event in events:
                if left.is_set():
                    break
                inbox.put(event)
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
    except Exception as raised:
        error = raised
        if left.is_set() and not isinstance(raised, UserError):  # as is raised in the line
            _LOG.exception("error after the reader of %r had left", question)
    finally:
        inbox.put(_End(error))


def _drain(inbox: _Inbox) -> tuple[list[Event | _Queued], _End | None]:
    """What has come in by now, and the end if it has come too."""
    events: list[Event | _Queued] = []
    try:
        item = inbox.get(timeout=_POLL_SECONDS)
        while not isinstance(item, _End):
            events.append(item)
            item = inbox.get_nowait()
    except queue.Empty:
        return events, None
    return events, item
