"""The queue of proposed questions: drafts and readers' feedback, and what a reviewer said of them.

Knows nothing of terminals. A question counts only once somebody accepted it: it is then a line of
the QA set. Format: docs/qa-review.md.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from eval.draft import answer_fault, stands_in
from eval.match import contains
from eval.questions import question_of, read_questions
from eval.rows import BadRow, parse_row, parse_rows
from index.errors import BadInput
from index.figures import parse_figures
from index.language import detect_language

Row = dict[str, Any]
Body = Callable[[str], str | None]  # article id -> its text; None where there is none
FORM = "docs/qa-review.md"
_MOST_PARTS = 3  # figures of a praised answer that are proposed as its required parts


class Verdict(StrEnum):
    """What became of a proposal. What was skipped has none, and comes again."""

    ACCEPTED = "accepted"
    EDITED = "edited"  # and accepted
    REJECTED = "rejected"


class _Feedback(TypedDict, total=False):
    """A row of the page's feedback file, as far as it is read."""

    id: str
    time: str
    verdict: Literal["up", "down"]
    question: str
    turns: list[str]
    answer: str
    right_answer: str | None
    cited: list[str]
    quotes: list[str]
    index_version: str
    model: str


_FEEDBACK = TypeAdapter(_Feedback)
_NEEDED = ("id", "verdict", "question", "answer")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One item of the queue: a row that may become a line of a QA set, and where it came from."""

    id: str
    origin: str  # rule amount, llm NAME, feedback up, feedback down
    row: Row
    told: tuple[str, ...] = ()  # what a reviewer should see beside it


def read_queue(path: Path) -> list[Proposal]:
    """The proposals that ``suyuan qa draft`` wrote, in order.

    Raises:
        BadInput: The file or a line of it cannot be used; names every bad line.
    """
    rows = parse_rows(path, _proposal, what="queue", form=FORM, key=lambda item: item.id)
    return [item for _, item in rows]


def _proposal(line: str) -> Proposal:
    item = parse_row(line)
    row, key, origin = item.get("row"), item.get("id"), item.get("from")
    if not isinstance(row, dict) or not isinstance(key, str) or not isinstance(origin, str):
        raise BadRow("id and from must be texts, row an object")
    question_of(row)
    shown = item.get("shown")
    parts = [str(value) for value in shown.values() if value] if isinstance(shown, dict) else []
    rank = (
        [f"检索第 {item['rank']} 句 found as sentence {item['rank']}"] if item.get("rank") else []
    )
    return Proposal(key, origin, row, (*([" ".join(parts)] if parts else []), *rank))


def read_feedback(path: Path) -> tuple[list[Proposal], dict[int, str]]:
    """What readers said of answers, as proposals; and the lines that cannot be used, with why.

    A bad line does not stop the others: the file grows while it is read.

    Raises:
        BadInput: The file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise BadInput(f"Cannot read the feedback {path}: {error.strerror}") from None
    found: dict[str, Proposal] = {}
    faults: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = _feedback(line)
            found[item.id] = item
        except BadRow as fault:
            faults[number] = str(fault)
    return list(found.values()), faults


def _feedback(line: str) -> Proposal:
    try:
        said = _FEEDBACK.validate_python(parse_row(line), strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadRow(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None
    if missing := [name for name in _NEEDED if not str(said.get(name, "")).strip()]:
        raise BadRow(f"{missing[0]} is missing")
    up = said["verdict"] == "up"
    right = (said.get("right_answer") or "").strip()
    cited = list(zip(said.get("cited", []), said.get("quotes", []), strict=False))
    answers = _parts_of(said["answer"], [quote for _, quote in cited]) if up else []
    if right:
        answers = [[right]]
    row: Row = {
        "id": f"feedback-{said['id']}",
        "type": "feedback",
        "language": detect_language(said["question"]) or "zh-Hans",
        **_asked(said),
        "answerable": True,
        "answers": answers,
        "gold": [{"article_id": key, "quote": quote} for key, quote in cited
                 if any(contains(quote, form) for part in answers for form in part)],
    }  # fmt: skip
    if _is_day(said.get("time", "")[:10]):
        row["as_of"] = said["time"][:10]
    told = [f"当时的回答 Answer then: {said['answer']}"]
    told += [f"读者给的答案 Reader's answer: {right}"] if right else []
    told += [f"当时所引 Cited then: {key}: {quote}" for key, quote in cited]
    return Proposal(row["id"], f"feedback {said['verdict']}", row, tuple(told))


def _asked(said: _Feedback) -> Row:
    earlier = [turn for turn in said.get("turns", []) if turn.strip()]
    if earlier and earlier[-1] != said["question"]:
        return {"turns": [*earlier, said["question"]]}
    return {"turns": earlier} if len(earlier) > 1 else {"question": said["question"]}


def _parts_of(answer: str, quotes: Sequence[str]) -> list[list[str]]:
    """The figures of a praised answer that its citations have: what a reader may have praised."""
    figures = dict.fromkeys(
        figure.text for figure in parse_figures(answer) if not figure.indefinite
    )
    held = [form for form in figures if any(contains(quote, form) for quote in quotes)]
    return [[form] for form in held[:_MOST_PARTS]]


def _is_day(text: str) -> bool:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).strftime("%Y-%m-%d") == text
    except ValueError:
        return False


def fault_of(row: Row, body: Body | None = None) -> str:
    """What keeps a row from being accepted; "" for nothing.

    It has to be a row of a QA set; an answerable one has to be answered by its gold sentences, and
    these have to stand in their articles where ``body`` can tell.
    """
    try:
        item = question_of(row)
    except BadRow as fault:
        return str(fault)
    if not item.answerable:
        return ""
    quotes = [gold.quote for gold in item.gold if gold.quote.strip()]
    if not quotes:
        return "no gold sentence"
    if unanswered := answer_fault(item.answers, quotes):
        return unanswered
    for gold in item.gold if body else ():
        text = cast("Body", body)(gold.article_id)
        if text is None:
            return f"the archive has no article {gold.article_id}"
        if not stands_in(gold.quote, text):
            return f"the gold sentence is not in {gold.article_id}: {gold.quote[:40]}"
    return ""


class Decisions:
    """What was said of the proposals so far: a file beside the QA set, only ever added to."""

    def __init__(self, out: Path) -> None:
        """``out``: the QA set that accepted rows are appended to; made with the first of them.

        Raises:
            BadInput: The set or the file beside it cannot be read.
        """
        self._out = out
        self._beside = out.with_name(f"{out.name}.reviewed.jsonl")
        held = read_questions(out) if out.exists() and out.stat().st_size else []
        self._ids = {item.id for item in held}
        self.known: dict[str, Verdict] = dict(_decided(self._beside))

    def left(self, proposals: Iterable[Proposal]) -> list[Proposal]:
        """Those that nobody has judged yet and that are not in the set."""
        return [
            item
            for item in proposals
            if item.id not in self.known and item.row["id"] not in self._ids
        ]

    def accept(self, item: Proposal, row: Row, *, user: str = "") -> None:
        """Append the row to the set, and say so beside it.

        Raises:
            BadInput: It cannot be written, or is no row that counts.
        """
        if fault := fault_of(row):
            raise BadInput(f"{item.id} cannot be accepted: {fault}")
        _append(self._out, row)
        self._ids.add(row["id"])
        self._note(item, Verdict.ACCEPTED if row == item.row else Verdict.EDITED, user)

    def reject(self, item: Proposal, *, user: str = "") -> None:
        """Say beside the set that it was rejected: it is not proposed again."""
        self._note(item, Verdict.REJECTED, user)

    def _note(self, item: Proposal, verdict: Verdict, user: str) -> None:
        self.known[item.id] = verdict
        when = datetime.now(UTC).isoformat(timespec="seconds")
        _append(
            self._beside,
            {"id": item.id, "from": item.origin, "verdict": str(verdict), "time": when, "by": user},
        )


def _decided(path: Path) -> list[tuple[str, Verdict]]:
    if not path.exists() or not path.stat().st_size:
        return []
    rows = parse_rows(path, _decision, what="review file", form=FORM)
    return [pair for _, pair in rows]


def _decision(line: str) -> tuple[str, Verdict]:
    row = parse_row(line)
    try:
        return str(row["id"]), Verdict(row["verdict"])
    except (KeyError, ValueError):
        raise BadRow("no id, or a verdict that there is not") from None


def _append(path: Path, row: Row) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            end = file.seek(0, 2)
            if end:
                file.seek(end - 1)
                if file.read(1) != b"\n":  # the last line of a file that an editor wrote
                    file.write(b"\n")
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None
