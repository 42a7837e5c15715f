"""Question sets that bring their texts along: RGB and reading comprehension.

Formats: docs/answers-format.md. Knows nothing of scores.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from eval.rows import BadRow, parse_rows
from index.language import detect_language
from index.types import Article

_FORMAT = "docs/answers-format.md"
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\P{Cc}*$")]
_Asked = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
_Form = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Part = Annotated[tuple[_Form, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class GivenQuestion:
    """A question with the texts it is to be answered from; what is right is for the judge."""

    id: str
    type: str
    question: str
    articles: tuple[Article, ...]
    answers: tuple[tuple[str, ...], ...]  # required parts, each a list of accepted forms
    fake_answers: tuple[tuple[str, ...], ...] = ()  # what a counterfeit text says
    answerable: bool = True
    noise_rate: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Doc:
    text: str


@dataclass(frozen=True, slots=True)
class _RgbRow:
    id: _Name
    task: _Name
    question: _Asked
    answers: tuple[_Part, ...]
    docs: tuple[_Doc, ...]
    noise_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    fake_answers: tuple[_Part, ...] = ()


@dataclass(frozen=True, slots=True)
class _ReadingRow:
    id: _Name
    question: _Asked
    context: str
    answers: tuple[_Form, ...]
    answerable: bool
    title: str = ""
    source: _Name = "reading"


def read_rgb(path: Path) -> list[GivenQuestion]:
    """The rows of an RGB set: several documents a question, some beside the point or forged.

    Raises:
        BadInput: The file or a row cannot be used; names the first bad lines.
    """
    return [
        GivenQuestion(
            id=row.id,
            type=row.task,
            question=row.question,
            articles=tuple(
                article
                for n, doc in enumerate(row.docs, 1)
                if (article := _article(f"doc-{n}", "", doc.text)).body
            ),
            answers=row.answers,
            fake_answers=row.fake_answers,
            answerable=row.task != "reject",
            noise_rate=row.noise_rate,
        )
        for row in _rows(path, TypeAdapter(_RgbRow), lambda row: row.task != "reject")
    ]


def read_reading(path: Path) -> list[GivenQuestion]:
    """The rows of a reading set: one passage a question, some of which do not hold the answer.

    Raises:
        BadInput: The file or a row cannot be used; names the first bad lines.
    """
    return [
        GivenQuestion(
            id=row.id,
            type=row.source if row.answerable else "unanswerable",
            question=row.question,
            articles=(_article("passage", row.title, row.context),),
            answers=(row.answers,) if row.answers else (),
            answerable=row.answerable,
            source=row.source,
        )
        for row in _rows(path, TypeAdapter(_ReadingRow), lambda row: row.answerable)
    ]


def _article(article_id: str, title: str, text: str) -> Article:
    body = text.strip()
    return Article(id=article_id, title=title, body=body, language=detect_language(body))


def _rows(path: Path, adapter: TypeAdapter[Any], answerable: Callable[[Any], bool]) -> list[Any]:
    def parse(line: str) -> Any:
        try:
            row = adapter.validate_json(line, strict=True)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join(map(str, fault["loc"]))
            raise BadRow(f"{place}: {fault['msg']}" if place else fault["msg"]) from None
        if answerable(row) and not row.answers:
            raise BadRow("answers: an answerable question needs one at least")
        return row

    rows = parse_rows(path, parse, what="set", form=_FORMAT, key=lambda row: str(row.id))
    return [row for _, row in rows]
