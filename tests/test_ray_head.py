"""Whoever stops listening is told of once; whoever listens, or is looked at no more, never."""

import queue
import socket

import pytest

from index.ray_head import HeadWatch


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr("index.ray_head._EVERY", 0.02)


@pytest.fixture
def head():
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening


def test_a_head_that_stops_listening_is_told_of_once_and_in_one_line(head):
    told = queue.Queue()
    where = head.getsockname()
    HeadWatch(where, told.put)
    with pytest.raises(queue.Empty):
        told.get(timeout=0.3)  # it listens
    head.close()
    line = told.get(timeout=5)
    assert line.startswith(f"The head of the Ray cluster at 127.0.0.1:{where[1]} no longer answers")
    assert "\n" not in line
    with pytest.raises(queue.Empty):
        told.get(timeout=0.3)


def test_a_watch_that_is_stopped_says_nothing(head):
    told = queue.Queue()
    watch = HeadWatch(head.getsockname(), told.put)
    watch.stop()
    head.close()
    with pytest.raises(queue.Empty):
        told.get(timeout=0.3)


def test_one_miss_is_not_taken_for_the_end(head, monkeypatch):
    answers = iter([False, False, True] * 5 + [False] * 3)
    monkeypatch.setattr(HeadWatch, "_answers", lambda self: next(answers))
    told = queue.Queue()
    HeadWatch(head.getsockname(), told.put)
    told.get(timeout=5)
    assert list(answers) == []
