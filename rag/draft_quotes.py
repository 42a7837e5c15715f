"""Whether a quotation of the draft stands in the archive, word for word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.archive import Archive
from index.types import Article
from index.words import fold_characters
from rag.draft_passages import Passage, read_passages
from rag.draft_types import Claim, Finding, Verdict
from rag.names import person_names
from rag.types import Citation, Filters

_HITS = 8
# Share of characters in common (difflib's ratio): one of ten changed gives .9; below .6 two
# sentences on one subject look alike.
_MISQUOTED = 0.8
_ALIKE = 0.6
_STOPS = "。，！？；…!?,;."  # a stop moves in and out of the quotation marks
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Near:
    passage: Passage
    ratio: float
    quote: str  # as the archive prints it, folded


def judge_quote(
    claim: Claim,
    draft: Passage,
    pool: Sequence[Passage],
    archive: Archive,
    filters: Filters | None = None,
) -> Finding:
    """Verbatim but for white space, width and 繁簡: supported. Nearly so: what differs is shown."""
    wanted = _plain(claim.text).rstrip(_STOPS)
    held = _holding(claim.text, wanted, archive, filters or Filters())
    if held:
        return _judge_speaker(claim, draft, held)
    near = [item for passage in pool if (item := _nearest(wanted, passage))]
    best = max(near, key=lambda item: item.ratio, default=None)
    if best is None or best.ratio < _ALIKE:
        return Finding(claim, Verdict.NOT_FOUND)
    verdict = Verdict.CONTRADICTED if best.ratio >= _MISQUOTED else Verdict.PARTLY
    if _letters(wanted) == _letters(best.quote):
        verdict = Verdict.PARTLY
    difference = _difference(wanted, best.quote)
    return Finding(claim, verdict, (best.passage.cite(1),), difference)


def _judge_speaker(claim: Claim, draft: Passage, held: Sequence[Passage]) -> Finding:
    """A quotation with another name beside it than in the archive is only partly right."""
    names = person_names(draft.text)
    said = [p for p in held if not names or any(n in p.article.body for n in names)]
    if said:
        return Finding(claim, Verdict.SUPPORTED, _cited(said))
    note = f"原文有这句话，但文中没有{'、'.join(names)}"
    return Finding(claim, Verdict.PARTLY, _cited(held), note=note)


def _cited(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    return tuple(passage.cite(n) for n, passage in enumerate(passages[:3], 1))


def _holding(text: str, wanted: str, archive: Archive, filters: Filters) -> list[Passage]:
    hits = archive.search_words(
        text, top_k=_HITS, filters=filters, phrases=(text.strip().rstrip(_STOPS),)
    )
    found = []
    for article_id in dict.fromkeys(hit.chunk.article_id for hit in hits):
        article = archive.article(article_id)
        passage = _sentence_with(wanted, article) if article else None
        if passage:
            found.append(passage)
    return found


def _sentence_with(wanted: str, article: Article) -> Passage | None:
    """The sentence in which the quotation begins; a paragraph may be cut by a column's end."""
    for passage in read_passages(article, 0, len(article.body)):
        behind = article.body[passage.sentence.start : passage.sentence.end + len(wanted) + 8]
        at = _plain(behind).find(wanted)
        if 0 <= at < len(_plain(passage.text)):
            return passage
    return None


def _nearest(wanted: str, passage: Passage) -> _Near | None:
    """The stretch of a sentence that is most like the quotation."""
    text = _plain(passage.text)
    whole = SequenceMatcher(None, wanted, text, autojunk=False)
    blocks = [block for block in whole.get_matching_blocks() if block.size > 1]
    if sum(block.size for block in blocks) < len(wanted) * 0.4:
        return None
    start = max(0, blocks[0].b - blocks[0].a)
    end = min(len(text), blocks[-1].b + len(wanted) - blocks[-1].a)
    stretch = text[start:end]
    ratio = SequenceMatcher(None, wanted, stretch, autojunk=False).ratio()
    return _Near(passage, ratio, stretch)


def _difference(mine: str, theirs: str) -> str:
    """稿件 “…”，库中 “…”, with the characters that differ in 【】."""
    left, right = [], []
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        left.append(mine[a:b] if kind == "equal" else f"【{mine[a:b]}】" if b > a else "")
        right.append(theirs[c:d] if kind == "equal" else f"【{theirs[c:d]}】" if d > c else "")
    return f"稿件“{''.join(left)}”，库中“{''.join(right)}”"


def _plain(text: str) -> str:
    return _SPACE.sub("", fold_characters(text))


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
