"""Where an archive keeps its QA sets, its runs and what waits for review. Knows no HTML.

``ARCHIVE/qa/*.jsonl`` are QA sets and, told apart by their rows, queues of ``suyuan qa draft``;
``ARCHIVE/runs/NAME/`` is a run, with the set it was asked and what was chosen of it. A browser
names none of these paths: it sends a name, which is looked up among those that are there.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.questions import Question, read_questions
from index.errors import BadInput

SAMPLE = "samples/qa.jsonl"  # its name in lists; a file of the archive has no slash in its name
MOST_BYTES = 2 * 2**20  # of an uploaded set: some 5,000 questions
MOST_FILES = 200  # listed of one folder: those changed last
_ROOT = Path(__file__).parents[1]
_SAMPLE_SET = _ROOT / "samples" / "qa.jsonl"
_SAMPLE_GATE = _ROOT / "eval" / "gates" / "samples.json"
_NOTES = ".reviewed"
_REVIEWED = f"{_NOTES}.jsonl"  # what eval.review keeps beside a set
_FIRST_LINE = 1_000_000  # bytes looked at to tell a queue from a set
_DATED = re.compile(r"\d{8}-\d{6}-")
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class SetFile:
    """A QA set that may be asked, by the name a list shows; ``gate``: its bars, if there are."""

    name: str
    path: Path
    gate: Path | None


@dataclass(frozen=True, slots=True)
class EvalFiles:
    """The evaluation's places in the folder of an archive."""

    archive: Path

    @property
    def qa(self) -> Path:
        """QA sets and queues."""
        return self.archive / "qa"

    @property
    def runs(self) -> Path:
        """A folder a run."""
        return self.archive / "runs"

    @property
    def reviewed(self) -> Path:
        """The set that accepted questions are added to."""
        return self.qa / "newsroom.jsonl"

    def sets(self) -> dict[str, SetFile]:
        """By name: the sample set, then those of the archive."""
        found = {}
        if _SAMPLE_SET.is_file():
            gate = _SAMPLE_GATE if _SAMPLE_GATE.is_file() else None
            found[SAMPLE] = SetFile(SAMPLE, _SAMPLE_SET, gate)
        for path in self._files():
            if not _is_queue(path):
                found[path.name] = SetFile(path.name, path, _gate_beside(path))
        return found

    def unlisted(self) -> int:
        """How many files of the folder are neither among the sets nor among the queues."""
        return max(0, len(self._usable()) - MOST_FILES)

    def queues(self) -> list[Path]:
        """What ``suyuan qa draft`` wrote here."""
        return [path for path in self._files() if _is_queue(path)]

    def run_folders(self) -> dict[str, Path]:
        """By name, the latest first; what is no run of ours is left out."""
        if not self.runs.is_dir():
            return {}
        folders = [
            path
            for path in self.runs.iterdir()
            if path.is_dir() and not path.is_symlink() and (path / "answers.jsonl").is_file()
        ]
        return {path.name: path for path in sorted(folders, key=_begun, reverse=True)}

    def keep_set(self, name: str, data: bytes) -> str:
        """Put an uploaded set among the others under a name of its own; the name.

        The same content under the same name stays one file.
        """
        self.qa.mkdir(parents=True, exist_ok=True)
        stem = safe_name(Path(name).stem)
        if stem.endswith(_NOTES):  # it would be hidden, and could pass for the notes of a review
            stem = stem.replace(".", "-")
        for number in range(1, MOST_FILES + 1):
            path = self.qa / (f"{stem}.jsonl" if number == 1 else f"{stem}-{number}.jsonl")
            if path.is_file() and path.read_bytes() == data:
                return path.name
            if not path.exists():
                path.write_bytes(data)
                return path.name
        raise BadInput(f"There are {MOST_FILES} sets called {stem} in {self.qa}: delete some.")

    def _files(self) -> list[Path]:
        """In the order of their names; of too many those changed last, so an upload is there."""
        usable = self._usable()
        if len(usable) > MOST_FILES:
            usable.sort(key=lambda path: (-path.stat().st_mtime_ns, path.name))
        return sorted(usable[:MOST_FILES])

    def _usable(self) -> list[Path]:
        if not self.qa.is_dir():
            return []
        return [
            path
            for path in self.qa.glob("*.jsonl")
            if path.is_file() and not path.is_symlink() and not path.name.endswith(_REVIEWED)
        ]


def safe_name(text: str) -> str:
    """A name for a file or a folder: letters of any script, digits, ``. _ -``; never hidden.

    >>> safe_name("../编辑部 9月"), safe_name("///")
    ('编辑部-9月', 'set')
    """
    return _UNSAFE.sub("-", text).strip(".-_")[:60] or "set"


def set_questions(path: Path) -> list[Question]:
    """The questions of a set.

    Raises:
        BadInput: It cannot be read; ``eval.rows.BadRows`` where single lines are the reason.
    """
    return read_questions(path)


def _gate_beside(path: Path) -> Path | None:
    """``NAME.gate.json`` or ``.toml`` beside ``NAME.jsonl``."""
    names = (path.with_name(f"{path.stem}.gate.{suffix}") for suffix in ("json", "toml"))
    return next((name for name in names if name.is_file()), None)


def _is_queue(path: Path) -> bool:
    """Whether its first row is a proposal: it has the row of a set inside."""
    try:
        with path.open("rb") as file:
            row: Any = json.loads(file.readline(_FIRST_LINE) or b"null")
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(row, dict) and isinstance(row.get("row"), dict)


def _begun(path: Path) -> str:
    """When a run was begun: by its name where the page named it, else by its record's file."""
    if _DATED.match(path.name):
        return path.name
    record = path / "answers.jsonl.run.json"
    written = (record if record.is_file() else path).stat().st_mtime
    return f"{datetime.fromtimestamp(written, UTC):%Y%m%d-%H%M%S}-{path.name}"
