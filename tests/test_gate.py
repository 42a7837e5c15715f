"""A gate holds a run to its bars, and forgives what so few questions cannot show."""

import json

import pytest

from eval.gate import Outcome, gate_lines, hold_bars, read_gate
from eval.metrics_run import read_run
from eval.metrics_score import score_run
from eval.metrics_set import read_set
from index.errors import BadInput
from tests.eval_rows import QUESTIONS, answer, quote, write_lines, write_run


@pytest.fixture
def scores(tmp_path):
    """Twenty answerable questions, 14 right; times 1 to 20 s."""
    loans = QUESTIONS[0]
    questions = [{**loans, "id": f"q{n}"} for n in range(20)]
    rows = [
        answer(item, "余额512亿元[1]。" if n < 14 else "余额9亿元[1]。", [quote("yc-1", "余额。")],
               timings={"total": float(n + 1)})
        for n, item in enumerate(questions)
    ]  # fmt: skip
    questions = read_set(write_lines(tmp_path / "set.jsonl", questions))
    return score_run(questions, read_run(write_run(tmp_path, "run", rows)))


def _held(tmp_path, scores, **bar):
    path = tmp_path / "gate.json"
    path.write_text(json.dumps({"bars": [bar]}), encoding="utf-8")
    (held,) = hold_bars(read_gate(path), scores)
    return held


@pytest.mark.parametrize(
    ("at_least", "outcome"),
    [
        (0.70, Outcome.MET),  # 14 of 20 are .700
        (0.80, Outcome.NOISE),  # Wilson's upper end at one side is .836
        (0.83, Outcome.NOISE),
        (0.85, Outcome.MISSED),
    ],
)
def test_a_score_below_its_bar_fails_only_by_more_than_noise(tmp_path, scores, at_least, outcome):
    held = _held(tmp_path, scores, measure="right", at_least=at_least)
    assert (held.outcome, held.n, held.value) == (outcome, 20, 0.7)
    # (.7 + z²/40 + z √(.7 * .3 / 20 + z²/1600)) / (1 + z²/20), z = 1.6449
    assert held.bound == pytest.approx(0.8361, abs=1e-4)
    assert held.failed is (outcome is Outcome.MISSED)


@pytest.mark.parametrize(
    ("at_most", "outcome"),
    [(0.0, Outcome.MET), (0.5, Outcome.MET)],
)
def test_a_bar_may_be_an_upper_one(tmp_path, scores, at_most, outcome):
    assert _held(tmp_path, scores, measure="over_refusal", at_most=at_most).outcome is outcome


def test_an_upper_bar_is_missed_where_the_lower_end_is_above_it(tmp_path, scores):
    # seconds 1 to 20: mean 10.5, one-sided lower end about 10.5 - 1.645 * 5.77 / √20 = 8.4
    assert _held(tmp_path, scores, measure="total_s", at_most=9).outcome is Outcome.NOISE
    missed = _held(tmp_path, scores, measure="total_s", at_most=7)
    assert missed.outcome is Outcome.MISSED
    assert missed.bound == pytest.approx(8.4, abs=0.2)


def test_a_bar_may_hold_the_median_or_the_95th_percentile(tmp_path, scores):
    middle = _held(tmp_path, scores, measure="total_s", statistic="p50", at_most=10)
    most = _held(tmp_path, scores, measure="total_s", statistic="p95", at_most=10)
    assert (middle.value, middle.outcome) == (10, Outcome.MET)
    assert (most.value, most.outcome) == (19, Outcome.MISSED)


def test_a_bar_is_of_one_type_where_it_names_one(tmp_path, scores):
    assert _held(tmp_path, scores, measure="right", type="figure", at_least=0.7).n == 20


@pytest.mark.parametrize(
    "bar", [{"measure": "right", "type": "english"}, {"measure": "tokens"}, {"measure": "em"}]
)
def test_a_bar_that_nothing_was_held_to_fails(tmp_path, scores, bar):
    held = _held(tmp_path, scores, **bar, at_least=0.1)
    assert held.outcome is Outcome.NOT_MEASURED
    assert held.failed


def test_every_bar_has_its_line_and_the_last_counts(tmp_path, scores):
    path = tmp_path / "gate.toml"
    path.write_text(
        '[[bars]]\nmeasure = "right"\nat_least = 0.7\n'
        '[[bars]]\nmeasure = "right"\ntype = "figure"\nat_least = 0.95\n'
        '[[bars]]\nmeasure = "tokens"\nat_most = 500\n',
        encoding="utf-8",
    )
    assert gate_lines(hold_bars(read_gate(path), scores)) == [
        "通过 met: all right ≥ .700, is .700 (up to .836 by chance; n 20)",
        "未过 MISSED: figure right ≥ .950, is .700 (up to .836 by chance; n 20)",
        "未测 NOT MEASURED: all tokens ≤ 500.0, but no question has it",
        "未过 2 of 3 bars fail",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"bars": []}', "bars: "),
        ('{"bars": [{"measure": "rihgt", "at_least": 1}]}', 'no measure is called "rihgt"'),
        ('{"bars": [{"measure": "right"}]}', "exactly one of at_least and at_most"),
        ('{"bars": [{"measure": "right", "at_least": 1, "at_most": 1}]}', "exactly one of"),
        ('{"bars": [{"measure": "right", "at_last": 1}]}', "bars.0.at_last: Extra inputs"),
        ('{"bars": [{"measure": "right", "at_least": "high"}]}', "bars.0.at_least"),
        ("{", "cannot be used"),
    ],
)
def test_a_gate_that_cannot_be_used_says_why_in_one_line(tmp_path, text, said):
    path = tmp_path / "gate.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_gate(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "docs/runs.md" in str(caught.value)


def test_a_gate_that_is_not_there_or_no_toml_is_told(tmp_path):
    with pytest.raises(BadInput, match="No such file"):
        read_gate(tmp_path / "none.json")
    path = tmp_path / "gate.toml"
    path.write_text("bars = [", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be used"):
        read_gate(path)


def test_the_sample_gate_can_be_read():
    from pathlib import Path

    bars = read_gate(Path(__file__).parents[1] / "eval" / "gates" / "samples.json")
    assert {"right", "over_refusal", "refusal_recall", "cited"} <= {bar.measure for bar in bars}


@pytest.mark.parametrize(
    ("bar", "said"),
    [
        ({"measure": "over_refusal", "at_most": 30}, "over_refusal is between 0 and 1; 30"),
        ({"measure": "right", "at_least": -4}, "right is between 0 and 1; -4"),
        ({"measure": "total_s", "at_most": -1}, "total_s is from 0; -1"),
        ({"measure": "unsupported", "at_most": -0.5}, "unsupported is from 0; -0.5"),
    ],
)
def test_a_bar_that_no_score_can_miss_or_meet_is_refused(tmp_path, scores, bar, said):
    with pytest.raises(BadInput, match=said):
        _held(tmp_path, scores, **bar)


def test_seconds_and_counts_may_be_over_one(tmp_path, scores):
    assert _held(tmp_path, scores, measure="total_s", at_most=30).outcome is Outcome.MET


def test_a_bar_at_the_end_of_its_scale_allows_no_exception(tmp_path):
    # 1 of 20 answers has two unsupported figures: mean .1, and a resample without it is common.
    questions = [{**QUESTIONS[0], "id": f"q{n}"} for n in range(20)]
    rows = [
        answer(item, "余额512亿元[1]。", [quote("yc-1", "余额。")],
               checks=[{"text": text, "supported": n > 0} for text in ("8%", "9%")])
        for n, item in enumerate(questions)
    ]  # fmt: skip
    questions = read_set(write_lines(tmp_path / "set.jsonl", questions))
    scores = score_run(questions, read_run(write_run(tmp_path, "run", rows)))
    none = _held(tmp_path, scores, measure="unsupported", at_most=0)
    assert (none.outcome, none.value, none.bound) == (Outcome.MISSED, 0.1, 0)
    few = _held(tmp_path, scores, measure="unsupported", at_most=0.05)
    assert few.outcome is Outcome.NOISE
