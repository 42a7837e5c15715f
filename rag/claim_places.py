"""Where a sentence says that something is or took place. Knows nothing of conflicts."""

import re
from collections.abc import Sequence

from index.words import tagged_words
from rag.claim_text import PROPER_TAGS, Asked, Token, Value, gaps, tokens_of

_LINK = re.compile(r"\s?[是为由的在：:】,，、]{0,2}\s?")
_CLAUSE_MARK = re.compile(r"[，。；！？,;!?\n…]|\.{2,}")
_LIES_IN = re.compile(r"(?:位于|坐落[于在]|地处)$")
_PREPOSITION = re.compile(r"(?:在|于|位于|定于|地点[是为]?|城市[是为,， ]*|首都[是为]?)$")
# An event is told in any of these words, whichever the question has.
_HELD = frozenset("举办 举行 主办 承办 召开 进行 开幕 闭幕 揭幕 落幕".split())  # noqa: SIM905
_HOSTS = re.compile(r"(?:主办|举办|承办|东道)(?:国家?|城市|地点?|主)[是为:：,，、\s]{0,2}$")
# 中国世界杯代表团 is no place of the event.
_NOT_EVENT = re.compile(r"代表|选手|队|组委|冠军|奖牌|之旅|战报|预选|的?冠军|球迷")
# Parts of the world are no other answer than a country or town in them.
_WORLD = frozenset(
    """
    亚洲 欧洲 非洲 美洲 北美洲 南美洲 北美 南美 拉美 大洋洲 欧美 东南亚 东亚 南亚 中东 西亚 北欧
    东欧 西欧 亚太 世界 全球 海外 国外 国内 境外 境内 大陆 内地 城市 本地 当地
    """.split()  # noqa: SIM905
)


def read_places(text: str, asked: Asked) -> list[Value]:
    """The place beside the word asked for (某地是某国首都), or behind 在 or 于 in its clause.

    Of an event also the place that it is called by: 某地世界杯, 主办城市：某地.
    """
    tokens = tokens_of(text)
    values = place_values(text, asked.query)
    if not asked.anchors:  # 白宫在哪个城市 has no word of its own for what is asked
        return [value for value in values if _LIES_IN.search(text[: value.start])][:1]
    held = any(anchor[:2] in _HELD for anchor in asked.anchors)
    words = _HELD if held else frozenset(asked.anchors)
    bound = [token for token in tokens if token.text in words]
    if held:
        hosts = [
            value
            for value in values
            if _HOSTS.search(text[: value.start])
            or (_is_place(value) and _names_event(value, text, asked.subjects))
        ]
        if hosts:
            return hosts[:1]
    else:
        beside = [
            value
            for value in values
            if any(_LINK.fullmatch(gap) for gap, _ in gaps(value, bound, text, asked.query))
        ]
        if beside:
            return beside[:1]
    found = [value for value in values if _behind_preposition(value, bound, text)]
    lies = [
        value
        for value in values
        if (found_at := _LIES_IN.search(text[: value.start]))
        and any(word in text[: found_at.start()] for word in asked.subjects)
    ]
    return found or lies[:1]


def _behind_preposition(value: Value, bound: Sequence[Token], text: str) -> bool:
    return bool(_PREPOSITION.search(text[: value.start])) and any(
        not _CLAUSE_MARK.search(text[value.end : word.start])
        for word in bound
        if word.start >= value.end
    )


def _is_place(value: Value) -> bool:
    """智联 before 世界大会 is a name too."""
    return all(tag == "ns" for _, tag in tagged_words(value.text))


def _names_event(value: Value, text: str, subjects: Sequence[str]) -> bool:
    for subject in subjects:
        if text.startswith(subject, value.end):
            return not _NOT_EVENT.match(text, value.end + len(subject))
    return False


def place_values(text: str, query: str) -> list[Value]:
    """Place names, side by side as one (中国湖北省武汉); those of the question left out."""
    runs: list[list[Token]] = []
    for token in tokens_of(text):
        if token.tag not in PROPER_TAGS or token.text in _WORLD:
            continue
        if runs and runs[-1][-1].end == token.start:
            runs[-1].append(token)
        else:
            runs.append([token])
    spans = [(run[0].start, run[-1].end) for run in runs]
    return [
        Value(text[start:end], start, end)
        for start, end in spans
        if end - start > 1 and text[start:end] not in query
    ]
