"""The quote of a card in its context: from the article's text, bounded, and never in its way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.context import NO_CONTEXT, Context, Surroundings, context_of
from desk.events import Desk
from desk.exchange import Exchange, Phase
from desk.sources import render_panel
from desk.text import EN, ZH
from index.errors import ArchiveDamaged
from index.types import Article, Span
from rag.types import Headline
from tests.scripted_engine import (
    FOUND,
    HOSTILE,
    LOAN_NEXT,
    LOAN_SENTENCE,
    LOANS,
    ScriptedArchive,
    ScriptedEngine,
    asked,
    citation,
)


def article(body, **fields):
    return Article(id="a", title="", body=body, **fields)


def around(body, quote, **fields):
    start = body.index(quote)
    return context_of(article(body, **fields), Span(start, start + len(quote)))


def test_the_sentence_before_and_the_one_after_also_across_a_paragraph():
    body = "一桥通车。二桥合龙。三桥开工。\n四桥招标。五桥立项。"
    assert around(body, "二桥合龙。") == Context("一桥通车。", "三桥开工。")
    assert around(body, "三桥开工。") == Context("二桥合龙。", "四桥招标。")
    assert around(body, "一桥通车。") == Context("", "二桥合龙。")
    assert around(body, "五桥立项。") == Context("四桥招标。", "")


def test_a_heading_is_no_context():
    body = "一桥通车。\n桥梁建设提速\n二桥合龙。"
    heading = Span(6, 12)
    assert body[6:12] == "桥梁建设提速"
    assert around(body, "二桥合龙。") == Context("桥梁建设提速", "")
    assert around(body, "二桥合龙。", headings=(heading,)) == Context("一桥通车。", "")


def test_a_long_sentence_is_cut_at_the_end_that_is_far_from_the_quote():
    before, after = "前" * 300 + "。", "后" * 300 + "。"
    context = around(before + "桥通车。" + after, "桥通车。")
    assert context == Context("…" + "前" * 78 + "。", "后" * 79 + "…")


@given(
    st.text(alphabet="桥车。！\n 》”a.1", max_size=1200), st.integers(0, 1200), st.integers(1, 60)
)
def test_the_context_is_the_article_s_own_text_next_to_the_quote(body, start, length):
    start = min(start, len(body))
    end = min(len(body), start + length)
    context = context_of(article(body), Span(start, end))
    assert len(context.before) <= 80
    assert len(context.after) <= 80
    assert context.before.removeprefix("…") in body[:start]
    assert context.after.removesuffix("…") in body[end:]


@pytest.mark.parametrize(
    "found",
    [
        replace(FOUND[0], article_id="gone"),
        replace(FOUND[0], version=7),
        replace(FOUND[0], start=FOUND[0].start + 1),  # not the text that is there
    ],
)
def test_no_context_where_the_quote_cannot_be_found_at_its_place(found):
    assert Surroundings(ScriptedArchive()).of(found) == NO_CONTEXT


def test_an_archive_that_cannot_be_read_costs_the_context_and_not_the_card(caplog):
    class Broken(ScriptedArchive):
        def article(self, article_id, version=None):
            raise ArchiveDamaged("damaged")

    panel = render_panel(
        Exchange(1, "q", Phase.ANSWERING, evidence=FOUND[:2]), ZH, Surroundings(Broken()).of
    )
    assert panel.count("<mark>") == 2
    assert "sy-around" not in panel
    assert len(caplog.records) == 1  # one article, looked up once


def test_cards_show_the_context_beside_the_marked_quote():
    desk = Desk(ScriptedEngine(), ())
    panel = desk.panel(asked(desk, "海州上半年贷款余额是多少？"), "zh")
    assert (
        f"<mark>{LOAN_SENTENCE}</mark>"
        f'<span class="sy-around">{LOAN_NEXT}</span></blockquote>' in panel
    )
    assert f'<span class="sy-around">{LOAN_SENTENCE}</span><mark>{LOAN_NEXT}</mark>' in panel


def test_a_sentence_that_is_shown_as_the_lead_is_not_shown_twice():
    leaning = replace(citation(2, FOUND[1]), lead=LOAN_SENTENCE, lead_start=FOUND[0].start)
    assert Surroundings(ScriptedArchive()).of(leaning).before == ""


def test_the_context_is_escaped_like_the_quote():
    desk = Desk(ScriptedEngine(), ())
    panel = desk.panel(asked(desk, "吞吐量"), "zh")
    assert "<script" in HOSTILE.body
    assert '<span class="sy-around">&lt;script&gt;window.pwned=2' in panel
    assert "<script" not in panel


def copied(*papers):
    copies = tuple(Headline(paper, "同题", paper, None) for paper in papers)
    found = replace(FOUND[0], copies=copies)
    return Exchange(1, "q", Phase.ANSWERING, evidence=(found,))


@pytest.mark.parametrize(
    ("papers", "zh", "en"),
    [
        # two articles of one other paper are one paper; the card's own paper is none
        (("湾区经济", "湾区经济", "港城周刊", LOANS.source), "同文另见 2 家", "papers: 2"),
        ((LOANS.source, LOANS.source), "同文另见 2 篇", "again: 2"),
    ],
)
def test_copies_are_counted_by_paper(papers, zh, en):
    assert f"<summary>{zh}</summary>" in render_panel(copied(*papers), ZH)
    assert f"{en}</summary>" in render_panel(copied(*papers), EN)


def test_the_article_says_in_which_paragraph_the_cited_sentence_stands():
    desk = Desk(ScriptedEngine(), ())
    talk = asked(desk, "海州上半年贷款余额是多少？")
    paragraphs = [line for line in LOANS.body.split("\n") if line.strip()]
    number = next(at for at, line in enumerate(paragraphs, 1) if LOAN_SENTENCE in line)
    said = f'<p class="sy-where">所引句子在第 {number} 段，全文 {len(paragraphs)} 段</p>'
    assert said in desk.open("c:1:1", talk, "zh").article
    assert "sy-where" not in desk.open("n:1:1", asked(desk, "济州"), "zh").article
