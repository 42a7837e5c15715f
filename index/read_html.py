"""The main text and the metadata of a web page. Knows nothing of articles; fetches nothing."""

import re
from html import unescape

from index.decode import decode
from index.errors import BadInput
from index.read_reasons import READ

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.IGNORECASE
)
_AUTHOR = re.compile(r"<meta\s[^>]{0,300}?name\s*=\s*[\"']?author\b[^>]{0,300}>", re.IGNORECASE)
_CONTENT = re.compile(r"content\s*=\s*([\"'])(.*?)\1", re.IGNORECASE)
_HEAD = 100_000
# What old Western pages declare; every encoding of Chinese is found by evidence.
_WESTERN = frozenset({"iso-8859-1", "windows-1252", "latin1", "iso-8859-15"})


def extract_html(data: bytes) -> tuple[dict[str, object], list[str]]:
    """The fields of the page's one article, and the heading lines inside its text.

    Raises:
        BadInput: the bytes are no text, or the page holds none.
    """
    from trafilatura import bare_extraction

    text = _text(data)
    try:
        found = bare_extraction(
            text,
            favor_recall=True,
            include_comments=False,
            with_metadata=True,
            # The extensive search takes any year it meets, such as the copyright line's.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except RecursionError as error:
        raise BadInput(READ.say("deep_html")) from error
    if found is None or isinstance(found, dict) or not found.text or not found.text.strip():
        raise BadInput(READ.say("no_text_in_html"))
    headings = ["".join(head.itertext()) for head in found.body.iter("head")]
    first, _, rest = found.text.partition("\n")
    repeats_title = bool(rest.strip()) and first.strip() == (found.title or "").strip()
    record: dict[str, object] = {
        "title": found.title,
        "date": found.date,
        "byline": found.author or _author(text),
        "source": found.sitename,
        "url": found.url,
        "text": rest if repeats_title else found.text,
    }
    return record, headings


def _author(text: str) -> str:
    """The author that the head names: trafilatura drops names without a space, as 林小舟."""
    tag = _AUTHOR.search(text, 0, _HEAD)
    content = _CONTENT.search(tag[0]) if tag else None
    return unescape(content[2]) if content else ""


def _text(data: bytes) -> str:
    try:
        return decode(data)
    except BadInput:
        declared = _CHARSET.search(data[:4096])
        name = declared[1].decode("ascii").lower() if declared else ""
        if name not in _WESTERN:
            raise
        return data.decode("windows-1252", errors="replace")
