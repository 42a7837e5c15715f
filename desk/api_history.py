"""An earlier conversation, as its texts, becomes the engine's history."""

from collections.abc import Sequence
from datetime import date

from index.errors import BadInput
from rag.engine import Engine
from rag.evidence import latest_anchor
from rag.types import Answer, Status, Turn
from rag.understand import LONGEST_QUESTION, understand

_TURNS = 6  # a follow-up leans on what was just said


def turns_of(
    engine: Engine, said: Sequence[tuple[str, str]], *, today: date | None = None
) -> tuple[Turn, ...]:
    """Questions and answers, oldest first, each question made whole from the one before.

    Only the last six count; a question is read up to 500 characters, an empty one is left out.
    """
    coverage = engine.archive.coverage()
    anchor = latest_anchor(coverage.last, today or date.today())
    turns: list[Turn] = []
    for question, answer in said[-_TURNS:]:
        try:
            query, _ = understand(question[:LONGEST_QUESTION], history=turns, anchor=anchor)
        except BadInput:
            continue
        known = Answer(
            Status.ANSWERED,
            answer,
            query,
            (),
            (),
            (),
            coverage,
            {},
            "",
            engine.archive.index_version,
        )
        turns.append(Turn(question, known))
    return tuple(turns)
