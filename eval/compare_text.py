"""A comparison of two runs as lines of text and as plain values: the same content."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from eval.bootstrap import Difference
from eval.compare import Change, Compared, Comparison
from eval.metrics_measures import BY_NAME, Unit, shown
from eval.metrics_run import Run
from eval.metrics_score import Scored
from eval.metrics_table import ALL
from eval.run_record import record_differences

_SHORT = 60  # characters of an answer in the short list
_LISTED = 10  # questions of each change in it
_NAMED = 10  # missing rows
_DIFFERENCES = 12  # of what two runs were made with
_LEAST_P = 0.001
_HEADS = {
    Change.TO_RIGHT: "错变对 Flipped to right",
    Change.TO_WRONG: "对变错 Flipped to wrong",
    Change.BETTER: "变好 Better",
    Change.WORSE: "变差 Worse",
    Change.MIXED: "有好有差 Mixed",
    Change.SAME: "未变 Same",
}


def comparison_lines(found: Comparison, a: Run, b: Run, *, every: bool = False) -> list[str]:
    """The runs, the measures of all questions and of each type, the questions that changed.

    ``every``: each question with both answers whole, the unchanged ones too.
    """
    lines = [f"A {_made(a)}", f"B {_made(b)}", *_record_lines(a, b), *_missing_lines(found)]
    lines.append(
        f"比较 Compared {len(found.questions)} questions; paired bootstrap, "
        f"{found.resamples:,} resamples, seed {found.seed}"
    )
    for group, differences in found.differences.items():
        if differences:
            lines += ["", *_table(group, _count(found, group), differences)]
    lines += ["", "  ".join(f"{_HEADS[change]} {len(found.of(change))}" for change in Change)]
    for change in Change:
        if every or change is not Change.SAME:
            lines += _change_lines(change, found.of(change), every=every)
    return lines


def _made(run: Run) -> str:
    return "  ".join([str(run.path), *(f"{key} {value}" for key, value in run.made_with.items())])


def _made_differently(a: Run, b: Run) -> list[tuple[str, str, str]]:
    """Name, of A, of B; where one has no record only of what both tell."""
    found = record_differences({**a.made_with, **a.record}, {**b.made_with, **b.record})
    if a.record and b.record:
        return found
    return [item for item in found if item[0] in a.made_with and item[0] in b.made_with]


def _record_lines(a: Run, b: Run) -> list[str]:
    """What the two were made with that is not the same: a difference may come from there."""
    found = _made_differently(a, b)
    lines = []
    if bool(a.record) != bool(b.record):
        lines = [f"注意 Note: {'B' if a.record else 'A'} has no record of settings and machine"]
    if found:
        lines.append(f"注意 Warning: made differently in {len(found)} respects")
        lines += [f"  {name}: A {one}, B {two}" for name, one, two in found[:_DIFFERENCES]]
    if len(found) > _DIFFERENCES:
        lines.append(f"  … and {len(found) - _DIFFERENCES} more: --json")
    return lines


def _missing_lines(found: Comparison) -> list[str]:
    return [
        f"缺行 Only in {name}: {', '.join(keys[:_NAMED])}"
        + (f" … ({len(keys)} in all)" if len(keys) > _NAMED else "")
        for name, keys in (("A", found.only_a), ("B", found.only_b))
        if keys
    ]


def _count(found: Comparison, group: str) -> int:
    return sum(group in (ALL, item.a.question.type) for item in found.questions)


def _table(group: str, count: int, differences: Mapping[str, Difference]) -> list[str]:
    lines = [
        f"{f'{group} ({count})':<27}{'n':>5}{'A':>9}{'B':>9}{'B - A':>9}  {'95 %':<18}{'p':>6}"
    ]
    moved = {name: turn for name, turn in differences.items() if _moved(turn)}
    for name, turn in moved.items():
        unit = BY_NAME[name].unit
        ends = f"[{signed(turn.low, unit)}, {signed(turn.high, unit)}]"
        lines.append(
            f"  {name:<25}{turn.n:>5}{shown(turn.a, unit):>9}{shown(turn.b, unit):>9}"
            f"{signed(turn.difference, unit):>9}  {ends:<18}{p_text(turn.p):>6}"
            f"{_verdict(name, turn)}"
        )
    if still := [_level(name, turn) for name, turn in differences.items() if name not in moved]:
        lines.append(f"  未变 Unchanged: {', '.join(still)}")
    return lines


def _moved(turn: Difference) -> bool:
    return (turn.difference, turn.low, turn.high) != (0, 0, 0)


def _level(name: str, turn: Difference) -> str:
    return f"{name} {shown(turn.a, BY_NAME[name].unit)}"


def signed(value: float, unit: Unit) -> str:
    """A difference with its sign; a dash where it has no end, no sign where it shows as 0."""
    if not math.isfinite(value):
        return "–"
    text = shown(abs(value), unit)
    if not any(digit in text for digit in "123456789"):
        return text.replace("-", "")
    return f"{'-' if value < 0 else '+'}{text}"


def p_text(value: float) -> str:
    """A p as the tables print it; below what the resamples can show, ``<.001``."""
    return shown(value, Unit.SHARE) if value >= _LEAST_P else f"<{shown(_LEAST_P, Unit.SHARE)}"


def _verdict(name: str, turn: Difference) -> str:
    """Words, and not an arrow alone: fewer refusals are better, more words are neither."""
    better = BY_NAME[name].better
    if not turn.sure or not better:
        return ""
    return "  好 better" if (turn.difference > 0) == (better > 0) else "  差 worse"


def _change_lines(change: Change, items: list[Compared], *, every: bool) -> list[str]:
    if not items:
        return []
    lines = ["", f"{_HEADS[change]} ({len(items)})"]
    for item in items if every else items[:_LISTED]:
        question = item.a.question
        lines.append(f"  {question.id} [{question.type}] {_one_line(question.question)}")
        lines += [f"    {name} {_said(s, every)}" for name, s in (("A", item.a), ("B", item.b))]
        if item.moved:
            lines.append(f"    {_moves(item)}")
    if not every and len(items) > _LISTED:
        lines.append(f"  … {len(items) - _LISTED} more, with --all")
    return lines


def _said(score: Scored, every: bool) -> str:
    mark = {True: "✓", False: "✗", None: "·"}[score.verdict]
    row = score.row
    if row.status is None:
        text = " ".join(row.ranked or ())
        return f"{mark} {text if every else text[:_SHORT]}"
    text = _one_line(row.answer)
    if not every and len(text) > _SHORT:
        text = f"{text[:_SHORT]}…"
    return f"{mark} ({row.status}) {text}"


def _moves(item: Compared) -> str:
    return "  ".join(
        f"{name} {shown(item.a.values[name], BY_NAME[name].unit)}"
        f"→{shown(item.b.values[name], BY_NAME[name].unit)}"
        for name in item.moved
    )


def _one_line(text: str) -> str:
    """White space tidied and control characters left out: a terminal would obey them."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def comparison_json(found: Comparison, a: Run, b: Run) -> dict[str, Any]:
    """All of it as plain values, every question included; an infinite end is null."""
    return {
        "a": {"path": str(a.path), "made_with": a.made_with, "record": dict(a.record)},
        "b": {"path": str(b.path), "made_with": b.made_with, "record": dict(b.record)},
        "made_differently": [
            {"name": name, "a": one, "b": two} for name, one, two in _made_differently(a, b)
        ],
        "questions": len(found.questions),
        "resamples": found.resamples,
        "seed": found.seed,
        "only_a": list(found.only_a),
        "only_b": list(found.only_b),
        "differences": {
            group: {name: _difference_json(turn) for name, turn in differences.items()}
            for group, differences in found.differences.items()
        },
        "counts": {str(change): len(found.of(change)) for change in Change},
        "each": [_compared_json(item) for item in found.questions],
    }


def _difference_json(turn: Difference) -> dict[str, float | int | None]:
    numbers = {
        "a": turn.a,
        "b": turn.b,
        "difference": turn.difference,
        "low": turn.low,
        "high": turn.high,
        "p": turn.p,
    }
    rounded = {k: round(v, 4) if math.isfinite(v) else None for k, v in numbers.items()}
    return {"n": turn.n, **rounded}


def _compared_json(item: Compared) -> dict[str, Any]:
    question = item.a.question
    return {
        "id": question.id,
        "type": question.type,
        "question": question.question,
        "change": str(item.change),
        "moved": {name: [item.a.values[name], item.b.values[name]] for name in item.moved},
        "a": _scored_json(item.a),
        "b": _scored_json(item.b),
    }


def _scored_json(score: Scored) -> dict[str, Any]:
    known: Iterable[tuple[str, float | None]] = score.values.items()
    return {
        "right": score.verdict,
        "status": score.row.status,
        "answer": score.row.answer,
        "values": {name: value for name, value in known if value is not None},
    }
