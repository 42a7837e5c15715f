"""How many articles each month has, as an SVG plot that shows the holes. Knows no archive."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from desk.archive_text import ArchiveLabels

_MOST_BARS = 120  # ten years of months; more are drawn as years, then as decades
_STEPS = (1, 12, 120)  # months
_HEIGHT = 100  # of the drawing, in its own units; the page stretches it
_LEAST = 4  # so that one article beside a thousand is seen
_LABELS = 8  # under the bars


@dataclass(frozen=True, slots=True)
class Bar:
    """A month, a year or a decade, both days included."""

    since: date
    until: date
    label: str  # 2020-07, 2020 or 1990–1999
    count: int
    months: int = 1


def bars(days: Sequence[tuple[date, int]], span: tuple[date, date] | None) -> list[Bar]:
    """The bars from the first to the last day of ``span``, empty ones included."""
    if span is None:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in span)
    step = next((step for step in _STEPS if (last - first) // step < _MOST_BARS), _STEPS[-1])
    counts: Counter[int] = Counter()
    for day, count in days:
        counts[(day.year * 12 + day.month - 1) // step] += count
    return [_bar(slot, step, counts[slot]) for slot in range(first // step, last // step + 1)]


def render_plot(
    drawn: Sequence[Bar],
    chosen: tuple[date | None, date | None],
    words: ArchiveLabels,
    *,
    holes: bool = True,
) -> str:
    """The bars with their labels, and in words where the holes are; "" for no bar at all.

    Without ``holes`` an empty time is just empty: nothing was found there.
    """
    if not drawn:
        return ""
    most = max(bar.count for bar in drawn) or 1
    title = words.coverage if holes else words.coverage_found
    kind = "sy-plot" if holes else "sy-plot sy-found"
    shapes = "".join(_shape(place, bar, most, chosen, words) for place, bar in enumerate(drawn))
    every = -(-len(drawn) // _LABELS)
    labels = "".join(
        f'<span style="left:{(place + 0.5) / len(drawn) * 100:.2f}%">{escape(bar.label)}</span>'
        for place, bar in enumerate(drawn)
        if place % every == 0
    )
    name = escape(words.plot_name.format(first=drawn[0].label, last=drawn[-1].label))
    return (
        f'<figure class="{kind}"><figcaption>{escape(title)}'
        f'<output data-idle="{escape(words.plot_idle)}">{escape(words.plot_idle)}</output>'
        f'</figcaption><div class="sy-plot-area"><span aria-hidden="true">{most:,}</span>'
        f'<svg role="group" aria-label="{name}" viewBox="0 0 {len(drawn) * 10} {_HEIGHT}" '
        f'preserveAspectRatio="none">{shapes}</svg></div>'
        f'<div class="sy-plot-labels" aria-hidden="true">{labels}</div>'
        f"{_holes(drawn, words) if holes else ''}</figure>"
    )


def _shape(
    place: int, bar: Bar, most: int, chosen: tuple[date | None, date | None], words: ArchiveLabels
) -> str:
    said = words.plot_bar if bar.count else words.plot_hole
    label = escape(said.format(label=bar.label, count=f"{bar.count:,}"))
    height = max(_LEAST, bar.count / most * (_HEIGHT - 2)) if bar.count else 0
    kind = "sy-bin" if bar.count else "sy-bin sy-hole"
    on = str(chosen == (bar.since, bar.until)).lower()
    drawn = (
        f'<rect class="sy-ink" x="{place * 10 + 1.5}" y="{_HEIGHT - height:.1f}" width="7" '
        f'height="{height:.1f}"/>'
        if bar.count
        else f'<rect class="sy-gap" x="{place * 10}" y="0" width="10" height="{_HEIGHT}"/>'
    )
    return (
        f'<g class="{kind}" role="button" tabindex="0" aria-label="{label}" aria-pressed="{on}" '
        f'data-since="{bar.since}" data-until="{bar.until}"><title>{label}</title>'
        f'<rect class="sy-hit" x="{place * 10}" y="0" width="10" height="{_HEIGHT}"/>{drawn}</g>'
    )


def _holes(drawn: Sequence[Bar], words: ArchiveLabels) -> str:
    """The empty months by name: neighbours as one stretch."""
    stretches: list[list[Bar]] = []
    before = False
    for bar in drawn:
        if not bar.count:
            if before:
                stretches[-1].append(bar)
            else:
                stretches.append([bar])
        before = not bar.count
    if not stretches:
        return f'<p class="sy-holes">{escape(words.no_holes)}</p>'
    named = words.list_comma.join(
        each[0].label if len(each) == 1 else f"{each[0].label} – {each[-1].label}"
        for each in stretches
    )
    empty = sum(len(each) for each in stretches)
    unit = words.units[drawn[0].months]
    said = words.holes.format(bars=len(drawn), empty=empty, named=named, unit=unit)
    return f'<p class="sy-holes"><i aria-hidden="true"></i>{escape(said)}</p>'


def _bar(slot: int, step: int, count: int) -> Bar:
    year, month = divmod(slot * step, 12)
    after_year, after_month = divmod((slot + 1) * step, 12)
    since = date(max(1, year), month + 1, 1)
    until = date(after_year, after_month + 1, 1) - timedelta(days=1)
    labels = {1: f"{year:04d}-{month + 1:02d}", 12: f"{year:04d}"}
    return Bar(since, until, labels.get(step, f"{year:04d}–{after_year - 1:04d}"), count, step)
