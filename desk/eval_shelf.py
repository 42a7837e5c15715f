"""The runs of an archive, scored: for the list and, one at a time, to look into. No HTML.

Every number is ``eval``'s: rows are read, scored and held to bars as ``suyuan eval report`` does.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from desk.auth_user import LOCAL
from desk.eval_chosen import SET, Chosen, chosen_items, read_chosen
from desk.eval_place import EvalFiles, SetFile
from eval.gate import Held, hold_bars, read_gate
from eval.metrics_run import Run, read_run
from eval.metrics_score import Scored, score_run
from eval.metrics_set import QuestionSet, only, read_set
from eval.metrics_table import Mean, mean_of, values_of
from eval.report_plots import verdicts_of
from eval.run_record import file_hash
from index.errors import BadInput

_HEADLINES = ("cited", "over_refusal", "refusal_recall")
_CARDS, _OPENED = 200, 6  # kept in memory; the least recently used leaves first
_State = tuple[str | tuple[int, int], ...]


class Only(StrEnum):
    """Which questions of a run a list shows. A refusal is also right or wrong."""

    ALL = "all"
    RIGHT = "right"
    WRONG = "wrong"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"  # something in the answer is not in what it cites


@dataclass(frozen=True, slots=True)
class Card:
    """A run in the list. ``right`` None: nothing to judge; ``fault``: why it cannot be opened."""

    run: str
    set_name: str
    started: datetime
    model: str
    user: str = ""
    rows: int = 0
    total: int = 0
    right: Mean | None = None
    means: Mapping[str, Mean] = field(default_factory=dict)
    fault: str = ""
    resumable: bool = False

    @property
    def whole(self) -> bool:
        """Whether every question has its row."""
        return self.rows >= self.total


@dataclass(frozen=True, slots=True)
class Opened:
    """A run with its set, its scores, and its bars where its set has some."""

    card: Card
    questions: QuestionSet
    run: Run
    scores: Sequence[Scored]
    bars: Sequence[Held]
    set_hash: str


class Runs:
    """Reads runs when they have changed. Safe between threads."""

    def __init__(self, files: EvalFiles) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._cards: OrderedDict[_State, Card] = OrderedDict()
        self._opened: OrderedDict[_State, Opened] = OrderedDict()

    def names(self) -> list[str]:
        """All runs, the latest first."""
        return list(self._files.run_folders())

    def cards(self, names: Sequence[str]) -> list[Card]:
        """These runs; what cannot be read says why."""
        folders = self._files.run_folders()
        return [self._card(folders[name]) for name in names if name in folders]

    def opened(self, name: str) -> Opened:
        """One run with all there is to know of it.

        Raises:
            BadInput: There is none of that name here, or it cannot be read.
        """
        folder = self._files.run_folders().get(name)
        if folder is None:
            raise BadInput(f"There is no run {name[:100]!r} any more.")
        key = _state(folder)
        with self._lock:
            if found := self._opened.get(key):
                self._opened.move_to_end(key)
                return found
        found = self._open(folder)
        with self._lock:
            self._opened[key] = found
            if len(self._opened) > _OPENED:
                self._opened.popitem(last=False)
        return found

    def rows_file(self, name: str) -> Path | None:
        """The file of a run's rows; None where there is no such run."""
        folder = self._files.run_folders().get(name)
        return folder / "answers.jsonl" if folder else None

    def _card(self, folder: Path) -> Card:
        key = _state(folder)
        with self._lock:
            card = self._cards.get(key)
        if card is None:
            try:
                card = self._open(folder).card
            except BadInput as error:
                card = _faulty(folder, str(error))
        with self._lock:
            self._cards[key] = card
            if len(self._cards) > _CARDS:
                self._cards.popitem(last=False)
        return card

    def _open(self, folder: Path) -> Opened:
        chosen, known = read_chosen(folder), self._files.sets()
        asked = folder / SET
        begun = (folder / "answers.jsonl").stat().st_size > 0
        run = read_run(folder) if begun else Run(folder, {}, {})
        if chosen is None:  # of the command line: its record says by a hash which set it was
            said = run.record.get("sets", {}).get("questions", "")
            match = _by_hash(known, said)
            if match is None:
                raise BadInput(f"{folder.name}: its QA set is not in {self._files.qa}.")
            name, asked, gate = match.name, match.path, match.gate
            questions = only(read_set(asked), run.rows)
        else:
            name = chosen.set_name
            gate = known[name].gate if name in known else None
            items = chosen_items(asked, chosen)
            questions = only(read_set(asked), [item.id for item in items])
        scores = score_run(questions, run) if begun else []
        card = Card(
            folder.name,
            name,
            _started(folder, chosen.started if chosen else ""),
            run.made_with.get("model", ""),
            _named(chosen),
            len(scores),
            len(questions.questions),
            mean_of(verdicts_of(scores)),
            {n: found for n in _HEADLINES if (found := mean_of(values_of(scores, n)))},
            resumable=chosen is not None,
        )
        bars = hold_bars(read_gate(gate), scores) if gate and card.whole else []
        return Opened(card, questions, run, scores, bars, file_hash(asked))


def shown_questions(opened: Opened, which: Only, kind: str = "") -> list[Scored]:
    """The questions of this outcome and type ("": any), in the set's order."""
    return [
        score
        for score in opened.scores
        if _fits(score, which) and kind in ("", score.question.type)
    ]


def _fits(score: Scored, which: Only) -> bool:
    match which:
        case Only.ALL:
            return True
        case Only.RIGHT:
            return score.verdict is True
        case Only.WRONG:
            return score.verdict is False
        case Only.REFUSED:
            return score.row.refused
        case Only.UNSUPPORTED:
            return bool(score.row.unsupported)


def _by_hash(known: Mapping[str, SetFile], said: str) -> SetFile | None:
    found = (each for each in known.values() if said and file_hash(each.path) == said)
    return next(found, None)


def _faulty(folder: Path, fault: str) -> Card:
    chosen = read_chosen(folder)
    rows = (folder / "answers.jsonl").read_bytes().count(b"\n")
    return Card(
        folder.name,
        chosen.set_name if chosen else "",
        _started(folder, chosen.started if chosen else ""),
        "",
        rows=rows,
        fault=fault.replace(f"{folder}/", ""),
        resumable=chosen is not None,
    )


def _named(chosen: Chosen | None) -> str:
    """Who began a run; "" where nobody signs in."""
    return chosen.user if chosen and chosen.user != LOCAL.name else ""


def _started(folder: Path, said: str) -> datetime:
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return datetime.fromtimestamp((folder / "answers.jsonl").stat().st_mtime, UTC)


def _state(folder: Path) -> _State:
    """Changes with every row, and where a takedown has shortened the set that was asked."""
    files = (folder / "answers.jsonl", folder / SET)
    stats = [path.stat() for path in files if path.is_file()]
    return (folder.name, *((stat.st_mtime_ns, stat.st_size) for stat in stats))
