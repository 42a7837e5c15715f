"""Whether a sentence is about what was asked, and gives a statement's value for it."""

import re

from index.figures import Figure, parse_figures
from index.sentences import split_sentences
from rag.binding import another_measure, answers_another, lacks_office, other_place, unsaid
from rag.evidence import Candidate
from rag.features import RATES
from rag.focus import Focus, Wanted
from rag.names import person_names
from rag.officeholders import asks_office
from rag.offices import Office, contradicts
from rag.verify_binding import other_value

# 余额是多少亿元？ with the answer in its place is the claim that is made by giving it.
_ASKS = re.compile(r"(?:是|为|有|达到?|了)?(?:多少|几)[\u4e00-\u9fffa-z]{0,4}(?=[？?，,。]|\Z)")
_LEAD = 300  # characters that a lead may have


def surroundings(item: Candidate) -> str:
    """A sentence with what it may take as said: headline, dateline, lead, the sentences before."""
    brief = item.brief
    body = item.article.body[brief.start : brief.end]
    lead = body[: next((span.end for span in split_sentences(body[:_LEAD])), 0)]
    head = f"{item.article.headline} {brief.heading} {item.article.place}"
    return f"{head} {lead} {item.before} {item.sentence.text}"


def fits(statement: str, item: Candidate, focus: Focus) -> bool:
    """Whether the sentence is about the place, period and office asked for, and has this value."""
    text = item.sentence.text
    return not (
        item.period < 0
        or unsaid(focus, surroundings(item))
        or (focus.wanted in (Wanted.FIGURE, Wanted.PERCENT) and other_place(text, focus))
        or lacks_office(surroundings(item), focus)
        or _of_another(statement, text, focus)
        or answers_another(statement, text, focus)
        or another_measure(statement, text, focus)
    )


def answers_other(
    statement: str, cited: str, question: str, focus: Focus, *, around: str = ""
) -> bool:
    """Whether the sentence gives the statement's value to something else than the question asks.

    营收是多少？ is not answered by 净利润5亿元, nor 平均气温 by 最高气温38度, whatever the
    statement itself calls it. What the question names beside the measure may be said ``around``
    the sentence: 苹果 of 苹果收购价 in the headline.
    """
    asking = _ASKS.findall(question)
    if focus.several or len(asking) != 1 or focus.wanted not in (Wanted.FIGURE, Wanted.PERCENT):
        return False
    values = [item for item in parse_figures(statement) if _is_kind(item, focus)]
    counted = _counted(asking[0])
    return bool(values) and all(
        other_value(item, question.replace(asking[0], item.text + counted), cited, around=around)
        for item in values
    )


def _counted(asking: str) -> str:
    """What is counted: 金牌 of 获得多少金牌, nothing of 为多少亿元."""
    tail = re.sub(r"^.*?(?:多少钱?|几)", "5", asking)
    figures = parse_figures(tail)
    return tail[figures[0].end :] if figures else tail[1:]


def _is_kind(figure: Figure, focus: Focus) -> bool:
    if focus.wanted is Wanted.PERCENT:
        return figure.unit in RATES
    return figure.unit in focus.units if focus.units else figure.unit not in RATES


def _of_another(statement: str, cited: str, focus: Focus) -> bool:
    """Whether a person answered holds, by the sentence, another office than the one asked for."""
    if not asks_office(focus):
        return False
    return any(
        contradicts(Office(name, focus.head, ""), cited)
        for name in person_names(statement)
        if name not in focus.names
    )


def elsewhere(item: Candidate, focus: Focus) -> bool:
    """Whether a figure of this sentence is another period's or place's."""
    return item.period < 0 or other_place(item.sentence.text, focus)
