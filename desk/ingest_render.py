"""Turn an ingest, past ones and the upload form into HTML. Every string from outside is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from desk.api_ingest import base_name
from desk.auth_user import LOCAL
from desk.html import flag
from desk.ingest_run import Job, RunLine
from desk.ingest_text import IngestLabels
from desk.told import told
from index.types import Rejected

_MOST_REJECTED = 50  # shown one by one
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form's fields."""

    paper: str = ""
    section: str = ""
    date: str = ""
    fields: str = ""


def render_intake(
    words: IngestLabels,
    back: str,
    runs: Sequence[RunLine],
    *,
    admin: bool,
    most_bytes: int,
    typed: Typed = Typed(),
    error: str = "",
) -> str:
    """The panel that opens over the archive: the form for an admin, and past ingests."""
    form = _form(words, most_bytes, typed) if admin else flag("note", words.readers_only)
    said = flag("error", words.not_started, error) if error else ""
    return (
        f'<section class="sy-article sy-intake" aria-label="{escape(words.title)}">'
        '<div class="sy-bar"><button type="button" class="sy-close" data-close>'
        f'<span aria-hidden="true">←</span> {escape(back)}</button></div>'
        f'<header><h2 tabindex="-1">{escape(words.title)}</h2></header>{said}{form}'
        f"{_past(words, runs)}</section>"
    )


def render_strip(
    words: IngestLabels, job: Job | None, *, admin: bool, elsewhere: bool = False
) -> str:
    """What stands above the list while an ingest runs, and when it has ended; "" for nothing."""
    if job is None or (elsewhere and not job.running):
        return _box("note", f"<b>{escape(words.elsewhere)}</b>") if elsewhere else ""
    if job.running:
        return _running(words, job, admin=admin)
    more = _rejected(words, job.report.rejected, len(job.report.rejected)) if job.report else ""
    kind, title = "note", words.done
    if job.error:
        kind, title = "error", words.broken
    elif job.stopped:
        title = words.stopped
    elif job.report is not None and not job.report.read:
        kind, title = "warn", words.nothing
    said = escape(told(job.error, words.lang)) if job.error else ""
    if job.report is not None and not job.error:
        said = escape(_counts(words, job))
    close = f'<button type="button" data-dismiss>{escape(words.dismiss)}</button>'
    head = f"<span><b>{escape(title)}</b> {escape(_files(words, job.files))}</span>"
    return _box(kind, f"<p>{head}{close}</p>{f'<p>{said}</p>' if said else ''}{more}")


def render_takedown(words: IngestLabels, article_id: str, title: str) -> str:
    """Below an article, for an admin: unfold, read what it means, confirm."""
    return (
        f'<details class="sy-takedown"><summary>{escape(words.take_down)}</summary>'
        f"<p>{escape(words.take_down_lead.format(title=title))}</p>"
        f"<label>{escape(words.take_down_reason)}"
        '<input type="text" name="reason" maxlength="300" autocomplete="off"></label>'
        f'<button type="button" data-takedown="{escape(article_id)}">'
        f"{escape(words.take_down_go)}</button></details>"
    )


def _form(words: IngestLabels, most_bytes: int, typed: Typed) -> str:
    messages = "".join(
        f' data-{name}="{escape(getattr(words, name.replace("-", "_")))}"'
        for name in ("no-files", "sending", "expired", "failed", "take-out")
    )
    lead = words.lead.format(most=most_bytes // 2**20)
    date = _field("date", words.date, typed.date, words.date_hint)
    return (
        f'<form class="sy-upload-form" data-most="{most_bytes}"{messages}>'
        f'<p class="sy-idle">{escape(lead)}</p>'
        f'<label class="sy-drop"><input type="file" multiple accept="{words.kinds}">'
        f"<b>{escape(words.choose)}</b><span>{escape(words.drop)}</span></label>"
        '<ul class="sy-files"></ul>'
        f"<fieldset><legend>{escape(words.optional)}</legend>"
        f"{_field('paper', words.paper, typed.paper, '')}"
        f"{_field('section', words.section, typed.section, '')}{date}</fieldset>"
        f"<details{' open' if typed.fields else ''}><summary>{escape(words.fields)}</summary>"
        f'<input type="text" name="fields" value="{escape(typed.fields)}" maxlength="500" '
        f'placeholder="{escape(words.fields_hint)}" aria-label="{escape(words.fields)}" '
        'autocomplete="off"></details>'
        f'<p class="sy-idle">{escape(words.replaces)}</p>'
        f'<p class="sy-go"><button type="submit">{escape(words.go)}</button>'
        '<output role="status"></output></p></form>'
    )


def _field(name: str, label: str, value: str, hint: str) -> str:
    return (
        f'<label>{escape(label)}<input type="text" name="{name}" value="{escape(value)}" '
        f'maxlength="100" placeholder="{escape(hint)}" autocomplete="off"></label>'
    )


def _running(words: IngestLabels, job: Job, *, admin: bool) -> str:
    stop = f'<button type="button" data-stop>{escape(words.stop)}</button>' if admin else ""
    said = words.running.format(user=_who(words, job.user), files=_files(words, job.files))
    progress, share = words.waiting, 0.0
    if job.progress is not None and job.progress.articles:
        rate = f"{job.progress.rate:.1f}"
        progress = words.progress.format(articles=f"{job.progress.articles:,}", rate=rate)
        if job.progress.seconds_left is not None:
            progress += words.left.format(left=_minutes(words, job.progress.seconds_left))
        share = min(1.0, job.progress.done / job.progress.total) if job.progress.total else 0.0
    bar = f'<progress max="1" value="{share:.3f}" aria-label="{escape(words.title)}"></progress>'
    return _box(
        "note",
        f"<p><span><b>{escape(said)}</b></span>{stop}</p>{bar}<p>{escape(progress)}</p>",
        running=job.number,
    )


def _box(kind: str, inside: str, *, running: int = 0) -> str:
    """``running`` is the number of the ingest that is followed."""
    mark = f' data-running="{running}"' if running else ""
    role = "alert" if kind == "error" else "status"
    return f'<section class="sy-strip sy-{kind}" role="{role}"{mark}>{inside}</section>'


def _counts(words: IngestLabels, job: Job) -> str:
    report = job.report
    if report is None:
        return ""
    said = words.counts.format(
        read=f"{report.read:,}",
        new=f"{report.new:,}",
        changed=f"{report.changed:,}",
        unchanged=f"{report.unchanged:,}",
    )
    if report.rejected:
        said += words.counts_rejected.format(rejected=f"{len(report.rejected):,}")
    return said + words.seconds.format(seconds=f"{report.seconds:.1f}")


def _files(words: IngestLabels, names: Sequence[str]) -> str:
    if len(names) <= 1:
        return "".join(names)
    return words.running_of.format(name=names[0], count=len(names))


def _minutes(words: IngestLabels, seconds: float) -> str:
    if seconds < 90:
        return words.seconds_left.format(count=f"{seconds:.0f}")
    return words.minutes_left.format(count=f"{seconds / 60:.0f}")


def _who(words: IngestLabels, user: str) -> str:
    """The user's name; without a login there is none."""
    return words.local if user == LOCAL.name else user


def _rejected(words: IngestLabels, rejected: Sequence[Rejected], count: int) -> str:
    if not count:
        return ""
    items = "".join(f"<li>{_fault(words, each)}</li>" for each in rejected[:_MOST_REJECTED])
    left = count - min(len(rejected), _MOST_REJECTED)
    more = f"<li>{escape(words.more_rejected.format(count=f'{left:,}'))}</li>" if left else ""
    summary = escape(words.rejected.format(count=f"{count:,}"))
    return (
        f'<details class="sy-rejected"><summary>{summary}</summary><ul>{items}{more}</ul></details>'
    )


def _fault(words: IngestLabels, each: Rejected) -> str:
    place = base_name(each.path)
    if each.line is not None:
        place = f"{place} {words.line.format(line=each.line)}".strip()
    where = f"<b>{escape(place)}</b> " if place else ""
    return f"{where}{escape(told(each.reason, words.lang))}"


def _past(words: IngestLabels, runs: Sequence[RunLine]) -> str:
    items = "".join(f"<li>{_run(words, each)}</li>" for each in runs)
    inside = f'<ol class="sy-runs">{items}</ol>' if items else f"<p>{escape(words.no_runs)}</p>"
    return f'<section class="sy-past"><h3>{escape(words.runs)}</h3>{inside}</section>'


def _run(words: IngestLabels, line: RunLine) -> str:
    run, entry = line.run, line.entry
    when = f"{run.started.astimezone():%Y-%m-%d %H:%M}"
    source = words.run_command
    if entry is not None:
        files = "、".join(entry.files[:_MOST_NAMES])
        said = words.run_files if entry.count <= _MOST_NAMES else words.run_more_files
        source = said.format(files=files, count=entry.count, user=_who(words, entry.user))
    if run.finished is None:
        said = words.run_open
    else:
        said = words.counts.format(
            read=f"{run.read:,}",
            new=f"{run.new:,}",
            changed=f"{run.changed:,}",
            unchanged=f"{run.unchanged:,}",
        )
        seconds = (run.finished - run.started).total_seconds()
        said += words.seconds.format(seconds=f"{seconds:.0f}" if seconds else "<1")
    return (
        f'<p><time datetime="{run.started.isoformat()}">{when}</time> '
        f"<span>{escape(source)}</span></p><p>{escape(said)}</p>"
        f"{_rejected(words, run.rejected, run.rejections)}"
    )
