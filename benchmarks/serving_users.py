"""Simulated users of the HTTP API: each from an address of its own, one question after another.

A server counts calls by address, and 127.0.0.0/8 has enough of them. A user who is told to wait
(429) waits and asks again, as a program should; that time is part of the answer's.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from benchmarks.planted_made import Planted

_TIMEOUT = 120.0
_MOST_WAITS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What one question came to."""

    wanted: Planted
    user: int
    evidence_seconds: float  # until the evidence was there
    seconds: float  # until the answer was whole
    cited: tuple[str, ...]  # ids of the articles it rests on; of a search that of its best sentence
    heard: str  # the question as the server says it was asked
    status: str = ""
    waits: int = 0  # times told to wait
    error: str = ""

    @property
    def right(self) -> bool:
        """Whether it is to this question, and rests on the article that answers it alone."""
        asked = not self.error and self.heard == self.wanted.question
        return asked and self.cited == (self.wanted.article_id,)


class User:
    """One client with its own address: 127.0.1.1, 127.0.1.2 and so on."""

    def __init__(self, url: str, number: int) -> None:
        self._number = number
        address = f"127.0.{1 + number // 250}.{1 + number % 250}"
        transport = httpx.HTTPTransport(local_address=address)
        self._client = httpx.Client(base_url=url, transport=transport, timeout=_TIMEOUT)

    def ask(self, wanted: Planted) -> Asked:
        """``POST /api/ask``, streamed."""
        return self._timed(wanted, self._stream)

    def search(self, wanted: Planted) -> Asked:
        """``POST /api/search``."""
        return self._timed(wanted, self._search)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _timed(
        self, wanted: Planted, call: Callable[[Planted, float, int], Asked | float]
    ) -> Asked:
        started = time.monotonic()
        error = "still told to wait"
        for waits in range(_MOST_WAITS):
            try:
                got = call(wanted, started, waits)
            except (httpx.HTTPError, ValueError, KeyError, IndexError) as raised:
                error = f"{type(raised).__name__}: {raised}"[:200]
                break
            if isinstance(got, Asked):
                return got
            time.sleep(got)
        seconds = time.monotonic() - started
        return Asked(wanted, self._number, seconds, seconds, (), "", error=error)

    def _stream(self, wanted: Planted, started: float, waits: int) -> Asked | float:
        evidence = 0.0
        body = {"question": wanted.question, "stream": True}
        with self._client.stream("POST", "/api/ask", json=body) as response:
            if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                return _pause(response)
            response.raise_for_status()
            name = ""
            for line in response.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data" and name == "found":
                    evidence = time.monotonic() - started
                elif field == "data" and name == "error":
                    raise ValueError(value)
                elif field == "data" and name == "answered":
                    answer = json.loads(value)["answer"]
                    cited = dict.fromkeys(each["article_id"] for each in answer["citations"])
                    return Asked(
                        wanted, self._number, evidence, time.monotonic() - started, tuple(cited),
                        answer["question"]["asked"], answer["status"], waits,
                    )  # fmt: skip
        raise ValueError("the stream ended without an answer")

    def _search(self, wanted: Planted, started: float, waits: int) -> Asked | float:
        response = self._client.post("/api/search", json={"question": wanted.question})
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return _pause(response)
        response.raise_for_status()
        found = response.json()
        seconds = time.monotonic() - started
        best = found["evidence"][0]["article_id"]
        return Asked(
            wanted, self._number, seconds, seconds, (best,), found["question"]["asked"], "", waits
        )


def ask_together(
    url: str,
    questions: Sequence[Planted],
    *,
    users: int,
    how: str,
    think: float,
    seconds: float = 0.0,
    seed: int = 1,
) -> list[Asked]:
    """All questions once by so many users at once, or for so many ``seconds`` again and again.

    User ``u`` of ``n`` asks questions ``u``, ``u + n`` … as ``how`` says: "ask" or "search". Before
    each it thinks, an exponential time of ``think`` seconds on average.
    """
    answers: list[Asked] = []
    lock = threading.Lock()
    deadline = time.monotonic() + seconds if seconds else None

    def work(number: int) -> None:
        user, pause = User(url, number), random.Random(f"{seed} {number}")
        own = questions[number::users]
        turn = 0
        while own and (time.monotonic() < deadline if deadline else turn < len(own)):
            time.sleep(pause.expovariate(1 / think) if think else 0)
            wanted = own[turn % len(own)]
            got = user.ask(wanted) if how == "ask" else user.search(wanted)
            turn += 1
            with lock:
                answers.append(got)
        user.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _pause(response: httpx.Response) -> float:
    """Seconds that the server wants the next call to wait."""
    response.read()
    return min(float(response.headers.get("Retry-After", "1")), 10.0)
