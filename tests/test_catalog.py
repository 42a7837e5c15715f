import sqlite3
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import ARTICLE_COLUMNS, SCHEMA_VERSION, Catalog, to_article, to_row
from index.catalog_write import CatalogWriter
from index.errors import ArchiveDamaged, ArchiveError
from index.types import Article, Chunk, DateKnown, IngestReport, Kind, Rejected, Span

_FULL = Article(
    id="p-01",
    title="主题",
    body="第一句。第二句。",
    kicker="肩题",
    deck="副题",
    source="海滨日报",
    section="A02",
    byline="□本报记者 某某",
    reporters=("某某", "O'Neil; DROP TABLE articles"),
    place="青岛",
    published=date(2024, 7, 1),
    date_known=DateKnown.INFERRED,
    title_derived=True,
    kind=Kind.CAPTION,
    headings=(Span(0, 4),),
    url="https://example.cn/a?b=1",
    language="zh-Hans",
    origin="/papers/p.txt",
    position=1,
)


def _chunks(article: Article, *cuts: int) -> list[Chunk]:
    edges = [0, *cuts, len(article.body)]
    return [
        Chunk(f"{article.id}:{n}", article.id, a, b, article.body[a:b])
        for n, (a, b) in enumerate(pairwise(edges), 1)
    ]


@pytest.fixture
def catalog(tmp_path):
    catalog = CatalogWriter.open(tmp_path / "catalog.sqlite3")
    yield catalog
    catalog.close()


def test_an_article_comes_back_with_every_field(catalog):
    # a field left at its default would compare equal even if it were never stored
    assert all(getattr(_FULL, f.name) != f.default for f in fields(Article) if f.name != "version")
    catalog.put_articles([(_FULL, _chunks(_FULL))])
    assert catalog.article("p-01") == _FULL


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(_TEXT, _TEXT, st.lists(_TEXT, max_size=3))
def test_any_text_survives_the_row(title, body, reporters):
    article = Article("a", title, body, reporters=tuple(reporters))
    db = sqlite3.connect(":memory:")
    marks = ", ".join("?" * len(ARTICLE_COLUMNS))
    db.execute(f"CREATE TABLE t ({', '.join(ARTICLE_COLUMNS)})")
    db.execute(f"INSERT INTO t VALUES ({marks})", to_row(article))
    assert to_article(db.execute("SELECT * FROM t").fetchone()) == article
    db.close()


def test_a_changed_article_keeps_its_earlier_version(catalog):
    corrected = replace(_FULL, body="更正后的话。")
    catalog.put_articles([(_FULL, _chunks(_FULL, 4))])
    catalog.put_articles([(corrected, _chunks(corrected))])
    assert catalog.article("p-01") == replace(corrected, version=2)
    assert catalog.article("p-01", 1) == _FULL
    assert catalog.article("p-01", 2) == replace(corrected, version=2)
    assert catalog.article("p-01", 3) is None
    # chunk p-01:1 is written again; p-01:2 has to leave Chroma
    assert catalog.withdrawn(limit=9) == ["p-01:2"]


def test_a_retired_article_is_only_an_earlier_version_and_may_come_back(catalog):
    catalog.put_articles([(_FULL, _chunks(_FULL))])
    catalog.retire_articles(["p-01"])
    assert catalog.article("p-01") is None
    assert catalog.article("p-01", 1) == _FULL
    assert catalog.withdrawn(limit=9) == ["p-01:1"]
    catalog.put_articles([(_FULL, _chunks(_FULL))])
    assert catalog.article("p-01") == replace(_FULL, version=2)
    assert catalog.withdrawn(limit=9) == []


def test_a_chunk_is_hidden_until_it_is_acknowledged(catalog):
    first, second = _chunks(_FULL, 4)
    catalog.put_articles([(_FULL, [first, second])])
    assert catalog.chunks("p-01") == []
    assert catalog.chunks_by_id([first.id, second.id]) == {}
    assert [chunk for _, chunk in catalog.unindexed(limit=9)] == [first, second]
    assert (catalog.generation, catalog.count_chunks()) == (0, 0)
    catalog.acknowledge([first.id])
    assert catalog.count_chunks() == 1
    assert catalog.chunks("p-01") == [first]
    assert catalog.generation == 1
    stored = catalog.chunks_by_id([second.id, first.id, "unknown:1"])
    assert list(stored) == [first.id]
    assert (stored[first.id].chunk, stored[first.id].source) == (first, "海滨日报")


def test_more_ids_than_one_statement_may_bind(catalog):
    article = replace(_FULL, body="句" * 1_200)
    chunks = _chunks(article, *range(1, 1_200))
    catalog.put_articles([(article, chunks)])
    catalog.acknowledge([chunk.id for chunk in chunks])
    assert len(catalog.chunks_by_id(chunk.id for chunk in chunks)) == 1_200


def test_articles_are_paged_by_id(catalog):
    articles = [replace(_FULL, id=f"p-{n:03d}") for n in range(450)]
    catalog.put_articles([(article, []) for article in reversed(articles)])
    assert list(catalog.articles()) == articles


def test_coverage_counts_what_is_current(catalog):
    undated = replace(_FULL, id="p-02", published=None, source="")
    later = replace(_FULL, id="p-03", published=date(2025, 1, 2), source="晚报")
    catalog.put_articles([(_FULL, []), (undated, []), (later, [])])
    run = catalog.start_run()
    assert catalog.coverage().last_ingest is None
    rejected = (Rejected("/x.txt", "empty"), Rejected("/y.jsonl", "no body", 3))
    catalog.finish_run(run, IngestReport(3, 3, 0, 0, rejected, 0, 0.5))
    coverage = catalog.coverage()
    assert (coverage.articles, coverage.rejected) == (3, 2)
    assert (coverage.first, coverage.last) == (date(2024, 7, 1), date(2025, 1, 2))
    assert coverage.sources == ("晚报", "海滨日报")
    assert coverage.last_ingest is not None
    assert datetime.now(UTC) - coverage.last_ingest < timedelta(minutes=1)
    last = catalog.last_run()
    assert last is not None
    assert last.rejected == rejected


def test_coverage_is_counted_once_for_each_state(catalog, tmp_path):
    reader = Catalog.open(tmp_path / "catalog.sqlite3")
    asked = []
    reader._connection.set_trace_callback(asked.append)
    for catalog_at in (reader, catalog):
        assert catalog_at.coverage().articles == 0
    # no batch is counted by any of these: what has been written is seen all the same
    catalog.put_articles([(_FULL, [])])
    for catalog_at in (reader, catalog):
        assert catalog_at.coverage().sources == ("海滨日报",)
    asked.clear()
    assert reader.coverage().articles == 1
    assert not [sql for sql in asked if "articles" in sql]
    catalog.retire_articles(["p-01"])
    for catalog_at in (reader, catalog):
        assert catalog_at.coverage().articles == 0
    reader.close()


def test_a_catalog_that_may_not_be_written_is_told_and_not_called_damaged(catalog, tmp_path):
    path = tmp_path / "catalog.sqlite3"
    with pytest.raises(ArchiveError, match=r"sqlite3 cannot be written: no permission") as caught:
        Catalog.open(path).rows("DELETE FROM articles")
    assert not isinstance(caught.value, ArchiveDamaged)


def test_a_transaction_that_fails_leaves_nothing(catalog):
    twice = [*_chunks(_FULL), *_chunks(_FULL)]  # the same chunk id two times
    with pytest.raises(sqlite3.IntegrityError):
        catalog.put_articles([(_FULL, twice)])
    assert list(catalog.articles()) == []
    catalog.put_articles([(_FULL, _chunks(_FULL))])
    assert catalog.article("p-01") == _FULL


def test_a_full_disk_rolls_back(catalog):
    catalog._connection.execute(
        f"PRAGMA max_page_count = {catalog.rows('PRAGMA page_count')[0][0]}"
    )
    with pytest.raises(sqlite3.OperationalError, match="database or disk is full"):
        catalog.put_articles([(replace(_FULL, body="句" * 100_000), [])])
    assert list(catalog.articles()) == []


def test_a_reader_cannot_write_and_sees_what_the_writer_commits(catalog, tmp_path):
    reader = Catalog.open(tmp_path / "catalog.sqlite3")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._connection.execute("DELETE FROM articles")
    catalog.put_articles([(_FULL, _chunks(_FULL))])
    assert reader.article("p-01") == _FULL
    reader.close()


def test_a_folder_with_odd_characters_in_its_name_opens(tmp_path):
    folder = tmp_path / "报 纸?#%20"
    folder.mkdir()
    CatalogWriter.open(folder / "catalog.sqlite3").close()
    Catalog.open(folder / "catalog.sqlite3").close()


@pytest.mark.parametrize("opener", [Catalog, CatalogWriter])
def test_a_newer_schema_is_refused(catalog, tmp_path, opener):
    catalog._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(ArchiveError, match=r"newer Suyuan \(catalog schema 4, this one knows 3\)"):
        opener.open(tmp_path / "catalog.sqlite3")


@pytest.mark.parametrize("opener", [Catalog, CatalogWriter])
def test_a_file_that_is_no_catalog_is_named(tmp_path, opener):
    path = tmp_path / "catalog.sqlite3"
    path.write_bytes(b"not a database, but long enough to be read as one" * 20)
    with pytest.raises(ArchiveDamaged, match=r"catalog.sqlite3 cannot be read"):
        opener.open(path)
    other = sqlite3.connect(tmp_path / "other.sqlite3")
    other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(ArchiveDamaged, match="is not a Suyuan catalog"):
        opener.open(tmp_path / "other.sqlite3")
