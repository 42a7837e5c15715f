"""History, chips, feedback and packs in a real Chromium, across reloads and restarts."""

import json

import pytest

from tests.browser import PHONE, Server, Visitor, in_view
from tests.scripted_engine import LOAN_SENTENCE

pytestmark = pytest.mark.browser

LOANS_ASKED = "海州上半年贷款余额是多少？"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def server(folder):
    running = Server(folder / "log", module="tests.kept_server")
    yield running
    assert running.stop() == (0, "")


@pytest.fixture
def visit(chromium, server):
    visitors = []

    def arrive(user, path="/", **context):
        context["extra_http_headers"] = {"X-User": user}
        visitors.append(Visitor(chromium, server.url + path, **context))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.leave()


def answered(me, question=LOANS_ASKED, number=1):
    turn = me.ask(question)
    me.wait_done(number)
    return turn


def listed(me):
    me.page.click("#sy-history")
    me.page.wait_for_selector(".sy-sheet[data-sheet='history']")
    return me.page.locator(".sy-talks .sy-open").all_inner_texts()


def again(me, number):
    """Wait for the answer that takes the place of one."""
    me.page.wait_for_selector(f".sy-turn[data-number='{number}'][data-phase='done']")
    me.page.wait_for_selector("#sy-send")
    assert me.page.locator(".sy-turn").count() == 1
    return me.turn(number)


def test_a_reload_shows_the_conversation_with_its_sources_and_goes_on_with_it(visit):
    me = visit("reload")
    before = answered(me).inner_text()
    panel = me.page.inner_text("#sy-evidence")
    me.reload()
    me.page.wait_for_selector(".sy-turn[data-number='1'][data-phase='done']")
    assert me.turn(1).inner_text() == before
    assert me.page.inner_text("#sy-evidence") == panel
    me.turn(1).locator("button.sy-marker").first.click()
    me.page.wait_for_selector("mark.sy-chosen")
    assert me.page.inner_text("mark.sy-chosen") == LOAN_SENTENCE
    me.page.keyboard.press("Escape")
    answered(me, "那新增多少？", 2)
    assert "接着上一问" in me.turn(2).inner_text()
    assert listed(me) == [LOANS_ASKED]


def test_a_new_tab_shows_the_last_conversation_and_a_new_one_is_empty(visit, server):
    me = visit("tabs")
    answered(me)
    me.go(server.url)
    me.page.wait_for_selector(".sy-turn[data-number='1'][data-phase='done']")
    me.page.click("#sy-new")
    me.page.wait_for_selector(".sy-welcome")
    assert "talk=" not in me.page.url
    me.reload()
    me.page.wait_for_selector(".sy-welcome")
    assert listed(me) == [LOANS_ASKED]


def test_another_server_process_finds_the_conversation(chromium, tmp_path):
    first = Server(tmp_path / "log", module="tests.kept_server")
    me = Visitor(chromium, first.url, extra_http_headers={"X-User": "ann"})
    answered(me)
    talk = me.page.url.partition("talk=")[2]
    me.leave()
    assert first.stop() == (0, "")
    second = Server(tmp_path / "log", module="tests.kept_server")
    me = Visitor(chromium, second.url, extra_http_headers={"X-User": "ann"})
    assert listed(me) == [LOANS_ASKED]
    me.page.click(".sy-talks .sy-open")
    me.page.wait_for_selector(".sy-turn[data-number='1'][data-phase='done']")
    assert "20314亿元" in me.turn(1).locator(".sy-text").inner_text()
    assert me.page.url.endswith(f"talk={talk}")
    assert me.page.locator(".sy-sheet").count() == 0
    me.leave()
    assert second.stop() == (0, "")


def test_a_page_left_open_over_a_restart_goes_on_with_its_conversation(chromium, tmp_path):
    first = Server(tmp_path / "log", module="tests.kept_server")
    me = Visitor(chromium, first.url)
    answered(me)
    assert first.stop() == (0, "")
    second = Server(tmp_path / "log", first.url.rpartition(":")[2], module="tests.kept_server")
    assert second.url == first.url
    me.page.wait_for_timeout(3000)  # the page finds the server again
    me.turn(1).locator("button.sy-marker").first.click()
    me.page.wait_for_selector("mark.sy-chosen")
    me.page.keyboard.press("Escape")
    answered(me, "那新增多少？", 2)
    assert f"接着上一问“{LOANS_ASKED}”" in me.turn(2).inner_text()
    assert listed(me) == [LOANS_ASKED]
    me.leave(lost=True)
    assert second.stop() == (0, "")


def test_an_answer_under_way_comes_to_its_end_before_the_server_does(chromium, tmp_path):
    server = Server(tmp_path / "log", module="tests.kept_server")
    me = Visitor(chromium, server.url)
    turn = me.ask(LOANS_ASKED)
    assert server.stop() == (0, "")
    assert "占全省的15%" in turn.inner_text()
    assert turn.get_attribute("data-phase") == "done"
    assert server.logged() == []  # nothing was closed early
    me.leave(lost=True)


def test_an_answer_without_end_is_cut_off_by_the_server_without_a_word(chromium, tmp_path):
    server = Server(tmp_path / "log", "0.1", module="tests.kept_server")
    me = Visitor(chromium, server.url)
    question = "海州贷款余额很长"
    me.ask(question)
    me.page.wait_for_selector(".sy-turn[data-phase='answering']")
    assert server.stop() == (0, "")
    assert server.logged() == [f"closed {question}"]
    me.leave(lost=True)


def test_a_damaged_file_costs_its_content_and_not_the_page(chromium, tmp_path):
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "history.sqlite3").write_bytes(b"no database" * 500)
    server = Server(tmp_path / "log", module="tests.kept_server")
    me = Visitor(chromium, server.url)
    answered(me)
    assert listed(me) == [LOANS_ASKED]
    assert "没有登录" in me.page.inner_text(".sy-own")
    me.leave()
    code, said = server.stop()
    assert code == 0
    assert said.count("\n") == 1
    assert "is damaged and was set aside as history.sqlite3.damaged-" in said


def test_two_users_at_once_see_only_their_own(visit):
    ann, bob = visit("ann2"), visit("bob2")
    first, second = ann.ask(LOANS_ASKED), bob.ask("海州港上半年吞吐量是多少？")
    ann.wait_done(1)
    bob.wait_done(1)
    assert "20314亿元" in first.inner_text()
    assert "3.4亿吨" in second.inner_text()
    assert listed(ann) == [LOANS_ASKED]
    assert listed(bob) == ["海州港上半年吞吐量是多少？"]
    # the other's id, as in a link that was passed on
    stranger = visit("bob2", f"/?talk={ann.page.url.partition('talk=')[2]}")
    stranger.page.wait_for_timeout(600)
    assert stranger.page.locator(".sy-turn").count() == 0
    assert "talk=" not in stranger.page.url


def test_the_history_is_searched_and_deleted_one_by_one_and_all_together(visit):
    me = visit("deletes")
    for question in (LOANS_ASKED, "海州港上半年吞吐量是多少？", "济州的生产总值是多少？"):
        answered(me, question)
        me.page.click("#sy-new")
        me.page.wait_for_selector(".sy-welcome")
    assert listed(me)[0] == "济州的生产总值是多少？"
    me.page.fill(".sy-sheet [name='text']", "3.4亿吨")
    me.page.keyboard.press("Enter")
    me.page.wait_for_function("document.querySelectorAll('.sy-talks li').length === 1")
    assert "吞吐量" in me.page.inner_text(".sy-talks")
    me.page.fill(".sy-sheet [name='text']", "")
    me.page.keyboard.press("Enter")
    me.page.wait_for_function("document.querySelectorAll('.sy-talks li').length === 3")
    me.page.locator(".sy-delete").first.click()
    me.page.wait_for_function("document.querySelectorAll('.sy-talks li').length === 2")
    assert "济州" not in me.page.inner_text(".sy-talks")
    me.page.click("[data-act='delete-all']")
    me.page.click("[data-act='delete-all-sure']")
    me.page.wait_for_selector(".sy-sheet:has-text('还没有对话')")


def test_deleting_the_conversation_that_is_shown_empties_the_page(visit):
    me = visit("shown")
    answered(me)
    listed(me)
    me.page.click(".sy-delete")
    me.page.wait_for_selector(".sy-welcome")
    assert "talk=" not in me.page.url


def test_the_period_chip_is_removed_and_edited(visit):
    me = visit("chips")
    answered(me)
    chip = me.page.locator(".sy-chip").first
    assert chip.inner_text().split("×")[0].split() == [
        "所问时间", "上半年", "·", "2025-01-01", "–", "2025-06-30",
    ]  # fmt: skip
    chip.locator("[data-act='drop']").click()
    again(me, 2)
    assert me.page.inner_text(".sy-asked").endswith("海州贷款余额是多少？")
    me.page.locator(".sy-chip button").first.click()
    me.page.wait_for_selector(".sy-sheet")
    assert me.page.evaluate("document.activeElement.name") == "since"
    me.page.fill(".sy-sheet [name='since']", "2024-01-01")
    me.page.fill(".sy-sheet [name='until']", "2024-12-31")
    me.page.click(".sy-sheet .sy-go")
    again(me, 3)
    assert me.page.inner_text(".sy-asked").endswith("海州2024年贷款余额是多少？")
    assert me.page.locator(".sy-sheet").count() == 0


def test_a_paper_is_chosen_shown_as_a_chip_and_a_wrong_one_told(visit):
    me = visit("papers")
    answered(me)
    me.page.click(".sy-limit")
    me.page.fill(".sy-sheet [name='sources']", "海州日抱")
    me.page.click(".sy-sheet .sy-go")
    me.page.wait_for_selector(".sy-sheet .sy-error:has-text('海州日报')")
    assert me.page.input_value(".sy-sheet [name='sources']") == "海州日抱"
    me.page.fill(".sy-sheet [name='sources']", "海州日报")
    me.page.keyboard.press("Enter")
    again(me, 2)
    assert "报纸 海州日报" in me.page.inner_text(".sy-narrowed")
    me.page.locator("[data-act='drop']").last.click()
    again(me, 3)
    assert "海州日报" not in me.page.inner_text(".sy-narrowed")


def edited(me, question):
    me.page.click("[data-act='narrow'][data-field='question']")
    me.page.wait_for_selector(".sy-sheet")
    me.page.keyboard.press("Control+A")
    me.page.keyboard.type(question)
    me.page.click(".sy-sheet .sy-go")


def test_the_question_is_edited_retried_and_stopped(visit):
    me = visit("edits")
    answered(me)
    edited(me, "海州港上半年吞吐量是多少？")
    again(me, 2)
    assert "3.4亿吨" in me.turn(2).inner_text()
    me.page.click("[data-act='retry']")
    again(me, 3)
    assert "3.4亿吨" in me.turn(3).inner_text()
    edited(me, "很长的回答")
    me.page.wait_for_selector(".sy-turn[data-number='4'] .sy-text")
    me.page.click("#sy-stop")
    me.wait_done(4, "stopped")
    me.reload()
    me.page.wait_for_selector(".sy-turn[data-number='4'][data-phase='stopped']")
    edited(me, LOANS_ASKED)
    again(me, 5)


def test_feedback_lands_in_the_file_and_shows(visit, folder):
    me = visit("reviewer")
    answered(me)
    me.page.click(".sy-up")
    me.page.wait_for_selector(".sy-up[aria-pressed='true']")
    me.page.click(".sy-down")
    me.page.wait_for_selector(".sy-sheet textarea")
    me.page.keyboard.type("占全省的12%")
    me.page.click(".sy-sheet .sy-go")
    me.page.wait_for_selector(".sy-down[aria-pressed='true']")
    assert me.page.inner_text(".sy-alert") == "已记下，谢谢。"
    lines = (folder / "desk" / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["user"] == "reviewer"]
    assert [(row["verdict"], row["right_answer"]) for row in rows] == [
        ("up", ""),
        ("down", "占全省的12%"),
    ]
    assert rows[1]["question"] == LOANS_ASKED
    assert rows[1]["quotes"][0] == LOAN_SENTENCE
    me.reload()
    me.page.wait_for_selector(".sy-down[aria-pressed='true']")


def test_the_pack_has_the_quote_and_nothing_of_an_article_runs_in_it(visit, chromium, tmp_path):
    me = visit("packs")
    answered(me)
    answered(me, "吞吐量<img src=x onerror=window.pwned=7>", 2)
    with me.page.expect_download() as saved:
        me.page.click("[data-act='export'][data-value='html']")
    assert saved.value.suggested_filename.startswith("证据包-")
    file = tmp_path / "pack.html"
    saved.value.save_as(file)
    assert LOAN_SENTENCE in file.read_text(encoding="utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    assert "<img src=x onerror=window.pwned=7>" in page.inner_text("body")
    assert page.evaluate("window.pwned") is None
    assert page.locator("img, script, svg").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    page.close()
    with me.page.expect_download() as saved:
        me.page.click("[data-act='export'][data-value='json']")
    pack = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert pack["exchanges"][0]["asked"] == LOANS_ASKED


@pytest.mark.parametrize(("kind", "begins"), [("plain", LOANS_ASKED), ("markdown", "**海州上")])
def test_an_answer_is_copied_with_its_citations(visit, kind, begins):
    me = visit(f"copies-{kind}", permissions=["clipboard-read", "clipboard-write"])
    answered(me)
    me.page.click(f"[data-act='copy'][data-value='{kind}']")
    me.page.wait_for_selector(".sy-did:has-text('已复制')")
    copied = me.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(begins)
    assert LOAN_SENTENCE in copied


def test_by_keyboard_alone(visit):
    me = visit("keys")
    me.page.keyboard.type(LOANS_ASKED)
    me.page.keyboard.press("Enter")
    me.wait_done(1)
    me.page.focus(".sy-chip button")
    me.page.keyboard.press("Enter")
    me.page.wait_for_selector(".sy-sheet")
    assert me.page.evaluate("document.activeElement.name") == "since"
    for _ in range(30):  # Tab stays inside
        me.page.keyboard.press("Tab")
        assert me.page.evaluate("!!document.activeElement.closest('.sy-sheet')")
    me.page.keyboard.press("Escape")
    me.page.wait_for_selector(".sy-sheet", state="detached")
    me.page.wait_for_function("document.activeElement.dataset.field === 'since'")
    me.page.focus("#sy-history")
    me.page.keyboard.press("Enter")
    me.page.wait_for_selector(".sy-sheet")
    me.page.keyboard.press("Escape")
    me.page.wait_for_selector(".sy-sheet", state="detached")
    me.page.wait_for_function("document.activeElement.id === 'sy-history'")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_overflows_on_a_phone(visit, lang):
    me = visit(f"phone-{lang}", f"/?lang={lang}", **PHONE)
    answered(me)
    width = "document.documentElement.scrollWidth"
    assert me.page.evaluate(width) == 390
    for opener in ("#sy-history", ".sy-limit", ".sy-down"):
        me.page.locator(opener).last.tap()
        me.page.wait_for_selector(".sy-sheet")
        assert me.page.evaluate(width) == 390
        box = me.page.locator(".sy-sheet").bounding_box()
        assert (box["x"], box["width"]) == (0, 390)
        assert in_view(me.page, ".sy-sheet h2")
        me.page.locator(".sy-x").tap()
        me.page.wait_for_selector(".sy-sheet", state="detached")


def test_the_other_language_keeps_conversation_and_history(visit):
    me = visit("languages")
    answered(me)
    me.page.click("#sy-lang")
    me.page.wait_for_selector("#sy-history:has-text('History')")
    assert "Period" in me.page.inner_text(".sy-narrowed")
    me.reload()
    me.page.wait_for_selector(".sy-turn[data-number='1']")
    assert listed(me) == [LOANS_ASKED]


def test_nothing_is_opened_or_asked_again_while_a_question_is_answered(visit):
    me = visit("busy")
    answered(me)
    me.page.click("#sy-new")
    me.page.wait_for_selector(".sy-welcome")
    me.ask("很长的回答")
    me.page.wait_for_selector(".sy-turn .sy-text")
    assert me.page.locator("#sy-history").is_disabled()
    me.page.click("#sy-stop")
    me.wait_done(1, "stopped")
    assert listed(me)[0] == "很长的回答"


def test_an_ingest_that_runs_is_told_on_the_empty_page(chromium, tmp_path):
    running = Server(tmp_path / "log", "--ingesting", module="tests.kept_server")
    me = Visitor(chromium, running.url)
    assert "正在入库" in me.page.inner_text(".sy-welcome")
    me.leave()
    assert running.stop() == (0, "")


def test_on_a_phone_the_latest_question_is_in_sight(visit):
    me = visit("phone-latest", **{**PHONE, "viewport": {"width": 390, "height": 560}})
    for number, question in enumerate((LOANS_ASKED, "济州的生产总值是多少？"), 1):
        me.ask(question)
        me.wait_done(number)
        assert in_view(me.page, f".sy-turn[data-number='{number}'] .sy-asked")
