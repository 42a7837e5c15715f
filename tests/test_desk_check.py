"""The Check tab: following a check, what it shows, uploads and exports."""

import base64
import dataclasses
import json
import re
import threading
import time
from dataclasses import replace
from datetime import date

import pytest

from desk.api_line import Line
from desk.check_events import CheckDesk
from desk.check_render import render_checking, render_claims
from desk.check_run import Checking, CheckPhase, Draft, follow_check
from desk.check_text import EN, ZH
from desk.check_upload import MAX_FILE, TooBig, WrongKind, plain_name, upload_text
from desk.text import ZH as SHARED
from index.corrections import Correction
from index.errors import BadInput
from rag.draft_types import Claim, ClaimKind, DraftReport, Finding, Verdict
from tests.scripted_engine import COVERAGE, FOUND, LOAN_SENTENCE, ScriptedArchive, citation

TEXT = "海州贷款余额23140亿元，<b>同比</b>增长8.6%。市民说很好。"
LOAN = citation(1, FOUND[0])


def finding(text, verdict, kind=ClaimKind.FIGURE, **more):
    start = TEXT.index(text)
    claim = Claim(kind, text, start, start + len(text), 0, TEXT.index("。") + 1)
    return Finding(claim, verdict, **more)


FINDINGS = (
    finding(
        "23140亿元",
        Verdict.CONTRADICTED,
        evidence=(LOAN,),
        difference="稿件 23140亿元，库中 20314亿元",
    ),
    finding("8.6%", Verdict.SUPPORTED, evidence=(LOAN, citation(2, FOUND[1]))),
    finding("市民说很好。", Verdict.NOT_FOUND, ClaimKind.STATEMENT, note="未核"),
)


def report(text=TEXT, findings=FINDINGS, **changes):
    fields = {
        "text": text,
        "published": None,
        "anchor": date(2025, 7, 16),
        "findings": findings,
        "left_out": 0,
        "coverage": COVERAGE,
        "timings": {"total": 1.26},
        "model": "",
        "index_version": "fake@1",
    }
    return DraftReport(**{**fields, **changes})


DONE = Checking(Draft(TEXT, name="稿.txt"), 3, 3, CheckPhase.DONE, report())


class Checker:
    """Takes its claims one by one, ``pause`` seconds each."""

    def __init__(self, pause=0.0, error=None):
        self.pause, self.error = pause, error
        self.looked_up = 0
        self.asked = None

    def check(self, text, *, published, ask_model, on_done):
        self.asked = (published, ask_model)
        if self.error:
            raise self.error
        for _ in range(2):  # the two figures; no model, so the statement costs nothing
            time.sleep(self.pause)
            self.looked_up += 1
            on_done()
        return report(text)


def follow(checker, stop=None, text=TEXT):
    return follow_check(checker, Draft(text), stop=stop or threading.Event())


# --- following a check -----------------------------------------------------------------------


def test_a_check_tells_how_many_claims_there_are_and_how_far_it_is():
    seen = list(follow(Checker(pause=0.15)))
    assert [(each.done, each.phase) for each in seen] == [
        (0, CheckPhase.RUNNING),
        (1, CheckPhase.RUNNING),
        (3, CheckPhase.DONE),  # the second claim and the end come in together
    ]
    assert {each.total for each in seen} == {3}
    assert seen[-1].report == report()


def test_stop_ends_the_check_before_the_next_claim():
    checker, stop = Checker(pause=0.3), threading.Event()
    following = follow(checker, stop)
    next(following)
    stop.set()
    assert list(following)[-1].phase is CheckPhase.STOPPED
    time.sleep(0.5)
    assert checker.looked_up <= 1


class AskingChecker(Checker):
    """Asks an LLM behind ``line`` about its only claim."""

    def __init__(self, line):
        super().__init__()
        self.line = line

    def check(self, text, *, published, ask_model, on_done):
        with self.line.turn():
            self.looked_up += 1
        on_done()
        return report(text)


def _stop_after(seconds):
    """A stop flag that sets itself: a place that is never told must fail the test, not hang it."""
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.daemon = True
    timer.start()
    return stop


def test_a_check_that_waits_for_the_llm_tells_its_place_and_leaves_the_line_with_stop():
    line, stop = Line(1), _stop_after(5)
    checker = AskingChecker(line)
    seen = []
    with line.turn():  # somebody else's answer
        for each in follow(checker, stop):
            seen.append(each)
            if each.place:
                stop.set()
        time.sleep(0.5)
        assert not line._waiting
    assert [(each.place, each.phase) for each in seen[-2:]] == [
        (1, CheckPhase.RUNNING),
        (1, CheckPhase.STOPPED),
    ]
    assert "语言模型正忙，排在第 1 位" in render_checking(seen[-2], ZH, SHARED)
    assert checker.looked_up == 0


def test_leaving_the_page_ends_the_check():
    checker = Checker(pause=0.2)
    following = follow(checker)
    next(following)
    next(following)
    following.close()
    time.sleep(0.5)
    assert checker.looked_up <= 2


def test_a_user_error_is_shown_as_it_is():
    last = list(follow(Checker(error=BadInput("The disk is full: free some."))))[-1]
    assert last.phase is CheckPhase.FAILED
    assert "<span>The disk is full: free some.</span>" in render_checking(last, ZH, SHARED)


def test_a_sentence_that_is_a_table_fails_before_anything_is_looked_up():
    checker = Checker()
    last = list(follow(checker, text="表格" * 1500))[-1]
    assert "3000 characters" in last.error
    assert checker.asked is None


def test_a_bug_is_a_reference_here_and_a_traceback_in_the_log(caplog):
    last = list(follow(Checker(error=ZeroDivisionError("secret"))))[-1]
    (record,) = caplog.records
    assert last.reference in record.getMessage()
    shown = render_checking(last, ZH, SHARED)
    assert last.reference in shown
    assert "secret" not in shown


# --- what is shown ---------------------------------------------------------------------------


def test_claims_are_marked_in_the_drafts_own_text_by_word_sign_and_colour():
    shown = render_checking(DONE, ZH, SHARED)
    assert (
        '<a class="sy-claim-mark" href="#sy-claim-1" data-claim="1" data-kind="figure" '
        'data-verdict="contradicted" title="不符 稿件 23140亿元，库中 20314亿元">23140亿元'
        '<sup aria-hidden="true">✗</sup><span class="sy-hidden">不符</span></a>'
        "，&lt;b&gt;同比&lt;/b&gt;增长<a "
    ) in shown
    text = re.search(r'sy-draft-text">(.*?)</div>', shown)[1]
    text = re.sub(r'<sup.*?</sup>|<span class="sy-hidden">.*?</span>', "", text)
    assert re.sub("<[^>]*>", "", text) == TEXT.replace("<", "&lt;").replace(">", "&gt;")


def test_each_verdict_is_counted_and_one_without_claims_cannot_be_chosen():
    shown = render_checking(DONE, ZH, SHARED)
    counted = re.findall(r'data-only="(\w*)" aria-pressed="\w+"( disabled)?>.*?<b>(\d+)', shown)
    assert counted == [
        ("", "", "3"),
        ("contradicted", "", "1"),
        ("partly", " disabled", "0"),
        ("not_found", "", "1"),
        ("supported", "", "1"),
    ]


def test_of_two_claims_that_overlap_the_first_is_marked_and_both_are_listed():
    both = (finding("23140亿元", Verdict.PARTLY), finding("140亿元", Verdict.NOT_FOUND))
    done = replace(DONE, report=report(findings=both))
    assert render_checking(done, ZH, SHARED).count("sy-claim-mark") == 1
    assert render_claims(done, ZH, SHARED).count('<li class="sy-claim"') == 2


def test_a_claim_shows_the_difference_and_a_sentence_that_opens_its_article():
    shown = render_claims(DONE, ZH, SHARED)
    assert '<p class="sy-difference">稿件 23140亿元，库中 20314亿元</p>' in shown
    assert f'<li data-ref="k:1:1"><blockquote>{LOAN_SENTENCE}</blockquote>' in shown
    # a supported claim shows one sentence, the other is folded
    assert '<summary>另有 1 句</summary><ul class="sy-claim-sources"><li data-ref="k:2:2">' in shown


def test_a_later_correction_stands_with_the_sentence():
    wrong = Correction(
        article_id="c", source="海州日报", published=None, text="", start=0, end=0, title="",
        issue=None, section="", wrong="<i>8.6%</i>", right="6.8%",
    )  # fmt: skip
    mended = replace(LOAN, correction=wrong)
    done = replace(DONE, report=report(findings=(replace(FINDINGS[0], evidence=(mended,)),)))
    assert "更正：“&lt;i&gt;8.6%&lt;/i&gt;”应为“6.8%”" in render_claims(done, ZH, SHARED)


def test_a_draft_without_anything_to_compare_says_what_to_do():
    only = replace(DONE, report=report(findings=FINDINGS[2:]))
    assert "<b>稿件里没有可以对照的内容</b>" in render_checking(only, ZH, SHARED)
    judged = replace(DONE, report=report(findings=FINDINGS[2:], model="m"))
    assert "没有可以对照的内容" not in render_checking(judged, ZH, SHARED)


def test_what_was_assumed_left_out_or_failed_is_said():
    told = report(left_out=40, notes=("The LLM does not answer.",))
    shown = render_checking(replace(DONE, report=told), ZH, SHARED)
    assert "没有给稿件日期，“上半年”等按 2025-07-16 推算" in shown
    assert "另有 40 处没有核：一次最多核对 500 处" in shown
    assert "<b>The LLM does not answer.</b>" in shown
    dated = replace(DONE, report=report(published=date(2020, 7, 25)))
    assert "稿件日期 2020-07-25" in render_checking(dated, ZH, SHARED)


# --- the tab ---------------------------------------------------------------------------------

DESK = CheckDesk(ScriptedArchive(), Checker())


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        (" \n", "", "还没有稿件：请粘贴文字，或上传文件。"),
        ("字" * 200_001, "", "稿件最长 200,000 字，现在是 200,001 字：请分成几份核对。"),
        (TEXT, "7月25日", "稿件日期“7月25日”不是日期：请写成 2020-07-25 的样子，或留空。"),
    ],
)
def test_a_draft_that_cannot_be_checked_says_what_to_do(text, day, said):
    assert DESK.draft(text, day, ask_model=False, name="", lang="zh") == said


def test_an_engine_that_cannot_check_says_where_one_can():
    said = CheckDesk(ScriptedArchive(), None).draft(TEXT, "", ask_model=False, name="", lang="zh")
    assert "suyuan check 稿件.txt" in said


def test_the_day_and_the_wish_for_the_model_reach_the_check():
    checker = Checker()
    draft = DESK.draft(TEXT, " 2020-07-25 ", ask_model=True, name="", lang="zh")
    list(CheckDesk(ScriptedArchive(), checker).check(draft, threading.Event()))
    assert checker.asked == (date(2020, 7, 25), True)


def test_an_evidence_sentence_opens_its_article_and_nothing_else_does():
    shown = DESK.open("k:1:1", DONE, "zh")
    assert f'<mark class="sy-chosen" title="所引句子">{LOAN_SENTENCE}</mark>' in shown
    assert "返回核对结果" in shown
    for reference in ("k:1:2", "k:0:1", "k:4:1", "k:3:1", "c:1:1", None, 7, "k:1:1:1"):
        assert DESK.open(reference, DONE, "zh") == ""
    assert DESK.open("k:1:1", None, "zh") == ""


def test_the_report_is_saved_as_html_and_json_under_the_drafts_name():
    html, data = DESK.export("html", DONE, "zh"), DESK.export("json", DONE, "zh")
    assert (html.name, html.kind) == ("稿-核稿.html", "text/html")
    assert "&lt;b&gt;同比&lt;/b&gt;" in html.text
    assert data.name == "稿-核稿.json"
    assert json.loads(data.text)["counts"]["contradicted"] == 1
    assert DESK.export("exe", DONE, "zh") is None
    assert DESK.export("html", None, "zh") is None


# --- uploads ---------------------------------------------------------------------------------


def sent(data):
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_an_uploaded_text_is_read_whatever_its_encoding(encoding):
    assert upload_text("稿.txt", sent(TEXT.encode(encoding))) == ("稿.txt", TEXT)


def test_a_web_page_is_read_without_its_markup():
    page = f"<html><body><article><h1>标题标题</h1><p>{'海州贷款余额二万亿元。' * 20}</p></article>"
    name, text = upload_text("稿.html", sent(page.encode()))
    assert name == "稿.html"
    assert "海州贷款余额二万亿元。" in text
    assert "<p>" not in text


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("稿.docx", sent(b"x"), WrongKind),
        ("稿", sent(b"x"), WrongKind),
        ("稿.txt", None, TooBig),
        ("稿.txt", "A" * (MAX_FILE * 4 // 3 + 8), TooBig),
        ("稿.txt", "not base64!", BadInput),
        ("稿.txt", sent(b"\x00\x01\x02" * 99), BadInput),
        ("稿.txt", sent("字".encode() * 200_001), BadInput),
        ("稿.pdf", sent(b"%PDF-1.4 broken"), BadInput),
        (7, sent(b"x"), BadInput),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(name, data, error):
    with pytest.raises(error):
        upload_text(name, data)


def test_a_refusal_names_the_file_as_the_reader_knows_it_and_no_path():
    said = DESK.upload("C:\\稿件\\坏.pdf", sent(b"%PDF-1.4 broken"), "zh").refusal
    assert said.startswith("“坏.pdf”不能核对：请直接粘贴文字，或换一个文件。")
    assert "/tmp" not in said
    assert "draft.pdf" not in said
    assert DESK.upload("稿.exe", sent(b"x"), "zh").refusal.startswith("“稿.exe”这种文件读不了")
    assert "超过 2 MB" in DESK.upload("稿.txt", None, "zh").refusal


@pytest.mark.parametrize(
    ("name", "plain"),
    [("../../etc/a.txt", "a.txt"), ("a\x00\n.md", "a.md"), ("", "draft"), ("字" * 300, "字" * 100)],
)
def test_a_files_name_has_no_folder_and_a_bound(name, plain):
    assert plain_name(name) == plain


def test_both_languages_fill_the_same_fields():
    for field in dataclasses.fields(ZH):
        chinese, english = getattr(ZH, field.name), getattr(EN, field.name)
        if isinstance(chinese, dict):
            assert chinese.keys() == english.keys(), field.name
        else:
            names = [set(re.findall(r"{(\w+)}", text)) for text in (chinese, english)]
            assert names[0] == names[1], field.name
