"""Are the figures of an answer the right ones, unit included? Knows nothing of runs.

What a figure is, and when two are the same after exact conversion, is ``index.figures``.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.figures import Figure, parse_figures, same_change, same_figure


def figure_recall(text: str, parts: Sequence[Sequence[str]]) -> float | None:
    """Share of the required parts with figures whose figures the text has; None if none has any.

    A part counts where every figure of one of its accepted forms is there. A form without a unit
    (75) accepts any unit, one with a unit only its own: 512万元 is not 512亿元. So with a direction
    or a basis: 下降3.5% is not 增长3.5%, but both have the form 3.5%.
    """
    forms = [[figures for form in part if (figures := _claims(form))] for part in parts]
    wanted = [part for part in forms if part]
    if not wanted:
        return None
    said = _claims(text)
    found = sum(
        any(all(_among(figure, said) for figure in form) for form in part) for part in wanted
    )
    return found / len(wanted)


def figure_precision(text: str, allowed: Sequence[str]) -> float | None:
    """Share of the text's figures that stand in the allowed texts; None if it has no figure.

    Allowed are the gold sentences, the accepted forms and the question: a figure from elsewhere is
    one that nobody asked for, or a wrong one.
    """
    said = _claims(text)
    if not said:
        return None
    known = [figure for each in allowed for figure in parse_figures(each)]
    return sum(any(_follows(figure, other) for other in known) for figure in said) / len(said)


def _claims(text: str) -> list[Figure]:
    """Figures that are claims: 一个 may be only an article."""
    return [figure for figure in parse_figures(text) if not figure.indefinite]


def _among(wanted: Figure, said: Sequence[Figure]) -> bool:
    return any(_follows(figure, wanted) for figure in said)


def _follows(said: Figure, known: Figure) -> bool:
    if not known.unit and said.unit:
        said = replace(said, unit="")
    return same_figure(said, known) and same_change(said, known)
