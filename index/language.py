"""Which language a text is written in, by its characters. Knows nothing of what it says."""

import re
from functools import lru_cache

_SAMPLE = 4_000
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff]")
_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?")
# Japanese cannot do without hiragana; a Japanese name in a Chinese text is mostly katakana.
_HIRAGANA_SHARE = 0.1


def detect_language(text: str) -> str:
    """``zh-Hans``, ``zh-Hant``, ``en``, ``ja`` or ``ko``; empty where there are no such letters.

    A Chinese character weighs as much as a Latin word, so ``What is 青岛's loan balance?`` is
    English and ``青岛的GDP是多少`` Chinese. Any Latin script counts as English, and Chinese that
    shows neither script's own characters (``中文``) as simplified.
    """
    sample = text[:_SAMPLE]
    han = _HAN.findall(sample)
    kana = len(_KANA.findall(sample))
    hangul = len(_HANGUL.findall(sample))
    words = len(_WORD.findall(sample))
    if max(len(han) + kana, hangul, words) == 0:
        return ""
    if hangul > max(len(han) + kana, words):
        return "ko"
    if words > len(han) + kana:
        return "en"
    if len(_HIRAGANA.findall(sample)) > _HIRAGANA_SHARE * (len(han) + kana):
        return "ja"
    return _script(han)


def _script(han: list[str]) -> str:
    simplified, traditional = _own_characters()
    if traditional.isdisjoint(han):
        return "zh-Hans"
    shown_simplified = sum(map(simplified.__contains__, han))
    shown_traditional = sum(map(traditional.__contains__, han))
    return "zh-Hant" if shown_traditional > shown_simplified else "zh-Hans"


@lru_cache(maxsize=1)
def _own_characters() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that only one script writes.

    A character of the mainland's standard that Taiwan's lacks is a simplified form, and one of
    Taiwan's everyday level that the mainland's lacks a traditional one; shared forms such as 后,
    里 and 干 are in both and say nothing.
    """
    unified = [chr(point) for point in range(0x4E00, 0x9FA6)]
    mainland = {character for character in unified if _writes("gb2312", character)}
    taiwan = {character for character in unified if _writes("big5", character)}
    everyday = {character for character in taiwan if character.encode("big5") < b"\xc9\x40"}
    return frozenset(mainland - taiwan), frozenset(everyday - mainland)


def _writes(codec: str, character: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
