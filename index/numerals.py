"""Number characters: width, script and Chinese numerals. Knows nothing of units or dates."""

import re
from dataclasses import dataclass
from decimal import Decimal

_TRADITIONAL = (
    "億亿萬万兩两點点個个餘余幾几數数圓元圆元円円幣币歐欧鎊镑韓韩臺台達达過过約约將将戶户輛辆噸吨畝亩頃顷"
    "時时鐘钟鍾钟間间歲岁項项種种場场條条張张隻只雙双層层棟栋佔占漲涨長长減减環环較较從从後后來来週周"
    "紀纪國国號号滿满屆届為为爲为這这門门處处釐厘電电線线級级顆颗塊块錢钱總总盧卢銖铢蘭兰聯联嚴严"
    "帶带雲云鋪铺幫帮學学財财規规劃划計计節节農农曆历歷历禮礼預预擬拟漲涨還还縮缩擴扩貶贬"
    "發发動动實实現现會会進进組组賽赛區区體体與与輪轮陸陆幹干員员單单筆笔類类標标準准"
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# A full-width comma parts clauses; only inside 3-digit groups does it belong to a number.
del _FULL_WIDTH[ord("，")]
_FOLD = (
    _FULL_WIDTH
    | {ord(_TRADITIONAL[i]): ord(_TRADITIONAL[i + 1]) for i in range(0, len(_TRADITIONAL), 2)}
    | {
        ord("￥"): ord("¥"),
        ord("○"): ord("〇"),
        0x2236: ord(":"),  # the ratio sign
        ord("﹢"): ord("+"),
        0x2212: ord("-"),
        ord("﹣"): ord("-"),
        ord("﹪"): ord("%"),
        ord("　"): ord(" "),
    }
)


def fold(text: str) -> str:
    """Half-width, simplified number characters, code point for code point: offsets are kept."""
    return text.translate(_FOLD)


DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8, "万亿": 10**12}
SCALES = {name: Decimal(value) for name, value in (_SMALL | _LARGE).items()} | {
    f"{small}{large}": Decimal(_SMALL[small] * _LARGE[large])
    for small in ("十", "百", "千")
    for large in ("万", "亿")
}

GROUP_SPACE = "\u2009\u202f\u00a0\u2007"
NUMBER = (
    rf"(?:[0-9]{{1,3}}(?:[,，][0-9]{{3}}){{1,6}}(?![0-9])"
    rf"|[0-9]{{1,3}}(?:[{GROUP_SPACE}][0-9]{{3}}){{1,6}}(?![0-9])"
    r"|[0-9]++)(?:\.[0-9]++)?"
)
HAN = "零〇一二两三四五六七八九十百千万亿廿卅"
_GROUPING = re.compile(rf"[,，{GROUP_SPACE}]")


def decimal_of(digits: str) -> Decimal:
    """The value of a string that ``NUMBER`` matched."""
    return Decimal(_GROUPING.sub("", digits))


@dataclass(frozen=True, slots=True)
class HanNumber:
    """A Chinese numeral: exact, or a stretch such as 十几 (11 to 19) and 七八十 (70 to 80)."""

    value: Decimal
    high: Decimal | None = None
    vague: bool = False  # 数十, 十几: the writer named no number
    step: Decimal = Decimal(
        1
    )  # one unit of the last digit written: 三万二 is out, 三万二千 is 1000


_PAIR = re.compile(r"(十?)([一二两三四五六七八])([二三四五六七八九])([十百千]?(?:万亿|万|亿)?)")
_VAGUE = re.compile(
    r"(?:[数几]([十百千万亿][百千万亿]?亿?)|([二三四五六七八九]?)十[几]((?:万亿|万|亿)?))"
)
_DECIMAL = re.compile(
    r"([零〇一二两三四五六七八九十百]{1,7})点([零〇一二三四五六七八九]{1,6})((?:万亿|万|亿)?)"
)


def han_number(text: str) -> HanNumber | None:
    """Read a Chinese numeral such as 两千三百, 三点五亿, 十几 or 七八百; None when it is none."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    return _vague(text) or _pair(text) or _point(text) or _plain(text)


def han_int(text: str) -> int | None:
    """Read 十二, 二十三 or, digit by digit, 二〇二五; None when it is neither."""
    if len(text) > 1 and all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    number = _plain(text)
    return int(number.value) if number else None


def _scale(text: str) -> Decimal:
    scale = Decimal(1)
    for char in text:
        scale *= SCALES[char]
    return scale


def _vague(text: str) -> HanNumber | None:
    found = _VAGUE.fullmatch(text)
    if not found:
        return None
    if found[1]:
        scale = _scale(found[1])
        # 数十 is read as 20 to 99, 数百万 as 2 to 9.99… million.
        return HanNumber(2 * scale, 10 * scale - 1, vague=True, step=scale)
    tens = Decimal(10 * (DIGITS[found[2]] if found[2] else 1))
    scale = _scale(found[3])
    return HanNumber((tens + 1) * scale, (tens + 9) * scale, vague=True, step=scale)


def _pair(text: str) -> HanNumber | None:
    found = _PAIR.fullmatch(text)
    if not found:
        return None
    ten, low, high, scale_text = found.groups()
    first, second = DIGITS[low], DIGITS[high]
    if second - first != 1 and (first, second) != (3, 5):
        return None
    if ten and scale_text[:1] in _SMALL:
        return None
    scale, base = _scale(scale_text), 10 if ten else 0
    return HanNumber((base + first) * scale, (base + second) * scale, step=scale)


def _point(text: str) -> HanNumber | None:
    found = _DECIMAL.fullmatch(text)
    if not found:
        return None
    whole = _plain(found[1])
    if whole is None:
        return None
    scale = _scale(found[3])
    decimals = "".join(str(DIGITS[char]) for char in found[2])
    value = whole.value + Decimal(f"0.{decimals}")
    return HanNumber(value * scale, step=scale.scaleb(-len(decimals)))


def _plain(text: str) -> HanNumber | None:
    """The place-value reading: each section of 十百千 closed by 亿 or 万, scales only falling."""
    if not text or len(text) > 24 or (text[0] not in DIGITS and text[0] != "十"):
        return None
    total, rest, last = 0, text, 1
    for name, scale in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        head, mark, tail = rest.partition(name)
        if not mark:
            continue
        section = _section(head.lstrip("零〇"))
        if section is None:
            return None
        total, rest, last = total + section[0] * scale, tail, section[1] * scale
    if rest:
        section = _section(rest.lstrip("零〇") if total or len(rest) > 1 else rest)
        if section is None:
            return None
        # 两万五 is 25,000; a 零 would have made it 20,005.
        short = last // 10 if total and len(rest) == 1 and rest in DIGITS else 1
        total, last = total + section[0] * short, section[1] * short
    return HanNumber(Decimal(total), step=Decimal(last))


def _section(text: str) -> tuple[int, int] | None:
    """Value and last place of a numeral below ten thousand: 两千三百 is (2300, 100)."""
    total, digit, ceiling, last, zero = 0, -1, 10**4, 1, False
    for char in text:
        if char in "零〇":
            if digit >= 0 or zero:
                return None
            zero = True
        elif char in DIGITS:
            if digit > 0:
                return None
            digit = DIGITS[char]
        elif _SMALL.get(char, ceiling) < ceiling and (digit > 0 or char == "十"):
            ceiling = last = _SMALL[char]
            total, digit, zero = total + ceiling * max(digit, 1), -1, False
        else:
            return None
    if digit > 0:
        # 二百五 is 250, 二百零五 is 205.
        last = ceiling // 10 if total and ceiling > 10 and not zero else 1
        total += digit * last
    return (total, last) if total or text in ("零", "〇") else None
