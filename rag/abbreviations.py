"""What Latin abbreviations stand for, learnt from the texts found. Has no dictionary."""

import re
from collections.abc import Iterable, Sequence

_TAIL = 6  # characters of the written-out form that are enough to know it by
_LEAST = 4


def written_out(names: Sequence[str], texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """For each Latin name, the ends of the Chinese terms it is printed behind in brackets.

    Where a term begins is not printed, so its last six characters stand for it.

    >>> written_out(["lpr"], ["5年期以上贷款市场报价利率（LPR）为3.95%。"])
    {'lpr': frozenset({'市场报价利率'})}
    """
    latin = [name for name in names if name.isascii()]
    if not latin:
        return {}
    pattern = re.compile(
        rf"([\u4e00-\u9fff]{{{_LEAST},}})[（(]\s*({'|'.join(map(re.escape, latin))})\s*[)）]",
        re.IGNORECASE,
    )
    found: dict[str, set[str]] = {}
    for text in texts:
        for match in pattern.finditer(text):
            found.setdefault(match[2].lower(), set()).add(match[1][-_TAIL:])
    return {name: frozenset(terms) for name, terms in found.items()}
