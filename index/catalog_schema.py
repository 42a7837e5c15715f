"""The catalog's tables, and how a catalog of an earlier Suyuan comes to have them all."""

import sqlite3

from index.catalog import ARTICLE_COLUMNS, SCHEMA_VERSION

_TYPES = {"title_derived": "INTEGER", "position": "INTEGER", "version": "INTEGER"}
_ARTICLE = ",\n".join(
    f"{name} {_TYPES.get(name, 'TEXT')}{'' if name == 'published' else ' NOT NULL'}"
    for name in ARTICLE_COLUMNS
)
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles ({_ARTICLE}, content_hash TEXT NOT NULL, stored TEXT NOT NULL,
    PRIMARY KEY (id));
CREATE INDEX articles_by_origin ON articles (origin);
CREATE INDEX articles_by_published ON articles (published);
CREATE INDEX articles_by_source ON articles (source);
CREATE TABLE article_versions ({_ARTICLE}, content_hash TEXT NOT NULL, stored TEXT NOT NULL,
    replaced TEXT NOT NULL, PRIMARY KEY (id, version));
CREATE TABLE chunks (id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, indexed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX chunks_by_article ON chunks (article_id);
CREATE INDEX chunks_unindexed ON chunks (id) WHERE indexed = 0;
CREATE TABLE rebuilt_chunks (id TEXT PRIMARY KEY, article_id TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE withdrawn (chunk_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE files (origin TEXT PRIMARY KEY, prefix TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX files_by_prefix ON files (prefix);
CREATE TABLE runs (id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT,
    read INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0, chunks_written INTEGER NOT NULL DEFAULT 0);
CREATE TABLE rejected (run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    path TEXT NOT NULL, reason TEXT NOT NULL, line INTEGER);
CREATE INDEX rejected_by_run ON rejected (run_id);
PRAGMA user_version = 1;
"""
# For filters; made for older catalogs too. They hold all that filters ask about, because those
# columns stand behind the body, and reading past it costs 26 ms instead of 1 at 20,000 articles.
_FILTER_INDEXES = """
CREATE INDEX IF NOT EXISTS articles_by_section ON articles (section, published, source, id);
CREATE INDEX IF NOT EXISTS articles_by_credit
    ON articles (reporters, byline, published, source, section, id);
"""

# Schema 2. What was taken down is remembered by id and hash, never by its text.
_SECOND = """
CREATE TABLE IF NOT EXISTS removed (id TEXT PRIMARY KEY, content_hash TEXT NOT NULL,
    removed TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS removed_by_hash ON removed (content_hash);
PRAGMA user_version = 2;
"""
# Schema 3, for index.near: sketches of texts, and which texts are nearly the same. The numbers are
# given in the order in which articles come in. All of an article goes with it.
_THIRD = """
CREATE TABLE IF NOT EXISTS near_articles (number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE);
CREATE TABLE IF NOT EXISTS near_keys (
    number INTEGER NOT NULL REFERENCES near_articles (number) ON DELETE CASCADE,
    key INTEGER NOT NULL, PRIMARY KEY (number, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS near_keys_by_key ON near_keys (key, number);
CREATE TABLE IF NOT EXISTS near_links (
    id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    other TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    similarity REAL NOT NULL, PRIMARY KEY (id, other)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS near_links_by_other ON near_links (other);
PRAGMA user_version = 3;
"""


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of the first schema in an empty file."""
    if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Add what later schemas have; a catalog of a later Suyuan was refused before."""
    connection.executescript(_FILTER_INDEXES)
    if connection.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
        connection.executescript(f"BEGIN IMMEDIATE; {_SECOND} {_THIRD} COMMIT;")
