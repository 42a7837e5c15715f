"""``suyuan serve`` in a process of its own, and how much memory that holds."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

_SUYUAN = Path(sys.executable).with_name("suyuan")
_START_SECONDS = 300
_STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers."""

    url: str
    pid: int
    seconds_to_ready: float

    def memory(self) -> dict[str, float]:
        """MiB of the process: resident, and of that what is its own and no file's."""
        return memory_of(self.pid)


@contextmanager
def served(
    archive: Path, *flags: str, settings: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """``suyuan serve`` over ``archive`` until the block ends; what it says goes to stderr.

    ``settings`` are SUYUAN_* variables beside those of the environment.

    Raises:
        RuntimeError: It ended before it answered, or does not answer.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(_SUYUAN), "serve", "--archive", str(archive), "--port", str(port), *flags]
    started = time.monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, **(settings or {})}, stdout=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_ready(url, process)
        yield Served(url, process.pid, time.monotonic() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def memory_of(pid: int) -> dict[str, float]:
    """MiB that a process holds: ``resident`` and ``own`` (resident less what files back)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    kilobytes = {
        name: int(value.split()[0])
        for name, value in (line.split(":", 1) for line in lines)
        if name in ("VmRSS", "RssAnon")
    }
    return {
        "resident": round(kilobytes["VmRSS"] / 1024, 1),
        "own": round(kilobytes["RssAnon"] / 1024, 1),
    }


def _wait_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"suyuan serve ended with {process.returncode} before it answered")
        try:
            if httpx.get(f"{url}/api/health", timeout=10, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"suyuan serve did not answer within {_START_SECONDS} s")
