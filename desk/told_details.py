"""The values inside a message whose words are English: what the system says, kinds of files.

What is not known here stays as it is: a detail for who mends it, in a sentence that is worded.
"""

import re
from collections.abc import Callable

from desk.eval_words import fault_words
from desk.ingest_reasons import worded

_SYSTEM = {  # os.strerror, SQLite
    "No such file or directory": "没有这个文件或文件夹",
    "Permission denied": "没有权限",
    "Operation not permitted": "不允许这样做",
    "No space left on device": "磁盘已满",
    "Disk quota exceeded": "磁盘配额已满",
    "Read-only file system": "磁盘只读",
    "Is a directory": "是文件夹，不是文件",
    "Not a directory": "不是文件夹",
    "Input/output error": "磁盘读写出错",
    "File exists": "同名文件已在",
    "File name too long": "文件名太长",
    "Too many open files": "打开的文件太多",
    "file is not a database": "不是数据库文件",
    "database disk image is malformed": "数据库文件已损坏",
    "unable to open database file": "数据库文件打不开",
    "attempt to write a readonly database": "数据库只读",
    "database is locked": "数据库正被占用",
    "disk I/O error": "磁盘读写出错",
    "database or disk is full": "磁盘已满",
    "it is empty": "文件是空的",
    "no path given": "没有给出文件",
}
_ERRNO = re.compile(r"\[Errno \d+\] (?P<said>[^:]+)(?:: (?P<path>'.*'))?", re.DOTALL)
_FULL = re.compile(r"it has ([\d,]+) bytes, the limit: review the queue and empty it")
_LLM = {  # rag.llm puts the client's error before what the endpoint said
    "APIConnectionError": "连不上它的接口",
    "ConnectError": "连不上它的接口",
    "APITimeoutError": "等了太久没有回音",
    "ReadTimeout": "等了太久没有回音",
    "ConnectTimeout": "等了太久没有回音",
    "ReadError": "说到一半断了",
    "RemoteProtocolError": "说到一半断了",
    "AuthenticationError": "接口不认这个密钥",
    "PermissionDeniedError": "接口不许使用",
    "NotFoundError": "接口没有这个地址或模型",
    "BadRequestError": "接口不接受这次请求",
    "RateLimitError": "接口说请求太多",
    "InternalServerError": "接口自己出了错",
    "APIError": "接口出了错",
    "APIStatusError": "接口出了错",
    "not the OpenAI protocol": "回的不是 OpenAI 协议的内容",
}
_STATUS = re.compile(r"^Error code: (\d+) - ")
_BARE = ("连不上它的接口", "等了太久没有回音", "说到一半断了")  # more would repeat it in English
_KINDS = {"paper": "报纸", "section": "版面", "reporter": "记者"}
_WHATS = {
    "QA set": "题集",
    "question set": "题集",
    "query set": "题集",
    "set": "题集",
    "queue": "待审队列",
    "review file": "审题记录",
    "run": "运行结果",
    "feedback": "读者反馈",
    "judge's file": "裁判记录",
}
_DONE = {"written": "写不进去", "read": "读不出来"}
# The patterns of fields that are not any text: where two stand side by side one has to be known.
_NUMBER = r"[\d,.]+"
PATTERNS = {
    **dict.fromkeys(("count", "dimension", "most", "now_dimension", "number", "status"), _NUMBER),
    "what": "|".join(sorted(_WHATS, key=len, reverse=True)),
    "kind": "|".join(_KINDS),
    "done": "|".join(_DONE),
    "form": r"(?: ?(?:Its format|Form): \S+)?",
    "key": r"\S+",
}
_FORM = re.compile(r" ?(?:Its format|Form): (\S+)")
_HOLDER = re.compile(
    r"`(?P<command>.*)` \(process (?P<pid>\d+) on (?P<host>.*), since (?P<since>.*)\)"
)
_WAY_BACK = re.compile(r"Set (?P<setting>SUYUAN_ENCODER=.*), or rebuild")
_LINE = re.compile(r"line (\d+): ")
_LINES = re.compile(r"; (?=line \d+: |and lines \d)")
_QUOTED = re.compile(r"""(['"])(.*)\1""", re.DOTALL)


def detail(name: str, value: str) -> str:
    """The value of a field in Chinese; itself where nothing is known of it.

    >>> detail("reason", "Permission denied"), detail("what", "queue"), detail("path", "a/b")
    ('没有权限', '待审队列', 'a/b')
    """
    said = _BY_FIELD.get(name)
    if said is not None:
        return said(value)
    quoted = _QUOTED.fullmatch(value)  # as !r has it; the sentence has quotes of its own
    return quoted[2] if quoted else value


def _system(value: str) -> str:
    if value in _SYSTEM:
        return _SYSTEM[value]
    if found := _FULL.fullmatch(value):  # desk.feedback
        return f"已有 {found[1]} 字节，到了上限：先审完待审的题，再清空它"
    if found := _ERRNO.fullmatch(value):
        said = _SYSTEM.get(found["said"], found["said"])
        return f"{said}：{found['path']}" if found["path"] else said
    return worded(value, "zh")


def _llm(value: str) -> str:
    if value == "it sent no words":
        return "一个字也没有回"
    name, _, rest = value.partition(": ")
    said = _LLM.get(name)
    if said is None:
        return value
    if said in _BARE or not rest:
        return said
    more = _STATUS.sub(r"HTTP \1 ", rest)
    return f"{said}：{more}"


def _reasons(value: str) -> str:
    """As index.ingest joins them, each behind its file, and rag.draft_read without one."""
    return "；".join(_system(each) for each in value.split("; "))


def _faults(value: str) -> str:
    lines = (_line(each) for each in _LINES.split(value))
    return "；".join(lines)


def _line(value: str) -> str:
    if found := _LINE.match(value):
        return f"第 {found[1]} 行：{fault_words(value[found.end() :], 'zh')}"
    return re.sub(r"^and lines (.*)$", r"还有第 \1 行", value)


def _form(value: str) -> str:
    found = _FORM.fullmatch(value)
    return f"格式见 {found[1]}。" if found else value


def _who(value: str) -> str:
    if value == "another process":
        return "另一个进程"
    if found := _HOLDER.fullmatch(value):
        return "{host} 上的 `{command}`（进程 {pid}，{since} 起）".format(**found.groupdict())
    return value


def _way_back(value: str) -> str:
    found = _WAY_BACK.fullmatch(value)
    return f"设 {found['setting']}，或重建" if found else "重建" if value == "Rebuild" else value


_BY_FIELD: dict[str, Callable[[str], str]] = {
    "reason": _system,
    "reasons": _reasons,
    "line": _llm,
    "kind": lambda value: _KINDS.get(value, value),
    "what": lambda value: _WHATS.get(value, value),
    "done": lambda value: _DONE.get(value, value),
    "fault": lambda value: fault_words(value, "zh"),
    "faults": _faults,
    "form": _form,
    "who": _who,
    "way_back": _way_back,
    "near": lambda value: value.replace(", ", "、"),
    "known": lambda value: value.replace(", ", "、"),
}
