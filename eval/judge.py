"""A language model's verdict on answers, kept apart from the deterministic scores.

Asked only of answers that were given to answerable questions with accepted forms: a refusal needs
no judge. The verdict never enters a measure; how far it agrees with ``right`` is reported.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.agreement import Agreement, agreement
from eval.metrics_score import Scored
from eval.rows import BadRow, parse_row, parse_rows
from rag.prompts import fill

Row = dict[str, Any]
Say = Callable[[str], str]  # prompt -> reply
_OBJECT = re.compile(r"\{[^{}]*\}")
_LONGEST = 4000  # characters of an answer that is judged; of its sources together
_LONGEST_REASON = 300
_LISTED = 10


@dataclass(frozen=True, slots=True)
class ToJudge:
    """One answer as the judge is shown it."""

    id: str
    type: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge said; ``right`` is None where its reply could not be read."""

    id: str
    right: bool | None
    reason: str


def to_judge(scores: Sequence[Scored]) -> list[ToJudge]:
    """The answers that a judge has something to say about, with the prompt for each."""
    return [
        ToJudge(score.question.id, score.question.type, _prompt(score))
        for score in scores
        if score.values["right"] is not None and not score.row.refused
    ]


def _prompt(score: Scored) -> str:
    item = score.question
    language = "zh" if item.language.startswith("zh") else "en"
    asked = "\n".join(item.asked or (item.question,))
    sources = item.quotes or tuple(cited.text for cited in score.row.citations)
    return fill(
        f"judge.{language}",
        question=asked,
        expected=" & ".join(" | ".join(part) for part in item.parts),
        gold="\n".join(sources)[:_LONGEST] or "–",
        answer=score.row.output[:_LONGEST],
    )


def judge_row(item: ToJudge, say: Say) -> Row:
    """Ask about one answer; a row as ``eval.predict`` keeps it."""
    reply = say(item.prompt)
    right, reason = read_verdict(reply)
    return {"id": item.id, "status": "judged", "output": reply, "right": right, "reason": reason}


def read_verdict(reply: str) -> tuple[bool | None, str]:
    """Verdict and reason of ``{"right": true, "reason": …}``; None where the reply has none."""
    for found in _OBJECT.finditer(reply):
        try:
            said = json.loads(found[0])
        except ValueError:
            continue
        if isinstance(said.get("right"), bool):
            return said["right"], str(said.get("reason", ""))[:_LONGEST_REASON]
    return None, ""


def read_judgements(path: Path) -> dict[str, Judgement]:
    """The rows that ``suyuan eval judge`` wrote, by question.

    Raises:
        BadInput: The file or a line cannot be used; names every bad line.
    """
    rows = parse_rows(path, _judgement, what="judge's file", form="docs/metrics.md")
    return {item.id: item for _, item in rows}


def _judgement(line: str) -> Judgement:
    row = parse_row(line)
    if not isinstance(row.get("id"), str) or not isinstance(row.get("right"), bool | None):
        raise BadRow("id must be a text, right true, false or null")
    return Judgement(row["id"], row["right"], str(row.get("reason", "")))


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A judge beside the deterministic ``right``: by type and for all, and where they differ."""

    judged: int
    unreadable: int
    groups: Mapping[str, Agreement]  # "all", then each type; first is ``right``, second the judge
    differ: tuple[tuple[Scored, Judgement], ...]


def compare_verdicts(scores: Sequence[Scored], said: Mapping[str, Judgement]) -> Verdicts:
    """Hold the judge's verdicts beside ``right``, question by question."""
    known = [
        (score, said[score.question.id])
        for score in scores
        if score.question.id in said and score.values["right"] is not None
    ]
    read = [(score, judged, judged.right) for score, judged in known if judged.right is not None]
    groups: dict[str, list[tuple[bool, bool]]] = {"all": []}
    for score, _, right in read:
        pair = (score.values["right"] == 1, right)
        groups["all"].append(pair)
        groups.setdefault(score.question.type, []).append(pair)
    return Verdicts(
        judged=len(known),
        unreadable=len(known) - len(read),
        groups={name: agreement(pairs) for name, pairs in groups.items()},
        differ=tuple((s, judged) for s, judged, right in read if right != (s.values["right"] == 1)),
    )


def verdict_lines(found: Verdicts) -> list[str]:
    """A line per type, then the questions on which rule and judge differ."""
    heads = ("n", "rule", "judge", "agree", "kappa", "95 %")
    lines = [
        f"评审模型 Judge: {found.judged} answers, {found.unreadable} replies not read",
        f"{'type':<16}" + "".join(f"{head:>9}" for head in heads[:-1]) + f"{heads[-1]:>15}",
    ]
    for name, held in found.groups.items():
        if held.n:
            ends = f"[{_number(held.low)}, {_number(held.high)}]"
            cells = (
                str(held.n),
                _number((held.both_right + held.only_first) / held.n),
                _number((held.both_right + held.only_second) / held.n),
                _number(held.agree),
                _number(held.kappa),
            )
            lines.append(f"{name[:15]:<16}" + "".join(f"{c:>9}" for c in cells) + f"{ends:>15}")
    if found.differ:
        lines.append(f"说法不同 They differ on {len(found.differ)}:")
    for score, judged in found.differ[:_LISTED]:
        sides = "rule ✓ judge ✗" if score.values["right"] == 1 else "rule ✗ judge ✓"
        lines.append(f"  {score.question.id} {sides}  {_line(score.row.output)}")
        lines.append(f"    {_line(judged.reason)}")
    return lines


def verdicts_json(found: Verdicts) -> Row:
    """The same as plain values."""
    return {
        "judged": found.judged,
        "unreadable": found.unreadable,
        "groups": {
            name: {
                "n": held.n,
                "both_right": held.both_right,
                "only_rule": held.only_first,
                "only_judge": held.only_second,
                "both_wrong": held.both_wrong,
                "agree": held.agree,
                "kappa": held.kappa,
                "kappa_ci": [held.low, held.high],
            }
            for name, held in found.groups.items()
        },
        "differ": [
            {"id": score.question.id, "reason": judged.reason} for score, judged in found.differ
        ],
    }


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _line(text: str) -> str:
    flat = " ".join(text.split())[:100]
    return "".join(letter for letter in flat if letter.isprintable())
