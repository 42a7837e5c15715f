"""Say what is installed and in force, and what is wrong. Changes nothing."""

import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version

from index.archive import Archive
from index.errors import UserError
from index.models import model_states
from rag.assemble import model_home, open_encoder, require_archive
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
_LEAST_FREE = 2 * 2**30


def examine(settings: Settings) -> tuple[list[str], bool]:
    """Lines for the terminal, and whether everything needed for an answer is there."""
    lines = [f"suyuan {_version('suyuan')}  Python {sys.version.split()[0]}  {platform.platform()}"]
    lines.append("  ".join(f"{name} {_version(name)}" for name in _PACKAGES))
    problems: list[str] = []
    home = model_home(settings)
    lines.append(f"Model cache: {home}")
    for state in model_states(home):
        lines.append(f"  {state.spec.name}: {state.state}  {state.path or ''}".rstrip())
        needed = settings.llm != "none" and not settings.llm_base_url
        if state.state != "ready" and (state.spec.kind == "encoder" or needed):
            problems.append(f"{state.spec.name} is {state.state}. Fetch it: suyuan models fetch")
    lines.append("Settings in force (environment SUYUAN_*, .env):")
    for name, value in settings.model_dump().items():
        lines.append(f"  {name} = {value}")
    free = shutil.disk_usage(home if home.exists() else home.anchor or "/").free
    lines.append(f"Free disk at the model cache: {free / 2**30:.1f} GiB")
    if free < _LEAST_FREE:
        problems.append(f"Only {free / 2**30:.1f} GiB free at {home}; models and index need 2 GiB.")
    problems += _archive(settings, lines)
    lines.extend(f"PROBLEM  {problem}" for problem in problems)
    lines.append("Nothing wrong." if not problems else f"{len(problems)} problem(s).")
    return lines, not problems


def _archive(settings: Settings, lines: list[str]) -> list[str]:
    try:
        require_archive(settings.archive)
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
