"""An LLM that says what it is told to, and an engine over a small archive to hear it with."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import httpx
import openai

from index.archive import Archive
from index.ingest import ingest_articles
from index.types import Article, Coverage, DateKnown
from rag.engine import Engine
from rag.types import Answer, Evidence, Lane, Query, Status, Turn
from tests.fakes import FakeEncoder

PRINTED = date(2024, 7, 18)
HUNG_UP = openai.APIConnectionError(
    message="refused\nsecond line", request=httpx.Request("POST", "http://127.0.0.1:9/v1")
)
Script = str | Exception | Sequence[str | Exception] | Callable[[str], str]


class ScriptedLLM:
    """Gives its answers in turn, the last one again and again.

    A string comes ``size`` characters at a time, a list piece by piece, an exception is raised
    where it stands, and a callable is given the user message. ``heard`` keeps the messages of
    every call, ``closed`` counts the streams that were closed before their end.
    """

    def __init__(self, *answers: Script, size: int = 1) -> None:
        self._answers = answers
        self._size = size
        self.heard: list[list] = []
        self.closed = 0

    def stream_chat(self, messages, **options):
        self.heard.append(list(messages))
        answer = self._answers[min(len(self.heard), len(self._answers)) - 1]
        return self._speak(answer(messages[-1].content) if callable(answer) else answer)

    def _speak(self, answer: Script) -> Iterator[SimpleNamespace]:
        pieces: Iterable = [answer] if isinstance(answer, Exception) else answer
        if isinstance(answer, str):
            pieces = [answer[at : at + self._size] for at in range(0, len(answer), self._size)]
        try:
            for piece in pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield SimpleNamespace(delta=piece)
        except GeneratorExit:
            self.closed += 1
            raise

    def prompt(self) -> str:
        """The user message of the last call."""
        return self.heard[-1][-1].content


def article(article_id: str, title: str, body: str, **fields) -> Article:
    """An article of one paper and day unless said otherwise."""
    item = Article(
        article_id,
        title,
        body,
        source="海湾日报",
        published=PRINTED,
        date_known=DateKnown.STATED,
    )
    return replace(item, **fields)


@contextmanager
def archive_of(folder: Path, articles: Sequence[Article]) -> Iterator[Archive]:
    """A real archive of these articles, built with the fake encoder."""
    encoder = FakeEncoder()
    ingest_articles(folder, articles, encoder)
    archive = Archive.open(folder, encoder)
    try:
        yield archive
    finally:
        archive.close()


def engine_over(archive: Archive, llm: ScriptedLLM | None, *, literal: bool = False) -> Engine:
    """An engine that asks this LLM every time, unless ``literal`` lets sentences speak."""
    return Engine(archive, FakeEncoder(), llm, model="scripted", literal=literal)


def evidence_of(number: int, text: str, **fields) -> Evidence:
    """A sentence as the model is shown it."""
    item = Evidence(
        number=number,
        article_id=f"a-{number}",
        title="标题",
        source="海湾日报",
        section="",
        byline="",
        published=PRINTED,
        date_known=DateKnown.STATED,
        text=text,
        start=0,
        end=len(text),
        score=1.0,
        lane=Lane.DENSE,
    )
    return replace(item, **fields)


def turn(question: str, answer: str = "") -> Turn:
    """A finished exchange, for a history."""
    query = Query(asked=question, question=question, language="zh-Hans")
    coverage = Coverage(0, None, None, None, 0)
    return Turn(question, Answer(Status.ANSWERED, answer, query, (), (), (), coverage, {}, "", "0"))
