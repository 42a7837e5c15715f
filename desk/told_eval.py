"""What ``eval`` says of sets, runs and review files, and the same in Chinese. No logic.

By the English sentence as it is raised, with a name for each value; tests/test_told.py holds both
together. What is wrong in a single row is worded by desk.eval_words.
"""

EVAL = {
    # eval.rows
    "The {what} {path} has no rows.{form}": "{what} {path} 里一行也没有。{form}",
    "The {what} {path} has rows that cannot be used: {faults}.{form}": (
        "{what} {path} 里有不能用的行：{faults}。请改好这些行。{form}"
    ),
    "Cannot read the {what} {path}: {reason}.{form}": "{what} {path} 读不出来：{reason}。{form}",
    # eval.review
    "Cannot read the feedback {path}: {reason}": (
        "读者反馈 {path} 读不出来：{reason}。请检查磁盘和文件权限。"
    ),
    "{id} cannot be accepted: {fault}": "{id} 还不能收：{fault}",
    # eval.metrics_run, eval.metrics_score, eval.compare
    "{path} is no JSON object; delete it to go without": (
        "{path} 不是 JSON 对象：请管理员删掉它，没有它也能看。"
    ),
    '{run} is no run of {set}: the set has no question "{id}"; name the set it was made with:'
    " --queries FILE": (
        "{run} 问的不是题集 {set}：题集里没有“{id}”这一题。请用这次运行原来的题集。"
    ),
    '{run} is no run of {set}: question "{id}" was asked in other words ({asked}); run the set'
    " again": "{run} 问的不是现在的题集 {set}：“{id}”这一题的问法变了（{asked}）。请重新跑一次。",
    "{a} and {b} have no measure in common: one holds answers, the other rankings; compare two runs"
    " of one command": "{a} 与 {b} 没有共同的指标：一个是回答，一个是排序。请比较同一种运行。",
    "{a} and {b} are runs of different sets: they share no question"
    ' ("{id}" is only in the first); compare two runs of one set': (
        "{a} 与 {b} 问的不是同一套题：没有一题相同（“{id}”只在前一个里）。"
        "请比较同一套题的两次运行。"
    ),
    '{a} and {b} are runs of different sets: question "{id}" or its texts are not the same in both;'
    " run one of them again": (
        "{a} 与 {b} 问的不是同一套题：“{id}”这一题两边不同。请把其中一个重新跑一次。"
    ),
    # eval.gate
    "The gate {path} has over {count} bytes. {form}": "及格线 {path} 超过 {count} 字节。{form}",
    "Cannot read the gate {path}: {reason}. {form}": "及格线 {path} 读不出来：{reason}。{form}",
    "The gate {path} cannot be used: {reason}. {form}": "及格线 {path} 不能用：{reason}。{form}",
    # eval.qa, eval.predict
    "--out {path} cannot be a folder: {reason}": (
        "运行文件夹 {path} 建不了：{reason}。请检查磁盘和文件权限。"
    ),
    "--types has {unknown}; the set has {known}.": "题集里没有 {unknown} 这样的题型；有 {known}。",
    "--out {path} cannot be written: {reason}": (
        "运行结果 {path} 写不进去：{reason}。请检查磁盘和文件权限，再接着跑。"
    ),
    "--out {path} is there, but {name} beside it cannot be read, so it is no run that can be gone"
    " on with; name another file.": (
        "{path} 已在，而旁边的 {name} 读不出来，所以不能接着跑。请重新开始一次。"
    ),
    "--out {path} was made with {key} {before}, now it is {now}; name another file, or delete it to"
    " begin again.": (
        "{path} 开始时的 {key} 是 {before}，现在是 {now}，不能接着跑。请重新开始一次。"
    ),
    "--out {path} line {number} is not a row of a run": (
        "{path} 第 {number} 行不是运行结果，不能接着跑。请删掉这一行，或重新开始一次。"
    ),
    # eval.review again, last: it fits much of the above
    "{path} cannot be written: {reason}": "{path} 写不进去：{reason}。请检查磁盘和文件权限，再试。",
}
