"""benchmarks/scale.py: made archives are like those they are made after, and costs are counted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import scale_build
from benchmarks.scale_build import EXPORT, build
from benchmarks.scale_measure import _ingest_again, measure
from benchmarks.scale_plan import GPU_CHUNKS_PER_SECOND, Cost, plan, plan_lines
from benchmarks.scale_table import bytes_per_chunk, table_lines, write_cpu_per_chunk
from benchmarks.text_made import TextModel, cut
from benchmarks.vectors_made import VectorPool, nearest_distances
from index.archive import Archive
from index.errors import BadInput
from index.ingest import ingest_articles, ingest_paths
from index.late import unit
from index.read_options import ReadOptions
from index.sentences import split_sentences
from tests.fakes import FakeTokenEncoder
from tests.scripted_llm import article

SAMPLES = Path(__file__).parents[1] / "samples" / "pages"


@pytest.fixture(scope="module")
def like(tmp_path_factory):
    folder = tmp_path_factory.mktemp("like")
    ingest_paths(folder, [SAMPLES], ReadOptions(), FakeTokenEncoder)
    return folder


@pytest.fixture(scope="module")
def model(like):
    return scale_build._text_model([like])


def test_newness_is_the_share_of_words_seen_once():
    # 7 words: 港口 and 吞吐量 twice, 增长 回落 今年 once: 3 of 7 are new
    found = TextModel.measure([article("a", "", "港口吞吐量增长。港口吞吐量今年回落。")])
    assert sorted(found.words) == sorted(["港口", "吞吐量", "增长", "今年", "回落"])
    assert found.newness == pytest.approx(3 / 7)
    assert found.shares[-1] == pytest.approx(1.0)


def test_a_day_and_a_figure_keep_their_unit():
    assert cut("截至2024年6月末，余额3.5%、增20314亿元") == [
        "截至", "2024年6月", "末", "，", "余额", "3.5%", "、", "增", "20314亿元",
    ]  # fmt: skip


def test_words_come_as_often_as_they_were_counted(model):
    drawn = model._draw(np.random.default_rng(1), 60_000)
    first = model.shares[0]  # of the most frequent word
    known = 1 - model.newness
    assert drawn.count(model.words[0]) / len(drawn) == pytest.approx(first * known, rel=0.05)
    counted = set(model.words)
    new = sum(word not in counted for word in drawn)
    assert new / len(drawn) == pytest.approx(model.newness, rel=0.1)


def test_made_articles_are_as_long_as_those_measured(model):
    made = list(model.articles(400))
    sentences = np.mean([len(split_sentences(each.body)) for each in made])
    assert sentences == pytest.approx(np.mean([len(each) for each in model.shapes]), rel=0.1)


def test_no_sentence_that_was_measured_comes_back(like, model):
    archive = Archive.open(like, FakeTokenEncoder())
    printed = {
        each.body[span.start : span.end]
        for each in archive.articles()
        for span in split_sentences(each.body)
    }
    archive.close()
    made = {
        each.body[span.start : span.end]
        for each in model.articles(300)
        for span in split_sentences(each.body)
    }
    assert len(printed) > 100
    assert not printed & made


def test_an_article_depends_on_its_number_alone(model):
    (third,) = model.articles(1, start=3)
    assert third == list(model.articles(4))[3]
    assert third.body != model.article(3, seed=8).body


def clustered(count=600, dimension=32):
    """Like texts: a few subjects, with near and far texts in each."""
    random = np.random.default_rng(3)
    centres = random.standard_normal((12, dimension))
    spread = 0.1 + 0.5 * random.random((count, 1))
    noise = random.standard_normal((count, dimension)) * spread
    return unit((centres[random.integers(12, size=count)] + noise).astype(np.float32))


def test_a_pool_at_scale_0_gives_the_vectors_themselves():
    pool = VectorPool.of(clustered())
    drawn = pool.draw(np.random.default_rng(1), 20)
    assert (drawn @ pool.vectors.T).max(axis=1) == pytest.approx(np.ones(20), abs=1e-5)


def test_made_vectors_lie_as_far_apart_as_real_ones():
    random = np.random.default_rng(2)
    pool = VectorPool.of(clustered()).fit(random)
    made = pool.draw(random, len(pool.vectors))
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(len(made)), abs=1e-5)
    real = np.median(nearest_distances(pool.vectors, random))
    assert np.median(nearest_distances(made, random)) == pytest.approx(real, rel=0.15)


def test_neighbours_are_the_nearest_by_comparison_with_all():
    vectors = clustered(200)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    pool = VectorPool.of(vectors)
    for row, near in enumerate(pool.near[:20]):
        assert set(near) == set(np.argsort(-cosines[row])[:8])


@pytest.mark.parametrize("shared", [False, True])
def test_a_built_archive_answers_and_says_its_size(like, tmp_path, monkeypatch, shared):
    monkeypatch.setattr(scale_build, "PLANTED", 6)
    monkeypatch.setattr(scale_build, "PART", 20)
    encoder = FakeTokenEncoder()
    folder = tmp_path / "built"
    build(folder, [like], encoder, articles=30, shared=shared)
    archive = Archive.open(folder / "archive", encoder)
    try:
        assert archive.coverage().articles == 36
        ids = [hit.chunk.id for hit in archive.search_words(["动工"], top_k=9)]
        assert {key.rpartition(":")[0] for key in ids} >= {f"planted-{n:04d}" for n in range(6)}
        vector = encoder.encode_queries(["港口"])[0]
        near = [hit.chunk.id for hit in archive.search_vector(vector, top_k=20)]
        tokens = archive.tokens(near)
        assert set(tokens) == set(near)
        assert all(len(each.vectors) for each in tokens.values())
    finally:
        archive.close()
    again = _ingest_again(folder / "archive", folder / EXPORT)
    assert again["articles"] == 20  # the first part; the second had 10
    assert sorted(path.name for path in folder.glob("*.jsonl")) == [EXPORT]


def test_chunks_wanted_are_nearly_met(like, tmp_path, monkeypatch):
    monkeypatch.setattr(scale_build, "PLANTED", 1)
    monkeypatch.setattr(scale_build, "PART", 15)
    build(tmp_path / "built", [like], FakeTokenEncoder(), chunks=150)
    archive = Archive.open(tmp_path / "built" / "archive", FakeTokenEncoder())
    assert 150 <= archive.chunk_count < 150 + 40
    archive.close()


def test_what_was_not_built_is_not_measured(tmp_path):
    with pytest.raises(BadInput, match=r"scale\.py build"):
        measure(tmp_path, questions=1)


def test_a_changed_article_is_no_unchanged_ingest(tmp_path):
    export = tmp_path / EXPORT
    items = [article("a", "题目", "港口吞吐量回落。"), article("b", "题目", "公园开放。")]
    scale_build.write_export(export, items)
    ingest_articles(tmp_path / "archive", [replace(items[0], body="别的。")], FakeTokenEncoder())
    with pytest.raises(RuntimeError):
        _ingest_again(tmp_path / "archive", export)


def result(*, chunks=200, shared=False, last=0.9):
    """As scale.py measure writes it: 100 articles, two chunks each."""
    times = {"p50_ms": 40.0, "p95_ms": 90.0, "n": 9, "cpu_p50_ms": 30.0}
    return {
        "size": {"articles": chunks // 2, "chunks": chunks, "characters": 9},
        "bytes": {
            "catalog": 1024 * chunks, "chroma": 2048 * chunks, "lexical": 512 * chunks,
            "tokens": 20_480 * chunks,
        },
        "build": {
            "shared_tokens": shared,
            "encoding": {"passages": 10, "seconds": 1.0, "cpu_seconds": 0.5},
            "parts": [
                {"articles": chunks // 4, "chunks": chunks // 2, "seconds": 1, "cpu_seconds": 0.2},
                {"articles": chunks // 2, "chunks": chunks, "seconds": 2, "cpu_seconds": last},
            ],
        },
        "search": {
            "open_seconds": 1.25, "memory_own_mib": 300.4,
            "search": {"all": times, "year": times, "month": times},
            "search_cold_tokens": times, "steps": {"vectors": 3.04},
        },
        "ask_cold": {"median_seconds": 9.5, "n": 3},
        "serve": {
            "ready_seconds": 8.0, "evidence": times, "right": 9,
            "memory_mib": {"resident": 1200.0, "own": 1000.0},
        },
        "serve_bundled": {},
        "unchanged": {"articles": 50, "articles_per_second": 2345, "articles_per_cpu_second": 3456},
        "machine": {"cores": 2, "load_at_start": 0.1},
    }  # fmt: skip


def test_the_writers_cost_is_taken_part_by_part():
    # first part 0.2 s of 100 chunks, last part 0.9 s of the 100 after them
    assert write_cpu_per_chunk(result()) == pytest.approx((0.002, 0.009))


def test_a_rest_of_a_few_chunks_is_no_last_part():
    found = result()
    found["build"]["parts"].append(
        {"articles": 101, "chunks": 203, "seconds": 1, "cpu_seconds": 0.3}
    )
    assert write_cpu_per_chunk(found) == pytest.approx((0.002, 0.009))


def test_shared_token_vectors_have_no_size():
    assert bytes_per_chunk(result(shared=True), "tokens") is None
    assert bytes_per_chunk(result(), "tokens") == 20_480


def test_the_tables_go_from_small_to_large():
    lines = table_lines([result(chunks=400, shared=True), result()])
    assert lines[3] == "| 100 | 200 | 1.00 | 2.00 | 0.50 | 20.00 | 0.00 |"
    assert lines[4] == "| 200 | 400 | 1.00 | 2.00 | 0.50 | shared | 0.01 without tokens’ own |"
    assert "| 100 | 2.00 | 50.0 | 2.00 | 9.00 | 0.118 | 2,345 | 3,456 |" in lines
    assert "| 200 | 40 / 90 | 40 / 90 | 40 / 90 | 40 / 90 | 30 | 1.2 | 300 |" in lines


def test_the_plan_multiplies_what_was_measured():
    cost = Cost.of([result(), result(chunks=400, shared=True)])
    # 2 chunks an article; 0.05 s to encode one; 0.9 s of the last 200 to write
    assert (cost.chunks_per_article, cost.encode_seconds) == pytest.approx((2, 0.05))
    assert cost.write_seconds == pytest.approx(0.9 / 200)
    assert cost.bytes_by_store["tokens"] == 20_480  # of the one that has its own
    needed = plan(cost, 9_000_000)
    assert needed.encode_core_hours == pytest.approx(18e6 * 0.05 / 3600)
    assert needed.encode_gpu_hours == pytest.approx(18e6 / GPU_CHUNKS_PER_SECOND / 3600)
    assert needed.disk_gb["chroma"] == pytest.approx(18e6 * 2048 / 1e9)
    assert needed.shards == 2
    assert "| chunks | 18,000,000 |" in plan_lines([result()], 9_000_000)
