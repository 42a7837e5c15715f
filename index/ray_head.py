"""Whether the head of a Ray cluster still answers. Plain sockets: never imports Ray.

Ray's C++ parts try to reach a head that died for a minute, since it may be started anew, and then
end the process, without an error that Python could see or a word (2.60).
"""

import os
import socket
import threading
import time
from collections.abc import Callable

_EVERY = 3.0  # seconds between two looks
_ANSWERS = 5.0  # seconds to connect
# Ray's own setting and its default; the line comes when three quarters of it are over.
_PATIENCE = "RAY_gcs_rpc_server_reconnect_timeout_s"
_SECONDS = 60.0
_SHARE = 0.75


class HeadWatch:
    """Looks at the head from a thread of its own until it is stopped.

    ``gone`` is called once, in that thread, with a line that says so, when nobody has answered for
    ``seconds``.
    """

    def __init__(
        self, where: tuple[str, int], gone: Callable[[str], None], *, seconds: float | None = None
    ) -> None:
        self._where = where
        self._gone = gone
        self._patience = _patience() if seconds is None else seconds
        self._stopped = threading.Event()
        threading.Thread(target=self._look, name="ray-head", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _look(self) -> None:
        answered = time.monotonic()
        while time.monotonic() < answered + self._patience:
            if self._stopped.wait(_EVERY):
                return
            if self._answers():
                answered = time.monotonic()
        if not self._stopped.is_set():
            host, port = self._where
            shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            self._gone(
                f"The head of the Ray cluster at {shown} no longer answers. What was committed"
                " stays: start the cluster anew and run the same command again, or without --ray."
            )

    def _answers(self) -> bool:
        try:
            socket.create_connection(self._where, _ANSWERS).close()
        except (ConnectionError, TimeoutError):
            return False
        except OSError:  # of this machine (no descriptor left, no name server): says nothing
            return True
        return True


def _patience() -> float:
    try:
        return _SHARE * float(os.environ.get(_PATIENCE, _SECONDS))
    except ValueError:
        return _SHARE * _SECONDS
