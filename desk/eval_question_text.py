"""What the Evaluate tab says of questions and of two runs, in two languages. No markup."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuestionLabels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    lang: str
    only: str
    only_all: str
    only_right: str
    only_wrong: str
    only_refused: str
    only_unsupported: str
    any_type: str
    nothing: str
    refused: str
    unsupported: str
    sign_right: str
    sign_wrong: str
    sign_open: str
    newer: str
    older: str
    page_of: str
    before: str
    answer: str
    no_answer: str
    expected: str
    unanswerable: str
    hit: str
    missed: str
    cited: str
    nothing_cited: str
    found: str
    gold: str
    gold_cited: str
    gold_found: str
    gold_missed: str
    is_gold: str
    whole_article: str
    notes: str
    checks: str
    not_supported: str
    status_answered: str
    status_partly: str
    status_not_found: str
    status_conflict: str
    status_evidence_only: str
    status_none: str
    compare_title: str
    compare_lead: str
    sets_differ: str
    sets_differ_more: str
    sets_apart: str
    asked_differently: str
    only_in: str
    made_differently: str
    no_change: str
    difference: str
    p: str
    better: str
    worse: str
    unsure: str
    unchanged: str
    to_right: str
    to_wrong: str
    got_better: str
    got_worse: str
    mixed: str
    same: str
    more_questions: str


ZH = QuestionLabels(
    lang="zh",
    only="看哪些",
    only_all="全部",
    only_right="答对",
    only_wrong="答错",
    only_refused="拒答",
    only_unsupported="有无据项",
    any_type="全部类型",
    nothing="没有这样的题。",
    refused="拒答",
    unsupported="{n} 处无据",
    sign_right="对",
    sign_wrong="错",
    sign_open="未判",
    newer="← 前页",
    older="后页 →",
    page_of="第 {page} / {pages} 页，共 {total} 题",
    before="前文",
    answer="回答",
    no_answer="没有成文的回答。",
    expected="应答",
    unanswerable="库中没有：应答未找到。",
    hit="答到",
    missed="漏",
    cited="所引原句",
    nothing_cited="没有引用。",
    found="所见原句",
    gold="金标原句",
    gold_cited="引到了",
    gold_found="找到未引",
    gold_missed="没找到",
    is_gold="金标",
    whole_article="整篇",
    notes="注意",
    checks="核对",
    not_supported="无据：{text}",
    status_answered="已答",
    status_partly="答出一部分",
    status_not_found="未找到",
    status_conflict="说法不一",
    status_evidence_only="只列原句",
    status_none="只有排序",
    compare_title="两次运行的比较",
    compare_lead="共有的 {count} 题，逐题配对；差为 B 减 A，带 95% 区间。",
    sets_differ="两次的题集不同",
    sets_differ_more="A 问的是 {a}，B 问的是 {b}。只比较两次都有的 {count} 题。",
    sets_apart="两次问的题不同，没有一道共有，不能比较。",
    asked_differently="有的题编号相同、问法不同，不能比较。请用同一套题再跑一次。",
    only_in="只有 {name} 有的题：{count}",
    made_differently="两次的条件有 {count} 处不同，差别可能由此而来",
    no_change="没有一项分数有变化。",
    difference="B - A",
    p="p",
    better="变好",
    worse="变差",
    unsure="说不准",
    unchanged="未变：{names}",
    to_right="错变对",
    to_wrong="对变错",
    got_better="变好",
    got_worse="变差",
    mixed="有好有差",
    same="未变",
    more_questions="另有 {count} 题",
)

EN = QuestionLabels(
    lang="en",
    only="Which",
    only_all="All",
    only_right="Right",
    only_wrong="Wrong",
    only_refused="Refused",
    only_unsupported="Unsupported",
    any_type="Any type",
    nothing="No such question.",
    refused="refused",
    unsupported="{n} unsupported",
    sign_right="right",
    sign_wrong="wrong",
    sign_open="not judged",
    newer="← Previous",
    older="Next →",
    page_of="Page {page} of {pages}, {total} questions",
    before="Asked before",
    answer="Answer",
    no_answer="No answer in words.",
    expected="Expected",
    unanswerable="Not in the archive: to be refused.",
    hit="hit",
    missed="missed",
    cited="Cited",
    nothing_cited="Nothing is cited.",
    found="Sentences found",
    gold="Gold sentences",
    gold_cited="cited",
    gold_found="found, not cited",
    gold_missed="not found",
    is_gold="gold",
    whole_article="whole article",
    notes="Notes",
    checks="Checks",
    not_supported="Unsupported: {text}",
    status_answered="answered",
    status_partly="partly answered",
    status_not_found="not found",
    status_conflict="conflict",
    status_evidence_only="sentences only",
    status_none="ranking only",
    compare_title="Two runs compared",
    compare_lead=(
        "The {count} questions both have, paired; the difference is B less A, with its 95 % "
        "interval."
    ),
    sets_differ="The sets are not the same",
    sets_differ_more="A asked {a}, B asked {b}. Only the {count} questions in both are compared.",
    sets_apart="The two asked different questions and share none: they cannot be compared.",
    asked_differently=(
        "Some question has one id and two wordings: these cannot be compared. Run one set twice."
    ),
    only_in="Only in {name}: {count} questions",
    made_differently="Made differently ({count}): a difference may come from there",
    no_change="No measure moved.",
    difference="B - A",
    p="p",
    better="better",
    worse="worse",
    unsure="unsure",
    unchanged="Unchanged: {names}",
    to_right="Flipped to right",
    to_wrong="Flipped to wrong",
    got_better="Better",
    got_worse="Worse",
    mixed="Mixed",
    same="Same",
    more_questions="{count} more",
)

_BY_LANG = {"zh": ZH, "en": EN}


def question_labels(lang: str) -> QuestionLabels:
    """The labels in ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
