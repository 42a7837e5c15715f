"""One run as HTML: what it was, its scores with intervals, its bars, plots and table.

Whatever goes in is escaped. Scores are ``eval``'s; none is worked out here.
"""

from collections.abc import Mapping, Sequence
from html import escape

from desk.eval_place import SAMPLE
from desk.eval_plots import render_plots
from desk.eval_run_text import RunLabels
from desk.eval_shelf import Card, Opened
from desk.eval_words import measure_label
from desk.html import flag
from eval.gate import Bar, Held, Outcome
from eval.metrics_measures import BY_NAME, MEASURES, Group, Unit, shown
from eval.metrics_score import Scored
from eval.metrics_table import ALL, Mean, group_scores, mean_of, taken, values_of
from eval.report_plots import verdicts_of

_TILES = ("right", "cited", "sentence_recall", "over_refusal", "refusal_recall", "found")
VIEWS = ("overview", "questions", "table")


def render_run(
    words: RunLabels,
    opened: Opened,
    *,
    view: str,
    inside: str,
    others: Sequence[Card],
    admin: bool,
    sample: str,
) -> str:
    """The panel of a run. ``inside``: HTML of its ``view``; ``sample``: the sample set's name."""
    card = opened.card
    tabs = "".join(
        f'<button type="button" data-do="view" data-view="{name}" '
        f'aria-pressed="{str(name == view).lower()}">{escape(getattr(words, name))}</button>'
        for name in VIEWS
    )
    return (
        f'<section class="sy-panel sy-run" data-panel="{escape(card.run)}">'
        f"{_head(words, card, opened, sample)}{_acts(words, card, admin=admin)}"
        f"{_compare(words, card, others, sample)}"
        f'<div class="sy-panes" role="group" aria-label="{escape(words.views)}">{tabs}</div>'
        f"{inside}</section>"
    )


def render_overview(words: RunLabels, opened: Opened, *, has_gate: bool) -> str:
    """Scores, bars, plots."""
    if not opened.scores:
        return f'<p class="sy-idle">{escape(words.no_scores)}</p>'
    return (
        _tiles(words, opened.scores)
        + _gate(words, opened, has_gate=has_gate)
        + render_plots(words, opened.scores)
    )


def render_table(words: RunLabels, scores: Sequence[Scored]) -> str:
    """Every measure that some question has, with its interval, by type."""
    groups = group_scores(scores, "type")
    if len(groups) == 2:  # one type: it would say what "all" says
        groups = {ALL: groups[ALL]}
    heads = "".join(
        f'<th scope="col">{escape(words.all if name == ALL else name)}<small>{len(rows)}</small>'
        "</th>"
        for name, rows in groups.items()
    )
    body = []
    for group in Group:
        among = [measure for measure in MEASURES if measure.group is group]
        if lines := [_line(words, m.name, groups) for m in taken(scores, among)]:
            name = getattr(words, f"group_{group}")
            body.append(
                f'<tr class="sy-group"><th colspan="{len(groups) + 1}" scope="colgroup">'
                f"{escape(name)}</th></tr>{''.join(lines)}"
            )
    return (
        f'<div class="sy-wide-table" tabindex="0" role="region" aria-label="{escape(words.table)}">'
        f'<table><thead><tr><th scope="col">{escape(words.measure)}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
        f'<p class="sy-idle">{escape(words.table_note)}</p>'
    )


def _line(words: RunLabels, name: str, groups: Mapping[str, Sequence[Scored]]) -> str:
    measure = BY_NAME[name]
    cells = []
    for rows in groups.values():
        found = mean_of(values_of(rows, name))
        cell = "–"
        if found:
            low, high = shown(found.low, measure.unit), shown(found.high, measure.unit)
            cell = f"{shown(found.mean, measure.unit)}<small>[{low}, {high}]</small>"
        cells.append(f"<td>{cell}</td>")
    label = escape(measure_label(name, words.lang))
    return f'<tr><th scope="row" title="{escape(name)}">{label}</th>{"".join(cells)}</tr>'


def set_label(name: str, sample: str) -> str:
    """What a set is called on the page."""
    return sample if name == SAMPLE else name


def _head(words: RunLabels, card: Card, opened: Opened, sample: str) -> str:
    count = words.count.format(total=card.total)
    if not card.whole:
        count = words.partial.format(rows=card.rows, total=card.total)
    facts = [
        words.started.format(when=f"{card.started.astimezone():%Y-%m-%d %H:%M}"),
        words.by.format(user=card.user) if card.user else "",
        count,
        f"{words.model} {card.model}" if card.model else words.no_model,
    ]
    index = opened.run.made_with.get("index", "")
    if index:
        facts.append(f"{words.index} {index}")
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    name = escape(set_label(card.set_name, sample))
    return f'<h2 tabindex="-1">{name}</h2><p class="sy-status">{said}</p>'


def _acts(words: RunLabels, card: Card, *, admin: bool) -> str:
    buttons = [("report", words.report), ("rows", words.rows)]
    if admin and card.resumable and not card.whole:
        buttons.insert(0, ("resume", words.resume))
    acts = "".join(
        f'<button type="button" data-do="{name}" class="sy-plain">{escape(label)}</button>'
        for name, label in buttons
    )
    delete = (
        f'<details class="sy-delete"><summary>{escape(words.delete)}</summary>'
        f"<p>{escape(words.delete_lead)}</p>"
        f'<button type="button" data-do="delete" data-run="{escape(card.run)}">'
        f"{escape(words.delete_go)}</button></details>"
        if admin
        else ""
    )
    return f'<div class="sy-acts">{acts}{delete}</div>'


def _compare(words: RunLabels, card: Card, others: Sequence[Card], sample: str) -> str:
    known = [other for other in others if other.run != card.run and not other.fault]
    if not known:
        return f'<p class="sy-idle">{escape(words.compare_none)}</p>'
    options = "".join(
        f'<option value="{escape(other.run)}">{escape(_option(other, sample))}</option>'
        for other in known
    )
    return (
        '<form class="sy-compare-form"><label><span>'
        f'{escape(words.compare)}</span><select name="base">{options}</select></label>'
        f'<button type="button" data-do="compare" data-form="1" class="sy-plain">'
        f"{escape(words.compare_go)}</button></form>"
    )


def _option(card: Card, sample: str) -> str:
    score = f" · {100 * card.right.mean:.0f}%" if card.right else ""
    when = f"{card.started.astimezone():%m-%d %H:%M}"
    return f"{when} · {set_label(card.set_name, sample)}{score}"


def _tiles(words: RunLabels, scores: Sequence[Scored]) -> str:
    tiles = []
    if whole := mean_of(verdicts_of(scores)):
        tiles.append(_share(words, words.verdict, whole))
    tiles += [
        _share(words, measure_label(name, words.lang), found)
        for name in _TILES
        if (found := mean_of(values_of(scores, name)))
    ]
    if seconds := mean_of(values_of(scores, "total_s")):
        label = f"{measure_label('total_s', words.lang)} ({words.median})"
        below = words.p95.format(value=f"{shown(seconds.p95, Unit.SECONDS)} s")
        tiles.append(_tile(label, f"{shown(seconds.median, Unit.SECONDS)} s", below))
    return f'<div class="sy-tiles">{"".join(tiles)}</div>'


def _share(words: RunLabels, label: str, found: Mean) -> str:
    low, high = f"{100 * found.low:.0f}", f"{100 * found.high:.0f}%"
    ends = words.interval.format(low=low, high=high)
    below = f"{ends} · {words.of.format(n=found.n)}"
    return _tile(label, f"{100 * found.mean:.0f}%", below)


def _tile(label: str, value: str, below: str) -> str:
    return (
        f"<div><span>{escape(label)}</span><b>{escape(value)}</b>"
        f"<small>{escape(below)}</small></div>"
    )


def _gate(words: RunLabels, opened: Opened, *, has_gate: bool) -> str:
    if not has_gate:
        return ""
    if not opened.bars:
        return flag("note", words.gate, words.gate_unfinished)
    failed = sum(held.failed for held in opened.bars)
    head = words.gate_failed if failed else words.gate_passed
    said = head.format(failed=failed, count=len(opened.bars))
    lines = "".join(_bar(words, held) for held in opened.bars)
    drawn = ""
    if any(held.outcome is Outcome.NOT_MEASURED for held in opened.bars):
        drawn = f"<p>{escape(words.gate_drawn)}</p>"
    return (
        f'<details class="sy-gate" data-passed="{str(not failed).lower()}"><summary>'
        f"<b>{escape(words.gate)}</b> {'✗' if failed else '✓'} {escape(said)}</summary>{drawn}"
        f"<ul>{lines}</ul></details>"
    )


def _bar(words: RunLabels, held: Held) -> str:
    outcomes = {
        Outcome.MET: words.gate_met,
        Outcome.NOISE: words.gate_noise,
        Outcome.MISSED: words.gate_missed,
        Outcome.NOT_MEASURED: words.gate_unmeasured,
    }
    unit = BY_NAME[held.bar.measure].unit
    value = f" · {shown(held.value, unit)}, n {held.n}" if held.value is not None else ""
    return (
        f'<li data-failed="{str(held.failed).lower()}">{escape(_named(words, held.bar))}'
        f"<span>{escape(value)} · {escape(outcomes[held.outcome])}</span></li>"
    )


def _named(words: RunLabels, bar: Bar) -> str:
    sign = "≥" if bar.at_least is not None else "≤"
    kind = words.all if bar.type == ALL else bar.type
    statistic = "" if bar.statistic == "mean" else f" {bar.statistic}"
    limit = shown(bar.limit, BY_NAME[bar.measure].unit)
    return f"{kind} · {measure_label(bar.measure, words.lang)}{statistic} {sign} {limit}"
