"""The Ask tab's parts, and asking, in Gradio. Import it through desk.page."""

import re
import threading
from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from desk.auth_user import user_of
from desk.chips import Wish
from desk.events import Conversation, Desk
from desk.exchange import Exchange
from desk.gradio_parts import QUIET, Changes, html_part, sent
from desk.history import Kept
from desk.render import render_alert
from desk.script import JS, JS_ARTICLE, JS_NOW
from desk.talk_events import TalkDesk
from desk.talk_style import JS_MARK, JS_TOOLS
from desk.text import labels
from desk.turnstile import Turnstile

_TALK = re.compile(r'data-talk="([0-9a-f]{16})"')
ASKING_AT_ONCE = 16  # each holds one thread; the engine bounds its LLM itself


class AskTab:
    """The components, and what asking changes. Built inside a ``gr.Blocks``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.talks = TalkDesk(desk)
        self.asking = Turnstile()
        view = desk.view((), "zh")
        words = labels("zh")
        self.conversation = gr.State(())
        self.kept = gr.State(None)  # which stored conversation it is
        self.wish = gr.State(None)
        self._resting: list[Any] = []
        with gr.Row(elem_id="sy-desk"):
            with gr.Column(elem_id="sy-talk"):
                with gr.Column(elem_id="sy-thread"):
                    self.past = html_part("", JS + JS_TOOLS)
                    self.now = html_part(view.now, JS_NOW + JS_TOOLS)
                self.notice = html_part("", None, "sy-notice")
                with gr.Row(elem_id="sy-composer"):
                    self.box = gr.Textbox(
                        elem_id="sy-box",
                        placeholder=words.placeholder,
                        label=words.question,
                        show_label=False,
                        container=False,
                        lines=1,
                        max_lines=5,
                        autofocus=True,
                    )
                    self.send = gr.Button(words.ask, elem_id="sy-send")
                    self.stop = gr.Button(words.stop, elem_id="sy-stop", visible=False)
            with gr.Column(elem_id="sy-side"):
                self.panel = html_part(view.panel, JS, "sy-evidence")
                self.article = html_part("", JS_ARTICLE, "sy-article", "sy-opened")
        self.mark = html_part("", JS_MARK, "sy-mark")

    def parts(self) -> list[Any]:
        """What ``whole`` changes."""
        return [
            self.conversation, self.kept, self.mark, self.box, self.past, self.now, self.panel,
            self.article, self.notice, self.send, self.stop,
        ]  # fmt: skip

    def listen(self, lang: gr.State, resting: list[Any]) -> None:
        """Tie the events to what they change; ``resting`` are buttons that wait for the answer."""
        self._resting = resting
        talk = [self.conversation, lang, self.mark]
        outputs = [*self.parts(), self.wish, *resting]
        asking: dict[str, Any] = {
            **QUIET,
            "fn": self.ask,
            "inputs": [self.box, self.kept, *talk],
            "outputs": outputs,
            "concurrency_limit": ASKING_AT_ONCE,
            "concurrency_id": "ask",
            # Gradio's "once" drops in silence what comes before it has tidied up after the last.
            "trigger_mode": "multiple",
        }
        self.again: dict[str, Any] = {
            **asking,
            "fn": self.ask_again,
            "inputs": [self.wish, self.kept, *talk],
        }
        self.at_rest: dict[str, Any] = {
            **QUIET,
            "fn": self.rest,
            "outputs": [self.wish, self.send, self.stop, *resting],
        }
        gr.on([self.box.submit, self.send.click], **asking).failure(**self.at_rest)
        self.now.example_select(self.picked, outputs=[self.box], **QUIET).then(**asking).failure(
            **self.at_rest
        )
        self.stop.click(self.halt, **QUIET)
        for part in (self.past, self.now, self.panel):
            part.select(self.opened, talk, [self.panel, self.article], **QUIET)

    def recalled(
        self, talk: Conversation, kept: Kept | None, mark: str | None, request: gr.Request
    ) -> tuple[Conversation, Kept | None]:
        """The conversation that the browser shows.

        A server that was started again, or that has had 500 visitors since, has forgotten the
        session; the page that was open all the while has not, and names what it shows.
        """
        named = shown_talk(mark)
        if talk or kept is not None or not named:
            return talk, kept
        talk, kept, _ = self.talks.reopen(user_of(request), named, "zh")
        return talk, kept

    def ask(
        self,
        question: str,
        kept: Kept | None,
        talk: Conversation,
        lang: str,
        mark: str | None,
        request: gr.Request,
    ) -> Iterator[Changes]:
        """The answer as it grows. Closing this closes the engine's iterator."""
        question = question.strip()
        refusal = self._desk.refusal(question, lang)
        if refusal or not question:
            yield {self.notice: render_alert(refusal)}
            return
        talk, kept = self.recalled(talk, kept, mark, request)
        yield from self._through(question, kept, talk, lang, request)

    def ask_again(
        self,
        wish: Wish | None,
        kept: Kept | None,
        talk: Conversation,
        lang: str,
        mark: str | None,
        request: gr.Request,
    ) -> Iterator[Changes]:
        """The same for a question that takes the place of another; nothing without a wish."""
        if wish is None:
            yield {self.wish: None}
            return
        talk, kept = self.recalled(talk, kept, mark, request)
        yield from self._through(wish, kept, talk, lang, request)

    def _through(
        self,
        asked: str | Wish,
        kept: Kept | None,
        talk: Conversation,
        lang: str,
        request: gr.Request,
    ) -> Iterator[Changes]:
        session, stopper = request.session_hash or "", threading.Event()
        if not self.asking.enter(session, stopper):
            yield {self.notice: render_alert(labels(lang).still_answering), self.wish: None}
            return
        grown = (
            self._desk.ask_again(asked, talk, stopper)
            if isinstance(asked, Wish)
            else self._desk.ask(asked, talk, stopper)
        )
        try:
            talk = next(grown)
            # A question typed meanwhile stays in the box.
            emptied: Changes = {} if isinstance(asked, Wish) else {self.box: ""}
            yield {**self._begun(talk, lang), **emptied}
            for changed in self._growing(grown, talk, kept, user_of(request), lang):
                if self.wish in changed:  # the last words: the next question may follow
                    self.asking.leave(session, stopper)
                yield changed
        finally:
            self.asking.leave(session, stopper)

    def _growing(
        self,
        grown: Iterator[Conversation],
        talk: Conversation,
        kept: Kept | None,
        user: str,
        lang: str,
    ) -> Iterator[Changes]:
        """What each piece of the answer changes; the conversation is stored first and last."""
        kept, said = self.talks.keep(user, kept, talk, lang, revive=True)
        stored, shown = self.stored(kept), talk[-1]
        try:
            for talk in grown:
                changed: Changes = {
                    **stored,
                    self.conversation: talk,
                    self.now: self._desk.now(talk, lang),
                }
                stored = {}
                if _shows_more(talk[-1], shown):
                    changed[self.panel], shown = self._desk.panel(talk, lang), talk[-1]
                if not talk[-1].running:
                    kept, failed = self.talks.keep(user, kept, talk, lang)
                    notice = render_alert(said or failed)
                    changed |= {**self.stored(kept), self.notice: notice, **self.rest()}
                yield changed
        finally:
            if talk[-1].running:  # the reader has left
                self.talks.keep(user, kept, talk, lang)

    def _begun(self, talk: Conversation, lang: str) -> Changes:
        return {
            self.conversation: talk,
            self.past: self._desk.past(talk, lang),
            self.now: self._desk.now(talk, lang),
            self.panel: self._desk.panel(talk, lang),
            self.article: "",
            self.notice: "",
            self.wish: None,
            **self._buttons(asking=True),
        }

    def stored(self, kept: Kept | None) -> Changes:
        """Which stored conversation the page shows; the browser remembers its id."""
        if self._desk.history is None:
            return {}
        key = escape(kept.id) if kept is not None else ""
        return {self.kept: kept, self.mark: f'<i hidden data-talk="{key}"></i>'}

    def rest(self) -> Changes:
        """When nothing is being answered any more."""
        return {self.wish: None, **self._buttons(asking=False)}

    def halt(self, request: gr.Request) -> None:
        """Stop the answer that is being written; ``ask`` shows what there is of it.

        By the session and not by a ``gr.State``, which is set only when the first words are out.
        """
        self.asking.halt(request.session_hash or "")

    def picked(self, event: gr.EventData) -> str:
        """The example question that was clicked."""
        number = sent(event, "number")
        if isinstance(number, int) and 0 <= number < len(self._desk.examples):
            return self._desk.examples[number]
        return ""

    def opened(
        self,
        talk: Conversation,
        lang: str,
        mark: str | None,
        request: gr.Request,
        event: gr.EventData,
    ) -> Changes:
        """The article or the earlier evidence that was clicked."""
        talk, _ = self.recalled(talk, None, mark, request)
        brought = self._desk.open(sent(event, "ref"), talk, lang)
        if brought.panel:
            return {self.panel: brought.panel, self.article: ""}
        return {self.article: brought.article}

    def whole(self, talk: Conversation, lang: str) -> Changes:
        """The tab for a conversation, in one language."""
        view = self._desk.view(talk, lang)
        words = labels(lang)
        return {
            self.conversation: talk,
            self.past: view.past,
            self.now: view.now,
            self.panel: view.panel,
            self.article: "",
            self.notice: "",
            self.box: gr.update(placeholder=words.placeholder, label=words.question),
            self.send: gr.update(value=words.ask),
            self.stop: gr.update(value=words.stop),
        }

    def _buttons(self, *, asking: bool) -> Changes:
        return {
            self.send: gr.update(visible=not asking),
            self.stop: gr.update(visible=asking),
            **{button: gr.update(interactive=not asking) for button in self._resting},
        }


def shown_talk(mark: str | None) -> str:
    """The id of the stored conversation that the browser says it shows; "" for none."""
    named = _TALK.search(mark or "")
    return named[1] if named else ""


def _shows_more(now: Exchange, before: Exchange) -> bool:
    """Whether the panel has changed: it looks articles up, so it is not made for each word."""
    same = now.evidence is before.evidence and now.answer is before.answer
    return not same or now.running != before.running
