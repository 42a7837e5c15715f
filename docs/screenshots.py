"""Take a picture of each state of the desk, in both languages and at two widths.

Run as ``python docs/screenshots.py [--only NAME…] [--archive FOLDER]``. The pages over
samples/ are those of ``suyuan serve`` without an LLM; where an LLM's words, a login or an empty
archive are to be seen, it is the tests' scripted server. It needs Chromium and the bundled encoder.
"""

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright
from screenshot_camera import PHONE, ROOT, SUYUAN, Camera, scripted, serve, started
from screenshot_eval import beginning, evaluating, prepared

_CHROMIUM = "/usr/bin/chromium"
_ARGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_WIDTHS = {1280: 800, 390: 844}  # a laptop and a phone, in pixels
_QUESTION = {
    "zh": "青岛上半年贷款余额是多少？",
    "en": "How many licensed night markets does Qingdao have?",
}
_LOANS = {"zh": "海州上半年贷款余额是多少？", "en": "What is the loan balance of Haizhou?"}
_DRAFT = (
    "2020年上半年青岛金融运行情况\n\n截至6月末，青岛市本外币贷款余额23140亿元，同比增长15.53%。"
    "上半年，青岛市生产总值5514.86亿元，同比增长0.1%。\n\n6月份，青岛CPI同比上涨2.6%，"
    "济南CPI同比上涨2.9%。上半年青岛港集装箱吞吐量1034万标箱。\n\n"
    "济南轨道交通集团总经理贾令仪表示，“R2线明年3月底前开通”。市民普遍感到出行更方便了。\n"
)
_NEWS = "".join(
    f'{{"title":"公报第{number}号","text":"第{number}号公报：雾城机场{number}月吞吐量'
    f'{number * 13}万人次。","date":"2021-{number % 12 + 1:02d}-01"}}\n'
    for number in range(1, 400)
)
_BROKEN = '{"title":"机场客流","text":"雾城机场上半年吞吐量612万人次。"}\n{broken\n{"title":"空"}\n'
_FILES = {"公报.jsonl": _NEWS, "行.jsonl": _BROKEN, "扫描件.pdf": "not a PDF"}


def main() -> None:
    """Start what each group of states needs, and photograph them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=_GROUPS, nargs="+", default=list(_GROUPS))
    parser.add_argument("--archive", type=Path, help="one of samples/; default: it is built")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.archive:
        _ARCHIVE.append(options.archive)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_ARGS))
        for name in options.only:
            served, take = _GROUPS[name]
            for lang in ("zh", "en"):
                for width, height in _WIDTHS.items():
                    phone = width < PHONE
                    with served() as url:
                        context = browser.new_context(
                            viewport={"width": width, "height": height}, is_mobile=phone
                        )
                        take(Camera(context.new_page(), lang, width, options.out), url)
                        context.close()
        browser.close()


def _ask(camera: Camera, url: str) -> None:
    """The Ask tab with an LLM: while it answers, what it says, where that comes from."""
    page = camera.open(url, "ask", ".sy-welcome")
    camera.shoot("ask-empty")
    camera.ask("很长的回答", 1, " .sy-text")
    camera.shoot("ask-answering")
    page.click("#sy-stop")
    page.wait_for_selector(".sy-turn[data-phase='stopped']")
    camera.shoot("ask-stopped", to=".sy-turn .sy-flag")
    page.click("#sy-new")
    page.wait_for_selector(".sy-welcome")
    camera.ask(_LOANS[camera.lang], 1)
    camera.shoot("ask-answer")
    if camera.width < PHONE:
        camera.shoot("ask-sources", to="#sy-evidence .sy-card:nth-child(2)")
    page.locator(".sy-turn button.sy-marker").first.click()
    page.wait_for_selector("mark.sy-chosen")
    camera.shoot("ask-article")
    page.keyboard.press("Escape")
    page.locator("[data-act='rate'][data-value='down']").click()
    page.wait_for_selector(".sy-sheet form")
    camera.shoot("ask-feedback")
    page.keyboard.press("Escape")
    page.click("#sy-new")
    page.wait_for_selector(".sy-welcome")
    camera.ask("有什么坏消息？", 1, "[data-phase='failed']")
    camera.shoot("ask-error")
    page.click("#sy-history")
    page.wait_for_selector(".sy-sheet .sy-talks")
    camera.shoot("history")


def _no_llm(camera: Camera, url: str) -> None:
    camera.open(url, "ask", ".sy-welcome")
    camera.shoot("no-llm-empty")
    camera.ask(_QUESTION[camera.lang], 1)
    camera.shoot("no-llm-answer")
    camera.ask("火星基地2020年的发电量是多少？", 2)
    camera.shoot("ask-not-found")


def _check(camera: Camera, url: str) -> None:
    page = camera.open(url, "check", "#sy-draft textarea")
    camera.shoot("check-empty")
    page.fill("#sy-draft textarea", _DRAFT)
    page.fill("#sy-draft-date input", "2020-07-25")
    page.click("#sy-check-go")
    page.wait_for_selector(".sy-report")
    camera.shoot("check-result")
    page.locator(".sy-claim-mark[data-verdict='contradicted']").first.click()
    camera.shoot("check-claim")


def _archive(camera: Camera, url: str) -> None:
    """The Archive tab from its list to its takedown."""
    page = camera.open(url, "archive", ".sy-list")
    camera.shoot("archive-list")
    if camera.width < PHONE:  # else it stands beside the list
        camera.shoot("archive-coverage", to=".sy-plot")
    camera.put(".sy-finder [name='text']", "贷款余额")
    page.wait_for_selector(".sy-list mark")
    camera.shoot("archive-search")
    page.locator(".sy-list .sy-open").first.click()
    page.wait_for_selector("#sy-archive .sy-article")
    camera.shoot("archive-article")
    page.click(".sy-takedown summary")
    camera.shoot("archive-takedown", to=".sy-takedown button")
    page.keyboard.press("Escape")
    camera.put(".sy-finder [name='text']", "量子香蕉")
    page.wait_for_selector(".sy-shelf .sy-flag")
    camera.shoot("archive-nothing")


def _ingest(camera: Camera, url: str) -> None:
    """From an empty archive over its first upload to the rows that were rejected."""
    page = camera.open(url, "ask", ".sy-welcome")
    camera.shoot("empty-ask")
    page.click(".sy-go-to")
    page.wait_for_selector("#sy-listed [data-intake]")
    camera.shoot("empty-archive")
    page.click("#sy-listed [data-intake]")
    page.wait_for_selector(".sy-upload-form")
    page.set_input_files(
        ".sy-drop input",
        [
            {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
            for name, text in _FILES.items()
        ],
    )
    camera.shoot("ingest-form")
    page.click(".sy-go button")
    page.wait_for_selector(".sy-strip progress")
    camera.shoot("ingest-running")
    page.wait_for_selector(".sy-strip .sy-rejected", timeout=120_000)
    page.click(".sy-strip .sy-rejected summary")
    camera.shoot("ingest-rejected")
    page.locator("[data-intake]:visible").first.click()
    page.wait_for_selector(".sy-runs")
    camera.shoot("ingest-past", to=".sy-runs")


def _login(camera: Camera, url: str) -> None:
    camera.page.goto(f"{url}/login?lang={camera.lang}")
    camera.shoot("login")
    camera.page.fill("[name='name']", "chen")
    camera.page.fill("[name='password']", "wrong")
    camera.page.click("form button")
    camera.page.wait_for_selector("[role='alert']")
    camera.shoot("login-wrong")


@contextmanager
def _samples() -> Iterator[str]:
    """The address of ``suyuan serve`` over an archive of samples/; it starts once."""
    if "samples" not in _RUNNING:
        _RUNNING["samples"] = _KEPT.enter_context(started(serve(_sample_archive())))
    yield _RUNNING["samples"]


@contextmanager
def _evaluated() -> Iterator[str]:
    """The same over a copy in which there is something to compare and to review."""
    if "evaluated" not in _RUNNING:
        folder = Path(_KEPT.enter_context(tempfile.TemporaryDirectory())) / "archive"
        shutil.copytree(_sample_archive(), folder)
        prepared(folder)
        _RUNNING["evaluated"] = _KEPT.enter_context(started(serve(folder)))
    yield _RUNNING["evaluated"]


def _sample_archive() -> Path:
    """The archive of samples/; it is built once."""
    if not _ARCHIVE:
        folder = Path(_KEPT.enter_context(tempfile.TemporaryDirectory())) / "archive"
        samples = [ROOT / "samples" / "pages", ROOT / "samples" / "export.jsonl"]
        subprocess.run([SUYUAN, "ingest", *samples, "--archive", folder], check=True)
        _ARCHIVE.append(folder)
    return _ARCHIVE[0]


_KEPT = ExitStack()
_RUNNING: dict[str, str] = {}
_ARCHIVE: list[Path] = []
_GROUPS = {
    "ask": (scripted("kept_server"), _ask),
    "no-llm": (_samples, _no_llm),
    "check": (_samples, _check),
    "archive": (_samples, _archive),
    "ingest": (scripted("login_server", "--open", "--empty"), _ingest),
    "eval-empty": (scripted("eval_desk"), beginning),
    "eval": (_evaluated, evaluating),
    "login": (scripted("login_server"), _login),
}

if __name__ == "__main__":
    with _KEPT:
        main()
