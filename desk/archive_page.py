"""The Archive tab's parts and events in Gradio. Import it through desk.page."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from desk.archive_events import ArchiveDesk, Browse
from desk.archive_style import JS_BROWSE, JS_FINDER, JS_LISTED
from desk.auth_user import is_admin, user_of
from desk.gradio_parts import QUIET, Changes, all_sent, html_part
from desk.ingest_desk import IngestDesk, refused
from desk.ingest_style import JS_INTAKE, JS_STRIP
from desk.script import JS_ARTICLE

_LOOKING_ON = 8  # who follow an ingest at once, each in a thread


class ArchiveTab:
    """The components, and what each event changes. Built inside a ``gr.Blocks``."""

    def __init__(self, desk: ArchiveDesk) -> None:
        self._desk = desk
        self.browse = gr.State(Browse())
        self.seen = gr.State(value=False)  # nothing is listed before somebody looks
        with gr.Row(elem_id="sy-archive", elem_classes="sy-two"):
            with gr.Column(elem_classes="sy-left"):
                self.finder = html_part(desk.finder(Browse(), "zh"), JS_FINDER, "sy-finder")
                self.strip = html_part("", JS_STRIP, "sy-ingest-strip")
                self.notice = html_part("", None, "sy-archive-notice")
                self.listed = html_part("", JS_LISTED, "sy-listed")
            with gr.Column(elem_classes="sy-right"):
                self.overview = html_part("", JS_BROWSE, "sy-archive-side")
                self.article = html_part(
                    "", JS_ARTICLE + JS_BROWSE, "sy-archive-article", "sy-opened"
                )
                self.intake = html_part("", JS_INTAKE, "sy-archive-intake", "sy-opened")

    def listen(self, lang: gr.State) -> None:
        """Tie the events to what they change."""
        known = [self.browse, lang]
        shown = self.parts()
        self.finder.submit(self.searched, known, shown, **QUIET)
        for part in (self.finder, self.listed, self.overview, self.article):
            part.select(self.clicked, known, shown, **QUIET)
        self.intake.upload(self.sent_in, [lang], [self.intake, self.strip], **QUIET)
        self.strip.select(self.stopped, [lang], [self.notice], **QUIET)
        self.strip.tick(
            self.followed,
            known,
            shown,
            concurrency_limit=_LOOKING_ON,
            concurrency_id="ingest",
            **QUIET,
        )

    def parts(self) -> list[Any]:
        """What ``shown`` and ``relabelled`` change."""
        return [
            self.seen, self.browse, self.finder, self.strip, self.listed, self.overview,
            self.article, self.intake, self.notice,
        ]  # fmt: skip

    def shown(self, browse: Browse, lang: str) -> Changes:
        """The tab as it is now: articles may have come since."""
        view = self._desk.view(browse, lang)
        changed: Changes = {
            self.seen: True,
            self.browse: view.browse,
            self.listed: view.listed,
            self.overview: view.overview,
            self.notice: "",
        }
        if self._desk.ingest is not None:
            strip = self._desk.ingest.strip(lang, admin=False)
            # How an ingest ended stays until its reader has closed it.
            changed |= {self.strip: strip} if strip else {}
        return changed

    def relabelled(self, browse: Browse, lang: str, *, seen: bool) -> Changes:
        """The search form in another language, and the list where it has been looked at."""
        changed: Changes = {
            self.finder: self._desk.finder(browse, lang),
            self.article: "",
            self.intake: "",
            self.strip: "",
        }
        return {**changed, **self.shown(browse, lang)} if seen else changed

    def searched(self, browse: Browse, lang: str, event: gr.EventData) -> Changes:
        """What the search form asks for."""
        wanted = self._desk.search(browse, all_sent(event), lang)
        if isinstance(wanted, str):
            return {self.notice: wanted}
        return {**self.shown(wanted, lang), self.article: ""}

    def clicked(
        self, browse: Browse, lang: str, event: gr.EventData, request: gr.Request
    ) -> Changes:
        """An article, a limit, a page of the list, the ingest, or a takedown."""
        given, ingest = all_sent(event), self._desk.ingest
        if "article" in given:
            return {self.article: self._desk.open(browse, given, lang, admin=is_admin(request))}
        if "intake" in given and ingest is not None:
            return {self.intake: ingest.panel(lang, admin=is_admin(request))}
        if "takedown" in given and ingest is not None:
            return self._taken_down(browse, lang, given, request)
        wanted = self._desk.narrow(browse, given)
        if wanted is None:
            return {self.notice: ""}
        return {**self.shown(wanted, lang), self.article: ""}

    def sent_in(self, lang: str, event: gr.EventData, request: gr.Request) -> Changes:
        """Files have been uploaded: begin to ingest them."""
        ingest = self._admins_ingest(request)
        if ingest is None:
            return {self.strip: refused(lang)}
        job, panel = ingest.start(user_of(request), all_sent(event), lang)
        if job is None:
            return {self.intake: panel}
        return {self.intake: "", self.strip: ingest.strip(lang, admin=True)}

    def followed(self, browse: Browse, lang: str, request: gr.Request) -> Iterator[Changes]:
        """The ingest as it goes on, and the list when it has ended."""
        ingest = self._desk.ingest
        if ingest is None:
            return
        for strip in ingest.follow(lang, admin=is_admin(request)):
            yield {self.strip: strip}
        changed = self.shown(browse, lang)
        changed.pop(self.strip, None)
        yield changed

    def stopped(self, lang: str, request: gr.Request) -> Changes:
        """Stop the ingest."""
        ingest = self._admins_ingest(request)
        if ingest is None:
            return {self.notice: refused(lang)}
        ingest.stop()
        return {self.notice: ""}

    def _taken_down(
        self, browse: Browse, lang: str, given: dict[str, object], request: gr.Request
    ) -> Changes:
        if not is_admin(request):
            return {self.notice: refused(lang)}
        taken = self._desk.take_down(user_of(request), given, lang)
        if not taken.gone:
            return {self.notice: taken.said, self.article: ""}
        return {**self.shown(browse, lang), self.article: "", self.notice: taken.said}

    def _admins_ingest(self, request: gr.Request) -> IngestDesk | None:
        return self._desk.ingest if is_admin(request) else None
