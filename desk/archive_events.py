"""What the Archive tab does at each turn, over plain values. Knows nothing of Gradio or HTTP."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from desk.archive_days import typed_day
from desk.archive_find import (
    MOST_CHUNKS,
    Found,
    Match,
    find_articles,
    matches,
    passage_of,
    search_terms,
)
from desk.archive_plot import bars
from desk.archive_render import (
    LONGEST_SEARCH,
    PAGE,
    render_cut,
    render_empty,
    render_finder,
    render_list,
    render_more,
    render_overview,
    spans_to_mark,
)
from desk.archive_shelf import Card, Choice, Shelf, ShelfKeeper, Stacks
from desk.archive_text import archive_labels
from desk.article import Passage, render_absent, render_article
from desk.events import reason
from desk.html import flag
from desk.ingest_desk import IngestDesk, Taken
from desk.ingest_text import ingest_labels
from desk.text import Labels, labels

_LONGEST_VALUE = 500  # characters of a paper, a section, a name or an id
_LONGEST_ID = 512  # characters; what the readers of files keep of one
_LIMITS = ("source", "section", "reporter")
_ALL = Choice()
_SEARCHES = 8  # kept, for the next page and the next click
_MARKED = 200  # words found that an opened article marks


@dataclass(frozen=True, slots=True)
class Browse:
    """How far a reader has narrowed the archive, and which page of it is shown, from 0."""

    text: str = ""
    choice: Choice = _ALL
    page: int = 0


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """The tab's changing parts, as HTML; ``browse`` is what they show."""

    browse: Browse
    listed: str
    overview: str


class ArchiveDesk:
    """One archive's tab. Holds no reader's choice: each session keeps its own."""

    def __init__(self, archive: object, ingest: IngestDesk | None = None) -> None:
        """An ``archive`` that cannot be leafed through is told to the reader."""
        self.ingest = ingest
        self._archive = archive if isinstance(archive, Stacks) else None
        self._keeper = ShelfKeeper(self._archive) if self._archive is not None else None
        self._lock = threading.Lock()
        self._searches: OrderedDict[tuple[str, str], Found] = OrderedDict()

    def finder(self, browse: Browse, lang: str) -> str:
        """The search form."""
        ingest = ingest_labels(lang).title if self.ingest else ""
        return render_finder(archive_labels(lang), browse.text, browse.choice, ingest=ingest)

    def view(self, browse: Browse, lang: str) -> ArchiveView:
        """The list and the overview."""
        words, shared = archive_labels(lang), labels(lang)
        ingest = ingest_labels(lang).open if self.ingest else ""
        if self._archive is None or self._keeper is None:
            return ArchiveView(browse, render_empty(words, unavailable=True), "")
        try:
            shelf = self._keeper.shelf()
            coverage = self._archive.coverage()
            found = self._found(self._archive, shelf, browse.text) if browse.text else None
            listed = _within(shelf, found, browse.choice)
            page = min(browse.page, max(0, (len(listed) - 1) // PAGE))
            shown = [
                passage_of(self._archive, each, browse.text) if isinstance(each, Match) else each
                for each in listed[page * PAGE : (page + 1) * PAGE]
            ]
        except Exception as error:
            said = reason(error, "listing the archive", shared)
            return ArchiveView(browse, render_empty(words, error=said), "")
        if not shelf.cards:
            first = ingest_labels(lang).open_first if self.ingest else ""
            return ArchiveView(browse, render_empty(words, ingest=first), "")
        whole = found is None or found.whole
        browse = replace(browse, page=page)
        html = render_list(
            shown,
            total=len(listed),
            whole=whole,
            page=page,
            text=browse.text,
            choice=browse.choice,
            words=words,
            labels=shared,
        )
        if not whole:
            return ArchiveView(browse, html, render_cut(words, MOST_CHUNKS))
        # What is counted is what the search finds, all other limits in force.
        searched = found is not None and bool(found.matches)
        counted = Shelf(tuple(each.card for each in found.matches)) if found and searched else shelf
        facets = counted.facets(browse.choice)
        overview = render_overview(
            bars(facets.days, shelf.span),
            facets,
            browse.choice,
            coverage,
            words,
            searched=searched,
            ingest=ingest,
        )
        return ArchiveView(browse, html, overview)

    def search(self, browse: Browse, sent: Mapping[str, object], lang: str) -> Browse | str:
        """The reader's form, or why it cannot be followed, as HTML."""
        words = archive_labels(lang)
        text = _text(sent.get("text")).strip()[:LONGEST_SEARCH]
        days: list[date | None] = []
        for key in ("since", "until"):
            value = _text(sent.get(key)).strip()
            day = typed_day(value, last=key == "until")
            if value and day is None:
                return flag("error", words.bad_day.format(value=value[:40]))
            days.append(day)
        since, until = days
        if since and until and since > until:
            return flag("error", words.swapped.format(since=since, until=until))
        if text and not search_terms(text):
            return flag("error", words.no_words.format(text=text))
        dated = browse.choice.dated or bool(since or until)
        choice = replace(browse.choice, since=since, until=until, dated=dated)
        return Browse(text, choice)

    def narrow(self, browse: Browse, sent: Mapping[str, object]) -> Browse | None:
        """What a click on a value, a bar, a chip or the pager asks for; None for anything else."""
        if "page" in sent:
            page = _text(sent["page"])
            return replace(browse, page=int(page)) if page.isdecimal() and len(page) < 7 else None
        if "drop" in sent:
            return _without(browse, _text(sent["drop"]))
        choice = _with(browse.choice, sent)
        return Browse(browse.text, choice) if choice is not None else None

    def open(
        self, browse: Browse, sent: Mapping[str, object], lang: str, *, admin: bool = False
    ) -> str:
        """The article that was clicked, with what was searched for marked; "" for none.

        An ``admin`` is offered to take it down.
        """
        if self._archive is None or self._keeper is None:
            return ""
        article_id, number = _text(sent.get("article")), _text(sent.get("version"))
        version = int(number) if number.isdecimal() and len(number) < 7 else 0
        if not article_id or len(article_id) > _LONGEST_VALUE:
            return ""
        words = archive_labels(lang)
        shown = replace(labels(lang), back=words.back, cited=words.match)
        try:
            return self._article(article_id, version, browse, lang, shown, admin=admin)
        except Exception as error:
            return render_absent(reason(error, f"opening {article_id!r}", shown), shown)

    def take_down(self, user: str, sent: Mapping[str, object], lang: str) -> Taken:
        """Erase the article whose takedown an admin has confirmed."""
        article_id = _text(sent.get("takedown"))
        if self._archive is None or self.ingest is None or not 0 < len(article_id) <= _LONGEST_ID:
            return Taken("", gone=False)
        article = self._archive.article(article_id)
        title = article.title if article else article_id
        return self.ingest.take_down(user, article_id, title, _text(sent.get("reason")), lang)

    def _article(
        self,
        article_id: str,
        version: int,
        browse: Browse,
        lang: str,
        shown: Labels,
        *,
        admin: bool,
    ) -> str:
        if self._archive is None or self._keeper is None:
            return ""
        current = self._archive.article(article_id)
        article = self._archive.article(article_id, version) if version else current
        if article is None:
            return render_absent(shown.gone, shown)
        spans = matches(article.body, search_terms(browse.text))[:_MARKED] if browse.text else []
        first = spans_to_mark(spans, 0)
        passages = [Passage(span.start, span.end, chosen=span == first) for span in spans]
        shelf = self._keeper.shelf()
        card = next((card for card in shelf.cards if card.id == article_id), None)
        more = render_more(
            article,
            current.version if current else article.version,
            shelf.page_of(card) if card else (),
            archive_labels(lang),
        )
        if admin and self.ingest is not None and current is not None:
            more += self.ingest.takedown_form(article_id, current.title, lang)
        return render_article(article, passages, shown, more=more)

    def _found(self, archive: Stacks, shelf: Shelf, text: str) -> Found:
        """What a search finds without any other limit; the last ones are kept."""
        key = (archive.index_version, text)
        with self._lock:
            found = self._searches.get(key)
        if found is None:
            found = find_articles(archive, shelf, text)
        with self._lock:
            self._searches[key] = found
            self._searches.move_to_end(key)
            if len(self._searches) > _SEARCHES:
                self._searches.popitem(last=False)
        return found


def _within(shelf: Shelf, found: Found | None, choice: Choice) -> list[Card] | list[Match]:
    if found is None:
        return shelf.chosen(choice)
    return [each for each in found.matches if choice.admits(each.card)]


def _without(browse: Browse, drop: str) -> Browse | None:
    """``browse`` with one limit taken away, or all."""
    if drop == "all":
        return Browse()
    if drop == "text":
        return Browse("", browse.choice)
    if drop == "days":
        return Browse(browse.text, replace(browse.choice, since=None, until=None, dated=True))
    if drop in _LIMITS:
        return Browse(browse.text, _limited(browse.choice, drop, None))
    return None


def _with(choice: Choice, sent: Mapping[str, object]) -> Choice | None:
    """``choice`` with a limit put on, or taken off where it was that one."""
    if "since" in sent:
        since, until = _day(_text(sent["since"])), _day(_text(sent.get("until")))
        if since is None or until is None or since > until:
            return None
        if (choice.since, choice.until) == (since, until):
            return replace(choice, since=None, until=None)
        return replace(choice, since=since, until=until, dated=True)
    name, value = _text(sent.get("set")), _text(sent.get("value"))[:_LONGEST_VALUE]
    if name == "dated":
        return replace(choice, since=None, until=None, dated=not choice.dated)
    if name not in _LIMITS:
        return None
    return _limited(choice, name, None if getattr(choice, name) == value else value)


def _limited(choice: Choice, name: str, value: str | None) -> Choice:
    match name:
        case "source":
            return replace(choice, source=value)
        case "section":
            return replace(choice, section=value)
        case _:
            return replace(choice, reporter=value)


def _text(value: object) -> str:
    """What the browser sent as text; "" for anything else."""
    return value if isinstance(value, str) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
