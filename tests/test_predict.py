"""Many questions asked once: chosen the same everywhere, kept as they come, taken up again."""

import json
import random
import re
import threading
import time
from dataclasses import dataclass, replace

import pytest

from eval.predict import answer_row, choose_items, run_predictions
from index.errors import BadInput
from rag.types import Check, CheckKind, Citation, DateKnown, Status
from tests.scripted_llm import turn

_MADE_WITH = {"model": "scripted-1", "index": "fake@1"}


@dataclass(frozen=True)
class Item:
    id: str
    type: str = "single"


_ITEMS = [Item(f"q{n}", ("single", "multi", "null")[n % 3]) for n in range(12)]


def _ids(items):
    return [item.id for item in items]


# --- choosing


def test_all_are_chosen_unless_told_otherwise():
    assert choose_items(_ITEMS) == _ITEMS
    assert choose_items(_ITEMS, limit=12) == choose_items(_ITEMS, limit=99) == _ITEMS


def test_types_are_chosen_in_the_order_of_the_set():
    chosen = choose_items(_ITEMS, types=["null", "single"])
    assert _ids(chosen) == ["q0", "q2", "q3", "q5", "q6", "q8", "q9", "q11"]


def test_the_draw_is_the_seed_s_and_keeps_the_order():
    # what Python's own generator draws from twelve places, sorted
    drawn = sorted(random.Random(7).sample(range(12), 4))
    assert _ids(choose_items(_ITEMS, limit=4, seed=7)) == [f"q{n}" for n in drawn]
    assert choose_items(_ITEMS, limit=4, seed=7) == choose_items(list(_ITEMS), limit=4, seed=7)
    draws = {tuple(_ids(choose_items(_ITEMS, limit=4, seed=seed))) for seed in range(20)}
    assert len(draws) > 10


def test_the_draw_is_of_the_chosen_types_only():
    chosen = choose_items(_ITEMS, types=["multi"], limit=3)
    assert len(chosen) == 3
    assert {item.type for item in chosen} == {"multi"}


def test_types_that_no_question_has_are_all_named_with_those_there_are():
    with pytest.raises(BadInput) as told:
        choose_items(_ITEMS, types=["single", "sngle", "x"])
    assert str(told.value) == "--types has 'sngle', 'x'; the set has single, multi, null."


# --- asking


class Asker:
    """Answers with the question's id and keeps what it was asked; stops before ``last``."""

    def __init__(self, last=None):
        self.asked = []
        self._last = last

    def __call__(self, item):
        if item.id == self._last:
            raise KeyboardInterrupt
        self.asked.append(item.id)
        return {"id": item.id, "output": f"答{item.id}，“𠮷”\u2028\n", "status": "answered"}


def _run(out, ask, items=tuple(_ITEMS[:4]), **options):
    return run_predictions(items, ask, out, **{"made_with": _MADE_WITH, **options})


def test_each_answer_is_a_row_in_the_order_of_the_set(tmp_path):
    out, done = tmp_path / "runs" / "a.jsonl", []
    rows = _run(out, Asker(), on_done=lambda: done.append(1))
    assert [row["id"] for row in rows] == ["q0", "q1", "q2", "q3"]
    written = out.read_text(encoding="utf-8").split("\n")
    assert [json.loads(line) for line in written[:-1]] == rows
    assert written[-1] == ""
    assert len(done) == 4


def test_an_answer_is_on_disk_before_the_next_question_is_asked(tmp_path):
    out, held = tmp_path / "a.jsonl", []

    def ask(item):
        held.append(out.read_text(encoding="utf-8").count("\n"))
        return {"id": item.id}

    _run(out, ask)
    assert held == [0, 1, 2, 3]


def test_a_run_that_was_interrupted_asks_only_the_rest(tmp_path):
    out = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        _run(out, Asker(last="q2"))
    again, done = Asker(), []
    rows = _run(out, again, on_done=lambda: done.append(1))
    assert again.asked == ["q2", "q3"]
    whole = tmp_path / "whole.jsonl"
    assert rows == _run(whole, Asker())
    assert out.read_bytes() == whole.read_bytes()
    assert len(done) == 4


@pytest.mark.parametrize("left", [1, 9, 20])
def test_half_a_line_is_dropped_and_asked_again(tmp_path, left):
    out = tmp_path / "a.jsonl"
    _run(out, Asker())
    whole = out.read_bytes()
    lines = whole.splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:2]) + lines[2][:left])
    again = Asker()
    _run(out, again)
    assert again.asked == ["q2", "q3"]
    assert out.read_bytes() == whole


def test_half_of_the_only_line_is_dropped_too(tmp_path):
    out = tmp_path / "a.jsonl"
    _run(out, Asker(), items=_ITEMS[:1])
    whole = out.read_bytes()
    out.write_bytes(whole[:7])
    again = Asker()
    _run(out, again, items=_ITEMS[:1])
    assert again.asked == ["q0"]
    assert out.read_bytes() == whole


def test_a_whole_run_is_only_read(tmp_path):
    out, again = tmp_path / "a.jsonl", Asker()
    rows = _run(out, Asker())
    assert _run(out, again) == rows
    assert again.asked == []


def test_more_questions_are_added_and_others_are_left_in_the_file(tmp_path):
    out, more = tmp_path / "a.jsonl", Asker()
    _run(out, Asker(), items=_ITEMS[:2])
    rows = _run(out, more, items=_ITEMS[1:4])
    assert more.asked == ["q2", "q3"]
    assert [row["id"] for row in rows] == ["q1", "q2", "q3"]
    assert len(out.read_text(encoding="utf-8").split("\n")) == 5


@pytest.mark.parametrize(
    ("now", "key", "before", "after"),
    [
        ({**_MADE_WITH, "model": "other"}, "model", "'scripted-1'", "'other'"),
        ({**_MADE_WITH, "index": "fake@2"}, "index", "'fake@1'", "'fake@2'"),
        ({"model": "scripted-1"}, "index", "'fake@1'", "None"),
        ({**_MADE_WITH, "day": "1"}, "day", "None", "'1'"),
    ],
    ids=["model", "index", "less", "more"],
)
def test_another_model_s_run_is_not_gone_on_with(tmp_path, now, key, before, after):
    out, asker = tmp_path / "a.jsonl", Asker()
    _run(out, Asker(last=None))
    held = out.read_bytes()
    with pytest.raises(BadInput) as told:
        _run(out, asker, made_with=now)
    assert str(told.value) == (
        f"--out {out} was made with {key} {before}, now it is {after}"
        "; name another file, or delete it to begin again."
    )
    assert (asker.asked, out.read_bytes()) == ([], held)


@pytest.mark.parametrize("beside", [None, "", "{"])
def test_a_file_that_is_no_run_is_not_written_to(tmp_path, beside):
    out = tmp_path / "notes.jsonl"
    out.write_text("mine\n", encoding="utf-8")
    if beside is not None:
        out.with_name("notes.jsonl.run.json").write_text(beside, encoding="utf-8")
    with pytest.raises(BadInput, match=r"notes\.jsonl\.run\.json beside it cannot be read") as told:
        _run(out, Asker())
    assert "\n" not in str(told.value)
    assert out.read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize("line", ["mine", "3", "[]", '{"output": "x"}', '{"id": []}'])
def test_a_line_that_is_no_row_is_named(tmp_path, line):
    out = tmp_path / "a.jsonl"
    _run(out, Asker(), items=_ITEMS[:1])
    with out.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    with pytest.raises(BadInput, match=r"a\.jsonl line 3 is not a row of a run$"):
        _run(out, Asker())


def test_a_file_that_cannot_be_written_is_one_line(tmp_path):
    out = tmp_path / "a.jsonl"
    out.symlink_to(tmp_path / "none" / "a.jsonl")
    asker = Asker()
    with pytest.raises(BadInput) as told:
        _run(out, asker)
    assert str(told.value) == f"--out {out} cannot be written: No such file or directory"
    assert asker.asked == []


# --- side by side


class Slow:
    """Answers the later questions first, and tells how many it was asked at once."""

    def __init__(self, fails=None):
        self.asked, self.most, self._now, self._fails = [], 0, 0, fails
        self._lock = threading.Lock()

    def __call__(self, item):
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.asked.append(item.id)
        time.sleep(0.02 * (4 - int(item.id[1:]) % 4))
        with self._lock:
            self._now -= 1
        if item.id == self._fails:
            raise TimeoutError("timed out")
        return {"id": item.id, "output": f"答{item.id}，“𠮷”\u2028\n", "status": "answered"}


def test_side_by_side_gives_the_rows_and_the_file_of_one_after_the_other(tmp_path):
    one, two, slow, done = tmp_path / "1.jsonl", tmp_path / "2.jsonl", Slow(), []
    rows = _run(one, Asker(), items=_ITEMS)
    assert _run(two, slow, items=_ITEMS, parallel=4, on_done=lambda: done.append(1)) == rows
    assert 2 <= slow.most <= 4
    assert two.read_bytes() == one.read_bytes()
    assert len(done) == 12


def test_side_by_side_takes_up_a_run_and_keeps_the_rows_of_other_questions(tmp_path):
    out, slow = tmp_path / "a.jsonl", Slow()
    _run(out, Asker(), items=_ITEMS[:2])
    rows = _run(out, slow, items=_ITEMS[1:6], parallel=3)
    assert sorted(slow.asked) == ["q2", "q3", "q4", "q5"]
    assert [row["id"] for row in rows] == ["q1", "q2", "q3", "q4", "q5"]
    held = [json.loads(line)["id"] for line in out.read_text("utf-8").split("\n")[:-1]]
    assert held == ["q0", "q1", "q2", "q3", "q4", "q5"]


def test_side_by_side_one_failure_ends_it_and_what_was_answered_is_kept(tmp_path):
    out, slow = tmp_path / "a.jsonl", Slow(fails="q3")
    with pytest.raises(TimeoutError):
        _run(out, slow, items=_ITEMS, parallel=2)
    assert len(slow.asked) < 12  # what was not begun was not asked any more
    held = {json.loads(line)["id"] for line in out.read_text("utf-8").split("\n")[:-1]}
    again = Asker()
    _run(out, again, items=_ITEMS)
    assert "q3" in again.asked
    assert not held & set(again.asked)


# --- the record


_RECORD = {"prompts": {"answer.zh": "1"}, "settings": {"evidence": 6, "threads": 1}, "seed": 0,
           "machine": {"cores": 2}}  # fmt: skip


def test_a_run_keeps_its_record_and_who_took_it_up(tmp_path):
    out = tmp_path / "a.jsonl"
    _run(out, Asker(), items=_ITEMS[:2], record=_RECORD)
    other = {**_RECORD, "machine": {"cores": 8}, "settings": {"evidence": 6, "threads": 4}}
    _run(out, Asker(), record=_RECORD)
    _run(out, Asker(), record=other)
    beside = json.loads(out.with_name("a.jsonl.run.json").read_text("utf-8"))
    assert beside == {**_MADE_WITH, "record": _RECORD, "taken_up": [other]}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"prompts": {"answer.zh": "2"}}, "prompts.answer.zh '1', now it is '2'"),
        ({"settings": {"evidence": 3, "threads": 1}}, "settings.evidence '6', now it is '3'"),
    ],
)
def test_a_run_is_not_gone_on_with_under_other_prompts_or_settings(tmp_path, change, named):
    out = tmp_path / "a.jsonl"
    _run(out, Asker(), items=_ITEMS[:2], record=_RECORD)
    with pytest.raises(BadInput, match=re.escape(named)):
        _run(out, Asker(), record={**_RECORD, **change})


def test_a_run_from_before_there_were_records_is_gone_on_with(tmp_path):
    out, asker = tmp_path / "a.jsonl", Asker()
    _run(out, Asker(), items=_ITEMS[:2])
    _run(out, asker, record=_RECORD)
    assert asker.asked == ["q2", "q3"]


# --- rows


def test_a_row_holds_what_a_metric_reads():
    answer = turn("问").answer
    known = {"published": None, "date_known": DateKnown.UNKNOWN, "start": 0, "end": 2}
    cited = [
        Citation(n, key, "题", "报", "", "", quote=quote, **known)
        for n, key, quote in ((1, "b", "甲句"), (2, "a", "乙句"), (3, "b", "丙句"))
    ]
    checks = (
        Check(CheckKind.FIGURE, "49.4", supported=True),
        Check(CheckKind.FIGURE, "7%", supported=False),
    )
    fields = {
        "status": Status.PARTLY,
        "text": "是49.4[1][2]，约7%[3]。",
        "citations": tuple(cited),
        "checks": checks,
        "timings": {"total": 1.5},
        "model": "scripted",
        "notes": ("注",),
        "evidence": (),
        "probability": 0.25,
    }
    source = {"title": "题", "source": "报", "published": None, "lead": ""}
    row = answer_row("q", replace(answer, **fields), ["b", "a", "c"])
    assert row == {
        "id": "q",
        "output": "是49.4，约7%。",  # a figure before a marker stays apart from what follows
        "cited": ["b", "a"],  # articles, each once
        "ranked": ["b", "a", "c"],
        "status": "partly",
        "timings": {"total": 1.5},
        "answer": "是49.4[1][2]，约7%[3]。",
        "quotes": ["甲句", "乙句", "丙句"],
        "citations": [
            {**source, "marker": n, "article_id": key, "quote": quote}
            for n, key, quote in ((1, "b", "甲句"), (2, "a", "乙句"), (3, "b", "丙句"))
        ],
        "evidence": [],
        "probability": 0.25,
        "model": "scripted",
        "unsupported": ["7%"],
        "notes": ["注"],
    }
    assert json.loads(json.dumps(row, ensure_ascii=False)) == row


def test_a_cut_through_a_character_is_half_a_line_too(tmp_path):
    out = tmp_path / "a.jsonl"
    _run(out, Asker())
    whole = out.read_bytes()
    at = whole.rindex("答".encode()) + 1
    out.write_bytes(whole[:at])
    again = Asker()
    _run(out, again)
    assert again.asked == ["q3"]
    assert out.read_bytes() == whole


def test_a_network_that_fails_is_not_told_as_a_fault_of_the_file(tmp_path):
    def ask(item):
        raise TimeoutError("timed out")

    with pytest.raises(TimeoutError):
        _run(tmp_path / "a.jsonl", ask)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be written: File exists"):
        _run(tmp_path / "file" / "a.jsonl", Asker())


def test_a_list_is_no_description_of_a_run(tmp_path):
    out = tmp_path / "a.jsonl"
    out.write_text("", encoding="utf-8")
    out.with_name("a.jsonl.run.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be read"):
        _run(out, Asker())
