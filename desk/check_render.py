"""Turn a checked draft into HTML. Knows nothing of Gradio, sessions or how claims are judged.

Every string from outside is escaped here or in desk.html. ``data-claim`` is a claim's number, from
1; ``data-ref`` ``k:3:1`` is the first evidence of claim 3; ``data-do`` an action of the page.
"""

from collections.abc import Iterator
from html import escape

from desk.check_run import Checking, CheckPhase
from desk.check_text import CheckLabels
from desk.check_upload import SUFFIXES
from desk.html import flag, opener, outside_link, source_line, tag
from desk.text import Labels
from desk.told import told
from rag.draft_check import LONGEST_DRAFT, MOST_CLAIMS
from rag.draft_types import ClaimKind, DraftReport, Finding, Verdict
from rag.draft_words import draft_words
from rag.types import Citation

# Colour is never the only sign. The order is that of a sub-editor's interest.
MARKS = {
    Verdict.CONTRADICTED: "✗",
    Verdict.PARTLY: "≈",
    Verdict.NOT_FOUND: "?",
    Verdict.SUPPORTED: "✓",
}


def render_intro(words: CheckLabels) -> str:
    """What this tab does."""
    title, intro = escape(words.title), escape(words.intro)
    return f'<header class="sy-intro"><h2>{title}</h2><p>{intro}</p></header>'


def render_dating(words: CheckLabels) -> str:
    """Beside the date: what it is for."""
    return f'<span class="sy-hint">{escape(words.date_hint)}</span>'


def render_tools(words: CheckLabels, count: int, *, said: str = "") -> str:
    """Under the draft: the upload, and how long it is; the browser keeps the count up to date."""
    accept = ",".join(SUFFIXES)
    note = f'<span class="sy-said" role="status">{escape(said)}</span>' if said else ""
    return (
        f'<div class="sy-drafting"><label class="sy-upload"><input type="file" accept="{accept}">'
        f"<span>{escape(words.upload)}</span></label>"
        f'<span class="sy-hint">{escape(words.upload_hint)}</span>{note}'
        f'<span class="sy-count" data-limit="{LONGEST_DRAFT}" '
        f'data-fits="{escape(words.count)}" data-over="{escape(words.count_over)}">'
        f"{escape(counted(count, words))}</span></div>"
    )


def counted(count: int, words: CheckLabels) -> str:
    """How long the draft is and may be: 1,234 / 200,000 字."""
    said = words.count if count <= LONGEST_DRAFT else words.count_over
    return said.format(count=f"{count:,}", limit=f"{LONGEST_DRAFT:,}")


def render_checking(checking: Checking | None, words: CheckLabels, labels: Labels) -> str:
    """The left side: nothing yet, how far it has come, what went wrong, or the marked draft."""
    if checking is None:
        return ""
    if checking.phase is CheckPhase.RUNNING:
        return _running(checking, words, labels)
    if checking.report is not None:
        return _report(checking, checking.report, words)
    if checking.phase is CheckPhase.STOPPED:
        return flag("note", words.stopped)
    unexpected = labels.unexpected.format(reference=checking.reference)
    return flag("error", words.failed, told(checking.error, words.lang) or unexpected)


def render_claims(checking: Checking | None, words: CheckLabels, labels: Labels) -> str:
    """The right side: every claim with its verdict, evidence and difference."""
    report = checking.report if checking else None
    if report is None:
        legend = "".join(
            f"<dt>{_badge(verdict, words)}</dt><dd>{escape(words.verdict_means[verdict])}</dd>"
            for verdict in MARKS
        )
        return (
            f'<div class="sy-panel"><h2>{escape(words.claims)}</h2>'
            f'<p class="sy-idle">{escape(words.claims_idle)}</p>'
            f'<dl class="sy-legend sy-verdict-legend">{legend}</dl></div>'
        )
    items = "".join(
        _claim(number, finding, words, labels) for number, finding in enumerate(report.findings, 1)
    )
    return (
        f'<div class="sy-panel"><h2>{escape(words.claims)}<span>{len(report.findings)}</span></h2>'
        f'<ol class="sy-claims">{items}</ol>'
        f'<p class="sy-idle sy-none" hidden>{escape(words.none_shown)}</p></div>'
    )


def _running(checking: Checking, words: CheckLabels, labels: Labels) -> str:
    said = words.running
    if checking.total:
        said = words.running_total.format(done=checking.done, total=checking.total)
    if checking.place:
        said = f"{said} · {labels.queued.format(place=checking.place)}"
    value = f' value="{checking.done}"' if checking.total else ""
    return (
        '<section class="sy-checking" data-phase="running">'
        f'<p class="sy-waiting" role="status">{escape(said)}</p>'
        f'<progress max="{max(1, checking.total)}"{value}>{escape(said)}</progress>'
        f"{_do('stop', words.stop)}</section>"
    )


def _report(checking: Checking, report: DraftReport, words: CheckLabels) -> str:
    name = checking.draft.name
    named = f"<span>{escape(name)}</span>" if name else ""
    return (
        '<section class="sy-report" data-phase="done"><header>'
        f'<h2 tabindex="-1">{escape(words.result)}{named}</h2>'
        f'<p class="sy-dos">{_do("edit", words.edit)}{_do("another", words.another)}'
        f"{_do('html', words.export_html)}{_do('json', words.export_json)}</p>"
        f"{_verdicts(report, words)}</header>{''.join(_remarks(report, words))}"
        f'<div class="sy-draft-text">{"".join(_marked(report, words))}</div>'
        f"{_facts(report, words)}</section>"
    )


def _do(action: str, text: str) -> str:
    return f'<button type="button" class="sy-do" data-do="{action}">{escape(text)}</button>'


def _verdicts(report: DraftReport, words: CheckLabels) -> str:
    """How many claims have each verdict; a click shows only those."""
    counts = report.counts
    buttons = [
        f'<button type="button" data-only="" aria-pressed="true">{escape(words.all_claims)} '
        f"<b>{len(report.findings)}</b></button>"
    ]
    buttons.extend(
        f'<button type="button" data-only="{verdict}" aria-pressed="false"'
        f'{"" if counts[verdict] else " disabled"}><i aria-hidden="true">{mark}</i>'
        f"{escape(words.verdict[verdict])} <b>{counts[verdict]}</b></button>"
        for verdict, mark in MARKS.items()
    )
    label = escape(words.filter_by)
    return f'<div class="sy-verdicts" role="group" aria-label="{label}">{"".join(buttons)}</div>'


def _remarks(report: DraftReport, words: CheckLabels) -> Iterator[str]:
    kinds = {finding.claim.kind for finding in report.findings}
    if kinds <= {ClaimKind.STATEMENT} and not report.model:
        yield flag("note", words.nothing_checkable, words.nothing_checkable_more)
    if report.left_out:
        yield flag("warn", words.left_out.format(count=report.left_out, limit=MOST_CLAIMS))
    for note in report.notes:
        yield flag("warn", told(note, words.lang))


def _marked(report: DraftReport, words: CheckLabels) -> Iterator[str]:
    """The draft with a link around each claim; of two that overlap the first is marked."""
    at = 0
    ordered = sorted(enumerate(report.findings, 1), key=lambda pair: pair[1].claim.start)
    for number, finding in ordered:
        claim = finding.claim
        if claim.start < at:
            continue
        yield escape(report.text[at : claim.start])
        word = words.verdict[finding.verdict]
        hint = f"{word} {draft_words(finding.difference, words.lang)}".rstrip()
        yield (
            f'<a class="sy-claim-mark" href="#sy-claim-{number}" data-claim="{number}" '
            f'data-kind="{claim.kind}" data-verdict="{finding.verdict}" title="{escape(hint)}">'
            f"{escape(report.text[claim.start : claim.end])}"
            f'<sup aria-hidden="true">{MARKS[finding.verdict]}</sup>'
            f'<span class="sy-hidden">{escape(word)}</span></a>'
        )
        at = claim.end
    yield escape(report.text[at:])


def _facts(report: DraftReport, words: CheckLabels) -> str:
    dated = words.anchor_given if report.published else words.anchor_assumed
    facts = [
        dated.format(day=report.published or report.anchor),
        words.searched.format(articles=f"{report.coverage.articles:,}"),
        words.seconds.format(seconds=f"{report.timings.get('total', 0.0):.1f}"),
        report.model or words.no_model,
    ]
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    return f'<footer class="sy-status">{said}</footer>'


def _claim(number: int, finding: Finding, words: CheckLabels, labels: Labels) -> str:
    claim = finding.claim
    place = (
        f'<a class="sy-back-to" href="#" data-mark="{number}" '
        f'aria-label="{escape(words.in_draft)}" title="{escape(words.in_draft)}">↑</a>'
    )
    difference, note = (
        draft_words(text, words.lang) for text in (finding.difference, finding.note)
    )
    differs = f'<p class="sy-difference">{escape(difference)}</p>' if difference else ""
    remark = f'<p class="sy-note-line">{escape(note)}</p>' if note else ""
    listed = _sources(number, finding, words, labels)
    return (
        f'<li class="sy-claim" id="sy-claim-{number}" data-claim="{number}" '
        f'data-verdict="{finding.verdict}" tabindex="-1"><p class="sy-claim-head">'
        f"{_badge(finding.verdict, words)}"
        f'<span class="sy-kind">{escape(words.kind[claim.kind])}</span>{place}</p>'
        f'<p class="sy-claim-text">{escape(" ".join(claim.text.split()))}</p>'
        f"{differs}{remark}{listed}</li>"
    )


def _sources(number: int, finding: Finding, words: CheckLabels, labels: Labels) -> str:
    """What the verdict rests on; of a supported claim one sentence, the others folded."""
    items = [
        _source(f"k:{number}:{place}", item, words, labels)
        for place, item in enumerate(finding.evidence, 1)
    ]
    if not items:
        return ""
    shown = 1 if finding.verdict is Verdict.SUPPORTED else len(items)
    rest = "".join(items[shown:])
    summary = escape(words.more_sources.format(count=len(items) - shown))
    folded = (
        f'<details class="sy-more"><summary>{summary}</summary>'
        f'<ul class="sy-claim-sources">{rest}</ul></details>'
        if rest
        else ""
    )
    return f'<ul class="sy-claim-sources">{"".join(items[:shown])}</ul>{folded}'


def _badge(verdict: Verdict, words: CheckLabels) -> str:
    return (
        f'<span class="sy-badge" data-verdict="{verdict}">'
        f'<i aria-hidden="true">{MARKS[verdict]}</i>'
        f"{escape(words.verdict[verdict])}</span>"
    )


def _source(ref: str, item: Citation, words: CheckLabels, labels: Labels) -> str:
    """One sentence of the archive, which opens its article; a later correction in red."""
    lead = f'<span class="sy-lead">{escape(item.lead)}</span>' if item.lead else ""
    corrected = ""
    if item.correction:
        said = words.corrected.format(wrong=item.correction.wrong, right=item.correction.right)
        corrected = f'<p class="sy-corrected">{escape(said)}</p>'
    quote = escape(" ".join(item.quote.split()))
    places = (item.source, item.section)
    return (
        f'<li data-ref="{ref}"><blockquote>{lead}{quote}</blockquote>'
        f'{corrected}<p class="sy-head">{opener(ref, item.title)}'
        f"{tag(labels.title_derived if item.title_derived else '')}</p>"
        f'<p class="sy-meta">{source_line(places, item.published, item.date_known, labels)}'
        f"{outside_link(item.url, labels)}</p></li>"
    )
