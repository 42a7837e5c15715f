"""axe-core finds nothing serious in any state of the page, in either language, theme or width."""

from importlib.resources import files

import pytest

from tests.browser import PHONE, Server
from tests.login_server import ADMIN

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WORTH_FAILING = ("serious", "critical")
WIDE = {"viewport": {"width": 1280, "height": 800}}
# Each pair of language, theme and width comes once: all that two of them do together is seen.
VIEWS = [
    pytest.param("zh", {**WIDE, "color_scheme": "light"}, id="zh-light-1280"),
    pytest.param("en", {**WIDE, "color_scheme": "dark"}, id="en-dark-1280"),
    pytest.param("zh", {**PHONE, "color_scheme": "dark"}, id="zh-dark-390"),
    pytest.param("en", {**PHONE, "color_scheme": "light"}, id="en-light-390"),
]
DRAFT = "截至6月末，海州市本外币贷款余额23140亿元。上半年，海州市生产总值5514.86亿元。\n"
PAGE = "海州日报\n2025年7月18日 星期五\nA03版 要闻\n\n滨河路通车\n□本报记者 林一舟\n" + (
    "7月17日，滨河路全线通车，全长12.6公里，总投资8.4亿元，沿线设公交站21处。" * 3
)


class Watch:
    """A visitor whose page is looked at by axe-core; what it finds is kept by state."""

    def __init__(self, chromium, url, view):
        self._context = chromium.new_context(**view)
        self.page = self._context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.goto(url)
        self.found = []

    def ask(self, question, number, phase="done"):
        """Ask and wait for the end of the answer."""
        self.page.fill("#sy-box textarea", question)
        self.page.press("#sy-box textarea", "Enter")
        turn = f".sy-turn[data-number='{number}']"
        self.page.wait_for_selector(
            f"{turn}[data-phase='{phase}']" if phase else f"{turn} .sy-text"
        )

    def leave(self):
        self._context.close()

    def look(self, state):
        """Note what is serious in the page as it is now."""
        self.page.wait_for_timeout(120)  # colours in transition are not those that are read
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        results = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        for violation in results["violations"]:
            if violation["impact"] in WORTH_FAILING:
                for node in violation["nodes"]:
                    said = " ".join(node["failureSummary"].split())
                    self.found.append(f"{state}: {violation['id']} {node['target']} {said}")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("kept") / "log", module="tests.kept_server")
    yield running
    assert running.stop() == (0, "")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("guarded") / "log", module="tests.login_server")
    yield running
    assert running.stop()[0] == 0  # it has noted the wrong passwords


@pytest.fixture
def watch(chromium):
    watches = []

    def arrive(server, path, view):
        watches.append(Watch(chromium, server.url + path, view))
        return watches[-1]

    yield arrive
    for each in watches:
        each.leave()


@pytest.mark.parametrize(("lang", "view"), VIEWS)
def test_asking(watch, kept, lang, view):
    me = watch(kept, f"/?lang={lang}", view)
    page = me.page
    page.wait_for_selector(f"html[lang^='{lang}'] .sy-welcome")
    me.look("empty")
    me.ask("很长的回答", 1, phase="")
    me.look("being answered")
    page.click("#sy-stop")
    page.wait_for_selector(".sy-turn[data-phase='stopped']")
    me.ask("海州贷款余额是多少，有谁转载？", 2)
    page.click(".sy-copies summary")
    me.look("answered")
    page.locator(".sy-turn[data-number='2'] button.sy-marker").first.click()
    page.wait_for_selector("mark.sy-chosen")
    me.look("article")
    page.keyboard.press("Escape")
    me.ask("济州的生产总值是多少？", 3)
    me.ask("坏", 4, "failed")
    me.look("not found, failed")
    page.click("#sy-history")
    page.wait_for_selector(".sy-sheet .sy-talks")
    me.look("history")
    assert me.found == []


@pytest.mark.parametrize(("lang", "view"), VIEWS)
def test_signing_in_and_checking(watch, guarded, lang, view):
    me = watch(guarded, f"/login?lang={lang}", view)
    page = me.page
    me.look("login")
    signed_in(page, "wrong")
    page.wait_for_selector("[role='alert']")
    me.look("wrong password")
    signed_in(page)
    page.goto(f"{guarded.url}/?tab=check&lang={lang}")
    page.wait_for_selector(f"html[lang^='{lang}'] #sy-draft textarea")
    me.look("draft")
    page.fill("#sy-draft textarea", DRAFT)
    page.click("#sy-check-go")
    page.wait_for_selector(".sy-report")
    page.locator(".sy-claim-mark").first.click()
    me.look("checked draft")
    assert me.found == []


@pytest.mark.parametrize(("lang", "view"), VIEWS)
def test_the_archive_and_ingest(watch, guarded, lang, view):
    me = watch(guarded, "/login", view)
    page = me.page
    signed_in(page)
    page.goto(f"{guarded.url}/?tab=archive&lang={lang}")
    page.wait_for_selector(f"html[lang^='{lang}'] .sy-list")
    me.look("archive")
    page.locator(".sy-list .sy-open").first.click()
    page.click(".sy-takedown summary")
    me.look("article, takedown")
    page.keyboard.press("Escape")
    page.locator("[data-intake]:visible").first.click()
    page.set_input_files(
        ".sy-drop input",
        [
            {"name": "A03.txt", "mimeType": "text/plain", "buffer": PAGE.encode()},
            {"name": "行.jsonl", "mimeType": "text/plain", "buffer": b"{broken\n"},
        ],
    )
    me.look("upload")
    page.click(".sy-go button")
    page.wait_for_selector(".sy-strip [data-dismiss]")
    page.locator(".sy-strip .sy-rejected summary").click()
    me.look("ingested, rejected rows")
    assert me.found == []


def signed_in(page, password=ADMIN[1]):
    page.fill("[name='name']", ADMIN[0])
    page.fill("[name='password']", password)
    page.click("form button")
    if password == ADMIN[1]:
        page.wait_for_selector("#sy-tabs a")


@pytest.mark.parametrize("flag", ["--empty", "--no-model"])
def test_what_is_missing(watch, tmp_path, flag):
    running = Server(tmp_path / "log", flag)
    me = watch(running, "/", WIDE)
    me.page.wait_for_selector(".sy-welcome")
    me.look(flag)
    me.leave()
    assert running.stop() == (0, "")
    assert me.found == []


def test_a_serious_finding_is_found(watch, kept):
    me = watch(kept, "/", WIDE)
    me.page.wait_for_selector(".sy-welcome > p")
    me.page.eval_on_selector(".sy-welcome > p", "p => p.style.color = '#ccc'")
    me.page.eval_on_selector("#sy-send", "button => button.textContent = ''")
    me.look("spoilt")
    assert {each.split()[1] for each in me.found} >= {"color-contrast", "button-name"}
