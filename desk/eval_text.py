"""What the Evaluate tab says around its runs, in Chinese and in English. No markup, no logic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvalLabels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    lang: str
    title: str
    lead: str
    unavailable: str
    panes: str
    runs: str
    review: str
    set: str
    set_all: str
    set_missing: str
    set_bad: str
    sample: str
    upload: str
    upload_hint: str
    upload_big: str
    upload_kind: str
    upload_lost: str
    upload_bad: str
    upload_more: str
    upload_empty: str
    upload_unreadable: str
    upload_done: str
    line_fault: str
    limit: str
    limit_hint: str
    seed: str
    seed_hint: str
    bad_limit: str
    bad_seed: str
    no_set: str
    no_sets: str
    unlisted: str
    start: str
    admins_only: str
    no_model: str
    empty_archive: str
    busy: str
    local: str
    changed: str
    changed_index: str
    changed_model: str
    changed_prompts: str
    changed_settings: str
    gone: str
    running: str
    progress: str
    left: str
    seconds: str
    minutes: str
    hours: str
    waiting: str
    stop: str
    stopping: str
    done: str
    stopped: str
    broken: str
    broken_more: str
    unexpected: str
    dismiss: str
    show: str
    none: str
    none_more: str
    none_reader: str
    none_no_sets: str
    idle: str
    list: str
    card_right: str
    card_partial: str
    card_whole: str
    card_no_model: str
    card_fault: str
    newer: str
    older: str
    page_of: str


ZH = EvalLabels(
    lang="zh",
    title="评测",
    lead="用一套题问一遍这个资料库，看回答、引用和拒答各有多准。每个数都带 95% 区间。",
    unavailable="这里不能评测：页面没有连到资料库的评测目录。请用 suyuan serve 打开。",
    panes="评测栏目",
    runs="运行",
    review="待审题",
    set="题集",
    set_all="{name}（{count} 题）",
    set_missing="{name}（{count} 题，{missing} 题的报道不在库中）",
    set_bad="{name}（不能用）",
    sample="自带样题 samples/qa.jsonl",
    upload="上传题集…",
    upload_hint="JSONL，一行一题，不超过 {most} MB；格式见 docs/qa-format.md",
    upload_big="{name} 超过 {most} MB。请分成几份。",
    upload_kind="{name} 不是 .jsonl 文件。",
    upload_lost="文件没有传完整，请再选一次。",
    upload_bad="{name} 还不能用，请改好这些行再传：",
    upload_more="……另有 {count} 行",
    upload_empty="{name} 里没有一道题。",
    upload_unreadable="{name} 不是文本，或文字编码认不出。请存成 UTF-8 再传。",
    upload_done="已收下 {name}，共 {count} 题。",
    line_fault="第 {line} 行：{fault}",
    limit="问几题",
    limit_hint="不填为全部",
    seed="抽题种子",
    seed_hint="同一种子抽到同样的题",
    bad_limit="“{value}”不是题数。请写 1 到 {most} 的整数，或留空问全部。",
    bad_seed="“{value}”不是种子。请写 0 或更大的整数。",
    no_set="请先选一套题。",
    no_sets="还没有题集可选：请上传一套 .jsonl 题集，或放进 {folder}；格式见 docs/qa-format.md。",
    unlisted=(
        "另有 {count} 个文件没有列出：只列 {folder} 里最近改过的 {most} 个。请管理员移走不用的。"
    ),
    start="开始",
    admins_only="你可以看结果；开始、停止、上传和审题由管理员做。",
    no_model="没有语言模型：每题只列出原句，测到的主要是检索。",
    empty_archive="资料库还是空的，先到“资料库”放入报道，再来评测。",
    busy="{user} 正在跑 {set}：等它跑完，或先停下。",
    local="本机用户",
    changed="不能接着跑：{what} 与开始时不同了，新旧回答不能混在一起。请重新开始一次。",
    changed_index="资料库",
    changed_model="语言模型",
    changed_prompts="提示词",
    changed_settings="设置",
    gone="这次运行已经不在了。",
    running="正在跑 {set}",
    progress="{done} / {total} 题",
    left="约剩 {time}",
    seconds="{n} 秒",
    minutes="{n} 分钟",
    hours="{n} 小时 {m} 分",
    waiting="读者在前，排第 {place} 位等模型",
    stop="停止",
    stopping="正在停……",
    done="跑完了：{set}，{total} 题",
    stopped="已停在 {done} / {total} 题：{set}。可以接着跑。",
    broken="没有跑完：{set}，{done} / {total} 题",
    broken_more="已答的留着，可以接着跑。",
    unexpected="出了意外的错，请把编号 {reference} 告诉管理服务器的人。",
    dismiss="知道了",
    show="看结果",
    none="还没有运行",
    none_more=(
        "选一套题，先问 10 题试试。跑完后在这里看分数、逐题看对错，改了设置再跑一次就能比较。"
    ),
    none_reader="请管理员在这里选一套题跑一次；跑过以后，你就能看它的分数，逐题看对错。",
    none_no_sets="这里也还没有题集。请管理员上传一套，或放进 {folder}，再跑一次。",
    idle="点一次运行，看它的分数和每一题。",
    list="各次运行",
    card_right="判对",
    card_partial="{rows} / {total} 题",
    card_whole="{total} 题",
    card_no_model="无模型",
    card_fault="读不出来",
    newer="← 较新",
    older="较早 →",
    page_of="第 {page} / {pages} 页",
)

EN = EvalLabels(
    lang="en",
    title="Evaluate",
    lead=(
        "Ask this archive a set of questions and see how often answers, citations and refusals "
        "are right. Every figure has its 95 % interval."
    ),
    unavailable=(
        "Nothing can be evaluated here: this page has no folder for runs. Open it with suyuan "
        "serve."
    ),
    panes="Parts of the evaluation",
    runs="Runs",
    review="To review",
    set="Question set",
    set_all="{name} ({count} questions)",
    set_missing="{name} ({count} questions, {missing} about articles not here)",
    set_bad="{name} (cannot be used)",
    sample="Sample set samples/qa.jsonl",
    upload="Upload a set…",
    upload_hint="JSONL, one question a line, {most} MB at most; its format: docs/qa-format.md",
    upload_big="{name} has more than {most} MB. Split it.",
    upload_kind="{name} is no .jsonl file.",
    upload_lost="The file did not arrive whole. Choose it again.",
    upload_bad="{name} cannot be used yet. Mend these lines and send it again:",
    upload_more="… and {count} more lines",
    upload_empty="{name} has no question in it.",
    upload_unreadable="{name} is no text in an encoding read here. Save it as UTF-8.",
    upload_done="{name} is there, with {count} questions.",
    line_fault="Line {line}: {fault}",
    limit="How many",
    limit_hint="empty: all",
    seed="Seed",
    seed_hint="the same seed draws the same questions",
    bad_limit="“{value}” is no number of questions. Write 1 to {most}, or leave it empty for all.",
    bad_seed="“{value}” is no seed. Write 0 or more.",
    no_set="Choose a question set first.",
    no_sets=(
        "There is no question set to choose: upload a .jsonl set, or put one into {folder}; its "
        "format: docs/qa-format.md."
    ),
    unlisted=(
        "{count} more files are not listed: only the {most} of {folder} that were changed last "
        "are. An admin can move those away that nobody needs."
    ),
    start="Start",
    admins_only="You can look at results; an admin starts, stops, uploads and reviews.",
    no_model="No language model: every answer is the sentences found, so this measures the search.",
    empty_archive="The archive is empty. Put articles in under “Archive” first.",
    busy="{user} is running {set}: wait for it, or stop it first.",
    local="The user of this computer",
    changed=(
        "This run cannot be gone on with: {what} is not what it was, and old and new answers "
        "must not be mixed. Start a new one."
    ),
    changed_index="the archive",
    changed_model="the language model",
    changed_prompts="a prompt",
    changed_settings="a setting",
    gone="This run is not there any more.",
    running="Running {set}",
    progress="{done} / {total} questions",
    left="about {time} left",
    seconds="{n} s",
    minutes="{n} min",
    hours="{n} h {m} min",
    waiting="{place} in line for the model, behind readers",
    stop="Stop",
    stopping="Stopping…",
    done="Done: {set}, {total} questions",
    stopped="Stopped at {done} of {total}: {set}. It can be gone on with.",
    broken="Not finished: {set}, {done} of {total}",
    broken_more="What was answered is kept; it can be gone on with.",
    unexpected="Unexpected error: tell who runs the server, reference {reference}.",
    dismiss="Close",
    show="Show",
    none="No run yet",
    none_more=(
        "Choose a set and ask ten questions of it first. Its scores and every answer come "
        "here; run again after a change and compare."
    ),
    none_reader=(
        "An admin runs a question set here; after that you can see its scores and every answer."
    ),
    none_no_sets=(
        "There is no question set here yet either. An admin can upload one, or put it into "
        "{folder}, and run it."
    ),
    idle="Choose a run to see its scores and every question.",
    list="All runs",
    card_right="right",
    card_partial="{rows} of {total}",
    card_whole="{total} questions",
    card_no_model="no model",
    card_fault="cannot be read",
    newer="← Newer",
    older="Older →",
    page_of="Page {page} of {pages}",
)

_BY_LANG = {"zh": ZH, "en": EN}


def eval_labels(lang: str) -> EvalLabels:
    """The labels in ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
