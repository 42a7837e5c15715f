"""Units and counters of news figures, and which of them convert. Knows nothing of numbers."""

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """One canonical unit; ``factor`` turns the printed number into it."""

    name: str
    factor: Decimal = Decimal(1)
    measure: bool = True  # a quantity; False: a counter such as 项, where 一项 may mean "an"
    han: bool = True  # may follow a Chinese numeral; 三级, 二期 and 十分 are words, not figures


# canonical unit | factor | printed forms as patterns; "#": only after digits
_MEASURES = r"""
% | 1 | % percent per\scent pct
% | 0.1 | ‰
% | 10 | 成(?!为|立|功|员|都|本|熟|果|绩|交|效|分|型|品|年|长|套|人|语|不变)
百分点 | 1 | 个百分点 百分点 percentage[\s-]points? ppts? pp
百分点 | 0.1 | 个千分点 千分点
百分点 | 0.01 | 个基点 基点 basis[\s-]points? bps? 个bps?
折 | 1 | 折(?!合|算|射|返)
倍 | 1 | 倍 times(?=\s(?:as|more|higher|the)) -fold
番 | 1 | 番
元 | 1 | 元人民币 元(?!旦|宵|宇) 块钱 人民币 yuan renminbi RMB CNY
角 | 1 | 角钱 毛钱
角 # | 1 | 角(?!度|色|落|逐)
美元 | 1 | 美元 美金 U\.?S\.?\sdollars? dollars? USD
港元 | 1 | 港元 港币 Hong\sKong\sdollars? HK\sdollars? HKD
欧元 | 1 | 欧元 euros? EUR
日元 | 1 | 日元 日圆 円 yen JPY
英镑 | 1 | 英镑 pounds?(?:\ssterling)? GBP
韩元 | 1 | 韩元 韩币
新台币 | 1 | 元新台币 新台币元? 台币 TWD
澳门元 | 1 | 澳门元 澳门币
新加坡元 | 1 | 新加坡元 新元 SGD
澳元 | 1 | 澳元 澳大利亚元 AUD
加元 | 1 | 加元 加拿大元 CAD
瑞士法郎 | 1 | 瑞士法郎 瑞郎
法郎 | 1 | 法郎
卢布 | 1 | 卢布 rou?bles?
卢比 | 1 | 卢比 rupees?
泰铢 | 1 | 泰铢 baht
越南盾 | 1 | 越南盾
林吉特 | 1 | 林吉特
比索 | 1 | 比索
雷亚尔 | 1 | 雷亚尔
兰特 | 1 | 兰特
里拉 | 1 | 里拉
迪拉姆 | 1 | 迪拉姆
里亚尔 | 1 | 里亚尔
第纳尔 | 1 | 第纳尔
谢克尔 | 1 | 谢克尔
人次 | 1 | 人次 passenger\strips? trips? visits?
吨 | 1 | 公吨 吨 metric\stons? tonnes? tons?
公斤 | 1 | 公斤 千克 kilograms? kilos? kg
公斤 | 0.5 | 斤
金牌 # | 1 | 金(?=[0-9]|银|铜|[，。、,；)])
银牌 # | 1 | 银(?=[0-9]|铜|[，。、,；)])
铜牌 # | 1 | 铜(?=[，。、,；)的])
克 # | 1 | 克(?!隆|拉|里|罗|服) grams? g
毫克 | 1 | 毫克 milligrams? mg
微克 | 1 | 微克 [μµ]g
公里 | 1 | 公里 千米 kilomet(?:er|re)s? km
公里 | 0.5 | 华里
米 | 1 | 米(?!兰|其林|勒) met(?:er|re)s? m
厘米 | 1 | 厘米 公分 centimet(?:er|re)s? cm
毫米 | 1 | 毫米 millimet(?:er|re)s? mm
微米 | 1 | 微米 [μµ]m
纳米 | 1 | 纳米 nm
海里 | 1 | 海里 nautical\smiles?
英里 | 1 | 英里 miles?
英尺 | 1 | 英尺 feet
英寸 | 1 | 英寸 inch(?:es)?
光年 | 1 | 光年
平方英里 | 1 | 平方英里 平方哩 square\smiles?
平方英尺 | 1 | 平方英尺 平方呎 square\sfeet
平方厘米 | 1 | 平方厘米 平方公分
平方公里 | 1 | 平方公里 平方千米 square\skilomet(?:er|re)s? km² km2
平方米 | 1 | 平方米 平米 ㎡ m² square\smet(?:er|re)s?
公顷 | 1 | 公顷 hectares?
英亩 | 1 | 英亩 acres?
亩 | 1 | 亩
立方米 | 1 | 立方米 立方(?!体) m³ cubic\smet(?:er|re)s?
升 # | 1 | 公升 升(?!级|至|到|学|温) lit(?:er|re)s? L
毫升 | 1 | 毫升 m[lL]
桶 | 1 | 桶 barrels?
加仑 | 1 | 加仑 gallons?
盎司 | 1 | 盎司 ounces?
磅 # | 1 | 磅(?!礴|秤|因)
克拉 | 1 | 克拉 carats?
千卡 | 1 | 千卡 大卡 kcal
马力 | 1 | 马力 匹马力 horsepower
分贝 | 1 | 分贝 decibels? dB
百帕 | 1 | 百帕 hPa
千瓦时 | 1 | 千瓦时 度电 kilowatt[\s-]hours? kWh
兆瓦时 | 1 | 兆瓦时 MWh
吉瓦时 | 1 | 吉瓦时 GWh
瓦 # | 1 | 瓦(?!斯|解|特) W
千瓦 | 1 | 千瓦 kilowatts? kW
兆瓦 | 1 | 兆瓦 megawatts? MW
吉瓦 | 1 | 吉瓦 gigawatts? GW
伏 # | 1 | 伏
千伏 | 1 | 千伏 kV
赫兹 | 1 | 赫兹 Hz
兆赫 | 1 | 兆赫 MHz
吉赫 | 1 | 吉赫 GHz
毫安时 | 1 | 毫安时 mAh
兆字节 | 1 | MB 兆字节
吉字节 | 1 | GB 吉字节
太字节 | 1 | TB 太字节
比特 | 1 | 比特(?!币)
℃ | 1 | 摄氏度 ℃ °C degrees\sCelsius
华氏度 | 1 | 华氏度 ℉ °F degrees\sFahrenheit
度 # | 1 | 度(?!假|过) degrees?
年 | 1 | 年期(?!间) 年(?!级|代|度) -year(?!-old|\sold) years?(?!\sold|-old)
周年 | 1 | 周年
岁 | 1 | 周岁 岁 years?\sold -years?-old
季度 | 1 | 个季度 quarters?
月 | 1 | 个月 -month months?
工作日 | 1 | 个工作日
交易日 | 1 | 个交易日
周 | 1 | 个星期 个礼拜 周(?!年|岁|边) -week weeks?
天 | 1 | 天(?!津|安门|猫) -day days?
昼夜 | 1 | 昼夜
小时 | 1 | 个小时 小时 -hour hours?
分钟 | 1 | 分钟 -minute minutes?
秒 | 1 | 秒钟 秒(?!杀) seconds?
标准箱 | 1 | 个标准箱 标准箱 标箱 TEUs?
人 | 1 | 人口 人(?!次|民|工(?!作)|才|称|间) 个人(?!工|才|大|民|群|口|类|文|均|次|物|选)
人 | 1 | people persons? residents? passengers?
"""
_COUNTERS = r"""
人 | 1 | 名(?!单|字|称|义|牌|胜|誉|额) 位(?!于|置|居(?!民)|列|数(?!学)|移|次)
个 | 1 | 个
户 | 1 | 户(?!外|籍|口) households?
家 | 1 | 家(?!渠|庭)
辆 | 1 | 辆 vehicles?
台 | 1 | 台(?!湾|山|农|州)
套 | 1 | 套
件 | 1 | 件
项 | 1 | 项
例 | 1 | 例(?!如) cases?
起 | 1 | 起(?!来|步)
宗 | 1 | 宗
次 | 1 | 次
届 # | 1 | 届
场 | 1 | 场(?!馆)
轮 | 1 | 轮(?!车|胎|椅|驱)
票 | 1 | 票(?!房) votes?
股 # | 1 | 股(?!份|东|民) shares?
点 # | 1 | 个点(?!位) 点 points?
分 # | 1 | 分(?!别|钟|之|公司|析|布|支|局|院|会场)
级 # | 1 | 级(?!别)
层 # | 1 | 层(?!面|次)
艘 | 1 | 艘
架 | 1 | 架
列 # | 1 | 列(?!入|为|第)
枚 | 1 | 枚
发 # | 1 | 发(?!展|布|现|生|放|动|电|表|行|明|出|送|起|射|言|改)
条 | 1 | 条(?!例|款|件)
座 | 1 | 座
栋 | 1 | 栋 幢
间 | 1 | 间
所 | 1 | 所(?!以)
处 | 1 | 处(?!于|罚|理|分)
支 | 1 | 支(?!持|付)
部 # | 1 | 部(?!门|委|分|队)
本 # | 1 | 本(?!科|地)
册 | 1 | 册
篇 | 1 | 篇
份 | 1 | 份
强 # | 1 | 强(?!度|化|大|调|力|国|降|烈|势|震|对流)
批次 | 1 | 批次
批 | 1 | 批(?!准|复)
种 | 1 | 种(?!植)
类 # | 1 | 类(?!似|型)
款 | 1 | 款(?!项)
期 # | 1 | 期(?!间|货)
颗 | 1 | 颗
棵 | 1 | 棵
株 | 1 | 株
头 # | 1 | 头
只 | 1 | 只
匹 | 1 | 匹
张 | 1 | 张
把 # | 1 | 把
块 # | 1 | 块
片 # | 1 | 片
门 # | 1 | 门
笔 | 1 | 笔
单 # | 1 | 单(?!位|元|独)
封 | 1 | 封
盏 | 1 | 盏
对 # | 1 | 对(?!于|外)
节 # | 1 | 节
课时 | 1 | 课时
瓶 | 1 | 瓶
箱 | 1 | 箱
盒 | 1 | 盒
袋 | 1 | 袋
杯 | 1 | 杯(?!赛)
碗 | 1 | 碗
剂次 | 1 | 剂次
剂 # | 1 | 剂
架次 | 1 | 架次
艘次 | 1 | 艘次
辆次 | 1 | 辆次
车次 | 1 | 车次
班次 | 1 | 班次
场次 | 1 | 场次
件次 | 1 | 件次
台次 | 1 | 台次
户次 | 1 | 户次
趟 | 1 | 趟
道 # | 1 | 道(?!路)
幅 | 1 | 幅(?!度)
首 # | 1 | 首(?!次|个|家|届|席|先|都)
副 # | 1 | 副
根 | 1 | 根(?!据|本)
粒 | 1 | 粒
步 # | 1 | 步
"""


def _read(table: str, *, measure: bool) -> list[tuple[str, Unit]]:
    rows: list[tuple[str, Unit]] = []
    for line in table.strip().splitlines():
        name, factor, forms = (part.strip() for part in line.split(" | ", 2))
        unit = Unit(name.rstrip(" #"), Decimal(factor), measure, han=not name.endswith("#"))
        rows.extend((form, unit) for form in forms.split(" "))
    return rows


def _printed_length(form: str) -> int:
    return len(re.sub(r"\(\?!.*|\(\?=.*|\\", "", form))


def _by_first_character() -> dict[str, tuple[re.Pattern[str], list[Unit]]]:
    """One pattern a first character, longest form first, so that 人次 is tried before 人."""
    rows = _read(_MEASURES, measure=True) + _read(_COUNTERS, measure=False)
    rows.sort(key=lambda row: -_printed_length(row[0]))
    table: dict[str, tuple[re.Pattern[str], list[Unit]]] = {}
    for first in {char for form, _ in rows for char in _first_characters(form)}:
        mine = [(form, unit) for form, unit in rows if first in _first_characters(form)]
        # A Latin unit ends where its word ends: 5m is metres, 5mm and 5million are not.
        joined = "|".join(
            f"({form}{'(?![A-Za-z0-9])' if re.search('[A-Za-z]', form) else ''})"
            for form, _ in mine
        )
        table[first] = (re.compile(joined), [unit for _, unit in mine])
    return table


def _first_characters(form: str) -> str:
    return form[1 : form.index("]")] if form.startswith("[") else form[0]


_UNITS = _by_first_character()
# Units that stand before what they count: 36名农场主.
COUNTERS = frozenset(unit.name for _, unit in _read(_COUNTERS, measure=False))


def match_unit(text: str, start: int) -> tuple[Unit, int] | None:
    """The longest unit that begins at ``start`` of folded text, and where it ends."""
    pattern, units = _UNITS.get(text[start : start + 1], (None, []))
    found = pattern.match(text, start) if pattern else None
    if not found or found.lastindex is None:
        return None
    return units[found.lastindex - 1], found.end()


CURRENCIES = {
    "$": "美元", "US$": "美元", "USD": "美元", "HK$": "港元", "HKD": "港元", "NT$": "新台币",
    "¥": "元", "RMB": "元", "CNY": "元", "人民币": "元", "€": "欧元", "EUR": "欧元",
    "£": "英镑", "GBP": "英镑", "JPY": "日元", "A$": "澳元", "C$": "加元", "S$": "新加坡元",
}  # fmt: skip

# Exact by definition; 亩 and 公顷 are not turned into each other or into 平方米.
_BASES = {
    "年": ("月", "12"),
    "季度": ("月", "3"),
    "周": ("天", "7"),
    "小时": ("秒", "3600"),
    "分钟": ("秒", "60"),
    "公斤": ("克", "1000"),
    "吨": ("克", "1000000"),
    "毫克": ("克", "0.001"),
    "公里": ("米", "1000"),
    "厘米": ("米", "0.01"),
    "毫米": ("米", "0.001"),
    "平方公里": ("平方米", "1000000"),
    "毫升": ("升", "0.001"),
    "千瓦": ("瓦", "1000"),
    "兆瓦": ("瓦", "1000000"),
    "吉瓦": ("瓦", "1000000000"),
    "兆瓦时": ("千瓦时", "1000"),
    "吉瓦时": ("千瓦时", "1000000"),
}


def to_base(unit: str) -> tuple[str, Decimal]:
    """The unit that a comparison is made in, and the factor: 公里 is (米, 1000)."""
    name, factor = _BASES.get(unit, (unit, "1"))
    return name, Decimal(factor)
