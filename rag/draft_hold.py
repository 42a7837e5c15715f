"""Hold a verdict back where the evidence tells the same words otherwise.

Figure, date or name agree, yet who did it, whether it was done, or yes and no may not. What comes
out is never surer than what went in.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.figures import same_figure
from index.periods import same_period
from index.words import fold
from rag.draft_claims import Cut
from rag.draft_passages import Passage, overlap
from rag.draft_telling import exchanged, replaced, told_otherwise, turned_acts, unsaid_acts
from rag.draft_types import ClaimKind, Finding, Verdict

# An office stands in its own sentence; what its holder did is judged in one that tells most of it.
_TELLS = 0.6
_AS_NEAR = 0.1  # of overlap: a sentence this much farther off does not clear the nearest one


def hold_back(finding: Finding, cut: Cut, pool: Sequence[Passage], *, anchor: date) -> Finding:
    """``finding``, or ``partly`` where the nearest of its sentences tells the thing otherwise.

    A quotation is judged where it is found; it passes through.
    """
    if finding.verdict not in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
        return finding
    if cut.claim.kind is ClaimKind.QUOTE:
        return finding
    known = {(item.article.id, item.sentence.start): item for item in pool}
    passages = [
        passage
        for item in finding.evidence
        if (passage := known.get((item.article_id, item.start)))
    ]
    if not passages:
        return finding
    if finding.verdict is Verdict.CONTRADICTED:
        reason = "" if cut.holder else _told(cut, passages[0], anchor)
        return replace(finding, verdict=Verdict.PARTLY, note=reason) if reason else finding
    near = {item: overlap(cut.passage, item) for item in passages}
    if cut.holder and cut.holder.office:
        passages = [item for item in passages if near[item] >= _TELLS]
    if not passages:
        return finding
    reasons = {item: _reason(cut, item, anchor) for item in passages}
    nearest = max(near[item] for item in passages)
    clear = [item for item in passages if not reasons[item] and near[item] >= nearest - _AS_NEAR]
    if not clear:
        worst = max(passages, key=lambda item: (bool(reasons[item]), near[item]))
        return replace(
            finding,
            verdict=Verdict.PARTLY,
            difference=reasons[worst],
            evidence=(worst.cite(1),),
        )
    first = (clear[0].article.id, clear[0].sentence.start)
    # The sentence that decides comes first.
    ordered = sorted(finding.evidence, key=lambda item: (item.article_id, item.start) != first)
    evidence = tuple(replace(item, marker=n) for n, item in enumerate(ordered, 1))
    return replace(finding, evidence=evidence)


def _reason(cut: Cut, passage: Passage, anchor: date) -> str:
    """What the sentence tells otherwise, for the reader; "" where it tells the same."""
    draft = cut.passage.text
    if names := exchanged(draft, passage.text):
        return f"稿件与库中主次相反：{names}"
    if pair := replaced(draft, passage.text, passage.around):
        return f"稿件“{pair[0]}”，库中此处是“{pair[1]}”"
    if reason := _told(cut, passage, anchor):
        return reason
    if words := turned_acts(draft, passage.text):
        return f"一处是否定的说法：{'、'.join(words)}"
    if cut.holder and cut.holder.office:
        return ""  # 介绍了进展 for what he says in the sentences behind
    at = cut.claim.start - cut.claim.sentence_start
    if words := unsaid_acts(draft, at, f"{passage.around} {passage.text}"):
        return f"原句没有说“{'、'.join(words)}”"
    return ""


def _told(cut: Cut, passage: Passage, anchor: date) -> str:
    return told_otherwise(
        cut.passage.text,
        cut.claim.start - cut.claim.sentence_start,
        passage.text,
        _place(cut, passage),
        anchor=anchor,
        span=cut.span or (cut.passage.period_of(cut.fact) if cut.fact else None),
    )


def _place(cut: Cut, passage: Passage) -> int:
    """Where the claim's counterpart stands in the sentence."""
    places: list[int] = []
    if cut.fact is not None:
        mine = cut.fact.figure
        same = [fact.figure for fact in passage.facts if same_figure(mine, fact.figure)]
        alike = [fact.figure for fact in passage.facts if fact.figure.unit == mine.unit]
        places = [figure.start for figure in (*same, *alike)]
    elif cut.span is not None:
        same_day = [span.start for span in passage.spans if same_period(cut.span, span)]
        places = [*same_day, *(span.start for span in passage.spans)]
    elif cut.holder is not None:
        places = [max(0, fold(passage.text).find(cut.holder.name))]
    return places[0] if places else 0
