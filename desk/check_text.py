"""What the Check tab says in its own words, in Chinese and in English. No markup, no logic."""

from dataclasses import dataclass

from rag.draft_labels import report_labels
from rag.draft_types import ClaimKind, Verdict

_ZH_REPORT, _EN_REPORT = report_labels("zh"), report_labels("en")


@dataclass(frozen=True, slots=True)
class CheckLabels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    lang: str
    title: str
    intro: str
    placeholder: str
    draft: str
    date: str
    date_hint: str
    more_sources: str
    ask_model: str
    check: str
    upload: str
    upload_hint: str
    count: str
    count_over: str
    uploaded: str
    running: str
    running_total: str
    stop: str
    stopped: str
    failed: str
    unavailable: str
    empty: str
    too_long: str
    bad_date: str
    wrong_kind: str
    too_big: str
    unreadable: str
    verdict: dict[Verdict, str]
    verdict_means: dict[Verdict, str]
    kind: dict[ClaimKind, str]
    all_claims: str
    filter_by: str
    result: str
    claims: str
    claims_idle: str
    nothing_checkable: str
    nothing_checkable_more: str
    none_shown: str
    edit: str
    another: str
    export_html: str
    export_json: str
    export_name: str
    in_draft: str
    evidence: str
    corrected: str
    back: str
    anchor_given: str
    anchor_assumed: str
    left_out: str
    searched: str
    seconds: str
    no_model: str


ZH = CheckLabels(
    lang="zh",
    title="核稿",
    intro="粘贴稿件或上传文件，逐条对照资料库核对其中的数字、日期、人名职务和引语。"
    "稿件不会存入资料库。",
    placeholder="把稿件粘贴到这里，或把文件拖进来……",
    draft="稿件",
    date="稿件日期",
    date_hint="稿件日期：“上半年”“7月15日”按这一天推算，不填则按资料库的最后一天",
    more_sources="另有 {count} 句",
    ask_model="没有数字、日期、人名和引语的句子，也请语言模型判断（较慢）",
    check="开始核对",
    upload="上传文件",
    upload_hint="txt、md、html、pdf，2 MB 以内",
    count="{count} / {limit} 字",
    count_over="{count} / {limit} 字，太长：请分成几份核对",
    uploaded="已读入 {name}",
    running="正在核对……",
    running_total="正在核对：{done} / {total} 处",
    stop="停止",
    stopped="已停止，没有核完。稿件还在下面，可以重新开始。",
    failed="没能核对这份稿件",
    unavailable="这里没有开通核稿。可在命令行使用：suyuan check 稿件.txt",
    empty="还没有稿件：请粘贴文字，或上传文件。",
    too_long="稿件最长 {limit} 字，现在是 {count} 字：请分成几份核对。",
    bad_date="稿件日期“{value}”不是日期：请写成 2020-07-25 的样子，或留空。",
    wrong_kind="“{name}”这种文件读不了：请换成 txt、md、html 或 pdf。",
    too_big="“{name}”超过 {limit} MB：请缩小文件，或直接粘贴文字。",
    unreadable="“{name}”不能核对：请直接粘贴文字，或换一个文件。（{reason}）",
    verdict=_ZH_REPORT.verdict,
    verdict_means={
        Verdict.CONTRADICTED: "库中同一件事是另一个说法，差别会写明",
        Verdict.PARTLY: "数值对得上，但时间、地点、口径或说法有一点对不上",
        Verdict.NOT_FOUND: "库中没有可对照的句子；不等于写错",
        Verdict.SUPPORTED: "库中有句子写着同一件事、同一个值",
    },
    kind=_ZH_REPORT.kind,
    all_claims="全部",
    filter_by="按结论筛选",
    result="核对结果",
    claims="逐条核对",
    claims_idle="核对后，每一条的结论、依据和差别会列在这里；点一下原句，可以打开那篇报道。",
    nothing_checkable="稿件里没有可以对照的内容",
    nothing_checkable_more="没有找到数字、日期、人名职务或引语。其余句子要由语言模型判断："
    "在“修改稿件”里勾选后再核一次；没有这一项时，表示语言模型没有启用。",
    none_shown="没有这一类。",
    edit="修改稿件",
    another="核对另一份",
    export_html="导出网页",
    export_json="导出 JSON",
    export_name="{stem}-核稿",
    in_draft="稿件中的位置",
    evidence="库中原句",
    corrected="更正：“{wrong}”应为“{right}”",
    back="返回核对结果",
    anchor_given="稿件日期 {day}",
    anchor_assumed="没有给稿件日期，“上半年”等按 {day} 推算",
    left_out=_ZH_REPORT.left_out,
    searched="检索 {articles} 篇",
    seconds="用时 {seconds} 秒",
    no_model=_ZH_REPORT.no_model,
)

EN = CheckLabels(
    lang="en",
    title="Check a draft",
    intro="Paste a draft or upload a file: its figures, dates, names with offices and quotations "
    "are looked up in the archive one by one. The draft is not kept.",
    placeholder="Paste the draft here, or drop a file …",
    draft="Draft",
    date="Date of the draft",
    date_hint="Date of the draft: 上半年 and 7月15日 are read from it; without it, from the "
    "archive's last day",
    more_sources="{count} more",
    ask_model="Also let the language model judge sentences without figures, dates, names or "
    "quotations (slower)",
    check="Check",
    upload="Upload a file",
    upload_hint="txt, md, html or pdf, up to 2 MB",
    count="{count} / {limit} characters",
    count_over="{count} / {limit} characters, too long: check it in parts",
    uploaded="Read {name}",
    running="Checking …",
    running_total="Checking: {done} of {total} claims",
    stop="Stop",
    stopped="Stopped before the end. The draft is still below; start again when you like.",
    failed="This draft could not be checked",
    unavailable="Checking is not available here. On the command line: suyuan check DRAFT.txt",
    empty="There is no draft yet: paste a text or upload a file.",
    too_long="A draft may have {limit} characters, this one has {count}: check it in parts.",
    bad_date="The date “{value}” is none: write it like 2020-07-25, or leave it empty.",
    wrong_kind="“{name}” is no kind of file that is read: use txt, md, html or pdf.",
    too_big="“{name}” is larger than {limit} MB: make it smaller, or paste the text.",
    unreadable="“{name}” cannot be checked: paste the text, or choose another file. ({reason})",
    verdict=_EN_REPORT.verdict,
    verdict_means={
        Verdict.CONTRADICTED: "The archive says something else of the same; the difference is told",
        Verdict.PARTLY: "The value stands there, but period, place, measure or wording differ",
        Verdict.NOT_FOUND: "No sentence to compare with; that is no verdict on the claim",
        Verdict.SUPPORTED: "A sentence of the archive says the same of the same thing",
    },
    kind=_EN_REPORT.kind,
    all_claims="All",
    filter_by="Filter by verdict",
    result="Result",
    claims="Claims",
    claims_idle="After the check every claim is listed here with its verdict, what it rests on "
    "and what differs. A click on a sentence opens its article.",
    nothing_checkable="Nothing in this draft can be compared",
    nothing_checkable_more="There is no figure, date, name with office or quotation in it. Other "
    "sentences need the language model: tick that box under “Edit the draft” and check again; "
    "where there is no such box, no language model is running.",
    none_shown="None of this kind.",
    edit="Edit the draft",
    another="Another draft",
    export_html="Export HTML",
    export_json="Export JSON",
    export_name="{stem}-check",
    in_draft="Place in the draft",
    evidence="In the archive",
    corrected="Correction: “{wrong}” should read “{right}”",
    back="Back to the result",
    anchor_given="draft of {day}",
    anchor_assumed="no date given: 上半年 and the like are read from {day}",
    left_out=_EN_REPORT.left_out,
    searched="{articles} articles searched",
    seconds="{seconds} s",
    no_model=_EN_REPORT.no_model,
)

_BY_LANG = {"zh": ZH, "en": EN}


def check_labels(lang: str) -> CheckLabels:
    """The labels of ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
