"""The plots of a run as HTML figures in one language. What they show is ``eval.report_plots``'s."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from desk.eval_run_text import RunLabels
from eval.metrics_measures import Unit, shown
from eval.metrics_score import Scored
from eval.metrics_table import ALL, UNKNOWN, group_scores, mean_of, values_of
from eval.report_plots import dots_of, reliability_bins, verdicts_of
from eval.report_svg import Dot, Steps, dot_plot, reliability_plot, step_plot

_MONTHS = 24
_TYPES = 30  # of a set, in one plot


def render_plots(words: RunLabels, scores: Sequence[Scored]) -> str:
    """Right and cited by type, time, reliability, right by month; what is not drawn is named."""
    drawn = [
        (words.plot_right, _by_type(words, scores)),
        (words.plot_cited, _cited(words, scores)),
        (words.plot_months, _months(words, scores)),
        (words.plot_time, _times(words, scores)),
        (words.plot_reliable, _reliable(words, scores)),
    ]
    missing = [head for head, plot in drawn if not plot]
    between = "、" if words.lang == "zh" else ", "
    note = words.not_drawn.format(names=between.join(missing))
    return f'<div class="sy-figs">{"".join(plot for _, plot in drawn)}</div>' + (
        f'<p class="sy-idle">{escape(note)}</p>' if missing else ""
    )


def _figure(head: str, plot: str, note: str, *, key: str = "") -> str:
    """Nothing without a plot. ``key`` is HTML."""
    if not plot:
        return ""
    return (
        f"<figure><h4>{escape(head)}</h4>{plot}"
        f"<figcaption>{key}{escape(note)}</figcaption></figure>"
    )


def _by_type(words: RunLabels, scores: Sequence[Scored]) -> str:
    groups = {name: verdicts_of(rows) for name, rows in _groups(scores).items()}
    plot = _dots(words, groups, words.plot_right)
    return _figure(words.plot_right, plot, words.plot_right_note)


def _cited(words: RunLabels, scores: Sequence[Scored]) -> str:
    groups = {name: values_of(rows, "cited") for name, rows in _groups(scores).items()}
    plot = _dots(words, groups, words.plot_cited)
    return _figure(words.plot_cited, plot, words.plot_cited_note)


def _groups(scores: Sequence[Scored]) -> Mapping[str, Sequence[Scored]]:
    groups = group_scores(scores, "type")
    names = [*groups][: _TYPES + 1]
    if len(names) == 2:  # one type: it would say what "all" says
        names = [ALL]
    return {name: groups[name] for name in names}


def _dots(words: RunLabels, groups: Mapping[str, Sequence[float]], title: str) -> str:
    rows: list[Dot] = dots_of(groups, whole=words.all)
    return dot_plot(rows, title=title) if rows else ""


def _months(words: RunLabels, scores: Sequence[Scored]) -> str:
    groups = group_scores(scores, "month")
    months = {k: verdicts_of(v) for k, v in groups.items() if k not in (ALL, UNKNOWN)}
    rows = dots_of(months, whole=words.all)
    left = len(rows) - _MONTHS
    more = words.plot_months_more.format(shown=_MONTHS, left=left) if left > 0 else ""
    plot = dot_plot(rows[-_MONTHS:], title=words.plot_months) if rows else ""
    return _figure(words.plot_months, plot, more + words.plot_months_note)


def _times(words: RunLabels, scores: Sequence[Scored]) -> str:
    series = list(_series(words, scores))
    plot = step_plot(series, title=words.plot_time)
    key = "".join(
        f'<li class="s{number}"><i></i>{escape(_middle(each))}</li>'
        for number, each in enumerate(series)
    )
    return _figure(words.plot_time, plot, words.plot_time_note, key=f"<ul>{key}</ul>")


def _series(words: RunLabels, scores: Sequence[Scored]) -> Iterator[Steps]:
    steps = (
        ("evidence_s", words.step_evidence),
        ("first_word_s", words.step_first),
        ("total_s", words.step_total),
    )
    for name, label in steps:
        values = values_of(scores, name)
        if any(values):
            yield Steps(label, tuple(values))


def _middle(each: Steps) -> str:
    found = mean_of(each.values)
    if found is None:
        return each.label
    median, most = (shown(value, Unit.SECONDS) for value in (found.median, found.p95))
    return f"{each.label}: p50 {median} s, p95 {most} s"


def _reliable(words: RunLabels, scores: Sequence[Scored]) -> str:
    bins = reliability_bins(scores)
    plot = reliability_plot(bins, title=words.plot_reliable) if bins else ""
    return _figure(words.plot_reliable, plot, words.plot_reliable_note)
