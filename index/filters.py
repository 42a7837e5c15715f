"""What a search is narrowed to: days, papers, sections, reporters. Knows no store and no SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Protocol

from index.errors import BadInput
from index.filter_forms import credit_matches, name_key, section_matches
from index.page_byline import parse_byline

_MOST_NAMED = 3  # existing values in an error


class Printed(Protocol):
    """When, where and by whom something was printed: an Article, or a chunk of one."""

    @property
    def published(self) -> date | None:
        """The day; None where it is unknown."""

    @property
    def source(self) -> str:
        """The paper."""

    @property
    def section(self) -> str:
        """Section or page as printed."""

    @property
    def reporters(self) -> tuple[str, ...]:
        """Names read from the byline."""

    @property
    def byline(self) -> str:
        """The byline as printed."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """What all hits have in common; an empty field is no limit, and an empty filter is false.

    Both days are included, and an unknown day is in no period. Papers are compared as written,
    sections and reporters as ``index.filter_forms`` says; of several values any will do.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is left out at all."""
        return bool(self.since or self.until or self.sources or self.sections or self.reporters)

    def admits(self, item: Printed) -> bool:
        """Whether an article, or a chunk of it, is within all limits."""
        return (
            self._admits_day(item.published)
            and (not self.sources or item.source in self.sources)
            and (not self.sections or self.admits_section(item.section))
            and (not self.reporters or self.admits_credit(item.reporters, item.byline))
        )

    def admits_section(self, section: str) -> bool:
        """Whether it is one of the wanted sections."""
        return any(section_matches(wanted, section) for wanted in self.sections)

    def admits_credit(self, reporters: Sequence[str], byline: str) -> bool:
        """Whether one of the wanted reporters had a hand in it."""
        return any(credit_matches(wanted, reporters, byline) for wanted in self.reporters)

    def _admits_day(self, day: date | None) -> bool:
        if not (self.since or self.until):
            return True
        return day is not None and (self.since or day) <= day <= (self.until or day)


NO_FILTER = SearchFilter()


@dataclass(frozen=True, slots=True)
class FilterValues:
    """The papers, sections and credits (reporters, byline) that an archive has, each once."""

    sources: tuple[str, ...]
    sections: tuple[str, ...]
    credits: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def reporters(self) -> tuple[str, ...]:
        """All reporters' names, sorted; a byline that cannot be read stands for itself."""
        found: set[str] = set()
        for names, byline in self.credits:
            read = parse_byline(byline)
            found.update(names or (read.reporters if read else (byline,)))
        return tuple(sorted(found - {""}))


class HasFilterValues(Protocol):
    """An archive, or its catalog."""

    def filter_values(self) -> FilterValues:
        """Return what its articles can be narrowed to."""


def check_period(since: date | None, until: date | None) -> None:
    """Raise BadInput for a period that ends before it begins."""
    if since and until and since > until:
        raise BadInput(f"since {since} lies after until {until}; swap them")


def check_filters(archive: HasFilterValues, filters: SearchFilter) -> None:
    """Raise BadInput, in one line, for all values that no article of the archive can match."""
    check_period(filters.since, filters.until)
    if not (filters.sources or filters.sections or filters.reporters):
        return
    known = archive.filter_values()
    papers = [name for name in filters.sources if name not in known.sources]
    sections = [
        name
        for name in filters.sections
        if not any(section_matches(name, section) for section in known.sections)
    ]
    reporters = [
        name
        for name in filters.reporters
        if not any(credit_matches(name, *credit) for credit in known.credits)
    ]
    problems = [
        *(_unknown("paper", name, known.sources) for name in papers),
        *(_unknown("section", name, known.sections) for name in sections),
        *(_unknown("reporter", name, known.reporters) for name in reporters),
    ]
    if problems:
        raise BadInput(" ".join(problems))


def _unknown(kind: str, name: str, known: Sequence[str]) -> str:
    if not known:
        return f"No article here names a {kind}, so none has {name!r}; leave the {kind} out."
    by_key = {name_key(value): value for value in known}
    near = get_close_matches(name_key(name), by_key, n=_MOST_NAMED, cutoff=0.5)
    if near:
        return f"No {kind} {name!r} here; close to it: {', '.join(by_key[key] for key in near)}."
    more = len(known) - _MOST_NAMED
    others = f" and {more} more" if more > 0 else ""
    return f"No {kind} {name!r} here; there are {', '.join(known[:_MOST_NAMED])}{others}."
