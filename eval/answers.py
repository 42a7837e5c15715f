"""Answer a retrieval query set end to end, from an archive. Format: docs/answers-format.md."""

from collections.abc import Callable
from datetime import date

from eval.predict import Row, answer_row
from eval.retrieval_queries import RetrievalQuery
from rag.engine import Engine
from rag.types import Answered

# Where no article has a date, a year-less period must still not depend on the day of the run.
_UNDATED = date(2000, 1, 1)


def archive_answers(engine: Engine) -> Callable[[RetrievalQuery], Row]:
    """Ask as a reporter does on the archive's last day: the question and nothing else."""
    today = engine.archive.coverage().last or _UNDATED

    def ask(query: RetrievalQuery) -> Row:
        for event in engine.stream(query.question, today=today):
            if isinstance(event, Answered):
                answer = event.answer
                ranked = dict.fromkeys(item.article_id for item in answer.evidence)
                return answer_row(query.id, answer, list(ranked))
        raise RuntimeError("the event stream ended without an answer")

    return ask
