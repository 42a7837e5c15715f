"""Put back what a follow-up leaves out: its subject, its period, the person it means.

Rules only; where none applies the question stands as it is, and ``points_back`` tells whether it
leans on the conversation all the same. The result is shown to the asker.
"""

import re

from index.language import detect_language
from index.periods import ANY_DAY, TimeSpan, parse_periods
from index.words import simplified, tagged_words
from rag.focus import read_focus
from rag.followup_english import complete_english, points_back_english
from rag.names import person_names
from rag.places import TOWNS
from rag.types import Turn

_FEW_TERMS = 3
_OWN_SUBJECT = 3  # words
_SHORT = 16  # characters: a longer question usually names its subject itself
# 那里 and 那年 are words of their own, not 那 before a question.
_FAR = "(?:[里儿边时年月天次个些位家座条项只件名所场]|[一两几][年月天次个位家座条项])"
_LEAD = re.compile(
    rf"^(?:那么|那(?!{_FAR})|还有|另外|and|what about|how about)[，,\s]*", re.IGNORECASE
)
_ABOUT = re.compile(r"^((?:(?!多少|谁|哪|什么|怎|如何|为何|几).){1,20}?)呢[？?。]?$")
_LEANS = re.compile(
    r"^(?:其中|其|它们?|该|此|这|当时|那时|同比|环比|比去年|比上年|增长|增速|增幅|一共|总共|第一天|首批|全长)"
)
# Which of two, and where: only the conversation's meaning tells, and no rule reads that.
_BEYOND_RULES = re.compile(rf"前者|后者|[两二]者|上述|(?<![\u4e00-\u9fff]{{3}})那(?!时){_FAR}")
# Before these 该 is "the said"; elsewhere it is "should": 暖气不热该打哪个电话.
_BODIES = "项市区县镇村校院馆站线路桥港公集银局部委厂店案机产楼批股"
_THIS = "[个些位家座条项只件名次里儿所场]"
_POINTS = re.compile(
    rf"{_BEYOND_RULES.pattern}|当时|那时|这{_THIS}(?!月|星期|季|年|周|世纪)|该[{_BODIES}]|此[事次举人案]|"
    r"(?<![其吉])[他她它](?![人乡])|(?<![尤极])其(?![他它余实次间])"
)
_OPENS_ASKING = re.compile(
    r"^(?:为什么|为何|怎么|如何|什么时候|何时|由?谁|在?哪|多[少久长]|有没有|是否|是不是|能不能|会不会)"
)
_QUOTED = re.compile(r"[“《「『\"]")
_YEAR_BESIDE = re.compile(r"(?:[前上]一|上)年|([后下]一年|次年)")
_PERSON = re.compile(r"^(?:这个人|这人|此人|该人|他|她)(?!们)的?")
_PRONOUN = re.compile(r"^(?:其中|其|它们?|该|此|这个?|当时|那时)(?=[\u4e00-\u9fff])")
# From here on a question asks; what stands before it is its subject.
_ASKS = re.compile(
    r"[是为有达到了占在要能]*(?:第?几[个家人名项条辆只件次位天座]?|多少|多大|多长|多高|多久|谁|哪|什么|"
    r"何时|何地|怎么|怎样|如何|为何).*$|(?:吗|呢)?[？?。]*$"
)
_CHANGE = re.compile(r"(?:同比|环比)?(?:增长|增速|增幅|上升|下降|上涨|下跌|提高|回落)了?$")
_EXPECTED = re.compile(r"(?:预计|预期|计划|大约|约)$")
# それは？ その…, 彼女, 今年は？; 그것은?, 거기, 후자, 예금은요?
_POINTS_ELSEWHERE = re.compile(
    r"それ|その|そこ|そち|あれ|あの|彼|前者|後者|両者|^(?:では|じゃあ)|^.{1,12}(?:は|も)[？?]?$|"
    r"그(?:것|곳|때|게|는|녀|의|럼)|거기|전자는|후자|^.{1,12}(?:은|는|도)요?[？?]?$"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOUN = frozenset({"n", "vn", "nz", "l", "b", "j", "an"})


def stand_alone(question: str, before: Turn) -> str:
    """A follow-up made whole from the turn before; a question with a subject of its own unchanged.

    ``那存款呢`` after 青岛上半年贷款余额是多少 swaps one word of it; ``8月末呢`` swaps its period;
    ``同比增长多少`` keeps its subject; ``他之前在哪任职`` takes the name from its answer.
    """
    query = before.answer.query
    match detect_language(question):
        case "en":
            return complete_english(question, query.whole or query.question)
        case "ja" | "ko":  # the rules below are for Chinese
            return question
    earlier = query.question
    if _HAN.search(question):
        earlier, question = simplified(earlier), simplified(question)
    if _BEYOND_RULES.search(question):
        return question
    asked = _LEAD.sub("", question)
    person = _PERSON.match(asked)
    if person:
        names = person_names(before.answer.text) or person_names(earlier)
        meant = names[0] if names else _subject(earlier)
        return f"{meant}{asked[person.end() :]}" if meant else question
    about = _ABOUT.match(asked)
    if about:
        return _swap(earlier, about.group(1))
    if _LEANS.match(asked) or _is_bare(asked):
        return _carry(earlier, _PRONOUN.sub("", asked))
    return question


def points_back(asked: str, understood: str) -> bool:
    """Whether a follow-up leans on the conversation though the rules left it as it was typed.

    ``asked`` is as typed, ``understood`` what ``stand_alone`` made of it. 后者同比增长多少 and
    "When was she appointed?" do, 济南的贷款余额是多少 does not.
    """
    if simplified(understood) != simplified(asked):
        return False
    match detect_language(asked):
        case "en":
            return points_back_english(asked)
        case "ja" | "ko":
            return bool(_POINTS_ELSEWHERE.search(asked))
    question = simplified(asked)
    if _POINTS.search(question):
        return True
    asks_only = _OPENS_ASKING.match(_LEAD.sub("", question)) and not _QUOTED.search(question)
    return bool(asks_only) and not read_focus(question).anchors


def _is_bare(question: str) -> bool:
    """Short, with few content words and no place, person or quoted thing among them."""
    if len(question) > _SHORT or _QUOTED.search(question):
        return False
    focus = read_focus(question)
    return not focus.anchors and len(focus.terms) <= _FEW_TERMS


def _carry(earlier: str, asked: str) -> str:
    """The subject of the question before, its period unless a new one is asked, then the asking."""
    subject = _subject(earlier)
    if _LEANS.match(asked):
        subject = _CHANGE.sub("", subject)  # asked twice, 同比增长 would stand there twice
    new = _periods(asked)
    if not new:
        return f"{subject}{asked}"
    period = _settled(new[0], _periods(earlier))
    rest = asked[: new[0].start] + asked[new[0].end :]
    for span in reversed(_periods(subject)):
        subject = subject[: span.start] + subject[span.end :]
    return f"{period}{subject}{rest}"


def _subject(earlier: str) -> str:
    """青岛6月末贷款余额是多少 -> 青岛6月末贷款余额; "" where the asking word comes first."""
    return _EXPECTED.sub("", _ASKS.sub("", earlier, count=1).rstrip("，,的 "))


def _swap(earlier: str, topic: str) -> str:
    """The question before with ``topic`` in the place of its like."""
    beside = _YEAR_BESIDE.fullmatch(topic)
    if beside and (moved := _year_moved(earlier, 1 if beside.group(1) else -1)):
        return moved
    spans = _periods(topic)
    if spans:
        old = _periods(earlier)
        period = _settled(spans[0], old)
        if not old:
            return f"{period}{earlier}"
        return earlier[: old[0].start] + period + earlier[old[0].end :]
    tags = tagged_words(topic)
    words = tagged_words(earlier)
    kind = _kind(*tags[0]) if tags else ""
    if kind in ("ns", "nr", "nt"):
        alike = [word for word, tag in words if _kind(word, tag) == kind]
        return earlier.replace(alike[0], topic, 1) if alike else f"{_subject(earlier)}{topic}"
    like = _ending_in(tags[-1][0], words) if tags else ""
    if like and like in earlier:  # 货物吞吐量 for 集装箱吞吐量, 企业存款 for 居民存款
        return earlier.replace(like, topic, 1)
    core = _CHANGE.sub("", _subject(earlier))
    asking = earlier[len(core) :]
    run = _noun_run(core)
    if len(tags) >= _OWN_SUBJECT:  # 退役军人关爱基金: a subject of its own
        return f"{topic}{asking}"
    if len(run) > 1:  # 存款 for the 贷款 of 贷款余额, 同比增长多少 kept
        return core.replace(run[-2], topic, 1) + asking
    return f"{core}{topic}是多少？"


def _year_moved(earlier: str, years: int) -> str:
    """2023年青岛GDP是多少 with the year before it or after it; "" where it names no one year."""
    named = re.findall(r"\d{4}(?=年)", earlier)
    return earlier.replace(named[0], str(int(named[0]) + years)) if len(named) == 1 else ""


def _kind(word: str, tag: str) -> str:
    """The part of speech, with 烟台 a place though jieba calls it a noun."""
    return "ns" if word.rstrip("市省") in TOWNS else tag


def _ending_in(last: str, words: list[tuple[str, str]]) -> str:
    """The nouns of the question before up to the word the topic ends in; "" where it has none."""
    for at in range(len(words) - 1, -1, -1):
        if words[at][0] == last:
            first = at
            while first and words[first - 1][1] in _NOUN and not _is_place(words[first - 1]):
                first -= 1
            return "".join(word for word, _ in words[first : at + 1])
    return ""


def _is_place(word: tuple[str, str]) -> bool:
    return _kind(*word) == "ns"


def _noun_run(subject: str) -> list[str]:
    """The nouns that end a subject: 青岛上半年贷款余额 -> 贷款, 余额."""
    run: list[str] = []
    for word, tag in reversed(tagged_words(subject)):
        if tag not in _NOUN or not subject.endswith(word + "".join(run)):
            break
        run.insert(0, word)
    return run


def _settled(new: TimeSpan, old: list[TimeSpan]) -> str:
    """The new period with what it takes from the old one: its year, or the stretch 同期 means."""
    if not old:
        return new.text
    year = re.match(r"\d{4}年|去年|今年|前年", old[0].text)
    if "同期" in new.text:
        stretch = old[0].text[year.end() :] if year else old[0].text
        return new.text.replace("同期", stretch)
    if (
        year
        and not new.explicit_year
        and re.match(r"\d{1,2}月|上半年|下半年|前?[一二三四]", new.text)
    ):
        return year.group() + new.text
    return new.text


def _periods(text: str) -> list[TimeSpan]:
    return parse_periods(text, anchor=ANY_DAY)
