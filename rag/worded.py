"""A statement in the words of the sentence it cites, where a model has put it in the question's.

最多能上浮不得超过30% becomes 最高上浮幅度不得超过30%: only what was printed can be traced.
"""

from collections.abc import Sequence

from index.figures import Figure, parse_figures, same_figure
from index.words import fold, tagged_words, words
from rag.cite import Statement
from rag.extract import pieces, widened
from rag.focus import Focus
from rag.types import Evidence

# Of a statement's pairs of neighbouring Han characters: the share by which docs/metrics.md calls
# it carried by its source.
_ENOUGH = 0.6
_LONGEST = 120  # characters
_NAMES = ("ns", "nr", "nt", "nz")  # jieba's tags: places, people, bodies, others


def carries(source: str, said: str) -> bool:
    """Whether the source has most of the words said: pairs of neighbouring Han characters."""
    told, pairs = _pairs(source), _pairs(said)
    return not pairs or len(pairs & told) >= _ENOUGH * len(pairs)


def carriers(statement: Statement, shown: Sequence[Evidence]) -> list[tuple[int, ...]]:
    """The sentences that each carry what those pointed at do not.

    Empty where those pointed at carry it, or none are.
    """
    if _carried(statement, shown):
        return []
    return [(item.number,) for item in shown if carries(item.text, statement.text)]


def with_another(statement: Statement, shown: Sequence[Evidence]) -> list[tuple[int, ...]]:
    """The one sentence pointed at with each other of its article that together carry it.

    For a statement that may be shown as it is: the other has its subject or its circumstances.
    Empty where the first carries it alone.
    """
    if len(statement.numbers) != 1 or _carried(statement, shown):
        return []
    own = next(item for item in shown if item.number in statement.numbers)
    return [
        (own.number, other.number)
        for other in shown
        if other.number != own.number
        and other.article_id == own.article_id
        and carries(f"{own.text}\n{other.text}", statement.text)
    ]


def in_its_words(said: str, source: str, question: str, focus: Focus) -> str:
    """The clauses of the source that hold what ``said`` answers; ``said`` where they say it so.

    What it answers: its figures, and its words that are not the question's. With them go the names
    that it has from the source. Unchanged where the source lacks one of those words or has them
    only far apart (more than 120 characters), and where a clause of it has none: 开放的是西馆,
    an answer in the question's own words, may say what no figure beside it does.
    """
    if carries(source, said):
        return said
    figures, own = parse_figures(said), frozenset(words(said)) - frozenset(words(question))
    answers = own <= set(words(source)) and all(
        _has(clause.group(), figures, own) for clause in pieces(said)
    )
    names = {word for word, tag in tagged_words(said) if tag in _NAMES and word in fold(source)}
    held = [
        clause
        for clause in pieces(source)
        if _has(clause.group(), figures, own) or any(name in fold(clause[0]) for name in names)
    ]
    if not answers or not held or held[-1].end() - held[0].start() > _LONGEST:
        return said
    return widened(source, held[0].start(), held[-1].end(), focus)


def _carried(statement: Statement, shown: Sequence[Evidence]) -> bool:
    """True too where nothing is pointed at: that is no question of words."""
    own = [item.text for item in shown if item.number in statement.numbers]
    return not own or carries("\n".join(own), statement.text)


def _has(clause: str, figures: Sequence[Figure], own: frozenset[str]) -> bool:
    printed = parse_figures(clause)
    return any(same_figure(one, other) for one in figures for other in printed) or bool(
        own & set(words(clause))
    )


def _pairs(text: str) -> set[str]:
    folded = "".join(fold(text).split())
    return {
        folded[n : n + 2]
        for n in range(len(folded) - 1)
        if all("\u4e00" <= letter <= "\u9fff" for letter in folded[n : n + 2])
    }
