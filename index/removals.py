"""What the catalog knows of articles that were taken down: ids and hashes, no text.

Knows nothing of the other stores; ``index.erase`` brings those after it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from index.catalog import Catalog
from index.catalog_write import CatalogWriter, count_batch, put_meta
from index.types import Article

_PENDING = "erasing"


@dataclass(frozen=True, slots=True)
class Removal:
    """An article that was taken down; ``content_hash`` is of its last version."""

    article_id: str
    content_hash: str
    removed: datetime
    reason: str


def removals(catalog: Catalog) -> list[Removal]:
    """All that was taken down and not let in again, by id."""
    if not catalog.rows("SELECT 1 FROM sqlite_master WHERE name = 'removed'"):
        return []  # a catalog that an earlier Suyuan wrote
    rows = catalog.rows("SELECT id, content_hash, removed, reason FROM removed ORDER BY id")
    return [_to_removal(*row) for row in rows]


def removal_of(catalog: Catalog, article: Article) -> Removal | None:
    """Why an article must stay out: its id was taken down, or its very content under another."""
    rows = catalog.rows(
        "SELECT id, content_hash, removed, reason FROM removed WHERE id = ? OR content_hash = ?"
        " ORDER BY id <> ? LIMIT 1",
        (article.id, article.content_hash, article.id),
    )
    return _to_removal(*rows[0]) if rows else None


def let_in_again(catalog: CatalogWriter, article: Article) -> None:
    """Forget that an article was taken down."""
    with catalog.transaction() as db:
        db.execute(
            "DELETE FROM removed WHERE id = ? OR content_hash = ?",
            (article.id, article.content_hash),
        )


def known_ids(catalog: Catalog, article_ids: Sequence[str]) -> set[str]:
    """Those of the ids that the catalog holds any version of."""
    asked = json.dumps(list(article_ids))
    return {
        row[0]
        for table in ("articles", "article_versions")
        for row in catalog.rows(
            f"SELECT DISTINCT id FROM {table} WHERE id IN (SELECT value FROM json_each(?))",
            (asked,),
        )
    }


def drop_articles(catalog: CatalogWriter, article_ids: Sequence[str], *, reason: str) -> int:
    """Delete all versions of articles and their chunks, and remember that; return the chunks.

    From here on no reader finds them, and the erasure of their bytes is pending.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    asked = json.dumps(list(article_ids))
    among = "IN (SELECT value FROM json_each(?))"
    catalog.overwrite_deleted()
    with catalog.transaction() as db:
        for table in ("article_versions", "articles"):  # the current hash is the one that stays
            db.execute(
                "INSERT OR REPLACE INTO removed SELECT id, content_hash, ?, ?"
                f" FROM {table} WHERE id {among} ORDER BY version",
                (now, reason, asked),
            )
        chunks = db.execute(
            f"SELECT count(*) FROM chunks WHERE article_id {among}", (asked,)
        ).fetchone()[0]
        for table, column in (
            ("chunks", "article_id"),
            ("rebuilt_chunks", "article_id"),
            ("article_versions", "id"),
            ("articles", "id"),
        ):
            db.execute(f"DELETE FROM {table} WHERE {column} {among}", (asked,))
        put_meta(db, {_PENDING: 1})
        count_batch(db)
    return int(chunks)


def is_erasing(catalog: Catalog) -> bool:
    """Whether bytes of articles that were taken down may still be in the files."""
    return catalog.meta(_PENDING) == "1"


def end_erasing(catalog: CatalogWriter) -> None:
    """The bytes are gone."""
    catalog.set_meta(**{_PENDING: 0})


def _to_removal(article_id: str, content_hash: str, removed: str, reason: str) -> Removal:
    return Removal(article_id, content_hash, datetime.fromisoformat(removed), reason)
