"""Which period a figure of a sentence is given for, and whether two figures can mean the same one.

余额20314亿元 of 7月末 is not the balance of 6月末, though the sentence has both words and number.
"""

import re
from collections.abc import Sequence
from datetime import date

from index.figures import Figure, parse_figures
from index.periods import TimeSpan, parse_periods, same_period

_SENTENCE_END = re.compile(r"[。！？!?\n]|；")
# 比6月末增加, 较上年同期: compared with, not described.
_COMPARED = re.compile(r"(?:比|较|较之|相比|同|与|高于|低于|超过)\s?\Z")
_COMPARED_BEHIND = re.compile(r"\s?(?:相比|同期|相较|持平)")
# 18日获悉, 7月18日电: when it was told, not what it tells of.
_TOLD = re.compile(
    r"[^，。；,;]{0,8}?(?:获悉|了解到|讯|电|报道|发布|公布|通报|表示|介绍|透露|消息|印发)"
)
_LISTED = re.compile(r"\s?[、和与及]\s?")
_EACH = re.compile(r"分别|各自|依次|respectively")
_EACH_BEHIND = 30  # characters: English says respectively at the end
_CLAUSE = re.compile(r"[，,；;。]")


def periods_of(figure: Figure, text: str, *, published: date | None) -> tuple[TimeSpan, ...]:
    """The period or periods a figure of the text is given for; () where the text says none.

    The nearest one before it in its sentence, with those listed beside it (6月、7月分别), else the
    first behind it in its own clause. Periods compared with and the day of the telling are none.
    """
    begin, end = _sentence(figure, text)
    spans = [
        span
        for span in parse_periods(text, anchor=published)
        if begin <= span.start < end and not _is_frame(span, text, published)
    ]
    before = [span for span in spans if span.end <= figure.start]
    if before:
        listed = _with_listed(before, text)
        return _respective(listed, figure, text, end) or listed
    clause = _CLAUSE.search(text, figure.end)
    limit = clause.start() if clause else end
    return tuple(span for span in spans if figure.end <= span.start < limit)[:1]


def period_agrees(claimed: Sequence[TimeSpan], told: Sequence[TimeSpan]) -> bool:
    """Whether some claimed period is some told one; an unsaid period agrees with any.

    A state at 6月末 and a stretch that ends there agree; so does the year that an event of one day
    lies in. 上半年 does not agree with 一季度, whatever lies inside which.
    """
    return (
        not claimed or not told or any(_agree(said, source) for said in claimed for source in told)
    )


def _agree(said: TimeSpan, source: TimeSpan) -> bool:
    if same_period(said, source):
        return True
    if said.until == source.until and (said.point or source.point):
        return True
    inside = source.since <= said.since and said.until <= source.until
    if inside and source.text.endswith("以来"):
        return True  # 2021年12月以来连续第14次 is of August 2023 too
    one_day = source.since == source.until and not source.point
    return one_day and said.since <= source.since and source.until <= said.until


def _sentence(figure: Figure, text: str) -> tuple[int, int]:
    marks = [0, *(mark.end() for mark in _SENTENCE_END.finditer(text)), len(text) + 1]
    begin = max(mark for mark in marks if mark <= figure.start)
    return begin, min(mark for mark in marks if mark > figure.start)


def _is_frame(span: TimeSpan, text: str, published: date | None) -> bool:
    if _COMPARED.search(text, max(0, span.start - 4), span.start):
        return True
    if _COMPARED_BEHIND.match(text, span.end) or span.text.endswith("同期"):
        return True
    one_day = span.since == span.until and not span.point
    return one_day and (span.since == published or _TOLD.match(text, span.end) is not None)


def _respective(
    listed: Sequence[TimeSpan], figure: Figure, text: str, end: int
) -> tuple[TimeSpan, ...]:
    """2022年和2023年分别增长5%和3%: period by figure; () where not so told."""
    first = max(span.end for span in listed)
    each = _EACH.search(text, first, end)
    if len(listed) < 2 or each is None or each.start() > figure.start + _EACH_BEHIND:
        return ()
    figures = [item for item in parse_figures(text) if first <= item.start < end]
    if len(figures) != len(listed) or figure not in figures:
        return ()
    return (sorted(listed, key=lambda span: span.start)[figures.index(figure)],)


def _with_listed(spans: Sequence[TimeSpan], text: str) -> tuple[TimeSpan, ...]:
    kept = [spans[-1]]
    for span in reversed(spans[:-1]):
        if not _LISTED.fullmatch(text[span.end : kept[-1].start]):
            break
        kept.append(span)
    return tuple(kept)
