"""Printed corrections (更正、勘误、致歉) and the articles they correct.

Knows nothing of questions; a correction is an article like any other, found by its words.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from index.figures import figure_in, parse_figures
from index.numerals import han_int
from index.periods import parse_periods
from index.sentences import split_sentences
from index.types import Article, ChunkHit
from index.words import fold, fold_characters, simplified

_NAMES = ("更正", "勘误", "致歉", "订正", "更正启事", "来函照登", "correction")
_MOST = 500  # chunks that speak of corrections; a paper prints some dozens a year
_HEADLINE = re.compile(
    r"^(?:(?:更正|勘误|致歉|订正|说明|启事|声明|来函照登|[与和及暨、])+|corrections?)$"
)
# A report that somebody else apologised (某企业致歉) is none: the paper says so of itself.
_SAYS_SO = re.compile(
    r"(?:特此|谨此|予以|现)(?:[^，。]{0,4})(?:更正|勘误|订正)|更正如下"
    r"|(?:we|this newspaper) regrets? the error"
)
_OWN = re.compile(r"[本贵]报|[本贵]刊|[本贵]网|[本贵]社|this newspaper")
_OPEN, _CLOSE = '[“「『"]', '[”」』"]'
_QUOTED = rf"{_OPEN}([^”」』\"]{{1,80}}){_CLOSE}"
_BARE = r"([^，。；：！？“”、\s]{1,40}?)"
_RIGHT_IS = (
    r"(?:应更正为|应当为|应改为|应该是|应为|应是|更正为|改为|实为|实应为"
    r"|正确(?:的|数字|数据|姓名|名称|说法|表述|日期)?(?:应?[是为])"
    r"|should (?:be|read|have been))"
)
_MISPRINTED = r"(?:[误错](?:写|刊|排|印|作|登|植|录|打|标|记)?|(?:写|印|排)错?)[为成作]?"
_PATTERNS = (  # the wrong one first
    re.compile(rf"{_QUOTED}(?:[系是为]|应系){_QUOTED}之误"),
    re.compile(rf"{_QUOTED}[^“「『。]{{0,16}}?{_RIGHT_IS}\s?[：:]?{_QUOTED}"),
    re.compile(rf"[，。；：、\s]{_BARE}(?:有误|错误)?[，,]?{_RIGHT_IS}{_BARE}(?=[，。；！、]|$)"),
)
_RIGHT_FIRST = (
    re.compile(rf"应[为是]{_QUOTED}[，,]?(?:文中|报道中)?{_MISPRINTED}{_QUOTED}"),
    re.compile(rf"(?:将|把)?{_QUOTED}{_MISPRINTED}{_QUOTED}"),
)
_TITLE = re.compile(r"《([^》]{2,80})》")
_SECTION = re.compile(
    r"第?\s?([a-z]?)0*(\d{1,3})\s?版|\b([a-z])0*(\d{1,2})(?=版|\b)|第?([一二三四五六七八九十]{1,3})版"
)
# What stands beside the day of an issue: 本报7月20日A02版, 见本报7月20日, July 20, page A02.
_ISSUE_BEHIND = re.compile(
    r"^\s*[）)]?,?\s?(?:出版|第?\s?[a-z]?\d{1,3}\s?版|[一二三四五六七八九十]+版|[\u4e00-\u9fff]{2,4}版|《|刊|的?报道|page)",
    re.IGNORECASE,
)
_ISSUE_BEFORE = re.compile(r"(?:[本贵][报刊网社]|见|》)\s?$")
_MARKED = re.compile(rf"《[^》]*》|{_QUOTED}")
_PAPER = re.compile(r"《([^》]{2,20})》\s?(?=\d{1,4}[年月])")  # 《某报》7月20日A02版《…》
_LETTER = re.compile(r"^[a-z]")
_LONGEST = timedelta(days=90)  # between an article and a correction that names no day
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
    paper: str = ""  # that printed the article, "" for the correction's own


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
    title, issue, section, paper = "", None, "", ""
    for span in split_sentences(article.body):
        text = article.body[span.start : span.end]
        other = _PAPER.search(text)
        named = _TITLE.search(text, other.end() if other else 0)
        day = _issue(text, article)
        if named or day:
            title, issue, section = named[1] if named else "", day, _section(_unquoted(text))
            paper = other[1] if other else ""
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
                    paper=paper,
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
    paper = correction.paper or correction.source
    if paper and article.source and paper != article.source:
        return False
    if correction.title and not _same_title(correction.title, article):
        return False
    if not _in_time(correction, article.published):
        return False
    page = _section(f"{article.section.split()[0]}版") if article.section.strip() else ""
    if not _same_page(correction.section, page):
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
    for pattern in (_PATTERNS[0], *_RIGHT_FIRST, *_PATTERNS[1:]):
        found = [(match.span(1), match.span(2)) for match in pattern.finditer(plain)]
        if found:
            pairs = [(text[slice(*one)], text[slice(*two)]) for one, two in found]
            return [(two, one) for one, two in pairs] if pattern in _RIGHT_FIRST else pairs
    return []


def _issue(text: str, article: Article) -> date | None:
    """The day of the issue: 本报7月20日第2版《…》; not a day that is itself put right."""
    plain = _unquoted(text)
    for span in parse_periods(plain, anchor=article.published):
        beside = _ISSUE_BEHIND.match(plain[span.end :]) or _ISSUE_BEFORE.search(plain[: span.start])
        if span.since == span.until and beside:
            return span.since
    return None


def _unquoted(text: str) -> str:
    """A sentence with its headlines and quotations blanked, the marks kept."""
    return _MARKED.sub(
        lambda found: f"{found[0][0]}{' ' * (len(found[0]) - 2)}{found[0][-1]}", text
    )


def _in_time(correction: Correction, printed: date | None) -> bool:
    """Whether the article is of the day named; without one, not later nor much earlier."""
    if printed is None:
        return True
    if correction.issue:
        return correction.issue == printed
    if correction.published is None:
        return True
    return timedelta(0) <= correction.published - printed <= _LONGEST


def _section(text: str) -> str:
    found = _SECTION.search(fold(text))
    if not found:
        return ""
    if found[5]:
        return str(han_int(found[5]) or "")
    letter, number = (found[1], found[2]) if found[2] else (found[3], found[4])
    return f"{letter}{number}"


def _same_page(named: str, page: str) -> bool:
    """Whether two pages may be one: a2 and 2, and any where one is not known."""
    if not named or not page or named == page:
        return True
    lettered = named[0].isalpha() and page[0].isalpha()
    return not lettered and _LETTER.sub("", named) == _LETTER.sub("", page)


def _same_title(title: str, article: Article) -> bool:
    """Whether a named headline is the article's, a kicker or deck more or less."""
    named = _PUNCTUATION.sub("", fold(title))
    printed = [_PUNCTUATION.sub("", fold(each)) for each in (article.title, article.headline)]
    return any(named and (named in each or each in named) for each in printed if each)
