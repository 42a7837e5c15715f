"""Signing in, uploading and taking down in a real Chromium, two users at once."""

import re

import pytest

from tests.browser import Server, in_view
from tests.login_server import ADMIN, READER

pytestmark = pytest.mark.browser

PAGE = (
    "海州日报\n2024-07-19　第3版　要闻\n\n跨海隧道全线贯通\n\n□本报记者 林一舟\n\n"
    "本报7月18日讯　海州跨海隧道7月18日全线贯通，隧道全长12.6公里，总投资96亿元。\n"
)
ROWS = '{"title":"机场客流","text":"雾城机场上半年吞吐量612万人次。"}\n{broken\n'
HOSTILE_NAME = "行<img src=x onerror=alert(1)>.jsonl"
QUESTION = "海州跨海隧道全长多少公里？"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("login") / "log", module="tests.login_server")
    yield running
    assert running.stop()[0] == 0


@pytest.fixture
def visit(chromium, server):
    contexts = []

    def arrive(who=None, path="/", **context):
        contexts.append(chromium.new_context(**context))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.goto(server.url + path)
        if who:
            page.fill("[name='name']", who[0])
            page.fill("[name='password']", who[1])
            page.keyboard.press("Enter")
            page.wait_for_selector("#sy-tabs a")
        return page

    yield arrive
    for context in contexts:
        context.close()


def archive_of(page):
    page.click("a[data-tab='archive']")
    page.wait_for_selector(".sy-list")


def upload(page, *files):
    page.locator("#sy-finder [data-intake], #sy-archive-side [data-intake]").last.click()
    page.wait_for_selector(".sy-upload-form")
    page.set_input_files(
        ".sy-upload-form input[type='file']",
        [{"name": n, "mimeType": "text/plain", "buffer": t.encode()} for n, t in files],
    )
    page.click(".sy-go button")


def ask(page, question):
    page.click("a[data-tab='ask']")
    before = page.locator(".sy-turn").count()
    page.fill("#sy-box textarea", question)
    page.press("#sy-box textarea", "Enter")
    turn = page.locator(f".sy-turn[data-number='{before + 1}'][data-phase='done']")
    turn.wait_for()
    return turn.inner_text() + page.inner_text("#sy-evidence")


def test_signing_in_by_keyboard_out_and_in_english(visit):
    page = visit()
    assert page.url.endswith("/login")
    page.fill("[name='name']", "wang")
    page.fill("[name='password']", "not the password")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role='alert']")
    assert page.input_value("[name='name']") == "wang"
    page.click("header a")
    assert page.inner_text("button") == "Sign in"
    page.fill("[name='name']", READER[0])
    page.fill("[name='password']", READER[1])
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang='en'] #sy-tabs a")
    assert page.inner_text("#sy-user span") == "wang"
    page.wait_for_selector("#sy-user button:has-text('Sign out')")
    page.click("#sy-user button")
    page.wait_for_url(re.compile("/login"))
    page.goto(page.url.split("/login")[0])
    assert "/login" in page.url


def test_an_admin_uploads_a_page_and_a_reader_asks_about_it(visit):
    admin, reader = visit(ADMIN), visit(READER)
    assert "12.6公里" not in ask(reader, QUESTION)
    archive_of(admin)
    upload(admin, ("A03.txt", PAGE), (HOSTILE_NAME, ROWS))
    admin.wait_for_selector(".sy-strip [data-dismiss]")
    said = admin.inner_text(".sy-strip")
    assert "读到 2 篇：新增 2，有改动 0，无变化 0，未能读入 1 处" in said
    admin.click(".sy-strip summary")
    assert f"{HOSTILE_NAME} 第 2 行" in admin.inner_text(".sy-strip")
    assert admin.locator("img").count() == 0
    assert "跨海隧道全线贯通" in admin.inner_text(".sy-list")  # without a click
    assert "12.6公里" in ask(reader, QUESTION)
    admin.click("[data-dismiss]")
    admin.wait_for_selector(".sy-strip", state="detached")
    admin.locator("#sy-archive-side [data-intake]").click()
    assert HOSTILE_NAME in admin.inner_text(".sy-runs li:first-child")


def test_a_reader_sees_the_ingests_and_neither_form_nor_takedown(visit):
    reader = visit(READER)
    archive_of(reader)
    reader.locator("#sy-archive-side [data-intake]").click()
    reader.wait_for_selector(".sy-runs")
    assert reader.locator(".sy-upload-form").count() == 0
    reader.keyboard.press("Escape")
    reader.wait_for_selector(".sy-intake", state="detached")
    reader.locator(".sy-list .sy-open").first.click()
    reader.wait_for_selector("#sy-archive .sy-body")
    assert reader.locator(".sy-takedown").count() == 0


def test_a_form_that_cannot_be_followed_says_so_and_keeps_what_was_chosen(visit):
    admin = visit(ADMIN)
    archive_of(admin)
    admin.locator("#sy-archive-side [data-intake]").click()
    admin.click(".sy-go button")
    assert admin.inner_text(".sy-go output") == "请先选择文件。"
    admin.fill(".sy-upload-form [name='date']", "昨天")
    files = [{"name": "A04.txt", "mimeType": "text/plain", "buffer": PAGE.encode()}]
    admin.set_input_files(".sy-upload-form input[type='file']", files)
    admin.click(".sy-go button")
    admin.wait_for_selector(".sy-intake .sy-error:has-text('“昨天”不是日期')")
    assert admin.inner_text(".sy-files span") == "A04.txt"
    assert admin.input_value(".sy-upload-form [name='date']") == "昨天"
    admin.set_input_files(
        ".sy-upload-form input[type='file']",
        [{"name": "a.exe", "mimeType": "text/plain", "buffer": b"MZ"}],
    )
    admin.click(".sy-go button")
    admin.wait_for_selector(".sy-go output:has-text('a.exe 没有传上去')")
    admin.locator(".sy-files button").last.click()
    assert admin.locator(".sy-files li").count() == 1


def test_a_takedown_wants_a_confirmation_and_then_nothing_finds_it(visit):
    admin, reader = visit(ADMIN), visit(READER)
    archive_of(admin)
    upload(admin, ("隧道.txt", PAGE.replace("12.6", "12.9")))
    admin.wait_for_selector(".sy-strip [data-dismiss]")
    assert "12.9公里" in ask(reader, QUESTION)
    admin.locator(".sy-list .sy-open:has-text('跨海隧道')").first.click()
    admin.wait_for_selector(".sy-takedown")
    assert not admin.is_visible("[data-takedown]")  # unfold first
    admin.click(".sy-takedown summary")
    admin.fill(".sy-takedown input", "来源要求撤下")
    admin.locator("[data-takedown]").scroll_into_view_if_needed()
    assert in_view(admin, "[data-takedown]")
    gone = admin.inner_text("#sy-archive .sy-body")
    admin.click("[data-takedown]")
    admin.wait_for_selector("#sy-archive-notice:has-text('已撤下：跨海隧道全线贯通')")
    admin.wait_for_selector(".sy-takedown", state="detached")
    figure = "12.9公里" if "12.9" in gone else "12.6公里"
    assert figure not in ask(reader, QUESTION)


def test_on_a_phone_the_upload_fits(visit):
    admin = visit(ADMIN, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    archive_of(admin)
    upload(admin, ("A09.txt", PAGE.replace("隧道", "大桥")))
    admin.wait_for_selector(".sy-strip [data-dismiss]")
    assert admin.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_login_the_local_user_uploads(chromium, tmp_path):
    running = Server(tmp_path / "log", "--open", module="tests.login_server")
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(running.url)
        page.wait_for_selector("#sy-tabs a")
        assert page.locator("#sy-user").count() == 0
        archive_of(page)
        upload(page, ("A03.txt", PAGE))
        page.wait_for_selector(".sy-strip [data-dismiss]")
        assert "12.6公里" in ask(page, QUESTION)
    finally:
        context.close()
        running.stop()
