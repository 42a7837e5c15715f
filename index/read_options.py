"""What is told about files before they are read: flags, limits, what their names say."""

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from index.decode import clean_text
from index.errors import BadInput
from index.publication import published_from_name
from index.types import Rejected

# The column names understood without a flag, surest first; letter case does not count.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "article_id", "doc_id", "docid", "_id", "编号"),
    "title": ("title", "headline", "标题", "標題"),
    "kicker": ("kicker", "肩题", "引题"),
    "deck": ("deck", "subtitle", "副题", "副标题"),
    "date": (
        *("date", "published", "published_at", "pub_date", "pubdate", "publish_date"),
        *("publish_time", "publication_date", "日期", "发布日期", "发布时间"),
    ),
    "url": ("url", "link", "链接", "网址"),
    "text": ("text", "body", "content", "正文", "内容", "內容"),
    "source": ("source", "paper", "newspaper", "sitename", "来源", "報紙", "报纸"),
    "section": ("section", "page", "版面", "版次"),
    "byline": ("byline", "author", "authors", "reporter", "作者", "记者", "記者"),
    "place": ("place", "dateline", "地点"),
}
# Names of Article that people use for the same fields.
SYNONYMS = {"body": "text", "published": "date"}

_LINE_LIMIT = 500
_SLUG_LIMIT = 80
_DATE_FOLDER = re.compile(r"(?:(?:19|20)\d{2}[-_.年]?)?(?:\d{1,2}[-_.月]?)?(?:\d{1,2}日?)?")
_STRIPPED = frozenset(
    {".gz", ".txt", ".jsonl", ".json", ".csv", ".tsv", ".md", ".html", ".htm", ".pdf"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on untrusted input: more than any newspaper prints, less than harms the machine."""

    line_characters: int = 16 * 1024 * 1024  # one line of .jsonl, one row of .csv
    text_characters: int = 2_000_000  # one article; the longest books have this many
    file_bytes: int = 32 * 1024 * 1024  # a file read whole, unpacked: page, .md, .html
    json_bytes: int = 128 * 1024 * 1024  # .json, which cannot be read line by line
    pdf_bytes: int = 256 * 1024 * 1024
    pdf_pages: int = 2_000
    unpacked_bytes: int = 4 * 1024**3  # what a .gz may unpack to


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person who runs the ingest says about the files.

    ``source``, ``section`` and ``published`` hold for every article that does not state its own.
    ``fields`` maps an article field to the column that has it: ``{"text": "news_body"}``.

    Raises:
        BadInput: ``fields`` names an article field that does not exist.
    """

    source: str = ""
    section: str = ""
    published: date | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for name in self.fields:
            if SYNONYMS.get(name, name) not in ALIASES:
                known = ", ".join(ALIASES)
                raise BadInput(f'No article field "{name}". The fields are: {known}.')


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file's path says about the articles in it."""

    path: str
    slug: str
    published: date | None

    @classmethod
    def of(cls, path: Path) -> "FileFacts":
        """Folders named by dates belong to the name: 2025-07-16/A02.txt and 2025-07-17/A02.txt."""
        stem = path.name
        while Path(stem).suffix.lower() in _STRIPPED:
            stem = Path(stem).stem
        name = "-".join([*_date_folders(path.absolute().parent), stem])
        return cls(
            path_text(path), _slug(name), published_from_name(path_text(Path(name), bare=True))
        )


def path_text(path: Path, *, bare: bool = False) -> str:
    """The absolute path as text that can be stored and shown, whatever bytes the name has."""
    raw = os.fsencode(path if bare else path.absolute())
    text = raw.decode("utf-8", errors="replace")
    return "".join("\ufffd" if unicodedata.category(c) == "Cc" else c for c in text)


def rejected(facts: FileFacts, reason: object, line: int | None = None) -> Rejected:
    """``reason`` on one line, whatever the input put into it."""
    return Rejected(facts.path, one_line(str(reason)), line)


def one_line(text: str, limit: int = _LINE_LIMIT) -> str:
    """``text`` on one line of at most ``limit`` characters."""
    line = " ".join(clean_text(text[: limit * 10]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _date_folders(folder: Path) -> list[str]:
    """The folders nearest to the file that are named by a year, month, day or date."""
    names: list[str] = []
    while folder.name and _DATE_FOLDER.fullmatch(folder.name):
        names.insert(0, folder.name)
        folder = folder.parent
    return names


def _slug(name: str) -> str:
    text = unicodedata.normalize("NFC", path_text(Path(name), bare=True)).casefold()
    slug = re.sub(r"[^\w]+|_", "-", text).strip("-")
    return slug[:_SLUG_LIMIT].rstrip("-") or "file"
