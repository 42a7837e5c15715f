"""What looks like a number of an amount and is none: dates, times, codes, list marks, idioms."""

import re

_DIGIT = "零〇一二三四五六七八九"
_YEAR = r"(?:1[5-9]|20)[0-9]{2}"
_DASH = r"(?:[-–—~至到]|——)"
_AMOUNT_BEHIND = r"\s?[万亿千元人户吨家个次名美港欧日米公亩度件天小分]"
_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
WORD = re.compile(
    rf"(?:https?://|www\.)[!-~]{{1,2000}}+"
    rf"|{_MONTHS}\s?[0-9]{{1,2}}(?:st|nd|rd|th)?\b(?:\s?[-–—]\s?[0-9]{{1,2}}\b)?(?:,?\s{_YEAR}\b)?"
    rf"|[A-Za-z][A-Za-z0-9]*+(?:[-_./·][A-Za-z0-9]++)*+"
)
NOT_AMOUNT = re.compile(
    rf"""
      [0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?![0-9])
    | [0-9]++(?:\.[0-9]++){{2,}}
    | [0-9]++(?:-[0-9]++){{2,}}
    | 0[0-9]{{2,3}}-[0-9]{{7,8}}(?![0-9])
    | 400[0-9]{{7}}(?![0-9万亿元人吨]|\.[0-9])
    | 1[3-9][0-9]{{9}}(?![0-9.,万亿元人户吨家个次名美港欧日])
    | [0-9]{{16,}}+
    | {_YEAR}\s?(?:{_DASH}\s?(?:[12][0-9])?[0-9]{{2}}\s?)?
        (?:财年|学年|赛季|年(?!的?历史|[以之]?前[,，。]))
    | {_YEAR}\s?[-–—~至到]\s?{_YEAR}(?![0-9.,，%]|{_AMOUNT_BEHIND})
    | 0[0-9]年
    | [0-9]{{2}}年(?=\s?[0-9]{{1,2}}月)
    | [0-9]{{1,2}}\s?(?:(?:{_DASH}|[、和及与])\s?[0-9]{{1,2}}\s?){{0,8}}
        (?:月(?!薪|租)|日(?!元|圆)|号)
    | [0-9]{{1,2}}月?[-.·][0-9]{{1,2}}日
    | [0-9]{{1,2}}\s?时(?![速间代长常尚段])
        (?:\s?[0-9]{{1,2}}\s?分)?(?:\s?[0-9]{{1,2}}\s?秒)?
    | [0-9]{{1,2}}点(?:[0-9]{{1,2}}分?|半|钟|整|许)
    | [0-9]{{1,2}}世纪(?:\s?[0-9]{{2}}年代)?
    | [0-9]{{2,4}}年代
    | [0-9]{{1,2}}年级
    | [0-9]{{2}}后(?![期续来面方勤，,])
    | [5-9]旬
    | [0-9]{{1,2}}·[0-9]{{1,2}}(?![0-9])
    | [0-9]{{1,3}}:[0-9]{{2}}:[0-9]{{2}}
    | [1-4]\s?季度
    | [0-9]{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTHS}(?:,?\s{_YEAR}\b)?
    """,
    re.VERBOSE,
)
HAN_NOT_AMOUNT = re.compile(
    rf"""
      [一二][{_DIGIT}]{{3}}年(?:代)?
    | [{_DIGIT}十]{{1,3}}[至到]?[{_DIGIT}十]{{0,3}}(?:月(?!薪|租)|[日号])
    | 二?十?[{_DIGIT}十]时(?![间代期速许有])
    | [一二三四]季度?
    | 二?十?[{_DIGIT}十]世纪
    | [{_DIGIT}]十年代
    | [一二三四五六]年级
    | 十[一二三四五]?五(?=["”」』]|规划|时期|期间|以来|开局|收官|末)
    | 一(?:次性|方面|系列|部分|体化|致|直|定|样|般|些|下|再|带一路|把手|把抓|点点|条龙|条线|道|起步
        |家人|时间)
    """,
    re.VERBOSE,
)
RANGE = re.compile(
    r"\s?(?:——|[-–—~]|[至到])\s?(?=[0-9$¥€£一二两三四五六七八九十百])|\sto\s(?=[0-9$])"
)
_YEAR_OR_CODE = re.compile(r"(?:19|20)[0-9]{2}|0[0-9]+|[0-9]{9,}")
_GLUED_BEHIND = re.compile(r"[A-Za-z0-9@_#*&=]|[-/][A-Za-z0-9]")
_GLUED_BEFORE = re.compile(r"[_#@]\Z|[A-Za-z0-9][-/.*=&]\Z")
_NAME_BEFORE = re.compile(r"[A-Z][A-Za-z]*\s\Z")


# 12345热线, 拨打110: called, not counted.
_CALLED_BEHIND = re.compile(
    r"(?:\w{0,8}?(?:热线|专线|客服|便民电话|举报电话)|(?:报警|急救|火警|订票|投诉电话|平台))"
)
_CALLED_BEFORE = re.compile(
    r"(?:[拨致]打?[打电通]|热线|电话|客服|邮编|邮政编码|尾号)[为是::]?\s?\Z"
)


def stands_alone(text: str, number: re.Match[str], floor: int) -> bool:
    """Whether a number without a unit is an amount, not a year, a code, a list mark or a model."""
    start, end = number.span()
    before, after = text[max(floor, start - 1) : start], text[end : end + 1]
    if _YEAR_OR_CODE.fullmatch(number[0]):
        return False
    if _GLUED_BEHIND.match(text, end) and not RANGE.match(text, end):
        return False
    if before == "双" or _is_called(text, start, end):
        return False
    if before and _GLUED_BEFORE.search(text, max(floor, start - 2), start):
        return False
    if (before == "(" and after == ")") or _is_list_mark(text, start, end):
        return False
    # Windows 11, MIUI 15: a capitalised word before it makes it a name.
    return not _NAME_BEFORE.search(text, max(0, start - 12), start)


def _is_called(text: str, start: int, end: int) -> bool:
    """A short number that is dialled: 12345热线, 110报警, 邮编266000."""
    if not 3 <= end - start <= 8:
        return False
    before = _CALLED_BEFORE.search(text, max(0, start - 6), start)
    return before is not None or _CALLED_BEHIND.match(text, end) is not None


def _is_list_mark(text: str, start: int, end: int) -> bool:
    """1. and 1、 at the start of a line, 26.歌曲 inside one, and the 2 of 《流浪地球2》."""
    after = text[end : end + 1]
    if after in ("》", "版") or (after == "." and text[end + 1 : end + 2] > "一"):
        return True
    line = text[max(0, start - 3) : start].rpartition("\n")
    return after in ("、", ".", ")") and not line[2].strip() and (bool(line[1]) or start < 3)
