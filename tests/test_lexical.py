import math
import random
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.catalog_write import CatalogWriter
from index.errors import ArchiveDamaged
from index.filters import SearchFilter
from index.ingest import ingest_articles
from index.layout import Layout
from index.lexical import (
    LEXICAL_VERSION,
    LexicalIndex,
    LexicalRow,
    LexicalWriter,
    WordQuery,
    damaged_lexical,
    query_phrases,
    query_words,
)
from index.rebuild import rebuild
from index.types import Article
from index.words import fold_characters, words
from tests.fakes import FakeEncoder, made_up_articles

_ROOT = Path(__file__).parents[1]
_ENCODER = FakeEncoder()


def _row(chunk_id: str, text: str, *, title: str = "", source: str = "", published=None):
    return LexicalRow(chunk_id, published, source, title, f"{title} {text}".strip(), "", "")


def _index(path: Path, rows) -> LexicalIndex:
    writer = LexicalWriter.create(path)
    writer.add(rows)
    writer.commit()
    writer.close()
    return LexicalIndex.open(path)


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


def _open(folder: Path, *articles: Article) -> Archive:
    ingest_articles(folder, articles, _ENCODER)
    return Archive.open(folder, _ENCODER)


def _ids(hits) -> list[str]:
    return [hit.chunk.id for hit in hits]


def _bm25(rows, query: list[str], *, k1=1.2, b=0.75):
    """The same scores by the formula (Robertson and Zaragoza 2009), headline at a half."""
    scores = dict.fromkeys((row.chunk_id for row in rows), 0.0)
    for field, boost in (("text", 1.0), ("title", 0.5)):
        cut = {row.chunk_id: getattr(row, field).split() for row in rows}
        average = sum(map(len, cut.values())) / len(rows)
        for word in query:
            n = sum(word in document for document in cut.values())
            idf = math.log(1 + (len(rows) - n + 0.5) / (n + 0.5))
            for chunk_id, document in cut.items():
                tf = document.count(word)
                norm = k1 * (1 - b + b * len(document) / average)
                scores[chunk_id] += boost * idf * tf * (k1 + 1) / (tf + norm)
    ranked = sorted(scores.items(), key=lambda pair: (-round(pair[1], 4), pair[0]))
    return [(chunk_id, score) for chunk_id, score in ranked if score > 0]


def test_scores_are_bm25_over_text_and_headline(tmp_path):
    rng = random.Random(7)
    # at most 40 words: up to there tantivy stores lengths exactly
    rows = [
        _row(
            f"a:{n:03d}",
            " ".join(f"w{int(rng.paretovariate(0.7))}" for _ in range(rng.randint(1, 30))),
            title=" ".join(f"w{rng.randint(1, 9)}" for _ in range(rng.randint(1, 9))),
        )
        for n in range(300)
    ]
    index = _index(tmp_path / "lexical", rows)
    for query in (["w1"], ["w2", "w7", "w40"], ["w3", "none"]):
        found = index.search(WordQuery(tuple(query)), limit=300)
        expected = _bm25(rows, query)
        assert len(found) == len(expected)
        assert dict(found) == {id_: pytest.approx(score, abs=1e-4) for id_, score in expected}


def test_a_word_in_the_headline_counts_for_more(tmp_path):
    rows = [
        _row("in-text:1", "港口 扩建 开工", title="一周 要闻"),
        _row("in-title:1", "一周 要闻 开工", title="港口 扩建"),
    ]
    index = _index(tmp_path / "lexical", rows)
    ranked = index.search(WordQuery(("港口", "扩建")), limit=9)
    assert [id_ for id_, _ in ranked] == ["in-title:1", "in-text:1"]


def test_an_index_finds_headline_paper_and_text_of_every_chunk(tmp_path):
    article = Article("a", "跨海大桥合龙", "第一句话在这里。\n" * 80, source="海滨日报")
    archive = _open(tmp_path, article)
    chunks = [chunk.id for chunk in archive.chunks("a")]
    assert len(chunks) > 2
    for query in ("大桥", "海滨日报", "第一句话"):
        assert sorted(_ids(archive.search_words(query, top_k=9))) == chunks
    archive.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("貸款餘額", True),  # traditional
        ("ＧＤＰ", True),  # full width
        ("Gdp", True),
        ("20,314", True),
        ("20314", True),
        ("２０３１４", True),
        ("2031", False),  # figures are whole
        ("314", False),
        ("GD", False),
        ("5.4%", True),
        ("4%", False),
        ("存款", False),
        ("", False),
        ("，。？！*~:^", False),
    ],
)
def test_words_match_whatever_their_form_and_figures_whole(tmp_path, query, found):
    archive = _open(tmp_path, Article("a", "通报", "贷款余额20,314亿元，GDP增长5.4%。"))
    assert _ids(archive.search_words(query, top_k=5)) == (["a:1"] if found else [])
    archive.close()


def test_what_has_none_of_the_words_is_not_a_hit(archive):
    hits = archive.search_words("地铁 zzz", top_k=300)
    with_word = [c for a in archive.articles() for c in archive.chunks(a.id) if "地铁" in c.text]
    assert 0 < len(with_word) < 300
    assert sorted(_ids(hits)) == [chunk.id for chunk in with_word]
    assert min(hit.score for hit in hits) > 0
    assert archive.search_words("zzz", top_k=300) == []


def test_a_repeated_word_counts_once_and_words_may_come_ready_cut(archive):
    once = archive.search_words("青岛港口", top_k=10)
    assert len(once) == 10
    assert archive.search_words("青岛港口青岛，青岛港口", top_k=10) == once
    assert archive.search_words(["青岛", "港口", "青岛"], top_k=10) == once


def test_a_hit_quotes_the_article(archive):
    for hit in archive.search_words("威海地铁建设", top_k=5):
        article = archive.article(hit.chunk.article_id)
        assert article is not None
        assert article.body[hit.chunk.start : hit.chunk.end] == hit.chunk.text != ""


def test_ties_are_broken_by_chunk_id_however_many_tie(tmp_path):
    numbers = list(range(40))
    random.Random(1).shuffle(numbers)
    archive = _open(tmp_path, *(Article(f"t-{n:02d}", "同题", "同样的一句话。") for n in numbers))
    assert _ids(archive.search_words("一句", top_k=3)) == ["t-00:1", "t-01:1", "t-02:1"]
    assert archive.search_words("一句", top_k=0) == []
    archive.close()


@pytest.mark.parametrize(
    ("since", "until", "sources"),
    [
        (date(2024, 3, 1), None, ()),
        (None, date(2024, 9, 30), ()),  # must leave unknown dates out
        (None, None, ("半岛晚报",)),
        (None, None, ("半岛晚报", "海滨日报", "没有的报纸")),
        (None, None, ('日报" OR source:晚报',)),
        (date(2024, 3, 2), date(2024, 3, 3), ()),
        (date(2024, 3, 1), date(2024, 3, 31), ("海滨日报",)),
        (date(2031, 1, 1), None, ()),
    ],
)
def test_limits_leave_the_score_as_it_is_and_cut_nothing_else(archive, since, until, sources):
    def keep(hit):
        article = archive.article(hit.chunk.article_id)
        day = article.published
        dated = day is not None and (since or day) <= day <= (until or day)
        return (dated or not (since or until)) and (not sources or article.source in sources)

    every = archive.search_words("项目完成万元", top_k=1_000)
    assert len(every) == 300
    hits = archive.search_words(
        "项目完成万元", top_k=1_000, filters=SearchFilter(since, until, sources)
    )
    assert hits == [hit for hit in every if keep(hit)]


_PHRASES = [
    Article("exact", "要闻", "会议讨论了数字经济促进条例。随后休会。"),
    Article("apart", "要闻", "数字技术与经济，促进发展的条例。经济促进会。字经济。"),
    Article("title", "《數字經濟促進條例》施行", "共六章。"),
    Article("long", "要闻", "数字经济促进条例今日施行。\n" + "其余内容在此，从略。\n" * 60),
    Article("latin", "要闻", "The New  Deal\nWas signed. 数字经济。"),
]


@pytest.mark.parametrize(
    ("phrases", "found"),
    [
        (["数字经济促进条例"], {"exact", "title", "long"}),
        (["數字經濟促進條例"], {"exact", "title", "long"}),
        (["数字经济促进条例", "休会"], {"exact"}),
        (["new deal was"], {"latin"}),
        (["eal"], {"latin"}),
        (["字"], {"exact", "apart", "title", "long", "latin"}),
        (["经济条例"], set()),
        ([" ", ""], {"exact", "apart", "title", "long", "latin"}),
        (["。随"], {"exact"}),
        (["，"], {"apart", "long"}),
    ],
)
def test_phrases_must_occur_verbatim_in_the_article(tmp_path, phrases, found):
    archive = _open(tmp_path, *_PHRASES)
    hits = archive.search_words("数字经济条例", top_k=20, phrases=phrases)
    assert {hit.chunk.article_id for hit in hits} == found
    archive.close()


def test_a_phrase_finds_chunks_of_its_article_that_do_not_hold_it(tmp_path):
    archive = _open(tmp_path, *_PHRASES)
    hits = archive.search_words("内容", top_k=20, phrases=["数字经济促进条例"])
    assert sum(hit.chunk.article_id == "long" for hit in hits) == len(archive.chunks("long")) > 1
    archive.close()


def test_a_phrase_is_found_behind_many_articles_with_its_character_pairs(tmp_path):
    # the same pairs in another order, three times a page of hits, and better by score
    near = [Article(f"n-{n:02d}", "题", "甲乙丙，乙丙丁。") for n in range(40)]
    archive = _open(tmp_path, *near, Article("z", "题", "甲乙丙丁。" + "另有他事。" * 20))
    assert _ids(archive.search_words("甲乙丙丁", top_k=1, phrases=["甲乙丙丁"])) == ["z:1"]
    archive.close()


@given(
    st.text(alphabet="贷貸款乾著隆ＧＤＰab１２，“”.\n　", max_size=30),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_a_passage_folds_to_a_passage_of_the_folded_text(text, start, end):
    assert fold_characters(text[start:end]) in fold_characters(text)


def test_folding_keeps_no_form_apart():
    assert fold_characters("貸款 餘額\u3000ＧＤＰ\n５％") == "贷款 余额 gdp 5%"


@pytest.mark.parametrize(
    "query",
    [
        'title:港口 AND (text:"',
        "港口* OR *:* NOT [a TO z]",
        "港口\x00港口",
        "港口\ud83d",
        "港口" + "x" * 100_000,
        "港口" + "".join(chr(0x4E00 + n) for n in range(5_000)),
    ],
)
def test_a_query_is_words_and_never_a_language(archive, query):
    hits = archive.search_words(query, top_k=3)
    assert len(hits) == 3
    assert all("港口" in hit.chunk.text for hit in hits)
    assert len(query_words(query)) <= 200
    assert archive.search_words("港口", top_k=3, phrases=["没有" + query]) == []


def test_words_given_ready_cut_are_as_harmless(archive):
    assert archive.search_words(["\ud83d", "", "a b", "港口"], top_k=1)[0].score > 0
    assert archive.document_frequency(["\ud83d", "", "a b"]) == {"\ud83d": 0, "": 0, "a b": 0}


def test_query_words_are_distinct_and_hold_those_of_phrases():
    assert query_words("港口、港口", ["深水港"]) == ("港口", *dict.fromkeys(words("深水港")))
    assert query_phrases([" 深水 港 ", "", "深水 港"]) == ("深水 港",)


def test_document_frequency_counts_chunks(archive):
    chunks = [
        {*words(article.headline), *words(article.source), *words(chunk.text)}
        for article in archive.articles()
        for chunk in archive.chunks(article.id)
    ]
    asked = ["青岛", "图书馆", "完成", "日报", "没有"]
    assert archive.document_frequency(asked) == {
        word: sum(word in chunk for chunk in chunks) for word in asked
    }
    assert archive.chunk_count == len(chunks) == 300


def test_a_corrected_article_is_found_by_its_new_words_only(tmp_path):
    first = Article("a", "标题", "旧说法在海港。\n" * 80)
    ingest_articles(tmp_path, [first], _ENCODER)
    archive = _open(tmp_path, replace(first, body="新说法在机场。"))
    assert archive.search_words("海港", top_k=5) == []
    assert _ids(archive.search_words("机场", top_k=5)) == ["a:1"]
    assert archive.document_frequency(["海港", "机场", "标题"]) == {"海港": 0, "机场": 1, "标题": 1}
    archive.close()


def test_a_word_of_an_article_the_catalog_no_longer_knows_finds_nothing(tmp_path):
    archive = _open(tmp_path, *made_up_articles(3))
    catalog = CatalogWriter.open(Layout(tmp_path).catalog)
    assert len(archive.search_words("完成", top_k=9)) == 3
    catalog.retire_articles(["n-0001"])
    assert sorted(_ids(archive.search_words("完成", top_k=9))) == ["n-0000:1", "n-0002:1"]
    archive.close()
    catalog.close()


_WRITE = """
import sys
from dataclasses import replace
from pathlib import Path
from index.ingest import ingest_articles
from tests.fakes import FakeEncoder, made_up_articles
first = next(made_up_articles(1))
changed = replace(first, title="更正", body="全文改写。")
fresh = replace(first, id="fresh", title="海上风电", body="首批机组并网。")
ingest_articles(Path(sys.argv[1]), [changed, fresh], FakeEncoder())
"""


def test_what_another_process_writes_is_found_after_a_refresh(tmp_path):
    archive = _open(tmp_path, *made_up_articles(30))
    assert archive.search_words("风电机组", top_k=5) == []
    subprocess.run([sys.executable, "-c", _WRITE, str(tmp_path)], cwd=_ROOT, check=True)
    archive.refresh()
    assert _ids(archive.search_words("风电机组", top_k=5)) == ["fresh:1"]
    assert _ids(archive.search_words("改写", top_k=5)) == ["n-0000:1"]
    assert len(archive.search_words("完成", top_k=99)) == 29
    archive.close()


def test_readers_in_threads_go_on_while_the_same_process_ingests(tmp_path):
    archive = _open(tmp_path, *made_up_articles(40))
    problems: list[str] = []
    searches = [0, 0]
    done = threading.Event()

    def read(reader: int) -> None:
        while not done.is_set():
            archive.refresh()
            hits = archive.search_words("港口货运", top_k=5)
            searches[reader] += 1
            if len(hits) != 5 or not all("港口货运" in hit.chunk.text for hit in hits):
                problems.append(repr(hits))

    threads = [threading.Thread(target=read, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    ingest_articles(tmp_path, made_up_articles(400, edition=2), _ENCODER)
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert min(searches) > 5
    archive.close()


class _NoEncoding(FakeEncoder):
    """Says that it is the same encoder and cannot be used."""

    def encode_passages(self, texts):
        raise AssertionError("encoded")


@pytest.mark.parametrize("state", ["missing", "never made", "of another version"])
def test_an_archive_without_its_index_says_so_and_the_next_ingest_makes_it(tmp_path, state):
    _open(tmp_path, *made_up_articles(200)).close()
    _open(tmp_path, *made_up_articles(100, edition=2)).close()
    expected = _live_terms(tmp_path)
    layout = Layout(tmp_path)
    if state != "of another version":
        shutil.rmtree(layout.lexical)
    if state != "missing":
        catalog = CatalogWriter.open(layout.catalog)
        catalog.set_meta(lexical="" if state == "never made" else "0")
        catalog.close()
    with pytest.raises(ArchiveDamaged, match=r"lexical is missing or of another .*suyuan rebuild"):
        Archive.open(tmp_path, _ENCODER)
    ingest_articles(tmp_path, made_up_articles(100, edition=2), _NoEncoding())
    assert _live_terms(tmp_path) == expected
    archive = Archive.open(tmp_path, _ENCODER)
    assert len(archive.search_words("完成", top_k=999)) == archive.chunk_count == 200
    archive.close()


def _live_terms(folder: Path):
    searcher = LexicalIndex.open(Layout(folder).lexical)._searcher
    from tantivy import Query

    fields = ("id", "title", "text", "grams", "periods", "source")
    return {name: dict(searcher.terms_with_prefix(name, "", Query.all_query())) for name in fields}


@pytest.mark.parametrize("how", ["cut", "zeroed", "gone"])
@pytest.mark.parametrize("kind", ["meta.json", "*.idx", "*.term", "*.store", "*.fieldnorm"])
def test_a_damaged_index_is_named_and_rebuilt(tmp_path, kind, how):
    _open(tmp_path, *made_up_articles(3)).close()
    file = next(Layout(tmp_path).lexical.glob(kind))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2] if how == "cut" else bytes(len(data)))
    if how == "gone":
        file.unlink()
    with pytest.raises(ArchiveDamaged, match=r"lexical cannot be read \(.*suyuan rebuild"):
        Archive.open(tmp_path, _ENCODER)
    rebuild(tmp_path, _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    assert len(archive.search_words("完成", top_k=9)) == 3
    archive.close()


def test_damage_that_only_a_search_meets_is_named_too(tmp_path, capfd):
    archive = _open(tmp_path, *made_up_articles(300))
    archive.close()
    file = next(Layout(tmp_path).lexical.glob("*.term"))
    data = bytearray(file.read_bytes())
    third = len(data) // 3
    data[third : 2 * third] = bytes(byte ^ 0xFF for byte in data[third : 2 * third])
    file.write_bytes(data)
    archive = Archive.open(tmp_path, _ENCODER)
    with pytest.raises(ArchiveDamaged, match=r"lexical cannot be read"):
        archive.search_words("青岛港口货运完成万元通报比上期增长", top_k=5)
    archive.close()


def test_an_index_with_other_fields_is_refused(tmp_path):
    import tantivy

    path = tmp_path / "lexical"
    path.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", stored=True)
    tantivy.Index(builder.build(), path=str(path)).writer(15_000_000, 1).commit()
    for opened in (LexicalIndex.open, LexicalWriter.create):
        with pytest.raises(ArchiveDamaged, match=r"suyuan rebuild"):
            opened(path)


def test_what_is_not_committed_is_not_there(tmp_path):
    writer = LexicalWriter.create(tmp_path / "lexical")
    writer.add([_row("a:1", "港口")])
    writer.commit()
    writer.delete(["a:1"])
    writer.add([_row("a:2", "港口")])
    assert LexicalIndex.open(tmp_path / "lexical").document_frequency("港口") == 1
    writer.close()
    found = LexicalIndex.open(tmp_path / "lexical").search(WordQuery(("港口",)), limit=9)
    assert [id_ for id_, _ in found] == ["a:1"]


def test_a_version_stands_in_the_catalog(built):
    catalog = CatalogWriter.open(Layout(built).catalog)
    assert catalog.meta("lexical") == LEXICAL_VERSION
    catalog.close()


def test_an_index_that_may_not_be_written_is_not_to_be_rebuilt(tmp_path):
    # as tantivy 0.27 says it; it locks the folder that it reads
    said = "Failed to acquire Lockfile: IoError(Os { code: 13, kind: PermissionDenied }). None"
    told = str(damaged_lexical(tmp_path, said))
    assert told.startswith(f"{tmp_path} cannot be written: no permission")
    assert "rebuild" not in told
