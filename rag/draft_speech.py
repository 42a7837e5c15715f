"""Who says a quotation, and whether cutting it turned its sense. Pure functions.

Knows nothing of the archive: it reads a sentence around the quoted stretch.
"""

import re
from dataclasses import dataclass

from index.words import fold, tagged_words
from rag.draft_names import Holder, holders
from rag.names import is_surname

_SPEAKS = (
    r"(?:说|表示|介绍|称|指出|认为|强调|透露|谈到|坦言|告诉|宣布|解释|回忆|回应"
    r"|估计|写道|回答|分析)"
)
_OPENS = re.compile(rf"(?:{_SPEAKS}[^，。；]{{0,8}}?|[：:])[，,：:]?\s*[“「\"]?\s*\Z")
_FOLLOWS = re.compile(rf"\A[，。！？,.!?]?[”」\"]?[，,]?\s*([^，。；“”]{{0,24}}?){_SPEAKS}")
_TO_CLOSE = re.compile(r"[^“”「」\"]*(?=[”」\"])")
# Mary Smith said, said Mary Smith; a single capitalised word may begin any sentence.
_LATIN_NAME = r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)+"
_SAID = r"(?:said|says|told|added|explained|noted)"
_LATIN_AFTER = re.compile(
    rf"\A[,.!?]?[\"”]?,?\s*(?:{_SAID}\s+({_LATIN_NAME})"
    rf"|({_LATIN_NAME})(?:, [^\"“”.]{{1,60}}?,)?\s+{_SAID})"
)
_LATIN_BEFORE = re.compile(rf"({_LATIN_NAME})(?:, [^\"“”.]{{1,60}}?,)?\s+{_SAID}\b[^.]{{0,20}}\Z")
_SHORT = 2  # characters of a name that may have lost its third
_CUT_NAME = re.compile(rf"([\u4e00-\u9fff])(?={_SPEAKS})(?!{_SPEAKS}{_SPEAKS})")
# A name that stands between a pause, or an office, and a verb of saying.
_BESIDE = re.compile(
    rf"(?:\A|[，。；：、”」！？\s长任席记裁理监授人])([\u4e00-\u9fff]{{2,3}})(?={_SPEAKS})"
)
_PRONOUN = re.compile(r"[他她](?!们)|\b(?:he|she|He|She)\b")

# What stands right before the stretch and turns it: 不能|据此判断…, 否认|…
_TURNS = re.compile(
    r"(?:不(?!断|仅|但|只|光|久|少)(?:会|能|能够|可|可能|应|应该|该|必|必须|得|要|想|愿|愿意|再|是|曾|许|准|得不)?"
    r"|没有?|未(?:能|曾|必|有)?|并非|绝非|而非|非|无(?:法|须|需)|难以|拒绝|停止|避免|防止|禁止|否认|反对"
    r"|质疑|谣传|谣言|误传|取消"
    r"|\b(?:not|never|no|without|den(?:ied|ies|y)|refused? to|cannot|isn't|won't|didn't"
    r"|don't|doesn't)(?: (?:be|that|to|the|been))*)"
    r"[\u4e00-\u9fff]{0,2}\s*\Z"
)
_CONDITIONAL = re.compile(
    r"(?:如果|假如|假若|倘若|若(?!干)|一旦|除非|只要|只有|要是|即使|哪怕|虽然|尽管|等到"
    r"|\b(?:[Ii]f|[Uu]nless|[Pp]rovided|[Aa]lthough|[Ww]hen)\b)[^。！？!?]*\Z"
)
# What follows and takes it back, in the same sentence.
_TAKEN_BACK = re.compile(
    r"\A[，,、；;]?\s*(?:但|可是|不过|然而|却|除非|前提是|并不|才怪|的说法|是谣言|是误传|系谣言"
    r"|\b(?:but|unless|except|however)\b)"
)
_ASKED = re.compile(r"\A\s*(?:吗|么|呢)?\s*[？?]")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a stretch of a text; ``sure``: named beside it, not only somewhere before."""

    name: str
    sure: bool


def speaker_of(text: str, start: int, end: int, before: str = "") -> Speaker | None:
    """The person who says ``text[start:end]``; None where nobody is named.

    ``text``: a sentence; ``before``: the sentences ahead of it, for 他说 and for a quotation that
    fills its sentence.
    """
    lead = text[:start]
    closed = _TO_CLOSE.match(text, end)  # the stretch may be cut out of a longer quotation
    end = closed.end() if closed else end
    tail = text[end:]
    if found := _LATIN_AFTER.search(tail):
        return Speaker(found[1] or found[2], sure=True)
    if found := _LATIN_BEFORE.search(lead):
        return Speaker(found[1], sure=True)
    people = _people(text)
    ahead = [_name(text, item) for item in people if item.end <= start]
    follows = _FOLLOWS.search(tail)
    if follows:
        low, high = end + follows.start(1), end + follows.end(1)
        if behind := [_name(text, item) for item in people if low <= item.start < item.end <= high]:
            return Speaker(behind[-1], sure=True)
    if ahead:
        return Speaker(ahead[-1], sure=_OPENS.search(lead) is not None)
    spoken = _PRONOUN.search(f"{lead} {tail}") or not lead.strip(' “「"')
    earlier = [_name(before, item) for item in _people(before)] or re.findall(_LATIN_NAME, before)
    return Speaker(earlier[-1], sure=False) if spoken and earlier else None


def _people(text: str) -> list[Holder]:
    """Every person of a text; one whom only a verb of saying makes known, too."""
    found = holders(text)
    spoken = [
        Holder(fold(match[1]), "", "", match.start(1), match.end(1))
        for match in _BESIDE.finditer(text)
        if is_surname(match[1]) and _is_unknown(match[1])
    ]
    new = [one for one in spoken if not any(_meet(one, item) for item in found)]
    return sorted([*found, *new], key=lambda item: item.start)


def _meet(one: Holder, other: Holder) -> bool:
    return one.start < other.end and other.start < one.end


def _is_unknown(word: str) -> bool:
    """Whether a stretch is no dictionary word: 方面 and 高管 begin like names."""
    tokens = tagged_words(word)
    return len(tokens) > 1 or any(tag.startswith("nr") for _, tag in tokens)


def _name(text: str, person: Holder) -> str:
    """The name up to the verb of saying: jieba cuts 秦望舒 to 秦望."""
    longer = _CUT_NAME.match(text[person.end :]) if len(person.name) == _SHORT else None
    return person.name + fold(longer[1]) if longer else person.name


def turned(before: str, quoted: str, behind: str) -> str:
    """What the cut left out that turns ``quoted``; "" where nothing does.

    ``before`` and ``behind``: what the source prints around the stretch, in the same sentence.
    不会|影响用水, 如果…，|我们就退出, 我们退出|，除非….
    """
    lead = before.rstrip(' “「"‘『')
    opened = lead != before.rstrip()  # the source's own quotation begins here
    if not opened and (found := _TURNS.search(lead[-24:])):
        return found[0]
    if not opened and (found := _CONDITIONAL.search(_last_quoted(before))):
        return found[0]
    rest = behind.lstrip(' ”」"’』')
    if _ASKED.match(behind) and not _ASKED.search(quoted[-2:]):
        return "？"
    found = _TAKEN_BACK.match(rest) if rest == behind.lstrip() else None
    return rest[: found.end() + 12].strip("，,") if found else ""


def _last_quoted(before: str) -> str:
    """The part of what stands before that belongs to the same quotation."""
    return re.split(r"[“「]", before)[-1]


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, in simplified and traditional characters."""
    return fold(one) == fold(other)
