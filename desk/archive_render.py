"""Turn cards, counts and found passages into HTML. Knows nothing of Gradio, sessions or stores.

Every string from outside is escaped here or in desk.html. What a click means is in ``data-``
attributes: ``article`` (an id), ``set`` and ``value`` (a limit), ``since`` and ``until``, ``drop``
(a limit to take away), ``page``.
"""

from collections.abc import Sequence
from datetime import date
from html import escape

from desk.archive_find import Hit
from desk.archive_plot import Bar, render_plot
from desk.archive_shelf import Card, Choice, Facets
from desk.archive_text import ArchiveLabels
from desk.html import flag, source_line, tag
from desk.text import Labels
from index.types import Article, Coverage, Kind, Span

PAGE = 20  # articles
LONGEST_SEARCH = 200  # characters
_FIRST = 8  # values of a facet that are shown unasked
_MOST = 300  # values of a facet that are listed at all
_SAME_PAGE = 40  # articles of the same file that are listed


def render_finder(words: ArchiveLabels, text: str, choice: Choice, *, ingest: str = "") -> str:
    """The search form; ``ingest`` names the button that opens the upload, where there is one."""
    way_in = (
        f'<button type="button" class="sy-way-in" data-intake="1">{escape(ingest)}</button>'
        if ingest
        else ""
    )
    return (
        '<form class="sy-finder" role="search">'
        f'<div><input type="search" name="text" value="{escape(text)}" '
        f'maxlength="{LONGEST_SEARCH}" placeholder="{escape(words.search_hint)}" '
        f'aria-label="{escape(words.search)}">'
        f'<button type="submit">{escape(words.go)}</button></div><div>'
        f"{_day_field('since', words.since, choice.since, words)}"
        f"{_day_field('until', words.until, choice.until, words)}{way_in}</div></form>"
    )


def _day_field(name: str, label: str, day: date | None, words: ArchiveLabels) -> str:
    value = day.isoformat() if day else ""
    # Not type="date": that is drawn in the browser's language, whatever the page's.
    return (
        f'<label>{escape(label)} <input type="text" name="{name}" value="{value}" maxlength="20" '
        f'placeholder="{escape(words.day_hint)}" autocomplete="off"></label>'
    )


def render_list(
    shown: Sequence[Card | Hit],
    *,
    total: int,
    whole: bool = True,
    page: int,
    text: str,
    choice: Choice,
    words: ArchiveLabels,
    labels: Labels,
) -> str:
    """One page of the ``total`` articles that are left, with what they were narrowed by.

    Not ``whole``: there may be more than that.
    """
    chips = _chips(text, choice, words)
    first = page * PAGE
    if not shown:
        nothing = flag("note", words.nothing, words.nothing_more)
        return _shelf(choice, text, f"{chips}{nothing}")
    said = words.shown_found if text else words.shown
    count = f"{total:,}" if whole else f"{total:,}+"
    counted = said.format(first=first + 1, last=first + len(shown), total=count)
    items = "".join(_item(each, words, labels) for each in shown)
    return _shelf(
        choice,
        text,
        f'{chips}<p class="sy-shown" role="status">{escape(counted)}'
        f'<a class="sy-jump" href="#sy-overview">{escape(words.narrow)} ↓</a></p>'
        f'<ol class="sy-list">{items}</ol>{_pager(page, total, words)}',
    )


def render_empty(
    words: ArchiveLabels, *, error: str = "", unavailable: bool = False, ingest: str = ""
) -> str:
    """In place of the list: nothing has been put in, or the archive cannot be read.

    ``ingest`` names the button that opens the upload, where there is one.
    """
    if unavailable:
        return flag("note", words.unavailable)
    if error:
        return flag("error", error)
    more = words.empty_upload if ingest else words.empty_more
    return (
        f'<section class="sy-welcome"><h2>{escape(words.empty)}</h2>'
        f"<p>{escape(more)}</p>"
        f'<div class="sy-ingest">{_way_in(ingest)}</div></section>'
    )


def _way_in(ingest: str) -> str:
    """How articles come in: by the page, or by a command alone."""
    if not ingest:
        return "<pre>suyuan ingest PATH…</pre>"
    return f'<button type="button" data-intake="1">{escape(ingest)}</button>'


def render_overview(
    drawn: Sequence[Bar],
    facets: Facets,
    choice: Choice,
    coverage: Coverage,
    words: ArchiveLabels,
    *,
    searched: bool,
    ingest: str = "",
) -> str:
    """Coverage over time, what else can be chosen, and the last ingest.

    ``ingest`` is as in ``render_empty``. Of what was ``searched`` for, a time without any is no
    hole of the archive.
    """
    plot = render_plot(drawn, (choice.since, choice.until), words, holes=not searched)
    undated = (
        _value("dated", "no", words.undated, facets.undated, not choice.dated)
        if facets.undated
        else ""
    )
    return (
        f'<div class="sy-panel" id="sy-overview">{plot}'
        f"{f'<p class=sy-undated>{undated}</p>' if undated else ''}"
        + _facet(
            "source", words.sources, facets.sources, choice.source, words.unnamed_source, words
        )
        + _facet(
            "section", words.sections, facets.sections, choice.section, words.unnamed_section, words
        )
        + _facet(
            "reporter",
            words.reporters,
            facets.reporters,
            choice.reporter,
            words.unnamed_reporter,
            words,
        )
        + _ingest(coverage, words, ingest)
        + "</div>"
    )


def render_cut(words: ArchiveLabels, most: int) -> str:
    """In place of the overview: too much was found to count it."""
    said = flag("note", words.cut, words.cut_more.format(most=f"{most:,}"))
    return f'<div class="sy-panel" id="sy-overview">{said}</div>'


def render_more(
    article: Article, current: int, neighbours: Sequence[Card], words: ArchiveLabels
) -> str:
    """Below an article: its versions, and what else stands on its page."""
    said = []
    if article.version < current:
        note = words.is_earlier.format(version=article.version)
        said.append(f"{flag('warn', note)}<p>{_version(article.id, 0, words.current_version)}</p>")
    elif article.version > 1:
        line = words.version.format(version=article.version, changes=article.version - 1)
        earlier = words.earlier_version.format(version=article.version - 1)
        said.append(
            f'<p class="sy-versions">{escape(line)} '
            f"{_version(article.id, article.version - 1, earlier)}</p>"
        )
    if len(neighbours) > 1:
        said.append(_same_page(article, neighbours, words))
    return f'<aside class="sy-more-of">{"".join(said)}</aside>' if said else ""


def _shelf(choice: Choice, text: str, inside: str) -> str:
    """With the limits in force, for the search form to show."""
    since, until = choice.since or "", choice.until or ""
    return (
        f'<section class="sy-shelf" data-text="{escape(text)}" data-from="{since}" '
        f'data-to="{until}">{inside}</section>'
    )


def _chips(text: str, choice: Choice, words: ArchiveLabels) -> str:
    named = [
        ("text", words.search, f"“{text}”" if text else None),
        ("days", "", _period(choice, words)),
        ("source", words.sources, _or(choice.source, words.unnamed_source)),
        ("section", words.sections, _or(choice.section, words.unnamed_section)),
        ("reporter", words.reporters, _or(choice.reporter, words.unnamed_reporter)),
    ]
    kept = [(drop, value) for drop, _, value in named if value]
    if not kept:
        return ""
    chips = "".join(
        f'<button type="button" data-drop="{drop}" '
        f'aria-label="{escape(words.remove.format(what=value))}">{escape(value)}'
        '<span aria-hidden="true">×</span></button>'
        for drop, value in kept
    )
    clear = (
        f'<button type="button" class="sy-clear" data-drop="all">{escape(words.clear)}</button>'
        if len(kept) > 1
        else ""
    )
    return f'<p class="sy-chips">{chips}{clear}</p>'


def _or(value: str | None, unnamed: str) -> str | None:
    return unnamed if value == "" else value


def _period(choice: Choice, words: ArchiveLabels) -> str | None:
    if not choice.dated:
        return words.undated
    if choice.since is None and choice.until is None:
        return None
    return f"{choice.since or '…'} – {choice.until or '…'}"


def _item(each: Card | Hit, words: ArchiveLabels, labels: Labels) -> str:
    card = each.card if isinstance(each, Hit) else each
    passage = _passage(each) if isinstance(each, Hit) else escape(card.lead)
    cut = "…" if isinstance(each, Hit) or card.length > len(card.lead) else ""
    by = card.byline.lstrip("□■◆●○ ")
    byline = f'<span class="sy-byline">{escape(by)}</span>' if by else ""
    tags = tag(labels.title_derived if card.title_derived else "") + tag(
        labels.caption if card.kind is Kind.CAPTION else ""
    )
    places = (card.source, card.section)
    return (
        f'<li data-article="{escape(card.id)}"><p class="sy-head">'
        f'<button type="button" class="sy-open" data-article="{escape(card.id)}">'
        f'{escape(card.title)}</button>{tags}</p><p class="sy-passage">{passage}{cut}</p>'
        f'<p class="sy-meta">{source_line(places, card.published, card.date_known, labels)}'
        f"{byline}</p></li>"
    )


def _passage(hit: Hit) -> str:
    pieces: list[str] = []
    at = 0
    for span in hit.marks:
        pieces.append(escape(hit.passage[at : span.start]))
        pieces.append(f"<mark>{escape(hit.passage[span.start : span.end])}</mark>")
        at = span.end
    return "".join([*pieces, escape(hit.passage[at:])])


def _pager(page: int, total: int, words: ArchiveLabels) -> str:
    pages = -(-total // PAGE)
    if pages < 2:
        return ""
    before = _turn(page - 1, words.earlier, enabled=page > 0)
    after = _turn(page + 1, words.later, enabled=page + 1 < pages)
    where = escape(words.page_of.format(page=page + 1, pages=pages))
    return f'<nav class="sy-pager">{before}<span>{where}</span>{after}</nav>'


def _turn(page: int, text: str, *, enabled: bool) -> str:
    off = "" if enabled else " disabled"
    return f'<button type="button" data-page="{page}"{off}>{escape(text)}</button>'


def _facet(
    name: str,
    title: str,
    values: Sequence[tuple[str, int]],
    chosen: str | None,
    unnamed: str,
    words: ArchiveLabels,
) -> str:
    """A list of values with their counts; the chosen one stays in sight."""
    if not any(value for value, _ in values):
        return ""
    ordered = sorted(values, key=lambda pair: pair[0] != chosen)[:_MOST]
    items = [
        f"<li>{_value(name, value, value or unnamed, count, value == chosen)}</li>"
        for value, count in ordered
    ]
    rest = ""
    if len(items) > _FIRST:
        summary = escape(words.more.format(count=len(items) - _FIRST))
        rest = (
            f'<details class="sy-more"><summary>{summary}</summary>'
            f"<ul>{''.join(items[_FIRST:])}</ul></details>"
        )
    return (
        f'<section class="sy-facet"><h3>{escape(title)}</h3>'
        f"<ul>{''.join(items[:_FIRST])}</ul>{rest}</section>"
    )


def _value(name: str, value: str, shown: str, count: int, chosen: bool) -> str:
    return (
        f'<button type="button" data-set="{name}" data-value="{escape(value)}" '
        f'aria-pressed="{str(chosen).lower()}"><span>{escape(shown)}</span>'
        f"<b>{count:,}</b></button>"
    )


def _ingest(coverage: Coverage, words: ArchiveLabels, ingest: str) -> str:
    if coverage.last_ingest is None:
        said = words.ingest_none
    else:
        when = words.ingest_when.format(when=f"{coverage.last_ingest.astimezone():%Y-%m-%d %H:%M}")
        read = (
            words.ingest_rejected.format(count=f"{coverage.rejected:,}")
            if coverage.rejected
            else words.ingest_clean
        )
        said = f"{when}{words.comma}{read}"
    return (
        f'<section class="sy-facet sy-ingest"><h3>{escape(words.ingest)}</h3><p>{escape(said)}</p>'
        f"{'' if ingest else f'<p>{escape(words.ingest_more)}</p>'}{_way_in(ingest)}</section>"
    )


def _version(article_id: str, version: int, text: str) -> str:
    """``version`` 0 is the current one."""
    return (
        f'<button type="button" class="sy-open" data-article="{escape(article_id)}" '
        f'data-version="{version}">{escape(text)}</button>'
    )


def _same_page(article: Article, neighbours: Sequence[Card], words: ArchiveLabels) -> str:
    place = next((at for at, card in enumerate(neighbours) if card.id == article.id), 0)
    first = max(0, place - _SAME_PAGE // 2)  # of a long export only what stands around it
    items = "".join(
        f'<li aria-current="true">{escape(card.title)}</li>'
        if card.id == article.id
        else f'<li><button type="button" class="sy-open" data-article="{escape(card.id)}">'
        f"{escape(card.title)}</button></li>"
        for card in neighbours[first : first + _SAME_PAGE]
    )
    return (
        f'<h3>{escape(words.same_page)}</h3><ol class="sy-same-page" '
        f'start="{neighbours[first].position}">{items}</ol>'
    )


def spans_to_mark(spans: Sequence[Span], start: int) -> Span | None:
    """The first span at or behind ``start``: where a found article opens."""
    return next((span for span in spans if span.start >= start), spans[0] if spans else None)
