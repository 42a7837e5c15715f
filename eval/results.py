"""Write docs/results.md from kept summaries (docs/results/*.json): nothing is measured here.

A summary is what ``--summary`` of a command wrote, the output of a benchmark, or ``anchors.json``.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.results_tables import (
    anchors_table,
    answers_table,
    matrix_table,
    peer_answers_table,
    peer_retrieval_table,
    reading_table,
    retrieval_table,
    rgb_table,
)
from index.errors import BadInput

Summary = dict[str, Any]
_WORDS = ("about.md", "limits.md")
_NEEDS = {
    "retrieval": "measures",
    "answers": "measures",
    "qa": "measures",
    "rgb": "measures",
    "reading": "measures",
    "matrix": "configs",
    "peer-retrieval": "systems",
    "peer-answering": "theirs_to_ours",
    "anchors": "retrieval",
}


def read_summaries(folder: Path) -> list[Summary]:
    """Every summary in the folder, by file name.

    Raises:
        BadInput: There is none, or a file is none; names it.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise BadInput(
            f"{folder} has no summary; write one: suyuan eval retrieval … --summary FILE"
        )
    return [_summary(path) for path in paths]


def _summary(path: Path) -> Summary:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} is no summary: {error}") from None
    if isinstance(found, dict) and "theirs_to_ours" in found:
        found.setdefault("kind", "peer-answering")  # as benchmarks/answering.py --json prints it
        found.setdefault("set", path.stem)
    kind = found.get("kind") if isinstance(found, dict) else None
    if kind not in _NEEDS or _NEEDS[kind] not in found or not _is_whole(found):
        raise BadInput(f"{path} is no summary of a run: its kind is {kind!r}. Form: docs/runs.md")
    return dict(found)


def _is_whole(found: Summary) -> bool:
    """Whether every group, configuration or system of it has what its table reads."""
    kind = found["kind"]
    if kind == "anchors":
        return True
    if kind == "peer-answering":
        return all(
            isinstance(found.get(name, {}).get("p50"), dict) for name in ("ours", "LlamaIndex")
        )
    parts = found[_NEEDS[kind]]
    rows = parts if isinstance(parts, list) else parts.values() if isinstance(parts, dict) else [0]
    needed = {"matrix": {"name", "questions", "measures", "differences"},
              "peer-retrieval": {"types"}}  # fmt: skip
    wanted = needed.get(kind, {"questions", "measures"})
    return isinstance(found.get("set"), str) and all(
        isinstance(row, dict) and wanted <= row.keys() for row in rows
    )


def read_words(folder: Path) -> tuple[str, str]:
    """What the page says before its tables and behind them: ``about.md`` and ``limits.md``.

    Raises:
        BadInput: One of them is not there.
    """
    try:
        about, limits = ((folder / name).read_text(encoding="utf-8") for name in _WORDS)
    except OSError as error:
        raise BadInput(f"Cannot read {error.filename}: {error.strerror}") from None
    return about.strip(), limits.strip()


def results_page(summaries: Sequence[Summary], words: tuple[str, str]) -> str:
    """The page in Markdown, the same for the same summaries."""
    about, limits = words
    parts = [about, *_sections(summaries), limits, _made_with(summaries)]
    return "\n\n".join(part for part in [*parts, _commands(summaries)] if part) + "\n"


def _sections(summaries: Sequence[Summary]) -> Iterator[str]:
    anchors = next(iter(_of(summaries, "anchors")), {})
    if held := _of(summaries, "retrieval"):
        yield "## Search\n\nThe right article near the top, without the language model."
        yield from (retrieval_table(item, anchors) for item in held)
    if held := _of(summaries, "peer-retrieval"):
        yield (
            "## Search beside stock LlamaIndex\n\nThe same articles, questions and encoder weights "
            "in the same run (`benchmarks/retrieval.py`), LlamaIndex with its defaults."
        )
        yield from map(peer_retrieval_table, held)
    if held := [*_of(summaries, "qa"), *_of(summaries, "answers")]:
        yield "## Whole answers over an archive\n\nBundled models."
        yield from map(answers_table, held)
        yield anchors_table(anchors)
    if held := _of(summaries, "peer-answering"):
        yield (
            "## Whole answers beside stock LlamaIndex\n\nThe same articles, encoder, language "
            "model and server in the same run (`benchmarks/answering.py`)."
        )
        yield from map(peer_answers_table, held)
    if held := _of(summaries, "rgb"):
        yield "## RGB: answers from given documents\n\nChinese, five documents a question."
        yield from (rgb_table(item, anchors) for item in held)
    if held := _of(summaries, "reading"):
        yield "## Reading: one passage a question"
        yield from (reading_table(item, anchors) for item in held)
    if held := _of(summaries, "matrix"):
        yield "## Configurations\n\nWhy the defaults are what they are; the first row is today's."
        yield from map(matrix_table, held)


def _of(summaries: Iterable[Summary], kind: str) -> list[Summary]:
    return [item for item in summaries if item["kind"] == kind]


def _made_with(summaries: Sequence[Summary]) -> str:
    lines = []
    for item in summaries:
        record, made = item.get("record", {}), item.get("made_with", {})
        machine = record.get("machine", {})
        facts = [
            item.get("date", ""),
            *(f"{key} {value}" for key, value in made.items() if value),
            f"commit {record['commit']}" if record.get("commit") else "",
            " ".join(str(machine[key]) for key in ("cpu",) if machine.get(key)),
            f"{machine['cores']} cores" if machine.get("cores") else "",
            f"{machine['memory_gib']} GiB" if machine.get("memory_gib") else "",
            f"Python {machine['python']}" if machine.get("python") else "",
        ]
        if told := ", ".join(fact for fact in facts if fact):
            lines.append(f"- `{item['set']}` ({item['kind']}): {told}")
    return "## Made with\n\n" + "\n".join(lines) if lines else ""


def _commands(summaries: Sequence[Summary]) -> str:
    lines = [item["command"] for item in summaries if item.get("command")]
    if not lines:
        return ""
    # Paths are those of the machine it ran on: no command line of this page is for a console.
    told = "\n".join(dict.fromkeys([*lines, "suyuan eval results"]))
    return f"## Reproduce\n\n```text\n{told}\n```"
