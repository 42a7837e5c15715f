"""What waits for review in the page: drafts and readers' verdicts. Knows no Gradio and no HTML.

The same rules, the same set and the same notes beside it as ``suyuan qa review``
(``eval.review``): a question counts only once somebody has accepted it.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from desk.eval_place import EvalFiles
from desk.eval_words import fault_words
from eval.review import Decisions, Proposal, Row, fault_of, read_feedback, read_queue
from eval.rows import BadRows
from index.errors import BadInput
from index.types import Article

MOST_GOLD = 5  # sentences that the form shows
_LONGEST = 4_000  # characters of a field
BETWEEN_FORMS = "|"


class Gone(BadInput):
    """The proposal is not there: somebody else has judged it, or its file has changed."""


class Fault(BadInput):
    """The row cannot be accepted as it is; the message says why."""


class Bodies(Protocol):
    """What gold sentences are held to."""

    def article(self, article_id: str) -> Article | None:
        """The current article."""


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that cannot be read, and what is wrong in it."""

    name: str  # of its file
    line: int
    fault: str

    def told(self, lang: str) -> str:
        """What is wrong, in ``lang``."""
        return fault_words(self.fault, lang)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is left to judge, and what kept lines or files from being read."""

    left: Sequence[Proposal]
    faults: Sequence[LineFault] = ()
    accepted: int = 0  # so far
    rejected: int = 0


class Review:
    """The queue of one archive. Safe between threads; another process may review too."""

    def __init__(self, files: EvalFiles, feedback: Path, archive: Bodies) -> None:
        """``feedback``: the file of readers' verdicts."""
        self._files = files
        self._feedback = feedback
        self._archive = archive
        self._lock = threading.Lock()
        self._held: tuple[tuple[object, ...], Waiting] | None = None

    @property
    def out(self) -> Path:
        """The set that accepted questions are added to."""
        return self._files.reviewed

    def waiting(self) -> Waiting:
        """What is left, drafts first.

        Raises:
            BadInput: A file cannot be read at all, or the set of accepted questions has bad lines.
        """
        state = self._state()
        held = self._held
        if held is None or held[0] != state:
            held = self._held = (state, self._read())
        return held[1]

    def _state(self) -> tuple[object, ...]:
        """Changes with every file that the queue is read from."""
        beside = self.out.with_name(f"{self.out.name}.reviewed.jsonl")
        files = [*self._files.queues(), self._feedback, self.out, beside]
        stats = ((path, path.stat()) for path in files if path.is_file())
        return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)

    def _read(self) -> Waiting:
        proposals: list[Proposal] = []
        faults: list[LineFault] = []
        for path in self._files.queues():
            try:
                proposals += read_queue(path)
            except BadRows as error:
                faults += [LineFault(path.name, n, why) for n, why in error.faults.items()]
        if self._feedback.is_file():
            found, bad = read_feedback(self._feedback)
            proposals += found
            faults += [LineFault(self._feedback.name, n, why) for n, why in bad.items()]
        decisions = Decisions(self.out)
        rejected = sum(verdict == "rejected" for verdict in decisions.known.values())
        left = {item.id: item for item in decisions.left(proposals)}
        return Waiting(
            tuple(left.values()), tuple(faults), len(decisions.known) - rejected, rejected
        )

    def accept(self, key: str, sent: Mapping[str, object], *, user: str) -> Proposal:
        """Add the proposal, as the form has it, to the set.

        Raises:
            Fault: It is no row that counts.
            Gone: Nobody waits for this verdict any more.
        """
        with self._lock:
            item = self._find(key)
            row = edited(item.row, sent)
            if fault := fault_of(row, self._body):
                raise Fault(fault)
            Decisions(self.out).accept(item, row, user=user)
            return item

    def reject(self, key: str, *, user: str) -> Proposal:
        """Say that it is not to be proposed again.

        Raises:
            Gone: Nobody waits for this verdict any more.
        """
        with self._lock:
            item = self._find(key)
            Decisions(self.out).reject(item, user=user)
            return item

    def _find(self, key: str) -> Proposal:
        for item in self.waiting().left:
            if item.id == key:
                return item
        raise Gone(f"{key[:100]!r} is not waiting any more.")

    def _body(self, article_id: str) -> str | None:
        article = self._archive.article(article_id)
        return article.body if article else None


def edited(row: Row, sent: Mapping[str, object]) -> Row:
    """The row with what the form says: one answer part a line, accepted forms between ``|``.

    A field that was not sent stays as it is; ``unanswerable`` takes answers and gold away.
    """
    row = dict(row)
    asked = row.get("turns") or [row.get("question", "")]
    if (question := _text(sent, "question")) and question != asked[-1]:
        row = {name: value for name, value in row.items() if name not in ("question", "turns")}
        row |= {"turns": [*asked[:-1], question]} if len(asked) > 1 else {"question": question}
    if kind := _text(sent, "kind"):
        row["type"] = kind
    if sent.get("unanswerable"):
        kept = {name: value for name, value in row.items() if name not in ("answers", "gold")}
        return {**kept, "answerable": False, "type": "unanswerable"}
    row["answerable"] = True
    if "answers" in sent:
        row["answers"] = _parts(_text(sent, "answers"))
    if any(name.startswith("gold-") for name in sent):
        row["gold"] = [*_gold(sent), *row.get("gold", [])[MOST_GOLD:]]
    return row


def answer_lines(row: Row) -> str:
    """The accepted forms as ``edited`` reads them."""
    between = f" {BETWEEN_FORMS} "
    return "\n".join(between.join(part) for part in row.get("answers", []))


def _parts(text: str) -> list[list[str]]:
    lines = ([form.strip() for form in line.split(BETWEEN_FORMS)] for line in text.splitlines())
    return [forms for line in lines if (forms := [form for form in line if form])]


def _gold(sent: Mapping[str, object]) -> list[dict[str, Any]]:
    pairs = (
        (_text(sent, f"gold-{n}-article"), _text(sent, f"gold-{n}-quote"))
        for n in range(MOST_GOLD + 1)
    )
    return [{"article_id": key, "quote": quote} for key, quote in pairs if key or quote]


def _text(sent: Mapping[str, object], name: str) -> str:
    value = sent.get(name)
    return value.strip()[:_LONGEST] if isinstance(value, str) else ""
