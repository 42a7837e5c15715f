"""Whether the figures that an answer works with may be worked with together.

存款 and 投资 have no sum, 甲市 last year and 乙市 this year no growth, and the sum of 存款 and 贷款
is not 贷款. Knows nothing of arithmetic.
"""

from collections.abc import Sequence

from index.figures import Figure, same_figure
from rag.derive import Derivation, Operation
from rag.verify_binding import told_of
from rag.verify_clauses import Told, told_figures
from rag.verify_measure import alike, differing
from rag.verify_spans import Word


def operands_fit(figure: Figure, text: str, proof: Derivation, sources: Sequence[str]) -> bool:
    """Whether the operands are of one kind and the result is not told of one of them only.

    True where the sources do not say what an operand is of.
    """
    told = [_told(operand, sources) for operand in proof.operands]
    known = [one for one in told if one is not None and _things(one)]
    if len(known) < len(told):
        return True
    first, *others = known
    if proof.operation is Operation.GROWTH:
        return not any(_differ(first, other) for other in others)
    if proof.operation is Operation.SHARE:
        return True
    if not all(_one_kind(_things(first)[-1].text, _things(other)[-1].text) for other in others):
        return False
    claim = told_of(figure, text)
    if claim is None or proof.operation is Operation.DIFFERENCE:
        return True
    return not any(_names_one(claim.told, one, known) for one in known)


def _told(operand: Figure, sources: Sequence[str]) -> Told | None:
    found = [
        one.told
        for source in sources
        for one in told_figures(source)
        if same_figure(operand, one.figure)
    ]
    return found[0] if found else None


def _things(told: Told) -> list[Word]:
    named = [word for word in told.words if not word.proper]
    return [word for word in named if not word.act] or named[-1:]  # jieba calls 营收 a verb


def _one_kind(a: str, b: str) -> bool:
    """进口 and 出口 have a sum, as 存款 and 贷款 have: they end alike."""
    return a[-1] == b[-1] or alike(a, b)


def _differ(a: Told, b: Told) -> bool:
    return any(
        any(not word.act for word in mine) and any(not word.act for word in theirs)
        for mine, theirs in differing(a.words, b.words)
    )


def _names_one(claim: Told, one: Told, known: Sequence[Told]) -> bool:
    """Whether the result is told of what tells one operand from another, and not of the others."""
    return any(
        _names(claim, one, other) and not _names(claim, other, one, short=True)
        for other in known
        if other is not one
    )


def _names(claim: Told, one: Told, other: Told, *, short: bool = False) -> bool:
    """Whether the claim says what ``one`` has in place of ``other``; 存贷款 says both, in short."""
    for mine, theirs in differing(one.words, other.words):
        kinds = {word.proper for word in mine} & {word.proper for word in theirs}
        for word in mine:
            said = claim.has(word) or (short and word.text[0] in claim.stretch)
            if word.proper in kinds and not word.act and said and not other.has(word):
                return True
    return False
