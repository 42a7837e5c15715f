"""A question's period and filters, and the question asked again with others. Knows no engine."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Protocol, runtime_checkable

from desk.api_period import with_period
from desk.exchange import Exchange
from index.errors import BadInput
from index.filters import FilterValues, check_filters
from index.periods import ANY_DAY, parse_periods
from rag.types import Filters

_SEPARATORS = re.compile(r"[;；\n]")
_MOST_VALUES = 20  # papers, sections or reporters of one question
_LONGEST_VALUE = 100  # characters
_LISTED = 300  # existing values offered while typing
# What leads to a period: 截至, "in", "during the", "as of the end of" …
_LEADING = re.compile(
    r"[\s,，]*\b(?:(?:as\s+of|by|at|in|during|for|over|since|from|throughout|of|on)\b\s*)+"
    r"(?:the\s*)?$|(?:截至|截止到?|自从?|从|在|于|到)$",
    re.IGNORECASE,
)
_JOINT = re.compile(r"^\s*(?:[、，,和与及]|and\b)\s*")
_KINDS: tuple[Literal["sources", "sections", "reporters"], ...] = (
    "sources",
    "sections",
    "reporters",
)


@runtime_checkable
class Narrowable(Protocol):
    """An archive that can say what its articles can be narrowed to."""

    def filter_values(self) -> FilterValues:
        """The papers, sections and credits there are."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A question to ask in place of the one numbered ``replaces``."""

    question: str
    filters: Filters
    replaces: int


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing an answer is limited by; ``name`` removes it again, ``field`` edits it."""

    name: str  # period, days, or kind and place: sources:0
    field: str  # of the form, the one to begin with
    value: str


def chips_of(exchange: Exchange) -> tuple[Chip, ...]:
    """The period the question names, then what the search is narrowed to."""
    chips: list[Chip] = []
    period = exchange.query.period if exchange.query is not None else None
    if period is not None:
        chips.append(Chip("period", "since", f"{period.text} · {_days(*period_of(exchange))}"))
    filters = exchange.filters
    if filters.since or filters.until:
        chips.append(Chip("days", "printed_since", _days(filters.since, filters.until)))
    for kind in _KINDS:
        values = getattr(filters, kind)
        chips.extend(Chip(f"{kind}:{at}", kind, value) for at, value in enumerate(values))
    return tuple(chips)


def period_of(exchange: Exchange) -> tuple[date | None, date | None]:
    """The days asked about; None where there are none, or where that end is open (以来)."""
    period = exchange.query.period if exchange.query is not None else None
    if period is None:
        return None, None
    return (
        None if period.since == date.min else period.since,
        None if period.until == date.max else period.until,
    )


def again(exchange: Exchange) -> Wish:
    """The same question once more."""
    return Wish(exchange.asked, exchange.filters, exchange.number)


def without(exchange: Exchange, name: object) -> Wish | None:
    """The question without the chip ``name``; None where it has none of that name."""
    if name not in [chip.name for chip in chips_of(exchange)]:
        return None
    same = again(exchange)
    if name == "period":
        return replace(same, question=_without_period(_whole(exchange)))
    if name == "days":
        return replace(same, filters=replace(same.filters, since=None, until=None))
    kind, _, at = str(name).partition(":")
    values = getattr(same.filters, kind)
    fewer: dict[str, Any] = {kind: (*values[: int(at)], *values[int(at) + 1 :])}
    return replace(same, filters=replace(same.filters, **fewer))


def changed(exchange: Exchange, form: Mapping[str, object], archive: object) -> Wish:
    """The question as the form has it.

    Its fields: question, since, until (the period asked about), printed_since, printed_until,
    sources, sections, reporters (several separated by semicolons).

    Raises:
        BadInput: A day cannot be read, a period ends before it begins, only one end of the period
            asked about is given, or no article is of that paper, section or reporter.
    """
    question = _text(form, "question").strip() or exchange.asked
    filters = Filters(
        since=_day(form, "printed_since"),
        until=_day(form, "printed_until"),
        **{kind: _values(_text(form, kind)) for kind in _KINDS},
    )
    if isinstance(archive, Narrowable):
        check_filters(archive, filters)
    since, until = _day(form, "since"), _day(form, "until")
    if (since, until) != period_of(exchange):
        whole = _whole(exchange) if question == exchange.asked else question
        if since and until:
            question = with_period(whole, since, until)
        elif since or until:
            raise BadInput("The period asked about needs both its first and its last day.")
        else:
            question = _without_period(whole)
    return Wish(question, filters, exchange.number)


def offered(archive: object) -> dict[str, tuple[str, ...]]:
    """What can be typed for sources, sections and reporters, as far as the archive says."""
    if not isinstance(archive, Narrowable):
        return {}
    values = archive.filter_values()
    found = (values.sources, values.sections, values.reporters)
    return {kind: _shortened(each) for kind, each in zip(_KINDS, found, strict=True)}


def _days(since: date | None, until: date | None) -> str:
    return str(since) if since == until else f"{since or '…'} – {until or '…'}"


def _shortened(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))[:_LISTED]


def _whole(exchange: Exchange) -> str:
    """The question with a follow-up's period in it, in the asker's language."""
    query = exchange.query
    if query is None or query.period is None or _named(exchange.asked):
        return exchange.asked
    return query.whole or query.question


def _named(question: str) -> bool:
    return bool(parse_periods(question, anchor=ANY_DAY))


def _without_period(question: str) -> str:
    """Without the first period it names, and without the word that leads to it."""
    found = parse_periods(question, anchor=ANY_DAY)
    if not found:
        return question
    head = _LEADING.sub("", question[: found[0].start])
    tail = _JOINT.sub("", question[found[0].end :], count=1)
    if not head:
        tail = tail.lstrip(" ，,的")
    elif head[-1].isascii() and head[-1].isalnum() and tail[:1].isalnum() and tail[:1].isascii():
        tail = f" {tail}"
    return f"{head}{tail}".strip() or question


def _text(form: Mapping[str, object], name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _values(text: str) -> tuple[str, ...]:
    values = (value.strip()[:_LONGEST_VALUE] for value in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(value for value in values if value))[:_MOST_VALUES]


def _day(form: Mapping[str, object], name: str) -> date | None:
    value = _text(form, name).strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadInput(f"{value[:40]!r} is not a day; write it like 2020-07-20.") from None
