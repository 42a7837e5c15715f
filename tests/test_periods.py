"""Time expressions: a hand-written table for four papers' dates, and round trips of any range."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import add_months, month_end
from index.periods import TimeSpan, covers, parse_periods, same_period


def _shown(span: TimeSpan) -> str:
    until = "" if span.until == span.since else f"..{span.until}"
    return f"{span.text}={span.since}{until}{' point' if span.point else ''}" + (
        " Y" if span.explicit_year else ""
    )


def _year(text: str, year: int) -> str:
    return f"{text}={year}-01-01..{year}-12-31 Y"


JULY = "2025-07-15"  # a Tuesday
JANUARY = "2026-01-20"
OCTOBER = "2025-10-28"
NONE = ""

# (text, the paper's date) -> every span: printed form = since..until, point, Y: the year is printed
CASES = {
    # with a year: the same whatever the anchor
    ("2025年", NONE): _year("2025年", 2025),
    ("2025年度", NONE): _year("2025年度", 2025),
    ("２０２５年６月", NONE): "２０２５年６月=2025-06-01..2025-06-30 Y",
    ("2025年6月", NONE): "2025年6月=2025-06-01..2025-06-30 Y",
    ("2025年06月份", NONE): "2025年06月份=2025-06-01..2025-06-30 Y",
    ("2025 年 6 月", NONE): "2025 年 6 月=2025-06-01..2025-06-30 Y",
    ("2025年6月末", NONE): "2025年6月末=2025-06-30 point Y",
    ("2024年2月底", NONE): "2024年2月底=2024-02-29 point Y",
    ("2025年7月初", NONE): "2025年7月初=2025-07-01..2025-07-10 Y",
    ("2025年7月上旬", NONE): "2025年7月上旬=2025-07-01..2025-07-10 Y",
    ("2025年7月中旬", NONE): "2025年7月中旬=2025-07-11..2025-07-20 Y",
    ("2025年2月下旬", NONE): "2025年2月下旬=2025-02-21..2025-02-28 Y",
    ("2025年7月16日", NONE): "2025年7月16日=2025-07-16 Y",
    ("2025年7月16号", NONE): "2025年7月16号=2025-07-16 Y",
    ("2025年2月30日", NONE): "",
    ("2025年7月16日至18日", NONE): "2025年7月16日至18日=2025-07-16..2025-07-18 Y",
    ("2025年7月16-18日", NONE): "2025年7月16-18日=2025-07-16..2025-07-18 Y",
    ("2025年7月16日至8月2日", NONE): "2025年7月16日至8月2日=2025-07-16..2025-08-02 Y",
    ("2025年上半年", NONE): "2025年上半年=2025-01-01..2025-06-30 Y",
    ("2025年下半年", NONE): "2025年下半年=2025-07-01..2025-12-31 Y",
    ("2025年的一季度", NONE): "2025年的一季度=2025-01-01..2025-03-31 Y",
    ("2025年第三季度", NONE): "2025年第三季度=2025-07-01..2025-09-30 Y",
    ("2025年第4季度", NONE): "2025年第4季度=2025-10-01..2025-12-31 Y",
    ("2025年前三季度", NONE): "2025年前三季度=2025-01-01..2025-09-30 Y",
    ("2025年1—7月", NONE): "2025年1—7月=2025-01-01..2025-07-31 Y",
    ("2025年1至7月份", NONE): "2025年1至7月份=2025-01-01..2025-07-31 Y",
    ("2025年1月-7月", NONE): "2025年1月-7月=2025-01-01..2025-07-31 Y",
    ("2024年前11个月", NONE): "2024年前11个月=2024-01-01..2024-11-30 Y",
    ("2024年前十一个月", NONE): "2024年前十一个月=2024-01-01..2024-11-30 Y",
    ("2024年末", NONE): "2024年末=2024-12-31 point Y",
    ("2024年年底", NONE): "2024年年底=2024-12-31 point Y",
    ("2025年初", NONE): "2025年初=2025-01-01 point Y",
    ("2025年全年", NONE): _year("2025年全年", 2025),
    ("2020—2024年", NONE): "2020—2024年=2020-01-01..2024-12-31 Y",
    ("2020-2024年", NONE): "2020-2024年=2020-01-01..2024-12-31 Y",
    ("2020年至2024年", NONE): "2020年至2024年=2020-01-01..2024-12-31 Y",
    ("2020年到2024年", NONE): "2020年到2024年=2020-01-01..2024-12-31 Y",
    ("2024年11月至2025年3月", NONE): "2024年11月至2025年3月=2024-11-01..2025-03-31 Y",
    ("二〇二五年", NONE): _year("二〇二五年", 2025),
    ("二零二五年六月", NONE): "二零二五年六月=2025-06-01..2025-06-30 Y",
    ("二〇二五年七月十六日", NONE): "二〇二五年七月十六日=2025-07-16 Y",
    ("一九四九年十月一日", NONE): "一九四九年十月一日=1949-10-01 Y",
    ("08年6月", NONE): "08年6月=2008-06-01..2008-06-30 Y",
    ("98年9月", NONE): "98年9月=1998-09-01..1998-09-30 Y",
    ("民國113年", NONE): _year("民國113年", 2024),
    ("民国一百一十三年五月", NONE): "民国一百一十三年五月=2024-05-01..2024-05-31 Y",
    ("2025-07-16", NONE): "2025-07-16=2025-07-16 Y",
    ("2025/7/6", NONE): "2025/7/6=2025-07-06 Y",
    ("2025.7.16", NONE): "2025.7.16=2025-07-16 Y",
    ("2025-07", NONE): "2025-07=2025-07-01..2025-07-31 Y",
    ("2025Q1", NONE): "2025Q1=2025-01-01..2025-03-31 Y",
    ("2025年Q3", NONE): "2025年Q3=2025-07-01..2025-09-30 Y",
    ("2025H1", NONE): "2025H1=2025-01-01..2025-06-30 Y",
    ("20世纪90年代", NONE): "20世纪90年代=1990-01-01..1999-12-31 Y",
    ("1990年代", NONE): "1990年代=1990-01-01..1999-12-31 Y",
    ("上世纪九十年代", NONE): "上世纪九十年代=1990-01-01..1999-12-31",
    ("80年代", NONE): "80年代=1980-01-01..1989-12-31",
    ("21世纪", NONE): "21世纪=2001-01-01..2100-12-31 Y",
    ("“十四五”", NONE): "“十四五”=2021-01-01..2025-12-31 Y",
    ("“十三五”时期", NONE): "“十三五”时期=2016-01-01..2020-12-31 Y",
    ("十四五期间", NONE): "十四五期间=2021-01-01..2025-12-31 Y",
    ("“十五五”规划", NONE): "“十五五”规划=2026-01-01..2030-12-31 Y",
    ("“十五”", NONE): "“十五”=2001-01-01..2005-12-31 Y",
    ("“九五”期间", NONE): "“九五”期间=1996-01-01..2000-12-31 Y",
    ("“十四五”末", NONE): "“十四五”末=2025-12-31 point Y",
    ("十四五岁的孩子", NONE): "",
    ("2024年中国制造", NONE): _year("2024年", 2024),
    ("截至2025年6月30日", NONE): "2025年6月30日=2025-06-30 point Y",
    ("2019年以来", NONE): "2019年以来=2019-01-01..9999-12-31 Y",
    ("2019年以来", JULY): "2019年以来=2019-01-01..2025-07-15 Y",
    ("1974年建交以来", JULY): "1974年建交以来=1974-01-01..2025-07-15 Y",
    ("2020年至今", JULY): "2020年至今=2020-01-01..2025-07-15 Y",
    # without an anchor: only what a year before it settles
    ("6月末，上半年，去年，本月，昨天，近三年", NONE): "",
    ("2024年经济增长。6月末余额", NONE): f"{_year('2024年', 2024)}; 6月末=2024-06-30 point",
    (
        "2024年3月开工，9月完工",
        NONE,
    ): "2024年3月=2024-03-01..2024-03-31 Y; 9月=2024-09-01..2024-09-30",
    # printed in mid-July
    ("6月末", JULY): "6月末=2025-06-30 point",
    ("截至6月底", JULY): "6月底=2025-06-30 point",
    ("截至6月", JULY): "6月=2025-06-30 point",
    ("截至7月15日", JULY): "7月15日=2025-07-15 point",
    ("6月", JULY): "6月=2025-06-01..2025-06-30",
    ("六月份", JULY): "六月份=2025-06-01..2025-06-30",
    ("12月", JULY): "12月=2024-12-01..2024-12-31",
    ("预计12月完工", JULY): "12月=2025-12-01..2025-12-31",
    ("上半年", JULY): "上半年=2025-01-01..2025-06-30",
    ("下半年", JULY): "下半年=2025-07-01..2025-12-31",
    ("一季度", JULY): "一季度=2025-01-01..2025-03-31",
    ("第二季度", JULY): "第二季度=2025-04-01..2025-06-30",
    ("首季度", JULY): "首季度=2025-01-01..2025-03-31",
    ("四季度", JULY): "四季度=2024-10-01..2024-12-31",
    ("二季度末", JULY): "二季度末=2025-06-30 point",
    ("前三季度", JULY): "前三季度=2024-01-01..2024-09-30",
    ("1—6月", JULY): "1—6月=2025-01-01..2025-06-30",
    ("1-6月", JULY): "1-6月=2025-01-01..2025-06-30",
    ("1至6月份", JULY): "1至6月份=2025-01-01..2025-06-30",
    ("前6个月", JULY): "前6个月=2025-01-01..2025-06-30",
    ("前五个月", JULY): "前五个月=2025-01-01..2025-05-31",
    ("今年", JULY): "今年=2025-01-01..2025-12-31",
    ("今年以来", JULY): "今年以来=2025-01-01..2025-07-15",
    ("今年上半年", JULY): "今年上半年=2025-01-01..2025-06-30",
    ("今年1至6月", JULY): "今年1至6月=2025-01-01..2025-06-30",
    ("去年", JULY): "去年=2024-01-01..2024-12-31",
    ("去年12月", JULY): "去年12月=2024-12-01..2024-12-31",
    ("去年底", JULY): "去年底=2024-12-31 point",
    ("上年末", JULY): "上年末=2024-12-31 point",
    ("前年", JULY): "前年=2023-01-01..2023-12-31",
    ("明年", JULY): "明年=2026-01-01..2026-12-31",
    ("比年初增加", JULY): "年初=2025-01-01 point",
    ("年内", JULY): "年内=2025-01-01..2025-12-31",
    ("上月", JULY): "上月=2025-06-01..2025-06-30",
    ("上个月", JULY): "上个月=2025-06-01..2025-06-30",
    ("上月末", JULY): "上月末=2025-06-30 point",
    ("本月", JULY): "本月=2025-07-01..2025-07-31",
    ("下个月", JULY): "下个月=2025-08-01..2025-08-31",
    ("上季度", JULY): "上季度=2025-04-01..2025-06-30",
    ("本季度", JULY): "本季度=2025-07-01..2025-09-30",
    ("上周", JULY): "上周=2025-07-07..2025-07-13",
    ("本周", JULY): "本周=2025-07-14..2025-07-20",
    ("上周五", JULY): "上周五=2025-07-11",
    ("周三", JULY): "周三=2025-07-09",
    ("定于周三公布", JULY): "周三=2025-07-16",
    ("星期二", JULY): "星期二=2025-07-15",
    ("昨天", JULY): "昨天=2025-07-14",
    ("昨日", JULY): "昨日=2025-07-14",
    ("今天", JULY): "今天=2025-07-15",
    ("前天", JULY): "前天=2025-07-13",
    ("明天", JULY): "明天=2025-07-16",
    ("15日", JULY): "15日=2025-07-15",
    ("29日", JULY): "29日=2025-06-29",
    ("7月15日", JULY): "7月15日=2025-07-15",
    ("12月20日", JULY): "12月20日=2024-12-20",
    ("8月1日起施行", JULY): "8月1日=2025-08-01",
    ("7月16日至18日", JULY): "7月16日至18日=2025-07-16..2025-07-18",
    ("7月16日7时至17日7时", JULY): "7月16日=2025-07-16; 17日=2025-07-17",
    ("21日通报，20日发生", OCTOBER): "21日=2025-10-21; 20日=2025-10-20",
    ("近三年", JULY): "近三年=2022-07-16..2025-07-15",
    ("近5年", JULY): "近5年=2020-07-16..2025-07-15",
    ("过去12个月", JULY): "过去12个月=2024-07-16..2025-07-15",
    ("最近30天", JULY): "最近30天=2025-06-16..2025-07-15",
    ("未来五年", JULY): "未来五年=2025-07-16..2030-07-15",
    ("历时近三年", JULY): "",
    ("上半年增长5%，比去年同期提高", JULY): (
        "上半年=2025-01-01..2025-06-30; 去年同期=2024-01-01..2024-06-30"
    ),
    ("比去年同期提高", JULY): "去年同期=2024-01-01..2024-07-15",
    ("6月末，比上年同期增长", JULY): "6月末=2025-06-30 point; 上年同期=2024-06-30 point",
    ("2022年，比上年增长", JULY): f"{_year('2022年', 2022)}; 上年=2021-01-01..2021-12-31",
    ("比2024年增长5%。6月末余额", JULY): f"{_year('2024年', 2024)}; 6月末=2025-06-30 point",
    ("去年6月开工，10月完工", JULY): "去年6月=2024-06-01..2024-06-30; 10月=2024-10-01..2024-10-31",
    ("今年1月15日至3月6日", JULY): "今年1月15日至3月6日=2025-01-15..2025-03-06",
    ("去年12月开工；7月10日竣工", JULY): "去年12月=2024-12-01..2024-12-31; 7月10日=2025-07-10",
    ("2024年第四季", JULY): "2024年第四季=2024-10-01..2024-12-31 Y",
    ("与2019年同期相比", JULY): "2019年同期=2019-01-01..2019-07-15 Y",
    # printed in January
    ("12月", JANUARY): "12月=2025-12-01..2025-12-31",
    ("上半年", JANUARY): "上半年=2025-01-01..2025-06-30",
    ("下半年", JANUARY): "下半年=2025-07-01..2025-12-31",
    ("四季度", JANUARY): "四季度=2025-10-01..2025-12-31",
    ("一季度", JANUARY): "一季度=2026-01-01..2026-03-31",
    ("前三季度", JANUARY): "前三季度=2025-01-01..2025-09-30",
    ("全年", JANUARY): "全年=2025-01-01..2025-12-31",
    ("年末", JANUARY): "年末=2025-12-31 point",
    ("上个月", JANUARY): "上个月=2025-12-01..2025-12-31",
    ("上季度", JANUARY): "上季度=2025-10-01..2025-12-31",
    ("12月20日至1月5日", JANUARY): "12月20日至1月5日=2025-12-20..2026-01-05",
    ("28日", JANUARY): "28日=2025-12-28",
    # printed in late October
    ("前三季度", OCTOBER): "前三季度=2025-01-01..2025-09-30",
    ("1—9月", OCTOBER): "1—9月=2025-01-01..2025-09-30",
    ("9月末", OCTOBER): "9月末=2025-09-30 point",
    ("年底前完成", OCTOBER): "年底=2025-12-31 point",
    # English
    ("June 2025", NONE): "June 2025=2025-06-01..2025-06-30 Y",
    ("July 16, 2025", NONE): "July 16, 2025=2025-07-16 Y",
    ("16 July 2025", NONE): "16 July 2025=2025-07-16 Y",
    ("H1 2025", NONE): "H1 2025=2025-01-01..2025-06-30 Y",
    ("Q3 2025", NONE): "Q3 2025=2025-07-01..2025-09-30 Y",
    ("first half of 2025", NONE): "first half of 2025=2025-01-01..2025-06-30 Y",
    ("third quarter of 2024", NONE): "third quarter of 2024=2024-07-01..2024-09-30 Y",
    ("the first seven months of 2025", NONE): "first seven months of 2025=2025-01-01..2025-07-31 Y",
    ("January-July 2025", NONE): "January-July 2025=2025-01-01..2025-07-31 Y",
    ("in 2024", NONE): _year("2024", 2024),
    ("from 2020 to 2024", NONE): "from 2020 to 2024=2020-01-01..2024-12-31 Y",
    ("the end of 2024", NONE): "the end of 2024=2024-12-31 point Y",
    ("the 1990s", NONE): "1990s=1990-01-01..1999-12-31 Y",
    ("the 14th Five-Year Plan", NONE): "14th Five-Year Plan=2021-01-01..2025-12-31 Y",
    ("I may march on", JULY): "",
    ("Q1", JULY): "Q1=2025-01-01..2025-03-31",
    ("in May", JULY): "May=2025-05-01..2025-05-31",
    ("first half", JULY): "first half=2025-01-01..2025-06-30",
    ("third quarter", OCTOBER): "third quarter=2025-07-01..2025-09-30",
    ("last quarter", JULY): "last quarter=2025-04-01..2025-06-30",
    ("last year", JULY): "last year=2024-01-01..2024-12-31",
    ("June last year", JULY): "June last year=2024-06-01..2024-06-30",
    ("last month", JULY): "last month=2025-06-01..2025-06-30",
    ("this week", JULY): "this week=2025-07-14..2025-07-20",
    ("yesterday", JULY): "yesterday=2025-07-14",
    ("the end of June", JULY): "the end of June=2025-06-30 point",
    ("as of June 30", JULY): "June 30=2025-06-30 point",
    ("since 2019", JULY): "since 2019=2019-01-01..2025-07-15 Y",
    ("the past three years", JULY): "the past three years=2022-07-16..2025-07-15",
    ("so far this year", JULY): "so far this year=2025-01-01..2025-07-15",
    ("In June 2025 it grew from the same period last year", JULY): (
        "June 2025=2025-06-01..2025-06-30 Y; the same period last year=2024-06-01..2024-06-30"
    ),
    # not periods
    ("3个月、三年、5天", JULY): "",
    ("连续30日，3日内", JULY): "",
    ("2000年代表", NONE): "2000年代=2000-01-01..2009-12-31 Y",
    ("五年级学生，每周三", JULY): "",
    ("农历八月十五", JULY): "",
    ("30日元", JULY): "",
    ("上半年报", JULY): "",
}


@pytest.mark.parametrize(("case", "expected"), CASES.items())
def test_periods_of_a_text(case, expected):
    text, anchor = case
    spans = parse_periods(text, anchor=date.fromisoformat(anchor) if anchor else None)
    assert "; ".join(map(_shown, spans)) == expected
    assert all(text[s.start : s.end] == s.text for s in spans)


def test_the_table_is_as_long_as_promised():
    assert len(CASES) >= 120


def _only(text: str, anchor: date | None = None) -> TimeSpan:
    (span,) = parse_periods(text, anchor=anchor)
    return span


def test_a_year_covers_its_months_and_not_the_other_way():
    year, june = _only("2025年"), _only("2025年6月")
    assert covers(year, june)
    assert not covers(june, year)


def test_the_end_of_june_is_june_30():
    assert same_period(_only("2025年6月末"), _only("2025年6月30日"))
    assert not same_period(_only("2025年6月末"), _only("2025年6月"))


_DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2049, 12, 31))
_HAN = "〇一二三四五六七八九"


def _han_int(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")


def _han_year(year: int) -> str:
    return "".join(_HAN[int(digit)] for digit in str(year))


def _day_notations(day: date) -> list[str]:
    y, m, d = day.year, day.month, day.day
    return [
        f"{y}年{m}月{d}日",
        f"{y}年{m:02}月{d:02}日",
        f"{y} 年 {m} 月 {d} 日",
        f"{_han_year(y)}年{_han_int(m)}月{_han_int(d)}日",
        f"{y}-{m:02}-{d:02}",
        f"{y}/{m}/{d}",
        f"{day:%B} {d}, {y}",
        f"{d} {day:%B} {y}",
        f"民国{y - 1911}年{m}月{d}日",
        f"{y}年{m}月{d}日".translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
    ]


@settings(max_examples=500, deadline=None)
@given(_DAYS, st.data())
def test_a_day_reads_back_from_any_notation(day, data):
    text = data.draw(st.sampled_from(_day_notations(day)))
    span = _only(f"本报讯，{text}，开幕。")
    assert (span.text, span.since, span.until) == (text, day, day)
    assert span.explicit_year


@settings(max_examples=500, deadline=None)
@given(_DAYS, st.integers(1, 400), st.data())
def test_a_range_of_days_reads_back(first, length, data):
    last = first + timedelta(days=length)
    mark = data.draw(st.sampled_from(["至", "到", "—", "-", "~", "－"]))
    start = f"{first.year}年{first.month}月{first.day}日"
    ends = [f"{last.year}年{last.month}月{last.day}日"]
    if last.year == first.year:
        ends.append(f"{last.month}月{last.day}日")
        if last.month == first.month:
            ends.append(f"{last.day}日")
    text = start + mark + data.draw(st.sampled_from(ends))
    span = _only(text)
    assert (span.text, span.since, span.until) == (text, first, last)


@settings(max_examples=500, deadline=None)
@given(st.integers(1990, 2049), st.integers(1, 11), st.integers(1, 11), st.data())
def test_a_range_of_months_reads_back(year, first, length, data):
    last = min(12, first + length)
    notations = [f"{year}年{first}{mark}{last}月" for mark in "—-–至到~"] + [
        f"{year}年{first}月至{last}月",
        f"{year}年{first}-{last}月份",
        f"{_han_year(year)}年{_han_int(first)}至{_han_int(last)}月",
    ]
    if first == 1:
        notations += [f"{year}年前{last}个月", f"{year}年前{_han_int(last)}个月"]
    span = _only(data.draw(st.sampled_from(notations)))
    assert (span.since, span.until) == (date(year, first, 1), month_end(year, last))


@settings(max_examples=500, deadline=None)
@given(_DAYS, st.integers(0, 300))
def test_a_past_day_of_the_last_ten_months_needs_no_year(anchor, back):
    day = anchor - timedelta(days=back)
    span = _only(f"{day.month}月{day.day}日", anchor)
    assert (span.since, span.until) == (day, day)


@settings(max_examples=500, deadline=None)
@given(_DAYS, st.integers(1, 10))
def test_the_end_of_a_past_month_needs_no_year(anchor, back):
    month = add_months(anchor, -back)
    span = _only(f"{month.month}月末", anchor)
    assert (span.until, span.point) == (month_end(month.year, month.month), True)


_PIECES = st.sampled_from(
    [
        *"0123456789年月日至-—到末底初上下半季度前个去今同期近十四五“”，。 Qq民国世纪代周",
        "2025",
        "June ",
        "July 16, ",
        "last year",
        "以来",
        "截至",
        "不",
        "將",
        "１",
        "ｘ",
        "\n",
        "99",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=80), st.none() | st.dates())
def test_any_text_reads_without_error_and_spans_slice_it(text, anchor):
    spans = parse_periods(text, anchor=anchor)
    ends = [0, *(span.end for span in spans)]
    for span, floor in zip(spans, ends, strict=False):
        assert floor <= span.start < span.end
        assert text[span.start : span.end] == span.text
        assert span.since <= span.until


@pytest.mark.parametrize(
    "unit",
    ["1-", "一", "2025年", "6月", "7月16日至", "June ", "去年同期", "。6月"],
)
def test_a_hundred_thousand_characters_read_in_time(unit):
    text = (unit * 100_000)[:100_000]
    started = time.perf_counter()
    parse_periods(text, anchor=date(2025, 7, 15))
    # Quadratic work on such text takes minutes; linear work about a second on two busy cores.
    assert time.perf_counter() - started < 20
