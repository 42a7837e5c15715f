"""Chinese time expressions: one reader for each named alternative of ``EXPRESSION``."""

import re
from datetime import date, timedelta

from index.dates import (
    Stretch,
    add_months,
    days,
    end_point,
    months,
    start_point,
    whole,
    years,
)
from index.period_parts import Groups, month_part, part_of_year, reach_of
from index.period_scene import Found, Reader, Scene
from index.period_words import number_of

_YEAR_OFFSETS = {
    "今年": 0, "本年": 0, "本年度": 0, "去年": -1, "上年": -1, "前年": -2,
    "明年": 1, "下年": 1, "后年": 2,
}  # fmt: skip
_CONTEXT_OFFSETS = {"当年": 0, "同年": 0, "这一年": 0, "次年": 1, "翌年": 1}
_DURATION_BEFORE = re.compile(r"(?:历时|已有|长达|为期|时隔|耗时|距今|有着|用时|历经|任职|阔别)\Z")


def _zh_year(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    year, explicit = _stated_year(scene, found.start(), groups)
    if year is None or not 1 <= year <= 9998:
        return None
    build = part_of_year(groups, "")
    stretch = build(year) if build else years(year, year)
    if stretch is None:
        return None
    return Found(stretch, explicit, whole_year=build is None)


def _zh_sub(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    build = part_of_year(groups, "_s")
    return scene.yearless(found, build, reach_of(groups)) if build else None


def _stated_year(scene: Scene, start: int, groups: Groups) -> tuple[int | None, bool]:
    digits = groups["year"] or groups["bareyear"]
    if digits:
        return number_of(digits), True
    if groups["roc"]:
        number = number_of(groups["roc"])
        return (number + 1911 if number else None), True
    if groups["year2"]:
        short = int(groups["year2"])
        return short + (1900 if short >= 50 else 2000), True
    return _relative_year(scene, start, groups["relyear"] or ""), False


def _relative_year(scene: Scene, start: int, word: str) -> int | None:
    context = scene.context_year(start)
    if word in _CONTEXT_OFFSETS:
        return None if context is None else context + _CONTEXT_OFFSETS[word]
    if word in ("上年", "本年", "本年度") and context is not None:
        return context + _YEAR_OFFSETS[word]
    return scene.anchor.year + _YEAR_OFFSETS[word] if scene.anchor else None


def _iso(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    day = int(groups["iso_d"] or 0)
    stretch = days(int(groups["iso_y"] or 0), int(groups["iso_m"] or 0), day, day)
    return Found(stretch, explicit=True) if stretch else None


def _isomonth(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    month = int(groups["im_m"] or 0)
    return Found(months(int(groups["im_y"] or 0), month, month), explicit=True)


def _years(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    first, last_text = number_of(groups["ys_a"] or ""), groups["ys_b"] or ""
    last = number_of(last_text)
    if first is None or last is None:
        return None
    last += first // 100 * 100 if len(last_text) == 2 else 0
    return Found(years(first, last), explicit=True, whole_year=True) if first < last else None


def _decade(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    tens = number_of((groups["de_d"] or "").replace("00", "0"))
    century = groups["de_c"]
    if tens is None:
        return None
    if century is None:
        first = (1900 if tens >= 30 else 2000) + tens
    elif century.isdigit():
        first = 100 * (int(century) - 1) + tens
    else:
        first = (1900 if century == "上" else 2000) + tens
    return Found(years(first, first + 9), bool(century and century.isdigit()), whole_year=True)


def _decade4(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    first = int(groups["d4"] or 0)
    return Found(years(first, first + 9), explicit=True, whole_year=True)


def _century(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    number = int(groups["ce"] or 0)
    return Found(years(100 * number - 99, 100 * number), explicit=True, whole_year=True)


def _plan(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    word = groups["pl_n"] or ""
    # 十五 is the tenth plan, 十四五 the fourteenth, 九五 the ninth.
    number = number_of("十" if word == "十五" else word[:-1]) or 10
    return _plan_number(number, end=bool(groups["pl_end"]))


def _planen(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    return _plan_number(int(groups["pe_n"] or 0), end=False)


def _plan_number(number: int, *, end: bool) -> Found:
    first = 1981 + 5 * (number - 6)  # 六五: 1981 to 1985
    stretch = years(first, first + 4)
    return Found(end_point(stretch) if end else stretch, explicit=True, whole_year=True)


def _daily(scene: Scene, found: re.Match[str], _: Groups) -> Found | None:
    offset = {"昨": -1, "今": 0, "明": 1, "后": 2, "前": -2}[found[0][0]]
    return scene.days_from_anchor(offset, offset)


def _near(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    count, unit = number_of(groups["ne_n"] or ""), groups["ne_u"] or ""
    if not count or _DURATION_BEFORE.search(scene.folded, max(0, found.start() - 3), found.start()):
        return None
    return scene.around(count, unit, ahead=found[0][0] in "未今")


def _span(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    word, unit = groups["sp_r"] or "", (groups["sp_u"] or "")[0]
    anchor = scene.anchor
    if word == "当":
        anchor = scene.base.stretch.until if scene.base and unit == "月" else None
    if anchor is None:
        return None
    offset = {"上": -1, "下": 1}.get(word, 0)
    stretch = whole(anchor, unit, offset)
    if groups["sp_w"]:
        day = stretch.since + timedelta(days="一二三四五六日天".index(groups["sp_w"]) % 7)
        if groups["sp_w"] == "天":
            day = stretch.until
        stretch = Stretch(day, day)
    part = groups["sp_p"]
    if part:
        cut = month_part(stretch.since.year, stretch.since.month, part)
        stretch = cut if unit == "月" else end_point(stretch)
    return Found(stretch, explicit=False, has_year=False)


def _weekday(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    if scene.anchor is None:
        return None
    back = (scene.anchor.weekday() - "一二三四五六日".index(groups["wd"] or "一")) % 7
    offset = 7 - back if scene.looks_ahead(found) else -back
    return scene.days_from_anchor(offset, offset)


def _same(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    """去年同期: the nearest period before it, a year earlier; else the anchor's year so far."""
    word = groups["sa_y"]
    if word is None:
        return None
    if groups["sa_n"]:
        base = scene.base.stretch.since if scene.base else scene.anchor
        found = scene.year_earlier(base.year - int(groups["sa_n"])) if base else None
        return Found(found.stretch, explicit=True) if found else None
    return scene.year_earlier(2 if word == "前年" else 1)


def _inyear(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    year = scene.context_year(found.start())
    part = groups["iy_p"]
    if year is None and scene.anchor is not None:
        year = scene.anchor.year
        # The year's result is what January to March report on; 年内 and 年初 are this year's.
        closed = found[0] == "全年" or part in ("末", "底")
        year -= closed and scene.anchor.month <= 3 and not scene.looks_ahead(found)
    if year is None:
        return None
    stretch = years(year, year)
    if part:
        stretch = start_point(stretch) if part == "初" else end_point(stretch)
    return Found(stretch, explicit=False, has_year=False)


def _dayonly(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    first = int(groups["do_a"] or 0)
    last = int(groups["do_b"] or first)
    month = _month_of_day(scene, found, first)
    stretch = days(month.year, month.month, first, last) if month else None
    return Found(stretch, explicit=False, has_year=False) if stretch else None


def _month_of_day(scene: Scene, found: re.Match[str], day: int) -> date | None:
    """17日 after 8月16日 is in August; else the latest 17th, a few days ahead allowed."""
    base = scene.base
    if base and base.start >= scene.sentence_start:
        since, until = base.stretch.since, base.stretch.until
        if (until - since).days < 31:
            # 21日 … 20日 looks back a day; 30日 … 2日 goes on into the next month.
            return add_months(until, 1) if until.day - day > 15 else until
    if scene.anchor is None:
        return None
    ahead = 25 if scene.looks_ahead(found) else 3
    return scene.anchor if day <= scene.anchor.day + ahead else add_months(scene.anchor, -1)


CHINESE_READERS: dict[str, Reader] = {
    "zh_year": _zh_year,
    "zh_sub": _zh_sub,
    "iso": _iso,
    "isomonth": _isomonth,
    "years": _years,
    "decade": _decade,
    "decade4": _decade4,
    "century": _century,
    "plan": _plan,
    "planen": _planen,
    "daily": _daily,
    "near": _near,
    "span": _span,
    "weekday": _weekday,
    "same": _same,
    "inyear": _inyear,
    "dayonly": _dayonly,
}
