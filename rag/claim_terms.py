"""What makes two values not comparable: a limit, a plan, a peak, a stage, another year or edition.

Knows nothing of values; words of a clause only.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from index.words import fold

# Each name is one way in which a value is not simply the value of its measure.
_TERMS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "limit": re.compile(
            r"起步价|起点|起征|起付|门槛|上限|下限|封顶|限额|最多|至多|至少|不低于|不少于|不高于"
            r"|不超过|不得|不多于|可达|可享|以内|之内|(?:元|%|人|名|岁|度|米|亩|家|个)(?:起(?!来|步|到|点)|以上|以下)"
        ),
        "highest": re.compile(
            r"最高(?!人民|法院|检察|领导|奖|峰|学府)|最大(?!的|限度|程度|规模)|峰值|顶格"
        ),
        "lowest": re.compile(r"最低|最小|谷值"),
        "mean": re.compile(r"平均|日均|月均|年均|人均|户均|场均|均价"),
        "one": re.compile(r"单日|当日|单月|当月|单季|单场|单笔|首日|首周|一次性"),
        "sum": re.compile(r"累计|累积|历年|(?:开通|开业|成立|建成|今年|年初)以来"),
        "plan": re.compile(
            r"预计|预测|预期|预估|估计|估算|有望|拟|计划|规划|目标|力争|预算|概算|原定|定于|或将"
            r"|将(?=[于在达为超有由新投建]|会|举行|举办|召开|开|启|完|上|通|出|增|是)|约定|指标"
        ),
        "done": re.compile(r"实际|决算|终审|竣工结算|初步核算"),
        "part": re.compile(r"其中|仅[^，。]{0,6}就|占"),
        "heat": re.compile(r"半决赛|四分之一决赛|八分之一决赛|小组赛|预赛|初赛|复赛|资格赛|预选赛"),
        "runner": re.compile(r"亚军|季军|第二名|第三名|银牌|铜牌|提名|候选|候任|入围"),
        "women": re.compile(r"女单|女双|女子|女排|女足|女篮|女队|女团"),
        "men": re.compile(r"男单|男双|男子|男排|男足|男篮|男队|男团"),
        "mixed": re.compile(r"混双|混合"),
        "singles": re.compile(r"单打|男单|女单"),
        "doubles": re.compile(r"双打|男双|女双|混双|双人"),
        "other": re.compile(
            r"(?<![比较])(?:上届|去年|上年|前年|往年|上一[届年季轮]|下届|明年)(?!同期)"
        ),
        "youth": re.compile(r"青年组|少年组|青少年|u\d\d|成年组|老年组"),
    }
)
_YEAR = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(?=年(?!代)|-\d|赛季)")
_EDITION = re.compile(r"第\s?([0-9一二三四五六七八九十百]+)\s?[届任期版批次季部]")


def qualifiers(text: str) -> frozenset[str]:
    """How a clause qualifies what it says: ``limit``, ``plan``, ``highest``…; empty for none.

    Two values are two answers only where these are the same: 气温 and 最高气温 are not.
    """
    folded = fold(text)
    return frozenset(name for name, pattern in _TERMS.items() if pattern.search(folded))


def years(text: str) -> frozenset[str]:
    """The years that a text names in Chinese: 2019年, 2019-2020赛季."""
    return frozenset(_YEAR.findall(fold(text)))


def editions(text: str) -> frozenset[str]:
    """The ordinals of editions, terms of office and parts that a text names: 第五任, 第134届."""
    return frozenset(_EDITION.findall(fold(text)))


def parted(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both name something, and nothing in common: 2018 and 2022."""
    return bool(one and other and not one & other)
