"""From the archive's figures beside one figure of the draft to its verdict and the difference."""

from collections.abc import Iterable, Sequence
from datetime import date

from index.figures import same_amount
from index.periods import TimeSpan
from rag.draft_facts import CHANGE_NOUNS, Fact
from rag.draft_figures import CORRECTS, Match, Value, When, compare
from rag.draft_passages import Passage, overlap
from rag.draft_types import Claim, Finding, Verdict
from rag.types import Citation

_SHOWN = 3  # sentences of evidence a finding
# Of the whole sentence's words: 总投资180亿元 of one deal is not 总投资1085亿元 of another.
_SAME_STORY = 0.4
_DURATIONS = frozenset("年 月 周 天 季度 小时 分钟 秒".split())  # noqa: SIM905


def judge_figure(claim: Claim, draft: Passage, mine: Fact, pool: Sequence[Passage]) -> Finding:
    """The verdict on one figure, by the best of the archive's figures that measure its thing."""
    matches = _matches(draft, mine, pool)
    same = [match for match in matches if match.same_thing]
    equal = [match for match in same if match.value is Value.EQUAL and not match.opposed]
    placed = _one_place(draft, mine, same)
    against = [
        match
        for match in same
        if _contradicts(mine, match, placed=placed) and overlap(draft, match.passage) >= _SAME_STORY
    ]
    agreed = {match.passage for match in equal}  # a sentence does not disagree with itself
    if not any(map(_is_correction, same)):
        against = [match for match in against if match.passage not in agreed]
    if draft.period_of(mine) is None:
        against = _settled(draft, against)
    corrected = [match for match in against if _is_correction(match)]
    if right := [match for match in equal if _is_correction(match)]:
        return _supported(claim, draft, mine, right, [])
    if corrected:
        return _contradicted(claim, mine, [*corrected, *equal], "此后有更正")
    if equal:
        return _supported(claim, draft, mine, equal, against)
    if open_equal := [match for match in matches if _supports_undated(draft, mine, match)]:
        return _supported(claim, draft, mine, open_equal, [])
    held = any(match.value is Value.LOOSE for match in same) or _held(matches)
    if against and not held:
        return _contradicted(claim, mine, against, _elsewhere(matches, draft))
    return _partly(claim, draft, mine, matches, same)


def _held(matches: Sequence[Match]) -> bool:
    """Whether the draft's value is printed of its own subject, at a time that may be meant.

    What then differs is how it was read, not what is true.
    """
    return any(
        match.value is Value.EQUAL
        and match.names_it
        and not match.opposed
        and match.when is not When.OTHER
        for match in matches
    )


def _matches(draft: Passage, mine: Fact, pool: Sequence[Passage]) -> list[Match]:
    found = [
        match
        for passage in pool
        for fact in passage.facts
        if (match := compare(draft, mine, passage, fact)) is not None
    ]
    order = {Value.EQUAL: 0, Value.LOOSE: 1, Value.UNIT: 2, Value.OTHER: 3}
    return sorted(
        found,
        key=lambda match: (
            len(match.reasons) + (match.when is When.OTHER),
            order[match.value],
            match.when is not When.SAME,
            -match.shared,
            -match.covered,
        ),
    )


def _settled(draft: Passage, against: list[Match]) -> list[Match]:
    """Of a figure without a period: what was printed by the draft's day, if it is one value."""
    today = draft.article.published or date.max
    printed = [m for m in against if (m.passage.article.published or date.min) <= today]
    return printed if len(set(_values(printed))) == 1 else []


def _one_place(draft: Passage, mine: Fact, same: Sequence[Match]) -> bool:
    """Whether it is clear where the figure is from: said, or everywhere the same (趵突泉水位)."""
    told = {match.passage.places_of(match.fact) for match in same}
    return bool(draft.places_of(mine)) or len(told) <= 1


def _contradicts(mine: Fact, match: Match, *, placed: bool) -> bool:
    """Another value of the same thing; unsure where a side leaves the place or a word out."""
    turned = match.opposed and mine.figure.change != match.fact.figure.change
    if match.value is Value.EQUAL and not turned:
        return False
    if match.value is Value.LOOSE:
        return False
    if (
        not placed
        or match.fact.lent
        or not (match.fact.terms - CHANGE_NOUNS or match.fact.inherited)
    ):
        return False
    if mine.figure.unit != match.fact.figure.unit and mine.figure.unit in _DURATIONS:
        return False  # 近五年 is not the 一个月 of another comparison
    if match.value is Value.OTHER and match.opposed:
        return False  # 同比 and 环比 are two figures
    return match.shared > 0


def _is_correction(match: Match) -> bool:
    return bool(CORRECTS.search(f"{match.passage.around} {match.passage.text}"))


def _supports_undated(draft: Passage, mine: Fact, match: Match) -> bool:
    """The same value of the same thing, where one side does not say when."""
    return (
        match.value is Value.EQUAL
        and not match.opposed
        and not match.reasons
        and match.when is When.OPEN
        and match.covered >= 0.5
        and match.shared > 0
    )


def _supported(
    claim: Claim, draft: Passage, mine: Fact, equal: Sequence[Match], against: Sequence[Match]
) -> Finding:
    if against:
        both = [equal[0], *(match for match in against[: _SHOWN - 1])]
        sides = "；".join(f"{item.fact.figure.text}（{_paper_day(item.passage)}）" for item in both)
        difference = f"稿件 {claim.text}，库中说法不一：{sides}"
        return Finding(claim, Verdict.PARTLY, _cited(both), difference)
    best = equal[0]
    note = ""
    said, theirs = draft.period_of(mine), best.passage.period_of(best.fact)
    if said is None and theirs is not None:
        note = f"稿件没有写时期；原句说的是{_days(theirs)}"
    return Finding(claim, Verdict.SUPPORTED, _cited(equal), note=note)


def _contradicted(claim: Claim, mine: Fact, against: Sequence[Match], note: str) -> Finding:
    best = against[0]
    theirs = best.fact.figure
    # 此后有更正 says already why two values stand there.
    others = [] if note else [item for item in against if _another_value(item, best)]
    if others:
        said = "；".join(
            f"{item.fact.figure.text}（{_paper_day(item.passage)}）"
            for item in [best, *others][:_SHOWN]
        )
        note = f"库中各篇说法不一：{said}"
    if best.opposed:
        difference = (
            f"稿件 {_manner_of(mine)}{claim.text}，库中 {_manner_of(best.fact)}{theirs.text}"
        )
    else:
        difference = f"稿件 {claim.text}，库中 {theirs.approx}{theirs.text}"
    return Finding(claim, Verdict.CONTRADICTED, _cited(against), difference, note)


def _another_value(match: Match, best: Match) -> bool:
    """Whether another article gives yet another value."""
    return match.passage.article.id != best.passage.article.id and not same_amount(
        match.fact.figure, best.fact.figure
    )


def _paper_day(passage: Passage) -> str:
    """胶州湾日报 2020-07-20: where and when a sentence was printed."""
    item = passage.article
    return " ".join(str(part) for part in (item.source, item.published) if part) or "日期不详"


def _partly(
    claim: Claim, draft: Passage, mine: Fact, matches: Sequence[Match], same: Sequence[Match]
) -> Finding:
    loose = [match for match in same if match.value is Value.LOOSE]
    if loose:
        return Finding(
            claim,
            Verdict.PARTLY,
            _cited(loose),
            f"稿件 {mine.figure.approx}{claim.text}，"
            f"库中 {loose[0].fact.figure.approx}{loose[0].fact.figure.text}",
            "数值相近，精度或“约、超、近”不同",
        )
    values = [match for match in matches if match.value is Value.EQUAL and match.shared]
    if values:
        return Finding(
            claim, Verdict.PARTLY, _cited(values[:1]), _told_apart(draft, mine, values[0])
        )
    undated = [
        match
        for match in matches
        if match.value is Value.OTHER
        and match.when is When.OPEN
        and not match.reasons
        and match.covered >= 0.5
        and draft.period_of(mine) is None
        and bool(draft.places_of(mine)) == bool(match.passage.places_of(match.fact))
    ]
    if undated and len(set(_values(undated))) == 1:
        theirs = undated[0].passage.period_of(undated[0].fact)
        when = f"（{_days(theirs)}）" if theirs else ""
        return Finding(
            claim,
            Verdict.PARTLY,
            _cited(undated),
            f"稿件 {claim.text}（没有写时期），库中 {undated[0].fact.figure.text}{when}",
        )
    return Finding(claim, Verdict.NOT_FOUND)


def _told_apart(draft: Passage, mine: Fact, match: Match) -> str:
    parts = list(match.reasons)
    said, theirs = draft.period_of(mine), match.passage.period_of(match.fact)
    if match.when is not When.SAME and (said or theirs):
        parts.insert(0, f"时期不同：稿件{_days(said)}，库中{_days(theirs)}")
    if match.opposed:
        parts.insert(0, f"稿件“{_manner_of(mine)}”，库中“{_manner_of(match.fact)}”")
    if match.covered < 0.5:
        parts.append("其余字句与原句出入较大")
    return f"库中也有 {match.fact.figure.text}，但{'；'.join(parts)}"


def _elsewhere(matches: Sequence[Match], draft: Passage) -> str:
    """What the draft's value is the value of, where the archive has it for something else."""
    held = next((match for match in matches if match.value is Value.EQUAL and match.shared), None)
    if held is None:
        return ""
    return f"{held.fact.figure.text}在库中另有所指：{' '.join(held.passage.text.split())[:60]}"


def _manner_of(fact: Fact) -> str:
    word = {"+": "增长", "-": "下降"}.get(fact.figure.change, "")
    return f"{fact.figure.basis}{word}"


def _days(span: TimeSpan | None) -> str:
    if span is None:
        return "未写明"
    if span.since == span.until:
        return f"{span.until}"
    return f"{span.since}至{span.until}"


def _values(matches: Iterable[Match]) -> list[str]:
    return list(dict.fromkeys(match.fact.figure.text for match in matches))


def _cited(matches: Sequence[Match]) -> tuple[Citation, ...]:
    held = {(m.passage.article.id, m.passage.sentence.start): m.passage for m in matches}
    return tuple(passage.cite(n) for n, passage in enumerate(list(held.values())[:_SHOWN], 1))
