"""An archive to evaluate, a question set over it and readers' feedback; and a page over both.

Run as ``python -m tests.eval_desk LOG`` it serves the page over a scripted LLM on a free port and
prints the address. Our own writing.
"""

import shutil
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from desk.api_line import Line
from desk.eval_events import EvalDesk
from index.archive import Archive
from index.first import begin_archive
from index.ingest import ingest_articles
from rag.engine import Engine
from tests.api_setup import ARTICLES, BALANCE, LOANS, PORT, RIDERS, THROUGHPUT
from tests.eval_rows import write_lines
from tests.fakes import FakeTokenEncoder

ABSENT = "云城机场什么时候扩建？"
SLOW = "慢慢说"
HOSTILE = "云城港<img src=x onerror=window.pwned=1>6月吞吐量是多少？"


def gold(article_id, quote):
    return [{"article_id": article_id, "quote": quote}]


def question(key, text, answers, sentences, **fields):
    return {"id": key, "type": "figure", "language": "zh-Hans", "question": text,
            "answerable": True, "answers": answers, "gold": sentences, **fields}  # fmt: skip


QUESTIONS = [
    question("loans", BALANCE, [["31250亿元"]], gold("loans", LOANS)),
    question("port", HOSTILE, [["5800万吨"]], gold("port", PORT), type="port"),
    {"id": "airport", "type": "unanswerable", "question": ABSENT, "answerable": False},
]
DRAFT = {
    "id": "draft-metro", "from": "rule amount", "time": "2026-11-20T08:00:00+00:00", "rank": 1,
    "row": question("draft-metro", "雾城地铁4号线6月日均客流是多少？", [["38.6万人次"]],
                    gold("metro", RIDERS)),
    "shown": {"title": "雾城地铁客流创新高", "source": "海湾日报", "published": "2024-07-18"},
}  # fmt: skip
FEEDBACK = {
    "id": "f1", "time": "2026-11-21T08:00:00+00:00", "user": "wang", "verdict": "down",
    "question": THROUGHPUT, "turns": [], "answer": "云城港6月吞吐量850万吨。",
    "right_answer": "5800万吨", "cited": ["port"], "quotes": [PORT], "model": "scripted",
    "index_version": "x@1",
}  # fmt: skip


class Teller:
    """An LLM that answers each question right or wrong, as ``wrong`` says, after ``pause`` s.

    The first question with ``SLOW`` in it takes as long as its asker waits, half a minute at most.
    """

    def __init__(self, *, wrong=(), pause=0.0):
        self.wrong, self.pause, self.calls, self.slowed = set(wrong), pause, 0, False

    def stream_chat(self, messages, **options):
        self.calls += 1
        asked = messages[-1].content
        said = "云城本外币贷款余额31250亿元[1]。"
        if "吞吐量" in asked:
            said = "云城港吞吐量5800万吨[1]。"
        if any(word in asked for word in self.wrong):
            said = "没有找到。"
        if SLOW in asked and not self.slowed:
            self.slowed = True
            return self._dawdle(said)
        return self._speak(said)

    def _dawdle(self, said):
        for _ in range(600):
            time.sleep(0.05)
            yield SimpleNamespace(delta="")  # what keeps a stream alive while it reads
        yield from self._speak(said)

    def _speak(self, said):
        time.sleep(self.pause)
        yield SimpleNamespace(delta=said)


def archive_at(folder: Path, articles=ARTICLES) -> Archive:
    """An archive in ``folder`` with a QA set, a queue of one draft and one reader's verdict."""
    encoder = FakeTokenEncoder()
    begin_archive(folder, encoder, command="test")
    if articles:
        ingest_articles(folder, articles, encoder)
    begin_anew(folder)
    return Archive.open(folder, encoder)


def begin_anew(folder: Path) -> None:
    """The set, the queue and the feedback as they were, and no run."""
    for name in ("qa", "runs", "desk"):
        shutil.rmtree(folder / name, ignore_errors=True)
    write_lines(folder / "qa" / "newsdesk.jsonl", QUESTIONS)
    write_lines(folder / "qa" / "drafts.jsonl", [DRAFT])
    write_lines(folder / "desk" / "feedback.jsonl", [FEEDBACK])


def engine_of(archive: Archive, llm=None) -> Engine:
    """An engine that asks ``llm`` every time, in the line that readers stand in."""
    model = "scripted" if llm is not None else ""
    engine = Engine(archive, FakeTokenEncoder(), llm, model=model, literal=False)
    return engine.bounded(Line(1).bound)


def desk_over(folder: Path, engine: Engine) -> EvalDesk:
    """The tab over the archive in ``folder``, with a record that needs no settings."""
    return EvalDesk(engine, folder, folder / "desk" / "feedback.jsonl", record)


def record(seed, sets):
    """What a run is made with, in short."""
    return {"settings": {"evidence": 6}, "prompts": {"answer": "abc"}, "seed": seed, "sets": {}}


def _main(log: Path) -> None:
    import ui

    folder = log.parent / "archive"
    engine = engine_of(archive_at(folder), Teller(pause=0.4))
    slow = question("slow", f"{SLOW}：{BALANCE}", [["31250亿元"]], gold("loans", LOANS))
    write_lines(folder / "qa" / "slow.jsonl", [slow])
    ui.serve(
        engine,
        port=0,
        evaluation=desk_over(folder, engine),
        on_ready=lambda url: print(url, flush=True),  # noqa: T201 - the test reads it
    )


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
