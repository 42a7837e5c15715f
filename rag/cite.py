"""From numbered sentences to citations: code reads the markers, drops invented ones, copies quotes.

Knows nothing of how the answer was made or whether it is true.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.sentences import split_sentences
from rag.types import Citation, Evidence

_OPEN = "[【［〔"
_CLOSE = "]】］〕"
# [1] 【2】 ［3］ [1, 2] [1][2] [^1]; models also write [来源1] and [句子2].
_MARKER = re.compile(
    rf"\s*[{re.escape(_OPEN)}]\s*(?:来源|句子|证据|原文|编号|source|sentence)?\s*\^?"
    rf"(\d{{1,3}}(?:\s*[,，、;；]\s*\d{{1,3}})*)\s*[{re.escape(_CLOSE)}]",
    re.IGNORECASE,
)
# The prompt's own word for a marker, echoed: [编号].
_EMPTY_MARKER = re.compile(
    rf"\s*[{re.escape(_OPEN)}]\s*(?:编号|来源|n|x)\s*[{re.escape(_CLOSE)}]", re.I
)
_MARKER_AFTER_END = re.compile(
    rf"([。！？!?.]+[”’」』）)]*)((?:{_MARKER.pattern})+)", re.IGNORECASE
)
_LONGEST_MARKER = 24  # an open bracket that long is text, not a marker
_FINAL = re.compile(r"([。！？!?.；;…]+[”’」』）)]*)$")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer without its markers, and the evidence numbers it points at."""

    text: str
    numbers: tuple[int, ...]


def read_statements(text: str, *, count: int) -> list[Statement]:
    """Cut an answer into statements; only numbers 1..count survive as pointers."""
    text = _EMPTY_MARKER.sub("", text)
    # A marker printed after the full stop belongs to the sentence before it.
    text = _MARKER_AFTER_END.sub(lambda match: match.group(2).strip() + match.group(1), text)
    statements: list[Statement] = []
    for span in split_sentences(text):
        piece = text[span.start : span.end]
        numbers = [
            int(number)
            for match in _MARKER.finditer(piece)
            for number in re.findall(r"\d+", match.group(1))
        ]
        said = _MARKER.sub("", piece).strip()
        valid = tuple(dict.fromkeys(n for n in numbers if 1 <= n <= count))
        if not said.strip("。.；; \n"):
            if statements and valid:
                last = statements[-1]
                statements[-1] = Statement(last.text, tuple(dict.fromkeys(last.numbers + valid)))
            continue
        statements.append(Statement(said, valid))
    return statements


def write_answer(
    statements: Sequence[Statement], evidence: Sequence[Evidence], *, joint: str = ""
) -> tuple[str, tuple[Citation, ...]]:
    """The text with markers [1], [2] … by first appearance, and the citations they stand for."""
    by_number = {item.number: item for item in evidence}
    marker_of: dict[int, int] = {}
    pieces = []
    for statement in statements:
        for number in statement.numbers:
            marker_of.setdefault(number, len(marker_of) + 1)
        marks = "".join(f"[{marker_of[number]}]" for number in statement.numbers)
        final = _FINAL.search(statement.text)
        if final:
            pieces.append(f"{statement.text[: final.start()]}{marks}{final.group()}")
        else:
            pieces.append(f"{statement.text}{marks}")
    citations = tuple(
        cite(by_number[number], marker) for number, marker in sorted(marker_of.items(), key=_second)
    )
    return joint.join(pieces) if joint else _joined(pieces), citations


def _joined(pieces: Sequence[str]) -> str:
    """English sentences with a space between them, Chinese ones without."""
    text = ""
    for piece in pieces:
        gap = " " if text and text[-1].isascii() and piece[:1].isascii() else ""
        text += gap + piece
    return text


def cite(item: Evidence, marker: int) -> Citation:
    """The citation of one evidence sentence; the quote is its text, untouched."""
    return Citation(
        marker=marker,
        article_id=item.article_id,
        title=item.title,
        source=item.source,
        section=item.section,
        byline=item.byline,
        published=item.published,
        date_known=item.date_known,
        quote=item.text,
        start=item.start,
        end=item.end,
        version=item.version,
        title_derived=item.title_derived,
        url=item.url,
        copies=item.copies,
        lead=item.lead,
        lead_start=item.lead_start,
    )


def _second(pair: tuple[int, int]) -> int:
    return pair[1]


class MarkerGate:
    """Lets streamed text through only where it is safe to show.

    An open bracket is held back until it closes, so half a marker never flashes; a marker that
    points at no evidence is dropped; figures are held until complete, and one for which
    ``allowed`` says no shuts the gate for the rest of the answer.
    """

    def __init__(self, *, count: int, allowed: Callable[[str], bool]) -> None:
        self._count = count
        self._allowed = allowed
        self._waiting = ""
        self._marker_of: dict[int, int] = {}
        self.shut = False

    def feed(self, piece: str) -> str:
        """More model output in; what may be shown now out ("" while waiting)."""
        if self.shut:
            return ""
        self._waiting += piece
        cut = _safe_length(self._waiting)
        ready, self._waiting = self._waiting[:cut], self._waiting[cut:]
        return self._show(ready)

    def finish(self) -> str:
        """The model has stopped: what was waiting, unless the gate is shut."""
        ready, self._waiting = self._waiting, ""
        return "" if self.shut else self._show(ready)

    def _show(self, ready: str) -> str:
        if not ready:
            return ""
        shown = _MARKER.sub(self._renumber, _EMPTY_MARKER.sub("", ready))
        if not self._allowed(_MARKER.sub("", ready)):
            self.shut = True
            return ""
        return shown

    def _renumber(self, match: re.Match[str]) -> str:
        numbers = [int(number) for number in re.findall(r"\d+", match.group(1))]
        return "".join(
            f"[{self._marker_of.setdefault(number, len(self._marker_of) + 1)}]"
            for number in numbers
            if 1 <= number <= self._count
        )


# What may still grow into a longer figure, date or marker: a figure is judged with its unit
# (15个百|分点) and with the word before it (超过|120万人次).
_UNFINISHED = re.compile(
    r"(?:[约近超逾]|超过|不足|不到|突破|同比|环比|增长|下降|上升)*"
    r"\s*(?:\d[^，。；！？,;!?\s\[\]【】［］]{0,12})?[,.，．/:：%％‰—–~～-]*$"
)


def _safe_length(text: str) -> int:
    opened = max(text.rfind(bracket) for bracket in _OPEN)
    closed = max(text.rfind(bracket) for bracket in _CLOSE)
    limit = len(text)
    if opened > closed and limit - opened <= _LONGEST_MARKER:
        limit = opened
    unfinished = _UNFINISHED.search(text[:limit])
    return unfinished.start() if unfinished else limit
