"""The sentences that a draft's sentence may rest on, each with its figures, times and places.

An article of the archive and the draft itself are read the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from index.archive import Archive
from index.briefs import Brief, brief_at
from index.period_terms import article_periods
from index.periods import TimeSpan
from index.sentences import article_sentences
from index.types import Article, Encoder, Sentence
from index.words import fold, words
from rag.draft_facts import CHANGE_NOUNS, Fact, nouns, read_facts, towns
from rag.search import search
from rag.types import Citation, Filters
from rag.understand import LONGEST_QUESTION

_ARTICLES = 8  # read whole (of a digest the brief): the figure may stand beside the best sentence
_SENTENCES = 12
_STOPS = ("。", "！", "？", "；", "!", "?", ".", "”", "…")
_QUOTE_MARKS = str.maketrans(dict.fromkeys('“”「」『』《》"', " "))


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence and what goes for it though it is said elsewhere in its article."""

    article: Article
    sentence: Sentence
    around: str  # folded: headline, heading of the brief, the sentences before it
    facts: tuple[Fact, ...]
    spans: tuple[TimeSpan, ...]  # offsets into the sentence
    carried: TimeSpan | None  # the period last named before it
    places: frozenset[str]  # of the sentences before, else of the headline and dateline

    @property
    def text(self) -> str:
        """The sentence as printed."""
        return self.sentence.text

    def period_of(self, fact: Fact) -> TimeSpan | None:
        """The period a figure describes: the one named before it, here or earlier."""
        return fact.period or self.carried

    def places_of(self, fact: Fact) -> frozenset[str]:
        """Where a figure is from: named in its sentence, else by what stands around it."""
        return fact.places or self.places

    def cite(self, marker: int) -> Citation:
        """The sentence as a citation."""
        item = self.article
        return Citation(
            marker=marker,
            article_id=item.id,
            title=item.title,
            source=item.source,
            section=item.section,
            byline=item.byline or "、".join(item.reporters),
            published=item.published,
            date_known=item.date_known,
            quote=self.sentence.text,
            start=self.sentence.start,
            end=self.sentence.end,
            version=item.version,
            title_derived=item.title_derived,
            url=item.url,
        )


def find_passages(
    archive: Archive,
    encoder: Encoder,
    sentence: str,
    *,
    today: date,
    filters: Filters | None = None,
) -> list[Passage]:
    """The sentences of the articles found for one sentence, the best article first."""
    # In “” or 《》 a question's words must stand as written; a draft's may be what is wrong.
    question = " ".join(sentence.translate(_QUOTE_MARKS).split())[:LONGEST_QUESTION]
    if not question:
        return []
    findings = search(
        archive,
        encoder,
        question,
        filters=filters,
        today=today,
        limit=_SENTENCES,
        articles=_ARTICLES,
    )
    places: dict[tuple[str, int], tuple[Article, Brief]] = {}
    for item in findings.candidates:
        places.setdefault((item.article.id, item.brief.start), (item.article, item.brief))
    held = {article_id for article_id, _ in places}
    for article_id in findings.ranked:
        article = archive.article(article_id) if article_id not in held else None
        if article is not None:
            places.setdefault((article_id, 0), (article, brief_at(article, 0)))
    return [
        passage
        for article, brief in list(places.values())[:_ARTICLES]
        for passage in read_passages(article, brief.start, brief.end)
    ]


@lru_cache(maxsize=512)
def read_passages(
    article: Article, start: int, end: int, *, mixed: bool = False
) -> tuple[Passage, ...]:
    """The sentences of one article, or of one brief of it.

    ``mixed``: its paragraphs may be about several things, as a draft's. Then a paragraph that
    names what it is about takes time and place only from itself and from a heading.
    """
    head = f"{article.headline} {brief_at(article, start).heading}"
    lead = _heading(article.body[start:end]) if mixed else article.body[start:end]
    at_head = towns(f"{head} {article.place}") or _lead_place(lead)
    periods = article_periods(article)
    carried: TimeSpan | None = None
    headed: TimeSpan | None = None
    places = at_head
    before: list[str] = []
    subject, last = "", start
    passages = []
    for sentence in article_sentences(article):
        if not start <= sentence.start < end:
            continue
        spans = tuple(
            replace(span, start=span.start - sentence.start, end=span.end - sentence.start)
            for span in periods
            if sentence.start <= span.start and span.end <= sentence.end
        )
        opens = "\n" in article.body[last : sentence.start]
        facts, following = read_facts(sentence.text, spans, "" if opens else subject)
        if opens and not (mixed and _goes_on(sentence.text, facts)):
            places = at_head
            carried = headed if mixed else None if carried and is_day(carried) else carried
        subject = following
        last = sentence.end
        passages.append(
            Passage(
                article=article,
                sentence=sentence,
                around=fold(" ".join([head, *before[-3:]])),
                facts=tuple(facts),
                spans=spans,
                carried=carried,
                places=places or at_head,
            )
        )
        carried = _main_period(spans, facts) or carried
        if sentence.end <= start + len(lead):
            headed = carried
        places = towns(sentence.text) or places
        before.append(sentence.text)
    return tuple(passages)


def _heading(body: str) -> str:
    """The first line, where it is no sentence; "" else."""
    line = body.lstrip().split("\n")[0]
    return (
        ""
        if line.rstrip().endswith(_STOPS) or line == body.strip()
        else body[: body.find(line)] + line
    )


def _goes_on(text: str, facts: Sequence[Fact]) -> bool:
    """Whether a paragraph's first sentence names nothing of its own, as 同比增长5%."""
    said = facts[0].terms if facts else nouns(text)
    return not said - CHANGE_NOUNS


def _lead_place(body: str) -> frozenset[str]:
    """Where a text without a dateline begins: the first places it names."""
    return next((named for line in body.split("\n")[:3] if (named := towns(line))), frozenset())


def is_day(span: TimeSpan) -> bool:
    """A single day on which something happened, as told apart from a state at the end of a month.

    截至12月10日 is a day too.
    """
    month_end = (span.until + timedelta(days=1)).day == 1 if span.until < date.max else True
    return span.since == span.until and not (span.point and month_end)


def overlap(draft: Passage, passage: Passage, leaving_out: str = "") -> float:
    """Share of the draft sentence's words that the passage or its headline says."""
    own = words(fold(draft.text).replace(leaving_out, " ") if leaving_out else draft.text)
    wanted = {word for word in own if not word[0].isdigit() and len(word) > 1}
    spoken = set(words(f"{passage.text} {passage.around}"))
    return len(wanted & spoken) / len(wanted) if wanted else 0.0


def _main_period(spans: Sequence[TimeSpan], facts: Sequence[Fact]) -> TimeSpan | None:
    """What the next sentence goes on about: the last stretch before the first figure, else a day.

    Behind the first figure a period is often a comparison: 超过去年全年增量688亿元.
    """
    last = facts[0].figure.start if facts else 10**9
    told = [span for span in spans if span.start < last]
    stretches = [span for span in told if not is_day(span)]
    chosen = stretches or told
    return chosen[-1] if chosen else None
