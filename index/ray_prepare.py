"""Worker processes of Ray that prepare articles, on this machine or on many: Ray's one home.

A dataset of Ray Data that is fed while it runs: a read task takes batches from a queue, a pool of
actors with an encoder each prepares them, and results come back in order. Ray retries nothing: a
read task done once more would take other batches from the queue, and the worker of a machine that
is lost would wait for room for ever. Knows no archive, and not what is sent again.
"""

import logging
import os
import pickle
import socket
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from index.errors import BadInput, UserError
from index.late import Projection
from index.prepare import PreparedBatch, prepare_batch
from index.ray_address import (
    LOCAL,
    check_listening,
    first_line,
    no_ray,
    no_stderr,
    own_signals,
)
from index.types import Article, Encoder

_MEMORY = 1_600_000_000  # bytes of a worker with the bundled encoder, measured 1.1e9 and growing
_STORE = 512 * 2**20  # bytes of Ray's object store here; what is under way needs 5 MB a worker
_AHEAD = 3  # batches a worker: one in work, one waiting, one done but not yet its turn
_CONNECTS = {  # seconds until a cluster that does not answer is given up; Ray's own add up to 120
    "RAY_gcs_server_port_wait_time_s": "1",  # one try
    "RAY_gcs_rpc_server_connect_timeout_s": "3",
    "RAY_py_gcs_connect_timeout_s": "8",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in a worker, sent back as a result: Ray would print a traceback."""

    said: str


def connect(address: str) -> None:
    """Connect this process to a cluster, or start Ray here; raises RayFailed."""
    check_listening(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Read when Ray is first imported; its C++ parts write to stderr past all loggers.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    # Else a thread of Ray Data that is late would start a second Ray after ours was left.
    os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")
    here: dict[str, Any] = {
        "include_dashboard": False,
        "object_store_memory": _STORE,
        "_node_ip_address": "127.0.0.1",  # no other machine is to reach it
    }
    if address != LOCAL:
        here = {}
        for name, seconds in _CONNECTS.items():
            os.environ.setdefault(name, seconds)
    with own_signals(), no_stderr(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ray
        import ray.data

        # It would say on stdout that a worker died, whatever ``log_to_driver`` is (2.60).
        ray._private.worker.print_to_stdstream = _say_nothing
        # Its handlers are set when it is imported; what goes wrong comes back as a result.
        for name in ("ray", "ray.data"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL, **here)
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            ray.shutdown()
            raise no_ray(address, error) from error


def _say_nothing(*args: object, **kwargs: object) -> None:
    return None


def head_address() -> str:
    """HOST:PORT of the head of the cluster that this process is connected to."""
    import ray

    return str(ray.get_runtime_context().gcs_address)


def disconnect() -> None:
    """Leave a cluster as it was, or end the Ray that was started here."""
    import ray

    ray.shutdown()


class Lost(Exception):
    """What Ray itself raised, in one line: a batch does not come back."""


class Workers:
    """As many workers as there is room for, of a Ray that this process is connected to.

    ``open_encoder`` is pickled and called in each; it must give the encoder called ``name``.
    ``threads``: CPUs of a worker. ``ahead``: batches that keep all of them at work.

    Raises, as its methods do:
        Lost: Ray failed; nothing more will come back.
    """

    def __init__(
        self,
        open_encoder: Callable[[], Encoder],
        name: str,
        projection: Projection | None,
        threads: int,
    ) -> None:
        import ray

        with _as_lost():
            count, needs = _room(ray.cluster_resources(), threads)
            self.ahead = _AHEAD * count
            self._feed = _start_feed()
            self._results = _results(self._feed, (open_encoder, name, projection), count, needs)

    def put(self, number: int, articles: Sequence[Article]) -> None:
        """Send a batch."""
        import ray

        with _as_lost():
            ray.get(self._feed.put.remote(pickle.dumps((number, list(articles)))))

    def next(self) -> tuple[int, PreparedBatch | Failure]:
        """Wait for the next batch and its number; they come in the order they were sent."""
        with _as_lost():
            found: tuple[int, PreparedBatch | Failure] = pickle.loads(next(self._results))
        return found

    def stop(self) -> None:
        """End the workers, at work or dead."""
        import ray

        with suppress(Lost), _as_lost():
            self._results.close()  # Ray Data's own thread before what it works on
        with suppress(Lost), _as_lost():
            ray.kill(self._feed)


@contextmanager
def _as_lost() -> Iterator[None]:
    import ray.exceptions

    try:
        yield
    except (ray.exceptions.RayError, ConnectionError, StopIteration) as error:
        raise Lost(f"{type(error).__name__}: {first_line(error)}") from error


def _room(resources: dict[str, float], threads: int) -> tuple[int, dict[str, float]]:
    """How many workers, and what each needs; a GPU each where there are any."""
    if gpus := int(resources.get("GPU", 0)):
        return gpus, {"num_cpus": 1, "num_gpus": 1}
    by_cpu = int(resources.get("CPU", 1) // threads)
    by_memory = int(resources.get("memory", _MEMORY) // _MEMORY)
    # No more threads than there are, else no worker would ever start.
    cpus = min(threads, max(1, int(resources.get("CPU", 1))))
    return max(1, min(by_cpu, by_memory)), {"num_cpus": cpus}


def _start_feed() -> Any:
    """A queue between this process and the read task."""
    import ray

    class Feed:
        def __init__(self) -> None:
            import asyncio

            self._batches: asyncio.Queue[bytes] = asyncio.Queue()

        async def put(self, batch: bytes) -> None:
            await self._batches.put(batch)

        async def get(self) -> bytes:
            return await self._batches.get()

    return ray.remote(Feed).options(num_cpus=0, max_concurrency=2).remote()


def _results(
    feed: Any, of_worker: tuple[Any, ...], count: int, needs: dict[str, float]
) -> Generator[bytes, None, None]:
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    # Ray Data would gather rows until it has 128 MB: each batch is a block of its own.
    context.target_max_block_size = 1
    source = ray.data.read_datasource(
        _source(feed), override_num_blocks=1, num_cpus=0, ray_remote_args={"max_retries": 0}
    )
    ready = source.map_batches(
        _Worker,
        fn_constructor_args=of_worker,
        batch_size=None,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=count, max_tasks_in_flight_per_actor=2),
        max_restarts=0,
        max_task_retries=0,
        **needs,
    )
    for table in ready.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
        for cell in table["batch"]:
            yield cell.as_py()


def _source(feed: Any) -> Any:
    import pyarrow as pa
    from ray.data import Datasource, ReadTask
    from ray.data.block import BlockMetadata

    def read() -> Iterable[Any]:
        import ray

        while True:
            batch = ray.get(feed.get.remote())
            yield pa.table({"batch": pa.array([batch], pa.large_binary())})

    class Source(Datasource):  # type: ignore[misc]
        def estimate_inmemory_data_size(self) -> None:
            return None

        def get_read_tasks(self, *args: object, **kwargs: object) -> list[Any]:
            return [ReadTask(read, BlockMetadata(None, None, None))]

    return Source()


class _Worker:
    """An actor: loads its encoder with its first batch, so that a failure comes back as a line."""

    def __init__(
        self, open_encoder: Callable[[], Encoder], name: str, projection: Projection | None
    ) -> None:
        self._open_encoder = open_encoder
        self._name = name
        self._projection = projection
        self._encoder: Encoder | None = None

    def __call__(self, table: Any) -> Any:
        import pyarrow as pa

        done = [self._answer(cell.as_py()) for cell in table["batch"]]
        return pa.table({"batch": pa.array(done, pa.large_binary())})

    def _answer(self, batch: bytes) -> bytes:
        number, articles = pickle.loads(batch)
        where = f"Ray worker on {socket.gethostname()}"
        result: PreparedBatch | Failure
        try:
            result = prepare_batch(self._loaded(), articles, self._projection)
        except UserError as error:
            result = Failure(f"{where}: {error}")
        except Exception as error:
            # Sent to the one who waits, who raises it.
            result = Failure(
                f"{where}: {type(error).__name__}: {first_line(error)}. What was committed stays:"
                " run the same command again; without --ray it shows where it came from."
            )
        return pickle.dumps((number, result), protocol=pickle.HIGHEST_PROTOCOL)

    def _loaded(self) -> Encoder:
        if self._encoder is None:
            encoder = self._open_encoder()
            if encoder.name != self._name:
                raise BadInput(
                    f"its encoder is {encoder.name}, the archive's {self._name}. Put the same model"
                    " folder there."
                )
            self._encoder = encoder
        return self._encoder
