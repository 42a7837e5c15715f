"""What a run asks, kept beside its rows, so that it can be gone on with. Asks nothing itself."""

import json
from dataclasses import dataclass
from pathlib import Path

from desk.eval_place import set_questions
from eval.predict import choose_items
from eval.questions import Question

SET, CHOSEN = "set.jsonl", "desk.json"  # beside the rows of a run
MOST_QUESTIONS = 5_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a run asks: the set's name, how many questions of it (0: all), drawn by which seed."""

    set_name: str
    limit: int
    seed: int
    ids: tuple[str, ...]  # the questions drawn
    user: str = ""
    started: str = ""


def draw_items(path: Path, limit: int, seed: int) -> list[Question]:
    """The questions of a set that a run begins with."""
    return choose_items(set_questions(path), limit=limit or MOST_QUESTIONS, seed=seed)


def chosen_items(path: Path, chosen: Chosen) -> list[Question]:
    """The questions that a run has drawn, as far as its set still has them."""
    wanted = frozenset(chosen.ids)
    return [item for item in set_questions(path) if item.id in wanted]


def read_chosen(folder: Path) -> Chosen | None:
    """What a run asks; None of a run that the page did not begin."""
    try:
        said = json.loads((folder / CHOSEN).read_text("utf-8"))
        return Chosen(
            str(said["set"]),
            int(said["limit"]),
            int(said["seed"]),
            tuple(map(str, said["ids"])),
            str(said.get("user", "")),
            str(said.get("started", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_chosen(folder: Path, chosen: Chosen) -> None:
    """Keep it beside the rows, before the first is there."""
    said = {
        "set": chosen.set_name,
        "limit": chosen.limit,
        "seed": chosen.seed,
        "ids": chosen.ids,
        "user": chosen.user,
        "started": chosen.started,
    }
    (folder / CHOSEN).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


def ids_in(path: Path) -> set[str]:
    """The questions that have a row; a line that was cut off has none."""
    ids = set()
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                ids.add(str(json.loads(line)["id"]))
            except (ValueError, KeyError, TypeError):
                continue
    return ids
