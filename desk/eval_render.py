"""The Evaluate tab around its runs as HTML: form, progress, list. Whatever goes in is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from desk.eval_chosen import MOST_QUESTIONS
from desk.eval_place import MOST_BYTES, SAMPLE
from desk.eval_run import Job
from desk.eval_shelf import Card
from desk.eval_text import EvalLabels
from desk.eval_words import fault_words
from desk.html import flag
from desk.told import told
from eval.metrics_table import Mean

_FAULTS = 20  # lines of a set named in one message


@dataclass(frozen=True, slots=True)
class Choice:
    """A set in the form; ``missing``: questions whose gold articles the archive does not have."""

    name: str
    count: int = 0
    missing: int = 0
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    set_name: str = ""
    limit: str = "10"
    seed: str = "0"


def render_panes(words: EvalLabels, pane: str, waiting: int | None) -> str:
    """The head of the tab, with the way to the review queue for who may review."""
    buttons = [("runs", words.runs)]
    if waiting is not None:
        buttons.append(("review", words.review))
    inside = "".join(
        f'<button type="button" data-do="pane" data-pane="{name}"'
        f' aria-pressed="{str(name == pane).lower()}">{escape(label)}'
        + (f"<b>{waiting}</b>" if name == "review" and waiting else "")
        + "</button>"
        for name, label in buttons
    )
    nav = f'<div class="sy-panes" role="group" aria-label="{escape(words.panes)}">{inside}</div>'
    return f'<div class="sy-eval-top"><h2>{escape(words.title)}</h2>{nav}</div>'


def render_form(
    words: EvalLabels,
    choices: Sequence[Choice],
    typed: Typed,
    *,
    notes: Sequence[str] = (),
    said: str = "",
) -> str:
    """Which set, how many questions of it, which seed. ``said`` is HTML."""
    options = "".join(_option(words, each, typed.set_name) for each in choices)
    most = MOST_BYTES // 2**20
    return (
        f'<form class="sy-eval-form"><p class="sy-eval-lead">{escape(words.lead)}</p>'
        f"{''.join(flag('warn', note) for note in notes)}"
        f'<div class="sy-fields"><label class="sy-wide"><span>{escape(words.set)}</span>'
        f'<select name="set">{options}</select></label>'
        f"{_number('limit', words.limit, words.limit_hint, typed.limit, 1, MOST_QUESTIONS)}"
        f"{_number('seed', words.seed, words.seed_hint, typed.seed, 0, 2**31 - 1)}</div>"
        f'<div class="sy-acts"><button type="submit" class="sy-main">'
        f"{escape(words.start)}</button>"
        f'<label class="sy-pick"><input type="file" accept=".jsonl" data-most="{MOST_BYTES}">'
        f"<span>{escape(words.upload)}</span></label>"
        f"<small>{escape(words.upload_hint.format(most=most))}</small></div>{said}</form>"
    )


def _option(words: EvalLabels, each: Choice, chosen: str) -> str:
    name = words.sample if each.name == SAMPLE else each.name
    form = words.set_bad if each.bad else words.set_missing if each.missing else words.set_all
    label = form.format(name=name, count=each.count, missing=each.missing)
    state = " disabled" if each.bad else " selected" if each.name == chosen else ""
    return f'<option value="{escape(each.name)}"{state}>{escape(label)}</option>'


def _number(name: str, label: str, hint: str, value: str, least: int, most: int) -> str:
    return (
        f'<label title="{escape(hint)}"><span>{escape(label)}</span>'
        f'<input type="number" name="{name}" min="{least}" max="{most}" step="1" '
        f'inputmode="numeric" value="{escape(value[:20])}" placeholder="{escape(hint)}"></label>'
    )


def render_faults(words: EvalLabels, name: str, faults: dict[int, str]) -> str:
    """Why an uploaded set cannot be used, line by line."""
    told = (
        words.line_fault.format(line=number, fault=fault_words(why, words.lang)[:300])
        for number, why in list(faults.items())[:_FAULTS]
    )
    lines = "".join(f"<li>{escape(line)}</li>" for line in told)
    if (rest := len(faults) - _FAULTS) > 0:
        lines += f"<li>{escape(words.upload_more.format(count=rest))}</li>"
    head = escape(words.upload_bad.format(name=name))
    return f'<div class="sy-flag sy-error" role="alert"><b>{head}</b><ul>{lines}</ul></div>'


def render_strip(
    words: EvalLabels, job: Job | None, *, now: float, admin: bool, ended: bool
) -> str:
    """The run under way; with ``ended`` also how the last one ended; "" for nothing."""
    if job is None or not (job.running or ended):
        return ""
    name = words.sample if job.set_name == SAMPLE else job.set_name
    if job.running:
        return _running(words, job, name, now=now, admin=admin)
    kind, more = "note", ""
    counts = {"set": name, "done": job.done, "total": job.total}
    if job.error or job.reference:
        kind, head = "error", words.broken.format(**counts)
        reason = told(job.error, words.lang) or words.unexpected.format(reference=job.reference)
        more = f"<p><span>{escape(reason)} {escape(words.broken_more)}</span></p>"
    elif job.stopped:
        head = words.stopped.format(**counts)
    else:
        head = words.done.format(**counts)
    buttons = (
        f'<button type="button" data-do="run" data-run="{escape(job.run)}" data-dismiss>'
        f'{escape(words.show)}</button><button type="button" data-dismiss>'
        f"{escape(words.dismiss)}</button>"
    )
    return (
        f'<div class="sy-strip sy-{kind}" role="status"><p><span><b>{escape(head)}</b></span>'
        f"{buttons}</p>{more}</div>"
    )


def _running(words: EvalLabels, job: Job, name: str, *, now: float, admin: bool) -> str:
    said = [words.progress.format(done=job.done, total=job.total)]
    left = job.seconds_left(now)
    if left is not None:
        said.append(words.left.format(time=_time(words, left)))
    if job.place > 1:
        said.append(words.waiting.format(place=job.place))
    stop = (
        f'<button type="button" data-stop data-do="stop" data-said="{escape(words.stopping)}">'
        f"{escape(words.stop)}</button>"
        if admin
        else ""
    )
    head = escape(words.running.format(set=name))
    return (
        f'<div class="sy-strip sy-note" data-running="{job.number}" role="status"><p><span>'
        f"<b>{head}</b> {escape(' · '.join(said))}</span>{stop}</p>"
        f'<progress max="{max(job.total, 1)}" value="{job.done}" aria-label="{head}"></progress>'
        "</div>"
    )


def _time(words: EvalLabels, seconds: float) -> str:
    if seconds < 90:
        return words.seconds.format(n=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return words.minutes.format(n=minutes)
    return words.hours.format(n=minutes // 60, m=minutes % 60)


def render_runs(
    words: EvalLabels, cards: Sequence[Card], *, chosen: str, page: int, pages: int, none: str
) -> str:
    """The runs, the latest first; ``none``: what to do where there is none."""
    if not cards:
        return f'<div class="sy-none"><h3>{escape(words.none)}</h3><p>{escape(none)}</p></div>'
    rows = "".join(_card(words, card, chosen == card.run) for card in cards)
    return (
        f'<h3 class="sy-list-head">{escape(words.list)}</h3><ul class="sy-runs-list">{rows}</ul>'
        f"{render_pager(words.newer, words.older, words.page_of, 'list', page, pages)}"
    )


def _card(words: EvalLabels, card: Card, chosen: bool) -> str:
    count = words.card_whole.format(total=card.total)
    if card.fault:
        count = words.card_fault
    elif not card.whole or not card.total:
        count = words.card_partial.format(rows=card.rows, total=card.total or "?")
    facts = (count, card.model or words.card_no_model, card.user)
    name = words.sample if card.set_name == SAMPLE else card.set_name or card.run
    return (
        f'<li><button type="button" data-do="run" data-run="{escape(card.run)}"'
        f'{" aria-current=true" if chosen else ""}><span class="sy-run-name">{escape(name)}</span>'
        f'{_score(words, card.right)}<span class="sy-meta"><time datetime='
        f'"{card.started.isoformat()}">{card.started.astimezone():%Y-%m-%d %H:%M}</time>'
        f"{''.join(f' · {escape(fact)}' for fact in facts if fact)}</span></button></li>"
    )


def _score(words: EvalLabels, right: Mean | None) -> str:
    if right is None:
        return '<span class="sy-score">–</span>'
    return (
        f'<span class="sy-score"><b>{100 * right.mean:.0f}%</b> {escape(words.card_right)}'
        f"<small>{100 * right.low:.0f}–{100 * right.high:.0f}%</small></span>"
    )


def render_pager(newer: str, older: str, page_of: str, what: str, page: int, pages: int) -> str:
    """The way through a list of several pages; "" for one. ``page`` from 0."""
    if pages < 2:
        return ""

    def button(label: str, to: int) -> str:
        off = "" if 0 <= to < pages else " disabled"
        return (
            f'<button type="button" data-do="{what}" data-page="{to}"{off}>{escape(label)}</button>'
        )

    said = escape(page_of.format(page=page + 1, pages=pages))
    return (
        f'<nav class="sy-pager">{button(newer, page - 1)}<span>{said}</span>'
        f"{button(older, page + 1)}</nav>"
    )
