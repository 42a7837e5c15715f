"""The questions and articles that systems are compared on. Knows nothing of the systems."""

import random
from collections.abc import Sequence
from pathlib import Path

from eval.questions import Question, read_questions
from eval.retrieval_queries import RetrievalQuery, read_retrieval_queries
from index.errors import BadInput
from index.read_options import ReadOptions
from index.readers import find_files, read_file
from index.types import Article, Rejected

_SAMPLES = Path(__file__).parents[1] / "samples"
SAMPLES_SET = _SAMPLES / "qa.jsonl"


def read_queries(path: Path | None) -> list[RetrievalQuery]:
    """The query set, or the one made of the samples'.

    Raises:
        BadInput: It cannot be read.
    """
    if path is not None:
        return read_retrieval_queries(path)
    return sample_queries(read_questions(SAMPLES_SET))


def sample_queries(questions: Sequence[Question]) -> list[RetrievalQuery]:
    """Of a QA set what both can be asked: one turn, in Chinese, on no particular day."""
    return [
        RetrievalQuery(
            id=item.id,
            type=item.type if item.answerable else "null",
            question=item.turns[0],
            gold_ids=tuple(dict.fromkeys(gold.article_id for gold in item.gold)),
            answers=item.answers,
        )
        for item in questions
        if len(item.turns) == 1 and item.language == "zh-Hans" and item.as_of is None
    ]


def read_articles(corpus: Path | None) -> list[Article]:
    """The corpus, or the samples.

    Raises:
        BadInput: It cannot be read, or holds no article.
    """
    paths = [_SAMPLES / "pages", _SAMPLES / "export.jsonl"] if corpus is None else [corpus]
    files, refused = find_files(paths)
    if refused:
        raise BadInput(f"The corpus {refused[0].path} cannot be read: {refused[0].reason}")
    items = [item for path in files for item in read_file(path, ReadOptions())]
    articles = [item for item in items if isinstance(item, Article)]
    if not articles:
        reason = next((f" ({one.reason})" for one in items if isinstance(one, Rejected)), "")
        raise BadInput(f"The corpus {corpus} holds no article{reason}.")
    return articles


def choose_articles(
    articles: Sequence[Article], queries: Sequence[RetrievalQuery], *, limit: int, seed: int
) -> list[Article]:
    """All that answer a query, then others drawn by ``seed`` up to ``limit`` (0: all), in order.

    Raises:
        BadInput: A query has gold that the corpus lacks.
    """
    known = {one.id for one in articles}
    gold = {key for query in queries for key in query.relevant}
    if missing := sorted(gold - known):
        raise BadInput(
            f"The corpus lacks {len(missing)} of {len(gold)} gold articles, such as "
            f'"{missing[0]}"; give the corpus these queries were written for.'
        )
    others = sorted(known - gold)
    if not limit or limit >= len(known):
        return list(articles)
    kept = gold | set(random.Random(seed).sample(others, max(0, limit - len(gold))))
    return [one for one in articles if one.id in kept]
