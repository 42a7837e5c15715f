"""What the Ask tab says of chips, answers' tools, history and feedback. No markup, no logic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TalkLabels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    lang: str
    chip: dict[str, str]  # by the chip's field
    remove: str
    edit: str
    limit: str
    limits: str
    copy: str
    copy_markdown: str
    copied: str
    not_copied: str
    retry: str
    rephrase: str
    right: str
    wrong: str
    thanks: str
    export: str
    asking_again: str
    period: str
    since: str
    until: str
    printed: str
    several: str
    ask_again: str
    cancel: str
    close: str
    feedback: str
    feedback_hint: str
    right_answer: str
    send: str
    history: str
    history_search: str
    search: str
    history_none: str
    history_nothing: str
    history_own: str
    history_local: str
    questions: str
    delete: str
    delete_all: str
    delete_all_sure: str
    delete_all_yes: str
    gone: str
    busy: str
    ingesting: str
    ingesting_more: str
    cited: str
    pack: str
    pack_made: str
    pack_models: str
    pack_index: str
    pack_asked: str
    pack_checks: str
    pack_supported: str
    pack_unsupported: str
    pack_version: str
    pack_verdict: dict[str, str]
    pack_none: str


ZH = TalkLabels(
    lang="zh",
    chip={
        "since": "所问时间",
        "printed_since": "见报",
        "sources": "报纸",
        "sections": "版面",
        "reporters": "记者",
    },
    remove="去掉{what}，重新提问",
    edit="修改{what}",
    limit="+ 限定范围",
    limits="改问",
    copy="复制",
    copy_markdown="复制 Markdown",
    copied="已复制",
    not_copied="没能复制",
    retry="重问",
    rephrase="改问",
    right="答得对",
    wrong="答得不对",
    thanks="已记下，谢谢。",
    export="导出对话",
    asking_again="用改过的问题重问，会换掉这一问的回答。",
    period="所问时间（数据所属的时间）",
    since="起",
    until="止",
    printed="见报日期",
    several="几个之间用分号隔开",
    ask_again="重新提问",
    cancel="取消",
    close="关闭",
    feedback="这个回答不对",
    feedback_hint="写下正确答案（可不写）。经人审核后，会成为评测题。",
    right_answer="正确答案是……",
    send="提交",
    history="历史",
    history_search="在问题和回答里查找",
    search="查找",
    history_none="还没有对话。",
    history_nothing="没有对话同时含有这些词。",
    history_own="对话只有你自己看得到。",
    history_local="没有登录：在这台电脑上打开此页的人都看得到。",
    questions="{count} 问",
    delete="删除",
    delete_all="全部删除",
    delete_all_sure="确定删除你的全部对话吗？删除后不能恢复。",
    delete_all_yes="确定，全部删除",
    gone="这个对话已不在了。",
    busy="上一问还没有答完：请等它答完，或先按“停止”。",
    ingesting="正在入库",
    ingesting_more="新报道入库后，不用重启就能问到。",
    cited="来源",
    pack="证据包",
    pack_made="导出时间",
    pack_models="模型",
    pack_index="索引版本",
    pack_asked="提问时间",
    pack_checks="核对",
    pack_supported="所引句子里有",
    pack_unsupported="所引句子里没有",
    pack_version="第 {version} 版",
    pack_verdict={"up": "读者认为答得对", "down": "读者认为答得不对"},
    pack_none="无语言模型",
)

EN = TalkLabels(
    lang="en",
    chip={
        "since": "Period",
        "printed_since": "Printed",
        "sources": "Paper",
        "sections": "Section",
        "reporters": "Reporter",
    },
    remove="Remove {what} and ask again",
    edit="Change {what}",
    limit="+ Narrow",
    limits="Change the question",
    copy="Copy",
    copy_markdown="Copy as Markdown",
    copied="Copied",
    not_copied="Not copied",
    retry="Retry",
    rephrase="Edit",
    right="Good answer",
    wrong="Wrong answer",
    thanks="Noted, thank you.",
    export="Export",
    asking_again="The changed question takes the place of this one and its answer.",
    period="Period asked about (of the figures)",
    since="from",
    until="to",
    printed="Printed",
    several="separate several by semicolons",
    ask_again="Ask again",
    cancel="Cancel",
    close="Close",
    feedback="This answer is wrong",
    feedback_hint="Write the right answer (or leave it out). After review it becomes a question of "
    "the evaluation.",
    right_answer="The right answer is …",
    send="Send",
    history="History",
    history_search="Search questions and answers",
    search="Search",
    history_none="No conversation yet.",
    history_nothing="No conversation has all these words.",
    history_own="Only you can see your conversations.",
    history_local="There is no login: whoever opens this page on this machine can see them.",
    questions="{count} asked",
    delete="Delete",
    delete_all="Delete all",
    delete_all_sure="Delete all your conversations? They cannot be brought back.",
    delete_all_yes="Yes, delete all",
    gone="This conversation is no longer there.",
    busy="The last question is still being answered: wait for it, or press Stop first.",
    ingesting="Articles are being ingested",
    ingesting_more="New ones can be asked about as soon as they are in, without a restart.",
    cited="Sources",
    pack="Evidence pack",
    pack_made="Exported",
    pack_models="Model",
    pack_index="Index version",
    pack_asked="Asked",
    pack_checks="Checks",
    pack_supported="in the cited sentences",
    pack_unsupported="not in the cited sentences",
    pack_version="version {version}",
    pack_verdict={"up": "The reader found it right", "down": "The reader found it wrong"},
    pack_none="no language model",
)

_BY_LANG = {"zh": ZH, "en": EN}


def talk_labels(lang: str) -> TalkLabels:
    """The labels of ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
