"""Write SentencePiece's compiled character map. Knows nothing of models or files.

The layout is a double-array trie (darts-clone units) over the UTF-8 bytes of each character,
then the replacements, each ended by a zero byte. ``tokenizers`` reads it as ``Precompiled``,
which is what makes the map exact: its own NFKC follows another version of Unicode.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_HAS_LEAF = 1 << 8
_IS_LEAF = 1 << 31
_OFFSET_SHIFT = 10
_MAX_OFFSET = 1 << 21  # beyond it the unit's other offset form would be needed
_BLOCK = 256  # readers look at base ^ byte, so the array must end on a whole block


@dataclass(slots=True)
class _Node:
    """One byte position of the keys; ``leaf`` is the replacement's place, None inside a key."""

    children: dict[int, "_Node"] = field(default_factory=dict)
    leaf: int | None = None


def compile_charsmap(replacements: Mapping[str, str]) -> bytes:
    """The map as bytes: one character to its replacement, which may be empty."""
    root = _Node()
    strings = bytearray()
    for character, replacement in sorted(replacements.items()):
        node = root
        for byte in character.encode():
            node = node.children.setdefault(byte, _Node())
        node.leaf = len(strings)
        strings += replacement.encode() + b"\0"
    units = _double_array(root)
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(strings)


def _double_array(root: _Node) -> list[int]:
    units = [0] * _BLOCK
    used = {0}
    first_free = 1
    pending = [(0, root)]
    while pending:
        position, node = pending.pop()
        labels = sorted(node.children) if node.leaf is None else [0, *sorted(node.children)]
        if not labels:  # an empty map: a root that leads nowhere
            continue
        while first_free in used:
            first_free += 1
        base = _free_base(labels, used, first_free)
        if (position ^ base) >= _MAX_OFFSET:
            raise ValueError(f"a character map of {len(used)} units does not fit the format")
        units.extend([0] * (((base | 0xFF) + 1) - len(units)))
        units[position] |= (position ^ base) << _OFFSET_SHIFT
        if node.leaf is not None:
            units[position] |= _HAS_LEAF
            units[base] = _IS_LEAF | node.leaf
        for label, child in node.children.items():
            units[base ^ label] = label
            pending.append((base ^ label, child))
        used.update(base ^ label for label in labels)
    return units


def _free_base(labels: list[int], used: set[int], first_free: int) -> int:
    """The lowest base, from the first free unit on, whose slots for the labels are all free."""
    slot = first_free
    while True:
        base = slot ^ labels[0]
        if all(base ^ label not in used for label in labels):
            return base
        slot += 1
