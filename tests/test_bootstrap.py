"""Intervals and paired differences: known cases, formulas by hand, and honesty by simulation."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bootstrap import interval, interval_of, paired_bootstrap
from eval.retrieval_metrics import percentile

VALUE = st.none() | st.sampled_from([0.0, 0.5, 1.0])


def one(pairs, **options):
    (found,) = paired_bootstrap([pairs], **options)
    return found


# --- differences


def test_equal_runs_differ_by_nothing_and_surely():
    found = one([(1.0, 1.0), (0.0, 0.0), (1.0, 1.0)])
    assert (found.n, found.a, found.b) == (3, 2 / 3, 2 / 3)
    assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)
    assert not found.sure


def test_every_question_better_is_better_in_every_resample():
    found = one([(0.0, 1.0)] * 8)
    assert (found.difference, found.low, found.high) == (1, 1, 1)
    # no resample turns it round: 2 * (0 + 1) / (10,000 + 1)
    assert found.p == pytest.approx(2 / 10_001)
    assert found.sure


def test_few_questions_are_never_sure():
    assert not one([(0.0, 1.0)] * 5).sure
    assert one([(0.0, 1.0)] * 6).sure


def test_one_question_of_many_is_no_proof():
    found = one([(0.0, 1.0)] + [(1.0, 1.0)] * 19)
    assert found.difference == pytest.approx(1 / 20)
    # the chance that a resample leaves that question out: (19/20)^20 = .358, both tails
    assert found.p == pytest.approx(2 * (19 / 20) ** 20, abs=0.03)
    assert not found.sure


def test_the_interval_is_that_of_the_paired_differences():
    """Differences of mean .1 and spread s: the percentiles lie near mean ± 1.96 s / √n."""
    draw = random.Random(1)
    pairs = [(x := draw.random(), x + draw.gauss(0.1, 0.2)) for _ in range(400)]
    turns = [b - a for a, b in pairs]
    middle = sum(turns) / 400
    spread = math.sqrt(sum((turn - middle) ** 2 for turn in turns) / 400)
    found = one(pairs)
    assert found.low == pytest.approx(middle - 1.96 * spread / 20, abs=0.003)
    assert found.high == pytest.approx(middle + 1.96 * spread / 20, abs=0.003)


def test_pairing_sees_what_the_spread_of_the_questions_hides():
    """Hard and easy questions, each .05 better: two unpaired intervals would overlap."""
    pairs = [(level, level + 0.05) for level in [0.0, 0.3, 0.6, 0.9] * 5]
    found = one(pairs)
    assert (found.low, found.high) == (pytest.approx(0.05), pytest.approx(0.05))
    one_run = interval([a for a, _ in pairs])
    assert one_run[1] - one_run[0] > 0.2


def test_a_question_measured_in_one_run_counts_in_that_run_alone():
    # B refused the third question: its citation is absent there, not 0
    found = one([(1.0, 1.0), (0.0, 0.0), (1.0, None)])
    assert (found.n, found.a, found.b) == (3, 2 / 3, 1 / 2)


def test_what_one_run_never_measures_has_no_difference():
    assert one([(1.0, None), (0.0, None)]) is None
    assert one([(None, None)]) is None
    assert one([]) is None


def test_columns_are_told_in_their_order():
    found = paired_bootstrap([[(None, 1.0)], [(0.0, 1.0)], [(1.0, None)]])
    assert [turn is None for turn in found] == [True, False, True]


def test_a_measure_that_few_have_can_be_missing_from_a_resample():
    found = one([(1.0, 0.0)] + [(None, None)] * 9)
    assert (found.n, found.difference, found.low, found.high) == (1, -1, -1, -1)


def test_the_same_seed_gives_the_same_and_another_one_another():
    draw = random.Random(2)
    pairs = [(draw.random(), draw.random()) for _ in range(30)]
    assert one(pairs, seed=3) == one(pairs, seed=3)
    assert one(pairs, seed=3) != one(pairs, seed=4)


def test_resamples_need_not_fill_a_batch():
    assert one([(0.0, 1.0)] * 8, resamples=750).p == pytest.approx(2 / 751)


def test_p_is_honest_where_nothing_differs():
    """Runs of equal worth: p under .05 in about one of twenty comparisons, not in many."""
    draw = random.Random(5)
    called = 0
    for _ in range(200):
        pairs = [(float(draw.random() < 0.7), float(draw.random() < 0.7)) for _ in range(60)]
        called += one(pairs, resamples=400).p < 0.05
    assert called <= 24  # 10 expected; 24 would be 4.5 standard deviations above


@given(st.lists(st.tuples(VALUE, VALUE), min_size=1, max_size=12))
def test_swapping_the_runs_turns_the_difference_round(pairs):
    found = one(pairs, resamples=200)
    back = one([(b, a) for a, b in pairs], resamples=200)
    if found is None:
        assert back is None
    else:
        assert back.difference == pytest.approx(-found.difference)
        assert (back.low, back.high) == (pytest.approx(-found.high), pytest.approx(-found.low))
        assert back.p == pytest.approx(found.p)


# --- intervals of one run


@pytest.mark.parametrize(
    ("right", "count", "ends"),
    [
        # Wilson 1927 with z = 1.96, by hand: 3 of 3: 1 / (1 + z²/3); 8 of 10 as in Newcombe 1998
        (3, 3, (0.4385, 1.0)),
        (0, 3, (0.0, 0.5615)),
        (8, 10, (0.4902, 0.9433)),
        (81, 263, (0.2553, 0.3662)),  # Newcombe's first example
    ],
)
def test_shares_have_wilsons_interval(right, count, ends):
    found = interval([1.0] * right + [0.0] * (count - right))
    assert found == (pytest.approx(ends[0], abs=1e-4), pytest.approx(ends[1], abs=1e-4))


def test_other_values_have_the_bootstraps():
    values = [0.2, 0.4, 0.6, 0.8] * 25
    # spread of a value .2236, of the mean of 100 .02236: .5 ± 1.96 * .02236
    low, high = interval(values)
    assert (low, high) == (pytest.approx(0.456, abs=0.004), pytest.approx(0.544, abs=0.004))


def test_the_one_sided_end_is_nearer():
    values = [1.0] * 8 + [0.0] * 2
    assert interval(values, tail=0.05)[0] > interval(values)[0]


def test_nothing_has_no_interval():
    assert interval([]) is None
    assert interval([None, None]) is None
    assert interval_of([], lambda drawn: 1.0) is None


def test_any_statistic_has_an_interval():
    values = [float(n) for n in range(1, 101)]
    low, high = interval_of(values, lambda drawn: percentile(drawn, 0.5))
    # the median of 100: ranks 50 ± 1.96 * 5
    assert (low, high) == (pytest.approx(40, abs=3), pytest.approx(60, abs=3))
