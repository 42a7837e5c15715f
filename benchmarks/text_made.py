"""Articles of made text with the statistics of a real archive. Knows nothing of vectors or stores.

Measured on an archive's articles: how many sentences an article has and how many words each, how
often each word stands, and how often a word is new (Good and Turing: words seen once over all
words). Made: every word is drawn by itself by its frequency, so no sentence of a publisher comes
back; sizes, vocabulary growth and the length of posting lists do.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.sentences import split_sentences
from index.types import Article, DateKnown
from index.words import tagged_spans

PAPERS = ("海湾日报", "半岛晨报", "云城晚报", "雾城时报", "北岭商报", "港城周刊")
SECTIONS = ("要闻", "经济", "社会", "文体", "国际")
FIRST_DAY = date(2019, 1, 1)
DAYS = 2_192  # six years, to 2024-12-31
_LEAST_WORDS = 5  # a shorter sentence might be one that was printed
_TITLE_WORDS = (4, 9)
_REPORTERS = 400
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
# A day or a figure with its unit is one word: alone, neither would be read as what it is.
_FIGURE = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|\d[\d,.]*(?:%|[\u4e00-\u9fff]{1,2})?"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[\w%.-]+|[，、]")


@dataclass(frozen=True, slots=True, eq=False)
class TextModel:
    """What articles are made by."""

    words: tuple[str, ...]
    shares: NDArray[np.float64]  # cumulative, of each word
    newness: float  # share of words that are new
    characters: tuple[str, ...]  # new words are made of two of these
    shapes: tuple[tuple[int, ...], ...]  # of each article measured: words of its sentences

    @classmethod
    def measure(cls, articles: Iterable[Article], *, most: int = 4_000) -> "TextModel":
        """The statistics of at most so many articles; raises ValueError where there are none."""
        counts: Counter[str] = Counter()
        shapes: list[tuple[int, ...]] = []
        for article in islice(articles, most):
            sizes = []
            for span in split_sentences(article.body):
                found = cut(article.body[span.start : span.end])
                counts.update(found)
                sizes.append(max(len(found), _LEAST_WORDS))
            if sizes:
                shapes.append(tuple(sizes))
        if not shapes:
            raise ValueError("no article with text to measure")
        total = counts.total()
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        rare = Counter(c for word, n in ranked if len(word) == 2 and n < 3 for c in word)
        return cls(
            words=tuple(word for word, _ in ranked),
            shares=np.cumsum([n for _, n in ranked]) / total,
            newness=sum(n == 1 for _, n in ranked) / total,
            characters=tuple(c for c, _ in rare.most_common(2_000) if _HAN.match(c)),
            shapes=tuple(shapes),
        )

    def articles(self, count: int, *, start: int = 0, seed: int = 7) -> Iterator[Article]:
        """Article ``start`` and on: each by its number alone, the same in every run."""
        return (self.article(number, seed=seed) for number in range(start, start + count))

    def article(self, number: int, *, seed: int = 7) -> Article:
        """The article of this number."""
        random = np.random.default_rng([seed, number])
        shape = self.shapes[int(random.integers(len(self.shapes)))]
        words = iter(self._draw(random, sum(shape)))
        sentences = [_sentence(list(islice(words, size))) for size in shape]
        title = [w for w in self._draw(random, 2 * _TITLE_WORDS[1]) if w not in "，、"]
        reporter = int(random.integers(_REPORTERS))
        name = _SURNAMES[reporter % 20] + self.characters[reporter % len(self.characters)]
        return Article(
            id=f"made-{number:07d}",
            title="".join(title[: int(random.integers(*_TITLE_WORDS))]),
            body="\n".join("".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3)),
            source=PAPERS[int(random.integers(len(PAPERS)))],
            section=SECTIONS[int(random.integers(len(SECTIONS)))],
            byline=f"记者 {name}",
            published=FIRST_DAY + timedelta(days=int(random.integers(DAYS))),
            date_known=DateKnown.STATED,
        )

    def _draw(self, random: np.random.Generator, count: int) -> list[str]:
        picked = np.searchsorted(self.shares, random.random(count) * self.shares[-1], side="right")
        new = random.random(count) < self.newness
        pairs = random.integers(len(self.characters), size=(count, 2)) if new.any() else None
        words = [self.words[min(n, len(self.words) - 1)] for n in picked.tolist()]
        if pairs is not None:
            for at in np.flatnonzero(new).tolist():
                words[at] = "".join(self.characters[c] for c in pairs[at].tolist())
        return words


def cut(sentence: str) -> list[str]:
    """A sentence's words, commas among them; a day or a figure with its unit is one word."""
    found: list[str] = []
    at = 0
    for figure in _FIGURE.finditer(sentence):
        found += _plain(sentence[at : figure.start()])
        found.append(figure[0])
        at = figure.end()
    return found + _plain(sentence[at:])


def _plain(text: str) -> list[str]:
    pieces = (text[start:end] for start, end, _ in tagged_spans(text))
    return [piece for piece in pieces if _WORD.fullmatch(piece)]


def _sentence(words: list[str]) -> str:
    """No comma first, last or after another; Latin words and figures stay apart."""
    text = ""
    for word in words:
        comma = word in "，、"
        if comma and (not text or text[-1] in "，、"):
            continue
        apart = text[-1:].isascii() and word[:1].isascii() and text != ""
        text += f" {word}" if apart else word
    return text.rstrip("，、 ") + "。"
