"""Ask every question of a QA set and score the answers. Measures: docs/qa-format.md."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from eval.match import parts_right, without_markers
from eval.questions import Gold, Question, read_questions
from rag.engine import Engine
from rag.export import answer_json
from rag.types import Answer, Status, Turn

__all__ = [
    "Gold",
    "Question",
    "Score",
    "read_questions",
    "run_questions",
    "score_answer",
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
    seconds: float
    first_word: float | None


def run_questions(
    engine: Engine,
    questions: Sequence[Question],
    out: Path,
    *,
    on_done: Callable[[], None] = lambda: None,
) -> list[Score]:
    """Ask each question in turn; writes ``answers.jsonl`` and ``scores.jsonl`` under ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    scores = []
    with (
        (out / "answers.jsonl").open("w", encoding="utf-8") as answers,
        (out / "scores.jsonl").open("w", encoding="utf-8") as rows,
    ):
        for item in questions:
            answer = _ask(engine, item)
            score = score_answer(item, answer)
            scores.append(score)
            for file, row in (
                (answers, {"id": item.id, **answer_json(answer)}),
                (rows, asdict(score)),
            ):
                file.write(_line(row))
                file.flush()
            on_done()
    return scores


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _ask(engine: Engine, item: Question) -> Answer:
    history: list[Turn] = []
    for turn in item.turns[:-1]:
        history.append(Turn(turn, engine.ask(turn, history=history, today=item.as_of)))
    return engine.ask(item.turns[-1], history=history, today=item.as_of)


def score_answer(item: Question, answer: Answer) -> Score:
    """Score one answer against its row."""
    refused = answer.status is Status.NOT_FOUND
    words = without_markers(answer.text)
    cited = [(c.article_id, c.quote) for c in answer.citations]
    answered = item.answerable and not refused
    return Score(
        id=item.id,
        type=item.type,
        status=str(answer.status),
        answerable=item.answerable,
        # A refusal is never right, whatever figure its explanation mentions.
        right=answered and all(parts_right(words, item.answers)) if item.answerable else None,
        cited=_in_gold_article(item, (article_id for article_id, _ in cited)) if answered else None,
        gold_sentence=_is_gold_sentence(item, cited) if answered else None,
        refused=refused,
        found=_found(item, [(e.article_id, e.text) for e in answer.evidence]),
        unsupported=sum(not check.supported for check in answer.checks),
        characters=len("".join(words.split())),
        seconds=answer.timings["total"],
        first_word=answer.timings.get("first_word"),
    )


def _in_gold_article(item: Question, article_ids: Iterable[str]) -> bool | None:
    gold = {gold.article_id for gold in item.gold}
    return any(article_id in gold for article_id in article_ids) if gold else None


def _is_gold_sentence(item: Question, quotes: Iterable[tuple[str, str]]) -> bool | None:
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
    by_sentence = _is_gold_sentence(item, evidence)
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
            f"{median(row.seconds for row in rows):.2f}" if rows else "–",
        )
        lines.append(f"{name:<14}{len(rows):>4}" + "".join(f"{cell:>9}" for cell in cells))
    return lines


def _types(scores: Iterable[Score]) -> list[str]:
    return list(dict.fromkeys(score.type for score in scores))


def _mean(values: Iterable[bool | None]) -> str:
    measured = [value for value in values if value is not None]
    return f"{sum(measured) / len(measured):.3f}" if measured else "–"
