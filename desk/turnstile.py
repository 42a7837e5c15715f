"""One question of a session at a time, and its end on request. Knows nothing of what is asked."""

import threading


class Turnstile:
    """Lets one question of a session through at a time. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: dict[str, threading.Event] = {}

    def enter(self, session: str, stopper: threading.Event) -> bool:
        """Whether the question that ``stopper`` ends may go in; it is inside until it leaves."""
        with self._lock:
            return self._inside.setdefault(session, stopper) is stopper

    def leave(self, session: str, stopper: threading.Event) -> None:
        """That question is outside; one of the same session that came in meanwhile stays."""
        with self._lock:
            if self._inside.get(session) is stopper:
                del self._inside[session]

    def halt(self, session: str) -> None:
        """Tell the question of this session that is inside to end, if there is one."""
        with self._lock:
            if stopper := self._inside.get(session):
                stopper.set()

    def busy(self, session: str) -> bool:
        """Whether a question of this session is inside."""
        with self._lock:
            return session in self._inside
