"""Cut text into sentences, the unit of evidence. Knows nothing of articles' layout or of search."""

import re
import unicodedata

from index.types import Article, Sentence, Span

_LINE = re.compile("[^\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")
_STRONG = frozenset("。｡！？!?")
_SOFT = frozenset("；;…")  # an end only where both sides can stand alone
_DOTS = frozenset(".．")
_STOPS = _STRONG | _SOFT | _DOTS
_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "《": "》",
    "〈": "〉",
    "【": "】",
    "[": "]",
}
_CLOSERS = frozenset(_PAIRS.values())
_QUOTES = frozenset('“‘「『"')
_TITLES = frozenset("《〈")
_BRACKET = re.compile("[" + re.escape("".join((*_PAIRS, *_PAIRS.values(), '"'))) + "]")
# Where a sentence may end: at a stop, or at an opening mark, whose closing one may hold a stop.
_MARK = re.compile("[" + re.escape("".join((*_STOPS, *_PAIRS, '"'))) + "]")
_CARRY_ON = frozenset("，、,：:；;。｡！？!?…）)」』》”")

_MIN_SOFT = 12  # characters on each side of ； or ……: about one clause with its own figure
_MAX_QUOTE = 120  # a longer quotation is cut at its own sentences
_MAX_QUOTED_SENTENCE = 240  # … and so is one that would make its sentence longer than this

_ABBREVIATIONS = re.compile(
    r"mrs?|ms|dr|prof|st|sr|jr|co|ltd|inc|corp|nos?|vs|etc|e\.g|i\.e|cf|figs?|vol|art|sec|eq|pp"
    r"|approx|dept|est|gen|gov|sen|rep|hon|rev|capt|col|lt|sgt|ph\.d"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:[A-Za-z][.．])*[A-Za-z]")
_SAYS = (
    "(?:说|說|道|表示|介绍|介紹|告诉|告訴|称|稱|指出|谈|談|认为|認為|回忆|回憶|强调|強調|坦言|感慨|解释|解釋"
    "|补充|補充|透露|笑|回答|问|問|喊|写|寫|提到)"
)
_ATTRIBUTION = re.compile(rf"\s*[^，。！？；：…“”「」\s]{{0,24}}?{_SAYS}")
_SPEAKS = re.compile(rf"(?:{_SAYS}|\b(?:said|says|told|added|asked|wrote|replied))\s*[，,：:]?\s*$")
_JAPANESE_QUOTATIVE = ("と", "って")


def split_sentences(text: str) -> list[Span]:
    """Return the sentences in order, trimmed; each non-space character is in exactly one.

    A line end always ends a sentence. So do 。！？!? with the closing quotes and brackets after
    them, and a Latin full stop that is no decimal point, abbreviation or initial. ； and …… end one
    only where at least 12 characters stand on either side, because a citation has to make sense on
    its own. A quotation stays with its speaker: “甲。乙！”他说。 is one sentence, unless the
    quotation is longer than 120 characters.
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        start = 0
        for cut in [*_cuts(line[0]), len(line[0])]:
            piece = line[0][start:cut]
            left = len(piece) - len(piece.lstrip())
            right = len(piece.rstrip())
            if left < right:
                spans.append(Span(line.start() + start + left, line.start() + start + right))
            start = cut
    return spans


def article_sentences(article: Article) -> list[Sentence]:
    """Return the sentences that can be cited: those outside the article's sub-headings."""
    return [
        Sentence(article.id, span.start, span.end, article.body[span.start : span.end])
        for span, is_heading in body_units(article)
        if not is_heading
    ]


def body_units(article: Article) -> list[tuple[Span, bool]]:
    """Return every sentence and sub-heading of the body in order; True marks a sub-heading."""
    units: list[tuple[Span, bool]] = []
    done = 0
    for heading in sorted(article.headings):
        start, end = max(heading.start, done), min(heading.end, len(article.body))
        if start >= end:
            continue
        units += _shifted(article.body, done, start, is_heading=False)
        units += _shifted(article.body, start, end, is_heading=True)
        done = end
    return units + _shifted(article.body, done, len(article.body), is_heading=False)


def _shifted(body: str, start: int, end: int, *, is_heading: bool) -> list[tuple[Span, bool]]:
    spans = split_sentences(body[start:end])
    if is_heading and spans:
        spans = [Span(spans[0].start, spans[-1].end)]
    return [(Span(start + span.start, start + span.end), is_heading) for span in spans]


def _cuts(line: str) -> list[int]:
    """Offsets behind each sentence end inside one line."""
    pairs = _match_pairs(line)
    opener_of = {close: opener for opener, close in pairs.items()}
    cuts: list[int] = []
    start = position = 0
    while place := _MARK.search(line, position):
        position = place.start()
        close = pairs.get(position)
        if close is not None and _stays_whole(start, position, close):
            end = close + 1
            ends_here = _ends_with_stop(line, position, close) and _quotation_ends(
                line, start, position, end
            )
        elif _is_stop(line, start, position):
            end = _absorb(line, position + 1, opener_of)
            ends_here = _stop_ends(line, start, position, end, opener_of)
        else:
            position += 1
            continue
        position = end
        if ends_here:
            position = start = _absorb(line, end, opener_of)
            cuts.append(start)
    return cuts


def _match_pairs(line: str) -> dict[int, int]:
    """Opening offset to closing offset; a quote or bracket without its mate is left out."""
    pairs: dict[int, int] = {}
    open_at: list[tuple[str, int]] = []
    for place in _BRACKET.finditer(line):
        position, char = place.start(), place[0]
        if char == '"':
            closing = any(opener == '"' for opener, _ in open_at[-8:])
        else:
            closing = char in _CLOSERS
        if closing:
            # 8 levels: deeper nesting is noise, and a bound keeps the scan linear.
            for depth in range(len(open_at) - 1, max(-1, len(open_at) - 9), -1):
                opener, opened = open_at[depth]
                if _PAIRS.get(opener, '"') == char:
                    pairs[opened] = position
                    del open_at[depth:]
                    break
        elif char in _PAIRS or char == '"':
            open_at.append((char, position))
    return pairs


def _stays_whole(start: int, opener: int, close: int) -> bool:
    return close - opener <= _MAX_QUOTE and close - start <= _MAX_QUOTED_SENTENCE


def _ends_with_stop(line: str, opener: int, close: int) -> bool:
    last = close - 1
    while last > opener and line[last] in _CLOSERS:
        last -= 1
    return last > opener and line[last] in _STOPS


def _absorb(line: str, position: int, opener_of: dict[int, int]) -> int:
    """Skip the stops and closing marks that belong to the end just found."""
    while position < len(line) and (
        line[position] in _STRONG
        or line[position] == "…"
        or line[position] in _CLOSERS
        or position in opener_of
    ):
        position += 1
    return position


def _is_stop(line: str, start: int, position: int) -> bool:
    char = line[position]
    if char in _DOTS:
        return _is_full_stop(line, start, position)
    if char in "!?":
        after = line[position + 1 : position + 2]
        return not (after.isascii() and (after.isalnum() or after in ("=", "&", "/", "%", "#")))
    if char == ";":
        after = line[position + 1 : position + 2]
        is_entity = re.search(r"&#?\w{1,8}$", line[max(0, position - 10) : position])
        return not is_entity and (not after.isascii() or after.isspace())
    return char in _STRONG or char in _SOFT


def _is_full_stop(line: str, start: int, position: int) -> bool:
    end = position + 1
    while end < len(line) and (line[end] in _CLOSERS or line[end] == '"'):
        end += 1
    rest = line[end : end + 8].lstrip()
    if not rest and end + 8 >= len(line):
        return True
    if not line[end].isspace() or not rest:
        return False
    before = re.split(r"[\s“”\"'(（]", line[max(start, position - 24) : position])[-1]
    starts = rest[0].isupper() or rest[0] in _QUOTES or unicodedata.category(rest[0]) == "Lo"
    if not starts and not (rest[0].isdigit() and before.isalpha() and len(before) > 2):
        return False
    is_list_number = before.isdigit() and not line[start:position].strip().removesuffix(before)
    return not (_ABBREVIATIONS.fullmatch(before) or _INITIALS.fullmatch(before) or is_list_number)


def _stop_ends(line: str, start: int, stop: int, end: int, opener_of: dict[int, int]) -> bool:
    """Does the run of stops and closing marks ``line[stop:end]`` end a sentence?"""
    if line[end : end + 1] and line[end] in _CARRY_ON:
        return False
    if all(char in _SOFT for char in line[stop:end]):
        return end - start >= _MIN_SOFT and _reaches(line, end, _MIN_SOFT)
    closed = [opener_of[i] for i in range(stop, end) if i in opener_of]
    if closed and line[closed[-1]] in _QUOTES:
        return _quotation_ends(line, start, max(start, closed[-1]), end)
    return True


def _reaches(line: str, start: int, length: int) -> bool:
    """At least ``length`` characters come before the next stop."""
    count = 0
    for char in line[start:]:
        if char in _STRONG or char in _SOFT:
            return False
        count += not char.isspace()
        if count >= length:
            return True
    return False


def _quotation_ends(line: str, start: int, opener: int, end: int) -> bool:
    """Does a bracket whose own last sentence has ended also end the sentence around it?"""
    rest = line[end : end + 40].lstrip()
    if not rest:
        return True
    if rest[0] in _CARRY_ON or rest.startswith(_JAPANESE_QUOTATIVE) or line[opener] in _TITLES:
        return False
    before = line[max(start, opener - 16) : opener].strip()
    if line[opener] not in _QUOTES:
        return not before
    if rest[0].isascii() and rest[0].isalpha():
        return rest[0].isupper()
    if before.endswith(("：", ":")) or _SPEAKS.search(before):
        return not rest.startswith("的")
    return not before and not _ATTRIBUTION.match(rest)
