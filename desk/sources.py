"""The right side of the Ask tab: evidence at once, then the answer's sources. Knows no sessions."""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape

from desk.context import NO_CONTEXT, Context
from desk.exchange import Exchange
from desk.html import opener, outside_link, source_line, tag
from desk.text import Labels
from rag.types import Citation, Evidence, Headline, Status

_Around = Callable[[Citation | Evidence], Context]


def render_panel(
    exchange: Exchange | None, labels: Labels, around: _Around = lambda _: NO_CONTEXT
) -> str:
    """The right side: evidence at once, and when the answer is there, its numbered sources.

    ``around`` says what stands before and after a quote in its article.
    """
    if exchange is None:
        idle = f'<p class="sy-idle">{escape(labels.evidence_idle)}</p>'
        return _panel(labels.evidence, "", idle + _legend(labels))
    answer = exchange.answer
    if answer is not None and answer.status is Status.NOT_FOUND:
        # The answer beside it says that nothing fits.
        folded = _folded(exchange, answer.evidence, labels, around)
        nothing = f'<p class="sy-idle">{escape(labels.nothing_found)}</p>'
        return _panel(labels.sources, "0", folded or nothing)
    if answer is not None and answer.citations:
        cited = {_place(each) for each in answer.citations}
        rest = [each for each in answer.evidence if _place(each) not in cited]
        cards = "".join(
            _card(each, f"c:{exchange.number}:{each.marker}", labels, around(each))
            for each in answer.citations
        )
        return _panel(
            labels.sources,
            str(len(answer.citations)),
            f'<ol class="sy-cards sy-sources">{cards}</ol>'
            + _folded(exchange, rest, labels, around),
        )
    if not exchange.evidence:
        idle = labels.searching if exchange.running else labels.nothing_found
        return _panel(labels.evidence, "", f'<p class="sy-idle">{escape(idle)}</p>')
    return _panel(
        labels.evidence,
        labels.evidence_count.format(count=len(exchange.evidence)),
        _evidence_cards(exchange, exchange.evidence, labels, around),
    )


def render_headlines(headlines: Sequence[Headline], ref: str, labels: Labels) -> str:
    """Articles by their headlines, each opened by ``ref`` and its place in the list, from 1."""
    items = "".join(
        f'<li data-ref="{ref}:{number}">{opener(f"{ref}:{number}", headline.title)}'
        f'<span class="sy-meta">{escape(headline.source)} '
        f"{headline.published or escape(labels.undated)}</span></li>"
        for number, headline in enumerate(headlines, 1)
    )
    return f'<ul class="sy-headlines">{items}</ul>' if items else ""


def _panel(title: str, count: str, body: str) -> str:
    counted = f"<span>{escape(count)}</span>" if count else ""
    return f'<div class="sy-panel"><h2>{escape(title)}{counted}</h2>{body}</div>'


def _legend(labels: Labels) -> str:
    """What the words beside a date mean."""
    rows = "".join(
        f'<dt><span class="sy-known" data-known="{known}">{escape(word)}</span></dt>'
        f"<dd>{escape(labels.known_hint[known])}</dd>"
        for known, word in labels.known.items()
        if word
    )
    return f'<h3>{escape(labels.dates)}</h3><dl class="sy-legend">{rows}</dl>'


def _place(each: Citation | Evidence) -> tuple[str, int, int, int]:
    return each.article_id, each.version, each.start, each.end


def _folded(
    exchange: Exchange, evidence: Sequence[Evidence], labels: Labels, around: _Around
) -> str:
    """Evidence the answer does not rest on, out of the way but not out of reach."""
    if not evidence:
        return ""
    summary = labels.other_evidence.format(count=len(evidence))
    return (
        f'<details class="sy-more"><summary>{escape(summary)}</summary>'
        f"{_evidence_cards(exchange, evidence, labels, around)}</details>"
    )


def _evidence_cards(
    exchange: Exchange, evidence: Sequence[Evidence], labels: Labels, around: _Around
) -> str:
    cards = "".join(
        _card(each, f"e:{exchange.number}:{each.number}", labels, around(each)) for each in evidence
    )
    return f'<ol class="sy-cards">{cards}</ol>'


def _card(each: Citation | Evidence, ref: str, labels: Labels, context: Context) -> str:
    # The printed □ would look like a missing glyph in a list; the article page keeps it.
    by = each.byline.lstrip("□■◆●○ ")
    byline = f'<span class="sy-byline">{escape(by)}</span>' if by else ""
    derived = tag(labels.title_derived if each.title_derived else "")
    places = (each.source, each.section)
    number = each.marker if isinstance(each, Citation) else each.number
    return (
        f'<li class="sy-card" data-ref="{ref}"><span class="sy-number">{number}</span>'
        f"<blockquote>{_quoted(each, context)}</blockquote>{_corrected(each, labels)}"
        f'<p class="sy-head">{opener(ref, each.title)}{derived}</p>'
        f'<p class="sy-meta">{source_line(places, each.published, each.date_known, labels)}'
        f"{_age(each.published, labels)}{byline}{outside_link(each.url, labels)}</p>"
        f"{_copies(each, ref, labels)}</li>"
    )


def _quoted(each: Citation | Evidence, context: Context) -> str:
    """The quote marked, between what stands before and after it; a lead is part of its sense."""
    quote = each.quote if isinstance(each, Citation) else each.text
    before, lead, after = (
        f'<span class="{name}">{escape(text)}</span>' if text else ""
        for name, text in (
            ("sy-around", context.before),
            ("sy-lead", each.lead),
            ("sy-around", context.after),
        )
    )
    return f"{before}{lead}<mark>{escape(quote)}</mark>{after}"


def _age(published: date | None, labels: Labels) -> str:
    """How old it is today: 今天, 3 天前, 5 个月前, 6 年前; "" for a day to come."""
    days = (date.today() - published).days if published is not None else -1
    if days < 0:
        return ""
    said = labels.today
    for length, unit in ((365, labels.years_ago), (30, labels.months_ago), (1, labels.days_ago)):
        if days >= length:
            said = unit.format(count=days // length)
            break
    return f'<span class="sy-age">{escape(said)}</span>'


def _corrected(each: Citation | Evidence, labels: Labels) -> str:
    """What the paper later put right in the quote."""
    correction = each.correction if isinstance(each, Citation) else None
    if correction is None:
        return ""
    said = labels.corrected.format(wrong=correction.wrong, right=correction.right)
    when = f" ({correction.source} {correction.published or labels.undated})"
    return f'<p class="sy-corrected">{escape(said)}{escape(when)}</p>'


def _copies(each: Citation | Evidence, ref: str, labels: Labels) -> str:
    """The other articles that print nearly the same text, folded; counted by their papers."""
    if not each.copies:
        return ""
    papers = {copy.source for copy in each.copies} - {each.source, ""}
    said, count = (
        (labels.also_in, len(papers)) if papers else (labels.also_within, len(each.copies))
    )
    listed = render_headlines(each.copies, ref, labels)
    summary = escape(said.format(count=count))
    return f'<details class="sy-copies"><summary>{summary}</summary>{listed}</details>'
