"""Files as bytes or lines, packed or not, never more than a bound. Knows nothing of formats."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.decode import detect_encoding
from index.errors import BadInput
from index.read_reasons import READ

# What reading an untrusted file may raise: the disk, permissions, and packed data cut or altered.
READ_ERRORS = (OSError, EOFError, zlib.error)

Stream = io.BufferedReader | gzip.GzipFile

_SAMPLE = 1024 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. ``fault`` says why ``text`` cannot be used; then it is empty."""

    number: int
    text: str
    fault: str = ""


def open_bytes(path: Path) -> Stream:
    """The file's bytes, unpacked where its name ends in .gz."""
    if path.suffix.lower() == ".gz":
        return gzip.GzipFile(path, "rb")
    return path.open("rb")


def read_bytes(path: Path, limit: int) -> bytes:
    """The whole file.

    Raises:
        BadInput: it is empty, or larger than ``limit`` once unpacked.
    """
    with open_bytes(path) as stream:
        data = stream.read(limit + 1)
    if not data:
        raise BadInput(READ.say("empty"))
    if len(data) > limit:
        raise BadInput(READ.say("too_large", most=f"{limit / 1024**2:,.0f}"))
    return data


def read_lines(path: Path, *, line_limit: int, unpacked_limit: int) -> Iterator[Line]:
    """The file's lines from 1, in the encoding that its beginning shows.

    A line that is too long or has damaged characters comes as a fault, and reading goes on.

    Raises:
        BadInput: the file is empty, binary, or unpacks to more than ``unpacked_limit`` bytes.
    """
    with open_bytes(path) as stream:
        encoding = _stream_encoding(stream)
        stream.seek(0)
        # A damaged byte of a byte encoding becomes a lone surrogate, which no valid text has;
        # UTF-16 and UTF-32 have no such escape, so there it becomes U+FFFD.
        wide = encoding.startswith(("utf-16", "utf-32"))
        errors = "replace" if wide else "surrogateescape"
        damage = re.compile("\ufffd" if wide else "[\udc80-\udcff]")
        packed = path.suffix.lower() == ".gz"
        with io.TextIOWrapper(stream, encoding=encoding, errors=errors) as text:
            for line in _lines(text, line_limit, damage):
                if packed and stream.tell() > unpacked_limit:
                    most = f"{unpacked_limit / 1024**2:,.0f}"
                    raise BadInput(READ.say("unpacks_large", most=most))
                yield line


def _stream_encoding(stream: Stream) -> str:
    sample = b""
    cut = False
    try:
        while not cut and (piece := stream.read1(_PIECE)):
            sample += piece
            cut = len(sample) >= _SAMPLE
    except READ_ERRORS:
        # The lines before the damage can still be read; the error comes again behind them.
        cut = True
        if not sample:
            raise
    if not sample:
        raise BadInput(READ.say("empty"))
    return detect_encoding(sample, cut=cut)


def _lines(text: io.TextIOWrapper, limit: int, damage: re.Pattern[str]) -> Iterator[Line]:
    number = 0
    while line := text.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith("\n"):
            length = len(line)
            while not line.endswith("\n") and (line := text.readline(_SAMPLE)):
                length += len(line)
            length -= line.endswith("\n")
            fault = READ.say("long_line", count=f"{length:,}", most=f"{limit:,}")
            yield Line(number, "", fault)
        elif not line.isascii() and damage.search(line):
            fault = READ.say("damaged_characters", encoding=text.encoding.upper())
            yield Line(number, "", fault)
        else:
            yield Line(number, line.removesuffix("\n"))
