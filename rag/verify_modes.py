"""Whether a statement tells as fact what its source plans, forecasts, doubts, denies or supposes.

预计增长5% is not 增长5%, nor 否认收购 收购. By words only; knows nothing of evidence or figures.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from index.figures import parse_figures
from index.periods import ANY_DAY, parse_periods
from index.words import fold, tagged_words
from rag.verify_spans import clause_spans, content_words, same_script


class Mode(StrEnum):
    """How a clause is meant, other than as fact."""

    PLANNED = "planned"  # planned, forecast, possible: 计划, 预计, 可能, will
    SAID = "hearsay"  # 据传, 涉嫌, allegedly
    SUPPOSED = "supposed"  # 如果, if
    DENIED = "denied"  # 否认, 并未, not


_MARKS = {
    Mode.PLANNED: re.compile(
        r"预计|预测|(?<![超及于合])预期|预估|估计|有望|可望|力争|争取|计划(?=[^,。;]*[\u4e00-\u9fff\d])(?!生育|经济|单列|书|的|项目|目标|中的|内|外)"
        r"|(?<![模虚比])拟(?![人定合态])|打算|准备(?=[在于将对向把投建购])|或将|即将|可能(?!性)|或许|也许|目标[是为]|为目标|(?<![刑条策合案性])建议(?=[^均书的无已等稿,。])|呼吁|提议"
        r"|\b(?:will|would|may|might|could|plans?|planned|planning|expects?|expected|forecasts?|aims?|intends?"
        r"|set to|likely|projected|proposes?|proposed)\b"
    ),
    Mode.SAID: re.compile(
        r"据传|网传|传闻|传言|谣传|疑似|涉嫌|据称|传出|坊间|谣言|"
        r"\b(?:allegedly|alleged|reportedly|rumou?red|rumou?rs?|suspected|purportedly)\b"
    ),
    Mode.SUPPOSED: re.compile(
        r"如果|假如|假设|倘若|要是|一旦|除非|若(?!干|是[^,]|非|隐|无其)"
        r"|\b(?:if|unless|provided that)\b"
    ),
    Mode.DENIED: re.compile(
        r"否认|不实|辟谣|并未|并非|并没有?|尚未|从未|未(?!来|央|满|成年|必|知|婚)|没有|没(?!收|落|有)"
        r"|不(?!断|仅|少|但|同|久|只|光|过|论|管|足|到|满|乏|低于|超过|含|锈|等|错|动产|得|再|一样|良|变|可)"
        r"|无(?!论|人|锡|偿|线|疑|不|需|症|障|数|形|限)"
        r"|\b(?:not|never|no longer"
        r"|den(?:y|ies|ied)|n't|without|cannot|refused|reject(?:s|ed))\b"
    ),
}
# 将 tells of the future before a verb; before a noun it is 把.
_WILL = re.compile(r"(?<![即或必行势])将(?![军士领来要就近])")
_DONE = re.compile(r"已|了|过(?![去渡程])|完成|曾")
_ASKED = re.compile(r"目标|计划|打算|规划|预计|将|会不会|可能|建议")  # what is not yet
_POINTS = re.compile(r"\s?[这此该那其]")  # 这是首次: begins anew
_ENOUGH = 0.6  # of a clause's words stand in the clause it is taken from
_NEAR = 0.99
_STEM = 4  # letters: raising and raised are one word
_ARTICLES = frozenset({"the", "a", "an", "of", "in", "to", "by", "and", "is", "was", "are", "were"})


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    words: frozenset[str]
    modes: tuple[tuple[Mode, int], ...]  # and where in the clause; -1: from the clause before
    will: int  # where a 将 ends that tells of the future; -1: none


def lost_modes(text: str, sources: Sequence[str], *, question: str = "") -> tuple[str, ...]:
    """Clauses that a statement tells as fact, though each source clause that says them does not.

    () where all keep their 预计, 计划, 否认, 如果 or 不 in any words of the same kind. A question
    that asks for a plan lends its mode to the answer.
    """
    told = [
        clause
        for source in sources
        if same_script(text, source)
        for clause in _clauses(fold(source))
    ]
    given = {mode for clause in _clauses(fold(question)) for mode, _ in clause.modes}
    if _ASKED.search(question):
        given.add(Mode.PLANNED)
    will = Mode.PLANNED in given
    lost = []
    for clause in _clauses(fold(text)):
        said = given | {mode for mode, _ in clause.modes}
        origins = _origins(clause, told)
        if origins and all(_lost(clause, origin, said, will) for origin in origins):
            lost.append(clause.text)
    return tuple(lost)


def _lost(clause: _Clause, origin: _Clause, said: set[Mode], will: bool) -> bool:
    shared = clause.words & origin.words
    for mode, at in origin.modes:
        if mode in said or (mode is Mode.PLANNED and (clause.will >= 0 or will)):
            continue
        behind = origin.text[at:] if at >= 0 else origin.text
        if any(word in behind for word in shared):
            return True
    if origin.will < 0 or clause.will >= 0 or will or Mode.PLANNED in said:
        return False
    coming = shared & _acts(origin.text[origin.will :])
    dated = parse_periods(clause.text, anchor=ANY_DAY) and not parse_figures(clause.text)
    return bool(coming) and (bool(_DONE.search(clause.text)) or not dated)


def _acts(text: str) -> frozenset[str]:
    return frozenset(word for word, tag in tagged_words(text) if tag[:1] == "v" or tag == "vn")


def _origins(clause: _Clause, told: Sequence[_Clause]) -> list[_Clause]:
    """The source clauses that have most of a clause's words and figures."""
    if not clause.words:
        return []
    shares = [len(clause.words & other.words) / len(clause.words) for other in told]
    best = max(shares, default=0.0)
    if best < _ENOUGH:
        return []
    return [other for other, share in zip(told, shares, strict=True) if share >= _NEAR * best]


@lru_cache(maxsize=4096)
def _clauses(folded: str) -> tuple[_Clause, ...]:
    found: list[_Clause] = []
    carried: tuple[tuple[Mode, int], ...] = ()
    for start, end in clause_spans(folded):
        text = folded[start:end]
        modes = tuple(
            (mode, place.end()) for mode, mark in _MARKS.items() for place in mark.finditer(text)
        )
        things = [
            word for word in content_words(folded) if start <= word.start < end and not word.act
        ]
        words = _words(text)
        # 预计全年达1500亿件，增长5%: a clause without a thing of its own goes on.
        inherited = carried if found and not things and not _POINTS.match(text) else ()
        if any(mark == Mode.SUPPOSED for mark, _ in carried) and found:
            inherited += ((Mode.SUPPOSED, -1),)
        found.append(
            _Clause(text, words, (*modes, *((mode, -1) for mode, _ in inherited)), _wills(text))
        )
        carried = modes or (carried if not things else ())
        if folded[end : end + 1] in ("。", "!", "?", "\n"):
            carried = ()
    return tuple(found)


def _words(text: str) -> frozenset[str]:
    figures = {item.text for item in parse_figures(text)}
    return (
        frozenset(
            word[:_STEM] if word.isascii() else word
            for word, tag in tagged_words(text)
            if tag[:1] in "nvajlisbze"
            and word not in _ARTICLES
            and not any(mark.fullmatch(word) for mark in _MARKS.values())
        )
        | figures
    )


def _wills(text: str) -> int:
    for found in _WILL.finditer(text):
        behind = tagged_words(text[found.end() :])
        if behind and behind[0][1][:1] in ("v", "d", "p", "m", "t"):
            return found.end()
    return -1
