"""The store of token vectors: what is written comes back, what is removed is gone from the file."""

import sqlite3
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from index.archive import Archive
from index.calibration import fit_encoder
from index.chunk import passage_text
from index.errors import ArchiveDamaged
from index.ingest import ingest_articles
from index.late import quantise, restore
from index.layout import Layout
from index.sentences import article_sentences
from index.tokens import TokenPassage, TokenStore
from index.types import Article, Span
from tests.fakes import FakeTokenEncoder, made_up_articles
from tests.scripted_llm import article

_ENCODER = FakeTokenEncoder()
_HEAD = "港口通报\n"
_TEXT = "一号码头今日启用。二号码头下月完工。"


@pytest.fixture(scope="module")
def projection():
    return fit_encoder(_ENCODER)


@pytest.fixture
def store(tmp_path, projection):
    store = TokenStore.create(tmp_path / "tokens", lambda: projection)
    yield store
    store.close()


def _passages(*ids: str, text: str = _TEXT) -> list[TokenPassage]:
    _, matrices = _ENCODER.encode_passage_tokens([f"{_HEAD}{text}{id_}" for id_ in ids])
    return [
        TokenPassage(id_, len(_HEAD), "zh-Hans", matrix)
        for id_, matrix in zip(ids, matrices, strict=True)
    ]


def _file(store_or_folder) -> bytes:
    return (store_or_folder / "tokens.sqlite3").read_bytes()


def test_what_is_written_comes_back_to_four_bits(store, projection):
    (passage,) = _passages("a:1")
    store.write(store.rows([passage]))
    (found,) = store.read(["a:1"]).values()
    vectors = projection.passage(passage.tokens.vectors, "zh")
    assert np.array_equal(found.vectors, restore(quantise(vectors)))
    assert (found.vectors * vectors).sum(axis=1).min() > 0.95
    assert len(found.starts) == len(found.vectors) == len(_HEAD + _TEXT + "a:1") - 1


def test_tokens_of_the_header_start_at_minus_one_and_others_in_the_text(store):
    store.write(store.rows(_passages("a:1")))
    starts = store.read(["a:1"])["a:1"].starts
    # the headline's four characters; its line end is no token
    assert starts.tolist() == [-1] * 4 + list(range(len(_TEXT + "a:1")))


def test_only_chunks_that_are_asked_for_and_there_are_read(store):
    store.write(store.rows(_passages("a:1", "a:2", "b:1")))
    assert store.read(["b:1", "none", "a:1"]).keys() == {"a:1", "b:1"}
    assert store.read([]) == {}
    assert store.ids() == ["a:1", "a:2", "b:1"]


def test_more_ids_than_one_statement_takes_are_read_at_once(store):
    ids = [f"a:{n:04d}" for n in range(1_100)]
    store.write(store.rows(_passages(*ids, text="甲")))
    assert list(store.read(ids)) == ids


def test_a_chunk_that_is_there_is_replaced(store):
    store.write(store.rows(_passages("a:1")))
    store.write(store.rows(_passages("a:1", text="三号泊位。")))
    assert len(store.read(["a:1"])["a:1"].starts) == 4 + len("三号泊位。a:1")
    assert store.ids() == ["a:1"]


def test_a_chunk_without_tokens_is_passed_over(store):
    (passage,) = _passages("a:1")
    none = replace(
        passage.tokens, vectors=passage.tokens.vectors[:0], starts=passage.tokens.starts[:0]
    )
    store.write(store.rows([replace(passage, tokens=none)]))
    assert store.read(["a:1"]) == {}


def test_of_a_removed_chunk_no_byte_is_left(store, tmp_path):
    rows = store.rows([*_passages("a:1"), *_passages("b:1", text="海上风电并网。")])
    store.write(rows)
    kept, gone = (row.codes[4:6].tobytes() for row in rows)  # behind the headline, which is one
    assert gone in _file(tmp_path / "tokens")
    store.write([], removed=["b:1", "none"])
    assert store.ids() == ["a:1"]
    assert store.read(["b:1"]) == {}
    data = _file(tmp_path / "tokens")
    assert gone not in data
    assert kept in data


def test_a_withdrawn_article_leaves_no_vector_behind(tmp_path):
    old = article("fix", "更正", "这一段说法后来被撤回。")
    ingest_articles(tmp_path, [old, *made_up_articles(3)], _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    codes = quantise(archive.tokens(["fix:1"])["fix:1"].vectors).tobytes()[-64:]
    archive.close()
    assert codes in _file(Layout(tmp_path).tokens)
    ingest_articles(tmp_path, [replace(old, body="新的说法。")], _ENCODER)
    assert codes not in _file(Layout(tmp_path).tokens)


def test_a_store_is_opened_again_with_the_projection_it_was_made_with(store, tmp_path, projection):
    store.write(store.rows(_passages("a:1")))
    before = store.read(["a:1"])["a:1"]

    def fit():
        raise AssertionError("fitted again")

    opened = [TokenStore.open(tmp_path / "tokens"), TokenStore.create(tmp_path / "tokens", fit)]
    for again in opened:
        assert again is not None
        assert np.array_equal(again.projection.basis, projection.basis)
        for kind in ("passages", "queries", "questions"):
            means, fitted = getattr(again.projection, kind), getattr(projection, kind)
            assert means.keys() == fitted.keys()
            assert all(np.array_equal(means[key], fitted[key]) for key in fitted)
        found = again.read(["a:1"])["a:1"]
        assert np.array_equal(found.vectors, before.vectors)
        assert np.array_equal(found.starts, before.starts)
        again.close()


def test_a_folder_without_token_vectors_opens_as_none(tmp_path):
    assert TokenStore.open(tmp_path / "nowhere") is None
    (tmp_path / "tokens.sqlite3").touch()  # a writer was killed before its first table
    assert TokenStore.open(tmp_path) is None


_HALF_DONE = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA cache_size = 5")  # so that pages reach the file before the end
db.execute("BEGIN")
for n in range(200):
    db.execute("INSERT INTO chunk_tokens VALUES (?, ?, ?)", (f"z:{n}", b"s" * 5_000, b"c" * 5_000))
os._exit(9)
"""


def test_what_a_killed_writer_left_half_done_is_no_obstacle_to_a_reader(store, tmp_path):
    store.write(store.rows(_passages("a:1")))
    file = tmp_path / "tokens" / "tokens.sqlite3"
    subprocess.run([sys.executable, "-c", _HALF_DONE, str(file)], check=False)
    assert file.with_name("tokens.sqlite3-journal").stat().st_size > 0
    reader = TokenStore.open(tmp_path / "tokens")
    assert reader is not None
    assert reader.ids() == ["a:1"]
    assert reader.read(["a:1"]).keys() == {"a:1"}
    reader.close()


@pytest.mark.parametrize("garbage", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 8_000])
def test_a_garbled_file_is_named_with_what_mends_it(tmp_path, garbage):
    ingest_articles(tmp_path, made_up_articles(3), _ENCODER)
    (Layout(tmp_path).tokens / "tokens.sqlite3").write_bytes(garbage)
    line = rf"tokens\.sqlite3 cannot be read \(.+\)\. .*: suyuan rebuild --archive {tmp_path}\.$"
    for use in (Archive.open, lambda *args: ingest_articles(args[0], made_up_articles(4), args[1])):
        with pytest.raises(ArchiveDamaged, match=line) as caught:
            use(tmp_path, _ENCODER)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE chunk_tokens",
        "UPDATE chunk_tokens SET codes = x'0102030405'",  # no whole vector
    ],
)
def test_damage_that_only_a_search_meets_is_named_too(tmp_path, damage):
    ingest_articles(tmp_path, made_up_articles(3), _ENCODER)
    db = sqlite3.connect(Layout(tmp_path).tokens / "tokens.sqlite3")
    db.execute(damage)
    db.commit()
    db.close()
    archive = Archive.open(tmp_path, _ENCODER)
    with pytest.raises(ArchiveDamaged, match=r"tokens\.sqlite3 cannot be read .*suyuan rebuild"):
        archive.tokens(["n-0001:1"])
    archive.close()


def test_a_projection_of_no_whole_numbers_is_damage(store, tmp_path):
    db = sqlite3.connect(tmp_path / "tokens" / "tokens.sqlite3")
    db.execute("UPDATE meta SET value = x'010203' WHERE name = 'basis'")
    db.commit()
    db.close()
    with pytest.raises(ArchiveDamaged, match="suyuan rebuild"):
        TokenStore.open(tmp_path / "tokens")
    with pytest.raises(ArchiveDamaged, match="suyuan rebuild"):
        TokenStore.create(tmp_path / "tokens", lambda: store.projection)


@pytest.mark.parametrize("kind", ["passages", "queries", "questions", "texts"])
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("DELETE FROM meta WHERE name GLOB ? || ':*'", "it lacks the mean of {}"),
        ("DELETE FROM meta WHERE name = ? || ':'", "it lacks the mean of {}"),
        (
            "UPDATE meta SET value = substr(value, 1, 8) WHERE name = ? || ':zh'",
            "its means are not of one length",
        ),
    ],
)
def test_a_projection_without_one_of_its_means_is_damage(store, tmp_path, kind, damage, reason):
    db = sqlite3.connect(tmp_path / "tokens" / "tokens.sqlite3")
    assert db.execute(damage, (kind,)).rowcount > 0
    db.commit()
    db.close()
    line = rf"cannot be read \({reason.format(kind)}\).* suyuan rebuild"
    with pytest.raises(ArchiveDamaged, match=line):
        TokenStore.open(tmp_path / "tokens")


@pytest.mark.parametrize("length", [0, 4])
def test_a_basis_of_another_height_is_damage(store, tmp_path, length):
    db = sqlite3.connect(tmp_path / "tokens" / "tokens.sqlite3")
    db.execute("UPDATE meta SET value = ? WHERE name = 'basis'", (b"\0" * length,))
    db.commit()
    db.close()
    with pytest.raises(ArchiveDamaged, match="suyuan rebuild"):
        TokenStore.open(tmp_path / "tokens")


def test_token_vectors_of_another_encoder_are_named_with_what_mends_it(tmp_path):
    ingest_articles(tmp_path, made_up_articles(3), _ENCODER)
    file = Layout(tmp_path).tokens / "tokens.sqlite3"
    db = sqlite3.connect(file)
    half = _ENCODER.dimension // 2
    # rows of the basis and numbers of the means: half of each, so the file agrees with itself
    db.execute("UPDATE meta SET value = substr(value, 1, length(value) / 2)")
    db.commit()
    db.close()
    line = rf"made for vectors of {half} numbers, not {_ENCODER.dimension}\).*suyuan rebuild"
    with pytest.raises(ArchiveDamaged, match=line):
        Archive.open(tmp_path, _ENCODER)


# In an archive


@pytest.fixture(scope="module")
def archived(tmp_path_factory):
    body = "导语说明情况。\n" + "".join(f"第{n}批货物已经到港，共{n * 7}箱。" for n in range(60))
    heading = "堆场扩建"
    body += f"\n{heading}\n第61批货物延后。"
    long = article(
        "long", "到港通报", body, headings=(Span(body.index(heading), body.index(heading) + 4),)
    )
    folder = tmp_path_factory.mktemp("archive")
    ingest_articles(folder, [long, Article("bare", "无报无日", "只有一句话。")], _ENCODER)
    archive = Archive.open(folder, _ENCODER)
    yield archive
    archive.close()


def test_offsets_cut_a_chunks_tokens_into_its_sentences(archived):
    projection = archived.projection
    assert projection is not None
    for item in archived.articles():
        chunks = archived.chunks(item.id)
        found = archived.tokens([chunk.id for chunk in chunks])
        for chunk in chunks:
            tokens = found[chunk.id]
            for sentence in article_sentences(item):
                if not chunk.start <= sentence.start < chunk.end:
                    continue
                first, last = np.searchsorted(
                    tokens.starts, [sentence.start - chunk.start, sentence.end - chunk.start]
                )
                _, (alone,) = _ENCODER.encode_passage_tokens([sentence.text])
                expected = restore(quantise(projection.passage(alone.vectors, item.language)))
                assert np.array_equal(tokens.vectors[first:last], expected)
    assert len(archived.chunks("long")) > 2


def test_as_many_tokens_stand_before_the_text_as_the_header_has(archived):
    for item in archived.articles():
        for chunk in archived.chunks(item.id):
            header = passage_text(item, chunk)[: -len(chunk.text)]
            _, (alone,) = _ENCODER.encode_passage_tokens([header])
            starts = archived.tokens([chunk.id])[chunk.id].starts
            assert (starts == -1).sum() == len(alone.starts) > 0


def test_every_chunk_of_an_archive_has_tokens(tmp_path):
    ingest_articles(tmp_path, made_up_articles(150), _ENCODER)
    store = TokenStore.open(Layout(tmp_path).tokens)
    archive = Archive.open(tmp_path, _ENCODER)
    assert store is not None
    assert store.ids() == sorted(c.id for a in archive.articles() for c in archive.chunks(a.id))
    assert len(archive.tokens(store.ids())) == archive.chunk_count == 150
    archive.close()
    store.close()
