"""Kept LLM replies that tell each thread how many of them it used itself."""

import threading
from pathlib import Path

from rag.replies import Replies


class KeptReplies(Replies):
    """As Replies; questions that run side by side do not count one another's."""

    def __init__(self, path: Path) -> None:
        """As Replies.

        Raises:
            BadInput: The file cannot be read or written, or holds something else.
        """
        super().__init__(path)
        self._here = threading.local()

    @property
    def used_here(self) -> int:
        """Replies that the calling thread has taken from the file so far."""
        count: int = getattr(self._here, "count", 0)
        return count

    def find(self, key: str) -> str | None:
        """The reply kept under the key."""
        reply = super().find(key)
        if reply is not None:
            self._here.count = self.used_here + 1
        return reply
