"""Texts of our own in, the conflict detector's verdict out: for the tests of conflicts."""

from datetime import date

from index.types import Article, Chunk
from rag.conflicts import find_conflict
from rag.evidence import weigh_sentences
from rag.focus import read_focus
from rag.retrieve import Hit, Retrieved
from rag.types import Lane
from rag.understand import understand
from tests.fakes import FakeEncoder

_ENCODER = FakeEncoder()
_PAPERS = ("海州日报", "海州晚报", "湾区经济", "港城周刊")


class _Held:
    def __init__(self, articles):
        self._articles = {article.id: article for article in articles}

    def article(self, article_id):
        return self._articles.get(article_id)


def printed(*texts, title="", day=date(2021, 7, 20)):
    """Articles of different papers; a text is a body, or a pair of body and day."""
    pairs = [text if isinstance(text, tuple) else (text, day) for text in texts]
    return [
        Article(f"a{n}", title, body, source=_PAPERS[n % 4] if on else "", published=on)
        for n, (body, on) in enumerate(pairs)
    ]


def undated(*texts):
    """Texts that come with the question, without a day or a paper."""
    return printed(*texts, day=None)


def weighed(question, articles):
    """Query, focus, periods, and every sentence, best first."""
    hits = [
        Hit(Chunk(f"{each.id}:0", each.id, 0, len(each.body), each.body), Lane.BOTH, score=1.0)
        for each in articles
    ]
    query, periods = understand(question, anchor=date(2021, 12, 31))
    focus = read_focus(question)
    vector = _ENCODER.encode_queries([question])[0]
    found = weigh_sentences(
        question,
        focus,
        Retrieved(tuple(hits), vector, None),
        _Held(articles),
        _ENCODER,
        asked_periods=periods,
    )
    return query, focus, periods, found


def detect(question, articles):
    """The conflict or change among these texts, None for neither."""
    query, focus, periods, found = weighed(question, articles)
    return find_conflict(query.question, focus, periods, found[:12])
