"""Printed corrections (更正、勘误、致歉) and the articles they correct.

Knows nothing of questions; a correction is an article like any other, found by its words.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from index.figures import figure_in, parse_figures
from index.periods import parse_periods
from index.sentences import split_sentences
from index.types import Article, ChunkHit
from index.words import fold, fold_characters, simplified

_NAMES = ("更正", "勘误", "致歉", "订正", "更正启事", "correction")
_MOST = 500  # chunks that speak of corrections; a paper prints some dozens a year
_HEADLINE = re.compile(r"^(?:(?:更正|勘误|致歉|订正|说明|启事|声明|[与和及暨、])+|corrections?)$")
# A report that somebody else apologised (某企业致歉) is none: the paper says so of itself.
_SAYS_SO = re.compile(
    r"(?:特此|谨此|予以|现)(?:[^，。]{0,4})(?:更正|勘误|订正)|更正如下"
    r"|(?:we|this newspaper) regrets? the error"
)
_OWN = re.compile(r"本报|本刊|本网|本社|this newspaper")
_OPEN, _CLOSE = '[“「『"]', '[”」』"]'
_QUOTED = rf"{_OPEN}([^”」』\"]{{1,80}}){_CLOSE}"
_BARE = r"([^，。；：！？“”、\s]{1,40}?)"
_RIGHT_IS = (
    r"(?:应更正为|应当为|应改为|应该是|应为|应是|更正为|改为|实为|实应为"
    r"|should (?:be|read|have been))"
)
_PATTERNS = (
    re.compile(rf"{_QUOTED}[^“「『。]{{0,16}}?{_RIGHT_IS}\s?[：:]?{_QUOTED}"),
    re.compile(rf"(?:将|把)?{_QUOTED}误(?:写|刊|排|印|作|登)?[为成作]?{_QUOTED}"),
    re.compile(rf"[，。；：、\s]{_BARE}(?:有误|错误)?[，,]?{_RIGHT_IS}{_BARE}(?=[，。；！、]|$)"),
)
_RIGHT_FIRST = 1  # 将“正”误为“误”: the second pattern names the right one first
_TITLE = re.compile(r"《([^》]{2,80})》")
_SECTION = re.compile(r"第?\s?([a-z]?)0*(\d{1,3})\s?版|\b([a-z])0*(\d{1,2})(?=版|\b)")
_PUNCTUATION = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Correction:
    """One mistake that a paper put right: ``wrong`` was printed, ``right`` was meant."""

    article_id: str  # of the correction itself
    source: str
    published: date | None  # the day of the correction
    text: str  # its sentence: ``body[start:end]``
    start: int
    end: int
    title: str  # of the article corrected, "" where it is not named
    issue: date | None  # the day it was printed on, None where it is not named
    section: str  # its page, folded (a2, 2), "" where it is not named
    wrong: str
    right: str


class CorrectionSource(Protocol):
    """What corrections are looked up in: an open archive."""

    @property
    def index_version(self) -> str:
        """Changes with every change of the archive."""

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        """The article of this id; None if there is none."""

    def search_words(self, text: Sequence[str], *, top_k: int) -> list[ChunkHit]:
        """The chunks that have these words."""


def is_correction(article: Article) -> bool:
    """Whether a paper corrects itself here: by its headline, or by saying 本报…特此更正."""
    if _HEADLINE.match(_PUNCTUATION.sub("", fold(article.title))):
        return True
    body = fold(article.body)
    return bool(_SAYS_SO.search(body) and _OWN.search(body))


def read_corrections(article: Article) -> tuple[Correction, ...]:
    """The mistakes that a correction names with what should stand there; () for any other article.

    A sentence that names no article takes the one named last before it.
    """
    if not is_correction(article):
        return ()
    found: list[Correction] = []
    title, issue, section = "", None, ""
    for span in split_sentences(article.body):
        text = article.body[span.start : span.end]
        named = _TITLE.search(text)
        day = _issue(text, article)
        if named or day:
            title, issue, section = named[1] if named else "", day, _section(text)
        for wrong, right in _pairs(text):
            found.append(
                Correction(
                    article_id=article.id,
                    source=article.source,
                    published=article.published,
                    text=text,
                    start=span.start,
                    end=span.end,
                    title=title,
                    issue=issue,
                    section=section,
                    wrong=wrong,
                    right=right,
                )
            )
    return tuple(found)


def corrects(correction: Correction, article: Article) -> bool:
    """Whether an article is the one that a correction means, and prints what was wrong.

    Headline, day and page must agree as far as the correction names them, and the paper as far as
    both are known; it names a headline or a day at least.
    """
    if article.id == correction.article_id or not (correction.title or correction.issue):
        return False
    if correction.source and article.source and correction.source != article.source:
        return False
    if correction.title and not _same_title(correction.title, article):
        return False
    if correction.issue and article.published and correction.issue != article.published:
        return False
    page = _section(f"{article.section.split()[0]}版") if article.section.strip() else ""
    if not correction.title and correction.section and page not in ("", correction.section):
        return False
    return touches(correction, f"{article.headline}\n{article.body}")


def touches(correction: Correction, text: str) -> bool:
    """Whether a text prints what a correction calls wrong: its words, or all of its figures."""
    if fold_characters(correction.wrong) in fold_characters(text):
        return True
    figures = parse_figures(correction.wrong)
    return bool(figures) and all(figure_in(figure, text) for figure in figures)


class CorrectionLookup:
    """The corrections of one archive, read once for each of its states. Safe between threads."""

    def __init__(self, archive: CorrectionSource) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._version = ""
        self._known: tuple[Correction, ...] = ()

    def of(self, article_ids: Sequence[str]) -> dict[str, tuple[Correction, ...]]:
        """The corrections of each of these articles; one that has none is left out."""
        known = self._current()
        if not known:
            return {}
        found: dict[str, tuple[Correction, ...]] = {}
        for article_id in dict.fromkeys(article_ids):
            article = self._archive.article(article_id)
            own = tuple(one for one in known if article and corrects(one, article))
            if own:
                found[article_id] = own
        return found

    def _current(self) -> tuple[Correction, ...]:
        version = self._archive.index_version
        with self._lock:
            if version != self._version:
                self._known = _all_corrections(self._archive)
                self._version = version
            return self._known


def _all_corrections(archive: CorrectionSource) -> tuple[Correction, ...]:
    hits = archive.search_words(_NAMES, top_k=_MOST)
    found: list[Correction] = []
    for article_id in sorted({hit.chunk.article_id for hit in hits}):
        article = archive.article(article_id)
        if article is not None:
            found.extend(read_corrections(article))
    return tuple(found)


def _pairs(text: str) -> list[tuple[str, str]]:
    """What was wrong and what is right; the first way of saying it that the sentence uses."""
    plain = simplified(text)
    if len(plain) != len(text):  # a phrase of another length: what is quoted must be as printed
        plain = text
    for number, pattern in enumerate(_PATTERNS):
        found = [(match.span(1), match.span(2)) for match in pattern.finditer(plain)]
        if found:
            pairs = [(text[slice(*one)], text[slice(*two)]) for one, two in found]
            return [(two, one) for one, two in pairs] if number == _RIGHT_FIRST else pairs
    return []


def _issue(text: str, article: Article) -> date | None:
    """The one day named before the headline: 本报7月20日第2版《…》."""
    title = _TITLE.search(text)
    head = text[: title.start()] if title else text[:40]
    spans = parse_periods(head, anchor=article.published)
    return spans[0].since if spans and spans[0].since == spans[0].until else None


def _section(text: str) -> str:
    found = _SECTION.search(fold(text))
    if not found:
        return ""
    letter, number = (found[1], found[2]) if found[2] else (found[3], found[4])
    return f"{letter}{number}"


def _same_title(title: str, article: Article) -> bool:
    """Whether a named headline is the article's, a kicker or deck more or less."""
    named = _PUNCTUATION.sub("", fold(title))
    printed = [_PUNCTUATION.sub("", fold(each)) for each in (article.title, article.headline)]
    return any(named and (named in each or each in named) for each in printed if each)
