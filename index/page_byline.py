"""Who wrote a piece: bylines and picture credits. Knows nothing of where they stand.

Patterns run on the NFKC form, where ，：（） are ASCII and full-width digits are plain.
"""

import re
import unicodedata
from dataclasses import dataclass

from index.page_names import PLACES, has_surname, read_names

_CJK = r"\u3400-\u9fff\uf900-\ufaff"

_MARKS = "□■○◎●◇◆▲△▼★☆▪◼◾•"
_OPEN_MARKS = "□○◎"
_BRACKETS = {"(": ")", "[": "]", "【": "】"}


def _spaced(*words: str) -> str:
    """An alternation in which OCR blanks may stand between the characters."""
    return "|".join(r"\s*".join(word) for word in sorted(words, key=len, reverse=True))


_ORG = (
    rf"(?:{_spaced('本报', '本報', '本刊', '本网', '本網', '本台', '本社')}"
    rf"|{_spaced('新华社', '新華社', '中新社')}"
    rf"|[{_CJK}·]{{2,14}}?(?:报|報|社|网|網|台|刊|客户端|新闻|在线|频道|壹点|观象山)"
    r"|(?:[^\W\d_]{2,10}·)?[^\W\d_]{2,10}(?:融媒体|全媒体|融媒體|全媒體))"
)
_MOD = (
    rf"(?:{_spaced('首席', '见习', '見習', '实习', '實習', '特约', '特約', '特派')}"
    r"|全媒体|全媒體"
    rf"|融媒体|融媒體|资深|财经|体育|摄影|攝影|文字|驻[{_CJK}]{{1,6}}?|駐[{_CJK}]{{1,6}}?)"
)
_PERSON = _spaced(
    *("记者", "記者", "通讯员", "通訊員", "通訊员", "评论员", "評論員", "编辑部"),
    *("特约撰稿人", "撰稿人", "特派员", "实习生", "實習生"),
)
_TASK = r"文\s*[/、]\s*[图圖]|[图圖]\s*[/、]\s*文|文图|图文|撰文|采写|採寫|作者|供图|摄影|攝影"
_ROLE = re.compile(
    rf"(?P<org>(?:{_ORG}\s*/\s*)?{_ORG})?\s*(?P<mod>{_MOD}\s*)*(?P<person>{_PERSON})\s*[:/]?"
    rf"|(?:本版)?(?:{_TASK})(?=[\s:/])\s*[:/]?|[文图圖]\s*[:/](?!\s*[文图圖])"
)
_TAIL = re.compile(
    rf"\s*(?P<glued>[{_CJK}]{{2,6}})?"
    rf"(?P<job>(?:综合|綜合|联合|摄影|攝影)?(?:{_spaced('报道', '報道', '報導', '报导')})"
    r"|文/图|图/文|文/圖|摄影|攝影|摄|攝|整理|采写|供图|供圖|编译|文|图)\s*$"
)
_NOT_NAMES = frozenset(
    re.split(
        r"\s",
        "手记 观察 调查 感言 节快 来信 探访 走访 体验 追踪 直击 获悉 了解 采访 "
        "日记 视点 眼中 见闻 近日 昨日 今日 文章 从业 提问 连线 节 站 团 证 会",
    )
)
_PICTURE_CREDIT = re.compile(
    rf"[{_MARKS}\s]*(?:(?P<org>{_ORG})\s*[发發])?\s*(?P<open>\()?"
    rf"(?!\S*(?:记者|記者|通讯员|通訊員))(?P<names>[{_CJK}·、\s]{{2,20}}?)\s*[/]?(?:摄|攝|供图|供圖)\)?$"
)
_HINT = re.compile(r"[记記通评評撰采採作文图圖摄攝编實实供]|\bB[yY] ")
_ENGLISH = re.compile(
    r"(?:By|BY) +(?P<who>[A-Z][\w.'\-]*(?: [A-Z][\w.'\-]*){0,3}"
    r"(?:(?:,| and|, and|,? &) [A-Z][\w.'\-]*(?: [A-Z][\w.'\-]*){0,3}){0,4})"
    r"(?: in (?P<place>[A-Z][\w. ]{1,30}))?(?:, [A-Z][\w ,]{1,40})?$"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What a byline says. ``photo`` marks a credit for a picture (…摄)."""

    reporters: tuple[str, ...]
    place: str = ""
    photo: bool = False


def parse_byline(text: str) -> Byline | None:
    """Read a whole line as a byline; None when anything in it is not one.

    >>> parse_byline("□本报记者 宋致 本报通讯员 澜涛")
    Byline(reporters=('宋致', '澜涛'), place='', photo=False)
    """
    if len(text) > 90 or not (_HINT.search(text) or text[:1] in _OPEN_MARKS):
        return None
    line = unicodedata.normalize("NFKC", text).strip()
    if re.search(r"[。!?;“”\"《》]", line):
        return None
    if credit := _PICTURE_CREDIT.match(line):
        names = read_names(credit["names"]) or []
        sure = credit["org"] or credit["open"] or all(has_surname(name) for name in names)
        return Byline(tuple(names), photo=True) if names and sure else None
    if english := _ENGLISH.match(line):
        who = tuple(re.split(r", and |,? & |, | and ", english["who"]))
        return Byline(who, (english["place"] or "").strip())
    bare = line.lstrip(_MARKS + " ")
    marked = bare != line
    if bare[:1] in _BRACKETS and bare.endswith(_BRACKETS[bare[0]]):
        bare, marked = bare[1:-1].strip(_MARKS + " "), True
    roles = list(_ROLE.finditer(bare))
    if not roles or roles[0].start() > 0:
        return _names_alone(bare) if line[:1] in _OPEN_MARKS and not roles else None
    return _read_roles(bare, roles, marked=marked)


def _names_alone(bare: str) -> Byline | None:
    tail = _TAIL.search(bare)
    names = read_names(bare[: tail.start()] if tail and not tail["glued"] else bare)
    if names is None or len(names) > 3 or not all(has_surname(name) for name in names):
        return None
    return Byline(tuple(names)) if names else None


def _read_roles(bare: str, roles: list[re.Match[str]], *, marked: bool) -> Byline | None:
    names: list[str] = []
    place, photo, tailed = "", "摄影" in roles[0][0] and not roles[0]["person"], False
    for here, after in zip(roles, [*roles[1:], None], strict=True):
        segment = bare[here.end() : after.start() if after else len(bare)]
        segment, job, glued = _cut_tail(segment)
        tailed = tailed or bool(job)
        photo = photo or job in {"摄", "攝", "供图", "供圖", "摄影", "攝影"}
        found = read_names(segment)
        if found is None:
            return None
        if len(found) > 1 and job and found[-1] in PLACES:
            glued = found.pop()
        place = place or glued
        names += found
    return _accept(bare, roles, Byline(tuple(names), place, photo), sure=marked or tailed)


def _cut_tail(segment: str) -> tuple[str, str, str]:
    """Split off 报道 / 北京报道 / 摄: what is left, the job, and a place glued before it."""
    tail = _TAIL.search(segment)
    if tail is None:
        return segment, "", ""
    glued = tail["glued"] or ""
    before = segment[: tail.start("job") - len(glued)]
    if glued and before.endswith("/") and re.search("[报報][道导導]", tail["job"]):
        return before, tail["job"], glued
    for size in (2, 3, 4):
        if glued[-size:] in PLACES and (segment[: tail.start()].strip() or glued[:-size]):
            return segment[: tail.start()] + " " + glued[:-size], tail["job"], glued[-size:]
    return segment[: tail.start("job")], tail["job"], ""


def _accept(bare: str, roles: list[re.Match[str]], found: Byline, *, sure: bool) -> Byline | None:
    """Demand more of a bare 记者…: 记者手记 and 记者走基层 are headlines."""
    first = roles[0]
    if not found.reporters:
        unnamed = first["org"] and re.search(r"评论员|評論員|编辑部|记者|記者", first[0])
        return found if unnamed and first.end() == len(bare) else None
    if any(name in _NOT_NAMES for name in found.reporters):
        return None
    if sure or first["org"] or len(roles) > 1:
        return found
    return found if all(has_surname(name) for name in found.reporters) else None


_CREDIT_START = re.compile(r"(?<=[。！？”」）!?\s])\s*(?=[^。！？”」!?]{4,40}$)")


def closing_credit(text: str) -> tuple[int, Byline] | None:
    """The picture credit that ends a caption: where it begins and what it says."""
    if found := closing_byline(text):
        return found
    tail = text[-48:]
    for match in _CREDIT_START.finditer(tail):
        credit = parse_byline(tail[match.end() :])
        if credit and credit.photo and match.start():
            return len(text) - len(tail) + match.start(), credit
    return None


_CLOSING = re.compile(r"\s*[（(【][^（）()【】]{2,60}[）)】]$")


def closing_byline(text: str) -> tuple[int, Byline] | None:
    """A （记者 某某） that ends a paragraph: where it begins and what it says."""
    tail = text[-64:]
    match = _CLOSING.search(tail)
    if match is None or match.start() == 0:
        return None
    credit = parse_byline(match[0].strip())
    return (len(text) - len(tail) + match.start(), credit) if credit else None
