"""A checked draft as lines of text, for the terminal. Knows nothing of HTML."""

from collections.abc import Iterator

from rag.draft_labels import ReportLabels, report_labels
from rag.draft_out import KIND_WORDS, VERDICT_WORDS, is_unchecked, verdict_word
from rag.draft_types import ClaimKind, DraftReport, Finding, Verdict
from rag.draft_words import draft_words
from rag.export import source_line

_NOTE = ("注", "Note:")


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
    if lang == "en":
        return [_counted(report), *summary(report, report_labels(lang))]
    count, unchecked = len(report.findings), sum(map(is_unchecked, report.findings))
    covered, seconds = report.coverage, f"{report.timings.get('total', 0.0):.1f} s"
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


def summary(report: DraftReport, words: ReportLabels) -> Iterator[str]:
    """What was searched, and what the reader should know of the whole check."""
    covered = report.coverage
    searched = words.searched.format(articles=f"{covered.articles:,}")
    days = words.days.format(first=covered.first, last=covered.last)
    dated = words.anchor_given if report.published else words.anchor_assumed
    facts = (
        words.total.format(count=len(report.findings)),
        searched + words.bracketed.format(text=days if covered.first else words.undated),
        words.seconds.format(seconds=f"{report.timings.get('total', 0.0):.1f}"),
        report.model or words.no_model,
    )
    yield " · ".join(facts)
    yield dated.format(day=report.anchor)
    if report.left_out:
        yield words.left_out.format(count=report.left_out, limit=len(report.findings))
    yield from report.notes


def _counted(report: DraftReport) -> str:
    counted = ", ".join(f"{verdict} {number}" for verdict, number in report.counts.items())
    unchecked = sum(map(is_unchecked, report.findings))
    return counted + (f" ({unchecked} of them unchecked)" if unchecked else "")
