"""Link articles that print nearly the same text, as papers do with wire copy, when they come in.

MinHash (Broder 1997) with bands (LSH): two texts that share a band of their sketches are compared
exactly. The bands are rows of the catalog and not datasketch's MinHashLSH, which is held in memory
and would be filled anew by every ingest (docs/LOG.md 2026-11-23).
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from index.catalog import ARTICLE_COLUMNS, Catalog, to_article
from index.likeness import are_copies, similarity, text_runs
from index.types import Article

if TYPE_CHECKING:
    from index.catalog_write import CatalogWriter

NEAR_VERSION = "1"  # of sketches and of what counts as alike; others are made anew
# Two texts of similarity s share a band with 1 - (1 - s**4)**32: .99 at .6, .9998 at .7, .23 at .3.
_BANDS, _ROWS = 32, 4
# The newest that share a band: what is printed the same day after day, as the weather, would cost
# more with each day.
_NEWEST = 50
_BATCH = 200  # articles linked in one transaction where an archive is linked anew

Sketched = tuple[Article, list[int]]


def sketch(article: Article) -> list[int]:
    """The bands of an article's MinHash, as SQLite's integers; the same in every process."""
    minhash = _empty().copy()
    minhash.update_batch(text_runs(article))
    bands = np.asarray(minhash.hashvalues, dtype=np.uint64).reshape(_BANDS, _ROWS)
    mixed = np.zeros(_BANDS, dtype=np.uint64)
    for row in range(_ROWS):
        mixed = (mixed ^ bands[:, row]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    mixed += np.arange(_BANDS, dtype=np.uint64)  # one band's key is no other band's
    return [int(key) for key in mixed.astype(np.int64)]


def link_articles(db: sqlite3.Connection, batch: Sequence[Sketched]) -> int:
    """Link articles that the catalog holds, as part of a transaction; return how many are copies.

    What was linked to an earlier version is gone with its row in ``articles``.
    """
    linked = 0
    for article, keys in batch:
        number = db.execute("INSERT INTO near_articles (id) VALUES (?)", (article.id,)).lastrowid
        alike = [
            (*sorted((article.id, other.id)), likeness)
            for other in _candidates(db, keys)
            if (likeness := _likeness(article, other))
        ]
        db.executemany("INSERT OR IGNORE INTO near_links VALUES (?, ?, ?)", alike)
        db.executemany(
            "INSERT OR IGNORE INTO near_keys VALUES (?, ?)", [(number, key) for key in keys]
        )
        linked += bool(alike)
    return linked


def linked_ids(catalog: Catalog, article_ids: Sequence[str]) -> dict[str, frozenset[str]] | None:
    """The articles that each of these is linked to; None where the archive is not linked yet."""
    if catalog.meta("near") != NEAR_VERSION:
        return None
    found: dict[str, set[str]] = {article_id: set() for article_id in article_ids}
    for one, other in ((one, other) for one, other, _ in links(catalog, article_ids)):
        for key, value in ((one, other), (other, one)):
            if key in found:
                found[key].add(value)
    return {key: frozenset(ids) for key, ids in found.items()}


def links(catalog: Catalog, article_ids: Iterable[str]) -> list[tuple[str, str, float]]:
    """Links of these articles: the two ids in their order, and the similarity."""
    asked = json.dumps(list(article_ids))
    rows = catalog.rows(
        "SELECT id, other, similarity FROM near_links WHERE id IN (SELECT value FROM json_each(?1))"
        " UNION SELECT id, other, similarity FROM near_links"
        " WHERE other IN (SELECT value FROM json_each(?1)) ORDER BY 1, 2",
        (asked,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def ensure_linked(catalog: "CatalogWriter") -> None:
    """Link an archive that an earlier Suyuan filled; costs one look-up where that is done."""
    if catalog.meta("near") != NEAR_VERSION:
        link_anew(catalog)


def link_anew(catalog: "CatalogWriter") -> None:
    """Compare all articles with each other again; cut off, the next writer begins anew."""
    catalog.set_meta(near="")
    with catalog.transaction() as db:
        for table in ("near_links", "near_keys", "near_articles"):
            db.execute(f"DELETE FROM {table}")
    batch: list[Sketched] = []
    for article in catalog.articles():
        batch.append((article, sketch(article)))
        if len(batch) >= _BATCH:
            _link(catalog, batch)
            batch = []
    _link(catalog, batch)
    catalog.set_meta(near=NEAR_VERSION)


def unsound_links(catalog: Catalog) -> tuple[list[str], list[str]]:
    """Articles that were not compared with the others; links between texts that are not alike."""
    if catalog.meta("near") != NEAR_VERSION:
        return [], []
    missing = catalog.rows(
        "SELECT id FROM articles WHERE id NOT IN (SELECT id FROM near_articles) ORDER BY id"
    )
    wrong = []
    for one, other, stored in catalog.rows("SELECT id, other, similarity FROM near_links"):
        if _likeness(catalog.article(one), catalog.article(other)) != stored:
            wrong.append(f"{one} {other}")
    return [row[0] for row in missing], wrong


def _link(catalog: "CatalogWriter", batch: Sequence[Sketched]) -> None:
    with catalog.transaction() as db:
        link_articles(db, batch)


def _likeness(one: Article | None, other: Article | None) -> float:
    """Similarity of two copies; 0 of what are none."""
    if one is None or other is None or not are_copies(one, other):
        return 0.0
    return similarity(text_runs(one), text_runs(other))


def _candidates(db: sqlite3.Connection, keys: Sequence[int]) -> list[Article]:
    """The newest articles that share a band."""
    numbers = {
        row[0]
        for key in keys
        for row in db.execute(
            "SELECT number FROM near_keys WHERE key = ? ORDER BY number DESC LIMIT ?",
            (key, _NEWEST),
        )
    }
    columns = ", ".join(f"articles.{name}" for name in ARTICLE_COLUMNS)
    return [
        to_article(row)
        for number in sorted(numbers, reverse=True)[:_NEWEST]
        for row in db.execute(
            f"SELECT {columns} FROM near_articles JOIN articles USING (id) WHERE number = ?",
            (number,),
        )
    ]


@lru_cache(maxsize=1)
def _empty() -> Any:
    # Imported late: it brings scipy, half a second that an unchanged re-ingest is spared.
    from datasketch import MinHash

    # The scheme is named because another one would make other sketches of the same text.
    return MinHash(_BANDS * _ROWS, seed=1, hashfunc=int, scheme="affine32")
