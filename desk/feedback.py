"""What readers say of answers, one JSON line each, only ever added to. Knows nothing of pages.

``suyuan qa review --feedback`` reads the file: one line that cannot be read must not cost the
others.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from desk.exchange import Exchange
from index.errors import UserError

LONGEST_RIGHT = 2000  # characters of "the right answer is"
_MOST_BYTES = 256 * 1024 * 1024  # some 100,000 rows; reviewing the queue takes them out

Verdict = Literal["up", "down"]


class FeedbackUnavailable(UserError):
    """What was said of an answer cannot be written now."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """The file ``path``, made with the first row."""

    path: Path

    def add(self, row: dict[str, Any]) -> None:
        """Append ``row`` as one line that is on the disk when this returns.

        Raises:
            FeedbackUnavailable: It cannot be written.
        """
        line = json.dumps(row, ensure_ascii=False).encode(errors="replace") + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _append(self.path, line)
        except OSError as error:
            raise FeedbackUnavailable(
                f"{self.path} cannot be written ({error.strerror or error}): look at the disk and "
                "the file, then send it again."
            ) from error


def feedback_row(
    exchange: Exchange,
    earlier: Sequence[Exchange],
    *,
    user: str,
    verdict: Verdict,
    right_answer: str = "",
) -> dict[str, Any]:
    """What is kept of one verdict; ``earlier`` are the questions before it in the conversation.

    Keys: id, time, user, verdict, question, turns, answer, right_answer, cited, quotes,
    index_version, model. ``cited`` are article ids, one to each of ``quotes``.

    Raises:
        ValueError: The exchange has no answer.
    """
    answer = exchange.answer
    if answer is None:
        raise ValueError(f"question {exchange.number} has no answer")
    return {
        "id": secrets.token_hex(8),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": user,
        "verdict": verdict,
        "question": exchange.asked,
        "turns": [each.asked for each in earlier if each.answer is not None],
        # Without a language model the sentences were the answer.
        "answer": answer.text or "\n".join(each.quote for each in answer.citations),
        "right_answer": right_answer.strip()[:LONGEST_RIGHT],
        "cited": [each.article_id for each in answer.citations],
        "quotes": [each.quote for each in answer.citations],
        "index_version": answer.index_version,
        "model": answer.model,
    }


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if size + len(line) > _MOST_BYTES:
            raise OSError(f"it has {size:,} bytes, the limit: review the queue and empty it")
        # A line that a crash cut short ends here, so that it does not swallow this one.
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
