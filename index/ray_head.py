"""Whether the head of a Ray cluster still answers. Plain sockets: never imports Ray.

Ray's C++ parts try to reach a head that died for 60 seconds and then end the process, without an
error that Python could see or a word (Ray 2.60: gcs_rpc_server_reconnect_timeout_s).
"""

import socket
import threading
from collections.abc import Callable

_EVERY = 3.0  # seconds between two looks
_ANSWERS = 5.0  # seconds to connect
_MISSES = 3  # in a row; one may be a machine that is busy


class HeadWatch:
    """Looks at the head from a thread of its own until it is stopped.

    ``gone`` is called once, in that thread, with a line that says so.
    """

    def __init__(self, where: tuple[str, int], gone: Callable[[str], None]) -> None:
        self._where = where
        self._gone = gone
        self._stopped = threading.Event()
        threading.Thread(target=self._look, name="ray-head", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _look(self) -> None:
        missed = 0
        while missed < _MISSES:
            if self._stopped.wait(_EVERY):
                return
            missed = 0 if self._answers() else missed + 1
        if not self._stopped.is_set():
            host, port = self._where
            self._gone(
                f"The head of the Ray cluster at {host}:{port} no longer answers. What was"
                " committed stays: start the cluster anew and run the same command again, or"
                " without --ray."
            )

    def _answers(self) -> bool:
        try:
            socket.create_connection(self._where, _ANSWERS).close()
        except OSError:
            return False
        return True
