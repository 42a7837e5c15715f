"""A question for two things as two questions: 男单和女单冠军分别是谁. Knows nothing of search."""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from index.periods import ANY_DAY, parse_periods
from index.words import tagged_words
from rag.places import TOWNS

_JOINTS = frozenset({"和", "与", "及", "以及", "跟", "、"})
_NOUNS = ("n", "v", "b", "j", "l", "t", "m", "eng", "i", "nr", "ns", "nt", "nz", "vn", "an", "f")
_TITLE = re.compile(r"[《“「『\"][^》”」』\"]*[》”」』\"]")
_HIDDEN = "\ue000"  # stands for a character inside a title: a joint in one joins nothing
_ASKS = re.compile(
    r"(?:分别|各自?)?(?:是|为|有|在|获得?|达到?|了)*(?:多少|几[个家人名项次]?|谁|哪|什么|何[时地]|怎)"
)
_SEVERAL = re.compile(r"分别|各(?:自|是|为|有|多少|几|获|涨|增|降)")
# 工业和信息化部 and 发展和改革委员会 are one thing each.
_BODY = re.compile(r"(?:部|委|局|院|办|厅|会|署|处|所|社)(?:长|主任|书记)?$")
_SEVERAL_OF_PERIOD = re.compile(r"分别|各(?=[是为有涨增降])")
_YEAR = re.compile(r"\d{4}年")
# What joins the two into one thing: the trade between them, a treaty, a couple.
_TOGETHER = re.compile(
    r"之间|双[边方]|两[国地市省]|联合|共同|关系|签[署订约]|合并|会[谈晤见]|自由贸易|自贸|合作|相[比距隔]|谈判|对[阵决比]|合计|共计|总共|一共|相差|差距|比分|比赛|谁的|(?<![在是属于])哪[个家]"
)
_ORDINAL = "(?:第[一二三四五六七八九十百零两0-9]+|首|最后一|前一|后一)"
_NUMBERED = re.compile(rf"{_ORDINAL}([\u4e00-\u9fff])")
_QUARTERS = re.compile(r"前([两二三2-3])个?季度(?=[^和与及、]*(?:分别|各(?=[是为有涨增降])))")
_COMPARED = re.compile(r"^相[比较][，,]?")
_NAME_ENDS = frozenset({"nr", "zg", "ng", "g"})  # jieba's tags of single characters
_PREFIXES = "副前原代总"  # 副主任: jieba cuts the first off
_TOWNS = tuple(sorted(TOWNS))  # jieba takes 青岛大学 for one word, 烟台 for a common noun
_LONGEST = 80  # characters; a longer question is a paragraph


def split_facets(question: str) -> tuple[str, ...]:
    """The two questions that one with joined parts is made of; none where it is one.

    Two clauses that each ask (全长多少，设计时速多少) are about one thing and stay together.

    >>> split_facets("2021年宝马和奔驰的全球销量分别是多少？")
    ('2021年宝马的全球销量是多少？', '2021年奔驰的全球销量是多少？')
    """
    if len(question) > _LONGEST or question.rstrip().endswith("。"):
        return ()  # a paragraph, or a statement
    if _TOGETHER.search(question) and "分别" not in question:
        return ()
    by_period = _quarters(question) or _periods(question)
    if by_period:
        return by_period
    hidden = _TITLE.sub(lambda found: _HIDDEN * len(found[0]), question)
    joints = [joint.span() for joint in re.finditer("以及|[和与及跟、]", hidden)]
    # Two named places first: 多少个国家和地区参加了北京冬奥会和杭州亚运会 is about the games.
    for divide in (_at_places, _at_ordinals, _around):
        for start, end in joints:
            if pair := divide(hidden, start, end):
                return _asked_of_each(question, start, end, pair)
    return ()


def _periods(question: str) -> tuple[str, ...]:
    """2020年7月末和8月末青岛贷款余额各是多少: the second period takes the first one's year."""
    spans = parse_periods(question, anchor=ANY_DAY)
    for one, two in pairwise(spans):
        if question[one.end : two.start] in _JOINTS:
            head, tail = question[: one.start], question[two.end :]
            year = _YEAR.match(one.text)
            second = two.text if two.explicit_year or not year else year[0] + two.text
            tail = _COMPARED.sub("", _SEVERAL_OF_PERIOD.sub("", tail, count=1))
            return (f"{head}{one.text}{tail}", f"{head}{second}{tail}")
    return ()


def _quarters(question: str) -> tuple[str, ...]:
    """前两季度营收分别是多少: each quarter by itself."""
    found = _QUARTERS.search(question)
    if not found:
        return ()
    head, tail = question[: found.start()], question[found.end() :]
    tail = (
        tail.replace("分别", "", 1) if "分别" in tail else _SEVERAL_OF_PERIOD.sub("", tail, count=1)
    )
    names = "一二三"[: 3 if found[1] in "三3" else 2]
    return tuple(f"{head}第{name}季度{tail}" for name in names)


def _asked_of_each(question: str, start: int, end: int, pair: tuple[str, str]) -> tuple[str, ...]:
    """The question once with each of the two things that the joint at start to end joins."""
    before, after = pair
    head, tail = question[: start - len(before)], question[end + len(after) :]
    several = _SEVERAL.search(tail)
    if several and not several[0].startswith("各"):
        tail = tail[: several.start()] + tail[several.end() :].lstrip()
    return tuple(f"{head}{part}{tail}" for part in (before, after))


def _at_places(hidden: str, start: int, end: int) -> tuple[str, str] | None:
    """成都大运会 and 杭州亚运会: each from a place on, with the same end, of nearly one length."""
    left = [word for word, _ in tagged_words(_run_before(hidden[:start]))]
    right = [word for word, _ in tagged_words(_run(hidden[end:]))]
    if not right or not _opens_with_place(right[0]):
        return None
    befores = ["".join(left[n:]) for n, word in enumerate(left) if _opens_with_place(word)]
    pairs = [
        (before, after)
        for after in accumulate(right)
        for before in reversed(befores)
        if after[-1] == before[-1]
    ]
    return min(pairs, key=lambda pair: abs(len(pair[0]) - len(pair[1])), default=None)


def _at_ordinals(hidden: str, start: int, end: int) -> tuple[str, str] | None:
    """第一棒 and 最后一棒; 第134届参展企业数 and 第135届采购商数, each with what is asked of it."""
    second = _NUMBERED.match(hidden, end)
    firsts = [item for item in _NUMBERED.finditer(hidden, 0, start) if second]
    first = next((item for item in reversed(firsts) if item[1] == (second or item)[1]), None)
    if first is None or second is None:
        return None
    if first.end() == start:
        return first[0], second[0]
    asking = _SEVERAL.search(hidden, end) or _ASKS.search(hidden, end)
    if asking is None or asking.start() <= second.end():
        return None
    return hidden[first.start() : start], hidden[end : asking.start()]


def _around(hidden: str, start: int, end: int) -> tuple[str, str] | None:
    before, after = _last_word(hidden[:start]), _first_word(hidden[end:])
    if not before or not after or _HIDDEN in before + after:
        return None
    rest = hidden[end + len(after) :]
    if _BODY.search(after + _run(rest)) and not _BODY.search(before):
        return None
    whole = after + _run(rest)
    if hidden[end + len(whole) :].startswith("的"):  # 城南小学的花展: all before 的
        after = whole
        run = _run_before(hidden[:start])
        if run and _opens_with_place(run) and _opens_with_place(after):
            before = run  # 西山公园 and 城南小学: each has a place of its own
    elif len(before) > 1 and whole.find(before) > 0:  # 澳网男单和温网男单冠军: up to the same end
        after = whole[: whole.index(before) + len(before)]
        before = _reaching(hidden[:start], len(after))
    elif whole[len(after) - 1 :].find(before[-1]) > 0:  # jieba takes 冬残奥会 for two words
        after = whole[: whole.index(before[-1], len(after)) + 1]
    if _SEVERAL.search(hidden) or _alike(before, after):
        before = _as_long(hidden[:start], before, after)
    elif _asked_for(after, rest):
        if whole != after:  # 发售日期和标准版价格是什么: all that is asked for of each
            before, after = _run_before(hidden[:start]) or before, whole
    else:
        return None
    return before, after


def _opens_with_place(text: str) -> bool:
    return tagged_words(text)[0][1] == "ns" or text.startswith(_TOWNS)


def _as_long(text: str, before: str, after: str) -> str:
    """冬奥会 and not its 奥会 beside 冬残奥会: the words that begin like the second part."""
    place = text.rfind(after[0], 0, len(text) - len(before))
    longer = text[place:] if place >= 0 else before
    alike = longer[-1] == after[-1] and len(longer) <= len(after) + 1
    return longer if alike else before


def _reaching(text: str, length: int) -> str:
    """The last whole words of a text that have at least so many characters."""
    run = ""
    for word, _ in reversed(tagged_words(text)):
        if len(run) >= length or not text.endswith(word + run):
            break
        run = word + run
    return run


def _run_before(text: str) -> str:
    run = ""
    for word, tag in reversed(tagged_words(text)):
        if not _nominal(word, tag) or not text.endswith(word + run):
            break
        run = word + run
    return run


def _alike(before: str, after: str) -> bool:
    """Two places, two years, or two words with the same end: 出生率 and 死亡率."""
    places = before.rstrip("省市区县") in TOWNS and after.rstrip("省市区县") in TOWNS
    kinds = {_kind(before), _kind(after)}
    return places or before[-1] == after[-1] or (len(kinds) == 1 and kinds <= {"ns", "nr", "m"})


def _asked_for(after: str, rest: str) -> bool:
    """The second part runs up to the asking: 发售日期和标准版价格是什么."""
    behind = rest[len(_run(rest)) :].lstrip("的 ")
    return _kind(after)[0] in "nbjl" and (not behind.strip("？?。 ") or bool(_ASKS.match(behind)))


def _run(text: str) -> str:
    run = ""
    for word, tag in tagged_words(text):
        if not _nominal(word, tag) or not text.startswith(run + word):
            break
        run += word
    return run


def _nominal(word: str, tag: str) -> bool:
    return word in TOWNS or (tag not in ("v", "m") and tag.startswith(_NOUNS))


def _kind(word: str) -> str:
    if re.fullmatch(r"\d+年?(?:\d+月)?", word):
        return "m"
    tags = [tag for _, tag in tagged_words(word)]
    if tags[:1] == ["nr"] and tags[-1] in _NAME_ENDS:
        return "nr"
    return tags[-1] if tags else "x"


def _last_word(text: str) -> str:
    number = re.search(r"\d+(?:年|月|届)?$", text)
    if number:
        return number[0]
    tags = tagged_words(text)
    if _is_one_name(tags[-2:]):
        name = tags[-2][0] + tags[-1][0]
        return name if text.endswith(name) else ""
    if not tags or not tags[-1][1].startswith(_NOUNS):
        return ""
    word = tags[-1][0]
    if not text.endswith(word):
        return ""
    before = text[: len(text) - len(word)][-1:]
    return before + word if before and before in _PREFIXES else word


def _first_word(text: str) -> str:
    number = re.match(r"\d+(?:年|月|届)?", text)
    if number:
        return number[0]
    tags = tagged_words(text)
    if not tags or not tags[0][1].startswith(_NOUNS):
        return ""
    word = "".join(part for part, _ in tags[: 2 if _is_one_name(tags[:2]) else 1])
    return word if text.startswith(word) else ""


def _is_one_name(tags: Sequence[tuple[str, str]]) -> bool:
    """Whether two words are a name that jieba does not know: 布 and 林肯, 吴易 and 昺."""
    if len(tags) < 2 or tags[0][1] != "nr" or tags[1][1] not in _NAME_ENDS:
        return False
    return 1 in (len(tags[0][0]), len(tags[1][0]))
