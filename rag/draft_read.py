"""The text of a draft: plain text as it is, web pages and PDFs by the archive's readers."""

from pathlib import Path

from index.decode import decode
from index.errors import BadInput
from index.read_options import Limits, ReadOptions
from index.readers import read_file
from index.types import Article, Rejected
from rag.draft_check import LONGEST_DRAFT, require_draft

_AS_IT_IS = frozenset({".txt", ".md", ".markdown", ".text", ""})
_BY_READER = frozenset({".html", ".htm", ".pdf"})
_MOST_BYTES = 4 * LONGEST_DRAFT  # a character has at most four bytes, in UTF-8 and GB18030 alike


def read_draft(path: Path) -> str:
    """The draft's text.

    Raises:
        BadInput: There is no such file, it is of another kind, empty, binary or too long.
    """
    if not path.is_file():
        raise BadInput(f"No draft at {path}. Name a file with text, or - for standard input.")
    suffix = path.suffix.lower()
    if suffix in _BY_READER:
        text = _by_reader(path)
    elif suffix in _AS_IT_IS:
        with path.open("rb") as stream:
            text = _decoded(stream.read(_MOST_BYTES + 1), str(path))
    else:
        kinds = " ".join(sorted(_AS_IT_IS | _BY_READER - {""}))
        raise BadInput(
            f"{path} is no kind of draft that is read; read are {kinds.strip()}. Save it as .txt."
        )
    require_draft(text)
    return text


def draft_from_bytes(data: bytes) -> str:
    """The draft that came on standard input.

    Raises:
        BadInput: It is empty, binary or too long.
    """
    text = _decoded(data, "standard input")
    require_draft(text)
    return text


def _decoded(data: bytes, name: str) -> str:
    if len(data) > _MOST_BYTES:
        raise BadInput(
            f"{name} has more than {_MOST_BYTES:,} bytes; at most {LONGEST_DRAFT:,} characters "
            "are checked. Split it."
        )
    try:
        return decode(data)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from error


def _by_reader(path: Path) -> str:
    options = ReadOptions(limits=Limits())
    parts: list[str] = []
    reasons: list[str] = []
    for item in read_file(path, options):
        if isinstance(item, Rejected):
            reasons.append(item.reason)
        elif isinstance(item, Article):
            parts.append(f"{item.title}\n{item.body}" if not item.title_derived else item.body)
    if not parts:
        raise BadInput(f"{path} has no text to check: {'; '.join(reasons[:2]) or 'it is empty'}")
    return "\n\n".join(parts)
