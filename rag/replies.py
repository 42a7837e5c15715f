"""Replies of a language model kept in a file, so that one prompt is answered once.

A run over a question set can then be judged again in minutes after a change of the code behind
the model: only prompts that changed are asked anew. Knows nothing of prompts.
"""

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.errors import BadInput


class Replies:
    """What a model said to each prompt, on disk as JSON lines. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Read what is kept; the file is made where there is none.

        Raises:
            BadInput: The file cannot be read or written, or holds something else.
        """
        self.used = 0  # replies taken from the file so far
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.open("a", encoding="utf-8").close()
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise BadInput(f"--replies {path} cannot be used: {error.strerror or error}") from None
        self._kept = dict(_reply(path, n, line) for n, line in enumerate(lines[:-1], 1))
        if lines[-1]:
            self._drop_tail(lines)

    def _drop_tail(self, lines: Sequence[bytes]) -> None:
        """Without half a reply at the end: the machine went down in the middle of it.

        Raises:
            BadInput: It is no reply, so the file is not ours: it stays as it is.
        """
        if not lines[-1].startswith(b'{"key": '[: len(lines[-1])]):
            raise BadInput(f"--replies {self._path} ends in what is no reply; name another file")
        beside = self._path.with_name(f"{self._path.name}.part")
        beside.write_bytes(b"".join(line + b"\n" for line in lines[:-1]))
        beside.replace(self._path)

    def __len__(self) -> int:
        """How many replies are kept."""
        return len(self._kept)

    def find(self, key: str) -> str | None:
        """The reply kept under the key."""
        with self._lock:
            reply = self._kept.get(key)
            self.used += reply is not None
            return reply

    def keep(self, key: str, reply: str) -> None:
        """Write the reply down at once.

        Raises:
            BadInput: The file cannot be written.
        """
        line = json.dumps({"key": key, "reply": reply})  # ASCII: a lone surrogate has no UTF-8
        with self._lock:
            self._kept[key] = reply
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
            except OSError as error:
                problem = error.strerror or error
                raise BadInput(f"--replies {self._path} cannot be written: {problem}") from None


def prompt_key(model: str, messages: Sequence[Any], options: dict[str, Any]) -> str:
    """A name that two calls share only where model, messages and options are the same.

    The endpoint's address is none of them: the same model elsewhere says the same.
    """
    said = [[str(message.role), str(message.content)] for message in messages]
    whole = json.dumps([model, said, options], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode(errors="replace")).hexdigest()


def _reply(path: Path, number: int, line: bytes) -> tuple[str, str]:
    try:
        row = json.loads(line)
        return str(row["key"]), str(row["reply"])
    except (ValueError, KeyError, TypeError):
        raise BadInput(f"--replies {path} line {number} is no reply; name another file") from None
