"""Chips above an answer and the tools below it, as HTML. Knows nothing of Gradio or sessions."""

from html import escape

from desk.chips import chips_of
from desk.exchange import Exchange, Phase
from desk.pack_text import as_markdown, as_plain
from desk.talk_text import TalkLabels, talk_labels


def render_chips(exchange: Exchange, lang: str, *, editable: bool) -> str:
    """What the answer is limited by; where ``editable``, each can be removed and changed."""
    words = talk_labels(lang)
    editable = editable and not exchange.running
    chips = []
    for chip in chips_of(exchange):
        what = words.chip[chip.field]
        said = f"<small>{escape(what)}</small> {escape(chip.value)}"
        if not editable:
            chips.append(f'<span class="sy-chip"><span>{said}</span></span>')
            continue
        chips.append(
            f'<span class="sy-chip"><button type="button" data-act="narrow" '
            f'data-field="{chip.field}" title="{escape(words.edit.format(what=what))}">{said}'
            f'</button><button type="button" data-act="drop" data-value="{escape(chip.name)}" '
            f'aria-label="{escape(words.remove.format(what=f"{what} {chip.value}"))}">'
            '<span aria-hidden="true">×</span></button></span>'
        )
    if editable:
        chips.append(
            '<button type="button" class="sy-limit" data-act="narrow" '
            f'data-field="sources">{escape(words.limit)}</button>'
        )
    return f'<p class="sy-narrowed">{"".join(chips)}</p>' if chips else ""


def render_tools(exchange: Exchange, lang: str, *, last: bool, rated: bool) -> str:
    """Copy, retry, edit, thumbs and export; "" while the answer grows.

    The ``last`` question can be asked again and its conversation exported. ``rated``: what readers
    say of answers is kept.
    """
    if exchange.running:
        return ""
    words = talk_labels(lang)
    tools: list[str] = []
    if exchange.answer is not None:
        tools.append(_act("copy", words.copy, value="plain"))
        tools.append(_act("copy", words.copy_markdown, value="markdown"))
    if last:
        tools.append(_act("retry", words.retry))
        tools.append(_act("narrow", words.rephrase, field="question"))
    if rated and exchange.phase is Phase.DONE:
        tools.append(_thumb("up", words.right, exchange))
        tools.append(_thumb("down", words.wrong, exchange))
    if last:
        tools.append(
            f'<span class="sy-export">{escape(words.export)} {_act("export", "HTML", value="html")}'
            f"{_act('export', 'JSON', value='json')}</span>"
        )
    copies = "" if exchange.answer is None else _copies(exchange, words)
    return (
        f'<div class="sy-tools-of" data-of="{exchange.number}" '
        f'data-copied="{escape(words.copied)}" data-failed="{escape(words.not_copied)}">'
        f'{"".join(tools)}<span class="sy-did" role="status"></span>{copies}</div>'
    )


def _copies(exchange: Exchange, words: TalkLabels) -> str:
    """What the browser puts on the clipboard: a clipboard opens to a click, not to a server."""
    return (
        f'<div hidden data-copy="plain">{escape(as_plain(exchange, words.lang))}</div>'
        f'<div hidden data-copy="markdown">{escape(as_markdown(exchange, words.lang))}</div>'
    )


def _act(act: str, text: str, *, value: str = "", field: str = "") -> str:
    value = f' data-value="{value}"' if value else ""
    field = f' data-field="{field}"' if field else ""
    return f'<button type="button" data-act="{act}"{value}{field}>{escape(text)}</button>'


def _thumb(verdict: str, text: str, exchange: Exchange) -> str:
    pressed = str(exchange.verdict == verdict).lower()
    return (
        f'<button type="button" class="sy-thumb sy-{verdict}" data-act="rate" '
        f'data-value="{verdict}" aria-pressed="{pressed}" aria-label="{escape(text)}" '
        f'title="{escape(text)}"></button>'
    )
