"""Ask a question set in one configuration and keep what came of it, to be taken up again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.metrics_set import QuestionSet, SetKind
from eval.predict import Row, answer_row, run_predictions
from index.errors import BadInput
from rag.engine import Engine
from rag.search import Findings
from rag.types import Turn

WARM_UP = 3  # questions asked before the clock counts
_UNDATED = date(2000, 1, 1)
Find = Callable[[str, date], Findings]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of any set, as it is asked in a matrix."""

    id: str
    type: str
    turns: tuple[str, ...]
    as_of: date | None


Asker = Callable[[Asked], Row]


def asked_of(questions: QuestionSet, *, ranking: bool) -> list[Asked]:
    """What of a set can be asked; a ranking only questions of one turn with gold articles.

    A follow-up is made whole by the engine from the answer before, which a ranking has not.

    Raises:
        BadInput: The set brings its own texts, or holds nothing that can be asked.
    """
    if questions.kind not in (SetKind.QA, SetKind.RETRIEVAL):
        raise BadInput(
            f"{questions.path} is a set of the kind {questions.kind}, asked from its own texts; a "
            "matrix takes QA sets and retrieval sets."
        )
    items = [
        Asked(item.id, item.type, item.asked or (item.question,), item.as_of)
        for item in questions.questions
        if not ranking or (item.query is not None and len(item.asked) <= 1)
    ]
    if not items:
        raise BadInput(f"{questions.path} has no question of one turn with gold articles to rank.")
    return items


def run_config(
    items: list[Asked],
    ask: Asker,
    out: Path,
    *,
    made_with: dict[str, str],
    record: dict[str, Any],
    parallel: int = 1,
    on_done: Callable[[], None] = lambda: None,
) -> None:
    """Ask what ``out`` lacks, the first questions once more before so that the clock is fair.

    Raises:
        BadInput: ``out`` holds another run, or cannot be written.
    """
    asker = _warmed(items[:WARM_UP], ask)
    run_predictions(
        items, asker, out, made_with=made_with, record=record, parallel=parallel, on_done=on_done
    )


def _warmed(first: list[Asked], ask: Asker) -> Asker:
    """``ask``; its first call asks some others before. Where nothing is left to ask, nothing is."""
    left = list(first)

    def asked(item: Asked) -> Row:
        while left:
            ask(left.pop())
        return ask(item)

    return asked


def ranking_of(find: Find, *, last: date | None) -> Asker:
    """Ask for a ranking and its sentences; ``last``: the archive's last day."""

    def ask(item: Asked) -> Row:
        start = time.perf_counter()
        found = find(item.turns[-1], item.as_of or last or _UNDATED)
        return {
            "id": item.id,
            "ranked": list(found.ranked),
            "evidence": [{"article_id": e.article_id, "text": e.text} for e in found.evidence],
            "timings": {"retrieve": round(time.perf_counter() - start, 4)},
        }

    return ask


def answers_of(engine: Engine) -> Asker:
    """Ask the engine, turns one after the other, on the question's day or the archive's last."""
    last = engine.archive.coverage().last or _UNDATED

    def ask(item: Asked) -> Row:
        history: list[Turn] = []
        today = item.as_of or last
        for turn in item.turns[:-1]:
            history.append(Turn(turn, engine.ask(turn, history=history, today=today)))
        answer = engine.ask(item.turns[-1], history=history, today=today)
        ranked = dict.fromkeys(each.article_id for each in answer.evidence)
        return answer_row(item.id, answer, list(ranked))

    return ask
