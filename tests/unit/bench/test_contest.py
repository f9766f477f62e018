"""Ratios are taken within a round, so that a slow moment touches both sides."""

import pytest

from bench import contest
from bench.contest import Sample, Spread


def sample(contender, number, per_second):
    return Sample(contender, number, units=per_second, cpu_seconds=1.0, wall_seconds=1.0)


def test_a_ratio_compares_what_was_measured_in_the_same_round():
    samples = [
        sample("floor", 1, 400), sample("door", 1, 200),
        sample("floor", 2, 100), sample("door", 2, 60),  # a busy moment, for both
        sample("floor", 3, 400), sample("door", 3, 160),
    ]  # fmt: skip
    assert contest.ratio(samples, "door", to="floor") == Spread(0.5, 0.4, 0.6)
    assert contest.ratio(samples, "floor", to="door").median == 2.0


def test_a_round_without_its_base_says_nothing():
    samples = [sample("floor", 1, 400), sample("door", 1, 200), sample("door", 2, 400)]
    assert contest.ratio(samples, "door", to="floor") == Spread(0.5, 0.5, 0.5)


def test_nothing_measured_is_an_error_and_not_zero():
    with pytest.raises(ValueError, match="nothing was measured"):
        contest.ratio([sample("door", 1, 200)], "door", to="floor")
    with pytest.raises(ValueError, match="nothing was measured"):
        contest.percentile([], 50)


def test_each_round_asks_everybody_once_and_not_always_in_one_order():
    names = ["a", "b", "c", "d", "e"]
    orders = contest.shuffled(names, rounds=20, seed=1)
    assert len(orders) == 20
    assert all(sorted(order) == names for order in orders)
    assert len({tuple(order) for order in orders}) > 10


def test_the_same_seed_gives_the_same_orders():
    names = ["a", "b", "c", "d"]
    assert contest.shuffled(names, rounds=9, seed=4) == contest.shuffled(names, rounds=9, seed=4)
    assert contest.shuffled(names, rounds=9, seed=4) != contest.shuffled(names, rounds=9, seed=5)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([3.0], 50, 3.0),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.0),
        (list(range(1, 101)), 95, 95),
        (list(range(1, 102)), 95, 96),
        ([9.0, 1.0], 95, 9.0),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(values, percent, expected):
    assert contest.percentile(values, percent) == expected
