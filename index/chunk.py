"""Turn an article into chunks of whole sentences. Knows nothing of embeddings or storage."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.briefs import Brief, article_briefs, brief_at, mark_headings
from index.errors import BadInput
from index.sentences import body_units
from index.types import Article, Chunk, Span

CountTokens = Callable[[Sequence[str]], list[int]]

_HEADLINE_CHARS = 96  # ~65 tokens of e5's 512: a headline names the subject, the text must fit
_BRIEF_CHARS = 40  # all of a printed brief's heading, but for the rare one over
_SOURCE_CHARS = 24
_MARGIN = 8  # tokens that joining sentences may add to the sum of their counts
_MIN_ROOM = 32  # tokens left for text; less is no window to embed a sentence in
_CHARS_PER_TOKEN = 16  # no token is longer, so a longer text is over the window uncounted

_CLAUSE_END = re.compile(r"[，、；;：:。！？!?…]+[”’」』）)》]*|(?<!\d),|,(?!\d)|\s+")
_NUMERALS = "零〇一二两三四五六七八九十百千万亿兆"
# What a forced cut goes around: figures with their unit, Latin words, Chinese numerals.
_RUN = re.compile(
    rf"\d+(?:[.,．，:/-]\d+)*\s?(?:[%％‰]|[{_NUMERALS}]*"
    r"(?:个百分点|百分点|美元|港元|欧元|日元|平方公里|平方米|公里|公斤|人次|[元吨人户家个件年月日时倍度米])?)"
    rf"|[A-Za-z][A-Za-z0-9'_.-]*|[{_NUMERALS}]+[年月日元个%]?"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    tokens: int  # one more than its own: the line end before it may be a token
    leads: bool = False  # a sub-heading: must not end a chunk


def chunk_article(
    article: Article,
    *,
    count_tokens: CountTokens,
    max_tokens: int,
    target_tokens: int = 220,
) -> list[Chunk]:
    """Return chunks of about ``target_tokens`` that cover every non-space character once.

    ``passage_text`` of each fits into ``max_tokens`` as ``count_tokens`` counts. No chunk goes over
    from one brief of a digest to the next. A sub-heading goes with the sentence after it. Only a
    sentence that is over the window itself is cut, at a clause if it has one, never inside a figure
    or a Latin word that fits. An empty body has no chunks.
    """
    units = body_units(mark_headings(article))
    if not units:
        return []
    body = article.body
    fits = [_may_fit(span, max_tokens) for span, _ in units]
    texts = [body[u.start : u.end] if fit else "" for (u, _), fit in zip(units, fits, strict=True)]
    frame, head, *counts = count_tokens(["", _passage(article, "", ""), *texts])
    pieces = [
        _Piece(span, (count - frame if fit else max_tokens) + 1, leads)
        for (span, leads), count, fit in zip(units, counts, fits, strict=True)
    ]

    def pack(group: Sequence[_Piece], head: int) -> list[Span]:
        room = _room(article, max_tokens, head)
        fitting = _fit(body, group, room, count_tokens, frame)
        return _pack(fitting, min(target_tokens, room), room)

    spans: list[Span] = []
    for brief, group in _by_brief(article, pieces):
        packed = pack(group, head)
        if len(packed) > 1 and brief.heading:
            packed = pack(group, *count_tokens([_passage(article, brief.heading, "")]))
        spans += packed
    return [
        Chunk(f"{article.id}:{n}", article.id, span.start, span.end, body[span.start : span.end])
        for n, span in enumerate(spans, 1)
    ]


def _room(article: Article, max_tokens: int, head: int) -> int:
    room = max_tokens - head - _MARGIN
    if room < _MIN_ROOM:
        raise BadInput(
            f"The encoder's window of {max_tokens} tokens leaves no room for text beside the "
            f'headline of "{article.id}". Set SUYUAN_ENCODER to an encoder with a longer window.'
        )
    return room


def _by_brief(
    article: Article, pieces: Sequence[_Piece]
) -> Iterator[tuple[Brief, Sequence[_Piece]]]:
    briefs = article_briefs(article)
    if len(briefs) == 1:
        yield briefs[0], pieces
        return
    starts = [brief.start for brief in briefs]
    for at, group in groupby(pieces, key=lambda piece: bisect_right(starts, piece.span.start) - 1):
        yield briefs[at], list(group)


def passage_text(article: Article, chunk: Chunk) -> str:
    """Return what is embedded for a chunk: headline, paper and date above its text.

    So is the heading of a digest's brief, where the chunk does not begin with it. All are cut to a
    fixed length, so that no headline pushes text out of the window.
    """
    return _passage(article, missing_heading(article, chunk), chunk.text)


def missing_heading(article: Article, chunk: Chunk) -> str:
    """Return the heading of the brief that a chunk goes on with; "" where it opens the brief."""
    brief = brief_at(article, chunk.start)
    opens = not (brief.heading and article.body[brief.start : chunk.start].strip())
    return "" if opens else brief.heading


def _passage(article: Article, heading: str, text: str) -> str:
    published = article.published.isoformat() if article.published else ""
    where = " ".join(part for part in (article.source[:_SOURCE_CHARS], published) if part)
    head = (article.headline[:_HEADLINE_CHARS], heading[:_BRIEF_CHARS], where)
    return "\n".join([*(line for line in head if line), text])


def _pack(pieces: Sequence[_Piece], target: int, room: int) -> list[Span]:
    """Fill chunks in order; a new section starts a new one when the last is half full."""
    packed: list[list[_Piece]] = []
    size = 0
    for group in _with_headings(pieces, room):
        more = sum(piece.tokens for piece in group)
        full = size + more > target or (group[0].leads and size >= target // 2)
        if packed and full and not (all(piece.leads for piece in group) and size + more <= room):
            size = 0
        if size == 0:
            packed.append([])
        packed[-1] += group
        size += more
    if len(packed) > 1 and size < target // 4:
        before = sum(piece.tokens for piece in packed[-2])
        if before + size <= min(room, target + target // 4):
            last = packed.pop()
            packed[-1] += last
    return [Span(group[0].span.start, group[-1].span.end) for group in packed]


def _with_headings(pieces: Sequence[_Piece], room: int) -> Iterator[list[_Piece]]:
    """Yield each sentence with the sub-headings before it, where the window holds both."""
    waiting: list[_Piece] = []
    for piece in pieces:
        if waiting and sum(p.tokens for p in waiting) + piece.tokens > room:
            yield waiting
            waiting = []
        waiting.append(piece)
        if not piece.leads:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _fit(
    body: str, pieces: Sequence[_Piece], room: int, count_tokens: CountTokens, frame: int
) -> list[_Piece]:
    """Cut what is over the window."""
    fitting: list[_Piece] = []
    for piece in pieces:
        if piece.tokens - 1 <= room:
            fitting.append(piece)
        else:
            fitting += _cut_sentence(body, piece.span, room, count_tokens, frame)
    return fitting


def _may_fit(span: Span, window: int) -> bool:
    return span.end - span.start <= window * _CHARS_PER_TOKEN


def _cut_sentence(
    body: str, span: Span, room: int, count_tokens: CountTokens, frame: int
) -> list[_Piece]:
    """Halve a sentence until each part fits, counting all parts of one round in one call."""
    done: list[_Piece] = []
    waiting = [span]
    while waiting:
        fitting = [part for part in waiting if _may_fit(part, room)]
        counts = count_tokens([body[part.start : part.end] for part in fitting])
        tokens = dict(zip(fitting, counts, strict=True))
        halves: list[Span] = []
        for part in waiting:
            if part in tokens and (tokens[part] - frame <= room or part.end - part.start == 1):
                done.append(_Piece(part, tokens[part] - frame + 1))
            else:
                halves += _halve(body, part)
        waiting = halves
    return sorted(done, key=lambda piece: piece.span)


def _halve(body: str, span: Span) -> list[Span]:
    text = body[span.start : span.end]
    middle = _best_cut(text)
    left, right = text[:middle].rstrip(), text[middle:].lstrip()
    halves = (
        Span(span.start, span.start + len(left)),
        Span(span.end - len(right), span.end),
    )
    return [half for half in halves if half.start < half.end]


def _best_cut(text: str) -> int:
    """The clause end nearest the middle, else the nearest place outside figures and words."""
    middle, quarter = len(text) // 2, len(text) // 4
    runs = [run.span() for run in _RUN.finditer(text) if run.end() > quarter]
    clauses = [
        end
        for end in (clause.end() for clause in _CLAUSE_END.finditer(text))
        if quarter <= end <= len(text) - quarter
    ]
    for cut in sorted(clauses, key=lambda end: abs(end - middle)):
        if not any(start < cut < end for start, end in runs):
            return cut
    for start, end in runs:
        if start < middle < end:
            edges = [edge for edge in (start, end) if 0 < edge < len(text)]
            middle = min(edges, key=lambda edge: abs(edge - middle), default=middle)
            break
    return _whole_grapheme(text, middle)


def _whole_grapheme(text: str, cut: int) -> int:
    """Move a cut behind combining marks, variation selectors and joined emoji."""
    moved = cut
    while moved < len(text) and (
        unicodedata.category(text[moved])[0] == "M" or "\u200d" in text[moved - 1 : moved + 1]
    ):
        moved += 1
    return moved if moved < len(text) else max(1, cut)
