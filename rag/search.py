"""From a question to ranked sentences and articles: everything before the LLM has a say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, zip_longest

from index.archive import Archive
from index.periods import TimeSpan
from index.types import Encoder
from rag.clock import Clock
from rag.conflict_evidence import with_contrary
from rag.copies import group_copies, headlines_of
from rag.evidence import Candidate, as_evidence, latest_anchor, weigh_sentences
from rag.facets import split_facets
from rag.focus import Focus, read_focus
from rag.ranking import rank_articles, spread_out
from rag.rerank import Reranker, rerank
from rag.retrieve import Mode, Retriever
from rag.types import Evidence, Filters, Query
from rag.understand import is_chinese, understand

_CHUNKS = 40
_SPARE = 8  # articles looked at beyond those wanted: some are copies


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two questions that a question is made of, with its share of the evidence."""

    query: Query
    focus: Focus
    periods: tuple[TimeSpan, ...]
    candidates: tuple[Candidate, ...]  # as this question weighs them, best first
    numbers: tuple[int, ...]  # of each among the evidence


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for one question."""

    query: Query
    focus: Focus
    periods: tuple[TimeSpan, ...]
    candidates: tuple[Candidate, ...]  # the chosen sentences, best first
    evidence: tuple[Evidence, ...]  # the same, numbered
    ranked: tuple[str, ...]  # article ids, best first; of copies only the best
    copies: dict[str, tuple[str, ...]]  # the other articles with nearly the same text
    phrases_missed: tuple[str, ...]
    timings: dict[str, float]  # seconds: understand, retrieve, evidence, total
    parts: tuple[Part, ...] = ()  # two, where the question asks for two things


def search(
    archive: Archive,
    encoder: Encoder,
    question: str,
    *,
    mode: Mode = Mode.HYBRID,
    filters: Filters | None = None,
    today: date | None = None,
    limit: int = 6,
    articles: int = 20,
    reranker: Reranker | None = None,
) -> Findings:
    """Search as the engine does, without the LLM.

    Raises:
        BadInput: The question is empty or too long.
    """
    clock = Clock()
    archive.refresh()
    anchor = latest_anchor(archive.coverage().last, today or date.today())
    query, periods = understand(question, filters=filters, anchor=anchor)
    clock.lap("understand")
    return find(
        archive,
        encoder,
        query,
        periods,
        anchor=anchor,
        clock=clock,
        mode=mode,
        limit=limit,
        articles=articles,
        reranker=reranker,
    )


def find(
    archive: Archive,
    encoder: Encoder,
    query: Query,
    periods: Sequence[TimeSpan],
    *,
    anchor: date,
    clock: Clock,
    mode: Mode = Mode.HYBRID,
    limit: int = 6,
    articles: int = 20,
    reranker: Reranker | None = None,
) -> Findings:
    """The same for a question that has been understood on the day ``anchor``.

    A question for two things (男单和女单冠军) is also searched as two, and they take turns, itself
    first: what looks like two things may be one.
    """
    ask = partial(_ranked, archive, encoder, mode=mode, clock=clock, reranker=reranker)
    whole = ask(query, periods)
    parts = [whole]
    for question in split_facets(query.question):
        part, part_periods = understand(question, filters=query.filters, anchor=anchor)
        parts.append(ask(part, part_periods))
    order = _in_turn([part.articles for part in parts])
    read = {item.article.id: item.article for part in parts for item in part.sentences}
    looked_at = order[: articles + _SPARE]
    ranked, copies = group_copies(
        looked_at,
        lambda key: read.get(key) or archive.article(key),
        archive.copies_of(looked_at),
    )
    sentences = sentences_in_turn(parts)
    if mode is Mode.HYBRID:
        ranked = spread_out(ranked, sentences)
    every = chosen_sentences(sentences, copies, len(sentences))
    candidates = chosen_sentences(sentences, copies, limit)
    candidates = with_contrary(query.question, whole.focus, periods, candidates, every)
    clock.add("evidence")
    return Findings(
        query=query,
        focus=whole.focus,
        periods=tuple(periods),
        candidates=candidates,
        evidence=as_evidence(candidates, headlines_of(copies, archive)),
        ranked=ranked[:articles],
        copies=copies,
        phrases_missed=whole.phrases_missed,
        timings=clock.stop(),
        parts=tuple(part_of(part, candidates) for part in parts[1:]),
    )


def part_of(part: "Ranked", chosen: Sequence[Candidate]) -> Part:
    """A part's own share of the sentences chosen for the whole question."""
    place = {(item.article.id, item.sentence.start): n for n, item in enumerate(chosen, 1)}
    own = [item for item in part.sentences if (item.article.id, item.sentence.start) in place]
    numbers = tuple(place[item.article.id, item.sentence.start] for item in own)
    return Part(part.query, part.focus, part.periods, tuple(own), numbers)


@dataclass(frozen=True, slots=True)
class Ranked:
    """What one question, or one part of one, found."""

    query: Query
    periods: tuple[TimeSpan, ...]
    focus: Focus
    articles: tuple[str, ...]  # best first, each once
    sentences: tuple[Candidate, ...]  # best first
    phrases_missed: tuple[str, ...]


def _ranked(
    archive: Archive,
    encoder: Encoder,
    query: Query,
    periods: Sequence[TimeSpan],
    *,
    mode: Mode,
    clock: Clock,
    reranker: Reranker | None,
) -> Ranked:
    focus = read_focus(query.question)
    same_script = is_chinese(query.question)
    retrieved = Retriever(archive, encoder).retrieve(query, periods, mode=mode, top_k=_CHUNKS)
    found = [hit.chunk.article_id for hit in retrieved.hits]
    clock.add("retrieve")
    weighed = weigh_sentences(
        query.question,
        focus,
        retrieved,
        archive,
        encoder,
        asked_periods=periods,
        same_script=same_script,
    )
    if reranker is not None:
        clock.add("evidence")
        weighed = rerank(query.question, weighed, reranker, same_script=same_script)
        clock.add("rerank")
    # A lane alone is measured as it ranks.
    best = rank_articles(weighed, period_asked=bool(periods)) if mode is Mode.HYBRID else []
    clock.add("evidence")
    return Ranked(
        query,
        tuple(periods),
        focus,
        tuple(dict.fromkeys(best + found)),
        tuple(weighed),
        retrieved.phrases_missed,
    )


def _in_turn(lists: Sequence[Sequence[str]]) -> list[str]:
    """The first of each, the second of each, and so on; each item once."""
    turns = chain.from_iterable(zip_longest(*lists))
    return list(dict.fromkeys(item for item in turns if item is not None))


def sentences_in_turn(parts: Sequence[Ranked]) -> list[Candidate]:
    """The best of each question, the second of each, and so on; each sentence once."""
    found: dict[tuple[str, int], Candidate] = {}
    for turn in zip_longest(*(part.sentences for part in parts)):
        for item in turn:
            if item is not None:
                found.setdefault((item.article.id, item.sentence.start), item)
    return list(found.values())


def chosen_sentences(
    weighed: Sequence[Candidate], copies: dict[str, tuple[str, ...]], limit: int
) -> tuple[Candidate, ...]:
    """The best sentences; none of a copy whose original is there too."""
    left_out = {copy for others in copies.values() for copy in others}
    return tuple([item for item in weighed if item.article.id not in left_out][:limit])
