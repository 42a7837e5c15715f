"""A printed correction finds its article, and an answer that quotes the mistake says so."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.corrections import (
    CorrectionLookup,
    corrects,
    is_correction,
    read_corrections,
    touches,
)
from index.readers import ReadOptions, read_file
from index.types import Article, Coverage
from rag.cite import Statement
from rag.clock import Clock
from rag.corrected import mark_corrected
from rag.reply import Reply
from rag.types import Query, Status
from tests.scripted_engine import evidence
from tests.scripted_llm import archive_of, article

_PAGES = Path(__file__).parents[1] / "samples" / "pages"
_DAY = date(2021, 8, 19)
_METRO = article(
    "metro",
    "地铁上半年客运量公布",
    "上半年，海州地铁日均客运量43.6万人次。线网共有六条线路。",
    source="海州日报",
    section="A02 要闻",
    published=date(2021, 7, 20),
)
_NOTICE = article(
    "notice",
    "更 正",
    "本报7月20日A02版《地铁上半年客运量公布》一文中，“日均客运量43.6万人次”有误，"
    "应为“日均客运量34.6万人次”。特此更正，并向读者致歉。",
    source="海州日报",
    section="A02 要闻",
    published=_DAY,
)


def _notice(body, *, title="更正", **fields):
    return replace(_NOTICE, title=title, body=body, **fields)


def _pairs(body, *, title="更正"):
    return [(each.wrong, each.right) for each in read_corrections(_notice(body, title=title))]


def test_a_correction_names_headline_day_page_and_both_values():
    (found,) = read_corrections(_NOTICE)
    assert (found.title, found.issue, found.section) == (
        "地铁上半年客运量公布",
        date(2021, 7, 20),
        "a2",
    )
    assert (found.wrong, found.right) == ("日均客运量43.6万人次", "日均客运量34.6万人次")
    assert (found.article_id, found.published) == ("notice", _DAY)
    assert found.text == _NOTICE.body[found.start : found.end]


@pytest.mark.parametrize(
    ("body", "pair"),
    [
        ("本报昨日《海风》一文中“王晓冬”应为“王晓东”。特此更正。", ("王晓冬", "王晓东")),
        ("本報昨日《海風》一文中「王曉冬」應為「王曉東」，特此更正。", ("王曉冬", "王曉東")),
        ("本报昨日《海风》一文，将“王晓东”误写为“王晓冬”。", ("王晓冬", "王晓东")),
        ("本报昨日《海风》一文，误把“王晓东”误作“王晓冬”。", ("王晓冬", "王晓东")),
        ("本报昨日《海风》一文中，王晓冬应为王晓东。", ("王晓冬", "王晓东")),
        ("本报昨日《海风》一文中，2万元有误，应为3万元，特此更正。", ("2万元", "3万元")),
        ("本报昨日《海风》一文中的“5月3日”，应更正为“5月8日”。", ("5月3日", "5月8日")),
        ("《海风》一文中的“一百人”实为“一千人”，谨致歉意。", ("一百人", "一千人")),
    ],
)
def test_ways_of_saying_what_is_right(body, pair):
    assert _pairs(body) == [pair]


def test_several_mistakes_in_one_notice_belong_to_the_article_named_before():
    body = (
        "本报7月20日A02版《海风》一文中，“王晓冬”应为“王晓东”。"
        "文中“3万元”应为“2万元”。"
        "本报7月21日A03版《山雨》一文中，“5月”应为“6月”。"
    )
    found = read_corrections(_notice(body))
    assert [(each.title, each.wrong) for each in found] == [
        ("海风", "王晓冬"),
        ("海风", "3万元"),
        ("山雨", "5月"),
    ]


@pytest.mark.parametrize(
    "title", ["更正", "更 正", "更正启事", "更正与致歉", "勘误", "致歉", "更正说明", "Correction"]
)
def test_headlines_of_corrections(title):
    assert is_correction(_notice("内容。", title=title))


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("企业就服务问题致歉", "海州客运公司昨日就服务问题向乘客致歉，并公布了整改办法。"),
        ("海州市勘误地名志书", "地名办用一年时间勘误地名志书，改正二百余处。"),
        ("商家更正标价", "商家更正标价牌，“18元”应为“16元”。"),
        ("本报读者节开幕", "本报昨日邀请百名读者参观印刷车间。"),
    ],
)
def test_reports_about_corrections_are_none(title, body):
    assert not is_correction(_notice(body, title=title))
    assert _pairs(body, title=title) == []


def test_a_brief_without_its_own_headline_is_known_by_what_it_says():
    body = "本报7月20日A02版《海风》一文中“王晓冬”应为“王晓东”，特此更正。"
    assert _pairs(body, title="致读者") == [("王晓冬", "王晓东")]


def test_a_correction_finds_its_article():
    (found,) = read_corrections(_NOTICE)
    assert corrects(found, _METRO)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "公交上半年客运量公布"},
        {"published": date(2021, 7, 21)},
        {"source": "海州晚报"},
        {"body": "上半年，海州地铁日均客运量34.6万人次。"},
        {"id": "notice"},
    ],
)
def test_another_headline_day_paper_or_value_is_another_article(fields):
    (found,) = read_corrections(_NOTICE)
    assert not corrects(found, replace(_METRO, **fields))


def test_without_a_headline_the_page_decides():
    body = "本报7月20日A02版刊发的“日均客运量43.6万人次”应为“日均客运量34.6万人次”。"
    (found,) = read_corrections(_notice(body))
    assert found.title == ""
    assert corrects(found, _METRO)
    assert not corrects(found, replace(_METRO, section="A03 城事"))


def test_a_notice_that_names_neither_headline_nor_day_corrects_nothing():
    (found,) = read_corrections(_notice("文中“日均客运量43.6万人次”应为“34.6万人次”。"))
    assert not corrects(found, _METRO)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("海州地铁日均客运量43.6万人次。", True),
        ("海州地铁日均客运量４３．６万人次。", True),
        ("海州地铁每天运送436000人次。", True),
        ("海州地铁日均客运量34.6万人次。", False),
        ("线网共有六条线路。", False),
    ],
)
def test_a_sentence_is_touched_by_its_words_or_its_figures(text, wrong):
    (found,) = read_corrections(_NOTICE)
    assert touches(found, text) is wrong


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    other = article("other", "周末有雨", "气象台预计，周末有小到中雨。", source="海州日报")
    with archive_of(tmp_path_factory.mktemp("archive"), [_METRO, _NOTICE, other]) as archive:
        yield archive


def test_the_archive_is_asked_for_the_corrections_of_cited_articles(archive):
    found = CorrectionLookup(archive).of(["metro", "other", "gone", "metro"])
    assert {key: [each.article_id for each in value] for key, value in found.items()} == {
        "metro": ["notice"]
    }


def test_looking_up_again_costs_less_than_five_milliseconds(archive):
    lookup = CorrectionLookup(archive)
    lookup.of(["metro"])
    started = time.perf_counter()
    for _ in range(20):
        lookup.of(["metro", "other"])
    assert (time.perf_counter() - started) / 20 < 0.005


def test_an_archive_without_corrections_has_none(tmp_path):
    with archive_of(tmp_path, [_METRO]) as archive:
        assert CorrectionLookup(archive).of(["metro"]) == {}


class _Versioned:
    """Counts how often it is searched; its version is set by the test."""

    def __init__(self):
        self.index_version, self.searches = "e@1", 0

    def article(self, article_id, version=None):
        return {"metro": _METRO}.get(article_id)

    def search_words(self, text, *, top_k):
        self.searches += 1
        return []


def test_corrections_are_read_once_for_each_state_of_the_archive():
    source = _Versioned()
    lookup = CorrectionLookup(source)
    for version in ("e@1", "e@1", "e@2", "e@2"):
        source.index_version = version
        lookup.of(["metro"])
    assert source.searches == 2  # one for e@1, one for e@2


def _answered(language="zh-Hans"):
    question = "海州地铁日均客运量是多少？"
    shown = (
        evidence(1, _METRO, "上半年，海州地铁日均客运量43.6万人次。"),
        evidence(2, _METRO, "线网共有六条线路。"),
    )
    query = Query(question, question, language)
    return Reply(query, shown, Coverage(2, None, None, None, 0), "fake@1", Clock())


def _says(text, number, language="zh-Hans"):
    reply = _answered(language)
    return reply.answered(Status.ANSWERED, [Statement(text, (number,))], (), (), model="")


def test_an_answer_that_quotes_the_mistake_carries_its_correction():
    corrections = {"metro": read_corrections(_NOTICE)}
    answer = mark_corrected(_says("日均客运量43.6万人次。", 1), corrections)
    assert answer.citations[0].correction.right == "日均客运量34.6万人次"
    (said,) = answer.notes
    assert said.startswith("所引《地铁上半年客运量公布》后有更正（海州日报 2021-08-19）：")
    assert "34.6万人次" in said


def test_an_english_answer_is_told_in_english():
    corrections = {"metro": read_corrections(_NOTICE)}
    *of_the_quote, said = mark_corrected(_says("43.6万人次。", 1, "en"), corrections).notes
    assert " was corrected later (海州日报 2021-08-19): " in said
    assert of_the_quote[-1] == "In English: 43.6万人次 = 436,000 person-times."


def test_a_mistake_elsewhere_in_the_article_does_not_touch_the_answer():
    answer = _says("共有六条线路。", 2)
    assert mark_corrected(answer, {"metro": read_corrections(_NOTICE)}) is answer
    assert mark_corrected(answer, {}) is answer


def test_the_sample_page_corrects_the_metro_figure():
    articles = [
        item
        for path in sorted(_PAGES.glob("*.txt"))
        for item in read_file(path, ReadOptions())
        if isinstance(item, Article)
    ]
    linked = [
        (each.wrong, each.right, [one.id for one in articles if corrects(each, one)])
        for item in articles
        for each in read_corrections(item)
    ]
    assert linked == [
        ("日均客运量43.6万人次", "日均客运量34.6万人次", ["胶州湾日报-20200720-a02-04"])
    ]
