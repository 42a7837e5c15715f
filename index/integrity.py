"""Compare an archive's stores with its catalog, and name every difference.

The stores of the folder are looked at by a child process, because a torn one may end the process
that opens it; a Chroma server is asked from here.
Not seen: a changed number in a stored vector that leaves its length, and in stored token vectors
any change of a number.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.catalog import Catalog, catalog_of
from index.errors import ArchiveDamaged
from index.layout import Layout
from index.lexical import LEXICAL_VERSION
from index.near import unsound_links
from index.store_check import check_vectors
from index.vectors import ChromaError
from index.vectors_place import ServerPlace, written_place
from index.vectors_server import open_vectors

_NAMED = 5  # ids of one difference
_SECONDS = 3_600
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the catalog says, or as the catalog itself should be."""

    store: str  # "catalog", "links", "chroma", "lexical" or "tokens"
    what: str  # "missing", "extra", "damaged", …
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a verification came to; sound where there are no differences."""

    articles: int
    chunks: int
    differences: tuple[Difference, ...]


def verify_archive(folder: Path) -> Integrity:
    """Look at the catalog and all stores; nothing is changed.

    Raises NoArchive, and ArchiveDamaged where the catalog itself cannot be opened.
    """
    catalog = catalog_of(folder)
    try:
        differences = list(_catalog_differences(catalog))
        expected = _expected(catalog)
        articles = catalog.coverage().articles
        with ThreadPoolExecutor() as pool:  # each waits for a process
            look = partial(_store_differences, folder, catalog=catalog, expected=expected)
            for found in pool.map(look, ("chroma", "lexical", "tokens")):
                differences += found
    finally:
        catalog.close()
    return Integrity(articles, len(expected), tuple(differences))


def _catalog_differences(catalog: Catalog) -> Iterator[Difference]:
    faults = [row[0] for row in catalog.rows("PRAGMA integrity_check(5)")]
    if faults != ["ok"]:
        yield Difference("catalog", "damaged", len(faults), tuple(faults))
    orphans = [row[0] for row in catalog.rows("PRAGMA foreign_key_check")]
    if orphans:
        yield Difference("catalog", "row without its article", len(orphans))
    stored = dict(catalog.rows("SELECT id, content_hash FROM articles"))
    altered, outside = [], []
    for article in catalog.articles():
        if stored.get(article.id) != article.content_hash:
            altered.append(article.id)
        if any(not 0 <= c.start < c.end <= len(article.body) for c in catalog.chunks(article.id)):
            outside.append(article.id)
    yield from _listed("catalog", "text that is not what its hash says", altered)
    yield from _listed("catalog", "chunk outside its article", outside)
    missing, wrong = unsound_links(catalog)
    yield from _listed("links", "article not compared with the others", missing)
    yield from _listed("links", "of texts that are not alike", wrong)
    for table, what in (
        ("chunks WHERE indexed = 0", "not in the stores yet; the next ingest puts it there"),
        ("withdrawn", "to be taken out of the stores; the next ingest does it"),
    ):
        count = catalog.rows(f"SELECT count(*) FROM {table}")[0][0]
        if count:
            yield Difference("catalog", what, count)


def _expected(catalog: Catalog) -> dict[str, tuple[int, str]]:
    """Day and paper of each searchable chunk."""
    rows = catalog.rows(
        "SELECT chunks.id, published, source FROM chunks JOIN articles"
        " ON articles.id = article_id WHERE indexed = 1"
    )
    return {row[0]: (int((row[1] or "0").replace("-", "")), row[2]) for row in rows}


def _store_differences(
    folder: Path, store: str, catalog: Catalog, expected: dict[str, tuple[int, str]]
) -> list[Difference]:
    name, dimension = catalog.encoder
    if store == "lexical" and catalog.meta("lexical") != LEXICAL_VERSION:
        return [Difference(store, "of another version", 1)]
    place = written_place(catalog)
    if store == "chroma" and place is not None:  # no server ends the process that asks it
        return _server_differences(folder, place, catalog.encoder, expected)
    if store == "tokens" and not any((folder / store).glob("*.sqlite3")):
        return []  # an encoder without token vectors; opening an archive tells where it has some
    command = [sys.executable, "-m", "index.store_check", store, str(folder / store)]
    try:
        done = subprocess.run(
            [*command, name, str(dimension)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )
    except subprocess.TimeoutExpired:
        return [Difference(store, f"damaged: no answer within {_SECONDS} s", 1)]
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        crash = f"reading it ends the process (signal {-done.returncode})"
        reason = crash if done.returncode < 0 else (lines or [f"exit {done.returncode}"])[-1]
        return [Difference(store, f"damaged: {reason}", 1)]
    return list(_compare(store, json.loads(done.stdout), expected))


def _server_differences(
    folder: Path,
    place: ServerPlace,
    encoder: tuple[str, int],
    expected: dict[str, tuple[int, str]],
) -> list[Difference]:
    """Raises ServerUnreachable, which is nothing to repair."""
    try:
        held = check_vectors(
            open_vectors(Layout(folder).vectors, place, encoder=encoder[0], dimension=encoder[1])
        )
    except (ArchiveDamaged, ChromaError) as error:
        return [Difference("chroma", f"damaged: {error}", 1)]
    return list(_compare("chroma", held, expected))


def _compare(
    store: str, found: dict[str, list[list[object]]], expected: dict[str, tuple[int, str]]
) -> Iterator[Difference]:
    fields = {str(row[0]): tuple(row[1:]) for row in found["rows"]}
    yield from _listed(store, "missing", sorted(expected.keys() - fields.keys()))
    yield from _listed(store, "extra", sorted(fields.keys() - expected.keys()))
    other = [id_ for id_, row in fields.items() if row and expected.get(id_, row) != row]
    yield from _listed(store, "of another day or paper", sorted(other))
    for fault in found["faults"]:
        yield Difference(store, str(fault[0]), len(fault) - 1, tuple(map(str, fault[1:]))[:_NAMED])


def _listed(store: str, what: str, ids: Iterable[str]) -> Iterator[Difference]:
    ids = list(ids)
    if ids:
        yield Difference(store, what, len(ids), tuple(ids[:_NAMED]))
