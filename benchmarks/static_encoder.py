"""A cheap encoder to compare the default with: the same model's token vectors, without its layers.

    python benchmarks/static_encoder.py FOLDER
    SUYUAN_ENCODER=FOLDER suyuan ingest samples/pages samples/export.jsonl --archive ARCHIVE

Each text is the mean of its tokens' input vectors (sentence-transformers' StaticEmbedding): cheap,
and without context. ``eval/matrices/encoders.toml`` compares the two.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from index.models import default_home, resolve_encoder

_MODEL = "intfloat/multilingual-e5-small"


def write_static(source: str, folder: Path) -> None:
    """A sentence-transformers folder made of the model at ``source``; what is there is replaced."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    model = SentenceTransformer(source, local_files_only=True)
    vectors = model[0].auto_model.get_input_embeddings().weight.detach().float().numpy()
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=vectors)]).save(
        str(folder), create_model_card=False
    )


def main() -> None:
    """Write it where the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    write_static(str(resolve_encoder(_MODEL, default_home(None))), folder)
    print(f"{folder}: {sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()):,} bytes")


if __name__ == "__main__":
    main()
