"""The states of the Evaluate tab for docs/screenshots.py, and the runs and drafts they show."""

import os
import subprocess
from pathlib import Path

from screenshot_camera import PHONE, ROOT, SUYUAN, Camera

_ASKED = "60"  # questions of samples/qa.jsonl
_BASE = "one-sentence"  # the run that is compared with


def prepared(archive: Path) -> None:
    """Put a run that was shown one sentence only, and proposed questions, into the archive."""
    common = ["--archive", str(archive)]
    asked = ["eval", "qa", "--questions", str(ROOT / "samples" / "qa.jsonl"), "--limit", _ASKED]
    out = ["--out", str(archive / "runs" / _BASE), "--no-llm"]
    drafts = ["qa", "draft", "--out", str(archive / "qa" / "drafts.jsonl"), "--count", "12"]
    (archive / "qa").mkdir()
    made = {**os.environ, "SUYUAN_EVIDENCE": "1"}
    subprocess.run([SUYUAN, *asked, *out, *common], check=True, env=made)
    subprocess.run([SUYUAN, *drafts, *common], check=True)


def beginning(camera: Camera, url: str) -> None:
    """The tab before the first run, and a set that cannot be used."""
    page = camera.open(url, "eval", ".sy-eval-form")
    camera.shoot("eval-empty")
    broken = '{"id":"a","type":"figure","question":"吞吐量多少？","answerable":true}\n{broken\n'
    file = {"name": "新题.jsonl", "mimeType": "text/plain", "buffer": broken.encode()}
    page.set_input_files(".sy-eval-form .sy-pick input", [file])
    page.wait_for_selector(".sy-eval-form .sy-flag ul")
    camera.shoot("eval-bad-set", to=".sy-eval-form .sy-flag")


def evaluating(camera: Camera, url: str) -> None:
    """A run from its start to a question, a comparison and the review queue."""
    page = camera.open(url, "eval", ".sy-runs-list")
    page.select_option(".sy-eval-form [name='set']", "samples/qa.jsonl")
    camera.put(".sy-eval-form [name='limit']", _ASKED)
    page.wait_for_selector("#sy-eval-strip progress:not([value='0'])")
    camera.shoot("eval-running", to="#sy-eval-strip progress")
    page.locator("#sy-eval-strip [data-do='run']").click(timeout=120_000)
    page.wait_for_selector(".sy-tiles")
    camera.shoot("eval-run")
    if camera.width < PHONE:  # else they begin on the same screen
        camera.shoot("eval-plots", to=".sy-figs figure:first-child figcaption")
    page.click("[data-view='questions']")
    page.wait_for_selector(".sy-only")
    camera.shoot("eval-questions", to=".sy-only")
    page.click("[data-only='wrong']")
    page.wait_for_selector("[data-only='wrong'][aria-pressed='true']")
    page.locator(".sy-run .sy-asked-list button").first.click()
    page.wait_for_selector(".sy-judged")
    camera.shoot("eval-question")
    page.keyboard.press("Escape")
    page.select_option(".sy-compare-form [name='base']", _BASE)
    page.click("[data-do='compare']")
    page.wait_for_selector(".sy-versus")
    camera.shoot("eval-compare")
    page.evaluate("scrollTo(0, 0)")
    page.click("[data-pane='review']")
    page.wait_for_selector(".sy-judge-form")
    page.wait_for_timeout(300)
    camera.shoot("eval-review", to=".sy-judge h2" if camera.width < PHONE else "")
