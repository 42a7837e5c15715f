"""What one derived store holds, printed as JSON: run as a process of its own by index.integrity."""

import json
import sys
import zlib
from collections import Counter
from pathlib import Path

import numpy as np

from index.errors import ArchiveDamaged
from index.hnsw_files import torn_graph
from index.lexical import LexicalIndex, WordQuery
from index.tokens import TokenStore
from index.vectors import VectorStore, date_number

_PAGE = 1_000
_LENGTH = 1e-3  # how far from 1 a unit vector may be
_ASKED = 50  # vectors that the graph is asked for
_FOOTER_END = 1337  # the magic number that ends tantivy's files

Held = dict[str, list[list[object]]]


def check_chroma(path: Path, encoder: str, dimension: int) -> Held:
    """Ids with day and paper; vectors that are no unit vectors, or that no search reaches."""
    if not path.is_dir():
        raise ArchiveDamaged("it is missing")
    if torn := torn_graph(path):
        raise ArchiveDamaged(torn)
    return check_vectors(VectorStore.open(path, encoder=encoder, dimension=dimension))


def check_vectors(store: VectorStore) -> Held:
    """As ``check_chroma``, of a store that is open; it is closed."""
    rows: list[list[object]] = []
    odd: list[object] = []
    ids = store.ids()
    for start in range(0, len(ids), _PAGE):
        found, vectors = store.stored(ids[start : start + _PAGE])
        rows += [[row.chunk_id, date_number(row.published), row.source] for row in found]
        sound = abs(np.linalg.norm(vectors, axis=1) - 1) < _LENGTH
        odd += [row.chunk_id for row, good in zip(found, sound, strict=True) if not good]
    asked = store.vectors(ids[:: max(1, len(ids) // _ASKED)])
    unreached: list[object] = [
        id_ for id_, vector in asked.items() if not _is_found(store, id_, vector)
    ]
    store.close()
    faults = [["not a unit vector", *odd], ["not found by its own vector", *unreached]]
    return {"rows": rows, "faults": [fault for fault in faults if len(fault) > 1]}


def _is_found(store: VectorStore, chunk_id: str, vector: np.ndarray) -> bool:
    best = store.query(vector, limit=1)
    return bool(best) and (best[0][0] == chunk_id or best[0][1] > 1 - _LENGTH)


def check_lexical(path: Path) -> Held:
    """Ids; files whose checksum is not the one in their footer."""
    if not path.is_dir():
        raise ArchiveDamaged("it is missing")
    broken: list[object] = [
        file.name
        for file in sorted(path.iterdir())
        if file.suffix in {".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm", ".del"}
        and not _is_whole(file.read_bytes())
    ]
    if broken:
        raise ArchiveDamaged(f"checksum of {', '.join(map(str, broken[:5]))}")
    held = Counter(LexicalIndex.open(path).within(WordQuery(())))
    twice = sorted(id_ for id_, times in held.items() if times > 1)
    return {"rows": [[id_] for id_ in held], "faults": [["held twice", *twice]] if twice else []}


def _is_whole(data: bytes) -> bool:
    """Whether a tantivy file's CRC-32 is the one in its footer: {"crc": …}, its length, a magic."""
    size = int.from_bytes(data[-8:-4], "little")
    magic = int.from_bytes(data[-4:], "little")
    if magic != _FOOTER_END or size + 8 > len(data):
        return False
    try:
        footer = json.loads(data[-8 - size : -8])
    except ValueError:
        return False
    return isinstance(footer, dict) and footer.get("crc") == zlib.crc32(data[: -8 - size])


def check_tokens(path: Path, dimension: int) -> Held:
    """Ids; chunks whose token vectors cannot be read."""
    store = TokenStore.open(path, dimension=dimension)
    if store is None:
        raise ArchiveDamaged("it holds nothing")
    store.check()
    ids = store.ids()
    for start in range(0, len(ids), _PAGE):
        store.read(ids[start : start + _PAGE])
    store.close()
    return {"rows": [[id_] for id_ in ids], "faults": []}


def _main(store: str, path: str, encoder: str, dimension: str) -> int:
    try:
        if store == "chroma":
            held = check_chroma(Path(path), encoder, int(dimension))
        elif store == "lexical":
            held = check_lexical(Path(path))
        else:
            held = check_tokens(Path(path), int(dimension))
    except ArchiveDamaged as error:
        sys.stderr.write(f"{error}\n")
        return 1
    json.dump(held, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
