"""Read a QA set: questions, accepted answers, the sentences that answer. Format: docs/qa-format.md.

Knows nothing of engines or scores.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.match import normalise
from eval.rows import BadRow, parse_row, parse_rows

LANGUAGES = ("zh-Hans", "zh-Hant", "en", "ja", "ko")
_FIELDS = frozenset(
    [
        "id",
        "type",
        "language",
        "question",
        "turns",
        "answerable",
        "as_of",
        "answers",
        "gold",
        "source",
        "note",
    ]
)
_GOLD_FIELDS = frozenset(["article_id", "quote"])


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence that answers: its article and its exact words; "" means the article as a whole."""

    article_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a QA set; ``turns`` ends with the question that is scored."""

    id: str
    type: str
    language: str
    turns: tuple[str, ...]
    answerable: bool
    answers: tuple[tuple[str, ...], ...]
    gold: tuple[Gold, ...]
    as_of: date | None = None


def read_questions(path: Path) -> list[Question]:
    """The rows of a QA set; blank lines are skipped.

    Raises:
        BadInput: The file or a row cannot be used; names every bad line and what is wrong in it.
    """
    rows = parse_rows(
        path, _question, what="QA set", form="docs/qa-format.md", key=lambda item: item.id
    )
    return [question for _, question in rows]


def question_of(row: dict[str, Any]) -> Question:
    """The question in a row.

    Raises:
        BadRow: The row cannot be used; names everything that is wrong in it.
    """
    if problems := list(_problems(row)):
        raise BadRow(", ".join(problems))
    return Question(
        id=row["id"],
        type=row["type"],
        language=row.get("language", "zh-Hans"),
        turns=tuple(row["turns"]) if "turns" in row else (row["question"],),
        answerable=row["answerable"],
        answers=tuple(tuple(part) for part in row.get("answers", [])),
        gold=tuple(Gold(item["article_id"], item["quote"]) for item in row.get("gold", [])),
        as_of=date.fromisoformat(row["as_of"]) if row.get("as_of") else None,
    )


def _question(line: str) -> Question:
    return question_of(parse_row(line))


def _problems(row: dict[str, Any]) -> Iterator[str]:
    yield from (f'unknown field "{name}"' for name in row if name not in _FIELDS)
    for name in ("id", "type"):
        if not _is_text(row.get(name)):
            yield f"{name} must be a text that is not empty"
    if row.get("language", "zh-Hans") not in LANGUAGES:
        yield f"language must be one of {', '.join(LANGUAGES)}"
    if not isinstance(row.get("note", ""), str):
        yield "note must be a text"
    if not isinstance(row.get("source", {}), dict):
        yield "source must be an object"
    yield from _asking_problems(row)
    if not _is_date(row.get("as_of")):
        yield f"as_of must be a date such as 2020-07-21 or null, not {_short(row.get('as_of'))}"
    yield from _answer_problems(row)
    yield from _gold_problems(row)


def _asking_problems(row: dict[str, Any]) -> Iterator[str]:
    if ("question" in row) == ("turns" in row):
        yield "exactly one of question and turns is needed"
    if "question" in row and not _is_text(row["question"]):
        yield "question must be a text that is not empty"
    if "turns" in row and not _is_texts(row["turns"]):
        yield "turns must be a list of texts that are not empty"


def _answer_problems(row: dict[str, Any]) -> Iterator[str]:
    answers, answerable = row.get("answers", []), row.get("answerable")
    if not isinstance(answerable, bool):
        yield "answerable must be true or false"
    if not isinstance(answers, list) or not all(_is_texts(part) for part in answers):
        yield "answers must be a list of parts, each a list of accepted forms"
        return
    for form in (form for part in answers for form in part if not normalise(form)):
        yield f"the accepted form {_short(form)} has no letter or digit"
    if answerable is True and not answers:
        yield "answerable without answers"
    if answerable is False and (answers or row.get("gold")):
        yield "not answerable, but with answers or gold"


def _gold_problems(row: dict[str, Any]) -> Iterator[str]:
    gold = row.get("gold", [])
    if not isinstance(gold, list):
        yield "gold must be a list"
        return
    for item in gold:
        if not isinstance(item, dict) or not _is_text(item.get("article_id")):
            yield "gold without article_id"
        elif not isinstance(item.get("quote"), str):
            yield 'gold without quote ("" where the whole article is meant)'
        elif item.keys() - _GOLD_FIELDS:
            yield f"unknown field in gold: {', '.join(sorted(item.keys() - _GOLD_FIELDS))}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _is_date(value: object) -> bool:
    if value is None:
        return True
    # fromisoformat alone would also take 20200721 and 2020-W30-2.
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:60]
