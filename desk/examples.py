"""Example questions that are drawn again once an archive that had none has got articles."""

import threading
from collections.abc import Callable, Sequence
from typing import overload


class LateExamples(Sequence[str]):
    """What ``draw`` brings; while that is nothing, again for each new ``version`` of the archive.

    Safe between threads.
    """

    def __init__(self, draw: Callable[[], Sequence[str]], version: Callable[[], str]) -> None:
        self._draw, self._version = draw, version
        self._lock = threading.Lock()
        self._seen = ""
        self._drawn: tuple[str, ...] = ()

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        """As of a tuple."""
        return self._questions()[index]

    def __len__(self) -> int:
        """As of a tuple."""
        return len(self._questions())

    def _questions(self) -> tuple[str, ...]:
        with self._lock:
            if not self._drawn and (version := self._version()) != self._seen:
                self._drawn, self._seen = tuple(self._draw()), version
            return self._drawn
