"""English time expressions: one reader for each named alternative of ``EXPRESSION``."""

import re
from datetime import date

from index.dates import Stretch, days, end_point, months, quarters, whole, years
from index.period_parts import (
    DAY_REACH,
    MONTH_REACH,
    QUARTER_REACH,
    SECOND_HALF_REACH,
    SUM_REACH,
    Build,
    Groups,
    Reach,
)
from index.period_scene import Found, Reader, Scene
from index.period_words import MONTH_NAMES, number_of

_FULL_NAMES = re.compile(r"(?!May\b)[A-Z][a-z]{3,}\Z|June\Z|July\Z")
_MAY_BEFORE = re.compile(
    r"\b(?:[Ii]n|of|by|[Ss]ince|until|last|this|early|late|mid|and|to|from|for)[ -]\Z"
)


def _en_mdy(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    last = groups["e1_d2"] or groups["e1_d"]
    return _english_days(scene, found, groups["e1_m"], groups["e1_d"], last, groups["e1_y"])


def _en_dmy(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    day = groups["e2_d"]
    return _english_days(scene, found, groups["e2_m"], day, day, groups["e2_y"])


def _english_days(
    scene: Scene,
    found: re.Match[str],
    name: str | None,
    a: str | None,
    b: str | None,
    year: str | None,
) -> Found | None:
    month, first, last = _month_named(name), int(a or 0), int(b or 0)
    return _english(scene, found, lambda y: days(y, month, first, last), year, None, DAY_REACH)


def _en_mm(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    first, last = _month_named(groups["e3_a"]), _month_named(groups["e3_b"])
    if first >= last:
        return None
    return _english(scene, found, lambda y: months(y, first, last), groups["e3_y"], None, SUM_REACH)


def _en_my(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    name = (groups["e4_m"] or "").rstrip(".")
    dated = groups["e4_y"] or groups["e4_r"]
    if not dated and not _FULL_NAMES.match(name):
        before = _MAY_BEFORE.search(scene.folded, max(0, found.start() - 7), found.start())
        if name != "May" or not (before or groups["e4_p"]):
            return None
    month = _month_named(name)
    end = bool(groups["e4_p"])

    def build(year: int) -> Stretch:
        whole = months(year, month, month)
        return end_point(whole) if end else whole

    return _english(scene, found, build, groups["e4_y"], groups["e4_r"], MONTH_REACH)


def _en_half(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    second = (groups["e5_n"] or "").lower() == "second"

    def build(year: int) -> Stretch:
        return months(year, 7, 12) if second else months(year, 1, 6)

    reach = SECOND_HALF_REACH if second else SUM_REACH
    return _english(scene, found, build, groups["e5_y"], groups["e5_r"], reach)


def _en_q(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    number = number_of(groups["e6_n"] or "") or 1
    return _english(
        scene,
        found,
        lambda y: quarters(y, number, number),
        groups["e6_y"],
        groups["e6_r"],
        QUARTER_REACH,
    )


def _en_qs(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    year, number = int(groups["e7_y"] or 0), int(groups["e7_n"] or 1)
    if groups["e7_k"] == "Q":
        return Found(quarters(year, number, number), explicit=True)
    return Found(months(year, 6 * number - 5, 6 * number), explicit=True) if number < 3 else None


def _en_firstm(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    size = 3 if groups["e8_u"] == "quarters" else 1
    count = (number_of(groups["e8_n"] or "") or 0) * size
    if not 1 <= count <= 12:
        return None
    return _english(
        scene, found, lambda y: months(y, 1, count), groups["e8_y"], groups["e8_r"], SUM_REACH
    )


def _en_end(scene: Scene, found: re.Match[str], groups: Groups) -> Found | None:
    if groups["ea_u"] == "month":
        if scene.anchor is None:
            return None
        offset = -1 if groups["ea_r"] == "last" else 0
        stretch = end_point(whole(scene.anchor, "月", offset))
        return Found(stretch, explicit=False, has_year=False)
    return _english(
        scene, found, lambda y: end_point(years(y, y)), groups["ea_y"], groups["ea_r"], MONTH_REACH
    )


def _en_rel(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    if scene.anchor is None:
        return None
    unit = {"year": "年", "quarter": "季", "month": "月", "week": "周"}[groups["eb_u"] or "year"]
    offset = {"last": -1, "this": 0, "next": 1}[(groups["eb_r"] or "this").lower()]
    stretch = whole(scene.anchor, unit, offset)
    return Found(stretch, explicit=False, has_year=unit == "年", whole_year=True)


def _en_ytd(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    if scene.anchor is None:
        return None
    return Found(Stretch(date(scene.anchor.year, 1, 1), scene.anchor), explicit=False)


def _en_years(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    first, last = int(groups["ec_a"] or 0), int(groups["ec_b"] or 0)
    return Found(years(first, last), explicit=True, whole_year=True) if first < last else None


def _en_year(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    year = int(groups["ed_y"] or 0)
    return Found(years(year, year), explicit=True, whole_year=True)


def _en_near(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    units = {"years": "年", "quarters": "季度", "months": "月", "weeks": "周", "days": "天"}
    count = number_of(groups["e9_n"] or "")
    ahead = (groups["e9_r"] or "").lower() == "next"
    return scene.around(count, units[groups["e9_u"] or "days"], ahead=ahead) if count else None


def _en_same(scene: Scene, _: re.Match[str], groups: Groups) -> Found | None:
    return scene.year_earlier(1)


def _english(
    scene: Scene,
    found: re.Match[str],
    build: Build,
    year: str | None,
    relative: str | None,
    reach: Reach,
) -> Found | None:
    if year is None and relative is None:
        return scene.yearless(found, build, reach)
    if year is None and scene.anchor is None:
        return None
    number = int(year) if year else (scene.anchor or date.min).year - (relative == "last")
    stretch = build(number)
    return Found(stretch, explicit=year is not None) if stretch else None


def _month_named(name: str | None) -> int:
    return MONTH_NAMES[(name or "").rstrip(".").lower()]


def _day(scene: Scene, found: re.Match[str], _: Groups) -> Found | None:
    offset = {"yesterday": -1, "today": 0, "tomorrow": 1}[found[0].lower()]
    return scene.days_from_anchor(offset, offset)


ENGLISH_READERS: dict[str, Reader] = {
    "en_mdy": _en_mdy,
    "en_dmy": _en_dmy,
    "en_mm": _en_mm,
    "en_my": _en_my,
    "en_half": _en_half,
    "en_q": _en_q,
    "en_qs": _en_qs,
    "en_firstm": _en_firstm,
    "en_end": _en_end,
    "en_rel": _en_rel,
    "en_ytd": _en_ytd,
    "en_years": _en_years,
    "en_year": _en_year,
    "en_near": _en_near,
    "en_same": _en_same,
    "en_day": _day,
}
