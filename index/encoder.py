"""Text to unit vectors by a sentence-transformers model. Knows nothing of articles or archives."""

import json
import os
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelUnavailable
from index.heap import release_heap
from index.late import unit
from index.model_check import sha256_of
from index.models import ENCODER, resolve_encoder
from index.types import TokenMatrix, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# 200-token passages on 2 cores with AMX: 16 a batch 61/s, 32 54/s, 64 48/s. A query waits for at
# most one batch, 0.3 s.
_BATCH = 16
_COUNT_BATCH = 256
# oneDNN keeps something for each length it has met. With passages padded to any length, and without
# release_heap, 3,000 of them took the process from 1.0 to 1.9 GB; with both it stays at 1.1 GB.
_PAD_TO = 32
_LONGEST = 8192  # stands in for "no limit", which static embeddings report
# The e5 family was trained with these words; its own folders on the hub do not say so.
_E5_NAME = re.compile(r"(^|[/-])(multilingual-)?e5-(small|base|large)(-v2)?$")
_E5_PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
_PASSAGE_PROMPTS = ("document", "passage", "corpus")  # the order of encode_document


def load_encoder(
    name_or_path: str, home: Path, *, allow_hub: bool = False, threads: int | None = None
) -> "SentenceEncoder":
    """The encoder, from a folder, the cache or installed packages; without ``allow_hub`` offline.

    Raises:
        ModelUnavailable: It is nowhere, altered, or not a sentence-transformers model.
    """
    source = resolve_encoder(name_or_path, home, allow_hub=allow_hub)
    if not allow_hub:  # read when huggingface_hub is first imported, so before it is
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import torch

    if threads:
        torch.set_num_threads(threads)
    model = _load(source, offline=isinstance(source, Path) or not allow_hub)
    if isinstance(source, str):
        name = source
    elif source == ENCODER.path(home):
        name = _identity(ENCODER.name, [f.sha256 for f in ENCODER.files if _is_weights(f.path)])
    else:
        name = _folder_identity(source)
    # A static model has no tokens in context, and a slow tokenizer does not know their places.
    gives_tokens = getattr(model.tokenizer, "is_fast", False)
    return TokenSentenceEncoder(model, name) if gives_tokens else SentenceEncoder(model, name)


class SentenceEncoder:
    """A loaded model as an ``index.types.Encoder``; one at a time, safe from several threads."""

    def __init__(self, model: "SentenceTransformer", name: str) -> None:
        self._model = model
        self._name = name
        self._lock = threading.Lock()
        self._dimension = int(model.get_embedding_dimension() or 0)
        if not any(model.prompts.values()) and _E5_NAME.search(name.partition("@")[0]):
            model.prompts = dict(_E5_PROMPTS)
        found = (model.prompts[each] for each in _PASSAGE_PROMPTS if each in model.prompts)
        self._passage_prompt = next(found, None) or ""

    @property
    def name(self) -> str:
        """The model's name and, unless it came from the hub, a short hash of its weights."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """The window; longer input is cut silently."""
        limit = self._model.max_seq_length
        return int(min(limit, _LONGEST)) if limit else _LONGEST

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prefix and special tokens included."""
        prefixed = [self._passage_prompt + _prepare(text) for text in texts]
        counts: list[int] = []
        for start in range(0, len(prefixed), _COUNT_BATCH):
            batch = prefixed[start : start + _COUNT_BATCH]
            with self._lock:  # encoding switches the same tokenizer's truncation on
                counts += _count(self._model.tokenizer, batch)
        return counts

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of passages; no texts give shape (0, dimension)."""
        return self._encode(texts, self._model.encode_document)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of queries; no texts give shape (0, dimension)."""
        return self._encode(texts, self._model.encode_query)

    def _encode(self, texts: Sequence[str], encode: Any) -> Vectors:
        prepared = [_prepare(text) for text in texts]
        vectors = np.zeros((len(prepared), self.dimension), dtype=np.float32)
        for batch in _batches([len(text) for text in prepared]):
            with self._lock:
                vectors[batch] = encode(
                    [prepared[n] for n in batch],
                    batch_size=_BATCH,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
        return vectors


class TokenSentenceEncoder(SentenceEncoder):
    """One whose tokenizer tells where each token stands: an ``index.types.TokenEncoder``."""

    def encode_passage_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenMatrix]]:
        """Unit vectors of passages and of their tokens, from one pass."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens: dict[int, TokenMatrix] = {}
        # A window of another size could end within the padding, where a model has no positions.
        pad_to = _PAD_TO if self.max_tokens % _PAD_TO == 0 else None
        for batch in _batches([len(text) for text in texts]):
            some, theirs = self._pass(
                [texts[n] for n in batch], self._passage_prompt, pad_to=pad_to
            )
            vectors[batch] = some
            tokens |= zip(batch, theirs, strict=True)
        # Buffers of many sizes leave holes in the heap that only grow.
        release_heap()
        return vectors, [tokens[n] for n in range(len(texts))]

    def encode_query_tokens(self, text: str) -> tuple[Vectors, TokenMatrix]:
        """A query's unit vector, shape (dimension,), and its tokens, from one pass."""
        # One thread: a second saves 4 ms when all is quiet and costs 60 where numpy's own threads
        # are still spinning, as they are after every search.
        vectors, tokens = self._pass([text], self._model.prompts.get("query") or "", threads=1)
        return vectors[0], tokens[0]

    def _pass(
        self,
        texts: Sequence[str],
        prompt: str,
        *,
        threads: int | None = None,
        pad_to: int | None = None,
    ) -> tuple[Vectors, list[TokenMatrix]]:
        import torch

        prepared = [_prepare(text) for text in texts]
        with self._lock, torch.inference_mode(), _limited(threads):
            features = self._model.preprocess(
                prepared,
                prompt=prompt,
                processing_kwargs={"text": {"pad_to_multiple_of": pad_to}} if pad_to else None,
            )
            found = self._model(
                {
                    name: value.to(self._model.device) if hasattr(value, "to") else value
                    for name, value in features.items()
                }
            )
            offsets = self._model.tokenizer(
                [prompt + text for text in prepared],
                truncation=True,
                max_length=self.max_tokens,
                return_offsets_mapping=True,
            )["offset_mapping"]
        vectors = unit(found["sentence_embedding"].float().cpu().numpy())
        padded_left = self._model.tokenizer.padding_side == "left"
        matrices = []
        for text, given, row, spans in zip(
            prepared, texts, found["token_embeddings"].float().cpu().numpy(), offsets, strict=True
        ):
            # Special tokens cover no text, and the prompt's are not the text's.
            kept = [n for n, (start, end) in enumerate(spans) if end > max(start, len(prompt))]
            first = len(row) - len(spans) if padded_left else 0
            shift = given.find(text[:1]) - len(prompt) if text else 0
            starts = np.array([max(spans[n][0], len(prompt)) + shift for n in kept], dtype=np.int32)
            matrices.append(TokenMatrix(unit(row[first:][kept]), starts))
        return vectors, matrices


@contextmanager
def _limited(threads: int | None) -> Iterator[None]:
    """Torch with fewer threads for a while; only under the encoder's lock."""
    import torch

    before = torch.get_num_threads()
    if threads is None or threads >= before:
        yield
        return
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Texts of like length share a batch: padding is work too."""
    order = sorted(range(len(lengths)), key=lambda n: lengths[n])
    return [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]


def _load(source: Path | str, *, offline: bool) -> "SentenceTransformer":
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    dtype = torch.bfloat16 if _has_fast_bfloat16() else torch.float32
    try:
        model = SentenceTransformer(
            str(source), local_files_only=offline, model_kwargs={"dtype": dtype}
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
        raise ModelUnavailable(
            f"{source} cannot be loaded as a sentence-transformers model ({reason}). "
            "Check SUYUAN_ENCODER."
        ) from error
    # Pooling in bfloat16 loses: vectors off unit length, 16 % of the top ten others (field notes).
    model[0].register_forward_hook(_token_vectors_to_float32)
    return model


def _has_fast_bfloat16() -> bool:
    """Where the CPU multiplies bfloat16 itself: 61 passages/s against 18, same top ten (.99)."""
    import torch

    if torch.cuda.is_available() or torch.backends.mps.is_available():
        return False  # sentence-transformers goes to that device; float32 is fast there
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _token_vectors_to_float32(
    module: object, inputs: object, features: dict[str, Any]
) -> dict[str, Any]:
    del module, inputs
    if "token_embeddings" in features:
        features["token_embeddings"] = features["token_embeddings"].float()
    return features


def _count(tokenizer: Any, texts: list[str]) -> list[int]:
    if hasattr(tokenizer, "encode_batch"):  # static embeddings hold a bare tokenizer
        return [len(each.ids) for each in tokenizer.encode_batch(texts)]
    rows = tokenizer(texts, truncation=False, padding=False, verbose=False)["input_ids"]
    return [len(row) for row in rows]


def _prepare(text: str) -> str:
    """The character map knows composed characters only, and outer white space means nothing."""
    return unicodedata.normalize("NFC", text).strip()


def _folder_identity(folder: Path) -> str:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        name = str(config.get("_name_or_path") or config.get("model_type") or "model")
    except (OSError, ValueError, AttributeError):
        name = "model"
    if name.startswith((".", "~")) or Path(name).is_absolute():
        name = Path(name).name  # some trainer's disk, not a name
    weights = sorted(path for path in folder.rglob("*") if _is_weights(path.name))
    return _identity(name, [sha256_of(path) for path in weights])


def _identity(name: str, digests: Sequence[str]) -> str:
    return f"{name}@{sha256(' '.join(digests).encode()).hexdigest()[:8]}"


def _is_weights(name: str) -> bool:
    return name.endswith((".safetensors", ".bin"))
