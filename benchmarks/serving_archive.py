"""The archive that the serving benchmarks ask: somebody's copied, or a made one; with questions.

Nothing is written to the archive that is copied. Questions are those of planted_made.py, whose
articles go in by the real encoder, so that each question has one right article.
"""

import shutil
from pathlib import Path

from benchmarks.planted_made import planted_articles
from benchmarks.scale_build import NOTES, PLANTED, build
from index.encoder import TokenSentenceEncoder
from index.errors import BadInput
from index.ingest import ingest_articles, ingest_paths
from index.read_options import ReadOptions
from rag.assemble import open_encoder, require_archive
from rag.settings import load_settings

_SAMPLES = Path(__file__).parents[1] / "samples"


def asked_archive(archive: Path | None, work: Path, *, chunks: int, fresh: bool) -> Path:
    """An archive with the planted articles in it.

    ``archive`` itself where ``scale.py build`` made it, else a copy of it under ``work``; without
    one, made text like that of samples/, of about ``chunks`` chunks. What ``work`` holds of an
    earlier run is used again unless ``fresh``.
    """
    if archive is not None and (archive / NOTES).is_file():
        return archive / "archive"
    folder = work / (f"copy-of-{archive.resolve().name}" if archive else f"made-{chunks}")
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    if (folder / NOTES).is_file():
        return folder / "archive"
    encoder = open_encoder(load_settings())
    if not isinstance(encoder, TokenSentenceEncoder):
        raise BadInput(f"{encoder.name} gives no token vectors; unset SUYUAN_ENCODER.")
    if archive is None:
        build(folder, [_samples(work / "samples", encoder)], encoder, chunks=chunks)
        return folder / "archive"
    require_archive(archive)
    shutil.rmtree(folder, ignore_errors=True)  # a copy that was cut off
    shutil.copytree(archive, folder / "archive")
    ingest_articles(folder / "archive", planted_articles(PLANTED), encoder)
    (folder / NOTES).write_text("{}\n", encoding="utf-8")
    return folder / "archive"


def _samples(folder: Path, encoder: TokenSentenceEncoder) -> Path:
    paths = [_SAMPLES / "pages", _SAMPLES / "export.jsonl"]
    ingest_paths(folder, paths, ReadOptions(), lambda: encoder)
    return folder
