"""The line before the LLM: so many calls at once, the others in the order they came.

Knows nothing of HTTP. Only calls of the LLM wait; a search never does.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rag.llm import LLMFailedError

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_POLL_SECONDS = 0.1  # how soon one who has left is taken out of the line


@dataclass(frozen=True, slots=True)
class Asker:
    """Who waits: ``left`` is set when they have gone, ``tell`` is given their place from 1."""

    left: threading.Event
    tell: Callable[[int], None]


ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)


class Line:
    """At most ``at_once`` calls of the LLM at a time. Safe to share between threads."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._running = 0
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    def bound(self, llm: "LLM") -> "LLM":
        """``llm`` behind this line: what ``Engine.bounded`` wants."""
        return cast("LLM", _Bound(llm, self))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a place at the LLM and keep it inside the ``with``.

        Raises:
            LLMFailedError: The asker left meanwhile.
        """
        self._wait(ASKER.get())
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _wait(self, asker: Asker | None) -> None:
        ticket, told = object(), 0
        with self._changed:
            self._waiting.append(ticket)
            try:
                while self._waiting[0] is not ticket or self._running >= self._at_once:
                    place = self._waiting.index(ticket) + 1
                    _require_asker(asker)
                    if asker is not None and place != told:
                        asker.tell(place)
                        told = place
                    self._changed.wait(_POLL_SECONDS)
                self._running += 1
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()


def _require_asker(asker: Asker | None) -> None:
    if asker is not None and asker.left.is_set():
        raise LLMFailedError("Nobody waits for this answer any more.")


class _Bound:
    """What ``rag.llm.stream_words`` needs of an LLM; each stream has its turn in the line."""

    def __init__(self, llm: "LLM", line: Line) -> None:
        self._llm = llm
        self._line = line
        self.api_key = getattr(llm, "api_key", "")  # kept out of error messages by its value

    def stream_chat(self, messages: Any, **options: Any) -> Iterator[Any]:
        """The LLM's stream, once it is this call's turn."""
        with self._line.turn():
            stream = self._llm.stream_chat(messages, **options)
            try:
                for piece in stream:
                    _require_asker(ASKER.get())  # also where the piece is empty: still reading
                    yield piece
            finally:
                cast("Any", stream).close()


class Places:
    """So many at once and no more: the next is refused, not kept waiting."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self) -> Callable[[], None] | None:
        """A place, as the function that gives it back; None where all are taken."""
        return self._free.release if self._free.acquire(blocking=False) else None
