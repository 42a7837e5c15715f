"""What a run was made with: models, prompts, settings, machine, code. Secrets never.

Kept in ``OUT.run.json`` under ``record``. Two runs whose records differ in more than the seed or
the clock are not a comparison of what was meant to change: ``record_differences`` says in what.
"""

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.settings import Settings

RECORD, TAKEN_UP = "record", "taken_up"
# Settings that an answer depends on; the others are where files lie, and how fast it goes.
_ANSWER_SETTINGS = ("encoder", "reranker", "llm", "llm_model", "evidence")
_OTHER_SETTINGS = ("llm_timeout", "threads")
_PACKAGES = (
    "chromadb", "llama-index-core", "numpy", "sentence-transformers", "suyuan", "tantivy", "torch",
    "xllamacpp",
)  # fmt: skip
_SAME = ("prompts", "settings")  # a run is not taken up with others
_MEMORY = Path("/proc/meminfo")
_CPU = Path("/proc/cpuinfo")


def run_record(
    settings: Settings,
    *,
    seed: int | None = None,
    parallel: int = 1,
    sets: Mapping[str, Path] | None = None,
) -> dict[str, Any]:
    """The record of a run that begins now; ``sets``: the files it reads, named by their content."""
    return {
        "prompts": prompt_hashes(),
        "settings": _settings(settings),
        "seed": seed,
        "parallel": parallel,
        "sets": {name: file_hash(path) for name, path in (sets or {}).items()},
        "machine": machine(),
        "commit": commit(),
    }


def prompt_hashes() -> dict[str, str]:
    """Twelve digits of the content of each prompt: another mark is another prompt."""
    found = [item for item in files("prompts").iterdir() if item.name.endswith(".md")]
    return {
        item.name.removesuffix(".md"): _digest(item.read_bytes())
        for item in sorted(found, key=lambda item: item.name)
    }


def file_hash(path: Path) -> str:
    """Twelve digits of a file's content; "" where it cannot be read."""
    try:
        return _digest(path.read_bytes())
    except OSError:
        return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _settings(settings: Settings) -> dict[str, Any]:
    kept = {name: getattr(settings, name) for name in (*_ANSWER_SETTINGS, *_OTHER_SETTINGS)}
    return {**kept, "llm_base_url": address_of(settings.llm_base_url)}


def address_of(url: str) -> str:
    """Scheme, host, port and path: a user, a password or a token in the query is a secret."""
    if not url:
        return ""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def machine() -> dict[str, Any]:
    """Processor, cores, memory, system, Python and the packages that scores depend on."""
    return {
        "cpu": _first_value(_CPU, "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def _first_value(path: Path, name: str) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(found, "")


def _memory() -> float | None:
    words = _first_value(_MEMORY, "MemTotal").split()
    return round(int(words[0]) / 2**20, 1) if words and words[0].isdigit() else None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def commit() -> str:
    """The commit of the code, "+" behind it where files were changed since; "" outside git."""
    root = Path(__file__).parents[1]
    if not (root / ".git").exists():
        return ""
    head = _git(root, "rev-parse", "--short=12", "HEAD")
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return head + ("+" if head and changed else "")


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(root), *words],
            capture_output=True, text=True, check=False, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def same_in(record: Mapping[str, Any]) -> dict[str, str]:
    """What of a record has to stay the same for a run to be taken up: prompts and settings."""
    flat = dict(flatten({name: record.get(name, {}) for name in _SAME}))
    return {key: value for key, value in flat.items() if not key.endswith(_OTHER_SETTINGS)}


def flatten(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """``{"machine": {"cores": 2}}`` -> ``("machine.cores", "2")``, in the record's order."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from flatten(value, f"{name}.")
        else:
            yield name, "" if value is None else str(value)


def record_differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What two records do not share: name, of ``a``, of ``b``. Nothing where one has none."""
    if not a or not b:
        return []
    one, two = dict(flatten(a)), dict(flatten(b))
    return [
        (key, one.get(key, "–"), two.get(key, "–"))
        for key in {**one, **two}
        if one.get(key) != two.get(key)
    ]
