"""Text to words for matching: simplified, lower case, half width, figures whole.

Only for matching: what is shown and quoted is never passed through here.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?%?|[a-z]+(?:[-'][a-z]+)*|[^\W\d_a-z]+", re.IGNORECASE)
_SENTENCE = 300  # characters
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_HALF = re.compile(r"[\ud800-\udfff]")  # lone surrogates


@cache
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _cutter() -> Any:
    import rjieba

    return rjieba


class _Simplified(dict[int, str]):
    """A table for str.translate that asks OpenCC once for each character it meets."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if _HALF.match(character):  # rjieba and OpenCC take UTF-8, which has no such code points
            character = "\ufffd"
        elif _HAN.match(character):
            character = str(_to_simplified().convert(character))
        self[code] = character
        return character


_simplified = _Simplified()


@cache
def _to_traditional() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str) -> str:
    """Simplified characters to traditional, for an answer to a question asked in them."""
    return str(_to_traditional().convert(text))


def simplified(text: str) -> str:
    """Traditional characters to simplified; nothing else changes."""
    return str(_to_simplified().convert(text))


def fold(text: str) -> str:
    """NFKC, lower case, traditional characters to simplified; length may change."""
    return _fold_sentence(text) if len(text) <= _SENTENCE else _fold(text)


@lru_cache(maxsize=8192)
def _fold_sentence(text: str) -> str:
    """One search folds the same sentences several times."""
    return _fold(text)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    # Character by character first: OpenCC's phrases are only for text that has such characters.
    if folded.translate(_simplified) != folded:
        folded = _to_simplified().convert(_HALF.sub("\ufffd", folded))
    return folded


def fold_characters(text: str) -> str:
    """Like ``fold``, but each character by itself and white space as one space.

    So a passage of a text folds to a passage of the folded text, whatever stands around it.
    """
    folded = unicodedata.normalize("NFKC", text).lower().translate(_simplified)
    return " ".join(folded.split())


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


def simplified_in_place(text: str) -> str:
    """Simplified characters, lower case, each in its place: offsets stay those of ``text``."""
    return "".join(c if len(c) == 1 else o for c, o in _in_place(text))


def _in_place(text: str) -> Iterator[tuple[str, str]]:
    for original in text:
        yield original.lower().translate(_simplified), original


def tagged_spans(text: str) -> list[tuple[int, int, str]]:
    """Words as ``(start, end, tag)`` of the text itself, tags as in ``tagged_words``.

    White space is a word of its own.
    """
    spans: list[tuple[int, int, str]] = []
    at = 0
    for word, tag in _cutter().tag(simplified_in_place(text)):
        spans.append((at, at + len(word), tag))
        at += len(word)
    return spans
