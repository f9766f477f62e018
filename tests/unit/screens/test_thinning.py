"""Fewer points must show the same peaks, the same gaps and every marked moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.timeline.thinning import Point, drawn, runs, thin

START = datetime(2026, 3, 1, tzinfo=UTC)
HOURLY = timedelta(hours=1)


def series(values, step=timedelta(minutes=1)):
    return [Point(START + n * step, float(value)) for n, value in enumerate(values)]


@pytest.mark.parametrize(("count", "kept"), [(0, 0), (1, 1), (2000, 2000)])
def test_up_to_the_most_nothing_is_left_out(count, kept):
    assert len(thin(series(range(count)))) == kept


def test_beyond_it_the_ends_and_both_extremes_stay():
    values = [50.0] * 9000
    values[4321], values[7777] = 210.0, 10.0
    kept = thin(series(values))
    assert len(kept) <= 2000
    assert {point.value for point in kept} == {50.0, 210.0, 10.0}
    assert (kept[0].at, kept[-1].at) == (START, START + timedelta(minutes=8999))


def test_a_marked_moment_stays_in_the_middle_of_a_plain():
    points = series([50.0] * 9000)
    marked = points[4444].at
    assert marked not in {point.at for point in thin(points)}
    assert marked in {point.at for point in thin(points, keep={marked})}


@given(st.lists(st.integers(0, 300), min_size=1, max_size=400), st.integers(4, 60))
def test_thinning_never_invents_reorders_or_loses_an_extreme(values, most):
    points = series(values)
    kept = thin(points, most=most)
    assert set(kept) <= set(points)
    assert [point.at for point in kept] == sorted(point.at for point in kept)
    assert min(kept, key=lambda p: p.value).value == min(values)
    assert max(kept, key=lambda p: p.value).value == max(values)
    assert len(kept) <= most + 4


@pytest.mark.parametrize(("gap", "count"), [(60, 1), (61, 2)])
def test_a_run_ends_where_the_next_point_is_too_late(gap, count):
    points = [Point(START, 1.0), Point(START + timedelta(minutes=gap), 2.0)]
    assert len(runs(points, holds_for=lambda _: HOURLY)) == count


def test_the_line_breaks_at_a_gap_and_nowhere_else():
    points = series([1, 2, 3], step=timedelta(minutes=30))
    points += [Point(START + timedelta(hours=9), 4.0)]
    line = drawn(points, holds_for=lambda _: HOURLY)
    assert [None if point is None else point.value for point in line] == [1.0, 2.0, 3.0, None, 4.0]


def test_gaps_survive_thinning():
    points = series(range(3000))
    later = [Point(point.at + timedelta(days=5), point.value) for point in points]
    line = drawn(points + later, holds_for=lambda _: HOURLY)
    assert line.count(None) == 1
    assert len(line) <= 2001
