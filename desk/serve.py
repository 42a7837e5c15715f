"""Put an ASGI application on a port until a signal. Knows nothing of what it serves."""

import asyncio
import errno
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from desk.underway import Underway
from index.errors import BadInput
from index.heap import release_heap

DEFAULT_PORT = 7860
_PORTS_TRIED = 20
_LAST_PORT = 65535
# Each answer has a thread of its own, and the C library keeps what threads have freed: some 45 MiB
# between two trims at 20 users (docs/LOG.md).
_TRIM_SECONDS = 30
# For answers under way when the server is told to stop: most of the bundled model's take less
# (docs/LOG.md). All three together are less than the 10 s after which Docker kills.
_GRACE_SECONDS = 6
_LAST_SECONDS = 1  # for what still streams then
_FLUSH_SECONDS = 1  # for readers to take what was sent to them


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on ``port``, or on the next free one if ``port`` is the default.

    Raises:
        BadInput: The port is taken or not allowed, or ``host`` is not an address of this machine.
    """
    if not 0 <= port <= _LAST_PORT:  # getaddrinfo would quietly take it modulo 65536
        raise BadInput(f"Port {port} does not exist: choose one from 1 to {_LAST_PORT}.")
    last = port + _PORTS_TRIED if port == DEFAULT_PORT else port + 1
    for candidate in range(port, last):
        try:
            return _bound(host, candidate)
        except PermissionError:
            raise BadInput(
                f"Port {port} may not be opened by this user: choose one above 1023, "
                f"e.g. --port {DEFAULT_PORT}."
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise BadInput(
                    f"Cannot listen on {host}:{candidate} ({error.strerror or error}): "
                    "use an address of this machine, e.g. --host 127.0.0.1."
                ) from None
    taken = f"Port {port} is" if last == port + 1 else f"Ports {port} to {last - 1} are"
    raise BadInput(f"{taken} taken on {host}: choose another, e.g. --port {_other(port)}.")


def _other(port: int) -> int:
    return port + 1000 if port + 1000 <= _LAST_PORT else port - 1000


def address_of(listener: socket.socket) -> str:
    """The URL to open in a browser on this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    app: Any,
    listener: socket.socket,
    *,
    ready: Callable[[], None],
    closing: Callable[[], None],
    lasting: str = "",
) -> None:
    """Serve ``app`` until SIGINT or SIGTERM; a second one does not wait for answers under way.

    ``ready`` is called once it answers, ``closing`` when it is about to end: in the server's own
    event loop, to close the event streams that browsers hold open. Those are the addresses that
    begin with ``lasting``: an answer is waited for, they are not.
    """
    hurried = threading.Event()
    server = _server(Underway(app, lasting=lasting), closing, hurried)
    ended = threading.Event()

    def serve() -> None:
        try:
            server.run(sockets=[listener])
        finally:
            ended.set()

    def stop(number: int, frame: FrameType | None) -> None:
        if server.should_exit:
            hurried.set()
        server.should_exit = True

    # Signals are handled here and the server runs in a thread: uvicorn's own handling raises the
    # signal again when it is done, which would end the process before the caller has cleaned up.
    thread = threading.Thread(target=serve, name="suyuan-serve")
    in_main = threading.current_thread() is threading.main_thread()
    signals = (signal.SIGINT, signal.SIGTERM) if in_main else ()
    before = {number: signal.signal(number, stop) for number in signals}
    thread.start()
    try:
        while not server.started and not ended.wait(0.02):
            pass
        if server.started:
            ready()
        trimmed = time.monotonic()
        while not ended.wait(0.5):
            if time.monotonic() > trimmed + _TRIM_SECONDS:
                release_heap()
                trimmed = time.monotonic()
    finally:
        server.should_exit = True
        thread.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def _server(underway: Underway, closing: Callable[[], None], hurried: threading.Event) -> Any:
    """The server, not running yet: it ends once ``underway`` has settled, or at once if hurried."""
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            for listening in self.servers:
                listening.close()
            await self._settled()
            closing()
            loop = asyncio.get_running_loop()
            loop.call_later(_LAST_SECONDS, underway.end)
            loop.call_later(_LAST_SECONDS + _FLUSH_SECONDS, self._hang_up)
            await super().shutdown(sockets)

        def _hang_up(self) -> None:
            """On who does not read: uvicorn would wait, and tell of it in a traceback."""
            for connection in list(self.server_state.connections):
                connection.transport.abort()

        async def _settled(self) -> None:
            settled = asyncio.ensure_future(underway.settled(_GRACE_SECONDS))
            while not settled.done() and not hurried.is_set():
                await asyncio.wait((settled,), timeout=0.1)
            settled.cancel()

    return Server(
        uvicorn.Config(
            underway,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=_LAST_SECONDS + _FLUSH_SECONDS + 1,
            proxy_headers=False,  # else any local program gives itself another address per call
            server_header=False,
        )
    )


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind)
    try:
        if os.name == "posix":
            # A port just left by another run is free again; on Windows it would mean sharing it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except BaseException:
        listener.close()
        raise
    return listener
