"""Compare a draft's figure with an archive's: the same thing, and the same value? Pure functions.

Only what agrees in measure, place, period and manner may support or contradict; the rest is told
as a difference.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from index.figures import Figure, same_amount, same_figure
from index.periods import TimeSpan, covers, same_period
from index.units import to_base
from index.words import fold, words
from rag.coverage import said_or_synonym
from rag.draft_facts import BOUNDS, CHANGE_NOUNS, Fact
from rag.draft_opposites import another_baseline, opposites
from rag.draft_passages import Passage, is_day
from rag.features import RATES

_LEVELS = frozenset({"余额", "总额", "总值", "总量", "存量"})  # told once, then left out
# Monthly and quarterly figures are printed within weeks of the period's end.
_REPORTED_WITHIN = timedelta(days=45)
_LEAST_COVERED = 0.5  # of a clause's words; ALCE-style entailment by words uses 0.6 of bigrams


CORRECTS = re.compile(r"更\s?正|有误|应为|勘误")  # a printed correction


class Value(Enum):
    """How two figures relate."""

    EQUAL = "equal"
    LOOSE = "loose"  # equal but for 约 or rounding
    OTHER = "other"
    UNIT = "unit"  # the same number of another unit: 0.91% for 0.91个百分点
    APART = "apart"  # of different kinds: nothing to compare


class When(Enum):
    """How two periods relate."""

    SAME = "same"
    OPEN = "open"  # one of them does not say
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Match:
    """One archive figure beside the draft's."""

    passage: Passage
    fact: Fact
    value: Value
    when: When
    reasons: tuple[str, ...]  # what keeps the two apart, for the reader
    opposed: bool  # the same value with the opposite direction or basis
    names_it: bool  # the same thing is measured there, at the same place
    shared: int  # terms that both say by the figure
    covered: float  # share of the draft clause's words that the passage says

    @property
    def same_thing(self) -> bool:
        """Whether both figures measure the same thing at the same place and time."""
        return not self.reasons and self.when is When.SAME and self.covered >= _LEAST_COVERED


def compare(draft: Passage, mine: Fact, passage: Passage, fact: Fact) -> Match | None:
    """One pair; None where they have no word in common or nothing to compare."""
    value = _compare_facts(mine, fact)
    if value is Value.APART or fact.disowned:
        return None
    carried = "" if fact.terms - CHANGE_NOUNS or fact.inherited else passage.around
    shared = sum(
        _says(term, f"{fact.own} {fact.subject} {carried}") for term in mine.terms | mine.inherited
    )
    covered = _covered(mine, passage)
    if not shared and not (value is Value.EQUAL and covered >= _LEAST_COVERED):
        return None
    when = compare_periods(
        draft.period_of(mine), passage.period_of(fact), passage.article.published
    )
    measure, turned = _measure(draft, mine, passage, fact), opposites(mine, fact)
    reasons = [*measure, *_manner(mine, fact), *turned]
    if another_baseline(mine, draft.article.published, fact, passage.article.published):
        reasons.append("比较的基准不同")
    where = _where(draft, mine, passage, fact)
    reasons += where
    if not shared:
        reasons.append("所说的事物未能对上")
    return Match(
        passage=passage,
        fact=fact,
        value=value,
        when=when,
        reasons=tuple(reasons),
        opposed=_opposed(mine.figure, fact.figure),
        names_it=bool(shared) and not (measure or turned or where),
        shared=shared,
        covered=covered,
    )


def _compare_facts(mine: Fact, fact: Fact) -> Value:
    """As ``compare_values``; two bounds of one kind are equal by their numbers.

    不超过 and 不得超过 are one bound, whatever is made of their 超过.
    """
    bound = mine.qualifiers & fact.qualifiers & BOUNDS
    if not bound:
        return compare_values(mine.figure, fact.figure)
    return compare_values(replace(mine.figure, approx=""), replace(fact.figure, approx=""))


def compare_values(mine: Figure, other: Figure) -> Value:
    """How the archive's figure relates to the draft's, whatever they measure."""
    unit, factor = to_base(mine.unit)
    other_unit, other_factor = to_base(other.unit)
    if unit != other_unit:
        related = {mine.unit, other.unit} <= RATES or {unit, other_unit} <= _MONEY
        return Value.UNIT if related and mine.value == other.value else Value.APART
    if same_figure(mine, other):
        return Value.EQUAL
    if same_amount(mine, other):
        return Value.LOOSE
    step = mine.step * factor / 2
    gap = abs(mine.value * factor - other.value * other_factor)
    if mine.high is None and other.high is None and gap <= min(step, abs(mine.value * factor) / 20):
        # 2.03万亿元 for 20314亿元; a count that is off by one is wrong, not rounded.
        return Value.LOOSE if mine.step * factor > other.step * other_factor else Value.OTHER
    return Value.OTHER


_MONEY = frozenset({"元", "美元", "港元", "欧元", "日元", "英镑", "韩元"})


def compare_periods(mine: TimeSpan | None, other: TimeSpan | None, published: date | None) -> When:
    """Whether two figures are of the same time; a day of telling settles nothing."""
    if mine is None or other is None:
        return _unstated(mine, other, published)
    if same_period(mine, other):
        return When.SAME
    if mine.until == other.until and (mine.point or other.point):
        return When.SAME
    if is_day(mine) == is_day(other):
        return When.OTHER
    day, stretch = (mine, other) if is_day(mine) else (other, mine)
    told = stretch.until <= day.since <= _later(stretch.until, _REPORTED_WITHIN)
    return When.OPEN if told or covers(stretch, day) else When.OTHER


def _later(day: date, by: timedelta) -> date:
    return day + by if day < date.max - by else date.max


def _unstated(mine: TimeSpan | None, other: TimeSpan | None, published: date | None) -> When:
    said = mine or other
    if said is None or is_day(said):
        return When.SAME if said is None or mine is None else When.OPEN
    if mine is not None and published is not None:
        fresh = mine.since <= published <= _later(mine.until, _REPORTED_WITHIN)
        return When.OPEN if fresh else When.OTHER
    return When.OPEN


def _says(term: str, text: str) -> bool:
    """Whether a folded text says a term: as printed, by its parts, or by its other name."""
    if term[0].isdigit() or term.isascii():
        return bool(re.search(rf"(?<![0-9a-z]){re.escape(term)}(?![0-9a-z])", text))
    if term in text or said_or_synonym(term, frozenset(words(text))):
        return True
    if term.startswith("第"):
        return False
    parts = [part for part in words(term) if part != term and len(part) > 1]
    return len(parts) > 1 and all(part in text for part in parts)


def _measure(draft: Passage, mine: Fact, passage: Passage, fact: Fact) -> list[str]:
    """What one figure's measure says and the other's does not."""
    theirs = f"{fact.own} {fact.subject}"
    around = f"{passage.around} {_free(passage)}"
    missing = [
        term
        for term in sorted(_needed(mine))
        if not _says(term, theirs) and not (_says(term, around) and not _rival(term, passage, fact))
    ]
    # What is measured stands by the figure, or is told before where its clause names nothing.
    unnamed = not fact.terms - CHANGE_NOUNS and not fact.inherited
    if mine.head and mine.head not in missing and not unnamed and not _says(mine.head, theirs):
        missing.append(mine.head)
    ours = f"{mine.own} {mine.subject}"
    context = f"{draft.around} {_free(draft)}"
    narrower = [
        term
        for term in sorted(fact.terms - CHANGE_NOUNS)
        if not _says(term, ours) and not (_says(term, context) and not _rival(term, draft, mine))
    ]
    if fact.code and fact.code not in narrower and not _says(fact.code, f"{ours} {context}"):
        narrower.append(fact.code)
    inherited = fact.inherited - _LEVELS
    if not fact.terms - CHANGE_NOUNS and inherited:
        kept = [term for term in inherited if _says(term, f"{ours} {context}")]
        narrower += sorted(inherited - set(kept)) if len(kept) < len(inherited) else []
    reasons = []
    if missing:
        reasons.append(f"原句没有说“{'、'.join(missing)}”")
    if narrower:
        reasons.append(f"库中说的是“{'、'.join(narrower)}”")
    return reasons


def _needed(mine: Fact) -> frozenset[str]:
    own = mine.terms - CHANGE_NOUNS
    return own or (mine.inherited - _LEVELS)


def _free(passage: Passage) -> str:
    """The clauses of a sentence that hold no figure: they go for the whole sentence."""
    text = passage.text
    held = {fact.clause for fact in passage.facts}
    clauses = re.split(r"[，。；！？,;!?\n：]", text)
    return fold(" ".join(clause for clause in clauses if clause and clause.lower() not in held))


def _rival(term: str, passage: Passage, fact: Fact) -> bool:
    """Whether another figure of the sentence owns the word: 企业 in 居民…，企业…1098亿元."""
    return any(
        _says(term, other.own)
        for other in passage.facts
        if other.figure != fact.figure and other.own != fact.own
    )


def _manner(mine: Fact, fact: Fact) -> list[str]:
    """A change is no level, an average no total, a plan no fact, and a denial no claim."""
    reasons = []
    if mine.delta != fact.delta and mine.figure.unit not in ("年", "月", "天"):
        reasons.append("一处是增减额，一处不是")
    differ = mine.qualifiers ^ fact.qualifiers
    if differ:
        reasons.append(f"口径不同：{'、'.join(sorted(differ))}")
    if mine.negated != fact.negated:
        reasons.append("一处是否定的说法")
    lone = mine.figure.basis != fact.figure.basis and not (mine.figure.basis and fact.figure.basis)
    if lone and "同比" not in (mine.figure.basis or fact.figure.basis):
        lone = "环比" in (mine.figure.basis or fact.figure.basis)
    if lone and (mine.figure.unit not in RATES or mine.figure.basis):
        reasons.append(f"一处是{mine.figure.basis or fact.figure.basis}，一处不是")
    return reasons


def _opposed(mine: Figure, other: Figure) -> bool:
    turned = bool(mine.change and other.change) and mine.change != other.change
    rebased = bool(mine.basis and other.basis) and mine.basis != other.basis
    return turned or rebased


def _where(draft: Passage, own: Fact, passage: Passage, fact: Fact) -> list[str]:
    """Whether the archive's figure is from elsewhere; 全市 of a paper's own city is that city."""
    mine, theirs = draft.places_of(own), passage.places_of(fact)
    scopes = {place for place in theirs ^ mine if place[-1] in "国省球" or place.endswith("市")}
    said = f"{passage.around}{fold(passage.text)}"
    if CORRECTS.search(passage.text) and not theirs:
        return []  # 更正 names the article and seldom repeats the city
    if unsaid := sorted(place for place in mine if not theirs and place not in said):
        return [f"原句没有说“{'、'.join(unsaid)}”"]
    if not mine or not theirs:
        return [f"地点不同：库中是{'、'.join(sorted(scopes))}"] if scopes and theirs else []
    if mine == theirs:
        return []
    lost = [place for place in mine - theirs if place not in passage.around]
    if lost or scopes or not (mine & theirs or mine <= passage.places):
        return [_elsewhere(own, mine, theirs)]
    if fact.places and not fact.places <= mine and len(fact.places - mine) > 1:
        return [_elsewhere(own, mine, theirs)]
    return []


def _elsewhere(own: Fact, mine: frozenset[str], theirs: frozenset[str]) -> str:
    """The two places; one that was only told before is not called the draft's."""
    printed = "、".join(sorted(theirs))
    if own.places:
        return f"地点不同：稿件{'、'.join(sorted(own.places))}，库中{printed}"
    return f"稿件此处没有写地点（前文说的是{'、'.join(sorted(mine))}），库中是{printed}"


def _covered(mine: Fact, passage: Passage) -> float:
    """Share of the draft clause's words that the passage or its surroundings say."""
    wanted = {word for word in words(mine.clause) if not word[0].isdigit() and len(word) > 1}
    spoken = set(words(f"{passage.text} {passage.around}"))
    return len(wanted & spoken) / len(wanted) if wanted else 1.0
