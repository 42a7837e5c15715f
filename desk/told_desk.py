"""What the page's own parts raise, and the same in Chinese. No logic.

By the English sentence as it is raised, with a name for each value; tests/test_told.py holds both
together. What an upload to be ingested is refused for is in desk.ingest_reasons.
"""

DESK = {
    # desk.history, desk.history_file
    "Conversation {id} in {path} cannot be read ({reason}); the others can. Delete it from the"
    " list, or restore the file from a copy.": (
        "{path} 里的会话 {id} 读不出来（{reason}）；别的会话都可以读。请从列表里删掉它，"
        "或请管理员用备份恢复这个文件。"
    ),
    "The conversations in {path} cannot be {done} ({reason}): look at the disk and the file, then"
    " start again.": (
        "{path} 里的会话{done}（{reason}）。请管理员检查磁盘和这个文件，再重启服务。"
    ),
    "Conversations cannot be kept in {path} ({reason}): make the folder writable, or choose"
    " another.": ("会话存不进 {path}（{reason}）。请管理员让这个文件夹可写，或换一个文件夹。"),
    "{path} has no conversations that this version of Suyuan can read (its tables are version"
    " {version}, not {known}): use the version that wrote it, or move the file away.": (
        "{path} 里的会话这一版溯源读不了（表是第 {version} 版，这里认第 {known} 版）。"
        "请管理员用写它的那一版，或把文件移开。"
    ),
    # desk.feedback
    "{path} cannot be written ({reason}): look at the disk and the file, then send it again.": (
        "反馈写不进 {path}（{reason}）。请管理员检查磁盘和这个文件，再发一次。"
    ),
    # desk.check_upload
    "The file did not arrive. Choose it again.": "文件没有传到。请再选一次。",
    "{name} did not arrive whole. Choose it again.": "{name} 没有传完整。请再选一次。",
    "{name} is no kind of draft that is read; read are {kinds}": (
        "{name} 这种文件读不了；可读的有 {kinds}"
    ),
    "{name} has more than {count} bytes.": "{name} 超过 {count} 字节。",
    # desk.chips
    "{value} is not a day; write it like 2020-07-20.": (
        "“{value}”不是日期：请写成 2020-07-20 的样子。"
    ),
    "The period asked about needs both its first and its last day.": "所问时间要有起止两天。",
    # desk.eval_place, desk.eval_run, desk.eval_shelf, desk.review_events
    "There are {count} sets called {name} in {folder}: delete some.": (
        "{folder} 里叫 {name} 的题集已有 {count} 个。请管理员删掉一些。"
    ),
    "There is no set {name}: reload the page.": "没有题集“{name}”：请刷新页面。",
    "There is no run {name} to go on with: reload the page.": (
        "没有可以接着跑的运行“{name}”：请刷新页面。"
    ),
    "{run} is under way: stop it first.": "{run} 正在跑：请先停下。",
    "A run of {set} is under way: wait or stop it.": "正在跑 {set}：请等它跑完，或先停下。",
    "Run {run} does not say what it was made with, so it cannot be gone on with: start a new"
    " one.": "运行 {run} 没有记下是用什么跑的，不能接着跑。请重新开始一次。",
    "There is no run {name} any more.": "运行“{name}”已经不在了。",
    "{run}: its QA set is not in {folder}.": (
        "{run}：它的题集不在 {folder} 里。请管理员把题集放进去，再打开。"
    ),
    "{id} is not waiting any more.": "“{id}”已有人审过，不在队列里了。",
    # desk.ingest_run
    "{user} is ingesting {count} files since {since}: wait until that ends, then try again.": (
        "{user} 从 {since} 起正在入库 {count} 个文件：请等它结束再试。"
    ),
    # desk.ingest_receive, desk.api_access, desk.api_errors: what an upload from the page may meet
    "Only an admin may ingest: sign in as one (HTTP Basic); an API key reads only.": (
        "只有管理员可以入库：请用管理员的账号登录。"
    ),
    "Too many calls: {count} a minute are answered.": (
        "传得太快：一分钟只受理 {count} 次，请稍候再传。"
    ),
    "The body may have at most {count} bytes.": "文件太大：最多 {count} 字节。",
    "The archive cannot answer now: tell who runs it, reference {reference}.": (
        "资料库现在不能用，编号 {reference}：请告诉管理员。"
    ),
}
