"""``chroma run`` on loopback, for tests; its files are looked at from outside."""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from index.vectors_place import use_server

CHROMA = Path(sys.executable).parent / "chroma"
_SECONDS = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def running(data: Path, port: int):
    """A server over a folder; yields its address."""
    process = subprocess.Popen(
        [CHROMA, "run", "--path", data, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + _SECONDS
        while True:
            assert process.poll() is None, "chroma run has ended"
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert time.monotonic() < until, "chroma run does not listen"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def told(url: str):
    """As if SUYUAN_CHROMA_URL were this."""
    use_server(url)
    try:
        yield
    finally:
        use_server("")


def vacuum(data: Path) -> None:
    command = [CHROMA, "vacuum", "--path", data, "--force"]
    subprocess.run(command, check=True, capture_output=True)
