"""The line before the LLM: so many at once, in order, and out of it when the asker leaves."""

import threading

import pytest

from desk.api_line import ASKER, Asker, Line, Places
from rag.llm import LLMFailedError
from tests.api_setup import GatedLLM, wait_for


def _speak(llm, said, *, asker=None):
    ASKER.set(asker)
    said.append("".join(piece.delta for piece in llm.stream_chat([])))


def _start(*args, **options):
    thread = threading.Thread(target=_speak, args=args, kwargs=options, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("at_once", [1, 2])
def test_so_many_speak_at_once_and_all_are_heard(at_once):
    llm, said = GatedLLM("甲", "乙"), []
    bound = Line(at_once).bound(llm)
    threads = [_start(bound, said) for _ in range(4)]
    wait_for(lambda: llm.running == at_once)
    llm.go.set()
    for thread in threads:
        thread.join(5)
    assert said == ["甲乙"] * 4
    assert llm.most == at_once


def test_each_is_told_its_place_and_moves_up():
    llm, places = GatedLLM(), {1: [], 2: []}
    bound = Line(1).bound(llm)
    first = bound.stream_chat([])
    next(first)
    threads = []
    for number, heard in places.items():
        asker = Asker(threading.Event(), heard.append)
        threads.append(_start(bound, [], asker=asker))
        wait_for(lambda heard=heard, number=number: heard == [number])
    first.close()
    wait_for(lambda: places[2] == [2, 1])
    llm.go.set()
    for thread in threads:
        thread.join(5)
    assert places == {1: [1], 2: [2, 1]}


def test_who_leaves_makes_room_and_never_reaches_the_llm():
    llm, left, errors = GatedLLM(), threading.Event(), []
    bound = Line(1).bound(llm)
    first = bound.stream_chat([])
    next(first)

    def wait():
        ASKER.set(Asker(left, lambda place: None))
        try:
            next(bound.stream_chat([]))
        except LLMFailedError as error:
            errors.append(str(error))

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    left.set()
    thread.join(5)
    assert errors == ["Nobody waits for this answer any more."]
    first.close()
    assert llm.started == llm.closed == 1
    llm.go.set()
    said = []
    _speak(bound, said)
    assert said == ["贷款余额31250亿元[1]。"]


def test_a_broken_stream_gives_its_turn_back():
    class Broken:
        def stream_chat(self, messages, **options):
            yield from ()
            raise ConnectionError("gone")

    bound = Line(1).bound(Broken())
    for _ in range(2):  # the second would wait for ever
        with pytest.raises(ConnectionError):
            next(bound.stream_chat([]))


def test_a_stream_that_is_never_read_takes_no_turn():
    llm = GatedLLM()
    bound = Line(1).bound(llm)
    bound.stream_chat([]).close()
    llm.go.set()
    said = []
    _speak(bound, said)
    assert len(said) == 1


def test_places_are_refused_when_taken_and_free_again_when_given_back():
    places = Places(1)
    give_back = places.take()
    assert places.take() is None
    give_back()
    assert places.take() is not None
