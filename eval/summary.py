"""What a run came to, as one small JSON file: the input of docs/results.md (``eval.results``).

Form: docs/runs.md. Knows nothing of how the figures are shown.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from eval.metrics_run import Run
from eval.metrics_score import Scored
from eval.metrics_set import QuestionSet, SetKind
from eval.metrics_table import table_json
from eval.retrieval_out import write_lines

Summary = dict[str, Any]


def run_summary(
    questions: QuestionSet, run: Run, scores: Sequence[Scored], *, command: str
) -> Summary:
    """Every measure by type with intervals, and what the run was made with."""
    said = any(row.status for row in run.rows.values())
    kind = "answers" if said and questions.kind is SetKind.RETRIEVAL else str(questions.kind)
    return {
        **summary_head(kind, questions.path, command=command),
        "questions": len(scores),
        "made_with": dict(run.made_with),
        "record": dict(run.record),
        "measures": table_json(scores),
    }


def summary_head(kind: str, path: Path, *, command: str) -> Summary:
    """What every summary begins with: its kind, the set by its last two names, day and command."""
    return {
        "kind": kind,
        "set": "/".join(path.parts[-2:]),
        "date": date.today().isoformat(),
        "command": command,
    }


def write_summary(summary: Mapping[str, Any], out: Path) -> None:
    """Write it, whole or not at all.

    Raises:
        BadInput: It cannot be written.
    """
    write_lines(json.dumps(summary, ensure_ascii=False, indent=1).splitlines(), out)
