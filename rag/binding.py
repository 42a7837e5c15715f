"""Which value belongs to what was asked: 居民存款新增1003亿元，企业存款新增1098亿元.

A name or figure may stand in the cited sentence and still be another's. Within one sentence the
clause that shares most words with the question says which value is meant.
"""

import re
from dataclasses import dataclass

from index.figures import parse_figures
from index.units import COUNTERS
from index.words import fold, tagged_words, words
from rag.coverage import said_or_synonym
from rag.features import RATES, WHOLE
from rag.focus import Focus, Wanted
from rag.names import person_names
from rag.places import PROVINCE_OF, TOWNS, towns_in

_CLAUSE = re.compile(r"(?:[^，。；！？、,;!?\n]|,(?=\d)|、(?=\d))+")  # 20,314 is one figure
_BODY = re.compile(r"..(?:局|委|厅|协会|学会|集团|公司|银行|大学|医院|研究院|委员会|联盟)$")
# 日均客运量51.2万人次 is meant, not 青岛地铁线网客运量9267万人次, which shares more words.
_MEASURE = 3
_CHANGES = re.compile(r"新增|增加|减少|多增|同比|环比|占")
_OFFICE = re.compile(r"(?:长|主席|书记|主任|总裁|经理|总监|理事|委员|代表|发言人|主编|教授)$")


# Whose figure it is, or how it is told: an article says so by being about it.
_SCOPES = frozenset("全国 我国 国内 双方 各方 单日 当日 当天 规定 多长时间".split())  # noqa: SIM905
# What kind of thing the word before it is: 修缮工程 is said by 修缮.
_KINDS = frozenset("工程 项目 活动 事件 事故 工作 业务 行动".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas, its values of the wanted kind, and its share of the question."""

    start: int
    end: int
    values: frozenset[str]
    overlap: int

    def of(self, text: str) -> str:
        """Its words in the text it was cut from."""
        return text[self.start : self.end]


def clauses(text: str, focus: Focus) -> list[Clause]:
    """The clauses of a sentence that hold a value of the kind asked for; [] for other kinds."""
    found = []
    for match in _CLAUSE.finditer(text):
        values = _values(match.group(), focus)
        if values:
            said = set(words(match.group()))
            folded = fold(match.group())
            overlap = len(said & set(focus.terms)) + _MEASURE * len(said & set(focus.measure))
            overlap += sum(phrase in folded for phrase in focus.phrases)
            found.append(Clause(match.start(), match.end(), values, overlap))
    return found


def _values(text: str, focus: Focus) -> frozenset[str]:
    if focus.wanted is Wanted.PERSON:
        return frozenset(name for name in person_names(text) if name not in focus.names)
    if focus.wanted is Wanted.PERCENT:
        return frozenset(fold(f.text) for f in parse_figures(text) if f.unit in RATES)
    if focus.wanted is Wanted.FIGURE:
        return frozenset(
            fold(f.text)
            for f in parse_figures(text)
            if (f.unit in focus.units if focus.units else f.unit not in RATES)
        )
    return frozenset()


def meant_values(text: str, focus: Focus) -> frozenset[str]:
    """The values of the clause that shares most with the question; empty where none does."""
    held = clauses(text, focus)
    best = max((clause.overlap for clause in held), default=0)
    if not best:
        return frozenset()
    return frozenset().union(*(clause.values for clause in held if clause.overlap == best))


def answers_another(statement: str, cited: str, focus: Focus) -> bool:
    """Whether the statement gives a value that another clause of its sentence owns.

    False where the sentence leaves it open: one clause only, or none that shares a word.
    """
    held = clauses(cited, focus)
    best = max((clause.overlap for clause in held), default=0)
    if not best:
        return False
    meant = [clause for clause in held if clause.overlap == best]
    if not any(set(focus.measure) & set(words(clause.of(cited))) for clause in meant):
        return False  # shares the subject only: which value is meant is not said
    said = fold(statement)
    if any(value in said for clause in meant for value in clause.values):
        return False
    folded = fold(cited)
    terms = frozenset(focus.terms) - frozenset(focus.anchors)  # those stand in the lead
    known = terms & frozenset(word for clause in meant for word in words(clause.of(folded)))
    return any(
        value in said
        for clause in held
        if clause not in meant
        # 本土病例526例 says a word of the question that 新增确诊病例588例 does not: left open.
        and not (terms & frozenset(words(clause.of(folded)))) - known
        for value in clause.values
    )


def unsaid(focus: Focus, text: str) -> tuple[str, ...]:
    """Nouns of the measure asked for that a text says neither whole nor in part.

    房贷余额 is not 贷款余额, 外汇贷款 not all loans: a figure whose sentence, paragraph and
    headline never say the word that narrows it down belongs to another measure. What stands
    further from the asking word may be told in other words.
    """
    return tuple(_missing_nouns(focus, text))


def gives_kind(statement: str, focus: Focus) -> bool:
    """Whether a statement has a figure where one was asked for, in the unit asked for if any was.

    成为有记录以来最热的一天 does not say how many degrees. 多少个车站 is answered by 11座.
    """
    if focus.wanted not in (Wanted.FIGURE, Wanted.PERCENT):
        return True
    figures = parse_figures(statement)
    if focus.wanted is Wanted.PERCENT or not focus.units:
        return bool(figures)
    units = focus.units | (COUNTERS if "个" in focus.units else frozenset())
    return any(figure.unit in units or not figure.unit for figure in figures)


def another_measure(statement: str, cited: str, focus: Focus) -> bool:
    """Whether the value's clause measures something else: 居民存款新增 where 居民贷款 was asked.

    Only where the sentence leaves a noun of the measure unsaid: its clause then may not bring a
    sibling of it, which in Chinese ends alike (存款 and 贷款, 产量 and 销量), nor a change (新增,
    同比) where a balance was asked.
    """
    missing = _missing_nouns(focus, cited)
    if not missing:
        return False
    said = fold(statement)
    for clause in clauses(cited, focus):
        if any(value in said for value in clause.values):
            text = clause.of(fold(cited))
            own = [word for word, tag in tagged_words(text) if _is_thing(word, tag, focus)]
            siblings = [word for word in own if any(word[-1] == noun[-1] for noun in missing)]
            change = set(_CHANGES.findall(text)) - set(_CHANGES.findall("".join(focus.terms)))
            if siblings or (change and focus.head in focus.nouns and focus.head not in text):
                return True
    return False


def _missing_nouns(focus: Focus, text: str) -> list[str]:
    if focus.wanted not in (Wanted.FIGURE, Wanted.PERCENT):
        return []
    folded, near = fold(text), frozenset(focus.measure)
    return [
        noun
        for noun in focus.nouns
        if noun not in folded
        and near & {noun, *words(noun)}
        and noun not in _SCOPES
        and noun not in _KINDS
        and not _abbreviates(noun, folded)
        and not any(len(part) > 1 and part in folded for part in words(noun) if part != noun)
        # 普惠小微 is said by 普惠口径小微.
        and not (len(noun) > 3 and all(noun[at : at + 2] in folded for at in (0, len(noun) - 2)))
        and not said_or_synonym(noun, frozenset(words(text)))
    ]


def _abbreviates(noun: str, text: str) -> bool:
    """规上 is said by 规模以上, 营收 by 营业收入: its characters in order, close together."""
    if len(noun) != 2:
        return False
    pattern = f"{re.escape(noun[0])}[\u4e00-\u9fff]{{1,3}}{re.escape(noun[1])}"
    return re.search(pattern, text) is not None


def _is_thing(word: str, tag: str, focus: Focus) -> bool:
    return (
        tag in ("n", "nz", "b", "j", "l")
        and len(word) > 1
        and word not in focus.terms
        and word not in WHOLE
        and word.rstrip("市省") not in TOWNS
    )


def says_measure(focus: Focus, text: str) -> bool:
    """Whether a sentence says every word of the measure asked for: 居民, 贷款 and 新增."""
    said = frozenset(words(text))
    return all(said_or_synonym(word, said) for word in focus.measure if word not in focus.places)


def lacks_office(cited: str, focus: Focus) -> bool:
    """Whether an office, or the body it is an office of, was asked for and is not named there."""
    if focus.wanted is not Wanted.PERSON or not _OFFICE.search(focus.head):
        return False
    folded = fold(cited)
    bodies = [term for term in (*focus.terms, *focus.phrases) if _BODY.search(term)]
    return focus.head not in folded or not all(term in folded for term in bodies)


def other_place(cited: str, focus: Focus) -> bool:
    """Whether the sentence names places, but none of those asked about nor one inside them."""
    if not focus.places:
        return False
    folded = fold(cited)
    if any(place in folded for place in focus.places):
        return False
    named = towns_in(folded)
    return bool(named) and not any(PROVINCE_OF.get(town) in focus.places for town in named)
