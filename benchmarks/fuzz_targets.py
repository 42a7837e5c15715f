"""What is fuzzed: each reader, parser and endpoint that takes what strangers wrote.

A target makes an input from a random generator and puts it through one part of the program. It
returns normally, or raises ``UserError``; anything else is a fault. Knows nothing of how many.
"""

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks import fuzz_inputs as inputs
from desk.archive_find import find_articles
from desk.archive_shelf import Shelf
from desk.check_upload import upload_text
from eval.questions import read_questions
from eval.review import read_feedback, read_queue
from index.archive import Archive
from index.decode import clean_text, decode
from index.errors import UserError
from index.figures import parse_figures
from index.filters import FilterValues, SearchFilter, check_filters
from index.periods import parse_periods
from index.readers import read_file
from index.types import Article
from rag.cite import MarkerGate, read_statements, write_answer
from rag.draft_claims import cut_claims
from rag.export import answer_json
from rag.types import Filters, Turn
from rag.understand import understand
from tests.api_setup import BALANCE
from tests.scripted_llm import PRINTED, ScriptedLLM, engine_over, evidence_of, turn

FILE_KINDS = (".txt", ".html", ".md", ".pdf", ".jsonl", ".json", ".csv", ".txt.gz")


class Broken(AssertionError):
    """A result that no input may lead to."""


@dataclass(frozen=True, slots=True)
class Target:
    """One part under test: ``run(make(rng))`` must return or raise ``UserError``."""

    name: str
    make: Callable[[random.Random], Any]
    run: Callable[[Any], object]


def targets(folder: Path, client: Any = None, archive: Archive | None = None) -> list[Target]:
    """All targets; files are written to ``folder``.

    ``client`` is the API's test client, ``archive`` what an engine answers from; without them
    their targets are left out.
    """
    found = inputs.seeds()
    files = [
        Target(
            f"read {kind}", _mutating(found[kind]), _reading(folder / f"海湾日报-20240718{kind}")
        )
        for kind in FILE_KINDS
    ]
    tables = [
        Target(f"{name} file", _mutating(found[kind]), _rows(read, folder / f"{name}.jsonl"))
        for name, kind, read in (
            ("QA", "qa", read_questions),
            ("queue", "qa", read_queue),
            ("feedback", "feedback", read_feedback),
        )
    ]
    texts = [
        Target("decode", _mutating([*found[".txt"], *found[".html"]]), decode),
        Target("clean text", inputs.text, clean_text),
        Target("figures", inputs.text, _figures),
        Target("periods", _dated_text, _periods),
        Target("question", _question, _understood),
        Target(
            "claims of a draft", _dated_text, lambda given: cut_claims(given[0], anchor=given[1])
        ),
        Target("upload of a draft", _upload, lambda given: upload_text(*given)),
        Target("filters", _filter, lambda given: check_filters(_Papers(), given)),
        Target("stream of an answer", _pieces, _streamed),
    ]
    api = [Target("API", _request, lambda given: _posted(client, *given))] if client else []
    return [*files, *tables, *texts, *(_over(archive) if archive else []), *api]


def _mutating(sources: list[bytes]) -> Callable[[random.Random], bytes]:
    return lambda rng: inputs.mutated(rng, sources)


def _reading(path: Path) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        path.write_bytes(data)
        for item in read_file(path):
            if isinstance(item, Article):
                item.body.encode()
                if not (item.id and item.body.strip()):
                    raise Broken(f"an article without id or text: {item!r}")
            elif "\n" in str(item.reason) or not str(item.reason).strip():
                raise Broken(f"a reason that is no line: {item.reason!r}")

    return run


def _rows(read: Callable[[Path], object], path: Path) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        path.write_bytes(data)
        read(path)

    return run


def _figures(text: str) -> None:
    for figure in parse_figures(text):
        if not 0 <= figure.start < figure.end <= len(text):
            raise Broken(f"a figure outside its text: {figure!r}")


def _dated_text(rng: random.Random) -> tuple[str, date]:
    return inputs.text(rng), date(1800, 1, 1) + timedelta(days=rng.randrange(146_000))


def _periods(given: tuple[str, date]) -> None:
    text, anchor = given
    for span in parse_periods(text, anchor=anchor if anchor.day > 1 else None):
        if text[span.start : span.end] != span.text or span.since > span.until:
            raise Broken(f"a period that is not its text or ends before it begins: {span!r}")


def _question(rng: random.Random) -> tuple[str, tuple[Turn, ...], date]:
    turns = tuple(
        turn(_whole(inputs.text(rng, 200)), _whole(inputs.text(rng, 400)))
        for _ in range(rng.randrange(3))
    )
    return inputs.text(rng, 600), turns, _dated_text(rng)[1]


def _whole(text: str) -> str:
    """Without halves of characters: what was understood and answered before has none."""
    return text.encode(errors="ignore").decode()


def _understood(given: tuple[str, tuple[Turn, ...], date]) -> None:
    question, turns, anchor = given
    query, _ = understand(question, history=turns, filters=Filters(), anchor=anchor)
    query.question.encode()


def _upload(rng: random.Random) -> tuple[object, object]:
    name = rng.choice(("稿.txt", "a.md", "b.html", "../../etc/passwd.txt", "c.exe", "", None, 7))
    if rng.random() < 0.1:
        return inputs.value(rng), inputs.value(rng)
    data = base64.b64encode(inputs.mutated(rng, _DRAFTS)).decode()
    return name, data[: rng.randrange(len(data) + 1)] if rng.random() < 0.2 else data


_DRAFTS = [source for kind in (".txt", ".md", ".html") for source in inputs.seeds()[kind]]


class _Papers:
    """What a small archive can be narrowed to."""

    def filter_values(self) -> FilterValues:
        names = ((("王小明",), "本报记者 王小明"),)
        return FilterValues(sources=("海湾日报",), sections=("A02版",), credits=names)


def _filter(rng: random.Random) -> SearchFilter:
    def names() -> tuple[str, ...]:
        return tuple(inputs.text(rng, 60) for _ in range(rng.randrange(3)))

    days = [_dated_text(rng)[1] if rng.random() < 0.5 else None for _ in range(2)]
    return SearchFilter(days[0], days[1], names(), names(), names())


def _pieces(rng: random.Random) -> list[str]:
    text, pieces = inputs.text(rng), []
    while text:
        size = rng.randint(1, 9)
        pieces.append(text[:size])
        text = text[size:]
    return pieces


_BARRED = "亿"  # one character: no cut can split it
_EVIDENCE = [evidence_of(1, "步道总长12公里。"), evidence_of(2, "步道改造投资1.2亿元。")]


def _streamed(pieces: list[str]) -> None:
    gate = MarkerGate(count=len(_EVIDENCE), allowed=lambda said: _BARRED not in said)
    shown = "".join([*map(gate.feed, pieces), gate.finish()])
    if _BARRED in shown:
        raise Broken(f"what is not allowed was shown: {shown!r}")
    statements = read_statements("".join(pieces), count=len(_EVIDENCE))
    text, citations = write_answer(statements, _EVIDENCE)
    if not {item.marker for item in citations} <= {1, 2}:
        raise Broken(f"an invented citation: {citations!r} of {text!r}")


def _over(archive: Archive) -> list[Target]:
    shelf = Shelf.of(archive.articles())
    return [
        Target("words of a model", _pieces, _answering(archive)),
        Target(
            "archive tab",
            lambda rng: inputs.text(rng, 300),
            lambda text: find_articles(archive, shelf, text),
        ),
    ]


def _answering(archive: Archive) -> Callable[[list[str]], None]:
    def run(pieces: list[str]) -> None:
        answer = engine_over(archive, ScriptedLLM(pieces)).ask(BALANCE, today=PRINTED)
        for item in answer.citations:
            body = archive.article(item.article_id).body
            if body[item.start : item.end] != item.quote:
                raise Broken(f"a quote that does not stand in its article: {item!r}")
        json.dumps(answer_json(answer), ensure_ascii=False).encode()

    return run


_ADDRESSES = ("/api/ask", "/api/search", "/api/check", "/v1/chat/completions")


def _request(rng: random.Random) -> tuple[str, bytes]:
    if rng.random() < 0.2:
        return rng.choice(_ADDRESSES), inputs.mutated(rng, _BODIES)
    body = {inputs.key(rng): inputs.value(rng) for _ in range(rng.randrange(4))}
    if rng.random() < 0.7:
        body |= rng.choice(_ASKED)
    sent = json.dumps(body, ensure_ascii=rng.random() < 0.5).encode(errors="surrogatepass")
    return rng.choice(_ADDRESSES), sent


_ASKED: tuple[dict[str, object], ...] = (
    {"question": "云城6月末贷款余额是多少？"},
    {"text": "6月末，云城贷款余额31520亿元。"},
    {"model": "suyuan", "messages": [{"role": "user", "content": "云城港6月吞吐量？"}]},
)
_BODIES = [json.dumps(body, ensure_ascii=False).encode() for body in _ASKED]


def _posted(client: Any, path: str, body: bytes) -> None:
    got = client.post(path, content=body, headers={"Content-Type": "application/json"})
    if got.status_code not in (200, 400, 404, 413, 422):
        raise Broken(f"{path} answered {got.status_code}: {got.text[:200]}")
    if "Traceback" in got.text or 'File "' in got.text:
        raise Broken(f"{path} shows a traceback: {got.text[:200]}")
    if got.status_code != 200 and set(got.json()) != {"error"}:
        raise Broken(f"{path} refused in another shape: {got.text[:200]}")


def fault_of(target: Target, given: object) -> Exception | None:
    """What the target lets out that it may not; None when all is well."""
    try:
        target.run(given)
    except UserError as error:
        if "\n" in str(error).strip():
            return Broken(f"{target.name}: an error of several lines: {error}")
        return None
    except Exception as error:
        return error
    return None
