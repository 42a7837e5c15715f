"""Say what is installed and in force, and what is wrong. Changes nothing."""

import platform
import shutil
import socket
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from index.archive import Archive
from index.errors import UserError
from index.models import model_states, resolve_llm
from rag.assemble import (
    configured_endpoint,
    model_home,
    open_encoder,
    open_reranker,
    require_archive,
)
from rag.settings import Settings

_PACKAGES = (
    "torch",
    "sentence-transformers",
    "chromadb",
    "llama-index-core",
    "gradio",
    "xllamacpp",
    "tiktoken",
)
_PREFIX = "SUYUAN_"
_LEAST_FREE = 2 * 2**30
_CONNECT_SECONDS = 5.0


def examine(settings: Settings, *, environment: Iterable[str] = ()) -> tuple[list[str], bool]:
    """Lines for the terminal, and whether everything needed for an answer is there.

    ``environment`` holds the names of the environment's variables: a misspelt setting among them
    changes nothing, and nothing but this says so.
    """
    lines = [f"suyuan {_version('suyuan')}  Python {sys.version.split()[0]}  {platform.platform()}"]
    lines.append("  ".join(f"{name} {_version(name)}" for name in _PACKAGES))
    problems: list[str] = []
    home = model_home(settings)
    lines.append(f"Model cache: {home}")
    missing = _missing_models(settings, home, lines)
    problems += [f"{name} is {state}. Fetch it: suyuan models fetch" for name, state in missing]
    lines.append("Settings in force (environment SUYUAN_*, .env):")
    for name, value in settings.model_dump().items():
        lines.append(f"  {name} = {value}")
    problems += _unknown_variables(environment)
    free = shutil.disk_usage(_nearest_folder(home)).free
    lines.append(f"Free disk at the model cache: {free / 2**30:.1f} GiB")
    if free < _LEAST_FREE:
        problems.append(
            f"Only {free / 2**30:.1f} GiB free at {home}; models and index need 2 GiB. "
            "Make room, or set SUYUAN_HOME to a folder on another disk."
        )
    problems += _llm(settings, home, lines)
    problems += _reranker(settings, lines)
    problems += _archive(settings, lines, openable=settings.encoder not in dict(missing))
    lines.extend(f"PROBLEM  {problem}" for problem in problems)
    lines.append("Nothing wrong." if not problems else f"{len(problems)} problem(s).")
    return lines, not problems


def _missing_models(settings: Settings, home: Path, lines: list[str]) -> list[tuple[str, str]]:
    """Name and state of each bundled model that the settings need and the cache does not have."""
    missing = []
    for state in model_states(home):
        lines.append(f"  {state.spec.name}: {state.state}  {state.path or ''}".rstrip())
        if state.spec.kind == "encoder":
            needed = state.spec.name == settings.encoder
        else:
            needed = settings.llm != "none" and not settings.llm_base_url and not settings.llm_path
        if needed and state.state != "ready":
            missing.append((state.spec.name, state.state))
    return missing


def _unknown_variables(names: Iterable[str]) -> list[str]:
    known = {f"{_PREFIX}{field}".upper() for field in Settings.model_fields}
    return [
        f"{name} is set and means nothing. The settings are {', '.join(sorted(known))}."
        for name in sorted(names)
        if name.upper().startswith(_PREFIX) and name.upper() not in known
    ]


def _nearest_folder(path: Path) -> Path:
    """The path itself or the first folder above it that exists already."""
    path = path.absolute()
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _llm(settings: Settings, home: Path, lines: list[str]) -> list[str]:
    """Whether something listens at the configured endpoint; no request is sent, no key leaves."""
    if settings.llm == "none":
        return []
    try:
        if not settings.llm_base_url:
            if settings.llm_path:
                lines.append(f"LLM file: {resolve_llm(settings.llm_path, home)}")
            return []
        address = urlsplit(configured_endpoint(settings).base_url)
        port = address.port or (443 if address.scheme == "https" else 80)
        socket.create_connection((address.hostname or "", port), _CONNECT_SECONDS).close()
    except UserError as error:
        return [str(error)]
    except (OSError, ValueError) as error:
        return [
            f"SUYUAN_LLM_BASE_URL is {settings.llm_base_url} and nothing answers there ({error}). "
            "Start that server, or correct the address."
        ]
    lines.append(f"LLM endpoint {address.hostname}:{port}: listens")
    return []


def _reranker(settings: Settings, lines: list[str]) -> list[str]:
    """Whether the configured cross-encoder loads: a folder may hold anything."""
    try:
        reranker = open_reranker(settings)
    except UserError as error:
        return [str(error)]
    if reranker is not None:
        lines.append(f"Reranker {reranker.name}: loads")
    return []


def _archive(settings: Settings, lines: list[str], *, openable: bool) -> list[str]:
    try:
        require_archive(settings.archive)
        if not openable:
            lines.append(f"Archive {settings.archive}: is there; not opened without its encoder")
            return []
        archive = Archive.open(settings.archive, open_encoder(settings))
    except UserError as error:
        return [str(error)]
    try:
        covered = archive.coverage()
        lines.append(
            f"Archive {settings.archive}: {covered.articles} articles, "
            f"{covered.first or '?'} – {covered.last or '?'}, last ingest {covered.last_ingest}, "
            f"index {archive.index_version}"
        )
        if covered.rejected:
            lines.append(f"  the last ingest could not read {covered.rejected} rows or files")
    finally:
        archive.close()
    return []


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
