"""Answer from texts that come with the question instead of an archive. Stores nothing.

Sentences are chosen, answered from and checked as everywhere else; there is no index to search, so
every chunk of the texts is weighed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from index.calibration import fit_encoder
from index.chunk import chunk_article, passage_text
from index.errors import BadInput
from index.late import Projection, best_matches, unit
from index.periods import TimeSpan
from index.tokens import ChunkTokens
from index.types import Article, Chunk, Coverage, TokenEncoder, TokenMatrix, Vectors
from index.words import words
from rag.answerer import Answerer
from rag.clock import Clock
from rag.conflict_evidence import with_contrary
from rag.copies import group_copies
from rag.evidence import as_evidence, weigh_sentences
from rag.facets import split_facets
from rag.focus import read_focus
from rag.reply import Reply
from rag.retrieve import Hit, Retrieved, fused_scores, steady
from rag.search import Findings, Ranked, chosen_sentences, part_of, sentences_in_turn
from rag.types import Answer, Answered, Event, Found, Lane, Query, Understood
from rag.understand import is_chinese, understand

MOST_CHARACTERS = 200_000  # of all texts together: more is an archive
_MORE = 2  # sentences for each of the questions that a question is made of
UNDATED = date(2000, 1, 1)  # no text is dated, so a year-less period must not depend on today


class GivenTexts:
    """Answers questions from texts given with each. Safe to share between threads."""

    def __init__(self, encoder: TokenEncoder, answerer: Answerer, *, evidence: int = 6) -> None:
        """Fit the comparison of token vectors to the encoder (about 4 s)."""
        self._encoder = encoder
        self._answerer = answerer
        self._limit = evidence
        self._projection = fit_encoder(encoder)

    @property
    def model(self) -> str:
        """The LLM's name; "" without one."""
        return self._answerer.model

    def ask(self, question: str, articles: Sequence[Article]) -> Answer:
        """The last event's answer.

        Raises:
            BadInput: As ``stream``.
        """
        for event in self.stream(question, articles):
            if isinstance(event, Answered):
                return event.answer
        raise RuntimeError("the event stream ended without an answer")

    def stream(self, question: str, articles: Sequence[Article]) -> Iterator[Event]:
        """Understood, Found, Delta…, Answered, from these articles only.

        Raises:
            BadInput: The question is empty or too long, or the texts are too long.
        """
        length = sum(len(article.body) for article in articles)
        if length > MOST_CHARACTERS:
            raise BadInput(
                f"The texts have {length} characters together; at most {MOST_CHARACTERS} can be "
                "given with a question. Ingest them into an archive: suyuan ingest"
            )
        clock = Clock()
        query, periods = understand(question, anchor=UNDATED)
        clock.lap("understand")
        yield Understood(query)
        findings = find_in(
            articles, self._encoder, query, periods, self._projection, limit=self._limit
        )
        clock.lap("evidence")
        coverage = Coverage(len(articles), None, None, None, 0)
        yield Found(findings.evidence, coverage)
        reply = Reply(query, findings.evidence, coverage, "", clock, given=True)
        yield from self._answerer.stream(findings, reply)


def find_in(
    articles: Sequence[Article],
    encoder: TokenEncoder,
    query: Query,
    periods: Sequence[TimeSpan],
    projection: Projection,
    *,
    limit: int = 6,
) -> Findings:
    """The sentences of these articles that fit the question best, chosen as from an archive."""
    held = {article.id: article for article in articles}
    asked = [(query, tuple(periods))]
    for question in split_facets(query.question):
        part, part_periods = understand(question, anchor=UNDATED)
        asked.append((part, tuple(part_periods)))
    encoded = _encode(articles, encoder)
    parts = [_ranked(encoded, held, encoder, projection, *each) for each in asked]
    sentences = sentences_in_turn(parts)
    ranked, copies = group_copies(list(dict.fromkeys(s.article.id for s in sentences)), held.get)
    every = chosen_sentences(sentences, copies, len(sentences))
    chosen = chosen_sentences(sentences, copies, limit + _MORE * (len(parts) - 1))
    chosen = with_contrary(query.question, parts[0].focus, periods, chosen, every)
    return Findings(
        query=query,
        focus=parts[0].focus,
        periods=tuple(periods),
        candidates=chosen,
        evidence=as_evidence(chosen),
        ranked=ranked,
        copies=copies,
        phrases_missed=(),
        timings={},
        parts=tuple(part_of(part, chosen) for part in parts[1:]),
    )


class _Held:
    """The given articles by id."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles

    def article(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)


@dataclass(frozen=True, slots=True, eq=False)
class _Encoded:
    """The texts cut into chunks, with the vectors of each."""

    passages: Sequence[tuple[Article, Chunk]]
    vectors: Vectors  # (chunks, dimension)
    tokens: Sequence[TokenMatrix]


def _encode(articles: Sequence[Article], encoder: TokenEncoder) -> _Encoded:
    passages = [
        (article, chunk)
        for article in articles
        for chunk in chunk_article(
            article, count_tokens=encoder.count_tokens, max_tokens=encoder.max_tokens
        )
    ]
    if not passages:
        return _Encoded((), np.zeros((0, encoder.dimension), dtype=np.float32), ())
    vectors, tokens = encoder.encode_passage_tokens([passage_text(*each) for each in passages])
    return _Encoded(passages, vectors, tokens)


def _ranked(
    encoded: _Encoded,
    held: Mapping[str, Article],
    encoder: TokenEncoder,
    projection: Projection,
    query: Query,
    periods: tuple[TimeSpan, ...],
) -> Ranked:
    focus = read_focus(query.question)
    weighed = weigh_sentences(
        query.question,
        focus,
        _weigh_chunks(encoded, encoder, query, projection, focus.terms),
        _Held(held),
        encoder,
        asked_periods=periods,
        same_script=is_chinese(query.question),
    )
    order = tuple(dict.fromkeys(item.article.id for item in weighed))
    return Ranked(query, periods, focus, order, tuple(weighed), ())


def _weigh_chunks(
    encoded: _Encoded,
    encoder: TokenEncoder,
    query: Query,
    projection: Projection,
    terms: Sequence[str],
) -> Retrieved:
    """Every chunk as a hit, best first, with the question's vector and tokens."""
    vector, matrix = encoder.encode_query_tokens(query.question)
    language = query.language
    centred = projection.question(vector, language)
    asked = projection.query(matrix.vectors, language)
    if not encoded.passages:
        return Retrieved((), centred, asked)
    compared = [
        _compared(article, chunk, tokens, projection)
        for (article, chunk), tokens in zip(encoded.passages, encoded.tokens, strict=True)
    ]
    means = np.stack([projection.text_mean(article.language) for article, _ in encoded.passages])
    cosines = steady(unit(encoded.vectors - means) @ centred)
    matches = steady(best_matches(asked, [each.vectors for each in compared]).mean(axis=1))
    said = [_share(terms, chunk) for _, chunk in encoded.passages]
    hits = [
        Hit(chunk, Lane.BOTH, float(cosine), share, float(match), held)
        for (_, chunk), cosine, share, match, held in zip(
            encoded.passages, cosines, said, matches, compared, strict=True
        )
    ]
    scored = zip(hits, fused_scores(hits), strict=True)
    hits = [replace(hit, score=float(score)) for hit, score in scored]
    best_first = sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))
    return Retrieved(tuple(best_first), centred, asked)


def _compared(
    article: Article, chunk: Chunk, tokens: TokenMatrix, projection: Projection
) -> ChunkTokens:
    header = len(passage_text(article, chunk)) - len(chunk.text)
    starts = np.maximum(tokens.starts - header, -1).astype(np.int16)
    return ChunkTokens(starts, projection.passage(tokens.vectors, article.language))


def _share(terms: Sequence[str], chunk: Chunk) -> float:
    said = set(words(chunk.text))
    return sum(term in said for term in terms) / max(1, len(terms))
