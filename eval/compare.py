"""Two runs of one question set: what changed, how surely, and for which questions.

Knows nothing of files or of how the comparison is printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.bootstrap import RESAMPLES, Difference, paired_bootstrap
from eval.metrics_measures import MEASURES, is_quality
from eval.metrics_run import Run
from eval.metrics_score import Scored, score_run
from eval.metrics_set import QuestionSet
from eval.metrics_table import ALL
from index.errors import BadInput


class Change(StrEnum):
    """What became of one question from the first run to the second."""

    TO_RIGHT = "flipped to right"
    TO_WRONG = "flipped to wrong"
    BETTER = "better"  # the verdict stayed; some measures gained, none lost
    WORSE = "worse"
    MIXED = (
        "mixed"  # the verdict stayed; some gained, some lost, or a refusal became a wrong answer
    )
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Compared:
    """One question in both runs."""

    a: Scored
    b: Scored
    change: Change
    moved: tuple[str, ...]  # the quality measures that differ


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run ``b`` against run ``a`` over the questions that both have."""

    questions: tuple[Compared, ...]
    differences: Mapping[str, Mapping[str, Difference]]  # type, or "all"; then measure
    only_a: tuple[str, ...]  # ids of questions that ``b`` has no row for
    only_b: tuple[str, ...]
    resamples: int
    seed: int

    def of(self, change: Change) -> list[Compared]:
        """The questions that changed so, in the set's order."""
        return [item for item in self.questions if item.change is change]


def compare_runs(
    questions: QuestionSet, a: Run, b: Run, *, resamples: int = RESAMPLES, seed: int = 0
) -> Comparison:
    """Score both runs and compare them question by question.

    Raises:
        BadInput: They are not two runs of this set, share no question, were asked another question
            under one id, or have no measure in common.
    """
    _check_same_questions(a, b)
    scored_a = {score.question.id: score for score in score_run(questions, a)}
    scored_b = {score.question.id: score for score in score_run(questions, b)}
    both = [key for key in scored_a if key in scored_b]
    pairs = [(scored_a[key], scored_b[key]) for key in both]
    if not any(_taken_in_both(pairs, measure.name) for measure in MEASURES):
        raise BadInput(
            f"{a.path} and {b.path} have no measure in common: one holds answers, the other "
            "rankings; compare two runs of one command"
        )
    return Comparison(
        questions=tuple(_compared(one, two) for one, two in pairs),
        differences=_differences(pairs, resamples=resamples, seed=seed),
        only_a=tuple(key for key in scored_a if key not in scored_b),
        only_b=tuple(key for key in scored_b if key not in scored_a),
        resamples=resamples,
        seed=seed,
    )


def _check_same_questions(a: Run, b: Run) -> None:
    shared = [key for key in a.rows if key in b.rows]
    if not shared:
        raise BadInput(
            f"{a.path} and {b.path} are runs of different sets: they share no question "
            f'("{next(iter(a.rows))}" is only in the first); compare two runs of one set'
        )
    for key in shared:
        one, two = a.rows[key].asked, b.rows[key].asked
        if one and two and one != two:
            raise BadInput(
                f"{a.path} and {b.path} are runs of different sets: question "
                f'"{key}" or its texts are not the same in both; run one of them again'
            )


def _taken_in_both(pairs: Sequence[tuple[Scored, Scored]], name: str) -> bool:
    return any(one.values[name] is not None for one, _ in pairs) and any(
        two.values[name] is not None for _, two in pairs
    )


def _compared(a: Scored, b: Scored) -> Compared:
    moved = tuple(
        measure.name
        for measure in MEASURES
        if is_quality(measure) and _gain(a, b, measure.name) is not None
    )
    gains = [_gain(a, b, name) or 0 for name in moved]
    return Compared(a, b, _change(a, b, gains), moved)


def _gain(a: Scored, b: Scored, name: str) -> int | None:
    """1 where ``b`` is better, -1 where it is worse, None where both are alike or one is None."""
    one, two = a.values[name], b.values[name]
    better = next(measure.better for measure in MEASURES if measure.name == name)
    if one is None or two is None or one == two:
        return None
    return better if two > one else -better


def _change(a: Scored, b: Scored, gains: Sequence[int]) -> Change:
    if a.verdict != b.verdict and a.verdict is not None and b.verdict is not None:
        return Change.TO_RIGHT if b.verdict else Change.TO_WRONG
    up, down = any(gain > 0 for gain in gains), any(gain < 0 for gain in gains)
    # Refused or wrong: a newsroom may prefer the refusal, the measures would prefer the try.
    if (up and down) or a.row.refused != b.row.refused:
        return Change.MIXED
    if up or down:
        return Change.BETTER if up else Change.WORSE
    return Change.SAME


def _differences(
    pairs: Sequence[tuple[Scored, Scored]], *, resamples: int, seed: int
) -> dict[str, dict[str, Difference]]:
    types = dict.fromkeys(one.question.type for one, _ in pairs)
    groups = {ALL: list(pairs)}
    if len(types) > 1:
        groups |= {name: [p for p in pairs if p[0].question.type == name] for name in types}
    names = [measure.name for measure in MEASURES]
    found: dict[str, dict[str, Difference]] = {}
    for group, held in groups.items():
        columns = [[(one.values[name], two.values[name]) for one, two in held] for name in names]
        turns = paired_bootstrap(columns, resamples=resamples, seed=seed)
        found[group] = {
            name: turn for name, turn in zip(names, turns, strict=True) if turn is not None
        }
    return found
