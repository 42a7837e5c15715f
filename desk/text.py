"""What the page says in its own words, in Chinese and in English. No markup, no logic."""

from dataclasses import dataclass

from index.types import DateKnown
from rag.types import Status


@dataclass(frozen=True, slots=True)
class Labels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    lang: str
    other_language: str
    language: str
    tagline: str
    new_conversation: str
    ask: str
    stop: str
    placeholder: str
    welcome: str
    welcome_more: str
    examples: str
    covers: str
    covers_undated: str
    archive_covers: str
    list_comma: str
    papers_more: str
    rejected: str
    archive_empty: str
    archive_empty_more: str
    archive_empty_upload: str
    archive_empty_go: str
    archive_empty_command: str
    no_model: str
    no_model_more: str
    searching: str
    answering: str
    queued: str
    still_answering: str
    stopped: str
    stopped_incomplete: str
    failed: str
    unexpected: str
    question: str
    answer: str
    read_as: str
    status: dict[Status, str]
    nothing_found: str
    nearest: str
    unsupported: str
    evidence: str
    evidence_idle: str
    dates: str
    evidence_count: str
    sources: str
    other_evidence: str
    also_in: str
    also_within: str
    show_evidence: str
    known: dict[DateKnown, str]
    known_hint: dict[DateKnown, str]
    undated: str
    today: str
    days_ago: str
    months_ago: str
    years_ago: str
    title_derived: str
    caption: str
    version: str
    cited: str
    corrected: str
    back: str
    original: str
    gone: str
    place: str
    origin: str
    paragraph: str
    searched: str
    dated: str
    ingested: str
    to_evidence: str
    first_word: str
    total: str
    model: str
    extracted: str
    too_long: str


ZH = Labels(
    lang="zh",
    other_language="English",
    language="语言",
    tagline="每个答案都能追溯到报纸原文的一句话",
    new_conversation="新对话",
    ask="提问",
    stop="停止",
    placeholder="问报道里的数据、时间、人物……",
    welcome="问一句，答案出自报纸原文",
    welcome_more="先给出原文句子，再作答；答案里的每个编号都能点开，看到它出自哪篇报道的哪一句。",
    examples="可以这样问",
    covers="{articles} 篇报道，{first} 至 {last}",
    covers_undated="{articles} 篇报道",
    archive_covers="资料库收有",
    list_comma="、",
    papers_more="{papers} 等 {count} 家",
    rejected="上次入库有 {count} 处未能读入",
    archive_empty="资料库还是空的",
    archive_empty_more="先放入报纸版面或文章，再回到这里刷新页面：",
    archive_empty_upload="上传报纸版面或文章，入库后马上就能提问，不必重新启动。",
    archive_empty_go="去上传",
    archive_empty_command="文件多时，也可以在服务器上用命令入库：",
    no_model="未启用语言模型，只给出原文句子",
    no_model_more="要得到成文的回答：下载内置模型，或把 SUYUAN_LLM_BASE_URL 设为任一 OpenAI "
    "兼容接口，然后重新启动。",
    searching="正在检索……",
    answering="已找到 {count} 句证据，正在作答……",
    queued="语言模型正忙，排在第 {place} 位……",
    still_answering="上一问还没有答完：请等它答完，或先按“停止”。",
    stopped="已停止",
    stopped_incomplete="已停止：以上内容不完整，未经核对",
    failed="没能完成这次提问",
    unexpected="出了意外的错误，编号 {reference}，详情已记入服务器日志。请再问一次；仍然如此时，"
    "请把编号告诉管理员。",
    question="提问",
    answer="回答",
    read_as="理解为：{question}",
    status={
        Status.ANSWERED: "",
        Status.PARTLY: "只答出一部分",
        Status.NOT_FOUND: "资料库里没有找到答案",
        Status.CONFLICT: "各报道说法不一",
        Status.EVIDENCE_ONLY: "仅列原文句子",
    },
    nothing_found="没有可作依据的句子",
    nearest="最接近的报道",
    unsupported="所引句子里没有以下内容，请核对原文：",
    evidence="证据",
    evidence_idle="提问后，原文句子会先出现在这里，随后才是回答。",
    dates="日期后面的字，说明日期从哪里来",
    evidence_count="{count} 句",
    sources="来源",
    other_evidence="另外检索到 {count} 句",
    also_in="同文另见 {count} 家",
    also_within="同文另见 {count} 篇",
    show_evidence="查看证据",
    known={
        DateKnown.STATED: "载明",
        DateKnown.FLAG: "入库指定",
        DateKnown.FILE_NAME: "据文件名",
        DateKnown.INFERRED: "推断",
        DateKnown.UNKNOWN: "",
    },
    known_hint={
        DateKnown.STATED: "日期由版面或元数据载明",
        DateKnown.FLAG: "日期由入库的人指定",
        DateKnown.FILE_NAME: "日期取自文件名",
        DateKnown.INFERRED: "日期由文中提到的时间推断，可能有误",
        DateKnown.UNKNOWN: "",
    },
    undated="日期不详",
    today="今天",
    days_ago="{count} 天前",
    months_ago="{count} 个月前",
    years_ago="{count} 年前",
    title_derived="据正文拟题",
    caption="图片说明",
    version="第 {version} 版",
    cited="所引句子",
    corrected="更正：“{wrong}”应为“{right}”",
    back="返回证据",
    original="原文链接",
    gone="这篇报道的这一版已不在资料库中，可能已更正或撤下。",
    place="发稿地 {place}",
    origin="原文件 {name} 第 {position} 篇",
    paragraph="{what}在第 {number} 段，全文 {count} 段",
    searched="检索 {articles} 篇",
    dated="{first} 至 {last}",
    ingested="入库 {when}",
    to_evidence="证据 {seconds} 秒",
    first_word="首字 {seconds} 秒",
    total="共 {seconds} 秒",
    model="模型 {model}",
    extracted="直接摘自原句",
    too_long="问题最长 {limit} 字，现在是 {count} 字：请缩短后再问。",
)

EN = Labels(
    lang="en",
    other_language="中文",
    language="Language",
    tagline="Every answer is traced to a sentence in the paper",
    new_conversation="New chat",
    ask="Ask",
    stop="Stop",
    placeholder="Ask for a figure, a date, a person …",
    welcome="Ask; the answer comes from the printed page",
    welcome_more="Sentences from the papers come first, then the answer. Every number in it opens "
    "the article at the sentence it rests on.",
    examples="For example",
    covers="{articles} articles, {first} to {last}",
    covers_undated="{articles} articles",
    archive_covers="The archive holds",
    list_comma=", ",
    papers_more="{papers} and others ({count} papers)",
    rejected="{count} items could not be read in the last ingest",
    archive_empty="The archive is empty",
    archive_empty_more="Put newspaper pages or articles in, then reload this page:",
    archive_empty_upload="Upload newspaper pages or articles; they can be asked about as soon as "
    "they are in, without a restart.",
    archive_empty_go="Upload files",
    archive_empty_command="For many files there is also a command on the server:",
    no_model="No language model: sentences only",
    no_model_more="For a written answer, fetch the bundled model, or set SUYUAN_LLM_BASE_URL to "
    "any OpenAI-compatible endpoint, then start again.",
    searching="Searching …",
    answering="Found {count} sentences, now answering …",
    queued="The language model is busy, you are number {place} in line …",
    still_answering="The last question is still being answered: wait for it, or press Stop first.",
    stopped="Stopped",
    stopped_incomplete="Stopped: the text above is incomplete and not checked",
    failed="This question could not be answered",
    unexpected="Something unexpected went wrong, reference {reference}; the details are in the "
    "server's log. Ask again, and if it happens again tell your administrator the reference.",
    question="Question",
    answer="Answer",
    read_as="Read as: {question}",
    status={
        Status.ANSWERED: "",
        Status.PARTLY: "Answered in part",
        Status.NOT_FOUND: "Not found in this archive",
        Status.CONFLICT: "The reports disagree",
        Status.EVIDENCE_ONLY: "Sentences only",
    },
    nothing_found="No sentence to rest an answer on",
    nearest="Nearest articles",
    unsupported="Not in the cited sentences, check before use:",
    evidence="Evidence",
    evidence_idle="Sentences from the papers appear here first, then the answer.",
    dates="The word beside a date says where the date comes from",
    evidence_count="{count} sentences",
    sources="Sources",
    other_evidence="More sentences found: {count}",
    also_in="Same text in other papers: {count}",
    also_within="Same text again: {count}",
    show_evidence="Show evidence",
    known={
        DateKnown.STATED: "stated",
        DateKnown.FLAG: "given at ingest",
        DateKnown.FILE_NAME: "from file name",
        DateKnown.INFERRED: "inferred",
        DateKnown.UNKNOWN: "",
    },
    known_hint={
        DateKnown.STATED: "The date is stated by the page or its metadata",
        DateKnown.FLAG: "The date was given by the person who ran the ingest",
        DateKnown.FILE_NAME: "The date is taken from the file name",
        DateKnown.INFERRED: "The date is inferred from the text and may be wrong",
        DateKnown.UNKNOWN: "",
    },
    undated="undated",
    today="today",
    days_ago="{count} d ago",
    months_ago="{count} mo ago",
    years_ago="{count} y ago",
    title_derived="title derived from the text",
    caption="photo caption",
    version="version {version}",
    cited="Cited sentence",
    corrected="Correction: “{wrong}” should read “{right}”",
    back="Back to evidence",
    original="Original page",
    gone="This version of the article is no longer in the archive; it may have been corrected or "
    "taken down.",
    place="dateline {place}",
    origin="file {name}, number {position}",
    paragraph="{what}: paragraph {number} of {count}",
    searched="{articles} articles searched",
    dated="{first} to {last}",
    ingested="last ingest {when}",
    to_evidence="evidence {seconds} s",
    first_word="first word {seconds} s",
    total="total {seconds} s",
    model="model {model}",
    extracted="taken from the sentence itself",
    too_long="A question may have {limit} characters, this one has {count}: shorten it and ask "
    "again.",
)

_BY_LANG = {"zh": ZH, "en": EN}
LANG_COOKIE = "suyuan_lang"  # what the reader has last chosen; set by the page's script


def labels(lang: str) -> Labels:
    """The labels of ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)


def wished_lang(asked: str | None, chosen: str | None) -> str:
    """``asked`` for by the address, else ``chosen`` before, else Chinese.

    >>> wished_lang(None, "en"), wished_lang("zh", "en"), wished_lang("xx", None)
    ('en', 'zh', 'zh')
    """
    return next((lang for lang in (asked, chosen) if lang in _BY_LANG), "zh") or "zh"
