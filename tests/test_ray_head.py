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
    HeadWatch(where, told.put, seconds=0.2)
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
    watch = HeadWatch(head.getsockname(), told.put, seconds=0.2)
    watch.stop()
    head.close()
    with pytest.raises(queue.Empty):
        told.get(timeout=0.3)


def test_a_head_that_comes_back_in_time_is_not_given_up(head, monkeypatch):
    told = queue.Queue()
    answers = iter([False, False, True] * 10)
    monkeypatch.setattr(HeadWatch, "_answers", lambda self: next(answers, True))
    watch = HeadWatch(head.getsockname(), told.put, seconds=5)
    with pytest.raises(queue.Empty):
        told.get(timeout=1)
    watch.stop()
    assert next(answers, None) is None  # all thirty looks were taken


def test_a_fault_of_this_machine_is_no_word_about_the_head(head, monkeypatch):
    def out_of_descriptors(*_):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("index.ray_head.socket.create_connection", out_of_descriptors)
    told = queue.Queue()
    watch = HeadWatch(head.getsockname(), told.put, seconds=0.1)
    with pytest.raises(queue.Empty):
        told.get(timeout=0.5)
    watch.stop()
