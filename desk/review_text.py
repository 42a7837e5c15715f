"""What the page says in the review queue, in Chinese and in English. No markup, no logic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewLabels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    lang: str
    lead: str
    count: str
    admins_only: str
    empty: str
    empty_more: str
    finished: str
    finished_more: str
    idle: str
    faults: str
    line_fault: str
    queue: str
    origin_rule: str
    origin_llm: str
    origin_up: str
    origin_down: str
    title: str
    place: str
    before: str
    question: str
    answers: str
    answers_hint: str
    gold: str
    gold_more: str
    article_id: str
    quote: str
    open: str
    kind: str
    as_of: str
    unanswerable: str
    told: str
    accept: str
    reject: str
    skip: str
    fault: str
    accepted: str
    rejected: str
    gone: str


ZH = ReviewLabels(
    lang="zh",
    lead="自动提的题和读者的反馈先在这里过一遍，收下的才算数。与 suyuan qa review 是同一份记录。",
    count="还有 {left} 题；已收 {accepted}，已弃 {rejected}",
    admins_only="审题由管理员做。",
    empty="没有等着审的题",
    empty_more="读者在回答下点 👍 或 👎，就会到这里；也可以从资料库里提题：",
    finished="都审完了",
    finished_more="收下的 {accepted} 题在 {name}，可以到“运行”里用它。",
    idle="点一题来审。",
    faults="有些行读不出来",
    line_fault="{name} 第 {line} 行：{fault}",
    queue="等着审的题",
    origin_rule="按规则提的",
    origin_llm="模型提的",
    origin_up="读者说好",
    origin_down="读者说错",
    title="审一题",
    place="第 {number} / {total} 题",
    before="前文",
    question="问题",
    answers="答案",
    answers_hint="一行一个要点；同一要点的不同写法用 | 隔开",
    gold="金标原句",
    gold_more="再加一句",
    article_id="报道编号",
    quote="原句，一字不差",
    open="看报道",
    kind="类型",
    as_of="提问日",
    unanswerable="库中没有（应答未找到）",
    told="来历",
    accept="收下",
    reject="弃用",
    skip="跳过",
    fault="还不能收",
    accepted="已收下：{question}",
    rejected="已弃用：{question}",
    gone="这一题已有人审过，或来历文件变了。",
)

EN = ReviewLabels(
    lang="en",
    lead=(
        "Drafted questions and readers' feedback pass here first; only what is accepted "
        "counts. The same record as suyuan qa review."
    ),
    count="{left} left; {accepted} accepted, {rejected} rejected",
    admins_only="An admin reviews questions.",
    empty="Nothing waits for review",
    empty_more=(
        "What readers say of answers with 👍 or 👎 comes here; or draft questions from the archive:"
    ),
    finished="All are reviewed",
    finished_more="The {accepted} accepted are in {name}: ask them under “Runs”.",
    idle="Choose a question to review.",
    faults="Some lines cannot be read",
    line_fault="{name} line {line}: {fault}",
    queue="Waiting",
    origin_rule="by a rule",
    origin_llm="by a model",
    origin_up="praised",
    origin_down="called wrong",
    title="Review a question",
    place="{number} of {total}",
    before="Asked before",
    question="Question",
    answers="Answer",
    answers_hint="One part a line; forms of the same part with | between",
    gold="Gold sentence",
    gold_more="One more sentence",
    article_id="Article id",
    quote="The sentence, word for word",
    open="Open the article",
    kind="Type",
    as_of="Asked on",
    unanswerable="Not in the archive (to be refused)",
    told="Where it comes from",
    accept="Accept",
    reject="Reject",
    skip="Skip",
    fault="Cannot be accepted yet",
    accepted="Accepted: {question}",
    rejected="Rejected: {question}",
    gone="Somebody has judged this one, or its file has changed.",
)

_BY_LANG = {"zh": ZH, "en": EN}


def review_labels(lang: str) -> ReviewLabels:
    """The labels in ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
