"""Exports (.jsonl, .json, .csv, .tsv) to articles, row by row. Knows nothing of pages."""

import csv
import hashlib
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index.decode import decode_exact
from index.errors import BadInput
from index.read_fields import read_article, row_id
from index.read_options import ALIASES, SYNONYMS, FileFacts, Limits, ReadOptions, rejected
from index.read_stream import Line, read_bytes, read_lines
from index.types import Article, Rejected

# A quote that is never closed would swallow the rest of the file; no article has more paragraphs.
_RECORD_LINES = 5_000
# A file whose first lines are all no JSON is no .jsonl; one rejection each would bury the report.
_HOPELESS = 100
_COLUMNS = 1_000
_DELIMITERS = ",\t;|"

Row = tuple[int, object]


@dataclass(frozen=True, slots=True)
class _Fault:
    """A row that could not be parsed."""

    line: int
    reason: str


def read_jsonl(path: Path, options: ReadOptions) -> Iterator[Article | Rejected]:
    """One article per line; a line that cannot be used is rejected, the others go in."""
    return _articles(_jsonl_rows(path, options.limits), path, options)


def read_json(path: Path, options: ReadOptions) -> Iterator[Article | Rejected]:
    """An array of rows, one row, or rows one after another; rows before a break go in."""
    return _articles(_json_rows(path, options.limits), path, options)


def read_csv(path: Path, options: ReadOptions) -> Iterator[Article | Rejected]:
    """Rows under a header line, divided by comma, tab, semicolon or bar."""
    return _articles(_csv_rows(path, options), path, options)


def _articles(
    rows: Iterator[Row | _Fault], path: Path, options: ReadOptions
) -> Iterator[Article | Rejected]:
    facts = FileFacts.of(path)
    ids = _Ids()
    position = 0
    for row in rows:
        if isinstance(row, _Fault):
            yield rejected(facts, row.reason, row.line)
            continue
        line, record = row
        position += 1
        try:
            if not isinstance(record, Mapping):
                raise BadInput(f"a row is an object with named fields, not {_shown(record)}")
            article = read_article(record, facts, options, position=position)
            given = bool(article.id)
            article = article if given else replace(article, id=row_id(facts, article))
            yield ids.unique(article, line, given=given)
        except BadInput as error:
            yield rejected(facts, error, line)
    if position == 0:
        yield rejected(facts, "no row in this file")


class _Ids:
    """The ids of one file, each with the line it was first used on and a digest of its text."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, bytes]] = {}

    def unique(self, article: Article, line: int, *, given: bool) -> Article:
        """The article, renamed where only its made id is taken: two 天气预报 of one day differ.

        Raises:
            BadInput: the id or address was given and is taken, or the whole row is a repetition.
        """
        digest = hashlib.sha256(article.body.encode()).digest()[:8]
        number = 1
        candidate = article
        while candidate.id in self._seen:
            first, first_digest = self._seen[candidate.id]
            if given or digest == first_digest:
                raise BadInput(f'line {line} repeats the id "{candidate.id}" of line {first}')
            number += 1
            candidate = replace(article, id=f"{article.id}-{number}")
        self._seen[candidate.id] = (line, digest)
        return candidate


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


def _jsonl_rows(path: Path, limits: Limits) -> Iterator[Row | _Fault]:
    failures = 0
    parsed = False
    for line in _bounded_lines(path, limits):
        if not line.fault and not line.text.strip():
            continue
        try:
            row = _parse(line)
        except BadInput as error:
            yield _Fault(line.number, str(error))
            failures += 1
            if failures == _HOPELESS and not parsed:
                raise BadInput(f"none of the first {_HOPELESS} lines is JSON") from error
            continue
        parsed = True
        yield line.number, row


def _bounded_lines(path: Path, limits: Limits) -> Iterator[Line]:
    return read_lines(path, line_limit=limits.line_characters, unpacked_limit=limits.unpacked_bytes)


def _parse(line: Line) -> object:
    if line.fault:
        raise BadInput(line.fault)
    try:
        return json.loads(line.text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise BadInput(f"{_broken(error)} at column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        raise BadInput(_broken(error)) from error


def _json_rows(path: Path, limits: Limits) -> Iterator[Row | _Fault]:
    text = decode_exact(read_bytes(path, limits.json_bytes))
    decoder = json.JSONDecoder()
    index = _skip_space(text, 0)
    array = text[index : index + 1] == "["
    index = _skip_space(text, index + 1) if array else index
    line, counted = 1, 0
    while index < len(text) and not (array and text[index] == "]"):
        line, counted = line + text.count("\n", counted, index), index
        try:
            row, index = decoder.raw_decode(text, index)
        except (RecursionError, ValueError) as error:
            place = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            yield _Fault(line, f"{_broken(error)}{place}; nothing after it was read")
            return
        yield line, row
        index = _skip_space(text, index)
        if array and text[index : index + 1] == ",":
            index = _skip_space(text, index + 1)
        elif array and text[index : index + 1] != "]":
            line = 1 + text.count("\n", 0, index)
            yield _Fault(line, "broken JSON: no comma after a row; nothing after it was read")
            return


def _broken(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON: {error.msg.removesuffix(' at').removesuffix(' starting')}"
    if isinstance(error, RecursionError):
        return "unusable JSON: nested too deeply"
    return f"unusable JSON: {error}"


def _skip_space(text: str, index: int) -> int:
    while index < len(text) and text[index] in " \t\r\n":
        index += 1
    return index


def _csv_rows(path: Path, options: ReadOptions) -> Iterator[Row | _Fault]:
    # The field limit is the csv module's own, for all readers of the process.
    csv.field_size_limit(max(csv.field_size_limit(), options.limits.line_characters))
    header: list[str] = []
    delimiter = ""
    source = _Records(_bounded_lines(path, options.limits), options.limits.line_characters)
    while (line := source.peek()) is not None:
        if not line.fault and not line.text.strip():
            source.skip()
            continue
        if not delimiter and not line.fault:
            delimiter = _delimiter(line.text, options)
        record = source.record(delimiter or ",")
        if isinstance(record, _Fault):
            yield record
        elif not header:
            header = _header(record, options)
        elif len(record) > len(header):
            yield _Fault(line.number, f"{len(record)} cells, but the header has {len(header)}")
        else:
            yield line.number, dict(zip(header, record, strict=False))
    if not header:
        raise BadInput("no header line")


class _Records:
    """CSV records over lines; after a broken record, reading goes on at its second line."""

    def __init__(self, lines: Iterator[Line], limit: int) -> None:
        self._lines = lines
        self._limit = limit
        self._again: deque[Line] = deque()

    def peek(self) -> Line | None:
        """The next line, left in place."""
        if not self._again:
            line = next(self._lines, None)
            if line is None:
                return None
            self._again.append(line)
        return self._again[0]

    def skip(self) -> None:
        """Pass over the line that ``peek`` showed."""
        self._again.popleft()

    def record(self, delimiter: str) -> list[str] | _Fault:
        """The record that begins at the next line."""
        used: list[Line] = []
        try:
            return next(csv.reader(self._feed(used), delimiter=delimiter, strict=True))
        except (csv.Error, StopIteration, BadInput) as error:
            self._again.extendleft(reversed(used[1:]))
            return _Fault(used[0].number, _csv_trouble(error, used))

    def _feed(self, used: list[Line]) -> Iterator[str]:
        characters = 0
        while len(used) < _RECORD_LINES and (line := self.peek()) is not None:
            if line.fault and used:
                return
            self.skip()
            used.append(line)
            characters += len(line.text)
            if line.fault:
                raise BadInput(line.fault)
            if characters > self._limit:
                return
            yield line.text + "\n"


def _csv_trouble(error: Exception, used: list[Line]) -> str:
    if isinstance(error, BadInput):
        return str(error)
    if "unexpected end of data" in str(error):
        return f"a quote is not closed by line {used[-1].number}"
    return f"broken CSV: {error}"


def _delimiter(header: str, options: ReadOptions) -> str:
    """The sign that divides the header into the most column names that are understood."""
    wanted = _wanted_columns(options)

    def known(sign: str) -> int:
        cells = next(csv.reader([header], delimiter=sign), [])
        return sum(cell.strip().strip("\ufeff").casefold() in wanted for cell in cells)

    return max(_DELIMITERS, key=known)


def _wanted_columns(options: ReadOptions) -> set[str]:
    mapped = {column.strip().casefold() for column in options.fields.values()}
    return mapped | {alias for aliases in ALIASES.values() for alias in aliases}


def _header(cells: list[str], options: ReadOptions) -> list[str]:
    if len(cells) > _COLUMNS:
        raise BadInput(f"{len(cells):,} columns; a table may have {_COLUMNS:,}")
    header = [cell.strip().removeprefix("\ufeff") for cell in cells]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise BadInput(f'the column "{twice[0]}" is in the header twice')
    mapping = {SYNONYMS.get(name, name): column for name, column in options.fields.items()}
    texts = {mapping["text"]} if "text" in mapping else set(ALIASES["text"])
    folded = {name.casefold() for name in header} if "text" not in mapping else set(header)
    if not texts & folded:
        shown = ", ".join(header)[:200]
        raise BadInput(
            f"no text column; the header has {shown}; say which with --field text=COLUMN"
        )
    return header
