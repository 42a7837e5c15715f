"""What time expressions look like in Chinese and English, not what they resolve to."""

import re

from index.numerals import han_int

_D = "零〇一二三四五六七八九"
YEAR4 = rf"(?:1[5-9][0-9]{{2}}|20[0-9]{{2}}|[一二][{_D}]{{3}})"
_MONTH = r"(?:1[0-2](?![0-9])|0?[1-9](?![0-9])|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|初?[一二三四五六七八九])"
_NOT_A_DAY = r"(?![线楼元圆院馆厅店机]|文件|台风)"
_TO = r"\s?(?:——|[-–—~至到])\s?"
_ORD4 = r"[1-4一二三四]"
_COUNT = r"(?:[0-9]{1,3}|[一两二三四五六七八九十]{1,3}|几)"

MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june",
         "jul july", "aug august", "sep sept september", "oct october", "nov november",
         "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_EN_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_EN_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_EN_COUNT = r"(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_EN_ORD = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"
_EN_YEAR = r"(?:1[5-9][0-9]{2}|20[0-9]{2})(?![0-9年])"

# A year with its 年, a relative year, or a year of the Republic.
_YEAR = rf"""
    (?:
      (?<![0-9{_D}])(?P<year>{YEAR4})\s?年(?!代|级)(?:度)?
    | (?<![0-9])(?P<bareyear>20[0-9]{{2}})(?=\s?(?:Q[1-4]|H[12])(?![0-9A-Za-z]))
    | 民国\s?(?P<roc>[0-9]{{1,3}}|[一二三四五六七八九十百零〇]{{1,6}})\s?年(?!代|级)
    | (?<![0-9{_D}])(?P<year2>0[0-9]
        |[012789][0-9](?=\s?年\s?(?:{_MONTH}月|[上下]半年|年[初底末])))年
    | (?P<relyear>今年|本年度?|去年|上年|前年|明年|下年|后年
        |(?<![适应])当年(?!的我)|同年|次年|翌年|这一年)
    )
"""
_SUB = rf"""
    (?:
      (?P<half>[上下])半年(?:度(?!报))?(?![报会])(?P<half_end>末)?
    | (?<![A-Za-z])(?P<halfq>H[12])(?![0-9A-Za-z]|\s(?:of\s)?20[0-9]{{2}})
    | (?P<firstq>[前头首]\s?[23二两三])个?季度?(?!节)
    | (?<![每各数几两])第?(?P<quarter>{_ORD4}|首)\s?季度(?P<quarter_end>[末底])?
    | (?<![春夏秋冬0-9每十])(?P<quarter1>[一二三四])季(?=报|末|[，。、（])
    | (?<=年)第(?P<quarter2>{_ORD4})季(?![度节赛])
    | (?<![A-Za-z])(?P<qq>Q[1-4])(?![0-9A-Za-z]|\s(?:of\s)?20[0-9]{{2}})
    | [前头首]\s?(?P<firstm>1[0-2]|[1-9]|十[一二]?|[一两二三四五六七八九])\s?个月
    | (?<![0-9.个近每{_D}十百第农历])(?P<m1>{_MONTH})\s?(?:月份?)?
        {_TO}(?P<m2>{_MONTH})\s?月(?!薪|\s?[0-9]{{1,2}}\s?[日号])(?:份|间)?
    | (?<![0-9.个近每{_D}十百第历])(?P<month>{_MONTH})\s?月(?![薪租球饼亮饷嫂])(?:份)?
        (?:
          \s?(?P<day>{_DAY})\s?
          (?:[日号]{_NOT_A_DAY}(?:{_TO}(?P<day2>{_DAY})\s?[日号](?!线|楼))?
            |{_TO}(?P<day3>{_DAY})\s?[日号])
        | (?P<tenth>[上中下]旬)
        | (?P<monthpart>[末底初])
        )?
    | (?P<yearpart>年?[末底初](?![中级步期创审]))
    | (?P<whole>全年)
    )
"""
_ZH = rf"""
    {_YEAR}(?:\s?的?\s?(?:{_SUB}))?
"""


def _renamed(pattern: str, suffix: str) -> str:
    return re.sub(r"\(\?P<(\w+)>", rf"(?P<\1{suffix}>", pattern)


_OTHER = rf"""
      (?P<iso>(?<![0-9.])(?P<iso_y>(?:1[5-9]|20)[0-9]{{2}})(?P<iso_s>[-/.])
        (?P<iso_m>1[0-2]|0?[1-9])(?P=iso_s)(?P<iso_d>3[01]|[12][0-9]|0?[1-9])(?![0-9.]))
    | (?P<isomonth>(?<![0-9.\-/])(?P<im_y>20[0-9]{{2}})[-/](?P<im_m>1[0-2]|0[1-9])(?![0-9\-/]))
    | (?P<years>(?<![0-9])(?P<ys_a>{YEAR4}){_TO}(?P<ys_b>{YEAR4}|[0-9]{{2}}(?=年))
        (?:\s?年度?(?!代|级)|(?![0-9])(?!\s?(?:赛季|学年|年|亿|万|[个人元]))))
    | (?P<decade>(?:(?P<de_c>[12][0-9]|上|[本这])(?:个)?世纪\s?)?
        (?P<de_d>[0-9]0|[一二三四五六七八九]十)年代)
    | (?P<decade4>(?<![0-9])(?P<d4>(?:1[5-9]|20)[0-9]0)(?:年代|s\b))
    | (?P<century>(?<![0-9])(?P<ce>1[0-9]|2[01])世纪(?![0-9初末中以头之]))
    | (?P<plan>(?P<pl_q>["“「『])?(?P<pl_n>十[一二三四五]?五|[六七八九]五)
        (?(pl_q)["”」』]|(?=规划|时期|期间|以来|开局|收官|末|计划|[初头]))
        (?:规划|计划)?(?:时期|期间)?(?P<pl_end>末)?)
    | (?P<planen>(?P<pe_n>1[0-9])th\sFive-Year\sPlan)
    | (?P<daily>昨[天日晚夜]|今[天日晚晨早](?!头条)|前[天](?![上下])|前日
        |明[天日晚晨早](?!方|之)|后天(?![性的]))
    | (?P<near>(?<![历最附靠临])(?:最?近|过去|未来|今后)(?:的)?\s?(?P<ne_n>{_COUNT})\s?
        (?P<ne_u>年|个月|周|个?星期|天|日|个季度)(?![前后多级历代度的]|的?(?:时间|历史)))
    | (?P<span>(?P<sp_r>[上本这下当])(?P<sp_g>个)?(?P<sp_u>月|季度|周(?![年岁边末期]))
        (?P<sp_p>[末底初](?!级)|[上中下]旬)?(?P<sp_w>(?<=周)[一二三四五六日天])?)
    | (?P<weekday>(?<![每逢一两几0-9至到])(?:周|星期|礼拜)(?P<wd>[一二三四五六日])(?![至到年线》]))
    | (?P<same>(?P<sa_y>[去上]年|前年|(?<![0-9])(?P<sa_n>20[0-9]{{2}})年)?同期(?!声))
    | (?P<inyear>年内|全年
        |(?<![0-9{_D}个每多成少周当今去上明前一十半])年(?P<iy_p>[末底初])(?![中级步期]))
    | (?P<dayonly>(?<![0-9月年.\-/第每近连续满共期前{_D}十+])
        (?P<do_a>[12][0-9]|3[01]|[1-9])日(?![元圆均报游内本子])
        (?:{_TO}(?P<do_b>[12][0-9]|3[01]|[1-9])日(?![元圆均]))?)
"""


def _of_year(name: str) -> str:
    year = rf"(?P<{name}_y>{_EN_YEAR})|(?P<{name}_r>this|last)\syear"
    return rf"(?:\s(?:of\s)?(?:{year}))?"


_ENGLISH = rf"""
      (?P<en_mdy>\b(?P<e1_m>{_EN_MONTH})\s(?P<e1_d>{_EN_DAY})(?:st|nd|rd|th)?(?![0-9%]|\.[0-9])
        (?:\s?(?:-|–|to)\s?(?P<e1_d2>{_EN_DAY})(?![0-9]))?(?:,?\s(?P<e1_y>{_EN_YEAR}))?)
    | (?P<en_dmy>(?<![0-9])(?P<e2_d>{_EN_DAY})(?:st|nd|rd|th)?\s(?:of\s)?
        (?P<e2_m>{_EN_MONTH})(?:,?\s(?P<e2_y>{_EN_YEAR}))?)
    | (?P<en_mm>\b(?P<e3_a>{_EN_MONTH})\s?(?:-|–|—|to|through)\s?
        (?P<e3_b>{_EN_MONTH})(?:\s(?:of\s)?(?P<e3_y>{_EN_YEAR}))?)
    | (?P<en_my>\b(?P<e4_p>(?:[Tt]he\s)?(?:[Ee]nd(?:\sof\s|-)))?(?P<e4_m>{_EN_MONTH})
        (?:,?\s(?:of\s)?(?:(?P<e4_y>{_EN_YEAR})|(?P<e4_r>this|last)\syear))?)
    | (?P<en_half>\b(?P<e5_n>[Ff]irst|[Ss]econd)(?:\s|-)half\b{_of_year("e5")})
    | (?P<en_q>\b(?P<e6_n>(?i:{_EN_ORD}))(?:\s|-)quarter\b{_of_year("e6")})
    | (?P<en_qs>\b(?P<e7_k>[QH])(?P<e7_n>[1-4])\s(?:of\s)?(?P<e7_y>{_EN_YEAR}))
    | (?P<en_firstm>\b[Ff]irst\s(?P<e8_n>{_EN_COUNT})\s(?P<e8_u>months|quarters)
        {_of_year("e8")})
    | (?P<en_same>\b(?:the\s)?(?i:same\s(?:period|time|month|quarter))
        (?:\s(?:of\s|in\s)?(?:last\syear|a\syear\s(?:ago|earlier)|the\sprevious\syear))\b
        |\ba\syear\s(?:ago|earlier)\b)
    | (?P<en_near>\b(?:[Tt]he\s)?(?P<e9_r>[Pp]ast|[Ll]ast|[Nn]ext)\s(?P<e9_n>{_EN_COUNT})\s
        (?P<e9_u>years|quarters|months|weeks|days))
    | (?P<en_end>\b(?:[Tt]he\s)?(?:[Ee]nd\sof|year-end|end-|[Ee]nd-of-)\s?
        (?:(?P<ea_y>{_EN_YEAR})|(?P<ea_r>this|last)\s(?P<ea_u>year|month)))
    | (?P<en_rel>\b(?P<eb_r>[Ll]ast|[Tt]his|[Nn]ext)\s(?P<eb_u>year|quarter|month|week)\b)
    | (?P<en_ytd>\b(?:so\sfar\sthis\syear|year[- ]to[- ]date)\b)
    | (?P<en_day>\b(?:[Yy]esterday|[Tt]oday|[Tt]omorrow)\b)
    | (?P<en_years>\b(?:[Bb]etween\s|[Ff]rom\s)(?P<ec_a>{_EN_YEAR})\s(?:and|to|through)\s
        (?P<ec_b>{_EN_YEAR}))
    | (?P<en_year>\b(?i:in|of|since|during|by|from|until|through|to|than|for|into|before|after
        |early|late|mid-?|fiscal|year)\s
        (?P<ed_y>{_EN_YEAR})(?!-[0-9]|,[0-9]|\.[0-9]|%|\s(?:people|yuan|million|billion)))
"""

EXPRESSION = re.compile(
    rf"""
    (?=(?<![A-Za-z])[A-Za-z]|[0-9一二三四五六七八九十〇“"「『上下今去前明后当同次翌这本头首全第年民昨最近过未周星礼初])
    (?:{_OTHER} | (?P<zh_year>{_ZH}) | (?P<zh_sub>{_renamed(_SUB, "_s")}) | {_ENGLISH})
    """,
    re.VERBOSE,
)
SINCE_BEHIND = re.compile(r"\s?(?:[^，。；、,;0-9\s至到]{0,10}?以来|至今|迄今|[至到]目前)")
SINCE_BEFORE = re.compile(r"\b[Ss]ince\s(?:the\s)?\Z")
AS_OF = re.compile(r"(?:截[至止]|截至到|[Aa]s\sof|[Bb]y\sthe\s[Ee]nd\sof|[Uu]p\sto)\s?(?:the\s)?\Z")
JOINT = re.compile(r"\s?(?:——|[-–—~至到])\s?|\s(?:to|through)\s")
FUTURE_BEFORE = re.compile(
    r"(?:将于?|拟于?|计划于?|预计|力争|确保|定于|明确|争取|有望|到|will\s|by\s|until\s)"
    r"[^，。；]{0,6}\Z"
)
FUTURE_BEHIND = re.compile(
    r"\s?[^，。；,;\s]{0,4}?"
    r"(?:起(?:施行|实施|执行|正式)|前(?:完成|建成|基本|全面|实现|投)|将|拟|召开在即)"
)
COMPARED = re.compile(r"(?:[比较同与和跟]|than\s|相比)\s?\Z")
# A day on which something was only made public: 9月15日通报.
TOLD_BEHIND = re.compile(r"(?:对外|正式|召开)?(?:通报|公布|发布|披露|获悉|发布会)")
TOPIC_END = re.compile(r"[；;]")
SENTENCE_END = re.compile(r"[。！？!?\n]|\.\s")

_EN_NUMBERS = {
    word: number
    for number, word in enumerate(
        (
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ),
        start=1,
    )
} | {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def number_of(word: str) -> int | None:
    """An integer in any notation that ``EXPRESSION`` lets through: 7, 七, 首, Q3, third."""
    word = word.strip().lower().lstrip("初")
    if word.isascii() and word.isdigit():
        return int(word)
    if word[:1] in ("q", "h") and word[1:].isdigit():
        return int(word[1:])
    if word == "首":
        return 1
    return _EN_NUMBERS.get(word) or han_int(word)
