"""One form for every kind of question set, as far as a judge needs it. Knows nothing of runs."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from eval.given_sets import GivenQuestion, read_reading, read_rgb
from eval.questions import Gold, Question, read_questions
from eval.retrieval_queries import RetrievalQuery, read_retrieval_queries
from eval.rows import read_rows
from index.language import detect_language

_RETRIEVAL_NULL = "null"


class SetKind(StrEnum):
    """Which of the four documented formats a set is in."""

    QA = "qa"
    RETRIEVAL = "retrieval"
    RGB = "rgb"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with all that is known about a right answer to it."""

    id: str
    type: str
    language: str
    question: str  # the one that is scored; earlier turns are in ``asked``
    answerable: bool
    asked: tuple[str, ...] = ()  # every turn, the scored one last
    parts: tuple[tuple[str, ...], ...] = ()  # required parts, each a list of accepted forms
    fakes: tuple[tuple[str, ...], ...] = ()  # what forged texts say instead
    spans: tuple[str, ...] = ()  # reading: the accepted answers, any of which is the whole one
    gold: tuple[Gold, ...] = ()  # where the answer stands, with a quote where the set has one
    query: RetrievalQuery | None = None  # what a ranking or the cited articles are judged by
    passage: str = ""  # reading: the text that the answer was to come from
    disagree: bool = False  # the texts contradict one another, and the answer should say so
    as_of: date | None = None
    month: str = ""  # 2020-07: of ``as_of`` or the set's own ``date``; "" where it has none

    @property
    def quotes(self) -> tuple[str, ...]:
        """The gold sentences, word for word."""
        return tuple(item.quote for item in self.gold if item.quote.strip())


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A file of questions and what kind it is."""

    path: Path
    kind: SetKind
    questions: tuple[Judged, ...]


def read_set(path: Path) -> QuestionSet:
    """The set, of whichever kind its first row shows; formats: docs/runs.md.

    Raises:
        BadInput: The file or a row cannot be used; names every bad line.
    """
    rows = [row for _, row in read_rows(path, what="question set", form="docs/runs.md")]
    kind = _kind_of(rows[0])
    days = {str(row.get("id")): _day(row.get("date")) for row in rows}
    return QuestionSet(path, kind, tuple(_READERS[kind](path, days)))


def only(questions: QuestionSet, ids: Collection[str]) -> QuestionSet:
    """The set with these questions alone, in its own order."""
    wanted = frozenset(ids)
    kept = tuple(item for item in questions.questions if item.id in wanted)
    return replace(questions, questions=kept)


def _kind_of(row: dict[str, Any]) -> SetKind:
    if "docs" in row and "task" in row:
        return SetKind.RGB
    if "context" in row:
        return SetKind.READING
    return SetKind.QA if "answerable" in row else SetKind.RETRIEVAL


_Days = dict[str, date | None]


def _qa(path: Path, days: _Days) -> Iterator[Judged]:
    return map(judge_question, read_questions(path))


def _retrieval(path: Path, days: _Days) -> Iterator[Judged]:
    return (judge_query(item, day=days.get(item.id)) for item in read_retrieval_queries(path))


def _rgb(path: Path, days: _Days) -> Iterator[Judged]:
    return map(_judge_rgb, read_rgb(path))


def _reading(path: Path, days: _Days) -> Iterator[Judged]:
    return map(_judge_reading, read_reading(path))


_READERS: dict[SetKind, Callable[[Path, _Days], Iterable[Judged]]] = {
    SetKind.QA: _qa,
    SetKind.RETRIEVAL: _retrieval,
    SetKind.RGB: _rgb,
    SetKind.READING: _reading,
}


def judge_question(item: Question) -> Judged:
    """A row of a QA set; its gold articles are also what a ranking is judged by."""
    keys = tuple(dict.fromkeys(gold.article_id for gold in item.gold))
    query = RetrievalQuery(
        id=item.id, type=item.type, question=item.turns[-1], gold_ids=keys, answers=item.answers
    )
    return Judged(
        id=item.id,
        type=item.type,
        language=item.language,
        question=item.turns[-1],
        asked=item.turns,
        answerable=item.answerable,
        parts=item.answers,
        gold=item.gold,
        query=query if keys else None,
        disagree=item.type == "conflict",
        as_of=item.as_of,
        month=_month(item.as_of),
    )


def judge_query(item: RetrievalQuery, *, day: date | None = None) -> Judged:
    """A row of a retrieval set; ``day``: its ``date``, the day the gold article was printed."""
    return Judged(
        id=item.id,
        type=item.type,
        language=detect_language(item.question),
        question=item.question,
        asked=(item.question,),
        answerable=item.type != _RETRIEVAL_NULL,
        parts=item.answers,
        query=item if item.judged else None,
        disagree=item.type == "conflict",
        month=_month(day),
    )


def _judge_rgb(item: GivenQuestion) -> Judged:
    return Judged(
        id=item.id,
        type=f"{item.type}@{item.noise_rate:g}",
        language=detect_language(item.question),
        question=item.question,
        asked=(item.question,),
        answerable=item.answerable,
        parts=item.answers if item.answerable else (),
        fakes=item.fake_answers,
        disagree=item.type == "conflict",
    )


def _judge_reading(item: GivenQuestion) -> Judged:
    return Judged(
        id=item.id,
        type=item.type,
        language=detect_language(item.question),
        question=item.question,
        asked=(item.question,),
        answerable=item.answerable,
        parts=item.answers,
        spans=item.answers[0] if item.answers else (),
        passage="\n".join(article.body for article in item.articles),
    )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""
