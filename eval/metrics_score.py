"""Judge every row of a run by its question: measures by name, None where one makes no sense.

Definitions: docs/metrics.md. Knows nothing of means, files or how answers were made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from eval.given_scores import exact_match, span_f1
from eval.match import parts_right
from eval.metrics_citations import (
    article_precision,
    article_recall,
    score_citations,
    sentence_precision,
    sentence_recall,
)
from eval.metrics_figures import figure_precision, figure_recall
from eval.metrics_measures import MEASURES
from eval.metrics_period import period_right
from eval.metrics_run import Run, RunRow
from eval.metrics_set import Judged, QuestionSet, SetKind
from eval.retrieval_metrics import mean
from eval.retrieval_scores import score_ranking
from eval.rouge import rouge_l
from index.errors import BadInput

Values = dict[str, float | None]
_EVIDENCE_STEPS = ("understand", "retrieve", "evidence")


@dataclass(frozen=True, slots=True)
class Scored:
    """One question of a run with its measures."""

    question: Judged
    row: RunRow
    values: Mapping[str, float | None]  # every measure by name
    month: str  # of the question's day, else of its gold article's as the run shows it; or ""

    @property
    def verdict(self) -> bool | None:
        """Whether the outcome is right: the parts are there, or the unanswerable is refused.

        Of a ranking: a relevant article is among the first five. None where nothing tells.
        """
        order = ("right", "refusal_recall") if self.row.status is not None else ("hit@5",)
        known = (self.values[name] for name in order)
        return next((value == 1 for value in known if value is not None), None)


def score_run(questions: QuestionSet, run: Run) -> list[Scored]:
    """Every question that the run has a row for, in the set's order.

    Raises:
        BadInput: The run is not of this set: it has rows of other questions only.
    """
    scored = [
        score_row(item, row, kind=questions.kind)
        for item in questions.questions
        if (row := run.rows.get(item.id))
    ]
    if not scored:
        first = next(iter(run.rows))
        raise BadInput(
            f'{run.path} is no run of {questions.path}: the set has no question "{first}"; '
            "name the set it was made with: --queries FILE"
        )
    for score in scored:
        asked, question = score.row.question, score.question
        if asked and asked.split() != question.question.split():
            raise BadInput(
                f'{run.path} is no run of {questions.path}: question "{question.id}" was asked in '
                f"other words ({asked[:40]}); run the set again"
            )
    return scored if _timed(run) else [_without_total(score) for score in scored]


def _timed(run: Run) -> bool:
    """Whether the times left are those of the run.

    An answer that used a kept reply has no time to its end (``eval.predict``). Where most answers
    of the language model are such, the rest are those that never asked it: their mean would say
    that a run takes a second.
    """
    spoken = [row for row in run.rows.values() if row.model]
    return 2 * sum("total" not in row.timings for row in spoken) <= len(spoken)


def _without_total(score: Scored) -> Scored:
    return replace(score, values={**score.values, "total_s": None})


def score_row(item: Judged, row: RunRow, *, kind: SetKind) -> Scored:
    """One question's measures; those that its kind of row or set cannot tell are None."""
    values: Values = dict.fromkeys(measure.name for measure in MEASURES)
    values |= _retrieval(item, row)
    if row.status is not None:
        values |= _answer(item, row)
        values |= _figures(item, row)
        if item.answerable and not row.refused:
            values |= _citations(item, row)
        values |= _refusal(item, row) | _cost(row, kept=row.output)
    else:
        values["evidence_s"] = _evidence_seconds(row)
    return Scored(item, row, values, item.month or _gold_month(item, row))


def _answer(item: Judged, row: RunRow) -> Values:
    values: Values = {}
    said = "" if row.refused else row.output
    if item.answerable and item.parts:
        hits = [not row.refused and hit for hit in parts_right(row.output, item.parts)]
        values["right"] = float(all(hits))
        values["parts"] = mean([float(hit) for hit in hits])
        values |= _conflict(item, row)
    if item.spans:
        values["em"] = float(exact_match(said.strip(), item.spans))
        values["f1"] = span_f1(said, item.spans)
    if item.answerable and (references := item.spans or item.quotes):
        values["rouge_l"] = rouge_l(said, references)
    if item.fakes:
        fooled = any(parts_right(said, item.fakes))
        values["misled"] = float(fooled and not values.get("right"))
    return values


def _conflict(item: Judged, row: RunRow) -> Values:
    told = float(row.status == "conflict")
    return {"conflict_told": told} if item.disagree else {"false_conflict": told}


def _figures(item: Judged, row: RunRow) -> Values:
    values: Values = {}
    if row.unsupported is not None:
        values["unsupported"] = float(len(row.unsupported))
    if not item.answerable or not item.parts:
        return values
    said = "" if row.refused else row.output
    values["figure_recall"] = figure_recall(said, item.parts)
    if gold := [*item.quotes, *filter(None, [item.passage])]:
        forms = [form for part in item.parts for form in part]
        values["figure_precision"] = figure_precision(said, [*gold, *forms, *item.asked])
    return values


def _citations(item: Judged, row: RunRow) -> Values:
    values: Values = {}
    if item.query:
        relevant = item.query.relevant
        values["cited"] = float(any(key in relevant for key in row.articles))
        values["article_precision"] = article_precision(row.articles, relevant)
        values["article_recall"] = _article_recall(item, row)
    if row.citations or not row.articles:  # else the sentences were not kept
        texts = [each.text for each in sorted(row.citations, key=lambda each: each.marker)]
        alce = score_citations(row.answer, texts)
        values |= {"cite_recall": alce.recall, "cite_precision": alce.precision}
    gold = [(each.article_id, each.quote) for each in item.gold]
    if gold and all(each.article_id for each in row.citations):
        cited = [(each.article_id, each.quote) for each in row.citations]
        values["sentence_precision"] = sentence_precision(cited, gold)
        values["sentence_recall"] = sentence_recall(cited, gold, parts=len(item.parts))
    told = [(each.text, each.published) for each in row.citations]
    values["period_right"] = period_right(item.question, told, asked_on=item.as_of)
    return values


def _article_recall(item: Judged, row: RunRow) -> float | None:
    """Groups of gold articles where the set has them; else as many articles as parts."""
    if item.query is None:
        return None
    if not item.gold:
        return article_recall(row.articles, item.query.groups)
    gold = [(key, "") for key in item.query.gold_ids]
    return sentence_recall([(key, key) for key in row.articles], gold, parts=len(item.parts))


def _refusal(item: Judged, row: RunRow) -> Values:
    refused = float(row.refused)
    values: Values = {"over_refusal" if item.answerable else "refusal_recall": refused}
    if row.refused:
        values["refusal_precision"] = float(not item.answerable)
    return values


def _retrieval(item: Judged, row: RunRow) -> Values:
    if item.query is None or row.ranked is None:
        return {}
    sentences = None if row.evidence is None else [each.quote for each in row.evidence]
    values: Values = dict(score_ranking(item.query, row.ranked, sentences).values)
    if item.gold and row.evidence is not None:
        shown = [(each.article_id, each.quote) for each in row.evidence]
        gold = [(each.article_id, each.quote) for each in item.gold]
        values["found"] = float(sentence_recall(shown, gold, parts=1))
    return values


def _cost(row: RunRow, *, kept: str) -> Values:
    return {
        "chars": float(len("".join(kept.split()))),
        "evidence_s": _evidence_seconds(row),
        "first_word_s": row.timings.get("first_word"),
        "total_s": row.timings.get("total"),
        **_tokens(row),
    }


def _evidence_seconds(row: RunRow) -> float | None:
    steps = [row.timings[step] for step in _EVIDENCE_STEPS if step in row.timings]
    return sum(steps) if steps else None


def _tokens(row: RunRow) -> Values:
    if row.prompt_tokens is None or row.completion_tokens is None:
        return {}
    said, heard = float(row.completion_tokens), float(row.prompt_tokens)
    return {"tokens": heard + said, "prompt_tokens": heard, "completion_tokens": said}


def _gold_month(item: Judged, row: RunRow) -> str:
    """The month in which the gold article was printed, where the run's own sources tell it."""
    shown = [*row.citations, *(row.evidence or ())]
    gold = item.query.relevant if item.query else frozenset()
    days: Sequence[date] = [
        each.published for each in shown if each.published and each.article_id in gold
    ]
    return f"{min(days):%Y-%m}" if days else ""
