"""Example questions for an empty conversation, drawn from the archive that will answer them."""

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from eval.example_rules import Example, corrections, examples_of
from index.archive import Archive
from index.types import Article

_LATEST = 200  # articles looked at
_ENOUGH = 12  # times ``count``: candidates to choose from; reading on brings few new topics


def example_questions(archive: Archive, *, count: int = 6) -> tuple[str, ...]:
    """Up to ``count`` questions that a sentence of a recent article answers; the same each time.

    Fewer, or none, where the rules find no clean question: better no example than a clumsy one.
    """
    latest = heapq.nlargest(_LATEST, archive.articles(), key=_recency)
    corrected = "\n".join(map(corrections, latest))
    found: list[Example] = []
    for article in latest:
        found.extend(e for e in examples_of(article) if e.answer not in corrected)
        if len(found) >= _ENOUGH * count:
            break
    return tuple(example.question for example in choose_examples(found, count))


def _recency(article: Article) -> tuple[date, str]:
    return article.published or date.min, article.id


def choose_examples(examples: Iterable[Example], count: int) -> list[Example]:
    """The first examples that differ in article, topic and, as far as they go, in rule.

    A question with two different answers is left out: a correction, a change of office.
    """
    candidates = _undisputed(examples)
    chosen: list[Example] = []
    for most in range(1, count + 1):
        for example in candidates:
            if len(chosen) == count:
                return chosen
            used = Counter(other.rule for other in chosen)
            if used[example.rule] < most and not any(_alike(example, other) for other in chosen):
                chosen.append(example)
    return chosen


def _undisputed(examples: Iterable[Example]) -> list[Example]:
    by_question: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_question[example.question].append(example)
    return [same[0] for same in by_question.values() if len({one.answer for one in same}) == 1]


def _alike(a: Example, b: Example) -> bool:
    """One article, or topics that share most of their characters: 贷款余额 and 存款余额."""
    if a.article_id == b.article_id:
        return True
    left, right = set(_plain(a.topic)), set(_plain(b.topic))
    return 2 * len(left & right) > min(len(left), len(right))


def _plain(topic: str) -> str:
    return re.sub(r"全[市省国]|[我本][市省国]|本外币|各项|中国", "", topic)
