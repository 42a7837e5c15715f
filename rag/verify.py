"""The number lock: what an answer says must stand in the sentences it cites.

Deterministic; knows nothing of the LLM, nor of what was asked beyond its words.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from index.figures import Figure, figure_in, parse_figures, same_change, same_figure
from index.numerals import fold as fold_digits
from index.periods import TimeSpan, parse_periods, same_period
from index.words import fold, tagged_words, words
from rag.bodies import body_names, says_body
from rag.cite import Statement
from rag.derive import Derivation, derive, formula_of
from rag.figure_period import period_agrees, periods_of
from rag.names import person_names
from rag.offices import contradicts, offices_held, says_title
from rag.places import towns_in
from rag.predicates import unsaid_predicates
from rag.types import Check, CheckKind, Evidence

# Share of a statement's words that a sentence must have to be named as its source by code;
# ALCE-style lexical entailment uses 0.6 of the bigrams.
_ENTAILED = 0.6
_SAID = 0.5
_DISTRICT = re.compile(r"..[市县区镇]$")
_CLAUSES = re.compile(r"[，。；！？,;!?\n]+")
_EMPTY = frozenset("的 了 是 为 在 有 和 与 及 达 达到 将 已 已经 共 约 由 于 从 到 以".split())  # noqa: SIM905
_ELSEWHEN = "所引句子说的是另一时期 (given there for another period)"
# 0532-12345678, 12345, C919; other short numbers are years and times.
_CODE = re.compile(
    r"[0-9](?:[- ]?[0-9]){4,}[A-Za-z0-9]*|[A-Za-z]*[0-9]+[A-Za-z][A-Za-z0-9]*|[A-Za-z]+[0-9]+"
)
_PAUSE_IN_CODE = re.compile(r"(?<=[0-9])[- ](?=[0-9])")
_HOTLINE = 5  # digits
_ANY_DAY = date(2000, 6, 15)


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
        *_date_checks(statement.text, cited, question),
        *_name_checks(statement.text, cited, question),
        *_office_checks(statement.text, cited, f"{question} {context}"),
        *_body_checks(statement.text, cited, f"{question} {context}"),
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
            proofs[figure] = derive(figure, known, formula=text[slice(*span)])
            # The numbers of a formula that proves nothing stay claims like any other.
            spans += [span] if proofs[figure] else []
    return [
        _figure_check(figure, text, cited, proofs, known)
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
) -> Check:
    having = [
        item for item in cited if _says_figure(item.text, figure) or _prints(item.text, figure)
    ]
    in_time = [item.number for item in having if _says_in_period(item, figure, text)]
    if in_time:
        return _check(CheckKind.FIGURE, figure.text, in_time)
    proof = None if having else proofs.get(figure)
    if proof is None:
        note = _ELSEWHEN if having else _missing(figure, known, wrong=figure in proofs)
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
    claimed = periods_of(figure, text, published=item.published or _ANY_DAY)
    return any(
        period_agrees(claimed, periods_of(said, item.text, published=item.published or _ANY_DAY))
        for said in parse_figures(item.text)
        if same_figure(figure, said) and same_change(figure, said)
    )


def _name_checks(text: str, cited: Sequence[Evidence], question: str) -> list[Check]:
    asked = fold(question)
    return [
        _check(CheckKind.NAME, name, [item.number for item in cited if name in fold(_whole(item))])
        for name in person_names(text)
        if name not in asked
    ]


def _office_checks(text: str, cited: Sequence[Evidence], around: str) -> list[Check]:
    """会长张三 fails where the sentence has 副会长张三, or 会长李四."""
    checks = []
    for office in offices_held(text):
        if any(contradicts(office, item.text) for item in cited):
            where = []
        else:
            where = [item.number for item in cited if says_title(office.title, _whole(item))]
            if not where and says_title(office.title, around):
                where = [item.number for item in cited]
        checks.append(_check(CheckKind.NAME, f"{office.title}{office.name}", where))
    return checks


def _body_checks(text: str, cited: Sequence[Evidence], around: str) -> list[Check]:
    return [
        _check(
            CheckKind.BODY,
            name,
            [item.number for item in cited if says_body(name, f"{_whole(item)} {item.source}")],
        )
        for name in body_names(text)
        if not says_body(name, around)
    ]


def _whole(item: Evidence) -> str:
    """A sentence with what is printed above it."""
    return f"{item.text}\n{item.byline}\n{item.title}"


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


def other_places(text: str, source: str) -> frozenset[str]:
    """Provinces, cities and districts a statement names that its source does not."""
    said = fold(source)
    towns = towns_in(fold(text)) - towns_in(said)
    listed = {word for word, tag in tagged_words(text) if tag == "ns" and _DISTRICT.search(word)}
    return towns | {word for word in listed if word not in said and word[:-1] not in said}


def _check(kind: CheckKind, text: str, where: Sequence[int]) -> Check:
    return Check(kind, text, bool(where), tuple(where))


def _code_checks(text: str, cited: Sequence[Evidence], question: str) -> list[Check]:
    """Telephone numbers and codes, which are no figures: digit by digit in a cited sentence."""
    read = [(figure.start, figure.end) for figure in parse_figures(text)]
    read += [(span.start, span.end) for span in parse_periods(text, anchor=_ANY_DAY)]
    checks = []
    for found in _CODE.finditer(fold_digits(text)):
        if any(start < found.end() and found.start() < end for start, end in read):
            continue
        code = _digits(found.group())
        if code not in _digits(question):
            # A number may be said without its area code, and is not the beginning of a longer one.
            whole = re.compile(
                rf"(?:(?<![0-9a-z])|(?<![0-9])0[0-9]{{2,3}}){re.escape(code)}(?![0-9a-z])"
            )
            where = [
                item.number
                for item in cited
                if whole.search(_digits(_whole(item))) or whole.search(fold(_whole(item)))
            ]
            checks.append(_check(CheckKind.FIGURE, text[slice(*found.span())], where))
    return checks


def _digits(text: str) -> str:
    return _PAUSE_IN_CODE.sub("", fold(fold_digits(text)))


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
