"""Propose questions with gold sentences from an archive, each verified before anyone sees it.

Rules (``eval.example_rules``) for figures, dates and names; a language model where there is one.
Verified without a model: the answer stands in its sentence, with the figure it states; the sentence
stands in its article; a search over the archive finds it among its evidence. A person has the last
word (``eval.review``).
"""

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from eval.example_rules import Example, corrections, examples_of
from eval.match import contains
from eval.metrics_figures import figure_recall
from eval.qa import is_gold_sentence
from eval.questions import Question, question_of
from index.archive import Archive
from index.figures import parse_figures
from index.types import Article

Row = dict[str, Any]
# A question and the day it is asked on -> article id and sentence, best first.
Search = Callable[[str, date | None], Sequence[tuple[str, str]]]
_TYPES = {"amount": "figure", "change": "figure", "done": "figure", "built": "figure",
          "who": "person", "when": "date", "where": "place"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that an article's own sentence answers, before it is verified."""

    question: str
    answer: str
    sentence: str
    article: Article
    kind: str  # figure, person, date, place or llm
    origin: str  # rule, or the model's name


@dataclass(frozen=True, slots=True)
class Verified:
    """What of a draft could be checked; ``fault`` is "" where nothing speaks against it."""

    draft: Draft
    fault: str
    rank: int | None = None  # of the gold sentence among the evidence, from 1


def rule_drafts(archive: Archive, *, seed: int = 0) -> Iterator[Draft]:
    """What the rules find, article after article in an order drawn by ``seed``.

    Left out: a question with two different answers in the archive, and a figure that the same
    archive takes back.
    """
    articles = sorted(archive.articles(), key=lambda article: article.id)
    corrected = "\n".join(map(corrections, articles))
    by_question: dict[str, list[tuple[Article, Example]]] = defaultdict(list)
    for article in articles:
        for example in examples_of(article):
            if example.answer not in corrected:
                by_question[example.question].append((article, example))
    sure = [held[0] for held in by_question.values() if len({e.answer for _, e in held}) == 1]
    random.Random(seed).shuffle(sure)
    for article, example in sure:
        kind = _TYPES.get(example.rule, example.rule)
        yield Draft(
            example.question,
            example.answer,
            example.sentence,
            article,
            kind,
            f"rule {example.rule}",
        )


def verify(draft: Draft, search: Search) -> Verified:
    """Check that the sentence answers, stands where it is said to, and can be found."""
    if fault := answer_fault([[draft.answer]], [draft.sentence]):
        return Verified(draft, fault)
    if not stands_in(draft.sentence, draft.article.body):
        return Verified(draft, "the sentence is not in its article")
    if contains(draft.question, draft.answer):
        return Verified(draft, "the question holds its answer")
    for rank, found in enumerate(search(draft.question, draft.article.published), 1):
        if is_gold_sentence(_question(draft), [found]):
            return Verified(draft, "", rank)
    return Verified(draft, "a search does not find the sentence")


def answer_fault(answers: Sequence[Sequence[str]], sentences: Sequence[str]) -> str:
    """What speaks against these gold sentences answering; "" if every part stands in one of them.

    A part with figures has to be there with the figures themselves: 512亿元 is not in 1512亿元, and
    512万元 is another figure.
    """
    for part in answers:
        if not any(_holds(sentence, form) for sentence in sentences for form in part):
            return f"the answer {' / '.join(part)[:60]} is in no gold sentence"
    return ""


def _holds(sentence: str, form: str) -> bool:
    if parse_figures(form) and figure_recall(sentence, [[form]]) == 1:
        return True
    return contains(sentence, form)


def stands_in(sentence: str, body: str) -> bool:
    """Whether an article's body has the sentence, white space aside."""
    return "".join(sentence.split()) in "".join(body.split())


def qa_row(draft: Draft) -> Row:
    """The draft as a row of a QA set."""
    row: Row = {
        "id": f"draft-{_digest(draft.question, draft.article.id)}",
        "type": draft.kind,
        "language": draft.article.language or "zh-Hans",
        "question": draft.question,
        "answerable": True,
        "answers": [[draft.answer]],
        "gold": [{"article_id": draft.article.id, "quote": draft.sentence}],
    }
    if draft.article.published:
        row["as_of"] = draft.article.published.isoformat()
    return row


def _question(draft: Draft) -> Question:
    return question_of(qa_row(draft))


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode(errors="replace")).hexdigest()[:10]


def queue_item(verified: Verified, *, index_version: str, today: date) -> Row:
    """A verified draft as a row of the review queue (docs/qa-review.md)."""
    row = qa_row(verified.draft)
    article = verified.draft.article
    return {
        "id": row["id"],
        "from": verified.draft.origin,
        "time": today.isoformat(),
        "row": row,
        "shown": {"title": article.title, "source": article.source,
                  "published": article.published.isoformat() if article.published else None},
        "rank": verified.rank,
        "index_version": index_version,
    }  # fmt: skip


def choose_verified(
    drafts: Iterable[Draft],
    search: Search,
    *,
    count: int,
    known: frozenset[str] = frozenset(),
    refused: Callable[[Verified], None] = lambda _: None,
    on_found: Callable[[Verified], None] = lambda _: None,
) -> list[Verified]:
    """The first ``count`` drafts that verify, as many of each kind as there are; none of ``known``.

    At most one question an article: two of one article are found by the same words.
    """
    chosen: list[Verified] = []
    articles: set[str] = set()
    for draft in _in_turn(drafts):
        if len(chosen) >= count:
            break
        if draft.article.id in articles or qa_row(draft)["id"] in known:
            continue
        found = verify(draft, search)
        if found.fault:
            refused(found)
            continue
        articles.add(draft.article.id)
        chosen.append(found)
        on_found(found)
    return chosen


def _in_turn(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """One of each kind after another, so that the many amounts do not crowd out the few names."""
    by_kind: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_kind[draft.kind].append(draft)
    queues = list(by_kind.values())
    for at in range(max(map(len, queues), default=0)):
        for queue in queues:
            if at < len(queue):
                yield queue[at]
