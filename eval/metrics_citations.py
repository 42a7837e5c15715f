"""Do the citations carry the answer? By what the sentences say, and by the gold labels.

Statement level is ALCE's citation recall and precision (Gao, Yen, Yu and Chen 2023, *Enabling Large
Language Models to Generate Text with Citations*), its language-inference model replaced by a rule
over words: a lower bound that needs no second model and never differs between two runs.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from eval.match import contains, normalise
from eval.retrieval_metrics import groups_found, mean
from rag.messages import is_refusal

Entails = Callable[[str, str], bool]  # premise, statement

# A full stop ends an English statement before a capital: not in 3.5, U.S. President, Mr. Smith.
_STOP = r"(?<!\b[A-Z])(?<!\b[MD][rs])(?<!\bMrs)\.(?=(?:\s*\[\d+\])*\s+[\"“]?[A-Z])"
_STATEMENT = re.compile(
    rf"(?:(?!{_STOP})[^。！？!?；;\n])+(?:[。！？!?；;]|{_STOP})?(?:\s*\[\d+\])*"
)
_MARKER = re.compile(r"\[(\d+)\]")
_TOKEN = re.compile(r"[a-z]{2,}|\d[\d.]*%?")
_SHORTEST = 4  # letters and digits: what is shorter is no statement but a fragment
_ENOUGH = 0.6  # of a statement's pairs of Han characters; the rest is how it is put


@dataclass(frozen=True, slots=True)
class CitationScore:
    """ALCE's two shares of one answer; None where it has no statement, or no citation."""

    recall: float | None  # of its statements, those that their citations entail
    precision: float | None  # of its citations, those that their statement needs


def says_the_same(premise: str, statement: str) -> bool:
    """Whether the premise has every figure and Latin word of the statement, and most of the rest.

    ``lexical_entail`` of ``../shared/bench/metrics.py``: of the statement's pairs of neighbouring
    Han characters six in ten have to be there.
    """
    told, said = normalise(premise), normalise(statement)
    if not all(contains(premise, token) for token in _TOKEN.findall(said)):
        return False
    pairs = [said[n : n + 2] for n in range(len(said) - 1) if all(map(_is_han, said[n : n + 2]))]
    return not pairs or sum(pair in told for pair in pairs) / len(pairs) >= _ENOUGH


def _is_han(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff"


def score_citations(
    answer: str, sentences: Sequence[str], *, entails: Entails = says_the_same
) -> CitationScore:
    """ALCE recall and precision of an answer; ``[1]`` is the first of the sentences cited.

    A statement without a citation, or with one that does not exist, is not carried. A citation is
    needed where it alone entails the statement, or where the others do not.
    """
    carried: list[float] = []
    needed: list[float] = []
    for found in _STATEMENT.finditer(answer):
        statement = _MARKER.sub("", found[0]).strip()
        if len(normalise(statement)) < _SHORTEST or (statement and is_refusal(statement)):
            continue
        markers = list(dict.fromkeys(int(marker) for marker in _MARKER.findall(found[0])))
        if not markers or not all(1 <= marker <= len(sentences) for marker in markers):
            carried.append(0.0)
            needed += [0.0] * len(markers)
            continue
        cited = [sentences[marker - 1] for marker in markers]
        holds = entails("\n".join(cited), statement)
        carried.append(float(holds))
        needed += [
            float(holds and _needed(n, cited, statement, entails)) for n in range(len(cited))
        ]
    return CitationScore(mean(carried), mean(needed))


def _needed(number: int, cited: Sequence[str], statement: str, entails: Entails) -> bool:
    if len(cited) == 1 or entails(cited[number], statement):
        return True
    return not entails("\n".join([*cited[:number], *cited[number + 1 :]]), statement)


def article_precision(cited: Sequence[str], relevant: Collection[str]) -> float | None:
    """Share of the cited articles that are relevant; None where none is cited."""
    return mean([float(key in relevant) for key in cited])


def article_recall(cited: Sequence[str], groups: Sequence[Collection[str]]) -> float:
    """Share of the groups of gold articles of which one is cited."""
    return groups_found(cited, groups, len(cited))


def sentence_precision(
    cited: Sequence[tuple[str, str]], gold: Sequence[tuple[str, str]]
) -> float | None:
    """Share of the cited sentences that are gold ones; None where none is cited.

    Pairs of article id and words: one is the other's where either holds the other, white space
    aside. Gold words of "" stand for every sentence of that article.
    """
    return mean([float(any(_same(item, other) for other in gold)) for item in cited])


def sentence_recall(
    cited: Sequence[tuple[str, str]], gold: Sequence[tuple[str, str]], *, parts: int
) -> float:
    """Share of the gold sentences that are cited, of at most as many as the answer has parts.

    Several gold sentences for one part say the same: one of them is enough.
    """
    found = sum(any(_same(item, other) for item in cited) for other in gold)
    wanted = min(len(gold), max(parts, 1))
    return min(found, wanted) / wanted


def _same(cited: tuple[str, str], gold: tuple[str, str]) -> bool:
    (article, words), (wanted, gold_words) = cited, gold
    mine, right = "".join(words.split()), "".join(gold_words.split())
    return article == wanted and bool(mine) and (mine in right or right in mine)
