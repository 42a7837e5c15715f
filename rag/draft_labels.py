"""The fixed words of a checked draft's report, in Chinese and in English. No markup, no logic."""

from dataclasses import dataclass

from index.types import DateKnown
from rag.draft_out import KIND_WORDS, UNCHECKED, VERDICT_WORDS
from rag.draft_types import ClaimKind, Verdict
from rag.export import HOW_KNOWN, HOW_KNOWN_ENGLISH


@dataclass(frozen=True, slots=True)
class ReportLabels:
    """One language's labels; ``{}`` fields are filled where they are shown."""

    lang: str
    html_lang: str
    heading: str
    unnamed: str  # a draft that is no file
    verdict: dict[Verdict, str]
    unchecked: str
    kind: dict[ClaimKind, str]
    known: dict[DateKnown, str]
    title_derived: str
    headline: str
    bracketed: str  # behind something
    back: str
    total: str
    searched: str
    days: str
    undated: str
    seconds: str
    no_model: str
    anchor_given: str
    anchor_assumed: str
    left_out: str


ZH = ReportLabels(
    lang="zh",
    html_lang="zh-Hans",
    heading="核稿结果：{name}",
    unnamed="稿件",
    verdict=VERDICT_WORDS,
    unchecked=UNCHECKED,
    kind=KIND_WORDS,
    known=HOW_KNOWN,
    title_derived="据正文拟题",
    headline="《{title}》",
    bracketed="（{text}）",
    back="回到稿件",
    total="共 {count} 处",
    searched="检索 {articles} 篇报道",
    days="{first}—{last}",
    undated="日期不详",
    seconds="用时 {seconds} 秒",
    no_model="未用语言模型",
    anchor_given="稿件日期 {day}",
    anchor_assumed="没有给稿件日期，“上半年”等按 {day} 推算",
    left_out="另有 {count} 处没有核：一次最多核对 {limit} 处，请分成几份",
)
EN = ReportLabels(
    lang="en",
    html_lang="en",
    heading="Draft check: {name}",
    unnamed="Draft",
    verdict={
        Verdict.SUPPORTED: "Supported",
        Verdict.CONTRADICTED: "Contradicted",
        Verdict.PARTLY: "Partly",
        Verdict.NOT_FOUND: "Not found",
    },
    unchecked="Not checked",
    kind={
        ClaimKind.FIGURE: "Figure",
        ClaimKind.DATE: "Date",
        ClaimKind.NAME: "Name and office",
        ClaimKind.QUOTE: "Quotation",
        ClaimKind.STATEMENT: "Statement",
    },
    known=HOW_KNOWN_ENGLISH,
    title_derived="title derived from the text",
    headline="“{title}”",
    bracketed=" ({text})",
    back="Back to the draft",
    total="Claims: {count}",
    searched="articles searched: {articles}",
    days="{first} to {last}",
    undated="undated",
    seconds="{seconds} s",
    no_model="no language model",
    anchor_given="Date of the draft: {day}",
    anchor_assumed="No date given for the draft: 上半年 and the like are read from {day}",
    left_out="{count} more claims were not checked: {limit} at a time, check the draft in parts",
)

_BY_LANG = {"zh": ZH, "en": EN}


def report_labels(lang: str) -> ReportLabels:
    """The labels of ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
