"""A question as typed becomes a Query: stand-alone, with its language, period and filters."""

import re
from collections.abc import Sequence
from datetime import date

from index.errors import BadInput
from index.language import detect_language
from index.periods import TimeSpan, parse_periods
from index.words import tagged_words
from rag.focus import read_focus
from rag.types import Filters, Period, Query, Turn

LONGEST_QUESTION = 500  # characters; longer is a document, not a question
_PHRASE = re.compile(r"[“\"「『《]([^”\"」』》]{2,40})[”\"」』》]")
# 那存款呢, 它在哪里启动, 同比增长多少: words that lean on the turn before.
_LEANS = re.compile(
    r"^(?:那|那么|还有|其中|它|他|她|其|这|该|此|同比|环比|比去年|增长|增速"
    r"|and\b|what about|how about|it\b|he\b|she\b|they\b)|呢[？?]?$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:那么?|还有)?[，,]?(.{1,20}?)呢[？?。]?$")


def understand(
    question: str,
    *,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    anchor: date,
) -> tuple[Query, list[TimeSpan]]:
    """The query and every period it names, year-less ones resolved against ``anchor``.

    Raises:
        BadInput: The question is empty or longer than LONGEST_QUESTION characters.
    """
    asked = " ".join(question.split())
    if not asked:
        raise BadInput("The question is empty. Type one, for example: 青岛上半年贷款余额是多少")
    if len(asked) > LONGEST_QUESTION:
        raise BadInput(
            f"The question has {len(asked)} characters; at most {LONGEST_QUESTION} are read. "
            "Shorten it, or check a whole draft sentence by sentence."
        )
    alone = stand_alone(asked, [turn.answer.query.question for turn in history])
    periods = parse_periods(alone, anchor=anchor)
    first = periods[0] if periods else None
    query = Query(
        asked=asked,
        question=alone,
        language=detect_language(asked) or "zh-Hans",
        period=Period(first.since, first.until, first.text) if first else None,
        filters=filters or Filters(),
        phrases=tuple(dict.fromkeys(_PHRASE.findall(alone))),
    )
    return query, periods


def is_chinese(question: str) -> bool:
    """Whether a question is written like the articles, so that shared words mean something."""
    return detect_language(question).startswith("zh")


def stand_alone(question: str, earlier: Sequence[str]) -> str:
    """A follow-up with what it leaves out put back from the question before; else unchanged.

    ``那存款呢`` after ``青岛6月末贷款余额是多少`` swaps the one noun it names; ``同比增长多少``
    keeps the subject and asks for another measure. Rules only: where they do not
    apply the question stands as it is.
    """
    if not earlier:
        return question
    before = earlier[-1]
    about = _ABOUT.match(question)
    if about:
        return _swap(before, about.group(1))
    if _LEANS.search(question) or _is_bare(question, before):
        rest = re.sub(r"^(?:那么?|还有)[，,]?", "", question)
        rest = re.sub(r"^(?:它们?|他们?|她们?|其中?|该|此|这个?)(?=[一-鿿])", "", rest)
        return f"{_subject(before)}{'' if rest.isascii() is False else ' '}{rest}".strip()
    return question


def _is_bare(question: str, before: str) -> bool:
    """No place, person, organisation or quoted name of its own, and short."""
    focus = read_focus(question)
    return not focus.anchors and len(question) <= 12 and bool(read_focus(before).anchors)


def _subject(before: str) -> str:
    """The question before without its asking part: 青岛6月末贷款余额是多少 -> 青岛6月末贷款余额."""
    return re.sub(
        r"(?:[是为有达到了]*(?:多少|几[个家人名项条辆只件次位天]?|谁|哪[里儿天位个]?.{0,6}|什么.{0,6}|何时|何地).*|"
        r"怎么样.*|如何.*|吗.*)?[？?。]*$",
        "",
        before,
    )


def _swap(before: str, topic: str) -> str:
    """Put ``topic`` in the place of the like word of the question before."""
    tags = dict(tagged_words(before))
    topic_tags = tagged_words(topic)
    kind = topic_tags[0][1] if topic_tags else "n"
    periods = parse_periods(topic, anchor=date(2000, 1, 1))
    if periods:
        old = parse_periods(before, anchor=date(2000, 1, 1))
        return before.replace(old[0].text, topic, 1) if old else f"{topic}{before}"
    same = [word for word, tag in tags.items() if tag == kind and word != topic]
    if kind == "n":
        # 贷款余额 -> 存款余额: the first noun is the thing, the last the measure.
        same = [word for word in same if word not in ("余额", "总额", "数量")] or same
    if kind.startswith("n") and same:
        return before.replace(same[0], topic, 1)
    return f"{_subject(before)} {topic}"
