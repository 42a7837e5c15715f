"""In a real Chromium: the first upload into nothing, and the language over reload and restart."""

import pytest

from tests.browser import Server, Visitor

pytestmark = pytest.mark.browser

PAGE = (
    "海州日报\n2024-07-19　第3版　要闻\n\n跨海隧道全线贯通\n\n□本报记者 林一舟\n\n"
    "本报7月18日讯　海州跨海隧道7月18日全线贯通，隧道全长12.6公里，总投资96亿元。\n"
)


@pytest.fixture
def serve(tmp_path):
    """Start a server; none outlives a test that fails."""
    running = []

    def start(*flags, module):
        running.append(Server(tmp_path / "log", *flags, module=module))
        return running[-1]

    yield start
    for each in running:
        each.kill()


def test_the_first_upload_is_answered_from_without_a_restart(chromium, serve):
    running = serve("--open", "--empty", module="tests.login_server")
    me = Visitor(chromium, running.url)
    page = me.page
    assert "资料库还是空的" in page.inner_text(".sy-welcome")
    page.click(".sy-go-to")
    page.click("#sy-listed [data-intake]")
    file = {"name": "A03.txt", "mimeType": "text/plain", "buffer": PAGE.encode()}
    page.set_input_files(".sy-upload-form input[type='file']", file)
    page.click(".sy-go button")
    page.wait_for_selector(".sy-strip [data-dismiss]")
    page.wait_for_selector(".sy-list .sy-open:has-text('跨海隧道全线贯通')")
    page.click("a[data-tab='ask']")
    page.wait_for_selector(".sy-welcome:has-text('问一句，答案出自报纸原文')")
    assert "1 篇报道" in page.inner_text("#sy-brand")
    me.ask("海州跨海隧道全长多少公里？")
    me.wait_done(1)
    assert "12.6公里" in page.inner_text("#sy-evidence .sy-card mark")
    me.leave()
    assert running.stop() == (0, "")


def test_the_language_outlives_a_reload_a_new_tab_and_a_restart_of_the_server(chromium, serve):
    first = serve(module="tests.kept_server")
    me = Visitor(chromium, f"{first.url}/?lang=zh")
    page = me.page
    page.click("#sy-lang")
    page.wait_for_selector("#sy-send:has-text('Ask')")
    assert "lang=en" in page.url  # not the address's Chinese again
    me.reload()
    page.wait_for_selector("#sy-send:has-text('Ask')")
    me.go(first.url)  # an address that names no language
    page.wait_for_selector("#sy-send:has-text('Ask')")
    assert first.stop() == (0, "")
    second = serve(first.url.rpartition(":")[2], module="tests.kept_server")
    page.fill("#sy-box textarea", "海州上半年贷款余额是多少？")
    for _ in range(15):  # until the page that was left open has found the server again
        page.press("#sy-box textarea", "Enter")
        page.wait_for_timeout(2000)
        if page.locator(".sy-turn").count():
            break
    me.wait_done(1)
    assert page.inner_text("#sy-evidence h2").startswith("Sources")
    page.click("#sy-lang")
    page.wait_for_selector("#sy-send:has-text('提问')")  # one click, not two
    me.go(second.url)
    page.wait_for_selector("#sy-send:has-text('提问')")
    me.leave(lost=True)
    assert second.stop() == (0, "")
