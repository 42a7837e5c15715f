"""Fit the not-found decision to question sets: which sentences found speak for an answer.

Logistic regression with an L2 penalty by Newton's method (Hastie, Tibshirani, Friedman 2009, 4.4),
classes weighed alike. Each set is judged by a model that has not seen it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.given_sets import GivenQuestion
from eval.questions import read_questions
from eval.retrieval_queries import read_retrieval_queries
from eval.rows import read_rows
from index.archive import Archive
from index.calibration import fit_encoder
from index.errors import BadInput
from index.types import Encoder, TokenEncoder
from rag.decision import FEATURES, Decision, features
from rag.given import UNDATED, find_in
from rag.search import search
from rag.understand import is_chinese, understand

Array = NDArray[np.float64]
_PENALTY = 3.0  # of the squared weights; from 1 to 10 the areas below differ by .01
_STEPS = 60
# Of the answerable questions as many may be refused before the LLM is asked. The LLM and the checks
# behind it refuse others, so this is half of the 8 % allowed in all.
OVER_REFUSAL = 0.04
# Of the unanswerable ones as many may be asked of the LLM once more after it refused.
ASKED_AGAIN = 0.15


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with what its sentences show, and whether any article answers it."""

    group: str
    features: tuple[float, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set."""

    question: str
    answerable: bool
    today: date | None = None


def read_asked(path: Path) -> list[Asked]:
    """The Chinese single-turn questions of a retrieval set or a QA set.

    Raises:
        BadInput: It is neither.
    """
    # A QA set says of every question whether it is answerable; a null query may have no gold_ids.
    if "answerable" not in read_rows(path, what="question set")[0][1]:
        queries = read_retrieval_queries(path)
        asked = [Asked(query.question, query.type != "null") for query in queries]
    else:
        single = [item for item in read_questions(path) if len(item.turns) == 1]
        asked = [Asked(item.turns[0], item.answerable, item.as_of) for item in single]
    return [item for item in asked if is_chinese(item.question)]


def judge(
    asked: Iterable[Asked],
    archive: Archive,
    encoder: Encoder,
    *,
    group: str,
    on_done: Callable[[], None] = lambda: None,
) -> list[Judged]:
    """Search each question and keep what is found; one with nothing found is left out."""
    last = archive.coverage().last
    judged = []
    for item in asked:
        found = search(archive, encoder, item.question, today=item.today or last)
        if found.candidates:
            values = features(found.focus, found.candidates)
            judged.append(Judged(group, tuple(values[name] for name in FEATURES), item.answerable))
        on_done()
    return judged


def judge_given(
    questions: Iterable[GivenQuestion],
    encoder: TokenEncoder,
    *,
    group: str,
    on_done: Callable[[], None] = lambda: None,
) -> list[Judged]:
    """The same for questions that bring their texts along."""
    projection = fit_encoder(encoder)
    judged = []
    for item in questions:
        query, periods = understand(item.question, anchor=UNDATED)
        found = find_in(item.articles, encoder, query, periods, projection)
        if is_chinese(item.question) and found.candidates:
            values = features(found.focus, found.candidates)
            judged.append(Judged(group, tuple(values[name] for name in FEATURES), item.answerable))
        on_done()
    return judged


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted decision, and how it does on sets it was not fitted to."""

    decision: Decision
    area: float  # under the ROC curve, sets held out
    over_refused: float
    refused: float  # of the unanswerable, by the first threshold alone
    insisted: float  # of the answerable, if the LLM refuses
    insisted_vainly: float  # of the unanswerable, if it does
    answerable: int
    unanswerable: int
    whole_sets: bool = True  # held out: whole sets, or fifths


def calibrate(
    judged: Sequence[Judged],
    *,
    encoder: str,
    over_refusal: float = OVER_REFUSAL,
    asked_again: float = ASKED_AGAIN,
    whole_sets: bool = True,
) -> Calibration:
    """Fit the decision; ``over_refusal`` of the answerable may be refused without the LLM.

    ``asked_again``: share of the unanswerable that may be asked once more after a refusal.

    The thresholds are read off probabilities by models that have not seen the question: nor its
    set (``whole_sets``), or else a fifth of all questions. Sets of given texts are few and of
    different kinds, so one says nothing of the next.

    Raises:
        BadInput: Fewer than 20 questions of either kind.
    """
    wanted = np.array([item.answerable for item in judged], dtype=np.float64)
    if wanted.sum() < 20 or (1 - wanted).sum() < 20:
        raise BadInput(
            f"There are {wanted.sum():.0f} answerable and {(1 - wanted).sum():.0f} unanswerable "
            "questions; at least 20 of each are needed. Add sets: --queries FILE --archive DIR"
        )
    values = np.array([item.features for item in judged], dtype=np.float64)
    groups = [item.group for item in judged] if whole_sets else _fifths(len(judged))
    held_out = _held_out(values, wanted, groups)
    refuse = float(np.quantile(held_out[wanted == 1], over_refusal))
    insist = max(refuse, float(np.quantile(held_out[wanted == 0], 1 - asked_again)))
    bias, weights = _fit(values, wanted)
    decision = Decision(encoder, bias, dict(zip(FEATURES, weights, strict=True)), refuse, insist)
    return Calibration(
        decision=decision,
        area=area_under_curve(held_out, wanted),
        over_refused=float((held_out[wanted == 1] < refuse).mean()),
        refused=float((held_out[wanted == 0] < refuse).mean()),
        insisted=float((held_out[wanted == 1] >= insist).mean()),
        insisted_vainly=float((held_out[wanted == 0] >= insist).mean()),
        answerable=int(wanted.sum()),
        unanswerable=int((1 - wanted).sum()),
        whole_sets=whole_sets,
    )


def _fifths(count: int) -> list[str]:
    return [str(n) for n in np.random.default_rng(0).integers(0, 5, count)]


def _held_out(values: Array, wanted: Array, groups: Sequence[str]) -> Array:
    """Each question's probability by a model fitted to the other sets; by all where that fails."""
    found = np.zeros(len(values))
    for group in dict.fromkeys(groups):
        here = np.array([name == group for name in groups])
        rest = (
            ~here if 0 < wanted[~here].sum() < (~here).sum() else np.ones(len(values), dtype=bool)
        )
        bias, weights = _fit(values[rest], wanted[rest])
        found[here] = 1 / (1 + np.exp(-(bias + values[here] @ np.array(weights))))
    return found


def _fit(values: Array, wanted: Array) -> tuple[float, list[float]]:
    """Bias and weights for the features as they are; fitted to standardised ones."""
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    scaled = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    share = wanted.mean()
    importance = np.where(wanted == 1, 0.5 / share, 0.5 / (1 - share))
    weights = np.zeros(scaled.shape[1])
    penalty = _PENALTY * np.diag([0.0, *np.ones(values.shape[1])])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (importance * (chance - wanted)) + penalty @ weights
        curve = (scaled * (importance * chance * (1 - chance))[:, None]).T @ scaled + penalty
        weights -= np.linalg.solve(curve, slope)
    plain = weights[1:] / spread
    return float(weights[0] - plain @ mean), [float(weight) for weight in plain]


def area_under_curve(scores: Array, wanted: Array) -> float:
    """Chance that an answerable question scores above an unanswerable one, ties as half.

    >>> area_under_curve(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0]))
    0.875
    """
    one, none = scores[wanted == 1], scores[wanted == 0]
    above = (one[:, None] > none[None, :]).mean()
    return float(above + (one[:, None] == none[None, :]).mean() / 2)


def calibration_lines(found: Calibration) -> list[str]:
    """What was fitted and how well it tells the two kinds apart."""
    weights = ", ".join(f"{name} {weight:+.2f}" for name, weight in found.decision.weights.items())
    held_out = "set judged by a model fitted to the others"
    if not found.whole_sets:
        held_out = "fifth judged by a model fitted to the rest"
    return [
        f"{found.answerable} answerable and {found.unanswerable} unanswerable questions; "
        f"each {held_out}:",
        f"area under the curve {found.area:.3f}",
        f"below {found.decision.refuse:.3f} nothing is found: refuses {found.over_refused:.3f} of "
        f"the answerable, {found.refused:.3f} of the unanswerable, before the LLM is asked",
        f"from {found.decision.insist:.3f} on a refusal of the LLM is asked about once more: "
        f"{found.insisted:.3f} of the answerable, {found.insisted_vainly:.3f} of the unanswerable",
        f"weights: {weights}",
    ]
