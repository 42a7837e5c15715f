"""Two runs side by side as HTML, all of it escaped. Every number is ``eval.compare``'s."""

from collections.abc import Mapping, Sequence
from html import escape

from desk.eval_detail import set_label
from desk.eval_question_text import QuestionLabels
from desk.eval_questions import SIGNS
from desk.eval_run_text import RunLabels
from desk.eval_shelf import Opened
from desk.eval_words import measure_label
from desk.html import flag
from eval.bootstrap import Difference
from eval.compare import Change, Compared, Comparison
from eval.compare_text import p_text, signed
from eval.metrics_measures import BY_NAME, shown
from eval.metrics_score import Scored
from eval.metrics_table import ALL

_OPEN = (Change.TO_WRONG, Change.TO_RIGHT)
_LISTED = 20  # questions of each change
_NAMED = 12  # conditions that differ
_ANSWER = 160  # characters of an answer
_FLIPS = (Change.TO_WRONG, Change.TO_RIGHT, Change.WORSE, Change.BETTER, Change.MIXED)


def render_comparison(
    words: QuestionLabels,
    run_words: RunLabels,
    found: Comparison,
    a: Opened,
    b: Opened,
    *,
    made_differently: Sequence[tuple[str, str, str]],
    sample: str,
) -> str:
    """What the two are, in what they were made differently, every difference, every flip."""
    heads = {
        Change.TO_WRONG: words.to_wrong,
        Change.TO_RIGHT: words.to_right,
        Change.WORSE: words.got_worse,
        Change.BETTER: words.got_better,
        Change.MIXED: words.mixed,
        Change.SAME: words.same,
    }
    counts = "".join(
        f"<li><b>{len(found.of(change))}</b> {escape(heads[change])}</li>"
        for change in (*_FLIPS, Change.SAME)
    )
    lead = words.compare_lead.format(count=len(found.questions))
    return (
        f'<section class="sy-panel sy-versus" data-panel="{escape(f"{a.card.run} {b.card.run}")}">'
        f"{render_back(run_words, b.card.run)}"
        f'<h2 tabindex="-1">{escape(words.compare_title)}</h2>'
        f'<dl class="sy-sides">{_side("A", a, sample)}{_side("B", b, sample)}</dl>'
        f"{_sets(words, found, a, b, sample)}{_missing(words, found)}"
        f"{_made(words, made_differently)}"
        f'<p class="sy-idle">{escape(lead)}</p><ul class="sy-turns">{counts}</ul>'
        f"{_tables(words, run_words, found)}"
        f"{''.join(_changes(words, c, heads[c], found.of(c)) for c in _FLIPS)}</section>"
    )


def render_back(words: RunLabels, run: str) -> str:
    """The way back from a comparison to the run that was opened."""
    return (
        '<div class="sy-acts"><button type="button" class="sy-plain" data-do="run" '
        f'data-run="{escape(run)}">← {escape(words.back)}</button></div>'
    )


def _side(name: str, opened: Opened, sample: str) -> str:
    card = opened.card
    score = ""
    if card.right:
        low, high = 100 * card.right.low, 100 * card.right.high
        score = f" · {100 * card.right.mean:.0f}% ({low:.0f}–{high:.0f}%)"
    said = f"{card.started.astimezone():%Y-%m-%d %H:%M} · {set_label(card.set_name, sample)}"
    return f"<div><dt>{name}</dt><dd>{escape(said)}{escape(score)}</dd></div>"


def _sets(words: QuestionLabels, found: Comparison, a: Opened, b: Opened, sample: str) -> str:
    if a.set_hash == b.set_hash:
        return ""
    names = (set_label(each.card.set_name, sample) for each in (a, b))
    one, two = names
    said = words.sets_differ_more.format(a=one, b=two, count=len(found.questions))
    return flag("warn", words.sets_differ, said)


def _missing(words: QuestionLabels, found: Comparison) -> str:
    lines = [
        words.only_in.format(name=name, count=len(keys))
        for name, keys in (("A", found.only_a), ("B", found.only_b))
        if keys
    ]
    return "".join(flag("note", line) for line in lines)


def _made(words: QuestionLabels, differences: Sequence[tuple[str, str, str]]) -> str:
    if not differences:
        return ""
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(one[:80])}</td><td>{escape(two[:80])}</td></tr>"
        for name, one, two in differences[:_NAMED]
    )
    head = escape(words.made_differently.format(count=len(differences)))
    rest = len(differences) - _NAMED
    more = f"<p>{escape(words.more_questions.format(count=rest))}</p>" if rest > 0 else ""
    return (
        f'<details class="sy-made"><summary>{head}</summary><div class="sy-wide-table"><table>'
        f"<thead><tr><th></th><th>A</th><th>B</th></tr></thead><tbody>{rows}</tbody></table></div>"
        f"{more}</details>"
    )


def _changes(words: QuestionLabels, change: Change, head: str, items: Sequence[Compared]) -> str:
    if not items:
        return ""
    rows = "".join(_changed(each) for each in items[:_LISTED])
    rest = len(items) - _LISTED
    more = (
        f'<li class="sy-idle">{escape(words.more_questions.format(count=rest))}</li>'
        if rest > 0
        else ""
    )
    return (
        f'<details class="sy-change"{" open" if change in _OPEN else ""}><summary><h3>'
        f"{escape(head)} <b>{len(items)}</b></h3></summary>"
        f'<ul class="sy-asked-list sy-flips">{rows}{more}</ul></details>'
    )


def _changed(item: Compared) -> str:
    question = item.a.question
    sides = _said("A", item.a) + _said("B", item.b)
    return (
        f'<li><button type="button" data-do="question" data-question="{escape(question.id)}">'
        f"<span><b>{escape(question.question[:400])}</b>{sides}"
        f"<small>{escape(f'{question.type} · {question.id}')}</small></span></button></li>"
    )


def _said(name: str, score: Scored) -> str:
    answer = " ".join(score.row.answer.split())[:_ANSWER]
    return f"<span>{name} {SIGNS[score.verdict]} {escape(answer)}</span>"


def _tables(words: QuestionLabels, run_words: RunLabels, found: Comparison) -> str:
    blocks = []
    for group, differences in found.differences.items():
        if not differences:
            continue
        count = sum(group in (ALL, item.a.question.type) for item in found.questions)
        name = run_words.all if group == ALL else group
        table = _table(words, run_words, differences)
        blocks.append(
            f"<details{' open' if group == ALL else ''}><summary>{escape(name)} "
            f"<small>{count}</small></summary>{table}</details>"
        )
    return f'<div class="sy-differences"><h3>{escape(run_words.table)}</h3>{"".join(blocks)}</div>'


def _table(
    words: QuestionLabels, run_words: RunLabels, differences: Mapping[str, Difference]
) -> str:
    moved = {
        name: turn
        for name, turn in differences.items()
        if (turn.difference, turn.low, turn.high) != (0, 0, 0)
    }
    still = [
        f"{measure_label(name, words.lang)} {shown(turn.a, BY_NAME[name].unit)}"
        for name, turn in differences.items()
        if name not in moved
    ]
    joined = ("、" if words.lang == "zh" else ", ").join(still)
    rest = f'<p class="sy-idle">{escape(words.unchanged.format(names=joined))}</p>' if still else ""
    if not moved:
        return f'<p class="sy-idle">{escape(words.no_change)}</p>{rest}'
    rows = "".join(_row(words, name, turn) for name, turn in moved.items())
    return (
        f'<div class="sy-wide-table" tabindex="0" role="region" '
        f'aria-label="{escape(run_words.table)}"><table><thead><tr>'
        f'<th scope="col">{escape(run_words.measure)}</th><th>n</th><th>A</th><th>B</th>'
        f"<th>{escape(words.difference)}</th><th>95 %</th><th>{escape(words.p)}</th><th></th></tr>"
        f"</thead><tbody>{rows}</tbody></table></div>{rest}"
    )


def _row(words: QuestionLabels, name: str, turn: Difference) -> str:
    measure = BY_NAME[name]
    unit = measure.unit
    verdict, kind = "", "open"
    if measure.better:
        verdict = words.unsure
        if turn.sure:
            better = (turn.difference > 0) == (measure.better > 0)
            verdict, kind = (words.better, "right") if better else (words.worse, "wrong")
    low, high = (signed(value, unit) for value in (turn.low, turn.high))
    return (
        f'<tr><th scope="row" title="{escape(name)}">'
        f"{escape(measure_label(name, words.lang))}</th>"
        f"<td>{turn.n}</td><td>{shown(turn.a, unit)}</td><td>{shown(turn.b, unit)}</td>"
        f"<td>{signed(turn.difference, unit)}</td><td>[{low}, {high}]</td>"
        f"<td>{escape(p_text(turn.p))}</td>"
        f'<td data-verdict="{kind}">{escape(verdict)}</td></tr>'
    )
