"""What takes the pictures of docs/screenshots.py, and the servers it visits. Knows no state."""

import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
SUYUAN = str(Path(sys.executable).with_name("suyuan"))
PHONE = 800  # pixels; narrower is a phone
_COLOURS = 64  # of a picture's palette: the page has a dozen, and their edges against paper


@dataclass(frozen=True, slots=True)
class Camera:
    """One visitor in one language, at one width, who keeps pictures of what he sees."""

    page: Page
    lang: str
    width: int
    out: Path

    def open(self, url: str, tab: str, until: str) -> Page:
        """A tab as a new visitor sees it, its labels in the language."""
        self.page.goto(f"{url}/?tab={tab}&lang={self.lang}")
        self.page.wait_for_selector(f"html[lang^='{self.lang}'] {until}")
        self.page.wait_for_timeout(500)  # until the tab's own labels have come too
        return self.page

    def put(self, box: str, text: str) -> None:
        """Type and press Enter."""
        self.page.fill(box, text)
        self.page.press(box, "Enter")

    def ask(self, question: str, number: int, until: str = "[data-phase='done']") -> None:
        """Ask, and wait for the turn that matches ``until``."""
        self.put("#sy-box textarea", question)
        self.page.wait_for_selector(f".sy-turn[data-number='{number}']{until}")

    def shoot(self, name: str, *, to: str = "") -> None:
        """Keep a picture; ``to`` is what is to be in sight."""
        if to:
            self.page.locator(to).last.scroll_into_view_if_needed()
        self.page.wait_for_timeout(250)  # until fonts and scrolling have settled
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        path = self.out / f"{name}-{self.lang}-{self.width}.png"
        _few_colours(shot).save(path, optimize=True)


def _few_colours(shot: Image.Image) -> Image.Image:
    """The picture in its most frequent colours, each as it is: Pillow's own cuts would mix them."""
    counted = sorted(shot.getcolors(shot.width * shot.height) or [], reverse=True)[:_COLOURS]
    flat = [
        value for _, colour in counted for value in (colour if isinstance(colour, tuple) else ())
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette(flat)
    return shot.quantize(palette=palette, dither=Image.Dither.NONE)


def serve(archive: Path) -> list[str]:
    """The command that serves an archive without an LLM."""
    return [SUYUAN, "serve", "--archive", str(archive), "--no-llm"]


def scripted(module: str, *flags: str) -> Callable[[], AbstractContextManager[str]]:
    """One of the tests' servers, fresh for each visitor."""

    @contextmanager
    def served() -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            log = str(Path(folder) / "log")
            with started([sys.executable, "-m", f"tests.{module}", log, *flags]) as url:
                yield url

    return served


@contextmanager
def started(command: list[str]) -> Iterator[str]:
    """The address that a server prints; it ends with the block."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None:
            raise RuntimeError("the server has no output to read its address from")
        try:
            yield next(found[0] for line in server.stdout if (found := _address(line)))
        finally:
            server.terminate()


def _address(line: str) -> re.Match[str] | None:
    return re.search(r"http://[\w.:\[\]]+", line)
