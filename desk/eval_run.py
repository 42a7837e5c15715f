"""A QA set asked in the background, one at a time, in the line that readers stand in. No HTML."""

import json
import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desk.api_line import ASKER, Asker
from desk.eval_chosen import (
    SET,
    Chosen,
    chosen_items,
    draw_items,
    ids_in,
    read_chosen,
    write_chosen,
)
from desk.eval_place import EvalFiles, safe_name
from eval.predict import Row
from eval.qa import asker, run_questions
from eval.questions import Question
from eval.run_record import RECORD, TAKEN_UP, same_in
from index.errors import BadInput, UserError
from rag.engine import Engine

MOST_SEED = 2**31 - 1
_ENDING_SECONDS = 10.0
# Without a model a run is one search after another, and a thread that never pauses starves the
# readers' searches.
_PAUSE_SECONDS = 0.02
_LOG = logging.getLogger("suyuan.eval")

Record = Callable[[int, Mapping[str, Path]], Mapping[str, Any]]


class Busy(BadInput):
    """A run is under way: there is one at a time."""


class NotTheSame(BadInput):
    """A run cannot be gone on with: archive, model, prompts or settings are not the same."""


@dataclass(frozen=True, slots=True)
class Job:
    """A run as it goes on. ``done`` counts the ``kept`` questions of an earlier go too."""

    number: int
    run: str
    set_name: str
    user: str
    total: int
    kept: int
    done: int
    began: float  # by time.monotonic
    running: bool = True
    stopped: bool = False
    place: int = 0  # in the line before the LLM, from 1; 0 when not known to wait
    error: str = ""
    reference: str = ""  # of an unexpected error, to find its traceback in the log

    def seconds_left(self, now: float) -> float | None:
        """At the pace so far; None before the first question."""
        answered = self.done - self.kept
        if answered <= 0:
            return None
        return (now - self.began) / answered * (self.total - self.done)


class _Stopped(Exception):
    """Somebody has stopped the run."""


class Runner:
    """Begins, stops and takes up runs of one served archive. Safe between threads."""

    def __init__(self, engine: Engine, files: EvalFiles, record: Record) -> None:
        """``engine``: the readers' own, bounded by their line. ``record``: eval.run_record."""
        self._engine = engine
        self._files = files
        self._record = record
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    @property
    def model(self) -> str:
        """The language model that answers; "" without one."""
        return self._engine.model

    def job(self) -> Job | None:
        """The run under way, or the last one."""
        return self._job

    def start(self, user: str, set_name: str, *, limit: int = 0, seed: int = 0) -> Job:
        """Begin a run of a set by its name.

        Raises:
            Busy: One is under way.
            BadInput: No such set, or it cannot be read.
        """
        found = self._files.sets().get(set_name)
        if found is None:
            raise BadInput(f"There is no set {set_name[:100]!r}: reload the page.")
        with self._lock:
            self._require_free()
            items = draw_items(found.path, limit, seed)
            begun = datetime.now(UTC)
            name = f"{begun:%Y%m%d-%H%M%S}-{safe_name(found.path.stem)}-{secrets.token_hex(2)}"
            folder = self._files.runs / name
            folder.mkdir(parents=True)
            shutil.copyfile(found.path, folder / SET)
            ids = tuple(item.id for item in items)
            when = begun.isoformat(timespec="seconds")
            chosen = Chosen(set_name, limit, seed, ids, user, when)
            write_chosen(folder, chosen)
            return self._begin(folder, items, chosen, user, kept=0)

    def resume(self, user: str, run: str) -> Job:
        """Go on with a run that was stopped, by its name.

        Raises:
            Busy: One is under way.
            NotTheSame: It was begun under other conditions.
            BadInput: There is no such run here, or it does not say what it was made with.
        """
        folder = self._files.run_folders().get(run)
        chosen = read_chosen(folder) if folder else None
        if folder is None or chosen is None:
            raise BadInput(f"There is no run {run[:100]!r} to go on with: reload the page.")
        with self._lock:
            self._require_free()
            items = chosen_items(folder / SET, chosen)
            self._require_same(folder, chosen.seed)
            known = {item.id for item in items}
            kept = len(known & ids_in(folder / "answers.jsonl"))
            return self._begin(folder, items, chosen, user, kept=kept)

    def stop(self) -> None:
        """End the run before its next answer; what was answered stays."""
        self._stop.set()

    def close(self) -> None:
        """Stop and wait, before the server ends."""
        self.stop()
        if self._thread is not None:
            self._thread.join(_ENDING_SECONDS)

    def delete(self, run: str) -> None:
        """Delete a run's folder, by its name; nothing where there is none.

        Raises:
            Busy: It is under way.
        """
        folder = self._files.run_folders().get(run)
        with self._lock:
            if self._job is not None and self._job.running and self._job.run == run:
                raise Busy(f"{run} is under way: stop it first.")
            if folder is not None:
                shutil.rmtree(folder)

    def _require_free(self) -> None:
        job = self._job
        if job is not None and job.running:
            raise Busy(f"A run of {job.set_name} is under way: wait or stop it.")

    def _require_same(self, folder: Path, seed: int) -> None:
        try:
            before = dict(json.loads((folder / "answers.jsonl.run.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            raise BadInput(
                f"Run {folder.name} does not say what it was made with, so it cannot be gone on "
                "with: start a new one."
            ) from None
        now = {**self._made_with(), **same_in(self._record(seed, {}))}
        before = {k: v for k, v in before.items() if k not in (RECORD, TAKEN_UP)} | same_in(
            before.get(RECORD, {})
        )
        changed = [name for name in {**now, **before} if now.get(name) != before.get(name)]
        if changed:
            raise NotTheSame(", ".join(changed))

    def _made_with(self) -> dict[str, str]:
        return {"index": self._engine.archive.index_version, "model": self._engine.model}

    def _begin(
        self, folder: Path, items: list[Question], chosen: Chosen, user: str, *, kept: int
    ) -> Job:
        self._stop.clear()
        number = self._job.number + 1 if self._job else 1
        self._job = Job(
            number, folder.name, chosen.set_name, user, len(items), kept, kept, time.monotonic()
        )
        self._thread = threading.Thread(
            target=self._work, args=(folder, items, chosen), name="suyuan-eval", daemon=True
        )
        self._thread.start()
        _LOG.info("run %s of %d questions by %r", folder.name, len(items), user)
        return self._job

    def _work(self, folder: Path, items: list[Question], chosen: Chosen) -> None:
        ended: dict[str, Any] = {}
        # A question that waits for the LLM tells its place; Stop takes it out of the line.
        ASKER.set(Asker(self._stop, lambda place: self._tell(place=place)))
        try:
            done = iter(range(1, len(items) + 1))
            with ExitStack() as stack:
                run_questions(
                    self._engine,
                    items,
                    folder,
                    ask=self._asker(stack),
                    made_with=self._made_with(),
                    record=self._record(chosen.seed, {"questions": folder / SET}),
                    resume=True,
                    on_done=lambda: self._count(next(done)),
                )
        except _Stopped:
            ended["stopped"] = True
        except UserError as error:
            ended["error"] = str(error)
        except Exception as error:
            ended["reference"] = secrets.token_hex(3)
            _LOG.error("error %s in run %s", ended["reference"], folder.name, exc_info=error)
        self._tell(running=False, place=0, **ended)

    def _asker(self, stack: ExitStack) -> Callable[[Question], Row]:
        ask = asker(self._engine)
        if self._engine.model:
            from eval.token_meter import token_meter, with_tokens

            ask = with_tokens(ask, stack.enter_context(token_meter()), None)

        def asked(item: Question) -> Row:
            self._require_going()
            row = ask(item)
            self._require_going()  # cut off by Stop it is no answer: it is asked anew next time
            self._tell(place=0)
            time.sleep(_PAUSE_SECONDS)
            return row

        return asked

    def _require_going(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _count(self, done: int) -> None:
        if self._job is not None and done > self._job.kept:
            self._tell(done=done)

    def _tell(self, **changes: Any) -> None:
        if self._job is not None:
            self._job = replace(self._job, **changes)
