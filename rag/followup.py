"""Put back what a follow-up leaves out: its subject, its period, the person it means.

Rules only; where none applies the question stands as it is. The result is shown to the asker.
"""

import re
from datetime import date

from index.periods import TimeSpan, parse_periods
from index.words import simplified, tagged_words
from rag.focus import read_focus
from rag.names import person_names
from rag.places import TOWNS
from rag.types import Turn

_ANY_DAY = date(2000, 6, 15)  # only where the expressions stand matters here
_FEW_TERMS = 3
_OWN_SUBJECT = 3  # words
_SHORT = 16  # characters: a longer question usually names its subject itself
_LEAD = re.compile(r"^(?:那么?|还有|另外|and|what about|how about)[，,\s]*", re.IGNORECASE)
_ABOUT = re.compile(r"^(.{1,20}?)呢[？?。]?$")
_LEANS = re.compile(
    r"^(?:其中|其|它们?|该|此|这|同比|环比|比去年|比上年|增长|增速|增幅|一共|总共|第一天|首批|全长)"
)
_PERSON = re.compile(r"^(?:这个人|这人|此人|该人|他|她)(?!们)的?")
_PRONOUN = re.compile(r"^(?:其中|其|它们?|该|此|这个?)(?=[\u4e00-\u9fff])")
# From here on a question asks; what stands before it is its subject.
_ASKS = re.compile(
    r"[是为有达到了占在要能]*(?:第?几[个家人名项条辆只件次位天座]?|多少|多大|多长|多高|多久|谁|哪|什么|"
    r"何时|何地|怎么|怎样|如何|为何).*$|(?:吗|呢)?[？?。]*$"
)
_CHANGE = re.compile(r"(?:同比|环比)?(?:增长|增速|增幅|上升|下降|上涨|下跌|提高|回落)了?$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOUN = frozenset({"n", "vn", "nz", "l", "b", "j", "an"})


def stand_alone(question: str, before: Turn) -> str:
    """A follow-up made whole from the turn before; a question with a subject of its own unchanged.

    ``那存款呢`` after 青岛上半年贷款余额是多少 swaps one word of it; ``8月末呢`` swaps its period;
    ``同比增长多少`` keeps its subject; ``他之前在哪任职`` takes the name from its answer.
    """
    earlier = before.answer.query.question
    if _HAN.search(question):
        earlier, question = simplified(earlier), simplified(question)
    asked = _LEAD.sub("", question)
    person = _PERSON.match(asked)
    if person:
        names = person_names(before.answer.text) or person_names(earlier)
        rest = asked[person.end() :]
        return f"{names[0]}{rest}" if names else f"{_subject(earlier)}{rest}"
    about = _ABOUT.match(asked)
    if about:
        return _swap(earlier, about.group(1))
    if _LEANS.match(asked) or _is_bare(asked):
        return _carry(earlier, _PRONOUN.sub("", asked))
    return question


def _is_bare(question: str) -> bool:
    """Short, with few content words and no place, person or quoted thing among them."""
    if len(question) > _SHORT or re.search(r"[“《「『\"]", question):
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
    """青岛6月末贷款余额是多少 -> 青岛6月末贷款余额."""
    return _ASKS.sub("", earlier, count=1).rstrip("，,的 ")


def _swap(earlier: str, topic: str) -> str:
    """The question before with ``topic`` in the place of its like."""
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
    return parse_periods(text, anchor=_ANY_DAY)
