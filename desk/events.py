"""What the desk does at each turn, over plain values. Knows nothing of Gradio or HTTP."""

import logging
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from desk.article import Passage, render_absent, render_article
from desk.chips import Wish
from desk.context import Surroundings
from desk.exchange import Engine, Exchange, follow, history_of
from desk.feedback import Feedback
from desk.history import History
from desk.html import flag
from desk.render import render_exchange, render_header, render_welcome
from desk.sources import render_panel
from desk.talk_render import render_chips, render_tools
from desk.talk_text import talk_labels
from desk.text import Labels, labels
from desk.told import told
from index.errors import UserError
from index.filters import NO_FILTER
from index.types import Coverage
from rag.types import Citation, Evidence, Headline, Status

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
    """One engine's page. Holds no conversation: each session keeps its own.

    Without ``history`` conversations end with their session, without ``feedback`` answers are not
    rated. ``ingesting`` says whether articles are being put in now, ``uploads`` whether the page
    takes some in.
    """

    engine: Engine
    examples: Sequence[str]
    history: History | None = None
    feedback: Feedback | None = None
    ingesting: Callable[[], bool] = lambda: False
    uploads: bool = False

    def view(self, conversation: Conversation, lang: str) -> View:
        """The whole page for a conversation, in one language."""
        shown = labels(lang)
        coverage, error = self._coverage(shown)
        header = render_header(shown, coverage)
        if not conversation:
            welcome = render_welcome(
                shown,
                coverage,
                self.examples,
                model=self.engine.model,
                error=error,
                below=self._ingesting(lang),
                uploads=self.uploads,
            )
            return View(header, "", welcome, render_panel(None, shown))
        return View(
            header,
            self.past(conversation, lang),
            self.now(conversation, lang),
            self.panel(conversation, lang),
        )

    def past(self, conversation: Conversation, lang: str) -> str:
        """All but the last question."""
        return "".join(self._exchange(each, lang, last=False) for each in conversation[:-1])

    def now(self, conversation: Conversation, lang: str) -> str:
        """The last question."""
        return self._exchange(conversation[-1], lang, last=True)

    def panel(self, conversation: Conversation, lang: str) -> str:
        """The last question's evidence."""
        return self._panel(conversation[-1], lang)

    def _panel(self, exchange: Exchange, lang: str) -> str:
        return render_panel(exchange, labels(lang), Surroundings(self.engine.archive).of)

    def _exchange(self, exchange: Exchange, lang: str, *, last: bool) -> str:
        answer = exchange.answer
        unanswered = last and answer is not None and answer.status is Status.NOT_FOUND
        return render_exchange(
            exchange,
            labels(lang),
            model=self.engine.model,
            above=render_chips(exchange, lang, editable=last),
            below=(self._ingesting(lang) if unanswered else "")
            + render_tools(exchange, lang, last=last, rated=self.feedback is not None),
        )

    def _ingesting(self, lang: str) -> str:
        words = talk_labels(lang)
        return flag("note", words.ingesting, words.ingesting_more) if self.ingesting() else ""

    def ask(
        self, question: str, conversation: Conversation, stop: threading.Event
    ) -> Iterator[Conversation]:
        """The conversation with ``question`` at its end, each time its answer has grown.

        What the last question was narrowed to, this one is too.
        """
        filters = conversation[-1].filters if conversation else NO_FILTER
        return self.ask_again(Wish(question, filters, 0), conversation, stop)

    def ask_again(
        self, wish: Wish, conversation: Conversation, stop: threading.Event
    ) -> Iterator[Conversation]:
        """The same with what is wished; the exchange it replaces, and its answer, are gone."""
        number = conversation[-1].number + 1 if conversation else 1
        others = tuple(each for each in conversation if each.number != wish.replaces)
        kept = others[-(_MAX_EXCHANGES - 1) :]
        exchange = Exchange(number, wish.question, filters=wish.filters, asked_at=datetime.now(UTC))
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
            return Opened(panel=self._panel(exchange, lang))
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
        return told(error, shown.lang)
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
