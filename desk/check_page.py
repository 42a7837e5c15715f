"""The Check tab's parts and events in Gradio. Import it through desk.page."""

import secrets
import threading
from collections.abc import Iterator
from typing import Any

import gradio as gr

from desk.check_events import CheckDesk
from desk.check_run import Checking
from desk.check_style import JS_CLAIMS, JS_DRAFTING, JS_REPORT, JS_SAVE
from desk.check_text import check_labels
from desk.check_upload import MAX_FILE
from desk.gradio_parts import QUIET, Changes, html_part, sent
from desk.html import download
from desk.render import render_alert
from desk.script import JS_ARTICLE

_CHECKING_AT_ONCE = 4  # a check keeps one core busy for as long as it runs


class CheckTab:
    """The components, and what each event changes. Built inside a ``gr.Blocks``."""

    def __init__(self, desk: CheckDesk, *, model: str) -> None:
        """``model`` is the engine's LLM; without one nothing of it is offered."""
        self._desk = desk
        view, words = desk.view(None, "zh"), check_labels("zh")
        self.checking = gr.State(None)
        self.stopper = gr.State(None)
        self.name = gr.State("")
        with gr.Row(elem_id="sy-check", elem_classes="sy-two"):
            with gr.Column(elem_classes="sy-left"):
                self.intro = html_part(view.intro, None, "sy-check-intro")
                self.notice = html_part("", None, "sy-check-notice")
                self.report = html_part(view.report, JS_REPORT, "sy-check-report")
                with gr.Column(elem_id="sy-compose"):
                    self.draft = gr.Textbox(
                        elem_id="sy-draft",
                        label=words.draft,
                        show_label=False,
                        placeholder=words.placeholder,
                        container=False,
                        lines=12,
                        max_lines=24,
                    )
                    drafting = JS_DRAFTING.replace("__MAX_FILE__", str(MAX_FILE))
                    self.tools = html_part(view.tools, drafting, "sy-tools")
                    with gr.Row(elem_id="sy-dating"):
                        self.day = gr.Textbox(
                            elem_id="sy-draft-date",
                            label=words.date,
                            show_label=False,
                            container=False,
                            max_lines=1,
                        )
                        self.dating = html_part(view.dating, None, "sy-dating-hint")
                    self.ask_model = gr.Checkbox(
                        label=words.ask_model, elem_id="sy-ask-model", visible=bool(model)
                    )
                    self.go = gr.Button(words.check, elem_id="sy-check-go")
                self.saved = html_part("", JS_SAVE, "sy-saved")
            with gr.Column(elem_classes="sy-right"):
                self.claims = html_part(view.claims, JS_CLAIMS, "sy-check-claims")
                self.article = html_part("", JS_ARTICLE, "sy-check-article", "sy-opened")

    def listen(self, lang: gr.State) -> None:
        """Tie the events to what they change."""
        drafting = [self.draft, self.day, self.ask_model, self.name, lang]
        shown = [self.checking, self.report, self.claims, self.article, self.notice]
        self.go.click(
            self.check,
            drafting,
            [self.stopper, *shown],
            concurrency_limit=_CHECKING_AT_ONCE,
            concurrency_id="check",
            **QUIET,
        )
        self.tools.upload(
            self.uploaded, [lang], [self.draft, self.tools, self.name, self.notice], **QUIET
        )
        self.report.select(
            self.acted,
            [self.checking, self.stopper, lang],
            [*shown, self.draft, self.tools, self.name, self.saved],
            **QUIET,
        )
        self.claims.select(self.opened, [self.checking, lang], [self.article], **QUIET)

    def parts(self) -> list[Any]:
        """What ``relabelled`` changes."""
        return [
            self.intro, self.tools, self.report, self.claims, self.article, self.notice,
            self.draft, self.day, self.dating, self.ask_model, self.go,
        ]  # fmt: skip

    def relabelled(self, checking: Checking | None, text: str, lang: str) -> Changes:
        """The same draft and result in another language."""
        view, words = self._desk.view(checking, lang, length=len(text)), check_labels(lang)
        return {
            self.intro: view.intro,
            self.tools: view.tools,
            self.report: view.report,
            self.claims: view.claims,
            self.article: "",
            self.notice: "",
            self.draft: gr.update(placeholder=words.placeholder, label=words.draft),
            self.day: gr.update(label=words.date),
            self.dating: view.dating,
            self.ask_model: gr.update(label=words.ask_model),
            self.go: gr.update(value=words.check),
        }

    def check(
        self,
        text: str,
        day: str,
        ask_model: bool,
        name: str,
        lang: str,
    ) -> Iterator[Changes]:
        """The check as it goes on. Closing this ends it before the next claim."""
        draft = self._desk.draft(text, day, ask_model=ask_model, name=name, lang=lang)
        if isinstance(draft, str):
            yield {self.notice: render_alert(draft)}
            return
        stopper = threading.Event()
        before = self._desk.view(None, lang)
        yield {
            self.stopper: stopper,
            self.checking: None,
            self.claims: before.claims,
            self.article: "",
            self.notice: "",
        }
        for checking in self._desk.check(draft, stopper):
            view = self._desk.view(checking, lang)
            changed: Changes = {self.checking: checking, self.report: view.report}
            if checking.report is not None:
                changed[self.claims] = view.claims
            yield changed

    def uploaded(self, lang: str, event: gr.EventData) -> Changes:
        """The text of the file, into the box."""
        brought = self._desk.upload(sent(event, "name"), sent(event, "data"), lang)
        if brought.refusal:
            return {self.notice: render_alert(brought.refusal)}
        return {
            self.draft: brought.text,
            self.tools: self._desk.tools(len(brought.text), lang, said=brought.said),
            self.name: brought.name,
            self.notice: "",
        }

    def acted(
        self,
        checking: Checking | None,
        stopper: threading.Event | None,
        lang: str,
        event: gr.EventData,
    ) -> Changes:
        """Stop, go back to the draft, begin another, or save the report."""
        action = sent(event, "do")
        if action == "stop" and stopper is not None:
            stopper.set()
        if action in ("edit", "another"):
            view = self._desk.view(None, lang)
            changed: Changes = {
                self.checking: None,
                self.report: "",
                self.claims: view.claims,
                self.article: "",
                self.notice: "",
            }
            if action == "another":
                changed |= {self.draft: "", self.tools: view.tools, self.name: ""}
            return changed
        file = self._desk.export(action, checking, lang)
        if file is None:
            return {self.notice: ""}
        return {self.saved: download(file.name, file.kind, file.text, nonce=secrets.token_hex(4))}

    def opened(self, checking: Checking | None, lang: str, event: gr.EventData) -> Changes:
        """The article behind the sentence that was clicked."""
        return {self.article: self._desk.open(sent(event, "ref"), checking, lang)}
