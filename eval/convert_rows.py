"""Read the files that public sets come in, and build rows of a QA set from their parts.

Knows nothing of any one set. A row that cannot be used is told with its place in the file.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.questions import question_of
from eval.rows import BadRow, parse_row
from index.errors import BadInput
from index.language import detect_language
from index.read_stream import READ_ERRORS
from index.sentences import split_sentences

Row = dict[str, Any]
Made = tuple[Row, Sequence[Row]]  # a row of a QA set, and the articles it brings along
_MOST_BYTES = 2**30


class Converted:
    """Rows of a QA set, the articles that the set brought along, and what could not be used."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.articles: dict[str, Row] = {}  # by id: an export's rows
        self.faults: dict[str, str] = {}  # place in the file -> what is wrong
        self._ids: set[str] = set()

    def add(self, place: str, make: Callable[[], Made]) -> None:
        """Add what ``make`` gives, if a QA set may hold it; else note the place as a fault."""
        try:
            row, articles = make()
            question_of(row)
            if row["id"] in self._ids:
                raise BadRow(f'id "{row["id"]}" is there already')
        except BadRow as fault:
            self.faults[place] = str(fault)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            self.faults[place] = f"not of this format ({type(error).__name__}: {error})"
        else:
            self._ids.add(row["id"])
            self.rows.append(row)
            self.articles.update({each["id"]: each for each in articles})


def read_items(path: Path) -> Iterator[tuple[str, Any]]:
    """The objects of a JSON Lines file, or the content of a JSON file, each with its place.

    A JSON array gives its items, another value comes whole, with the place "file".

    Raises:
        BadInput: The file cannot be read, or is neither.
    """
    text = _text(path)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield from _lines(path, text, error)
        return
    if isinstance(whole, list):
        yield from ((f"item {number}", item) for number, item in enumerate(whole, 1))
    elif "\n" not in text.strip() and isinstance(whole, dict) and "data" not in whole:
        yield "line 1", whole
    else:
        yield "file", whole


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInput(f"{path} has over {_MOST_BYTES:,} bytes; split it first")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 ({error.reason} at byte {error.start})") from None
    except READ_ERRORS as error:
        raise BadInput(f"Cannot read {path}: {getattr(error, 'strerror', error)}") from None


def _lines(path: Path, text: str, error: Exception) -> Iterator[tuple[str, Any]]:
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines or len(lines) == 1:
        raise BadInput(f"{path} is neither JSON nor JSON Lines ({error})")
    for number, line in lines:
        try:
            yield f"line {number}", parse_row(line)
        except BadRow as fault:
            yield f"line {number}", fault


def text_of(value: Any, name: str) -> str:
    """The text in a field.

    Raises:
        BadRow: It is no text, or empty.
    """
    if not isinstance(value, str) or not value.strip():
        raise BadRow(f"{name} must be a text that is not empty")
    return value


def article(text: str, *, title: str = "", key: str = "", prefix: str = "doc", **more: Any) -> Row:
    """A row of an export; without ``key`` its id comes from its text, so that copies are one."""
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
    fields = {name: value for name, value in more.items() if value}
    return {"id": key or f"{prefix}-{digest}", "title": title, "text": text, **fields}


def sentence_at(text: str, start: int) -> str:
    """The sentence that the character at ``start`` lies in; "" where there is none."""
    for span in split_sentences(text):
        if span.start <= start < span.end:
            return text[span.start : span.end]
    return ""


def sentence_with(text: str, words: str) -> str:
    """The first sentence that has these words; "" where none has."""
    at = text.find(words)
    return sentence_at(text, at) if at >= 0 else ""


def qa_row(
    key: str,
    kind: str,
    question: str,
    *,
    answers: Sequence[Sequence[str]] = (),
    gold: Sequence[tuple[str, str]] = (),
    source: Row | None = None,
    language: str = "",
) -> Row:
    """A row of a QA set; unanswerable without ``answers``. ``gold``: article id and quote."""
    row: Row = {
        "id": key,
        "type": kind,
        "language": language or detect_language(question) or "zh-Hans",
        "question": question,
        "answerable": bool(answers),
    }
    if answers:
        row["answers"] = [list(dict.fromkeys(part)) for part in answers]
        row["gold"] = [
            {"article_id": article_id, "quote": quote} for article_id, quote in dict.fromkeys(gold)
        ]
    if source:
        row["source"] = source
    return row
