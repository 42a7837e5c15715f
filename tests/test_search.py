"""From a question to ranked articles and sentences, without an LLM: what a reader may rely on."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from index.archive import Archive
from index.errors import BadInput
from index.filters import SearchFilter
from index.ingest import ingest_articles
from index.writer import open_writer
from rag.clock import Clock
from rag.evidence import weigh_sentences
from rag.focus import read_focus
from rag.retrieve import Mode, Retriever
from rag.search import find, search
from rag.types import Lane
from rag.understand import understand
from tests.fakes import FakeEncoder, FakeTokenEncoder
from tests.scripted_llm import article

_TODAY = date(2024, 12, 1)
# What a trained encoder knows: these words of other languages mean what the characters do.
_ENCODER = FakeTokenEncoder(
    meanings={"harbour": "港", "containers": "箱", "ferry": "渡", "wharf": "码"}
)
_PLAIN = FakeEncoder()
_ENCODERS = pytest.mark.parametrize("encoder", [_ENCODER, _PLAIN], ids=["tokens", "plain"])

_MONTHS = [
    article(
        f"power-{month:02d}",
        "全市用电情况公布",
        f"{month}月份，全市全社会用电量{30 + month}亿千瓦时，运行平稳。",
        published=date(2024, month + 1, 15),
    )
    for month in range(4, 11)
]
_WIRE = (
    "东湖水厂昨日通水，日供水能力二十万吨。水厂负责人介绍，首期管网覆盖城东六个街道，"
    "沿线居民的水压将明显改善。二期工程计划明年春天动工，建成后能力翻番。"
)
_DIGEST = (
    "青岛扩建球场\n青岛崂山球场扩建工程完工，新增看台座位一万二千个，下周起对外开放。\n"
    "济南翻修泳馆\n济南燕山泳馆翻修工程完工，新增泳道十条，本周末起恢复营业。\n"
    "烟台新建冰场\n烟台夹河冰场新建工程完工，冰面面积一千八百平方米，下月试营业。"
)
_ARTICLES = [
    *_MONTHS,
    article("wire", "东湖水厂通水", _WIRE),
    article("evening", "城东喝上新水", f"本报讯 {_WIRE}", source="海湾晚报"),
    article("digest", "体育快讯", _DIGEST),
    article("rule", "《海湾保护条例》施行", "条例共八章，明确岸线退让距离。", published=None),
    article("plan", "岸线整治提速", "海湾保护要立条例，多位代表这样建议。岸线整治今年提速。"),
    article("boxes", "港区忙碌", "东港区本月装卸集装箱九万只，创下纪录。"),
    article("garden", "公园花展", "西山公园办起花展，展出兰花三百盆。"),
    article("school", "新校启用", "城南小学新校舍启用，设三十个班。"),
]


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    opened = {}
    for encoder in (_ENCODER, _PLAIN):
        folder = tmp_path_factory.mktemp("archive")
        ingest_articles(folder, _ARTICLES, encoder)
        opened[encoder] = Archive.open(folder, encoder)
    yield opened
    for archive in opened.values():
        archive.close()


@pytest.fixture
def ask(archives):
    def ask(question, encoder=_ENCODER, **options):
        return search(archives[encoder], encoder, question, today=_TODAY, **options)

    return ask


@pytest.fixture
def retrieve(archives):
    def retrieve(question, encoder=_ENCODER, **options):
        query, periods = understand(question, anchor=_TODAY)
        return Retriever(archives[encoder], encoder).retrieve(query, periods, **options)

    return retrieve


# Periods


@_ENCODERS
@pytest.mark.parametrize("month", [5, 8, 10])
def test_the_article_that_describes_the_period_asked_for_comes_first(ask, encoder, month):
    # power-(month - 1) is printed in the month asked for, and its words are the same
    findings = ask(f"2024年{month}月全社会用电量是多少", encoder)
    assert findings.ranked[0] == f"power-{month:02d}"
    assert findings.evidence[0].text.startswith(f"{month}月份")
    assert (findings.periods[0].since, findings.periods[0].until.day) == (
        date(2024, month, 1),
        30 if month in (4, 6, 9) else 31,
    )


# Phrases


@_ENCODERS
@pytest.mark.parametrize("mode", list(Mode))
def test_a_phrase_in_marks_restricts_to_the_articles_that_hold_it(ask, encoder, mode):
    findings = ask("《海湾保护条例》对岸线怎么规定", encoder, mode=mode)
    assert findings.ranked == ("rule",)
    assert {item.article_id for item in findings.evidence} == {"rule"}
    assert findings.phrases_missed == ()


@_ENCODERS
def test_a_phrase_that_stands_nowhere_is_said_and_not_asked_for(ask, encoder):
    findings = ask("《深海保护条例》对岸线怎么规定", encoder)
    assert findings.phrases_missed == ("深海保护条例",)
    assert {"rule", "plan"} <= set(findings.ranked)


def test_phrases_that_no_one_article_holds_together_are_all_missed(ask):
    findings = ask("《海湾保护条例》与“集装箱九万只”")
    assert findings.phrases_missed == ("海湾保护条例", "集装箱九万只")
    assert {"rule", "boxes"} <= set(findings.ranked)


def test_a_phrase_that_a_filter_leaves_out_is_missed(ask):
    findings = ask("《海湾保护条例》", filters=SearchFilter(sources=("海湾晚报",)))
    assert findings.phrases_missed == ("海湾保护条例",)
    assert findings.ranked == ("evening",)


# Lanes


@_ENCODERS
def test_each_lane_alone_proposes_only_its_own(retrieve, encoder):
    question = "西山公园花展"
    lanes = {
        mode: {hit.lane for hit in retrieve(question, encoder, mode=mode).hits} for mode in Mode
    }
    assert lanes[Mode.DENSE] == {Lane.DENSE}
    assert lanes[Mode.LEXICAL] == {Lane.LEXICAL}
    assert lanes[Mode.HYBRID] == {Lane.BOTH, Lane.DENSE}


@_ENCODERS
@pytest.mark.parametrize("mode", list(Mode))
def test_hits_and_articles_come_best_first(retrieve, ask, encoder, mode):
    hits = retrieve("西山公园兰花多少盆", encoder, mode=mode).hits
    order = [(-hit.score, hit.chunk.id) for hit in hits]
    assert order == sorted(order)
    assert hits[0].chunk.article_id == "garden"
    if mode is not Mode.HYBRID:
        by_lane = list(dict.fromkeys(hit.chunk.article_id for hit in hits))
        ranked = ask("西山公园兰花多少盆", encoder, mode=mode).ranked
        assert [key for key in by_lane if key in ranked] == list(ranked)


@_ENCODERS
def test_the_lexical_lane_has_no_hit_without_a_word_of_the_question(retrieve, archives, encoder):
    hits = retrieve("西山公园花展", encoder, mode=Mode.LEXICAL).hits
    assert [hit.chunk.article_id for hit in hits] == ["garden"]
    assert all(hit.words > 0 for hit in hits)
    assert retrieve("Wann öffnet das Theater", encoder, mode=Mode.LEXICAL).hits == ()
    for hit in retrieve("西山公园花展", encoder).hits:
        assert (hit.words > 0) == (hit.lane is not Lane.DENSE)


def test_the_parts_of_a_hit_are_within_their_bounds(retrieve):
    retrieved = retrieve("东港区集装箱装卸了多少")
    assert retrieved.tokens is not None
    for hit in retrieved.hits:
        assert 0 <= hit.words <= 1
        assert -1 <= hit.cosine <= 1
        assert -1 <= hit.match <= 1
        assert hit.tokens is not None
    assert max(retrieved.hits, key=lambda hit: hit.match).chunk.article_id == "boxes"


def test_an_encoder_without_tokens_is_ranked_without_them(retrieve):
    retrieved = retrieve("东港区集装箱装卸了多少", _PLAIN)
    assert retrieved.tokens is None
    assert {(hit.match, hit.tokens) for hit in retrieved.hits} == {(0.0, None)}
    assert retrieved.hits[0].chunk.article_id == "boxes"


def test_no_more_chunks_than_asked_for(retrieve):
    every = retrieve("工程完工").hits
    assert retrieve("工程完工", top_k=2).hits[0].chunk == every[0].chunk
    assert len(retrieve("工程完工", top_k=2).hits) == 2


# Copies


@_ENCODERS
def test_copies_take_one_place_and_the_other_is_named(ask, encoder):
    findings = ask("东湖水厂日供水能力多少", encoder)
    best = findings.ranked[0]
    assert best in ("wire", "evening")
    other = {"wire": "evening", "evening": "wire"}[best]
    assert findings.copies == {best: (other,)}
    assert other not in findings.ranked
    assert other not in {item.article_id for item in findings.evidence}


# Digests


@_ENCODERS
def test_a_brief_of_a_digest_lends_no_name_to_its_neighbours(archives, encoder):
    question = "青岛的工程完工了吗"
    query, periods = understand(question, anchor=_TODAY)
    focus = read_focus(question)
    assert focus.places == ("青岛",)
    retrieved = Retriever(archives[encoder], encoder).retrieve(query, periods)
    weighed = weigh_sentences(question, focus, retrieved, archives[encoder], encoder)
    missing = {
        item.sentence.text[:2]: item.missing for item in weighed if item.article.id == "digest"
    }
    assert missing == {"青岛": (), "济南": ("青岛",), "烟台": ("青岛",)}
    ours = [item.sentence.text for item in weighed if item.article.id == "digest"]
    assert ours[0].startswith("青岛")


# Rankings


@_ENCODERS
@pytest.mark.parametrize("mode", list(Mode))
def test_no_article_and_no_sentence_comes_up_twice(ask, encoder, mode):
    findings = ask("工程完工，用电量、岸线与公园情况", encoder, mode=mode, limit=50)
    assert len(set(findings.ranked)) == len(findings.ranked) > 3
    places = [(item.article_id, item.start) for item in findings.evidence]
    assert len(set(places)) == len(places) > 6
    assert [item.number for item in findings.evidence] == list(range(1, len(places) + 1))


def test_as_many_sentences_and_articles_as_asked_for(ask):
    every = ask("工程完工，用电量与公园情况", limit=50)
    some = ask("工程完工，用电量与公园情况", limit=2, articles=3)
    assert some.evidence == every.evidence[:2]
    assert some.ranked == every.ranked[:3]
    assert len(every.ranked) > 3
    none = ask("工程完工", limit=0, articles=0)
    assert (none.evidence, none.candidates, none.ranked) == ((), (), ())


def test_candidates_are_the_evidence_with_what_speaks_for_it(ask):
    findings = ask("西山公园兰花多少盆")
    assert [(item.article.id, item.sentence.start) for item in findings.candidates] == [
        (item.article_id, item.start) for item in findings.evidence
    ]
    assert [item.score for item in findings.candidates] == sorted(
        (item.score for item in findings.candidates), reverse=True
    )


def test_the_best_article_has_the_best_sentence(ask):
    for question in ("西山公园兰花多少盆", "东港区装卸集装箱多少只", "城南小学设多少个班"):
        findings = ask(question)
        assert findings.ranked[0] == findings.evidence[0].article_id


def test_the_same_question_finds_the_same(ask):
    first, again = (replace(ask("用电量是多少"), timings={}) for _ in range(2))
    assert (first.evidence, first.ranked) == (again.evidence, again.ranked)


def test_filters_hold_for_articles_and_sentences(ask):
    findings = ask("全社会用电量", filters=SearchFilter(since=date(2024, 9, 1)), limit=50)
    days = {item.published for item in findings.evidence}
    assert days == {date(2024, 9, 15), date(2024, 10, 15), date(2024, 11, 15)}
    nothing = ask("全社会用电量", filters=SearchFilter(since=date(2031, 1, 1)))
    assert (nothing.ranked, nothing.evidence, nothing.copies) == ((), (), {})


# Questions in another language


def test_a_question_in_english_finds_the_chinese_article_by_its_tokens(ask, retrieve):
    question = "How many containers did the harbour handle?"
    assert retrieve(question, mode=Mode.LEXICAL).hits == ()
    findings = ask(question)
    assert findings.ranked[0] == "boxes"
    assert findings.query.language == "en"


class _Recording:
    """An archive that notes by which vectors it was searched."""

    def __init__(self, archive):
        self._archive = archive
        self.searched = []

    def __getattr__(self, name):
        return getattr(self._archive, name)

    def search_vector(self, vector, **options):
        self.searched.append(vector)
        return self._archive.search_vector(vector, **options)


@pytest.mark.parametrize(
    ("question", "vectors"), [("How full is the harbour?", 2), ("东港区装了多少箱", 1)]
)
def test_a_foreign_question_is_searched_as_it_is_and_without_its_languages_mean(
    archives, question, vectors
):
    archive = _Recording(archives[_ENCODER])
    query, periods = understand(question, anchor=_TODAY)
    retrieved = Retriever(archive, _ENCODER).retrieve(query, periods)
    assert len(archive.searched) == vectors
    assert archive.searched[-1] == pytest.approx(retrieved.vector)
    if vectors == 2:
        assert archive.searched[0] == pytest.approx(_ENCODER.encode_queries([question])[0])
        assert not np.allclose(archive.searched[0], archive.searched[1])


def test_a_question_in_traditional_characters_finds_the_same_article(ask):
    assert ask("西山公園蘭花多少盆").ranked[0] == ask("西山公园兰花多少盆").ranked[0] == "garden"


# What is said about a search


def test_a_question_that_is_none_is_one_line(ask):
    with pytest.raises(BadInput, match="The question is empty"):
        ask(" \n")
    with pytest.raises(BadInput, match="501 characters; at most 500"):
        ask("长" * 501)


def test_the_time_of_each_step_is_told(ask):
    timings = ask("全社会用电量").timings
    assert list(timings) == ["understand", "retrieve", "evidence", "total"]
    assert timings["total"] >= timings["retrieve"] + timings["evidence"] - 0.001


def test_find_goes_on_from_an_understood_question(ask, archives):
    question = "2024年8月全社会用电量是多少"
    query, periods = understand(question, anchor=_TODAY)
    found = find(archives[_ENCODER], _ENCODER, query, periods, anchor=_TODAY, clock=Clock())
    assert found.ranked == ask(question).ranked
    assert list(found.timings) == ["retrieve", "evidence", "total"]


# Beside a writer


def test_what_another_writer_takes_out_between_two_looks_is_no_damage(tmp_path):
    ingest_articles(tmp_path, _ARTICLES, _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    garden = next(item for item in _ARTICLES if item.id == "garden")
    (chunk,) = archive.chunks("garden")
    assert archive.vectors([chunk.id])[chunk.id].shape == (_ENCODER.dimension,)
    ingest_articles(tmp_path, [replace(garden, id="garden-2")], _ENCODER)
    with open_writer(tmp_path, lambda: _ENCODER, command="test") as writer:
        writer.retire(["garden"])
    assert archive.vectors([chunk.id, "none"]) == {}
    assert archive.tokens([chunk.id]) == {}
    assert archive.vectors([]) == {}
    assert search(archive, _ENCODER, "西山公园花展", today=_TODAY).ranked[0] == "garden-2"
    archive.close()


def test_both_halves_of_a_question_for_two_things_are_found(tmp_path):
    many = [
        article(f"g-{n}", f"西山公园花展第{n}场", f"西山公园第{n}场花展展出兰花三百盆，天数不详。")
        for n in range(12)
    ]
    few = article("s", "城南小学花展", "城南小学花展为期两天。")
    ingest_articles(tmp_path, [*many, few], _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    question = "西山公园和城南小学的花展天数分别是多少？"
    found = search(archive, _ENCODER, question, today=_TODAY, limit=6)
    assert "s" in found.ranked[:3]
    assert found.ranked[0].startswith("g-") or found.ranked[1].startswith("g-")
    assert {item.article_id for item in found.evidence} >= {"s"}
    archive.close()


def test_a_question_for_two_things_is_searched_whole_and_by_each_part(archives, monkeypatch):
    asked = []
    encode = _ENCODER.encode_query_tokens
    monkeypatch.setattr(
        _ENCODER, "encode_query_tokens", lambda text: asked.append(text) or encode(text)
    )
    question = "西山公园和城南小学的花展天数分别是多少？"
    search(archives[_ENCODER], _ENCODER, question, today=_TODAY)
    assert asked == [question, "西山公园的花展天数是多少？", "城南小学的花展天数是多少？"]


def test_the_mean_of_an_archive_follows_its_vectors_and_is_drawn_to_the_encoders_own(tmp_path):
    ingest_articles(tmp_path, _ARTICLES[:3], _ENCODER)
    archive = Archive.open(tmp_path, _ENCODER)
    ids = [chunk.id for item in _ARTICLES[:3] for chunk in archive.chunks(item.id)]
    held = np.stack(list(archive.vectors(ids).values()))
    general = archive.projection.text_mean("zh")
    share = len(held) / (len(held) + 200)  # 200 vectors weigh as much as the encoder's own mean
    assert archive.mean_vector() == pytest.approx(
        share * held.mean(axis=0) + (1 - share) * general, abs=1e-6
    )
    before = archive.mean_vector()
    ingest_articles(tmp_path, _ARTICLES[3:], _ENCODER)
    archive.refresh()
    assert not np.allclose(archive.mean_vector(), before)
    archive.close()


def test_an_archive_without_token_vectors_has_no_mean(archives):
    assert archives[_PLAIN].mean_vector() is None


def test_what_the_headline_says_counts_for_a_sentence_that_does_not_say_it(tmp_path):
    body = "全程免费开放三天。"
    ingest_articles(
        tmp_path, [article("h", "兰花展览", body), article("o", "灯会消息", body)], _ENCODER
    )
    archive = Archive.open(tmp_path, _ENCODER)
    question = "兰花展览开放几天"
    query, periods = understand(question, anchor=_TODAY)
    retrieved = Retriever(archive, _ENCODER).retrieve(query, periods)
    weighed = weigh_sentences(question, read_focus(question), retrieved, archive, _ENCODER)
    match = {item.article.id: item.match for item in weighed}
    assert match["h"] > match["o"] + 0.5
    archive.close()
