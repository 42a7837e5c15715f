"""An article while it is being put together, and what becomes of headlines without a text."""

from dataclasses import dataclass, field

from index.page_blocks import Block
from index.page_byline import Byline, closing_byline, closing_credit
from index.page_evidence import ends_piece, is_editors_note
from index.types import Kind, Span


@dataclass(slots=True)
class Draft:
    """The pieces of one item, in print order."""

    region: int
    kind: Kind = Kind.ARTICLE
    heads: list[Block] = field(default_factory=list)
    decks: list[Block] = field(default_factory=list)  # headlines that landed in the body
    bylines: list[Block] = field(default_factory=list)
    parts: list[tuple[str, bool]] = field(default_factory=list)  # text, is a sub-heading
    closing: list[tuple[str, Byline]] = field(default_factory=list)  # （记者 某某） that ended it
    inline: list[str] = field(default_factory=list)  # reporters named in the dateline
    dated: bool = False  # opened by a dateline
    places: list[str] = field(default_factory=list)
    closed: bool = False  # nothing more belongs to it
    run_in: str = ""
    lead_deck: str = ""
    mark: str = ""

    @property
    def has_text(self) -> bool:
        """Whether any of its body has come."""
        return bool(self.parts)

    @property
    def strong(self) -> bool:
        """Opened as reports do, by byline or dateline: plain headlines in it are sub-headings."""
        return bool(self.bylines) or self.dated

    @property
    def only_note(self) -> bool:
        """So far there is only an editor's note above the report itself."""
        prose = [text for text, heading in self.parts[:2] if not heading]
        return len(self.parts) == len(prose) == 1 and is_editors_note(prose[0]) and not self.bylines

    def add(self, text: str, *, heading: bool = False) -> None:
        """A line of the body that stands alone."""
        self.parts.append((text, heading))

    def add_paragraph(self, block: Block) -> None:
        """A paragraph, with what its dateline and its closing byline say."""
        text = block.text
        if dateline := block.first.dateline:
            self.dated = True
            self.places.append(dateline.place)
            self.inline += dateline.reporters
        read = closing_credit if self.kind is Kind.CAPTION else closing_byline
        if credit := read(text):
            text, (cut, byline) = text[: credit[0]], credit
            self.closing.append((block.text[cut:].strip(), byline))
            self.closed = True
        self.closed = self.closed or ends_piece(text)
        self.add(text)

    def body(self) -> tuple[str, tuple[Span, ...]]:
        """The text and the spans of its sub-headings; a last line heads nothing."""
        spans: list[Span] = []
        at = 0
        for n, (text, heading) in enumerate(self.parts):
            if heading and n + 1 < len(self.parts):
                spans.append(Span(at, at + len(text)))
            at += len(text) + 1
        return "\n".join(text for text, _ in self.parts), tuple(spans)

    def promote_deck(self) -> None:
        """A lone line between byline and text is a deck: sub-headings come in numbers."""
        if self.heads and len(self.parts) > 1 and sum(heading for _, heading in self.parts) == 1:
            text, heading = self.parts[0]
            if heading:
                self.lead_deck = text
                del self.parts[0]

    def byline_text(self) -> str:
        """All bylines as printed."""
        return " ".join(
            [*(block.text for block in self.bylines), *(text for text, _ in self.closing)]
        )

    def reporters(self) -> tuple[str, ...]:
        """The people named, each once, in print order."""
        printed = [block.first.byline for block in self.bylines]
        named = [name for credit in printed if credit for name in credit.reporters]
        closing = [name for _, credit in self.closing for name in credit.reporters]
        return tuple(dict.fromkeys([*named, *self.inline, *closing]))

    def place(self) -> str:
        """Where it was reported from: the dateline's word before the byline's."""
        printed = [block.first.byline for block in self.bylines]
        found = [*self.places, *(credit.place for credit in printed if credit)]
        return next((place for place in found if place), "")


def settle_headers(drafts: list[Draft], furniture: list[str]) -> list[Draft]:
    """Give each headline without a text to the piece it belongs to.

    In this order: the caption that came in its place; the article above when that has no headline
    and none follows; the piece below, as its kicker. What is left is furniture, unless the page
    holds nothing else.
    """
    whole = any(draft.has_text for draft in drafts)
    kept: list[Draft] = []
    for n, draft in enumerate(drafts):
        if draft.has_text:
            draft.promote_deck()
            kept.append(draft)
            continue
        below = drafts[n + 1] if n + 1 < len(drafts) else None
        below = below if below is not None and below.region == draft.region else None
        above = kept[-1] if kept and kept[-1].region == draft.region else None
        if not whole and below is None and draft.heads:
            draft.parts = [(" ".join(block.text for block in draft.heads), False)]
            draft.heads = []
            kept.append(draft)
        else:
            _hand_over(draft, above, below, furniture)
    return kept


def _hand_over(
    draft: Draft, above: Draft | None, below: Draft | None, furniture: list[str]
) -> None:
    if below is not None and (draft.heads or not below.bylines):
        below.heads[:0] = draft.heads
        below.decks[:0] = draft.decks
        below.bylines[:0] = draft.bylines
    elif above is not None and below is None and not above.heads and draft.heads:
        above.heads += draft.heads
        above.decks += draft.decks
        above.bylines += draft.bylines
    else:
        if above is not None and not above.bylines:
            above.bylines += draft.bylines
            draft.bylines = []
        furniture += [block.text for block in (*draft.heads, *draft.decks, *draft.bylines)]
