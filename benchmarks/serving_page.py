"""The page in a real Chromium: how soon it can be used, and how soon evidence is painted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.planted_made import Planted
from index.errors import BadInput

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_CHROMIUM = Path("/usr/bin/chromium")
_ARGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_MILLISECONDS = 30_000
_BOX = "#sy-box textarea"
_TURNS = 10  # questions of one visitor: a conversation is not endless
# From the key to the first frame after the evidence of that question stands in the page: a frame's
# callback comes before it is painted, so the one after it is waited for.
_WATCH = """
(number) => {
  window.syPainted = new Promise((painted, failed) => {
    let pressed = 0;
    setTimeout(() => failed(new Error("no evidence is shown")), 30000);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter") pressed = performance.now();
    }, {capture: true, once: true});
    const cards = ["e", "s", "c"].map(
      (kind) => `#sy-evidence .sy-card[data-ref^="${kind}:${number}:"]`).join(",");
    const look = () => {
      const card = document.querySelector(cards);
      if (!pressed || !card || !card.getClientRects().length) return false;
      requestAnimationFrame(() => requestAnimationFrame(() => painted(
        {ms: performance.now() - pressed, text: card.textContent})));
      return true;
    };
    const watcher = new MutationObserver(() => { if (look()) watcher.disconnect(); });
    watcher.observe(document.body, {subtree: true, childList: true, attributes: true});
  });
}
"""


@contextmanager
def chromium() -> Iterator["Browser"]:
    """The browser; raises BadInput where there is none."""
    if not _CHROMIUM.exists():
        raise BadInput(f"{_CHROMIUM} is not there. Install it: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=list(_ARGS))
        yield browser
        browser.close()


def seconds_to_use(browser: "Browser", url: str) -> float:
    """From the address to a question box that keeps what is typed; in a browser without a cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(_MILLISECONDS)
    page.goto(url, wait_until="commit")
    page.wait_for_selector(f"{_BOX}:enabled")
    page.fill(_BOX, "可以问了")
    page.wait_for_function(f"document.querySelector('{_BOX}').value === '可以问了'")
    page.wait_for_selector("#sy-page .sy-panel:visible")
    seconds = float(page.evaluate("performance.now()")) / 1000
    context.close()
    return seconds


def painted_evidence(
    browser: "Browser", url: str, questions: Sequence[Planted]
) -> list[tuple[Planted, float, str]]:
    """Each question typed into the page: seconds from Enter to painted evidence, and its text.

    The text is that of the first card.
    """
    found = []
    for start in range(0, len(questions), _TURNS):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.set_default_timeout(_MILLISECONDS)
        page.goto(url)
        page.wait_for_selector("#sy-page .sy-panel:visible")
        for number, wanted in enumerate(questions[start : start + _TURNS], 1):
            found.append((wanted, *_ask(page, wanted, number)))
        context.close()
    return found


def _ask(page: "Page", wanted: Planted, number: int) -> tuple[float, str]:
    page.evaluate(_WATCH, number)
    page.fill(_BOX, wanted.question)
    page.press(_BOX, "Enter")
    painted = page.evaluate("window.syPainted")
    page.wait_for_selector(f".sy-turn[data-number='{number}'][data-phase='done']")
    page.wait_for_selector("#sy-send:visible")
    return painted["ms"] / 1000, painted["text"]
