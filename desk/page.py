"""The page's parts and events in Gradio; the one module that imports it.

Import it through ui.py, which first turns Gradio's calls to other hosts off.
"""

import threading
from collections.abc import Iterator
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from desk.archive_events import ArchiveDesk, Browse
from desk.archive_page import ArchiveTab
from desk.archive_style import CSS_ARCHIVE
from desk.check_events import CheckDesk
from desk.check_page import CheckTab
from desk.check_run import Checking, DraftChecker
from desk.check_style import CSS_CHECK
from desk.events import Conversation, Desk
from desk.gradio_parts import QUIET, Changes, html_part, sent
from desk.guard import Guard
from desk.render import render_alert
from desk.style import CSS, FONTS, HEAD, JS, JS_ARTICLE, JS_HEADER, JS_NOW
from desk.tabs import CSS_TABS, JS_TABS, render_tabs
from desk.text import labels

_ASKING_AT_ONCE = 16  # each holds one thread; the engine bounds its LLM itself
_QUEUED = 64
_SESSIONS = 500  # conversations kept in memory; the least recently used leaves first


def build_page(desk: Desk, title: str) -> gr.Blocks:
    """The page over ``desk``; every session gets its own conversation, language and stop flag."""
    page: gr.Blocks
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as page:
        _Page(desk).listen(page)
    page.queue(default_concurrency_limit=_ASKING_AT_ONCE, max_size=_QUEUED)
    page.state_session_capacity = _SESSIONS
    return page


def application(page: gr.Blocks) -> FastAPI:
    """``page`` as an ASGI application: no docs, no uploads, nothing loaded from elsewhere."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, events=frozenset(page.fns))
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=gr.themes.Base(font=list(FONTS), font_mono=["ui-monospace", "monospace"]),
        css=CSS + CSS_TABS + CSS_CHECK + CSS_ARCHIVE,
        head=HEAD,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        max_file_size=1,
    )
    # page.close() ends the event streams of page.app, which is not the one that was just mounted.
    mounted: Any = next(route.app for route in app.routes if isinstance(route, Mount))
    page.app = mounted
    return app


class _Turnstile:
    """Lets one question of a session through at a time. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: dict[str, object] = {}

    def enter(self, session: str, question: object) -> bool:
        """Whether ``question`` may go in now; if so it is inside until it leaves."""
        with self._lock:
            return self._inside.setdefault(session, question) is question

    def leave(self, session: str, question: object) -> None:
        """``question`` is outside; one of the same session that came in meanwhile stays."""
        with self._lock:
            if self._inside.get(session) is question:
                del self._inside[session]


class _Page:
    """The components, and what each event changes. Built inside a ``gr.Blocks``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asking = _Turnstile()
        view = desk.view((), "zh")
        words = labels("zh")
        self.conversation = gr.State(())
        self.lang = gr.State("zh")
        self.stopper = gr.State(None)
        with gr.Column(elem_id="sy-page"):
            with gr.Row(elem_id="sy-head"):
                self.header = html_part(view.header, JS_HEADER, "sy-brand")
                self.tabs = html_part(render_tabs("zh"), JS_TABS, "sy-tabs")
                self.fresh = gr.Button(words.new_conversation, elem_id="sy-new")
                self.switch = gr.Button(words.other_language, elem_id="sy-lang")
            with gr.Row(elem_id="sy-desk"):
                with gr.Column(elem_id="sy-talk"):
                    with gr.Column(elem_id="sy-thread"):
                        self.past = html_part("", JS)
                        self.now = html_part(view.now, JS_NOW)
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
            checker = desk.engine if isinstance(desk.engine, DraftChecker) else None
            self.check = CheckTab(CheckDesk(desk.engine.archive, checker), model=desk.engine.model)
            self.archive = ArchiveTab(ArchiveDesk(desk.engine.archive))

    def listen(self, page: gr.Blocks) -> None:
        """Tie the events to what they change."""
        talk = [self.conversation, self.lang]
        parts = [self.past, self.now, self.panel, self.article, self.notice]
        buttons = [self.send, self.stop, self.fresh, self.switch]
        everything = [
            self.header, self.tabs, self.lang, self.conversation, self.box, *parts, *buttons,
        ]  # fmt: skip
        asking: dict[str, Any] = {
            **QUIET,
            "fn": self.ask,
            "inputs": [self.box, *talk],
            "outputs": [self.conversation, self.stopper, self.box, *parts, *buttons],
            "concurrency_limit": _ASKING_AT_ONCE,
            "concurrency_id": "ask",
            # Gradio's "once" drops in silence what comes before it has tidied up after the last.
            "trigger_mode": "multiple",
        }
        resting: dict[str, Any] = {**QUIET, "fn": self.rest, "outputs": [self.stopper, *buttons]}
        relabel: dict[str, Any] = {
            **QUIET,
            "inputs": [
                self.lang,
                self.check.checking,
                self.check.draft,
                self.archive.browse,
                self.archive.seen,
            ],
            "outputs": [*self.check.parts(), *self.archive.parts()],
        }
        page.load(self.load, outputs=everything, **QUIET).then(fn=self.arrived, **relabel)
        self.switch.click(self.switched, talk, everything, **QUIET).then(
            fn=self.relabelled, **relabel
        )
        self.tabs.select(
            self.turned, [self.archive.browse, self.lang], self.archive.parts(), **QUIET
        )
        self.check.listen(self.lang)
        self.archive.listen(self.lang)
        self.fresh.click(self.cleared, [self.lang], everything, **QUIET)
        gr.on([self.box.submit, self.send.click], **asking).failure(**resting)
        self.now.example_select(self.picked, outputs=[self.box], **QUIET).then(**asking).failure(
            **resting
        )
        self.stop.click(self.halt, [self.stopper], **QUIET)
        for part in (self.past, self.now, self.panel):
            part.select(self.opened, talk, [self.panel, self.article], **QUIET)

    def load(self, request: gr.Request) -> Changes:
        """A new visitor; ``?lang=en`` shows the page in English."""
        return self._whole((), "en" if request.query_params.get("lang") == "en" else "zh")

    def switched(self, talk: Conversation, lang: str) -> Changes:
        """The same conversation with the other language's labels."""
        return self._whole(talk, "zh" if lang == "en" else "en")

    def arrived(
        self,
        lang: str,
        checking: Checking | None,
        draft: str,
        browse: Browse,
        seen: bool,
        request: gr.Request,
    ) -> Changes:
        """The other tabs for a new visitor; ``?tab=archive`` shows him the archive."""
        seen = seen or request.query_params.get("tab") == "archive"
        if lang == "zh" and not seen:  # as it was built; he may already be typing
            return {self.archive.seen: False}
        return self.relabelled(lang, checking, draft, browse, seen)

    def relabelled(
        self, lang: str, checking: Checking | None, draft: str, browse: Browse, seen: bool
    ) -> Changes:
        """The other tabs in the language that has just been set."""
        return {
            **self.check.relabelled(checking, draft, lang),
            **self.archive.relabelled(browse, lang, seen=seen),
        }

    def turned(self, browse: Browse, lang: str, event: gr.EventData) -> Changes:
        """Another tab is seen; the archive is shown as it is now."""
        if sent(event, "tab") != "archive":
            return {self.archive.notice: ""}
        return self.archive.shown(browse, lang)

    def cleared(self, lang: str) -> Changes:
        """A new conversation."""
        return self._whole((), lang)

    def ask(
        self, question: str, talk: Conversation, lang: str, request: gr.Request
    ) -> Iterator[Changes]:
        """The answer as it grows. Closing this closes the engine's iterator."""
        question = question.strip()
        refusal = self._desk.refusal(question, lang)
        if refusal or not question:
            yield {self.notice: render_alert(refusal)}
            return
        session, stopper = request.session_hash or "", threading.Event()
        if not self._asking.enter(session, stopper):
            yield {self.notice: render_alert(labels(lang).still_answering)}
            return
        try:
            yield from self._answering(question, talk, lang, session, stopper)
        finally:
            self._asking.leave(session, stopper)

    def _answering(
        self,
        question: str,
        talk: Conversation,
        lang: str,
        session: str,
        stopper: threading.Event,
    ) -> Iterator[Changes]:
        grown = self._desk.ask(question, talk, stopper)
        talk = next(grown)
        shown = self._desk.panel(talk, lang)
        yield {
            self.conversation: talk,
            self.stopper: stopper,
            self.box: "",
            self.past: self._desk.past(talk, lang),
            self.now: self._desk.now(talk, lang),
            self.panel: shown,
            self.article: "",
            self.notice: "",
            **self._buttons(asking=True),
        }
        for talk in grown:
            panel = self._desk.panel(talk, lang)
            changed: Changes = {self.conversation: talk, self.now: self._desk.now(talk, lang)}
            if panel != shown:
                changed[self.panel] = shown = panel
            if not talk[-1].running:  # with the last words, so that the next question may follow
                self._asking.leave(session, stopper)
                changed |= {self.notice: "", **self.rest()}
            yield changed

    def rest(self) -> Changes:
        """When nothing is being answered any more."""
        return {self.stopper: None, **self._buttons(asking=False)}

    def halt(self, stopper: threading.Event | None) -> None:
        """Stop the answer that is being written; ``ask`` shows what there is of it."""
        if stopper is not None:
            stopper.set()

    def picked(self, event: gr.EventData) -> str:
        """The example question that was clicked."""
        number = sent(event, "number")
        if isinstance(number, int) and 0 <= number < len(self._desk.examples):
            return self._desk.examples[number]
        return ""

    def opened(self, talk: Conversation, lang: str, event: gr.EventData) -> Changes:
        """The article or the earlier evidence that was clicked."""
        brought = self._desk.open(sent(event, "ref"), talk, lang)
        if brought.panel:
            return {self.panel: brought.panel, self.article: ""}
        return {self.article: brought.article}

    def _whole(self, talk: Conversation, lang: str) -> Changes:
        view = self._desk.view(talk, lang)
        words = labels(lang)
        return {
            self.header: view.header,
            self.tabs: render_tabs(lang),
            self.lang: lang,
            self.conversation: talk,
            self.past: view.past,
            self.now: view.now,
            self.panel: view.panel,
            self.article: "",
            self.notice: "",
            self.box: gr.update(placeholder=words.placeholder, label=words.question),
            self.send: gr.update(value=words.ask),
            self.stop: gr.update(value=words.stop),
            self.fresh: gr.update(value=words.new_conversation),
            self.switch: gr.update(value=words.other_language),
        }

    def _buttons(self, *, asking: bool) -> Changes:
        return {
            self.send: gr.update(visible=not asking),
            self.stop: gr.update(visible=asking),
            self.fresh: gr.update(interactive=not asking),
            self.switch: gr.update(interactive=not asking),
        }
