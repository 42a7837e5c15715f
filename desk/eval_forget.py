"""Take an article that was taken down out of runs, question sets and readers' verdicts.

They are files of JSON lines that quote articles. A line that names the article goes; its bytes are
overwritten, as those of a conversation are.
"""

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

_KEPT_IN = ("runs/*/answers.jsonl", "runs/*/set.jsonl", "qa/*.jsonl", "desk/feedback.jsonl")


def forget_in_rows(archive: Path, article_id: str, warn: Callable[[str], None]) -> int:
    """Erase the lines that name the article; how many there were.

    A file that cannot be written stops no other: ``warn`` is told.
    """
    erased = 0
    for pattern in _KEPT_IN:
        for path in sorted(archive.glob(pattern)):
            if path.is_symlink() or not path.is_file():
                continue
            try:
                erased += _erase_lines(path, article_id)
            except OSError as error:
                warn(f"{path} cannot be written ({error.strerror}): it may quote {article_id}.")
    return erased


def _erase_lines(path: Path, article_id: str) -> int:
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # desk.feedback adds lines under the same lock
        before = file.read()
        lines = before.splitlines(keepends=True)
        kept = [line for line in lines if not _names(line, article_id)]
        if len(kept) == len(lines):
            return 0
        after = b"".join(kept)
        file.seek(0)
        file.write(after + b"\0" * (len(before) - len(after)))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(len(after))
    return len(lines) - len(kept)


def _names(line: bytes, article_id: str) -> bool:
    """Whether a value of the row is this id; a line that is no JSON only where it has its text."""
    try:
        return _holds(json.loads(line), article_id)
    except (ValueError, RecursionError):
        return article_id.encode() in line


def _holds(value: Any, article_id: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(each, article_id) for each in value.values())
    if isinstance(value, list):
        return any(_holds(each, article_id) for each in value)
    return bool(value == article_id)
