"""What answers from given texts are worth: RGB's rates, and exact match and F1 of reading sets.

Knows nothing of how the answers were made. Definitions: docs/answers-format.md.
"""

import re
from collections.abc import Iterable, Sequence
from statistics import median

from eval.answer_scores import share
from eval.given_sets import GivenQuestion
from eval.match import parts_right
from eval.predict import Row
from eval.retrieval_metrics import mean

_PUNCTUATION = set("-:_*^/\\~`+=，。：？！“”；’《》……·、「」（）－～『』")
_PIECE = re.compile(r"[\w.]+|[^\w\s]")


def exact_match(text: str, accepted: Sequence[str]) -> bool:
    """Equal to an accepted answer but for case and punctuation (CMRC 2018, Cui et al. 2019)."""
    return any(_bare(text) == _bare(form) for form in accepted)


def span_f1(text: str, accepted: Sequence[str]) -> float:
    """The best F1 by longest common run of characters (CMRC 2018, Cui et al. 2019); 0 to 1.

    >>> span_f1("柳林镇内", ["柳林镇"])  # 2 * (3/4) * (3/3) / (3/4 + 3/3)
    0.8571428571428571
    """
    best = 0.0
    said = _pieces(text)
    for form in accepted:
        wanted = _pieces(form)
        common = _longest_common_run(wanted, said)
        if common:
            precision, recall = common / len(said), common / len(wanted)
            best = max(best, 2 * precision * recall / (precision + recall))
    return best


def _bare(text: str) -> str:
    return "".join(letter for letter in text.lower().strip() if letter not in _PUNCTUATION)


def _pieces(text: str) -> list[str]:
    """Han characters one by one, other words whole, punctuation left out."""
    pieces: list[str] = []
    run = ""
    for letter in text.lower().strip():
        if letter in _PUNCTUATION:
            continue
        if "\u4e00" <= letter <= "\u9fa5":
            pieces += [*_PIECE.findall(run), letter]
            run = ""
        else:
            run += letter
    return [*pieces, *_PIECE.findall(run)]


def _longest_common_run(one: Sequence[str], two: Sequence[str]) -> int:
    best = 0
    row = [0] * (len(two) + 1)
    for first in one:
        last, row = row, [0] * (len(two) + 1)
        for n, second in enumerate(two, 1):
            if first == second:
                row[n] = last[n - 1] + 1
                best = max(best, row[n])
    return best


def reading_lines(questions: Sequence[GivenQuestion], rows: Sequence[Row]) -> list[str]:
    """A line per source and one for all: exact match, F1, refusals, length."""
    lines = [f"{'source':<14}{'n':>6}{'EM':>8}{'F1':>8}{'refused':>9}{'chars':>7}"]
    pairs = list(zip(questions, rows, strict=True))
    answerable = [pair for pair in pairs if pair[0].answerable]
    sources = dict.fromkeys(question.source for question, _ in answerable)
    groups = [(name, [p for p in answerable if p[0].source == name]) for name in sources]
    for name, held in [*groups, ("all", answerable)]:
        if held:
            exact = mean([float(exact_match(_said(r), q.answers[0])) for q, r in held])
            overlap = mean([span_f1(_said(r), q.answers[0]) for q, r in held])
            length = median(len(_said(row)) for _, row in held)
            refused = share(_refused(row) for _, row in held)
            lines.append(
                f"{name:<14}{len(held):>6}{_percent(exact):>8}{_percent(overlap):>8}"
                f"{refused:>9}{length:>7.0f}"
            )
    others = [row for question, row in pairs if not question.answerable]
    if others:
        refused = share(_refused(row) for row in others)
        lines.append(f"{'unanswerable':<14}{len(others):>6}{'–':>8}{'–':>8}{refused:>9}")
    return [*lines, *_seconds_lines(rows)]


def rgb_lines(questions: Sequence[GivenQuestion], rows: Sequence[Row]) -> list[str]:
    """A line per task and noise rate: right, refused, conflict told, misled by a forged text."""
    heads = ("n", "right", "refused", "conflict", "misled", "chars")
    lines = [f"{'task':<20}" + "".join(f"{head:>9}" for head in heads)]
    groups: dict[str, list[tuple[GivenQuestion, Row]]] = {}
    for question, row in zip(questions, rows, strict=True):
        groups.setdefault(f"{question.type}@{question.noise_rate:g}", []).append((question, row))
    for name, held in groups.items():
        cells = (
            str(len(held)),
            share(_right(question, row) for question, row in held),
            share(_refused(row) for _, row in held),
            share(row["status"] == "conflict" for _, row in held),
            share(_misled(question, row) for question, row in held),
            f"{median(len(_said(row)) for _, row in held):.0f}",
        )
        lines.append(f"{name:<20}" + "".join(f"{cell:>9}" for cell in cells))
    return [*lines, *_seconds_lines(rows)]


def _right(question: GivenQuestion, row: Row) -> bool | None:
    if not question.answerable:
        return None
    return not _refused(row) and all(parts_right(row["output"], question.answers))


def _misled(question: GivenQuestion, row: Row) -> bool | None:
    """A forged answer is given and the true one is not."""
    if not question.fake_answers:
        return None
    fooled = any(parts_right(row["output"], question.fake_answers))
    return fooled and not _right(question, row)


def _said(row: Row) -> str:
    said: str = "" if _refused(row) else row["output"].strip()
    return said


def _refused(row: Row) -> bool:
    return bool(row["status"] == "not_found")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _seconds_lines(rows: Iterable[Row]) -> list[str]:
    seconds = [row["timings"]["total"] for row in rows if "total" in row["timings"]]
    if not seconds:
        return []
    return [f"whole answer: p50 {median(seconds):.2f} s ({len(seconds)} questions)"]
