"""The archive's values: what is read, stored and found. Knows nothing of questions or models."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class DateKnown(StrEnum):
    """How a publication date is known, from the surest to none."""

    STATED = "stated"  # a metadata field, front matter, or the page's own masthead
    FLAG = "flag"  # given by the person who ran the ingest
    FILE_NAME = "file_name"
    INFERRED = "inferred"  # worked out from the dates the text itself mentions
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a piece of a page is; both kinds are searchable."""

    ARTICLE = "article"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of character offsets into one article's body."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One printed item. ``body`` is the exact text that is quoted: NFC, LF, never rewritten."""

    id: str
    title: str  # main headline (主题)
    body: str
    kicker: str = ""  # shoulder line (肩题/引题), printed above the headline
    deck: str = ""  # secondary headline (副题), printed below it
    source: str = ""  # the paper
    section: str = ""  # section or page, e.g. 要闻 or A02
    byline: str = ""  # as printed: □本报记者 薄克国
    reporters: tuple[str, ...] = ()
    place: str = ""  # dateline place: 本报青岛讯 -> 青岛
    published: date | None = None
    date_known: DateKnown = DateKnown.UNKNOWN
    title_derived: bool = False  # no headline was printed; the title is taken from the body
    kind: Kind = Kind.ARTICLE
    headings: tuple[Span, ...] = ()  # sub-heading lines inside body: never evidence on their own
    url: str = ""
    language: str = ""  # zh-Hans, zh-Hant, en, ja, ko or ""
    origin: str = ""  # absolute path of the file it was read from
    position: int = 0  # order inside that file, from 1
    version: int = 1

    @property
    def headline(self) -> str:
        """Kicker, title and deck on one line: what is embedded and indexed."""
        return " ".join(part for part in (self.kicker, self.title, self.deck) if part)

    @property
    def content_hash(self) -> str:
        """SHA-256 over what a reader would call the content; file times and paths do not count."""
        parts = (
            self.kicker,
            self.title,
            self.deck,
            self.body,
            self.source,
            self.section,
            self.byline,
            self.place,
            self.published.isoformat() if self.published else "",
            self.date_known,
            self.url,
            self.kind,
            ";".join(f"{span.start}:{span.end}" for span in self.headings),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences: ``text == article.body[start:end]`` always."""

    id: str  # "<article_id>:<n>"
    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of evidence and citation: ``text == article.body[start:end]``."""

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ChunkHit:
    """A chunk found by a lane. ``score`` is the cosine similarity in the dense lane."""

    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class Rejected:
    """Input that did not go in, and why. ``line`` counts from 1; None means the whole file."""

    path: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingest did, in articles."""

    read: int
    new: int
    changed: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    chunks_written: int
    seconds: float
    taken_down: tuple[str, ...] = ()  # read, and left out because they were taken down
    missing: tuple[str, ...] = ()  # in the archive, and not in an export that is complete
    stopped: bool = False  # on request, before everything was read
    linked: int = 0  # new and changed ones that nearly repeat another article


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an answer was searched in."""

    articles: int
    first: date | None
    last: date | None
    last_ingest: datetime | None
    rejected: int  # rows and files the last ingest could not read
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class TokenMatrix:
    """The token vectors of one text; what the encoder adds around the text is left out."""

    vectors: Vectors  # (tokens, dimension), unit length
    starts: NDArray[np.int32]  # offset of each token in the text as it was given


class ArticleReader(Protocol):
    """What holds articles: an archive, or the few texts given with a question."""

    def article(self, article_id: str) -> Article | None:
        """The article of this id; None if there is none."""


class Encoder(Protocol):
    """Text to unit vectors of one fixed size."""

    @property
    def name(self) -> str:
        """Identity stored with the index: an index opens only with the encoder it was built by."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    @property
    def max_tokens(self) -> int:
        """The window: longer input would be cut silently."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prefix and special tokens included."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), float32, unit length."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension), float32, unit length."""


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that also gives the vectors of the single tokens, from the same pass."""

    def encode_passage_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenMatrix]]:
        """``encode_passages``, and the tokens of each text."""

    def encode_query_tokens(self, text: str) -> tuple[Vectors, TokenMatrix]:
        """The query's vector, shape (dimension,), and its tokens."""
