"""Full text search for the Archive tab: an article is a hit once. Ranks nothing itself."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk.archive_shelf import Card, Choice, Shelf, Stacks
from index.types import Span
from index.words import fold_characters, words

_MOST_CHUNKS = 400  # looked at for one search: some 100 articles
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


def find_articles(archive: Stacks, shelf: Shelf, text: str, choice: Choice) -> list[Hit]:
    """The articles that have the words of ``text``, best first, each once.

    What stands in “” or 《》 must occur as written.
    """
    phrases = _PHRASE.findall(text)
    found = archive.search_words(
        text, top_k=_MOST_CHUNKS, filters=choice.search_filter(), phrases=phrases
    )
    cards = {card.id: card for card in shelf.chosen(choice)}
    weights = _weights(archive, text)
    wanted = search_terms(text)
    hits: dict[str, Hit] = {}
    for each in found:
        chunk = each.chunk
        card = cards.get(chunk.article_id)
        if card is None or card.id in hits:
            continue
        if _share(weights, f"{card.title}\n{chunk.text}") >= _LEAST_SHARE:
            hits[card.id] = _hit(card, chunk.text, chunk.start, wanted)
    return [*hits.values()]


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
