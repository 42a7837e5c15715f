"""Small plots as inline SVG. Colours and fonts are the page's (``eval.report_style``).

Every text is escaped here; numbers are drawn as given. Knows nothing of runs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 460
_LEFT = 132  # room for the labels of rows, at most
_RIGHT = 100  # and for n and the number
_NUMBER = 54  # of it for the number
_ROW = 24
_TOP = 8
_AXIS = 26
_STEPS_HEIGHT = 200
_SQUARE = 300
_LABEL = 13  # columns of a row's label
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """A share with its interval; all between 0 and 1."""

    label: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Steps:
    """A distribution: its name and the values, in any order."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like probability: its mean, and the share of them it came true for."""

    stated: float
    share: float
    low: float
    high: float
    n: int


def dot_plot(rows: Sequence[Dot], *, title: str) -> str:
    """A row each: a dot at the share, a line over its interval, the number and n beside it."""
    bottom = _TOP + _ROW * len(rows)
    left = min(_LEFT, 20 + 9 * max((_columns(row.label) for row in rows), default=0))

    def x(share: float) -> float:
        return left + share * (_WIDTH - left - _RIGHT)

    marks = [
        f'<line class="grid" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{_TOP}" y2="{bottom}"/>'
        f"{_text(x(tick), bottom + 18, f'{100 * tick:.0f}%', kind='faint')}"
        for tick in _TICKS
    ]
    for number, row in enumerate(rows):
        y = _TOP + _ROW * number + _ROW / 2
        marks.append(
            f"{_text(left - 12, y + 4, _cut(row.label), anchor='end', whole=row.label)}"
            f'<line class="span" x1="{x(row.low):.1f}" x2="{x(row.high):.1f}" '
            f'y1="{y}" y2="{y}"/>'
            f'<circle class="dot" cx="{x(row.value):.1f}" cy="{y}" r="4.5"/>'
            f"{_text(_WIDTH, y + 4, f'{100 * row.value:.0f}%', anchor='end', kind='value')}"
            f"{_text(_WIDTH - _NUMBER, y + 4, f'n{row.n}', anchor='end', kind='faint')}"
        )
    return _svg("".join(marks), height=bottom + _AXIS, title=title)


def step_plot(series: Sequence[Steps], *, title: str) -> str:
    """The share of questions done within so many seconds, one line a series, time on a log scale.

    Series of no values are left out, as are values of 0, which a log scale cannot show.
    """
    drawn = [(each.label, known) for each in series if (known := sorted(filter(None, each.values)))]
    if not drawn:
        return ""
    low = math.floor(math.log10(min(values[0] for _, values in drawn)))
    high = max(math.ceil(math.log10(max(values[-1] for _, values in drawn))), low + 1)
    left, right, bottom = 48.0, _WIDTH - 24.0, _TOP + _STEPS_HEIGHT

    def x(seconds: float) -> float:
        return left + (math.log10(seconds) - low) / (high - low) * (right - left)

    def y(share: float) -> float:
        return bottom - share * _STEPS_HEIGHT

    marks = [
        f'<line class="grid" x1="{left}" x2="{right}" y1="{y(share)}" y2="{y(share)}"/>'
        f"{_text(left - 8, y(share) + 4, f'{100 * share:.0f}%', anchor='end', kind='faint')}"
        for share in (0, 0.5, 0.95)
    ]
    marks += [
        f'<line class="grid" x1="{x(10.0**power):.1f}" x2="{x(10.0**power):.1f}" y1="{_TOP}" '
        f'y2="{bottom}"/>{_text(x(10.0**power), bottom + 18, _seconds(power), kind="faint")}'
        for power in range(low, high + 1)
    ]
    for number, (_, values) in enumerate(drawn):
        path = f"M{x(values[0]):.1f} {y(0):.1f}" + "".join(
            f"H{x(value):.1f}V{y((n + 1) / len(values)):.1f}" for n, value in enumerate(values)
        )
        marks.append(f'<path class="steps s{number}" d="{path}"/>')
    return _svg("".join(marks), height=bottom + _AXIS, title=title)


def _seconds(power: int) -> str:
    return f"{10.0**power:g} s" if power > -3 else f"{10.0 ** (power + 3):g} ms"


def reliability_plot(bins: Sequence[Bin], *, title: str) -> str:
    """What was stated against what came true, with the diagonal on which both agree."""
    left, top = 44.0, 3.0 * _TOP  # room above a dot at 100 %
    bottom = top + _SQUARE

    def at(share: float) -> tuple[float, float]:
        return left + share * _SQUARE, bottom - share * _SQUARE

    marks = [
        f'<line class="grid" x1="{left}" x2="{left + _SQUARE}" y1="{at(tick)[1]}" '
        f'y2="{at(tick)[1]}"/>'
        f"{_text(left - 8, at(tick)[1] + 4, f'{100 * tick:.0f}%', anchor='end', kind='faint')}"
        f"{_text(at(tick)[0], bottom + 18, f'{100 * tick:.0f}%', kind='faint')}"
        for tick in _TICKS
    ]
    marks.append(
        f'<line class="diagonal" x1="{left}" y1="{bottom}" x2="{left + _SQUARE}" y2="{top}"/>'
    )
    for each in bins:
        x, y = at(each.stated)[0], at(each.share)[1]
        marks.append(
            f'<line class="span" x1="{x:.1f}" x2="{x:.1f}" y1="{at(each.low)[1]:.1f}" '
            f'y2="{at(each.high)[1]:.1f}"/><circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
            f"{_text(x + 8, y - 6, f'n{each.n}', anchor='start', kind='faint')}"
        )
    return _svg("".join(marks), height=bottom + _AXIS, title=title)


def _text(
    x: float, y: float, text: str, *, anchor: str = "middle", kind: str = "label", whole: str = ""
) -> str:
    hint = f"<title>{escape(whole)}</title>" if whole and whole != text else ""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(text)}{hint}</text>"
    )


def _cut(label: str) -> str:
    """As much of a label as the margin holds."""
    if _columns(label) <= _LABEL:
        return label
    while _columns(label) >= _LABEL:
        label = label[:-1]
    return f"{label}…"


def _columns(label: str) -> int:
    """A Han character is twice as wide as a letter."""
    return sum(2 if letter >= "\u2e80" else 1 for letter in label)


def _svg(marks: str, *, height: float, title: str) -> str:
    name = escape(title)
    return f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{name}">{marks}</svg>'
