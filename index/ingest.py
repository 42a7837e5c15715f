"""Feed files into an archive: read, compare, chunk, embed, commit, report.

Nothing is held but the current batch, so the size of a corpus does not matter.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from index.catalog import to_row
from index.errors import BadInput
from index.ids import settle_ids
from index.meter import Meter, Progress, Report
from index.prepare import InProcess, OpenPreparer
from index.read_options import ReadOptions
from index.readers import find_files, read_file
from index.types import Article, Encoder, IngestReport, Rejected
from index.writer import ArchiveWriter, Outcome, open_writer

__all__ = ["IngestOptions", "Progress", "ingest_articles", "ingest_paths", "retire_missing"]

_COMMAND = "suyuan ingest"
_MAX_REJECTED = 10_000  # kept of one run: a broken export may have millions of bad rows
_GZIP_LEAST = 18  # bytes of header and trailer
_MAX_ID = 500  # characters


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What is asked of an ingest beyond reading and storing."""

    restore_removed: bool = False  # what was taken down goes in again
    complete: bool = False  # the files hold all articles of their papers: report what they lack
    should_stop: Callable[[], bool] = lambda: False  # asked before each article
    command: str = _COMMAND  # who writes, for another writer to be told
    open_preparer: OpenPreparer = InProcess  # where articles are cut and encoded


_PLAIN = IngestOptions()


def ingest_paths(
    folder: Path,
    paths: Sequence[Path],
    options: ReadOptions,
    open_encoder: Callable[[], Encoder],
    *,
    progress: Report | None = None,
    how: IngestOptions = _PLAIN,
) -> IngestReport:
    """Ingest files and folders; what cannot be read is in the report, the rest goes in.

    ``open_encoder`` may take its time: it is called when there is a new or changed article. Where
    no article can be read, the archive stays as it was, or is not made.

    Raises:
        BadInput: nothing there could be read at all.
        ArchiveError: the archive is locked, damaged, of another encoder, or the disk is full.
    """
    files, refused = find_files(paths)
    if not files:
        reasons = "; ".join(f"{r.path}: {r.reason}" for r in refused[:3]) or "no path given"
        raise BadInput(f"Nothing to ingest ({reasons}).")
    meter = Meter(progress, unit="bytes", total=sum(_size(path) for path in files))
    items = _read_all(files, refused, options, meter)
    before, found = _up_to_an_article(items)
    if not found:
        rejected = tuple(filter(None, map(_refusal, before)))
        return IngestReport(0, 0, 0, 0, rejected, chunks_written=0, seconds=meter.seconds)

    def open_in_time() -> Encoder:
        started = time.monotonic()
        encoder = open_encoder()
        meter.leave_out(time.monotonic() - started)
        return encoder

    return _ingest(folder, chain(before, items), open_in_time, meter, how)


def ingest_articles(
    folder: Path,
    items: Iterable[Article | Rejected],
    encoder: Encoder,
    *,
    progress: Report | None = None,
    total: int = 0,
    how: IngestOptions = _PLAIN,
) -> IngestReport:
    """Ingest articles that were read elsewhere; ``total`` is their number where it is known."""
    meter = Meter(progress, unit="articles", total=total)
    return _ingest(folder, items, lambda: encoder, meter, how, check=True)


def retire_missing(
    folder: Path, article_ids: Sequence[str], open_encoder: Callable[[], Encoder]
) -> None:
    """Take articles that an export lacks out of every search; they stay as earlier versions."""
    with open_writer(folder, open_encoder, command=_COMMAND) as writer:
        writer.retire(article_ids)


def _read_all(
    files: Sequence[Path], refused: Sequence[Rejected], options: ReadOptions, meter: Meter
) -> Iterator[Article | Rejected]:
    yield from refused
    for path in files:
        meter.start_file(_size(path))
        for item in read_file(path, options):
            if isinstance(item, Article):
                meter.read_article(item)
            yield item
    meter.start_file(0)


def _up_to_an_article(
    items: Iterator[Article | Rejected],
) -> tuple[list[Article | Rejected], bool]:
    """The first items, the last of them an article that can go in; and whether there is one.

    A broken export may have millions of bad rows before it: then it is taken to be there.
    """
    before: list[Article | Rejected] = []
    for item in items:
        before.append(item)
        if _refusal(item) is None or len(before) >= _MAX_REJECTED:
            return before, True
    return before, False


def _ingest(
    folder: Path,
    items: Iterable[Article | Rejected],
    open_encoder: Callable[[], Encoder],
    meter: Meter,
    how: IngestOptions,
    *,
    check: bool = False,
) -> IngestReport:
    """``check``: that the encoder fits, even where nothing is to be encoded."""
    with open_writer(
        folder,
        open_encoder,
        command=how.command,
        restore_removed=how.restore_removed,
        open_preparer=how.open_preparer,
    ) as writer:
        if check:
            writer.require_fit()
        run_id = writer.catalog.start_run()
        writer.finish_pending()
        tally = _Tally(complete=how.complete)
        _store_all(items, writer, meter, tally, how)
        report = tally.report(writer, meter.seconds)
        writer.catalog.finish_run(run_id, report)
    return report


def _store_all(
    items: Iterable[Article | Rejected],
    writer: ArchiveWriter,
    meter: Meter,
    tally: "_Tally",
    how: IngestOptions,
) -> None:
    for item in settle_ids(items, writer):
        if how.should_stop():
            tally.stopped = True
            break
        refusal = _refusal(item)
        if isinstance(item, Article) and refusal is None:
            tally.stored(item, writer.add(item))
            meter.report(tally.read)
        elif refusal is not None:
            tally.refused(refusal)
    writer.flush()
    meter.report(tally.read)


class _Tally:
    """Counts what became of what was read."""

    def __init__(self, *, complete: bool) -> None:
        self.stopped = False
        self.read = 0
        self._counts = dict.fromkeys(Outcome, 0)
        self._taken_down: list[str] = []
        self._rejected: list[Rejected] = []
        self._more = 0
        self._complete = complete
        self._seen: set[str] = set()
        self._papers: set[str] = set()

    def stored(self, article: Article, outcome: Outcome) -> None:
        self.read += 1
        self._counts[outcome] += 1
        if outcome is Outcome.TAKEN_DOWN:
            self._taken_down.append(article.id)
        if self._complete:
            self._seen.add(article.id)
            self._papers.add(article.source)

    def refused(self, refusal: Rejected) -> None:
        if len(self._rejected) < _MAX_REJECTED:
            self._rejected.append(refusal)
        else:
            self._more += 1

    def report(self, writer: ArchiveWriter, seconds: float) -> IngestReport:
        if self._more:
            reason = f"{self._more:,} more rows or files were rejected"
            self._rejected.append(Rejected("", reason))
        missing: tuple[str, ...] = ()
        if self._complete and not self.stopped:
            held = writer.catalog.ids_of_papers(sorted(self._papers))
            missing = tuple(id_ for id_ in held if id_ not in self._seen)
        return IngestReport(
            read=self.read,
            new=self._counts[Outcome.NEW],
            changed=self._counts[Outcome.CHANGED],
            unchanged=self._counts[Outcome.UNCHANGED],
            rejected=tuple(self._rejected),
            chunks_written=writer.chunks_written,
            seconds=seconds,
            taken_down=tuple(self._taken_down),
            missing=missing,
            stopped=self.stopped,
            linked=writer.linked,
        )


def _refusal(article: Article | Rejected) -> Rejected | None:
    """Why an item must not reach the index, whatever read it; None where it may."""
    if isinstance(article, Rejected):
        return article
    if not article.body.strip():
        return Rejected(article.origin, f'"{article.id}" has no text', None)
    if not article.id or len(article.id) > _MAX_ID:
        return Rejected(article.origin, f"an id has 1 to {_MAX_ID} characters", None)
    try:
        "".join(map(str, to_row(article))).encode()
    except UnicodeEncodeError:
        return Rejected(article.origin, "text with halves of characters (lone surrogates)", None)
    return None


def _size(path: Path) -> int:
    """Bytes to be read, for the progress only: a packed file says its size at its end."""
    try:
        size = path.stat().st_size
        if path.suffix == ".gz" and size > _GZIP_LEAST:
            with path.open("rb") as file:
                file.seek(-4, 2)
                return max(size, int.from_bytes(file.read(4), "little"))
    except OSError:
        return 0  # the reader will say why it cannot be read
    return size
