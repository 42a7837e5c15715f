"""From found chunks to the sentences that may answer, best first.

Each sentence is weighed by four things that can be explained to a reader: how much of the
question it speaks of, how near its meaning is, whether it holds the kind of answer asked for, and
whether it describes the period asked for.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from index.archive import Archive
from index.periods import TimeSpan
from index.sentences import article_sentences
from index.types import Article, Encoder, Sentence
from index.words import fold, words
from rag.features import closeness, holds, narrowing, period_fit
from rag.focus import SYNONYMS, Focus
from rag.retrieve import Hit
from rag.types import Evidence, Lane

# How much of a term's weight counts where the sentence itself does not say it. A place or a name
# stands in the lead and goes for the whole article; a measure must stand close by.
_NEARBY = 0.7  # the two sentences before, in the same paragraph
_IN_HEADLINE = (0.8, 0.6)  # (places and names, other words)
_IN_ARTICLE = (0.6, 0.25)
_LEAST_WEIGHT = 0.3
_UNSEEN_WEIGHT = 0.5
_RESCORED = 16  # sentences encoded at query time: about 150 ms on 2 cores
_WEIGHT_PHRASE = 0.2
_WEIGHT_TYPE = 0.2
_WEIGHT_CLOSE = 0.25
_WEIGHT_NARROWING = 0.05
_WEIGHT_MISSING = 0.5
_WEIGHT_DENSE = 0.25
_WEIGHT_PERIOD = 0.3
_WEIGHT_RECENT = 0.05


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, its article, and how well it fits."""

    sentence: Sentence
    article: Article
    coverage: float  # share of the question's weight it speaks of, 0-1
    typed: bool  # holds the kind of answer asked for
    close: float  # 1: the answer stands right by the question's head word
    missing: tuple[str, ...]  # places and names of the question its article never mentions
    period: float  # 1 the period asked for, 0 none stated or asked, -1 another
    dense: float  # cosine of its chunk, then of the sentence itself
    score: float
    lane: Lane


def choose_evidence(
    question: str,
    focus: Focus,
    hits: Sequence[Hit],
    archive: Archive,
    encoder: Encoder,
    *,
    asked_periods: Sequence[TimeSpan] = (),
    limit: int = 6,
) -> list[Candidate]:
    """The ``limit`` best sentences of the hits, ties by article id and position.

    A sentence longer than the encoder's window is judged by its head in the dense part.
    """
    candidates = _weigh(_sentences(hits, archive), focus, asked_periods)
    ordered = sorted(candidates, key=_order)[:_RESCORED]
    return sorted(_rescore(question, ordered, encoder), key=_order)[:limit]


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


def _order(item: Candidate) -> tuple[float, str, int]:
    return (-item.score, item.article.id, item.sentence.start)


def _sentences(
    hits: Sequence[Hit], archive: Archive
) -> list[tuple[Sentence, Article, float, Lane]]:
    """Sentences inside the hit chunks, each once, with its best chunk's score."""
    articles: dict[str, tuple[Article, list[Sentence]]] = {}
    found: dict[tuple[str, int], tuple[Sentence, Article, float, Lane]] = {}
    for hit in hits:
        article_id = hit.chunk.article_id
        if article_id not in articles:
            article = archive.article(article_id)
            if article is None:
                continue
            articles[article_id] = (article, article_sentences(article))
        article, sentences = articles[article_id]
        for sentence in sentences:
            if hit.chunk.start <= sentence.start < hit.chunk.end:
                found.setdefault(
                    (article_id, sentence.start), (sentence, article, hit.score, hit.lane)
                )
    return list(found.values())


def _weigh(
    found: Sequence[tuple[Sentence, Article, float, Lane]],
    focus: Focus,
    asked_periods: Sequence[TimeSpan],
) -> list[Candidate]:
    if not found:
        return []
    spoken = [frozenset(words(sentence.text)) for sentence, *_ in found]
    around: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    whole: dict[str, str] = {}
    for _, article, *_ in found:
        if article.id not in around:
            around[article.id] = (
                frozenset(words(f"{article.headline} {article.source}")),
                frozenset(words(article.body)),
            )
            whole[article.id] = fold(f"{article.headline} {article.source} {article.body}")
    weights = term_weights(focus.terms, spoken)
    phrase_weights = _phrase_weights(focus.phrases, [fold(item.text) for item, *_ in found])
    anchors = frozenset(focus.anchors)
    nearby = _words_before(found)
    scores = np.array([score for _, _, score, _ in found])
    spread = float(scores.std()) or 1.0
    dates = sorted({article.published for _, article, *_ in found if article.published})
    candidates = []
    for (sentence, article, dense, lane), said in zip(found, spoken, strict=True):
        headline, body = around[article.id]
        coverage = _coverage(
            weights, anchors, said, nearby[article.id, sentence.start], headline, body
        )
        phrased = _phrased(phrase_weights, fold(sentence.text), whole[article.id])
        typed = holds(focus, sentence.text, article)
        close = closeness(focus, sentence.text)
        missing = _missing(focus, whole[article.id], headline | body)
        period = period_fit(asked_periods, sentence, article)
        near = (dense - float(scores.mean())) / spread
        recent = dates.index(article.published) / len(dates) if article.published else 0.0
        candidates.append(
            Candidate(
                sentence=sentence,
                article=article,
                coverage=coverage,
                typed=typed,
                close=close,
                missing=missing,
                period=period,
                dense=dense,
                score=coverage
                + _WEIGHT_PHRASE * phrased
                + _WEIGHT_TYPE * typed
                + _WEIGHT_CLOSE * close
                - _WEIGHT_NARROWING * narrowing(focus, sentence.text)
                - _WEIGHT_MISSING * len(missing)
                + _WEIGHT_PERIOD * period
                + _WEIGHT_DENSE * near / 4
                + _WEIGHT_RECENT * recent,
                lane=lane,
            )
        )
    return candidates


def _missing(focus: Focus, text: str, said: frozenset[str]) -> tuple[str, ...]:
    """Names of the question that the whole article never mentions; one of several places is enough.

    青岛和济南的贷款余额分别是多少 is answered by two articles, each about one of them.
    """
    missing = [name for name in focus.names if name not in text and not said_or_synonym(name, said)]
    if not any(place in text for place in focus.places):
        missing.extend(focus.places)
    return tuple(missing)


def _words_before(
    found: Sequence[tuple[Sentence, Article, float, Lane]],
) -> dict[tuple[str, int], frozenset[str]]:
    """For each sentence, the words of the two before it in its paragraph."""
    result: dict[tuple[str, int], frozenset[str]] = {}
    for article in {article.id: article for _, article, *_ in found}.values():
        before: list[frozenset[str]] = []
        end = 0
        for sentence in article_sentences(article):
            if "\n" in article.body[end : sentence.start]:
                before = []
            result[article.id, sentence.start] = frozenset().union(*before[-2:])
            before.append(frozenset(words(sentence.text)))
            end = sentence.end
    return result


def term_weights(terms: Sequence[str], spoken: Sequence[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency of each term over the candidate sentences.

    Okapi's idf with 0.5 smoothing, never below 0.3: a term that every candidate has (the place,
    usually) still counts a little. A term that no candidate has tells none of them apart and may
    be the asker's own wording (贵了 for 上涨): it counts like a common one.
    """
    count = Counter(term for said in spoken for term in _spoken_terms(terms, said))
    total = len(spoken)
    return {
        term: max(_LEAST_WEIGHT, math.log((total - count[term] + 0.5) / (count[term] + 0.5) + 1))
        if count[term]
        else _UNSEEN_WEIGHT
        for term in terms
    }


def _spoken_terms(terms: Sequence[str], said: frozenset[str]) -> list[str]:
    return [term for term in dict.fromkeys(terms) if said_or_synonym(term, said)]


def said_or_synonym(term: str, said: frozenset[str]) -> bool:
    """Whether a text with these words says the term, or its other name."""
    return term in said or any(parts <= said for parts in SYNONYMS.get(term, ()))


def _phrase_weights(phrases: Sequence[str], texts: Sequence[str]) -> dict[str, float]:
    count = {phrase: sum(phrase in text for text in texts) for phrase in phrases}
    return {
        phrase: math.log((len(texts) - n + 0.5) / (n + 0.5) + 1) for phrase, n in count.items() if n
    }


def _phrased(weights: dict[str, float], text: str, article: str) -> float:
    """Share of the phrases' weight that the sentence has; half where only its article has it."""
    whole = sum(weights.values())
    got = sum(
        weight * (1.0 if phrase in text else 0.5 if phrase in article else 0.0)
        for phrase, weight in weights.items()
    )
    return got / whole if whole else 0.0


def _coverage(
    weights: dict[str, float],
    anchors: frozenset[str],
    said: frozenset[str],
    nearby: frozenset[str],
    headline: frozenset[str],
    body: frozenset[str],
) -> float:
    whole = sum(weights.values())
    if not whole:
        return 0.0
    got = 0.0
    for term, weight in weights.items():
        other = 0 if term in anchors else 1
        if said_or_synonym(term, said):
            got += weight
        elif said_or_synonym(term, nearby):
            got += weight * _NEARBY
        elif said_or_synonym(term, headline):
            got += weight * _IN_HEADLINE[other]
        elif said_or_synonym(term, body):
            got += weight * _IN_ARTICLE[other]
    return got / whole


def _rescore(question: str, candidates: list[Candidate], encoder: Encoder) -> list[Candidate]:
    """Replace the chunk's cosine by the sentence's own."""
    if len(candidates) < 2:
        return candidates
    vectors = encoder.encode_passages(
        [f"{item.article.headline}\n{item.sentence.text}" for item in candidates]
    )
    near = vectors @ encoder.encode_queries([question])[0]
    spread = float(near.std()) or 1.0
    chunk = np.array([item.dense for item in candidates])
    before = (chunk - chunk.mean()) / (float(chunk.std()) or 1.0)
    return [
        Candidate(
            sentence=item.sentence,
            article=item.article,
            coverage=item.coverage,
            typed=item.typed,
            close=item.close,
            missing=item.missing,
            period=item.period,
            dense=float(cosine),
            score=item.score
            + _WEIGHT_DENSE * (float(cosine) - float(near.mean())) / spread / 2
            - _WEIGHT_DENSE * float(old) / 8,
            lane=item.lane,
        )
        for item, cosine, old in zip(candidates, near, before, strict=True)
    ]


def latest_anchor(last: date | None, today: date) -> date:
    """Where a question's year-less period is anchored: the archive's last day, at most today."""
    return min(last, today) if last else today
