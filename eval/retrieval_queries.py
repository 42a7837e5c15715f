"""Read a retrieval query set. Format: docs/retrieval-format.md. Knows nothing of scores."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from eval.rows import BadRow, parse_rows
from rag.understand import LONGEST_QUESTION

_FORMAT = "docs/retrieval-format.md"

# No control characters: ids and types are shown in the terminal, which would obey them.
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\P{Cc}*$")]
_Form = Annotated[str, Field(min_length=1)]
_Asked = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION),
]
_Group = Annotated[tuple[_Name, ...], Field(min_length=1)]
_Part = Annotated[tuple[_Form, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class RetrievalQuery:
    """One row. Only ``question`` is shown to the system; all else is for the judge."""

    id: _Name
    type: _Name
    question: _Asked
    gold_ids: tuple[_Name, ...] = ()
    alt_gold_ids: tuple[_Name, ...] = ()  # as good as gold
    ignore_ids: tuple[_Name, ...] = ()  # neither right nor wrong: taken out of the ranking
    gold_groups: tuple[_Group, ...] = ()
    require_all_gold: bool = False
    answers: tuple[_Part, ...] = ()  # required parts, each a list of accepted forms

    @property
    def judged(self) -> bool:
        """Whether there is anything to find; a ``null`` question has no article that answers."""
        return self.type != "null" and bool(self.gold_ids)

    @property
    def relevant(self) -> frozenset[str]:
        """The articles any of which answers, wholly or in part."""
        return frozenset(self.gold_ids) | frozenset(self.alt_gold_ids)

    @property
    def groups(self) -> list[Collection[str]]:
        """The sets of articles from each of which one is needed."""
        if self.gold_groups:
            groups = [frozenset(group) for group in self.gold_groups]
        elif self.require_all_gold:
            groups = [frozenset([key]) for key in self.gold_ids]
        else:
            groups = [self.relevant]
        # An alternative stands for the whole answer, so only where there is one part of it.
        return [groups[0] | frozenset(self.alt_gold_ids)] if len(groups) == 1 else [*groups]


_ROW = TypeAdapter(RetrievalQuery)


def read_retrieval_queries(path: Path) -> list[RetrievalQuery]:
    """The rows of a query set in order; blank lines are skipped, further fields are not read.

    Raises:
        BadInput: The file or a row cannot be used; names every bad line and what is wrong in it.
    """
    rows = parse_rows(path, _query, what="query set", form=_FORMAT, key=lambda query: query.id)
    return [query for _, query in rows]


def _query(line: str) -> RetrievalQuery:
    try:
        return _ROW.validate_json(line, strict=True)
    except ValidationError as error:
        raise BadRow(_faults(error)) from None


def _faults(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False)
    return ", ".join(
        ": ".join(part for part in (".".join(map(str, item["loc"])), _message(item)) if part)
        for item in found
    )


def _message(item: ErrorDetails) -> str:
    if item["type"] == "string_pattern_mismatch":
        return "String should have no control characters"
    return item["msg"]
