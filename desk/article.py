"""An article as a page of its own, with the cited sentence marked. Knows nothing of sessions."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from desk.html import outside_link, source_line, tag
from desk.text import Labels
from index.types import Article, Kind, Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence to mark, and whether it is the one the reader asked for."""

    start: int
    end: int
    chosen: bool = True


def render_article(
    article: Article, passages: Sequence[Passage], labels: Labels, *, more: str = ""
) -> str:
    """The article as printed; the chosen passage is ``<mark class="sy-chosen">``.

    ``more`` is HTML to stand below the text.
    """
    kicker = f'<p class="sy-kicker">{escape(article.kicker)}</p>' if article.kicker else ""
    deck = f'<p class="sy-deck">{escape(article.deck)}</p>' if article.deck else ""
    places = (article.source, article.section)
    byline = f"<span>{escape(article.byline)}</span>" if article.byline else ""
    tags = (
        tag(labels.title_derived if article.title_derived else "")
        + tag(labels.caption if article.kind is Kind.CAPTION else "")
        + tag(labels.version.format(version=article.version) if article.version > 1 else "")
    )
    return (
        f'<section class="sy-article" aria-label="{escape(article.title)}">'
        f"{_bar(labels, article.title)}"
        f'<header>{kicker}<h2 tabindex="-1">{escape(article.title)}</h2>{deck}'
        f'<p class="sy-meta">{source_line(places, article.published, article.date_known, labels)}'
        f"{tags}</p>"
        f'<p class="sy-byline">{byline}{outside_link(article.url, labels)}</p>'
        f"{_whereabouts(article, passages, labels)}</header>"
        f'<div class="sy-body">{"".join(_paragraphs(article, passages, labels))}</div>'
        f"{_provenance(article, labels)}{more}</section>"
    )


def render_absent(reason: str, labels: Labels) -> str:
    """In place of an article that cannot be shown."""
    return (
        f'<section class="sy-article">{_bar(labels, "")}'
        f'<p class="sy-idle" tabindex="-1">{escape(reason)}</p></section>'
    )


def _whereabouts(article: Article, passages: Sequence[Passage], labels: Labels) -> str:
    """Which paragraph of the print the cited sentence stands in, headings counted."""
    chosen = next((each for each in passages if each.chosen), None)
    if chosen is None:
        return ""
    ends = [start + len(line) for start, line in _lines(article.body) if line.strip()]
    number = bisect_right(ends, chosen.start) + 1
    said = labels.paragraph.format(
        what=labels.cited, number=min(number, len(ends)), count=len(ends)
    )
    return f'<p class="sy-where">{escape(said)}</p>'


def _lines(body: str) -> Iterator[tuple[int, str]]:
    """Each line with where it begins."""
    start = 0
    for line in body.split("\n"):
        yield start, line
        start += len(line) + 1


def _provenance(article: Article, labels: Labels) -> str:
    """Where it was read from. The file's folder is nobody's business."""
    name = article.origin.replace("\\", "/").rpartition("/")[2]
    facts = (
        labels.place.format(place=article.place) if article.place else "",
        labels.origin.format(name=name, position=article.position) if name else "",
    )
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return f'<p class="sy-status">{said}</p>' if said else ""


def _bar(labels: Labels, title: str) -> str:
    """Stays in view while the headline has scrolled away, so it repeats it."""
    return (
        '<div class="sy-bar"><button type="button" class="sy-close" data-close>'
        f'<span aria-hidden="true">←</span> {escape(labels.back)}</button>'
        f'<span aria-hidden="true">{escape(title)}</span></div>'
    )


def _paragraphs(article: Article, passages: Sequence[Passage], labels: Labels) -> Iterator[str]:
    for start, line in _lines(article.body):
        end = start + len(line)
        if line.strip():
            html = "".join(_marked(article.body, start, end, passages, labels))
            name = "h3" if _is_heading(article.headings, start, end) else "p"
            yield f"<{name}>{html}</{name}>"


def _is_heading(headings: Sequence[Span], start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in headings)


def _marked(
    body: str, start: int, end: int, passages: Sequence[Passage], labels: Labels
) -> Iterator[str]:
    """``body[start:end]`` cut where a passage begins or ends, each piece escaped."""
    edges = {start, end}
    edges.update(edge for each in passages for edge in (each.start, each.end) if start < edge < end)
    cuts = sorted(edges)
    for left, right in pairwise(cuts):
        text = escape(body[left:right])
        over = [each for each in passages if each.start <= left and right <= each.end]
        if any(each.chosen for each in over):
            yield f'<mark class="sy-chosen" title="{escape(labels.cited)}">{text}</mark>'
        elif over:
            yield f"<mark>{text}</mark>"
        else:
            yield text
