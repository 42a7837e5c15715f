"""Freed memory goes back to the system though something behind it is still in use."""

import platform
import re
from pathlib import Path

import pytest

from index.heap import release_heap

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


def test_there_is_nothing_to_do_without_that_function(monkeypatch):
    monkeypatch.setattr("index.heap._trim", lambda: None)
    release_heap()
