"""The number lock: what an answer says must stand in the sentences it cites.

Deterministic; knows nothing of the LLM.
"""

from collections.abc import Sequence
from datetime import date

from index.figures import figure_in, parse_figures
from index.periods import TimeSpan, parse_periods, same_period
from index.words import fold, words
from rag.cite import Statement
from rag.names import person_names
from rag.types import Check, CheckKind, Evidence

# Share of a statement's words that a sentence must have to be named as its source by code;
# ALCE-style lexical entailment uses 0.6 of the bigrams.
_ENTAILED = 0.6
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
            where = [item.number for item in cited if figure_in(figure, item.text)]
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
