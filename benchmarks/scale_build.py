"""Build an archive of a chosen size out of made text and drawn vectors, and note what it cost.

Everything goes through ``suyuan ingest``'s own path from a JSON Lines file on, in parts, so that
the notes show how the rate falls as the archive grows; only the encoder is replaced. At the end
come ``PLANTED`` articles with questions of their own, encoded for real.

With ``shared`` the token vectors of made chunks are rows of real ones that many chunks have in
common, behind a view of the store's own name: 1e6 chunks would take 22 GB. Searches read and
compare as many as ever; only the file is small. Such an archive is for reading.
"""

import json
import shutil
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.planted_made import planted_articles
from benchmarks.text_made import TextModel
from benchmarks.vectors_made import (
    MadeEncoder,
    MadeTokenEncoder,
    Sample,
    VectorPool,
    nearest_distances,
    sample_archives,
)
from index.calibration import fit_encoder
from index.catalog import catalog_of
from index.chunk import chunk_article, passage_text
from index.encoder import TokenSentenceEncoder
from index.heap import release_heap
from index.ingest import ingest_articles, ingest_paths
from index.layout import Layout
from index.read_options import ReadOptions
from index.tokens import TokenPassage, TokenRow, TokenStore
from index.types import Article, Chunk, Encoder, TokenMatrix, Vectors

PLANTED = 500
PART = 10_000  # articles ingested at a time
NOTES = "build.json"
EXPORT = "part-00000.jsonl"  # the first part, kept: it is ingested once more, unchanged
_MEASURED_PASSAGES = 256
_TABLES = """
CREATE TABLE token_rows (number INTEGER PRIMARY KEY, starts BLOB NOT NULL, codes BLOB NOT NULL);
CREATE TABLE token_of (chunk_id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
DROP TABLE chunk_tokens;
CREATE VIEW chunk_tokens AS SELECT chunk_id, starts, codes
    FROM token_of JOIN token_rows ON token_rows.number = token_of.number;
"""


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the ingest took, without the encoder."""

    articles: int  # in the archive when it ended
    chunks: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the encoder costs, on made passages of the same archive."""

    passages: int
    seconds: float
    cpu_seconds: float


def build(
    folder: Path,
    like: Sequence[Path],
    real: TokenSentenceEncoder,
    *,
    articles: int = 0,
    chunks: int = 0,
    shared: bool = False,
) -> Path:
    """Build until there are so many articles, or so many chunks; returns where the notes are.

    ``folder`` gets ``archive``, ``NOTES`` and ``EXPORT``; what was there is lost.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sample = sample_archives(like)
    random = np.random.default_rng(5)
    pool = VectorPool.of(sample.vectors).fit(random)
    model = _text_model(like)
    passages = _passages(model, sample)
    archive = folder / "archive"
    archive.mkdir()
    encoder: Encoder
    if shared:
        encoder = MadeEncoder(sample.encoder, pool, sample.characters_per_token)
    else:
        TokenStore.create(Layout(archive).tokens, partial(fit_encoder, real)).close()
        encoder = MadeTokenEncoder(
            sample.encoder, pool, sample.characters_per_token, real, passages
        )
    parts = _ingest(folder, model, encoder, articles=articles, chunks=chunks)
    planted = list(planted_articles(PLANTED))
    ingest_articles(archive, planted, _Untokened(real) if shared else real)
    if shared:
        _share_tokens(archive, sample.rows, planted, real)
    notes = {
        "like": [path.name for path in like],
        "shared_tokens": shared,
        "planted": PLANTED,
        "vectors": {
            "real": len(pool.vectors),
            "moved_by": round(pool.scale, 4),
            "nearest_real": _quartiles(nearest_distances(pool.vectors, random)),
            "nearest_made": _quartiles(
                nearest_distances(pool.draw(random, len(pool.vectors)), random)
            ),
        },
        "encoding": asdict(_encoding(real, passages)),
        "parts": [asdict(part) for part in parts],
    }
    (folder / NOTES).write_text(json.dumps(notes, ensure_ascii=False, indent=1), encoding="utf-8")
    return folder / NOTES


def write_export(path: Path, articles: Sequence[Article]) -> None:
    """Articles as an export of a newsroom's system."""
    with path.open("w", encoding="utf-8") as file:
        for each in articles:
            row = {
                "id": each.id,
                "title": each.title,
                "date": each.published.isoformat() if each.published else "",
                "source": each.source,
                "section": each.section,
                "byline": each.byline,
                "text": each.body,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _text_model(like: Sequence[Path]) -> TextModel:
    articles: list[Article] = []
    for folder in like:
        catalog = catalog_of(folder)
        every = max(1, catalog.coverage().articles * len(like) // 4_000)
        articles += [each for n, each in enumerate(catalog.articles()) if n % every == 0]
        catalog.close()
    return TextModel.measure(articles)


def _ingest(
    folder: Path, model: TextModel, encoder: Encoder, *, articles: int, chunks: int
) -> list[Part]:
    parts: list[Part] = []
    made = written = 0
    while (not articles or made < articles) and (not chunks or written < chunks):
        # Two chunks an article is a guess for the first part; the last goes over by a few chunks.
        share = (written or 2) / (made or 1)
        left = articles - made if articles else int((chunks - written) / share) + PART // 100
        count = max(1, min(PART, left))
        export = folder / f"part-{len(parts):05d}.jsonl"
        write_export(export, list(model.articles(count, start=made)))
        cpu, started = time.process_time(), time.monotonic()
        report = ingest_paths(folder / "archive", [export], ReadOptions(), lambda: encoder)
        seconds, cpu = time.monotonic() - started, time.process_time() - cpu
        if report.new != count:
            raise RuntimeError(f"{count - report.new} of {count} made articles did not go in")
        made, written = made + count, written + report.chunks_written
        parts.append(Part(made, written, round(seconds, 3), round(cpu, 3)))
        print(f"{made} articles, {written} chunks: {report.chunks_written / seconds:.0f} chunks/s")
        if len(parts) > 1:
            export.unlink()
        release_heap()
    return parts


def _passages(model: TextModel, sample: Sample) -> list[str]:
    """Made chunks as they are embedded."""

    def count_tokens(texts: Sequence[str]) -> list[int]:
        return [round(len(text) / sample.characters_per_token) + 4 for text in texts]

    found = (
        passage_text(article, chunk)
        for article in model.articles(_MEASURED_PASSAGES, seed=1)
        for chunk in chunk_article(article, count_tokens=count_tokens, max_tokens=512)
    )
    return list(islice(found, _MEASURED_PASSAGES))


def _encoding(real: TokenSentenceEncoder, passages: Sequence[str]) -> Encoding:
    """Warm, in batches of the writer's size."""
    real.encode_passage_tokens(passages[:16])
    cpu, started = time.process_time(), time.monotonic()
    for start in range(0, len(passages), 128):
        real.encode_passage_tokens(passages[start : start + 128])
    return Encoding(
        len(passages),
        round(time.monotonic() - started, 3),
        round(time.process_time() - cpu, 3),
    )


def _quartiles(values: Vectors) -> list[float]:
    return [round(float(each), 4) for each in np.quantile(values, [0.25, 0.5, 0.75])]


class _Untokened:
    """The real encoder without what it says of tokens."""

    def __init__(self, real: TokenSentenceEncoder) -> None:
        self.name = real.name
        self.dimension = real.dimension
        self.max_tokens = real.max_tokens
        self.count_tokens = real.count_tokens
        self.encode_passages = real.encode_passages
        self.encode_queries = real.encode_queries


def _share_tokens(
    archive: Path,
    rows: Sequence[TokenRow],
    planted: Sequence[Article],
    real: TokenSentenceEncoder,
) -> None:
    """Give every chunk a row: the planted their own, the made ones the real rows by turns."""
    store = TokenStore.create(Layout(archive).tokens, partial(fit_encoder, real))
    catalog = catalog_of(archive)
    own: list[TokenRow] = []
    for article in planted:
        chunks = catalog.chunks(article.id)
        texts = [passage_text(article, chunk) for chunk in chunks]
        _, found = real.encode_passage_tokens(texts)
        own += store.rows(_token_passages(article, chunks, texts, found))
    store.close()
    ids = catalog.rows("SELECT id FROM chunks ORDER BY id")
    catalog.close()
    place = {row.chunk_id: n for n, row in enumerate(own, len(rows))}
    numbers = ((key, place.get(key, n * 7919 % len(rows))) for n, (key,) in enumerate(ids))
    (path,) = Layout(archive).tokens.glob("*.sqlite3")
    with sqlite3.connect(path) as connection:
        connection.executescript(_TABLES)
        connection.executemany(
            "INSERT INTO token_rows VALUES (?, ?, ?)",
            ((n, row.starts.tobytes(), row.codes.tobytes()) for n, row in enumerate([*rows, *own])),
        )
        connection.executemany("INSERT INTO token_of VALUES (?, ?)", numbers)
    connection.close()


def _token_passages(
    article: Article, chunks: Sequence[Chunk], texts: Sequence[str], found: Sequence[TokenMatrix]
) -> list[TokenPassage]:
    return [
        TokenPassage(chunk.id, len(text) - len(chunk.text), article.language, matrix)
        for chunk, text, matrix in zip(chunks, texts, found, strict=True)
    ]
