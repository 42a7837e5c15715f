"""What the page's ingest and takedown do at each turn, over plain values. Knows no Gradio."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from desk.archive_days import whole_day
from desk.archive_text import archive_labels
from desk.events import reason
from desk.following import until_ended
from desk.html import flag
from desk.ingest_render import Typed, render_intake, render_strip, render_takedown
from desk.ingest_run import Intake, Job, read_options
from desk.ingest_text import ingest_labels
from desk.text import labels
from desk.told import told
from index.errors import ArchiveError, ArchiveLocked, BadInput, UserError

_TOKEN = 64  # characters


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a takedown: HTML for the reader, and whether the article is gone."""

    said: str
    gone: bool


class IngestDesk:
    """One archive's ingest. Whoever calls says whether the reader is an admin."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def panel(self, lang: str, *, admin: bool, typed: Typed = Typed(), error: str = "") -> str:  # noqa: B008
        """The form and the past ingests."""
        words = ingest_labels(lang)
        try:
            runs = self._intake.runs()
        except ArchiveError as raised:
            runs, error = (), error or told(raised, lang)
        return render_intake(
            words,
            archive_labels(lang).back,
            runs,
            admin=admin,
            most_bytes=self._intake.staging.most_bytes,
            typed=typed,
            error=error,
        )

    def strip(self, lang: str, *, admin: bool, ended: bool = False) -> str:
        """The ingest under way; ``ended``: also how the last one ended."""
        job = self._intake.job()
        shown = job if job is not None and (job.running or ended) else None
        elsewhere = self._intake.busy_elsewhere()
        return render_strip(ingest_labels(lang), shown, admin=admin, elsewhere=elsewhere)

    def start(self, user: str, sent: Mapping[str, object], lang: str) -> tuple[Job | None, str]:
        """Begin an ingest of what was uploaded; or the panel that says why not."""
        tokens = sent.get("tokens")
        texts = {name: _text(sent.get(name)) for name in ("paper", "section", "date", "fields")}
        try:
            texts["date"] = _whole_day(texts["date"], lang)
            options = read_options(texts, most_bytes=self._intake.staging.most_bytes)
            known = [each for each in tokens if _is_token(each)] if isinstance(tokens, list) else []
            if not known:
                raise BadInput(ingest_labels(lang).no_files)
            return self._intake.start(user, known, options), ""
        except ArchiveLocked as error:
            said = self._busy(error, lang)
            return None, self.panel(lang, admin=True, typed=Typed(**texts), error=said)
        except (UserError, OSError) as error:
            said = reason(error, "starting an ingest", labels(lang))
            return None, self.panel(lang, admin=True, typed=Typed(**texts), error=said)

    def follow(self, lang: str, *, admin: bool) -> Iterator[str]:
        """The strip each time it has changed, until the ingest has ended."""
        return until_ended(
            lambda: self.strip(lang, admin=admin, ended=True),
            lambda: (job := self._intake.job()) is not None and job.running,
        )

    def stop(self) -> None:
        """End the ingest."""
        self._intake.stop()

    def takedown_form(self, article_id: str, title: str, lang: str) -> str:
        """What stands below an article for an admin."""
        return render_takedown(ingest_labels(lang), article_id, title)

    def take_down(self, user: str, article_id: str, title: str, why: str, lang: str) -> Taken:
        """Erase an article after its confirmation."""
        try:
            report = self._intake.take_down(user, article_id, reason=why[:300])
        except ArchiveLocked as error:
            return Taken(flag("error", self._busy(error, lang)), gone=False)
        except Exception as error:
            said = reason(error, f"taking down {article_id[:200]!r}", labels(lang))
            return Taken(flag("error", said), gone=False)
        if not report.removed:
            return Taken(flag("error", labels(lang).gone), gone=True)
        said = ingest_labels(lang).taken_down.format(title=title)
        return Taken(flag("note", said), gone=True)

    def _busy(self, error: ArchiveLocked, lang: str) -> str:
        """Who ingests now, here or in another process."""
        words, job, holder = ingest_labels(lang), self._intake.job(), error.holder
        if job is not None and job.running:
            since = f"{job.started.astimezone():%H:%M}"
            return words.busy.format(user=job.user, count=len(job.files), since=since)
        if holder is None:
            return words.busy_unnamed
        clock = holder.since[11:16]  # of 2026-11-23T14:05:09+08:00
        return words.busy_elsewhere.format(
            command=holder.command, pid=holder.pid, host=holder.host, since=clock
        )


def refused(lang: str) -> str:
    """What somebody who is no admin is told."""
    return flag("error", ingest_labels(lang).not_admin)


def _whole_day(text: str, lang: str) -> str:
    """As ``read_options`` takes it; raises BadInput in the reader's language."""
    day = whole_day(text.strip()) if text.strip() else None
    if text.strip() and day is None:
        raise BadInput(archive_labels(lang).bad_day.format(value=text.strip()[:40]))
    return day.isoformat() if day else ""


def _text(value: object) -> str:
    return value[:600] if isinstance(value, str) else ""


def _is_token(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _TOKEN
