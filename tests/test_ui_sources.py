"""The source cards: when, where, how old, and what was put right later."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk.exchange import Exchange, Phase
from desk.sources import render_panel
from desk.text import ZH
from index.corrections import Correction
from rag.types import Status
from tests.scripted_engine import FOUND, LOAN_SENTENCE, answer, citation, done

QUESTION = "海州上半年贷款余额是多少？"


def test_an_evidence_card_says_where_when_and_how_the_date_is_known():
    exchange = Exchange(4, QUESTION, Phase.ANSWERING, evidence=FOUND[:1])
    years = (date.today() - date(2025, 7, 16)).days // 365
    assert render_panel(exchange, ZH) == (
        '<div class="sy-panel"><h2>证据<span>1 句</span></h2><ol class="sy-cards">'
        '<li class="sy-card" data-ref="e:4:1"><span class="sy-number">1</span>'
        f"<blockquote><mark>{LOAN_SENTENCE}</mark></blockquote>"
        '<p class="sy-head"><button type="button" class="sy-open" data-ref="e:4:1">'
        "上半年海州贷款余额突破两万亿元</button></p>"
        '<p class="sy-meta"><span>海州日报</span><span class="sy-dot"> · </span>'
        '<span>A02 要闻</span><span class="sy-dot"> · </span>'
        '<time datetime="2025-07-16">2025-07-16</time>'
        '<span class="sy-known" data-known="stated" title="日期由版面或元数据载明">载明</span>'
        f'<span class="sy-age">{years} 年前</span>'
        '<span class="sy-byline">本报记者 林一舟 通讯员 周可</span>'
        '<a class="sy-out" href="https://news.example.com/2025/07/16/a02.html" target="_blank" '
        'rel="noopener noreferrer">原文链接 ↗</a></p></li></ol></div>'
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "今天"), (1, "1 天前"), (29, "29 天前"), (30, "1 个月前"), (364, "12 个月前"),
     (365, "1 年前"), (800, "2 年前")],
)  # fmt: skip
def test_a_card_says_how_old_its_article_is(days, said):
    found = replace(FOUND[0], published=date.today() - timedelta(days=days))
    panel = render_panel(Exchange(1, "q", Phase.ANSWERING, evidence=(found,)), ZH)
    assert f'<span class="sy-age">{said}</span>' in panel


def test_no_age_is_invented_without_a_day_or_for_a_day_to_come():
    for published in (None, date.today() + timedelta(days=2)):
        found = replace(FOUND[0], published=published)
        assert "sy-age" not in render_panel(
            Exchange(1, "q", Phase.ANSWERING, evidence=(found,)), ZH
        )


def test_a_correction_printed_later_stands_on_the_card():
    wrong = Correction("c", "海州日报", date(2025, 7, 18), "x", 0, 1, "", None, "", "甲", "乙")
    cited = replace(citation(1, FOUND[0]), correction=wrong)
    said = answer("q", Status.ANSWERED, "x[1]", citations=(cited,), evidence=())
    assert ('<p class="sy-corrected">更正：“甲”应为“乙” (海州日报 2025-07-18)</p>') in render_panel(
        done("q", said), ZH
    )
