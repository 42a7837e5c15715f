"""The Archive tab: what it lists, counts, plots and finds, and what a click may ask for."""

import dataclasses
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from desk.archive_events import ArchiveDesk, Browse
from desk.archive_find import Hit, find_articles, matches, passage_of, search_terms
from desk.archive_plot import Bar, bars, render_plot
from desk.archive_shelf import Card, Choice, Shelf, ShelfKeeper
from desk.archive_text import EN, ZH
from index.errors import ArchiveDamaged
from index.types import Article, Chunk, ChunkHit, Coverage, DateKnown, Span
from index.words import words
from tests.desk_server import BRIDGE_MENDED, sample_archive
from tests.scripted_engine import HOSTILE, ScriptedArchive


def article(number, day, **changes):
    fields = {
        "id": f"a{number}",
        "title": f"第{number}篇",
        "body": f"正文{number}。",
        "source": "甲报",
        "section": "要闻",
        "reporters": ("林一舟",),
        "published": date.fromisoformat(day) if day else None,
        "date_known": DateKnown.STATED,
        "origin": "/papers/a.txt",
        "position": number,
    }
    return Article(**{**fields, **changes})


ARTICLES = (
    article(1, "2024-01-05"),
    article(2, "2024-01-20", source="乙报", section="经济"),
    article(3, "2024-03-02", source="", reporters=()),
    article(4, "", reporters=("林一舟", "周可"), origin="/papers/b.txt"),
)
SHELF = Shelf.of(ARTICLES)


class Stacks(ScriptedArchive):
    """A list of articles that counts how often it is read."""

    def __init__(self, articles=ARTICLES, error=None):
        super().__init__(Coverage(len(articles), None, None, None, 0))
        self.held = articles
        self.error = error
        self.reads = 0
        self.index_version = "fake@1"
        self.chunk_count = len(articles)

    def refresh(self):
        if self.error:
            raise self.error

    def articles(self):
        self.reads += 1
        return iter(self.held)

    def article(self, article_id, version=None):
        return next((each for each in self.held if each.id == article_id), None)

    def search_words(self, text, *, top_k, phrases=()):
        return []

    def document_frequency(self, words):
        return dict.fromkeys(words, 0)


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    archive = sample_archive(tmp_path_factory.mktemp("samples"))
    yield archive
    archive.close()


def ids(cards):
    return [card.id for card in cards]


# --- choosing and counting -------------------------------------------------------------------


def test_the_latest_comes_first_and_the_undated_last():
    assert ids(SHELF.cards) == ["a3", "a2", "a1", "a4"]


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        (Choice(), ["a3", "a2", "a1", "a4"]),
        (Choice(since=date(2024, 1, 5), until=date(2024, 1, 20)), ["a2", "a1"]),
        (Choice(since=date(2024, 1, 6)), ["a3", "a2"]),
        (Choice(until=date(2024, 1, 19)), ["a1"]),
        (Choice(dated=False), ["a4"]),
        (Choice(source=""), ["a3"]),
        (Choice(source="甲报", section="要闻"), ["a1", "a4"]),
        (Choice(reporter="周可"), ["a4"]),
        (Choice(reporter=""), ["a3"]),
    ],
)
def test_a_choice_leaves_what_fulfils_all_of_it(choice, left):
    assert ids(SHELF.chosen(choice)) == left


def test_each_value_is_counted_without_its_own_limit_but_with_the_others():
    facets = SHELF.facets(Choice(source="乙报", until=date(2024, 1, 31)))
    assert facets.sources == (("乙报", 1), ("甲报", 1))  # a1 and a2 are of January
    assert facets.sections == (("经济", 1),)
    assert facets.days == ((date(2024, 1, 20), 1),)
    assert SHELF.facets(Choice()).undated == 1
    assert SHELF.facets(Choice()).reporters == (("林一舟", 3), ("", 1), ("周可", 1))


def test_the_shelf_is_read_once_for_each_state_of_the_archive():
    stacks = Stacks()
    keeper = ShelfKeeper(stacks)
    assert keeper.shelf() is keeper.shelf()
    assert stacks.reads == 1
    stacks.held, stacks.index_version = ARTICLES[:1], "fake@2"
    assert ids(keeper.shelf().cards) == ["a1"]


# --- the plot --------------------------------------------------------------------------------


def test_every_month_from_first_to_last_has_a_bar_also_the_empty_ones():
    drawn = bars(SHELF.facets(Choice()).days, SHELF.span)
    assert [(bar.label, bar.count) for bar in drawn] == [
        ("2024-01", 2), ("2024-02", 0), ("2024-03", 1),
    ]  # fmt: skip
    assert (drawn[1].since, drawn[1].until) == (date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2010-01-01", "2019-12-31", ["2010-01", "2019-12"]),  # 120 months
        ("2010-01-01", "2020-01-01", ["2010", "2020"]),  # 121: years
        ("1896-07-26", "2030-08-14", ["1890–1899", "2030–2039"]),  # 135 years: decades
    ],
)
def test_a_long_time_is_drawn_in_years_or_decades(first, last, labels):
    span = (date.fromisoformat(first), date.fromisoformat(last))
    drawn = bars([(day, 1) for day in span], span)
    assert [drawn[0].label, drawn[-1].label] == labels
    assert sum(bar.count for bar in drawn) == 2
    assert all(
        after.since.toordinal() == before.until.toordinal() + 1 for before, after in pairwise(drawn)
    )


def test_holes_are_drawn_and_named_neighbours_as_one_stretch():
    months = [Bar(date(2024, n, 1), date(2024, n, 28), f"2024-0{n}", n % 4) for n in range(1, 9)]
    months[4] = replace(months[4], count=0)  # 4, 5 and 8 are empty
    shown = render_plot(months, (None, None), ZH)
    assert shown.count('class="sy-bin sy-hole"') == shown.count('class="sy-gap"') == 3
    assert "8 个月中有 3 个月没有报道：2024-04 – 2024-05、2024-08" in shown
    assert "<title>2024-03：3 篇</title>" in shown
    assert 'height="98.0"' in shown  # the highest, 3 of 3
    assert "3 of 8 months have no article: 2024-04 – 2024-05, 2024-08" in render_plot(
        months, (None, None), EN
    )


def test_the_chosen_month_is_pressed():
    drawn = bars(SHELF.facets(Choice()).days, SHELF.span)
    shown = render_plot(drawn, (date(2024, 3, 1), date(2024, 3, 31)), ZH)
    assert re.findall(r'aria-pressed="true" data-since="([^"]+)"', shown) == ["2024-03-01"]


def test_an_archive_without_any_day_has_no_plot():
    shelf = Shelf.of([article(1, "")])
    assert render_plot(bars(shelf.facets(Choice()).days, shelf.span), (None, None), ZH) == ""


# --- searching -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "terms", "found"),
    [
        ("貸款餘額20,314億元", ["贷款", "余额"], ["貸款餘額"]),
        ("ＣＰＩ上涨，cpi回落", ["cpi"], ["ＣＰＩ", "cpi"]),
        ("一加一", ["三"], []),
    ],
)
def test_words_are_marked_whatever_their_width_case_or_script(text, terms, found):
    assert [text[span.start : span.end] for span in matches(text, terms)] == found


def test_single_characters_are_marked_only_where_there_is_nothing_longer():
    assert "的" not in search_terms("青岛的贷款")
    assert search_terms("的") == ["的"]


def test_a_search_finds_an_article_once_with_its_passage(samples):
    shelf = ShelfKeeper(samples).shelf()
    found = find_articles(samples, shelf, "青岛贷款余额")
    hits = [passage_of(samples, each, "青岛贷款余额") for each in found.matches]
    assert len({hit.card.id for hit in hits}) == len(hits)
    first = hits[0]
    body = samples.article(first.card.id).body
    assert first.passage == body[first.start : first.start + len(first.passage)]
    marked = {first.passage[span.start : span.end] for span in first.marks}
    assert "贷款余额" in marked or {"贷款", "余额"} <= marked


def test_what_has_only_a_particle_of_the_search_is_not_found(samples):
    shelf = ShelfKeeper(samples).shelf()
    assert find_articles(samples, shelf, "不存在的量子香蕉").matches == ()


def test_quoted_words_must_stand_as_written(samples):
    shelf = ShelfKeeper(samples).shelf()
    loose = find_articles(samples, shelf, "明湖秀 济南").matches
    strict = find_articles(samples, shelf, "“明湖秀” 济南").matches
    assert strict
    assert {hit.card.id for hit in strict} <= {hit.card.id for hit in loose}
    for hit in strict:
        found = samples.article(hit.card.id)
        assert "明湖秀" in found.headline + found.body


def test_a_search_stays_within_the_choice(samples):
    within = Choice(since=date(2020, 7, 1), until=date(2020, 7, 31), source="胶州湾日报")
    listed = ArchiveDesk(samples).view(Browse("青岛", within), "zh").listed
    days = re.findall(r'<time datetime="([^"]+)"', listed)
    assert days
    assert {day[:7] for day in days} == {"2020-07"}
    assert set(re.findall(r'class="sy-meta"><span>([^<]+)', listed)) == {"胶州湾日报"}


class Searched(Stacks):
    """An archive of 900 articles with one chunk each; each has 港口, every third 码头."""

    def __init__(self):
        super().__init__(
            [
                article(
                    number,
                    "2024-01-05" if number % 2 else "2024-02-05",
                    body="港口繁忙。" if number % 3 else "港口和码头繁忙。",
                    source=f"报{number % 2}",
                )
                for number in range(900)
            ]
        )
        self.searches = 0

    def search_words(self, text, *, top_k, phrases=()):
        self.searches += 1
        wanted = set(words(text) if isinstance(text, str) else text)
        chunks = [
            Chunk(f"{each.id}:1", each.id, 0, len(each.body), each.body) for each in self.held
        ]
        found = [ChunkHit(chunk, len(wanted & set(words(chunk.text)))) for chunk in chunks]
        found.sort(key=lambda hit: -hit.score)
        return [hit for hit in found if hit.score][:top_k]

    def document_frequency(self, terms):
        return {term: len(self.search_words([term], top_k=9999)) for term in terms}


def _counts(html):
    return {
        name: int(count) for name, count in re.findall(r"<span>([^<]+)</span><b>([\d,]+)</b>", html)
    }


@pytest.mark.parametrize(("text", "total", "each"), [("港口", 900, 450), ("码头", 300, 150)])
def test_a_search_counts_all_that_it_finds_and_a_click_leaves_what_was_counted(text, total, each):
    desk = ArchiveDesk(Searched())
    view = desk.view(Browse(text), "zh")
    assert f"第 1–20 篇，共找到 {total} 篇" in view.listed
    assert _counts(view.overview) == {"报0": each, "报1": each, "要闻": total, "林一舟": total}
    assert f"2024-01：{each} 篇" in view.overview
    clicked = desk.view(Browse(text, Choice(source="报1")), "zh")
    assert f"共找到 {each} 篇" in clicked.listed


def test_what_has_less_than_half_of_a_search_is_not_counted():
    # 码头 is in a third of the chunks and weighs more than 港口, which is in all
    assert "共找到 300 篇" in ArchiveDesk(Searched()).view(Browse("港口码头"), "zh").listed


def test_the_next_page_of_a_search_is_not_searched_for_again():
    archive = Searched()
    desk = ArchiveDesk(archive)
    desk.view(Browse("港口"), "zh")
    before = archive.searches
    assert "第 21–40 篇" in desk.view(Browse("港口", page=1), "zh").listed
    assert archive.searches == before
    archive.index_version = "fake@2"  # articles have come
    desk.view(Browse("港口"), "zh")
    assert archive.searches > before


def test_a_search_that_finds_too_much_to_count_says_so_and_counts_nothing(monkeypatch):
    monkeypatch.setattr("desk.archive_events.MOST_CHUNKS", 400)
    monkeypatch.setattr(
        "desk.archive_events.find_articles", lambda *given: find_articles(*given, most=400)
    )
    view = ArchiveDesk(Searched()).view(Browse("港口"), "zh")
    assert "第 1–20 篇，共找到 400+ 篇" in view.listed
    assert "搜到的太多，没有数完" in view.overview
    assert "最相关的 400 段" in view.overview
    assert _counts(view.overview) == {}
    assert "2024-01" not in view.overview


def test_a_common_word_beside_a_rare_one_does_not_stop_the_counting():
    archive = Searched()
    shelf = ShelfKeeper(archive).shelf()
    both = find_articles(archive, shelf, "港口码头", most=400)  # 900 have 港口
    assert (len(both.matches), both.whole) == (300, True)
    assert not find_articles(archive, shelf, "港口", most=400).whole


# --- the tab ---------------------------------------------------------------------------------


def test_a_page_holds_twenty_and_the_last_page_the_rest():
    desk = ArchiveDesk(Stacks([article(number, "2024-01-05") for number in range(1, 46)]))
    last = desk.view(Browse(page=2), "zh")
    assert last.listed.count("<li data-article=") == 5
    assert "第 41–45 篇，共 45 篇" in last.listed
    assert 'data-page="3" disabled' in last.listed
    assert desk.view(Browse(page=9), "zh").browse.page == 2


def test_a_click_puts_a_limit_on_and_a_second_one_takes_it_off():
    desk = ArchiveDesk(Stacks())
    once = desk.narrow(Browse(page=3), {"set": "source", "value": "乙报"})
    assert once == Browse(choice=Choice(source="乙报"))
    assert desk.narrow(once, {"set": "source", "value": "乙报"}) == Browse()
    month = {"since": "2024-01-01", "until": "2024-01-31"}
    chosen = desk.narrow(Browse(), month)
    assert chosen.choice == Choice(since=date(2024, 1, 1), until=date(2024, 1, 31))
    assert desk.narrow(chosen, month) == Browse()
    assert desk.narrow(chosen, {"drop": "all"}) == Browse()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"set": "__class__", "value": "x"},
        {"page": "-1"},
        {"page": 3},
        {"drop": "everything"},
        {"since": "2024-02-01", "until": "2024-01-01"},
        {"since": "yesterday", "until": "2024-01-01"},
    ],
)
def test_anything_else_that_is_sent_changes_nothing(sent):
    assert ArchiveDesk(Stacks()).narrow(Browse(), sent) is None


def test_a_day_that_is_none_and_days_the_wrong_way_round_are_said():
    desk = ArchiveDesk(Stacks())
    assert "“2024-13-01”不是日期" in desk.search(Browse(), {"since": "2024-13-01"}, "zh")
    swapped = {"since": "2024-02-01", "until": "2024-01-01"}
    assert "2024-02-01 在结束日期 2024-01-01 之后" in desk.search(Browse(), swapped, "zh")
    assert "没有可以搜索的词" in desk.search(Browse(), {"text": "？！"}, "zh")


def test_every_state_without_a_list_says_what_to_do():
    assert "suyuan ingest PATH…" in ArchiveDesk(Stacks(())).view(Browse(), "zh").listed
    nothing = ArchiveDesk(Stacks()).view(Browse(choice=Choice(source="丙报")), "zh").listed
    assert "没有符合条件的报道" in nothing
    assert 'data-drop="source"' in nothing
    damaged = Stacks(error=ArchiveDamaged("Run: suyuan rebuild"))
    assert "Run: suyuan rebuild" in ArchiveDesk(damaged).view(Browse(), "zh").listed
    assert "不能浏览" in ArchiveDesk(ScriptedArchive()).view(Browse(), "zh").listed


def test_an_article_opens_with_its_page_and_what_was_searched_marked():
    desk = ArchiveDesk(Stacks())
    shown = desk.open(Browse("正文"), {"article": "a2"}, "zh")
    assert '<mark class="sy-chosen" title="搜索词">正文</mark>2。' in shown
    assert "原文件 a.txt 第 2 篇" in shown
    assert '<li aria-current="true">第2篇</li>' in shown
    assert shown.count("<li>") == 2  # a1 and a3 are of the same file, a4 is not
    assert "返回列表" in shown
    assert "/papers" not in shown


@pytest.mark.parametrize("sent", [{"article": "x" * 501}, {"article": 7}, {"version": "1"}])
def test_what_is_no_article_opens_nothing(sent):
    assert ArchiveDesk(Stacks()).open(Browse(), sent, "zh") == ""


def test_an_article_that_has_gone_says_so():
    assert "已不在资料库中" in ArchiveDesk(Stacks()).open(Browse(), {"article": "b9"}, "zh")


def test_an_earlier_version_can_be_seen_and_says_that_it_is_one(samples):
    desk = ArchiveDesk(samples)
    now = desk.open(Browse(), {"article": BRIDGE_MENDED.id}, "zh")
    assert "全长3.6公里" in now
    assert "现为第 2 版，入库后改过 1 次" in now
    assert f'data-article="{BRIDGE_MENDED.id}" data-version="1"' in now
    before = desk.open(Browse(), {"article": BRIDGE_MENDED.id, "version": "1"}, "zh")
    assert "全长3.2公里" in before
    assert "已被替换的第 1 版" in before


def test_a_hostile_headline_is_text_everywhere(samples):
    view = ArchiveDesk(samples).view(Browse("港口 航运"), "zh")
    shown = (
        view.listed
        + view.overview
        + ArchiveDesk(samples).open(Browse("港口"), {"article": HOSTILE.id}, "zh")
    )
    assert "&lt;img src=x onerror=" in shown
    assert not re.search(r"<(img|script|b>海州|svg on)", shown)


def test_a_passage_is_marked_at_its_words():
    card = Card.of(article(1, "2024-01-05"))
    hit = Hit(card, "<b>贷款</b>", 0, (Span(3, 5),))
    from desk.archive_render import render_list
    from desk.text import ZH as SHARED

    shown = render_list(
        [hit], total=1, page=0, text="贷款", choice=Choice(), words=ZH, labels=SHARED
    )
    assert "&lt;b&gt;<mark>贷款</mark>&lt;/b&gt;…" in shown


def test_both_languages_fill_the_same_fields():
    for field in dataclasses.fields(ZH):
        chinese, english = getattr(ZH, field.name), getattr(EN, field.name)
        if isinstance(chinese, dict):
            assert chinese.keys() == english.keys()
        else:
            names = [set(re.findall(r"{(\w+)}", text)) for text in (chinese, english)]
            assert names[0] == names[1], field.name
