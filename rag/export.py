"""An answer as plain JSON values and as lines of text: the same content for programs and people."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from index.types import DateKnown
from rag.types import Answer, Citation, Evidence, Headline, Query, Status

HOW_KNOWN = {
    DateKnown.STATED: "见报日期有载",
    DateKnown.FLAG: "入库时指定",
    DateKnown.FILE_NAME: "据文件名",
    DateKnown.INFERRED: "据正文推断",
    DateKnown.UNKNOWN: "日期不详",
}
HOW_KNOWN_ENGLISH = {
    DateKnown.STATED: "date stated",
    DateKnown.FLAG: "date given at ingest",
    DateKnown.FILE_NAME: "date from file name",
    DateKnown.INFERRED: "date inferred from the text",
    DateKnown.UNKNOWN: "undated",
}


def answer_json(answer: Answer) -> dict[str, Any]:
    """One object; dates are ISO strings, absent values null.

    Keys: status, text, question, citations, evidence, checks, coverage, timings, model,
    index_version, nearest, notes, probability.
    """
    return {
        "status": str(answer.status),
        "text": answer.text,
        "question": question_json(answer.query),
        "citations": [plain(asdict(item)) for item in answer.citations],
        "evidence": [plain(asdict(item)) for item in answer.evidence],
        "checks": [plain(asdict(item)) for item in answer.checks],
        "coverage": plain(asdict(answer.coverage)),
        "timings": dict(answer.timings),
        "model": answer.model,
        "index_version": answer.index_version,
        "nearest": [plain(asdict(item)) for item in answer.nearest],
        "notes": list(answer.notes),
        "probability": answer.probability,
    }


def question_json(query: Query) -> dict[str, Any]:
    """How a question was read: asked, understood, language, period, filters."""
    return {
        "asked": query.asked,
        "understood": query.question,
        "language": query.language,
        "period": plain(asdict(query.period)) if query.period else None,
        "filters": plain(asdict(query.filters)),
    }


def plain(value: Any) -> Any:
    """Values as JSON has them: dates as ISO strings, enums as words, tuples as lists."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def source_line(item: Citation | Evidence, lang: str = "zh") -> str:
    """``《标题》 报纸 2020-07-20（据文件名） □记者 某某``; how things are known in ``lang``."""
    english = lang == "en"
    derived = " (title derived from the text)" if english else "（据正文拟题）"
    title = f"《{item.title}》" + (derived if item.title_derived else "")
    published = item.published.isoformat() if item.published else ""
    known = HOW_KNOWN_ENGLISH[item.date_known] if english else HOW_KNOWN[item.date_known]
    when = f"{published} ({known})".lstrip() if english else f"{published}（{known}）"
    return " ".join(part for part in (title, item.source, item.section, when, item.byline) if part)


def answer_lines(answer: Answer) -> list[str]:
    """What the terminal prints after the answer's text: sources, checks, coverage, notes."""
    lines: list[str] = []
    if answer.citations:
        lines.append("来源 Sources")
        for item in answer.citations:
            lines.append(f"  [{item.marker}] {source_line(item)}")
            if item.lead:
                lines.append(f"      前句 Before: “{' '.join(item.lead.split())}”")
            lines.append(f"      “{' '.join(item.quote.split())}”")
            lines.append(f"      {item.article_id} {item.start}:{item.end}")
            lines.extend(f"      另见 Also in: {_named(copy)}" for copy in item.copies)
    if answer.status is Status.NOT_FOUND and answer.nearest:
        lines.append("最接近的报道 Nearest headlines (not sources)")
        lines.extend(f"  · {_named(item)}" for item in answer.nearest)
    if answer.checks:
        marks = (f"{item.text} {'✓' if item.supported else '✗'}" for item in answer.checks)
        lines.append("核对 Checks  " + "  ".join(marks))
    lines.extend(f"注意 Note  {item}" for item in answer.notes)
    lines.append(coverage_line(answer))
    return lines


def _named(item: Headline) -> str:
    return f"《{item.title}》 {item.source} {item.published or ''}".rstrip()


def coverage_line(answer: Answer) -> str:
    """What was searched, and how long it took."""
    covered = answer.coverage
    span = f"{covered.first}—{covered.last}" if covered.first else "日期不详"
    seconds = answer.timings.get("total", 0.0)
    quoted = answer.status is Status.ANSWERED and not answer.model
    by = answer.model or ("直接摘自原句 extracted" if quoted else "无语言模型 no LLM")
    return (
        f"检索 Searched  {covered.articles} 篇 articles，{span}；用时 {seconds:.1f} s；{by}；"
        f"{answer.index_version}"
    )
