"""Who a sentence binds to what was asked: 导演某某, 由某某执导, 某某…当选, 某队2比1战胜.

A name is bound by standing right beside the question's word for what is asked, or by opening the
clause that says it. Knows nothing of conflicts.
"""

import re
from collections.abc import Sequence

from rag.claim_text import (
    NAME_TAGS,
    PROPER_TAGS,
    Asked,
    Token,
    Value,
    anchored,
    gaps,
    tokens_of,
)
from rag.names import is_surname, person_names

_GIVEN_TAGS = PROPER_TAGS | {"a", "n", "ng", "zg", "g", "j", "b"}  # 李/明远, 蒋/万安
# What may stand between a value and the word it is bound to: the 导演（是）某某, 某某（为）会长.
_OFFICE_VERB = (
    r"(?:高票|成功|正式|顺利|再次|获准|将|已)?"
    r"(?:宣誓就任|当选|出任|担任|就任|接任|获任|升任|调任|转任|继任|受聘|获聘|成为|任)(?:了|为)?"
)
# 导演兼主演某某, 某某当选会长, 火炬手--某某, 某某（外文名）就任
_LINK = re.compile(
    r"\s?(?:[(（][^)）]{1,40}[)）])?(?:兼[\u4e00-\u9fff]{1,4}|[及和][\u4e00-\u9fff]{2})?"
    rf"[是为由的：:】—-]{{0,2}}(?:{_OFFICE_VERB})?(?:第?任|第)?\s?"
)
# 聘任某某为某队主教练, 某某2月24日担任某队主教练: the body stands between.
_NAMED_AS = re.compile(r"(?:任命|聘[请任]?|选[举为]?|推[举选]|委任|提名)$")
_IS_ONLY = re.compile(r"[为是]")
_TAKES = re.compile(
    rf"(?:[于在]?[\d年月日]{{2,11}}[,，]?)?(?:{_OFFICE_VERB}|为|是)[^，。；,;、]{{0,14}}$"
)
# 某某获得689票，当选为某市市长: who opens a clause is the subject of the next one.
_CARRIED = re.compile(
    r"(?:以|获得?|得到|凭|赢得)(?:(?![说称]|宣布|祝贺|告诉|表示|介绍)[^，。；！？,;!?…]){0,20}[,，]\s?"
    r"(?:高票|成功|正式|顺利|再次)?"
    r"(?:当选|出任|就任|接任|获任|升任|继任|获聘)(?:了|为)?[^，。；！？,;、]{0,14}$"
)
_NOT_HELD = re.compile(r"的|[之以]?[后前]|是|无|未|助理|秘书|候选")  # 当选会长的是, 会长助理
_LISTED = re.compile(r"\s*[、和与及/]\s*")
_CLAUSE_MARK = re.compile(r"[，。；！？,;!?\n…]|\.{2,}")
_SCORE = re.compile(
    r"(?:国家)?(?:[男女][排足篮]|队)?\s?以?(?:总?比分|大比分)?\s?\d+\s?[-:–\u2236比]\s?\d+"
    r"(?:的(?:总?比分|成绩))?"
    r"\s?(?![^，。；,;]{0,6}(?:负|不敌|输|惜败|落败))"
)
_CUT = re.compile(r"·[\u4e00-\u9fff]{0,4}$")  # 克耶/高斯: jieba cuts foreign names
_FINAL = re.compile(r"(?<![半/四二])决赛|夺冠|冠军|捧杯|登顶|金牌")
_OPENS = re.compile(r"(?:^|[，。；！？,;!?…】·]|\.\.)\s*(?:最终|最后|其中|随后)?$")
# 某某26日在…当选: a surname, up to three characters and the day, at the start of a clause.
_LEADS = re.compile(r"(?:^|[，。；！？,;!?…\s])([\u4e00-\u9fff]{2,4})(?=\d{1,2}日)")
# 现年57岁的某某获得: a surname, up to three characters and what he does.
_AGED = re.compile(
    r"(?<=岁的)([\u4e00-\u9fff]{2,4}?)(?<![人师手将员生者民友商农工匠医])(?=获|当选|以\d|得到|出任|就任|接任)"
)
_ANOTHER_JOB = re.compile(
    r"(?:副|执行|联合|动作|音乐|美术|武术|武打|摄影|特效|视觉|助理|前|原|卫冕|上届|历届)$"
)
_TITLE = re.compile(r"《([^》]{1,60})》")
_TITLE_BEHIND = re.compile(r"的?[^，。；,;《》]{0,8}《([^》]{1,60})》")
_TITLE_BEFORE = re.compile(r"《([^》]{1,60})》(?:的|中|里|一[片剧]的?)?[由是为]?$")
# Whoever stands right before these has won what the clause names.
_WINS = re.compile(
    r"(?:国家)?队?(?:足球俱乐部|俱乐部|选手)?[^，。；,;、]{0,10}?"
    r"(?:豪取|勇夺|力夺|喜获|喜提|成为|获得?|荣获|获颁|夺得?|摘得?|摘取|赢得|捧得?|捧起|斩获|拿下"
    r"|拿到|当选|问鼎|加冕|卫冕)"
)
_NOT_WON = re.compile(r"将|争|冲击|有望|未|无缘|没|不|失|负|祝贺|候选|提名")
_IS = re.compile(r"\s?(?:得主|获得者)?(?:是|为|[:：])\s?")
_GIVEN = re.compile(
    r"(?:授予|颁给|颁发给|授给|归|得主(?:是|为)?|获得者(?:是|为)?|获奖者(?:是|为)?)了?$"
)
_SAYS = re.compile(r"说|表示|介绍|透露|认为|坦言|执导|[，。；、,;\s]|$")
_OPENING_TAGS = ("v", "d", "p", "m", "t")


def read_names(text: str, asked: Asked) -> list[Value]:
    """The person right beside the word asked for; else who is said to do or to win it."""
    if quoted := _named(text, asked):
        return quoted
    tokens = tokens_of(text)
    bound = [
        token
        for token in anchored(text, tokens, asked.anchors)
        if not _ANOTHER_JOB.search(text[: token.start])
    ]
    exact = [token for token in bound if token.text in asked.anchors]
    runs = name_values(text, asked)
    beside = [
        value
        for value in runs
        if (_is_person(value, tokens, text, asked.known) or _follows(value, exact, text))
        and _beside(value, bound, exact, text, asked)
    ]
    if beside:
        return beside
    if asked.person:
        runs = [value for value in runs if _is_person(value, tokens, text, asked.known)]
    runs = [
        value
        for value in runs
        if not any(_of_another(value, word, text, asked.titles) for word in bound)
    ]
    for found in (
        [value for value in runs if _FINAL.search(text) and _SCORE.match(text, value.end)],
        [value for value in runs if _wins(value, runs, exact, text)],
        [value for value in runs if _acts(value, runs, exact, tokens, text)],
    ):
        if found:
            return found[:1]
    return []


def _named(text: str, asked: Asked) -> list[Value]:
    """What stands in quotation marks beside the word asked for: 口号是“…”, “…”这一事件."""
    if asked.person or not asked.anchors:
        return []
    anchor = "|".join(map(re.escape, asked.anchors))
    found = re.search(
        rf"(?:{anchor})(?:名?(?:是|为|叫)|名为|[:：]|——)?[“「《]([^”」》]{{2,24}})[”」》]", text
    )
    found = found or re.search(
        rf"[“「]([^”」]{{2,24}})[”」](?:这一|的)?[^，。；“「]{{0,4}}(?:{anchor})", text
    )
    if not found or found[1] in asked.query:
        return []
    return [Value(found[1], *found.span(1))]


def _wins(value: Value, runs: Sequence[Value], exact: Sequence[Token], text: str) -> bool:
    """Whether a name stands right before 获得, or behind 授予, in the clause of the prize asked."""
    start = max((m.end() for m in _CLAUSE_MARK.finditer(text, 0, value.start)), default=0)
    end = next((m.start() for m in _CLAUSE_MARK.finditer(text, value.end)), len(text))
    says = any(start <= word.start < end for word in exact)
    verb = _WINS.match(text, value.end)
    won = (
        verb is not None
        and not _NOT_WON.search(verb.group())
        and any(value.end <= word.start < end for word in exact)
        # 某某祝贺某队获得: whoever stands nearest has won.
        and not any(value.end <= other.start < verb.end() for other in runs)
    )
    won = won or any(
        w.end <= value.start and _IS.fullmatch(text[w.end : value.start]) for w in exact
    )
    return says and not value.listed and bool(won or _GIVEN.search(text[start : value.start]))


def _beside(
    value: Value, bound: Sequence[Token], exact: Sequence[Token], text: str, asked: Asked
) -> bool:
    words = exact if value.listed else bound
    named = _NAMED_AS.search(text[: value.start])
    if asked.person and any(
        word.start >= value.end
        and _CARRIED.match(text[value.end : word.start])
        and not _NOT_HELD.match(text, word.end)
        and not _ANOTHER_JOB.search(text[: word.start])
        for word in exact
    ):
        return True
    if asked.person and any(
        word.start >= value.end
        and (named or not _IS_ONLY.match(text, value.end))
        and _TAKES.match(text[value.end : word.start])
        and not _ANOTHER_JOB.search(text[: word.start])
        for word in exact
    ):
        return True
    return any(
        _LINK.fullmatch(gap)
        and (named or word.start < value.end or gap != "为")
        and not _of_another(value, word, text, asked.titles)
        for gap, word in gaps(value, words, text, asked.query)
    )


def _of_another(value: Value, word: Token, text: str, titles: Sequence[str]) -> bool:
    """Whether name and word belong to another work: 某某导演的《另一部》, 《另一部》导演某某."""
    if not titles:
        return False
    behind = _TITLE_BEHIND.match(text, max(value.end, word.end))
    before = _TITLE_BEFORE.search(text[: min(value.start, word.start)])
    # 《甲》由某某执导, 《乙》: the nearer title in front decides.
    named = before[1] if before else behind[1] if behind else ""
    return bool(named) and not any(same_title(named, title) for title in titles)


def same_title(one: str, other: str) -> bool:
    """Whether two titles are of one work: 战狼 and 战狼2 are two."""
    a, b = sorted((re.sub(r"\W", "", one), re.sub(r"\W", "", other)), key=len)
    return bool(a) and a in b and not b.replace(a, "", 1).isdigit()


def named_titles(text: str) -> tuple[str, ...]:
    """The titles in 《》 of a text."""
    return tuple(_TITLE.findall(text))


def _is_person(value: Value, tokens: Sequence[Token], text: str, known: frozenset[str]) -> bool:
    if value.text in known or "·" in value.text or _leads(value, text):
        return True
    if any(token.start == value.start and token.tag in ("nrt", "nrfg") for token in tokens):
        return len(value.text) > 2  # 纳达尔: jieba lists it as a transliterated name
    people = {token.start for token in tokens if token.tag in NAME_TAGS}
    cut = {token.start for token in tokens if token.tag == "nr" and len(token.text) == 1}
    return value.start in people and (value.start in cut or value.text in person_names(text))


def _follows(value: Value, exact: Sequence[Token], text: str) -> bool:
    """Whether a word with a surname stands between the role asked for and 说: 导演吴京说."""
    return (
        len(value.text) <= 3
        and is_surname(value.text)
        and any(word.end == value.start for word in exact)
        and bool(_SAYS.match(text, value.end))
    )


def _leads(value: Value, text: str) -> bool:
    """Whether the words around a name that jieba does not know say that it is one."""
    told = re.match(r"\d{1,2}日", text[value.end :]) or _AGED.match(text, value.start)
    return bool(told) and is_surname(value.text)


def person_values(text: str, asked: Asked) -> list[Value]:
    """The personal names of a folded sentence, those of the question left out."""
    tokens = tokens_of(text)
    values = name_values(text, asked)
    return [value for value in values if _is_person(value, tokens, text, asked.known)]


def name_values(text: str, asked: Asked) -> list[Value]:
    """Proper names of a folded sentence, those of the question left out."""
    spans = _with_known(_spans(tokens_of(text)), text, asked.known)
    found = []
    for n, (start, end) in enumerate(spans):
        name = text[start:end]
        if _CUT.search(text[:start]) or any(anchor in name for anchor in asked.anchors):
            continue
        if len(name) < 2 or name in asked.query or (len(name) > 2 and name[:-1] in asked.query):
            continue
        around = [text[spans[n - 1][1] : start]] if n else []
        around += [text[end : spans[n + 1][0]]] if n + 1 < len(spans) else []
        found.append(Value(name, start, end, any(_LISTED.fullmatch(gap) for gap in around)))
    return found


def _spans(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where names stand: words so tagged, joined over ·, a surname with the rest jieba cut off."""
    runs: list[list[Token]] = []
    for token in tokens:
        last = runs[-1][-1] if runs and runs[-1][-1].end == token.start else None
        if last and _joins(last, token):
            runs[-1].append(token)
        elif token.tag in PROPER_TAGS or (token.tag == "n" and token.text.endswith("队")):
            runs.append([token])
    return [(run[0].start, run[-1].end) for run in runs if run[-1].text != "·"]


def _joins(last: Token, token: Token) -> bool:
    if "·" in (token.text, last.text):
        return True
    if last.tag == "nr" and len(last.text) == 1:
        return len(token.text) <= 2 and token.tag in _GIVEN_TAGS
    return token.tag in PROPER_TAGS and last.tag in PROPER_TAGS


def _with_known(
    spans: list[tuple[int, int]], text: str, known: frozenset[str]
) -> list[tuple[int, int]]:
    """Those that jieba saw, and the names that another sentence is sure of or the day tells."""
    extra = [match.span() for name in known for match in re.finditer(re.escape(name), text)]
    told = (match for pattern in (_LEADS, _AGED) for match in pattern.finditer(text))
    extra += [match.span(1) for match in told if is_surname(match[1])]
    for start, end in sorted(extra, key=lambda span: span[0] - span[1]):
        # 祝贺/梁振英 is no name of five characters; 詹姆斯·卡梅隆 is one name.
        inside = [(a, b) for a, b in spans if a <= start and end <= b and (a, b) != (start, end)]
        if (start, end) in spans:
            continue
        if not inside or text[inside[0][0] : start] in known:
            spans = [(a, b) for a, b in spans if b <= start or a >= end] + [(start, end)]
    return sorted(spans)


def _acts(
    value: Value,
    runs: Sequence[Value],
    exact: Sequence[Token],
    tokens: Sequence[Token],
    text: str,
) -> bool:
    """Whether a name opens a clause and alone does there what is asked."""
    clause = _CLAUSE_MARK.split(text[value.end :])[0]
    end = value.end + len(clause)
    follows = next((token for token in tokens if token.start >= value.end), None)
    alone = not any(value.end <= other.start < end for other in runs)
    says = any(value.end <= word.start < end for word in exact)
    acts = follows is not None and follows.tag in _OPENING_TAGS
    return bool(_OPENS.search(text[: value.start])) and says and alone and acts
