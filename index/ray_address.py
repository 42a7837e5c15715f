"""Where Ray is: what --ray may say, whether anything answers there, and why Ray did not.

Plain sockets and words: knows Ray's addresses and what it says, and never imports it.
"""

import importlib.util
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import BadInput, UserError

LOCAL = "local"  # the address of worker processes on this machine
AUTO = "auto"  # of the cluster that this machine is part of
_HOST_PORT = re.compile(
    r"(?P<host>[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]):(?P<port>\d{1,5})"
)
_ANSWERS = 5.0  # seconds to reach a machine: a SYN sent three times takes 3
_CAUSES = 8  # of an error, from Ray's own down to what was wrong; it has three
_VERSIONS = re.compile(r"Ray: (\S+)\s+Python: (\S+)")


class RayFailed(UserError):
    """Ray cannot be reached, or a worker could not do its work."""


def check_address(address: str) -> None:
    """Raises BadInput where Ray is not installed, or the address is none that works."""
    if importlib.util.find_spec("ray") is None:
        raise BadInput(
            '--ray needs Ray, which is not installed. Install it: pip install "suyuan[ray]"'
        )
    if address.startswith("ray://"):
        raise BadInput(
            f"--ray={address} is an address of Ray Client, through which Ray Data does not run. Run"
            " this on a machine of the cluster (ray start --address=HEAD:6379) with --ray=auto or"
            " --ray=HEAD:6379."
        )
    if address not in (LOCAL, AUTO) and host_port(address) is None:
        raise BadInput(
            f"--ray={address} is not known. Give --ray (workers on this machine), --ray=auto (the"
            " cluster that this machine is part of: ray start --address=HEAD:6379) or"
            " --ray=HOST:PORT (the cluster whose head listens there, as HEAD:6379)."
        )


def check_listening(address: str) -> None:
    """Raises RayFailed where a HOST:PORT cannot be reached: Ray would try for minutes."""
    where = host_port(address)
    if where is None:
        return
    try:
        socket.create_connection(where, _ANSWERS).close()
    except OSError as error:
        raise RayFailed(
            f"Nothing answers at {address} ({first_line(error)}). Is the head running there (ray"
            " start --head --port=PORT), and no firewall between?"
        ) from error


def host_port(address: str) -> tuple[str, int] | None:
    """The two parts of HOST:PORT; None where it is neither that nor a port."""
    found = _HOST_PORT.fullmatch(address)
    if found is None or not 0 < int(found["port"]) < 2**16:
        return None
    return found["host"].strip("[]"), int(found["port"])


def no_ray(address: str, error: BaseException) -> RayFailed:
    """The line for an error of Ray's when it was to connect."""
    chain = list(_causes(error))
    said = "\n".join(str(cause) for cause in chain)
    if "AuthenticationError" in said or any(
        type(cause).__name__ == "AuthenticationError" for cause in chain
    ):
        return RayFailed(
            f"Ray at {address} asks for its token, and what was sent is not it. Set"
            " RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN_PATH to a file with the cluster's token."
        )
    if len(versions := _VERSIONS.findall(said)) == 2:
        (its_ray, its_python), (our_ray, our_python) = versions
        return RayFailed(
            f"Ray at {address} is {its_ray} on Python {its_python}, here it is {our_ray} on Python"
            f" {our_python}. Install the same on all machines."
        )
    return RayFailed(
        f"No Ray at {address} ({first_line(chain[0])}). Is it running (ray status), and is this"
        " machine part of it (ray start --address=HEAD:6379)?"
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _ in range(_CAUSES):
        if found is None:
            return
        yield found
        found = found.__cause__


def first_line(error: BaseException) -> str:
    """What an error says in one line of at most 300 characters."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:300]


@contextmanager
def own_signals() -> Iterator[None]:
    """Ray takes SIGTERM over, which the command wants for itself."""
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if main:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def no_stderr() -> Iterator[None]:
    """The C++ parts say which log level they were told; what goes wrong is raised all the same."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
