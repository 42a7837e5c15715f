"""What the Evaluate tab says of a run, in Chinese and in English. No markup, no logic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunLabels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    lang: str
    overview: str
    questions: str
    table: str
    views: str
    back: str
    started: str
    by: str
    count: str
    partial: str
    model: str
    no_model: str
    index: str
    resume: str
    report: str
    rows: str
    too_big: str
    delete: str
    delete_lead: str
    delete_go: str
    deleted: str
    compare: str
    compare_go: str
    compare_none: str
    interval: str
    of: str
    median: str
    verdict: str
    p95: str
    no_scores: str
    gate: str
    gate_passed: str
    gate_failed: str
    gate_met: str
    gate_noise: str
    gate_missed: str
    gate_unmeasured: str
    gate_unfinished: str
    gate_drawn: str
    all: str
    type: str
    measure: str
    plot_right: str
    plot_right_note: str
    plot_cited: str
    plot_cited_note: str
    plot_time: str
    plot_time_note: str
    step_evidence: str
    step_first: str
    step_total: str
    plot_reliable: str
    plot_reliable_note: str
    plot_months: str
    plot_months_note: str
    plot_months_more: str
    not_drawn: str
    group_answer: str
    group_figures: str
    group_citations: str
    group_refusal: str
    group_retrieval: str
    group_cost: str
    table_note: str


ZH = RunLabels(
    lang="zh",
    overview="概览",
    questions="逐题",
    table="各项分数",
    views="这次运行的栏目",
    back="返回",
    started="{when} 开始",
    by="{user} 运行",
    count="{total} 题",
    partial="{rows} / {total} 题，未跑完",
    model="模型",
    no_model="无语言模型",
    index="索引",
    resume="接着跑",
    report="下载报告（HTML）",
    rows="下载各行（JSONL）",
    too_big="文件有 {size} MB，不在页面里下载。它在服务器的 {path}。",
    delete="删除这次运行",
    delete_lead="删掉它的全部回答和分数，不能恢复。",
    delete_go="确定删除",
    deleted="已删除。",
    compare="与另一次比较",
    compare_go="比较",
    compare_none="再跑一次，就可以在这里比较两次的差别。",
    interval="{low}–{high}",
    of="n {n}",
    median="中位",
    verdict="判对（含该拒而拒）",
    p95="p95 {value}",
    no_scores="还没有可计的分数。",
    gate="及格线",
    gate_passed="{count} 条都过了",
    gate_failed="{count} 条里有 {failed} 条没过",
    gate_met="通过",
    gate_noise="误差内",
    gate_missed="未过",
    gate_unmeasured="没有可测的题",
    gate_unfinished="这次没有跑完，不按及格线判。",
    gate_drawn="只抽了一部分题；及格线是按整套题定的。",
    all="全部",
    type="类型",
    measure="项",
    plot_right="各类对错",
    plot_right_note="答出全部要点，或该拒而拒；浅色为 95% 区间，n 为题数",
    plot_cited="各类引到报道",
    plot_cited_note="作答的题里，引到应引报道的",
    plot_time="用时分布",
    plot_time_note="在此时间内完成的题",
    step_evidence="见原句",
    step_first="见首字",
    step_total="答完",
    plot_reliable="“查无”判断可靠吗",
    plot_reliable_note="横：判断有多大把握库中有答案；纵：其中确实有的",
    plot_months="各月对错",
    plot_months_note="所问报道见报的月份",
    plot_months_more="最近 {shown} 个月，另有 {left} 个月未绘；",
    not_drawn="未绘：{names}（各行没有所需的值）。",
    group_answer="回答",
    group_figures="数字",
    group_citations="引用",
    group_refusal="拒答",
    group_retrieval="检索",
    group_cost="代价",
    table_note="方括号：95% 区间；横线：没有可计之题，不等于零。各项定义见 docs/metrics.md。",
)

EN = RunLabels(
    lang="en",
    overview="Overview",
    questions="Questions",
    table="All measures",
    views="Parts of this run",
    back="Back",
    started="begun {when}",
    by="by {user}",
    count="{total} questions",
    partial="{rows} of {total}, not finished",
    model="Model",
    no_model="no language model",
    index="Index",
    resume="Go on",
    report="Report (HTML)",
    rows="Rows (JSONL)",
    too_big="The file has {size} MB, too much for the page. It is on the server: {path}.",
    delete="Delete this run",
    delete_lead="All its answers and scores are deleted for good.",
    delete_go="Delete it",
    deleted="Deleted.",
    compare="Compare with",
    compare_go="Compare",
    compare_none="Run again, and the two can be compared here.",
    interval="{low}–{high}",
    of="n {n}",
    median="median",
    verdict="Right, refusals too",
    p95="p95 {value}",
    no_scores="Nothing to score yet.",
    gate="Gate",
    gate_passed="all {count} bars hold",
    gate_failed="{failed} of {count} bars fail",
    gate_met="met",
    gate_noise="within noise",
    gate_missed="missed",
    gate_unmeasured="not measured",
    gate_unfinished="Not finished, so it is held to no bar.",
    gate_drawn="Drawn from the set; its bars were set for all of it.",
    all="All",
    type="Type",
    measure="Measure",
    plot_right="Right by type",
    plot_right_note="All parts answered, or rightly refused; pale: 95 % interval, n: questions",
    plot_cited="Citing a gold article, by type",
    plot_cited_note="Of the questions answered",
    plot_time="Time",
    plot_time_note="Share of questions done by then",
    step_evidence="evidence",
    step_first="first word",
    step_total="whole answer",
    plot_reliable="Is the not-found decision reliable?",
    plot_reliable_note="Across: how likely the archive was held to answer; up: how often it did",
    plot_months="Right by month",
    plot_months_note="Month of the article asked about",
    plot_months_more="the latest {shown}, {left} more not drawn; ",
    not_drawn="Not drawn, for lack of values: {names}.",
    group_answer="Answer",
    group_figures="Figures",
    group_citations="Citations",
    group_refusal="Refusal",
    group_retrieval="Retrieval",
    group_cost="Cost",
    table_note=(
        "Brackets: 95 % interval; a dash: nothing to measure, which is not zero. Definitions: "
        "docs/metrics.md."
    ),
)

_BY_LANG = {"zh": ZH, "en": EN}


def run_labels(lang: str) -> RunLabels:
    """The labels in ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
