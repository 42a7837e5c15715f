"""The Check and Archive tabs in a real Chromium, over the sample archive."""

import re

import pytest

from tests.browser import PHONE, Server, Visitor, in_view
from tests.desk_server import SLOW
from tests.scripted_engine import HOSTILE

pytestmark = pytest.mark.browser

DRAFT = "截至6月末，青岛市本外币贷款余额23140亿元。上半年，青岛市生产总值5514.86亿元。\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("desk") / "log", module="tests.desk_server")
    yield running
    assert running.stop() == (0, "")


@pytest.fixture
def visit(chromium, server):
    visitors = []

    def arrive(path="/", **context):
        visitors.append(Visitor(chromium, server.url + path, **context))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.leave()


def checked(me, draft=DRAFT, day="2020-07-25"):
    """Paste, press, and wait for the result."""
    me.page.fill("#sy-draft textarea", draft)
    me.page.fill("#sy-draft-date input", day)
    me.page.click("#sy-check-go")
    me.page.wait_for_selector(".sy-report")


def listed(me):
    me.page.wait_for_selector(".sy-list")
    return me.page.locator(".sy-list .sy-open").all_inner_texts()


def test_a_contradicted_claim_leads_to_the_sentence_in_its_article(visit):
    me = visit("/?tab=check")
    checked(me)
    mark = me.page.locator(".sy-claim-mark[data-verdict='contradicted']")
    assert mark.inner_text().startswith("23140亿元")
    mark.click()
    card = me.page.locator(".sy-claim.sy-on")
    assert card.locator(".sy-difference").inner_text() == "稿件 23140亿元，库中 20314亿元"
    assert in_view(me.page, ".sy-claim.sy-on .sy-difference")
    assert in_view(me.page, "#sy-lang")  # the page itself has not been scrolled away
    card.locator(".sy-open").first.click()
    me.page.wait_for_selector("#sy-check mark.sy-chosen")
    assert "20314亿元" in me.page.locator("#sy-check mark.sy-chosen").first.inner_text()
    assert in_view(me.page, "#sy-check mark.sy-chosen")
    me.page.keyboard.press("Escape")
    me.page.wait_for_selector(".sy-article", state="detached")


def test_a_verdict_shows_only_its_claims_and_all_shows_all_again(visit):
    me = visit("/?tab=check")
    checked(me)
    shown = me.page.locator(".sy-claim:visible")
    everything = shown.count()
    me.page.click("button[data-only='contradicted']")
    assert shown.count() == 1
    assert me.page.get_attribute("button[data-only='contradicted']", "aria-pressed") == "true"
    me.page.locator(".sy-claim-mark[data-verdict='supported']").first.click()
    assert shown.count() == everything  # a claim that was filtered away comes back


def test_a_gb18030_file_is_read_checked_and_the_report_saved(visit):
    me = visit("/?tab=check")
    file = {"name": "稿件.txt", "mimeType": "text/plain", "buffer": DRAFT.encode("gb18030")}
    me.page.set_input_files(".sy-upload input", file)
    me.page.wait_for_selector(".sy-said")
    assert me.page.input_value("#sy-draft textarea") == DRAFT
    assert me.page.inner_text(".sy-count") == f"{len(DRAFT)} / 200,000 字"
    me.page.click("#sy-check-go")
    me.page.wait_for_selector(".sy-report")
    with me.page.expect_download() as saved:
        me.page.click("[data-do='html']")
    assert saved.value.suggested_filename == "稿件-核稿.html"
    assert "20314亿元" in saved.value.path().read_text(encoding="utf-8")


def test_a_file_that_is_too_big_or_of_another_kind_is_refused_in_words(visit):
    me = visit("/?tab=check")
    for name, size, said in [("稿.exe", 9, "读不了"), ("稿.txt", 3 * 2**20, "超过 2 MB")]:
        file = {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}
        me.page.set_input_files(".sy-upload input", file)
        me.page.wait_for_selector(f".sy-alert:has-text('{said}')")
    assert me.page.input_value("#sy-draft textarea") == ""


def test_stop_ends_a_check_and_keeps_the_draft(visit):
    me = visit("/?tab=check")
    me.page.fill("#sy-draft textarea", f"{SLOW}。{DRAFT * 4}")
    me.page.click("#sy-check-go")
    me.page.wait_for_selector(".sy-checking progress[value]:not([value='0'])")
    me.page.click("[data-do='stop']")
    me.page.wait_for_selector(".sy-checking", state="detached")
    assert "已停止，没有核完" in me.page.inner_text("#sy-check-report")
    assert me.page.input_value("#sy-draft textarea").startswith(SLOW)
    checked(me)


def test_a_draft_over_the_limit_is_told_while_it_is_typed_and_not_sent(visit):
    me = visit("/?tab=check")
    me.page.fill("#sy-draft textarea", "字" * 200_001)
    assert "太长：请分成几份核对" in me.page.inner_text(".sy-too-long")
    me.page.click("#sy-check-go")
    me.page.wait_for_timeout(300)
    assert me.page.locator(".sy-checking, .sy-report").count() == 0
    me.page.fill("#sy-draft textarea", "")
    me.page.click("#sy-check-go")
    me.page.wait_for_selector(".sy-alert:has-text('还没有稿件')")


def test_the_archive_is_browsed_by_month_and_paper_and_an_article_opened(visit):
    me = visit()
    me.page.click("[data-tab='archive']")
    assert len(listed(me)) == 20
    assert "tab=archive" in me.page.url
    me.page.locator("g[data-since='2020-07-01']").click()
    me.page.wait_for_selector(".sy-chips:has-text('2020-07-01 – 2020-07-31')")
    assert me.page.input_value(".sy-finder [name='since']") == "2020-07-01"
    me.page.click("[data-set='source'][data-value='胶州湾日报']")
    me.page.wait_for_selector(".sy-chips:has-text('胶州湾日报')")
    days = me.page.locator(".sy-list time").all_inner_texts()
    assert {day[:7] for day in days} == {"2020-07"}
    title = listed(me)[0]
    me.page.locator(".sy-list .sy-open").first.click()
    me.page.wait_for_selector("#sy-archive .sy-article")
    assert me.page.inner_text("#sy-archive .sy-article h2") == title
    me.page.click("[data-drop='days']")  # the list is still there, beside the article
    me.page.wait_for_selector(".sy-chips button", state="visible")
    me.page.wait_for_selector("[data-drop='days']", state="detached")
    me.page.go_back()
    me.page.wait_for_selector(".sy-welcome", state="visible")


def test_a_search_marks_its_words_and_a_hostile_headline_is_text(visit):
    me = visit("/?tab=archive")
    listed(me)
    me.page.fill(".sy-finder [name='text']", "港口 航运")
    me.page.keyboard.press("Enter")
    me.page.wait_for_selector(".sy-chips:has-text('港口 航运')")
    opener = me.page.locator(".sy-list .sy-open", has_text="onerror")
    assert opener.inner_text() == HOSTILE.title
    opener.click()
    me.page.wait_for_selector("#sy-archive .sy-article")
    assert me.page.inner_text("#sy-archive .sy-article h2") == HOSTILE.title
    assert me.page.evaluate("window.pwned") is None
    assert me.page.locator("#sy-page img, #sy-page script").count() == 0
    me.page.keyboard.press("Escape")
    me.page.fill(".sy-finder [name='text']", "量子香蕉")
    me.page.keyboard.press("Enter")
    me.page.wait_for_selector(".sy-shelf:has-text('没有符合条件的报道')")


def test_the_language_switch_keeps_the_draft_the_result_and_the_filter(visit):
    me = visit("/?tab=archive")
    listed(me)
    me.page.locator("g[data-since='2020-07-01']").click()
    me.page.wait_for_selector(".sy-chips")
    me.page.click("[data-tab='check']")
    checked(me)
    me.page.click("#sy-lang")
    me.page.wait_for_selector(".sy-report h2:has-text('Result')")
    assert "Contradicted" in me.page.inner_text(".sy-verdicts")
    assert me.page.inner_text(".sy-tabs a[aria-current]") == "Check"
    me.page.click("[data-do='edit']")
    me.page.wait_for_selector("#sy-check-go:has-text('Check')")
    assert me.page.input_value("#sy-draft textarea") == DRAFT
    me.page.click("[data-tab='archive']")
    me.page.wait_for_selector(".sy-shown:has-text('articles')")
    assert "2020-07-01" in me.page.inner_text(".sy-chips")


def test_on_a_phone_nothing_is_wider_than_the_screen(visit):
    me = visit("/?tab=check", **PHONE)
    checked(me)
    wide = "document.documentElement.scrollWidth"
    assert me.page.evaluate(wide) == 390
    assert in_view(me.page, ".sy-report h2")
    me.page.locator(".sy-claim-mark[data-verdict='contradicted']").tap()
    assert in_view(me.page, ".sy-claim.sy-on .sy-difference")
    me.page.locator(".sy-claim.sy-on .sy-back-to").tap()
    assert in_view(me.page, ".sy-claim-mark.sy-on")
    me.page.locator("[data-tab='archive']").tap()
    listed(me)
    assert me.page.evaluate(wide) == 390
    me.page.locator(".sy-jump").tap()
    assert in_view(me.page, ".sy-plot figcaption")
    me.page.locator("g[data-since='2020-07-01']").tap()
    me.page.wait_for_selector(".sy-chips:has-text('2020-07-01')")
    me.page.wait_for_timeout(200)
    assert in_view(me.page, ".sy-chips button")  # what was asked for is in sight
    me.page.locator(".sy-list .sy-open").first.tap()
    me.page.wait_for_selector("#sy-archive .sy-article")
    box = me.page.locator("#sy-archive .sy-article").bounding_box()
    assert (box["x"], box["y"], box["width"]) == (0, 0, 390)


def test_without_a_mouse(visit):
    me = visit()
    page = me.page
    page.focus("[data-tab='check']")
    page.keyboard.press("Enter")
    page.focus("#sy-draft textarea")
    page.keyboard.type("截至6月末，青岛市贷款余额23140亿元。")
    for _ in range(9):  # upload, the date's parts, then the button
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "sy-check-go":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".sy-report")
    page.focus(".sy-claim-mark[data-verdict='contradicted']")
    page.keyboard.press("Enter")
    assert "sy-claim" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Tab")  # back to the draft
    page.keyboard.press("Tab")  # the article
    page.keyboard.press("Enter")
    page.wait_for_selector("#sy-check mark.sy-chosen")
    page.keyboard.press("Escape")
    page.wait_for_selector(".sy-article", state="detached")
    assert re.match("k:[0-9]+:1", page.evaluate("document.activeElement.dataset.ref"))
    page.focus("[data-tab='archive']")
    page.keyboard.press("Enter")
    listed(me)
    page.focus("g[data-since='2020-07-01']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".sy-chips:has-text('2020-07-01')")
