"""A language model's question to a sentence, verified afterwards like any draft."""

import json
import random
import re
from collections.abc import Callable, Iterator

from eval.draft import Draft
from index.archive import Archive
from index.sentences import split_sentences
from index.types import Kind
from rag.prompts import fill

Say = Callable[[str], str]  # prompt -> reply
_SHORTEST, _LONGEST = 20, 160  # characters of a sentence worth a question
_FACT = re.compile(r"\d|[一二三四五六七八九十百千万亿]{2,}|[“《]")  # a figure, a name in quotes
_OBJECT = re.compile(r"\{[^{}]*\}")
_LONGEST_QUESTION, _LONGEST_ANSWER = 120, 60


def llm_drafts(archive: Archive, say: Say, *, model: str, seed: int = 0) -> Iterator[Draft]:
    """One question to one sentence of each article, the articles in an order drawn by ``seed``."""
    draw = random.Random(seed)
    articles = sorted(archive.articles(), key=lambda article: article.id)
    draw.shuffle(articles)
    for article in articles:
        if article.kind is not Kind.ARTICLE:
            continue
        spans = split_sentences(article.body)
        sentences = [article.body[span.start : span.end] for span in spans]
        worth = [s for s in sentences if _SHORTEST <= len(s) <= _LONGEST and _FACT.search(s)]
        if not worth:
            continue
        sentence = draw.choice(worth)
        language = "en" if article.language == "en" else "zh"
        reply = say(fill(f"propose.{language}", title=article.title, sentence=sentence))
        if pair := read_reply(reply):
            yield Draft(*pair, sentence, article, "llm", f"llm {model}")


def read_reply(reply: str) -> tuple[str, str] | None:
    """Question and answer of ``{"question": …, "answer": …}``; None where it has none."""
    for found in _OBJECT.finditer(reply):
        try:
            pair = json.loads(found[0])
        except ValueError:
            continue
        question, answer = pair.get("question"), pair.get("answer")
        if not isinstance(question, str) or not isinstance(answer, str):
            continue
        question, answer = question.strip(), answer.strip()
        if 0 < len(question) <= _LONGEST_QUESTION and 0 < len(answer) <= _LONGEST_ANSWER:
            return question, answer
    return None
