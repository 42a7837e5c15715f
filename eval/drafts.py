"""Score the draft checker on drafts whose claims have a known verdict. Format: docs/draft-check.md.

What counts most is a false ``supported``; then a false ``contradicted``; then what is missed.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.errors import BadInput
from rag.draft_types import DraftReport, Verdict

_NO_CLAIM = "no claim"  # the checker did not see it as one
_FIELDS = frozenset(["id", "split", "type", "published", "draft", "claims"])


@dataclass(frozen=True, slots=True)
class DraftCase:
    """One draft and the verdict that each of its claims, by its text, should get."""

    id: str
    split: str  # dev: looked at while the rules were written; held: not
    type: str
    published: date
    draft: str
    expected: tuple[tuple[str, Verdict], ...]


@dataclass(frozen=True, slots=True)
class ClaimScore:
    """One claim: what it should get and what it got."""

    case: str
    type: str
    claim: str
    expected: str
    got: str


def read_cases(path: Path) -> list[DraftCase]:
    """The rows of a set.

    Raises:
        BadInput: A row is no object of the six fields, or its draft lacks a claim; names the line.
    """
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path}:{number}: {error}. See docs/draft-check.md.") from error
    return cases


def _case(row: dict[str, object]) -> DraftCase:
    if set(row) != _FIELDS:
        raise ValueError(f"fields {sorted(row)}, expected {sorted(_FIELDS)}")
    claims = row["claims"]
    if not isinstance(claims, list) or not claims:
        raise ValueError("claims is no list, or empty")
    draft = str(row["draft"])
    expected = tuple((str(item["text"]), Verdict(item["verdict"])) for item in claims)
    if missing := [text for text, _ in expected if text not in draft]:
        raise ValueError(f"{missing[0]!r} is not in the draft")
    return DraftCase(
        id=str(row["id"]),
        split=str(row["split"]),
        type=str(row["type"]),
        published=date.fromisoformat(str(row["published"])),
        draft=draft,
        expected=expected,
    )


def score_cases(
    cases: Sequence[DraftCase], check: Callable[[DraftCase], DraftReport]
) -> list[ClaimScore]:
    """One score a claim, in the order of the set."""
    scores: list[ClaimScore] = []
    for case in cases:
        got = {item.claim.text: str(item.verdict) for item in check(case).findings}
        scores.extend(
            ClaimScore(case.id, case.type, text, str(verdict), got.get(text, _NO_CLAIM))
            for text, verdict in case.expected
        )
    return scores


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """Rates over claims; None where no claim could show it."""

    claims: int
    right: float | None
    false_supported: float | None  # of the claims that should not be supported
    false_contradicted: float | None  # of those that should not be contradicted
    contradiction_recall: float | None
    support_recall: float | None


def summarise(scores: Sequence[ClaimScore]) -> DraftSummary:
    """The rates of a set of scores."""
    pairs = Counter((score.expected, score.got) for score in scores)

    def share(wanted: Callable[[str, str], bool], among: Callable[[str], bool]) -> float | None:
        whole = sum(count for (expected, _), count in pairs.items() if among(expected))
        hits = sum(
            count
            for (expected, got), count in pairs.items()
            if among(expected) and wanted(expected, got)
        )
        return hits / whole if whole else None

    return DraftSummary(
        claims=len(scores),
        right=share(lambda expected, got: expected == got, lambda expected: True),
        false_supported=share(
            lambda _, got: got == Verdict.SUPPORTED, lambda expected: expected != Verdict.SUPPORTED
        ),
        false_contradicted=share(
            lambda _, got: got == Verdict.CONTRADICTED,
            lambda expected: expected != Verdict.CONTRADICTED,
        ),
        contradiction_recall=share(
            lambda _, got: got == Verdict.CONTRADICTED,
            lambda expected: expected == Verdict.CONTRADICTED,
        ),
        support_recall=share(
            lambda _, got: got == Verdict.SUPPORTED, lambda expected: expected == Verdict.SUPPORTED
        ),
    )
