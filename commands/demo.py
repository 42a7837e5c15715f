"""``suyuan demo``: from a fresh clone to a first answer in one command."""

import os
from pathlib import Path
from typing import Annotated

import typer

from commands.engine import settings_for
from commands.models import fetch_missing
from commands.output import complain, print_report, print_stream, say
from commands.progress import items_progress
from commands.serve import serve_engine
from index.errors import BadInput
from index.heap import share_heap

DEMO_QUESTION = "青岛上半年贷款余额是多少"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(demo)


def demo(
    question: Annotated[str, typer.Argument(help="The question to ask.")] = DEMO_QUESTION,
) -> None:
    """Fetch the models, ingest samples/, ask one question, then serve (DEMO_UI=0: do not serve)."""
    share_heap()  # before the imports: theirs are the first threads
    from index.ingest import ingest_paths
    from index.readers import ReadOptions
    from rag.assemble import model_home, open_encoder, open_engine

    samples = Path(__file__).parents[1] / "samples"
    if not samples.is_dir():
        raise BadInput(f"No samples at {samples}. Run the demo from a clone of the repository.")
    settings = settings_for(Path(".demo") / "archive")
    fetch_missing(model_home(settings))
    encoder = open_encoder(settings)
    with items_progress() as show:
        report = ingest_paths(
            settings.archive,
            [samples / "pages", samples / "export.jsonl"],
            ReadOptions(),
            lambda: encoder,
            progress=show,
        )
    print_report(report)
    engine = open_engine(settings, warn=complain, encoder=encoder)
    say(f"\n问 {question}")
    print_stream(engine, question)
    if os.environ.get("DEMO_UI", "1") != "0":
        serve_engine(engine, settings, host="127.0.0.1", port=7860)
