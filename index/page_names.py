"""Personal names in bylines: told apart, and from other words. Knows nothing of lines or pages."""

import re

_CJK = r"\u3400-\u9fff\uf900-\ufaff"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The commonest family names, simplified and traditional; only weak evidence ever needs them.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
    "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
    "龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁"
    "岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆"
    "蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚"
    "岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛"
    "仲虞敖巩明佘池查麻苑迟邝薄逄矫綦初战匡慕慎冼湛張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧葉"
    "蘇呂盧鍾譚陸範賈韋鄒閆龍賀顧龔萬錢嚴湯溫齊喬龐顏莊聶魯嶽歐關蘭紀寧單塗穀駱藍遊"
)
_COMPOUND = _words("欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 歐陽 司馬 諸葛")
PLACES = _words(
    """
    北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西
    山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古
    广西 西藏 宁夏 新疆 香港 澳门 石家庄 太原 沈阳 大连 长春 哈尔滨 南京 苏州
    杭州 宁波 合肥 福州 厦门 南昌 济南 青岛 烟台 潍坊 威海 日照 淄博 郑州
    武汉 长沙 广州 深圳 珠海 南宁 海口 成都 贵阳 昆明 拉萨 西安 兰州 西宁
    银川 乌鲁木齐 呼和浩特 华盛顿 纽约 伦敦 巴黎 东京 莫斯科 柏林 日内瓦 布鲁塞尔 重慶 廣東
    廣州 臺北 台北 澳門 倫敦 紐約 華盛頓 東京
    """
)

_NAME = re.compile(rf"[{_CJK}]{{1,6}}(?:·[{_CJK}]{{1,8}})*$|[A-Z][A-Za-z.'\-]*$")


def read_names(segment: str) -> list[str] | None:
    """Names in print order; 李　媛 set wide is one name. None when something is not a name."""
    tokens = [t for t in re.split(r"[\s、,/&:]+|(?<=\S)[和及](?=\s)", segment) if t]
    if not all(_NAME.match(token) for token in tokens) or len(tokens) > 24:
        return None
    names: list[str] = []
    wide: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1 and not token.isascii():
            wide.append(token)
            continue
        paired = _pair_wide(wide)
        wide = []
        split = _split_glued(token) if token else []
        if paired is None or split is None:
            return None
        names += [*paired, *split]
    return _join_latin(names)


def _pair_wide(chars: list[str]) -> list[str] | None:
    if len(chars) == 1:
        return None
    odd = len(chars) % 2
    cut = len(chars) - 3 * odd
    pairs = ["".join(chars[i : i + 2]) for i in range(0, cut, 2)]
    return [*pairs, "".join(chars[cut:])] if odd else pairs


def _split_glued(token: str) -> list[str] | None:
    """宋致李媛 is two people when both halves open with a family name; 欧阳修文 is one."""
    if token.isascii() or "·" in token or len(token) <= 3 or token[:2] in _COMPOUND:
        return [token]
    for sizes in ((2, 2), (2, 3), (3, 2), (3, 3), (2, 2, 2)):
        if sum(sizes) == len(token):
            parts, at = [], 0
            for size in sizes:
                parts.append(token[at : at + size])
                at += size
            if all(part[0] in _SURNAMES for part in parts):
                return parts
    return [token] if len(token) == 4 else None


def _join_latin(names: list[str]) -> list[str]:
    joined: list[str] = []
    for name in names:
        if joined and name.isascii() and joined[-1].isascii():
            joined[-1] += " " + name
        else:
            joined.append(name)
    return joined


def has_surname(name: str) -> bool:
    """Two to four characters that open with a common family name."""
    return 2 <= len(name) <= 4 and (name[0] in _SURNAMES or name[:2] in _COMPOUND)


def looks_like_name(text: str) -> bool:
    """A bare personal name, as columnists sign: 王小明, 李　媛."""
    name = re.sub(r"\s", "", text)
    return 2 <= len(name) <= 3 and has_surname(name) and len(text) <= 6
