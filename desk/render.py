"""Turn a conversation and its evidence into HTML. Knows nothing of Gradio or sessions.

Every string from outside is escaped here or in desk.html. A thing that opens an article carries a
reference (``data-ref``) that the session resolves against what it has shown: ``c:3:1`` is citation
1 of question 3, ``e:3:2`` its second evidence sentence, ``n:3:1`` its first nearest headline,
``s:3:0`` its evidence panel, ``c:3:1:2`` the second copy of citation 1.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape

from desk.exchange import Exchange, Phase
from desk.html import flag
from desk.sources import render_headlines
from desk.text import Labels
from desk.told import told
from index.types import Coverage
from rag.types import Answer, Check, Status

_MARKER = re.compile(r"\[(\d{1,3})\]")
_PAPERS_NAMED = 3


def render_header(labels: Labels, coverage: Coverage | None) -> str:
    """The page's name and what it searches."""
    facts = _extent(coverage, labels) if coverage is not None and coverage.articles else ""
    lang = "en" if labels.lang == "en" else "zh-CN"
    return (
        f'<div class="sy-brand" data-lang="{lang}">'
        '<span class="sy-seal" aria-hidden="true">溯</span>'
        '<h1>溯源 <span lang="en">Suyuan</span></h1>'
        f"<p>{escape(facts or labels.tagline)}</p></div>"
    )


def render_welcome(
    labels: Labels,
    coverage: Coverage | None,
    examples: Sequence[str],
    *,
    model: str,
    error: str = "",
    below: str = "",
    uploads: bool = False,
) -> str:
    """The empty conversation: what to do here, or what is missing before it can be used.

    ``below`` is HTML to stand behind it. ``uploads``: an empty archive is filled in the page.
    """
    if error:
        return f'<section class="sy-welcome">{flag("error", labels.failed, error)}</section>'
    if coverage is not None and not coverage.articles:
        return (
            f'<section class="sy-welcome"><h2>{escape(labels.archive_empty)}</h2>'
            f"{_way_in(labels, uploads=uploads)}{below}</section>"
        )
    asks = "".join(
        f'<li><button type="button" class="sy-example" data-example="{number}">'
        f"{escape(example)}</button></li>"
        for number, example in enumerate(examples)
    )
    listed = f'<h3>{escape(labels.examples)}</h3><ul class="sy-examples">{asks}</ul>'
    return (
        f'<section class="sy-welcome"><h2>{escape(labels.welcome)}</h2>'
        f"<p>{escape(labels.welcome_more)}</p>{listed if asks else ''}"
        f"{'' if model else _no_model(labels)}{below}</section>"
    )


def _way_in(labels: Labels, *, uploads: bool) -> str:
    """How the first articles come into an archive."""
    command = f"<p>{escape(labels.archive_empty_more)}</p><pre>suyuan ingest PATH…</pre>"
    if not uploads:
        return command
    return (
        f"<p>{escape(labels.archive_empty_upload)}</p>"
        f'<p><a class="sy-go-to" data-go="archive" href="?tab=archive&amp;lang={labels.lang}">'
        f"{escape(labels.archive_empty_go)}</a></p>"
        f"<p>{escape(labels.archive_empty_command)}</p><pre>suyuan ingest PATH…</pre>"
    )


def render_exchange(
    exchange: Exchange, labels: Labels, *, model: str, above: str = "", below: str = ""
) -> str:
    """One question and what is known of its answer so far; ``model`` is the engine's, "" for none.

    ``above`` and ``below`` are HTML to stand before and behind what is said. The morphing redraw
    keeps elements by position, so the question and the answer always have the same place.
    """
    return (
        f'<article class="sy-turn" data-phase="{exchange.phase}" data-number="{exchange.number}">'
        f'<h2 class="sy-asked"><span class="sy-hidden">{escape(labels.question)}</span>'
        f"{escape(exchange.asked)}</h2>"
        f'<div class="sy-answer"><span class="sy-hidden">{escape(labels.answer)}</span>'
        f"{_understood(exchange, labels)}{above}{_said(exchange, labels, model)}{below}"
        "</div></article>"
    )


def render_alert(text: str) -> str:
    """One line above the question box, of something that went wrong; "" for none."""
    return f'<p class="sy-alert" role="alert">{escape(text)}</p>' if text else ""


def render_said(text: str) -> str:
    """The same of something that was done."""
    return f'<p class="sy-alert sy-done" role="status">{escape(text)}</p>' if text else ""


def covers(coverage: Coverage, labels: Labels) -> str:
    """What the archive holds, as plain text: 62 篇报道，2024-01-03 至 2025-12-30 · 青岛日报."""
    named = labels.list_comma.join(coverage.sources[:_PAPERS_NAMED])
    if len(coverage.sources) > _PAPERS_NAMED:
        named = labels.papers_more.format(papers=named, count=len(coverage.sources))
    rejected = labels.rejected.format(count=coverage.rejected) if coverage.rejected else ""
    return " · ".join(part for part in (_extent(coverage, labels), named, rejected) if part)


def _extent(coverage: Coverage, labels: Labels) -> str:
    """How much it holds: 62 篇报道，2024-01-03 至 2025-12-30; short enough for the page's head."""
    articles = f"{coverage.articles:,}"
    if coverage.first and coverage.last:
        return labels.covers.format(articles=articles, first=coverage.first, last=coverage.last)
    return labels.covers_undated.format(articles=articles)


def _understood(exchange: Exchange, labels: Labels) -> str:
    """How the question was read, where that says more than the question itself."""
    query = exchange.query
    if query is None or query.question.strip() == query.asked.strip():
        return ""
    return f'<p class="sy-read">{escape(labels.read_as.format(question=query.question))}</p>'


def _said(exchange: Exchange, labels: Labels, model: str) -> str:
    if exchange.phase is Phase.FAILED:
        unexpected = labels.unexpected.format(reference=exchange.reference)
        return flag("error", labels.failed, told(exchange.error, labels.lang) or unexpected)
    if exchange.answer is not None:
        return _answered(exchange, exchange.answer, labels, model)
    # Until the answer is whole, what a marker points at may still change: it opens nothing.
    text = _MARKER.sub(
        r'<span class="sy-ref"><span class="sy-marker">\1</span></span>', escape(exchange.text)
    )
    if exchange.phase is Phase.STOPPED:
        stopped = labels.stopped_incomplete if text else labels.stopped
        return _text(text) + flag("note", stopped)
    if text:
        return _text(text + '<i class="sy-caret" aria-hidden="true"></i>')
    waiting = labels.searching
    if exchange.place:
        waiting = labels.queued.format(place=exchange.place)
    elif exchange.phase is Phase.ANSWERING:
        waiting = labels.answering.format(count=len(exchange.evidence))
    return f'<p class="sy-waiting" role="status">{escape(waiting)}</p>'


def _answered(exchange: Exchange, answer: Answer, labels: Labels, model: str) -> str:
    unaided = answer.status is Status.EVIDENCE_ONLY and not model
    status = "" if unaided else labels.status[answer.status]
    kind = "warn" if answer.status in (Status.PARTLY, Status.CONFLICT) else "note"
    parts = [flag(kind, status) if status else ""]
    parts.append(_text(_cited(exchange.number, answer)))
    parts.append(_unsupported(answer.checks, labels))
    parts.extend(flag("warn", told(note, labels.lang)) for note in answer.notes)
    if answer.status is Status.NOT_FOUND:
        parts.append(_nearest(exchange, answer, labels))
    if unaided:
        parts.append(_no_model(labels))
    parts.append(_status_line(exchange, answer, labels))
    return "".join(parts)


def _text(html: str) -> str:
    return f'<div class="sy-text">{html}</div>' if html else ""


def _cited(number: int, answer: Answer) -> str:
    """The answer's text with its markers clickable and its unsupported words flagged."""
    markers = {citation.marker for citation in answer.citations}
    doubted = _doubted(answer.checks)
    pattern = re.compile("|".join((_MARKER.pattern, *map(_whole, doubted))))
    pieces: list[str] = []
    at = 0
    for match in pattern.finditer(answer.text):
        pieces.append(escape(answer.text[at : match.start()]))
        at = match.end()
        if match[1] is None:
            pieces.append(f'<span class="sy-doubt">{escape(match[0])}</span>')
        elif int(match[1]) in markers:
            pieces.append(
                f'<span class="sy-ref"><button type="button" class="sy-marker" '
                f'data-ref="c:{number}:{int(match[1])}">{int(match[1])}</button></span>'
            )
        else:
            pieces.append(escape(match[0]))
    pieces.append(escape(answer.text[at:]))
    return "".join(pieces)


def _doubted(checks: Sequence[Check]) -> list[str]:
    """Texts of the answer that its sentences do not have; longest first, so 上半年 beats 半年."""
    texts = {check.text for check in checks if not check.supported and check.text.strip()}
    return sorted(texts, key=lambda text: (-len(text), text))


def _whole(text: str) -> str:
    # 15 must not light up inside 2015, 1.5 or 15.3.
    before = r"(?<![\d.,])" if text[0].isdigit() else ""
    after = r"(?![.,]?\d)" if text[-1].isdigit() else ""
    return before + re.escape(text) + after


def _unsupported(checks: Sequence[Check], labels: Labels) -> str:
    doubted = [
        f"{check.text} ({check.note})" if check.note else check.text
        for check in checks
        if not check.supported
    ]
    if not doubted:
        return ""
    items = labels.list_comma.join(dict.fromkeys(doubted))
    return flag("error", labels.unsupported, items)


def _nearest(exchange: Exchange, answer: Answer, labels: Labels) -> str:
    items = render_headlines(answer.nearest, f"n:{exchange.number}", labels)
    near = f"<h3>{escape(labels.nearest)}</h3>{items}" if items else ""
    return (
        f"{near}<h3>{escape(labels.archive_covers)}</h3>"
        f'<p class="sy-covers">{escape(covers(answer.coverage, labels))}</p>'
    )


def _no_model(labels: Labels) -> str:
    return (
        f'<div class="sy-flag sy-note"><b>{escape(labels.no_model)}</b>'
        f"<span>{escape(labels.no_model_more)}</span><pre>suyuan models fetch</pre></div>"
    )


def _status_line(exchange: Exchange, answer: Answer, labels: Labels) -> str:
    coverage = answer.coverage
    facts = [labels.searched.format(articles=f"{coverage.articles:,}")]
    if coverage.first and coverage.last:
        facts.append(labels.dated.format(first=coverage.first, last=coverage.last))
    if coverage.last_ingest is not None:
        when = coverage.last_ingest.astimezone()
        facts.append(labels.ingested.format(when=f"{when:%Y-%m-%d %H:%M}"))
    facts.extend(_times(answer.timings, labels))
    if answer.model:
        facts.append(labels.model.format(model=answer.model))
    elif answer.status is Status.ANSWERED:
        facts.append(labels.extracted)
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    return (
        f'<footer class="sy-status">{said}<button type="button" class="sy-show" '
        f'data-ref="s:{exchange.number}:0">{escape(labels.show_evidence)}</button></footer>'
    )


def _times(timings: Mapping[str, float], labels: Labels) -> list[str]:
    """Seconds from the question to the evidence, to the first word, and to the end."""
    times = []
    steps = [timings[step] for step in ("understand", "retrieve", "evidence") if step in timings]
    if steps:
        times.append(labels.to_evidence.format(seconds=_seconds(sum(steps))))
    if "first_word" in timings:
        times.append(labels.first_word.format(seconds=_seconds(timings["first_word"])))
    if "total" in timings:
        times.append(labels.total.format(seconds=_seconds(timings["total"])))
    return times


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value < 1 else f"{value:.1f}"
