"""The archive's articles as cards to leaf through: chosen, counted, by month. No HTML, no search.

Cards are read from the catalog once for each of its states and held in memory, without bodies.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, runtime_checkable

from index.types import Article, ChunkHit, Coverage, DateKnown, Kind

_LEAD = 90  # characters of the body that a list shows


@runtime_checkable
class Stacks(Protocol):
    """What the page needs of an archive to leaf through it."""

    @property
    def index_version(self) -> str:
        """Changes with every change of the archive."""

    @property
    def chunk_count(self) -> int:
        """How many chunks a search goes through."""

    def document_frequency(self, words: Sequence[str]) -> dict[str, int]:
        """In how many chunks each word occurs."""

    def refresh(self) -> None:
        """Show what other processes have committed since."""

    def articles(self) -> Iterator[Article]:
        """All current articles."""

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        """The article, or None when that version is not there."""

    def coverage(self) -> Coverage:
        """What the archive holds."""

    def search_words(
        self,
        text: str | Sequence[str],
        *,
        top_k: int,
        phrases: Sequence[str] = (),
    ) -> list[ChunkHit]:
        """The chunks that have these words, best first."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an article."""

    id: str
    title: str
    source: str
    section: str
    reporters: tuple[str, ...]
    byline: str
    published: date | None
    date_known: DateKnown
    title_derived: bool
    kind: Kind
    origin: str
    position: int
    version: int
    length: int  # characters of the body
    lead: str

    @classmethod
    def of(cls, article: Article) -> "Card":
        """The card of ``article``."""
        return cls(
            id=article.id,
            title=article.title,
            source=article.source,
            section=article.section,
            reporters=article.reporters,
            byline=article.byline,
            published=article.published,
            date_known=article.date_known,
            title_derived=article.title_derived,
            kind=article.kind,
            origin=article.origin,
            position=article.position,
            version=article.version,
            length=len(article.body),
            lead=" ".join(article.body[: _LEAD * 2].split())[:_LEAD],
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader has narrowed the archive to. None is no limit, "" is “not printed”.

    Both days are included; ``dated`` False leaves only articles without a day.
    """

    since: date | None = None
    until: date | None = None
    dated: bool = True
    source: str | None = None
    section: str | None = None
    reporter: str | None = None

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return self != Choice()

    def admits(self, card: Card) -> bool:
        """Whether a card is within all limits."""
        return (
            self._admits_day(card.published)
            and self.source in (None, card.source)
            and self.section in (None, card.section)
            and (self.reporter is None or self.reporter in (card.reporters or ("",)))
        )

    def _admits_day(self, day: date | None) -> bool:
        if not self.dated:
            return day is None
        if self.since is None and self.until is None:
            return True
        return day is not None and (self.since or day) <= day <= (self.until or day)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many articles each value would leave, all other limits in force; most first."""

    sources: tuple[tuple[str, int], ...]
    sections: tuple[tuple[str, int], ...]
    reporters: tuple[tuple[str, int], ...]
    days: tuple[tuple[date, int], ...]  # by day
    undated: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """All cards, the latest first, those without a day last."""

    cards: tuple[Card, ...]

    @classmethod
    def of(cls, articles: Iterable[Article]) -> "Shelf":
        """The shelf of ``articles``."""
        return cls(tuple(sorted(map(Card.of, articles), key=_by_day)))

    def chosen(self, choice: Choice) -> list[Card]:
        """The cards that ``choice`` admits."""
        return [card for card in self.cards if choice.admits(card)] if choice else [*self.cards]

    def page_of(self, card: Card) -> list[Card]:
        """The articles read from the same file, in its order."""
        same = [other for other in self.cards if card.origin and other.origin == card.origin]
        return sorted(same, key=lambda other: (other.position, other.id))

    def facets(self, choice: Choice) -> Facets:
        """The counts beside ``choice``: each list is counted without its own limit."""
        days = Counter(
            card.published
            for card in self.chosen(replace(choice, since=None, until=None, dated=True))
        )
        undated = days.pop(None, 0)
        return Facets(
            sources=_most(card.source for card in self.chosen(replace(choice, source=None))),
            sections=_most(card.section for card in self.chosen(replace(choice, section=None))),
            reporters=_most(
                name
                for card in self.chosen(replace(choice, reporter=None))
                for name in card.reporters or ("",)
            ),
            days=tuple(sorted((day, count) for day, count in days.items() if day is not None)),
            undated=undated,
        )

    @property
    def span(self) -> tuple[date, date] | None:
        """The first and the last day of all articles; None where none has one."""
        days = [card.published for card in self.cards if card.published is not None]
        return (min(days), max(days)) if days else None


class ShelfKeeper:
    """The shelf of one archive, read again when the archive has changed. Safe between threads."""

    def __init__(self, archive: Stacks) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._held: tuple[str, Shelf] | None = None

    def shelf(self) -> Shelf:
        """All articles as they are now; 10,000 take about a second the first time."""
        self._archive.refresh()
        version = self._archive.index_version  # before the reading: a change meanwhile is not lost
        with self._lock:
            if self._held is None or self._held[0] != version:
                self._held = (version, Shelf.of(self._archive.articles()))
            return self._held[1]


def _by_day(card: Card) -> tuple[int, str, int, str]:
    day = card.published.toordinal() if card.published else 0
    return (-day, card.origin, card.position, card.id)


def _most(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))
