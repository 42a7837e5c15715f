"""Systems that answer, asked turn and turn about. Knows nothing of how they are built or scored."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from commands.progress import count_progress
from eval.match import parts_right, without_markers
from eval.predict import Row, answer_row
from eval.retrieval_queries import RetrievalQuery
from eval.token_meter import TokenMeter
from rag.clock import Clock
from rag.messages import answer_messages
from rag.types import Answered, Delta, Found, Status
from rag.understand import understand

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from benchmarks.llamaindex_engine import CitationPeer
    from rag.engine import Engine

_UNDATED = date(2000, 1, 1)  # where no article has a date: not the day of the run
_WARM_UP = RetrievalQuery("warm-up", "null", "昨天的报纸一共有几个版？")

Keep = Callable[[Row], None]


class System(Protocol):
    """One that answers."""

    def prepare(self, query: RetrievalQuery) -> None:
        """Put the fixed part of its prompt into the server's prefix cache."""

    def ask(self, query: RetrievalQuery) -> Row:
        """Answer: ``output``, ``cited``, ``status`` and ``timings`` of a row of eval.predict."""


class Ours:
    """The engine as ``suyuan ask`` has it, asked on the archive's last day."""

    def __init__(self, engine: "Engine", llm: "LLM") -> None:
        self._engine = engine
        self._llm = llm
        self._today = engine.archive.coverage().last or _UNDATED

    def prepare(self, query: RetrievalQuery) -> None:
        """The system prompt, in the question's language."""
        asked, _ = understand(query.question, anchor=self._today)
        self._llm.chat(answer_messages(asked, ())[:1], max_tokens=1)

    def ask(self, query: RetrievalQuery) -> Row:
        """What a user of the page sees, and when.

        Raises:
            RuntimeError: The LLM failed, and the sentences alone were given.
        """
        clock, answer = Clock(), None
        for event in self._engine.stream(query.question, today=self._today):
            if isinstance(event, Found):
                clock.lap("evidence")
            elif isinstance(event, Delta):
                clock.first("first_word")
            elif isinstance(event, Answered):
                clock.first("first_word")
                answer = event.answer
        timings = clock.stop()
        if answer is None or answer.status is Status.EVIDENCE_ONLY:
            raise RuntimeError(" ".join(answer.notes) if answer else "no answer came")
        return {**answer_row(query.id, answer, ()), "timings": timings}


class Theirs:
    """The stock engine. A refusal with all that was asked for in it passes for an answer."""

    def __init__(self, peer: "CitationPeer", llm: "LLM") -> None:
        self._peer = peer
        self._llm = llm

    def prepare(self, query: RetrievalQuery) -> None:
        """Its instructions and its example."""
        from benchmarks.llamaindex_engine import fixed_prefix

        self._llm.chat(fixed_prefix(), max_tokens=1)

    def ask(self, query: RetrievalQuery) -> Row:
        """What its stream says, and when."""
        reply = self._peer.ask(query.question)
        words = without_markers(reply.text)
        right = bool(query.answers) and all(parts_right(words, query.answers))
        return {
            "id": query.id,
            "output": words,
            "answer": reply.text,
            "cited": list(reply.cited),
            "status": str(Status.NOT_FOUND if reply.refused and not right else Status.ANSWERED),
            "timings": reply.timings,
            "unsupported": [],  # nothing of it is checked
        }


def run_systems(
    systems: Mapping[str, System],
    queries: Sequence[RetrievalQuery],
    meter: TokenMeter,
    *,
    keep: Keep = lambda _: None,
) -> dict[str, list[Row]]:
    """A row per query and system, with ``tokens_in`` and ``tokens_out``.

    Another one is first each time. One that breaks gets a row with an ``error``, and it goes on.
    """
    for system in systems.values():
        _asked(system, _WARM_UP, meter)
    rows: dict[str, list[Row]] = {name: [] for name in systems}
    with count_progress(len(queries), "queries") as count:
        for turn, query in enumerate(queries):
            names = list(systems) if turn % 2 == 0 else list(reversed(systems))
            for name in names:
                row = {"system": name, **_asked(systems[name], query, meter)}
                rows[name].append(row)
                keep(row)
            count()
    return rows


def _asked(system: System, query: RetrievalQuery, meter: TokenMeter) -> Row:
    try:
        system.prepare(query)
        meter.clear()
        row = system.ask(query)
    except Exception as error:  # what a peer may raise is not ours to know
        fault = f"{type(error).__name__}: {error}"
        print(f"{query.id}: {type(system).__name__} broke: {fault}"[:300], file=sys.stderr)
        return {"id": query.id, "error": fault}
    tokens = meter.total()
    return {**row, "tokens_in": tokens["prompt"], "tokens_out": tokens["completion"]}
