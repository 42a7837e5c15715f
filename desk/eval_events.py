"""What the Evaluate tab does at each turn, over plain values. Knows nothing of Gradio or HTTP."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desk.check_events import Export
from desk.eval_chosen import MOST_QUESTIONS
from desk.eval_look import Look, moved, text_of
from desk.eval_place import EvalFiles
from desk.eval_refusals import busy, conditions, no_runs, no_sets, refusal, unlisted
from desk.eval_render import (
    Typed,
    render_faults,
    render_form,
    render_panes,
    render_runs,
    render_strip,
)
from desk.eval_run import MOST_SEED, Busy, NotTheSame, Record, Runner
from desk.eval_run_text import run_labels
from desk.eval_sets import Empty, Lost, Sets, TooBig, Unreadable, WrongKind
from desk.eval_shelf import Runs
from desk.eval_side import Side
from desk.eval_text import EvalLabels, eval_labels
from desk.events import reason
from desk.following import until_ended
from desk.html import flag
from desk.review_desk import ReviewDesk
from desk.review_events import Review
from desk.text import labels
from eval.rows import BadRows
from rag.engine import Engine

_PAGE = 20  # runs of the list
_SENT_MOST = 12 * 2**20  # bytes of a file handed to the browser inside an event
_TYPED = Typed()


@dataclass(frozen=True, slots=True)
class EvalView:
    """The tab's parts, as HTML."""

    top: str
    form: str
    listed: str
    side: str


@dataclass(frozen=True, slots=True)
class Turned:
    """What a click brings; None leaves a part as it is."""

    look: Look
    redraw: bool = False  # all of the tab
    side: str | None = None
    question: str | None = None
    source: str | None = None
    notice: str = ""
    file: Export | None = None
    strip: bool = False


class EvalDesk:
    """One archive's evaluation. Whoever calls says who the reader is, and whether an admin."""

    def __init__(self, engine: Engine, archive: Path, feedback: Path, record: Record) -> None:
        """``archive``: its folder; ``feedback``: readers' verdicts; ``record``: eval.run_record."""
        self._files = EvalFiles(archive)
        self._engine = engine
        self._sets = Sets(self._files, engine.archive)
        self._runs = Runs(self._files)
        self._runner = Runner(engine, self._files, record)
        self._side = Side(self._runs, self._files, engine.archive)
        review = Review(self._files, feedback, engine.archive)
        self._review = ReviewDesk(review, engine.archive, archive)

    def view(
        self, look: Look, lang: str, *, admin: bool, typed: Typed = _TYPED, said: str = ""
    ) -> EvalView:
        """All of the tab. ``said``: HTML below the form."""
        words = eval_labels(lang)
        try:
            waiting = self._review.count() if admin else None
            if look.pane == "review" and admin:
                listed, side = self._review.shown(look, lang)
                left_out = "".join(flag("warn", note) for note in unlisted(words, self._files))
                listed = left_out + listed
                return EvalView(render_panes(words, "review", waiting), "", listed, side)
            form = self._form(words, admin=admin, typed=typed, said=said)
            return EvalView(
                render_panes(words, "runs", waiting),
                form,
                self._listed(look, words, admin=admin),
                self._side.shown(look, lang, admin=admin),
            )
        except Exception as error:
            told = flag("error", reason(error, "showing the evaluation", labels(lang)))
            return EvalView(render_panes(words, look.pane, None), "", told, "")

    def strip(self, lang: str, *, admin: bool, ended: bool = False) -> str:
        """The run under way; ``ended``: also how the last one ended."""
        return render_strip(
            eval_labels(lang), self._runner.job(), now=time.monotonic(), admin=admin, ended=ended
        )

    def follow(self, lang: str, *, admin: bool) -> Iterator[str]:
        """The strip each time it has changed, until the run has ended."""
        return until_ended(
            lambda: self.strip(lang, admin=admin, ended=True),
            lambda: (job := self._runner.job()) is not None and job.running,
        )

    def start(
        self, sent: Mapping[str, object], look: Look, lang: str, *, user: str, admin: bool
    ) -> tuple[EvalView, bool]:
        """Begin a run; the tab as it is then, and whether one has begun."""
        words = eval_labels(lang)
        typed = Typed(text_of(sent, "set"), text_of(sent, "limit"), text_of(sent, "seed"))
        said = "" if admin else words.admins_only
        limit = _whole(typed.limit, 0 if not typed.limit.strip() else 1, MOST_QUESTIONS, empty=0)
        seed = _whole(typed.seed, 0, MOST_SEED, empty=0)
        if not said and not typed.set_name:
            said = words.no_set if self._files.sets() else no_sets(words, self._files)
        elif not said and limit is None:
            said = words.bad_limit.format(value=typed.limit[:20], most=MOST_QUESTIONS)
        elif not said and seed is None:
            said = words.bad_seed.format(value=typed.seed[:20])
        if not said:
            said = self._tried(
                lambda: self._runner.start(user, typed.set_name, limit=limit or 0, seed=seed or 0),
                lang,
            )
        told = flag("error", said) if said else ""
        return self.view(look, lang, admin=admin, typed=typed, said=told), not said

    def upload(self, sent: Mapping[str, object], look: Look, lang: str, *, admin: bool) -> EvalView:
        """Take a set in, or say line by line why not."""
        words, typed = eval_labels(lang), _TYPED
        name = str(sent.get("name"))[-100:]
        if not admin:
            return self.view(look, lang, admin=admin)
        try:
            kept, count = self._sets.keep(sent.get("name"), sent.get("data"))
            typed = Typed(kept, str(min(count, 10)))
            said = flag("note", words.upload_done.format(name=kept, count=count))
        except BadRows as error:
            said = render_faults(words, name, error.faults)
        except (Empty, Lost, TooBig, Unreadable, WrongKind) as error:
            said = flag("error", refusal(words, error))
        except Exception as error:
            said = flag("error", reason(error, "taking in a question set", labels(lang)))
        return self.view(look, lang, admin=admin, typed=typed, said=said)

    def turn(
        self, look: Look, sent: Mapping[str, object], lang: str, *, user: str, admin: bool
    ) -> Turned:
        """What a click asks for."""
        words, doing = eval_labels(lang), text_of(sent, "do")
        if (look_now := moved(look, sent)) is not None:
            return Turned(look_now, redraw=True, question="", source="")
        if doing == "question":
            return Turned(look, question=self._side.question(look, text_of(sent, "question"), lang))
        if doing == "source":
            asked = text_of(sent, "key"), text_of(sent, "source")
            return Turned(look, source=self._side.source(look, *asked, lang))
        if doing in ("report", "rows"):
            return self._saved(look, doing, lang)
        if not admin:
            return Turned(look, notice=flag("error", words.admins_only))
        if doing in ("accept", "reject", "skip", "look"):
            return self._judged(look, doing, sent, lang, user)
        if doing == "stop":
            self._runner.stop()
            return Turned(look)
        return self._changed(look, doing, lang, user)

    def close(self) -> None:
        """Stop a run, before the server ends."""
        self._runner.close()

    def _form(self, words: EvalLabels, *, admin: bool, typed: Typed, said: str) -> str:
        if not admin:
            return flag("note", words.admins_only)
        notes = [] if self._runner.model else [words.no_model]
        if not self._engine.archive.coverage().articles:
            notes = [words.empty_archive]
        notes += unlisted(words, self._files)
        if not self._files.sets():
            notes.append(no_sets(words, self._files))
        return render_form(words, self._sets.choices(), typed, notes=notes, said=said)

    def _listed(self, look: Look, words: EvalLabels, *, admin: bool) -> str:
        names = self._runs.names()
        pages = max(1, -(-len(names) // _PAGE))
        page = min(look.list_page, pages - 1)
        cards = self._runs.cards(names[page * _PAGE : (page + 1) * _PAGE])
        none = "" if cards else no_runs(words, self._files, admin=admin)
        return render_runs(words, cards, chosen=look.run, page=page, pages=pages, none=none)

    def _changed(self, look: Look, doing: str, lang: str, user: str) -> Turned:
        said = ""
        if doing == "resume":
            said = self._tried(lambda: self._runner.resume(user, look.run), lang)
        elif doing == "delete":
            said = self._tried(lambda: self._runner.delete(look.run), lang)
            if not said:
                gone = flag("note", run_labels(lang).deleted)
                return Turned(replace(look, run="", base=""), redraw=True, notice=gone)
        return Turned(look, redraw=True, notice=flag("error", said) if said else "", strip=True)

    def _judged(
        self, look: Look, doing: str, sent: Mapping[str, object], lang: str, user: str
    ) -> Turned:
        if doing == "look":
            return Turned(look, source=self._review.source(look, sent, lang))
        judged = self._review.judge(look, doing, sent, lang, user)
        if judged.side is not None:
            return Turned(judged.look, side=judged.side, source="")
        return Turned(judged.look, redraw=True, notice=judged.notice, source="")

    def _tried(self, act: Callable[[], object], lang: str) -> str:
        """Why it cannot be done; "" where it is."""
        words = eval_labels(lang)
        try:
            act()
        except NotTheSame as error:
            return words.changed.format(what=conditions(words, str(error)))
        except Busy:
            job = self._runner.job()
            return busy(words, job) if job else ""
        except Exception as error:
            return reason(error, "beginning a run", labels(lang))
        return ""

    def _saved(self, look: Look, doing: str, lang: str) -> Turned:
        try:
            file = self._file(look.run, doing, lang)
        except Exception as error:
            said = reason(error, f"writing out {look.run!r}", labels(lang))
            return Turned(look, notice=flag("error", said))
        if isinstance(file, str):
            return Turned(look, notice=flag("note", file))
        return Turned(look, file=file)

    def _file(self, run: str, doing: str, lang: str) -> Export | str:
        if doing == "report":
            return Export(f"{run}.html", "text/html", self._side.report(run))
        path = self._runs.rows_file(run)
        if path is None:
            return eval_labels(lang).gone
        if path.stat().st_size > _SENT_MOST:
            return self._side.too_big(path, lang)
        return Export(f"{run}.jsonl", "application/x-ndjson", path.read_text("utf-8"))


def _whole(text: str, least: int, most: int, *, empty: int) -> int | None:
    """The number that was typed; None for none that can be used."""
    text = text.strip()
    if not text:
        return empty
    if not text.isdecimal() or len(text) > 12:
        return None
    return int(text) if least <= int(text) <= most else None
