import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from index.archive import Archive
from index.catalog_write import CatalogWriter
from index.chunk import passage_text
from index.errors import ArchiveDamaged, EncoderMismatch, NoArchive
from index.filters import SearchFilter
from index.ingest import ingest_articles
from index.layout import Layout
from index.types import Article
from tests.fakes import FakeEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeEncoder()


def _vector(text: str):
    return _ENCODER.encode_queries([text])[0]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    ingest_articles(folder, made_up_articles(300), _ENCODER)
    return folder


@pytest.fixture
def archive(built):
    archive = Archive.open(built, _ENCODER)
    yield archive
    archive.close()


def _by_brute_force(archive: Archive, vector, top_k: int, keep=lambda article: True):
    """The same search by comparing every chunk's vector, encoded anew."""
    passages = [(a, c) for a in archive.articles() if keep(a) for c in archive.chunks(a.id)]
    vectors = _ENCODER.encode_passages([passage_text(a, chunk) for a, chunk in passages])
    scores = vectors @ vector
    order = sorted(range(len(passages)), key=lambda n: (-scores[n], passages[n][1].id))
    return [(passages[n][1].id, pytest.approx(scores[n], abs=1e-5)) for n in order[:top_k]]


def _found(hits):
    return [(hit.chunk.id, hit.score) for hit in hits]


def test_the_nearest_chunks_come_first_with_their_cosine(archive):
    vector = _vector("青岛港口货运第8期完成多少万元")
    assert _found(archive.search_vector(vector, top_k=10)) == _by_brute_force(archive, vector, 10)


def test_a_hit_quotes_the_article(archive):
    for hit in archive.search_vector(_vector("威海地铁建设"), top_k=5):
        article = archive.article(hit.chunk.article_id)
        assert article is not None
        assert article.body[hit.chunk.start : hit.chunk.end] == hit.chunk.text != ""
        assert hit.chunk in archive.chunks(article.id)


@pytest.mark.parametrize(
    ("since", "until", "sources"),
    [
        (date(2024, 3, 1), None, ()),  # broad
        (None, date(2024, 9, 30), ()),  # broad, and must leave unknown dates out
        (None, None, ("半岛晚报",)),
        (date(2024, 3, 2), date(2024, 3, 3), ()),  # narrow: over-fetching alone finds too few
        (date(2024, 3, 1), date(2024, 3, 31), ("海滨日报",)),
        (date(2031, 1, 1), None, ()),
    ],
)
def test_filtered_search_finds_what_a_full_scan_finds(archive, since, until, sources):
    def keep(article):
        day = article.published
        dated = day is not None and (since or day) <= day <= (until or day)
        return (dated or not (since or until)) and (not sources or article.source in sources)

    vector = _vector("烟台公园绿化")
    hits = archive.search_vector(vector, top_k=10, filters=SearchFilter(since, until, sources))
    assert _found(hits) == _by_brute_force(archive, vector, 10, keep)


def test_ties_are_broken_by_chunk_id(tmp_path):
    body = "同样的一句话。"
    articles = [Article(f"t-{n}", "同题", body) for n in (3, 1, 2)]
    ingest_articles(tmp_path, articles, _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    hits = archive.search_vector(_vector(body), top_k=2)
    assert [hit.chunk.id for hit in hits] == ["t-1:1", "t-2:1"]
    archive.close()


def test_a_vector_of_another_size_is_a_programming_error(archive):
    with pytest.raises(ValueError, match="32 numbers, expected 64"):
        archive.search_vector(np.ones(32, dtype=np.float32), top_k=1)


def test_a_vector_the_catalog_does_not_know_finds_nothing(tmp_path):
    ingest_articles(tmp_path, made_up_articles(3), _ENCODER)
    catalog = CatalogWriter.open(Layout(tmp_path).catalog)
    archive = Archive.open(tmp_path, _ENCODER)
    assert len(archive.search_vector(_vector("港口"), top_k=9)) > 0
    catalog.retire_articles([article.id for article in archive.articles()])
    assert archive.search_vector(_vector("港口"), top_k=9) == []
    archive.close()
    catalog.close()


def test_no_archive_says_how_to_build_one(tmp_path):
    with pytest.raises(NoArchive) as caught:
        Archive.open(tmp_path / "none", _ENCODER)
    assert str(caught.value) == (
        f"No archive at {tmp_path}/none. Build one: suyuan ingest FILE --archive {tmp_path}/none"
    )
    assert not (tmp_path / "none").exists()


def test_an_ingest_that_stored_nothing_has_built_no_archive(tmp_path):
    ingest_articles(tmp_path, [], _ENCODER)
    with pytest.raises(NoArchive):
        Archive.open(tmp_path, _ENCODER)


def test_another_encoder_is_refused_with_the_way_out(built):
    with pytest.raises(EncoderMismatch, match=r"built with fake-64 \(64 .*suyuan rebuild"):
        Archive.open(built, FakeEncoder("other"))


def test_other_weights_of_the_same_model_can_only_be_rebuilt_for(tmp_path):
    ingest_articles(tmp_path, made_up_articles(1), FakeEncoder("org/model@1111"))
    with pytest.raises(EncoderMismatch, match=r"is org/model@2222 \(64\)\. Rebuild it: suyuan"):
        Archive.open(tmp_path, FakeEncoder("org/model@2222"))
    with pytest.raises(EncoderMismatch, match=r"Set SUYUAN_ENCODER=org/model, or rebuild it:"):
        Archive.open(tmp_path, FakeEncoder("org/other@2222"))


def test_opening_and_searching_leave_the_catalog_as_it_is(built):
    before = Layout(built).catalog.read_bytes()
    archive = Archive.open(built, _ENCODER)
    archive.search_vector(_vector("港口"), top_k=3)
    archive.refresh()
    archive.close()
    assert Layout(built).catalog.read_bytes() == before


_WRITE = """
import sys
from dataclasses import replace
from pathlib import Path
from index.ingest import ingest_articles
from tests.fakes import FakeEncoder, made_up_articles
first = next(made_up_articles(1))
changed = replace(first, body="全文更正，改写一新。")
fresh = replace(first, id="fresh", body="海上风电首批机组并网。")
ingest_articles(Path(sys.argv[1]), [changed, fresh], FakeEncoder())
"""


def test_what_another_process_writes_is_found_after_a_refresh(tmp_path):
    ingest_articles(tmp_path, made_up_articles(30), _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    version = archive.index_version
    wind, old = _vector("海上风电机组并网"), _vector(next(made_up_articles(1)).body)
    assert archive.search_vector(old, top_k=1)[0].chunk.article_id == "n-0000"
    subprocess.run([sys.executable, "-c", _WRITE, str(tmp_path)], cwd=_ROOT, check=True)
    # before the refresh the old text is already out of reach
    found = {hit.chunk.article_id: hit.chunk.text for hit in archive.search_vector(old, top_k=50)}
    assert found["n-0000"] == "全文更正，改写一新。"
    archive.refresh()
    assert archive.index_version != version
    assert archive.search_vector(wind, top_k=1)[0].chunk.text == "海上风电首批机组并网。"
    assert archive.search_vector(_vector("全文更正，改写一新"), top_k=1)[0].chunk.id == "n-0000:1"
    assert archive.coverage().articles == 31
    archive.close()


def test_refresh_without_news_keeps_the_open_store(archive):
    store = archive._vectors
    archive.refresh()
    assert archive._vectors is store


def test_a_second_archive_opened_after_another_process_wrote_is_not_stale(tmp_path):
    ingest_articles(tmp_path, made_up_articles(3), _ENCODER)
    first = Archive.open(tmp_path, _ENCODER)
    subprocess.run([sys.executable, "-c", _WRITE, str(tmp_path)], cwd=_ROOT, check=True)
    second = Archive.open(tmp_path, _ENCODER)
    assert second.search_vector(_vector("海上风电"), top_k=1)[0].chunk.article_id == "fresh"
    first.close()
    second.close()


def test_readers_in_threads_go_on_while_the_same_process_ingests(tmp_path):
    ingest_articles(tmp_path, made_up_articles(40), _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    problems: list[str] = []
    searches = [0, 0, 0]
    done = threading.Event()

    def read(reader: int) -> None:
        vector = _vector(f"青岛港口货运第{reader}期")
        while not done.is_set():
            archive.refresh()
            hits = archive.search_vector(vector, top_k=5)
            searches[reader] += 1
            if len(hits) != 5 or any(a.score < b.score for a, b in pairwise(hits)):
                problems.append(repr(hits))

    threads = [threading.Thread(target=read, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    ingest_articles(tmp_path, made_up_articles(600, edition=2), _ENCODER)
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert min(searches) > 5
    archive.refresh()
    last = list(made_up_articles(600, edition=2))[-1]
    assert archive.search_vector(_vector(last.body), top_k=1)[0].chunk.article_id == last.id
    archive.close()


def test_a_store_left_by_a_crash_is_probed_before_it_is_opened(tmp_path):
    # more than 1,000 chunks, from which on Chroma writes the HNSW files
    ingest_articles(tmp_path, made_up_articles(250, sentences=40), _ENCODER)
    header = next(Layout(tmp_path).vectors.glob("*/header.bin"))
    header.write_bytes(header.read_bytes()[:50])
    catalog = CatalogWriter.open(Layout(tmp_path).catalog)
    catalog.set_meta(dirty=1)  # what a writer that was killed leaves
    catalog.close()
    with pytest.raises(ArchiveDamaged, match=r"exit code -11.*suyuan rebuild"):
        Archive.open(tmp_path, _ENCODER)
    more = [replace(next(made_up_articles(1)), id="more")]
    with pytest.raises(ArchiveDamaged, match=r"suyuan rebuild"):
        ingest_articles(tmp_path, more, _ENCODER)


def test_a_store_whose_tables_are_garbage_is_named(tmp_path):
    ingest_articles(tmp_path, made_up_articles(3), _ENCODER)
    (Layout(tmp_path).vectors / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(ArchiveDamaged, match=r"chroma cannot be read .*suyuan rebuild"):
        Archive.open(tmp_path, _ENCODER)
