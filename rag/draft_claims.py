"""Cut a draft into checkable claims. Knows nothing of the archive."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from index.errors import BadInput
from index.language import detect_language
from index.periods import TimeSpan
from index.sentences import split_sentences
from index.types import Article, DateKnown
from index.words import words
from rag.draft_facts import Fact
from rag.draft_names import Holder, holders
from rag.draft_passages import Passage, is_day, read_passages
from rag.draft_types import Claim, ClaimKind

_QUOTED = re.compile(r"[“「]([^”」\n]{1,300})[”」]|\"([^\"\n]{1,300})\"")
_HALF = re.compile("[\ud800-\udfff]")
_LEAST_QUOTE = 6  # characters; a shorter one is a term, not what somebody said
_LEAST_SPOKEN = 4  # behind 说：
_SPEAKS = re.compile(r"(?:[说称道问答]|表示|回应|[：:])[，,：:]?\s*[“「\"]\Z")
_LEAST_STATEMENT = 6  # characters; less is a heading or a remark


@dataclass(frozen=True, slots=True)
class Cut:
    """A claim with what its check needs; one of the last three, or none for a quotation."""

    claim: Claim
    passage: Passage  # the draft's sentence, read like an archive's
    fact: Fact | None = None
    span: TimeSpan | None = None
    holder: Holder | None = None


def draft_article(text: str, *, anchor: date) -> Article:
    """The draft as an article, so that it is read by the archive's rules."""
    return Article(
        id="draft",
        title="",
        body=text,
        published=anchor,
        date_known=DateKnown.FLAG,
        language=detect_language(text),
    )


# 4,000 characters of figures without a full stop took 22 s, growing with the square.
LONGEST_SENTENCE = 2_000


def cut_claims(text: str, *, anchor: date) -> list[Cut]:
    """Every claim in the order of the text; a sentence without any is one statement.

    Raises:
        BadInput: A sentence has over 2,000 characters: that is a table or a list. Or the text
            has half a character (a lone surrogate), as a broken paste leaves it.
    """
    half = _HALF.search(text)
    if half:
        raise BadInput(
            f"The draft has half a character (U+{ord(half[0]):04X}) at its character "
            f"{half.start() + 1}. Delete it and type it again."
        )
    longest = max((span.end - span.start for span in split_sentences(text)), default=0)
    if longest > LONGEST_SENTENCE:
        raise BadInput(
            f"The draft has a sentence of {longest} characters; at most {LONGEST_SENTENCE} are "
            "read as one. Put full stops or line breaks into it."
        )
    article = draft_article(text, anchor=anchor)
    return [
        cut
        for passage in read_passages(article, 0, len(text), mixed=True)
        for cut in sorted(_of_sentence(passage), key=lambda cut: (cut.claim.start, cut.claim.end))
    ]


def _of_sentence(passage: Passage) -> list[Cut]:
    quotes = [*_quotations(passage)]
    taken = [(cut.claim.start, cut.claim.end) for cut in quotes]
    found = [*_figures(passage), *_dates(passage), *_names(passage)]
    # A quotation is checked as a whole, what stands in it is not checked once more.
    free = [cut for cut in found if not any(start <= cut.claim.start < end for start, end in taken)]
    cuts = [*quotes, *free]
    if not cuts and len(passage.text) >= _LEAST_STATEMENT and words(passage.text):
        return [Cut(_claim(ClaimKind.STATEMENT, passage, 0, len(passage.text)), passage)]
    return cuts


def _quotations(passage: Passage) -> Iterator[Cut]:
    for found in _QUOTED.finditer(passage.text):
        group = 1 if found[1] is not None else 2
        spoken = _SPEAKS.search(passage.text[: found.start(group)])
        letters = sum(map(str.isalnum, found[group]))
        if letters and len(found[group].strip()) >= (_LEAST_SPOKEN if spoken else _LEAST_QUOTE):
            yield Cut(_claim(ClaimKind.QUOTE, passage, *found.span(group)), passage)


def _figures(passage: Passage) -> Iterator[Cut]:
    for fact in passage.facts:
        figure = fact.figure
        claim = _claim(ClaimKind.FIGURE, passage, figure.start, figure.end)
        yield Cut(claim, passage, fact=fact)


def _dates(passage: Passage) -> Iterator[Cut]:
    """Days, and the longer periods that no figure is bound to: the others go with theirs."""
    bound = {fact.period.start for fact in passage.facts if fact.period}
    for span in passage.spans:
        if is_day(span) or span.start not in bound:
            yield Cut(_claim(ClaimKind.DATE, passage, span.start, span.end), passage, span=span)


def _names(passage: Passage) -> Iterator[Cut]:
    for holder in holders(passage.text):
        claim = _claim(ClaimKind.NAME, passage, holder.start, holder.end)
        yield Cut(claim, passage, holder=holder)


def _claim(kind: ClaimKind, passage: Passage, start: int, end: int) -> Claim:
    base = passage.sentence.start
    return Claim(
        kind=kind,
        text=passage.text[start:end],
        start=base + start,
        end=base + end,
        sentence_start=base,
        sentence_end=passage.sentence.end,
    )
