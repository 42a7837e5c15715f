import errno
import hashlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import chromadb
import pytest
import tantivy

from index.archive import Archive
from index.catalog import Catalog
from index.catalog_write import CatalogWriter
from index.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveLocked,
    BadInput,
    EncoderMismatch,
    NoArchive,
)
from index.ingest import Progress, ingest_articles, ingest_paths
from index.layout import Layout
from index.lexical import LexicalIndex, LexicalWriter
from index.lock import hold_writer_lock
from index.read_options import ReadOptions
from index.rebuild import rebuild
from index.tokens import TokenStore
from index.types import Article, Rejected
from index.vectors import VectorStore
from index.writer import ArchiveWriter
from tests.fakes import FakeEncoder, FakeTokenEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeEncoder()
_TOKENS = FakeTokenEncoder()


def _counts(report):
    return (report.read, report.new, report.changed, report.unchanged)


def _contents(folder: Path, encoder: FakeEncoder = _ENCODER):
    """Everything an archive holds but times and counters: rows, vectors, words with counts."""
    layout = Layout(folder)
    db = sqlite3.connect(layout.catalog)
    columns = "id, version, title, body, content_hash, origin, position"
    tables = {
        "articles": db.execute(f"SELECT {columns} FROM articles ORDER BY id").fetchall(),
        "versions": db.execute(f"SELECT {columns} FROM article_versions ORDER BY id").fetchall(),
        "chunks": db.execute("SELECT * FROM chunks ORDER BY id").fetchall(),
        "withdrawn": db.execute("SELECT * FROM withdrawn").fetchall(),
    }
    db.close()
    store = VectorStore.open(layout.vectors, encoder=encoder.name, dimension=encoder.dimension)
    ids = store.ids()
    found = store._collection.get(ids=ids, include=["embeddings", "metadatas"])
    order = sorted(range(len(found["ids"])), key=lambda n: found["ids"][n])
    tables["vectors"] = [
        (found["ids"][n], found["embeddings"][n].tobytes(), found["metadatas"][n]) for n in order
    ]
    store.close()
    searcher = LexicalIndex.open(layout.lexical)._searcher
    for field in ("id", "title", "text", "grams", "periods", "source"):
        # with a query to count in, deleted chunks do not count
        terms = searcher.terms_with_prefix(field, "", tantivy.Query.all_query())
        tables[f"lexical {field}"] = sorted(terms)
    if isinstance(encoder, FakeTokenEncoder):
        db = sqlite3.connect(layout.tokens / "tokens.sqlite3")
        for table in ("meta", "chunk_tokens"):
            tables[f"tokens {table}"] = db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        db.close()
    return tables


def _article_rows(folder: Path):
    """Every column of every article and chunk, storing times included."""
    db = sqlite3.connect(Layout(folder).catalog)
    tables = ("articles", "article_versions", "chunks", "files")
    rows = [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]
    db.close()
    return rows


def _generation(folder: Path) -> int:
    catalog = Catalog.open(Layout(folder).catalog)
    generation = catalog.generation
    catalog.close()
    return generation


def test_everything_read_is_in_the_catalog_and_in_both_stores(tmp_path):
    articles = list(made_up_articles(30))
    report = ingest_articles(tmp_path, articles, _ENCODER)
    assert _counts(report) == (30, 30, 0, 0)
    contents = _contents(tmp_path)
    assert [row[3] for row in contents["articles"]] == [article.body for article in articles]
    assert {row[4] for row in contents["chunks"]} == {1}
    assert [row[0] for row in contents["vectors"]] == [row[0] for row in contents["chunks"]]
    assert contents["lexical id"] == [(row[0], 1) for row in contents["chunks"]]
    assert len(contents["chunks"]) == report.chunks_written


def test_ingesting_the_unchanged_again_writes_nothing(tmp_path):
    ingest_articles(tmp_path, made_up_articles(30), _ENCODER)
    # looked at from outside Chroma, which writes to its files when they are opened for reading
    stores = (Layout(tmp_path).vectors, Layout(tmp_path).lexical)
    before, catalog = [_files(store) for store in stores], _article_rows(tmp_path)
    generation = _generation(tmp_path)
    report = ingest_articles(tmp_path, made_up_articles(30), _ENCODER)
    assert _counts(report) == (30, 0, 0, 30)
    assert report.chunks_written == 0
    assert [_files(store) for store in stores] == before
    assert _article_rows(tmp_path) == catalog
    assert _generation(tmp_path) == generation


def _files(store: Path):
    return {path: path.stat().st_mtime_ns for path in sorted(store.rglob("*"))}


def test_a_corrected_article_replaces_its_text_in_every_store(tmp_path):
    first = Article("a", "标题", "旧的说法在这里。\n" * 60)
    corrected = replace(first, body="新的说法在这里。")
    ingest_articles(tmp_path, [first], _ENCODER)
    assert len(_contents(tmp_path)["vectors"]) == 3
    assert _counts(ingest_articles(tmp_path, [corrected], _ENCODER)) == (1, 0, 1, 0)
    contents = _contents(tmp_path)
    assert [(row[0], row[1], row[3]) for row in contents["articles"]] == [("a", 2, corrected.body)]
    assert [(row[0], row[1], row[3]) for row in contents["versions"]] == [("a", 1, first.body)]
    assert [row[0] for row in contents["vectors"]] == ["a:1"]
    assert contents["lexical id"] == [("a:1", 1)]
    assert contents["withdrawn"] == []


def test_the_same_corpus_gives_the_same_archive(tmp_path):
    for name in ("one", "two"):
        ingest_articles(tmp_path / name, made_up_articles(40), _ENCODER)
    assert _contents(tmp_path / "one") == _contents(tmp_path / "two")


def test_articles_that_cannot_be_searched_are_listed_and_the_rest_goes_in(tmp_path):
    items = [
        Rejected("/x.jsonl", "no body", 3),
        Article("blank", "标题", " \n\u3000", origin="/x.jsonl"),
        Article("half", "标题", "半个字 \ud83d。", origin="/x.jsonl"),
        Article("", "标题", "正文。", origin="/x.jsonl"),
        Article("good", "标题", "正文。", origin="/x.jsonl"),
    ]
    report = ingest_articles(tmp_path, items, _ENCODER)
    assert _counts(report) == (1, 1, 0, 0)
    assert [(r.reason, r.line) for r in report.rejected] == [
        ("no body", 3),
        ('"blank" has no text', None),
        ("text with halves of characters (lone surrogates)", None),
        ("an id has 1 to 500 characters", None),
    ]
    archive = Archive.open(tmp_path, _ENCODER)
    assert archive.coverage().rejected == 4
    archive.close()


def test_two_files_with_one_id_are_two_versions_and_then_rest(tmp_path):
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for path in (first, second):
        path.touch()
    items = [
        Article("x", "标题", "甲说。", origin=str(first), position=1),
        Article("x", "标题", "乙说。", origin=str(second), position=1),
    ]
    assert _counts(ingest_articles(tmp_path / "archive", items, _ENCODER)) == (2, 1, 1, 0)
    # read again, neither is news: what was read last stays
    assert _counts(ingest_articles(tmp_path / "archive", items, _ENCODER)) == (2, 0, 0, 2)
    # … until one of them really changes
    items[0] = replace(items[0], body="甲改口。")
    assert _counts(ingest_articles(tmp_path / "archive", items, _ENCODER)) == (2, 0, 1, 1)
    assert [row[3] for row in _contents(tmp_path / "archive")["articles"]] == ["甲改口。"]


def test_going_back_to_an_earlier_text_is_a_change(tmp_path):
    article = Article("x", "标题", "甲说。", origin="/x.jsonl", position=1)
    for body, version in (("甲说。", 1), ("乙说。", 2), ("甲说。", 3)):
        ingest_articles(tmp_path, [replace(article, body=body)], _ENCODER)
        assert [row[1] for row in _contents(tmp_path)["articles"]] == [version]


class _Page:
    """A page dump on disk and the articles a reader would make of it."""

    def __init__(self, path: Path, slug: str = "a02") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self.path, self.slug = path, slug

    def articles(self, *bodies: str) -> list[Article]:
        return [
            Article(f"{self.slug}-{n:02d}", "标题", body, origin=str(self.path), position=n)
            for n, body in enumerate(bodies, 1)
        ]


def _ids(folder: Path):
    return {row[0]: (row[3], Path(row[5]).parent.name) for row in _contents(folder)["articles"]}


def test_pages_of_one_name_in_two_folders_keep_apart(tmp_path):
    one, two = _Page(tmp_path / "qd" / "A02.txt"), _Page(tmp_path / "yt" / "A02.txt")
    items = [*one.articles("甲。", "乙。"), *two.articles("丙。", "丁。")]
    assert _counts(ingest_articles(tmp_path / "archive", items, _ENCODER)) == (4, 4, 0, 0)
    # ~ + the first four digits of sha256("yt")
    expected = {
        "a02-01": ("甲。", "qd"),
        "a02-02": ("乙。", "qd"),
        "a02~3d40-01": ("丙。", "yt"),
        "a02~3d40-02": ("丁。", "yt"),
    }
    assert _ids(tmp_path / "archive") == expected
    assert _counts(ingest_articles(tmp_path / "archive", items, _ENCODER)) == (4, 0, 0, 4)
    # the first file goes, the second keeps its ids
    one.path.unlink()
    report = ingest_articles(tmp_path / "archive", two.articles("丙。", "丁。"), _ENCODER)
    assert _counts(report) == (2, 0, 0, 2)
    assert _ids(tmp_path / "archive") == expected


def test_pages_of_one_name_in_two_folders_of_one_name_keep_apart(tmp_path):
    pages = [_Page(tmp_path / year / "qd" / "A02.txt") for year in ("甲", "乙", "丙")]
    for page, body in zip(pages, ["甲。", "乙。", "丙。"], strict=True):
        ingest_articles(tmp_path / "archive", page.articles(body), _ENCODER)
    folder = str(tmp_path / "丙" / "qd")
    assert {id_: body for id_, (body, _) in _ids(tmp_path / "archive").items()} == {
        "a02-01": "甲。",
        f"a02~{_sha256('qd')[:4]}-01": "乙。",
        f"a02~{_sha256(folder)[:12]}-01": "丙。",
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_moved_page_and_a_copied_page_are_the_same_articles(tmp_path):
    old, new = _Page(tmp_path / "in" / "A02.txt"), _Page(tmp_path / "done" / "A02.txt")
    archive = tmp_path / "archive"
    ingest_articles(archive, old.articles("甲。", "乙。"), _ENCODER)
    assert _counts(ingest_articles(archive, new.articles("甲。", "乙。"), _ENCODER)) == (2, 0, 0, 2)
    assert _ids(archive) == {"a02-01": ("甲。", "in"), "a02-02": ("乙。", "in")}
    old.path.unlink()
    assert _counts(ingest_articles(archive, new.articles("甲。", "改。"), _ENCODER)) == (2, 0, 1, 1)
    assert _ids(archive) == {"a02-01": ("甲。", "done"), "a02-02": ("改。", "done")}


def test_an_article_gone_from_its_page_is_found_no_more(tmp_path):
    page = _Page(tmp_path / "A02.txt")
    archive = tmp_path / "archive"
    ingest_articles(archive, page.articles("甲。", "乙。", "丙。"), _ENCODER)
    report = ingest_articles(archive, page.articles("甲。", "乙。"), _ENCODER)
    assert _counts(report) == (2, 0, 0, 2)
    contents = _contents(archive)
    assert [row[0] for row in contents["vectors"]] == ["a02-01:1", "a02-02:1"]
    assert [(row[0], row[3]) for row in contents["versions"]] == [("a02-03", "丙。")]


def test_a_page_that_could_only_be_read_in_part_loses_nothing(tmp_path):
    page = _Page(tmp_path / "A02.txt")
    archive = tmp_path / "archive"
    ingest_articles(archive, page.articles("甲。", "乙。"), _ENCODER)
    partly = [*page.articles("甲。"), Rejected(str(page.path), "item 2 is too long")]
    ingest_articles(archive, partly, _ENCODER)
    assert set(_ids(archive)) == {"a02-01", "a02-02"}


def test_rows_missing_from_an_export_stay(tmp_path):
    rows = [Article(f"x-{n:02d}", "标题", "正文。", origin="/x.jsonl", position=n) for n in (1, 2)]
    ingest_articles(tmp_path, rows, _ENCODER)
    ingest_articles(tmp_path, rows[:1], _ENCODER)
    assert set(_ids(tmp_path)) == {"x-01", "x-02"}


def test_another_encoder_is_refused_by_name(tmp_path):
    ingest_articles(tmp_path, made_up_articles(1), _ENCODER)
    with pytest.raises(EncoderMismatch) as caught:
        ingest_articles(tmp_path, made_up_articles(1), FakeEncoder("fake-32", 32))
    assert str(caught.value) == (
        f"{tmp_path} was built with fake-64 (64 dimensions); the encoder now is fake-32 (32)."
        f" Set SUYUAN_ENCODER=fake-64, or rebuild it: suyuan rebuild --archive {tmp_path}"
    )


def test_a_second_ingest_is_refused_before_it_touches_anything(tmp_path):
    with hold_writer_lock(tmp_path, command="suyuan ingest"), pytest.raises(ArchiveLocked):
        ingest_articles(tmp_path, made_up_articles(1), _ENCODER)
    assert [path.name for path in tmp_path.iterdir()] == [".writer.lock"]


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match=r"file cannot be made an archive folder"):
        ingest_articles(tmp_path / "file", made_up_articles(1), _ENCODER)


class _DiskFullEncoder(FakeEncoder):
    """Works for the first batch, then stands for a disk that has filled up."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def encode_passages(self, texts):
        self.calls += 1
        if self.calls > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().encode_passages(texts)


def test_a_full_disk_is_one_line_and_what_was_committed_stays(tmp_path):
    with pytest.raises(ArchiveError, match=r"No space left for .* run the same command again"):
        ingest_articles(tmp_path, made_up_articles(200), _DiskFullEncoder())
    archive = Archive.open(tmp_path, _ENCODER)
    committed = list(archive.articles())
    assert 0 < len(committed) < 200
    assert all(archive.chunks(article.id) for article in committed)
    archive.close()
    report = ingest_articles(tmp_path, made_up_articles(200), _ENCODER)
    assert report.new == 200 - len(committed)


@pytest.mark.parametrize(
    ("store", "step"),
    [
        (VectorStore, "delete"),
        (VectorStore, "upsert"),
        (LexicalWriter, "delete"),
        (LexicalWriter, "add"),
        (LexicalWriter, "commit"),
        (TokenStore, "write"),
        (CatalogWriter, "acknowledge"),
    ],
)
def test_a_failure_in_a_store_is_finished_by_the_next_ingest(tmp_path, monkeypatch, store, step):
    whole = tmp_path / "whole"
    long = Article("a", "标题", "旧的说法在这里。\n" * 60)
    short = replace(long, body="新的说法在这里。")
    for folder in (tmp_path / "cut", whole):
        ingest_articles(folder, [long, *made_up_articles(3)], _TOKENS)
    with monkeypatch.context() as patch:
        patch.setattr(store, step, _fail)
        with pytest.raises(RuntimeError, match="cut off"):
            ingest_articles(tmp_path / "cut", [short], _TOKENS)
    archive = Archive.open(tmp_path / "cut", _TOKENS)
    assert archive.chunks("a") == []  # neither the old text nor the new that has no vector yet
    hits = archive.search_vector(_TOKENS.encode_queries(["说法"])[0], top_k=20)
    assert "a" not in {hit.chunk.article_id for hit in hits}
    assert archive.search_words("旧的新的说法", top_k=20) == []
    archive.close()
    # with no file changed, and even with nothing to read
    assert _counts(ingest_articles(tmp_path / "cut", [], _TOKENS)) == (0, 0, 0, 0)
    ingest_articles(whole, [short], _TOKENS)
    assert _contents(tmp_path / "cut", _TOKENS) == _contents(whole, _TOKENS)


def _fail(self, *args, **options):
    raise RuntimeError("cut off")


_CHILD = """
import sys
from pathlib import Path
from index.ingest import ingest_articles
from tests.fakes import FakeTokenEncoder, made_up_articles
import index.vectors
print("go", flush=True)
articles = made_up_articles(200, edition=int(sys.argv[2]))
ingest_articles(Path(sys.argv[1]), articles, FakeTokenEncoder())
"""


def _ingest_in_another_process(folder: Path, edition: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder), str(edition)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    return process


def test_an_ingest_killed_at_any_moment_converges(tmp_path):
    expected, seconds = {}, {}
    base = tmp_path / "base"
    for edition in (1, 2):
        started = time.monotonic()
        with _ingest_in_another_process(base, edition) as process:
            pass
        seconds[edition] = time.monotonic() - started
        assert process.returncode == 0
        expected[edition] = _contents(base, _TOKENS)
        if edition == 1:
            shutil.copytree(base, tmp_path / "first")
    assert len(expected[1]["articles"]) == len(expected[2]["versions"]) == 200
    assert len(expected[1]["tokens chunk_tokens"]) == len(expected[1]["chunks"])
    assert expected[1]["tokens chunk_tokens"] != expected[2]["tokens chunk_tokens"]

    rng = random.Random(20240701)
    cut = 0
    for n in range(8):
        folder, edition = tmp_path / f"killed-{n}", 1 + n % 2
        if edition == 2:
            shutil.copytree(tmp_path / "first", folder)
        with _ingest_in_another_process(folder, edition) as process:
            time.sleep(rng.uniform(0.02, 0.9) * seconds[edition] / 2)
            process.kill()
        cut += process.returncode == -signal.SIGKILL
        ingest_articles(folder, made_up_articles(200, edition=edition), _TOKENS)
        assert _contents(folder, _TOKENS) == expected[edition]
    assert cut >= 6, "the kills came too late to test anything"


@pytest.mark.parametrize("tables", ["none", "half", "all"])
def test_an_ingest_killed_while_chroma_makes_its_tables_converges(tmp_path, tables):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for folder in (whole, cut):
        with pytest.raises(OSError, match="cut off"):
            ingest_articles(folder, _break_off(made_up_articles(3)), _ENCODER)
    catalog = CatalogWriter.open(Layout(cut).catalog)
    catalog.set_meta(dirty=1)  # what a writer that was killed leaves
    catalog.close()
    Layout(cut).vectors.mkdir()
    if tables == "all":
        client = chromadb.PersistentClient(Layout(cut).vectors)
        client.close()
    elif tables == "half":
        (Layout(cut).vectors / "chroma.sqlite3").write_bytes(b"SQLite format 3")
    for folder in (whole, cut):
        ingest_articles(folder, made_up_articles(3), _ENCODER)
    assert _contents(cut) == _contents(whole)


def _break_off(articles):
    yield from articles
    raise OSError("cut off")


def test_progress_counts_up_to_the_whole(tmp_path):
    seen: list[Progress] = []
    ingest_articles(tmp_path, made_up_articles(20), _ENCODER, progress=seen.append, total=20)
    assert [p.done for p in seen] == [*range(1, 21), 20]
    assert {p.total for p in seen} == {20}
    assert seen[-1].seconds_left == 0
    assert all(p.rate > 0 and p.seconds_left is not None for p in seen)


def test_files_and_folders_are_read_and_progress_counts_their_bytes(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    export = folder / "export.jsonl"
    export.write_text(
        '{"id": "w-1", "title": "甲", "date": "2024-07-01", "text": "第一条。"}\n'
        "{broken\n"
        '{"id": "w-2", "title": "乙", "date": "2024-07-02", "text": "第二条。"}\n',
        encoding="utf-8",
    )
    (folder / "empty.txt").touch()
    seen: list[Progress] = []
    report = ingest_paths(
        tmp_path / "archive",
        [folder, tmp_path / "missing.txt"],
        ReadOptions(source="海滨日报"),
        lambda: _ENCODER,
        progress=seen.append,
    )
    assert _counts(report) == (2, 2, 0, 0)
    assert sorted((Path(r.path).name, r.line) for r in report.rejected) == [
        ("empty.txt", None),
        ("export.jsonl", 2),
        ("missing.txt", None),
    ]
    assert (seen[-1].unit, seen[-1].done, seen[-1].total) == (
        "bytes",
        export.stat().st_size,
        export.stat().st_size,
    )
    archive = Archive.open(tmp_path / "archive", _ENCODER)
    article = archive.article("w-2")
    assert article is not None
    assert (article.source, article.published) == ("海滨日报", date(2024, 7, 2))
    archive.close()


def test_nothing_to_read_makes_no_archive(tmp_path):
    with pytest.raises(BadInput, match=r"Nothing to ingest .*missing.txt"):
        ingest_paths(tmp_path / "archive", [tmp_path / "missing.txt"], ReadOptions(), _no_encoder)
    assert not (tmp_path / "archive").exists()


def test_no_article_in_any_file_loads_no_encoder_and_leaves_the_archive_as_it_was(tmp_path):
    archive, files = tmp_path / "archive", tmp_path / "files"
    files.mkdir()
    (files / "a.txt").touch()
    (files / "b.jsonl").write_bytes(b"\x00\x01\x02" * 99)
    (files / "c.jsonl").write_text('{"id": "c", "title": "丙", "text": " "}\n[]\n')
    report = ingest_paths(archive, [files], ReadOptions(), _no_encoder)
    assert _counts(report) == (0, 0, 0, 0)
    assert [(Path(item.path).name, item.line) for item in report.rejected] == [
        ("a.txt", None),
        ("b.jsonl", None),
        ("c.jsonl", 1),
        ("c.jsonl", 2),
    ]
    assert not archive.exists()
    ingest_articles(archive, made_up_articles(1), _ENCODER)
    before = _generation(archive)
    assert ingest_paths(archive, [files], ReadOptions(), _no_encoder).read == 0
    assert _generation(archive) == before


def test_what_was_rejected_before_the_first_article_is_reported_once_and_in_order(tmp_path):
    path = tmp_path / "export.jsonl"
    path.write_text('{\n[]\n{"id": "d", "title": "丁", "text": "第四条。"}\n}\n', encoding="utf-8")
    report = ingest_paths(tmp_path / "archive", [path], ReadOptions(), lambda: _ENCODER)
    assert _counts(report) == (1, 1, 0, 0)
    assert [item.line for item in report.rejected] == [1, 2, 4]


def test_thousands_of_bad_rows_before_the_first_article_are_not_held(tmp_path):
    path = tmp_path / "export.jsonl"
    row = '{"id": "d", "title": "丁", "text": "第四条。"}\n'
    path.write_text("[]\n" * 10_001 + row, encoding="utf-8")
    report = ingest_paths(tmp_path / "archive", [path], ReadOptions(), lambda: _ENCODER)
    assert report.read == 1
    assert len(report.rejected) == 10_001
    assert report.rejected[-1].reason == "1 more rows or files were rejected"


def _no_encoder():
    raise AssertionError("an encoder was loaded for nothing")


@pytest.mark.parametrize(
    "lost", [("chroma",), ("lexical",), ("tokens",), ("chroma", "lexical", "tokens")]
)
def test_rebuild_restores_lost_stores(tmp_path, lost):
    ingest_articles(tmp_path, made_up_articles(200), _TOKENS)
    before, generation = _contents(tmp_path, _TOKENS), _generation(tmp_path)
    for store in lost:
        shutil.rmtree(tmp_path / store)
    assert rebuild(tmp_path, _TOKENS) == len(before["chunks"])
    assert _contents(tmp_path, _TOKENS) == before
    assert _generation(tmp_path) > generation


@pytest.mark.parametrize("lost", ["chroma", "tokens"])
def test_an_archive_that_lost_a_store_of_vectors_says_so_and_takes_no_more(tmp_path, lost):
    ingest_articles(tmp_path, made_up_articles(3), _TOKENS)
    before = _article_rows(tmp_path)
    shutil.rmtree(tmp_path / lost)
    line = rf"{tmp_path}/{lost} is missing\. Rebuild it: suyuan rebuild --archive {tmp_path}\."
    with pytest.raises(ArchiveDamaged, match=line):
        Archive.open(tmp_path, _TOKENS)
    with pytest.raises(ArchiveDamaged, match=line):
        ingest_articles(tmp_path, made_up_articles(5), _TOKENS)
    assert _article_rows(tmp_path) == before
    assert not (tmp_path / lost).exists()


def test_an_archive_of_another_index_version_is_refused_and_rebuilt(tmp_path):
    ingest_articles(tmp_path, made_up_articles(3), _TOKENS)
    before = _contents(tmp_path, _TOKENS)
    _set_index_version(tmp_path, "0")
    line = (
        f"{tmp_path} was indexed by another version of Suyuan. Its articles are all there; index"
        f" them anew: suyuan rebuild --archive {tmp_path}"
    )
    for use in (Archive.open, lambda *args: ingest_articles(args[0], [], args[1])):
        with pytest.raises(ArchiveError) as caught:
            use(tmp_path, _TOKENS)
        assert str(caught.value) == line
    rebuild(tmp_path, _TOKENS)
    assert _contents(tmp_path, _TOKENS) == before
    Archive.open(tmp_path, _TOKENS).close()


def test_an_archive_that_was_given_another_index_version_while_open_is_refused(tmp_path):
    ingest_articles(tmp_path, made_up_articles(3), _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    ingest_articles(tmp_path, made_up_articles(5), _ENCODER)
    _set_index_version(tmp_path, "0")
    with pytest.raises(ArchiveError, match="indexed by another version"):
        archive.refresh()
    archive.close()


def _set_index_version(folder: Path, version: str) -> None:
    catalog = CatalogWriter.open(Layout(folder).catalog)
    catalog.set_meta(index=version)
    catalog.close()


def test_rebuild_goes_from_an_encoder_with_tokens_to_one_without_and_back(tmp_path):
    ingest_articles(tmp_path, made_up_articles(20), _TOKENS)
    before = _contents(tmp_path, _TOKENS)
    rebuild(tmp_path, _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    assert (archive.projection, archive.tokens(["n-0001:1"])) == (None, {})
    archive.close()
    assert list(Layout(tmp_path).tokens.iterdir()) == []  # no vector of the other is left
    rebuild(tmp_path, _TOKENS)
    assert _contents(tmp_path, _TOKENS) == before
    archive = Archive.open(tmp_path, _TOKENS)
    assert archive.tokens(["n-0001:1"]).keys() == {"n-0001:1"}
    archive.close()


def test_rebuild_changes_the_encoder(tmp_path):
    ingest_articles(tmp_path, made_up_articles(20, sentences=30), _ENCODER)
    other = FakeEncoder("fake-32", 32, max_tokens=128)
    rebuild(tmp_path, other)
    archive = Archive.open(tmp_path, other)
    article = next(archive.articles())
    assert other.count_tokens([archive.chunks(article.id)[0].text])[0] <= 128
    hits = archive.search_vector(
        other.encode_queries([archive.chunks(article.id)[1].text])[0], top_k=1
    )
    assert hits[0].chunk.article_id == article.id
    assert len(archive.search_words("完成", top_k=999)) == archive.chunk_count > 20
    archive.close()
    with pytest.raises(EncoderMismatch):
        Archive.open(tmp_path, _ENCODER)


@pytest.mark.parametrize("moment", ["switch_to_rebuilt", "end_swap"])
def test_a_rebuild_cut_off_around_its_swap_is_completed_or_forgotten(tmp_path, monkeypatch, moment):
    ingest_articles(tmp_path, made_up_articles(20), _TOKENS)
    before = _contents(tmp_path, _TOKENS)
    with monkeypatch.context() as patch:
        patch.setattr(CatalogWriter, moment, _fail)
        with pytest.raises(RuntimeError, match="cut off"):
            rebuild(tmp_path, _TOKENS)
    _assert_searchable(tmp_path)
    ingest_articles(tmp_path, [], _TOKENS)
    assert _contents(tmp_path, _TOKENS) == before
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".new", ".old")]


def _assert_searchable(folder: Path) -> None:
    archive = Archive.open(folder, _TOKENS)
    assert len(archive.search_vector(_TOKENS.encode_queries(["港口"])[0], top_k=5)) == 5
    assert len(archive.search_words("完成", top_k=5)) == 5
    assert len(archive.tokens([f"n-{n:04d}:1" for n in range(20)])) == 20
    archive.close()


@pytest.mark.parametrize("done", range(6))
def test_a_swap_cut_off_between_its_renames_is_completed(tmp_path, monkeypatch, done):
    ingest_articles(tmp_path, made_up_articles(20), _TOKENS)
    before = _contents(tmp_path, _TOKENS)
    rename, left = Path.rename, iter(range(done))

    def rename_some(self, target):
        if next(left, None) is None:
            raise RuntimeError("cut off")
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename_some)
        with pytest.raises(RuntimeError, match="cut off"):
            rebuild(tmp_path, _TOKENS)
    _assert_searchable(tmp_path)
    ingest_articles(tmp_path, [], _TOKENS)
    assert _contents(tmp_path, _TOKENS) == before
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".new", ".old")]


def test_rebuild_needs_an_archive(tmp_path):
    with pytest.raises(NoArchive, match=r"No archive at .*nowhere"):
        rebuild(tmp_path / "nowhere", _ENCODER)
    assert not (tmp_path / "nowhere").exists()


def test_the_batch_in_hand_is_bounded(tmp_path, monkeypatch):
    sizes = []
    submit = ArchiveWriter._submit

    def record(self):
        sizes.append(self._batch_chunks)
        submit(self)

    monkeypatch.setattr(ArchiveWriter, "_submit", record)
    ingest_articles(tmp_path, made_up_articles(300), _ENCODER)
    # 300 articles of one chunk each: 128, 128 and the 44 that are left at the end
    assert [size for size in sizes if size] == [128, 128, 44]
