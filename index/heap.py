"""One C heap for all threads, and its freed memory given back. Knows nothing of who used it."""

import ctypes
import os
from functools import cache
from typing import Any

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def share_heap() -> None:
    """Let threads that are started from now on share the first one's C heap (glibc only).

    glibc gives threads up to eight heaps a core, and a hole in one is no use to a thread of
    another: with a thread for each answer 12 kB an answer stayed (docs/LOG.md, "Where do 12 kB
    an answer stay?"). A limit that the environment sets is left as it is.
    """
    adjust = getattr(ctypes.CDLL(None), "mallopt", None)
    limited = os.environ.get("MALLOC_ARENA_MAX") or "arena_max" in os.environ.get(
        "GLIBC_TUNABLES", ""
    )
    if adjust is not None and not limited:
        adjust(_ARENA_MAX, 1)


def release_heap() -> None:
    """Return the C heap's free pages, 5 to 20 ms; nothing where the C library cannot (macOS)."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    """The function malloc_trim(3) of glibc; musl and macOS have none."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
