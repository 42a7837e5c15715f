"""What the Check tab does at each turn, over plain values. Knows nothing of Gradio or HTTP."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from desk.article import Passage, render_absent, render_article
from desk.check_render import (
    render_checking,
    render_claims,
    render_dating,
    render_intro,
    render_tools,
)
from desk.check_run import Checking, Draft, DraftChecker, follow_check
from desk.check_text import check_labels
from desk.check_upload import MAX_FILE, TooBig, WrongKind, plain_name, upload_text
from desk.events import reason
from desk.exchange import ArchiveReader
from desk.text import labels
from desk.told import told
from index.errors import BadInput
from rag.draft_check import LONGEST_DRAFT
from rag.draft_html import report_html
from rag.draft_out import report_json
from rag.types import Citation

_REFERENCE = re.compile(r"k:(\d{1,3}):(\d{1,2})")
_MEGABYTE = 1024 * 1024
_LONGEST_SHOWN = 40  # characters of a wrong value that a message repeats


@dataclass(frozen=True, slots=True)
class CheckView:
    """The tab's changing parts, as HTML."""

    intro: str
    tools: str
    dating: str
    report: str
    claims: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What an upload brings: a text with a word about it, or only why there is none."""

    text: str = ""
    name: str = ""
    said: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A file for the reader to keep."""

    name: str
    kind: str  # its media type
    text: str


@dataclass(frozen=True, slots=True)
class CheckDesk:
    """One engine's Check tab. Holds no draft: each session keeps its own."""

    archive: ArchiveReader
    checker: DraftChecker | None  # None: this engine cannot check drafts

    def view(self, checking: Checking | None, lang: str, *, length: int = 0) -> CheckView:
        """The whole tab, in one language; ``length`` is that of the text in the box."""
        words, shown = check_labels(lang), labels(lang)
        report = render_checking(checking, words, shown)
        return CheckView(
            render_intro(words),
            render_tools(words, length),
            render_dating(words),
            report,
            render_claims(checking, words, shown),
        )

    def tools(self, length: int, lang: str, *, said: str) -> str:
        """The line under the draft, with a word about what has just been read."""
        return render_tools(check_labels(lang), length, said=said)

    def draft(self, text: str, day: str, *, ask_model: bool, name: str, lang: str) -> Draft | str:
        """What to check, or why it cannot be checked as it is."""
        words = check_labels(lang)
        published = _day(day)
        if self.checker is None:
            return words.unavailable
        if not text.strip():
            return words.empty
        if len(text) > LONGEST_DRAFT:
            return words.too_long.format(limit=f"{LONGEST_DRAFT:,}", count=f"{len(text):,}")
        if day.strip() and published is None:
            return words.bad_date.format(value=day.strip()[:_LONGEST_SHOWN])
        return Draft(text, published, ask_model, name)

    def check(self, draft: Draft, stop: threading.Event) -> Iterator[Checking]:
        """The check of ``draft``, each time it has come further."""
        if self.checker is None:
            raise RuntimeError("a draft was made where none can be checked")
        return follow_check(self.checker, draft, stop=stop)

    def upload(self, name: object, encoded: object, lang: str) -> Uploaded:
        """The text of a file, from what the browser sent."""
        words = check_labels(lang)
        shown = plain_name(name) if isinstance(name, str) else ""
        try:
            known, text = upload_text(name, encoded)
        except WrongKind:
            return Uploaded(refusal=words.wrong_kind.format(name=shown))
        except TooBig:
            return Uploaded(refusal=words.too_big.format(name=shown, limit=MAX_FILE // _MEGABYTE))
        except BadInput as error:
            return Uploaded(refusal=words.unreadable.format(name=shown, reason=told(error, lang)))
        return Uploaded(text, known, words.uploaded.format(name=known))

    def open(self, reference: object, checking: Checking | None, lang: str) -> str:
        """The article behind an evidence sentence of this check; "" for any other reference."""
        found = _evidence(reference, checking)
        if found is None:
            return ""
        shown = replace(labels(lang), back=check_labels(lang).back)
        try:
            article = self.archive.article(found.article_id, found.version)
        except Exception as error:
            doing = f"opening {found.article_id}"
            return render_absent(reason(error, doing, shown), shown)
        if article is None:
            return render_absent(shown.gone, shown)
        passages = [Passage(found.start, found.end)]
        if found.lead:
            end = found.lead_start + len(found.lead)
            passages.append(Passage(found.lead_start, end, chosen=False))
        return render_article(article, passages, shown)

    def export(self, form: object, checking: Checking | None, lang: str) -> Export | None:
        """The report as a file; None where there is no report or no such form.

        The JSON report is for programs: the same in both languages.
        """
        report = checking.report if checking else None
        if checking is None or report is None:
            return None
        stem = PurePath(checking.draft.name).stem or "draft"
        stem = check_labels(lang).export_name.format(stem=stem)
        if form == "html":
            worded = replace(report, notes=tuple(told(note, lang) for note in report.notes))
            html = report_html(worded, name=checking.draft.name, lang=lang)
            return Export(f"{stem}.html", "text/html", html)
        if form == "json":
            text = json.dumps(report_json(report), ensure_ascii=False, indent=2)
            return Export(f"{stem}.json", "application/json", text + "\n")
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _evidence(reference: object, checking: Checking | None) -> Citation | None:
    match = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
    report = checking.report if checking else None
    if match is None or report is None:
        return None
    claim, place = int(match[1]), int(match[2])
    if not 1 <= claim <= len(report.findings):
        return None
    evidence = report.findings[claim - 1].evidence
    return evidence[place - 1] if 1 <= place <= len(evidence) else None
