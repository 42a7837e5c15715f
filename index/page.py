"""Find the articles of a newspaper page that was dumped as running text.

Lines get features (`page_lines`, `page_context`), become paragraphs (`page_blocks`), and those
become articles (`page_assemble`). Every character but white space ends up in exactly one place.
Knows nothing of files or of the archive.
"""

from dataclasses import dataclass
from datetime import date

from index.page_assemble import Assembler
from index.page_blocks import build_blocks, measure_spacing
from index.page_context import mark_context
from index.page_draft import Draft, settle_headers
from index.page_evidence import is_digest_label, strip_mark
from index.page_furniture import Masthead
from index.page_headline import arrange_headline, derive_title
from index.page_lines import read_lines
from index.types import Kind, Span


@dataclass(frozen=True, slots=True)
class PageItem:
    """One article or photo caption, as printed.

    ``source``, ``section`` and ``published`` come from the masthead it stands under: a dump may
    hold several pages.
    """

    kind: Kind
    title: str
    title_derived: bool
    kicker: str
    deck: str
    byline: str
    reporters: tuple[str, ...]
    place: str
    body: str
    headings: tuple[Span, ...]
    source: str = ""
    section: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The items in print order, and everything that belongs to none of them.

    ``source``, ``section`` and ``published`` are the first masthead's, "" and None without one.
    """

    items: tuple[PageItem, ...]
    furniture: tuple[str, ...]
    source: str
    section: str
    published: date | None


def segment_page(text: str) -> Page:
    """Part a page into its articles.

    Each non-space character of the text (in NFC) is in exactly one title (unless derived), kicker,
    deck, byline, body or piece of furniture. Never raises; a text without words has no items.
    """
    lines = read_lines(text)
    mark_context(lines)
    spacing = measure_spacing(lines)
    assembler = Assembler(build_blocks(lines, spacing), spacing)
    assembler.run()
    drafts = settle_headers(assembler.drafts, assembler.furniture)
    mastheads = _place_mastheads(assembler)
    items = tuple(_finish(draft, mastheads[draft.region], assembler.furniture) for draft in drafts)
    first = next((m for m in mastheads if m != Masthead()), Masthead())
    return Page(items, tuple(assembler.furniture), first.source, first.section, first.published)


def _place_mastheads(assembler: Assembler) -> list[Masthead]:
    """The masthead of each region; region 0 lies above the first one.

    Where the first masthead stands below articles and the last below all of them, the paper prints
    them at the foot of the page.
    """
    found = assembler.mastheads
    if not found:
        return [Masthead()]
    names = [masthead for masthead, _ in found]
    foot = found[0][1] > 0 and found[-1][1] == len(assembler.drafts)
    placed = [*names, names[-1]] if foot else [names[0], *names]
    paper = next((m.source for m in placed if m.source), "")
    day: date | None = next((m.published for m in placed if m.published), None)
    filled: list[Masthead] = []
    for masthead in placed:
        paper, day = masthead.source or paper, masthead.published or day
        filled.append(Masthead(paper, masthead.section, day))
    return filled


def _finish(draft: Draft, masthead: Masthead, furniture: list[str]) -> PageItem:
    if not draft.heads and draft.decks:
        draft.heads, draft.decks = draft.decks[:1], draft.decks[1:]
    kicker, title, deck = _headline(draft, furniture)
    body, headings = draft.body()
    if not body and title:
        body, title = title, ""
    if is_digest_label(title) and not kicker and len(draft.parts) == 1:
        kicker, title = title, ""
    derived = not title
    if derived:
        title = draft.run_in or derive_title(body)
    landed = " ".join(block.text for block in draft.decks)
    return PageItem(
        kind=draft.kind,
        title=title,
        title_derived=derived,
        kicker=kicker,
        deck=" ".join(part for part in (deck, draft.lead_deck, landed) if part),
        byline=draft.byline_text(),
        reporters=draft.reporters(),
        place=draft.place(),
        body=body,
        headings=headings,
        source=masthead.source,
        section=masthead.section,
        published=masthead.published,
    )


def _headline(draft: Draft, furniture: list[str]) -> tuple[str, str, str]:
    if not draft.heads:
        return "", "", ""
    lines: list[str] = []
    for block in draft.heads:
        mark, text = strip_mark(block.text)
        lines.append(text)
        if mark:
            furniture.append(mark)
    return arrange_headline(lines)
