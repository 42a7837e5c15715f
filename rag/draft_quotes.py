"""Whether a quotation of the draft stands in the archive, word for word, whole and by whom."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from index.archive import Archive
from index.types import Article
from index.words import fold_characters
from rag.draft_passages import Passage, read_passages
from rag.draft_speech import Speaker, same_name, speaker_of, turned
from rag.draft_types import Claim, Finding, Verdict
from rag.names import person_names
from rag.types import Citation, Filters

_HITS = 8
# Share of characters in common (difflib's ratio): one of ten changed gives .9; below .6 two
# sentences on one subject look alike.
_MISQUOTED = 0.8
_MISQUOTED_BY_ONE = 0.65  # where both name the same speaker
_ALIKE = 0.6
_STOPS = "。，！？；…!?,;."  # a stop moves in and out of the quotation marks
_CUT = re.compile(r"\s*(?:…+|\.{3,})\s*")
_LEAST_PART = 4  # characters on each side of an ellipsis
_LEAST_SHARED = 0.4


@dataclass(frozen=True, slots=True)
class _Near:
    passage: Passage
    ratio: float
    start: int  # of the stretch, in the sentence
    end: int


@dataclass(frozen=True, slots=True)
class _Held:
    """A verbatim quotation: the sentence it begins in, and where in the article it stands."""

    passage: Passage
    article: Article
    start: int
    end: int
    cut: str = ""  # what an ellipsis left out

    def around(self) -> tuple[str, str]:
        """What the source prints before and behind it, as far as its sentences go."""
        body = self.article.body
        before = body[self.passage.sentence.start : self.start]
        behind = re.split(r"(?<=[。！？!?\n])", body[self.end : self.end + 120])[0]
        return before, behind


def judge_quote(
    claim: Claim,
    draft: Passage,
    pool: Sequence[Passage],
    archive: Archive,
    filters: Filters | None = None,
) -> Finding:
    """Verbatim but for white space, width and 繁簡: supported. Nearly so: what differs is shown.

    Never supported where the cut turned the sense (影响居民用水 of 不会影响…) or somebody else
    said it.
    """
    said_by = _said_by(claim, draft)
    held = _holding(claim.text, archive, filters or Filters())
    if held:
        return _judge_held(claim, said_by, draft, held)
    near = [item for passage in pool if (item := _nearest(claim.text, passage))]
    best = max(near, key=lambda item: item.ratio, default=None)
    if best is None or best.ratio < _ALIKE:
        return Finding(claim, Verdict.NOT_FOUND)
    quoted = best.passage.text[best.start : best.end]
    theirs = speaker_of(best.passage.text, best.start, best.end, best.passage.around)
    one = said_by is not None and theirs is not None and same_name(said_by.name, theirs.name)
    least = _MISQUOTED_BY_ONE if one else _MISQUOTED
    verdict = Verdict.CONTRADICTED if best.ratio >= least else Verdict.PARTLY
    if _letters(claim.text) == _letters(quoted):
        verdict = Verdict.PARTLY
    return Finding(claim, verdict, (best.passage.cite(1),), _difference(claim.text, quoted))


def _said_by(claim: Claim, draft: Passage) -> Speaker | None:
    base = claim.sentence_start
    return speaker_of(draft.text, claim.start - base, claim.end - base, draft.around)


def _judge_held(
    claim: Claim, said_by: Speaker | None, draft: Passage, held: Sequence[_Held]
) -> Finding:
    """Supported by the first place where it stands whole and by the same speaker."""
    judged = [(_wrong(claim, said_by, draft, item), item) for item in held]
    right = [item for wrong, item in judged if wrong is None]
    if right:
        note = "原文是记者的转述，不在引号里" if not any(map(_is_quoted, right)) else ""
        if right[0].cut:
            note = f"引语有删节，略去“{right[0].cut}”"
        return Finding(claim, Verdict.SUPPORTED, _cited(right), note=note)
    wrong, first = judged[0]
    assert wrong is not None
    verdict, difference, note = wrong
    return Finding(claim, verdict, _cited([first]), difference, note)


_Wrong = tuple[Verdict, str, str]


def _wrong(claim: Claim, said_by: Speaker | None, draft: Passage, held: _Held) -> _Wrong | None:
    before, behind = held.around()
    if left_out := held.cut and turned("", held.cut, ""):
        return Verdict.PARTLY, "", f"删节处有“{left_out}”，意思可能变了"
    if sense := turned(before, claim.text, behind):
        quoted = held.article.body[held.start : held.end]
        lead = re.split(r"[，。；：“「]", before.rstrip("，“「"))[-1] if sense in before else ""
        lead = before[before.rfind(lead) :] if lead else ""
        rest = behind[: len(sense) + 2] if not lead else ""
        shown = f"{_bracketed(lead)}{quoted}{_bracketed(rest)}"
        difference = f"稿件“{claim.text.rstrip(_STOPS)}”，库中“{_one_line(shown)}”"
        return Verdict.PARTLY, difference, f"断章取义？原文与它相连的有“{_one_line(sense)}”"
    return _another_speaker(said_by, draft, held)


def _another_speaker(said_by: Speaker | None, draft: Passage, held: _Held) -> _Wrong | None:
    """Another name beside the quotation contradicts; a name that is only not there leaves doubt."""
    base = held.passage.sentence.start
    sentence, around = held.passage.text, held.passage.around
    start, end = held.start - base, min(held.end - base, len(sentence))
    before = held.article.body[max(0, base - 400) : base]
    theirs = speaker_of(sentence, start, end, before)
    if said_by is None:
        names = person_names(draft.text)
        if not names or any(name in held.article.body for name in names):
            return None
        return Verdict.PARTLY, "", f"原文有这句话，但文中没有{'、'.join(names)}"
    if theirs and same_name(said_by.name, theirs.name):
        return None
    told = f"{around} {fold_characters(sentence)} {fold_characters(before)}"
    if fold_characters(said_by.name) in told and not (theirs and theirs.sure):
        return None
    if theirs is None:
        return Verdict.PARTLY, "", f"原文有这句话，但没有写是{said_by.name}说的"
    verdict = Verdict.CONTRADICTED if theirs.sure and said_by.sure else Verdict.PARTLY
    return verdict, f"稿件 {said_by.name}说，库中 {theirs.name}说", ""


def _bracketed(text: str) -> str:
    return f"【{text.strip()}】" if text.strip() else ""


def _is_quoted(held: _Held) -> bool:
    """Whether the source prints the stretch inside quotation marks."""
    before = held.article.body[max(0, held.start - 200) : held.start].split("\n")[-1]
    opened = max(before.rfind("“"), before.rfind("「"))
    closed = max(before.rfind("”"), before.rfind("」"))
    return opened > closed or before.count('"') % 2 == 1


def _cited(held: Sequence[_Held]) -> tuple[Citation, ...]:
    return tuple(item.passage.cite(n) for n, item in enumerate(held[:3], 1))


def _holding(text: str, archive: Archive, filters: Filters) -> list[_Held]:
    parts = [part.strip().rstrip(_STOPS) for part in _CUT.split(text.strip())]
    parts = [part for part in parts if len(part) >= _LEAST_PART] or [text.strip().rstrip(_STOPS)]
    if not parts[0]:
        return []
    hits = archive.search_words(text, top_k=_HITS, filters=filters, phrases=tuple(parts))
    found = []
    for article_id in dict.fromkeys(hit.chunk.article_id for hit in hits):
        article = archive.article(article_id)
        if article:
            found += _in_article(parts, article)
    return found


def _in_article(parts: Sequence[str], article: Article) -> list[_Held]:
    """Where the parts stand one behind the other, each verbatim."""
    letters, places = _plain(article.body)
    at, spans = 0, []
    for part in parts:
        wanted, _ = _plain(part)
        at = letters.find(wanted, at)
        if at < 0 or not wanted:
            return []
        spans.append((places[at], places[at + len(wanted) - 1] + 1))
        at += len(wanted)
    start, end = spans[0][0], spans[-1][1]
    cut = " ".join(article.body[a[1] : b[0]] for a, b in pairwise(spans))
    passage = next(
        (
            item
            for item in read_passages(article, 0, len(article.body))
            if item.sentence.start <= start < item.sentence.end
        ),
        None,
    )
    return [_Held(passage, article, start, end, _one_line(cut))] if passage else []


def _nearest(quote: str, passage: Passage) -> _Near | None:
    """The stretch of a sentence that is most like the quotation."""
    wanted, _ = _plain(quote.rstrip(_STOPS))
    text, places = _plain(passage.text)
    whole = SequenceMatcher(None, wanted, text, autojunk=False)
    blocks = [block for block in whole.get_matching_blocks() if block.size > 1]
    if not blocks or sum(block.size for block in blocks) < len(wanted) * _LEAST_SHARED:
        return None
    start = max(0, blocks[0].b - blocks[0].a)
    end = min(len(text), blocks[-1].b + len(wanted) - blocks[-1].a)
    ratio = SequenceMatcher(None, wanted, text[start:end], autojunk=False).ratio()
    return _Near(passage, ratio, places[start], places[end - 1] + 1)


def _difference(mine: str, theirs: str) -> str:
    """稿件 “…”，库中 “…”, as printed, with the characters that differ in 【】."""
    left, right = [], []
    ours, here = _plain(mine)
    others, there = _plain(theirs)
    matcher = SequenceMatcher(None, ours, others, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        left.append(_marked(mine, here, a, b, differs=kind != "equal"))
        right.append(_marked(theirs, there, c, d, differs=kind != "equal"))
    return f"稿件“{''.join(left).rstrip(_STOPS)}”，库中“{''.join(right).rstrip(_STOPS)}”"


def _marked(text: str, places: Sequence[int], start: int, end: int, *, differs: bool) -> str:
    if start == end:
        return ""
    stretch = text[places[start] : places[end] if end < len(places) else len(text)]
    if not differs or not any(map(str.isalnum, stretch)):
        return stretch
    return f"【{stretch.rstrip()}】{' ' if stretch != stretch.rstrip() else ''}"


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without white space, folded, and where each character of that comes from."""
    pairs = [
        (letter, place) for place, character in enumerate(text) for letter in _letters_of(character)
    ]
    return "".join(letter for letter, _ in pairs), [place for _, place in pairs]


def _letters_of(character: str) -> Iterator[str]:
    if character.isascii():
        return iter("" if character.isspace() else character.lower())
    if unicodedata.category(character)[0] == "Z":
        return iter("")
    return iter(fold_characters(character).replace(" ", ""))


def _letters(text: str) -> str:
    return "".join(character for character in _plain(text)[0] if character.isalnum())


def _one_line(text: str) -> str:
    return " ".join(text.split())
