"""A sentence as tagged words with their places, and the values found in it. Knows no question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from index.words import tagged_words

LONGEST = 1000  # characters of a sentence whose values are compared; longer ones are lists
_LONGEST_GAP = 60  # characters between a value and the word that it belongs to
_LINKS = frozenset("是为由的任")
NAME_TAGS = frozenset({"nr", "nrt", "nrfg"})
PROPER_TAGS = NAME_TAGS | {"ns", "nz", "nt"}


@dataclass(frozen=True, slots=True)
class Token:
    """One tagged word: ``text[start:end]``."""

    text: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Value:
    """A name, place or day in a sentence, and the word that binds it to the question."""

    text: str
    start: int
    end: int
    listed: bool = False  # one of several names in a row


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of values needs of the question."""

    query: str  # folded
    anchors: tuple[str, ...]  # its word for what is asked: 导演, 首都, 上映
    titles: tuple[str, ...] = ()  # of works that it names, folded
    subjects: tuple[str, ...] = ()  # things that it names: 军运会, 世界杯
    places: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()  # names that some sentence is sure of
    day: bool = False  # a day is asked for
    person: bool = False  # only a person can be the answer: 谁, 校长, 作者


@lru_cache(maxsize=1024)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Tagged words with their places in a folded text."""
    tokens: list[Token] = []
    at = 0
    for word, tag in tagged_words(text):
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        tokens.append(Token(word, tag, start, at))
    return tuple(tokens)


def anchored(text: str, tokens: Sequence[Token], anchors: Sequence[str]) -> list[Token]:
    """The words that say what is asked, or verbs that share a character with it: 执导 for 导演.

    As characters: jieba cuts 内地上映 as 内, 地上, 映.
    """
    said = [
        Token(anchor, "", match.start(), match.end())
        for anchor in anchors
        for match in re.finditer(re.escape(anchor), text)
    ]
    alike = [
        token
        for token in tokens
        for anchor in anchors
        if len(token.text) == 2
        and token.tag.startswith("v")
        and token.text != anchor
        and set(token.text) & set(anchor)
    ]
    return said + alike


def gaps(value: Value, bound: Sequence[Token], text: str, query: str) -> list[tuple[str, Token]]:
    """What stands between a value and each word it may belong to, the question's words left out.

    Nothing for words further off than a gap may be long: reading each gap of a list of a thousand
    names takes seconds.
    """
    found = []
    for word in bound:
        if 0 <= word.start - value.end <= _LONGEST_GAP:
            found.append((text[value.end : word.start], word))
        elif 0 <= value.start - word.end <= _LONGEST_GAP:
            found.append((text[word.end : value.start], word))
    return [(_without(gap, query), word) for gap, word in found]


def _without(gap: str, query: str) -> str:
    return "".join(
        token.text for token in tokens_of(gap) if token.text not in query or token.text in _LINKS
    )


def common_start(one: str, other: str) -> str:
    """What two texts begin with in common."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(a for a, _ in pairs)
