"""Hostile text in every string that comes from outside: it is shown, and is never markup."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.archive_render import render_list, render_more
from desk.archive_shelf import Choice, Shelf
from desk.archive_text import ZH as ARCHIVE
from desk.article import Passage, render_article
from desk.check_render import render_checking, render_claims
from desk.check_run import Checking, CheckPhase, Draft
from desk.check_text import ZH as CHECK
from desk.events import Desk
from desk.exchange import Exchange, Phase
from desk.history import Listed
from desk.html import download, safe_url
from desk.render import (
    render_alert,
    render_exchange,
    render_welcome,
)
from desk.sources import render_panel
from desk.talk_render import render_chips, render_tools
from desk.talk_sheets import render_feedback, render_history, render_narrow
from desk.text import ZH
from index.types import Article, DateKnown
from rag.draft_types import Claim, ClaimKind, DraftReport, Finding, Verdict
from rag.types import Check, CheckKind, Filters, Query, Status
from tests.scripted_engine import (
    COVERAGE,
    FOUND,
    HOSTILE,
    ScriptedEngine,
    answer,
    asked,
    citation,
    done,
    evidence,
)

_OWN_TAGS = re.compile(
    "a|article|aside|b|blockquote|button|datalist|dd|details|div|dl|dt|fieldset|footer|form|h[1-3]"
    "|header|i|input|label|legend|li|mark|nav|ol|option|p|pre|section|small|span|summary|sup"
    "|textarea|time|ul"
)
_OWN_ATTRIBUTES = re.compile(
    "aria-(current|hidden|label|modal|pressed)|autocomplete|class|data-(act|article|claim|close"
    "|copied|copy|do|drop|example|failed|field|file|first|form|from|kind|known|lang|mark|nonce"
    "|number|of|only|page|phase|ref|set|sheet|text|to|value|verdict)|datetime|disabled|hidden|href"
    "|id|lang|list|maxlength|name|placeholder|rel|role|rows|start|tabindex|target|title|type|value"
)


class _Strict(HTMLParser):
    """Collects text; refuses any tag, attribute or link that is not the page's own."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_starttag(self, tag, attrs):
        assert _OWN_TAGS.fullmatch(tag), tag
        for name, value in attrs:
            assert _OWN_ATTRIBUTES.fullmatch(name), name
            if name == "href":
                assert value.startswith(("http://", "https://", "#sy-")) or value == "#", value
            if name in ("data-ref", "data-claim", "data-page"):
                assert value.replace(":", "").lstrip("-censk").isdigit(), value

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def text_of(html):
    """The text a browser would show; fails on markup that is not the page's own."""
    parser = _Strict()
    parser.feed(html)
    parser.close()
    return parser.text


def everything(hostile):
    """Every part of the page, with ``hostile`` in every string that comes from outside."""
    article = Article(
        id="h",
        title=hostile,
        body=f"{hostile}\n{hostile}",
        kicker=hostile,
        deck=hostile,
        source=hostile,
        section=hostile,
        byline=hostile,
        published=date(2025, 1, 1),
        date_known=DateKnown.INFERRED,
        title_derived=True,
        url=hostile,
    )
    found = evidence(1, article, hostile) if hostile else FOUND[0]
    said = answer(
        hostile,
        Status.PARTLY,
        f"{hostile}[1]{hostile}",
        query=Query(hostile, f"{hostile}?", hostile),
        citations=(citation(1, found),),
        evidence=(found,),
        checks=(Check(CheckKind.NAME, hostile, supported=False, note=hostile),),
        notes=(hostile,),
        model=hostile,
        coverage=replace(COVERAGE, sources=(hostile,)),
    )
    finished = done(hostile, said)
    return [
        render_welcome(ZH, COVERAGE, (hostile,), model=""),
        render_welcome(ZH, COVERAGE, (), model="", error=hostile),
        render_exchange(finished, ZH, model="m"),
        render_exchange(done(hostile, replace(said, status=Status.NOT_FOUND)), ZH, model="m"),
        render_exchange(Exchange(1, hostile, Phase.ANSWERING, text=hostile), ZH, model="m"),
        render_exchange(Exchange(1, hostile, Phase.FAILED, error=hostile), ZH, model="m"),
        render_panel(finished, ZH),
        render_panel(Exchange(1, hostile, Phase.ANSWERING, evidence=(found,)), ZH),
        render_article(article, [Passage(found.start, found.end)], ZH),
        render_alert(hostile),
        *what_is_done_with(replace(finished, filters=_hostile_filters(hostile)), hostile),
        *the_check_tab(article, hostile),
        *the_archive_tab(article, hostile),
    ]


def _hostile_filters(hostile):
    return Filters(sources=(hostile,), sections=(hostile,), reporters=(hostile, hostile))


def what_is_done_with(exchange, hostile):
    """Chips, tools, sheets and the file of a saved pack."""
    listed = [Listed(hostile, hostile, datetime(2026, 1, 1, tzinfo=UTC), 1)]
    offered = {"sources": (hostile,), "sections": (hostile,), "reporters": (hostile,)}
    given = {"question": hostile, "since": hostile, "sources": hostile, "right": hostile}
    return [
        render_chips(exchange, "zh", editable=True),
        render_chips(exchange, "zh", editable=False),
        render_tools(exchange, "zh", last=True, rated=True),
        render_narrow(exchange, "zh", field="question", offered=offered),
        render_narrow(exchange, "zh", field="x", offered={}, given=given, error=hostile),
        render_feedback(exchange, "zh", error=hostile, given=hostile),
        render_history(listed, "zh", text=hostile, current=hostile, said=hostile),
        download(hostile, hostile, hostile, nonce="1"),
    ]


def the_check_tab(article, hostile):
    """A checked draft that is ``hostile``, with evidence that is."""
    text = hostile or "甲"
    source = citation(1, evidence(1, article, hostile) if hostile else FOUND[0])
    claim = Claim(ClaimKind.QUOTE, text, 0, len(text), 0, len(text))
    found = Finding(claim, Verdict.PARTLY, (source, source), hostile, hostile)
    report = DraftReport(
        text, None, date(2025, 1, 1), (found,), 1, COVERAGE, {}, hostile, "v", (hostile,)
    )
    done = Checking(Draft(text, name=hostile), 1, 1, CheckPhase.DONE, report)
    failed = Checking(Draft(text), phase=CheckPhase.FAILED, error=hostile)
    return [
        render_checking(done, CHECK, ZH),
        render_claims(done, CHECK, ZH),
        render_checking(failed, CHECK, ZH),
    ]


def the_archive_tab(article, hostile):
    """A list, its filters and an article, with ``hostile`` in all that the papers say."""
    same = [replace(article, id=f"{hostile}{n}", origin=f"/p/{hostile}") for n in (1, 2)]
    shelf = Shelf.of([replace(each, reporters=(hostile,)) for each in same])
    choice = Choice(source=hostile, section=hostile, reporter=hostile)
    card = shelf.cards[0]
    return [
        render_list(
            shelf.cards,
            total=len(shelf.cards),
            page=0,
            text=hostile,
            choice=choice,
            words=ARCHIVE,
            labels=ZH,
        ),
        render_more(same[0], 1, [card, shelf.cards[1]], ARCHIVE),
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "' onmouseover='alert(1)",
        "</button><script>alert(1)</script>",
        "javascript:alert(1)",
        "<!-- -->",
        "&lt;script&gt;",
        "[1](javascript:alert(1))",
    ],
)
def test_hostile_text_comes_out_as_the_text_it_is(hostile):
    for html in everything(hostile):
        # [1] is a marker wherever it stands in an answer: shown as a bare 1
        assert hostile.replace("[1]", "1") in text_of(html).replace("[1]", "1")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&\"'/=[]1x:!-甲。\n {}$`"), max_size=30))
def test_no_text_whatever_becomes_markup(text):
    for html in everything(text):
        text_of(html)


def test_a_hostile_article_opens_as_text():
    desk = Desk(ScriptedEngine(), ())
    talk = asked(desk, "吞吐量？")
    shown = desk.open("c:1:1", talk, "zh").article
    assert HOSTILE.title in text_of(shown)
    assert HOSTILE.body in text_of(shown)
    assert "href" not in shown  # javascript:window.pwned=5 is no link


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.com/a?b=1", True),
        ("http://example.com", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.com", False),
        ("https:", False),
        ("http://[broken", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url, safe):
    assert safe_url(url) == (url if safe else "")
