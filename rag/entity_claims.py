"""The name, place or day that a sentence binds to what was asked: 导演某某, 首都某地, 于某日上市.

For any question whose answer is one short phrase. Knows nothing of conflicts.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from index.periods import ANY_DAY, parse_periods
from index.words import fold, tagged_words
from rag.claim_days import day_is_bound, places_beside, read_days
from rag.claim_frames import frame_claims
from rag.claim_lone import lone_claims
from rag.claim_names import name_values, named_titles, person_values, read_names, same_title
from rag.claim_places import place_values, read_places
from rag.claim_terms import editions, parted, qualifiers, years
from rag.claim_text import PROPER_TAGS, Asked, Value
from rag.claims import Claim
from rag.evidence import Candidate
from rag.focus import Focus, Wanted
from rag.names import person_names

# Given texts are snippets that leave most of the question unsaid; binding is what decides.
_COVERAGE = 0.2
_QUOTED = re.compile(r"[《“「『]([^》”」』]+)[》”」』]")
_ASKED_DAY = re.compile(r"(?:日期|时间|日|年份)$")
_SEVERAL = re.compile(r"哪[些几]|都有谁|有谁|\d年[和与、及]\d")
_MANY_TITLES = 3  # a programme: each sentence is about its own
# Held by several at once.
_SHARED = re.compile(r"主演|演员|成员|嘉宾|参演|选手|代表$|委员$|股东|伙伴|[四八]强|对手|队友")
_FORMER = re.compile(r"(?:时任|前任?|原任?|曾任|前总)[^，。；,;]{0,6}$")
_BODY = re.compile(r"[赛部会局社杯队网报室院厅处委站市县区省]$")
# A country or a team can win.
_CONTEST = re.compile(r"[冠亚季殿]军|[金银铜]牌|胜|赢|夺|奖|得主|球队|四强")
_ROLE = re.compile(r"(?:[长官员演者人家手帅裁理席监]|主席|书记|主任|教练|编剧|作曲|作词|总统)$")
# An excerpt that names no work at all but points at one: the one that was searched for.
_POINTS = re.compile(r"该[片剧书作]|[影本]片|本剧|这部")
_BY = re.compile(r"^\s*(?:电影|影片|剧集|全剧|作品|它)[由是]")
# Words that say what kind of thing the answer is: the word before them says of what.
_KINDS = frozenset(
    "日期 时间 年份 国家 城市 地方 地点 名字 姓名 项目 结果 队 地 数量".split()  # noqa: SIM905
)
_CONTENT_TAGS = ("n", "v", "j", "l", "i", "d", "b")
_PLACE_HEAD = re.compile(r"(?:首都|省会|首府|总部|[地国州]|国家|城市|县城|籍贯)$")
# What makes a value the answer to another question unless this one says so too.
_NARROWER = frozenset(
    {"heat", "runner", "women", "men", "mixed", "youth", "singles", "doubles", "other"}
)


def entity_claims(query: str, focus: Focus, candidates: Sequence[Candidate]) -> list[Claim]:
    """The values bound to what was asked, of each sentence that has one; [] where several fit."""
    asked = _asked(query, focus, candidates)
    read = _reader(focus, asked)
    if read is None or _held_by_several(query, asked, candidates):
        return []
    if not (asked.anchors or _asks_place(focus)):
        return []
    claims = []
    lists: list[str] = []
    for number, item in enumerate(candidates, 1):
        if item.missing or item.coverage < _COVERAGE or not _is_of(item, asked):
            continue
        text = fold(item.sentence.text)
        values = read(text)
        own = [value for value in values if not value.listed]
        if len(own) == 1 and (claim := _claim(number, item, own[0], text, asked)):
            claims.append(claim)
        if named := "、".join(value.text for value in values if value.listed):
            lists.append(named)
    # One list of names is enough where the question does not say 谁, or where it has the value.
    if len(lists) > (focus.wanted is Wanted.PERSON):
        return []
    return [] if any(claim.value in "".join(lists) for claim in claims) else claims


def framed_claims(query: str, focus: Focus, candidates: Sequence[Candidate]) -> list[Claim]:
    """Two values of the kind asked for in the same words of two texts; [] where there are none."""
    asked = _asked(query, focus, candidates)
    read = _plain_reader(focus, asked)
    if read is None or _held_by_several(query, asked, candidates):
        return []
    of = [item for item in candidates if _is_of(item, asked)]
    number = {id(item): n for n, item in enumerate(candidates, 1)}
    found = frame_claims(read, asked.anchors, of)
    return [replace(claim, number=number[id(claim.item)]) for claim in found]


def rival_claims(
    query: str, focus: Focus, bound: Sequence[Claim], candidates: Sequence[Candidate]
) -> list[Claim]:
    """Values that other texts give alone for what ``bound`` claims, all of one value, say."""
    asked = _asked(query, focus, candidates)
    read = _plain_reader(focus, asked, people=True)
    if read is None:
        return []

    def make(number: int, item: Candidate, value: Value) -> Claim | None:
        text = fold(item.sentence.text)
        return _claim(number, item, value, text, asked) if _is_of(item, asked) else None

    return lone_claims(bound, read, make, candidates)


def _plain_reader(
    focus: Focus, asked: Asked, *, people: bool = False
) -> Callable[[str], Sequence[Value]] | None:
    """All values of the kind asked for in a sentence, bound or not."""
    if asked.day:
        return _day_values
    if _asks_place(focus):
        return partial(place_values, query=asked.query)
    if focus.wanted in (Wanted.PERSON, Wanted.ANY):
        return partial(person_values if people and asked.person else name_values, asked=asked)
    return None


def asks_day(focus: Focus) -> bool:
    """Whether a day is asked for, with an asking word or without (发售日期)."""
    return focus.wanted is Wanted.DATE or bool(_ASKED_DAY.search(focus.head))


def _asks_place(focus: Focus) -> bool:
    head = focus.wanted is Wanted.ANY and _PLACE_HEAD.search(focus.head)
    return focus.wanted is Wanted.PLACE or bool(head)


def _asked(query: str, focus: Focus, candidates: Sequence[Candidate]) -> Asked:
    anchors = tuple(_anchors(query, focus))
    names = (name for item in candidates for name in person_names(item.sentence.text))
    return Asked(
        query=fold(query),
        anchors=anchors,
        titles=tuple(fold(title) for title in _QUOTED.findall(query)),
        subjects=tuple(noun for noun in focus.nouns if noun not in _KINDS),
        places=focus.places,
        known=frozenset(name for name in names if not _BODY.search(name)),
        day=asks_day(focus),
        person=not any(map(_CONTEST.search, anchors))
        and ("谁" in query or any(map(_ROLE.search, anchors))),
    )


def _reader(focus: Focus, asked: Asked) -> Callable[[str], list[Value]] | None:
    """How values of the kind asked for are read; None for questions with no such kind."""
    if asks_day(focus):
        return partial(read_days, asked=asked)
    if _asks_place(focus):
        return partial(read_places, asked=asked)
    if focus.wanted in (Wanted.PERSON, Wanted.ANY):
        return partial(read_names, asked=asked)
    return None


def _day_values(text: str) -> list[Value]:
    spans = parse_periods(text, anchor=ANY_DAY)
    return [Value(span.text, span.start, span.end) for span in spans if span.since == span.until]


def _is_of(item: Candidate, asked: Asked) -> bool:
    """Whether a text speaks of every work that the question names, by title or as 该片."""
    if not asked.titles:
        return True
    whole = fold(f"{item.article.headline} {item.article.body}")
    named = named_titles(whole)
    near = fold(f"{item.article.headline} {item.before} {item.sentence.text}")
    if len(set(named)) > _MANY_TITLES and not any(title in near for title in asked.titles):
        return False
    # 战狼 is not named by 《战狼2》.
    return all(re.search(rf"{re.escape(title)}(?!\s?\d)", whole) for title in asked.titles) or (
        bool(_POINTS.search(whole))
        and not any(not same_title(name, title) for name in named for title in asked.titles)
    )


def _held_by_several(query: str, asked: Asked, candidates: Sequence[Candidate]) -> bool:
    """Whether the question asks for several, or a text counts them: 七位导演, 联合执导."""
    if _SEVERAL.search(query) or _SHARED.search(asked.query):
        return True
    heads = "|".join(map(re.escape, asked.anchors))
    counted = re.compile(
        rf"(?:[两二三四五六七八九十几]位[^，。；！？,;]{{0,4}}|(?:联合|共同)[^，。；！？,;]{{0,2}})(?:{heads})"
    )
    texts = {fold(f"{item.article.headline} {item.article.body}") for item in candidates}
    return (
        asked.person
        and bool(heads)
        and any(counted.search(text) or _listed_for(asked, heads, text) for text in texts)
    )


def _listed_for(asked: Asked, heads: str, text: str) -> bool:
    """Whether a text lists those who did what is asked (甲、乙等导演), not only such people."""
    return any(
        not asked.titles
        or any(title in sentence for title in asked.titles)
        or _POINTS.search(sentence)
        or _BY.search(sentence)
        for sentence in re.split(r"[。！？!?…]|\.{2,}", text)
        if re.search(rf"等[^，。；！？,;]{{0,2}}(?:{heads})", sentence)
    )


def _claim(number: int, item: Candidate, value: Value, text: str, asked: Asked) -> Claim | None:
    """A value as a claim; None where its clause tells of another year, edition or stage."""
    at = max(text.rfind(mark, 0, value.start) for mark in "。；;") + 1
    clause = text[at:]
    told = qualifiers(_comma_clause(text, value))
    told |= qualifiers(text[at : value.end]) & {"heat"}  # 半决赛，某队2比1胜出
    when = years(clause.replace(value.text, " ")) if asked.titles == () else frozenset()
    if (told & _NARROWER) - qualifiers(asked.query):
        return None
    if parted(years(asked.query), when):
        return None
    near = fold(f"{item.article.headline} {item.before} {text}")
    written = years(fold(f"{item.article.headline} {item.article.body}"))
    if _asks_event(asked) and parted(years(asked.query), written):  # the next is held elsewhere
        return None
    if editions(asked.query) - editions(near):  # 第31任: a text of the office alone may mean any
        return None
    if not asked.day and _FORMER.search(text[: value.start]):
        return None
    places = places_beside(text, value) if asked.day else frozenset()
    return Claim(
        number,
        item,
        value.text,
        label=told & {"plan"},
        years=when,
        places=places,
        bound=asked.day and day_is_bound(text, value, asked.anchors),
    )


def _asks_event(asked: Asked) -> bool:
    return not asked.day and not asked.person and not asked.titles


def _comma_clause(text: str, value: Value) -> str:
    start = max(text.rfind(mark, 0, value.start) for mark in "，。；,;") + 1
    ends = [end for mark in "，。；,;" if (end := text.find(mark, value.end)) >= 0]
    return text[start : min(ends, default=len(text))]


def _anchors(query: str, focus: Focus) -> list[str]:
    """The question's word for what is asked: 导演, 首都, 发射; behind 谁 the verb."""
    plain = _QUOTED.sub(" ", fold(query))
    tokens = [
        (word, tag)
        for word, tag in tagged_words(plain)
        if tag.startswith(_CONTENT_TAGS) and tag not in PROPER_TAGS - {"nz"} and len(word) > 1
    ]
    words = [word for word, _ in tokens if word in focus.terms and word not in _KINDS]
    acting = re.search(r"谁(?!是)(.{2})", plain)
    chosen = [word for word in words if acting and acting[1].startswith(word[:2])]
    return (chosen or words[-1:])[:1]
