"""Are a model's files the pinned ones? Knows nothing of where they come from.

A full check hashes every byte. What passed is written to ``verified.json`` with its size and
time of change, so that a start compares those and need not hash 1.1 GB each time.
"""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.model_specs import ModelFile, ModelSpec

_RECORD = "verified.json"
_CHUNK = 1 << 20


def altered_files(
    spec: ModelSpec, models: Path, *, root: Path | None = None, full: bool = False
) -> list[str]:
    """Files of ``spec`` that are absent or not the pinned bytes, by their path in the cache.

    ``root`` stands in for ``models`` while a model is being built; ``full`` hashes even what
    the record vouches for.
    """
    record = _read_record(models)
    before = dict(record)
    altered = []
    for file in spec.files:
        path = (root or models) / file.path
        if not full and _vouched(file, path, record):
            continue
        record.pop(file.path, None)
        if _is_pinned(file, path):
            record[file.path] = _entry(file, path)
        else:
            altered.append(file.path)
    if record != before:
        _write_record(models, record)
    return altered


def sha256_of(path: Path, *, start: int = 0, length: int | None = None) -> str:
    """Hex digest of a range of a file, the rest of the file by default."""
    digest = hashlib.sha256()
    left = length
    with path.open("rb") as stream:
        stream.seek(start)
        while chunk := stream.read(_CHUNK if left is None else min(_CHUNK, left)):
            digest.update(chunk)
            left = None if left is None else left - len(chunk)
    return digest.hexdigest()


def _vouched(file: ModelFile, path: Path, record: dict[str, Any]) -> bool:
    return path.is_file() and record.get(file.path) == _entry(file, path)


def _is_pinned(file: ModelFile, path: Path) -> bool:
    return path.is_file() and path.stat().st_size == file.size and sha256_of(path) == file.sha256


def _entry(file: ModelFile, path: Path) -> dict[str, Any]:
    stat = path.stat()
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": file.sha256}


def _read_record(models: Path) -> dict[str, Any]:
    """Nothing recorded, or a record that cannot be read, means: hash."""
    try:
        record = json.loads((models / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _write_record(models: Path, record: dict[str, Any]) -> None:
    # A cache that may only be read still serves its models; they are hashed at every start.
    with suppress(OSError):
        handle, name = tempfile.mkstemp(prefix=f".{_RECORD}-", dir=models)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(record, out, indent=1, sort_keys=True)
            Path(name).replace(models / _RECORD)
        finally:
            Path(name).unlink(missing_ok=True)
