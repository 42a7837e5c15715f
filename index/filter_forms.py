"""Whether a page or a reporter, as a reader types it, is the one that was printed.

Knows no archive: compares two texts. Both sides are folded, so width, case and 繁簡 do not count.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from index.numerals import han_int
from index.words import fold_characters

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_PAGE_CODE = re.compile(r"(?<![a-z\d])(?P<letters>[a-z]{0,2})\s?0*(?P<number>\d{1,3})(?![a-z\d])")
_HAN_PAGE = re.compile(r"[一二三四五六七八九十]{1,3}")
_NAME_BREAK = re.compile(r"[^\w\s&'-]+|_+")
_FRAME = re.compile(r"^第|版面?$")
_PAGE_WORDS = frozenset(("", "page", "pages", "p"))
# In a byline without blanks a name stands right behind the first and right before the second kind.
_NAME_BEGINS = ("记者", "通讯员", "评论员", "特派员", "实习生", "撰稿人", "编辑", "作者", "摄影")
_NAME_ENDS = "摄|报道|报导|综合|整理|编译|供图|文/|图/|本报|记者|通讯员|评论员|特派员|实习生"
_SHORTEST_IN_BYLINE = 2  # one character alone is found in too many names


def section_matches(wanted: str, section: str) -> bool:
    """Whether a printed section is on the page and has the name that are wanted.

    >>> [section_matches(typed, "A02 要闻") for typed in ("a02版", "要闻", "A2 要闻", "要", "A03")]
    [True, True, True, False, False]
    """
    keys = section_keys(wanted)
    return bool(keys) and keys <= section_keys(section)


@lru_cache(maxsize=4_096)
def section_keys(section: str) -> frozenset[str]:
    """Page codes and names of a section, each in one form: ``第A02版：要闻`` has a2 and 要闻."""
    text = fold_characters(section)
    codes = {f"{code['letters']}{code['number']}" for code in _PAGE_CODE.finditer(text)}
    names: set[str] = set()
    for part in _NAME_BREAK.split(_PAGE_CODE.sub("|", text)):
        # A Latin name keeps its blanks: "sports" is not the section "world sports".
        names.update(part.split() if _HAN.search(part) else [part.strip()])
    bare = {_FRAME.sub("", name) or name for name in names} - _PAGE_WORDS
    if codes:
        bare -= {"版", "第"}
    return frozenset(codes | {_page_number(name) for name in bare})


def credit_matches(wanted: str, reporters: Sequence[str], byline: str) -> bool:
    """Whether somebody of this name, blanks aside, is a reporter or stands whole in the byline.

    >>> credit_matches("李明", (), "□本报记者 李 明"), credit_matches("李明", (), "记者 李明亮")
    (True, False)
    """
    key = name_key(wanted)
    if not key:
        return False
    if any(name_key(reporter) == key for reporter in reporters):
        return True
    if len(key) < _SHORTEST_IN_BYLINE:
        return False
    return bool(_whole_name(key).search(fold_characters(byline)))


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """A name folded and without blanks: print pads 李明 to 李 明."""
    return "".join(fold_characters(name).split())


@lru_cache(maxsize=64)
def _whole_name(key: str) -> re.Pattern[str]:
    letters = r"\s?".join(map(re.escape, key))
    begins = "|".join(f"(?<={role})" for role in _NAME_BEGINS)
    return re.compile(rf"(?:(?<![^\W\d_])|{begins}){letters}(?:(?![^\W\d_])|(?={_NAME_ENDS}))")


def _page_number(name: str) -> str:
    value = han_int(name) if _HAN_PAGE.fullmatch(name) else None
    return name if value is None else str(value)
