"""Figures of a statement as its sources print them: 22000个 becomes 超过22000个. Copied by code.

A dropped 超过 or 约 changes what is said; the word is put back rather than the statement struck.
"""

import re
from collections.abc import Sequence

from index.figures import Figure, parse_figures, same_amount, same_change, same_figure

_BEFORE = re.compile(
    r"(?:不得超过|不超过|不少于|不低于|不高于|超过|超|逾|将近|接近|近|大约|约为|约|至少|最多|不到|不足)$"
)
_AFTER = re.compile(r"(?:左右|上下|以上|以下|以内)")


def as_printed(text: str, sources: Sequence[str]) -> str:
    """The text with the approximation of each figure as a source prints it.

    Figures that a source has exactly as said, and those that none has, stay.

    >>> as_printed("打击了22000个目标", ["已经打击了超过22000个目标"])
    '打击了超过22000个目标'
    """
    known = [(figure, source) for source in sources for figure in parse_figures(source)]
    for figure in reversed(parse_figures(text)):
        if any(same_figure(figure, said) for said, _ in known):
            continue
        rounder = [
            (said, source)
            for said, source in known
            if same_amount(figure, said) and same_change(figure, said)
        ]
        if rounder and not figure.approx:
            text = text[: figure.start] + _printed(*rounder[0]) + text[figure.end :]
    return text


def _printed(figure: Figure, source: str) -> str:
    before = _BEFORE.search(source[: figure.start])
    after = _AFTER.match(source, figure.end)
    end = after.end() if after else figure.end
    return (before[0] if before else "") + source[figure.start : end]
