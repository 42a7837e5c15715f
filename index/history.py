"""The versions of an article, and what one says otherwise than another."""

import difflib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.catalog import Catalog, catalog_of
from index.errors import BadInput
from index.removals import Removal, removals
from index.types import Article

_CHARACTERS = 4_000  # of a line; comparing longer ones character by character takes seconds


@dataclass(frozen=True, slots=True)
class Version:
    """One text of an article. ``replaced`` is None for the current one."""

    number: int
    content_hash: str
    stored: datetime
    replaced: datetime | None
    title: str


@dataclass(frozen=True, slots=True)
class History:
    """All versions, the earliest first, and the takedown if there was one."""

    article_id: str
    versions: tuple[Version, ...]
    removal: Removal | None


def history(folder: Path, article_id: str) -> History:
    """Return what is kept of an article; raises BadInput for an id that never was."""
    catalog = catalog_of(folder)
    try:
        rows = catalog.rows(
            "SELECT version, content_hash, stored, replaced, title FROM article_versions"
            " WHERE id = ? UNION ALL"
            " SELECT version, content_hash, stored, NULL, title FROM articles WHERE id = ?"
            " ORDER BY version",
            (article_id, article_id),
        )
        removal = next((r for r in removals(catalog) if r.article_id == article_id), None)
    finally:
        catalog.close()
    if not rows and removal is None:
        raise BadInput(f'No article "{article_id}" in {folder}. Is the id right?')
    return History(article_id, tuple(_version(*row) for row in rows), removal)


def compare_versions(
    folder: Path, article_id: str, old: int, new: int, *, characters: bool = False
) -> list[str]:
    """Return the lines of a unified diff; ``characters``: changed ones with [-old-]{+new+} inside.

    No lines where the texts are the same. Raises BadInput for a version that is not kept.
    """
    catalog = catalog_of(folder)
    try:
        one, two = (_text(catalog, article_id, number) for number in (old, new))
    finally:
        catalog.close()
    lines = list(
        difflib.unified_diff(
            one, two, f"{article_id} v{old}", f"{article_id} v{new}", lineterm="", n=1
        )
    )
    return _within_lines(lines) if characters else lines


def mark_changes(old: str, new: str) -> str:
    """One line from two: what went in [-…-], what came in {+…+}."""
    if max(len(old), len(new)) > _CHARACTERS:
        return f"[-{old}-]{{+{new}+}}"
    parts = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(old[a:b])
        else:
            parts.append(
                (f"[-{old[a:b]}-]" if b > a else "") + (f"{{+{new[c:d]}+}}" if d > c else "")
            )
    return "".join(parts)


def _within_lines(lines: list[str]) -> list[str]:
    """Runs of removed lines against the runs of added ones that follow them, line by line."""
    result = lines[:2]
    at = 2
    while at < len(lines):
        gone = _run(lines, at, "-")
        came = _run(lines, at + len(gone), "+")
        if not gone and not came:
            result.append(lines[at])
            at += 1
            continue
        for number in range(max(len(gone), len(came))):
            old = gone[number][1:] if number < len(gone) else ""
            new = came[number][1:] if number < len(came) else ""
            result.append("~" + mark_changes(old, new))
        at += len(gone) + len(came)
    return result


def _run(lines: list[str], start: int, sign: str) -> list[str]:
    end = start
    while end < len(lines) and lines[end].startswith(sign):
        end += 1
    return lines[start:end]


def _text(catalog: Catalog, article_id: str, number: int) -> list[str]:
    article = catalog.article(article_id, number)
    if article is None:
        raise BadInput(f'"{article_id}" has no version {number}. List them: suyuan history ID')
    return [*_head(article), *article.body.split("\n")]


def _head(article: Article) -> list[str]:
    day = article.published.isoformat() if article.published else ""
    return [part for part in (article.headline, f"{article.source} {day}".strip()) if part]


def _version(
    number: int, content_hash: str, stored: str, replaced: str | None, title: str
) -> Version:
    until = datetime.fromisoformat(replaced) if replaced else None
    return Version(number, content_hash, datetime.fromisoformat(stored), until, title)
