"""Batches that are prepared on Ray, and sent again where they do not come back.

They are those of the plain ingest and each goes to one encoder whole, so the archive is the same to
the byte, whoever died meanwhile. Imports Ray through ``index.ray_prepare`` alone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from index.late import Projection
from index.prepare import PreparedBatch
from index.ray_address import LOCAL, RayFailed, check_address, host_port
from index.ray_head import HeadWatch
from index.ray_prepare import Failure, Lost, Workers, connect, disconnect, head_address
from index.types import Article, Encoder

_RETRIES = 3  # in a row without a batch, as when memory runs out or machines are lost
_T = TypeVar("_T")


def check_ray(address: str) -> None:
    """Try to reach a cluster, before anything is written; local workers are not started.

    Raises:
        BadInput: Ray is not installed, or the address is none that works.
        RayFailed: no Ray there, or not one that this process can work with.
    """
    check_address(address)
    if address != LOCAL:
        connect(address)
        disconnect()


class RayPreparer:
    """An ``index.prepare.Preparer`` whose work is done by Ray."""

    def __init__(
        self,
        open_encoder: Callable[[], Encoder],
        name: str,
        projection: Projection | None,
        *,
        address: str = LOCAL,
        threads: int = 1,
        head_gone: Callable[[str], None] | None = None,
    ) -> None:
        """Connect, and start as many workers as there is room for: see ``ray_prepare.Workers``.

        ``head_gone`` hears, from another thread, that the cluster's head died: nothing more comes
        then, and Ray ends the process within a minute.

        Raises:
            RayFailed: there is no Ray at that address, or it cannot be started here.
        """
        check_address(address)
        self._address = address
        self._start = partial(Workers, open_encoder, name, projection, threads)
        self._sent = self._failed = 0
        self._under_way: deque[tuple[int, Sequence[Article]]] = deque()  # sent and not yet back
        self._workers: Workers | None = None
        self._head_gone = head_gone
        self._watch: HeadWatch | None = None
        self.ahead = 1
        self._until_done(self._started)

    def submit(self, articles: Sequence[Article]) -> None:
        """Send a batch to the workers."""
        batch = (self._sent, articles)
        self._until_done(lambda: self._started().put(*batch))
        self._under_way.append(batch)
        self._sent += 1

    def take(self) -> PreparedBatch:
        """Wait for the oldest batch; raises RayFailed with what the worker said."""
        result = self._until_done(self._oldest)
        if isinstance(result, Failure):
            raise RayFailed(result.said)
        self._under_way.popleft()
        self._failed = 0
        return result

    def close(self) -> None:
        """Disconnect: Ray ends the workers of this process."""
        try:
            if self._workers is not None:
                self._workers.stop()
            disconnect()
        finally:  # leaving waits for a dead head too
            if self._watch is not None:
                self._watch.stop()

    def _oldest(self) -> PreparedBatch | Failure:
        number, result = self._started().next()
        if number != self._under_way[0][0]:
            raise Lost(f"batch {number} came in the place of {self._under_way[0][0]}")
        return result

    def _started(self) -> Workers:
        """The workers; where there are none, new ones that have all that is under way."""
        if self._workers is None:
            connect(self._address)
            where = host_port(head_address()) if self._address != LOCAL else None
            if where and self._head_gone:
                self._watch = HeadWatch(where, self._head_gone)
            self._workers = self._start()
            self.ahead = self._workers.ahead
            for batch in self._under_way:
                self._workers.put(*batch)
        return self._workers

    def _until_done(self, step: Callable[[], _T]) -> _T:
        while True:
            try:
                return step()
            except Lost as error:
                self._failed += 1
                if self._failed > _RETRIES:
                    raise RayFailed(
                        f"Ray failed {self._failed} times in a row ({error}). What was committed"
                        " stays: run the same command again, or without --ray."
                    ) from error
                # Old workers hold their CPUs until the process that asked for them has left.
                self.close()
                self._workers = None
