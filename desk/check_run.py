"""Follow the check of one draft, claim by claim. Knows nothing of Gradio, HTML or verdicts."""

import logging
import queue
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable

from desk.api_line import ASKER, Asker
from index.errors import UserError
from rag.draft_check import MOST_CLAIMS
from rag.draft_claims import cut_claims
from rag.draft_types import DraftReport

_LOG = logging.getLogger("suyuan.ui")
_POLL_SECONDS = 0.1  # how soon Stop is noticed, and how often the bar moves
_ANY_DAY = date(2000, 1, 1)  # how many claims a text has does not depend on the day


@runtime_checkable
class DraftChecker(Protocol):
    """What the page needs to check a draft: an engine over an open archive."""

    def check(
        self,
        text: str,
        *,
        published: date | None,
        ask_model: bool,
        on_done: Callable[[], None],
    ) -> DraftReport:
        """As ``rag.draft_check.check_draft``; an error raised by ``on_done`` ends the check."""


class CheckPhase(StrEnum):
    """How far a check has come."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be checked; ``name`` is its file's, "" for a text that was typed or pasted."""

    text: str
    published: date | None = None
    ask_model: bool = False
    name: str = ""


# eq=False: Gradio hashes session values, and a report holds a dict, so identity must do.
@dataclass(frozen=True, slots=True, eq=False)
class Checking:
    """One check and what is known of it so far."""

    draft: Draft
    total: int = 0  # claims that will be looked up
    done: int = 0
    phase: CheckPhase = CheckPhase.RUNNING
    report: DraftReport | None = None
    error: str = ""  # a UserError's sentence
    reference: str = ""  # of an unexpected error, to find its traceback in the log
    place: int = 0  # in the line before the LLM, from 1; 0 when not known to wait


@dataclass(frozen=True, slots=True)
class _Step:
    """How far it has come: claims done, and the place in the line before the LLM."""

    done: int = 0
    place: int = 0


class _Stopped(Exception):
    """Ends a check between two claims."""


@dataclass(frozen=True, slots=True)
class _End:
    report: DraftReport | None = None
    error: Exception | None = None


def follow_check(
    checker: DraftChecker, draft: Draft, *, stop: threading.Event
) -> Iterator[Checking]:
    """Check, and yield each time it has come further; the last one is not ``RUNNING``.

    Setting ``stop`` or closing this iterator ends the check before its next claim.
    """
    checking = Checking(draft)
    left = threading.Event()
    try:
        total = len(cut_claims(draft.text, anchor=_ANY_DAY))
        checking = replace(checking, total=min(total, MOST_CLAIMS))
        yield checking
        inbox: queue.SimpleQueue[_Step | _End] = queue.SimpleQueue()
        threading.Thread(
            target=_produce, args=(checker, draft, inbox, stop, left), daemon=True
        ).start()
        while True:
            step, end = _drain(inbox, _Step(checking.done, checking.place))
            if end is not None:
                yield _ended(checking, end)
                return
            if stop.is_set():
                yield replace(checking, phase=CheckPhase.STOPPED)
                return
            if step != _Step(checking.done, checking.place):
                checking = replace(checking, done=step.done, place=step.place)
                yield checking
    except UserError as error:
        yield replace(checking, phase=CheckPhase.FAILED, error=str(error))
    finally:
        left.set()


def _ended(checking: Checking, end: _End) -> Checking:
    if isinstance(end.error, _Stopped):
        return replace(checking, phase=CheckPhase.STOPPED)
    if isinstance(end.error, UserError):
        return replace(checking, phase=CheckPhase.FAILED, error=str(end.error))
    if end.error is not None:
        reference = secrets.token_hex(3)
        _LOG.error("error %s while checking a draft", reference, exc_info=end.error)
        return replace(checking, phase=CheckPhase.FAILED, reference=reference)
    return replace(checking, done=checking.total, place=0, phase=CheckPhase.DONE, report=end.report)


def _produce(
    checker: DraftChecker,
    draft: Draft,
    inbox: "queue.SimpleQueue[_Step | _End]",
    stop: threading.Event,
    left: threading.Event,
) -> None:
    """In a thread of its own, so that Gradio can close the iterator while a claim is looked up."""
    done = 0

    def on_done() -> None:
        nonlocal done
        if stop.is_set() or left.is_set():
            raise _Stopped
        done += 1
        inbox.put(_Step(done))

    # So that a claim that waits for the LLM tells its place, and leaves the line with the reader.
    ASKER.set(Asker(left, lambda place: inbox.put(_Step(done, place))))
    try:
        report = checker.check(
            draft.text, published=draft.published, ask_model=draft.ask_model, on_done=on_done
        )
        inbox.put(_End(report))
    except Exception as error:
        inbox.put(_End(error=error))


def _drain(inbox: "queue.SimpleQueue[_Step | _End]", step: _Step) -> tuple[_Step, _End | None]:
    """The latest step, ``step`` if none has come in, and the end if it has come too."""
    try:
        item = inbox.get(timeout=_POLL_SECONDS)
        while not isinstance(item, _End):
            step = item
            item = inbox.get_nowait()
    except queue.Empty:
        return step, None
    return step, item
