"""The measures of a run by name: what each is called, which way is better, how it is shown.

Definitions and sources: docs/metrics.md, which a test compares with this list.
"""

from dataclasses import dataclass
from enum import StrEnum

from eval.retrieval_scores import ANSWER


class Unit(StrEnum):
    """How a value is shown."""

    SHARE = "share"  # 0 to 1
    SECONDS = "seconds"
    COUNT = "count"


class Group(StrEnum):
    """What a measure looks at; the order of the tables."""

    ANSWER = "answer"
    FIGURES = "figures"
    CITATIONS = "citations"
    REFUSAL = "refusal"
    RETRIEVAL = "retrieval"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``better``: 1 more is better, -1 less is, 0 neither is a merit in itself."""

    name: str
    label: str  # Chinese, for pages
    group: Group
    better: int = 1
    unit: Unit = Unit.SHARE


_A, _F, _C, _N, _R, _K = Group
MEASURES = (
    Measure("right", "答对", _A),
    Measure("parts", "要点", _A),
    Measure("em", "全同", _A),
    Measure("f1", "重合 F1", _A),
    Measure("rouge_l", "ROUGE-L", _A, better=0),  # a short right answer is unlike its sentence
    Measure("period_right", "时间对", _A),
    Measure("conflict_told", "说明矛盾", _A),
    Measure("false_conflict", "误报矛盾", _A, better=-1),
    Measure("misled", "受误导", _A, better=-1),
    Measure("chars", "字数", _A, better=0, unit=Unit.COUNT),
    Measure("figure_recall", "数字齐", _F),
    Measure("figure_precision", "数字准", _F),
    Measure("unsupported", "无据项", _F, better=-1, unit=Unit.COUNT),
    Measure("cited", "引到报道", _C),
    Measure("article_recall", "报道引全", _C),
    Measure("article_precision", "报道引准", _C),
    Measure("sentence_recall", "原句引全", _C),
    Measure("sentence_precision", "原句引准", _C),
    Measure("cite_recall", "引文托底", _C),
    Measure("cite_precision", "引文必要", _C),
    Measure("refusal_recall", "该拒已拒", _N),
    Measure("refusal_precision", "拒得有理", _N),
    Measure("over_refusal", "不该拒而拒", _N, better=-1),
    Measure("found", "找到原句", _R),
    *(Measure(f"hit@{k}", f"前{k}命中", _R) for k in (1, 3, 5, 10)),
    Measure("mrr@10", "MRR@10", _R),
    Measure("ndcg@10", "nDCG@10", _R),
    Measure("recall@10", "召回@10", _R),
    Measure("allgroups@5", "各组@5", _R),
    Measure("allgroups@10", "各组@10", _R),
    Measure(ANSWER, "答案@5", _R),
    Measure("evidence_s", "见原句", _K, better=-1, unit=Unit.SECONDS),
    Measure("first_word_s", "见首字", _K, better=-1, unit=Unit.SECONDS),
    Measure("total_s", "答完", _K, better=-1, unit=Unit.SECONDS),
    Measure("tokens", "词元", _K, better=-1, unit=Unit.COUNT),
    Measure("prompt_tokens", "提示词元", _K, better=-1, unit=Unit.COUNT),
    Measure("completion_tokens", "回复词元", _K, better=-1, unit=Unit.COUNT),
)
BY_NAME = {measure.name: measure for measure in MEASURES}


def is_quality(measure: Measure) -> bool:
    """Whether it says how good an answer is, and not what it costs or how long it is."""
    return measure.better != 0 and measure.group is not Group.COST


def shown(value: float | None, unit: Unit) -> str:
    """A value as the tables print it; a dash for None.

    >>> shown(0.875, Unit.SHARE), shown(1.5, Unit.SECONDS), shown(None, Unit.COUNT)
    ('.875', '1.50', '–')
    """
    if value is None:
        return "–"
    if unit is Unit.SHARE:
        return without_zero(f"{value:.3f}")
    return f"{value:.2f}" if unit is Unit.SECONDS else f"{value:.1f}"


def without_zero(number: str) -> str:
    """``0.875`` as ``.875``, ``-0.1`` as ``-.1``; 1.000 stays."""
    return number.replace("0.", ".", 1) if number.lstrip("+-").startswith("0.") else number
