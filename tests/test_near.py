"""Articles that nearly repeat another one are linked when they come in."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from commands.output import print_report
from index.archive import Archive
from index.catalog import catalog_of
from index.catalog_write import CatalogWriter
from index.ingest import ingest_articles, retire_missing
from index.integrity import verify_archive
from index.layout import Layout
from index.likeness import similarity, text_runs
from index.near import links, sketch
from index.rebuild import rebuild
from index.repair import repair_archive
from index.takedown import take_down
from index.types import Article
from tests.archive_contents import contents, files_with
from tests.fakes import FakeTokenEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeTokenEncoder()
_WIRE = (
    "东湖水厂昨日通水，日供水能力二十万吨。水厂负责人介绍，首期管网覆盖城东六个街道，"
    "沿线居民的水压将明显改善。二期工程计划明年春天动工，建成后能力翻番。"
)
_FIRST = Article("wire", "东湖水厂通水", _WIRE, source="通讯社")
_SECOND = Article("evening", "城东喝上新水", f"本报讯 {_WIRE}", source="晚报")
_OTHER = Article("park", "西山公园开放", "西山公园周六免费开放，新铺步道五公里，观景台三处。")
_LIKENESS = similarity(text_runs(_FIRST), text_runs(_SECOND))


def _links(folder: Path) -> list[tuple[str, str, float]]:
    with closing(catalog_of(folder)) as catalog:
        return links(catalog, ["wire", "evening", "third", "park"])


def test_a_copy_is_linked_with_its_similarity_and_reported(tmp_path, capsys):
    report = ingest_articles(tmp_path, [_FIRST, _OTHER], _ENCODER)
    assert (report.linked, _links(tmp_path)) == (0, [])
    report = ingest_articles(tmp_path, [_FIRST, _SECOND], _ENCODER)
    assert (report.linked, report.unchanged) == (1, 1)
    assert _links(tmp_path) == [("evening", "wire", _LIKENESS)]
    assert 0.9 < _LIKENESS < 1
    print_report(report)
    assert capsys.readouterr().out.splitlines()[1] == "近似稿 1 near-duplicates linked"
    with closing(Archive.open(tmp_path, _ENCODER)) as archive:
        assert archive.copies_of(["wire", "park", "nobody"]) == {
            "wire": frozenset({"evening"}),
            "park": frozenset(),
            "nobody": frozenset(),
        }


def test_copies_within_one_batch_find_each_other(tmp_path):
    third = replace(_SECOND, id="third", source="早报")
    report = ingest_articles(tmp_path, [_FIRST, _SECOND, third, _OTHER], _ENCODER)
    assert report.linked == 2
    assert [(one, other) for one, other, _ in _links(tmp_path)] == [
        ("evening", "third"),
        ("evening", "wire"),
        ("third", "wire"),
    ]


def test_a_changed_article_is_linked_by_its_new_text_and_a_retired_one_not_at_all(tmp_path):
    ingest_articles(tmp_path, [_FIRST, _SECOND, _OTHER], _ENCODER)
    ingest_articles(tmp_path, [replace(_SECOND, body=_OTHER.body)], _ENCODER)
    assert _links(tmp_path) == [("evening", "park", 1.0)]
    ingest_articles(tmp_path, [_SECOND], _ENCODER)
    assert _links(tmp_path) == [("evening", "wire", _LIKENESS)]
    retire_missing(tmp_path, ["wire"], lambda: _ENCODER)
    assert _links(tmp_path) == []
    assert verify_archive(tmp_path).differences == ()


def test_what_is_ingested_unchanged_writes_nothing(tmp_path):
    ingest_articles(tmp_path, [_FIRST, _SECOND, _OTHER], _ENCODER)
    before = contents(tmp_path, _ENCODER)
    report = ingest_articles(tmp_path, [_FIRST, _SECOND, _OTHER], _ENCODER)
    assert (report.unchanged, report.linked) == (3, 0)
    assert contents(tmp_path, _ENCODER) == before


def test_the_order_of_coming_in_makes_no_difference(tmp_path):
    articles = [_FIRST, _SECOND, _OTHER, *made_up_articles(4)]
    for name, order in (("a", articles), ("b", articles[::-1])):
        for article in order:
            ingest_articles(tmp_path / name, [article], _ENCODER)
    assert _links(tmp_path / "a") == _links(tmp_path / "b") == [("evening", "wire", _LIKENESS)]


def test_a_takedown_erases_links_and_sketches_from_the_bytes(tmp_path):
    ingest_articles(tmp_path, [_FIRST, _SECOND, _OTHER], _ENCODER)
    needles = {str(key): key.to_bytes(8, "big", signed=True) for key in sketch(_SECOND)}
    shared = {str(key) for key in sketch(_FIRST)}
    assert {name for name, _ in files_with(tmp_path, needles)} == needles.keys()
    take_down(tmp_path, ["evening"])
    assert _links(tmp_path) == []
    assert {name for name, _ in files_with(tmp_path, needles)} <= shared
    assert needles.keys() - shared  # else nothing was looked for


def test_an_archive_of_an_earlier_suyuan_is_linked_by_its_next_writer(tmp_path):
    for folder, write in (
        (tmp_path / "a", lambda folder: ingest_articles(folder, [_FIRST, _OTHER], _ENCODER)),
        (tmp_path / "b", lambda folder: rebuild(folder, _ENCODER)),
    ):
        ingest_articles(folder, [_FIRST, _SECOND], _ENCODER)
        db = sqlite3.connect(Layout(folder).catalog)
        for table in ("near_links", "near_keys", "near_articles"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DELETE FROM meta WHERE key = 'near'")
        db.execute("PRAGMA user_version = 2")
        db.commit()
        db.close()
        with closing(Archive.open(folder, _ENCODER)) as archive:
            assert archive.copies_of(["wire"]) is None  # compared when asked, as before
        write(folder)
        assert _links(folder) == [("evening", "wire", _LIKENESS)]
        assert verify_archive(folder).differences == ()


def test_wrong_and_missing_links_are_named_and_repaired(tmp_path):
    ingest_articles(tmp_path, [_FIRST, _SECOND, _OTHER], _ENCODER)
    with (
        closing(CatalogWriter.open(Layout(tmp_path).catalog)) as catalog,
        catalog.transaction() as db,
    ):
        db.execute("INSERT INTO near_links VALUES ('park', 'wire', 0.7)")
        db.execute("DELETE FROM near_articles WHERE id = 'evening'")
    found = verify_archive(tmp_path)
    assert [(each.store, each.what, each.examples) for each in found.differences] == [
        ("links", "article not compared with the others", ("evening",)),
        ("links", "of texts that are not alike", ("park wire",)),
    ]
    repair_archive(tmp_path, found, lambda: _ENCODER)
    assert verify_archive(tmp_path).differences == ()
    assert _links(tmp_path) == [("evening", "wire", _LIKENESS)]


def test_what_is_printed_day_after_day_is_compared_with_the_newest_only(tmp_path):
    days = [replace(_FIRST, id=f"day-{n:03d}") for n in range(120)]
    ingest_articles(tmp_path, days, _ENCODER)
    with closing(catalog_of(tmp_path)) as catalog:
        found = links(catalog, ["day-119"])
    assert [one for one, _, _ in found] == [f"day-{n:03d}" for n in range(69, 119)]


def test_a_sketch_is_the_same_in_every_process():
    code = (
        "from tests.test_near import _FIRST; from index.near import sketch; print(sketch(_FIRST))"
    )
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True).stdout
    assert said == f"{sketch(_FIRST)}\n"


@pytest.mark.parametrize(("share", "least"), [(0.02, 198), (0.04, 190)])
def test_nearly_all_copies_edited_lightly_share_a_band(share, least):
    # With a character in 25 replaced .96**5 = .82 of the runs stay: similarity .82 / 1.18 = .69,
    # and a band is shared with 1 - (1 - .69**4)**32 = .9998
    rng, found = random.Random(20261123), 0
    for article in made_up_articles(200, sentences=12):
        edited = "".join("某" if rng.random() < share else letter for letter in article.body)
        found += bool({*sketch(article)} & {*sketch(replace(article, body=edited))})
    assert found >= least
