"""What a question asks for: its content words, and the kind of answer it wants.

Knows nothing of the archive; a question is judged by its own words only.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from index.figures import parse_figures
from index.periods import ANY_DAY, parse_periods
from index.words import fold, tagged_words, words
from rag.names import person_names
from rag.places import TOWNS
from rag.subject import subjects


class Wanted(StrEnum):
    """The expected answer type."""

    FIGURE = "figure"
    PERCENT = "percent"
    PERSON = "person"
    DATE = "date"
    PLACE = "place"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Focus:
    """A question taken apart."""

    terms: tuple[str, ...]  # content words without the period, compounds with their parts
    phrases: tuple[str, ...]  # neighbouring content words as printed together: R2线, 罗景行
    head: str  # the last content word: the measure or the office asked for (余额, 会长)
    places: tuple[str, ...]
    names: tuple[str, ...]  # people and Latin words
    wanted: Wanted
    units: frozenset[str] = frozenset()  # of the figure asked for: 多少亿元 -> 元, 多长 -> 公里, 米
    measure: tuple[str, ...] = ()  # the words right before the asking: 日均, 客运量
    nouns: tuple[str, ...] = ()  # things and measures by name, places and people left out
    subjects: tuple[str, ...] = ()  # the things named, whole: rag/subject.py
    several: bool = False  # asks for more than one thing: 分别, 各, two asking words

    @property
    def anchors(self) -> tuple[str, ...]:
        """What an article must speak of to be about the question at all."""
        return self.places + self.names


# Words that carry the form of a question and not its subject. Function words of the language,
# from jieba's tags r/u/p/c/y/e plus these, which jieba tags as content.
_FORM_WORDS = frozenset(
    """
    是 有 多少 几 几个 多大 多高 多长 多久 怎么 怎样 如何 为何 为什么 什么 哪 哪个 哪些 哪里
    哪儿 哪天 谁 何时 何地 什么时候 时候 请问 请 问 告诉 我 一下 达到 分别 达 占 呢 吗 吧 啊
    了 的 和 与 及 在 于 由 对 从 到 被 把 会 能 将 已 已经 都 也 就 还 又 各 该 其 此 这 那 个
    年 月 日 号 情况 具体 大约 大概 共 总共 一共 现在 目前 最新 最近 同志 先生 女士 要 去 来
    里 最 钱 天 人 吨 一天 每天 百分 百分之 之
    the a an of in on at to is are was were be been what which who whom whose when where how many
    much did does do for by from with and or as that this it its their there has have had
    """.split()  # noqa: SIM905 - one word a line would be 150 lines
)
# Words for the kind of quantity; the figure's unit says as much, so a sentence need not.
_QUANTITIES = frozenset(
    """
    时间 数量 总数 总额 金额 人数 数字 比例 比重 占比 规模 长度 面积 高度 速度 增速 增幅
    涨幅 降幅 跌幅 水平 总量 价格 票价 售价 费用 成本 幅度 距离 期限
    """.split()  # noqa: SIM905
)
# jieba makes words of a helping verb and what follows: 能产, 要学, 共运.
_HELPING = frozenset("能要会共已将被把该可应须需")
_LINKING = frozenset("是为有达")  # 总营收是: cut 总营/收是
_NOUN_TAGS = frozenset({"n", "nz", "nt", "b", "j", "l", "ns", "nr"})
_FORM_TAGS = frozenset({"r", "u", "uj", "ul", "ud", "uz", "uv", "ug", "p", "c", "y", "e", "o", "x"})
# jieba lists these common nouns as place names.
_NOT_PLACES = frozenset(
    {"城市", "全市", "全省", "我市", "我省", "本市", "本省", "市", "省", "五市"}
)
# The asking words with their unit: 多少亿元, 百分之几, 几吨.
_ASKING = re.compile(
    r"(?:百分之)?(?:多少|几)(?:[万亿千百]?(?:元|美元|人次|人|名|个|位|家|户|套|辆|吨|公里|平方米|平方公里|亩|"
    r"天|年|月|次|项|件|岁|度|米|块|口|只|条|座|所|届|成|倍|分|个百分点|百分点))?"
)
_ASKING_WORD = re.compile(
    r"多少|几(?=[个家人名项条辆只件次位天座月号点成倍分])|多[长大高久远]|谁|哪|什么|何[时地]"
)
_SEVERAL = re.compile(r"分别|各(?:是|为|有|多少|几|涨|增|降)")
# jieba takes 金融局局长 apart as 金融 and 局局长.
_DOUBLED = re.compile(r"^.*?([局会院校所台社处科部厅省市县区])(?=\1)")
_QUOTED = re.compile(r"[“《「『\"][^”》」』\"]*[”》」』\"]")
_DURATIONS = frozenset({"年", "月", "周", "天", "日", "工作日", "小时", "分钟", "秒"})
_MEANT_UNITS = (
    ("多长时间", _DURATIONS),
    ("多久", _DURATIONS),
    ("多长", frozenset({"公里", "米", "厘米"})),
    ("多远", frozenset({"公里", "米"})),
    ("多高", frozenset({"米", "厘米"})),
    ("多少钱", frozenset({"元", "美元", "港元", "欧元", "日元"})),
)
_SUFFIX = re.compile(r"(?<=..)[省市区县州]$")

_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        Wanted.PERSON,
        re.compile(r"谁|哪位|何人|哪名|哪几位|姓名|名字叫|叫什么名|\bwho(?:m|se)?\b|누구|誰"),
    ),
    (
        Wanted.DATE,
        re.compile(
            r"哪[一]?[天日年月]|何时|什么时[候间]|几[月号日](?!报)|哪个月|时间是|(?:时间|日期)[?。]?$|\bwhen\b|"
            r"\bwhat (?:date|day|year|month)\b|\bwhich (?:date|day|year|month)\b|いつ|언제"
        ),
    ),
    (
        Wanted.PERCENT,
        re.compile(
            r"(?:增长|上升|提高|下降|回落|上涨|下跌|增幅|增速|降幅|涨幅|跌幅|比重|占比|比例|率)"
            r"[了为是达]*(?:到)?(?:多少|几|多大|多高)|(?:增幅|增速|降幅|涨幅|跌幅|占比|比例|比重|百分之)|"
            r"\bpercent|\bgrowth rate|\bhow fast\b"
        ),
    ),
    (
        Wanted.FIGURE,
        re.compile(
            r"多少|几[个家人名项条辆只件次位天年所座套户亿万倍成届期座间艘吨]|多大|多高|多长|多久|多远|"
            r"金额|总额|余额|人数|数量|规模|面积|\bhow (?:many|much|long|far|large|big|high)\b|"
            r"\bamount\b|\bbalance\b|\btotal\b|いくら|何人|いくつ|얼마|몇"
        ),
    ),
    (
        Wanted.PLACE,
        re.compile(
            r"哪里|哪儿|何处|何地|在哪|什么地方|哪个(?:地方|城市|学校|区|县|市|国家)|地点|(?:举办|举行|所在|发源)地[?。]?$|\bwhere\b|どこ|어디"
        ),
    ),
)


def wanted_answer(question: str) -> Wanted:
    """The expected answer type; percent before figure, so 同比增长多少 wants a percentage."""
    folded = fold(question)
    for wanted, pattern in _WANTED:
        if pattern.search(folded):
            return wanted
    return Wanted.ANY


def read_focus(question: str) -> Focus:
    """Content words, head, anchors and expected answer type of a question in any language."""
    timeless = _without_periods(question)
    tagged = tagged_words(_ASKING.sub(" ", timeless))
    form = {word for word, tag in tagged if tag in _FORM_TAGS and not word.isascii()} | _FORM_WORDS
    found = words(_ASKING.sub(" ", timeless))
    terms = tuple(dict.fromkeys(word for word in found if word not in form))
    # 深圳 in “学深圳，赶深圳”学会 is part of a name, not where it is.
    unquoted = tagged_words(_QUOTED.sub(" ", _ASKING.sub(" ", timeless)))
    places = [
        _SUFFIX.sub("", word)
        for word, tag in unquoted
        if (tag == "ns" and word not in _NOT_PLACES and word not in form and len(word) > 1)
        or _SUFFIX.sub("", word) in TOWNS
    ]
    latin = [word for word, tag in tagged if tag == "eng" and len(word) > 1 and word not in form]
    heads = [word for word, tag in tagged if word in terms and tag != "eng"]
    return Focus(
        terms=terms,
        phrases=_phrases(timeless, [word for word, _ in tagged], form),
        head=_DOUBLED.sub("", heads[-1]) if heads else "",
        places=tuple(dict.fromkeys(places)),
        names=tuple(dict.fromkeys([*person_names(timeless), *latin])),
        wanted=wanted_answer(question),
        units=_asked_units(question),
        measure=_measure(timeless, terms),
        nouns=tuple(
            word
            for word, tag in tagged
            if tag in _NOUN_TAGS
            and len(word) > 1
            and word not in _QUANTITIES
            and word[0] not in _HELPING
            and word[-1] not in _LINKING
            and word in terms
            and _SUFFIX.sub("", word) not in places
        ),
        subjects=tuple(subjects(timeless)),
        several=len(_ASKING_WORD.findall(question)) > 1
        or bool(_SEVERAL.search(question))
        or (len(set(places)) > 1 and bool(re.search(r"[和与及、]", question))),
    )


def _phrases(question: str, cut: list[str], form: set[str]) -> tuple[str, ...]:
    """Pairs of content words that stand side by side: jieba cuts an unknown name in two."""
    folded = fold(question)
    cut = [word for word in cut if word[0].isalnum()]
    pairs = [
        first + second
        for first, second in pairwise(cut)
        if first not in form and second not in form and first + second in folded
    ]
    return tuple(dict.fromkeys(pairs))


def _asked_units(question: str) -> frozenset[str]:
    """The unit behind 多少 or 几, read by putting a figure in their place, or meant by 多长."""
    folded = fold(question)
    for asking, units in _MEANT_UNITS:
        if asking in folded:
            return units
    match = re.search(r"(百分之)?(?:多少|几)(.{0,6})", folded)
    if not match:
        return frozenset()
    figures = parse_figures(f"{match.group(1) or ''}5{match.group(2)}")
    return frozenset({figures[0].unit} - {""} if figures and figures[0].start == 0 else ())


def _measure(question: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    """The last content words before the asking word, parts of compounds too: what is counted."""
    asking = _ASKING_WORD.search(question)
    before = words(question[: asking.start()] if asking else question)
    return tuple(word for word in before if word in terms)[-3:]


def _without_periods(question: str) -> str:
    """The question with its time expressions blanked: they are weighed as periods, not as words."""
    text = question
    for span in reversed(parse_periods(question, anchor=ANY_DAY)):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text
