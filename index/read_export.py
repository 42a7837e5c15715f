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
from index.read_reasons import READ
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
                raise BadInput(READ.say("no_object", shown=_shown(record)))
            article = read_article(record, facts, options, position=position)
            given = bool(article.id)
            article = article if given else replace(article, id=row_id(facts, article))
            yield ids.unique(article, line, given=given)
        except BadInput as error:
            yield rejected(facts, error, line)
    if position == 0:
        yield rejected(facts, READ.say("no_row"))


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
                raise BadInput(READ.say("repeated_id", line=line, id=candidate.id, first=first))
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
                raise BadInput(READ.say("not_json", count=_HOPELESS)) from error
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
        said, column = _broken(error), error.colno
        raise BadInput(READ.say("json_at_column", said=said, column=column)) from error
    except (RecursionError, ValueError) as error:
        raise BadInput(READ.say("json_unusable", said=_broken(error))) from error


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
            yield _Fault(line, _broken_off(error))
            return
        yield line, row
        index = _skip_space(text, index)
        if array and text[index : index + 1] == ",":
            index = _skip_space(text, index + 1)
        elif array and text[index : index + 1] != "]":
            line = 1 + text.count("\n", 0, index)
            yield _Fault(line, READ.say("json_no_comma"))
            return


def _broken_off(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return READ.say("json_at_line", said=_broken(error), line=error.lineno)
    return READ.say("json_unusable_after", said=_broken(error))


def _broken(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg.removesuffix(" at").removesuffix(" starting")
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


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
            yield _Fault(line.number, READ.say("many_cells", count=len(record), most=len(header)))
        else:
            yield line.number, dict(zip(header, record, strict=False))
    if not header:
        raise BadInput(READ.say("no_header"))


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
        return READ.say("open_quote", line=used[-1].number)
    return READ.say("broken_csv", said=error)


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
        raise BadInput(READ.say("many_columns", count=f"{len(cells):,}", most=f"{_COLUMNS:,}"))
    header = [cell.strip().removeprefix("\ufeff") for cell in cells]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise BadInput(READ.say("column_twice", name=twice[0]))
    mapping = {SYNONYMS.get(name, name): column for name, column in options.fields.items()}
    texts = {mapping["text"]} if "text" in mapping else set(ALIASES["text"])
    folded = {name.casefold() for name in header} if "text" not in mapping else set(header)
    if not texts & folded:
        shown = ", ".join(header)[:200]
        raise BadInput(READ.say("no_text_column", header=shown))
    return header
