"""The Archive tab's parts and events in Gradio. Import it through desk.page."""

from typing import Any

import gradio as gr

from desk.archive_events import ArchiveDesk, Browse
from desk.archive_style import JS_BROWSE, JS_FINDER, JS_LISTED
from desk.gradio_parts import QUIET, Changes, all_sent, html_part
from desk.style import JS_ARTICLE


class ArchiveTab:
    """The components, and what each event changes. Built inside a ``gr.Blocks``."""

    def __init__(self, desk: ArchiveDesk) -> None:
        self._desk = desk
        self.browse = gr.State(Browse())
        self.seen = gr.State(value=False)  # nothing is listed before somebody looks
        with gr.Row(elem_id="sy-archive", elem_classes="sy-two"):
            with gr.Column(elem_classes="sy-left"):
                self.finder = html_part(desk.finder(Browse(), "zh"), JS_FINDER, "sy-finder")
                self.notice = html_part("", None, "sy-archive-notice")
                self.listed = html_part("", JS_LISTED, "sy-listed")
            with gr.Column(elem_classes="sy-right"):
                self.overview = html_part("", JS_BROWSE, "sy-archive-side")
                self.article = html_part(
                    "", JS_ARTICLE + JS_BROWSE, "sy-archive-article", "sy-opened"
                )

    def listen(self, lang: gr.State) -> None:
        """Tie the events to what they change."""
        known = [self.browse, lang]
        shown = [self.seen, self.browse, self.listed, self.overview, self.article, self.notice]
        self.finder.submit(self.searched, known, shown, **QUIET)
        for part in (self.listed, self.overview, self.article):
            part.select(self.clicked, known, shown, **QUIET)

    def parts(self) -> list[Any]:
        """What ``shown`` and ``relabelled`` change."""
        return [
            self.seen, self.browse, self.finder, self.listed, self.overview, self.article,
            self.notice,
        ]  # fmt: skip

    def shown(self, browse: Browse, lang: str) -> Changes:
        """The tab as it is now: articles may have come since."""
        view = self._desk.view(browse, lang)
        return {
            self.seen: True,
            self.browse: view.browse,
            self.listed: view.listed,
            self.overview: view.overview,
            self.notice: "",
        }

    def relabelled(self, browse: Browse, lang: str, *, seen: bool) -> Changes:
        """The search form in another language, and the list where it has been looked at."""
        changed: Changes = {self.finder: self._desk.finder(browse, lang), self.article: ""}
        return {**changed, **self.shown(browse, lang)} if seen else changed

    def searched(self, browse: Browse, lang: str, event: gr.EventData) -> Changes:
        """What the search form asks for."""
        wanted = self._desk.search(browse, all_sent(event), lang)
        if isinstance(wanted, str):
            return {self.notice: wanted}
        return {**self.shown(wanted, lang), self.article: ""}

    def clicked(self, browse: Browse, lang: str, event: gr.EventData) -> Changes:
        """An article, a limit, or a page of the list."""
        given = all_sent(event)
        if "article" in given:
            return {self.article: self._desk.open(browse, given, lang)}
        wanted = self._desk.narrow(browse, given)
        if wanted is None:
            return {self.notice: ""}
        return {**self.shown(wanted, lang), self.article: ""}
