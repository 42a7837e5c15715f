"""A checked draft as plain JSON values and as lines of text. Knows nothing of HTML."""

from dataclasses import asdict
from typing import Any

from rag.draft_types import ClaimKind, DraftReport, Finding, Verdict
from rag.draft_words import draft_words
from rag.export import plain, source_line

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
_NOTE = ("注", "Note:")


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


def report_lines(report: DraftReport, *, lang: str = "zh") -> list[str]:
    """What the terminal prints: a line a claim, what differs and where it stands, the counts.

    In English for ``en``, quotes and names apart; else in Chinese with its fixed words in both.
    """
    lines: list[str] = []
    sentence = -1
    for finding in report.findings:
        claim = finding.claim
        if claim.sentence_start != sentence:
            sentence = claim.sentence_start
            lines.append(one_line(report.text[claim.sentence_start : claim.sentence_end]))
        lines.extend(_finding_lines(finding, lang))
    return [*lines, "", *summary_lines(report, lang)]


def summary_lines(report: DraftReport, lang: str = "zh") -> list[str]:
    """The counts, what was searched, and what the reader should know of the whole check."""
    count, unchecked = len(report.findings), sum(map(is_unchecked, report.findings))
    covered, seconds = report.coverage, f"{report.timings.get('total', 0.0):.1f} s"
    if lang == "en":
        counted = ", ".join(f"{verdict} {number}" for verdict, number in report.counts.items())
        of_them = f" ({unchecked} of them unchecked)" if unchecked else ""
        when = f"{covered.first} to {covered.last}" if covered.first else "undated"
        lines = [
            f"Total: {count} claims: {counted}{of_them}",
            f"Searched: {covered.articles} articles, {when}; {seconds}; {report.model or 'no LLM'}",
        ]
        if report.published is None:
            lines.append(
                f"Note: no --date given: periods without a year are read from {report.anchor}"
            )
        if report.left_out:
            lines.append(f"Note: {report.left_out} more not checked: {count} at a time")
        return [*lines, *(f"Note: {note}" for note in report.notes)]
    counted = "  ".join(
        f"{VERDICT_WORDS[verdict]} {verdict} {number}" for verdict, number in report.counts.items()
    )
    if unchecked:
        counted += f"（其中未核 unchecked {unchecked}）"
    when = f"{covered.first}—{covered.last}" if covered.first else "日期不详"
    lines = [
        f"合计 Total  {count} 处 claims：{counted}",
        f"检索 Searched  {covered.articles} 篇 articles，{when}；"
        f"用时 {seconds}；{report.model or '无语言模型 no LLM'}",
    ]
    if report.published is None:
        lines.append(
            f"注意 Note  没有给稿件日期，“上半年”等按 {report.anchor} 推算；可用 --date 指定"
        )
    if report.left_out:
        lines.append(f"注意 Note  另有 {report.left_out} 处未核：一次最多核对 {count} 处")
    return [*lines, *(f"注意 Note  {note}" for note in report.notes)]


def one_line(text: str) -> str:
    """White space as single blanks."""
    return " ".join(text.split())


def _finding_lines(finding: Finding, lang: str) -> list[str]:
    claim = finding.claim
    shown = "" if claim.kind is ClaimKind.STATEMENT else f" {one_line(claim.text)}"
    if lang == "en":
        head = (
            f"  [{'unchecked' if is_unchecked(finding) else finding.verdict}] {claim.kind}{shown}"
        )
    else:
        word = verdict_word(finding)
        head = f"  [{word} {finding.verdict}] {KIND_WORDS[claim.kind]}{shown}"
    lines = [f"{head}  {draft_words(finding.difference, lang)}".rstrip()]
    if finding.note:
        lines.append(f"      {_NOTE[lang == 'en']} {one_line(draft_words(finding.note, lang))}")
    for item in finding.evidence[:1] if finding.verdict is Verdict.SUPPORTED else finding.evidence:
        lines.append(f"      “{one_line(item.quote)}”")
        lines.append(
            f"      — {source_line(item, lang)}  {item.article_id} {item.start}:{item.end}"
        )
    return lines
