"""Ask every question of a QA set and score the answers. Measures: docs/qa-format.md."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from eval.match import parts_right, without_markers
from eval.predict import Row, run_predictions
from eval.questions import Gold, Question, read_questions
from eval.retrieval_out import write_lines
from index.errors import BadInput
from rag.engine import Engine
from rag.export import answer_json
from rag.types import Answer, Status, Turn

__all__ = [
    "Gold",
    "Question",
    "Score",
    "asker",
    "is_gold_sentence",
    "read_questions",
    "run_questions",
    "score_answer",
    "score_row",
    "summary_lines",
]


@dataclass(frozen=True, slots=True)
class Score:
    """What became of one question. None where a measure makes no sense: absence is not zero."""

    id: str
    type: str
    status: str
    answerable: bool
    right: bool | None  # every required part in the answer's words (answerable only)
    cited: bool | None  # a citation lies in a gold article (answered and answerable, with gold)
    gold_sentence: bool | None  # a cited sentence is a gold one (as cited; gold with a quote)
    refused: bool
    found: bool | None  # a gold sentence or article is among the evidence (answerable, with gold)
    unsupported: int  # figures, dates or names shown that are not in their cited sentences
    characters: int  # of the answer without markers: echoing the evidence must not pass unseen
    seconds: float | None  # None where the LLM's reply was a kept one
    first_word: float | None


def run_questions(
    engine: Engine,
    questions: Sequence[Question],
    out: Path,
    *,
    ask: Callable[[Question], Row] | None = None,
    made_with: Mapping[str, str] | None = None,
    record: Mapping[str, Any] | None = None,
    resume: bool = False,
    parallel: int = 1,
    on_done: Callable[[], None] = lambda: None,
) -> list[Score]:
    """Ask the questions; writes ``answers.jsonl`` and ``scores.jsonl`` under ``out``.

    A run that is there is begun anew, with ``resume`` taken up (``eval.predict``, which also
    describes the other arguments). ``ask``: ``asker(engine)``, with more around it.

    Raises:
        BadInput: ``out`` cannot be written, or with ``resume`` holds another run.
    """
    answers = out / "answers.jsonl"
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not resume:
            answers.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"--out {out} cannot be a folder: {error.strerror}") from None
    rows = run_predictions(
        questions,
        ask or asker(engine),
        answers,
        made_with=made_with or {},
        record=record,
        parallel=parallel,
        on_done=on_done,
    )
    scores = [score_row(item, row) for item, row in zip(questions, rows, strict=True)]
    lines = (json.dumps(asdict(score), ensure_ascii=False) for score in scores)
    write_lines(lines, out / "scores.jsonl")
    return scores


def asker(engine: Engine) -> Callable[[Question], Row]:
    """What asks the turns of a question one after the other and returns the last answer's row."""

    def ask(item: Question) -> Row:
        history: list[Turn] = []
        for turn in item.turns[:-1]:
            history.append(Turn(turn, engine.ask(turn, history=history, today=item.as_of)))
        answer = engine.ask(item.turns[-1], history=history, today=item.as_of)
        return {"id": item.id, **answer_json(answer)}

    return ask


def score_answer(item: Question, answer: Answer) -> Score:
    """Score one answer against its row."""
    return score_row(item, answer_json(answer))


def score_row(item: Question, row: Row) -> Score:
    """The same of an answer as ``answers.jsonl`` keeps it."""
    refused = row["status"] == Status.NOT_FOUND
    words = without_markers(row["text"])
    cited = [(each["article_id"], each["quote"]) for each in row["citations"]]
    answered = item.answerable and not refused
    return Score(
        id=item.id,
        type=item.type,
        status=row["status"],
        answerable=item.answerable,
        # A refusal is never right, whatever figure its explanation mentions.
        right=answered and all(parts_right(words, item.answers)) if item.answerable else None,
        cited=_in_gold_article(item, (article_id for article_id, _ in cited)) if answered else None,
        gold_sentence=is_gold_sentence(item, cited) if answered else None,
        refused=refused,
        found=_found(item, [(each["article_id"], each["text"]) for each in row["evidence"]]),
        unsupported=sum(not check["supported"] for check in row["checks"]),
        characters=len("".join(words.split())),
        seconds=row["timings"].get("total"),
        first_word=row["timings"].get("first_word"),
    )


def _in_gold_article(item: Question, article_ids: Iterable[str]) -> bool | None:
    gold = {gold.article_id for gold in item.gold}
    return any(article_id in gold for article_id in article_ids) if gold else None


def is_gold_sentence(item: Question, quotes: Iterable[tuple[str, str]]) -> bool | None:
    """Whether one quote holds a gold quote of the same article, or lies in it."""
    gold = [(gold.article_id, _plain(gold.quote)) for gold in item.gold if gold.quote.strip()]
    if not gold:
        return None
    return any(
        article_id == gold_id and (words in gold_words or gold_words in words)
        for article_id, quote in quotes
        if (words := _plain(quote))
        for gold_id, gold_words in gold
    )


def _found(item: Question, evidence: Sequence[tuple[str, str]]) -> bool | None:
    by_sentence = is_gold_sentence(item, evidence)
    whole = {gold.article_id for gold in item.gold if not gold.quote.strip()}
    if not whole:
        return by_sentence
    return bool(by_sentence) or any(article_id in whole for article_id, _ in evidence)


def _plain(text: str) -> str:
    """Without white space: a gold quote may have been copied across a line break."""
    return "".join(text.split())


def summary_lines(scores: Sequence[Score]) -> list[str]:
    """One line per type and one for all; a dash where nothing was measured.

    ``missed`` is the share of answerable questions that were refused, ``refused`` that of
    unanswerable ones.
    """
    heads = ("right", "cited", "sentence", "found", "missed", "refused", "flags", "chars", "p50 s")
    lines = [f"{'type':<14}{'n':>4}" + "".join(f"{head:>9}" for head in heads)]
    by_type = {name: [s for s in scores if s.type == name] for name in _types(scores)}
    for name, rows in [*by_type.items(), ("ALL", list(scores))]:
        cells = (
            _mean(row.right for row in rows),
            _mean(row.cited for row in rows),
            _mean(row.gold_sentence for row in rows),
            _mean(row.found for row in rows),
            _mean(row.refused for row in rows if row.answerable),
            _mean(row.refused for row in rows if not row.answerable),
            str(sum(row.unsupported for row in rows)),
            f"{median(row.characters for row in rows):.0f}" if rows else "–",
            _median(row.seconds for row in rows),
        )
        lines.append(f"{name:<14}{len(rows):>4}" + "".join(f"{cell:>9}" for cell in cells))
    return lines


def _median(seconds: Iterable[float | None]) -> str:
    known = [value for value in seconds if value is not None]
    return f"{median(known):.2f}" if known else "–"


def _types(scores: Iterable[Score]) -> list[str]:
    return list(dict.fromkeys(score.type for score in scores))


def _mean(values: Iterable[bool | None]) -> str:
    measured = [value for value in values if value is not None]
    return f"{sum(measured) / len(measured):.3f}" if measured else "–"
