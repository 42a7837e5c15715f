"""Copy a Chroma folder without the vectors that must go, in a process that has never seen them.

Chroma first writes its HNSW file at full capacity, filled with memory as it was, and writes it
so again whenever an owner opens a graph that has no node in its files yet: one made by a process
that had loaded the old files held vectors that had just been deleted from them (chromadb 1.5.9).
So the old folder is read here, and the new one filled by a child that is told only what stays and
leaves a graph with nodes in the files.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from index.types import Vectors
from index.vectors import VectorRow, VectorStore, damaged_vectors, date_number, number_date

_ROOT = Path(__file__).parents[1]


def copy_vectors(
    source: Path, target: Path, pages: Iterable[Sequence[str]], *, encoder: str, dimension: int
) -> None:
    """Fill ``target`` with the vectors of those chunks; raises ArchiveDamaged."""
    store = VectorStore.open(source, encoder=encoder, dimension=dimension)
    try:
        # close_fds=False: the child keeps the writer lock (index.lock) if this process is killed.
        with subprocess.Popen(
            [sys.executable, "-m", __name__, str(target), encoder, str(dimension)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            close_fds=False,
        ) as child:
            assert child.stdin is not None
            assert child.stderr is not None
            with contextlib.suppress(BrokenPipeError):  # the child's own error says why
                for ids in pages:
                    _send(child.stdin, *store.stored(ids))
                child.stdin.write(b"\n")
                child.stdin.close()
            reason = child.stderr.read().decode(errors="replace").strip()
    finally:
        store.close()
    if child.returncode:
        raise damaged_vectors(target, (reason.splitlines() or [f"exit {child.returncode}"])[-1])


def copy_pages(source: VectorStore, target: VectorStore, pages: Iterable[Sequence[str]]) -> None:
    """Store in ``target`` what ``source`` has of those chunks."""
    for ids in pages:
        target.upsert(*source.stored(ids))


def _send(pipe: IO[bytes], rows: Sequence[VectorRow], vectors: Vectors) -> None:
    """One line of JSON, then the numbers."""
    fields = [(row.chunk_id, date_number(row.published), row.source) for row in rows]
    pipe.write(json.dumps(fields).encode() + b"\n" + vectors.astype("<f4").tobytes())


def _received(pipe: IO[bytes], dimension: int) -> Iterator[tuple[list[VectorRow], Vectors]]:
    """What ``_send`` wrote, up to the empty line that says that this was all."""
    while line := pipe.readline().strip():
        rows = [VectorRow(id_, number_date(day), source) for id_, day, source in json.loads(line)]
        numbers = np.frombuffer(pipe.read(4 * dimension * len(rows)), dtype="<f4")
        yield rows, numbers.reshape(-1, dimension)


def _main(target: str, encoder: str, dimension: str) -> None:
    size = int(dimension)
    store = VectorStore.create(Path(target), encoder=encoder, dimension=size, sync_every=2)
    try:
        # Chroma syncs after two writes, and there may be no more than one vector, or none.
        spare = [VectorRow("spare", None, "")]
        for _ in range(2):
            store.upsert(spare, np.ones((1, size), dtype=np.float32))
        for rows, vectors in _received(sys.stdin.buffer, size):
            store.upsert(rows, vectors)
        store.delete([row.chunk_id for row in spare])
        store.query(np.ones(size, dtype=np.float32), limit=1)  # waits for what is being written
        store.sync_as_usual()
    finally:
        store.close()


if __name__ == "__main__":
    _main(*sys.argv[1:])
