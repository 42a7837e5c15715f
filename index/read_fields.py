"""Named fields of a row or a document to an Article. Knows nothing of file formats."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlsplit

from index.decode import clean_text
from index.errors import BadInput
from index.language import detect_language
from index.publication import infer_published
from index.read_dates import parse_date
from index.read_options import ALIASES, SYNONYMS, FileFacts, Limits, ReadOptions, one_line
from index.read_reasons import READ
from index.titles import derive_title
from index.types import Article, DateKnown

_ID_LIMIT = 512
_URL_LIMIT = 2_048
_REPORTERS = 20
_BLANK_LINES = re.compile(r"\n{4,}")
_ROLES = re.compile(
    r"(?:本报|本社|本台|新华社)?(?:首席|实习|特约|见习|全媒体)*"
    r"(?:记者|記者|通讯员|通訊員|作者|撰文|摄影|报道|報道|報導|编辑|文/图|文|图|摄)[:：]?"
)
_NAME_BREAKS = re.compile(r"[、,，;；/|&\s]+")
_LATIN_BREAKS = re.compile(r"\s*(?:[,;/|&]|\band\b)\s*")


def tidy_body(text: str) -> str:
    """The exact text that is quoted: clean, line ends trimmed, at most two blank lines in a row."""
    lines = (line.rstrip(" \t\u3000") for line in clean_text(text).split("\n"))
    return _BLANK_LINES.sub("\n\n\n", "\n".join(lines)).strip("\n")


def read_article(
    record: Mapping[str, object], facts: FileFacts, options: ReadOptions, *, position: int
) -> Article:
    """The article that named fields hold; its id is empty where they give none and no address.

    Raises:
        BadInput: the row cannot be used; the message says which field and why.
    """
    fields = _Fields(record, options.fields)
    text = fields.raw("text")
    if text is None:
        raise fields.missing("text")
    body = read_body(text, options.limits)
    title = fields.line("title")
    source = fields.line("source") or one_line(options.source)
    stated = _stated_date(fields.raw("date"))
    published, known = resolve_date(stated, options, facts, body)
    byline = fields.line("byline")
    shown = title or derive_title(body)
    url = safe_url(fields.raw("url"))
    return Article(
        id=_given_id(fields.raw("id")) or url_id(url),
        title=shown,
        body=body,
        kicker=fields.line("kicker"),
        deck=fields.line("deck"),
        source=source,
        section=fields.line("section") or one_line(options.section),
        byline=byline,
        reporters=split_reporters(byline),
        place=fields.line("place"),
        published=published,
        date_known=known,
        title_derived=not title,
        url=url,
        language=detect_language(f"{title}\n{body}"),
        origin=facts.path,
        position=position,
    )


def resolve_date(
    stated: date | None, options: ReadOptions, facts: FileFacts, text: str
) -> tuple[date | None, DateKnown]:
    """The publication date from the surest of what is at hand."""
    if stated:
        return stated, DateKnown.STATED
    if options.published:
        return options.published, DateKnown.FLAG
    if facts.published:
        return facts.published, DateKnown.FILE_NAME
    inferred = infer_published(text)
    return (inferred, DateKnown.INFERRED) if inferred else (None, DateKnown.UNKNOWN)


def safe_url(value: object) -> str:
    """``value`` if it is a web address; a file:, data: or javascript: one is dropped."""
    if not isinstance(value, str):
        return ""
    url = value.strip()
    if len(url) > _URL_LIMIT or not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def row_id(facts: FileFacts, article: Article) -> str:
    """The id of a row that names none and has no address: the file and what heads the row."""
    day = article.published.isoformat() if article.published else ""
    digest = hashlib.sha256(f"{article.title}|{day}|{article.source}".encode()).hexdigest()
    return f"{facts.slug}-{digest[:8]}"


def url_id(url: str) -> str:
    """The id of an article known by its address; empty without one."""
    return url and "u-" + hashlib.sha256(url.encode()).hexdigest()[:12]


def split_reporters(byline: str) -> tuple[str, ...]:
    """本报记者 甲某 乙某 通讯员 丙某 -> the three names; a Latin name keeps its spaces."""
    text = byline.strip("□■●◆（）() ")
    if re.search("[\u4e00-\u9fff]", text):
        names: Iterable[str] = (_ROLES.sub("", part) for part in _NAME_BREAKS.split(text))
    else:
        names = _LATIN_BREAKS.split(re.sub(r"(?i)^by\s+", "", text))
    unique = dict.fromkeys(name.strip() for name in names if len(name.strip()) > 1)
    return tuple(unique)[:_REPORTERS]


class _Fields:
    """A row's values by article field, through the flags' mapping and then the aliases."""

    def __init__(self, record: Mapping[str, object], mapping: Mapping[str, str]) -> None:
        self._record = record
        self._mapping = {SYNONYMS.get(name, name): column for name, column in mapping.items()}
        self._folded = {str(name).strip().casefold(): name for name in reversed([*record])}

    def missing(self, name: str) -> BadInput:
        """What was looked for and what is there."""
        looked_for = self._mapping.get(name) or "/".join(ALIASES[name])
        there = ", ".join(str(column)[:40] for column in [*self._record][:20])
        return BadInput(
            READ.say("no_field", name=name, wanted=looked_for, there=there or "nothing")
        )

    def raw(self, name: str) -> object:
        """The first value that is there; None without one."""
        if name in self._mapping:
            return self._record.get(self._mapping[name])
        values = [self._record[self._folded[a]] for a in ALIASES[name] if a in self._folded]
        return next((value for value in values if value not in (None, "")), (*values, None)[0])

    def line(self, name: str) -> str:
        """The field as one line; a list of names is joined.

        Raises:
            BadInput: the value is no text.
        """
        value = self.raw(name)
        if value is None or value != value:
            return ""
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = "、".join(value)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise BadInput(READ.say("field_kind", name=name, kind=_json_type(value)))
        return one_line(str(value))


def read_body(value: object, limits: Limits) -> str:
    """The text of an article as it is stored.

    Raises:
        BadInput: it is no string, too long, or empty.
    """
    if not isinstance(value, str):
        raise BadInput(READ.say("text_kind", kind=_json_type(value)))
    if len(value) > limits.text_characters:
        count, most = f"{len(value):,}", f"{limits.text_characters:,}"
        raise BadInput(READ.say("long_text", count=count, most=most))
    body = tidy_body(value)
    if not body.strip():
        raise BadInput(READ.say("empty_text"))
    return body


def _stated_date(value: object) -> date | None:
    try:
        return parse_date(value)
    except (ValueError, OverflowError, TypeError) as error:
        raise BadInput(READ.say("bad_date", shown=one_line(str(value), 60))) from error


def _given_id(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadInput(READ.say("id_kind", kind=_json_type(value)))
    given = str(value).strip()
    if len(given) > _ID_LIMIT:
        raise BadInput(READ.say("long_id", count=f"{len(given):,}", most=_ID_LIMIT))
    if any(unicodedata.category(character)[0] == "C" for character in given):
        raise BadInput(READ.say("id_controls", id=ascii(given[:40])))
    return given


def _json_type(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
