"""What a page carries besides articles: mastheads, page numbers, footers, advertisements.

Lines are judged one by one, on the NFKC form; nothing here knows of articles.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_CJK = r"\u3400-\u9fff\uf900-\ufaff"
_PAPER = re.compile(
    rf"《?\s*(?P<name>[{_CJK}]{{1,8}}(?:日报|晚报|早报|晨报|午报|时报|商报|都市报|快报|导报|周报|日報|晚報|早報|"
    r"時報|週報|文匯報|大公報|文汇报|星島日報|法治报|青年报|科技报|教育报|工人报|农民报|劳动报|信息报|经营报|经济报|财经报)"
    rf"|[{_CJK}]{{2,6}}(?:周刊|週刊|周末)|参考消息)\s*》?"
)
# Beside a day any short name will do, but 捷报 and 海报 are no papers.
_ANY_PAPER = re.compile(
    rf"(?<![{_CJK}])《?\s*(?P<name>(?!\S*[捷喜海通公预情举警简战][报報])[{_CJK}]{{1,5}}[报報])\s*》?(?![{_CJK}])"
)
_WEEKDAY = re.compile(r"(?:星期|周|週|礼拜)\s*[一二三四五六日天](?![前后末\u3400-\u9fff])")
_DIGIT = re.compile(r"[\d〇○]")
_MONTHS = re.split(
    " ",
    "January February March April May June July August September October November December",
)
_ENGLISH_MASTHEAD = re.compile(
    r"(?P<paper>(?:[A-Z][A-Za-z']+ ){0,4})\W*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\W+)"
    rf"(?P<m>{'|'.join(_MONTHS)})\s+(?P<d>\d{{1,2}}),?\s+(?P<y>\d{{4}})"
    r"(?P<rest>(?:\W+(?:Page|P\.?|[A-Z]+|\d{1,3}|[A-Z]\d{1,3})){0,4})\W*$"
)
_CN_DIGITS = "〇零一二三四五六七八九"
_CN = rf"[{_CN_DIGITS}○Ｏ十]"
_DATE = re.compile(
    rf"(?P<y>\d{{4}}|{_CN}{{4}})\s*(?:年|[-/.])\s*(?P<m>\d{{1,2}}|{_CN}{{1,3}})\s*(?:月|[-/.])\s*"
    rf"(?P<d>\d{{1,2}}|{_CN}{{1,3}})\s*日?"
)
_PAGE_CODE = re.compile(
    r"第?\s*(?P<code>(?:[A-Z]{1,2}\s*)?\d{1,3})\s*版|(?<![A-Za-z\d])(?P<bare>[A-Z]\d{1,3})(?![A-Za-z\d])"
    rf"|第\s*(?P<cn>[一二三四五六七八九十]{{1,3}})\s*版|(?P<page>[A-Z]\d{{1,3}})(?=[{_CJK}])"
)
_CODE_AND_NAME = re.compile(
    rf"(?:[A-Z]\d{{1,3}}\s*版?|第\s*[\d一二三四五六七八九十]{{1,3}}\s*版)[\s|·:]+[{_CJK}]{{2,6}}$"
    rf"|[{_CJK}]{{2,6}}[\s|·:]+(?:[A-Z]\d{{1,3}}|第?\s*\d{{1,3}}\s*版)$"
)
_SECTION_WORDS = frozenset(
    re.split(
        " ",
        "要闻 综合 时政 经济 财经 国际 国内 社会 民生 文化 体育 副刊 教育 健康 "
        "评论 理论 科技 法治 城市 城事 区市 专版 特刊 视点 深度 头版 都市 金融 "
        "产业 国际新闻 国内新闻 本地 焦点 综合新闻 要聞 綜合 財經 國際 港聞 中國 體育 評論 "
        "兩岸 文匯園 娱乐 娛樂 读书 讀書 生态 乡村 县域 品牌",
    )
)
_STAFF = (
    r"责任编辑|責任編輯|责编|責編|美术编辑|美编|美編|版式设计|版式|校对|校對|审读|審讀|视觉|视觉设计|组版|排版|"
    r"本版编辑|本版责编|本版主编|执行主编|值班主任|值班总编|值班编委|值班编辑|主编|编辑|編輯|版面设计|图编|终审|一审|二审|三审|制图"
)
_STAFF_NAMES = re.compile(
    rf"(?:{_STAFF})\s*[:/|]?\s*[{_CJK}]{{2,4}}(?:\s+[{_CJK}]{{2,4}}(?=\s|$))*"
)
_STAFF_LINE = re.compile(
    rf"[■□▲●◆|/\s]*(?:(?:{_STAFF})(?:(?<!编辑)(?<!主编)|(?<=任编辑)|(?=[\s:/|]))[\s:/|]*"
    rf"(?:[{_CJK}][ 、,;/|]{{0,3}}){{2,10}}?){{1,8}}"
    rf"(?:(?:电话|邮箱|E-?mail).{{0,60}})?$"
)
_IMPRINT = re.compile(
    r"国内统一(?:连续出版物|刊)号|統一刊號|CN\s?\d{2}-\d{4}|邮发代号|社址|报社地址|广告经营许可证|广告许可|"
    r"零售(?:价|每份)|每份(?:定价|零售)|订阅(?:热线|电话|价)|发行(?:热线|电话|部)|广告(?:热线|电话|部|刊登)|"
    r"印刷[:厂]|全年(?:定价|订价)|本报法律顾问|今日\s?\d{1,3}\s?版|总第\s?\d+\s?期|出版单位|主管主办"
)
_FOOTER = re.compile(
    r"^(?:联系人|聯絡人|联系地址|更多(?:内容|精彩|资讯|新闻|详情)|扫(?:码|一扫|描)|掃(?:碼|描)|欢迎(?:关注|订阅|扫码|拨打|下载)|敬请关注|"
    r"请(?:关注|扫码|下载)|长按|下载.{0,12}(?:APP|客户端)|关注.{0,16}(?:微信|公众号|微博|客户端|抖音)|"
    r"详(?:见|情见)|版权所有|未经(?:授权|许可)|本报(?:微信|微博|网址)|(?:官方)?(?:微信|微博)(?:号|公众号)?[:@]|"
    r"(?:本版)?(?:稿件|图片|投稿).{0,10}(?:邮箱|除署名外)|本版(?:稿件|图片|照片|文图).{0,20}(?:提供|外)|Copyright)",
    re.IGNORECASE,
)
_SCAN = re.compile(r"扫码|扫描二维码|掃碼|二维码|二維碼|客户端下载")
_CONTACT = re.compile(
    r"(?:热线|電話|电话|传真|咨询|预订|订购|订票|招商|报名|联系人?|手机|邮箱|E-?mail|QQ|微信号?|邮编|网址|TEL|地址|查詢|查询)"
    r"\s*(?:电话|热线)?\s*[:.]?\s*.{0,12}?[\d@]",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<!\d)(?:0\d{2,3}[-\s]?\d{7,8}|1[3-9]\d{9}|[48]00[-\s]?\d{3}[-\s]?\d{4})(?!\d)"
)
_AD_LABEL = re.compile(
    r"[■●◆·\-—\s]*(?:公益)?(?:广\s*告|廣\s*告|Advertisement|ADVERTISEMENT)[■●◆·\-—\s]*$"
)
_JUMP = re.compile(
    r"[▲▶▷→◆●>\s(\[【]*(?:紧接|上接|下转|转|轉|上接第|接|詳見|详见|见|見)\s*第?\s*[A-Z]?[\d一二三四五六七八九十]{1,3}\s*"
    r"版?.{0,14}?[版>▶]?\s*[)\]】]?$|.{0,30}(?:详见|詳見|见今日|[▶▷>→]+)\s*第?[A-Z]?\d{1,3}版?\s*$"
)
_PAGE_NUMBER = re.compile(
    r"[-–—·\s|]*(?:第\s*)?(?:[A-Z]\s?)?\d{1,3}\s*(?:版|页|頁)?[-–—·\s|]*$"
    r"|第\s*[一二三四五六七八九十]{1,3}\s*[版页]$|(?:第\s*)?\d{1,3}\s*/\s*(?:共\s*)?\d{1,3}\s*[页頁]?$"
    r"|第\s*\d{1,3}\s*[页頁][,\s]*共\s*\d{1,3}\s*[页頁]$|Page\s+\d{1,3}(?:\s+of\s+\d{1,3})?$|P\.?\d{1,3}$"
)
_RULE = re.compile(r"[^\w\s]{2,}$|[-_=~*·.—…─━│|■□●○◆▲\s]+$")


@dataclass(frozen=True, slots=True)
class Masthead:
    """The paper, section and day that a page prints about itself; "" and None when absent."""

    source: str = ""
    section: str = ""
    published: date | None = None
    trailing: bool = False  # 《 人民日报 》（ 2020年… 01 版 ） is printed below what it describes


def parse_masthead(key: str) -> Masthead | None:
    """Read one line as a masthead: a day with its year beside a weekday, page code or paper."""
    if len(key) > 120 or not _DIGIT.search(key) or re.search(r"[。!?;]", key):
        return None
    if english := _ENGLISH_MASTHEAD.match(key):
        return _read_english(english)
    day, paper = _DATE.search(key), _PAPER.search(key) or _ANY_PAPER.search(key)
    code, weekday = _PAGE_CODE.search(key), _WEEKDAY.search(key)
    signs = sum(
        map(bool, (paper, code, weekday, _IMPRINT.search(key), "农历" in key, "農曆" in key))
    )
    if day is None or not signs or not _little_else(key):
        return None
    name = paper["name"] if paper else ""
    trailing = bool(re.match(r"\(?《", key))
    return Masthead(name, _section(key, code, name), read_day(day), trailing)


def _read_english(match: re.Match[str]) -> Masthead:
    page = re.search(r"[A-Z]?\d{1,3}", match["rest"])
    try:
        day = date(int(match["y"]), _MONTHS.index(match["m"]) + 1, int(match["d"]))
    except ValueError:
        return Masthead(match["paper"].strip())
    return Masthead(match["paper"].strip(), page[0] if page else "", day)


def read_day(match: re.Match[str]) -> date | None:
    """The calendar day of a year-month-day match, Chinese numerals included; None if impossible."""
    try:
        return date(_number(match["y"]), _number(match["m"]), _number(match["d"]))
    except ValueError:
        return None


def is_nameplate(key: str) -> bool:
    """Nothing but a paper's name, a section's name or a page code."""
    if _CODE_AND_NAME.match(key):
        return True
    if len(key) > 60:
        return False
    rest = _PAPER.sub(" ", key, count=1)
    rest = _PAGE_CODE.sub(" ", rest, count=1)
    if rest != key:
        rest = _STAFF_NAMES.sub(" ", rest)
    tokens = re.split(r"[\s|·:/\-—]+", rest)
    return all(not token or token in _SECTION_WORDS for token in tokens)


def names_page(key: str) -> bool:
    """A page's own heading in the middle of a dump: A02 社会."""
    return bool(_PAGE_CODE.search(key)) and is_nameplate(key) and not _PAGE_NUMBER.match(key)


def read_nameplate(key: str) -> Masthead:
    """The paper and section of a line for which ``is_nameplate`` holds."""
    paper, code = _PAPER.search(key), _PAGE_CODE.search(key)
    name = paper["name"] if paper else ""
    return Masthead(name, _section(key, code, name))


def is_date_line(key: str) -> bool:
    """Nothing but a day: a masthead's date, or the date under a signed notice."""
    match = _DATE.match(key)
    return bool(match and not _WEEKDAY.sub("", key[match.end() :]).strip(" ()"))


def is_furniture(key: str) -> bool:
    """A line no reader would call part of an article."""
    if _RULE.match(key):
        return True
    if len(key) > 160:
        return False
    if len(key) <= 40 and not key.endswith("。") and _SCAN.search(key):
        return True
    if _FOOTER.match(key) or _AD_LABEL.match(key) or _JUMP.match(key) or _PAGE_NUMBER.match(key):
        return True
    if key.endswith(("。", "!", "?", ";", ",")):
        return bool(_IMPRINT.search(key) and len(_IMPRINT.findall(key)) > 1)
    return bool(
        _STAFF_LINE.match(key) or _IMPRINT.search(key) or _CONTACT.search(key) or _PHONE.search(key)
    )


def is_advertisement(key: str) -> bool:
    """A line that shows the block around it to be an advertisement."""
    return len(key) <= 160 and bool(
        _AD_LABEL.match(key)
        or (not key.endswith("。") and (_PHONE.search(key) or _CONTACT.search(key)))
    )


def _little_else(key: str) -> bool:
    rest = _DATE.sub(" ", key)
    for pattern in (_PAPER, _ANY_PAPER, _WEEKDAY, _PAGE_CODE, _IMPRINT):
        rest = pattern.sub(" ", rest)
    rest = _STAFF_NAMES.sub(" ", rest)
    rest = re.sub(r"[农農][历曆]\S{2,12}|第\s*\d+\s*[号期號]", " ", rest)
    words = re.findall(rf"[{_CJK}]{{2,}}|[A-Za-z]{{2,}}", rest)
    return sum(map(len, words)) <= 24 and all(len(word) <= 10 for word in words)


def _section(key: str, code: re.Match[str] | None, paper: str) -> str:
    number = (
        "".join((code["code"] or code["bare"] or code["cn"] or code["page"]).split())
        if code
        else ""
    )
    rest = key.replace(paper, " ", 1) if paper else key
    for pattern in (_DATE, _WEEKDAY, _PAGE_CODE, _STAFF_NAMES):
        rest = pattern.sub(" ", rest)
    tokens = [t for t in re.split(rf"[^{_CJK}]+", rest) if t]
    name = next((t for t in tokens if t in _SECTION_WORDS), "")
    if (
        not name
        and tokens
        and 2 <= len(tokens[0]) <= 6
        and not re.match(rf"{_STAFF}|农历|農曆", tokens[0])
    ):
        name = tokens[0] if code else ""
    return " ".join(part for part in (number, name) if part)


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    text = text.replace("○", "〇").replace("零", "〇")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_CN_DIGITS.index(tens) - 1 if tens else 1) * 10 + (
            _CN_DIGITS.index(ones) - 1 if ones else 0
        )
    return int("".join(str(max(_CN_DIGITS.index(char) - 1, 0)) for char in text))


def fold(text: str) -> str:
    """NFKC, with the blanks that OCR put between single characters taken out: for matching only."""
    key = unicodedata.normalize("NFKC", text).strip()
    tokens = key.split()
    if (
        len(tokens) >= 4
        and sum(len(t) == 1 and not t.isascii() for t in tokens) * 5 >= len(tokens) * 3
    ):
        return "".join(tokens)
    return key
