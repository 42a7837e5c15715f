"""Whether a sentence leans on the one before it. Knows nothing of articles or ranking."""

import re

from index.words import tagged_words

# Pronouns that point back: 其 其中 其余 该 该校 此 此次 为此 这 这一 那里 他们 她 它. jieba's tag r
# keeps 其实, 他乡 and 该不该 out. 我 and 你 point at who speaks, 谁 and 哪 ask.
_MEASURED = ("这", "那")  # 这座, 那家: the pronoun with its measure word is tagged q or mq
_PRONOUN_STARTS = (*_MEASURED, "其", "该", "此", "他", "她", "它", "为此", "因此", "本次")
_NO_PRONOUNS = frozenset({"那么", "这么"})
# Words that point back and are no pronouns to jieba: comparisons without their thing, and 上述.
_OTHERS = frozenset(
    """
    两者 二者 三者 前者 后者 双方 上述 对此 据此 与此同时 同期 同比 环比
    """.split()  # noqa: SIM905
)
_ENGLISH = re.compile(
    r"(?:it|its|he|his|she|her|they|their|this|these|those|that|such|both"
    r"|of (?:which|these|those|them)|the (?:former|latter))\b",
    re.IGNORECASE,
)
_OPENING = "—- \t\u3000“‘「『\"'（("
_LOOKED_AT = 12  # characters: the first word is among them


def points_back(text: str) -> bool:
    """Whether a sentence begins with a word for something that was said before it.

    >>> points_back("其中，制造业贷款增加40亿元。"), points_back("其实天气很好。")
    (True, False)
    """
    start = text.lstrip(_OPENING)
    if _ENGLISH.match(start):
        return True
    tagged = tagged_words(start[:_LOOKED_AT])
    word, tag = tagged[0] if tagged else ("", "")
    if word in _OTHERS:
        return True
    if tag in ("q", "mq") and word.startswith(_MEASURED):
        return True
    return tag == "r" and word.startswith(_PRONOUN_STARTS) and word not in _NO_PRONOUNS
