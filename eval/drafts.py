"""Score the draft checker on drafts whose claims have a known verdict. Format: docs/draft-check.md.

What counts most is a false ``supported``; then a false ``contradicted``; then what is missed.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import BadInput
from rag.draft_types import DraftReport, Finding, Verdict

NO_CLAIM = "no claim"  # the checker did not see it as one
_FIELDS = frozenset(["id", "split", "type", "published", "draft", "claims"])
_MOST_TOLD = 5  # bad rows named in one message
_NORMAL_95 = 1.959964  # quantile of the normal distribution for a 95 % interval


@dataclass(frozen=True, slots=True)
class Expected:
    """The verdict a claim should get; ``also``: those that are as right.

    Another speaker may be ``partly`` or ``contradicted``.
    """

    text: str
    verdict: Verdict
    also: frozenset[Verdict] = frozenset()

    @property
    def accepted(self) -> frozenset[Verdict]:
        """Every verdict that is right."""
        return self.also | {self.verdict}


@dataclass(frozen=True, slots=True)
class DraftCase:
    """One draft and what each of its claims, by its text, should get."""

    id: str
    split: str  # dev: looked at while the rules were written; held, held-2: not
    type: str
    published: date
    draft: str
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class ClaimScore:
    """One claim: what it should get and what it got."""

    case: DraftCase
    expected: Expected
    finding: Finding | None  # None: not seen as a claim

    @property
    def got(self) -> str:
        """The verdict, or that there was no claim."""
        return str(self.finding.verdict) if self.finding else NO_CLAIM

    @property
    def right(self) -> bool:
        """Whether the verdict is among the accepted ones."""
        return self.got in self.expected.accepted


def read_cases(path: Path) -> list[DraftCase]:
    """The rows of a set.

    Raises:
        BadInput: The file cannot be read, has no rows, or rows that are no object of the six
            fields, lack a claim in their draft or repeat an id; names the lines.
    """
    cases, wrong = [], []
    seen: set[str] = set()
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            case = _case(_loaded(line))
            if case.id in seen:
                raise ValueError(f"id {case.id!r} stands there twice")
            seen.add(case.id)
            cases.append(case)
        except ValueError as error:
            wrong.append(f"{path}:{number}: {error}")
    if wrong:
        more = f" … and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        raise BadInput(f"{'; '.join(wrong[:_MOST_TOLD])}{more}. See docs/draft-check.md.")
    if not cases:
        raise BadInput(f"{path} has no drafts. See docs/draft-check.md.")
    return cases


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise BadInput(f"No claim set at {path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from None


def _loaded(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from None
    if not isinstance(row, dict) or set(row) != _FIELDS:
        fields = sorted(row) if isinstance(row, dict) else type(row).__name__
        raise ValueError(f"fields {fields}, expected {sorted(_FIELDS)}")
    return row


def _case(row: dict[str, Any]) -> DraftCase:
    for name in sorted(_FIELDS - {"claims"}):
        if not isinstance(row[name], str) or not row[name].strip():
            raise ValueError(f"{name} is {row[name]!r}, expected text")
    claims = row["claims"]
    if not isinstance(claims, list) or not claims:
        raise ValueError("claims is no list, or empty")
    expected = tuple(_expected(item) for item in claims)
    if missing := [item.text for item in expected if item.text not in row["draft"]]:
        raise ValueError(f"{missing[0]!r} is not in the draft")
    try:
        published = date.fromisoformat(row["published"])
    except ValueError:
        raise ValueError(f"published is {row['published']!r}, expected YYYY-MM-DD") from None
    return DraftCase(row["id"], row["split"], row["type"], published, row["draft"], expected)


def _expected(item: Any) -> Expected:
    if not isinstance(item, dict) or not {"text", "verdict"} <= set(item) <= {
        "text",
        "verdict",
        "also",
    }:
        raise ValueError("a claim is no object of text, verdict and, if wanted, also")
    if not isinstance(item["text"], str) or not item["text"]:
        raise ValueError(f"a claim's text is {item['text']!r}")
    also = item.get("also", [])
    if not isinstance(also, list):
        raise ValueError(f"also is {also!r}, expected a list of verdicts")
    return Expected(item["text"], _verdict(item["verdict"]), frozenset(map(_verdict, also)))


def _verdict(word: Any) -> Verdict:
    try:
        return Verdict(word)
    except ValueError:
        raise ValueError(f"{word!r} is no verdict of {', '.join(Verdict)}") from None


def score_cases(
    cases: Sequence[DraftCase],
    check: Callable[[DraftCase], DraftReport],
    on_done: Callable[[], None] = lambda: None,
) -> list[ClaimScore]:
    """One score a claim, in the order of the set; ``on_done`` hears of every draft."""
    scores: list[ClaimScore] = []
    for case in cases:
        got = {item.claim.text: item for item in check(case).findings}
        scores.extend(ClaimScore(case, item, got.get(item.text)) for item in case.expected)
        on_done()
    return scores


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``of``; without ``of`` there is no rate."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing: absence is not zero."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % score interval (Wilson 1927); of 0 of 50 it is 0 to 7 %, not 0 to 0."""
        if not self.of:
            return None
        share, n, z = self.hits / self.of, self.of, _NORMAL_95
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """Rates over claims."""

    claims: int
    right: Rate
    false_supported: Rate  # of the claims that should not be supported
    false_contradicted: Rate  # of those that should not be contradicted
    contradictions: Rate  # found, of those that should only be contradicted
    supported: Rate  # found, of those that should only be supported


def summarise(scores: Sequence[ClaimScore]) -> DraftSummary:
    """The rates of a set of scores."""

    def false(verdict: Verdict) -> Rate:
        among = [score for score in scores if verdict not in score.expected.accepted]
        return Rate(sum(score.got == verdict for score in among), len(among))

    def found(verdict: Verdict) -> Rate:
        among = [score for score in scores if score.expected.accepted == {verdict}]
        return Rate(sum(score.got == verdict for score in among), len(among))

    return DraftSummary(
        claims=len(scores),
        right=Rate(sum(score.right for score in scores), len(scores)),
        false_supported=false(Verdict.SUPPORTED),
        false_contradicted=false(Verdict.CONTRADICTED),
        contradictions=found(Verdict.CONTRADICTED),
        supported=found(Verdict.SUPPORTED),
    )


def table_lines(scores: Sequence[ClaimScore]) -> list[str]:
    """The rates of each split and of all, then the claims that are wrong by type."""
    splits = list(dict.fromkeys(score.case.split for score in scores))
    lines = [_HEAD]
    lines += [
        _row(split, [score for score in scores if score.case.split == split]) for split in splits
    ]
    if len(splits) > 1:
        lines.append(_row("all", scores))
    wrong = Counter(score.case.type for score in scores if not score.right)
    if wrong:
        told = ", ".join(f"{kind} {count}" for kind, count in sorted(wrong.items()))
        lines.append(f"not as expected: {told}")
    return lines


_HEAD = "split  claims  right  false supported  false contradicted  contradictions found  supported"


def _row(name: str, scores: Sequence[ClaimScore]) -> str:
    summary = summarise(scores)
    rates = (
        summary.right,
        summary.false_supported,
        summary.false_contradicted,
        summary.contradictions,
        summary.supported,
    )
    return "  ".join([name, str(summary.claims), *(rate_text(rate) for rate in rates)])


def rate_text(rate: Rate) -> str:
    """``3/40 7.5% [2.6, 19.9]``; a dash where no claim could show it."""
    if rate.value is None or rate.interval is None:
        return "–"
    low, high = (100 * side for side in rate.interval)
    return f"{rate.hits}/{rate.of} {100 * rate.value:.1f}% [{low:.1f}, {high:.1f}]"


def summary_json(scores: Sequence[ClaimScore]) -> dict[str, Any]:
    """The rates of each split and of all, as plain values."""
    splits = list(dict.fromkeys(score.case.split for score in scores))
    named = {split: [s for s in scores if s.case.split == split] for split in splits}
    return {name: _plain_summary(some) for name, some in {**named, "all": scores}.items()}


def _plain_summary(scores: Sequence[ClaimScore]) -> dict[str, Any]:
    summary = summarise(scores)
    names = ("right", "false_supported", "false_contradicted", "contradictions", "supported")
    return {
        "claims": summary.claims,
        **{name: _plain_rate(getattr(summary, name)) for name in names},
    }


def _plain_rate(rate: Rate) -> dict[str, Any]:
    return {
        "hits": rate.hits,
        "of": rate.of,
        "value": rate.value,
        "interval": list(rate.interval) if rate.interval else None,
    }


def row_json(score: ClaimScore) -> dict[str, Any]:
    """One claim as a row of the run."""
    finding = score.finding
    return {
        "id": score.case.id,
        "split": score.case.split,
        "type": score.case.type,
        "draft": score.case.draft,
        "claim": score.expected.text,
        "expected": str(score.expected.verdict),
        "also": sorted(map(str, score.expected.also)),
        "got": score.got,
        "right": score.right,
        "difference": finding.difference if finding else "",
        "note": finding.note if finding else "",
        "evidence": [
            {
                "article_id": item.article_id,
                "start": item.start,
                "end": item.end,
                "quote": item.quote,
            }
            for item in (finding.evidence if finding else ())
        ],
    }
