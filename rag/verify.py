"""The number lock: what an answer says must stand in the sentences it cites.

Deterministic; knows nothing of the LLM, nor of what was asked beyond its words.
"""

import re
from collections.abc import Mapping, Sequence

from index.figures import Figure, figure_in, parse_figures, same_change, same_figure
from index.numerals import fold as fold_digits
from index.periods import ANY_DAY, parse_periods
from index.words import fold, words
from rag.cite import Statement
from rag.derive import Derivation, derive, formula_of
from rag.figure_period import period_agrees, periods_of
from rag.predicates import unsaid_predicates
from rag.types import Check, CheckKind, Evidence
from rag.verify_binding import other_value, turned
from rag.verify_contrasts import exchanged
from rag.verify_derived import operands_fit
from rag.verify_modes import lost_modes
from rag.verify_names import (
    OF_ANOTHER,
    body_checks,
    date_checks,
    name_checks,
    office_checks,
    place_checks,
    whole,
)

# Share of a statement's words that a sentence must have to be named as its source by code;
# ALCE-style lexical entailment uses 0.6 of the bigrams.
_ENTAILED = 0.6
_SAID = 0.5
_CLAUSES = re.compile(r"[，。；！？,;!?\n]+")
_EMPTY = frozenset("的 了 是 为 在 有 和 与 及 达 达到 将 已 已经 共 约 由 于 从 到 以".split())  # noqa: SIM905
_ELSEWHEN = "所引句子说的是另一时期 (given there for another period)"
# 0532-12345678, 12345, C919; other short numbers are years and times.
_CODE = re.compile(
    r"[0-9](?:[- ]?[0-9]){4,}[A-Za-z0-9]*|[A-Za-z]*[0-9]+[A-Za-z][A-Za-z0-9]*|[A-Za-z]+[0-9]+"
)
_PAUSE_IN_CODE = re.compile(r"(?<=[0-9])[- ](?=[0-9])")
_HOTLINE = 5  # digits


def check_statement(
    statement: Statement, cited: Sequence[Evidence], *, question: str = "", context: str = ""
) -> list[Check]:
    """One check per figure, date, person, office and institution, against the cited sentences.

    Names, dates, ordinals (第三届) and counts of what is asked for (哪三种) that the question
    brought are not the answer's claim; amounts are. ``context``: what stands around the cited
    sentences; an institution or an office may be named there.
    """
    return [
        *_figure_checks(statement.text, cited, question),
        *_code_checks(statement.text, cited, question),
        *date_checks(statement.text, cited, question),
        *name_checks(statement.text, cited, question),
        *office_checks(statement.text, cited, f"{question} {context}"),
        *place_checks(statement.text, cited, question),
        *body_checks(statement.text, cited, f"{question} {context}"),
    ]


def _figure_checks(text: str, cited: Sequence[Evidence], question: str) -> list[Check]:
    """Each figure as the sentences have it; one worked out from them needs its formula."""
    asked = {
        _as_said(figure)
        for figure in parse_figures(question)
        if figure.unit in ("", "第") or question[: figure.start].endswith("哪")
    }
    figures = [
        figure
        for figure in parse_figures(text)
        if not figure.indefinite and _as_said(figure) not in asked
    ]
    known = [said for item in cited for said in parse_figures(item.text)]
    proofs: dict[Figure, Derivation | None] = {}
    spans = []
    for figure in figures:
        span = formula_of(figure, text)
        if span:
            proof = derive(figure, known, formula=text[slice(*span)])
            fits = proof and operands_fit(figure, text, proof, [item.text for item in cited])
            proofs[figure] = proof if fits else None
            # The numbers of a formula that proves nothing stay claims like any other.
            spans += [span] if proofs[figure] else []
    return [
        _figure_check(figure, text, cited, proofs, known, question)
        for figure in figures
        if not any(start <= figure.start < end for start, end in spans)
    ]


def _as_said(figure: Figure) -> tuple[str, str]:
    return fold(figure.text), figure.approx


def _figure_check(
    figure: Figure,
    text: str,
    cited: Sequence[Evidence],
    proofs: Mapping[Figure, Derivation | None],
    known: Sequence[Figure],
    question: str,
) -> Check:
    having = [
        item for item in cited if _says_figure(item.text, figure) or _prints(item.text, figure)
    ]
    in_time = [item for item in having if _says_in_period(item, figure, text)]
    of_it = [
        item.number
        for item in in_time
        if not other_value(figure, text, item.text, question=question)
    ]
    if of_it:
        return _check(CheckKind.FIGURE, figure.text, of_it)
    proof = None if having else proofs.get(figure)
    if proof is None:
        note = (
            OF_ANOTHER
            if in_time
            else _ELSEWHEN
            if having
            else _missing(figure, known, wrong=figure in proofs)
        )
        return Check(CheckKind.FIGURE, figure.text, supported=False, note=note)
    where = [
        item.number for item in cited if any(_says_figure(item.text, one) for one in proof.operands)
    ]
    note = f"{proof.formula} = {figure.text}"
    return Check(CheckKind.FIGURE, figure.text, supported=True, markers=tuple(where), note=note)


def _missing(figure: Figure, known: Sequence[Figure], *, wrong: bool) -> str:
    """Why a figure that no sentence has is not let through."""
    if wrong:
        return "算式不成立，或其中数字不见于原文 (the formula does not give it)"
    guess = derive(figure, known)
    if guess is None:
        return "未见于原文 (not printed)"
    return f"未见于原文，也未写出算式 (not printed, no formula): {guess.formula}?"


def _prints(text: str, figure: Figure) -> bool:
    """Whether a long number without a unit stands there digit by digit: a hotline is no figure."""
    digits = fold(figure.text)
    plain = not figure.unit and digits.isdecimal() and len(digits) >= _HOTLINE
    return plain and re.search(rf"(?<![\d.]){digits}(?![\d.]|\s?[万亿%])", fold(text)) is not None


def _says_figure(text: str, figure: Figure) -> bool:
    """Whether a text has the figure with the same unit and, where both say one, direction."""
    return any(
        same_figure(figure, said) and same_change(figure, said) for said in parse_figures(text)
    )


def _says_in_period(item: Evidence, figure: Figure, text: str) -> bool:
    """Whether a sentence gives the figure for the period that the statement gives it for."""
    if _prints(item.text, figure):
        return True
    claimed = periods_of(figure, text, published=item.published or ANY_DAY)
    return any(
        period_agrees(claimed, periods_of(said, item.text, published=item.published or ANY_DAY))
        for said in parse_figures(item.text)
        if same_figure(figure, said) and same_change(figure, said)
    )


def is_grounded(text: str, source: str) -> bool:
    """Whether each clause of a statement says what its source says, by words.

    ``source``: the cited sentence with its surroundings, and the question. At least half of the
    words of every clause must be there; a clause of one word is judged with the whole statement.
    Latin letters are another language than the archive's and are not judged. What the statement
    says of its things must be said too, and be negated where the source negates it.
    """
    spoken = set(words(source))
    clauses = [_content(clause) for clause in _CLAUSES.split(text)]
    clauses = [clause for clause in clauses if len(clause) > 1]
    if not all(len(clause & spoken) >= _SAID * len(clause) for clause in clauses):
        return False
    return not unsaid_predicates(text, source)


def _content(clause: str) -> set[str]:
    return {word for word in words(clause) if not (word.isascii() and word.isalpha())} - _EMPTY


def _check(kind: CheckKind, text: str, where: Sequence[int]) -> Check:
    return Check(kind, text, bool(where), tuple(where))


def _code_checks(text: str, cited: Sequence[Evidence], question: str) -> list[Check]:
    """Telephone numbers and codes, which are no figures: digit by digit in a cited sentence."""
    read = [(figure.start, figure.end) for figure in parse_figures(text)]
    read += [(span.start, span.end) for span in parse_periods(text, anchor=ANY_DAY)]
    checks = []
    for found in _CODE.finditer(fold_digits(text)):
        if any(start < found.end() and found.start() < end for start, end in read):
            continue
        code = _digits(found.group())
        if code not in _digits(question):
            # A number may be said without its area code, and is not the beginning of a longer one.
            printed = re.compile(
                rf"(?:(?<![0-9a-z])|(?<![0-9])0[0-9]{{2,3}}){re.escape(code)}(?![0-9a-z])"
            )
            where = [
                item.number
                for item in cited
                if printed.search(_digits(whole(item))) or printed.search(fold(whole(item)))
            ]
            checks.append(_check(CheckKind.FIGURE, text[slice(*found.span())], where))
    return checks


def _digits(text: str) -> str:
    return _PAUSE_IN_CODE.sub("", fold(fold_digits(text)))


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


def told_otherwise(text: str, cited: Sequence[Evidence], *, question: str = "") -> tuple[str, ...]:
    """Clauses told as fact that the cited sentences plan, forecast, deny or suppose; () if none.

    A deed turned round (乙击败甲) is told otherwise too, and a word put for another of its set
    (现任 for 此前任); those may stand in the lead or the headline.
    """
    sources = [item.text for item in cited]
    around = [f"{item.title} {item.lead} {item.text}" for item in cited]
    return (
        *lost_modes(text, sources, question=question),
        *turned(text, sources),
        *exchanged(text, around),
    )
