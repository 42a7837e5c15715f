"""Whether the people, places, institutions and days of a statement are its cited sentences' own.

Knows nothing of figures.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from index.periods import ANY_DAY, TimeSpan, parse_periods, same_period
from index.words import fold, tagged_words
from rag.bodies import body_names, says_body
from rag.names import person_names
from rag.offices import contradicts, offices_held, says_title
from rag.places import PROVINCE_OF, towns_in
from rag.types import Check, CheckKind, Evidence
from rag.verify_binding import other_act

_DISTRICT = re.compile(r"..[市县区镇]$")
_COMPARED = re.compile(r"[比较同与和]\Z")
# 老年人常见病 is no name: one begins a clause, or stands behind a title or a function word.
_BEFORE_NAME = re.compile(
    r"(?:\A|[^\u4e00-\u9fff]|[长席记任理裁授者士监表员生师和与及由对向被给同跟的]|[言责始]人)\Z"
)
OF_ANOTHER = "原文中属于另一项 (printed for something else)"


def name_checks(text: str, cited: Sequence[Evidence], question: str) -> list[Check]:
    """One check per person that the question did not bring."""
    asked = fold(question)
    return [
        _check(
            CheckKind.NAME,
            name,
            [
                item.number
                for item in cited
                if name in fold(whole(item)) and not other_act(name, text, item.text, _name_marks)
            ],
        )
        for name in person_names(text)
        if name not in asked
    ]


def date_checks(text: str, cited: Sequence[Evidence], question: str) -> list[Check]:
    """One check per day or period that the question did not bring."""
    asked = fold(question)
    # Without an anchor a bare 4月8日 would not be seen at all, and could not be doubted.
    anchor = next((item.published for item in cited if item.published), ANY_DAY)
    return [
        _check(
            CheckKind.DATE,
            span.text,
            [
                item.number
                for item in cited
                if _says_date(item, span)
                and not other_act(fold(span.text), text, item.text, _day_marks)
            ],
        )
        for span in parse_periods(text, anchor=anchor)
        if fold(span.text) not in asked
    ]


def place_checks(text: str, cited: Sequence[Evidence], question: str) -> list[Check]:
    """Towns told of what the cited sentence tells of another town; others are not checked here."""
    asked = fold(question)
    checks = []
    for town in sorted(towns_in(fold(text)) - towns_in(asked)):
        having = [item for item in cited if town in fold(item.text)]
        inside = {place for item in having for place in towns_in(fold(item.text))}
        if any(
            PROVINCE_OF.get(town) == place or PROVINCE_OF.get(place) == town for place in inside
        ):
            continue  # 福建泉州: what is told of one is told of both
        if having and all(other_act(town, text, item.text, _place_marks) for item in having):
            checks.append(Check(CheckKind.NAME, town, supported=False, note=OF_ANOTHER))
    return checks


def office_checks(text: str, cited: Sequence[Evidence], around: str) -> list[Check]:
    """会长张三 fails where the sentence has 副会长张三, or 会长李四."""
    checks = []
    for office in offices_held(text):
        if any(contradicts(office, item.text) for item in cited):
            where = []
        else:
            where = [item.number for item in cited if says_title(office.title, whole(item))]
            if not where and says_title(office.title, around):
                where = [item.number for item in cited]
        checks.append(_check(CheckKind.NAME, f"{office.title}{office.name}", where))
    return checks


def body_checks(text: str, cited: Sequence[Evidence], around: str) -> list[Check]:
    """One check per institution that nothing around the sentence names."""
    return [
        _check(
            CheckKind.BODY,
            name,
            [item.number for item in cited if says_body(name, f"{whole(item)} {item.source}")],
        )
        for name in body_names(text)
        if not says_body(name, around)
    ]


def other_places(text: str, source: str) -> frozenset[str]:
    """Provinces, cities and districts a statement names that its source does not."""
    said = fold(source)
    towns = towns_in(fold(text)) - towns_in(said)
    listed = {word for word, tag in tagged_words(text) if tag == "ns" and _DISTRICT.search(word)}
    return towns | {word for word in listed if word not in said and word[:-1] not in said}


def whole(item: Evidence) -> str:
    """A sentence with what is printed above it."""
    return f"{item.text}\n{item.byline}\n{item.title}"


def _says_date(item: Evidence, span: TimeSpan) -> bool:
    """Whether a sentence names the date, in these words or resolved, or was published on it."""
    if fold(span.text) in fold(item.text):
        return True
    if item.published and span.since == span.until == item.published:
        return True
    return any(same_period(span, said) for said in parse_periods(item.text, anchor=item.published))


@lru_cache(maxsize=4096)
def _name_marks(folded: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        sorted(
            found.span()
            for name in person_names(folded)
            for found in re.finditer(re.escape(name), folded)
            if _BEFORE_NAME.search(folded, 0, found.start())
        )
    )


@lru_cache(maxsize=4096)
def _day_marks(folded: str) -> tuple[tuple[int, int], ...]:
    """Printed days, months and years; 上月 and 今天 are compared with or told on."""
    return tuple(
        (span.start, span.end)
        for span in parse_periods(folded, anchor=ANY_DAY)
        if span.text[0].isdigit() and not _COMPARED.search(folded, 0, span.start)
    )


@lru_cache(maxsize=4096)
def _place_marks(folded: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        sorted(
            found.span()
            for town in towns_in(folded)
            for found in re.finditer(re.escape(town), folded)
        )
    )


def _check(kind: CheckKind, text: str, where: Sequence[int]) -> Check:
    return Check(kind, text, bool(where), tuple(where))
