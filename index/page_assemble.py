"""Walk the paragraphs of a page and part them into articles and captions."""

from collections.abc import Callable

from index.page_blocks import Block, Spacing, is_open
from index.page_draft import Draft
from index.page_evidence import is_digest_label, is_notice, opens_with_news, run_in_title
from index.page_furniture import Masthead
from index.page_lines import Role
from index.types import Kind

_TITLE_LENGTH = 12  # characters; sub-headings rarely reach it, headlines rarely stay under it


class Assembler:
    """Walks the blocks once; the current draft takes what belongs to it."""

    def __init__(self, blocks: list[Block], spacing: Spacing) -> None:
        self.drafts: list[Draft] = []
        self.furniture: list[str] = []
        self.mastheads: list[tuple[Masthead, int]] = []  # with the number of drafts above it
        self._blocks = blocks
        self._spacing = spacing
        self._current: Draft | None = None
        self._caption: Draft | None = None  # the caption that the last block belonged to
        self._next = _next_blocks(blocks)
        self._many_run_ins = sum(bool(_run_in(block)) for block in blocks) >= 2
        self._take: dict[Role, Callable[[int, Block], int]] = {
            Role.FURNITURE: self._take_furniture,
            Role.MASTHEAD: self._take_masthead,
            Role.HEAD: self._take_headlines,
            Role.BYLINE: self._take_byline,
            Role.CAPTION: self._take_caption,
            Role.LIST: self._take_list,
            Role.PROSE: self._take_paragraph,
        }

    def run(self) -> None:
        """Fill ``drafts``, ``furniture`` and ``mastheads``."""
        at = 0
        while at < len(self._blocks):
            block = self._blocks[at]
            at += self._take[block.role](at, block)
            if block.role not in (Role.CAPTION, Role.FURNITURE):
                self._caption = None

    def _following(self, at: int) -> Block | None:
        """The next block that is neither furniture nor caption."""
        following = self._next[at]
        return self._blocks[following] if following < len(self._blocks) else None

    def _start(self) -> Draft:
        self._current = Draft(region=len(self.mastheads))
        self.drafts.append(self._current)
        return self._current

    def _draft(self) -> Draft:
        return self._current or self._start()

    def _take_furniture(self, at: int, block: Block) -> int:
        self.furniture.append(block.text)
        return 1

    def _take_masthead(self, at: int, block: Block) -> int:
        self.furniture.append(block.text)
        masthead = block.first.masthead or Masthead()
        joined = self._blocks[at - 1].role is Role.MASTHEAD if at else False
        if joined and self.mastheads and not _conflict(self.mastheads[-1][0], masthead):
            self.mastheads[-1] = (_merge(self.mastheads[-1][0], masthead), self.mastheads[-1][1])
        else:
            self.mastheads.append((masthead, len(self.drafts)))
        self._current = None
        return 1

    def _take_headlines(self, at: int, block: Block) -> int:
        if block.landed and self._current is not None:
            self._current.decks.append(block)
            return 1
        group = self._group(at)
        after = self._following(at + len(group) - 1)
        current = self._current
        if current is not None and not current.has_text and not current.bylines:
            current.heads += group
        elif current is None or self._starts_article(group, after, current):
            draft = self._start()
            draft.heads += group
            draft.mark = group[0].text[0] if group[0].first.opens_item else ""
        else:
            for line in group:
                current.add(line.text, heading=True)
        return len(group)

    def _group(self, at: int) -> list[Block]:
        """The headline lines that stand together."""
        group = [self._blocks[at]]
        for block in self._blocks[at + 1 : at + 6]:
            if block.role is not Role.HEAD or self._spacing.apart(block.first.gap) or block.landed:
                break
            group.append(block)
        return group

    def _starts_article(self, group: list[Block], after: Block | None, current: Draft) -> bool:
        """Sub-heading or headline: what follows decides, then what came before, then its looks."""
        if after is None or after.role in (Role.MASTHEAD, Role.HEAD):
            return after is not None or not current.has_text or self._stands_apart(group)
        if after.role is Role.BYLINE:
            return True
        if after.role is Role.LIST:
            return self._stands_apart(group) or current.closed
        if not current.has_text:
            return False
        if after.first.dateline or _run_in(after) or current.closed or self._stands_apart(group):
            return True
        return self._looks_like_title(group, after, current)

    def _stands_apart(self, group: list[Block]) -> bool:
        return self._spacing.apart(group[0].first.gap)

    def _looks_like_title(self, group: list[Block], after: Block, current: Draft) -> bool:
        longest = max(len(block.text) for block in group)
        if is_digest_label(group[0].text) or is_notice(group[0].text):
            return True
        if len(group) > 1 and longest >= 8:
            return True
        if group[0].first.opens_item and current.mark == group[0].text[0]:
            return True
        if current.strong:
            return longest > _TITLE_LENGTH and opens_with_news(after.text)
        like_the_last = (
            max((len(block.text) for block in current.heads), default=_TITLE_LENGTH) * 0.8
        )
        return longest >= max(7, like_the_last) or (longest >= 6 and opens_with_news(after.text))

    def _take_byline(self, at: int, block: Block) -> int:
        after = self._following(at)
        opens = after is not None and after.role is Role.PROSE
        if self._caption is not None and self._belongs_to_caption(after, opens=opens):
            self._caption.bylines.append(block)
        elif self._current is None:
            self._start().bylines.append(block)
        elif not self._current.has_text or block.landed:
            self._current.bylines.append(block)
        elif opens and after is not None and not self._current.only_note:
            self._start().bylines.append(block)  # it opens a piece without a headline
        elif self._current.bylines and self._current.closed and not opens:
            self._current.bylines.append(block)
        elif self._current.bylines and not opens and after is not None:
            self._trail(at, block, after)
        else:
            self._current.bylines.append(block)
            self._current.closed = not self._current.only_note
        return 1

    def _belongs_to_caption(self, after: Block | None, *, opens: bool) -> bool:
        """A byline under a caption is the caption's, unless an article waits for it."""
        waits = self._current is not None and not self._current.has_text and opens
        return not waits and not (opens and after is not None and after.first.dateline is not None)

    def _trail(self, at: int, block: Block, after: Block) -> None:
        """A second byline before headlines: theirs when they have none of their own."""
        current = self._current
        if current is None or after.role is not Role.HEAD:
            self._draft().bylines.append(block)
            return
        end = at + 1
        while end < len(self._blocks) and self._blocks[end].role is Role.HEAD:
            end += 1
        theirs = end < len(self._blocks) and self._blocks[end].role is Role.PROSE
        (self._start() if theirs else current).bylines.append(block)

    def _take_caption(self, at: int, block: Block) -> int:
        after = self._blocks[at + 1] if at + 1 < len(self._blocks) else None
        lead = block.first.dateline is not None or (self._current and not self._current.has_text)
        goes_on = after is not None and after.role is Role.PROSE and not after.first.dateline
        if lead and goes_on and (block.first.dateline or not is_own_caption(block)):
            return self._take_paragraph(at, block)
        self._caption = Draft(region=len(self.mastheads), kind=Kind.CAPTION)
        self._caption.add_paragraph(block)
        self.drafts.append(self._caption)
        return 1

    def _take_list(self, at: int, block: Block) -> int:
        self._draft().add(block.text)
        return 1

    def _take_paragraph(self, at: int, block: Block) -> int:
        if self._current is None or self._opens_piece(at, block, self._current):
            self._start()
        draft = self._draft()
        if self._many_run_ins and not draft.has_text:
            draft.run_in = _run_in(block)
        draft.add_paragraph(block)
        return 1

    def _opens_piece(self, at: int, block: Block, current: Draft) -> bool:
        """A paragraph without a headline that cannot belong to the article above it."""
        if not current.has_text:
            return bool(self._many_run_ins and _run_in(block) and current.heads and current.strong)
        if block.first.dateline:
            return not current.only_note
        if self._many_run_ins and _run_in(block) and not current.strong:
            return True
        if current.closed:
            return True
        above = self._blocks[at - 1]
        apart = self._spacing.apart(block.first.gap) and above.role is Role.PROSE
        return apart and not is_open(above)


def is_own_caption(block: Block) -> bool:
    """A caption by its own opening words, not by a sentence inside it."""
    return block.text.lstrip("▲△▼■●（(")[:1] in "图圖上下左右题↑↓←→"


def _run_in(block: Block) -> str:
    return run_in_title(block.text[:80]) if block.role is Role.PROSE else ""


def _next_blocks(blocks: list[Block]) -> list[int]:
    """For each block the index of the next one that is neither furniture nor caption."""
    found = [len(blocks)] * len(blocks)
    coming = len(blocks)
    for n in range(len(blocks) - 1, -1, -1):
        found[n] = coming
        if blocks[n].role not in (Role.FURNITURE, Role.CAPTION):
            coming = n
    return found


def _conflict(a: Masthead, b: Masthead) -> bool:
    return bool(
        (a.source and b.source and a.source != b.source)
        or (a.published and b.published and a.published != b.published)
    )


def _merge(a: Masthead, b: Masthead) -> Masthead:
    sections = a.section if b.section in a.section else f"{a.section} {b.section}".strip()
    return Masthead(
        a.source or b.source, sections, a.published or b.published, a.trailing or b.trailing
    )
