"""Check a draft against the archive: each figure, date, name and quotation gets a verdict.

``check_draft`` is the one way from a text to its report. Nothing is written.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from index.archive import Archive
from index.errors import BadInput
from index.types import Encoder
from rag.clock import Clock
from rag.draft_claims import Cut, cut_claims
from rag.draft_dates import judge_date
from rag.draft_hold import hold_back
from rag.draft_names import judge_name
from rag.draft_passages import Passage, find_passages
from rag.draft_quotes import judge_quote
from rag.draft_statements import judge_statement
from rag.draft_types import ClaimKind, DraftReport, Finding
from rag.draft_verdict import judge_figure
from rag.evidence import latest_anchor
from rag.llm import LLMFailedError
from rag.types import Filters

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

LONGEST_DRAFT = 200_000  # characters: a newspaper page has 10,000
MOST_CLAIMS = 500  # about 60 ms each on two cores


def check_draft(
    archive: Archive,
    encoder: Encoder,
    text: str,
    *,
    published: date | None = None,
    filters: Filters | None = None,
    llm: "LLM | None" = None,
    model: str = "",
    on_done: Callable[[], None] = lambda: None,
) -> DraftReport:
    """The verdict on every claim of ``text``; offsets are into it as given.

    Its 上半年 and 7月15日 are those of ``published``; without it, of the archive's last day or
    today, whichever is earlier. ``on_done`` hears of every claim that is checked.

    Raises:
        BadInput: The draft is empty, too long, or has nothing to check.
    """
    require_draft(text)
    clock = Clock()
    archive.refresh()
    coverage = archive.coverage()
    anchor = published or latest_anchor(coverage.last, date.today())
    cuts = cut_claims(text, anchor=anchor)
    if not cuts:
        raise BadInput("The draft has no sentence to check. Give it at least one.")
    clock.add("cut")
    left_out = max(0, len(cuts) - MOST_CLAIMS)
    checker = _Checker(archive, encoder, anchor, filters, llm, clock)
    findings = []
    for cut in cuts[:MOST_CLAIMS]:
        findings.append(checker.check(cut))
        on_done()
    return DraftReport(
        text=text,
        published=published,
        anchor=anchor,
        findings=tuple(findings),
        left_out=left_out,
        coverage=coverage,
        timings=clock.stop(),
        model=model if checker.asked else "",
        index_version=archive.index_version,
        notes=tuple(checker.notes),
    )


def require_draft(text: str) -> None:
    """Raise ``BadInput`` for a text that is no draft: empty, or longer than LONGEST_DRAFT."""
    if not text.strip():
        raise BadInput("The draft is empty. Give a file with text, or - and type it.")
    if len(text) > LONGEST_DRAFT:
        raise BadInput(
            f"The draft has {len(text):,} characters; at most {LONGEST_DRAFT:,} are checked. "
            "Split it."
        )


class _Checker:
    """Checks claim by claim; the archive is searched once a sentence."""

    def __init__(
        self,
        archive: Archive,
        encoder: Encoder,
        anchor: date,
        filters: Filters | None,
        llm: "LLM | None",
        clock: Clock,
    ) -> None:
        self._archive = archive
        self._encoder = encoder
        self._anchor = anchor
        self._filters = filters
        self._llm = llm
        self._clock = clock
        self._pool: tuple[int, Sequence[Passage]] = (-1, ())
        self.asked = False
        self.notes: list[str] = []

    def check(self, cut: Cut) -> Finding:
        """The verdict on one claim."""
        # Without a model a statement is not judged: 10,000 of them would be searched for nothing.
        idle = cut.claim.kind is ClaimKind.STATEMENT and self._llm is None
        pool = () if idle else self._passages(cut)
        finding = hold_back(self._judge(cut, pool), cut, pool, anchor=self._anchor)
        self._clock.add("llm" if cut.claim.kind is ClaimKind.STATEMENT else "compare")
        return finding

    def _judge(self, cut: Cut, pool: Sequence[Passage]) -> Finding:
        claim, draft = cut.claim, cut.passage
        if cut.fact is not None:
            return judge_figure(claim, draft, cut.fact, pool)
        if cut.span is not None:
            return judge_date(claim, draft, cut.span, pool)
        if cut.holder is not None:
            return judge_name(claim, draft, cut.holder, pool)
        if claim.kind is ClaimKind.QUOTE:
            return judge_quote(claim, draft, pool, self._archive, self._filters)
        return self._judge_statement(cut, pool)

    def _judge_statement(self, cut: Cut, pool: Sequence[Passage]) -> Finding:
        try:
            finding = judge_statement(cut.claim, cut.passage, pool, self._llm)
        except LLMFailedError as error:
            self._llm = None  # a dead endpoint is asked once, not once a sentence
            self.notes.append(str(error))
            return judge_statement(cut.claim, cut.passage, pool, None)
        self.asked |= self._llm is not None
        return finding

    def _passages(self, cut: Cut) -> Sequence[Passage]:
        start = cut.claim.sentence_start
        if self._pool[0] != start:
            found = find_passages(
                self._archive,
                self._encoder,
                cut.passage.text,
                today=self._anchor,
                filters=self._filters,
            )
            self._pool = (start, found)
            self._clock.add("search")
        return self._pool[1]
