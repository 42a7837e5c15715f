"""When a page was published, from its own words or its file's name. Knows nothing of layout."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from index.page_furniture import read_day

_FIRST_YEAR, _LAST_YEAR = 1850, 2100
_MOST = 2_000_000  # characters read; a page has some ten thousand
_NEAR = timedelta(days=10)  # two reports of the same days support each other

_CN = "〇零一二三四五六七八九○十"
_FULL = re.compile(
    rf"(?<!\d)(?P<y>(?:1[89]|20)\d\d|[一二][〇零○一二三四五六七八九]{{3}})\s?年\s?"
    rf"(?P<m>\d{{1,2}}|[{_CN}]{{1,2}})\s?月\s?(?P<d>\d{{1,2}}|[{_CN}]{{1,3}})\s?日"
    r"|(?<!\d)(?P<y2>(?:1[89]|20)\d\d)[-/.](?P<m2>\d{1,2})[-/.](?P<d2>\d{1,2})(?!\d)"
)
_DAY = re.compile(
    r"(?<![\d年月])(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日號号](?!\s?(?:至|到|—|-)\s?前)"
)
_YEAR = re.compile(
    r"(?<![\d.第号])(?P<y>(?:1[89]|20)\d\d|[一二][〇零○一二三四五六七八九]{3})\s?(?:年|財年|财年)(?![级代龄画卷])"
)
# 2020青岛·全球创新创业大赛: a year that names an event, told from 2020元 by what follows
_EVENT = re.compile(
    r"(?<![\d~\-—第:/])(?<!\d[.,])(?P<y>20\d\d)[“《]?(?=[\u4e00-\u9fff])"
    r"(?![余多几来]?[亿億万萬千百元人个個件名家公里米吨噸户戶套台辆輛次场場頭头只隻亩畝平分秒天岁歲号號款种種年月日份斤克度级級桶座条條项項位处處余多颗株册本所张張字步瓦股倍点]|[美港日欧]元)"
)
_PLANNED_BEFORE = re.compile(
    r"(?:到|至|力争|力爭|争取|計劃|计划|预计|預計|将于|將於|将在|拟于|擬於|目标|目標|规划|規劃|有望|确保|展望|未来|远景|面向|迎接|[—\-~至])[^，。；！？,;]{0,4}$"
)
_PLANNED_AFTER = re.compile(
    r"^(?:远景|遠景|年?(?:底|末)?(?:前|以前|之前)|愿景|目标|.{0,6}(?:将|將)(?:建|达|實|实|完|全))"
)
_OTHER_YEAR = re.compile(
    r"(?:去年|前年|上年|上一年|同年|当年|當年|次年|翌年|明年|来年|每年|历年|農曆|农历)[^，。；]{0,4}$"
)
_FUTURE_BEFORE = re.compile(
    r"(?:将于|將於|将在|拟于|拟定于|定于|定於|计划于|計劃於|计划|预计|預計|最迟|延至|持续至|持續至|延续至|截止(?:日期|时间)?(?:为|到|至)?|"
    r"(?:报名|申报|征集|投稿|有效期|展期|活动|展览|持续|優惠|优惠|登记).{0,6}(?:截至|至|到)|[至到—~\-])[:：]?\s?$"
)
_FUTURE_AFTER = re.compile(
    r"^(?:将|將|(?:之|以)?前|起(?:施行|实施|執行|执行|正式|开始|將|将|，?凡)|截止|届满|(?:上午|下午|晚)?[^,。]{0,3}[将將])"
)


@dataclass(frozen=True, slots=True)
class _Day:
    """A day mentioned without its year. ``lead``: it stands where a report says when."""

    month: int
    day: int
    lead: bool


def infer_published(text: str) -> date | None:
    """The latest day that the text reports as past, in the latest year it speaks of as reached.

    The paper appeared on that day or soon after. None when no day, or no year, is mentioned.
    昨日 and 今天 say nothing here, and plans (到2025年, 将于8月1日) do not count.
    """
    folded = unicodedata.normalize("NFKC", text[:_MOST])
    dated = _full_dates(folded)
    years = [found.year for found in dated] + _years(folded)
    if not years:
        return None
    year = max(years)
    days, of_year = _days(folded), [found for found in dated if found.year == year]
    return _latest_day(days, year, of_year) if days or of_year else None


def published_from_name(name: str) -> date | None:
    """The day in a file's name: 青岛日报-2025-07-16-A02.txt, 20250716.txt, 2025年7月16日.txt."""
    folded = unicodedata.normalize("NFKC", name)
    for match in re.finditer(
        r"(?<!\d)(?P<y>(?:1[89]|20)\d\d)(?:\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})(?!\d)"
        r"|(?P<s>[-_./ ]?)(?P<m2>\d{2})(?P=s)(?P<d2>\d{2})(?!\d)"
        r"|[-_./](?P<m3>\d{1,2})[-_./](?P<d3>\d{1,2})(?!\d))",
        folded,
    ):
        month = match["m"] or match["m2"] or match["m3"]
        day = match["d"] or match["d2"] or match["d3"]
        if found := _date(int(match["y"]), int(month), int(day)):
            return found
    return None


def _full_dates(text: str) -> list[date]:
    """Days printed with their year, plans left out."""
    found: list[date] = []
    for match in _FULL.finditer(text):
        if match["y2"]:
            day = _date(int(match["y2"]), int(match["m2"]), int(match["d2"]))
        else:
            day = read_day(match)
        if day and not _is_planned(text, match) and not _is_future(text, match):
            found.append(day)
    return [day for day in found if _FIRST_YEAR <= day.year <= _LAST_YEAR]


def _years(text: str) -> list[int]:
    found = [
        _year_number(match["y"])
        for pattern in (_YEAR, _EVENT)
        for match in pattern.finditer(text)
        if not _is_planned(text, match)
    ]
    return [year for year in found if _FIRST_YEAR <= year <= _LAST_YEAR]


def _year_number(text: str) -> int:
    digits = str.maketrans("〇零○一二三四五六七八九", "000123456789")
    return int(text.translate(digits))


def _days(text: str) -> list[_Day]:
    found: list[_Day] = []
    for match in _DAY.finditer(text):
        before = text[max(0, match.start() - 16) : match.start()]
        if _OTHER_YEAR.search(before) or _is_future(text, match) or re.search(r"年\s?$", before):
            continue
        month, day = int(match["m"]), int(match["d"])
        if _date(2000, month, day):
            lead = bool(re.search(r"(?:^|[\n\s])[^\n。！？]{0,14}$", before)) and bool(
                re.search(r"[讯訊电電）)\s】]\s?$|(?:^|\n)[^\n，。]{0,8}$", before)
            )
            found.append(_Day(month, day, lead))
    return found


def _latest_day(days: list[_Day], year: int, dated: list[date]) -> date | None:
    """The last of the days, told from a deadline by the reports beside it."""
    years = _year_of_each({(day.month, day.day) for day in days}, year, dated)
    placed = Counter(dated)
    leads = set()
    for day in days:
        if found := _date(years[day.month, day.day], day.month, day.day):
            placed[found] += 1
            if day.lead:
                leads.add(found)
    if leads:
        return max(found for found in placed if found <= max(leads) + _NEAR)
    backed = [d for d, n in placed.items() if n > 1 or any(d - _NEAR <= o < d for o in placed)]
    return max(backed or placed, default=None)


def _year_of_each(
    days: set[tuple[int, int]], year: int, dated: list[date]
) -> dict[tuple[int, int], int]:
    """The year of each day, where the turn of the year may lie between them.

    Beside 2020年12月31日 a 1月2日 is of 2021; where no year is printed with a day, the days of
    January are of the latest year and those of December of the one before.
    """
    december = any(found.year == year and found.month >= 11 for found in dated)
    crosses = december or (len(days) > 1 and _lie_around_new_year(days))
    if december:
        return {key: year + (crosses and key[0] <= 2) for key in days}
    return {key: year - (crosses and key[0] > 2) for key in days}


def _lie_around_new_year(days: set[tuple[int, int]]) -> bool:
    """January or February beside November or December, with the longest silence in mid-year."""
    ordinals = sorted(date(2000, month, day).timetuple().tm_yday for month, day in days)
    if ordinals[0] > 60 or ordinals[-1] < 305:
        return False
    inner = max(b - a for a, b in pairwise(ordinals))
    return inner > 180


def _is_planned(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 10) : match.start()]
    after = text[match.end() : match.end() + 12]
    return bool(_PLANNED_BEFORE.search(before) or _PLANNED_AFTER.match(after))


def _is_future(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 16) : match.start()]
    after = text[match.end() : match.end() + 8]
    return bool(_FUTURE_BEFORE.search(before) or _FUTURE_AFTER.match(after))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
