"""Look whether Chroma's HNSW files hang together: a torn one ends the process that loads it.

Read as the hnswlib in chromadb 1.5.9 writes them; knows nothing of what the vectors mean.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_HEADER = struct.Struct("<i6qii3qdq")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Header:
    capacity: int
    count: int
    row_bytes: int
    data_offset: int
    entry: int
    links: int  # of a node, above the ground level
    ground_links: int


def torn_graph(folder: Path) -> str:
    """What is wrong with the files in a Chroma folder, naming one; "" where nothing is."""
    for path in sorted(folder.glob("*/header.bin")):
        try:
            reason = _torn(path.parent)
        except (OSError, ValueError, struct.error) as error:
            reason = f"{path.parent.name}: {error}"
        if reason:
            return reason
    return ""


def _torn(folder: Path) -> str:
    raw = (folder / "header.bin").read_bytes()
    if len(raw) != _HEADER.size:
        return f"header.bin has {len(raw)} bytes, not {_HEADER.size}"
    head = _header(raw)
    if head is None or not 0 <= head.count <= head.capacity or head.entry >= max(head.count, 1):
        return "header.bin makes no sense"
    ground = folder / "data_level0.bin"
    # An empty graph is written at full capacity, any other with the rows it has; a file is never
    # made shorter.
    for path, size in ((ground, head.row_bytes), (folder / "length.bin", 4)):
        rows, rest = divmod(path.stat().st_size, size)
        if rest or not head.count <= rows <= head.capacity:
            return f"{path.name} does not have the size of its {head.count} rows"
    if not head.count:
        return ""
    return _torn_ground(ground, head) or _torn_upper(folder / "link_lists.bin", head)


def _header(raw: bytes) -> _Header | None:
    version, _, capacity, count, row, label, data, _, entry, upper, lower, _, _, _ = _HEADER.unpack(
        raw
    )
    sound = version == _VERSION and data == 4 + 4 * lower and data < label == row - 8
    return _Header(capacity, count, row, data, entry, upper, lower) if sound else None


def _torn_ground(path: Path, head: _Header) -> str:
    rows = np.memmap(path, np.uint8, mode="r", shape=(head.count, head.row_bytes))
    links = np.ascontiguousarray(rows[:, : head.data_offset]).view("<u4")
    sizes = links[:, 0] & 0xFFFF
    if (sizes > head.ground_links).any():
        return "data_level0.bin: a node has too many links"
    used = np.arange(head.ground_links) < sizes[:, None]
    if (links[:, 1:][used] >= head.count).any():
        return "data_level0.bin: a link leads nowhere"
    return ""


def _torn_upper(path: Path, head: _Header) -> str:
    data = path.read_bytes()
    level = 4 + 4 * head.links
    at = 0
    for _ in range(head.count):
        size = int.from_bytes(data[at : at + 4], "little")
        at += 4
        if size % level or at + size > len(data):
            return "link_lists.bin is cut off or garbled"
        for start in range(at, at + size, level):
            links = np.frombuffer(data, "<u4", head.links + 1, start)
            used = int(links[0]) & 0xFFFF
            if used > head.links or (links[1 : 1 + used] >= head.count).any():
                return "link_lists.bin: a link leads nowhere"
        at += size
    return ""
