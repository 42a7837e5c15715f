"""Where a run is written: refused before the work starts, or written whole. Knows no scores."""

from collections.abc import Iterable
from pathlib import Path

from index.errors import BadInput


def check_out(out: Path, inputs: Iterable[Path | None]) -> None:
    """Try that ``out`` can be written and is none of ``inputs``; makes its folder.

    An input that is a folder (an archive) must not have the run inside it either.

    Raises:
        BadInput: It is a folder, a device or pipe, an input, or cannot be written.
    """
    try:
        if out.is_dir():
            raise BadInput(f"--out {out} is a folder; name a file in it, e.g. {out / 'run.jsonl'}")
        given = [path for path in inputs if path is not None]
        for place in (out, _part(out)):
            _check_place(out, place, given)
        out.parent.mkdir(parents=True, exist_ok=True)
        _part(out).open("ab").close()
        _part(out).unlink()
    except OSError as error:
        raise _unwritable(out, error) from None


def write_lines(lines: Iterable[str], out: Path) -> None:
    """Write the lines; whatever breaks off leaves the file that was there before as it was.

    Raises:
        BadInput: The disk is full, or ``out`` cannot be written any more.
    """
    text = "".join(f"{line}\n" for line in lines)
    try:
        _part(out).write_text(text, encoding="utf-8")
        _part(out).replace(out)
    except OSError as error:
        raise _unwritable(out, error) from None


def _check_place(out: Path, place: Path, inputs: Iterable[Path]) -> None:
    if place.exists() and not place.is_file():
        raise BadInput(f"--out {out}: {place} is not a regular file; name a new file")
    for path in inputs:
        if path.is_dir() and place.resolve().is_relative_to(path.resolve()):
            raise BadInput(f"--out {out} is inside {path}, which is read; name a file elsewhere")
        if place.exists() and path.exists() and place.samefile(path):
            raise BadInput(f"--out {out} would overwrite {path}, which is read; name another file")


def _part(out: Path) -> Path:
    return out.with_name(f"{out.name}.part")


def _unwritable(out: Path, error: OSError) -> BadInput:
    return BadInput(f"--out {out} cannot be written: {error.strerror or error}")
