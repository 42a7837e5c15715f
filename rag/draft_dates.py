"""Whether the archive dates an event as the draft does."""

from collections.abc import Sequence
from dataclasses import replace

from index.periods import TimeSpan, covers, same_period
from index.words import words
from rag.draft_passages import Passage, is_day, overlap
from rag.draft_types import Claim, Finding, Verdict
from rag.types import Citation

_LEAST_OVERLAP = 0.5
_PAUSES = "，；。,;"
_LEAST_CLAUSE = 5  # words; fewer are told of many things
_SURE_OVERLAP = 0.7  # of the sentence's words: it tells the same event


def judge_date(claim: Claim, draft: Passage, span: TimeSpan, pool: Sequence[Passage]) -> Finding:
    """The verdict on a date, by the sentences that tell what the draft's sentence tells."""
    told = sorted(
        ((_told_share(draft, claim, passage), passage) for passage in pool if _dated(passage)),
        key=lambda pair: -pair[0],
    )
    near = [passage for share, passage in told if share >= _LEAST_OVERLAP]
    agreeing = [passage for passage in near if _agrees(span, passage)]
    if agreeing:
        return Finding(claim, Verdict.SUPPORTED, _cited(agreeing))
    if not told or told[0][0] < _LEAST_OVERLAP:
        return Finding(claim, Verdict.NOT_FOUND)
    share, best = told[0]
    others = [item for item in _spans(best) if is_day(item) == is_day(span)]
    # 周五 and 日前 move with the day they are told on.
    fixed = any(character.isdigit() for character in claim.text)
    sure = fixed and share >= _SURE_OVERLAP and len(draft.spans) <= max(1, len(best.spans))
    if sure and len(_distinct(others)) == 1 and not covers(span, others[0]):
        difference = f"稿件 {claim.text}，库中 {others[0].text}（{_days(others[0])}）"
        return Finding(claim, Verdict.CONTRADICTED, _cited([best]), difference)
    if wider := [item for item in _spans(best) if covers(span, item) or covers(item, span)]:
        difference = f"稿件 {claim.text}，库中 {wider[0].text}（{_days(wider[0])}）"
        return Finding(claim, Verdict.PARTLY, _cited([best]), difference)
    return Finding(claim, Verdict.NOT_FOUND)


def _told_share(draft: Passage, claim: Claim, passage: Passage) -> float:
    """How much of the draft's sentence the passage tells, or of the clause around the date."""
    at = claim.start - claim.sentence_start
    start = max(draft.text.rfind(mark, 0, at) for mark in _PAUSES) + 1
    ends = [end for mark in _PAUSES if (end := draft.text.find(mark, at)) >= 0]
    clause = draft.text[start : min(ends, default=len(draft.text))]
    whole = overlap(draft, passage)
    said = [word for word in words(clause) if len(word) > 1 and not word[0].isdigit()]
    if len(set(said)) < _LEAST_CLAUSE:
        return whole
    sentence = replace(draft.sentence, text=clause)
    return max(whole, overlap(replace(draft, sentence=sentence), passage))


def _dated(passage: Passage) -> bool:
    return bool(passage.spans or passage.carried)


def _spans(passage: Passage) -> tuple[TimeSpan, ...]:
    return passage.spans or ((passage.carried,) if passage.carried else ())


def _agrees(span: TimeSpan, passage: Passage) -> bool:
    return any(same_period(span, said) for said in _spans(passage))


def _distinct(spans: Sequence[TimeSpan]) -> set[tuple[object, object]]:
    return {(span.since, span.until) for span in spans}


def _days(span: TimeSpan) -> str:
    return f"{span.since}" if span.since == span.until else f"{span.since}至{span.until}"


def _cited(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    return tuple(passage.cite(n) for n, passage in enumerate(passages[:3], 1))
