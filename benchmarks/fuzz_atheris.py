"""Fuzz the page reader and the figure parser by coverage: atheris keeps what reaches new code.

Needs the extra ``fuzz`` (``make .venv/.fuzz``). Ends at the first fault with the input in the
folder it runs in. Usage: python benchmarks/fuzz_atheris.py page|figures [-runs=5000] [-seed=1]
"""

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["index"]):
    from index.errors import UserError
    from index.figures import parse_figures
    from index.readers import read_file

from benchmarks.fuzz_inputs import seeds


def _page(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    for item in read_file(path):
        str(item)


def _figures(data: bytes, path: Path) -> None:
    parse_figures(data.decode(errors="replace"))


_PARTS = {"page": _page, "figures": _figures}


def main() -> None:
    """Hand one part to libFuzzer, with the samples as its first inputs."""
    if len(sys.argv) < 2 or sys.argv[1] not in _PARTS:
        sys.exit(__doc__)
    part = _PARTS[sys.argv.pop(1)]
    folder = Path(tempfile.mkdtemp(prefix="suyuan-atheris-"))
    (folder / "corpus").mkdir()
    for number, seed in enumerate(seeds()[".txt"]):
        (folder / "corpus" / f"{number}").write_bytes(seed)

    def once(data: bytes) -> None:
        try:
            part(data, folder / "page.txt")
        except UserError:
            return

    atheris.Setup([*sys.argv, str(folder / "corpus"), "-max_len=20000", "-timeout=20"], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
