"""ROUGE-L for Chinese: the longest common subsequence of two texts. Knows nothing of runs.

Lin 2004, *ROUGE: A Package for Automatic Evaluation of Summaries*, sentence level, with F1 (beta 1)
as in CRUD-RAG (Lyu et al. 2024) and LCSTS (Hu et al. 2015), where the units are characters.
"""

import re
import unicodedata
from collections.abc import Sequence

# A Han or kana character is a unit by itself; letters and digits count as whole words and figures.
_UNIT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\d+(?:\.\d+)?%?|[^\W\d_]+")
_HAN = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


def rouge_units(text: str) -> list[str]:
    """NFKC in lower case: Han and kana one by one, words and figures whole, no punctuation.

    >>> rouge_units("６月末，GDP 5.4%")
    ['6', '月', '末', 'gdp', '5.4%']
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = re.sub(r"(?<=\d),(?=\d{3})", "", folded)
    return _UNIT.findall(_HAN.sub(r" \1 ", folded))


def rouge_l(text: str, references: Sequence[str]) -> float:
    """The best F1 over the references; 0 to 1, 0 where there is none.

    >>> rouge_l("余额512亿元", ["贷款余额512亿元"])  # 5 of 5 and 5 of 7 units: 2 * 5 / (5 + 7)
    0.8333333333333334
    """
    said = rouge_units(text)
    best = 0.0
    for reference in references:
        wanted = rouge_units(reference)
        if said and wanted:
            best = max(best, 2 * _common(said, wanted) / (len(said) + len(wanted)))
    return best


def _common(one: Sequence[str], two: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(two) + 1)
    for first in one:
        last, row = row, [0] * (len(two) + 1)
        for n, second in enumerate(two, 1):
            row[n] = last[n - 1] + 1 if first == second else max(last[n], row[n - 1])
    return row[-1]
