"""A conversation as an evidence pack: JSON, and one HTML page without script or network."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from desk.chips import chips_of
from desk.exchange import Exchange
from desk.history_values import exchange_json
from desk.html import safe_url
from desk.talk_text import TalkLabels, talk_labels
from desk.text import Labels, labels
from desk.told import told
from rag.types import Answer, Citation, Status

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_MARKER = re.compile(r"\[(\d{1,3})\]")
_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem; max-width: 48rem; color: #1d1b18; background: #fff;
  overflow-wrap: anywhere;
  font: 1rem/1.75 "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif; }
h1 { font-size: 1.35rem; margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
h3 { font-size: .9rem; color: #6a655c; margin: 1rem 0 .25rem; }
article { margin: 1.5rem 0; padding-top: 1rem; border-top: 2px solid #1d1b18; }
.text { white-space: pre-wrap; } .meta, footer { font-size: .85rem; color: #6a655c; margin: 0; }
ol { margin: 0; padding: 0; list-style: none; }
li { border-left: 3px solid #1f4e79; margin: .6rem 0; padding: .1rem .9rem; break-inside: avoid; }
blockquote { margin: 0; } .lead { color: #6a655c; } code { font-size: .8rem; }
.status { border-left: 3px solid #6a655c; padding-left: .9rem; }
.bad { color: #a3291f; } .flag { border-left: 3px solid #a3291f; padding-left: .9rem; }
a { color: #1f4e79; }
@media print { body { padding: 0; } a { color: inherit; text-decoration: none; } }
"""


def pack_json(conversation: Sequence[Exchange], *, made: datetime | None = None) -> str:
    """Every question with its answer, quotes (article ids and versions), checks, model and index.

    ``made`` is when; default: now.
    """
    pack: dict[str, Any] = {
        "format": "suyuan-evidence-pack/1",
        "made": (made or datetime.now(UTC)).isoformat(timespec="seconds"),
        "exchanges": [exchange_json(each) for each in conversation],
    }
    return json.dumps(pack, ensure_ascii=False, indent=1) + "\n"


def pack_html(conversation: Sequence[Exchange], lang: str, *, made: datetime | None = None) -> str:
    """The same to read and to print."""
    words, shared = talk_labels(lang), labels(lang)
    when = (made or datetime.now(UTC)).astimezone()
    title = escape(conversation[0].asked if conversation else words.pack)
    body = "".join(
        _exchange(place, each, words, shared) for place, each in enumerate(conversation, 1)
    )
    return (
        f'<!doctype html>\n<html lang="{"en" if lang == "en" else "zh-CN"}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(words.pack)} · {title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(words.pack)} · 溯源 Suyuan</h1>\n<p class="meta">{escape(words.pack_made)} '
        f"{when:%Y-%m-%d %H:%M %Z}</p>\n{body}\n</body>\n</html>\n"
    )


def _exchange(place: int, exchange: Exchange, words: TalkLabels, shared: Labels) -> str:
    answer = exchange.answer
    parts = [f"<h2>{place}. {escape(exchange.asked)}</h2>", _read(exchange, words, shared)]
    if answer is None:
        failed = shared.failed if exchange.error or exchange.reference else ""
        said = failed or shared.stopped_incomplete
        why = told(exchange.error, shared.lang)
        parts.append(f'<p class="flag">{escape(said)} {escape(why)}</p>')
        parts.append(f'<p class="text">{escape(exchange.text)}</p>')
    else:
        parts.extend(_answered(exchange, answer, words, shared))
    parts.append(_facts(exchange, words, shared))
    return f'<article id="q{exchange.number}">{"".join(parts)}</article>\n'


def _read(exchange: Exchange, words: TalkLabels, shared: Labels) -> str:
    """How the question was understood, and what it was limited to."""
    query = exchange.query
    said = []
    if query is not None and query.question != exchange.asked:
        said.append(shared.read_as.format(question=query.question))
    said += [f"{words.chip[chip.field]} {chip.value}" for chip in chips_of(exchange)]
    return f'<p class="meta">{escape(" · ".join(said))}</p>' if said else ""


def _answered(exchange: Exchange, answer: Answer, words: TalkLabels, shared: Labels) -> list[str]:
    status = shared.status[answer.status]
    markers = {citation.marker for citation in answer.citations}
    text = _MARKER.sub(
        lambda found: (
            f'<a href="#q{exchange.number}c{found[1]}">[{found[1]}]</a>'
            if int(found[1]) in markers
            else found[0]
        ),
        escape(answer.text),
    )
    cards = "".join(_source(exchange.number, each, words, shared) for each in answer.citations)
    return [
        f'<p class="status">{escape(status)}</p>' if status else "",
        f'<p class="text">{text}</p>',
        *(f'<p class="flag">{escape(told(note, shared.lang))}</p>' for note in answer.notes),
        f"<h3>{escape(words.cited)}</h3><ol>{cards}</ol>" if cards else "",
        _checks(answer, words),
    ]


def _source(number: int, each: Citation, words: TalkLabels, shared: Labels) -> str:
    when = shared.undated
    if each.published is not None:
        when = f"{each.published} ({shared.known[each.date_known]})"
    places = (f"《{each.title}》", each.source, each.section, each.byline, when)
    derived = f" ({shared.title_derived})" if each.title_derived else ""
    address = safe_url(each.url)
    link = f' · <a href="{escape(address)}">{escape(address)}</a>' if address else ""
    lead = f'<span class="lead">{escape(each.lead)}</span>' if each.lead else ""
    corrected = ""
    if each.correction is not None:
        said = shared.corrected.format(wrong=each.correction.wrong, right=each.correction.right)
        corrected = f'<p class="bad">{escape(said)}</p>'
    copies = "".join(
        f'<p class="meta">= 《{escape(copy.title)}》 {escape(copy.source)} '
        f"{copy.published or escape(shared.undated)} <code>{escape(copy.article_id)}</code></p>"
        for copy in each.copies
    )
    version = escape(words.pack_version.format(version=each.version))
    return (
        f'<li id="q{number}c{each.marker}"><blockquote><b>[{each.marker}]</b> {lead}'
        f"{escape(each.quote)}</blockquote>{corrected}"
        f'<p class="meta">{escape(" · ".join(part for part in places if part))}{escape(derived)}'
        f'{link}</p><p class="meta"><code>{escape(each.article_id)}</code> · {version} · '
        f"{each.start}:{each.end}</p>{copies}</li>"
    )


def _checks(answer: Answer, words: TalkLabels) -> str:
    if not answer.checks:
        return ""
    items = "".join(
        f'<p class="meta{"" if check.supported else " bad"}">'
        f"{'✓' if check.supported else '✗'} {escape(check.text)} · "
        f"{escape(words.pack_supported if check.supported else words.pack_unsupported)}"
        f"{''.join(f' [{marker}]' for marker in check.markers)} {escape(check.note)}</p>"
        for check in answer.checks
    )
    return f"<h3>{escape(words.pack_checks)}</h3>{items}"


def _facts(exchange: Exchange, words: TalkLabels, shared: Labels) -> str:
    facts = []
    if exchange.asked_at is not None:
        when = exchange.asked_at.astimezone()
        facts.append(f"{words.pack_asked} {when:%Y-%m-%d %H:%M:%S %Z}")
    if exchange.answer is not None:
        quoted = exchange.answer.status is Status.ANSWERED
        unaided = shared.extracted if quoted else words.pack_none
        facts.append(f"{words.pack_models} {exchange.answer.model or unaided}")
        facts.append(f"{words.pack_index} {exchange.answer.index_version}")
    if exchange.verdict in words.pack_verdict:
        facts.append(words.pack_verdict[exchange.verdict])
    return f'<p class="meta">{escape(" · ".join(facts))}</p>' if facts else ""
