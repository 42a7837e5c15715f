"""The name, place or day that a sentence binds to what was asked: 导演某某, 首都某地, 于某日上市.

For any question whose answer is one short phrase. A value is bound by standing right beside the
question's word for it (or one that shares a character with it: 执导 and 导演); a day or a place,
by standing in the same clause. Knows nothing of conflicts.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from index.periods import TimeSpan, parse_periods
from index.words import fold, tagged_words
from rag.claims import Claim
from rag.evidence import Candidate
from rag.focus import Focus, Wanted
from rag.names import person_names

# Given texts are snippets that leave most of the question unsaid; binding is what decides.
_COVERAGE = 0.2
_QUOTED = re.compile(r"[《“「『]([^》”」』]+)[》”」』]")
_ASKED_DAY = re.compile(r"(?:日期|时间|日|年份)$")
_CLAUSE = re.compile(r"(?:[^，。；！？,;!?\n…]|,(?=\d))+?(?=[，。；！？;!?\n…]|,(?!\d)|\.{2,}|$)")
_NAME_TAGS = frozenset({"nr", "nrt", "nrfg"})
_PROPER_TAGS = _NAME_TAGS | {"ns", "nz", "nt"}
_GIVEN_TAGS = _PROPER_TAGS | {"a", "n", "ng", "zg", "g", "j", "b"}  # 李/明远, 蒋/万安
# What may stand between a value and the word it is bound to: the 导演（是）某某, 某某（为）会长.
_LINK = re.compile(r"\s?[是为由的：:】]{0,2}\s?")
_SEVERAL = re.compile(r"哪[些几]|都有谁|有谁")
_LISTED = re.compile(r"\s*[、和与及/]\s*")
_CLAUSE_MARK = re.compile(r"[，。；！？,;!?\n…]|\.{2,}")
_LIES_IN = re.compile(r"(?:位于|坐落[于在]|地处)$")
_SCORE = re.compile(r"(?:国家)?队?\s?以?总?比?分?\s?\d+\s?[-:–比]\s?\d+")
_OPENS = re.compile(r"(?:^|[，。；！？,;!?…])\s*(?:最终|最后)?$")
_IS_DAY = re.compile(r"[日号]$")
_ANY_YEAR = date(2000, 6, 15)  # only where the days stand matters here

# Words that say what kind of thing the answer is: the word before them says of what.
_KINDS = frozenset(
    "日期 时间 年份 国家 城市 地方 地点 名字 姓名 项目 结果 队 地 数量".split()  # noqa: SIM905
)
_CONTENT_TAGS = ("n", "v", "j", "l", "i", "d", "b")
_PREPOSITION = re.compile(r"(?:在|于|位于|定于|地点[是为]?|城市[是为,， ]*|首都[是为]?)$")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Value:
    text: str
    start: int
    end: int
    listed: bool = False  # one of several names in a row


_Reader = Callable[[str, Sequence[str], str], list[_Value]]


def entity_claims(query: str, focus: Focus, candidates: Sequence[Candidate]) -> list[Claim]:
    """The values bound to what was asked, of each sentence that has one; [] where several fit."""
    read = _reader(query, focus)
    anchors = _anchors(query, focus)
    if read is None or _SEVERAL.search(query) or not (anchors or focus.wanted is Wanted.PLACE):
        return []
    quoted = [fold(title) for title in _QUOTED.findall(query)]
    claims = []
    several = 0
    for number, item in enumerate(candidates, 1):
        whole = fold(f"{item.article.headline} {item.article.body}")
        if item.missing or item.coverage < _COVERAGE or not all(t in whole for t in quoted):
            continue
        values = read(fold(item.sentence.text), anchors, fold(query))
        own = [value for value in values if not value.listed]
        if len(own) == 1:
            claims.append(Claim(number, item, own[0].text))
        several += any(value.listed for value in values)
    # 主演 has no single holder: one list of names is enough where the question does not say 谁.
    return claims if several < (2 if focus.wanted is Wanted.PERSON else 1) else []


def asks_day(focus: Focus) -> bool:
    """Whether a day is asked for, with an asking word or without (发售日期)."""
    return focus.wanted is Wanted.DATE or bool(_ASKED_DAY.search(focus.head))


def _reader(query: str, focus: Focus) -> _Reader | None:
    """How values of the kind asked for are read; None for questions with no such kind."""
    if asks_day(focus):
        return _days
    if focus.wanted is Wanted.PLACE:
        return _places
    if focus.wanted in (Wanted.PERSON, Wanted.ANY):
        return _names
    return None


def _anchors(query: str, focus: Focus) -> list[str]:
    """The question's word for what is asked: 导演, 首都, 发射; behind 谁 the verb."""
    plain = _QUOTED.sub(" ", fold(query))
    tokens = [
        (word, tag)
        for word, tag in tagged_words(plain)
        if tag.startswith(_CONTENT_TAGS) and tag not in _PROPER_TAGS and len(word) > 1
    ]
    words = [word for word, _ in tokens if word in focus.terms and word not in _KINDS]
    acting = re.search(r"谁(?!是)(.{2})", plain)
    chosen = [word for word in words if acting and acting[1].startswith(word[:2])]
    return (chosen or words[-1:])[:1]


def _tokens(text: str) -> list[_Token]:
    """Tagged words with their places in the text."""
    tokens, at = [], 0
    for word, tag in tagged_words(text):
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        tokens.append(_Token(word, tag, start, at))
    return tokens


def _anchored(tokens: Sequence[_Token], anchors: Sequence[str]) -> list[_Token]:
    """The words that say what is asked, or share a character with it: 执导 for 导演."""
    return [
        token
        for token in tokens
        for anchor in anchors
        if token.text == anchor
        or anchor in token.text
        or (
            len(token.text) == 2
            and token.tag.startswith(("n", "v"))
            and token.tag not in _PROPER_TAGS
            and set(token.text) & set(anchor)
        )
    ]


def _name_runs(tokens: Sequence[_Token], text: str, query: str) -> list[_Value]:
    """Proper names of a sentence, those of the question left out."""
    spans = _spans(tokens)
    found = []
    for n, (start, end) in enumerate(spans):
        name = text[start:end]
        if len(name) < 2 or name in query or (len(name) > 2 and name[:-1] in query):
            continue
        gaps = [text[spans[n - 1][1] : start]] if n else []
        gaps += [text[end : spans[n + 1][0]]] if n + 1 < len(spans) else []
        found.append(_Value(name, start, end, any(_LISTED.fullmatch(gap) for gap in gaps)))
    return found


def _spans(tokens: Sequence[_Token]) -> list[tuple[int, int]]:
    """Where names stand: words so tagged, joined over ·, a surname with the rest jieba cut off."""
    runs: list[list[_Token]] = []
    for token in tokens:
        last = runs[-1][-1] if runs and runs[-1][-1].end == token.start else None
        if last and _joins(last, token):
            runs[-1].append(token)
        elif token.tag in _PROPER_TAGS or (token.tag == "n" and token.text.endswith("队")):
            runs.append([token])
    return [(run[0].start, run[-1].end) for run in runs if run[-1].text != "·"]


def _joins(last: _Token, token: _Token) -> bool:
    if "·" in (token.text, last.text):
        return True
    if last.tag == "nr" and len(last.text) == 1:
        return len(token.text) <= 2 and token.tag in _GIVEN_TAGS
    return token.tag in _PROPER_TAGS and last.tag in _PROPER_TAGS


def _names(text: str, anchors: Sequence[str], query: str) -> list[_Value]:
    """The person right beside the word asked for; else who is said to do or to win it."""
    tokens = _tokens(text)
    bound = _anchored(tokens, anchors)
    exact = [token for token in bound if token.text in anchors]
    runs = _name_runs(tokens, text, query)
    people = {token.start for token in tokens if token.tag in _NAME_TAGS}
    known = person_names(text)
    cut = {token.start for token in tokens if token.tag == "nr" and len(token.text) == 1}
    beside = [
        value
        for value in runs
        if value.start in people
        and ("·" in value.text or value.text in known or value.start in cut)
        and any(
            _LINK.fullmatch(gap)
            for gap in _gaps(value, exact if value.listed else bound, text, query)
        )
    ]
    return beside or [value for value in runs if _acts(value, runs, exact, tokens, text)][:1]


def _acts(
    value: _Value,
    runs: Sequence[_Value],
    exact: Sequence[_Token],
    tokens: Sequence[_Token],
    text: str,
) -> bool:
    """Whether a name beats another by a score, or opens a clause and alone does what is asked."""
    if _SCORE.match(text, value.end):
        return True
    clause = _CLAUSE_MARK.split(text[value.end :])[0]
    end = value.end + len(clause)
    follows = next((token for token in tokens if token.start >= value.end), None)
    alone = not any(value.end <= other.start < end for other in runs)
    says = any(value.end <= word.start < end for word in exact)
    acts = follows is not None and follows.tag in ("v", "d", "p")
    return bool(_OPENS.search(text[: value.start])) and says and alone and acts


def _places(text: str, anchors: Sequence[str], query: str) -> list[_Value]:
    """The place beside the word asked for (某地是某国首都), else behind 在 or 于 in its clause."""
    tokens = _tokens(text)
    bound = [token for token in tokens if token.text in anchors]
    values = _name_runs(tokens, text, query)
    if not anchors:  # 白宫在哪个城市 has no word of its own for what is asked
        return [value for value in values if _LIES_IN.search(text[: value.start])][:1]
    beside = [
        value
        for value in values
        if any(_LINK.fullmatch(gap) for gap in _gaps(value, bound, text, query))
    ]
    if beside:
        return beside[:1]
    return [
        value
        for value in values
        if _PREPOSITION.search(text[: value.start])
        and any(
            not _CLAUSE_MARK.search(text[value.end : word.start])
            for word in bound
            if word.start >= value.end
        )
    ]


def _gaps(value: _Value, bound: Sequence[_Token], text: str, query: str) -> list[str]:
    """What stands between a value and each word it may belong to, the question's words left out."""
    gaps = []
    for word in bound:
        if word.start >= value.end:
            gaps.append(text[value.end : word.start])
        elif word.end <= value.start:
            gaps.append(text[word.end : value.start])
    return [
        "".join(
            token.text for token in _tokens(gap) if token.text not in query or len(token.text) < 2
        )
        for gap in gaps
    ]


def _days(text: str, anchors: Sequence[str], query: str) -> list[_Value]:
    """The one day of a clause that says the word asked for, or the only one of its sentence."""
    tokens = _tokens(text)
    bound = _anchored(tokens, anchors)
    spans = parse_periods(text, anchor=_ANY_YEAR)
    if not bound or not spans:
        return []
    for clause in _CLAUSE.finditer(text):
        inside = [span for span in spans if clause.start() <= span.start < clause.end()]
        says = any(clause.start() <= word.start < clause.end() for word in bound)
        if says and len(inside) == 1 and _IS_DAY.search(inside[0].text):
            return [_day(inside[0])]
    return []


def _day(span: TimeSpan) -> _Value:
    return _Value(span.text, span.start, span.end)
