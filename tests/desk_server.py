"""The real desk over the sample archive, with an encoder that needs no weights; for browser tests.

Run as ``python -m tests.desk_server LOG`` it builds an archive of samples/ and a few articles of
its own beside LOG, serves the page on a free port and prints the address.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from index.archive import Archive
from index.ingest import ingest_articles, ingest_paths
from index.read_options import ReadOptions
from index.types import Article, DateKnown
from rag.draft_check import check_draft
from rag.draft_types import DraftReport
from rag.engine import Engine
from tests.fakes import FakeTokenEncoder
from tests.scripted_engine import HOSTILE

_ROOT = Path(__file__).parents[1]
BRIDGE = Article(
    id="bridge",
    title="海州湾大桥合龙",
    body="海州湾大桥5月8日合龙，全长3.2公里，总投资18亿元。",
    source="海州日报",
    section="A01",
    published=date(2020, 5, 9),
    date_known=DateKnown.STATED,
    origin="/papers/海州日报-20200509.txt",
    position=1,
)
BRIDGE_MENDED = replace(BRIDGE, body=BRIDGE.body.replace("3.2公里", "3.6公里"))
SLOW = "慢慢核对"  # a draft that begins so takes its time: for Stop


class CheckedEngine(Engine):
    """An engine without a model that checks drafts, and takes its time where it is asked to."""

    def check(
        self,
        text: str,
        *,
        published: date | None = None,
        ask_model: bool = True,
        on_done: Callable[[], None] = lambda: None,
    ) -> DraftReport:
        def done() -> None:
            time.sleep(0.4 if text.startswith(SLOW) else 0)
            on_done()

        return check_draft(self.archive, self._encoder, text, published=published, on_done=done)


def sample_archive(folder: Path) -> Archive:
    """An archive of samples/, a hostile article and one that was changed after its first ingest."""
    encoder = FakeTokenEncoder()
    paths = [_ROOT / "samples" / "pages", _ROOT / "samples" / "export.jsonl"]
    ingest_paths(folder, paths, ReadOptions(), lambda: encoder)
    ingest_articles(folder, [BRIDGE, replace(HOSTILE, published=date(2020, 9, 1))], encoder)
    ingest_articles(folder, [BRIDGE_MENDED], encoder)
    return Archive.open(folder, encoder)


def _main(log: Path) -> None:
    import ui

    archive = sample_archive(log.parent / "archive")
    ui.serve(
        CheckedEngine(archive, FakeTokenEncoder()),
        port=0,
        examples=("青岛上半年贷款余额是多少？",),
        on_ready=lambda url: print(url, flush=True),  # noqa: T201 - the test reads it
    )


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
