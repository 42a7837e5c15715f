"""Bytes to text, the encoding decided by evidence. Knows nothing of files, formats or articles."""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from index.errors import BadInput
from index.read_reasons import READ

# What a sample must show before a legacy encoding is believed. Right decodings of news text score
# 0.9 and more; the same bytes in a wrong codec 0.4 and less.
_PLAUSIBLE = 0.75
_SCORED_CHARACTERS = 20_000
# Text has next to none; executables, tar files and databases have percents.
_CONTROL_SHARE = 0.005
_DAMAGE_SHARE = 0.05

_BOMS = (
    # UTF-32 LE begins with the UTF-16 LE mark, so the longer one comes first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
# cp950 is Big5 as Taiwan's Windows wrote it (～ and ‧ as browsers read them); HKSCS adds Hong Kong.
_LEGACY = ("gb18030", "cp950", "big5hkscs")

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF; rename it to .pdf"),
    (b"PK\x03\x04", "a zip file or an Office document; unpack it, or save it as .txt"),
    (b"\xd0\xcf\x11\xe0", "an old Office document; save it as .txt"),
    (b"\x1f\x8b", "a gzip file; add .gz to its name"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"Rar!", "a rar file; unpack it"),
    (b"7z\xbc\xaf", "a 7z file; unpack it"),
)

# The most frequent characters of Chinese prose, both scripts: about 40 % of running text. A wrong
# codec rarely hits one, so they decide where GB18030 and Big5 both give ordinary characters.
_FREQUENT = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对"
    "可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同"
    "三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名"
    "這來國個說們為時會著過學對裡後麼沒於還發當無開見經頭動兩長樣現將與進實點種聲話兒"
    "市新业業万萬元亿億百第今记記者报報北京"
)
_CHINESE_MARKS = frozenset("，。、；：？！（）“”‘’《》〈〉「」『』【】—…·．～％　○□■●◆▲")

_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")


def decode(data: bytes) -> str:
    """The text of ``data``, cleaned as ``clean_text`` does; the empty text for no bytes.

    Raises:
        BadInput: the bytes are no text, or text with damaged characters in it.
    """
    return clean_text(decode_exact(data))


def decode_exact(data: bytes) -> str:
    """The text of ``data`` as it is: a JSON string may hold characters that ``clean_text`` drops.

    Raises:
        BadInput: as ``decode`` does.
    """
    encoding = detect_encoding(data)
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        byte = error.start + 1
        raise BadInput(READ.say("damaged_text", encoding=encoding.upper(), byte=byte)) from error


def detect_encoding(sample: bytes, *, cut: bool = False) -> str:
    """The codec name for text that begins with ``sample``.

    A few damaged characters do not change the verdict: who decodes will meet them and can say
    where. ``cut`` says that the sample ends anywhere, perhaps inside a character.

    Raises:
        BadInput: the sample is binary, or in an encoding that is not read here.
    """
    for mark, encoding in _BOMS:
        if sample.startswith(mark) and (encoding != "utf-32" or _decodes(sample, encoding, cut)):
            return encoding
    for magic, what in _MAGIC:
        if sample.startswith(magic):
            raise BadInput(READ.say("not_text", what=what))
    utf8 = _decoded(sample, "utf-8", cut=cut)
    if utf8 is not None and not _has_controls(utf8):
        return "utf-8"
    candidates = {name: _decoded(sample, name, cut=cut) for name in (*_WIDE, *_LEGACY)}
    return _most_plausible(candidates) or _damaged(sample) or _refuse()


def clean_text(text: str) -> str:
    """NFC with LF line ends, without characters that print nothing and can only mislead.

    Dropped: control characters but newline and tab, U+FEFF, U+200B and the bidirectional overrides
    and isolates (U+202A-202E, U+2066-2069), which make text read otherwise than it is stored.
    Form feeds and Unicode line separators become newlines, lone surrogates U+FFFD, and of more
    than 30 combining marks in a row the first 30 stay (UAX #15, stream-safe text).
    """
    if not _touched().search(text):  # one look instead of four: most texts are clean
        return unicodedata.normalize("NFC", text)
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)
        # unicodedata takes quadratic time over a run of marks: 40,000 of them 1.2 s.
        text = _mark_runs().sub(r"\1", text)
    return unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", _DROPPED.sub("", text)))


def _decoded(sample: bytes, encoding: str, *, cut: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=not cut)
    except UnicodeDecodeError:
        return None


def _decodes(sample: bytes, encoding: str, cut: bool) -> bool:
    return _decoded(sample, encoding, cut=cut) is not None


def _has_controls(text: str) -> bool:
    return len(_CONTROLS.findall(text)) > _CONTROL_SHARE * len(text)


def _most_plausible(candidates: dict[str, str | None]) -> str | None:
    scores = {
        name: _score(text)
        for name, text in candidates.items()
        if text is not None and not _has_controls(text)
    }
    plausible = {name: score for name, score in scores.items() if score >= _PLAUSIBLE}
    return max(plausible, key=plausible.__getitem__, default=None)


def _score(text: str) -> float:
    """Share of ordinary Chinese among the characters beyond ASCII, and of the frequent ones."""
    beyond = [character for character in text[:_SCORED_CHARACTERS] if character > "\x7f"]
    if not beyond:
        return 1.0
    ordinary = sum(map(_ordinary().__contains__, beyond))
    strange = sum(map(_is_strange, beyond))
    share = (ordinary - 2 * strange) / len(beyond)
    return share + sum(map(_FREQUENT.__contains__, beyond)) / len(beyond) if share > 0 else share


def _is_strange(character: str) -> bool:
    """Private use, unassigned, a control: what wrong codecs produce and papers do not print."""
    return unicodedata.category(character) in {"Co", "Cn", "Cc", "Cs"} and character != "\x85"


def _damaged(sample: bytes) -> str | None:
    """The encoding of text with a few broken characters, where no codec accepts the whole."""
    for name in ("utf-8", "gb18030", "cp950"):
        text = sample.decode(name, errors="replace")
        beyond = sum(character > "\x7f" for character in text)
        damage = text.count("\ufffd")
        believable = name == "utf-8" or _score(text.replace("\ufffd", "")) >= _PLAUSIBLE
        if damage < beyond and damage <= max(1, _DAMAGE_SHARE * beyond) and believable:
            return None if _has_controls(text) else name
    return None


def _refuse() -> str:
    raise BadInput(READ.say("unknown_encoding"))


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    """The everyday characters of both standards, GB 2312 level 1 and Big5 level 1, and marks."""
    gb2312 = _table("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))
    big5 = _table("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    full_width = map(chr, range(0xFF01, 0xFF5F))
    return frozenset(gb2312) | frozenset(big5) | _CHINESE_MARKS | frozenset(full_width)


def _table(codec: str, rows: Iterable[int], cells: Iterable[int]) -> str:
    cells = tuple(cells)
    table = bytes(byte for row in rows for cell in cells for byte in (row, cell))
    return table.decode(codec, errors="ignore")


@lru_cache(maxsize=1)
def _mark_runs() -> re.Pattern[str]:
    """Runs of more than 30 combining marks, the first 30 as group 1."""
    marks = _marks()
    return re.compile(f"([{marks}]{{30}})[{marks}]+")


@lru_cache(maxsize=1)
def _touched() -> re.Pattern[str]:
    """Any character that ``clean_text`` may drop or replace."""
    line_ends = "\r\x0b\x0c\x85\u2028\u2029"
    return re.compile(f"[{_DROPPED.pattern[1:-1]}{_SURROGATES.pattern[1:-1]}{line_ends}{_marks()}]")


@lru_cache(maxsize=1)
def _marks() -> str:
    """All combining marks, as the inside of a class."""
    return "".join(
        re.escape(character)
        for character in map(chr, range(0x300, 0x1E950))
        if unicodedata.combining(unicodedata.normalize("NFD", character)[0])
    )
