"""Find institutions in a text (青岛市教育局, 中国银行) and tell whether two names mean one.

Knows nothing of statements or evidence.
"""

import re
from functools import lru_cache

from index.words import fold, tagged_words

# What an institution's name ends with. Government suffixes of one character count only as jieba's
# own nouns, since 结局 and 全部 end so too.
_SUFFIX = re.compile(
    r"(?:大学|学院|中学|小学|幼儿园|银行|公司|集团|协会|学会|商会|研究会|联合会|联谊会|促进会|委员会|理事会"
    r"|基金会|联盟|医院|研究院|研究所|科学院|工程院|法院|检察院|出版社|通讯社|日报社|管理处|派出所|交易所|博物馆|图书馆|美术馆|办公室"
    r"|指挥部|俱乐部|工会|红十字会|总局|分局|分行|支行|政府|证监会|国资委|发改委|卫健委|工商联|文联|妇联|残联)\Z"
)
_OFFICIAL = re.compile(r"[局厅署委部]\Z")
_NO_OFFICE = re.compile(
    r"干部\Z|大[局部]\Z|常委\Z|[布客餐大展歌舞]厅\Z"
    r"|\A(?:[结格布全僵开残时政战当书邮败危变胜平出做]局|[部签]署|[政编推评]委"
    r"|[总内全局东西南北中外底顶头胸腹腰背上下]部|委|部|局|厅|署)\Z"
)
# Ministries by the State Council's list of its bodies (国发〔2023〕5号) that have 和 in the name.
_WITH_AND = re.compile(
    r"(?:发展|工业|住房|文化|人力资源|自然资源|科学|信访|体育|民族)和"
    r"(?=改革|信息化|城乡建设|旅游|社会保障|规划|技术|宗教)"
)
_BRANCH = re.compile(r"(?:附属|分行|支行|分公司|分局|办事处|分院|分校)")
_PART = re.compile(
    r"(?:学院|医院|研究院|办公室|委员会|监管局|分行|支行|分公司|分局|办事处|中学|小学)\Z"
)
_PROPER = frozenset({"ns", "nt", "nz", "nr", "nrt", "nrfg", "j", "eng"})
_INSIDE = _PROPER | {"n", "ng", "b", "vn", "an", "a", "s", "f", "zg", "g", "q"}
_LEVEL_BEFORE = ("国家", "全国", "中央", "世界", "国际", "联合国", "市", "省", "区", "县")
_OFFICE_JOINED = re.compile(r"(局|厅|委|部|署|处)(?=(?:局|厅|部|署|处)长|主任)")
_NOT_OF_IT = frozenset(
    "该 本 各 这 那 某 其 等 两 多 几 记者 会员 成员 单位 有关 相关 企业 部门".split()  # noqa: SIM905
)
_SHORTEST = 4  # 市教育局, 青岛银行; shorter ones are ordinary words: 分公司, 市政府

_PREPOSITIONS = "从在由据对向到被让将"
_Token = tuple[str, str, int, int]

# Standard short forms, longer first; the left side is what a name is compared by.
_FORMS = (
    ("人民代表大会常务委员会", "人大常委"), ("工商业联合会", "工商联"),
    ("证券监督管理委员会", "证监会"), ("国有资产监督管理委员会", "国资委"),
    ("发展和改革", "发改"), ("发展改革", "发改"), ("卫生健康", "卫健"),
    ("人力资源和社会保障", "人社"), ("人力资源社会保障", "人社"), ("住房和城乡建设", "住建"),
    ("住房城乡建设", "住建"), ("工业和信息化", "工信"), ("文化和旅游", "文旅"),
    ("文化旅游", "文旅"), ("自然资源和规划", "自规"), ("科学技术", "科技"), ("监督管理", "监管"),
    ("市场", "场"), ("委员会", "委"), ("办公室", "办"), ("联合会", "联"), ("股份有限公司", ""),
    ("有限责任公司", ""), ("有限公司", ""), ("集团公司", "集团"), ("公司", ""),
    ("央行", "人民银行"), ("工行", "工商银行"), ("农行", "农业银行"), ("建行", "建设银行"),
)  # fmt: skip
_LEVELS = re.compile(r"^(?:中华人民共和国|国家|中国|全国)|[省市区县](?!域|块)")


def body_names(text: str) -> tuple[str, ...]:
    """Institutions in order of first appearance, simplified; () where none is recognised.

    Precision first: 保险公司 and 市政府 name no one in particular and are left out.
    """
    return _bodies(fold(text))


@lru_cache(maxsize=4096)
def _bodies(folded: str) -> tuple[str, ...]:
    tokens = _tokens(folded)
    found, at, floor = [], 0, 0
    while at < len(tokens):
        if not _ends_body(tokens[at]):
            at += 1
            continue
        last = _with_part(tokens, at)
        first = _first_token(tokens, at, floor, folded)
        name = folded[tokens[first][2] : tokens[last][3]].lstrip(_PREPOSITIONS)
        known = any(token[1] == "nt" for token in tokens[first : last + 1])
        if len(name) >= _SHORTEST - known and _names_one(tokens[first : last + 1]):
            found.append(name)
        at = floor = last + 1
    return tuple(dict.fromkeys(found))


def _tokens(folded: str) -> list[_Token]:
    """Words of jieba with their places; 局局长 is parted so that the office is not in the name."""
    tokens: list[_Token] = []
    pos = 0
    for word, tag in tagged_words(folded):
        start = folded.find(word, pos)
        if start < 0:
            continue
        pos = start + len(word)
        joined = _OFFICE_JOINED.match(word)
        if joined:
            tokens.append((joined[1], "n", start, start + 1))
            start, word = start + 1, word[1:]
        tokens.append((word, tag, start, pos))
    return tokens


def _ends_body(token: _Token) -> bool:
    word, tag = token[:2]
    if _SUFFIX.search(word):
        return True
    if tag == "nt" and word.endswith("组织"):
        return True
    official = _OFFICIAL.search(word) is not None and not _NO_OFFICE.search(word)
    return (official and tag in ("n", "nt", "j", "nz")) or word in ("局", "厅", "署")


def _with_part(tokens: list[_Token], at: int) -> int:
    """青岛大学附属医院, 中国银行青岛市分行: the part is another body than the whole."""
    for last in range(at + 1, min(at + 5, len(tokens))):
        word, tag = tokens[last][:2]
        if _PART.search(word) and tokens[last][2] - tokens[at][3] <= 8:
            between = "".join(token[0] for token in tokens[at + 1 : last + 1])
            return last if _BRANCH.search(between) or word.endswith(("学院", "监管局")) else at
        if tag not in _INSIDE:
            break
    return at


def _first_token(tokens: list[_Token], at: int, floor: int, folded: str) -> int:
    """Leftwards over nouns, and no further than a place or a name that can begin one."""
    first = at
    while first > floor:
        word, tag, start, end = tokens[first - 1]
        joined = end == tokens[first][2]
        with_and = _WITH_AND.search(folded, max(0, start - 4))
        if with_and and with_and.end() == end and joined:
            first -= 1
            continue
        if not joined or tag not in _INSIDE or word in _NOT_OF_IT or len(word) > 12:
            break
        first -= 1
    # 展会 青岛市 教育局: what stands before the first place is not of the name.
    proper = [place for place in range(first, at) if tokens[place][1] in ("ns", "nt")]
    return proper[0] if proper else first


def _names_one(tokens: list[_Token]) -> bool:
    """Whether it is one institution rather than a kind: a proper noun, a level, or an office."""
    if any(tag in _PROPER for _, tag, _, _ in tokens):
        return True
    name = "".join(token[0] for token in tokens)
    return name.startswith(_LEVEL_BEFORE) or _OFFICIAL.search(name) is not None


def says_body(name: str, source: str) -> bool:
    """Whether a text names this institution, whole, by its tail or by a standard short form.

    青岛市教育局 is said by 市教育局, 国家发改委 by 国家发展和改革委员会; 青岛大学 is not said by
    青岛大学附属医院, nor 青岛银行 by 青岛农商银行.
    """
    folded, name = fold(source), fold(name)
    others = [body for body in body_names(source) if body != name]
    rest = folded
    for body in others:
        if body.startswith(name) and _compared(body) != _compared(name):
            rest = rest.replace(body, "")
    if name in rest or any(same_body(name, body) for body in others):
        return True
    for body in others:
        rest = rest.replace(body, "")
    return _by_form(name, rest)


def same_body(a: str, b: str) -> bool:
    """Whether two names mean one institution; a missing place or level is no difference."""
    if _levels(a) and _levels(b) and not _levels(a) & _levels(b):
        return False
    short, long = sorted((_compared(a), _compared(b)), key=len)
    return short == long or (len(short) > 2 and long.endswith(short))


def _by_form(name: str, folded: str) -> bool:
    """A short form that is no recognised name by itself: 央行, 工商联."""
    compared = _compared(name)
    return len(compared) > 2 and compared in _compared(folded)


def _compared(name: str) -> str:
    for long, short in _FORMS:
        name = name.replace(long, short)
    return _LEVELS.sub("", name)


def _levels(name: str) -> frozenset[str]:
    head = name.replace("市场", "场")[:6]
    national = {"国"} if head.startswith(("国家", "中国", "全国", "中华")) else set()
    return frozenset(national | {char for char in "省市区县" if char in head})
