"""Find Chinese personal names in a text: jieba's guess, kept where a surname begins it."""

import re
from functools import lru_cache

from index.figures import parse_figures
from index.words import fold, tagged_words

_NAME_TAGS = frozenset({"nr", "nrt", "nrfg"})
# The surnames of the Hundred Family Surnames that are still common, and the two-character ones.
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗"
    "凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄"
    "米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万"
    "支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊甄曲家封芮靳汲松井段富巫乌焦巴弓"
    "牧谷车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能"
    "苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易廖庾终居衡"
    "步都耿满弘匡国文寇广禄阙东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶曾沙养鞠须丰关查后荆红游权盖益桓公岳代肖闫覃涂"
)
_TWO = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "端木",
    "夏侯",
)
_FOREIGN = re.compile(r"[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,8}){1,3}")
# Common words that jieba calls names and that begin with a surname.
_WORDS = frozenset(
    """
    顾问 智慧 文明 安全 高新 高新区 金融 华东 平安 和谐 国际 全面 明确 成功 经济 应急 时代 关爱
    马拉松 荣耀 荣幸 卫冕 公开赛
    """.split()  # noqa: SIM905
)
_OFFICES = ("长", "主席", "书记", "主任", "经理", "总裁", "教授", "记者", "院士", "总监", "代表")
_SPEAKS = frozenset("说 介绍 表示 宣布 担任 告诉 透露 认为 指出 强调 坦言 回忆".split())  # noqa: SIM905
# Tags of single characters that jieba cuts off an unknown given name: 韩雪/樵, 车/向海.
_LOOSE_TAGS = frozenset(
    {"n", "ng", "g", "zg", "x", "a", "ag", "vg", "tg", "nr", "nz", "b", "j", "q"}
)
_APPOINTS = ("任命", "选举", "推选", "推举", "聘任", "聘请", "提名")
_NOT_NAMED = frozenset("等称说任为是在的和与及同对向由将被把让曾又也都就会并还先后时处家们摄")


@lru_cache(maxsize=4096)
def _names(folded: str) -> tuple[str, ...]:
    tagged = tagged_words(folded)
    found = _foreign(tagged)
    amounts = tuple(item.text for item in parse_figures(folded) if item.unit != "岁")
    for at, (word, tag) in enumerate(tagged):
        if word in _SURNAMES and (name := _spoken_of(tagged, at)):
            found.append(name)
        if tag not in _NAME_TAGS or word in _WORDS or not 2 <= len(word) <= 4:
            continue
        if not (word.startswith(_TWO) or (word[0] in _SURNAMES and len(word) <= 3)):
            continue
        if _is_clause(word, tagged, at, folded, amounts):
            continue
        # 王磊 摄: words parted by a space are no one name.
        whole = _whole_name(word, tagged, at)
        if _leads_off(whole, folded):
            continue
        found.append(whole if whole in folded else word)
    return tuple(name for name in dict.fromkeys(found) if name in folded)


def _is_clause(
    word: str, tagged: list[tuple[str, str]], at: int, folded: str, amounts: tuple[str, ...]
) -> bool:
    """沙燕卖 of 沙燕卖39元: what ends in a verb right before an amount, with no title in front."""
    if len(word) != 3 or (at and tagged[at - 1][0].endswith(_OFFICES)):
        return False
    if [tag for _, tag in tagged_words(word[-1])] != ["v"]:
        return False
    return any(f"{word}{mark}{amount}" in folded for amount in amounts for mark in ("", "了"))


def _leads_off(word: str, folded: str) -> bool:
    """从王府 of 从王府庄到彭家庄: a preposition and the place it starts from."""
    place = f"{re.escape(word)}[\u4e00-\u9fff]{{0,4}}[到至往起]"
    return word[0] in "从于" and re.search(place, folded) is not None


def _foreign(tagged: list[tuple[str, str]]) -> list[str]:
    """卡尔·马克思: the words on both sides of a middle dot."""
    names = []
    run = ""
    for at, (word, _) in enumerate(tagged):
        dot_before = at and tagged[at - 1][0] == "·"
        dot_after = at + 1 < len(tagged) and tagged[at + 1][0] == "·"
        if word == "·" or dot_before or dot_after:
            run += word
        if run and not dot_after and word != "·":
            names.append(run)
            run = ""
    return [name for name in names if _FOREIGN.fullmatch(name)]


def _spoken_of(tagged: list[tuple[str, str]], at: int) -> str:
    """The name jieba did not see, where its surroundings tell: 局长罗/景行, 罗/景行/介绍."""
    given, tag = tagged[at + 1] if at + 1 < len(tagged) else ("", "")
    if not 1 <= len(given) <= 2 or tag in ("x", "m", "p", "v", "uj", "d", "c"):
        return ""
    before = tagged[at - 1][0] if at else ""
    after = tagged[at + 2][0] if at + 2 < len(tagged) else ""
    return tagged[at][0] + given if before.endswith(_OFFICES) or after in _SPEAKS else ""


def _whole_name(word: str, tagged: list[tuple[str, str]], at: int) -> str:
    """The name with a character that jieba cut off it; as it is where it has three already."""
    if len(word) != 2:
        return word
    before = tagged[at - 1][0] if at else ""
    if len(before) == 1 and before in _SURNAMES and before not in _NOT_NAMED:
        return before + word
    after, tag = tagged[at + 1] if at + 1 < len(tagged) else ("", "")
    if len(after) == 2 and after[1] == "为" and before in _APPOINTS:
        return word + after[0]  # 任命罗景行为市长, cut 罗景/行为
    if len(after) == 1 and tag in _LOOSE_TAGS and "\u4e00" <= after <= "\u9fff":
        return word if after in _NOT_NAMED else word + after
    return word


def is_surname(text: str) -> bool:
    """Whether a folded text begins with a surname of the list."""
    return text[:1] in _SURNAMES or text.startswith(_TWO)


def person_names(text: str) -> tuple[str, ...]:
    """Names in order of first appearance, simplified; () where none is recognised.

    Precision first: a name that jieba does not see is missed, an ordinary word is not called one.
    """
    return _names(fold(text))
