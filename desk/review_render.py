"""The review queue as HTML: what waits, and one question to judge. Whatever goes in is escaped."""

from collections.abc import Sequence
from html import escape

from desk.eval_words import fault_words, told_words
from desk.html import flag
from desk.review_events import MOST_GOLD, LineFault, Waiting, answer_lines
from desk.review_text import ReviewLabels
from eval.review import Proposal, Row

_LISTED = 100
_FAULTS = 8
_DRAFT = "suyuan qa draft --archive {archive} --out {archive}/qa/drafts.jsonl"


def render_waiting(
    words: ReviewLabels, waiting: Waiting, *, chosen: str, archive: str, name: str
) -> str:
    """The list of what is left; empty, how something comes there."""
    said = words.count.format(
        left=len(waiting.left), accepted=waiting.accepted, rejected=waiting.rejected
    )
    head = (
        f'<p class="sy-eval-lead">{escape(words.lead)}</p><p class="sy-meta">{escape(said)}</p>'
        f"{_faults(words, waiting.faults)}"
    )
    if not waiting.left and waiting.accepted + waiting.rejected:
        more = words.finished_more.format(accepted=waiting.accepted, name=name)
        return head + _none(words.finished, more, "")
    if not waiting.left:
        return head + _none(words.empty, words.empty_more, _DRAFT.format(archive=archive))
    rows = "".join(_row(words, item, item.id == chosen) for item in waiting.left[:_LISTED])
    return f'{head}<ul class="sy-asked-list" aria-label="{escape(words.queue)}">{rows}</ul>'


def _none(head: str, more: str, command: str) -> str:
    code = f"<pre>{escape(command)}</pre>" if command else ""
    return f'<div class="sy-none"><h3>{escape(head)}</h3><p>{escape(more)}</p>{code}</div>'


def _faults(words: ReviewLabels, faults: Sequence[LineFault]) -> str:
    if not faults:
        return ""
    told = (
        words.line_fault.format(name=each.name, line=each.line, fault=each.told(words.lang)[:400])
        for each in faults[:_FAULTS]
    )
    lines = "".join(f"<li>{escape(line)}</li>" for line in told)
    return (
        f'<details class="sy-flag sy-warn"><summary>{escape(words.faults)} ({len(faults)})'
        f"</summary><ul>{lines}</ul></details>"
    )


def _row(words: ReviewLabels, item: Proposal, chosen: bool) -> str:
    return (
        f'<li><button type="button" data-do="judge" data-judge="{escape(item.id)}"'
        f"{' aria-current=true' if chosen else ''}><span><b>{escape(asked_of(item.row)[-1])}</b>"
        f"<small>{escape(_origin(words, item))}</small></span></button></li>"
    )


def _origin(words: ReviewLabels, item: Proposal) -> str:
    kind = str(item.row.get("type", ""))
    known = {
        "feedback up": words.origin_up,
        "feedback down": words.origin_down,
    }
    origin = known.get(item.origin)
    if origin is None:
        origin = words.origin_rule if item.origin.startswith("rule") else words.origin_llm
    return " · ".join(filter(None, (origin, kind)))


def asked_of(row: Row) -> list[str]:
    """All turns, the question that is scored last."""
    turns: list[str] = row.get("turns") or [str(row.get("question", ""))]
    return turns


def render_judge(
    words: ReviewLabels, item: Proposal, row: Row, *, number: int, total: int, fault: str = ""
) -> str:
    """The form of one proposal, with ``row`` in its fields."""
    *before, question = asked_of(row)
    earlier = "".join(f"<li>{escape(turn[:2000])}</li>" for turn in before)
    told = "".join(f"<li>{escape(told_words(line, words.lang)[:2000])}</li>" for line in item.told)
    place = words.place.format(number=number, total=total)
    as_of = f" · {words.as_of} {row['as_of']}" if row.get("as_of") else ""
    said = flag("error", words.fault, fault_words(fault, words.lang)) if fault else ""
    unanswerable = " checked" if row.get("answerable") is False else ""
    return (
        f'<section class="sy-panel sy-judge" data-panel="{escape(item.id)}">'
        f'<h2 tabindex="-1">{escape(words.title)} '
        f"<span>{escape(place)}</span></h2>"
        f'<p class="sy-meta">{escape(_origin(words, item) + as_of)}</p>{said}'
        f'<form class="sy-judge-form" data-key="{escape(item.id)}">'
        + (f"<h3>{escape(words.before)}</h3><ol>{earlier}</ol>" if earlier else "")
        + f"{_area('question', words.question, question, 2)}"
        f"{_area('answers', words.answers, answer_lines(row), 2, words.answers_hint)}"
        f"{_gold(words, row)}"
        f'<div class="sy-fields"><label><span>{escape(words.kind)}</span><input type="text" '
        f'name="kind" maxlength="60" autocomplete="off" value="{escape(str(row.get("type", "")))}">'
        f'</label><label class="sy-tick"><input type="checkbox" name="unanswerable"{unanswerable}>'
        f"<span>{escape(words.unanswerable)}</span></label></div>"
        + (f'<h3>{escape(words.told)}</h3><ul class="sy-told">{told}</ul>' if told else "")
        + '<div class="sy-acts sy-verdicts">'
        f"{_act('accept', words.accept, 'sy-main')}{_act('reject', words.reject, 'sy-plain')}"
        f"{_act('skip', words.skip, 'sy-plain')}</div></form></section>"
    )


def _act(name: str, label: str, style: str) -> str:
    return (
        f'<button type="button" class="{style}" data-do="{name}" data-form="1">'
        f"{escape(label)}</button>"
    )


def _area(name: str, label: str, value: str, rows: int, hint: str = "") -> str:
    more = f"<small>{escape(hint)}</small>" if hint else ""
    return (
        f'<label class="sy-area"><span>{escape(label)}{more}</span><textarea name="{escape(name)}" '
        f'rows="{rows}" maxlength="4000">{escape(value)}</textarea></label>'
    )


def _gold(words: ReviewLabels, row: Row) -> str:
    held = list(row.get("gold", []))[:MOST_GOLD]
    blocks = [_one_gold(words, n, gold) for n, gold in enumerate(held)]
    spare = _one_gold(words, len(held), {"article_id": "", "quote": ""})
    if held:
        spare = f"<details><summary>{escape(words.gold_more)}</summary>{spare}</details>"
    return f"<fieldset><legend>{escape(words.gold)}</legend>{''.join(blocks)}{spare}</fieldset>"


def _one_gold(words: ReviewLabels, number: int, gold: dict[str, str]) -> str:
    key = str(gold.get("article_id", ""))
    opener = (
        f'<button type="button" class="sy-open" data-do="look" data-look="{number}" '
        f'data-form="1">{escape(words.open)}</button>'
        if key
        else ""
    )
    return (
        f"{_area(f'gold-{number}-quote', words.quote, str(gold.get('quote', '')), 3)}"
        f'<label class="sy-area"><span>{escape(words.article_id)}{opener}</span>'
        f'<input type="text" name="gold-{number}-article" maxlength="600" autocomplete="off" '
        f'value="{escape(key)}"></label>'
    )
