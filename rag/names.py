"""Find Chinese personal names in a text: jieba's guess, kept where a surname begins it."""

import re
from functools import lru_cache

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
    "顾问 智慧 文明 安全 高新 金融 华东 平安 和谐 国际 全面 明确 成功 经济 应急 时代 关爱".split()  # noqa: SIM905
)


@lru_cache(maxsize=4096)
def _names(folded: str) -> tuple[str, ...]:
    found = [match.group() for match in _FOREIGN.finditer(folded)]
    for word, tag in tagged_words(folded):
        if tag not in _NAME_TAGS or word in _WORDS or not 2 <= len(word) <= 4:
            continue
        if word.startswith(_TWO) or (word[0] in _SURNAMES and len(word) <= 3):
            found.append(word)
    return tuple(dict.fromkeys(found))


def person_names(text: str) -> tuple[str, ...]:
    """Names in order of first appearance, simplified; () where none is recognised.

    Precision first: a name that jieba does not see is missed, an ordinary word is not called one.
    """
    return _names(fold(text))
