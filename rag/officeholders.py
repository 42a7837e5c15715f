"""Who a sentence says holds an office: 局长罗景行, 任命韩雪樵为…局长, 原会长. Pure functions."""

import re
from collections.abc import Sequence

from index.words import fold, tagged_words
from rag.binding import lacks_office
from rag.claims import Claim, leaned_on, other_places
from rag.evidence import Candidate
from rag.focus import Focus, Wanted
from rag.names import person_names

_COVERAGE = 0.7  # of the question, in the sentence, before it or in its article
_OFFICE = re.compile(
    r"(?:长|主席|书记|主任|总裁|经理|总监|理事|干事|董事|委员|代表|发言人|主编|总编辑|教练|总理|总统|执行官)$"
)
_CLAUSE = re.compile(r"[^，。；！？,;!?\n“”]+")
_ITEM_START = re.compile(r"[、：:（）()\s]")
_REACH = 40  # characters of other titles between an office and its holder
_BEHIND = re.compile(r"[由为是系]?")
_IN_FRONT = re.compile(r".{0,2}(?:出任|担任|就任|接任|继任|当选|被任命|任|为|是|系)")
_DEPUTY = re.compile(r"(?:副|代|代理|名誉|助理|候任)$")
# What stands before the body itself: 任命罗景行为|青岛市…局, 原|市…局.
_LEAD_IN = re.compile(
    r"^.*(?:任命|选举|推选|免去|卸任|辞去|当选|[任为是由其])|^(?:原|前|时|曾|新|现)任?"
)
_FORMER = re.compile(r"^(?:原|前任?(?!海)|时任|曾任)|曾[任是].{0,12}$|时任.{0,12}$")
_WAS = re.compile(r"(?:原|前任?|时任|曾任)$")
_ONCE = re.compile(r"(?:原|前任?|时任|曾任|现任?|新任)$")  # 海洋局原局长
_REMOVED = re.compile(r"(?:免去|不再担任|不再任|辞去|卸任).{0,16}$")
_REMOVES = re.compile(r"免去([^，。；、]{2,4}的)[^，。；、]{0,16}$")
_ENDED = re.compile(r"^(?:一?职务?)?.{0,4}(?:卸任|离任|辞职|被免)")


def asks_office(focus: Focus) -> bool:
    """Whether an office is asked for: 会长, 局长, 总经理."""
    return focus.wanted is Wanted.PERSON and bool(_OFFICE.search(focus.head))


def office_claims(focus: Focus, candidates: Sequence[Candidate]) -> list[Claim]:
    """The holder of the office asked for, of each sentence that names one; [] for no office.

    Only of the same body: what stands right before the office must be said by the question, so
    the 会长 of another society is none, and no 副会长.
    """
    if not asks_office(focus):
        return []
    known = frozenset(
        name for item in candidates for name in person_names(item.sentence.text)
    ) - frozenset(focus.names)
    return [
        claim
        for number, item in enumerate(candidates, 1)
        if not item.missing
        and item.coverage >= _COVERAGE
        and not lacks_office(leaned_on(item), focus)
        for claim in _holders(number, item, focus, known)
    ]


def _holders(number: int, item: Candidate, focus: Focus, known: frozenset[str]) -> list[Claim]:
    """``known``: names that some sentence is sure of; jieba does not see each everywhere."""
    text = fold(item.sentence.text)
    asked = "".join((*focus.terms, *focus.phrases, *focus.places))
    names = [name for name in known if name in text]
    found = []
    for clause in _CLAUSE.finditer(text):
        for match in re.finditer(re.escape(focus.head), clause.group()):
            before, after = clause.group()[: match.start()], clause.group()[match.end() :]
            # A name is seen behind an office that the name finder knows.
            told = [name for name in person_names(f"局长{after}") if name in after]
            name = _holder(before, after, [*names, *told])
            if name and _same_body(_ITEM_START.split(before)[-1], asked):
                found.append(Claim(number, item, name, former=_is_former(before, after)))
    return found


def _same_body(body: str, asked: str) -> bool:
    """Whether the words right before an office stand in the question: 联盟, 市海洋发展局."""
    if _DEPUTY.search(body):
        return False
    own = _LEAD_IN.sub("", _ONCE.sub("", body))
    return set(own[-4:]) <= set(asked) and not other_places(tagged_words(own), asked)


def _holder(before: str, after: str, names: Sequence[str]) -> str:
    """The name behind the office, other titles between them, else the one before 任, 为 or 是."""
    behind = [(after.find(name), name) for name in names if name in after[:_REACH]]
    if behind:
        start, name = min(behind)
        between = after[:start]
        if _BEHIND.fullmatch(between) or (between.startswith("、") and _OFFICE.search(between)):
            return name
    removed = _REMOVES.search(before)
    if removed:  # 免去某某的…局长职务
        return next((name for name in names if removed[1].startswith(name)), "")
    in_front = [(before.rfind(name) + len(name), name) for name in names if name in before]
    if in_front:
        end, name = max(in_front)
        return name if _IN_FRONT.match(before[end:]) else ""
    return ""


def _is_former(before: str, after: str) -> bool:
    item = _ITEM_START.split(before)[-1]
    return bool(
        _FORMER.search(item) or _WAS.search(item) or _REMOVED.search(before) or _ENDED.search(after)
    )
