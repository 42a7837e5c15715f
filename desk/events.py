"""What the desk does at each turn, over plain values. Knows nothing of Gradio or HTTP."""

import logging
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from desk.article import Passage, render_absent, render_article
from desk.exchange import Engine, Exchange, follow, history_of
from desk.render import render_exchange, render_header, render_panel, render_welcome
from desk.text import Labels, labels
from index.errors import UserError
from index.types import Coverage
from rag.types import Citation, Evidence, Headline

MAX_QUESTION = 500  # characters; a question, not a document: that is for the draft checker
_MAX_EXCHANGES = 50  # kept per conversation; the oldest leave first
_REFERENCE = re.compile(r"([cens]):(\d{1,6}):(\d{1,3})(?::(\d{1,3}))?")
_LOG = logging.getLogger("suyuan.ui")

Conversation = tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The page's changing parts, as HTML."""

    header: str
    past: str
    now: str
    panel: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What a click brings: another evidence panel, an article, or (both empty) nothing."""

    panel: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """One engine's page. Holds no conversation: each session keeps its own."""

    engine: Engine
    examples: tuple[str, ...]

    def view(self, conversation: Conversation, lang: str) -> View:
        """The whole page for a conversation, in one language."""
        shown = labels(lang)
        coverage, error = self._coverage(shown)
        header = render_header(shown, coverage)
        if not conversation:
            welcome = render_welcome(
                shown, coverage, self.examples, model=self.engine.model, error=error
            )
            return View(header, "", welcome, render_panel(None, shown))
        return View(
            header,
            self.past(conversation, lang),
            self.now(conversation, lang),
            render_panel(conversation[-1], shown),
        )

    def past(self, conversation: Conversation, lang: str) -> str:
        """All but the last question."""
        return "".join(
            render_exchange(each, labels(lang), model=self.engine.model)
            for each in conversation[:-1]
        )

    def now(self, conversation: Conversation, lang: str) -> str:
        """The last question."""
        return render_exchange(conversation[-1], labels(lang), model=self.engine.model)

    def panel(self, conversation: Conversation, lang: str) -> str:
        """The last question's evidence."""
        return render_panel(conversation[-1], labels(lang))

    def ask(
        self, question: str, conversation: Conversation, stop: threading.Event
    ) -> Iterator[Conversation]:
        """The conversation with ``question`` at its end, each time its answer has grown."""
        kept = conversation[-(_MAX_EXCHANGES - 1) :]
        number = kept[-1].number + 1 if kept else 1
        exchange = Exchange(number, question)
        yield (*kept, exchange)
        for grown in follow(self.engine, exchange, history=history_of(kept), stop=stop):
            yield (*kept, grown)

    def refusal(self, question: str, lang: str) -> str:
        """Why ``question`` cannot be asked as it is; "" if it can."""
        if len(question) <= MAX_QUESTION:
            return ""
        return labels(lang).too_long.format(limit=MAX_QUESTION, count=len(question))

    def open(self, reference: object, conversation: Conversation, lang: str) -> Opened:
        """What ``reference`` points at, among what this conversation was shown.

        Anything else, also a reference another session was given, opens nothing.
        """
        match = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
        if match is None:
            return Opened()
        kind, number, item = match[1], int(match[2]), int(match[3])
        exchange = next((each for each in conversation if each.number == number), None)
        if exchange is None:
            return Opened()
        if kind == "s":
            return Opened(panel=render_panel(exchange, labels(lang)))
        target = _target(exchange, kind, item)
        if match[4]:
            target = _copy(target, int(match[4]))
        return Opened(article=self._article(exchange, target, labels(lang))) if target else Opened()

    def _article(
        self, exchange: Exchange, target: Citation | Evidence | Headline, shown: Labels
    ) -> str:
        version = None if isinstance(target, Headline) else target.version
        try:
            article = self.engine.archive.article(target.article_id, version)
        except Exception as error:
            return render_absent(reason(error, f"opening {target.article_id}", shown), shown)
        if article is None:
            return render_absent(shown.gone, shown)
        return render_article(article, _passages(exchange, target), shown)

    def _coverage(self, shown: Labels) -> tuple[Coverage | None, str]:
        try:
            return self.engine.archive.coverage(), ""
        except Exception as error:
            return None, reason(error, "reading the archive's coverage", shown)


def reason(error: Exception, doing: str, shown: Labels) -> str:
    """One line for the reader; anything but a UserError also goes to the log, with a reference."""
    if isinstance(error, UserError):
        return str(error)
    reference = secrets.token_hex(3)
    _LOG.error("error %s while %s", reference, doing, exc_info=error)
    return shown.unexpected.format(reference=reference)


def _target(exchange: Exchange, kind: str, item: int) -> Citation | Evidence | Headline | None:
    answer = exchange.answer
    if kind == "e":
        return next((each for each in exchange.evidence if each.number == item), None)
    if answer is None:
        return None
    if kind == "c":
        return next((each for each in answer.citations if each.marker == item), None)
    return answer.nearest[item - 1] if 1 <= item <= len(answer.nearest) else None


def _copy(target: Citation | Evidence | Headline | None, number: int) -> Headline | None:
    copies = target.copies if isinstance(target, Citation | Evidence) else ()
    return copies[number - 1] if 1 <= number <= len(copies) else None


def _passages(exchange: Exchange, target: Citation | Evidence | Headline) -> list[Passage]:
    """The chosen sentence; faintly, the one it leans on and what else is cited of the article."""
    if isinstance(target, Headline):
        return []
    cited = exchange.answer.citations if exchange.answer is not None else ()
    chosen = Passage(target.start, target.end)
    lead = Passage(target.lead_start, target.lead_start + len(target.lead), chosen=False)
    return [chosen, *([lead] if target.lead else [])] + [
        Passage(each.start, each.end, chosen=False)
        for each in cited
        if (each.article_id, each.version) == (target.article_id, target.version)
        and (each.start, each.end) != (target.start, target.end)
    ]
