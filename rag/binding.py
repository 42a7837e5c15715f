"""Which value belongs to what was asked: 居民存款新增1003亿元，企业存款新增1098亿元.

A name or figure may stand in the cited sentence and still be another's. Within one sentence the
clause that shares most words with the question says which value is meant.
"""

import re
from dataclasses import dataclass

from index.figures import parse_figures
from index.words import fold, tagged_words, words
from rag.features import RATES
from rag.focus import Focus, Wanted
from rag.names import person_names

_CLAUSE = re.compile(r"(?:[^，。；！？,;!?\n]|,(?=\d))+")  # 20,314 is one figure
_OFFICE = re.compile(r"(?:长|主席|书记|主任|总裁|经理|总监|理事|委员|代表|发言人|主编|教授)$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas, its values of the wanted kind, and its share of the question."""

    start: int
    end: int
    values: frozenset[str]
    overlap: int


def clauses(text: str, focus: Focus) -> list[Clause]:
    """The clauses of a sentence that hold a value of the kind asked for; [] for other kinds."""
    found = []
    for match in _CLAUSE.finditer(text):
        values = _values(match.group(), focus)
        if values:
            said = set(words(match.group()))
            folded = fold(match.group())
            overlap = len(said & set(focus.terms))
            overlap += sum(phrase in folded for phrase in focus.phrases)
            found.append(Clause(match.start(), match.end(), values, overlap))
    return found


def _values(text: str, focus: Focus) -> frozenset[str]:
    if focus.wanted is Wanted.PERSON:
        return frozenset(name for name in person_names(text) if name not in focus.names)
    if focus.wanted is Wanted.PERCENT:
        return frozenset(fold(f.text) for f in parse_figures(text) if f.unit in RATES)
    if focus.wanted is Wanted.FIGURE:
        return frozenset(
            fold(f.text)
            for f in parse_figures(text)
            if (f.unit == focus.unit if focus.unit else f.unit not in RATES)
        )
    return frozenset()


def answers_another(statement: str, cited: str, focus: Focus) -> bool:
    """Whether the statement gives a value that another clause of its sentence owns.

    False where the sentence leaves it open: one clause only, or none that shares a word.
    """
    held = clauses(cited, focus)
    best = max((clause.overlap for clause in held), default=0)
    if not best:
        return False
    meant = frozenset().union(*(clause.values for clause in held if clause.overlap == best))
    others = frozenset().union(*(clause.values for clause in held)) - meant
    said = fold(statement)
    return any(value in said for value in others) and not any(value in said for value in meant)


def lacks_office(cited: str, focus: Focus) -> bool:
    """Whether an office was asked for and the sentence with its surroundings never names it."""
    if focus.wanted is not Wanted.PERSON or not _OFFICE.search(focus.head):
        return False
    return focus.head not in fold(cited)


def other_place(cited: str, focus: Focus) -> bool:
    """Whether the sentence names places, but none of those asked about."""
    if not focus.places:
        return False
    folded = fold(cited)
    if any(place in folded for place in focus.places):
        return False
    return any(tag == "ns" and len(word) > 1 for word, tag in tagged_words(cited) if word in _TOWNS)


# Provinces and the cities that a measure or an office is commonly given for. Only these count as
# another place: jieba calls 城市 and 海岸 places too.
_TOWNS = frozenset(
    """
    北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南
    广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 石家庄 太原
    沈阳 长春 哈尔滨 南京 杭州 合肥 福州 南昌 济南 郑州 武汉 长沙 广州 海口 成都 贵阳 昆明 西安
    兰州 西宁 呼和浩特 南宁 拉萨 银川 乌鲁木齐 深圳 青岛 大连 宁波 厦门 苏州 无锡 烟台 威海 潍坊
    日照 淄博 济宁 泰安 临沂 德州 聊城 滨州 菏泽 枣庄 东营 珠海 佛山 东莞 温州 常州 徐州 唐山
    """.split()  # noqa: SIM905
)
