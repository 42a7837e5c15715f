"""Text to words for matching: simplified, lower case, half width, figures whole.

Only for matching: what is shown and quoted is never passed through here.
"""

import re
import unicodedata
from functools import cache
from typing import Any

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?%?|[a-z]+(?:[-'][a-z]+)*|[^\W\d_a-z]+", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@cache
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _cutter() -> Any:
    import rjieba

    return rjieba


@cache
def _to_traditional() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str) -> str:
    """Simplified characters to traditional, for an answer to a question asked in them."""
    return str(_to_traditional().convert(text))


def fold(text: str) -> str:
    """NFKC, lower case, traditional characters to simplified; length may change."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if _HAN.search(folded):
        folded = _to_simplified().convert(folded)
    return folded


def words(text: str) -> list[str]:
    """Words in order, compounds with their parts: 准备金率 also yields 准备 and 准备金.

    Figures stay whole without thousands commas (20,314 -> 20314); punctuation is dropped.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        token = match.group()
        if token[0].isdigit():
            found.append(token.replace(",", ""))
        elif _HAN.search(token):
            found.extend(_cutter().cut_for_search(token))
        else:
            found.append(token)
    return found


def tagged_words(text: str) -> list[tuple[str, str]]:
    """Words with jieba's part-of-speech tags (ns place, nr person, nt organisation, m numeral)."""
    return [(word, tag) for word, tag in _cutter().tag(fold(text)) if word.strip()]
