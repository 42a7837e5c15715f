"""The review queue in the page: the same rules and the same files as ``suyuan qa review``."""

import json
import re

import pytest

from desk.eval_look import Look
from desk.eval_place import EvalFiles
from desk.review_events import Fault, Gone, Review, edited
from desk.review_render import asked_of
from eval.questions import read_questions
from eval.review import Decisions
from tests.api_setup import PORT, RIDERS, THROUGHPUT
from tests.eval_desk import (
    DRAFT,
    FEEDBACK,
    Teller,
    desk_over,
    engine_of,
)
from tests.eval_rows import write_lines

ADMIN = {"user": "chen", "admin": True}
FORM = {
    "question": DRAFT["row"]["question"],
    "answers": "38.6万人次 | 38.6万",
    "kind": "figure",
    "gold-0-article": "metro",
    "gold-0-quote": RIDERS,
}


@pytest.fixture
def review(folder, archive):
    return Review(EvalFiles(folder), folder / "desk" / "feedback.jsonl", archive)


@pytest.fixture
def desk(folder, archive):
    return desk_over(folder, engine_of(archive, Teller()))


def accepted(folder):
    return read_questions(folder / "qa" / "newsroom.jsonl")


def noted(folder):
    lines = (folder / "qa" / "newsroom.jsonl.reviewed.jsonl").read_text("utf-8").splitlines()
    return [(row["id"], row["verdict"], row["by"]) for row in map(json.loads, lines)]


def test_drafts_and_feedback_wait_together_and_leave_with_their_verdict(review, folder):
    assert [item.id for item in review.waiting().left] == ["draft-metro", "feedback-f1"]
    review.accept("draft-metro", FORM, user="chen")
    review.reject("feedback-f1", user="wang")
    done = review.waiting()
    assert (done.left, done.accepted, done.rejected) == ((), 1, 1)
    [question] = accepted(folder)
    assert question.answers == (("38.6万人次", "38.6万"),)
    assert question.gold[0].quote == RIDERS
    assert noted(folder) == [
        ("draft-metro", "edited", "chen"),
        ("feedback-f1", "rejected", "wang"),
    ]


def test_an_untouched_row_is_accepted_and_not_called_edited(review, folder):
    review.accept("draft-metro", {**FORM, "answers": "38.6万人次"}, user="chen")
    assert noted(folder) == [("draft-metro", "accepted", "chen")]
    assert json.loads((folder / "qa" / "newsroom.jsonl").read_text("utf-8")) == DRAFT["row"]


def test_the_terminal_sees_the_pages_verdicts_and_the_page_the_terminals(review, folder):
    [draft, feedback] = review.waiting().left
    review.reject(draft.id, user="chen")
    assert Decisions(folder / "qa" / "newsroom.jsonl").left([draft, feedback]) == [feedback]
    Decisions(folder / "qa" / "newsroom.jsonl").accept(feedback, feedback.row, user="li")
    assert review.waiting().left == ()
    assert [item.turns[-1] for item in accepted(folder)] == [THROUGHPUT]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"answers": "386万人次"}, "is in no gold sentence"),
        ({"answers": ""}, "answerable without answers"),
        ({"gold-0-quote": "", "gold-0-article": ""}, "no gold sentence"),
        ({"gold-0-article": "nowhere"}, "no article nowhere"),
        ({"gold-0-quote": "雾城地铁客流38.6万人次。"}, "not in metro"),
    ],
)
def test_a_row_that_its_gold_does_not_answer_does_not_count(review, folder, change, why):
    with pytest.raises(Fault, match=why):
        review.accept("draft-metro", {**FORM, **change}, user="chen")
    assert len(review.waiting().left) == 2
    assert not (folder / "qa" / "newsroom.jsonl").exists()


def test_unanswerable_takes_answers_and_gold_away(review, folder):
    review.accept("feedback-f1", {"unanswerable": "on", "answers": "5800万吨"}, user="chen")
    [question] = accepted(folder)
    assert (question.answerable, question.answers, question.gold) == (False, (), ())


def test_two_who_judge_the_same_do_not_add_it_twice(review, folder):
    review.accept("draft-metro", FORM, user="chen")
    for key in ("draft-metro", "nobody", ""):
        with pytest.raises(Gone):
            review.accept(key, FORM, user="wang")
        with pytest.raises(Gone):
            review.reject(key, user="wang")
    assert len(accepted(folder)) == 1


def test_of_earlier_turns_only_the_last_is_edited():
    row = {"turns": ["云城港几月公布？", "那吞吐量呢？"], "gold": [], "answers": []}
    assert edited(row, {"question": "那6月吞吐量呢？"})["turns"] == [
        "云城港几月公布？",
        "那6月吞吐量呢？",
    ]
    assert asked_of({"question": "一问"}) == ["一问"]


def test_the_form_holds_the_row_and_a_fault_keeps_what_was_typed(desk):
    look = Look(pane="review")
    view = desk.view(look, "zh", admin=True)
    assert view.listed.count("data-judge=") == 2
    assert RIDERS in view.side
    assert "检索到的第 1 句" in view.side
    assert "found as" not in view.side
    sent = {"do": "accept", "key": "draft-metro", **FORM, "answers": "999万"}
    turned = desk.turn(look, sent, "zh", **ADMIN)
    assert "答案“999万”不在任何一句金标原句里" in turned.side
    assert ">999万</textarea>" in turned.side
    assert not turned.redraw


def test_a_verdict_shows_the_next_and_skipping_comes_back_to_it_last(desk, folder):
    look = Look(pane="review")
    skipped = desk.turn(look, {"do": "skip", "key": "draft-metro"}, "zh", **ADMIN).look
    assert 'data-key="feedback-f1"' in desk.view(skipped, "zh", admin=True).side
    turned = desk.turn(skipped, {"do": "reject", "key": "feedback-f1"}, "en", **ADMIN)
    assert f"Rejected: {THROUGHPUT}" in turned.notice
    assert 'data-key="draft-metro"' in desk.view(turned.look, "zh", admin=True).side
    again = desk.turn(look, {"do": "reject", "key": "feedback-f1"}, "zh", **ADMIN)
    assert "已有人审过" in again.notice
    desk.turn(look, {"do": "accept", "key": "draft-metro", **FORM}, "zh", **ADMIN)
    done = desk.view(look, "zh", admin=True)
    assert "都审完了" in done.listed
    assert "收下的 1 题在 newsroom.jsonl" in done.listed
    assert '<option value="newsroom.jsonl"' in desk.view(Look(), "zh", admin=True).form


def test_the_gold_sentence_opens_in_its_article(desk):
    sent = {"do": "look", "look": "0", "gold-0-article": "port", "gold-0-quote": PORT}
    opened = desk.turn(Look(pane="review"), sent, "zh", **ADMIN).source
    assert re.search(r'<mark class="sy-chosen"[^>]*>([^<]*)', opened)[1] == PORT
    gone = desk.turn(Look(), {**sent, "gold-0-article": "no<b>"}, "zh", **ADMIN).source
    assert "<b>" not in gone


def test_an_empty_queue_says_how_something_comes_there(desk, folder):
    (folder / "qa" / "drafts.jsonl").unlink()
    (folder / "desk" / "feedback.jsonl").unlink()
    view = desk.view(Look(pane="review"), "zh", admin=True)
    assert "没有等着审的题" in view.listed
    assert f"suyuan qa draft --archive {folder}" in view.listed
    assert view.side == ""


def test_bad_lines_are_named_and_hostile_ones_are_text(desk, folder):
    evil = {**FEEDBACK, "id": "<i>", "question": "<script>alert(1)</script>？"}
    path = write_lines(folder / "desk" / "feedback.jsonl", [FEEDBACK, evil])
    path.write_text(path.read_text("utf-8") + "{broken\n", encoding="utf-8")
    for judged in ("", "feedback-<i>"):
        view = desk.view(Look(pane="review", judged=judged), "zh", admin=True)
        assert "feedback.jsonl 第 3 行：不是 JSON" in view.listed
        assert "<script" not in view.listed + view.side
        assert "&lt;script&gt;" in view.listed
