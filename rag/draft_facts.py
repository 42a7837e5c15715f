"""What each figure of a sentence is a figure of: measure, period, place, mode.

A draft and an article are read by the same rules, so that two figures can be compared. Knows
nothing of verdicts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.figures import Figure, parse_figures
from index.periods import TimeSpan
from index.words import fold, tagged_words
from rag.features import RATES, WHOLE
from rag.places import TOWNS, towns_in

_CLAUSE = re.compile(r"(?:[^，。；！？,;!?\n：:]|[,:](?=\d))+")
_NOUN_TAGS = frozenset(
    "n nz nt nl ng vn b j l an eng ns nr nrt nrfg s i".split()  # noqa: SIM905
)
# What measures a change and not a thing: 增幅较上年同期高出0.91个百分点 is the growth of what
# stands before it. 同比 and 环比 are compared apart.
CHANGE_NOUNS = frozenset(
    """
    增幅 增速 涨幅 降幅 跌幅 增量 同比 环比 同期 增长率 增长 下降 上涨 占比 比重 比例
    """.split()  # noqa: SIM905
)
# Words that say that there is a quantity, not of what.
_EMPTY_NOUNS = frozenset(
    """
    口径 总额 总值 总量 总数 数量 规模 情况 方面 水平 其中 数据 单位 时间 时候 数字 金额 人数
    同一 时点 结果 部分 全部 个人 记者 本报 可比价格 月份 年份 季度
    """.split()  # noqa: SIM905
)
# A name with a number in it: 8号线, R2线, 5G, 第一产业, 第二届. The number is no figure.
_CODE = re.compile(
    r"[a-z]+-?\d+[a-z]*线?|\d+号线?|\d+g(?![a-z])|第[一二三四五六七八九十\d]+(?![版页])[^\W\d]{0,2}"
)
_MANNER = re.compile(r"按[^，,]{1,12}?(?:计算|口径|计)|[（(][a-z0-9. -]{1,12}[）)]", re.IGNORECASE)
_QUALIFIERS = (
    ("日均", re.compile(r"日均|每天|每日|平均每[天日]|一天(?=\d)|日(?=产能|供应量|发车|处理)")),
    ("占比", re.compile(r"占比?(?!地)|比重")),
    ("人均", re.compile(r"人均")),
    ("平均", re.compile(r"平均(?!每[天日])|均价")),
    ("累计", re.compile(r"累计")),
    ("单日", re.compile(r"单日|首日|当[日天]|最[高低多大长](?:的)?一[天日]")),
    ("当月", re.compile(r"当月|单月")),
    ("最高", re.compile(r"最高|最多|最大|最长|最深")),
    ("最低", re.compile(r"最低|最少|最小|最短")),
    ("预计", re.compile(
        r"预计|预期|预测|计划|力争|争取|目标|有望|可望|拟(?=[建投设增])|将(?=达|超|突破|增|新)"
    )),
    ("设计", re.compile(r"设计(?=年|日|时速|产能|能力|容量|处理|速度|寿命|通行)")),
)  # fmt: skip
# A bound allows many values: 温度不得低于18℃ does not contradict 22℃, nor 2元起 a fare of 5元.
_LEAST = re.compile(r"不(?:得|能|可|应|宜|准|许|会)?(?:低于|少于|小于)|至少|下限|起步|底价|保底")
_MOST = re.compile(r"不(?:得|能|可|应|宜|准|许|会)?(?:高于|超过|多于|大于|超)|至多|最多|上限|封顶")
_FROM_ON = re.compile(r"\s?(?:/\S{1,3})?起(?![来义伏草飞诉码])")
_WITHIN = re.compile(r"(?:以内|之内|封顶)")
BOUNDS = frozenset({"下限", "上限"})
_NEAR = 9  # characters before a figure that may bound it
_DELTA = re.compile(r"[增减涨跌升降]|[多少][增存出收了]|高出|低于|回落|扩大|收窄|缩小|提高|提升")
_NOT_DELTA = re.compile(r"增加值|增量|增值税?|升级|提升改造|升学|增派|减[排灾免]")
_NEGATED = re.compile(r"没有|没能|未能|尚未|并未|从未|不再|并不|不是|并非|未(?=[获能有经达完])")
_RESPECTIVELY = re.compile(r"([^，。；、和与及\s]+(?:[、和与及][^，。；、和与及\s]+)+?)分别")
_WORK = re.compile(r"《[^》\n]{1,80}》")  # a headline that is named states nothing itself
_SPLIT = re.compile(r"[、和与及]")
_JOINED = re.compile(r"\s?(?:[、和与及]\s?)")
_DISOWNED = re.compile(r"有误|错误|系笔误|有出入")


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure and what the sentence says it measures; texts are folded."""

    figure: Figure  # offsets into the sentence
    own: str  # the words by the figure, time and other figures left out
    subject: str  # what it inherits from the clause before: 贷款余额 for 同比增长15.53%
    terms: frozenset[str]  # the nouns of ``own``
    head: str  # the last of them before the figure: 余额 of 贷款余额; "" where there is none
    inherited: frozenset[str]  # the nouns of ``subject``
    lent: bool  # ``subject`` is from the sentence before: enough to support, not to contradict
    clause: str
    code: str  # the last name with a number in it before the figure: 3号线; "" where there is none
    places: frozenset[str]  # said in the clause, else earlier in the sentence
    period: TimeSpan | None  # said before the figure in the sentence; else None
    qualifiers: frozenset[str]
    delta: bool  # a change, not a level
    negated: bool
    disowned: bool  # a correction says it was wrong


def read_facts(text: str, spans: Sequence[TimeSpan], subject: str = "") -> tuple[list[Fact], str]:
    """Every definite figure of a sentence, and what the next sentence may go on about.

    ``spans`` are its periods, offsets into ``text``; ``subject`` is what came back for the
    sentence before it in the paragraph.
    """
    titles = [match.span() for match in _WORK.finditer(text)]
    figures = [
        figure
        for figure in parse_figures(text)
        if not _is_name(text, figure)
        and not any(start < figure.start < end for start, end in titles)
    ]
    blank = _blanked(text, figures, spans)
    clauses = [match.span() for match in _CLAUSE.finditer(text)]
    facts: list[Fact] = []
    carried, own_subject = subject, False
    for start, end in clauses:
        inside = [figure for figure in figures if start <= figure.start < end]
        lent = subject
        for at, figure in enumerate(inside):
            own = _own(blank, inside, at, start, end)
            terms = nouns(own)
            if terms - CHANGE_NOUNS:
                inherited = ""
                lent, own_subject = own, True
            else:
                inherited = lent
            facts.append(_fact(text, spans, figure, own, inherited, (start, end), own_subject))
        if not inside and nouns(blank[start:end]) - CHANGE_NOUNS:
            subject, own_subject = fold(blank[start:end]), True
        elif inside:
            subject = lent
    kept = [fact for fact in facts if not fact.figure.indefinite]
    return kept, _topic(facts) or (subject if not facts else carried)


def _topic(facts: Sequence[Fact]) -> str:
    """What a sentence is about first: 各项贷款 of 是各项贷款增速的2倍多 is no topic."""
    first = facts[0] if facts else None
    if first is None:
        return ""
    return first.own if first.terms - CHANGE_NOUNS else first.subject


def _fact(
    text: str,
    spans: Sequence[TimeSpan],
    figure: Figure,
    own: str,
    subject: str,
    clause: tuple[int, int],
    own_subject: bool,
) -> Fact:
    said = fold(text[clause[0] : clause[1]])
    before = [span for span in spans if span.start < figure.start]
    behind = [span for span in spans if figure.start < span.start < clause[1]]
    told = before[-1:] or ([] if before else behind[:1])
    places = places_in(text[clause[0] : figure.start]) or towns(text[: figure.start])
    return Fact(
        figure=figure,
        own=own,
        subject=subject,
        terms=nouns(own),
        head=_head(own.partition("\n")[0]),
        inherited=nouns(subject),
        lent=bool(subject) and not own_subject,
        clause=said,
        code=_code(own, text[: figure.start]),
        places=places,
        period=told[0] if told else None,
        qualifiers=_qualifiers(own, figure) | _bounds(text, figure, clause[0]),
        delta=_is_change(figure, own),
        negated=bool(_NEGATED.search(said)),
        disowned=bool(_DISOWNED.search(text[figure.end : figure.end + 8])),
    )


def _is_change(figure: Figure, own: str) -> bool:
    """Whether it is an increase or a fall; 增至263家 is what there is after one."""
    if figure.change:
        return figure.change != "="
    return bool(_DELTA.search(_NOT_DELTA.sub("", own)))


def _head(own: str) -> str:
    terms = nouns(own) - CHANGE_NOUNS
    return max(terms, key=lambda term: (own.rfind(term) + len(term), len(term)), default="")


def _code(own: str, before: str) -> str:
    codes = _CODE.findall(own) or _CODE.findall(fold(before))
    return codes[-1] if codes else ""


def _qualifiers(own: str, figure: Figure) -> frozenset[str]:
    return frozenset(
        name
        for name, pattern in _QUALIFIERS
        if pattern.search(own) and not (figure.approx and name in ("最多", "最少"))
    )


def _bounds(text: str, figure: Figure, start: int) -> frozenset[str]:
    """Whether the figure is the least or the most that may be, and no value that was."""
    lead = fold(text[max(start, figure.start - _NEAR) : figure.start])
    behind = text[figure.end : figure.end + 4]
    least = _LEAST.search(lead) or (_FROM_ON.match(behind) and figure.unit)
    most = _MOST.search(lead) or _WITHIN.match(behind)
    return frozenset([*(["下限"] if least else []), *(["上限"] if most else [])])


def _own(blank: str, inside: Sequence[Figure], at: int, start: int, end: int) -> str:
    """The words between the figure and its neighbours; a counter also takes what is counted."""
    figure = inside[at]
    left = blank[inside[at - 1].end if at else start : figure.start]
    if at and _JOINED.fullmatch(left):
        return _shared(blank, inside, at, start)
    right = blank[figure.end : inside[at + 1].start if at + 1 < len(inside) else end]
    counted = figure.unit not in RATES and figure.unit != "元"
    if at + 1 < len(inside) and _JOINED.fullmatch(right):
        right = ""
        left = _share(left, 0)
    own = left + "\n" + right if counted or right.startswith("的") or not nouns(left) else left
    return fold(_MANNER.sub(" ", own))


def _shared(blank: str, inside: Sequence[Figure], at: int, start: int) -> str:
    """居民和企业分别多存了1003亿元和1098亿元: the second of two, with what is said of both."""
    first = at
    while first and _JOINED.fullmatch(blank[inside[first - 1].end : inside[first].start]):
        first -= 1
    left = blank[inside[first - 1].end if first else start : inside[first].start]
    return fold(_share(left, at - first))


def _share(left: str, number: int) -> str:
    found = _RESPECTIVELY.search(left)
    if not found:
        return left
    items = _SPLIT.split(found[1])
    mine = items[min(number, len(items) - 1)]
    return f"{left[: found.start()]}{mine} {left[found.end() :]}"


def _is_name(text: str, figure: Figure) -> bool:
    """Whether an ordinal names something (第一产业, 首届) and claims no rank."""
    ranked = re.search(r"[居列排位占获]\S{0,8}\Z", text[max(0, figure.start - 10) : figure.start])
    return figure.unit == "第" and not ranked


def _blanked(text: str, figures: Sequence[Figure], spans: Sequence[TimeSpan]) -> str:
    """The text with its times gone; its figures stay where they are, to be cut at."""
    characters = list(text)
    for span in spans:
        characters[span.start : span.end] = " " * (span.end - span.start)
    for figure in figures:
        if figure.indefinite:
            characters[figure.start : figure.end] = " " * (figure.end - figure.start)
    return "".join(characters)


def nouns(text: str) -> frozenset[str]:
    """The things and names a stretch speaks of, simplified; places and empty words left out."""
    folded = fold(text)
    codes = {code for code in _CODE.findall(folded) if not code.isdigit()}
    for code in codes:
        folded = folded.replace(code, " ")
    found = {
        word
        for word, tag in tagged_words(folded)
        if tag in _NOUN_TAGS
        and len(word) > 1
        and word not in WHOLE
        and word not in _EMPTY_NOUNS
        and not is_place(word)
    }
    return frozenset(found | codes)


def is_place(word: str) -> bool:
    """Whether a word is a listed town or ends like a district."""
    return word in TOWNS or word.rstrip("省市") in TOWNS


_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,5}(?:新区|区|县|镇|街道)$")
# 深圳 in “学深圳，赶深圳”学会 is part of a name, not where it is.
_QUOTED = re.compile(r"[“《「『][^”》」』]*[”》」』]")
_SCOPE = re.compile(r"全国|我国|全省|全球|[三四五六七八九十]市")


def places_in(text: str) -> frozenset[str]:
    """Towns, districts and wider scopes (全国, 五市) that a stretch names, simplified."""
    folded = _QUOTED.sub(" ", fold(text))
    named = towns_in(folded)
    districts = {
        word for word, tag in tagged_words(folded) if tag == "ns" and _DISTRICT.fullmatch(word)
    }
    return frozenset(named | districts | set(_SCOPE.findall(folded)))


def towns(text: str) -> frozenset[str]:
    """The towns and districts alone: 居全省第三位 does not make what follows the province's."""
    return frozenset(place for place in places_in(text) if not _SCOPE.fullmatch(place))
