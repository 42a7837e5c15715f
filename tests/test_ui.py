"""What the page shows, exactly."""

import dataclasses
import string
from dataclasses import replace
from datetime import date

import pytest

from desk.article import Passage, render_article
from desk.events import Desk, Opened
from desk.exchange import Exchange, Phase
from desk.render import (
    covers,
    render_exchange,
    render_header,
)
from desk.sources import render_panel
from desk.text import EN, ZH, labels
from index.errors import ArchiveDamaged
from index.types import Article, Coverage, DateKnown, Span
from rag.types import Check, CheckKind, Status
from tests.scripted_engine import (
    COPIES,
    COVERAGE,
    EMPTY,
    FOUND,
    LOAN_NEXT,
    LOAN_SENTENCE,
    LOANS,
    ScriptedArchive,
    ScriptedEngine,
    answer,
    asked,
    citation,
    done,
    loan_answer,
)

QUESTION = "海州上半年贷款余额是多少？"


def test_an_answer_is_its_text_with_markers_doubts_and_a_status_line():
    assert render_exchange(done(QUESTION, loan_answer(QUESTION)), ZH, model="m") == (
        '<article class="sy-turn" data-phase="done" data-number="1">'
        '<h2 class="sy-asked"><span class="sy-hidden">提问</span>海州上半年贷款余额是多少？</h2>'
        '<div class="sy-answer"><span class="sy-hidden">回答</span>'
        '<p class="sy-read">理解为：海州2025年上半年贷款余额是多少？</p>'
        '<div class="sy-text">截至2025年6月末，海州全市本外币贷款余额为20314亿元，同比增长8.6%'
        '<span class="sy-ref"><button type="button" class="sy-marker" data-ref="c:1:1">1</button>'
        '</span>。上半年新增贷款1126亿元，占全省的<span class="sy-doubt">15%</span>'
        '<span class="sy-ref"><button type="button" class="sy-marker" data-ref="c:1:2">2</button>'
        "</span>。</div>"
        '<p class="sy-flag sy-error" role="alert"><b>所引句子里没有以下内容，请核对原文：</b>'
        "<span>15%</span></p>"
        '<footer class="sy-status"><span>检索 1,284 篇</span>'
        "<span>2024-01-03 至 2025-07-16</span><span>入库 2025-07-16 06:30</span>"
        # 0.001 + 0.03 + 0.08: the steps up to the evidence
        "<span>证据 0.11 秒</span><span>首字 2.1 秒</span><span>共 4.9 秒</span>"
        "<span>模型 scripted-1.5b</span>"
        '<button type="button" class="sy-show" data-ref="s:1:0">查看证据</button></footer>'
        "</div></article>"
    )


@pytest.mark.parametrize(
    ("known", "word"),
    [
        (DateKnown.STATED, "载明"),
        (DateKnown.FLAG, "入库指定"),
        (DateKnown.FILE_NAME, "据文件名"),
        (DateKnown.INFERRED, "推断"),
    ],
)
def test_how_a_date_is_known_stands_beside_it(known, word):
    found = replace(FOUND[0], date_known=known)
    panel = render_panel(Exchange(1, "q", Phase.ANSWERING, evidence=(found,)), ZH)
    assert f'data-known="{known}" title="{ZH.known_hint[known]}">{word}</span>' in panel


def test_an_unknown_date_is_said_and_not_shown_as_a_date():
    found = replace(FOUND[0], published=None, date_known=DateKnown.UNKNOWN)
    panel = render_panel(Exchange(1, "q", Phase.ANSWERING, evidence=(found,)), ZH)
    assert "<span>日期不详</span>" in panel
    assert "<time" not in panel


def test_sources_come_first_and_the_rest_of_the_evidence_is_folded():
    panel = render_panel(done(QUESTION, loan_answer(QUESTION)), ZH)
    sources, folded = panel.split('<details class="sy-more">')
    assert sources.count('<li class="sy-card"') == 2
    assert 'data-ref="c:1:1"' in sources
    assert 'data-ref="c:1:2"' in sources
    assert "<summary>另外检索到 1 句</summary>" in folded
    assert folded.count('<li class="sy-card"') == 1
    assert 'data-ref="e:1:3"' in folded


def test_the_head_says_how_much_there_is_and_fits():
    head = render_header(ZH, COVERAGE)
    assert "<p>1,284 篇报道，2024-01-03 至 2025-07-16</p>" in head


def test_not_found_shows_the_nearest_headlines_and_the_coverage_but_no_sources():
    talk = asked(Desk(ScriptedEngine(), ()), "济州的生产总值是多少？")
    shown = render_exchange(talk[-1], ZH, model="m")
    assert "<b>资料库里没有找到答案</b>" in shown
    assert 'data-ref="n:1:1">上半年海州贷款余额突破两万亿元</button>' in shown
    assert "1,284 篇报道，2024-01-03 至 2025-07-16 · 海州日报、海州晚报、湾区经济 等 4 家" in shown
    panel = render_panel(talk[-1], ZH)
    assert "<h2>来源<span>0</span></h2>" in panel
    assert "没有可作依据的句子" not in panel  # said beside it already
    assert "sy-sources" not in panel


def test_a_sentence_that_points_back_has_the_one_before_on_its_card_and_faintly_in_the_article():
    start = FOUND[1].start
    assert LOANS.body[:start].endswith(LOAN_SENTENCE)
    leaning = replace(
        citation(1, FOUND[1]), lead=LOAN_SENTENCE, lead_start=start - len(LOAN_SENTENCE)
    )
    talk = (done("q", answer("q", Status.ANSWERED, "x[1]", citations=(leaning,), evidence=())),)
    assert (
        f'<blockquote><span class="sy-lead">{LOAN_SENTENCE}</span>'
        f"<mark>{LOAN_NEXT}</mark></blockquote>"
    ) in render_panel(talk[0], ZH)
    opened = Desk(ScriptedEngine(), ()).open("c:1:1", talk, "zh").article
    assert (
        f'<mark>{LOAN_SENTENCE}</mark><mark class="sy-chosen" title="所引句子">{LOAN_NEXT}</mark>'
    ) in opened
    assert opened.count("<mark") == 2


def test_a_lead_is_escaped_like_the_quote():
    hostile = replace(citation(1, FOUND[0]), lead="<b>其中</b>")
    said = answer("q", Status.ANSWERED, "x[1]", citations=(hostile,), evidence=())
    assert "&lt;b&gt;其中&lt;/b&gt;" in render_panel(done("q", said), ZH)


def test_copies_are_folded_under_their_source_by_headline_paper_and_day():
    said = answer("q", Status.ANSWERED, "x[1]", citations=(_copied(),), evidence=())
    folded = render_panel(done("q", said), ZH).partition('<details class="sy-copies">')[2]
    assert folded == (
        "<summary>同文另见 2 家</summary>"
        '<ul class="sy-headlines"><li data-ref="c:1:1:1">'
        '<button type="button" class="sy-open" data-ref="c:1:1:1">海州贷款余额突破两万亿元</button>'
        '<span class="sy-meta">海州晚报 2025-07-16</span></li>'
        '<li data-ref="c:1:1:2"><button type="button" class="sy-open" data-ref="c:1:1:2">'
        "&lt;img src=x onerror=&quot;window.pwned=1&quot;&gt;港口 &amp; 航运</button>"
        '<span class="sy-meta">湾区经济 日期不详</span></li></ul></details></li></ol></div>'
    )


def _copied():
    return replace(citation(1, FOUND[0]), copies=COPIES)


@pytest.mark.parametrize("kind", ["c", "e"])
def test_a_copy_opens_as_its_own_paper_printed_it(kind):
    desk = Desk(ScriptedEngine(), ())
    talk = asked(desk, "海州贷款余额是多少，有谁转载？")
    opened = desk.open(f"{kind}:1:1:1", talk, "zh").article
    assert '<h2 tabindex="-1">海州贷款余额突破两万亿元</h2>' in opened
    assert "<span>海州晚报</span>" in opened
    assert "<mark" not in opened  # the sentence was cited from the other paper
    gone = desk.open(f"{kind}:1:1:2", talk, "zh").article
    assert "这篇报道的这一版已不在资料库中" in gone


@pytest.mark.parametrize(
    "reference", ["c:1:1:0", "c:1:1:3", "c:1:9:1", "n:1:1:1", "s:1:0:1", "c:1:1:", "e:1:2:1"]
)
def test_a_copy_that_was_not_shown_opens_nothing(reference):
    desk = Desk(ScriptedEngine(), ())
    talk = asked(desk, "海州贷款余额是多少，有谁转载？")
    assert not desk.open(reference, talk, "zh").article


def test_without_a_model_the_page_says_so_and_how_to_get_one():
    talk = asked(Desk(ScriptedEngine(model=""), ()), QUESTION)
    shown = render_exchange(talk[-1], ZH, model="")
    assert "<b>未启用语言模型，只给出原文句子</b>" in shown
    assert "<pre>suyuan models fetch</pre>" in shown
    assert render_panel(talk[-1], ZH).count('data-ref="c:1:') == 6  # 3 cards, each with a headline


def test_a_model_that_failed_is_not_taken_for_a_missing_one():
    said = answer("q", Status.EVIDENCE_ONLY, "", notes=("模型没有应答。",))
    shown = render_exchange(done("q", said), ZH, model="scripted-1.5b")
    assert "<b>模型没有应答。</b>" in shown
    assert "suyuan models fetch" not in shown


def test_an_empty_archive_says_how_to_fill_it():
    view = Desk(ScriptedEngine(archive=ScriptedArchive(EMPTY)), ("q",)).view((), "zh")
    assert "<h2>资料库还是空的</h2>" in view.now
    assert "<pre>suyuan ingest PATH…</pre>" in view.now
    assert "sy-example" not in view.now


def test_the_empty_conversation_offers_the_examples():
    view = Desk(ScriptedEngine(), ("甲？", "乙？")).view((), "zh")
    assert (
        '<ul class="sy-examples">'
        '<li><button type="button" class="sy-example" data-example="0">甲？</button></li>'
        '<li><button type="button" class="sy-example" data-example="1">乙？</button></li></ul>'
    ) in view.now
    assert view.past == ""


def test_english_labels_by_language():
    view = Desk(ScriptedEngine(), ()).view((), "en")
    assert "1,284 articles, 2024-01-03 to 2025-07-16" in view.header
    assert "<h2>Evidence</h2>" in view.panel
    assert labels("de") is ZH


def _fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_both_languages_fill_the_same_fields():
    for field in dataclasses.fields(ZH):
        chinese, english = getattr(ZH, field.name), getattr(EN, field.name)
        if isinstance(chinese, dict):
            assert chinese.keys() == english.keys(), field.name
            assert [bool(word) for word in chinese.values()] == [
                bool(word) for word in english.values()
            ], field.name
        else:
            assert _fields(chinese) == _fields(english), field.name
            assert chinese, field.name
            assert english, field.name


def test_coverage_without_dates_does_not_invent_them():
    assert covers(Coverage(3, None, None, None, 2, ("甲报",)), ZH) == (
        "3 篇报道 · 甲报 · 上次入库有 2 处未能读入"
    )


@pytest.mark.parametrize(
    ("text", "doubted", "flagged"),
    [
        ("2015年增长15%", "15%", ["15%"]),
        ("2015年有15个", "15", ["15"]),
        ("1.5和15.3和15,000", "15", []),
        ("上半年比半年好", "半年", ["半年", "半年"]),  # no word boundary in Chinese: flag, not miss
    ],
)
def test_a_doubted_figure_is_flagged_where_it_stands_alone(text, doubted, flagged):
    said = answer(
        "q", Status.ANSWERED, text, checks=(Check(CheckKind.FIGURE, doubted, supported=False),)
    )
    shown = render_exchange(done("q", said), ZH, model="m")
    assert shown.count('<span class="sy-doubt">') == len(flagged)


def test_a_marker_without_a_citation_is_plain_text():
    said = answer("q", Status.ANSWERED, "甲[1]乙[7]", citations=(citation(1, FOUND[0]),))
    shown = render_exchange(done("q", said), ZH, model="m")
    assert shown.count("<button") == 2  # [1] and 查看证据
    assert "乙[7]" in shown


def test_markers_open_nothing_while_the_answer_is_being_written():
    shown = render_exchange(Exchange(1, "q", Phase.ANSWERING, text="甲[1]乙"), ZH, model="m")
    assert '甲<span class="sy-ref"><span class="sy-marker">1</span></span>乙' in shown
    assert "<button" not in shown


# --- the article -----------------------------------------------------------------------------


def test_an_article_is_printed_whole_with_the_cited_sentence_marked():
    body = "导语一句。\n小标题\n增长8%。又增长9%。"
    start = body.index("又")
    article = Article(
        id="a",
        title="主题",
        kicker="肩题",
        deck="副题",
        body=body,
        source="海州日报",
        section="A02",
        byline="□本报记者 某某",
        published=date(2025, 7, 16),
        date_known=DateKnown.INFERRED,
        title_derived=True,
        headings=(Span(6, 9),),
    )
    passages = [
        Passage(start, start + 6),
        Passage(body.index("增"), start, chosen=False),
    ]
    assert render_article(article, passages, ZH) == (
        '<section class="sy-article" aria-label="主题">'
        '<div class="sy-bar"><button type="button" class="sy-close" data-close>'
        '<span aria-hidden="true">←</span> 返回证据</button>'
        '<span aria-hidden="true">主题</span></div>'
        '<header><p class="sy-kicker">肩题</p><h2 tabindex="-1">主题</h2>'
        '<p class="sy-deck">副题</p>'
        '<p class="sy-meta"><span>海州日报</span><span class="sy-dot"> · </span><span>A02</span>'
        '<span class="sy-dot"> · </span><time datetime="2025-07-16">2025-07-16</time>'
        '<span class="sy-known" data-known="inferred" title="日期由文中提到的时间推断，可能有误">'
        '推断</span><span class="sy-tag">据正文拟题</span></p>'
        '<p class="sy-byline"><span>□本报记者 某某</span></p>'
        '<p class="sy-where">所引句子在第 3 段，全文 3 段</p></header>'
        '<div class="sy-body"><p>导语一句。</p><h3>小标题</h3>'
        '<p><mark>增长8%。</mark><mark class="sy-chosen" title="所引句子">又增长9%。</mark></p>'
        "</div></section>"
    )


def test_a_passage_over_two_paragraphs_is_marked_in_both():
    article = Article(id="a", title="t", body="甲乙\n丙丁")
    shown = render_article(article, [Passage(1, 4)], ZH)
    mark = '<mark class="sy-chosen" title="所引句子">'
    assert f"<p>甲{mark}乙</mark></p><p>{mark}丙</mark>丁</p>" in shown


def test_a_click_opens_what_this_conversation_was_shown():
    desk = Desk(ScriptedEngine(), ())
    talk = asked(desk, QUESTION)
    shown = desk.open("c:1:1", talk, "zh").article
    assert f'<mark class="sy-chosen" title="所引句子">{LOAN_SENTENCE}</mark>' in shown
    assert f"<mark>{FOUND[1].text}</mark>" in shown  # the answer's other citation, faintly
    assert "<mark" not in desk.open("n:2:1", asked(desk, "济州？", talk), "zh").article
    assert desk.open("s:1:0", talk, "zh") == Opened(panel=desk.panel(talk[:1], "zh"))


@pytest.mark.parametrize(
    "reference",
    ["c:2:1", "c:1:9", "e:1:0", "n:1:1", "x:1:1", "c:1", "../../etc/passwd", None, 7, ["c:1:1"]],
)
def test_a_reference_that_was_not_shown_opens_nothing(reference):
    desk = Desk(ScriptedEngine(), ())
    assert desk.open(reference, asked(desk, QUESTION), "zh") == Opened()
    assert desk.open("c:1:1", (), "zh") == Opened()


def test_an_article_that_has_been_taken_down_says_so():
    desk = Desk(ScriptedEngine(), ())
    gone = done("q", answer("q", Status.ANSWERED, "", citations=(_of_version(9),)))
    shown = desk.open("c:1:1", (gone,), "zh").article
    assert "这篇报道的这一版已不在资料库中，可能已更正或撤下。" in shown


def _of_version(version):
    return replace(citation(1, FOUND[0]), version=version)


class DamagedArchive(ScriptedArchive):
    """Raises on every read."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def article(self, article_id, version=None):
        raise self.error

    def coverage(self):
        raise self.error


def test_a_damaged_archive_is_one_line_everywhere():
    engine = ScriptedEngine(archive=DamagedArchive(ArchiveDamaged("Run: suyuan rebuild")))
    desk = Desk(engine, ())
    assert "<span>Run: suyuan rebuild</span>" in desk.view((), "zh").now
    talk = (done(QUESTION, loan_answer(QUESTION)),)
    assert ">Run: suyuan rebuild</p>" in desk.open("c:1:1", talk, "zh").article


def test_an_unexpected_error_is_a_reference_here_and_a_traceback_in_the_log(caplog):
    desk = Desk(ScriptedEngine(archive=DamagedArchive(OSError("disk on fire"))), ())
    shown = desk.open("c:1:1", (done(QUESTION, loan_answer(QUESTION)),), "zh").article
    (record,) = caplog.records
    reference = record.getMessage().split()[1]
    assert reference in shown
    assert "disk on fire" not in shown
    assert record.exc_info[1].args == ("disk on fire",)
