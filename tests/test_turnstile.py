"""One question of a session at a time, and Stop for it alone."""

import threading

from desk.turnstile import Turnstile


def test_stop_ends_the_question_of_its_session_and_no_other():
    turnstile, mine, other = Turnstile(), threading.Event(), threading.Event()
    assert turnstile.enter("a", mine)
    assert turnstile.enter("b", other)
    turnstile.halt("a")
    assert mine.is_set()
    assert not other.is_set()


def test_stop_reaches_a_question_from_the_moment_it_is_in_till_it_has_left():
    turnstile, first, second = Turnstile(), threading.Event(), threading.Event()
    turnstile.halt("a")  # nothing is inside: the next question is not stopped before it begins
    assert turnstile.enter("a", first)
    assert not first.is_set()
    assert not turnstile.enter("a", second)
    turnstile.halt("a")
    assert first.is_set()
    assert not second.is_set()
    turnstile.leave("a", second)  # it never was inside
    assert turnstile.busy("a")
    turnstile.leave("a", first)
    assert turnstile.enter("a", second)
    assert not second.is_set()
