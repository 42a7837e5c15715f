"""Where an uploaded file is kept: an article's id hangs on its file's place, so that is stable.

The same page uploaded again, corrected or not, comes to the same place and replaces what it brought
before; another page that merely has the same name (page.txt) comes to a place of its own.
"""

import hashlib
import shutil
from pathlib import Path

from index.read_options import ReadOptions

UPLOADS = "uploads"  # inside the archive's folder
_COMPARED = 4 * 1024 * 1024  # bytes of a file
_SHORTEST = 10  # bytes of a line that tells pages apart: 3 to 4 Chinese characters
_SHARED = 0.1  # of the lines of the smaller of two editions of one page
_MOST_PLACES = 1_000


def place_upload(archive: Path, staged: Path, options: ReadOptions) -> Path:
    """Move ``staged`` to its place below ``archive``, over an earlier edition; the new path."""
    folder = archive / UPLOADS / _folder(options)
    for number in range(1, _MOST_PLACES):
        home = folder if number == 1 else folder / f"other-{number}"
        path = home / staged.name
        if not path.exists() or _same_page(path, staged):
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(staged, path)
    return path


def erase_upload(archive: Path, origin: str) -> None:
    """Empty the file that an article taken down was read from, if it is an upload.

    The empty file stays: its name keeps telling the articles it brought from those of another.
    """
    path = Path(origin)
    uploads = (archive / UPLOADS).absolute()
    if path.is_relative_to(uploads) and ".." not in path.parts and path.is_file():
        with path.open("r+b") as file:
            size = path.stat().st_size
            for start in range(0, size, 2**20):
                file.write(b"\0" * min(2**20, size - start))
            file.flush()
            file.truncate(0)


def _folder(options: ReadOptions) -> Path:
    """By paper and section, whose names may hold anything, and by day.

    A folder named by a day belongs to the article's id, as in 2025-07-16/A02.txt.
    """
    said = f"{options.source}\0{options.section}"
    digest = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:12]
    return Path(f"p-{digest}") / (options.published.isoformat() if options.published else "undated")


def _same_page(path: Path, other: Path) -> bool:
    ours, theirs = _lines(path), _lines(other)
    if not ours or not theirs:
        return False
    return len(ours & theirs) >= _SHARED * min(len(ours), len(theirs))


def _lines(path: Path) -> set[bytes]:
    with path.open("rb") as file:
        data = file.read(_COMPARED)
    if path.suffix.lower() in (".gz", ".pdf"):
        return {data}
    return {line.strip() for line in data.splitlines() if len(line.strip()) >= _SHORTEST}
