"""From found chunks to the sentences that may answer, best first.

Each sentence is weighed by things that can be explained to a reader: how much of the question it
speaks of, how near its meaning is, whether it holds the kind of answer asked for and where, and
whether it describes the period asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.archive import Archive
from index.periods import TimeSpan
from index.sentences import article_sentences
from index.types import Article, Encoder, Sentence
from index.words import fold, words
from rag.coverage import coverage, phrase_weights, phrased, said_or_synonym, term_weights
from rag.features import closeness, holds, narrowing, period_fit
from rag.focus import Focus
from rag.retrieve import Hit
from rag.types import Evidence, Lane

# Weights set on samples/qa.jsonl and eval/sets/seed-page.jsonl by hand (docs/LOG.md).
_PHRASE = 0.2
_TYPE = 0.2
_CLOSE = 0.25
_NARROWING = 0.05
_MISSING = 0.5
_PERIOD = (0.6, 0.3)  # (another period than asked, the one asked)
_DENSE = 0.125  # for each standard deviation above the mean of the candidates
_RECENT = 0.05
# A question in another script shares no words with the article: meaning has to decide.
_CROSS_COVERAGE = 0.2
_CROSS_DENSE = 0.5
_RESCORED = 16  # sentences encoded at query time: about 150 ms on 2 cores
_CROSS_RESCORED = 48


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, its article, and how well it fits."""

    sentence: Sentence
    article: Article
    lane: Lane
    dense: float  # cosine of its chunk, then of the sentence itself
    before: str  # the two sentences before it in its paragraph
    coverage: float = 0.0  # share of the question's weight it speaks of, 0-1
    phrased: float = 0.0  # share of the question's phrases it has
    typed: bool = False  # holds the kind of answer asked for
    close: float = 0.0  # 1: the answer stands right by the question's head word
    narrowed: int = 0  # words that narrow the measure down unasked
    missing: tuple[str, ...] = ()  # places and names of the question its article never mentions
    period: float = 0.0  # 1 the period asked for, 0 none stated or asked, -1 another
    recent: float = 0.0  # 0 the oldest of the candidates, towards 1 the latest
    score: float = 0.0


def choose_evidence(
    question: str,
    focus: Focus,
    hits: Sequence[Hit],
    archive: Archive,
    encoder: Encoder,
    *,
    asked_periods: Sequence[TimeSpan] = (),
    same_script: bool = True,
    limit: int = 6,
) -> list[Candidate]:
    """The ``limit`` best sentences of the hits, ties by article id and position.

    ``same_script``: the question is written like the articles, so shared words mean something.
    A sentence longer than the encoder's window is judged by its head in the dense part.
    """
    weighed = _weigh(_sentences(hits, archive), focus, asked_periods)
    if not weighed:
        return []
    first = _scored(weighed, np.array([item.dense for item in weighed]), same_script)
    short = first[: _RESCORED if same_script else _CROSS_RESCORED]
    vectors = encoder.encode_passages(
        [f"{item.article.headline}\n{item.sentence.text}" for item in short]
    )
    near = vectors @ encoder.encode_queries([question])[0]
    return _scored(short, near, same_script)[:limit]


def as_evidence(candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
    """Number the chosen sentences from 1."""
    return tuple(
        Evidence(
            number=number,
            article_id=item.article.id,
            title=item.article.title,
            source=item.article.source,
            section=item.article.section,
            byline=item.article.byline or "、".join(item.article.reporters),
            published=item.article.published,
            date_known=item.article.date_known,
            text=item.sentence.text,
            start=item.sentence.start,
            end=item.sentence.end,
            score=round(item.score, 4),
            lane=item.lane,
            version=item.article.version,
            title_derived=item.article.title_derived,
            url=item.article.url,
        )
        for number, item in enumerate(candidates, 1)
    )


def latest_anchor(last: date | None, today: date) -> date:
    """Where a question's year-less period is anchored: the archive's last day, at most today."""
    return min(last, today) if last else today


def _scored(
    items: Sequence[Candidate], near: NDArray[np.float64], same_script: bool
) -> list[Candidate]:
    """The candidates with their score for these cosines, best first."""
    spread = float(near.std()) or 1.0
    middle = float(near.mean())
    scored = [
        replace(
            item,
            dense=float(cosine),
            score=_score(item, (float(cosine) - middle) / spread, same_script=same_script),
        )
        for item, cosine in zip(items, near, strict=True)
    ]
    return sorted(scored, key=lambda item: (-item.score, item.article.id, item.sentence.start))


def _score(item: Candidate, deviations: float, *, same_script: bool) -> float:
    spoken = item.coverage + _PHRASE * item.phrased - _MISSING * len(item.missing)
    if not same_script:
        spoken = _CROSS_COVERAGE * item.coverage
    return (
        spoken
        + _TYPE * item.typed
        + _CLOSE * item.close
        - _NARROWING * item.narrowed
        + _PERIOD[item.period > 0] * item.period
        + (_DENSE if same_script else _CROSS_DENSE) * deviations
        + _RECENT * item.recent
    )


def _sentences(hits: Sequence[Hit], archive: Archive) -> list[Candidate]:
    """Sentences inside the hit chunks, each once, with its best chunk's cosine."""
    articles: dict[str, tuple[Article, list[Sentence], dict[int, str]]] = {}
    found: dict[tuple[str, int], Candidate] = {}
    for hit in hits:
        article_id = hit.chunk.article_id
        if article_id not in articles:
            article = archive.article(article_id)
            if article is None:
                continue
            sentences = article_sentences(article)
            articles[article_id] = (article, sentences, _texts_before(article, sentences))
        article, sentences, before = articles[article_id]
        for sentence in sentences:
            if hit.chunk.start <= sentence.start < hit.chunk.end:
                found.setdefault(
                    (article_id, sentence.start),
                    Candidate(sentence, article, hit.lane, hit.score, before[sentence.start]),
                )
    return list(found.values())


def _texts_before(article: Article, sentences: Sequence[Sentence]) -> dict[int, str]:
    """For each sentence, by its start, the two before it in its paragraph."""
    result: dict[int, str] = {}
    before: list[str] = []
    end = 0
    for sentence in sentences:
        if "\n" in article.body[end : sentence.start]:
            before = []
        result[sentence.start] = "".join(before[-2:])
        before.append(sentence.text)
        end = sentence.end
    return result


def _weigh(
    found: Sequence[Candidate], focus: Focus, asked_periods: Sequence[TimeSpan]
) -> list[Candidate]:
    spoken = [frozenset(words(item.sentence.text)) for item in found]
    folded = [fold(item.sentence.text) for item in found]
    articles = {item.article.id: item.article for item in found}
    whole = {
        key: fold(f"{article.headline} {article.source} {article.body}")
        for key, article in articles.items()
    }
    headlines = {
        key: frozenset(words(f"{article.headline} {article.source}"))
        for key, article in articles.items()
    }
    bodies = {key: frozenset(words(article.body)) for key, article in articles.items()}
    weights = term_weights(focus.terms, spoken)
    pairs = phrase_weights(focus.phrases, folded)
    anchors = frozenset(focus.anchors)
    dates = sorted({article.published for article in articles.values() if article.published})
    weighed = []
    for item, said, text in zip(found, spoken, folded, strict=True):
        key, published = item.article.id, item.article.published
        nearby = frozenset(words(item.before))
        weighed.append(
            replace(
                item,
                coverage=coverage(weights, anchors, said, nearby, headlines[key], bodies[key]),
                phrased=phrased(pairs, text, whole[key]),
                typed=holds(focus, item.sentence.text, item.article),
                close=closeness(focus, item.sentence.text),
                narrowed=narrowing(focus, item.sentence.text),
                missing=_missing(focus, whole[key], headlines[key] | bodies[key]),
                period=period_fit(asked_periods, item.sentence, item.article),
                recent=dates.index(published) / len(dates) if published else 0.0,
            )
        )
    return weighed


def _missing(focus: Focus, text: str, said: frozenset[str]) -> tuple[str, ...]:
    """Names of the question that the whole article never mentions; one of several places is enough.

    青岛和济南的贷款余额分别是多少 is answered by two articles, each about one of them.
    """
    missing = [name for name in focus.names if name not in text and not said_or_synonym(name, said)]
    if not any(place in text for place in focus.places):
        missing.extend(focus.places)
    return tuple(missing)
