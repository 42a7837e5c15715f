"""Take a picture of each state of the desk, in both languages and at two widths.

Run as ``python docs/screenshots.py [--archive FOLDER] [--out docs/screenshots]``; without an
archive one is built from samples/. It needs Chromium and the bundled encoder, and no LLM.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

_ROOT = Path(__file__).parents[1]
_SUYUAN = Path(sys.executable).with_name("suyuan")
_CHROMIUM = "/usr/bin/chromium"
_ARGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_WIDTHS = {1280: 800, 390: 844}  # a laptop and a phone, in pixels
_QUESTION = {"zh": "青岛上半年贷款余额是多少？", "en": "How high were Qingdao's loans in mid-2020?"}
_DRAFT = (
    "2020年上半年青岛金融运行情况\n\n截至6月末，青岛市本外币贷款余额23140亿元，同比增长15.53%。"
    "上半年，青岛市生产总值5514.86亿元，同比增长0.1%。\n\n6月份，青岛CPI同比上涨2.6%，"
    "济南CPI同比上涨2.9%。上半年青岛港集装箱吞吐量1034万标箱。\n\n"
    "济南轨道交通集团总经理贾令仪表示，“R2线明年3月底前开通”。市民普遍感到出行更方便了。\n"
)


def main() -> None:
    """Build or open an archive, serve it, and photograph the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, help="an archive; default: one of samples/")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "screenshots")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        archive = options.archive or _sample_archive(Path(folder) / "archive")
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_ARGS))
        with _served(archive) as url:
            for lang in ("zh", "en"):
                for width, height in _WIDTHS.items():
                    phone = width < 800
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, is_mobile=phone
                    )
                    _Camera(context.new_page(), url, lang, width, options.out).take_all()
                    context.close()
        browser.close()


class _Camera:
    """One visitor who goes through the states and keeps a picture of each."""

    def __init__(self, page: Page, url: str, lang: str, width: int, out: Path) -> None:
        self._page, self._url, self._lang = page, url, lang
        self._width, self._out = width, out

    def take_all(self) -> None:
        """Ask, Check and Archive, each from its empty state on."""
        self._ask()
        self._check()
        self._archive()

    def _ask(self) -> None:
        page = self._open("ask", ".sy-welcome")
        self._shoot("ask-empty")
        self._put("#sy-box textarea", _QUESTION[self._lang])
        page.wait_for_selector(".sy-turn[data-phase='done']")
        self._shoot("ask-answer")
        page.locator("#sy-evidence .sy-open").first.click()
        page.wait_for_selector(".sy-article")
        self._shoot("ask-article")
        page.keyboard.press("Escape")
        self._put("#sy-box textarea", "火星基地2020年的发电量是多少？")
        page.wait_for_selector(".sy-turn[data-number='2'][data-phase='done']")
        self._shoot("ask-not-found")

    def _check(self) -> None:
        page = self._open("check", "#sy-draft textarea")
        self._shoot("check-empty")
        page.click("#sy-check-go")
        page.wait_for_selector("#sy-check .sy-alert")
        self._shoot("check-no-draft")
        page.fill("#sy-draft textarea", _DRAFT)
        page.fill("#sy-draft-date input", "2020-07-25")
        page.click("#sy-check-go")
        page.wait_for_selector(".sy-report")
        self._shoot("check-result")
        page.locator(".sy-claim-mark[data-verdict='contradicted']").first.click()
        self._shoot("check-claim")
        page.locator(".sy-claim.sy-on .sy-open").first.click()
        page.wait_for_selector("#sy-check .sy-article")
        self._shoot("check-article")
        page.keyboard.press("Escape")
        page.click("button[data-only='contradicted']")
        self._shoot("check-filter")

    def _archive(self) -> None:
        page = self._open("archive", ".sy-list")
        self._shoot("archive")
        self._put(".sy-finder [name='text']", "贷款余额")
        page.wait_for_selector(".sy-list mark")
        self._shoot("archive-search")
        page.locator(".sy-list .sy-open").first.click()
        page.wait_for_selector("#sy-archive .sy-article")
        self._shoot("archive-article")
        page.keyboard.press("Escape")
        self._put(".sy-finder [name='text']", "量子香蕉")
        page.wait_for_selector(".sy-shelf .sy-flag")
        self._shoot("archive-nothing")

    def _open(self, tab: str, until: str) -> Page:
        self._page.goto(f"{self._url}/?tab={tab}&lang={self._lang}")
        self._page.wait_for_selector(until)
        self._page.wait_for_timeout(700)  # until the labels are those of the language
        return self._page

    def _put(self, box: str, text: str) -> None:
        self._page.fill(box, text)
        self._page.press(box, "Enter")

    def _shoot(self, name: str) -> None:
        self._page.wait_for_timeout(250)  # until fonts and scrolling have settled
        self._page.screenshot(path=self._out / f"{name}-{self._lang}-{self._width}.png")


def _sample_archive(folder: Path) -> Path:
    samples = [_ROOT / "samples" / "pages", _ROOT / "samples" / "export.jsonl"]
    subprocess.run([_SUYUAN, "ingest", *samples, "--archive", folder], check=True)
    return folder


@contextmanager
def _served(archive: Path) -> Iterator[str]:
    """The address of the desk over ``archive``."""
    command = [_SUYUAN, "serve", "--archive", archive, "--no-llm"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None:
            raise RuntimeError("the server has no output to read its address from")
        try:
            yield next(found[0] for line in server.stdout if (found := _address(line)))
        finally:
            server.terminate()


def _address(line: str) -> re.Match[str] | None:
    return re.search(r"http://[\w.:\[\]]+", line)


if __name__ == "__main__":
    main()
