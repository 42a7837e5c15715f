"""Ray clusters of a test's own on loopback, with a token of their own; and who is left of them."""

import os
import socket
import subprocess
import sys
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from tests.api_setup import wait_for

ROOT = Path(__file__).parents[1]
_MARK = "SUYUAN_TEST_RAY"  # in the environment of every process that one of ours has started


class Family:
    """Processes and all they started, also those that have left their parents."""

    def __init__(self, folder):
        self.mark = uuid.uuid4().hex
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("RAY_")},
            "PYTHONPATH": str(ROOT),
            "RAY_USAGE_STATS_ENABLED": "0",
            "SUYUAN_TEST_ORDERS": str(folder),
            _MARK: self.mark,
        }

    def run(self, *args, **more):
        return subprocess.run(
            [sys.executable, *args],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            **more,
        )

    def alive(self):
        """Pid and command line of each that is no zombie."""
        wanted = f"{_MARK}={self.mark}".encode()
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (process / "environ").read_bytes().split(b"\0"):
                    line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if line:
                        found[int(process.name)] = line
            except (OSError, ProcessLookupError):
                continue
        return found

    def workers(self):
        """Those that encode: Ray gives its processes the name of their actor."""
        return [pid for pid, line in self.alive().items() if "MapWorker" in line.split(" ")[0]]

    def kill(self):
        for pid in self.alive():
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
        wait_for(lambda: not self.alive())


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Cluster(Family):
    """A head on loopback with ``cpus``; more nodes join with ``add_node``."""

    def __init__(self, folder, cpus):
        super().__init__(folder)
        self._home = tempfile.mkdtemp(prefix="ray-", dir="/tmp")  # a socket may have 107 characters
        token = Path(self._home) / "token"
        token.write_text(uuid.uuid4().hex)
        self.env |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(token)}
        self.address = f"127.0.0.1:{free_port()}"
        port = self.address.split(":")[1]
        try:
            self._start("--head", f"--port={port}", f"--temp-dir={self._home}", cpus=cpus)
        except BaseException:
            self.stop()
            raise

    def _start(self, *args, cpus):
        size = f"--object-store-memory={200 * 2**20}"
        more = (f"--num-cpus={cpus}", size, "--include-dashboard=false", "--disable-usage-stats")
        if "--head" not in args:
            more = more[:2]
        done = self.run("-m", "ray.scripts.scripts", "start", *args, *more)
        assert done.returncode == 0, done.stderr

    def add_node(self, cpus):
        """Join another node; returns the pids of its processes."""
        before = set(self.alive())
        self._start(f"--address={self.address}", cpus=cpus)
        return [pid for pid in self.alive() if pid not in before]

    def stop(self):
        self.kill()
        rmtree(self._home, ignore_errors=True)


@contextmanager
def cluster_of(folder, *, cpus):
    """A cluster that is ended with the block."""
    made = Cluster(folder, cpus)
    try:
        yield made
    finally:
        made.stop()
