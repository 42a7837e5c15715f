"""What ingest and takedown say on the page, in Chinese and in English. No markup, no logic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IngestLabels:
    """One language's labels; ``{}`` fields are filled by the renderer."""

    lang: str
    title: str
    not_started: str
    busy: str
    busy_elsewhere: str
    busy_unnamed: str
    date_hint: str
    open: str
    open_first: str
    local: str
    seconds_left: str
    minutes_left: str
    lead: str
    readers_only: str
    choose: str
    drop: str
    kinds: str
    paper: str
    section: str
    date: str
    optional: str
    fields: str
    fields_hint: str
    replaces: str
    go: str
    no_files: str
    sending: str
    expired: str
    failed: str
    take_out: str
    running: str
    running_of: str
    progress: str
    left: str
    waiting: str
    stop: str
    elsewhere: str
    done: str
    stopped: str
    broken: str
    counts: str
    counts_rejected: str
    seconds: str
    nothing: str
    dismiss: str
    reload_list: str
    rejected: str
    line: str
    more_rejected: str
    runs: str
    no_runs: str
    run_files: str
    run_more_files: str
    run_command: str
    run_open: str
    take_down: str
    take_down_lead: str
    take_down_reason: str
    take_down_go: str
    taken_down: str
    not_admin: str


ZH = IngestLabels(
    lang="zh",
    title="入库",
    not_started="没有开始入库",
    busy="{user} 从 {since} 起正在入库 {count} 个文件：请等它结束，再试一次。",
    busy_elsewhere="{command}（{host} 上的进程 {pid}，从 {since} 起）正在写入资料库："
    "请等它结束，再试一次。",
    busy_unnamed="另一个程序正在写入资料库：请等它结束，再试一次。",
    date_hint="如 2020-07-20",
    open="上传文件、入库记录",
    open_first="上传文件",
    local="本机用户",
    seconds_left="{count} 秒",
    minutes_left="{count} 分钟",
    lead="报纸版面（.txt、.pdf）、导出文件（.jsonl、.json、.csv、.tsv）、文稿（.md、.html），"
    "除 .pdf 外都可以是 .gz；每个不超过 {most} MB。",
    readers_only="只有管理员可以入库。",
    choose="选择文件",
    drop="或拖到这里",
    kinds=".txt,.pdf,.jsonl,.json,.csv,.tsv,.md,.html,.htm,.gz",
    paper="报纸",
    section="版面",
    date="出版日期",
    optional="选填；文件里没有写明时才用",
    fields="导出文件的列名",
    fields_hint="例：text=content, title=head",
    replaces="同一报纸、版面、日期的同一版再传一次，会替换它先前的报道；先前的版本仍可查看。",
    go="开始入库",
    no_files="请先选择文件。",
    sending="正在上传 {name}　{share}%",
    expired="登录已过期，请刷新页面重新登录。",
    failed="{name} 没有传上去：{reason}",
    take_out="去掉 {name}",
    running="{user} 正在入库：{files}",
    running_of="{name} 等 {count} 个文件",
    progress="已读 {articles} 篇，每秒 {rate} 篇",
    left="，约剩 {left}",
    waiting="正在读取……",
    stop="停止",
    elsewhere="另一个程序正在入库；写入一批，就能查到一批。",
    done="入库完成",
    stopped="入库已停止；已写入的报道保留",
    broken="入库没有完成",
    counts="读到 {read} 篇：新增 {new}，有改动 {changed}，无变化 {unchanged}",
    counts_rejected="，未能读入 {rejected} 处",
    seconds="，用时 {seconds} 秒",
    nothing="没有读到报道",
    dismiss="收起",
    reload_list="刷新列表",
    rejected="未能读入的 {count} 处",
    line="第 {line} 行",
    more_rejected="以及另外 {count} 处",
    runs="最近的入库",
    no_runs="还没有入库记录。",
    run_files="{files}（{user}）",
    run_more_files="{files} 等 {count} 个文件（{user}）",
    run_command="命令行",
    run_open="没有完成",
    take_down="撤下这篇报道",
    take_down_lead="撤下后，《{title}》的全部版本会从资料库中抹去：检索、问答、核稿都不再用到它，"
    "再次入库同一内容也会被挡住。此操作不能撤销。原始文件不在资料库里，请另行处理。",
    take_down_reason="原因（会记录下来）",
    take_down_go="确认撤下",
    taken_down="已撤下：{title}",
    not_admin="只有管理员可以这样做。",
)

EN = IngestLabels(
    lang="en",
    title="Ingest",
    not_started="Nothing was ingested",
    busy="{user} has been ingesting {count} files since {since}: wait, then try again.",
    busy_elsewhere="{command} (process {pid} on {host}, since {since}) is writing to the archive: "
    "wait until it ends, then try again.",
    busy_unnamed="Another program is writing to the archive: wait until it ends, then try again.",
    date_hint="e.g. 2020-07-20",
    open="Upload files, past ingests",
    open_first="Upload files",
    local="The user of this computer",
    seconds_left="{count} s",
    minutes_left="{count} min",
    lead="Newspaper pages (.txt, .pdf), exports (.jsonl, .json, .csv, .tsv), texts (.md, .html), "
    "all but .pdf also as .gz; up to {most} MB each.",
    readers_only="Only an admin may ingest.",
    choose="Choose files",
    drop="or drop them here",
    kinds=ZH.kinds,
    paper="Paper",
    section="Section",
    date="Publication date",
    optional="Optional; used where a file states none",
    fields="Column names of an export",
    fields_hint="e.g. text=content, title=head",
    replaces="The same page of the same paper, section and day sent again replaces its earlier "
    "articles; their earlier versions stay readable.",
    go="Start",
    no_files="Choose files first.",
    sending="Sending {name}  {share}%",
    expired="Your session has ended: reload the page and sign in.",
    failed="{name} was not sent: {reason}",
    take_out="Take {name} out",
    running="{user} is ingesting {files}",
    running_of="{name} and others, {count} files",
    progress="{articles} articles read, {rate} a second",
    left=", about {left} left",
    waiting="reading …",
    stop="Stop",
    elsewhere="Another program is ingesting; each batch can be found as soon as it is written.",
    done="Ingest finished",
    stopped="Ingest stopped; what was written stays",
    broken="The ingest did not finish",
    counts="{read} articles read: {new} new, {changed} changed, {unchanged} unchanged",
    counts_rejected=", {rejected} items not read",
    seconds=", {seconds} s",
    nothing="No article was read",
    dismiss="Close",
    reload_list="Reload the list",
    rejected="{count} items not read",
    line="line {line}",
    more_rejected="and {count} more",
    runs="Past ingests",
    no_runs="None yet.",
    run_files="{files} ({user})",
    run_more_files="{files} and others, {count} files ({user})",
    run_command="command line",
    run_open="not finished",
    take_down="Take this article down",
    take_down_lead="“{title}” is erased with all its versions: no search, answer or check uses it "
    "again, and the same content is kept out of later ingests. This cannot be undone. The original "
    "files are not part of the archive; see to them yourself.",
    take_down_reason="Reason (is recorded)",
    take_down_go="Take it down",
    taken_down="Taken down: {title}",
    not_admin="Only an admin may do this.",
)

_BY_LANG = {"zh": ZH, "en": EN}


def ingest_labels(lang: str) -> IngestLabels:
    """The labels of ``lang``; Chinese for any other value."""
    return _BY_LANG.get(lang, ZH)
