"""Ingest and takedown inside the server, one writer at a time. No HTTP, no HTML."""

import logging
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from desk.history_place import DeskFiles
from desk.ingest_journal import Entry, entry_at, note, read_journal
from desk.ingest_place import UPLOADS, erase_upload, place_upload
from desk.ingest_reasons import INTAKE
from desk.ingest_stage import MOST_FILES, Staging
from index.errors import ArchiveLocked, BadInput, UserError
from index.ingest import IngestOptions, Progress, ingest_paths
from index.lock import hold_writer_lock, is_being_written
from index.read_options import Limits, ReadOptions, one_line
from index.runs import PastRun, recent_runs
from index.takedown import TakedownReport, take_down
from index.types import Article, Encoder, IngestReport

_COMMAND = "suyuan serve"
_LONGEST_FIELD = 100  # characters of a paper or a section
_JOURNAL = "journal.jsonl"
_UNPACKED = 16  # times its size: what a packed upload may hold
_ENDING_SECONDS = 10.0
_LOG = logging.getLogger("suyuan.ingest")


class Readers(Protocol):
    """What is told that the archive has changed."""

    def refresh(self) -> None:
        """Show what has been committed."""

    def article(self, article_id: str) -> Article | None:
        """The current article."""


@dataclass(frozen=True, slots=True)
class Job:
    """One ingest as it stands. ``error`` is for who started it; ``report`` None until its end."""

    number: int
    user: str
    files: tuple[str, ...]
    started: datetime
    running: bool = True
    progress: Progress | None = None
    report: IngestReport | None = None
    error: str = ""
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class RunLine:
    """A past run, and what the journal has of it."""

    run: PastRun
    entry: Entry | None


class _Stopped(Exception):
    """Somebody has stopped the ingest."""


class Intake:
    """The one way articles come into, and out of, a served archive. Safe between threads."""

    def __init__(
        self, folder: Path, encoder: Encoder, archive: Readers, *, most_bytes: int
    ) -> None:
        """``encoder`` and ``archive`` are the server's own; nothing is loaded twice."""
        self._folder = folder.absolute()
        self._encoder = encoder
        self._archive = archive
        uploads = self._folder / UPLOADS
        self.staging = Staging(uploads / ".incoming", most_bytes=most_bytes)
        self._journal = uploads / _JOURNAL
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def start(self, user: str, tokens: Sequence[str], options: ReadOptions) -> Job:
        """Begin to ingest uploaded files; it goes on in a thread of its own.

        Raises:
            ArchiveLocked: Another ingest is under way, here or in another process; says whose.
            BadInput: The files are not there.
        """
        if not 0 < len(tokens) <= MOST_FILES:
            raise BadInput(INTAKE.say("choose", most=MOST_FILES))
        with self._lock:
            self._require_free()
            files = self.staging.take(user, list(tokens))
            names = tuple(each.name for each in files)
            number = self._job.number + 1 if self._job else 1
            self._job = Job(number, user, names, datetime.now(UTC))
            self._stop.clear()
            paths = [place_upload(self._folder, each.path, options) for each in files]
            self.staging.drop(files)
            self._thread = threading.Thread(
                target=self._work, args=(paths, options), name="suyuan-ingest", daemon=True
            )
            self._thread.start()
            _LOG.info("ingest %d of %d files by %r", number, len(paths), user)
            return self._job

    def job(self) -> Job | None:
        """The ingest under way, or the last one."""
        return self._job

    def busy_elsewhere(self) -> bool:
        """Whether another process writes the archive now."""
        job = self._job
        return not (job and job.running) and is_being_written(self._folder)

    def stop(self) -> None:
        """End the ingest after the article it is at; what is committed stays."""
        self._stop.set()

    def close(self) -> None:
        """Stop and wait, before the server ends."""
        self.stop()
        if self._thread is not None:
            self._thread.join(_ENDING_SECONDS)

    def runs(self, most: int = 10) -> tuple[RunLine, ...]:
        """The latest ingests, the last first, whoever ran them."""
        entries = list(read_journal(self._journal))
        lines = []
        for run in recent_runs(self._folder, most=most):
            entry = entry_at(entries, run.started)
            if entry is not None:  # of two runs in its seconds the later one is its own
                entries.remove(entry)
            lines.append(RunLine(run, entry))
        return tuple(lines)

    def take_down(self, user: str, article_id: str, *, reason: str) -> TakedownReport:
        """Erase an article, the text of its upload, and the conversations that quote it.

        Raises:
            ArchiveLocked: An ingest is under way; says whose.
        """
        with self._lock:
            self._require_free()
            article = self._archive.article(article_id)
            report = take_down(
                self._folder, [article_id], reason=one_line(reason), command=_COMMAND
            )
            if article is not None and report.removed:
                erase_upload(self._folder, article.origin)
            for gone in (*report.removed, *report.already):
                DeskFiles(self._folder).forget_article(gone, _LOG.warning)
        _LOG.warning("taken down by %r: %r (%r)", user, article_id[:200], reason[:200])
        self._archive.refresh()
        return report

    def _require_free(self) -> None:
        """Raises ArchiveLocked, naming the holder."""
        job = self._job
        if job is not None and job.running:
            since = job.started.astimezone().strftime("%H:%M")
            raise ArchiveLocked(
                f"{job.user} is ingesting {len(job.files)} files since {since}: "
                "wait until that ends, then try again."
            )
        with hold_writer_lock(self._folder, command=_COMMAND):
            pass

    def _work(self, paths: list[Path], options: ReadOptions) -> None:
        report, error, stopped = None, "", False
        try:
            report = ingest_paths(
                self._folder,
                paths,
                options,
                lambda: self._encoder,
                progress=self._progress,
                how=IngestOptions(command=_COMMAND),
            )
        except _Stopped:
            stopped = True
        except UserError as raised:
            error = str(raised)
        except Exception as raised:
            reference = secrets.token_hex(3)
            _LOG.error("error %s while ingesting", reference, exc_info=raised)
            error = INTAKE.say("broke", reference=reference)
        self._end(report, error, stopped=stopped)

    def _end(self, report: IngestReport | None, error: str, *, stopped: bool) -> None:
        job = self._job
        if job is None:
            raise RuntimeError("no ingest has begun")
        with suppress(OSError):  # the journal is a convenience; a full disk is told elsewhere
            now = datetime.now(UTC)
            note(self._journal, Entry(job.started, now, job.user, job.files, len(job.files)))
        try:
            self._archive.refresh()  # here, so that no question waits for it
        except UserError as raised:
            error = error or str(raised)
        self._job = replace(job, running=False, report=report, error=error, stopped=stopped)

    def _progress(self, progress: Progress) -> None:
        if self._stop.is_set():
            raise _Stopped
        if self._job is not None:
            self._job = replace(self._job, progress=progress)
        # Questions are searched meanwhile: a thread that encodes without a pause starves them.
        time.sleep(0)


def read_options(said: Mapping[str, object], *, most_bytes: int) -> ReadOptions:
    """What an uploader says of the files: ``paper``, ``section``, ``date``, ``fields``.

    Raises:
        BadInput: One of them cannot be used; the message names it.
    """
    return ReadOptions(
        source=_line(said.get("paper"), "paper"),
        section=_line(said.get("section"), "section"),
        published=_day(_line(said.get("date"), "date")),
        fields=_columns(_line(said.get("fields"), "fields", most=500)),
        limits=Limits(unpacked_bytes=_UNPACKED * most_bytes),
    )


def _line(value: object, name: str, *, most: int = _LONGEST_FIELD) -> str:
    text = one_line(value, limit=most + 1) if isinstance(value, str) else ""
    if len(text) > most:
        raise BadInput(INTAKE.say("long_field", name=name, most=most))
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(INTAKE.say("bad_day", shown=repr(text))) from None


def _columns(text: str) -> dict[str, str]:
    """``text=content, title=head``: the article's field, the export's column."""
    pairs = [part for part in text.replace("，", ",").split(",") if part.strip()]
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise BadInput(INTAKE.say("bad_columns", shown=repr(pair.strip())))
        mapping[name.strip()] = column.strip()
    return mapping
