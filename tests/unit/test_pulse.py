"""Who judges a loop keeps what it saw on its own clock beside what the rows say."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.pulse import Witness

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def witness(clock):
    return Witness(clock)


def alive(witness, counter, *, at=NOW, now=NOW):
    return witness.is_alive("sender", counter, at=at, now=now, within=MINUTE)


@pytest.mark.parametrize(
    ("row_is_old_by_seconds", "lives"),
    [(0, True), (60, True), (61, False), (-60, True), (-61, False)],
)
def test_at_the_first_look_the_row_decides(witness, row_is_old_by_seconds, lives):
    assert alive(witness, 1, now=NOW + timedelta(seconds=row_is_old_by_seconds)) is lives


@pytest.mark.parametrize(("seconds", "lives"), [(60, True), (61, False)])
def test_a_counter_that_stands_still_is_dead_whatever_the_wall_clock_says(
    witness, clock, seconds, lives
):
    assert alive(witness, 1)
    clock.seconds = seconds
    assert alive(witness, 1, now=NOW) is lives  # the clock was set back: the row looks fresh


@pytest.mark.parametrize("step", [timedelta(hours=-2), timedelta(hours=2)])
def test_a_counter_seen_to_move_lives_through_a_step_of_the_clock(witness, clock, step):
    assert alive(witness, 1)
    clock.seconds = 5
    assert alive(witness, 2, at=NOW, now=NOW + step)
    clock.seconds = 65
    assert alive(witness, 2, at=NOW, now=NOW + step)
    clock.seconds = 66
    assert not alive(witness, 2, at=NOW, now=NOW + step)


def test_a_counter_that_moved_some_time_since_a_look_long_ago_is_judged_by_its_row(witness, clock):
    assert alive(witness, 1)
    clock.seconds = 3600
    assert not alive(witness, 300, at=NOW + 50 * MINUTE, now=NOW + 60 * MINUTE)
    assert alive(witness, 301, at=NOW + 60 * MINUTE, now=NOW + 60 * MINUTE)


def test_how_long_a_thing_has_stood_is_counted_from_the_first_sight(witness, clock):
    assert witness.unchanged_seconds("oldest", 7) == 0
    clock.seconds = 40
    assert witness.unchanged_seconds("oldest", 7) == 40
    assert witness.unchanged_seconds("oldest", 8) == 0
