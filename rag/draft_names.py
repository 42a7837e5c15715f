"""People and the offices printed beside their names, and whether the archive agrees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.words import fold, words
from rag.draft_passages import Passage, overlap
from rag.draft_types import Claim, Finding, Verdict
from rag.names import is_surname, person_names
from rag.types import Citation

_OFFICE = (
    r"(?:副|前|原|总|代理|常务副|代|执行|首席|名誉|荣誉|第一|正|助理|主){0,3}"
    r"(?:(?<!市)市长|省长|区长|县长|镇长|村长|州长|局长|厅长|部长|处长|科长|司长|署长|院长|校长|园长|所长|站长|馆长|行长"
    r"|董事长|理事长|会长|秘书长|委员长|社长|台长|厂长|队长|组长|船长|机长|检察长|庭长|团长|班长|店长|市长"
    r"|主席|书记|主任|总裁|总经理|经理|总监|理事|教授|院士|主编|总编辑|总编|发言人|总理|总统|首相|大使|董事"
    r"|研究员|工程师|酿酒师|指挥|教练|负责人|创始人|首席执行官|记者)"
)
# What belongs to a title: the body it is an office of, as printed right before it.
_TITLE = re.compile(rf"([^，。；！？、：“”（）()\s,;:由任为是和与及]{{0,20}}?)({_OFFICE})")
_BEFORE = re.compile(rf"{_TITLE.pattern}(?:由|是|为|：|:)?\Z")
_BEHIND = re.compile(
    rf"\A(?:任|担任|出任|当选|现任|为|是|被?任命为|就任|兼任|转任){_TITLE.pattern}"
)
_VIA = re.compile(rf"{_TITLE.pattern}由[^，。；]{{0,24}}?\Z")
_DEPUTIES = ("副", "常务副", "执行")
_MANY = (
    *("教授", "院士", "记者", "工程师", "研究员", "理事", "经理", "董事"),
    *("负责人", "顾问", "发言人"),
)
# A name that jieba cuts apart (会/长江/若谷) is known by the office before and the verb behind it.
_TITLED = re.compile(
    rf"{_OFFICE}([\u4e00-\u9fff]{{2,3}})"
    r"(?=说|介绍|表示|宣布|透露|指出|强调|谈到|认为|告诉|坦言|在(?!任)|，)"
)
# Taking office and leaving it share every name: 任命韩雪樵, 免去韩雪樵.
_LEAVES = re.compile(r"免去|免职|撤销|撤职|罢免|辞去|辞职|卸任|不再担任|开除|离任")
_PERIODS = re.compile(r"[；。;]")
_TOLD_BY_OTHER = 0.6  # of the deed's words, in a sentence about somebody else …
_TOLD_BY_HIM = 0.5  # … and less than this in any about the person
_NOT_TOLD = 0.34
_LEAST_OVERLAP = 0.5  # of the clause's words: the same event is told
_SURE_OVERLAP = 0.6


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in a sentence: ``text[start:end]`` is the name with the title before it, if any."""

    name: str  # simplified
    office: str  # 局长, 副局长; "" where none is printed
    body: str  # 青岛市海洋发展局; "" where none is printed
    start: int
    end: int


def holders(text: str) -> list[Holder]:
    """Every person of a text that is recognised, at each place where the name is printed."""
    folded = fold(text)
    if len(folded) != len(text):
        return []  # offsets would be wrong; a ligature or such, which is rare in news
    printed = [name for name in _TITLED.findall(folded) if is_surname(name)]
    found = [
        _holder(folded, name, match.start(), match.end())
        for name in dict.fromkeys([*person_names(text), *printed])
        for match in re.finditer(re.escape(name), folded)
    ]
    return [
        item
        for item in sorted(found, key=lambda item: item.start)
        # 秦望 inside 秦望舒 is the same person, cut short.
        if not any(
            other.start <= item.start and item.end <= other.end and len(other.name) > len(item.name)
            for other in found
        )
    ]


def _holder(folded: str, name: str, start: int, end: int) -> Holder:
    lead = folded[max(0, start - 40) : start]
    before = _BEFORE.search(lead) or _VIA.search(lead)
    if before:
        return Holder(name, before[2], _clean(before[1]), start, end)
    behind = _BEHIND.match(folded[end : end + 40])
    if behind:
        return Holder(name, behind[2], _clean(behind[1]), start, end)
    return Holder(name, "", "", start, end)


_TIME_LEAD = re.compile(r"^.*?(?:\d+[年月日]|日前|今年|去年|任命|其|原|现任|时任|免去)")


def _clean(body: str) -> str:
    return _TIME_LEAD.sub("", body)


def judge_name(claim: Claim, draft: Passage, holder: Holder, pool: Sequence[Passage]) -> Finding:
    """The verdict on a person, and on the office where the draft names one."""
    told = [(passage, item) for passage in pool for item in holders(passage.text)]
    mine = [(passage, item) for passage, item in told if item.name == holder.name]
    if not holder.office:
        return _judge_person(claim, draft, holder, mine, told)
    held = [(p, item) for p, item in mine if _same_office(holder, item, draft, p)]
    rivals = [
        (p, item)
        for p, item in told
        if item.name != holder.name
        and _same_office(holder, item, draft, p)
        and not _several(item.office)
        and _bodies_told(holder, item, p)
    ]
    if held:
        finding = _judge_held(claim, draft, holder, held, rivals)
        if finding.verdict is Verdict.SUPPORTED:
            return _judge_deed(finding, draft, holder, [p for p, _ in held], told, pool)
        return finding
    if rivals:
        return _of_another(claim, holder, mine, rivals)
    offices = [(p, item) for p, item in mine if item.office]
    if offices:
        return _another_office(claim, draft, holder, offices)
    if mine:
        note = f"库中有{holder.name}，但没有写职务"
        return Finding(claim, Verdict.PARTLY, _cited([p for p, _ in mine]), note=note)
    return _misprint(claim, draft, holder, told)


_Told = tuple[Passage, Holder]


def _judge_held(
    claim: Claim,
    draft: Passage,
    holder: Holder,
    held: Sequence[_Told],
    rivals: Sequence[_Told],
) -> Finding:
    """Supported, unless by the draft's day a later article names another holder."""
    today = draft.article.published
    earlier = [(p, item) for p, item in rivals if today and _day(p) <= today]
    if today and earlier and all(_day(p) > today for p, _ in held):
        other = max(earlier, key=lambda told: _day(told[0]))
        difference = (
            f"稿件 {holder.office}{holder.name}，库中当时 {other[1].office}{other[1].name}"
            f"（{_printed(other[0])}）"
        )
        return Finding(claim, Verdict.PARTLY, _cited([other[0], held[0][0]]), difference)
    last = max((p.article.published for p, _ in held if p.article.published), default=None)
    later = [
        (p, item)
        for p, item in rivals
        if last and today and last <= (p.article.published or date.min) <= today
    ]
    if not later:
        return Finding(claim, Verdict.SUPPORTED, _cited([p for p, _ in held]))
    other = later[0]
    sides = f"{holder.name}（{_printed(held[0][0])}）；{other[1].name}（{_printed(other[0])}）"
    difference = f"稿件 {holder.office}{holder.name}，库中说法不一：{sides}"
    return Finding(claim, Verdict.PARTLY, _cited([held[0][0], other[0]]), difference)


def _judge_deed(
    finding: Finding,
    draft: Passage,
    holder: Holder,
    held: Sequence[Passage],
    told: Sequence[_Told],
    pool: Sequence[Passage],
) -> Finding:
    """The office is right; is what the sentence tells of its holder told of somebody else?"""
    leaving = _leaves(draft, holder.name)
    if not any(_leaves(passage, holder.name) == leaving for passage in held):
        difference = f"稿件“{leaving or '任职'}”，库中“{_leaves(held[0], holder.name) or '任职'}”"
        return replace(finding, verdict=Verdict.PARTLY, difference=difference)
    deed = _deed_words(draft, holder)
    if len(deed) < _LEAST_DEED:
        return finding
    mine = max((_share(deed, p) for p in pool if holder.name in _whole(p)), default=0.0)
    others = [
        (_share(deed, p), p, item)
        for p, item in told
        if item.name != holder.name and holder.name not in fold(p.text)
    ]
    share, passage, other = max(others, key=lambda found: found[0], default=(0.0, None, None))
    if passage and other and share >= _TOLD_BY_OTHER and mine < _TOLD_BY_HIM:
        difference = f"稿件说的是{holder.name}，库中这件事说的是{other.name}"
        evidence = _cited([passage, held[0]])
        return replace(finding, verdict=Verdict.PARTLY, difference=difference, evidence=evidence)
    if mine < _NOT_TOLD:
        return replace(finding, note="核的是职务；库中没有找到所说的这件事")
    return finding


_LEAST_DEED = 3  # words; 局长罗景行说 tells no deed


def _deed_words(draft: Passage, holder: Holder) -> frozenset[str]:
    text = fold(draft.text)
    for part in (holder.body, holder.office, holder.name):
        text = text.replace(part, " ") if part else text
    return frozenset(word for word in words(text) if len(word) > 1 and not word[0].isdigit())


def _share(deed: frozenset[str], passage: Passage) -> float:
    return len(deed & set(words(passage.text))) / len(deed)


def _whole(passage: Passage) -> str:
    return f"{passage.around} {fold(passage.text)}"


def _leaves(passage: Passage, name: str) -> str:
    """The word that takes the office away from ``name``: 免去; "" where none does."""
    parts = [part for part in _PERIODS.split(fold(passage.text)) if name in part]
    found = next((match for part in parts if (match := _LEAVES.search(part))), None)
    return found[0] if found else ""


def _printed(passage: Passage) -> str:
    item = passage.article
    return " ".join(str(part) for part in (item.source, item.published) if part) or "日期不详"


def _day(passage: Passage) -> date:
    return passage.article.published or date.min


def _of_another(
    claim: Claim, holder: Holder, mine: Sequence[_Told], rivals: Sequence[_Told]
) -> Finding:
    other = rivals[0][1]
    difference = f"稿件 {holder.office}{holder.name}，库中 {other.office}{other.name}"
    offices = [(p, item) for p, item in mine if item.office]
    note = ""
    if offices:
        note = f"库中{holder.name}是{offices[0][1].body}{offices[0][1].office}"
    evidence = [p for p, _ in [*rivals[:2], *offices[:1]]]
    return Finding(claim, Verdict.CONTRADICTED, _cited(evidence), difference, note)


def _another_office(
    claim: Claim, draft: Passage, holder: Holder, offices: Sequence[_Told]
) -> Finding:
    """Another rank in the same body contradicts; another body may be another time."""
    passage, item = next(
        ((p, item) for p, item in offices if item.body and _same_body(holder, item, draft, p)),
        offices[0],
    )
    difference = (
        f"稿件 {holder.body}{holder.office}{holder.name}，库中 {item.body}{item.office}{item.name}"
    )
    same = bool(item.body and holder.body) and _same_body(holder, item, draft, passage)
    verdict = Verdict.CONTRADICTED if same else Verdict.PARTLY
    return Finding(claim, verdict, _cited([passage]), difference)


def _judge_person(
    claim: Claim,
    draft: Passage,
    holder: Holder,
    mine: Sequence[_Told],
    told: Sequence[_Told],
) -> Finding:
    near = [p for p, _ in mine if overlap(draft, p, holder.name) >= _LEAST_OVERLAP]
    if near:
        return Finding(claim, Verdict.SUPPORTED, _cited(near))
    if mine:
        note = f"库中有{holder.name}，但没有说这件事"
        return Finding(claim, Verdict.PARTLY, _cited([p for p, _ in mine]), note=note)
    return _misprint(claim, draft, holder, told)


def _misprint(claim: Claim, draft: Passage, holder: Holder, told: Sequence[_Told]) -> Finding:
    """One character off, in a sentence that tells the same: 罗景航 for 罗景行."""
    for passage, item in told:
        off = sum(a != b for a, b in zip(holder.name, item.name, strict=False))
        alike = len(item.name) == len(holder.name) > 1 and off == 1
        if alike and overlap(draft, passage, holder.name) >= _SURE_OVERLAP:
            difference = f"稿件 {holder.name}，库中 {item.name}"
            return Finding(claim, Verdict.CONTRADICTED, _cited([passage]), difference)
    return Finding(claim, Verdict.NOT_FOUND)


def _same_office(a: Holder, b: Holder, at: Passage, passage: Passage) -> bool:
    return a.office == b.office and _same_body(a, b, at, passage)


def _bodies_told(a: Holder, b: Holder, passage: Passage) -> bool:
    """Whether the rival's body is told, beside the name or around it: a bare 局长 may be any's."""
    told = f"{passage.around}{fold(passage.text)}"
    return bool(a.body) and bool(b.body or a.body in told)


def _same_body(a: Holder, b: Holder, at: Passage, passage: Passage) -> bool:
    """Whether the bodies agree: one is said in the other, or in what surrounds it."""
    if a.body and b.body:
        return _within(a.body, b.body) or _within(b.body, a.body)
    if not a.body and not b.body:
        return overlap(at, passage, a.name) >= _LEAST_OVERLAP
    said, around = (a.body, passage) if a.body else (b.body, at)
    return all(word in f"{around.around}{fold(around.text)}" for word in words(said) if word)


def _within(short: str, long: str) -> bool:
    """市海洋发展局 in 青岛市海洋发展局; 联盟 in 胶东文化旅游合作联盟."""
    return short in long or short.removeprefix("市") in long


def _several(office: str) -> bool:
    """Whether many hold it at a time, so that another person contradicts nothing."""
    return office.startswith(_DEPUTIES) or (office.endswith(_MANY) and not office.startswith("总"))


def _cited(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    held = {(p.article.id, p.sentence.start): p for p in passages}
    return tuple(passage.cite(n) for n, passage in enumerate(list(held.values())[:3], 1))
