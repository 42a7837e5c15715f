"""From found chunks to the sentences that may answer, best first.

Each sentence is weighed by things that can be explained to a reader: how much of the question it
speaks of, how near its meaning is, whether it holds the kind of answer asked for and where, and
whether it describes the period asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.briefs import Brief, brief_at
from index.late import best_matches
from index.periods import TimeSpan
from index.sentences import article_sentences
from index.types import Article, ArticleReader, Encoder, Sentence, Vectors
from index.words import fold, words
from rag.abbreviations import written_out
from rag.anaphora import points_back
from rag.coverage import coverage, phrase_weights, phrased, said_or_synonym, term_weights
from rag.features import closeness, elsewhere, holds, narrowing, period_fit
from rag.focus import Focus
from rag.retrieve import Hit, Retrieved, standardised, steady
from rag.types import Evidence, Headline, Lane

# Weights set by hand where the development sets' scores are flat around them: the three retrieval
# sets, samples/qa.jsonl and eval/sets/seed-page.jsonl (docs/LOG.md 2026-11-23).
_PHRASE = 0.05
_TYPE = 0.2
_CLOSE = 0.25
_NARROWING = 0.03
_MISSING = 0.3
_ELSEWHERE = 0.2
_PERIOD = (0.6, 0.35)  # (another period than asked, the one asked)
_MATCH = 0.25  # for each standard deviation above the mean of the candidates
_CHUNK = 0.2
_HEADER = 0.9  # of a match in the headline, paper or date above the sentence's chunk
_RECENT = 0.05
# Where a cross-encoder gives the score, coverage does not count beside these.
_PENALTY_MISSING = 0.5
_PENALTY_ELSEWHERE = 0.3
# A question in another script shares no words with the article: meaning has to decide.
_CROSS_COVERAGE = 0.2
_CROSS_MATCH = 0.3
# Of the chunks found and their sentences, those that are read closely: the best by words and
# tokens. Twice as many change no score of the development sets by more than .01 (docs/LOG.md).
_CHUNKS = 24
_DETAILED = 32
_RESCORED = 16  # sentences encoded at query time: about 150 ms on 2 cores
_CROSS_RESCORED = 24
_NO_COPIES: Mapping[str, tuple[Headline, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, its article, and how well it fits."""

    sentence: Sentence
    article: Article
    lane: Lane
    before: str  # the two sentences before it in its paragraph
    brief: Brief  # what counts as its article: one brief of a digest, else the whole
    chunk: float = 0.0  # its chunk's score, in standard deviations over the chunks found
    # How well its tokens match the question's, in standard deviations over the sentences found;
    # without token vectors its cosine.
    match: float = 0.0
    similarity: float = 0.0  # mean cosine of its tokens to the question's; 0: no token vectors
    coverage: float = 0.0  # share of the question's weight it speaks of, 0-1
    phrased: float = 0.0  # share of the question's phrases it has
    typed: bool = False  # holds the kind of answer asked for
    close: float = 0.0  # 1: the answer stands right by the question's head word
    narrowed: int = 0  # words that narrow the measure down unasked
    elsewhere: bool = False  # about a part of the country that was not asked about
    missing: tuple[str, ...] = ()  # places and names of the question its article never mentions
    period: float = 0.0  # 1 the period asked for, 0 none stated or asked, -1 another
    recent: float = 0.0  # 0 the oldest of the candidates, towards 1 the latest
    score: float = 0.0


def weigh_sentences(
    question: str,
    focus: Focus,
    retrieved: Retrieved,
    archive: ArticleReader,
    encoder: Encoder,
    *,
    asked_periods: Sequence[TimeSpan] = (),
    same_script: bool = True,
) -> list[Candidate]:
    """The best sentences of the chunks found, best first, ties by article id and position.

    ``same_script``: the question is written like the articles, so shared words mean something.
    """
    found = _sentences(retrieved, archive)
    if not found:
        return []
    items = _spoken([item for item, _ in found], focus, recency=not asked_periods)
    score = partial(score_sentence, same_script=same_script)
    detail = partial(_detailed, question, focus, asked_periods)
    if retrieved.tokens is not None:
        tokens = _token_matches(retrieved.tokens, [tokens for _, tokens in found])
        items = [
            replace(item, similarity=float(found))
            for item, found in zip(_matched(items, tokens), tokens, strict=True)
        ]
    best = [detail(item) for item in _best(items, score)[:_DETAILED]]
    if retrieved.tokens is None:
        best = _best(best, score)[: _RESCORED if same_script else _CROSS_RESCORED]
        best = _matched(best, _sentence_cosines(best, retrieved.vector, encoder))
    return _best([replace(item, score=score(item)) for item in best], score)


def _best(items: Sequence[Candidate], score: Callable[[Candidate], float]) -> list[Candidate]:
    return sorted(items, key=lambda item: (-score(item), item.article.id, item.sentence.start))


def _matched(items: Sequence[Candidate], matches: NDArray[np.float64]) -> list[Candidate]:
    return [
        replace(item, match=float(match))
        for item, match in zip(items, standardised(matches), strict=True)
    ]


def _sentence_cosines(
    items: Sequence[Candidate], vector: Vectors, encoder: Encoder
) -> NDArray[np.float64]:
    """Without token vectors the best by words are encoded one by one."""
    vectors = encoder.encode_passages(
        [f"{item.article.headline}\n{item.sentence.text}" for item in items]
    )
    return np.asarray(vectors @ vector, dtype=np.float64)


def _token_matches(asked: Vectors, found: Sequence[tuple[Vectors, Vectors]]) -> NDArray[np.float64]:
    """Mean over the question's tokens of the best match in the sentence or in its header."""
    if not len(asked):
        return np.zeros(len(found))
    own = best_matches(asked, [sentence for sentence, _ in found])
    header = best_matches(asked, [header for _, header in found])
    return steady(np.maximum(own, _HEADER * header).mean(axis=1))


def as_evidence(
    candidates: Sequence[Candidate], copies: Mapping[str, tuple[Headline, ...]] = _NO_COPIES
) -> tuple[Evidence, ...]:
    """Number the chosen sentences from 1; ``copies`` by the article they are copies of."""
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
            copies=copies.get(item.article.id, ()),
            lead=lead.text if lead else "",
            lead_start=lead.start if lead else 0,
        )
        for number, item in enumerate(candidates, 1)
        for lead in [_lead(item)]
    )


def _lead(item: Candidate) -> Sentence | None:
    """The sentence before it in its paragraph, where the candidate points back to it."""
    if not item.before or not points_back(item.sentence.text):
        return None
    sentences, _ = _cut(item.article)
    earlier = [sentence for sentence in sentences if sentence.end <= item.sentence.start]
    return earlier[-1] if earlier else None


def latest_anchor(last: date | None, today: date) -> date:
    """Where a question's year-less period is anchored: the archive's last day, at most today."""
    return min(last, today) if last else today


def penalty(item: Candidate, *, same_script: bool) -> float:
    """What counts against a sentence however well it reads, >= 0: another place, name or period."""
    missing = _PENALTY_MISSING * len(item.missing) if same_script else 0.0
    return missing + _PENALTY_ELSEWHERE * item.elsewhere - _PERIOD[False] * min(item.period, 0.0)


def score_sentence(item: Candidate, *, same_script: bool) -> float:
    """What speaks for a sentence less what speaks against it, without a cross-encoder.

    ``same_script`` as for ``weigh_sentences``.
    """
    spoken = item.coverage + _PHRASE * item.phrased - _MISSING * len(item.missing)
    if not same_script:
        spoken = _CROSS_COVERAGE * item.coverage
    return (
        spoken
        + _TYPE * item.typed
        + _CLOSE * item.close
        - _NARROWING * item.narrowed
        - _ELSEWHERE * item.elsewhere
        + _PERIOD[item.period > 0] * item.period
        + (_MATCH if same_script else _CROSS_MATCH) * item.match
        + _CHUNK * item.chunk
        + _RECENT * item.recent
    )


def _sentences(
    retrieved: Retrieved, archive: ArticleReader
) -> list[tuple[Candidate, tuple[Vectors, Vectors]]]:
    """Sentences inside the chunks found, each once, with its tokens and its header's."""
    articles: dict[str, tuple[Article, list[Sentence], dict[int, str]]] = {}
    found: dict[tuple[str, int], tuple[Candidate, tuple[Vectors, Vectors]]] = {}
    scores = standardised([hit.score for hit in retrieved.hits])
    for hit, deviations in list(zip(retrieved.hits, scores, strict=True))[:_CHUNKS]:
        article_id = hit.chunk.article_id
        if article_id not in articles:
            article = archive.article(article_id)
            if article is None:
                continue
            articles[article_id] = (article, *_cut(article))
        article, sentences, before = articles[article_id]
        for sentence in sentences:
            if hit.chunk.start <= sentence.start < hit.chunk.end:
                candidate = Candidate(
                    sentence,
                    article,
                    hit.lane,
                    before[sentence.start],
                    brief_at(article, sentence.start),
                    chunk=float(deviations),
                )
                found.setdefault(
                    (article_id, sentence.start), (candidate, _tokens_of(hit, sentence))
                )
    return list(found.values())


def _tokens_of(hit: Hit, sentence: Sentence) -> tuple[Vectors, Vectors]:
    if hit.tokens is None:
        none: Vectors = np.zeros((0, 0), dtype=np.float32)
        return none, none
    starts, vectors = hit.tokens.starts, hit.tokens.vectors
    first, last = np.searchsorted(
        starts, [sentence.start - hit.chunk.start, sentence.end - hit.chunk.start]
    )
    return vectors[first:last], vectors[: np.searchsorted(starts, 0)]


@lru_cache(maxsize=1024)
def _cut(article: Article) -> tuple[list[Sentence], dict[int, str]]:
    """An article's sentences, and what stands before each; not to be changed."""
    sentences = article_sentences(article)
    return sentences, _texts_before(article, sentences)


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


def _spoken(found: Sequence[Candidate], focus: Focus, *, recency: bool) -> list[Candidate]:
    """With what costs little: the words, and how recent each is."""
    spoken = [_words_of(item.sentence.text) for item in found]
    scopes = {_scope_key(item): item for item in found}
    around = {key: _Scope.of(item) for key, item in scopes.items()}
    weights = term_weights(focus.terms, spoken)
    pairs = phrase_weights(focus.phrases, [fold(item.sentence.text) for item in found])
    anchors = frozenset(focus.anchors)
    terms = written_out(focus.names, (scope.text for scope in around.values()))
    dates = sorted({item.article.published for item in found if item.article.published})
    weighed = []
    for item, said in zip(found, spoken, strict=True):
        scope, published = around[_scope_key(item)], item.article.published
        nearby = _words_of(item.before)
        weighed.append(
            replace(
                item,
                coverage=coverage(weights, anchors, said, nearby, scope.headline, scope.body),
                phrased=phrased(pairs, fold(item.sentence.text), scope.text) if pairs else 0.0,
                missing=_missing(focus, scope.text, scope.headline | scope.body, terms),
                # Who asks for a period does not want the latest.
                recent=dates.index(published) / len(dates) if published and recency else 0.0,
            )
        )
    return weighed


def _detailed(
    question: str, focus: Focus, asked_periods: Sequence[TimeSpan], item: Candidate
) -> Candidate:
    """With what takes parsing: figures, names, periods, places."""
    text = item.sentence.text
    return replace(
        item,
        typed=holds(focus, text, item.article),
        close=closeness(focus, text),
        narrowed=narrowing(focus, text),
        elsewhere=elsewhere(focus, question, text),
        period=period_fit(asked_periods, item.sentence, item.article),
    )


@lru_cache(maxsize=8192)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(words(text))


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a sentence may take from around it: its article, or its brief of a digest."""

    text: str  # folded
    headline: frozenset[str]
    body: frozenset[str]

    @classmethod
    def of(cls, item: Candidate) -> "_Scope":
        article, brief = item.article, item.brief
        head = f"{article.headline} {brief.heading} {article.source}"
        body = article.body[brief.start : brief.end]
        return cls(fold(f"{head} {body}"), _words_of(head), _words_of(body))


def _scope_key(item: Candidate) -> tuple[str, int]:
    return item.article.id, item.brief.start


def _mentions(text: str, name: str) -> bool:
    """Whether a folded text has the name, whatever spaces it prints in it: CVPR 2022."""
    return name in text or (name.isascii() and name in "".join(text.split()))


def _missing(
    focus: Focus, text: str, said: frozenset[str], terms: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """Names of the question that the whole article never mentions; one of several places is enough.

    ``terms``: what Latin names stand for, as other articles found print it.

    青岛和济南的贷款余额分别是多少 is answered by two articles, each about one of them.
    """
    missing = [
        name
        for name in focus.names
        if not _mentions(text, name)
        and not said_or_synonym(name, said)
        and not any(term in text for term in terms.get(name, ()))
    ]
    if not any(place in text for place in focus.places):
        missing.extend(focus.places)
    return tuple(missing)
