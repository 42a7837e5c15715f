"""The page in a real Chromium, over a scripted engine that streams slowly."""

import time

import pytest

from tests.browser import Server, Visitor, in_view
from tests.scripted_engine import EXAMPLES, HOSTILE, LOAN_SENTENCE, LOANS, REPRINT

pytestmark = pytest.mark.browser

LOANS_ASKED = "海州上半年贷款余额是多少？"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("desk") / "log")
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


IN_ORDER = """() => {
  window.seen = [];
  const parts = [['answer', '.sy-turn .sy-text'], ['evidence', '.sy-card']];
  new MutationObserver(() => {
    for (const [name, part] of parts) {
      if (!window.seen.includes(name) && document.querySelector(part)) window.seen.push(name);
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def test_evidence_is_on_the_page_before_the_answer(visit):
    me = visit()
    me.page.evaluate(IN_ORDER)
    turn = me.ask(LOANS_ASKED)
    me.page.wait_for_selector(".sy-card")
    assert me.page.locator(".sy-card blockquote mark").first.inner_text() == LOAN_SENTENCE
    assert me.page.locator("#sy-evidence h2").inner_text().split() == ["证据", "3", "句"]
    me.wait_done(1)
    assert me.page.evaluate("window.seen") == ["evidence", "answer"]
    assert me.page.locator("#sy-evidence h2").inner_text().split() == ["来源", "2"]
    assert turn.locator(".sy-doubt").inner_text() == "15%"


def test_a_marker_opens_the_article_at_the_cited_sentence_and_escape_closes_it(visit):
    me = visit()
    turn = me.ask(LOANS_ASKED)
    me.wait_done(1)
    for _ in range(2):  # opened, closed, and the same one opened again
        turn.locator("button.sy-marker").first.click()
        me.page.wait_for_selector("mark.sy-chosen")
        assert me.page.locator("mark.sy-chosen").inner_text() == LOAN_SENTENCE
        assert me.page.locator(".sy-article h2").inner_text() == LOANS.title
        assert in_view(me.page, "mark.sy-chosen")
        me.page.keyboard.press("Escape")
        me.page.wait_for_selector(".sy-article", state="detached")
    focused = "document.activeElement.dataset.ref"
    assert me.page.evaluate(focused) == "c:1:1"


def test_a_source_card_opens_its_article(visit):
    me = visit()
    me.ask(LOANS_ASKED)
    me.wait_done(1)
    me.page.click(".sy-sources .sy-card:nth-child(2) blockquote")
    me.page.wait_for_selector("mark.sy-chosen")
    assert (
        me.page.locator("mark.sy-chosen").inner_text()
        == "上半年新增贷款1126亿元，其中制造业贷款新增238亿元。"
    )
    me.page.click(".sy-close")
    me.page.wait_for_selector(".sy-article", state="detached")


def test_stop_ends_the_answer_and_the_engine(visit, server):
    me = visit()
    question = "很长的回答"
    turn = me.ask(question)
    me.page.wait_for_selector(".sy-turn .sy-text")
    me.page.click("#sy-stop")
    me.wait_done(1, "stopped")
    assert "已停止：以上内容不完整，未经核对" in turn.inner_text()
    me.page.wait_for_timeout(300)
    assert f"closed {question}" in server.logged()
    me.ask(LOANS_ASKED)  # and the page goes on
    me.wait_done(2)


ENTER_WHEN_DONE = """() => new MutationObserver((_, observer) => {
  if (!document.querySelector(".sy-turn[data-number='1'][data-phase='done']")) return;
  observer.disconnect();
  const key = { key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true, cancelable: true };
  const box = document.querySelector('#sy-box textarea');
  for (const kind of ['keydown', 'keypress']) box.dispatchEvent(new KeyboardEvent(kind, key));
}).observe(document.body, { subtree: true, childList: true, attributes: true })"""


def test_the_next_question_may_follow_in_the_moment_the_answer_is_there(visit):
    me = visit()
    me.ask(LOANS_ASKED)
    me.page.wait_for_selector(".sy-turn .sy-text")
    me.page.fill("#sy-box textarea", "那新增多少？")
    me.page.evaluate(ENTER_WHEN_DONE)
    me.wait_done(2)
    assert me.page.locator("#sy-stop").is_hidden()
    assert me.page.input_value("#sy-box textarea") == ""


def test_a_question_while_another_is_answered_waits_in_the_box(visit):
    me = visit()
    me.ask("很长的回答")
    me.page.wait_for_selector(".sy-turn .sy-text")
    me.page.fill("#sy-box textarea", LOANS_ASKED)
    me.page.press("#sy-box textarea", "Enter")
    me.page.wait_for_selector(".sy-alert")
    assert "上一问还没有答完" in me.page.inner_text(".sy-alert")
    assert me.page.input_value("#sy-box textarea") == LOANS_ASKED
    me.page.click("#sy-stop")  # still stops the first one
    me.wait_done(1, "stopped")
    me.page.press("#sy-box textarea", "Enter")
    me.wait_done(2)
    assert me.page.locator(".sy-turn").count() == 2
    assert me.page.locator(".sy-alert").count() == 0


def test_closing_the_tab_ends_the_engine(chromium, server):
    me = Visitor(chromium, server.url)
    me.ask("很长的回答，读者走了")
    me.page.wait_for_selector(".sy-turn .sy-text")
    me.leave()
    # Gradio looks for a gone reader when it next writes to him, so the stream ends within a frame.
    deadline = time.monotonic() + 10
    while "closed 很长的回答，读者走了" not in server.logged():
        assert time.monotonic() < deadline, server.logged()
        time.sleep(0.1)


def test_an_example_is_asked_by_one_click(visit):
    me = visit()
    me.page.click(f".sy-example:has-text('{EXAMPLES[0]}')")
    me.wait_done(1)
    assert EXAMPLES[0] in me.turn(1).locator(".sy-asked").inner_text()
    assert me.page.input_value("#sy-box textarea") == ""


def test_not_found_shows_headlines_that_open_and_no_sources(visit):
    me = visit()
    turn = me.ask("济州的生产总值是多少？")
    me.wait_done(1)
    assert me.page.locator(".sy-sources").count() == 0
    turn.locator(f".sy-headlines button:has-text('{LOANS.title}')").click()
    me.page.wait_for_selector(".sy-article")
    assert me.page.locator(".sy-article mark").count() == 0


def test_copies_unfold_without_opening_their_source_and_open_themselves(visit):
    me = visit()
    me.ask("海州贷款余额是多少，有谁转载？")
    me.wait_done(1)
    copies = me.page.locator(".sy-sources .sy-copies")
    copies.locator("summary").click()
    copies.locator("button").first.wait_for(state="visible")
    assert me.page.locator(".sy-article").count() == 0
    copies.locator(".sy-meta").first.click()  # beside the headline: still this copy's row
    me.page.wait_for_selector(".sy-article")
    assert me.page.locator(".sy-article h2").inner_text() == REPRINT.title


def test_hostile_text_is_shown_and_not_run(visit):
    me = visit()
    question = "吞吐量<img src=x onerror=window.pwned=7>"
    turn = me.ask(question)
    me.wait_done(1)
    assert question in turn.locator(".sy-asked").inner_text()
    assert "<img src=x onerror=window.pwned=6>" in turn.locator(".sy-text").inner_text()
    assert me.page.locator(".sy-card .sy-open").first.inner_text() == HOSTILE.title
    me.page.click(".sy-sources .sy-open")
    me.page.wait_for_selector("mark.sy-chosen")
    assert me.page.locator(".sy-body").inner_text() == HOSTILE.body
    assert me.page.evaluate("window.pwned") is None
    assert me.page.locator("#sy-page img, #sy-page svg, #sy-page script").count() == 0


def test_two_people_at_once_get_their_own_answers(visit):
    one, two = visit(), visit()
    first, second = one.ask(LOANS_ASKED), two.ask("海州港上半年吞吐量是多少？")
    assert first.get_attribute("data-phase") != "done"
    one.wait_done(1)
    two.wait_done(1)
    assert "20314亿元" in first.locator(".sy-text").inner_text()
    assert "3.4亿吨" in second.locator(".sy-text").inner_text()
    one.ask("那新增多少？")
    one.wait_done(2)
    assert "接着上一问“海州上半年贷款余额是多少？”" in one.turn(2).inner_text()
    assert two.page.locator(".sy-turn").count() == 1


def test_an_error_is_one_line_and_the_page_goes_on(visit):
    me = visit()
    turn = me.ask("坏")
    me.wait_done(1, "failed")
    assert "The LLM at http://10.0.0.9/v1 does not answer: check it." in turn.inner_text()
    me.ask(LOANS_ASKED)
    me.wait_done(2)


def test_a_question_that_is_too_long_stays_in_the_box(visit):
    me = visit()
    me.page.fill("#sy-box textarea", "字" * 501)
    me.page.press("#sy-box textarea", "Enter")
    me.page.wait_for_selector(".sy-alert")
    assert me.page.inner_text(".sy-alert") == "问题最长 500 字，现在是 501 字：请缩短后再问。"
    assert len(me.page.input_value("#sy-box textarea")) == 501
    assert me.page.locator(".sy-turn").count() == 0


def test_the_enter_that_confirms_a_chinese_word_does_not_send(visit):
    me = visit()
    me.page.fill("#sy-box textarea", "海州")
    for kind in ("keydown", "keypress"):
        me.page.dispatch_event(
            "#sy-box textarea",
            kind,
            {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True},
        )
    me.page.wait_for_timeout(400)
    assert me.page.locator(".sy-turn").count() == 0
    assert me.page.input_value("#sy-box textarea") == "海州"


def test_english_by_address_and_by_one_click_keeps_the_conversation(visit):
    me = visit("/?lang=en")
    me.page.wait_for_selector("#sy-send:has-text('Ask')")
    assert me.page.evaluate("document.documentElement.lang") == "en"
    me.ask(LOANS_ASKED)
    me.wait_done(1)
    me.page.click("#sy-lang")
    me.page.wait_for_selector("#sy-send:has-text('提问')")
    assert me.page.locator("#sy-evidence h2").inner_text().split() == ["来源", "2"]
    assert "20314亿元" in me.turn(1).inner_text()
    me.page.click("#sy-new")
    me.page.wait_for_selector(".sy-welcome")
    assert me.page.locator(".sy-turn").count() == 0


def test_on_a_phone_the_panels_stack_and_the_article_fills_the_screen(visit):
    me = visit(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    turn = me.ask(LOANS_ASKED)
    me.wait_done(1)
    assert me.page.evaluate("document.documentElement.scrollWidth") == 390
    assert turn.bounding_box()["y"] < me.page.locator("#sy-evidence").bounding_box()["y"]
    assert in_view(me.page, "#sy-send")
    turn.locator("button.sy-marker").nth(1).tap()
    me.page.wait_for_selector("mark.sy-chosen")
    assert in_view(me.page, "mark.sy-chosen")
    assert me.page.locator(".sy-article").bounding_box() == {
        "x": 0, "y": 0, "width": 390, "height": 844,
    }  # fmt: skip
    me.page.click(".sy-close")
    card = me.page.locator(".sy-sources > .sy-card .sy-open").last
    card.scroll_into_view_if_needed()
    card.tap()  # below the fold: the page itself must scroll
    me.page.wait_for_selector("mark.sy-chosen")


def test_without_a_mouse(visit):
    me = visit()
    me.page.keyboard.type(LOANS_ASKED)  # the box has the focus from the start
    me.page.keyboard.press("Enter")
    me.wait_done(1)
    me.page.focus(".sy-turn button.sy-marker")
    me.page.keyboard.press("Enter")
    me.page.wait_for_selector("mark.sy-chosen")
    assert me.page.evaluate("document.activeElement.innerText") == LOANS.title


@pytest.mark.parametrize(
    ("flag", "said"),
    [("--no-model", "未启用语言模型，只给出原文句子"), ("--empty", "资料库还是空的")],
)
def test_what_is_missing_is_said_at_the_start(chromium, tmp_path, flag, said):
    running = Server(tmp_path / "log", flag)
    me = Visitor(chromium, running.url)
    assert said in me.page.inner_text(".sy-welcome")
    me.leave()
    assert running.stop() == (0, "")


def test_the_server_calls_no_other_host(server):
    assert [line for line in server.logged() if line.startswith("socket.")] == []
