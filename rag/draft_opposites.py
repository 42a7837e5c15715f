"""Words that turn a figure's meaning while measure, place and period agree. Pure functions."""

import re
from datetime import date

from index.periods import parse_periods, same_period
from rag.draft_facts import Fact
from rag.features import RATES

# Antonyms of economic news; 进出口 is both. Growth and fall are read with the figure itself.
_PAIRS = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        ("进口(?!岸)", "(?<!进)出口"),
        ("流入", "流出"),
        ("收入", "支出"),
        ("买入|增持", "卖出|减持"),
        ("顺差", "逆差"),
        ("盈利", "亏损"),
        ("入境", "出境"),
        ("复工|开工|复产|投产", "停工|停产"),
        ("开通|恢复|复航", "停运|停航|暂停|取消"),
        ("上调", "下调"),
        ("通过", "否决"),
        (
            "(?:[增升涨]|增加|增长|提高|上升|扩大)[到至]",
            "(?:[减降跌缩]|减少|下降|降低|缩小)[到至]",
        ),
        ("同意|赞成", "反对"),
        ("合格(?<!不合格)", "不合格"),
        ("中标|签约", "流标|解约"),
    )
)
_YEARLY = re.compile(r"年初|同期|上年|去年")
_BASELINE = re.compile(r"[比较]([^，,]{2,8}?)(?=[增减多少高低提下上回扩收加快慢涨跌])")


def opposites(mine: Fact, fact: Fact) -> list[str]:
    """What one figure's clause says and the other's turns round: 进口 and 出口."""
    ours, theirs = f"{mine.clause} {mine.subject}", f"{fact.clause} {fact.subject}"
    found = []
    for one, other in _PAIRS:
        for left, right in ((one, other), (other, one)):
            said, told = left.search(ours), right.search(theirs)
            if said and told and not right.search(ours) and not left.search(theirs):
                found.append(f"稿件说“{said[0]}”，库中说“{told[0]}”")
    return found


def another_baseline(mine: Fact, anchor: date | None, fact: Fact, published: date | None) -> bool:
    """Whether both say what they compare with, and it is not the same: 比6月末 and 比3月末."""
    ours, theirs = _BASELINE.search(mine.own), _BASELINE.search(fact.own)
    if ours is None or theirs is None:
        # 上半年新增410亿元 is from the year's start on, 比5月末增加36亿元 is not.
        said = ours or theirs
        return said is not None and not _YEARLY.search(said[1]) and mine.figure.unit not in RATES
    if ours[1] == theirs[1]:
        return False
    if mine.figure.basis and mine.figure.basis == fact.figure.basis:
        return False  # 比去年同期 and 较上年同期
    a, b = parse_periods(ours[1], anchor=anchor), parse_periods(theirs[1], anchor=published)
    return not (a and b and same_period(a[0], b[0]))
