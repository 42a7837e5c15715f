"""The page's parts and events in Gradio; the one module that imports it.

Import it through ui.py, which first turns Gradio's calls to other hosts off.
"""

from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from desk.archive_events import ArchiveDesk, Browse
from desk.archive_page import ArchiveTab
from desk.archive_style import CSS_ARCHIVE
from desk.ask_page import ASKING_AT_ONCE, AskTab, shown_talk
from desk.auth_user import user_of
from desk.check_events import CheckDesk
from desk.check_page import CheckTab
from desk.check_run import Checking, DraftChecker
from desk.check_style import CSS_CHECK
from desk.eval_events import EvalDesk
from desk.eval_page import EvalTab
from desk.eval_style import CSS_EVAL
from desk.events import Conversation, Desk
from desk.gradio_parts import QUIET, Changes, html_part, sent
from desk.guard import Guard
from desk.ingest_desk import IngestDesk
from desk.script import JS_HEADER
from desk.style import CSS, FONTS, HEAD
from desk.tabs import CSS_TABS, JS_TABS, render_tabs
from desk.talk_page import TalkSheets
from desk.talk_style import CSS_TALK, HEAD_TALK
from desk.talk_text import talk_labels
from desk.text import LANG_COOKIE, labels, wished_lang

_QUEUED = 64
_SESSIONS = 500  # conversations kept in memory; the least recently used leaves first


def build_page(
    desk: Desk, title: str, ingest: IngestDesk | None = None, evaluation: EvalDesk | None = None
) -> gr.Blocks:
    """The page over ``desk``; every session gets its own conversation, language and stop flag."""
    page: gr.Blocks
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as page:
        _Page(desk, ingest, evaluation).listen(page)
    page.queue(default_concurrency_limit=ASKING_AT_ONCE, max_size=_QUEUED)
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
        css=CSS + CSS_TALK + CSS_TABS + CSS_CHECK + CSS_ARCHIVE + CSS_EVAL,
        head=HEAD + HEAD_TALK,
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


class _Page:
    """The page's head and its tabs, and what concerns all of them. Built inside a ``gr.Blocks``."""

    def __init__(self, desk: Desk, ingest: IngestDesk | None, evaluation: EvalDesk | None) -> None:
        self._desk = desk
        words = labels("zh")
        # In the browser and not with the session, which a restart of the server forgets.
        self.lang: Any = gr.Textbox("zh", visible="hidden", interactive=False, label=words.language)
        with gr.Column(elem_id="sy-page"):
            with gr.Row(elem_id="sy-head"):
                self.header = html_part(desk.view((), "zh").header, JS_HEADER, "sy-brand")
                self.tabs = html_part(render_tabs("zh"), JS_TABS, "sy-tabs")
                self.history = gr.Button(
                    talk_labels("zh").history,
                    elem_id="sy-history",
                    visible=desk.history is not None,
                )
                self.fresh = gr.Button(words.new_conversation, elem_id="sy-new")
                self.switch = gr.Button(words.other_language, elem_id="sy-lang")
            self.ask = AskTab(desk)
            checker = desk.engine if isinstance(desk.engine, DraftChecker) else None
            self.check = CheckTab(CheckDesk(desk.engine.archive, checker), model=desk.engine.model)
            self.archive = ArchiveTab(ArchiveDesk(desk.engine.archive, ingest))
            self.eval = EvalTab(evaluation)
            self.sheets = TalkSheets(self.ask)

    def listen(self, page: gr.Blocks) -> None:
        """Tie the events to what they change."""
        buttons = [self.history, self.fresh, self.switch]
        everything = [self.header, self.tabs, self.lang, *self.ask.parts(), *buttons]
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
        page.load(self.load, outputs=everything, **QUIET).then(fn=self.arrived, **relabel).then(
            **self.eval.relabel(self.lang)
        )
        self.switch.click(
            self.switched, [self.ask.conversation, self.lang, self.ask.mark], everything, **QUIET
        ).then(fn=self.relabelled, **relabel).then(**self.eval.relabel(self.lang))
        self.tabs.select(
            self.turned,
            [self.archive.browse, self.ask.conversation, self.ask.mark, self.lang],
            [*self.archive.parts(), self.header, self.ask.now],
            **QUIET,
        )
        self.fresh.click(self.cleared, [self.lang], everything, **QUIET)
        self.check.listen(self.lang)
        self.archive.listen(self.lang)
        self.eval.listen(self.lang, self.tabs)
        self.ask.listen(self.lang, buttons)
        self.sheets.listen(self.lang, self.history)

    def load(self, request: gr.Request) -> Changes:
        """A new visitor, or one who comes back to ``?talk=``; ``?lang=en`` shows it in English."""
        lang = wished_lang(request.query_params.get("lang"), request.cookies.get(LANG_COOKIE))
        talk = request.query_params.get("talk")
        return {**self._head(lang), **self.sheets.reopened(user_of(request), talk, lang)}

    def switched(
        self, talk: Conversation, lang: str, mark: str | None, request: gr.Request
    ) -> Changes:
        """The same conversation with the other language's labels."""
        talk, _ = self.ask.recalled(talk, None, mark, request)
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

    def turned(
        self, browse: Browse, talk: Conversation, mark: str | None, lang: str, event: gr.EventData
    ) -> Changes:
        """Another tab is seen; the archive is shown as it is now, also by an empty conversation."""
        if sent(event, "tab") == "ask" and not talk and not shown_talk(mark):
            view = self._desk.view((), lang)
            return {self.header: view.header, self.ask.now: view.now}
        if sent(event, "tab") != "archive":
            return {self.archive.notice: ""}
        header = self._desk.view((), lang).header
        return {**self.archive.shown(browse, lang), self.header: header}

    def cleared(self, lang: str) -> Changes:
        """A new conversation."""
        return {**self._whole((), lang), **self.ask.stored(None)}

    def _whole(self, talk: Conversation, lang: str) -> Changes:
        return {**self._head(lang), **self.ask.whole(talk, lang)}

    def _head(self, lang: str) -> Changes:
        words = labels(lang)
        return {
            self.header: self._desk.view((), lang).header,
            self.tabs: render_tabs(lang),
            self.lang: lang,
            self.history: gr.update(value=talk_labels(lang).history),
            self.fresh: gr.update(value=words.new_conversation),
            self.switch: gr.update(value=words.other_language),
        }
