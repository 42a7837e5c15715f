"""benchmarks/ray_overhead.py: start-up, rates and the even point are what the runs say."""

import pytest

from benchmarks.ray_overhead import Cost, Run, breaks_even, costs, table


def test_the_rate_leaves_start_up_out():
    # 101 articles in 15 s, the first of which is there after 5: 100 in 10 s
    assert costs([Run("plain", 5.0, 15.0)], 101) == [Cost("plain", 5.0, 10.0)]


def test_of_several_runs_the_medians_count():
    runs = [
        Run("ray", 12.0, 22.0),  # 100 / 10
        Run("plain", 4.0, 54.0),
        Run("ray", 10.0, 15.0),  # 100 / 5
        Run("ray", 99.0, 124.0),  # 100 / 25
    ]
    assert costs(runs, 101) == [Cost("ray", 12.0, 10.0), Cost("plain", 4.0, 2.0)]


def test_no_rate_where_all_take_no_longer_than_one():
    with pytest.raises(ValueError, match="100 articles take no longer than one: give more"):
        costs([Run("plain", 5.0, 5.0)], 100)


@pytest.mark.parametrize(
    ("plain", "ray", "even"),
    [
        # 2 + n / 10 = 12 + n / 20 at n = 10 / (1/10 - 1/20)
        (Cost("plain", 2.0, 10.0), Cost("ray", 12.0, 20.0), 200),
        (Cost("plain", 2.0, 10.0), Cost("ray", 12.0, 10.0), None),
        (Cost("plain", 2.0, 10.0), Cost("ray", 1.0, 20.0), 0),
    ],
)
def test_ray_is_done_first_from_where_its_rate_has_paid_for_its_start(plain, ray, even):
    assert breaks_even(plain, ray) == even


def test_the_table_says_both_and_their_ratio():
    # ray before plain: the order of the runs is not the table's
    assert table([Cost("ray", 12.0, 15.0), Cost("plain", 2.0, 10.0)]) == (
        "| ingest | start-up, s | articles/s |\n"
        "|---|---|---|\n"
        "| plain | 2.0 | 10.0 |\n"
        "| ray | 12.0 | 15.0 |\n"
        "\n"
        "rate of Ray / plain: 1.50; Ray is done first: from 300 articles on"
    )
