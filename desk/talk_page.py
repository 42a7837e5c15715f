"""History, feedback, changed questions and export in Gradio. Import it through desk.page."""

import secrets
from typing import Any

import gradio as gr

from desk.ask_page import AskTab
from desk.auth_user import user_of
from desk.check_style import JS_SAVE
from desk.events import Conversation
from desk.gradio_parts import QUIET, Changes, all_sent, html_part
from desk.history import Kept
from desk.html import download
from desk.render import render_alert, render_said
from desk.talk_style import JS_SHEET
from desk.talk_text import talk_labels
from desk.told import told
from index.errors import UserError


class TalkSheets:
    """What opens over the Ask tab, and what its clicks change. Built inside a ``gr.Blocks``."""

    def __init__(self, ask: AskTab) -> None:
        self._ask = ask
        self._talks = ask.talks
        self.sheet = html_part("", JS_SHEET, "sy-sheet")
        self.saved = html_part("", JS_SAVE, "sy-pack")

    def listen(self, lang: gr.State, history: gr.Button) -> None:
        """Tie the events to what they change; ``history`` opens the list."""
        ask = self._ask
        talk = [ask.conversation, ask.kept, lang, ask.mark]
        everything = [*ask.parts(), self.sheet, self.saved]
        history.click(self.listed, [ask.kept, lang], [self.sheet], **QUIET)
        self.sheet.option_select(self.clicked, talk, everything, **QUIET)
        for part in (ask.past, ask.now):
            part.option_select(self.clicked, talk, everything, **QUIET)
        wished = [ask.wish, ask.notice, self.sheet]
        for trigger in (ask.now.retry, ask.past.retry, self.sheet.submit):
            trigger(self.wished, [ask.conversation, lang, ask.mark], wished, **QUIET).then(
                **ask.again
            ).failure(**ask.at_rest)

    def listed(self, kept: Kept | None, lang: str, request: gr.Request) -> str:
        """The user's conversations."""
        return self._talks.listing(user_of(request), lang, current=kept.id if kept else "")

    def wished(
        self,
        talk: Conversation,
        lang: str,
        mark: str | None,
        request: gr.Request,
        event: gr.EventData,
    ) -> Changes:
        """The question to ask again, or why it cannot be."""
        talk, _ = self._ask.recalled(talk, None, mark, request)
        if self._ask.asking.busy(request.session_hash or ""):
            return {self._ask.wish: None, **self._busy(lang)}
        wish, sheet = self._talks.wish(talk, all_sent(event), lang)
        return {self._ask.wish: wish, self.sheet: sheet}

    def clicked(
        self,
        talk: Conversation,
        kept: Kept | None,
        lang: str,
        mark: str | None,
        request: gr.Request,
        event: gr.EventData,
    ) -> Changes:
        """A tool below an answer, or something in a sheet."""
        talk, kept = self._ask.recalled(talk, kept, mark, request)
        given = all_sent(event)
        user, act = user_of(request), given.get("act")
        if act == "narrow":
            sheet = self._talks.narrow(talk, given.get("number"), given.get("field"), lang)
            return {self.sheet: sheet}
        if act == "export":
            return self._exported(talk, given.get("value"), lang)
        if act in ("history", "search", "delete-all"):
            return {self.sheet: self._list(user, kept, lang, given)}
        if self._ask.asking.busy(request.session_hash or ""):
            return {**self._busy(lang), self.sheet: ""}
        if act in ("rate", "feedback"):
            return self._rated(user, talk, kept, given, lang)
        if act == "open":
            return self._reopened(user, given.get("value"), lang)
        if act in ("delete", "delete-all-sure"):
            key = given.get("value") if act == "delete" else None
            return self._deleted(user, key, talk, kept, given, lang)
        return {self.sheet: ""}

    def reopened(self, user: str, key: object, lang: str) -> Changes:
        """A stored conversation as the whole tab; an empty one where there is none."""
        talk, kept, said = self._talks.reopen(user, key, lang)
        changed = {**self._ask.whole(talk, lang), **self._ask.stored(kept)}
        return {**changed, self._ask.notice: render_alert(said)}

    def _reopened(self, user: str, key: object, lang: str) -> Changes:
        talk, kept, said = self._talks.reopen(user, key, lang)
        if kept is None:
            said = said or talk_labels(lang).gone
            return {self.sheet: self._talks.listing(user, lang, said=said)}
        changed = {**self._ask.whole(talk, lang), **self._ask.stored(kept)}
        return {**changed, self.sheet: ""}

    def _deleted(
        self,
        user: str,
        key: object,
        talk: Conversation,
        kept: Kept | None,
        given: dict[str, object],
        lang: str,
    ) -> Changes:
        said = ""
        try:
            if key is None or isinstance(key, str):
                self._talks.forget(user, key)
        except UserError as error:
            said = told(error, lang)
        changed: Changes = {}
        if not said and kept is not None and key in (None, kept.id):  # the one that is shown
            changed, kept = {**self._ask.whole((), lang), **self._ask.stored(None)}, None
        return {**changed, self.sheet: self._list(user, kept, lang, given, said=said)}

    def _list(
        self,
        user: str,
        kept: Kept | None,
        lang: str,
        given: dict[str, object],
        *,
        said: str = "",
    ) -> str:
        text = given.get("text")
        return self._talks.listing(
            user,
            lang,
            text=text[:100] if isinstance(text, str) else "",
            current=kept.id if kept else "",
            sure=given.get("act") == "delete-all",
            said=said,
        )

    def _rated(
        self,
        user: str,
        talk: Conversation,
        kept: Kept | None,
        given: dict[str, object],
        lang: str,
    ) -> Changes:
        rated = self._talks.rate(user, talk, given, lang)
        if rated is None:
            return {self.sheet: ""}
        if rated.talk is talk:
            return {self.sheet: rated.sheet, self._ask.notice: render_alert(rated.error)}
        number = int(str(given.get("number")))
        kept, failed = self._talks.keep(user, kept, rated.talk, lang, changed=number)
        desk = self._talks.desk
        return {
            **self._ask.stored(kept),
            self.sheet: "",
            self._ask.notice: render_alert(failed) or render_said(talk_labels(lang).thanks),
            self._ask.conversation: rated.talk,
            self._ask.past: desk.past(rated.talk, lang),
            self._ask.now: desk.now(rated.talk, lang),
        }

    def _exported(self, talk: Conversation, kind: object, lang: str) -> Changes:
        pack = self._talks.pack(talk, kind, lang)
        if pack is None:
            return {self.sheet: ""}
        return {self.saved: download(pack.name, pack.kind, pack.text, nonce=secrets.token_hex(4))}

    def _busy(self, lang: str) -> dict[Any, Any]:
        return {self._ask.notice: render_alert(talk_labels(lang).busy)}
