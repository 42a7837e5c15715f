"""How likely the sentences found answer the question: a logistic model over what they show.

Fitted by ``suyuan eval calibrate`` for one encoder; knows nothing of the LLM.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from index.errors import BadInput
from rag.binding import says_measure
from rag.evidence import Candidate
from rag.focus import Focus
from rag.subject import subject_coverage

FEATURES = ("similarity", "nearest", "coverage", "typed", "said", "score", "subject")
_SENTENCES = 6  # of the candidates, best first
_ARTICLES = 3  # of so many of them the whole article is read


def features(focus: Focus, candidates: Sequence[Candidate]) -> dict[str, float]:
    """What the best sentences show, by the names in ``FEATURES``.

    ``similarity``: mean cosine of the question's tokens to their best matches in the first
    sentence; ``nearest``: the highest of the first six. ``coverage``: the most that one of them
    says of the question's weight. ``typed``: one holds the kind of answer asked for. ``said``: the
    first says every word of the measure. ``score``: the first one's rank score. ``subject``: how
    much of the things named the best of their articles names.

    Raises:
        ValueError: There is no candidate.
    """
    if not candidates:
        raise ValueError("nothing was found, so there is nothing to judge")
    best, top = candidates[0], candidates[:_SENTENCES]
    return {
        "similarity": best.similarity,
        "nearest": max(item.similarity for item in top),
        "coverage": max(item.coverage for item in top),
        "typed": float(any(item.typed for item in top)),
        "said": float(says_measure(focus, best.sentence.text)),
        "score": best.score,
        "subject": max(_subject(focus, item) for item in candidates[:_ARTICLES]),
    }


def _subject(focus: Focus, item: Candidate) -> float:
    article = item.article
    return subject_coverage(focus.subjects, f"{article.title}\n{article.source}\n{article.body}")


@dataclass(frozen=True, slots=True)
class Decision:
    """A fitted model: probability = 1 / (1 + exp(-(bias + sum of weight * feature)))."""

    encoder: str  # by whose token vectors ``similarity`` was measured
    bias: float
    weights: Mapping[str, float]
    refuse: float  # below this probability it is not found, without asking the LLM
    insist: float = 1.0  # from this probability on a refusal of the LLM is asked about once more

    def probability(self, focus: Focus, candidates: Sequence[Candidate]) -> float:
        """How likely these sentences answer; 0 where nothing was found."""
        if not candidates:
            return 0.0
        found = features(focus, candidates)
        logit = self.bias + sum(weight * found[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def read_decision(text: str, *, where: str) -> Decision:
    """A model as ``decision_json`` writes it.

    Raises:
        BadInput: It is no such model.
    """
    try:
        values = json.loads(text)
        weights = {str(name): float(weight) for name, weight in values["weights"].items()}
        unknown = set(weights) - set(FEATURES)
        if unknown:
            raise ValueError(f"unknown feature {sorted(unknown)[0]!r}")
        bias, refuse = float(values["bias"]), float(values["refuse"])
        insist = float(values.get("insist", 1.0))
        if not all(map(math.isfinite, [bias, *weights.values()])):
            raise ValueError("a number is not finite")
        for name, number in (("refuse", refuse), ("insist", insist)):
            if not 0 <= number <= 1:
                raise ValueError(f"{name} is not a probability")
        return Decision(str(values["encoder"]), bias, weights, refuse, insist)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise BadInput(
            f"{where} is not a fitted decision ({error!r}). Fit one: suyuan eval calibrate"
        ) from None


def decision_json(decision: Decision) -> str:
    """The model as JSON, one line a value."""
    values = {
        "encoder": decision.encoder,
        "bias": round(decision.bias, 4),
        "weights": {name: round(weight, 4) for name, weight in decision.weights.items()},
        "refuse": round(decision.refuse, 4),
        "insist": round(decision.insist, 4),
    }
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def given_decision(encoder: str) -> Decision | None:
    """The model for texts given with the question; None for other encoders.

    It is another one: there is nothing to search, so the best of few sentences is no great match.
    """
    found = _packaged("decision-given.json")
    return found if found.encoder == encoder else None


def load_decision(path: Path, encoder: str) -> Decision | None:
    """The model in this file, else the one that came with the program; None for other encoders.

    Raises:
        BadInput: The file is there but is no model.
    """
    if path.is_file():
        found = read_decision(path.read_text(encoding="utf-8", errors="replace"), where=str(path))
    else:
        found = _packaged("decision.json")
    return found if found.encoder == encoder else None


@cache
def _packaged(name: str) -> Decision:
    text = (files("rag") / name).read_text(encoding="utf-8")
    return read_decision(text, where=f"rag/{name}")
