"""The text of an uploaded draft. Nothing of it stays on disk."""

import base64
import binascii
import tempfile
from pathlib import Path, PurePath

from index.errors import BadInput
from rag.draft_read import read_draft

MAX_FILE = 2 * 1024 * 1024  # bytes; a draft of 200,000 characters has 800,000 at most
SUFFIXES = (".txt", ".md", ".html", ".htm", ".pdf")
_LONGEST_NAME = 100  # characters kept of a file's name
_BASE64_MAX = MAX_FILE * 4 // 3 + 4


class WrongKind(BadInput):
    """A file of another kind than those that are read."""


class TooBig(BadInput):
    """A file of more than ``MAX_FILE`` bytes."""


def upload_text(name: object, encoded: object) -> tuple[str, str]:
    """The file's name and its text, from what the browser sent: a name and base64.

    The browser sends None for a file that it has found to be too big.

    Raises:
        WrongKind, TooBig: As they say.
        BadInput: It is empty, binary or has no text.
    """
    if not isinstance(name, str) or not isinstance(encoded, str | None):
        raise BadInput("The file did not arrive. Choose it again.")
    shown = plain_name(name)
    suffix = PurePath(shown).suffix.lower()
    if suffix not in SUFFIXES:
        raise WrongKind(f"{shown} is no kind of draft that is read; read are {' '.join(SUFFIXES)}")
    if encoded is None or len(encoded) > _BASE64_MAX:
        raise TooBig(f"{shown} has more than {MAX_FILE:,} bytes.")
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise BadInput(f"{shown} did not arrive whole. Choose it again.") from error
    with tempfile.TemporaryDirectory(prefix="suyuan-draft-") as folder:
        path = Path(folder) / f"draft{suffix}"
        path.write_bytes(data)
        try:
            return shown, read_draft(path)
        except BadInput as error:
            raise BadInput(str(error).replace(str(path), shown)) from None


def plain_name(name: str) -> str:
    r"""A file's name without folders and control characters, cut to a bounded length.

    >>> plain_name("C:\\drafts\\稿 件.txt"), plain_name("../../etc/passwd")
    ('稿 件.txt', 'passwd')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(character for character in last if character.isprintable()).strip()
    return kept[-_LONGEST_NAME:] or "draft"
