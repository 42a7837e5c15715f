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
from index.errors import BadInput

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
        "note",
    ]
)
_GOLD_FIELDS = frozenset(["article_id", "quote"])
_SHOWN = 20  # bad lines explained in one message; the numbers of all others follow


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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise BadInput(
            f"Cannot read the QA set {path}: {reason}. Its format: docs/qa-format.md"
        ) from None
    questions: list[Question] = []
    bad: dict[int, list[str]] = {}
    lines: dict[str, int] = {}
    # Not splitlines(): JSON strings may hold U+2028 as it is.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        row, problems = _parse(line)
        key = row.get("id")
        if isinstance(key, str) and key:
            if key in lines:
                problems.append(f'id "{key}" is also on line {lines[key]}')
            lines.setdefault(key, number)
        if problems:
            bad[number] = problems
        else:
            questions.append(_question(row))
    if bad:
        raise BadInput(f"The QA set {path} has rows that cannot be used: {_report(bad)}")
    if not questions:
        raise BadInput(f"The QA set {path} has no rows. The format is in docs/qa-format.md.")
    return questions


def _parse(line: str) -> tuple[dict[str, Any], list[str]]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {}, [f"not JSON ({error})"]
    if not isinstance(row, dict):
        return {}, ["not a JSON object"]
    return row, list(_problems(row))


def _report(bad: dict[int, list[str]]) -> str:
    shown = [f"line {number}: {', '.join(bad[number])}" for number in list(bad)[:_SHOWN]]
    rest = [str(number) for number in list(bad)[_SHOWN:]]
    return "; ".join([*shown, *([f"and lines {', '.join(rest)}"] if rest else [])])


def _problems(row: dict[str, Any]) -> Iterator[str]:
    yield from (f'unknown field "{name}"' for name in row if name not in _FIELDS)
    for name in ("id", "type"):
        if not _is_text(row.get(name)):
            yield f"{name} must be a text that is not empty"
    if row.get("language", "zh-Hans") not in LANGUAGES:
        yield f"language must be one of {', '.join(LANGUAGES)}"
    if not isinstance(row.get("note", ""), str):
        yield "note must be a text"
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


def _question(row: dict[str, Any]) -> Question:
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
