"""Files and folders to articles: which files are read, and by which reader."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from index.briefs import mark_headings
from index.errors import BadInput
from index.read_document import read_html, read_markdown, read_page_dump, read_pdf
from index.read_export import read_csv, read_json, read_jsonl
from index.read_options import FileFacts, Limits, ReadOptions, path_text, rejected
from index.read_reasons import READ
from index.read_stream import READ_ERRORS
from index.types import Article, Rejected

__all__ = ["Limits", "ReadOptions", "find_files", "read_file"]

_Reader = Callable[[Path, ReadOptions], Iterator[Article | Rejected]]

_READERS: Mapping[str, _Reader] = {
    ".txt": read_page_dump,
    ".jsonl": read_jsonl,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
}
_KINDS = ", ".join(_READERS) + "; all but .pdf also as .gz"


def find_files(paths: Sequence[Path]) -> tuple[list[Path], list[Rejected]]:
    """The files to read under ``paths``, each once, folders sorted by name.

    In a folder, hidden files, README files and files of other kinds are passed over; a file given
    by name is read or rejected. A folder reached twice, as by a looping link, is read once.
    """
    found: dict[Path, None] = {}
    refused: list[Rejected] = []
    visited: set[tuple[int, int]] = set()
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            refused.append(_refused(path, _os_reason(error)))
            continue
        if stat.S_ISDIR(mode):
            if not _walk(path, found, refused, visited):
                refused.append(_refused(path, READ.say("no_file_in_folder", kinds=_KINDS)))
        elif not stat.S_ISREG(mode):
            refused.append(_refused(path, READ.say("no_file")))
        elif _reader(path) is None:
            refused.append(_refused(path, READ.say("not_this_kind", kinds=_KINDS)))
        else:
            found[_absolute(path)] = None
    return list(found), refused


def read_file(path: Path, options: ReadOptions | None = None) -> Iterator[Article | Rejected]:
    """The articles of one file in its order, and what could not be read of it.

    Whatever is wrong with the file comes as a ``Rejected``; what was read before it stands. Of a
    digest, the headings of its briefs are noted as headings.
    """
    facts = FileFacts.of(path)
    reader = _reader(path)
    if reader is None:
        yield rejected(facts, READ.say("not_this_kind", kinds=_KINDS))
        return
    try:
        for item in reader(path, options or ReadOptions()):
            yield mark_headings(item) if isinstance(item, Article) else item
    except BadInput as error:
        yield rejected(facts, error)
    except READ_ERRORS as error:
        yield rejected(facts, _os_reason(error))


def _reader(path: Path) -> _Reader | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    suffix = "".join(suffixes[-2:-1] if packed else suffixes[-1:])
    return None if packed and suffix == ".pdf" else _READERS.get(suffix)


def _walk(
    folder: Path,
    found: dict[Path, None],
    refused: list[Rejected],
    visited: set[tuple[int, int]],
) -> bool:
    """Whether there was anything to note, now or on an earlier visit."""
    pending = [folder]
    anything = False
    while pending:
        current = pending.pop()
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in visited:
                anything |= current == folder
                continue
            visited.add((status.st_dev, status.st_ino))
            with os.scandir(current) as entries:
                names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        except OSError as error:
            refused.append(_refused(current, _os_reason(error)))
            anything = True
            continue
        children = [current / name for name in names]
        for child in children:
            anything |= _take(child, found, refused)
        pending.extend(child for child in reversed(children) if child.is_dir())
    return anything


def _take(path: Path, found: dict[Path, None], refused: list[Rejected]) -> bool:
    """Note a file of a known kind; a broken link to one is worth a word, a socket is not."""
    readme = path.name.casefold().partition(".")[0] == "readme"  # about the folder: no article
    if readme or _reader(path) is None or path.is_dir():
        return False
    try:
        mode = path.stat().st_mode
    except OSError as error:
        refused.append(_refused(path, _os_reason(error)))
        return True
    if stat.S_ISREG(mode):
        found[_absolute(path)] = None
    return stat.S_ISREG(mode)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would replace links


def _refused(path: Path, reason: str) -> Rejected:
    return Rejected(path_text(path), reason)


def _os_reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return READ.say("not_there")
    if isinstance(error, PermissionError):
        return READ.say("no_permission")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return READ.say("damaged", said=error)
