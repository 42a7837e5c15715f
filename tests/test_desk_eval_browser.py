"""The Evaluate tab in a real Chromium: run, look, compare, review; phone and keyboard."""

import re

import pytest

from tests.browser import PHONE, Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("eval") / "log", module="tests.eval_desk")
    yield running
    assert running.stop()[0] == 0


@pytest.fixture
def visit(chromium, server):
    contexts, broken = [], []

    def arrive(path="/?tab=eval", **context):
        contexts.append(chromium.new_context(**context))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(server.url + path)
        page.wait_for_selector(".sy-eval-form")
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert broken == []


def run(page):
    """Start a run of the whole set, see it go on and end; then its page is open."""
    page.select_option(".sy-eval-form [name='set']", "newsdesk.jsonl")
    page.fill(".sy-eval-form [name='limit']", "")
    page.press(".sy-eval-form [name='limit']", "Enter")
    page.wait_for_selector("#sy-eval-strip progress")
    assert re.search(r"\d / 3", page.inner_text("#sy-eval-strip"))
    page.wait_for_selector("#sy-eval-strip [data-do='run']")
    page.click("#sy-eval-strip [data-do='run']")
    page.wait_for_selector(".sy-run")


def test_run_a_set_open_a_question_and_compare_with_a_second_run(visit):
    page = visit()
    assert "还没有运行" in page.inner_text("#sy-eval-list")
    run(page)
    page.wait_for_selector(".sy-tiles")
    assert page.locator(".sy-figs svg").count() >= 3
    page.click("[data-view='questions']")
    page.wait_for_selector(".sy-only")
    assert page.locator(".sy-run .sy-asked-list button").count() == 3
    page.click("[data-question='loans']")
    page.wait_for_selector(".sy-judged")
    assert "✓ 答到 31250亿元" in page.inner_text(".sy-judged")
    page.locator(".sy-judged .sy-open").first.click()
    page.wait_for_selector("#sy-eval-source mark.sy-chosen")
    page.keyboard.press("Escape")
    page.wait_for_selector("#sy-eval-source .sy-article", state="detached")
    assert page.is_visible(".sy-judged")  # Escape closed the upper one alone
    page.keyboard.press("Escape")
    page.wait_for_selector(".sy-judged", state="detached")
    page.click("[data-question='port']")
    page.wait_for_selector(".sy-judged h2:has-text('<img')")
    assert page.evaluate("window.pwned") is None
    page.keyboard.press("Escape")
    run(page)
    assert page.locator(".sy-runs-list li").count() == 2
    page.click("[data-do='compare']")
    page.wait_for_selector(".sy-versus")
    assert "3 未变" in page.inner_text(".sy-turns")
    with page.expect_download() as saved:
        page.click("[data-do='run']:has-text('返回')")
        page.click("[data-do='report']")
    assert saved.value.suggested_filename.endswith(
        "-newsdesk-" + saved.value.suggested_filename[-9:]
    )
    page.click("[data-view='overview']")
    page.wait_for_selector(".sy-tiles")
    page.click("#sy-lang")
    page.wait_for_selector(".sy-eval-form button:has-text('Start')")
    assert "Right by type" in page.inner_text("#sy-eval-side")


def test_a_stopped_run_goes_on(visit):
    page = visit()
    page.select_option(".sy-eval-form [name='set']", "slow.jsonl")
    page.click(".sy-eval-form button[type='submit']")
    page.click("#sy-eval-strip [data-stop]")
    page.wait_for_selector("#sy-eval-strip :text('已停在')")
    page.click("#sy-eval-strip [data-do='run']")
    page.click("[data-do='resume']")
    page.wait_for_selector("#sy-eval-strip :text('跑完了')")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "第 1 行：标为可答，却没有 answers 第 2 行：不是 JSON"),
        ("en", "Line 1: answerable without answers Line 2: not JSON"),
    ],
)
def test_a_damaged_set_is_refused_line_by_line_in_the_page_s_language(visit, tmp_path, lang, said):
    row = '{"id": "a", "type": "figure", "question": "云城港有多大？", "answerable": true}'
    damaged = tmp_path / "坏题.jsonl"
    damaged.write_text(f"{row}\n{{no\n", encoding="utf-8")
    page = visit(f"/?tab=eval&lang={lang}")
    page.wait_for_selector(f"html[lang^='{lang}']")
    page.set_input_files(".sy-eval-form input[type='file']", str(damaged))
    refused = page.wait_for_selector(".sy-eval-form .sy-error")
    assert said in " ".join(refused.inner_text().split())
    assert "坏题.jsonl" in refused.inner_text()


def test_a_draft_is_reviewed_on_a_phone_with_the_keyboard(visit):
    page = visit(**PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.focus("[data-pane='review']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".sy-judge-form")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.fill("[name='answers']", "999万")
    page.focus("[data-do='accept']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".sy-judge .sy-error:has-text('999万')")
    page.fill("[name='answers']", "38.6万人次")
    page.focus("[data-do='accept']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#sy-eval-notice:has-text('已收下')")
    page.wait_for_selector(".sy-judge-form[data-key='feedback-f1']")
    page.click("[data-pane='runs']")
    page.wait_for_selector(".sy-eval-form option[value='newsroom.jsonl']", state="attached")
