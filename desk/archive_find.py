"""Full text search for the Archive tab: an article is found once. Ranks nothing itself."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk.archive_shelf import Card, Shelf, Stacks
from index.types import Span
from index.words import fold_characters, words

MOST_CHUNKS = 20_000  # looked at for one search; about two seconds
# A search finds whatever has one of its words, also 的: less than half of it is not what was meant.
_LEAST_SHARE = 0.5
_AROUND = 40  # characters of a passage before the first word found
_SHOWN = 120  # characters of a passage
_PHRASE = re.compile(r"[“\"「《]([^”\"」》]{2,60})[”\"」》]")


@dataclass(frozen=True, slots=True)
class Hit:
    """An article with the passage that matches best: ``body[start:end]``, words as offsets."""

    card: Card
    passage: str
    start: int
    marks: tuple[Span, ...]  # inside ``passage``


@dataclass(frozen=True, slots=True)
class Match:
    """An article and the chunk of it that matches best: ``body[start:end]``."""

    card: Card
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """The articles that a search finds, best first; not ``whole`` where there may be more."""

    matches: tuple[Match, ...]
    whole: bool


def find_articles(archive: Stacks, shelf: Shelf, text: str, *, most: int = MOST_CHUNKS) -> Found:
    """The articles that have the words of ``text``, best first, each once.

    What stands in “” or 《》 must occur as written. At most ``most`` chunks are looked at.
    """
    phrases = _PHRASE.findall(text)
    found = archive.search_words(text, top_k=most, phrases=phrases)
    weights = _weights(archive, text)
    telling = {each.chunk.id for each in archive.search_words(_telling(weights), top_k=most)}
    cards = {card.id: card for card in shelf.cards}
    matched: dict[str, Match] = {}
    for each in found:
        chunk = each.chunk
        card = cards.get(chunk.article_id)
        if card is None or card.id in matched or chunk.id not in telling:
            continue
        if _share(weights, f"{card.title}\n{chunk.text}") >= _LEAST_SHARE:
            matched[card.id] = Match(card, chunk.start, chunk.end)
    seen = {each.chunk.id for each in found}
    whole = len(found) < most or (len(telling) < most and telling <= seen)
    return Found(tuple(matched.values()), whole)


def passage_of(archive: Stacks, match: Match, text: str) -> Hit:
    """What a list shows of ``match``, with the words of ``text`` marked."""
    article = archive.article(match.card.id)
    body = article.body[match.start : match.end] if article else ""  # taken down meanwhile
    return _hit(match.card, body, match.start, search_terms(text))


def _telling(weights: Mapping[str, float]) -> list[str]:
    """Words of which a text that has half of the search has at least one: all but the commonest.

    Cutting 10,000 texts into words takes seconds; most of those that have only 的 need no look.
    """
    left = _LEAST_SHARE * sum(weights.values())
    light = set()
    for word, weight in sorted(weights.items(), key=lambda pair: (pair[1], pair[0])):
        left -= weight
        if left <= 0:
            break
        light.add(word)
    return sorted(weights.keys() - light)


def _weights(archive: Stacks, text: str) -> dict[str, float]:
    """How much each word of the search says: its BM25 idf; one that is nowhere says most."""
    frequency = archive.document_frequency(sorted(set(words(text))))
    chunks = archive.chunk_count
    return {
        word: math.log(1 + (chunks - count + 0.5) / (count + 0.5))
        for word, count in frequency.items()
    }


def _share(weights: Mapping[str, float], text: str) -> float:
    """How much of the search a text has, from 0 to 1."""
    there = set(words(text))
    whole = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in there) / whole if whole else 1


def search_terms(text: str) -> list[str]:
    """What is marked in a text that was searched for ``text``: its words, folded, longest first.

    Single characters only where there is nothing longer: 的 would be marked everywhere.
    """
    found = set(words(text))
    longer = {word for word in found if len(word) > 1 or word.isdigit()}
    return sorted(longer or found, key=lambda word: (-len(word), word))


def matches(text: str, terms: Sequence[str]) -> list[Span]:
    """Where the folded ``terms`` stand in ``text``, as spans that do not touch.

    >>> matches("貸款餘額20,314億元", ["余额", "贷款"])
    [Span(start=0, end=4)]
    """
    folded: list[str] = []
    origin: list[int] = []
    for offset, character in enumerate(text):
        for piece in fold_characters(character):
            folded.append(piece)
            origin.append(offset)
    plain = "".join(folded)
    covered = bytearray(len(text))
    for term in terms:
        at = plain.find(term)
        while at >= 0:
            for offset in origin[at : at + len(term)]:
                covered[offset] = 1
            at = plain.find(term, at + 1)
    return _runs(covered)


def _runs(covered: bytearray) -> list[Span]:
    runs: list[Span] = []
    start = -1
    for offset, marked in enumerate([*covered, 0]):
        if marked and start < 0:
            start = offset
        elif not marked and start >= 0:
            runs.append(Span(start, offset))
            start = -1
    return runs


def _hit(card: Card, text: str, start: int, terms: Sequence[str]) -> Hit:
    marks = matches(text, terms)
    first = marks[0].start if marks else 0
    left = max(0, first - _AROUND) if first > _SHOWN // 2 else 0
    passage = text[left : left + _SHOWN]
    inside = tuple(
        Span(span.start - left, min(span.end - left, len(passage)))
        for span in marks
        if left <= span.start < left + len(passage)
    )
    return Hit(card, passage, start + left, inside)
