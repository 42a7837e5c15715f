"""Read a run: the rows that ``suyuan eval`` writes, each with what it tells and no more.

Three kinds of rows are read: whole answers (``eval qa``), answers in short (``eval answers``,
``rgb``, ``reading``) and rankings (``eval retrieval``). Knows nothing of what is right. Formats:
docs/runs.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eval.match import without_markers
from eval.rows import BadRow, parse_row, parse_rows
from eval.run_record import RECORD, TAKEN_UP
from eval.run_rows import Cited, Quote, Ranking, Short, Tokens, Whole
from index.errors import BadInput
from rag.types import Status

_ANSWERS = "answers.jsonl"  # the name inside a folder that ``eval qa`` writes


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
    prompt_tokens: int | None = None  # of all prompts of the question together
    completion_tokens: int | None = None
    tokens_by: str = ""  # usage: as the endpoint counted; estimate: by tiktoken
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
    record: Mapping[str, Any] = field(default_factory=dict)  # eval.run_record; empty in old runs


def read_run(path: Path) -> Run:
    """The run in a file, or in a folder that ``suyuan eval qa`` wrote.

    Of two rows for one question the later holds: a run taken up again asks anew what has changed.

    Raises:
        BadInput: There is none, or a line is no row of a run; names every bad line.
    """
    file = run_file(path)
    rows = [row for _, row in parse_rows(file, _parse, what="run", form="docs/runs.md")]
    made_with, record = _made_with(file, rows)
    return Run(path, {row.id: row for row in rows}, made_with, record)


def run_file(path: Path) -> Path:
    """The file that holds the run's rows: ``path``, or the one in that folder."""
    return path / _ANSWERS if path.is_dir() else path


def _made_with(file: Path, rows: list[RunRow]) -> tuple[dict[str, str], dict[str, Any]]:
    beside = file.with_name(f"{file.name}.run.json")
    if beside.is_file():
        try:
            known = dict(json.loads(beside.read_text("utf-8")))
            record = dict(known.pop(RECORD, {}))
            if later := known.pop(TAKEN_UP, []):
                record[TAKEN_UP] = len(later)
            return {str(k): _word(v) for k, v in known.items()}, record
        except (OSError, ValueError, TypeError):
            raise BadInput(f"{beside} is no JSON object; delete it to go without") from None
    models = dict.fromkeys(row.model for row in rows if row.model)
    return ({"model": ", ".join(models)} if models else {}), {}


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_WHOLE, _SHORT = TypeAdapter(Whole), TypeAdapter(Short)
_RANKING = TypeAdapter(Ranking)


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


def _of_whole(row: Whole) -> RunRow:
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
        **_tokens(row.tokens),
        model=row.model,
        unsupported=tuple(check.text for check in row.checks if not check.supported),
        probability=row.probability,
        notes=row.notes,
        question=row.question.asked,
        asked=row.question.asked,
    )


def _of_short(row: Short) -> RunRow:
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
        **_tokens(row.tokens),
        model=row.model,
        unsupported=row.unsupported,
        probability=row.probability,
        notes=row.notes,
        asked=row.asked,
    )


def _short_citations(row: Short) -> tuple[Cited, ...]:
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


def _of_ranking(row: Ranking) -> RunRow:
    return RunRow(
        id=row.id,
        ranked=row.ranked,
        evidence=_shown(row.evidence),
        timings=row.timings,
        asked=row.asked,
    )


def _shown(items: tuple[Quote, ...] | None) -> tuple[Cited, ...] | None:
    if items is None:
        return None
    return tuple(item.cited(n) for n, item in enumerate(items, 1))


def _tokens(tokens: Tokens | None) -> dict[str, Any]:
    if tokens is None:
        return {}
    return {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "tokens_by": tokens.by,
    }
