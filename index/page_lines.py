"""Turn a page dump into lines that know what they look like. Decides nothing about articles."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum, auto

from index.page_byline import Byline, parse_byline
from index.page_dateline import Dateline, parse_dateline
from index.page_furniture import Masthead, fold, is_date_line, is_furniture, parse_masthead

_FINAL = "。！？!?…"
_CLOSERS = "”’」』）)】》〉]\"'"
_SOFT = "；;：:"  # the thought goes on, the line need not
STOP = re.compile(r"[。！？；!?;]")
COMMA = re.compile(r"[，、,]")
_HEAD_MAX = 44  # characters; the longest headline in the pages seen had 36
_SHORT = 400  # longer lines are prose, whatever else they hold
_LATIN = re.compile(r"[A-Za-z\u00c0-\u052f]")
_GLUED = re.compile(r"[□■○◎●▲]")
_PAIRED = re.compile(r"[“”「」《》（）【】]")
_PAIRS = (
    ("“", "”"),
    ("「", "」"),
    ("《", "》"),
    ("（", "）"),
    ("【", "】"),
)  # a line that leaves one open is half a sentence
_OPENS_SENTENCE = re.compile(
    r"(?:[今近去昨当此同其另对据随目日从自为因而但经][^，]{0,10}|\d{1,2}月\d{1,2}日[^，]{0,4})，.{4}|[^，]{1,10}(?:期间|以来|之际|同时)，|.{1,8}(?:说|表示|介绍|认为|指出)，"
)
_BRIEF = re.compile(r"[▲●◆■★◎○△▶►◇]")
_CLAUSE_END = re.compile(r"(?:记者|記者|下转|下轉|完|图|摄|攝|转|轉|来源|据|作者|详见)")
_CAPTION_START = re.compile(
    r"[▲△▼↑↓←→◀▶◤◥●■◆\s]*[(【]?(?:[上下左右中题本大小附前后]图|題圖|圖片?(?:为|為|:)|图片?(?:为|:|说|中)"
    r"|图\s?[\d一二三四](?![\d.万亿百千名个版:号季])|本版图|资料图|資料圖|[①②③④])|[↑↓←→◀▲▼]\s*\S|(?:Photo|Caption)s?:",
)
_CAPTION_INSIDE = re.compile(r"(?:^|[。！？!?）)”\s])[（(]?[图圖]片?[为為]")
_CREDIT = re.compile(
    r"(?:[记記]者|通[讯訊][员員]|[发發(（]|[。！？”)）\s])\s*[(（]?[^。，！？()（）]{0,24}"
    r"(?:摄|攝|[供供][图圖]|资料图片?|资料照片|[摄攝]影)\s*[)）]?$|Photo by [\w .]{2,40}\)?$"
)
_CAPTION_MAX = 420


class Role(Enum):
    """What a line is taken for before its neighbours are asked."""

    PROSE = auto()
    HEAD = auto()  # could be a headline or sub-heading
    LIST = auto()  # a table row, a line of verse, an item: kept as it is, joined to nothing
    BYLINE = auto()
    CAPTION = auto()
    FURNITURE = auto()
    MASTHEAD = auto()


@dataclass(slots=True)
class Line:
    """One printed line.

    ``gap`` counts the blank lines above it; ``width`` counts half-width cells, the indent too.
    """

    text: str
    gap: int
    indent: int  # cells of white space in front
    key: str = ""
    width: int = 0
    final: bool = False  # ends as a sentence ends
    role: Role = Role.PROSE
    byline: Byline | None = None
    dateline: Dateline | None = None
    masthead: Masthead | None = None
    full: bool = False  # as wide as its column: the sentence goes on below
    flush: bool = False  # to the very edge: the paragraph may go on though a sentence ends
    latin: bool = field(default=False)

    @property
    def indented(self) -> bool:
        """Set in as the first line of a paragraph is; centred lines are set in further."""
        return 2 <= self.indent <= 8

    @property
    def opens_item(self) -> bool:
        """A bullet, which never continues the line above."""
        return bool(_BRIEF.match(self.text))


def read_lines(text: str) -> list[Line]:
    """Every non-blank line, with its own features and role."""
    lines: list[Line] = []
    gap = 0
    for raw in unicodedata.normalize("NFC", text).replace("\f", "\n\n\n").splitlines():
        stripped = raw.strip()
        if not stripped:
            gap += 1
            continue
        blank = raw[: len(raw) - len(raw.lstrip())].expandtabs(4)
        indent = 2 * len(blank) - len(blank.encode("ascii", "ignore"))
        for n, piece in enumerate(_split_glued(stripped)):
            lines.append(_describe(Line(piece, 0 if n else gap, 0 if n else indent)))
        gap = 0
    return lines


def is_final(text: str) -> bool:
    """Whether the text ends as a sentence ends, closing quotes and brackets allowed.

    >>> is_final("“双城”齐发。”"), is_final("书写“双城”"), is_final("开幕。（记者 王明）")
    (True, False, True)
    """
    tail = text[-80:]
    bare = tail.rstrip(_CLOSERS)
    if bare.endswith(tuple(_FINAL)) or (bare.endswith(".") and not bare[-2:-1].isdecimal()):
        return True
    if tail.endswith(("）", ")", "】")):
        inside = re.split(r"[（(【]", tail[:-1])[-1]
        return bool(_CLAUSE_END.search(inside))
    return bool(re.search(r"\d\.$", tail)) and _is_latin(tail)


def _split_glued(text: str) -> list[str]:
    """Part a byline from the headline before it or the dateline after it on the same line."""
    tail = text[-64:]
    if not _GLUED.search(tail) and not _GLUED.match(text):
        return [text]
    at = max((tail.rfind(mark) for mark in "□■○◎"), default=-1)
    if at >= 0 and len(text) - len(tail) + at > 0 and parse_byline(tail[at:]):
        cut = len(text) - len(tail) + at
        return [text[:cut].rstrip(), text[cut:]] if text[:cut].strip() else [text]
    head = text[:60]
    if head[:1] in "□■○◎●▲":
        for match in re.finditer(
            r"(?:报道|報道|報導)?\s*(?=(?:本报|本報|新华社|新華社|据新华社)\S{0,12}[讯訊电電])",
            head,
        ):
            if parse_byline(head[: match.end()]) and parse_dateline(text[match.end() :]):
                return [head[: match.end()].rstrip(), text[match.end() :]]
    return [text]


def _describe(line: Line) -> Line:
    text = line.text
    line.width = line.indent + 2 * len(text) - len(text.encode("ascii", "ignore"))
    line.final = is_final(text)
    line.latin = _is_latin(text[:_SHORT])
    line.dateline = parse_dateline(text)
    if len(text) > _SHORT:
        line.role = Role.CAPTION if is_caption(line, text) else Role.PROSE
        return line
    line.key = key = fold(text)
    if line.dateline and len(text) > line.dateline.end:
        line.role = Role.CAPTION if is_caption(line, text) else Role.PROSE
    elif byline := parse_byline(text):
        line.role, line.byline = Role.BYLINE, byline
    elif masthead := parse_masthead(key):
        line.role, line.masthead = Role.MASTHEAD, masthead
    elif is_furniture(key):
        line.role = Role.FURNITURE
    elif is_caption(line, text):
        line.role = Role.CAPTION
    elif could_be_headline(line):
        line.role = Role.HEAD
    return line


def is_caption(line: Line, text: str) -> bool:
    """Whether the text, a whole paragraph or one line of it, describes a picture."""
    if len(text) > _CAPTION_MAX:
        return False
    if line.final and _CAPTION_START.match(line.key or text[:40]):
        return True
    return bool(_CAPTION_INSIDE.search(text) or (len(text) >= 8 and _CREDIT.search(text[-48:])))


def could_be_headline(line: Line) -> bool:
    """Short, unpunctuated enough, not ended like a sentence; position is judged elsewhere."""
    text = line.text
    if (
        line.final
        or text.endswith(("，", "、", ",", *_SOFT, "—", "（", "“"))
        or not _has_words(text)
    ):
        return False
    if _OPENS_SENTENCE.match(text) or _leaves_open(text):
        return False
    if line.latin:
        return line.width <= 110 and len(text.split()) <= 18 and not text[0].islower()
    limit = _HEAD_MAX if not COMMA.search(text) else 32
    return (
        len(text) <= limit
        and len(COMMA.findall(text)) <= 1
        and not STOP.search(text[:-1])
        and text[0] not in "，。、；：！？）》”’」』,.;:!?)]"
        and not is_date_line(line.key)
    )


def _leaves_open(text: str) -> bool:
    return bool(_PAIRED.search(text)) and any(text.count(a) != text.count(b) for a, b in _PAIRS)


def _is_latin(text: str) -> bool:
    """Mostly written with letters that words are spaced in."""
    if not _LATIN.search(text):
        return False
    letters = sum(char.isalpha() for char in text)
    wide = sum(char >= "\u2e80" for char in text)
    return letters > 0 and wide * 4 < letters


def _has_words(text: str) -> bool:
    return any(char.isalpha() for char in text)
