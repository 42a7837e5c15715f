"""RGB's rates and the reading measures: by hand, and equal to the reference's on any text."""

import importlib.util
import json
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.given_scores import exact_match, reading_lines, rgb_lines, span_f1
from eval.given_sets import GivenQuestion

REFERENCE = Path(__file__).parents[1].parent / "shared" / "bench" / "metrics.py"


@cache
def _reference():
    if not REFERENCE.is_file():
        pytest.skip(f"the reference metrics are not at {REFERENCE}")
    spec = importlib.util.spec_from_file_location("reference_metrics", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- exact match and F1


@pytest.mark.parametrize(
    ("text", "accepted", "equal"),
    [
        ("柳林镇", ["柳林镇"], True),
        ("“柳林镇”。", ["县城", "柳林镇"], True),  # punctuation aside
        ("GDP", ["gdp"], True),
        ("柳林", ["柳林镇"], False),
        ("柳林镇 ", ["柳林镇"], True),
        ("柳 林镇", ["柳林镇"], False),  # white space inside counts, as in CMRC's script
        ("3.5%", ["35%"], False),  # ASCII full stops count too
        ("柳林镇", [], False),
    ],
)
def test_exact_match_leaves_case_and_chinese_punctuation_out(text, accepted, equal):
    assert exact_match(text, accepted) is equal


@pytest.mark.parametrize(
    ("text", "accepted", "score"),
    [
        ("柳林镇", ["柳林镇"], 1.0),
        # three of four characters said, three of three wanted: 2 * 3/4 * 1 / (3/4 + 1)
        ("柳林镇内", ["柳林镇"], 6 / 7),
        # the longest common run is 2 (林镇), not 3 characters in all: 2 * 2/3 * 2/4 / (2/3 + 2/4)
        ("柳县林镇", ["柳林镇"], 2 * (2 / 4) * (2 / 3) / (2 / 4 + 2 / 3)),
        # the better of two forms: 1/1 and 1/2 against 1/1 and 1/4
        ("镇", ["柳林镇城", "林镇"], 2 * 1 * 0.5 / 1.5),
        # a Latin word and a figure are one piece each: 1 of 2 pieces
        ("GDP 3.5%", ["gdp"], 2 * (1 / 3) * 1 / (1 / 3 + 1)),  # gdp, 3.5, %
        ("1956年", ["1957年"], 2 * 0.5 * 0.5 / 1.0),  # 年 of two pieces
        ("山", ["水"], 0.0),
        ("", ["水"], 0.0),
        ("水", [""], 0.0),
        ("水", [], 0.0),
    ],
)
def test_f1_is_of_the_longest_common_run(text, accepted, score):
    assert span_f1(text, accepted) == pytest.approx(score)


def test_echoing_the_passage_is_no_exact_match_and_costs_f1():
    passage = "云河县位于云河中游，1956年由东乡、西乡两县合并而成，县城设在柳林镇。"
    assert not exact_match(passage, ["柳林镇"])
    assert 0 < span_f1(passage, ["柳林镇"]) < 0.25


_ANY = st.text(alphabet="云河县镇龥龦ABab019.% -:，。“”《》（）、,()\n\tÄ🌊", max_size=14)


@given(_ANY, st.lists(_ANY, max_size=3))
def test_both_are_the_reference_s_for_any_text(text, accepted):
    theirs = _reference()
    assert exact_match(text, accepted) == bool(theirs.em(accepted, text))
    assert span_f1(text, accepted) == pytest.approx(theirs.f1(accepted, text), abs=1e-12)


@given(_ANY)
def test_a_text_is_itself(text):
    assert exact_match(text, [text])
    assert span_f1(text, [text]) in (0.0, 1.0)  # 0: nothing but punctuation


# --- tables


def _question(n, **fields):
    known = {"id": f"q{n}", "type": "ours", "question": "问", "articles": (), "source": "ours"}
    return GivenQuestion(**{**known, "answers": (("柳林镇",),), **fields})


def _row(output, *, refused=False, status="answered", total=1.0):
    return {
        "output": output,
        "status": "not_found" if refused else status,
        "timings": {"total": total},
    }


def test_the_reading_table_is_in_hundredths_by_source():
    questions = [
        _question(1),
        _question(2),
        _question(3, source="theirs", type="theirs"),
        _question(4, answerable=False, answers=(), type="unanswerable"),
        _question(5, answerable=False, answers=(), type="unanswerable"),
    ]
    rows = [
        _row("柳林镇。"),  # EM, F1 1
        _row("柳林镇内", total=3.0),  # F1 6/7 = 85.7
        _row("没有找到柳林镇", refused=True),  # a refusal says nothing, whatever its words
        _row("没有找到", refused=True),
        _row("柳林镇"),
    ]
    assert reading_lines(questions, rows) == [
        "source             n      EM      F1  refused  chars",
        "ours               2    50.0    92.9    0.000      4",  # (1 + 6/7) / 2
        "theirs             1     0.0     0.0    1.000      0",
        "all                3    33.3    61.9    0.333      4",  # (1 + 6/7) / 3
        "unanswerable       2       –       –    0.500",
        "whole answer: p50 1.00 s (5 questions)",
    ]


def test_unanswerable_questions_alone_have_no_table_of_matches():
    question = _question(1, answerable=False, answers=(), type="unanswerable")
    assert reading_lines([question], [_row("柳林镇")])[1:] == [
        "unanswerable       1       –       –    0.000",
        "whole answer: p50 1.00 s (1 questions)",
    ]


def test_the_rgb_table_has_a_line_per_task_and_noise_rate():
    told = {"answers": (("林一舟", "林 一舟"), ("2031年",))}
    questions = [
        _question(1, type="noise", noise_rate=0.4, **told),
        _question(2, type="noise", noise_rate=0.4, **told),
        _question(3, type="noise", noise_rate=0.8, **told),
        _question(4, type="reject", noise_rate=1.0, answerable=False, **told),
        _question(5, type="counterfactual", fake_answers=(("周可",),), **told),
        _question(6, type="counterfactual", fake_answers=(("周可",),), **told),
        _question(7, type="counterfactual", fake_answers=(("周可",),), **told),
    ]
    rows = [
        _row("２０３１年，是林一舟"),
        _row("是林一舟"),  # one part of two
        _row("2031年的林一舟没有找到", refused=True),
        _row("没有找到", refused=True),
        _row("是周可"),  # misled
        _row("一说周可，一说2031年林一舟", status="conflict"),  # both are told: not misled
        _row("不知道"),
    ]
    lines = rgb_lines(questions, rows)
    assert [line.split() for line in lines[:-1]] == [
        ["task", "n", "right", "refused", "conflict", "misled", "chars"],
        ["noise@0.4", "2", "0.500", "0.000", "0.000", "–", "7"],  # median of 10 and 4
        ["noise@0.8", "1", "0.000", "1.000", "0.000", "–", "0"],
        ["reject@1", "1", "–", "1.000", "0.000", "–", "0"],
        [
            "counterfactual@0",
            "3",
            "0.333",
            "0.000",
            "0.333",
            "0.333",
            "3",
        ],  # of 3, 3 and a longer one
    ]
    assert lines[-1] == "whole answer: p50 1.00 s (7 questions)"


@pytest.mark.parametrize("table", [reading_lines, rgb_lines])
def test_questions_and_rows_go_together(table):
    with pytest.raises(ValueError, match=r"longer|shorter"):
        table([_question(1)], [])


# --- tables against the reference


def _table(tmp_path, kind, questions, rows):
    """What the reference's command prints; run apart, as it leaves its files open."""
    if not REFERENCE.is_file():
        pytest.skip(f"the reference metrics are not at {REFERENCE}")
    files = []
    for name, held in (("questions", questions), ("rows", rows)):
        files.append(tmp_path / f"{name}.jsonl")
        text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in held)
        files[-1].write_text(text, encoding="utf-8")
    command = [sys.executable, str(REFERENCE), kind, *map(str, files)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def _cells(lines, name):
    return next(line.split()[1:] for line in lines if line.split()[0] == name)


def test_the_reading_table_is_the_reference_s(tmp_path):
    draw = random.Random(1)
    forms = ["柳林镇", "青石坝", "1956年", "因临近码头", "林一舟"]
    questions, rows, theirs_set = [], [], []
    for n in range(200):
        answerable, source = draw.random() < 0.8, draw.choice(["one", "two"])
        answers = tuple(draw.sample(forms, 2))
        refused = draw.random() < 0.25
        # The reference takes an empty text for a refusal and scores the words of any other.
        output = "" if refused else draw.choice([*forms, "柳林镇内", "在青石坝下游", "1956年底。"])
        questions.append(
            _question(
                n,
                source=source,
                answerable=answerable,
                answers=(answers,) if answerable else (),
            )
        )
        rows.append({**_row(output, refused=refused), "id": f"q{n}"})
        theirs_set.append(
            {"id": f"q{n}", "source": source, "answerable": answerable, "answers": answers}
        )
    theirs = _table(tmp_path, "reading", theirs_set, rows)
    lines = reading_lines(questions, rows)
    for name in ("one", "two", "all"):
        n, exact, overlap, *_ = _cells(lines, name)
        assert int(n) == theirs[name]["n"]
        assert float(exact) == pytest.approx(theirs[name]["EM"], abs=0.051)
        assert float(overlap) == pytest.approx(theirs[name]["F1"], abs=0.051)
    assert 100 * float(_cells(lines, "all")[3]) == pytest.approx(theirs["over_refusal"], abs=0.051)
    n, _, _, refused = _cells(lines, "unanswerable")
    assert int(n) == theirs["unanswerable"]["n"]
    assert 100 * float(refused) == pytest.approx(theirs["unanswerable"]["abstain"], abs=0.051)


def test_a_refusal_that_names_the_answer_scores_there_and_not_here(tmp_path):
    row = {**_row("没有找到柳林镇", refused=True), "id": "q1"}
    theirs_set = [{"id": "q1", "source": "ours", "answerable": True, "answers": ["柳林镇"]}]
    theirs = _table(tmp_path, "reading", theirs_set, [row])
    assert theirs["ours"]["F1"] == 60.0  # 2 * 3/7 * 1 / (3/7 + 1) = 6/10
    assert _cells(reading_lines([_question(1)], [row]), "ours")[2] == "0.0"


def test_the_rgb_rates_are_the_reference_s(tmp_path):
    draw = random.Random(2)
    names = ["林一舟", "周立群", "陈志远", "罗景行"]
    questions, rows, theirs_set = [], [], []
    for n in range(200):
        task = draw.choice(["noise", "reject", "integration", "counterfactual"])
        parts = 2 if task == "integration" else 1
        answers = [[name] for name in draw.sample(names, parts)]
        fake = [[draw.choice(names)]] if task == "counterfactual" else []
        refused = draw.random() < 0.3
        output = "信息不足" if refused else "、".join(draw.sample(names, 2))
        known = {"id": f"q{n}", "task": task, "noise_rate": 0.4, "answers": answers}
        theirs_set.append({**known, "fake_answers": fake} if fake else known)
        rows.append({**_row(output, refused=refused), "id": f"q{n}"})
        questions.append(
            _question(
                n,
                type=task,
                noise_rate=0.4,
                answerable=task != "reject",
                answers=tuple(map(tuple, answers)),
                fake_answers=tuple(map(tuple, fake)),
            )
        )
    theirs = _table(tmp_path, "rgb", theirs_set, rows)
    lines = rgb_lines(questions, rows)
    for task in ("noise", "integration", "counterfactual", "reject"):
        n, right, refused, _, misled, _ = _cells(lines, f"{task}@0.4")
        held = theirs[f"{task}@0.4"]
        assert int(n) == held["n"]
        if task == "reject":
            assert (right, misled) == ("–", "–")
            assert float(refused) == pytest.approx(held["rej"], abs=6e-4)
            continue
        assert float(right) == pytest.approx(held["acc"], abs=6e-4)
        if task == "counterfactual":
            assert float(misled) == pytest.approx(held["fooled"], abs=6e-4)
        else:
            assert float(refused) == pytest.approx(held["over_refusal"], abs=6e-4)


def test_a_figure_inside_a_longer_one_is_right_there_and_not_here(tmp_path):
    known = {"id": "q1", "task": "noise", "noise_rate": 0.0, "answers": [["5.4%"]]}
    row = {**_row("增长15.4%"), "id": "q1"}
    theirs = _table(tmp_path, "rgb", [known], [row])
    assert theirs["noise@0.0"]["acc"] == 1.0
    ours = rgb_lines([_question(1, type="noise", answers=(("5.4%",),))], [row])
    assert _cells(ours, "noise@0")[1] == "0.000"
