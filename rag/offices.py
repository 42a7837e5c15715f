"""Who holds which office by a text: 副会长张三, 张三任会长, 会长由李四担任.

A deputy is not the head, a former one not the present one: the words before the office count.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.words import fold
from rag.bodies import body_names, same_body
from rag.names import person_names

_HEAD = (
    "(?:理事长|董事长|秘书长|委员长|检察长|参谋长|会长|省长|市长|区长|县长|镇长|乡长|州长|部长|司长|局长|厅长|处长|科长"
    "|院长|校长|所长|馆长|站长|台长|社长|行长|团长|队长|组长|署长|庭长|厂长|店长|村长|园长|议长|外长|首席执行官|首席科学家"
    "|总工程师|工程师|总会计师|总编辑|总经理|总书记|总干事|总监|总裁|总理|总统|首相|国务卿|主席|主任|书记|经理|大使|领事"
    "|发言人|教练|主编|教授|院士|研究员|创始人|负责人|政委|司令员?|法人代表|代表|理事|监事|董事|参赞|顾问)"
)
# What makes another office of it; 时任 and 现任 do not, and 常务 only tells which deputy.
_BEFORE = "(?:常务|现任|时任|副|原|前|代理|代|名誉|荣誉|执行|候任|轮值|联席|首席|第一|总|党组|党委)"
_OFFICE = re.compile(rf"((?:{_BEFORE}){{0,3}})({_HEAD})(助理)?(?![期级会])")
_SAME = re.compile(r"常务|现任|时任|党组|党委")
_LISTED = r"(?:[、和与及兼]|兼任)"
_TAKES = re.compile(
    r"(?:同志|先生|女士|教授)?[,，]?(?:现任|时任|曾任|历任|连任|续任|转任|改任|兼任|担任|出任|就任|接任|升任|任"
    r"|(?:再次|继续)?当选为?|被(?:[^，。；,;]{0,12}?)(?:任命|选举|推选|推举|聘任|聘)为|获任|是|为)"
)
_APPOSED = re.compile(
    rf"\s?[,，(]([^，。；,;()、]{{0,20}}?(?:{_BEFORE}){{0,3}}{_HEAD}(?:助理)?)(?=[，。；,;)]|\Z)"
)
_CLAUSE = re.compile(r"[，。；！？,;!?\n]")
_PAUSE = re.compile(r"[，。；！？、,;!?\s()]")
_HELD_BY = re.compile(r"(?:一职)?(?:由|是|为|叫|系|:|：|——)?\s?[“\"]?\Z")
_WITH_OTHER = re.compile(rf"{_LISTED}?[^，。；,;、]{{0,24}}")  # 会长、某公司董事长
_TO_NAME = re.compile(r"(?:选举|推选|推举|任命|聘任|聘请|提名)\s?\Z")
# Who stands behind it held the office before; the one in front of it holds it now.
_SUCCEEDS = re.compile(r"(?:接替|代替|替代|取代|顶替|接任|接棒|继)[^，。；,;、!?\n]{0,16}\Z")
_AS = re.compile(r"[^，。；,;]{0,4}?(?:担任|出任|任|为)")


@dataclass(frozen=True, slots=True)
class Office:
    """One office of one person; ``body`` is the institution printed right before it, or ""."""

    name: str
    title: str  # 副会长
    body: str


@lru_cache(maxsize=4096)
def offices_held(text: str) -> tuple[Office, ...]:
    """Every pair of a person and an office that the text puts together, simplified."""
    folded = fold(text)
    names = person_names(text)
    places = sorted(
        (found.start(), found.end())
        for name in names
        for found in re.finditer(re.escape(name), folded)
    )
    pairs: list[Office] = []
    for start, end in places:
        name = folded[start:end]
        taker = _taker(folded, start, places)
        for holder, found in (
            (name, _before(folded, start, places)),
            (taker if taker is not None else name, _behind(folded, end)),
        ):
            pairs.extend(
                Office(holder, _title(office), _body_of(folded, office, floor))
                for office, floor in found
                if holder
            )
    return tuple(dict.fromkeys(pairs))


def _taker(folded: str, start: int, places: list[tuple[int, int]]) -> str | None:
    """李四 in 李四接替张三担任会长, for the place of 张三; "" where no name is in front.

    None where nobody is replaced there.
    """
    replaces = _SUCCEEDS.search(folded, max(0, start - 20), start)
    if replaces is None or any(replaces.end() > a >= replaces.start() for a, _ in places):
        return None
    clause = max((stop.end() for stop in _CLAUSE.finditer(folded, 0, replaces.start())), default=0)
    before = [folded[a:b] for a, b in places if clause <= a and b <= replaces.start()]
    return before[-1] if before else ""


def _title(office: re.Match[str]) -> str:
    return _SAME.sub("", office[1]) + office[2] + (office[3] or "")


def _body_of(folded: str, office: re.Match[str], floor: int) -> str:
    """The institution that ends where the office begins."""
    head = _PAUSE.split(folded[max(floor, office.start() - 24) : office.start()])[-1]
    held = [body for body in body_names(head) if head.endswith(body)]
    return held[-1] if held else ""


_Found = tuple[re.Match[str], int]  # an office, and where the words of its body may begin


def _before(folded: str, start: int, places: list[tuple[int, int]]) -> list[_Found]:
    """副会长张三, 会长、党委书记张三, 副会长张三、李四: the offices in front of a name."""
    at = start
    for first, last in reversed([place for place in places if place[1] <= start]):
        if re.fullmatch(_LISTED, folded[last:at]):
            at = first
    offices: list[_Found] = []
    for office in reversed(list(_OFFICE.finditer(folded, max(0, at - 60), at))):
        between = folded[office.end() : at]
        named = any(office.end() <= first < at for first, _ in places)
        joined = _HELD_BY if not offices else _WITH_OTHER
        if named or not joined.fullmatch(between):
            break
        offices.append((office, 0))
        at = office.start()
    return offices


def _behind(folded: str, end: int) -> list[_Found]:
    """张三任会长, 张三当选副会长, 张三会长: the offices behind a name, up to the comma."""
    direct = _OFFICE.match(folded, end)
    if direct and not direct[1]:
        return [(direct, end)]
    apposed = _APPOSED.match(folded, end)
    if apposed:
        office = _OFFICE.search(folded, apposed.start(1), apposed.end())
        return [(office, apposed.start(1))] if office else []
    takes = _TAKES.match(folded, end) or (
        _AS.match(folded, end) if _TO_NAME.search(folded, 0, max(0, end - 2)) else None
    )
    if takes is None:
        return []
    stop = _CLAUSE.search(folded, takes.end())
    limit = stop.start() if stop else len(folded)
    found = _OFFICE.finditer(folded, takes.end(), min(limit, takes.end() + 40))
    return [(office, takes.end()) for office in found]


def contradicts(claim: Office, source: str) -> bool:
    """Whether a text gives the person another office, or the office to another person only.

    False where the text says nothing of who holds it.
    """
    held = offices_held(source)
    mine = [office for office in held if office.name == claim.name]
    if mine:
        return not any(_same(claim, office) for office in mine)
    others = [office for office in held if _same(claim, office)]
    return bool(others)


def says_title(title: str, source: str) -> bool:
    """Whether a text has this very office: 会长 is not said by 副会长."""
    return any(_title(office) == title for office in _OFFICE.finditer(fold(source)))


def _same(a: Office, b: Office) -> bool:
    return a.title == b.title and not (a.body and b.body and not same_body(a.body, b.body))
