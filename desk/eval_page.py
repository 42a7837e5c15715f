"""The Evaluate tab's parts and events in Gradio. Import it through desk.page."""

import secrets
from collections.abc import Iterator
from typing import Any

import gradio as gr

from desk.auth_user import is_admin, user_of
from desk.check_style import JS_SAVE
from desk.eval_events import EvalDesk, EvalView
from desk.eval_look import Look
from desk.eval_script import JS_EVAL, JS_EVAL_FORM, JS_EVAL_OVER, JS_EVAL_SIDE, JS_EVAL_STRIP
from desk.eval_text import eval_labels
from desk.gradio_parts import QUIET, Changes, all_sent, html_part, sent
from desk.html import download, flag
from desk.script import JS_ARTICLE

_LOOKING_ON = 8  # who follow a run at once, each in a thread
_STARTS_AT_ONCE = 2


class EvalTab:
    """The components, and what each event changes. Built inside a ``gr.Blocks``."""

    def __init__(self, desk: EvalDesk | None) -> None:
        """Without a ``desk`` the tab says so."""
        self._desk = desk
        self.look = gr.State(Look())
        self.seen = gr.State(value=False)  # no run is scored before somebody looks
        with gr.Row(elem_id="sy-eval", elem_classes="sy-two"):
            with gr.Column(elem_classes="sy-left"):
                self.top = html_part("", JS_EVAL, "sy-eval-panes")
                self.form = html_part("", JS_EVAL_FORM, "sy-eval-new")
                self.strip = html_part("", JS_EVAL_STRIP, "sy-eval-strip")
                self.notice = html_part("", None, "sy-eval-notice")
                self.listed = html_part("", JS_EVAL, "sy-eval-list")
                self.saved = html_part("", JS_SAVE, "sy-eval-saved")
            with gr.Column(elem_classes="sy-right"):
                self.side = html_part("", JS_EVAL_SIDE, "sy-eval-side")
                self.question = html_part(
                    "", JS_EVAL + JS_EVAL_OVER, "sy-eval-question", "sy-opened"
                )
                self.source = html_part("", JS_ARTICLE, "sy-eval-source", "sy-opened")

    def listen(self, lang: Any, tabs: gr.HTML) -> None:
        """Tie the events to what they change; ``tabs`` tells which tab is seen."""
        tabs.select(self.turned, [self.look, lang], self.parts(), **QUIET)
        known, changed = [self.look, lang], [*self.parts(), self.saved]
        for part in (self.top, self.strip, self.listed, self.side, self.question):
            part.select(self.clicked, known, changed, **QUIET)
        begin: dict[str, Any] = {**QUIET, "concurrency_limit": _STARTS_AT_ONCE}
        self.form.submit(self.started, known, changed, **begin)
        self.form.upload(self.sent_in, known, changed, **begin)
        self.strip.tick(
            self.followed,
            known,
            changed,
            concurrency_limit=_LOOKING_ON,
            concurrency_id="eval",
            **QUIET,
        )

    def relabel(self, lang: Any) -> dict[str, Any]:
        """The event behind those that set the language."""
        inputs = [self.look, lang, self.seen]
        return {"fn": self.relabelled, "inputs": inputs, "outputs": self.parts(), **QUIET}

    def parts(self) -> list[Any]:
        """What ``shown`` changes."""
        return [
            self.seen, self.look, self.top, self.form, self.strip, self.listed, self.side,
            self.question, self.source, self.notice,
        ]  # fmt: skip

    def shown(self, look: Look, lang: str, request: gr.Request) -> Changes:
        """The tab as it is now: runs may have come since."""
        if self._desk is None:
            said = f'<div class="sy-none">{flag("note", eval_labels(lang).unavailable)}</div>'
            return {self.seen: True, self.listed: said}
        admin = is_admin(request)
        strip = self._desk.strip(lang, admin=admin)
        return {
            **self._whole(self._desk.view(look, lang, admin=admin)),
            self.seen: True,
            self.notice: "",
            **({self.strip: strip} if strip else {}),
        }

    def turned(self, look: Look, lang: str, event: gr.EventData, request: gr.Request) -> Changes:
        """Another tab is seen; if it is this one, with the runs there are now."""
        if sent(event, "tab") != "eval":
            return {self.notice: ""}
        return self.shown(look, lang, request)

    def relabelled(self, look: Look, lang: str, seen: bool, request: gr.Request) -> Changes:
        """The tab in another language, where it has been looked at; ``?tab=eval`` shows it."""
        if not seen and request.query_params.get("tab") != "eval":
            return {self.notice: ""}
        return {
            self.strip: "",
            **self.shown(look, lang, request),
            self.question: "",
            self.source: "",
        }

    def clicked(self, look: Look, lang: str, event: gr.EventData, request: gr.Request) -> Changes:
        """Another run, question or page, a verdict, a file, Stop."""
        if self._desk is None:
            return {self.notice: ""}
        admin = is_admin(request)
        turned = self._desk.turn(look, all_sent(event), lang, user=user_of(request), admin=admin)
        changed: Changes = {self.look: turned.look, self.notice: turned.notice}
        if turned.redraw:
            changed |= self._whole(self._desk.view(turned.look, lang, admin=admin))
            if turned.look.pane == look.pane:
                del changed[self.form]  # what is typed there stays
        for part, html in (
            (self.side, turned.side),
            (self.question, turned.question),
            (self.source, turned.source),
        ):
            if html is not None:
                changed[part] = html
        if turned.strip:
            changed[self.strip] = self._desk.strip(lang, admin=admin)
        if (file := turned.file) is not None:
            nonce = secrets.token_hex(4)
            changed[self.saved] = download(file.name, file.kind, file.text, nonce=nonce)
        return changed

    def started(self, look: Look, lang: str, event: gr.EventData, request: gr.Request) -> Changes:
        """The form has been sent: begin a run."""
        if self._desk is None:
            return {self.notice: ""}
        admin = is_admin(request)
        view, begun = self._desk.start(
            all_sent(event), look, lang, user=user_of(request), admin=admin
        )
        changed = {**self._whole(view), self.notice: ""}
        return changed | ({self.strip: self._desk.strip(lang, admin=admin)} if begun else {})

    def sent_in(self, look: Look, lang: str, event: gr.EventData, request: gr.Request) -> Changes:
        """A set has been uploaded."""
        if self._desk is None:
            return {self.notice: ""}
        view = self._desk.upload(all_sent(event), look, lang, admin=is_admin(request))
        return {**self._whole(view), self.notice: ""}

    def followed(self, look: Look, lang: str, request: gr.Request) -> Iterator[Changes]:
        """The run as it goes on, and the list when it has ended."""
        if self._desk is None:
            return
        admin = is_admin(request)
        for strip in self._desk.follow(lang, admin=admin):
            yield {self.strip: strip}
        view = self._desk.view(look, lang, admin=admin)
        if look.pane == "runs":  # the forms stay as they are being filled in
            yield {self.listed: view.listed}

    def _whole(self, view: EvalView) -> Changes:
        return {
            self.top: view.top,
            self.form: view.form,
            self.listed: view.listed,
            self.side: view.side,
        }
