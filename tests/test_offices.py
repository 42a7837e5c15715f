"""Who holds which office: a title goes to the person who takes it, not to the one who leaves."""

import pytest

from rag.offices import offices_held


def _held(text):
    return {(office.name, office.title) for office in offices_held(text)}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("李建国接替王志强担任局长。", {("李建国", "局长")}),
        ("李建国代替王志强任市教育局局长。", {("李建国", "局长")}),
        ("由李建国接替王志强担任会长。", {("李建国", "会长")}),
        # The office in front of the one replaced was his.
        ("李建国接替局长王志强出任局长。", {("李建国", "局长"), ("王志强", "局长")}),
        # Nobody is named who takes it: it is not the other's for that.
        ("下月将有人接替王志强担任局长。", set()),
        ("王志强担任局长。", {("王志强", "局长")}),
        ("李建国接替张小明。王志强担任局长。", {("王志强", "局长")}),
    ],
)
def test_a_successor_takes_the_office(text, held):
    assert _held(text) == held


def test_the_name_between_appoint_and_as_is_whole():
    assert _held("会议决定任命罗景行为青岛市副市长。") == {("罗景行", "副市长")}
