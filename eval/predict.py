"""Ask many questions and keep every answer as it comes, so that a run can be taken up again.

Knows nothing of what a right answer is.
"""

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eval.kept import KeptReplies
from eval.match import without_markers
from eval.retrieval_out import write_lines
from eval.run_record import RECORD, TAKEN_UP, same_in
from index.errors import BadInput
from rag.types import Answer, Citation, Evidence

Row = dict[str, Any]


class Asked(Protocol):
    """One question of a set, as far as choosing and naming it goes."""

    @property
    def id(self) -> str:
        """Unique in its set."""

    @property
    def type(self) -> str:
        """The kind of question it is."""


Item = TypeVar("Item", bound=Asked)
Answered = TypeVar("Answered")


def choose_items(
    items: Sequence[Item], *, types: Sequence[str] = (), limit: int = 0, seed: int = 0
) -> list[Item]:
    """The questions of these types, at most ``limit`` of them (0: all), drawn by ``seed``.

    The order of the set is kept. The same arguments choose the same questions anywhere.

    Raises:
        BadInput: A type that no question has.
    """
    known = list(dict.fromkeys(item.type for item in items))
    unknown = [name for name in types if name not in known]
    if unknown:
        raise BadInput(
            f"--types has {', '.join(map(repr, unknown))}; the set has {', '.join(known)}."
        )
    chosen = [item for item in items if not types or item.type in types]
    if limit and limit < len(chosen):
        drawn = random.Random(seed).sample(range(len(chosen)), limit)
        chosen = [chosen[n] for n in sorted(drawn)]
    return chosen


def answer_row(item_id: str, answer: Answer, ranked: Sequence[str]) -> Row:
    """What a metric reads of an answer: its words without markers, and where they come from."""
    return {
        "id": item_id,
        "output": without_markers(answer.text),
        "cited": list(dict.fromkeys(citation.article_id for citation in answer.citations)),
        "ranked": list(ranked),
        "status": str(answer.status),
        "timings": answer.timings,
        "answer": answer.text,
        "quotes": [citation.quote for citation in answer.citations],
        "citations": [_source(item, quote=item.quote) for item in answer.citations],
        "evidence": [_source(item, text=item.text) for item in answer.evidence],
        "probability": answer.probability,
        "model": answer.model,
        "unsupported": [check.text for check in answer.checks if not check.supported],
        "notes": list(answer.notes),
    }


def _source(item: Citation | Evidence, **words: str) -> Row:
    """Where a sentence comes from, as far as a metric or a page about a run needs it."""
    return {
        "marker": item.marker if isinstance(item, Citation) else item.number,
        "article_id": item.article_id,
        "title": item.title,
        "source": item.source,
        "published": item.published.isoformat() if item.published else None,
        **words,
        "lead": item.lead,
    }


def untimed_where_kept(
    ask: Callable[[Item], Row], replies: KeptReplies | None
) -> Callable[[Item], Row]:
    """``ask``; where a kept reply was used, the row has the search's times alone.

    A kept reply comes at once, and no user will see that time.
    """
    if replies is None:
        return ask

    def asked(item: Item) -> Row:
        before = replies.used_here
        row = ask(item)
        if replies.used_here > before:
            kept = {k: v for k, v in row["timings"].items() if k not in ("first_word", "total")}
            row = {**row, "timings": kept}
        return row

    return asked


def run_predictions(
    items: Sequence[Item],
    ask: Callable[[Item], Row],
    out: Path,
    *,
    made_with: Mapping[str, str],
    record: Mapping[str, Any] | None = None,
    parallel: int = 1,
    on_done: Callable[[], None] = lambda: None,
) -> list[Row]:
    """Ask what ``out`` does not hold yet; returns one row per item, in their order.

    Each answer is written as soon as it is there. ``made_with``: what the answers depend on; it is
    kept beside ``out`` so that a run is not taken up with another model. ``record``: the rest of
    what is worth knowing of the run (``eval.run_record``), kept with it. With ``parallel`` over 1
    ``ask`` is called from so many threads; a run that came to its end has its rows in the items'
    order all the same.

    Raises:
        BadInput: ``out`` holds another run, or cannot be read or written.
    """
    with _writing(out):
        held = _held_rows(out, dict(made_with), record)
        out.open("a", encoding="utf-8").close()  # before the first question is asked
    marks = {item.id: _fingerprint(item) for item in items}
    rows: dict[str, Row] = {}
    for item in items:
        row = held.get(item.id)
        if row is not None and row.get("asked") == marks[item.id]:
            rows[item.id] = row
            on_done()
    missing = [item for item in items if item.id not in rows]
    for item, answer in ask_all(missing, ask, parallel=parallel):
        row = {**answer, "asked": marks[item.id]}
        with _writing(out), out.open("a", encoding="utf-8") as file:
            file.write(_line(row))
        rows[item.id] = row
        on_done()
    if parallel > 1 and missing:
        others = [row for key, row in held.items() if key not in rows]
        write_lines([_line(row)[:-1] for row in [*others, *(rows[i.id] for i in items)]], out)
    return [rows[item.id] for item in items]


def ask_all(
    items: Sequence[Item], ask: Callable[[Item], Answered], *, parallel: int = 1
) -> Iterator[tuple[Item, Answered]]:
    """Each item with its answer as it comes: in order, or from so many threads at once.

    What fails ends it: questions that were not begun are not asked any more.
    """
    if parallel <= 1:
        for item in items:
            yield item, ask(item)
        return
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        asked = {pool.submit(ask, item): item for item in items}
        try:
            for future in as_completed(asked):
                yield asked[future], future.result()
        finally:
            for future in asked:
                future.cancel()


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _fingerprint(item: Asked) -> str:
    """Twelve digits that change with the question or its texts: an old answer is not theirs."""
    return hashlib.sha256(repr(item).encode(errors="replace")).hexdigest()[:12]


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput(f"--out {out} cannot be written: {error.strerror or error}") from None


def _held_rows(
    out: Path, made_with: dict[str, str], record: Mapping[str, Any] | None
) -> dict[str, Row]:
    beside = out.with_name(f"{out.name}.run.json")
    kept = {RECORD: dict(record)} if record is not None else {}
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        _write_beside(beside, {**made_with, **kept})
        return {}
    try:
        before = dict(json.loads(beside.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise BadInput(
            f"--out {out} is there, but {beside.name} beside it cannot be read, so it is no run "
            "that can be gone on with; name another file."
        ) from None
    first, later = before.pop(RECORD, None), before.pop(TAKEN_UP, [])
    _check_unchanged(out, before, made_with)
    if record is not None and first is not None:
        _check_unchanged(out, same_in(first), same_in(record))
    rows = _whole_rows(out)
    if record is not None and first is not None and record != first:
        _write_beside(beside, {**before, RECORD: first, TAKEN_UP: [*later, dict(record)]})
    return rows


def _check_unchanged(out: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    for key in {**now, **before}:
        if before.get(key) != now.get(key):
            raise BadInput(
                f"--out {out} was made with {key} {before.get(key)!r}, now it is {now.get(key)!r}"
                "; name another file, or delete it to begin again."
            )


def write_record(out: Path, made_with: Mapping[str, str], record: Mapping[str, Any]) -> None:
    """Say beside a run that was written whole what it was made with.

    Raises:
        BadInput: It cannot be written.
    """
    with _writing(out):
        beside = out.with_name(f"{out.name}.run.json")
        _write_beside(beside, {**made_with, RECORD: dict(record)})


def _write_beside(beside: Path, content: Mapping[str, Any]) -> None:
    beside.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _is_row(row: Any) -> bool:
    """Whether it is a ranking, or an answer: in short, or whole as ``eval qa`` keeps it."""
    if isinstance(row.get("ranked"), list) and "status" not in row:
        return True
    return isinstance(row.get("output", row.get("text")), str) and isinstance(row["status"], str)


def _whole_rows(out: Path) -> dict[str, Row]:
    """The rows of a run that may have been cut off in the middle of a line; that one is dropped."""
    # As bytes: the cut may go through a character.
    whole, end, rest = out.read_bytes().rpartition(b"\n")
    if rest:
        out.write_bytes(whole + end)
    rows = {}
    for number, line in enumerate(whole.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not _is_row(row):
                raise TypeError("no answer in it")
            rows[row["id"]] = row
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadInput(f"--out {out} line {number} is not a row of a run") from None
    return rows
