"""The number lock: what an answer says must stand in the sentences it cites.

Deterministic; knows nothing of the LLM.
"""

import re
from collections.abc import Sequence
from datetime import date

from index.figures import Figure, figure_in, parse_figures, same_change, same_figure
from index.periods import TimeSpan, parse_periods, same_period
from index.words import fold, tagged_words, words
from rag.cite import Statement
from rag.names import person_names
from rag.places import towns_in
from rag.types import Check, CheckKind, Evidence

# Share of a statement's words that a sentence must have to be named as its source by code;
# ALCE-style lexical entailment uses 0.6 of the bigrams.
_ENTAILED = 0.6
_SAID = 0.5
_DISTRICT = re.compile(r"..[市县区镇]$")
_CLAUSES = re.compile(r"[，。；！？,;!?\n]+")
_EMPTY = frozenset("的 了 是 为 在 有 和 与 及 达 达到 将 已 已经 共 约 由 于 从 到 以".split())  # noqa: SIM905
_ANY_DAY = date(2000, 6, 15)


def check_statement(
    statement: Statement, cited: Sequence[Evidence], *, question: str = ""
) -> list[Check]:
    """One check per figure, date and person of the statement, against its cited sentences.

    Names and dates that the question itself brought are not the answer's claim.
    """
    checks = []
    for figure in parse_figures(statement.text):
        if not figure.indefinite:
            where = [item.number for item in cited if _says_figure(item.text, figure)]
            checks.append(_check(CheckKind.FIGURE, figure.text, where))
    checks.extend(_date_checks(statement.text, cited, question))
    asked = fold(question)
    for name in person_names(statement.text):
        if name not in asked:
            where = [
                item.number
                for item in cited
                if name in fold(f"{item.text}{item.byline}{item.title}")
            ]
            checks.append(_check(CheckKind.NAME, name, where))
    return checks


def _says_figure(text: str, figure: Figure) -> bool:
    """Whether a text has the figure with the same unit and, where both say one, direction."""
    return any(
        same_figure(figure, said) and same_change(figure, said) for said in parse_figures(text)
    )


def is_grounded(text: str, source: str) -> bool:
    """Whether each clause of a statement says what its source says, by words.

    ``source``: the cited sentence with its surroundings, and the question. At least half of the
    words of every clause must be there; a clause of one word is judged with the whole statement.
    Latin letters are another language than the archive's and are not judged.
    """
    spoken = set(words(source))
    clauses = [_content(clause) for clause in _CLAUSES.split(text)]
    clauses = [clause for clause in clauses if len(clause) > 1]
    return all(len(clause & spoken) >= _SAID * len(clause) for clause in clauses)


def _content(clause: str) -> set[str]:
    return {word for word in words(clause) if not (word.isascii() and word.isalpha())} - _EMPTY


def other_places(text: str, source: str) -> frozenset[str]:
    """Provinces, cities and districts a statement names that its source does not."""
    said = fold(source)
    towns = towns_in(fold(text)) - towns_in(said)
    listed = {word for word, tag in tagged_words(text) if tag == "ns" and _DISTRICT.search(word)}
    return towns | {word for word in listed if word not in said and word[:-1] not in said}


def _check(kind: CheckKind, text: str, where: Sequence[int]) -> Check:
    return Check(kind, text, bool(where), tuple(where))


def _date_checks(text: str, cited: Sequence[Evidence], question: str) -> list[Check]:
    asked = fold(question)
    # Without an anchor a bare 4月8日 would not be seen at all, and could not be doubted.
    anchor = next((item.published for item in cited if item.published), _ANY_DAY)
    return [
        _check(
            CheckKind.DATE,
            span.text,
            [item.number for item in cited if _says_date(item, span)],
        )
        for span in parse_periods(text, anchor=anchor)
        if fold(span.text) not in asked
    ]


def _says_date(item: Evidence, span: TimeSpan) -> bool:
    """Whether a sentence names the date, in these words or resolved, or was published on it."""
    if fold(span.text) in fold(item.text):
        return True
    if item.published and span.since == span.until == item.published:
        return True
    return any(same_period(span, said) for said in parse_periods(item.text, anchor=item.published))


def attribute(statement: Statement, evidence: Sequence[Evidence]) -> Statement:
    """Give an uncited statement the one sentence that has all its figures and most of its words.

    Unchanged when no sentence does: it stays unsupported.
    """
    if statement.numbers:
        return statement
    said = set(words(statement.text))
    best: tuple[float, int] | None = None
    for item in evidence:
        if not all(figure_in(figure, item.text) for figure in parse_figures(statement.text)):
            continue
        share = len(said & set(words(f"{item.text} {item.title}"))) / max(1, len(said))
        if share >= _ENTAILED and (best is None or share > best[0]):
            best = (share, item.number)
    return Statement(statement.text, (best[1],)) if best else statement


def is_supported(checks: Sequence[Check]) -> bool:
    """Whether every figure, date and name was found."""
    return all(check.supported for check in checks)
