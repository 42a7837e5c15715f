"""How a report opens: 本报青岛讯 7月15日, 新华社北京7月15日电（记者 某某）."""

import re
import unicodedata
from dataclasses import dataclass

from index.page_byline import parse_byline
from index.page_names import read_names

_CJK = r"\u3400-\u9fff\uf900-\ufaff"
_DAY = r"(?:(?:\d{4}年)?\d{1,2}月)?\d{1,2}日"
_AGENCY = (
    r"(?:本报|本報|本刊|本台|本网|本網|本社|新华社|新華社|中新社|中新网|中央社|法新社|美联社|路透社|塔斯社|"
    rf"共同社|韩联社|人民网|央视网|《?[{_CJK}]{{1,8}}?(?:日报|晚报|早报|晨报|时报|商报|都市报|快报|日報|晚報|"
    r"時報|客户端|通讯社)》?|(?:香港)?(?:文匯報|大公報|大公文匯))"
)
_DATELINE = re.compile(
    rf"[(\[【]?(?:据|據|另据|综合|綜合)?{_AGENCY}[/、]?\s*(?:{_AGENCY})?\s*"
    rf"(?P<place>(?!记者|記者|编辑|评论|热线)[{_CJK}]{{2,8}}?)?\s*(?:{_DAY})?\s*"
    r"(?:专|特|综合|專)?(?<![通资音喜资家发])[讯訊电電]"
    r"(?![息号號问視视子力动動话話网網站机機商器影脑腦源池路厂廠价價费費信])[)\]】]?"
)
_LEAD_REPORTER = re.compile(
    rf"(?:本报|本報|本刊|[{_CJK}]{{2,8}}报)?(?:见习|实习|首席)?(?:记者|記者)\s*"
    rf"(?P<names>[{_CJK}、\s]{{2,20}}?)\s*(?:{_DAY})?\s*(?:报道|報道|報導|电|讯|電|訊)\s*:"
)
_BRACKETED = re.compile(r"[(\[【](?P<inside>[^()\[\]【】]{2,60})[)\]】]")
_EN_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z.'\- ]{2,30})(?:, [A-Za-z. ]{3,20}\d{0,2})?(?: \([A-Za-z ]+\))?"
    r" ?(?:--|—|–)"
)
_HINT = re.compile(r"[讯訊电電记記者]|--|—|–")
_BREAK = re.compile(rf"(?<=[{_CJK}]) +(?=[{_CJK}])")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What the opening says: where, by whom; ``end`` is its length."""

    place: str
    reporters: tuple[str, ...]
    end: int


def parse_dateline(text: str) -> Dateline | None:
    """Read the opening of a paragraph as a dateline; None when it opens otherwise."""
    if not _HINT.search(text[:120]):
        return None
    head = text[:120].lstrip("●▲■◆★◎○□ ")
    skipped = len(text[:120]) - len(head)
    if len(unicodedata.normalize("NFKC", head)) == len(head):
        head = unicodedata.normalize("NFKC", head)
    if found := _match_dateline(head):
        return Dateline(found.place, found.reporters, found.end + skipped)
    tight = _BREAK.sub("", head)
    found = _match_dateline(tight) if tight != head else None
    if found is None:
        return None
    end, left = 0, sum(not char.isspace() for char in tight[: found.end])
    while left:
        left -= not head[end].isspace()
        end += 1
    return Dateline(found.place, found.reporters, end + skipped)


def _match_dateline(head: str) -> Dateline | None:
    if match := _DATELINE.match(head):
        inside = _BRACKETED.match(head, match.end() + (head[match.end() : match.end() + 1] == " "))
        credit = parse_byline(f"({inside['inside']})") if inside else None
        who = credit.reporters if credit else ()
        end = inside.end() if inside and credit else match.end()
        if lead := _LEAD_REPORTER.match(head, end):
            who, end = (*who, *(read_names(lead["names"]) or ())), lead.end()
        return Dateline(match["place"] or (credit.place if credit else ""), who, end)
    if match := _LEAD_REPORTER.match(head):
        names = read_names(match["names"]) or []
        return Dateline("", tuple(names), match.end()) if names else None
    if (inside := _BRACKETED.match(head)) and (credit := parse_byline(f"({inside['inside']})")):
        return Dateline(credit.place, credit.reporters, inside.end()) if credit.reporters else None
    if match := _EN_DATELINE.match(head):
        return Dateline(match["place"].strip().title(), (), match.end())
    return None
