"""A server in a process of its own and a visitor in a real Chromium, for the browser tests."""

import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

_CHROMIUM = Path("/usr/bin/chromium")
_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
_QUIET = 200  # ms without a stream: an event that starts when another ends has then begun
_HOME = re.compile(r"(http://127\.0\.0\.1:\d+/|data:|blob:)")
_ROOT = Path(__file__).parents[1]


class Server:
    """The real page in a process of its own, over the engine that ``module`` serves."""

    def __init__(self, log, *flags, module="tests.scripted_engine"):
        self.log = log
        self._errors = log.parent / "stderr"
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, str(log), *flags],
                cwd=_ROOT,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), self._errors.read_text()

    def logged(self):
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    def stop(self):
        """The exit code after SIGTERM, and what it wrote to stderr."""
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=15)
        self._process.stdout.close()
        return code, self._errors.read_text()

    def kill(self):
        """End it whatever it does; nothing where it has ended."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def launched():
    """Chromium; skips the test where there is none."""
    if not _CHROMIUM.exists():
        pytest.skip(f"{_CHROMIUM} is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=list(_ARGS))
        yield browser
        browser.close()


class Visitor:
    """One person's browser tab; fails if the page asks another host for anything."""

    def __init__(self, browser, url, **context):
        self._context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}} | context
        )
        self.page = self._context.new_page()
        self.page.set_default_timeout(15_000)
        self.strayed, self.broken, self._streams = [], [], []
        self.page.on("request", self._seen)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.broken.append(message.text) if message.type == "error" else None,
        )
        self.page.goto(url)
        self.page.wait_for_selector("#sy-page .sy-panel:visible")

    def _seen(self, request):
        if not _HOME.match(request.url):
            self.strayed.append(request.url)
        if "/queue/" in request.url:
            self._streams.append(request)

    def _ended(self, request):
        if request in self._streams:
            self._streams.remove(request)

    def settle(self):
        """Wait until nothing streams: what is cut off is an error in the browser's console."""
        quiet, deadline = 0, time.monotonic() + 15
        while quiet < _QUIET:
            assert time.monotonic() < deadline, [request.url for request in self._streams]
            self.page.wait_for_timeout(50)
            quiet = 0 if self._streams else quiet + 50

    def go(self, url):
        """Leave the page for another once nothing streams."""
        self.settle()
        self.page.goto(url)

    def reload(self):
        """Load the page anew once nothing streams."""
        self.settle()
        self.page.reload()

    def ask(self, question):
        """Type and press Enter; returns the new turn."""
        number = self.page.locator(".sy-turn").count() + 1
        self.page.fill("#sy-box textarea", question)
        self.page.press("#sy-box textarea", "Enter")
        return self.turn(number)

    def turn(self, number):
        turn = self.page.locator(f".sy-turn[data-number='{number}']")
        turn.wait_for()
        return turn

    def wait_done(self, number, phase="done"):
        self.page.wait_for_selector(f".sy-turn[data-number='{number}'][data-phase='{phase}']")
        self.page.wait_for_selector("#sy-send")

    def leave(self, *, lost=False):
        """Close the tab; with ``lost`` the server had gone, which the browser reports as it may."""
        self._context.close()
        if lost:
            return
        assert self.strayed == [], self.strayed
        assert self.broken == [], self.broken


def in_view(page, selector):
    """Whether the element's middle lies inside the window and nothing covers it."""
    return page.eval_on_selector(
        selector,
        """(element) => {
          const box = element.getClientRects()[0];
          const x = box.x + box.width / 2, y = box.y + box.height / 2;
          const top = document.elementFromPoint(x, y);
          return y > 0 && y < innerHeight && (top === element || element.contains(top));
        }""",
    )
