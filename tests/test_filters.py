import random
import sqlite3
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.archive
from index.archive import Archive
from index.catalog import Catalog
from index.catalog_write import CatalogWriter
from index.chunk import passage_text
from index.errors import BadInput
from index.filter_forms import credit_matches, section_matches
from index.filters import NO_FILTER, FilterValues, SearchFilter, check_filters
from index.ingest import ingest_articles
from index.layout import Layout
from index.types import Article
from index.words import words
from rag.types import Filters
from tests.fakes import FakeEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeEncoder()


# --- pages and names as readers type them


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("A02", "A02 要闻"),
        ("a02版", "A02 要闻"),
        ("Ａ２", "第A02版：要闻"),
        ("要闻", "A02 要闻"),
        ("要聞", "要闻版"),
        ("要闻版", "A02要闻"),
        ("要闻 A02", "A02 要闻"),
        ("第四版", "04版"),
        ("4", "四 要闻"),
        ("page a2", "A2"),
        ("SPORTS", "B3 | Sports"),
        ("头版", "头版"),
        ("区市新闻", "区市新闻·黄岛"),
    ],
)
def test_a_section_is_found_by_its_page_or_its_name(typed, printed):
    assert section_matches(typed, printed)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("A02", "A12 要闻"),
        ("A02", "A020"),
        ("A02", "B02 要闻"),
        ("要", "A02 要闻"),
        ("要闻", "A02 国际要闻"),
        ("A03 要闻", "A02 要闻"),
        ("sports", "World Sports"),
        ("A02", ""),
        ("", "A02 要闻"),
        ("版", "A02 要闻"),
        ("：", "A02 要闻"),
    ],
)
def test_another_page_or_part_of_a_name_is_not_the_section(typed, printed):
    assert not section_matches(typed, printed)


@pytest.mark.parametrize(
    ("name", "reporters", "byline"),
    [
        ("宋致远", ("宋致远", "李明"), ""),
        ("李 明", ("李明",), ""),
        ("李明", (), "□本报记者 李　明 报道"),
        ("李明", (), "本报记者李明 通讯员王小红"),
        ("王小红", (), "记者李明通讯员王小红摄"),
        ("王小紅", (), "文/王小红"),
        ("jane doe", (), "By Jane Doe and John Roe"),
        ("John Roe", ("john roe",), ""),
        ("明", ("明",), ""),
        ("O'Neil (x", (), "By O'Neil (x)"),
    ],
)
def test_a_reporter_is_found_in_the_names_or_whole_in_the_byline(name, reporters, byline):
    assert credit_matches(name, reporters, byline)


@pytest.mark.parametrize(
    ("name", "reporters", "byline"),
    [
        ("李明", ("李明亮",), "记者 李明亮"),
        ("李明", (), "记者 张李明"),
        ("李", (), "记者 李 明"),
        ("doe", (), "By Jane Doeson"),
        ("李明", (), ""),
        (" ", ("李明",), "记者 李明"),
    ],
)
def test_part_of_a_name_is_not_the_reporter(name, reporters, byline):
    assert not credit_matches(name, reporters, byline)


# --- any filter finds what a full scan finds

# What is printed, and by which of _TYPED it must be found: decided here, by hand.
_SECTIONS = {
    "A02 要闻": {"要闻", "a02版"},
    "A03 要闻": {"要闻"},
    "第A02版：民生": {"a02版"},
    "体育": set(),
    "": set(),
}
_CREDITS = {
    (("宋致远",), "□本报记者 宋致远"): {"宋致远"},
    ((), "记者 宋致远 李 明"): {"宋致远", "李明"},
    (("李明",), ""): {"李明"},
    (("李明亮",), "记者 李明亮"): set(),
    ((), ""): set(),
}
_PAPERS = ("海湾日报", "半岛晚报", "")
_FIRST = date(2024, 1, 1)


def _random_articles(count):
    rng = random.Random(7)
    for article in made_up_articles(count, sentences=3):
        reporters, byline = rng.choice(list(_CREDITS))
        yield Article(
            article.id,
            article.title,
            article.body + rng.choice(("", "\n会议通过《海湾条例》。", "\n湾条例，海湾条。")),
            source=rng.choice(_PAPERS),
            section=rng.choice(list(_SECTIONS)),
            reporters=reporters,
            byline=byline,
            published=rng.choice((None, _FIRST + timedelta(days=rng.randrange(60)))),
        )


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    ingest_articles(folder, _random_articles(120), _ENCODER)
    return folder


@pytest.fixture(scope="module")
def archive(built):
    archive = Archive.open(built, _ENCODER)
    yield archive
    archive.close()


@pytest.fixture(scope="module")
def vectors(archive):
    """The vector of each chunk with its article, encoded anew."""
    pairs = [(a, chunk) for a in archive.articles() for chunk in archive.chunks(a.id)]
    encoded = _ENCODER.encode_passages([passage_text(a, chunk) for a, chunk in pairs])
    return [(a, chunk.id, vector) for (a, chunk), vector in zip(pairs, encoded, strict=True)]


_days = st.none() | st.integers(-5, 65).map(lambda days: _FIRST + timedelta(days=days))


@st.composite
def _filters(draw):
    def some(values):
        return tuple(draw(st.lists(st.sampled_from(values), max_size=2)))

    return SearchFilter(
        draw(_days),
        draw(_days),
        some(("海湾日报", "半岛晚报", "没有的报")),
        some(("要闻", "a02版", "没有的版")),
        some(("宋致远", "李明", "没有的人")),
    )


def _passes(filters, article):
    day = article.published
    if (filters.since or filters.until) and day is None:
        return False
    if (filters.since and day < filters.since) or (filters.until and day > filters.until):
        return False
    return all(
        not wanted or found
        for wanted, found in (
            (filters.sources, article.source in filters.sources),
            (filters.sections, _SECTIONS[article.section] & set(filters.sections)),
            (
                filters.reporters,
                _CREDITS[article.reporters, article.byline] & set(filters.reporters),
            ),
        )
    )


def _holds(phrases, article):
    return all(phrase in f"{article.headline}\n{article.body}" for phrase in phrases)


_phrases = st.lists(st.sampled_from(("海湾条例", "港口货运", "湾", "没有这句话")), max_size=2)


@pytest.mark.parametrize("few", [0, 10, 2_000], ids=["afterwards", "either", "by id"])
def test_the_dense_lane_finds_what_a_full_scan_finds(archive, vectors, monkeypatch, few):
    monkeypatch.setattr(index.archive, "_FEW", few)

    @settings(deadline=None, max_examples=60)
    @given(_filters(), _phrases, st.sampled_from(("青岛港口货运", "烟台公园绿化")))
    def check(filters, phrases, question):
        vector = _ENCODER.encode_queries([question])[0]
        near = sorted(
            (-float(encoded @ vector), chunk_id)
            for article, chunk_id, encoded in vectors
            if _passes(filters, article) and _holds(phrases, article)
        )
        hits = archive.search_vector(vector, top_k=8, filters=filters, phrases=phrases)
        assert [hit.chunk.id for hit in hits] == [chunk_id for _, chunk_id in near[:8]]

    check()


@pytest.mark.parametrize("few", [0, 10, 2_000], ids=["afterwards", "either", "by id"])
def test_the_lexical_lane_leaves_out_what_the_filter_does_and_nothing_else(
    archive, monkeypatch, few
):
    monkeypatch.setattr(index.archive, "_FEW", few)
    every = archive.search_words("完成万元", top_k=500)
    assert len(every) == archive.chunk_count

    @settings(deadline=None, max_examples=60)
    @given(_filters())
    def check(filters):
        hits = archive.search_words("完成万元", top_k=500, filters=filters)
        kept = [h for h in every if _passes(filters, archive.article(h.chunk.article_id))]
        assert hits == kept

    check()


def test_what_is_left_behind_thousands_of_better_word_hits_is_found_by_id(archive, monkeypatch):
    monkeypatch.setattr(index.archive, "_FEW", 0)
    monkeypatch.setattr(index.archive, "_MAX_WORD_HITS", 12)
    filters = SearchFilter(sections=("要闻",), reporters=("李明",))
    every = archive.search_words("青岛港口货运完成万元", top_k=500)
    kept = [h for h in every if _passes(filters, archive.article(h.chunk.article_id))]
    hits = archive.search_words("青岛港口货运完成万元", top_k=4, filters=filters)
    assert hits == kept[:4] != []


@settings(deadline=None)
@given(filters=_filters(), most=st.none() | st.integers(0, 60))
def test_the_catalog_lists_exactly_what_passes(archive, filters, most):
    wanted = {
        chunk.id
        for article in archive.articles()
        if _passes(filters, article)
        for chunk in archive.chunks(article.id)
    }
    found = archive._catalog.chunk_ids(filters, most=most)
    if most is not None and len(wanted) > most:
        assert found is None
    else:
        assert len(found) == len(wanted)
        assert set(found) == wanted


def test_an_empty_filter_is_false_and_the_questions_filters_are_the_same_type():
    assert not NO_FILTER
    assert SearchFilter(sections=("要闻",))
    assert Filters is SearchFilter


# --- phrases in the dense lane


def _open(folder, *articles):
    ingest_articles(folder, articles, _ENCODER)
    return Archive.open(folder, _ENCODER)


def test_no_article_with_every_phrase_means_no_hits(tmp_path):
    archive = _open(
        tmp_path,
        Article("scattered", "要闻", "数字经济。经济促进。促进条例。字经。济促。进条。"),
        Article("half", "要闻", "会议讨论了数字经济促进条例。"),
    )
    vector = _ENCODER.encode_queries(["数字经济促进条例"])[0]

    def found(*phrases):
        hits = archive.search_vector(vector, top_k=5, phrases=phrases)
        by_words = archive.search_words("", top_k=5, phrases=phrases)
        assert {hit.chunk for hit in by_words} == {hit.chunk for hit in hits}
        return [hit.chunk.article_id for hit in hits]

    assert found("数字经济促进条例") == ["half"]
    assert found("數字經濟促進條例") == ["half"]
    assert found("数字经济促进条例", "休会") == []
    assert found("没有这句话") == []
    archive.close()


def test_a_phrase_behind_many_articles_that_hold_its_parts_is_found(tmp_path):
    # the parts in another order, nearer to the question than the article with the phrase
    near = [Article(f"n-{n:02d}", "题", "甲乙丙，乙丙丁。") for n in range(60)]
    archive = _open(tmp_path, *near, Article("z", "题", "甲乙丙丁。" + "另有他事在别处发生。" * 9))
    vector = _ENCODER.encode_queries(["甲乙丙，乙丙丁"])[0]
    hits = archive.search_vector(vector, top_k=1, phrases=["甲乙丙丁"])
    assert [hit.chunk.id for hit in hits] == ["z:1"]
    archive.close()


# --- archives that change, and old ones

_WRITE = """
import sys
from pathlib import Path
from index.ingest import ingest_articles
from index.types import Article
from tests.fakes import FakeEncoder
body = "海上风电首批机组并网。"
fresh = Article("fresh", "海上风电", body, section="B05 能源", reporters=("郭凡",))
ingest_articles(Path(sys.argv[1]), [fresh], FakeEncoder())
"""


def test_what_another_process_has_just_written_is_found_by_its_section(tmp_path):
    archive = _open(tmp_path, *made_up_articles(20))
    vector = _ENCODER.encode_queries(["海上风电机组"])[0]
    energy = SearchFilter(sections=("能源",), reporters=("郭凡",))
    assert archive.search_vector(vector, top_k=5, filters=energy) == []
    subprocess.run([sys.executable, "-c", _WRITE, str(tmp_path)], cwd=_ROOT, check=True)
    # no refresh: the catalog names an id that the open Chroma client has not seen
    hits = archive.search_vector(vector, top_k=5, filters=energy)
    assert [hit.chunk.id for hit in hits] == ["fresh:1"]
    assert archive.filter_values().sections == ("B05 能源",)
    archive.close()


def test_a_catalog_of_before_the_filter_indexes_answers_and_gets_them_when_written(built):
    path = Layout(built).catalog
    wanted = SearchFilter(sections=("要闻",), reporters=("李明",))
    names = {"articles_by_section", "articles_by_credit"}

    def indexes():
        with sqlite3.connect(path) as db:
            found = {row[0] for row in db.execute("SELECT name FROM sqlite_master")} & names
        db.close()
        return found

    assert indexes() == names
    db = sqlite3.connect(path)
    db.executescript("DROP INDEX articles_by_section; DROP INDEX articles_by_credit;")
    db.close()
    old = Catalog.open(path)
    before = old.chunk_ids(wanted)
    old.close()
    writer = CatalogWriter.open(path)
    assert sorted(writer.chunk_ids(wanted)) == sorted(before) != []
    writer.close()
    assert indexes() == names


@pytest.mark.parametrize("odd", ["' OR 1=1 --", "\ud83d", "报\x00报", '"]', "*"])
def test_a_filter_is_a_value_and_never_a_language(archive, odd):
    vector = _ENCODER.encode_queries(["港口"])[0]
    for filters in (
        SearchFilter(sources=(odd,)),
        SearchFilter(sections=(odd,)),
        SearchFilter(reporters=(odd,)),
    ):
        assert archive.search_vector(vector, top_k=3, filters=filters) == []
        assert archive.search_words(words("港口"), top_k=3, filters=filters) == []


# --- filters that nothing can pass

_KNOWN = FilterValues(
    sources=("半岛晚报", "海湾日报", "海湾晚报", "湾区经济"),
    sections=("A02 要闻", "体育"),
    credits=((("宋致远", "李明"), "本报记者 宋致远 李明"), ((), "通讯员 王小红")),
)


class _News:
    def __init__(self, values):
        self._values = values

    def filter_values(self):
        return self._values


@pytest.mark.parametrize(
    ("filters", "line"),
    [
        (
            SearchFilter(date(2024, 7, 2), date(2024, 7, 1)),
            "since 2024-07-02 lies after until 2024-07-01; swap them",
        ),
        (
            SearchFilter(sources=("海湾日抱", "半岛晚报")),
            "No paper '海湾日抱' here; close to it: 海湾日报, 海湾晚报.",
        ),
        (
            SearchFilter(sources=("Times",)),
            "No paper 'Times' here; there are 半岛晚报, 海湾日报, 海湾晚报 and 1 more.",
        ),
        (
            SearchFilter(sections=("a2版", "A03要闻")),
            "No section 'A03要闻' here; close to it: A02 要闻.",
        ),
        (
            SearchFilter(sections=("副刊",), reporters=("宋志远", "王晓红")),
            "No section '副刊' here; there are A02 要闻, 体育. "
            "No reporter '宋志远' here; close to it: 宋致远. "
            "No reporter '王晓红' here; close to it: 王小红.",
        ),
    ],
)
def test_a_filter_that_nothing_passes_is_one_line_with_the_nearest_values(filters, line):
    with pytest.raises(BadInput) as caught:
        check_filters(_News(_KNOWN), filters)
    assert str(caught.value) == line


def test_where_no_article_has_the_field_the_line_says_so():
    bare = _News(FilterValues((), (), (((), ""),)))
    with pytest.raises(BadInput) as caught:
        check_filters(bare, SearchFilter(reporters=("宋致远",)))
    assert str(caught.value) == (
        "No article here names a reporter, so none has '宋致远'; leave the reporter out."
    )


def test_values_that_exist_in_another_form_are_fine(archive):
    check_filters(_News(_KNOWN), NO_FILTER)
    check_filters(
        _News(_KNOWN),
        SearchFilter(
            date(2024, 7, 1), date(2024, 7, 1), ("海湾日报",), ("a02", "体育版"), ("王 小 红",)
        ),
    )
    check_filters(archive, SearchFilter(sections=("第A02版",), reporters=("李 明",)))
