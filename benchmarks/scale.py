"""What an archive costs as it grows: made archives of chosen sizes, built, measured, tabled.

    python benchmarks/scale.py build WORK/c1e4 --articles 10000 --like ARCHIVE [ARCHIVE …]
    python benchmarks/scale.py build WORK/c1e6 --chunks 1000000 --shared-tokens --like ARCHIVE …
    python benchmarks/scale.py measure WORK/c1e4 --json docs/results/scale-1e4.json
    python benchmarks/scale.py table docs/results/scale-*.json

``--like`` names archives of real articles, built with the configured encoder: their statistics and
vectors are drawn from, none of their sentences is copied (text_made.py, vectors_made.py). Building
says its rates without the encoder, whose cost is measured on a sample. ``measure`` wants an idle
machine; what it measures and how is said in scale_measure.py.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.scale_build import build
from benchmarks.scale_measure import measure
from benchmarks.scale_table import table_lines
from index.encoder import TokenSentenceEncoder
from index.errors import BadInput, UserError
from rag.assemble import open_encoder
from rag.settings import load_settings


def main() -> None:
    """Do one of the three."""
    options = _options()
    if options.command == "table":
        results = [json.loads(path.read_text(encoding="utf-8")) for path in options.results]
        print("\n".join(table_lines(results)))
    elif options.command == "build":
        _build(options)
    else:
        result = measure(options.folder, questions=options.questions, bundled=not options.no_llm)
        text = json.dumps(result, ensure_ascii=False, indent=1)
        if options.json:
            options.json.write_text(text + "\n", encoding="utf-8")
        print(text)


def _build(options: argparse.Namespace) -> None:
    if bool(options.articles) == bool(options.chunks):
        raise BadInput("Say how large: --articles N or --chunks N, one of them.")
    encoder = open_encoder(load_settings())
    if not isinstance(encoder, TokenSentenceEncoder):
        raise BadInput(f"{encoder.name} gives no token vectors; unset SUYUAN_ENCODER.")
    build(
        options.folder,
        options.like,
        encoder,
        articles=options.articles,
        chunks=options.chunks,
        shared=options.shared_tokens,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("build", help="make an archive")
    made.add_argument("folder", type=Path)
    made.add_argument("--like", type=Path, nargs="+", required=True)
    made.add_argument("--articles", type=int, default=0)
    made.add_argument("--chunks", type=int, default=0)
    made.add_argument("--shared-tokens", action="store_true", help="see scale_build.py")
    measured = commands.add_parser("measure", help="measure one that was built")
    measured.add_argument("folder", type=Path)
    measured.add_argument("--questions", type=int, default=100)
    measured.add_argument("--json", type=Path)
    measured.add_argument("--no-llm", action="store_true", help="leave the bundled LLM out")
    table = commands.add_parser("table", help="the tables of docs/scaling.md")
    table.add_argument("results", type=Path, nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
