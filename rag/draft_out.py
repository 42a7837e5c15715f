"""A checked draft as plain JSON values, and the Chinese words for what it found."""

from dataclasses import asdict
from typing import Any

from rag.draft_types import ClaimKind, DraftReport, Finding, Verdict
from rag.export import plain

VERDICT_WORDS = {
    Verdict.SUPPORTED: "有据",
    Verdict.CONTRADICTED: "不符",
    Verdict.PARTLY: "部分",
    Verdict.NOT_FOUND: "未见",
}
KIND_WORDS = {
    ClaimKind.FIGURE: "数字",
    ClaimKind.DATE: "日期",
    ClaimKind.NAME: "人名职务",
    ClaimKind.QUOTE: "引语",
    ClaimKind.STATEMENT: "陈述",
}

UNCHECKED = "未核"


def verdict_word(finding: Finding) -> str:
    """The verdict's word; 未核 where nothing was compared, which is no 未见."""
    return UNCHECKED if is_unchecked(finding) else VERDICT_WORDS[finding.verdict]


def is_unchecked(finding: Finding) -> bool:
    """Whether there was nothing to compare by code and no model was asked."""
    return finding.verdict is Verdict.NOT_FOUND and finding.note.startswith(UNCHECKED)


def report_json(report: DraftReport) -> dict[str, Any]:
    """One object; dates are ISO strings, absent values null, offsets into ``text``.

    Keys: text, published, anchor, counts, findings, left_out, coverage, timings, model,
    index_version, notes.
    """
    return {
        "text": report.text,
        "published": plain(report.published),
        "anchor": plain(report.anchor),
        "counts": {str(verdict): number for verdict, number in report.counts.items()},
        "findings": [plain(asdict(finding)) for finding in report.findings],
        "left_out": report.left_out,
        "coverage": plain(asdict(report.coverage)),
        "timings": dict(report.timings),
        "model": report.model,
        "index_version": report.index_version,
        "notes": list(report.notes),
    }
