"""Ask many questions and keep every answer as it comes, so that a run can be taken up again.

Knows nothing of what a right answer is.
"""

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eval.match import without_markers
from index.errors import BadInput
from rag.replies import Replies
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
    ask: Callable[[Item], Row], replies: Replies | None
) -> Callable[[Item], Row]:
    """``ask``; where a kept reply was used, the row has the search's times alone.

    A kept reply comes at once, and no user will see that time.
    """
    if replies is None:
        return ask

    def asked(item: Item) -> Row:
        before = replies.used
        row = ask(item)
        if replies.used > before:
            kept = {k: v for k, v in row["timings"].items() if k not in ("first_word", "total")}
            row = {**row, "timings": kept}
        return row

    return asked


def run_predictions(
    items: Iterable[Item],
    ask: Callable[[Item], Row],
    out: Path,
    *,
    made_with: Mapping[str, str],
    on_done: Callable[[], None] = lambda: None,
) -> list[Row]:
    """Ask what ``out`` does not hold yet; returns one row per item, in their order.

    Each answer is written as soon as it is there. ``made_with``: what the answers depend on; it is
    kept beside ``out`` so that a run is not taken up with another model.

    Raises:
        BadInput: ``out`` holds another run, or cannot be read or written.
    """
    with _writing(out):
        held = _held_rows(out, dict(made_with))
        out.open("a", encoding="utf-8").close()  # before the first question is asked
    rows = []
    for item in items:
        row, asked = held.get(item.id), _fingerprint(item)
        if row is None or row.get("asked") != asked:
            row = {**ask(item), "asked": asked}  # outside: a network's fault is not the file's
            with _writing(out), out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        rows.append(row)
        on_done()
    return rows


def _fingerprint(item: Asked) -> str:
    """Twelve digits that change with the question or its texts: an old answer is not theirs."""
    return hashlib.sha256(repr(item).encode(errors="replace")).hexdigest()[:12]


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput(f"--out {out} cannot be written: {error.strerror or error}") from None


def _held_rows(out: Path, made_with: dict[str, str]) -> dict[str, Row]:
    beside = out.with_name(f"{out.name}.run.json")
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(made_with, ensure_ascii=False, indent=1), encoding="utf-8")
        return {}
    try:
        before = dict(json.loads(beside.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise BadInput(
            f"--out {out} is there, but {beside.name} beside it cannot be read, so it is no run "
            "that can be gone on with; name another file."
        ) from None
    changed = [key for key in {**made_with, **before} if before.get(key) != made_with.get(key)]
    if changed:
        key = changed[0]
        raise BadInput(
            f"--out {out} was made with {key} {before.get(key)!r}, now it is {made_with.get(key)!r}"
            "; name another file, or delete it to begin again."
        )
    return _whole_rows(out)


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
            if not (isinstance(row["output"], str) and isinstance(row["status"], str)):
                raise TypeError("no answer in it")
            rows[row["id"]] = row
        except (ValueError, KeyError, TypeError):
            raise BadInput(f"--out {out} line {number} is not a row of a run") from None
    return rows
