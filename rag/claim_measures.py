"""The figure right behind the word for what is asked, in texts that come without a date.

Knows nothing of conflicts. Looser than ``rag.claims.figure_claims``: an excerpt leaves most of the
question unsaid, so the words between measure and figure decide.
"""

import re
from collections.abc import Sequence

from index.figures import Figure, parse_figures
from index.periods import TimeSpan
from index.words import fold, tagged_words, words
from rag.claim_terms import parted, qualifiers, years
from rag.claims import Claim
from rag.coverage import said_or_synonym
from rag.evidence import Candidate
from rag.features import RATES
from rag.focus import Focus, Wanted

_COVERAGE = 0.4
_BY_NAME = 0.75  # a figure behind its measure: what else the question names must be said too
_COUNTED = re.compile(r"的?[\u4e00-\u9fff]{0,2}")  # 44名(参赛)运动员
_THINGS = frozenset({"n", "vn", "b", "j", "nz", "ns", "nt"})
_CLAUSE = re.compile(r"(?:[^，。；！？,;!?\n]|(?<=\d),(?=\d{3}(?!\d|年)))+")
# What may stand between a measure and its figure: 吞吐量(突破)2500万人次, 出生率(进一步降至)7.52‰.
# No word may also be read as two others (将近 is 将 and 近), or a long run of them takes forever.
_LINK = re.compile(
    r"(?:总?数|总额|总量|规模|水平|值)?(?:约|大约|近|超|突破|超过|逾|首次|已|将|也|仅|"
    r"进一步|达到?|为|是|有|共计?|总计|合计|高达|[升降增减涨跌]至|提[升高]至|报收?|收于|收报|比?上?年?增长|"
    r"同比增长|[:：\s])*"
)


def measured_claims(
    focus: Focus, periods: Sequence[TimeSpan], candidates: Sequence[Candidate]
) -> list[Claim]:
    """The figure bound to the question's last word in each sentence; [] for other questions."""
    if focus.wanted not in (Wanted.FIGURE, Wanted.PERCENT, Wanted.ANY) or len(focus.head) < 2:
        return []
    asked = frozenset(str(span.since.year) for span in periods)
    claims = []
    for number, item in enumerate(candidates, 1):
        if item.missing or item.coverage < _COVERAGE or item.period < 0:
            continue
        text = fold(item.sentence.text)
        figures = [(clause, f) for clause in _clauses(text) if (f := _measured(clause, focus))]
        figures = [
            (clause, figure)
            for clause, figure in figures
            if figure.unit == focus.head[-1] or item.coverage >= _BY_NAME
        ]
        if len(figures) != 1 or parted(years(text), asked) or not _speaks_of(item, focus):
            continue
        ((clause, figure),) = figures
        label = (qualifiers(clause) - {"done"}) | _narrowed(clause, figure, focus)
        claims.append(Claim(number, item, figure.text, figure, label=label))
    return claims


def _narrowed(clause: str, figure: Figure, focus: Focus) -> frozenset[str]:
    """The things that a clause names before its figure and the question does not: 市场销量."""
    if figure.unit == focus.head[-1]:
        return frozenset()
    asked = "".join((*focus.terms, *focus.phrases))
    before = tagged_words(clause[: figure.start])
    return frozenset(
        word for word, tag in before if tag in _THINGS and len(word) > 1 and word not in asked
    )


def _speaks_of(item: Candidate, focus: Focus) -> bool:
    """Whether the sentence or what stands before it names every thing and place of the question."""
    near = fold(f"{item.article.headline} {item.before} {item.sentence.text}")
    named = [word for word in (*focus.anchors, *focus.nouns) if word != focus.head]
    return all(word in near for word in named)


def _clauses(text: str) -> list[str]:
    return [match.group() for match in _CLAUSE.finditer(text)]


def _measured(clause: str, focus: Focus) -> Figure | None:
    """The one figure of a clause that stands behind the measure, or is counted in it: 7.0级."""
    figures = [f for f in parse_figures(clause) if f.unit != "第" and _fits(f, focus)]
    heads = {focus.head, *[word for word in focus.measure[-1:] if len(word) > 1]}
    said = [match for head in heads for match in re.finditer(re.escape(head), clause)]
    counted = figures and _says(
        clause, focus, but=focus.head
    )  # 芦山7.0级地震 says its 震级 by the unit
    found = [
        figure
        for figure in figures
        if (counted and figure.unit == focus.head[-1])
        or any(
            _LINK.fullmatch(clause[match.end() : figure.start])
            or (figure.unit and _COUNTED.fullmatch(clause[figure.end : match.start()]))
            for match in said
        )
    ]
    found = found if counted else []
    return found[0] if len(found) == 1 and found[0].high is None else None


def _says(clause: str, focus: Focus, *, but: str) -> bool:
    """Whether a clause says the other words of the measure asked for."""
    said = frozenset(words(clause))
    named = (*focus.places, but)
    return all(
        word in clause or said_or_synonym(word, said)
        for word in focus.measure
        if word not in named and len(word) > 1 and word not in but
    )


def _fits(figure: Figure, focus: Focus) -> bool:
    if focus.wanted is Wanted.PERCENT or focus.head.endswith(("率", "比重", "幅")):
        return figure.unit in RATES
    return figure.unit in focus.units if focus.units else figure.unit not in RATES
