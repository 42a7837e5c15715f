"""What a line is only beside its neighbours: column, table, verse, masthead, advertisement."""

import re
from itertools import pairwise

from index.page_byline import Byline
from index.page_furniture import (
    Masthead,
    is_advertisement,
    is_date_line,
    is_nameplate,
    names_page,
    parse_masthead,
    read_nameplate,
)
from index.page_lines import COMMA, STOP, Line, Role
from index.page_names import looks_like_name


def mark_context(lines: list[Line]) -> None:
    """Settle what only neighbours show: columns, tables, verse, mastheads, advertisements."""
    _mark_mastheads(lines)
    _mark_columns(lines)
    _mark_tables(lines)
    _mark_lists(lines)
    _mark_names(lines)
    _mark_labels(lines)
    _mark_advertisements(lines)


def _mark_mastheads(lines: list[Line]) -> None:
    """Paper names, sections and dates count as masthead at the top of the page or beside one."""
    inner = [n for n, x in enumerate(lines) if x.role is Role.HEAD and names_page(x.key)]
    for n in (*range(_top(lines)), *inner, *_beside_mastheads(lines)):
        line = lines[n]
        if line.role in (Role.HEAD, Role.PROSE, Role.FURNITURE) and len(line.text) <= 40:
            if is_nameplate(line.key) and (line.role is not Role.FURNITURE or len(lines) > 1):
                plate = read_nameplate(line.key)
                line.role, line.masthead = Role.MASTHEAD, plate
            elif is_date_line(line.key) and (found := parse_masthead(line.key + " 01版")):
                line.role = Role.MASTHEAD
                line.masthead = Masthead(published=found.published)


def _top(lines: list[Line]) -> int:
    """How many of the first four lines stand above any text."""
    text = {Role.PROSE, Role.BYLINE, Role.CAPTION, Role.LIST}
    return next((n for n, line in enumerate(lines[:4]) if line.role in text), min(4, len(lines)))


def _beside_mastheads(lines: list[Line]) -> list[int]:
    """Walks outwards from each masthead while names of papers and sections go on."""
    found: list[int] = []
    for n, line in enumerate(lines):
        if line.role is Role.MASTHEAD:
            for step in (-1, 1):
                at = n + step
                while (
                    0 <= at < len(lines)
                    and abs(at - n) <= 3
                    and is_nameplate(lines[at].key or "—x")
                ):
                    found.append(at)
                    at += step
    return found


def _mark_columns(lines: list[Line]) -> None:
    """Find the widths of hard-wrapped columns, and mark the lines that fill theirs.

    A column shows as three or more neighbours of one width that hold commas and end in
    mid-sentence.
    """
    widths: set[int] = set()
    edges: set[int] = set()
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and _continues_run(run, line):
            run.append(line)
            continue
        if len(run) >= 3 and any(COMMA.search(x.text) or STOP.search(x.text) for x in run):
            # A figure or word that would not fit leaves its line a little short.
            widths.update(range(min(x.width for x in run) - 4, max(x.width for x in run) + 2))
            edges.update(range(max(x.width for x in run) - 2, max(x.width for x in run) + 2))
        run = [line] if line is not None and _may_be_wrapped(line) else []
    for line in lines:
        line.full = line.width in widths and _may_be_wrapped(line)
        line.flush = line.full and line.width in edges
    _refuse_full_headlines(lines)


def _may_be_wrapped(line: Line) -> bool:
    body = line.role in (Role.HEAD, Role.PROSE, Role.CAPTION)
    return body and 20 <= line.width <= 130 and not (line.final and line.width < 30)


def _continues_run(run: list[Line], line: Line) -> bool:
    if not run or not _may_be_wrapped(line) or line.gap > 1 or line.dateline:
        return False
    if run[-1].final and not line.latin:
        return False
    slack = 16 if line.latin else 4
    low, high = min(x.width for x in run[-40:]), max(x.width for x in run[-40:])
    return max(high, line.width) - min(low, line.width) <= slack


def _refuse_full_headlines(lines: list[Line]) -> None:
    """In a column, a line as wide as the column is a headline only where a byline says so."""
    for n, line in enumerate(lines):
        if line.role is not Role.HEAD or not line.full:
            continue
        before = lines[n - 1] if n else None
        after = lines[n + 1] if n + 1 < len(lines) else None
        inside = before is not None and before.full and not before.final and not line.gap
        marked = after is not None and (
            after.role is Role.BYLINE
            or after.dateline is not None
            or (after.indented and not line.indented)
        )
        apart = after is not None and after.gap > 0 and line.gap >= after.gap
        if inside or not (marked or apart or after is None):
            line.role = Role.PROSE


_FIGURE = re.compile(r"[\d|\t]")
_NUMERIC = re.compile(
    r"[-+±↑↓]?[\d,]*\d(?:\.\d+)?(?:%|‰|[万亿千百]?(?:元|吨|人|户|个|件|家|辆|套|平方米|公里|美元|倍|分|℃|度)?"
    r"|[万亿])?$|[-—–/]+$|[-\d.]+[~\-—至][-\d.]+\D{0,4}$|\d{1,4}[年月/.\-:]\d{0,2}[日月份]?$"
)


def cells(key: str) -> list[str]:
    """The columns of a row, parted by tabs, bars, wide blanks, or single ones."""
    parts = [c.strip() for c in re.split(r"\t|\||\s{2,}", key.strip("| \t")) if c.strip()]
    return parts if len(parts) > 1 else key.split()


def _row_shape(line: Line) -> tuple[int, bool]:
    """How many cells, and whether figures make it a row by itself."""
    if line.role not in (Role.HEAD, Role.PROSE, Role.FURNITURE) or len(line.text) > 120:
        return 0, False
    if not _FIGURE.search(line.key) and " " not in line.text:
        return 1, False
    if line.latin or not line.key or re.search(r"[。，；！？!?;]", line.text):
        return (len(cells(line.key)) if "|" in line.key else 0), line.key.count("|") >= 2
    row = cells(line.key)
    figures = sum(bool(_NUMERIC.match(cell)) for cell in row)
    barred = line.key.count("|") >= 2 and len(row) >= 2
    return len(row), barred or (len(row) >= 2 and figures * 5 >= len(row) * 2) or (
        len(row) == 1 and figures == 1
    )


def _mark_tables(lines: list[Line]) -> None:
    """Two rows of figures make a table; its neighbours with as many cells are its heads."""
    shapes = [_row_shape(line) for line in lines]
    rows = [sure for _, sure in shapes]
    for n, (count, sure) in enumerate(shapes):
        if sure and not ((n and rows[n - 1]) or (n + 1 < len(rows) and rows[n + 1])):
            continue
        if sure and (count > 1 or _in_figure_run(rows, n)):
            lines[n].role = Role.LIST
    for n in range(len(lines) - 2, -1, -1):
        below = lines[n + 1]
        if below.role is Role.LIST and lines[n].role is Role.HEAD and below.gap <= 1:
            count = shapes[n][0]
            if count >= 2 and abs(count - shapes[n + 1][0]) <= 1:
                lines[n].role = Role.LIST


def _in_figure_run(rows: list[bool], n: int) -> bool:
    return sum(rows[max(0, n - 2) : n + 3]) >= 3


def _mark_lists(lines: list[Line]) -> None:
    """Five or more headline-like lines in a row are verse, a list or an index, not headlines."""
    start = 0
    for n in range(len(lines) + 1):
        same = n < len(lines) and lines[n].role is Role.HEAD and (n == start or lines[n].gap <= 1)
        if same:
            continue
        _mark_run(lines, start, n)
        start = n if n < len(lines) and lines[n].role is Role.HEAD else n + 1
    for line, below in pairwise(lines):
        if line.role is Role.HEAD and is_date_line(below.key or "x") and below.role is Role.PROSE:
            line.role = below.role = Role.LIST


def _mark_run(lines: list[Line], start: int, end: int) -> None:
    numbered = [bool(re.match(r"\(?\d{1,2}[.、)]", line.key)) for line in lines[start:end]]
    if end - start < 5 and not (end - start >= 2 and all(numbered)):
        return
    after = lines[end] if end < len(lines) else None
    keep = 0
    if after is not None and (after.role is Role.BYLINE or after.dateline):
        keep = 1
        while keep < 3 and lines[end - keep].gap == 0 and end - keep > start:
            keep += 1
    opening = start == 0 or lines[start].gap >= 2 or lines[start - 1].role is Role.MASTHEAD
    first = start + (1 if opening and not all(numbered) else 0)
    for line in lines[first : end - keep]:
        line.role = Role.LIST


def _mark_labels(lines: list[Line]) -> None:
    """威海： above a headline is part of it; a comma above a figure is half a sentence."""
    for line, below in pairwise(lines):
        label = len(line.text) <= 8 and line.text.endswith("：")
        if line.role is Role.PROSE and below.role is Role.HEAD and label and below.gap <= 1:
            line.role = Role.HEAD
        half = COMMA.search(line.text) and below.text[0].isdigit() and not below.indented
        if line.role is Role.HEAD and below.role is Role.PROSE and half:
            line.role = Role.PROSE


def _mark_names(lines: list[Line]) -> None:
    """Columnists sign with their bare name, between the headline and the text."""
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        between = above.role is line.role is Role.HEAD and below.role is Role.PROSE
        if between and looks_like_name(line.text):
            line.role = Role.BYLINE
            line.byline = Byline(("".join(line.text.split()),))


def _mark_advertisements(lines: list[Line]) -> None:
    """In a block with a telephone line or an 广告 label, the lines that are no sentences go too."""
    start = 0
    for n in range(1, len(lines) + 1):
        if n < len(lines) and lines[n].gap == 0:
            continue
        block = lines[start:n]
        start = n
        loose = [x for x in block if x.role in (Role.HEAD, Role.LIST) and not x.final]
        other = [x for x in block if x.role in (Role.PROSE, Role.BYLINE, Role.CAPTION)]
        if loose and not other and any(is_advertisement(x.key) for x in block):
            for line in loose:
                line.role = Role.FURNITURE
