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

FEATURES = ("similarity", "nearest", "coverage", "typed", "said", "score")
_SENTENCES = 6  # of the candidates, best first


def features(focus: Focus, candidates: Sequence[Candidate]) -> dict[str, float]:
    """What the best sentences show, by the names in ``FEATURES``.

    ``similarity``: mean cosine of the question's tokens to their best matches in the first
    sentence; ``nearest``: the highest of the first six. ``coverage``: the most that one of them
    says of the question's weight. ``typed``: one holds the kind of answer asked for. ``said``: the
    first says every word of the measure. ``score``: the first one's rank score.

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
    }


@dataclass(frozen=True, slots=True)
class Decision:
    """A fitted model: probability = 1 / (1 + exp(-(bias + sum of weight * feature)))."""

    encoder: str  # by whose token vectors ``similarity`` was measured
    bias: float
    weights: Mapping[str, float]
    refuse: float  # below this probability it is not found, without asking the LLM

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
        numbers = [float(values[name]) for name in ("bias", "refuse")]
        if not all(map(math.isfinite, [*numbers, *weights.values()])):
            raise ValueError("a number is not finite")
        if not 0 <= numbers[1] <= 1:
            raise ValueError("refuse is not a probability")
        return Decision(str(values["encoder"]), numbers[0], weights, numbers[1])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
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
    }
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def load_decision(path: Path, encoder: str) -> Decision | None:
    """The model in this file, else the one that came with the program; None for other encoders.

    Raises:
        BadInput: The file is there but is no model.
    """
    if path.is_file():
        found = read_decision(path.read_text(encoding="utf-8", errors="replace"), where=str(path))
    else:
        found = _packaged()
    return found if found.encoder == encoder else None


@cache
def _packaged() -> Decision:
    text = (files("rag") / "decision.json").read_text(encoding="utf-8")
    return read_decision(text, where="rag/decision.json")
