"""What opens over the Ask tab, as HTML: the question's form, "the right answer is", the history."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from desk.chips import period_of
from desk.exchange import Exchange
from desk.feedback import LONGEST_RIGHT
from desk.history import Listed
from desk.html import flag
from desk.talk_text import TalkLabels, talk_labels

LONGEST_QUESTION = 500  # characters
_LONGEST_VALUES = 2000
_LISTED_KINDS = {"sources": "sources", "sections": "sections", "reporters": "reporters"}


def render_narrow(
    exchange: Exchange,
    lang: str,
    *,
    field: str,
    offered: Mapping[str, Sequence[str]],
    given: Mapping[str, object] | None = None,
    error: str = "",
) -> str:
    """The form that asks a question again in other words, of another time or other papers.

    ``field`` is where the reader begins; ``given`` is what he has typed where it could not be used.
    """
    words = talk_labels(lang)
    values = _asked(exchange) if given is None else {k: str(v) for k, v in given.items()}
    question = escape(values.get("question", ""))
    asked = (
        f'<label class="sy-wide"><span class="sy-hidden">{escape(words.limits)}</span>'
        f'<textarea name="question" rows="2" maxlength="{LONGEST_QUESTION}"'
        f"{_first(field, 'question')}>{question}</textarea></label>"
    )
    days = _fieldset(
        words.period,
        _day("since", words.since, values, field) + _day("until", words.until, values, field),
    ) + _fieldset(
        words.printed,
        _day("printed_since", words.since, values, field)
        + _day("printed_until", words.until, values, field),
    )
    lists = "".join(
        _listed(kind, f"{words.chip[kind]}", values, field, offered.get(kind, ()))
        for kind in _LISTED_KINDS
    )
    refused = flag("error", error) if error else ""
    form = (
        f'<form data-form="narrow"><input type="hidden" name="number" value="{exchange.number}">'
        f'{refused}{asked}{days}<fieldset class="sy-lists">{lists}'
        f'<small>{escape(words.several)}</small></fieldset><p class="sy-hint">'
        f"{escape(words.asking_again)}</p>{_buttons(words, words.ask_again)}</form>"
    )
    return _sheet("narrow", words.limits, form, words)


def render_feedback(exchange: Exchange, lang: str, *, error: str = "", given: str = "") -> str:
    """Where the reader writes the right answer to one question."""
    words = talk_labels(lang)
    refused = flag("error", error) if error else ""
    form = (
        f'<form data-form="feedback"><input type="hidden" name="number" value="{exchange.number}">'
        f'{refused}<p class="sy-of">{escape(exchange.asked)}</p><label class="sy-wide">'
        f"<span>{escape(words.right_answer)}</span>"
        f'<textarea name="right" rows="4" maxlength="{LONGEST_RIGHT}" data-first>'
        f'{escape(given)}</textarea></label><p class="sy-hint">{escape(words.feedback_hint)}</p>'
        f"{_buttons(words, words.send)}</form>"
    )
    return _sheet("feedback", words.feedback, form, words)


def render_history(
    listed: Sequence[Listed] | None,
    lang: str,
    *,
    text: str = "",
    current: str = "",
    local: bool = False,
    sure: bool = False,
    said: str = "",
) -> str:
    """A user's conversations, None where they cannot be read; ``sure``: are all to be deleted?"""
    words = talk_labels(lang)
    search = (
        '<form data-form="search" class="sy-find"><input type="search" name="text" maxlength="100" '
        f'value="{escape(text)}" placeholder="{escape(words.history_search)}" '
        f'aria-label="{escape(words.history_search)}"{"" if sure else " data-first"}>'
        f"<button>{escape(words.search)}</button></form>"
    )
    items = "".join(_talk(each, words, current) for each in listed or ())
    nothing = words.history_nothing if text else words.history_none
    body = f'<ol class="sy-talks">{items}</ol>' if items else f"<p>{escape(nothing)}</p>"
    if listed is None:  # that there is none would not be true
        body = ""
    return _sheet(
        "history",
        words.history,
        f"{flag('warn', said) if said else ''}{search}{body}"
        f"{_all(len(listed or ()), words, local=local, sure=sure, searched=bool(text))}",
        words,
    )


def _all(count: int, words: TalkLabels, *, local: bool, sure: bool, searched: bool) -> str:
    own = escape(words.history_local if local else words.history_own)
    if sure:
        return (
            f'<div class="sy-flag sy-error" role="alert"><p>'
            f"{escape(words.delete_all_sure)}</p><p class='sy-buttons'>"
            f'<button type="button" data-act="delete-all-sure">{escape(words.delete_all_yes)}'
            f'</button><button type="button" data-act="history" data-first>{escape(words.cancel)}'
            "</button></p></div>"
        )
    every = (
        f'<button type="button" data-act="delete-all">{escape(words.delete_all)}</button>'
        if count and not searched
        else ""
    )
    return f'<p class="sy-own"><span>{own}</span>{every}</p>'


def _talk(each: Listed, words: TalkLabels, current: str) -> str:
    when = f"{each.updated.astimezone():%Y-%m-%d %H:%M}"
    here = ' aria-current="true"' if each.id == current else ""
    asked = escape(words.questions.format(count=each.questions))
    return (
        f'<li{here}><button type="button" class="sy-open" data-act="open" '
        f'data-value="{escape(each.id)}">{escape(each.title)}</button>'
        f'<span class="sy-meta">{when} · {asked}</span>'
        f'<button type="button" class="sy-delete" data-act="delete" data-value="{escape(each.id)}" '
        f'aria-label="{escape(words.delete)} {escape(each.title)}">{escape(words.delete)}'
        "</button></li>"
    )


def _asked(exchange: Exchange) -> dict[str, str]:
    filters = exchange.filters
    since, until = period_of(exchange)
    return {
        "question": exchange.asked,
        "since": _iso(since),
        "until": _iso(until),
        "printed_since": _iso(filters.since),
        "printed_until": _iso(filters.until),
        **{kind: "；".join(getattr(filters, kind)) for kind in _LISTED_KINDS},
    }


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _first(field: str, name: str) -> str:
    return " data-first" if field == name else ""


def _fieldset(legend: str, inside: str) -> str:
    return f"<fieldset><legend>{escape(legend)}</legend>{inside}</fieldset>"


def _day(name: str, label: str, values: Mapping[str, str], field: str) -> str:
    return (
        f'<label><span>{escape(label)}</span><input type="date" name="{name}" '
        f'value="{escape(values.get(name, ""))}"{_first(field, name)}></label>'
    )


def _listed(
    kind: str, label: str, values: Mapping[str, str], field: str, offered: Sequence[str]
) -> str:
    options = "".join(f'<option value="{escape(value)}"></option>' for value in offered)
    return (
        f'<label><span>{escape(label)}</span><input type="text" name="{kind}" list="sy-{kind}" '
        f'value="{escape(values.get(kind, ""))}" maxlength="{_LONGEST_VALUES}" autocomplete="off"'
        f'{_first(field, kind)}></label><datalist id="sy-{kind}">{options}</datalist>'
    )


def _buttons(words: TalkLabels, go: str) -> str:
    return (
        f'<p class="sy-buttons"><button class="sy-go">{escape(go)}</button>'
        f'<button type="button" data-close>{escape(words.cancel)}</button></p>'
    )


def _sheet(kind: str, title: str, inside: str, words: TalkLabels) -> str:
    return (
        f'<section class="sy-sheet" role="dialog" aria-modal="true" aria-label="{escape(title)}" '
        f'data-sheet="{kind}"><header><h2>{escape(title)}</h2><button type="button" class="sy-x" '
        f'data-close aria-label="{escape(words.close)}"><span aria-hidden="true">×</span></button>'
        f"</header>{inside}</section>"
    )
