"""Headlines: which line is kicker, title and deck, and a title for a piece that has none."""

import re

from index.page_dateline import parse_dateline

_LABEL = 6  # characters; 时评, 聚焦两会, 本报评论: a label above the headline, never the headline
_COLUMN = re.compile(r"(?:文章|社论|社評|社评|时评|短评|快评|锐评|手记|札记|追踪|调查)$")
_LONGEST = 30  # characters of a derived title
_TIME = re.compile(
    r"(?:(?:\d{4}年|今年|去年|昨|今|近|日前|当|上|本|截至|截止|目前|据悉|当前|连日来|(?:\d{1,2}月)?\d{1,2}日|\d{1,2}月)"
    r"[\d年月日至—\-~起来下上午晚天周末初底份间前]{0,12})$"
)
_LEADING_DAY = re.compile(
    r"(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{1,2}日|昨[日天]|今[日天]|近日|日前)(?:[上下]午|晚|起)?[，,]?\s*"
)
_SAID = re.compile(
    r"(?:显示|獲悉|获悉|了解到|表示|介绍|介紹|指出|透露|宣布|公布|发布|發布|消息|通报|认为|称|報道|报道|顯示)$|^(?:据|據|根据|随着|为)"
)
_CLAUSE = re.compile(r"[^，；：。！？,;!?\n]*[，；：。！？,;!?\n]?")
_SENTENCE_END = "。！？!?\n"


def arrange_headline(lines: list[str]) -> tuple[str, str, str]:
    """Kicker, title and deck of one to many headline lines, in print order.

    >>> arrange_headline(["海陆联动 双城互访", "一江春水向东流", "——某市考察团纪行"])
    ('海陆联动 双城互访', '一江春水向东流', '——某市考察团纪行')
    """
    dash = next((n for n, line in enumerate(lines) if n and line[0] in "—–-─"), len(lines))
    upper, deck = lines[:dash], lines[dash:]
    if len(upper) == 1:
        return "", upper[0], " ".join(deck)
    if len(upper) == 2 and not deck:
        return _arrange_two(*upper)
    if len(upper) == 2:
        return upper[0], upper[1], " ".join(deck)
    first, second = len(upper[0]), len(upper[1])
    if _LABEL < first < 0.6 * second:
        return "", upper[0], " ".join([*upper[1:], *deck])
    return upper[0], upper[1], " ".join([*upper[2:], *deck])


def _arrange_two(upper: str, lower: str) -> tuple[str, str, str]:
    """A kicker is a label, or at least as long as the title it leads to; a deck says more."""
    if len(upper) <= _LABEL or (len(upper) <= 9 and _COLUMN.search(upper)):
        return upper, lower, ""
    if lower.startswith(("同比", "环比", "同期", "其中")):
        return "", upper, lower
    figures = any(char.isdigit() for char in lower) and not any(char.isdigit() for char in upper)
    if len(upper) < 0.6 * len(lower) or (figures and len(upper) < len(lower)):
        return "", upper, lower
    return upper, lower, ""


def derive_title(body: str) -> str:
    """A short title from the lead sentence, without dateline, day and 数据显示.

    It ends at a clause boundary; only a first clause longer than 40 characters is cut, with an
    ellipsis.
    """
    head = body[: _LONGEST * 20]
    if dateline := parse_dateline(head):
        head = head[dateline.end :]
    head = re.sub(r"^[\s▲△↑]*[（(]?[图圖]片?[为為][:：]?", "", head)
    head = re.sub(r"^[\s▲●◆■★○△►◇□:：]+", "", head)
    head = _LEADING_DAY.sub("", head, count=1) if _LEADING_DAY.match(head) else head
    if head[:1].isascii() and head[:1].isalpha():
        return _english_title(head)
    clauses = _lead_clauses(head)
    while len(clauses) > 1 and (_TIME.match(_bare(clauses[0])) or _SAID.search(_bare(clauses[0]))):
        if len(clauses) == 2 and len(_bare(clauses[1])) < 4:
            break
        clauses.pop(0)
    title = ""
    for clause in clauses:
        if title and len(title + _bare(clause)) > _LONGEST:
            break
        title += clause
    title = _bare(title) or " ".join(head.split()) or " ".join(body[: _LONGEST * 20].split())
    return title if len(title) <= _LONGEST + 10 else title[:_LONGEST].rstrip() + "…"


def _english_title(head: str) -> str:
    sentence = re.split(r"(?<=[a-z)\d])[.!?](?:\s|$)", head.replace("\n", " "), maxsplit=1)[0]
    if len(sentence) <= 3 * _LONGEST:
        return sentence.strip()
    return sentence[: 2 * _LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _lead_clauses(head: str) -> list[str]:
    clauses: list[str] = []
    for match in _CLAUSE.finditer(head.lstrip()):
        if match[0]:
            clauses.append(match[0])
        if match[0].endswith(tuple(_SENTENCE_END)) or not match[0]:
            break
    return clauses


def _bare(clause: str) -> str:
    return clause.strip(" \t\n，；：。！？,;!?、")
