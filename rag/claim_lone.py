"""The one name, place or day of a sentence that says nearly everything that was asked.

Weaker than a bound value: believed only beside a bound value of another text, where neither text
knows the other's. Knows nothing of conflicts.
"""

from collections.abc import Callable, Sequence

from index.words import fold
from rag.claim_text import Value
from rag.claims import Claim
from rag.evidence import Candidate

# At .7 four of 158 questions over texts that agree had a second value, at .8 one, with the
# same gain (docs/LOG.md 2026-11-23).
_COVERAGE = 0.8

Reader = Callable[[str], Sequence[Value]]
Maker = Callable[[int, Candidate, Value], Claim | None]


def lone_claims(
    bound: Sequence[Claim], read: Reader, make: Maker, candidates: Sequence[Candidate]
) -> list[Claim]:
    """Of texts without a bound value, the sentences' only values, unknown to the bound texts.

    ``bound``: claims that all give one value; ``make`` returns None for a value of another year,
    edition or stage.
    """
    if not bound:
        return []
    texts = {claim.item.article.id: _whole(claim.item) for claim in bound}
    value = _last(bound[0].value)
    found = []
    for number, item in enumerate(candidates, 1):
        if item.article.id in texts or item.missing or item.coverage < _COVERAGE:
            continue
        values = read(fold(item.sentence.text))
        if len({each.text for each in values}) != 1 or values[0].listed:
            continue
        if value in _whole(item) or any(_last(values[0].text) in text for text in texts.values()):
            continue
        if claim := make(number, item, values[0]):
            found.append(claim)
    return found


def _whole(item: Candidate) -> str:
    return fold(f"{item.article.headline} {item.article.body}")


def _last(name: str) -> str:
    """卡梅隆 of 詹姆斯·卡梅隆: a text says the surname alone."""
    return name.rsplit("·", 1)[-1]
