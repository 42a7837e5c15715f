"""Read a file of one JSON object a line, every bad line named. Knows nothing of their fields."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from index.errors import BadInput
from index.read_stream import READ_ERRORS, Line, read_lines

_SHOWN = 20  # bad lines explained in one message; the numbers of all others follow
_LINE_LIMIT = 1_000_000  # characters; the longest row of the public sets has 4,436 bytes
_UNPACKED_LIMIT = 2**30  # bytes of a .gz, which may be built to unpack to any number of them

_T = TypeVar("_T")


class BadRow(ValueError):
    """What is wrong in one row, as the words after its line number."""


class BadRows(BadInput):
    """Rows of a file cannot be used; ``faults`` says of each line what is wrong in it."""

    def __init__(self, message: str, faults: Mapping[int, str]) -> None:
        super().__init__(message)
        self.faults = dict(faults)


def read_rows(path: Path, *, what: str, form: str = "") -> list[tuple[int, dict[str, Any]]]:
    """Line number and object of each row; blank lines are skipped, a name in .gz is unpacked.

    Args:
        path: The file, in UTF-8 or another encoding that its beginning shows.
        what: What it is called in an error: "QA set" gives "The QA set FILE has no rows."
        form: Where its format is described.

    Raises:
        BadInput: The file cannot be read, has no rows, or has lines that are no JSON objects;
            names every such line.
    """
    return parse_rows(path, parse_row, what=what, form=form)


def parse_rows(
    path: Path,
    parse: Callable[[str], _T],
    *,
    what: str,
    form: str = "",
    key: Callable[[_T], str] | None = None,
) -> list[tuple[int, _T]]:
    """As ``read_rows``, each line by way of ``parse``, which raises BadRow for a bad one.

    ``key`` gives the id of a parsed row, which no other row may have.
    """
    rows: list[tuple[int, _T]] = []
    bad: dict[int, str] = {}
    first: dict[str, int] = {}
    for line in _lines(path, what, form):
        try:
            row = _parsed(line, parse)
            if key and (number := first.setdefault(key(row), line.number)) != line.number:
                raise BadRow(f'id "{key(row)}" is also on line {number}')
        except BadRow as fault:
            bad[line.number] = str(fault)
        else:
            rows.append((line.number, row))
    if bad:
        raise bad_rows(path, bad, what=what, form=form)
    if not rows:
        raise BadInput(f"The {what} {path} has no rows.{_hint(form)}")
    return rows


def parse_row(line: str) -> dict[str, Any]:
    """The JSON object in a line.

    Raises:
        BadRow: It is not JSON, or no object.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"not JSON ({error})") from None
    if not isinstance(row, dict):
        raise BadRow("not a JSON object")
    return row


def bad_rows(path: Path, faults: Mapping[int, str], *, what: str, form: str = "") -> BadRows:
    """The error that tells what is wrong in which lines: ``{3: "id must be a text"}``."""
    numbers = list(faults)
    told = [f"line {number}: {faults[number]}" for number in numbers[:_SHOWN]]
    if rest := numbers[_SHOWN:]:
        told.append(f"and lines {', '.join(map(str, rest))}")
    return BadRows(
        f"The {what} {path} has rows that cannot be used: {'; '.join(told)}.{_hint(form)}", faults
    )


def _lines(path: Path, what: str, form: str) -> list[Line]:
    try:
        lines = read_lines(path, line_limit=_LINE_LIMIT, unpacked_limit=_UNPACKED_LIMIT)
        return [line for line in lines if line.fault or line.text.strip()]
    except BadInput as error:
        reason = str(error)
    except READ_ERRORS as error:
        reason = getattr(error, "strerror", None) or str(error)
    raise BadInput(f"Cannot read the {what} {path}: {reason}.{_hint(form)}")


def _parsed(line: Line, parse: Callable[[str], _T]) -> _T:
    if line.fault:
        raise BadRow(line.fault)
    return parse(line.text)


def _hint(form: str) -> str:
    return f" Its format: {form}" if form else ""
