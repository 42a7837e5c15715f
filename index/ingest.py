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
from index.read_options import ReadOptions
from index.readers import find_files, read_file
from index.types import Article, Encoder, IngestReport, Rejected
from index.writer import ArchiveWriter, Outcome, open_writer

_COMMAND = "suyuan ingest"
_MAX_REJECTED = 10_000  # kept of one run: a broken export may have millions of bad rows
_GZIP_LEAST = 18  # bytes of header and trailer
_MAX_ID = 500  # characters


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. ``total`` is 0 and ``seconds_left`` None where they are not known."""

    done: int
    total: int
    unit: str  # what done and total count: "bytes" or "articles"
    articles: int  # read so far
    rate: float  # articles a second
    seconds_left: float | None


Report = Callable[[Progress], None]


def ingest_paths(
    folder: Path,
    paths: Sequence[Path],
    options: ReadOptions,
    open_encoder: Callable[[], Encoder],
    *,
    progress: Report | None = None,
) -> IngestReport:
    """Ingest files and folders; what cannot be read is in the report, the rest goes in.

    ``open_encoder`` may take its time: it is called when there is an article to encode. Where
    there is none, the archive stays as it was, or is not made.

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
    encoder = open_encoder()
    meter.start_clock()  # loading a model is no part of the rate
    return _ingest(folder, chain(before, items), encoder, meter)


def ingest_articles(
    folder: Path,
    items: Iterable[Article | Rejected],
    encoder: Encoder,
    *,
    progress: Report | None = None,
    total: int = 0,
) -> IngestReport:
    """Ingest articles that were read elsewhere; ``total`` is their number where it is known."""
    return _ingest(folder, items, encoder, Meter(progress, unit="articles", total=total))


class Meter:
    """Turns counts into Progress, from the moment it is made or its clock is started."""

    def __init__(self, report: Report | None, *, unit: str, total: int) -> None:
        self._report = report
        self._unit = unit
        self._total = total
        self._files_done = 0
        self._file_size = 0
        self._file_done = 0
        self.start_clock()

    def start_clock(self) -> None:
        """Count the time from now."""
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Return the time since the clock was started."""
        return time.monotonic() - self._started

    def start_file(self, size: int) -> None:
        """The file before is done, whatever its articles added up to."""
        self._files_done += self._file_size
        self._file_size, self._file_done = size, 0

    def read_article(self, article: Article) -> None:
        """An article's bytes stand for its part of the file."""
        self._file_done += len(article.body.encode(errors="replace"))

    def report(self, articles: int) -> None:
        """Tell how far it is after this many articles."""
        if self._report is None:
            return
        done = articles
        if self._unit == "bytes":
            done = self._files_done + min(self._file_done, self._file_size)
        left = self.seconds / done * (self._total - done) if done and self._total else None
        rate = articles / max(self.seconds, 1e-6)
        self._report(Progress(done, self._total, self._unit, articles, rate, left))


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
    folder: Path, items: Iterable[Article | Rejected], encoder: Encoder, meter: Meter
) -> IngestReport:
    with open_writer(folder, encoder, command=_COMMAND) as writer:
        run_id = writer.catalog.start_run()
        writer.finish_pending()
        counts, rejected = _store_all(items, writer, meter)
        report = IngestReport(
            read=sum(counts.values()),
            new=counts[Outcome.NEW],
            changed=counts[Outcome.CHANGED],
            unchanged=counts[Outcome.UNCHANGED],
            rejected=tuple(rejected),
            chunks_written=writer.chunks_written,
            seconds=meter.seconds,
        )
        writer.catalog.finish_run(run_id, report)
    return report


def _store_all(
    items: Iterable[Article | Rejected], writer: ArchiveWriter, meter: Meter
) -> tuple[dict[Outcome, int], list[Rejected]]:
    counts = dict.fromkeys(Outcome, 0)
    rejected: list[Rejected] = []
    more = 0
    for item in settle_ids(items, writer):
        refusal = _refusal(item)
        if isinstance(item, Article) and refusal is None:
            counts[writer.add(item)] += 1
            meter.report(sum(counts.values()))
        elif refusal is not None and len(rejected) < _MAX_REJECTED:
            rejected.append(refusal)
        else:
            more += 1
    writer.flush()
    meter.report(sum(counts.values()))
    if more:
        rejected.append(Rejected("", f"{more:,} more rows or files were rejected"))
    return counts, rejected


def _refusal(article: Article | Rejected) -> Rejected | None:
    """Why an item must not reach the index, whatever read it; None where it may."""
    if isinstance(article, Rejected):
        return article
    if not article.body.strip():
        return Rejected(article.origin, f'"{article.id}" has no text', None)
    if not article.id or len(article.id) > _MAX_ID:
        return Rejected(article.origin, f"an id has 1 to {_MAX_ID} characters", None)
    try:
        for value in to_row(article):
            str(value).encode()
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
