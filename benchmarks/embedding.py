"""Passages a second and milliseconds a query: our encoder beside the same weights in torch float32.

Both run in this process, turn and turn about, and the medians are compared, so a noisy machine
disturbs both alike. Usage: python benchmarks/embedding.py [--rounds 5] [--passages 64]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from index.chunk import passage_text
from index.encoder import load_encoder
from index.models import default_home, resolve_encoder
from index.read_options import ReadOptions
from index.readers import find_files, read_file
from index.types import Article, Chunk

_MODEL = "intfloat/multilingual-e5-small"
_CHARACTERS = 300
_QUESTIONS = 20


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--passages", type=int, default=64)
    options = parser.parse_args()
    texts = _passages(options.passages)
    home = default_home(None)
    ours = load_encoder(_MODEL, home)
    reference = _float32(str(resolve_encoder(_MODEL, home)))
    questions = [text[:24] for text in texts[:_QUESTIONS]]
    runs: dict[str, list[float]] = {"ours": [], "float32": [], "ours q": [], "float32 q": []}
    ours.encode_passages(texts[:8])
    reference("passage", texts[:8])
    for _ in range(options.rounds):
        runs["ours"].append(_seconds(lambda: ours.encode_passages(texts)))
        runs["float32"].append(_seconds(lambda: reference("passage", texts)))
        runs["ours q"] += [_seconds(lambda q=q: ours.encode_queries([q])) for q in questions]
        runs["float32 q"] += [_seconds(lambda q=q: reference("query", [q])) for q in questions]
    near = np.sum(ours.encode_passages(texts) * reference("passage", texts), axis=1)
    middle = {name: statistics.median(values) for name, values in runs.items()}
    print(f"{len(texts)} passages of {_CHARACTERS} characters, {options.rounds} rounds, medians")
    print(f"{'':<10}{'passages/s':>12}{'query ms':>10}")
    for name in ("ours", "float32"):
        rate, query = len(texts) / middle[name], 1000 * middle[f"{name} q"]
        print(f"{name:<10}{rate:>12.1f}{query:>10.1f}")
    print(f"ratio: {middle['float32'] / middle['ours']:.2f}x passages, ", end="")
    print(f"{middle['float32 q'] / middle['ours q']:.2f}x queries; ", end="")
    print(f"cosine to float32: mean {near.mean():.5f}, least {near.min():.5f}")


def _passages(count: int) -> list[str]:
    files, _ = find_files([Path(__file__).parents[1] / "samples"])
    items = [item for path in files for item in read_file(path, ReadOptions())]
    articles = [item for item in items if isinstance(item, Article)]
    texts = [passage_text(article, _whole(article))[:_CHARACTERS] for article in articles]
    whole = [text for text in texts if len(text) == _CHARACTERS]
    return [whole[at % len(whole)] for at in range(count)]


def _whole(article: Article) -> Chunk:
    return Chunk(f"{article.id}:1", article.id, 0, len(article.body), article.body)


def _float32(folder: str) -> Callable[[str, list[str]], np.ndarray]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")

    def encode(prompt: str, texts: list[str]) -> np.ndarray:
        return np.asarray(
            model.encode(texts, prompt_name=prompt, batch_size=32, normalize_embeddings=True)
        )

    return encode


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
