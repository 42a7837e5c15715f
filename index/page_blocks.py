"""Rejoin the lines of a page into paragraphs, and take out what landed in mid-sentence."""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from index.page_lines import COMMA, Line, Role, is_caption, is_final

_LOOK_AHEAD = 8  # lines; more than a landed headline, a caption and a page number together
_MAX_LANDED = 3
_SHORTEST = 4  # characters of a landed headline; shorter is the end of a wrapped sentence
_CREDITED = 80  # characters; a longer paragraph above a picture credit is the article's


@dataclass(slots=True)
class Block:
    """A paragraph or a line that stands alone. ``landed``: found in the middle of a sentence."""

    role: Role
    lines: list[Line] = field(default_factory=list)
    landed: bool = False

    @property
    def first(self) -> Line:
        """The line that opens it, which carries gap, byline and dateline."""
        return self.lines[0]

    @property
    def text(self) -> str:
        """The printed words, rejoined."""
        parts = [self.lines[0].text]
        for above, line in zip(self.lines, self.lines[1:], strict=False):
            parts += (_glue(above, line), line.text)
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Spacing:
    """How the page sets its paragraphs apart."""

    paragraph: int  # the usual number of blank lines between two paragraphs
    indents: bool  # paragraphs begin with an indent

    def apart(self, gap: int) -> bool:
        """Whether the gap is wider than one between paragraphs: two pieces, perhaps."""
        return gap >= 2 and gap > self.paragraph


def measure_spacing(lines: list[Line]) -> Spacing:
    """The page's own habits, from the lines that end a sentence and what follows them."""
    prose = [x for x in lines if x.role is Role.PROSE]
    gaps = Counter(
        below.gap
        for above, below in pairwise(lines)
        if above.role is below.role is Role.PROSE and above.final
    )
    indented = sum(x.indented for x in prose)
    usual = max(gaps, key=lambda gap: (gaps[gap], -gap)) if gaps else 1
    return Spacing(usual, 3 <= indented < len(prose) or indented * 2 > len(prose) > 1)


def build_blocks(lines: list[Line], spacing: Spacing) -> list[Block]:
    """One block for each paragraph, headline line, byline, caption and piece of furniture."""
    builder = _Builder(lines, spacing)
    for n, line in enumerate(lines):
        builder.take(n, line)
    for block in builder.blocks:
        if (
            block.role is Role.PROSE
            and len(block.lines) > 1
            and is_caption(block.first, block.text)
        ):
            block.role = Role.CAPTION
    for block, below in pairwise(builder.blocks):
        credit = below.first.byline
        plain = block.role is Role.PROSE and not block.first.dateline
        if plain and credit and credit.photo and len(block.text) <= _CREDITED:
            block.role = Role.CAPTION
    return builder.blocks


class _Builder:
    """Keeps the paragraph whose sentence is still open while the page goes on."""

    def __init__(self, lines: list[Line], spacing: Spacing) -> None:
        self.blocks: list[Block] = []
        self._lines = lines
        self._spacing = spacing
        self._open: Block | None = None
        self._waiting: Block | None = None  # a paragraph that an unfinished caption interrupts

    def take(self, n: int, line: Line) -> None:
        if line.role is Role.FURNITURE:
            self._add(line)
        elif line.role is Role.BYLINE:
            self._take_byline(n, line)
        elif line.role in (Role.LIST, Role.MASTHEAD):
            self._open = self._waiting = None
            self._add(line)
        elif self._open is not None and self._continues(self._open, line):
            self._open.lines.append(line)
            self._close_if_ended(self._open)
        elif line.role is Role.CAPTION:
            self._start_caption(line)
        elif line.role is Role.HEAD:
            self._take_headline(n, line)
        else:
            self._open = self._waiting = None
            self._open = self._add(line)
            self._close_if_ended(self._open)

    def _add(self, line: Line, *, landed: bool = False) -> Block:
        self.blocks.append(Block(line.role, [line], landed))
        return self.blocks[-1]

    def _take_byline(self, n: int, line: Line) -> None:
        landed = self._open is not None and self._resumes(n + 1, spare_bylines=False)
        if not landed:
            self._open = self._waiting = None
        self._add(line, landed=landed)

    def _take_headline(self, n: int, line: Line) -> None:
        landed = (
            self._open is not None
            and not self._spacing.apart(line.gap)
            and not line.opens_item
            and self._resumes(n)
        )
        if not landed:
            self._open = self._waiting = None
        self._add(line, landed=landed)

    def _start_caption(self, line: Line) -> None:
        if self._open is not None and self._open.role is not Role.CAPTION:
            self._waiting = self._open
        self._open = self._add(line)
        self._close_if_ended(self._open)

    def _close_if_ended(self, block: Block) -> None:
        """A sentence that ends inside its column may still have its paragraph go on."""
        last = block.lines[-1]
        if last.final:
            ended = not last.flush
        else:
            short = not last.full and not last.text.endswith(("，", "、"))
            ended = block.role is Role.CAPTION and short
        if ended:
            self._open = None
        if self._open is None and block.role is Role.CAPTION:
            self._open, self._waiting = self._waiting, None

    def _is_half(self, line: Line) -> bool:
        """A short line below an open sentence that is its next piece: headlines have no commas."""
        return line.full or len(line.text) < _SHORTEST or bool(COMMA.search(line.text))

    def _continues(self, block: Block, line: Line) -> bool:
        last = block.lines[-1]
        if line.dateline or line.opens_item or (self._spacing.indents and line.indented):
            return False
        if line.role is Role.CAPTION and not (last.full and line.gap == 0 and line.key[:1] != "▲"):
            return False
        if last.final:
            return line.role is Role.PROSE and line.gap == 0
        if last.text.endswith(("：", ":", "；", ";")) and not last.full:
            return line.text.startswith(("“", "「")) and line.role is Role.PROSE
        return line.role is not Role.HEAD or self._is_half(line)

    def _resumes(self, n: int, *, spare_bylines: bool = True) -> bool:
        """Whether the open sentence goes on below, past what interrupts it."""
        if self._open is None or self._open.lines[-1].final:
            return False
        if self._open.lines[-1].text.endswith(("：", ":", "；", ";")):
            return False
        heads = 0
        for line in self._lines[n : n + _LOOK_AHEAD]:
            heads += line.role is Role.HEAD
            if line.role is Role.PROSE:
                return self._continues(self._open, line) and not self._spacing.apart(line.gap)
            passes = {Role.FURNITURE, Role.CAPTION} | ({Role.HEAD} if spare_bylines else set())
            if line.role not in passes or heads > _MAX_LANDED:
                return False
        return False


def _glue(above: Line, below: Line) -> str:
    """What stands between two halves: nothing in Chinese, a blank between words of other scripts.

    Where two characters would compose (NFC), a line break keeps the text as it was printed.
    """
    left, right = above.text[-1], below.text[0]
    if unicodedata.combining(right) or not unicodedata.is_normalized("NFC", left + right):
        return "\n"
    if left == "-" and right.isalpha():
        return ""
    if above.latin and below.latin:
        return " "
    letters = left.isalpha() and right.isalpha() and left < "\u2e80" and right < "\u2e80"
    return " " if letters or (left in ",.;:" and right < "\u2e80" and right.isalpha()) else ""


def is_open(block: Block) -> bool:
    """Whether the block stops in the middle of a sentence."""
    return not is_final(block.lines[-1].text)
