"""Chunk vectors in a Chroma folder: ids, vectors and filter fields. A server's: vectors_server.

No text goes in: Chroma keeps deleted documents readable in its files (chroma#7662), and text that
is only in the catalog is erased in one place.
"""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from chromadb import Collection
from chromadb.api import ClientAPI, ServerAPI
from chromadb.api.client import Client
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings, System
from chromadb.errors import ChromaError as ChromaError
from chromadb.errors import NotFoundError
from chromadb.telemetry.product import ProductTelemetryClient

from index.errors import ArchiveDamaged, missing_store, not_writable
from index.types import Vectors

_COLLECTION = "chunks"  # Chroma wants 3 to 512 characters of [a-zA-Z0-9._-]
_MAX_BATCH = 1_000
_SYNC_EVERY = 1_000  # writes between two of the graph to its files; Chroma's default
_EF_SEARCH = 256  # recall falls once more candidates are asked for than this searches
_COMPARE_ALL = 500  # fetching so many vectors takes 10 ms, as long as a search among them
_PROBE_SECONDS = 60
_cache_lock = threading.Lock()

# Run in a process of its own, because a torn HNSW file ends the process that loads it.
_PROBE = """
import sys
import chromadb
from chromadb.config import Settings
client = chromadb.PersistentClient(sys.argv[1], settings=Settings(anonymized_telemetry=False))
collection = client.get_collection(sys.argv[2], embedding_function=None)
if collection.count():
    collection.query(query_embeddings=[[1.0] * collection.metadata["dimension"]], n_results=1)
"""


@dataclass(frozen=True, slots=True)
class VectorRow:
    """What filters ask about beside the vector; ``published`` None is stored as 0."""

    chunk_id: str
    published: date | None
    source: str


class Stopped(Protocol):
    """What a store is the owner of, and ends."""

    def stop(self) -> None:
        """Free memory, files and connections."""


class VectorStore:
    """One open Chroma collection, private to its owner.

    Chroma shares one system per path within a process and never looks at the disk again, so a
    client may be stale or be stopped by someone else's ``close``; a private system is neither.
    """

    def __init__(self, system: Stopped, collection: Collection, max_batch: int) -> None:
        self._system = system
        self._collection = collection
        self._max_batch = max_batch

    @classmethod
    def create(
        cls, path: Path, *, encoder: str, dimension: int, sync_every: int = _SYNC_EVERY
    ) -> Self:
        """Open for writing, made if it is not there.

        A store that is made writes its graph to the files after so many writes, at least 2.
        """
        made = new_collection(encoder, dimension, sync_every=sync_every)
        return cls._in_folder(
            path,
            lambda client: client.get_or_create_collection(
                _COLLECTION, embedding_function=None, **made
            ),
            (encoder, dimension),
        )

    @classmethod
    def open(cls, path: Path, *, encoder: str, dimension: int) -> Self:
        """Open what is there and load it; raises ArchiveDamaged where it cannot be."""
        if not path.is_dir():
            raise missing_store(path)
        return cls._in_folder(
            path,
            lambda client: client.get_collection(_COLLECTION, embedding_function=None),
            (encoder, dimension),
        )

    @classmethod
    def _in_folder(
        cls, path: Path, get: Callable[[ClientAPI], Collection], fits: tuple[str, int]
    ) -> Self:
        system, client = _start(path)
        damaged = partial(damaged_vectors, path)
        try:
            collection = get(client)
        except ChromaError as error:
            raise damaged(error) from error
        return cls.checked(system, collection, client.get_max_batch_size(), fits, damaged)

    @classmethod
    def checked(
        cls,
        system: Stopped,
        collection: Collection,
        max_batch: int,
        fits: tuple[str, int],
        damaged: Callable[[object], ArchiveDamaged],
    ) -> Self:
        """A store of vectors that ``fits``, encoder and dimension; raises ``damaged`` (reason)."""
        encoder, dimension = fits
        made_by = collection.metadata or {}
        if (made_by.get("encoder"), made_by.get("dimension")) != (encoder, dimension):
            raise damaged(f"its vectors are by {made_by.get('encoder')}, not {encoder}")
        # Chroma ignores a configuration given for a collection that exists, and its default is l2.
        space = (collection.configuration_json.get("hnsw") or {}).get("space")
        if space != "cosine":
            raise damaged(f"its distance is {space}, not cosine")
        store = cls(system, collection, min(_MAX_BATCH, max_batch))
        try:
            # The first query replays the log into memory: here, while the caller holds the lock.
            if store.count():
                store.query(np.ones(dimension, dtype=np.float32), limit=1)
        except ChromaError as error:
            raise damaged(error) from error
        return store

    def count(self) -> int:
        """Return the number of vectors."""
        return int(self._collection.count())

    def ids(self) -> list[str]:
        """Return all chunk ids, sorted."""
        return sorted(self._collection.get(include=[])["ids"])

    def upsert(self, rows: Sequence[VectorRow], vectors: Vectors) -> None:
        """Store vectors with their filter fields; an id that is there is overwritten."""
        for start in range(0, len(rows), self._max_batch):
            part = rows[start : start + self._max_batch]
            self._collection.upsert(
                ids=[row.chunk_id for row in part],
                embeddings=vectors[start : start + self._max_batch],
                metadatas=[
                    {"published": date_number(row.published), "source": row.source} for row in part
                ],
            )

    def sync_as_usual(self) -> None:
        """End what ``create`` was told of ``sync_every``, for this and every later owner."""
        self._collection.modify(configuration={"hnsw": {"sync_threshold": _SYNC_EVERY}})

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Remove vectors; ids that are not there are passed over."""
        for start in range(0, len(chunk_ids), self._max_batch):
            self._collection.delete(ids=list(chunk_ids[start : start + self._max_batch]))

    def query(
        self, vector: Vectors, *, limit: int, ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return chunk ids with their cosine similarity, nearest first; among ``ids`` if given.

        The ids are distinct. Raises ChromaError where the store lacks one of them.
        """
        if ids is not None and len(ids) <= _COMPARE_ALL:
            return self._compare(vector, ids)[:limit]
        found = self._collection.query(
            query_embeddings=vector.reshape(1, -1),
            n_results=limit,
            ids=None if ids is None else list(ids),
            include=["distances"],
        )
        distances = (found["distances"] or [[]])[0]
        # Six digits: more are noise of the summation order and would break ties by chance.
        scores = [round(1.0 - float(distance), 6) for distance in distances]
        if ids is not None and len(scores) < min(limit, len(ids)):
            return self._compare(vector, ids)[:limit]  # many equal vectors bar the graph's ways
        return list(zip(found["ids"][0], scores, strict=True))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the stored vectors of those ids that have one."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        stored = np.asarray(found["embeddings"], dtype=np.float32)
        return dict(zip(found["ids"], stored, strict=True))

    def stored(self, ids: Sequence[str]) -> tuple[list[VectorRow], Vectors]:
        """Return those of the rows that are there, as ``upsert`` takes them."""
        found = self._collection.get(ids=list(ids), include=["embeddings", "metadatas"])
        rows = [
            VectorRow(chunk_id, number_date(fields["published"]), str(fields["source"]))
            for chunk_id, fields in zip(found["ids"], found["metadatas"] or (), strict=True)
        ]
        return rows, np.asarray(found["embeddings"], dtype=np.float32)

    def _compare(self, vector: Vectors, ids: Sequence[str]) -> list[tuple[str, float]]:
        if not ids:
            return []
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        if len(found["ids"]) < len(ids):
            raise NotFoundError(f"{len(ids) - len(found['ids'])} of {len(ids)} ids are not stored")
        stored = np.asarray(found["embeddings"], dtype=np.float32)
        lengths = np.linalg.norm(stored, axis=1) * np.linalg.norm(vector)
        scores = np.round((stored @ vector / lengths).astype(np.float64), 6).tolist()
        return sorted(zip(found["ids"], scores, strict=True), key=lambda pair: (-pair[1], pair[0]))

    def close(self) -> None:
        """Free its memory and files; no query may be running."""
        self._system.stop()


def new_collection(
    encoder: str, dimension: int, *, sync_every: int = _SYNC_EVERY
) -> dict[str, Any]:
    """How a collection of ours is made, wherever it is."""
    return {
        "configuration": {
            "hnsw": {
                "space": "cosine",
                "ef_search": _EF_SEARCH,
                "sync_threshold": sync_every,
                "batch_size": min(sync_every, 100),  # not over the former; 100: Chroma's
            }
        },
        "metadata": {"encoder": encoder, "dimension": dimension},
    }


def date_number(value: date | None) -> int:
    """20240701 for 1 July 2024, 0 for an unknown date: Chroma compares numbers only."""
    return value.year * 10_000 + value.month * 100 + value.day if value else 0


def number_date(number: object) -> date | None:
    """The date of a ``date_number``."""
    text = str(number)
    return date(int(text[:-4]), int(text[-4:-2]), int(text[-2:])) if text != "0" else None


def probe_vectors(path: Path) -> None:
    """Raise ArchiveDamaged if loading the folder fails or crashes. Costs about a second."""
    command = [sys.executable, "-c", _PROBE, str(path), _COLLECTION]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=_PROBE_SECONDS, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        raise damaged_vectors(path, f"no answer within {_PROBE_SECONDS} seconds") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise damaged_vectors(path, reason)


def _start(path: Path) -> tuple[System, ClientAPI]:
    system = System(
        Settings(
            chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
            is_persistent=True,
            persist_directory=str(path),
            anonymized_telemetry=False,
        )
    )
    try:
        system.instance(ProductTelemetryClient)  # type: ignore[type-abstract]
        system.instance(ServerAPI)  # type: ignore[type-abstract]
        system.start()
        with _cache_lock:
            client = Client.from_system(system)
            SharedSystemClient.clear_system_cache()
    except (ChromaError, ValueError) as error:  # Chroma turns a failed look at its tables into one
        raise damaged_vectors(path, error) from error
    return system, client


def damaged_vectors(path: Path, reason: object) -> ArchiveDamaged:
    """Return the error for a store that cannot be read, with what mends it."""
    if "disk is full" in str(reason) or "code: 13" in str(reason):  # SQLITE_FULL
        return ArchiveDamaged(
            f"{path} cannot be written: no space left. Free some, then try again."
        )
    if "readonly database" in str(reason):  # Chroma writes to its folder when it opens it, too
        return ArchiveDamaged(str(not_writable(path)))
    return ArchiveDamaged(
        f"{path} cannot be read ({reason}). Rebuild it from the catalog: "
        f"suyuan rebuild --archive {path.parent}."
    )
