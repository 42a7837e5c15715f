"""What speaks for a sentence as the answer: type, closeness, period, plainness. Pure functions."""

import re
from collections.abc import Sequence
from functools import lru_cache

from index.figures import Figure, parse_figures
from index.period_terms import article_periods
from index.periods import TimeSpan, parse_periods
from index.sentences import article_sentences
from index.types import Article, Sentence
from index.words import fold, tagged_words
from rag.focus import Focus, Wanted
from rag.names import person_names
from rag.places import towns_in

RATES = frozenset({"%", "‰", "百分点", "倍", "基点"})
# A figure this far behind its measure still belongs to it: 贷款余额(达到 / 首次突破)20314亿元.
_BY_MEASURE = 0.8
_FIGURE_REACH = 14
_NAME_REACH = 18  # 会长(由青岛市委常委、秘书长)祝华
# Between a measure and its figure these start another measure.
_OTHER_MEASURE = re.compile(
    r"同比|环比|增长|增速|增幅|新增|增加|比年初|比上年|较|占|下降|提高|回落"
)
_TELLING = re.compile(r"今[天日晨晚]|[昨当][天日晚]|日前|近日|today|yesterday", re.IGNORECASE)
# Parts of the country that statistics are given for beside provinces and cities.
_REGIONS = re.compile(r"长三角|珠三角|京津冀|粤港澳|大湾区|成渝|(?<![全中])[东中西]部地区|东北三省")
_WHOLE_COUNTRY = re.compile(r"全国|我国|中国|国家统计局|国内生产总值")
_CLAUSE_END = re.compile(r"[，。；！？,;!?\n]")
_ITEM_START = re.compile(r"[，、。；：！？,;:!?\n]")
RUNNING_TOTAL = -0.3  # not what was asked, but told in the same breath
# Words that do not narrow a measure down: 全市各项贷款 is still all loans.
WHOLE = frozenset(
    "全市 全省 全国 全区 全部 各项 各类 总 合计 累计 本外币 共 我市 我省 本市 其中".split()  # noqa: SIM905
)
_NARROWING_TAGS = frozenset({"n", "vn", "b", "j", "an", "nz", "l", "ng", "s", "f", "a"})


@lru_cache(maxsize=4096)
def _figures(text: str) -> tuple[Figure, ...]:
    return tuple(parse_figures(text))


def holds(focus: Focus, text: str, article: Article) -> bool:
    """Whether a text holds the kind of answer asked for; ANY is held by every text."""
    match focus.wanted:
        case Wanted.ANY:
            return True
        case Wanted.FIGURE:
            units = {figure.unit for figure in _figures(text)}
            return bool(focus.units & units if focus.units else units - {"第"})
        case Wanted.PERCENT:
            return any(figure.unit in RATES for figure in _figures(text))
        case Wanted.DATE:
            return bool(parse_periods(text, anchor=article.published))
        case Wanted.PERSON:
            return bool(person_names(text))
        case Wanted.PLACE:
            return any(tag in {"ns", "nt", "nz", "s"} for _, tag in tagged_words(text))


def closeness(focus: Focus, text: str) -> float:
    """1 where the answer stands right by the question's head word, else less.

    0.8 by another word of the measure (新增 of 新增贷款), 0.5 if only roughly said, 0 if not.

    ``贷款余额是多少``: an amount soon after 余额, with no other measure between them (超过2万亿元
    is a rough one); ``会长是谁``: a name in the same clause as 会长.
    """
    folded = fold(text)
    if focus.wanted in (Wanted.FIGURE, Wanted.PERCENT):
        return max(
            (_amount(focus, word, folded) for word in (focus.head, *focus.measure)), default=0
        )
    if focus.wanted is Wanted.PERSON and focus.head:
        return float(_name_beside(focus.head, folded))
    return 0.0


def _amount(focus: Focus, word: str, text: str) -> float:
    figure = _figure_behind(focus, word, text) if word else None
    if figure is None:
        return 0.0
    if figure.approx:
        return 0.5
    return 1.0 if word == focus.head else _BY_MEASURE


def _figure_behind(focus: Focus, word: str, text: str) -> Figure | None:
    figures = _figures(text)
    for match in re.finditer(re.escape(word), text):
        following = [figure for figure in figures if figure.start >= match.end()]
        if following and _belongs(following[0], focus, text[match.end() : following[0].start]):
            return following[0]
    return None


def _belongs(figure: Figure, focus: Focus, between: str) -> bool:
    if len(between) > _FIGURE_REACH or _CLAUSE_END.search(between):
        return False
    if _OTHER_MEASURE.search(between) or (focus.units and figure.unit not in focus.units):
        return False
    rate = figure.unit in RATES
    return rate if focus.wanted is Wanted.PERCENT else not rate or focus.head.endswith(("率", "重"))


def _name_beside(head: str, text: str) -> bool:
    for name in person_names(text):
        if name == head:
            return True
        for match in re.finditer(re.escape(name), text):
            before = text[max(0, match.start() - _NAME_REACH) : match.start()]
            after = text[match.end() : match.end() + _NAME_REACH]
            before = _CLAUSE_END.split(before)[-1]
            after = _CLAUSE_END.split(after)[0]
            if head in before or head in after:
                return True
    return False


def narrowing(focus: Focus, text: str) -> int:
    """How many words narrow what was asked for down that the question did not say, at most 3.

    ``贷款余额`` is all loans, 企事业单位短期贷款余额 narrows it by three words; the ``会长`` of one
    society is not 青深企业家联谊会会长.
    """
    folded = fold(text)
    if focus.wanted is Wanted.PERSON:
        starts = [match.start() for match in re.finditer(re.escape(focus.head), folded)]
        starts = starts if focus.head else []
    elif focus.wanted in (Wanted.FIGURE, Wanted.PERCENT):
        core = [term for term in focus.terms if term not in focus.anchors and term in folded]
        starts = [min(folded.find(term) for term in core)] if core else []
    else:
        return 0
    return min((_words_before(folded[:start], focus) for start in starts), default=0)


def _words_before(text: str, focus: Focus) -> int:
    clause = _ITEM_START.split(text)[-1]
    for span in reversed(parse_periods(clause, anchor=None)):
        clause = clause[: span.start] + clause[span.end :]
    extra = [
        word
        for word, tag in tagged_words(clause[-20:])
        if tag in _NARROWING_TAGS and word not in WHOLE and word not in focus.terms
    ]
    return min(3, len(extra))


def period_fit(asked: Sequence[TimeSpan], sentence: Sentence, article: Article) -> float:
    """1 for the period asked for, 0.5 for one inside it or the same months of another year.

    -1 for another period, -0.3 for a longer one to the same day (1—10月 for 10月), 0 where
    nothing was asked or nothing is said. A sentence that names no period takes the one last named
    in its paragraph, at 0.7 of the weight.
    """
    if not asked:
        return 0.0
    own, inherited = _periods_of(article)[sentence.start]
    if own:
        return _fit(asked, own)
    return 0.7 * _fit(asked, inherited) if inherited else 0.0


def told_period(sentence: Sentence, article: Article) -> TimeSpan | None:
    """The period a sentence speaks of, its own or the one last named in its paragraph."""
    own, inherited = _periods_of(article)[sentence.start]
    told = own or inherited
    return told[-1] if told else None  # the last before the figure: 7月21日公布，6月末…


def _fit(asked: Sequence[TimeSpan], said: Sequence[TimeSpan]) -> float:
    best = -1.0
    for want in asked:
        for span in said:
            if (want.since, want.until) == (span.since, span.until):
                return 1.0
            if want.until == span.until and (span.point or want.point):
                return 1.0
            if span.since <= want.since and span.until == want.until:
                best = max(best, RUNNING_TOTAL)
            if (want.since <= span.since and span.until <= want.until) or (
                not want.explicit_year and (_same_months(want, span) or _in_month(want, span))
            ):
                best = max(best, 0.5)
    return best


def _in_month(want: TimeSpan, span: TimeSpan) -> bool:
    """Whether a day or stretch lies in the month asked for, of whatever year: 8月3日 in 8月."""
    months = {want.since.month, want.until.month, span.since.month, span.until.month}
    whole = want.since.day == 1 and (want.until - want.since).days in (27, 28, 29, 30)
    return whole and len(months) == 1 and (span.until - span.since).days <= 30


def _same_months(a: TimeSpan, b: TimeSpan) -> bool:
    def shape(span: TimeSpan) -> tuple[int, int, int, int, int]:
        first = (span.until.month, 1) if span.point else (span.since.month, span.since.day)
        years = 0 if span.point else span.until.year - span.since.year
        return (*first, span.until.month, min(span.until.day, 28), years)

    return shape(a) == shape(b)


def _told_of(spans: Sequence[TimeSpan]) -> tuple[TimeSpan, ...]:
    """Without the day of telling: 今天（11月5日）通报，11月4日新增… is about the fourth."""
    about: list[TimeSpan] = []
    told: TimeSpan | None = None
    for span in spans:
        if _TELLING.fullmatch(span.text):
            told = span
        elif told is None or (span.since, span.until) != (told.since, told.until):
            about.append(span)
    return tuple(about or spans)


@lru_cache(maxsize=512)
def _periods_of(article: Article) -> dict[int, tuple[tuple[TimeSpan, ...], tuple[TimeSpan, ...]]]:
    """For each sentence, by its start: its own periods, and those it inherits.

    A period that is only compared with (比去年同期) is not what the sentence is about.
    """
    spans = article_periods(article)
    result: dict[int, tuple[tuple[TimeSpan, ...], tuple[TimeSpan, ...]]] = {}
    carried: tuple[TimeSpan, ...] = ()
    previous = 0
    for sentence in article_sentences(article):
        if "\n" in article.body[previous : sentence.start]:
            carried = ()
        own = tuple(span for span in spans if sentence.start <= span.start < sentence.end)
        if own and (figures := _figures(sentence.text)):
            # Behind the first figure a period is a comparison: 增加156亿元，扭转了去年以来的下降.
            end = sentence.start + figures[0].start
            own = tuple(span for span in own if span.start < end)
        own = _told_of(own)
        result[sentence.start] = (own, carried)
        carried = own or carried
        previous = sentence.end
    return result


def elsewhere(focus: Focus, question: str, text: str) -> bool:
    """Whether a sentence is about a part of the country that was not asked about.

    广东外贸进出口8.27万亿元 does not answer 我国外贸进出口总值; a place before the first figure
    narrows it down, one behind it is where something happened.
    """
    figures = _figures(text)
    head = fold(text[: figures[0].start] if figures else text)
    if any(place in head for place in focus.places):
        return False
    if not focus.places and not _WHOLE_COUNTRY.search(question):
        return False
    return bool(towns_in(head) or _REGIONS.search(head))
