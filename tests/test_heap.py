"""Freed memory goes back to the system though something behind it is still in use."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from index.heap import release_heap

_ROOT = Path(__file__).parents[1]
_ON_GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has heaps")
# Eight threads at once; malloc_info(3) prints <heap nr="0"> for each heap there is.
_HEAPS = """
import ctypes, sys, threading
from index.heap import share_heap
if sys.argv[1] == "shared":
    share_heap()
together = threading.Barrier(8)
def work():
    kept = [bytes(700) for _ in range(1000)]
    together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for each in threads: each.start()
for each in threads: each.join()
c = ctypes.CDLL(None)
c.malloc_info(0, ctypes.c_void_p.in_dll(c, "stdout"))
c.fflush(None)
"""
# The threads there are when the command shares its heap.
_THREADS = """
import os, sys, importlib
module = importlib.import_module("commands." + sys.argv[1])
def look():
    print(len(os.listdir("/proc/self/task")))
    sys.exit()
module.share_heap = look
getattr(module, sys.argv[1])()
"""
_LIMITS = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")
_PIECE = 100_000  # bytes: under 128 KiB, from where malloc asks the system for each piece


def _resident():
    """Memory in use by this process, in MB, as the system counts it."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can give holes back")
def test_holes_between_pieces_in_use_are_given_back():
    pieces = [b"x" * _PIECE for _ in range(2_000)]  # 200 MB
    kept = pieces[::20]
    full = _resident()
    del pieces
    release_heap()
    # 1,900 of 2,000 pieces are 190 MB; the pages at their edges stay.
    assert full - _resident() > 150
    assert all(piece == b"x" * _PIECE for piece in kept)


@_ON_GLIBC
@pytest.mark.parametrize(
    ("how", "environ", "one"),
    [
        ("shared", {}, True),
        ("own", {}, False),
        ("shared", {"MALLOC_ARENA_MAX": "4"}, False),
        ("shared", {"MALLOC_ARENA_MAX": ""}, True),
        ("shared", {"GLIBC_TUNABLES": "glibc.malloc.arena_max=4"}, False),
    ],
)
def test_threads_share_one_heap_unless_the_environment_says_how_many(how, environ, one):
    rest = {name: value for name, value in os.environ.items() if name not in _LIMITS}
    done = subprocess.run(
        [sys.executable, "-c", _HEAPS, how],
        cwd=_ROOT, env=rest | environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout.count("<heap nr=") == 1) is one


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
@pytest.mark.parametrize("command", ["serve", "mcp", "demo"])
def test_a_command_that_answers_shares_its_heap_before_its_first_thread(command):
    done = subprocess.run(
        [sys.executable, "-c", _THREADS, command],
        cwd=_ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "1\n"


def test_there_is_nothing_to_do_without_that_function(monkeypatch):
    monkeypatch.setattr("index.heap._trim", lambda: None)
    release_heap()
