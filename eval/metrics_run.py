"""Read a run: the rows that ``suyuan eval`` writes, each with what it tells and no more.

Three kinds of rows are read: whole answers (``eval qa``), answers in short (``eval answers``,
``rgb``, ``reading``) and rankings (``eval retrieval``). Knows nothing of what is right. Formats:
docs/runs.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from eval.match import without_markers
from eval.rows import BadRow, parse_row, parse_rows
from index.errors import BadInput
from rag.types import Status

_ANSWERS = "answers.jsonl"  # the name inside a folder that ``eval qa`` writes


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence an answer cites; "" and None where the row does not tell."""

    marker: int
    quote: str
    article_id: str = ""
    title: str = ""
    source: str = ""
    published: date | None = None
    lead: str = ""  # the sentence before, shown with it

    @property
    def text(self) -> str:
        """What was shown: the sentence behind its lead."""
        return f"{self.lead}{self.quote}"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One question's outcome. None where the kind of row does not hold it: absence is not empty."""

    id: str
    status: Status | None = None  # None: a ranking, nothing was said
    answer: str = ""  # with its markers
    output: str = ""  # without
    citations: tuple[Cited, ...] = ()
    articles: tuple[str, ...] = ()  # the articles cited, each once
    ranked: tuple[str, ...] | None = None  # articles, best first
    evidence: tuple[Cited, ...] | None = None  # the sentences found, best first
    timings: Mapping[str, float] = field(default_factory=dict)
    tokens: int | None = None  # of prompts and replies together
    model: str = ""
    unsupported: tuple[str, ...] | None = None  # figures, dates, names that the citations lack
    probability: float | None = None  # that the archive answers, as the decision saw it
    notes: tuple[str, ...] = ()
    question: str = ""  # what was asked, where the row says it
    asked: str = ""  # a mark of the question and its texts: another mark is another question

    @property
    def refused(self) -> bool:
        """Whether the answer is that nothing was found."""
        return self.status is Status.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Run:
    """A run by its file, with what it was made with, as far as that is known."""

    path: Path
    rows: dict[str, RunRow]
    made_with: dict[str, str]


def read_run(path: Path) -> Run:
    """The run in a file, or in a folder that ``suyuan eval qa`` wrote.

    Of two rows for one question the later holds: a run taken up again asks anew what has changed.

    Raises:
        BadInput: There is none, or a line is no row of a run; names every bad line.
    """
    file = run_file(path)
    rows = [row for _, row in parse_rows(file, _parse, what="run", form="docs/runs.md")]
    return Run(path, {row.id: row for row in rows}, _made_with(file, rows))


def run_file(path: Path) -> Path:
    """The file that holds the run's rows: ``path``, or the one in that folder."""
    return path / _ANSWERS if path.is_dir() else path


def _made_with(file: Path, rows: list[RunRow]) -> dict[str, str]:
    beside = file.with_name(f"{file.name}.run.json")
    if beside.is_file():
        try:
            return {str(k): _word(v) for k, v in json.loads(beside.read_text("utf-8")).items()}
        except (OSError, ValueError, AttributeError):
            raise BadInput(f"{beside} is no JSON object; delete it to go without") from None
    models = dict.fromkeys(row.model for row in rows if row.model)
    return {"model": ", ".join(models)} if models else {}


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_Seconds = dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]]
_Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class _Tokens:
    prompt: Annotated[int, Field(ge=0)] = 0
    completion: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class _Quote:
    """A citation (``quote``, ``marker``) or a sentence of evidence (``text``, ``number``)."""

    article_id: str
    quote: str = ""
    text: str = ""
    marker: int = 0
    title: str = ""
    source: str = ""
    published: date | None = None
    lead: str = ""

    def cited(self, number: int) -> Cited:
        words = self.quote or self.text
        return Cited(
            marker=self.marker or number,
            quote=words,
            article_id=self.article_id,
            title=self.title,
            source=self.source,
            published=self.published,
            lead=self.lead,
        )


@dataclass(frozen=True, slots=True)
class _Check:
    text: str
    supported: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    asked: str


@dataclass(frozen=True, slots=True)
class _Whole:
    """A row of ``eval qa``: an answer as ``suyuan ask --json`` gives it, with an id."""

    id: str
    status: Status
    text: str
    citations: tuple[_Quote, ...]
    evidence: tuple[_Quote, ...]
    checks: tuple[_Check, ...]
    timings: _Seconds
    question: _Asked
    model: str = ""
    notes: tuple[str, ...] = ()
    tokens: _Tokens | None = None
    probability: _Share | None = None


@dataclass(frozen=True, slots=True)
class _Short:
    """A row of ``eval answers``, ``rgb`` or ``reading``."""

    id: str
    status: Status
    output: str
    cited: tuple[str, ...]
    timings: _Seconds
    ranked: tuple[str, ...] | None = None
    answer: str = ""
    quotes: tuple[str, ...] = ()
    citations: tuple[_Quote, ...] | None = None
    evidence: tuple[_Quote, ...] | None = None
    unsupported: tuple[str, ...] | None = None
    model: str = ""
    notes: tuple[str, ...] = ()
    tokens: _Tokens | None = None
    probability: _Share | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True)
class _Ranking:
    """A row of ``eval retrieval``."""

    id: str
    ranked: tuple[str, ...]
    evidence: tuple[_Quote, ...] | None = None


_WHOLE, _SHORT = TypeAdapter(_Whole), TypeAdapter(_Short)
_RANKING = TypeAdapter(_Ranking)


def _parse(line: str) -> RunRow:
    row = parse_row(line)
    try:
        if "question" in row:
            return _of_whole(_WHOLE.validate_python(row))
        if "status" in row:
            return _of_short(_SHORT.validate_python(row))
        return _of_ranking(_RANKING.validate_python(row))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadRow(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None


def _of_whole(row: _Whole) -> RunRow:
    citations = tuple(item.cited(n) for n, item in enumerate(row.citations, 1))
    return RunRow(
        id=row.id,
        status=row.status,
        answer=row.text,
        output=without_markers(row.text),
        citations=citations,
        articles=tuple(dict.fromkeys(item.article_id for item in citations)),
        ranked=tuple(dict.fromkeys(item.article_id for item in row.evidence)),
        evidence=tuple(item.cited(n) for n, item in enumerate(row.evidence, 1)),
        timings=row.timings,
        tokens=_total(row.tokens),
        model=row.model,
        unsupported=tuple(check.text for check in row.checks if not check.supported),
        probability=row.probability,
        notes=row.notes,
        question=row.question.asked,
        asked=row.question.asked,
    )


def _of_short(row: _Short) -> RunRow:
    return RunRow(
        id=row.id,
        status=row.status,
        answer=row.answer or row.output,
        output=row.output,
        citations=_short_citations(row),
        articles=row.cited,
        ranked=row.ranked,
        evidence=_shown(row.evidence),
        timings=row.timings,
        tokens=_total(row.tokens),
        model=row.model,
        unsupported=row.unsupported,
        probability=row.probability,
        notes=row.notes,
        asked=row.asked,
    )


def _short_citations(row: _Short) -> tuple[Cited, ...]:
    if row.citations is not None:
        return tuple(item.cited(n) for n, item in enumerate(row.citations, 1))
    # ``cited`` names each article once; whose a quote is can be told where that settles it.
    if len(row.cited) == len(row.quotes):
        owners = row.cited
    else:
        owners = row.cited * len(row.quotes) if len(row.cited) == 1 else ("",) * len(row.quotes)
    return tuple(
        Cited(n, quote, article_id=owner)
        for n, (quote, owner) in enumerate(zip(row.quotes, owners, strict=True), 1)
    )


def _of_ranking(row: _Ranking) -> RunRow:
    return RunRow(id=row.id, ranked=row.ranked, evidence=_shown(row.evidence))


def _shown(items: tuple[_Quote, ...] | None) -> tuple[Cited, ...] | None:
    if items is None:
        return None
    return tuple(item.cited(n) for n, item in enumerate(items, 1))


def _total(tokens: _Tokens | None) -> int | None:
    return None if tokens is None else tokens.prompt + tokens.completion
