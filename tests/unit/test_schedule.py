"""When the next set is due, and the minute at which it is late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.schedule import (
    DueState,
    grace_minutes,
    next_interval_minutes,
    overdue_ratio,
    overdue_state,
)

DUE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("grade", "new", "high_risk", "day", "minutes"),
    [
        # at least  new grade  in window  day   minutes to the next set
        (0, False, True, 12, 240),
        (0, True, True, 12, 240),
        (0, False, False, 0, 240),
        (0, False, False, 9, 240),
        (0, False, False, 10, 360),
        (0, True, False, 10, 360),
        (0, False, True, 10, 240),
        (0, False, False, -1, 240),
        (0, False, False, None, 240),
        (1, True, True, 3, 30),
        (1, False, True, 3, 120),
        (1, False, False, 20, 120),
        (2, True, True, 3, 15),
        (2, False, True, 3, 60),
        (3, True, False, 20, 15),
        (3, False, False, 20, 60),
        (4, True, None, None, 15),
        (4, False, False, None, 60),
        (5, True, True, 3, 15),
        (5, False, True, 3, 60),
    ],
)
def test_the_next_set_is_due_by_grade_window_and_day(grade, new, high_risk, day, minutes):
    due = next_interval_minutes(at_least=grade, is_new_grade=new, in_high_risk=high_risk, day=day)
    assert due == minutes


@pytest.mark.parametrize("grade", [-1, 6])
def test_a_grade_that_is_none_is_an_error_and_not_a_long_wait(grade):
    with pytest.raises(KeyError):
        next_interval_minutes(at_least=grade, is_new_grade=False, in_high_risk=True, day=1)


@given(st.integers(0, 4), st.booleans(), st.booleans(), st.none() | st.integers(-5, 60))
def test_a_worse_or_newer_grade_never_lengthens_the_wait(grade, new, high_risk, day):
    def wait(at_least, *, is_new):
        return next_interval_minutes(
            at_least=at_least, is_new_grade=is_new, in_high_risk=high_risk, day=day
        )

    assert wait(grade + 1, is_new=new) <= wait(grade, is_new=new)
    assert wait(grade, is_new=True) <= wait(grade, is_new=False)


# The clinical note's own table: interval, then minutes of grace before and after.
GRACE = [(15, 5), (20, 5), (30, 7.5), (60, 15), (120, 30), (240, 30), (360, 30), (480, 30)]


@pytest.mark.parametrize(("interval", "grace"), GRACE)
def test_grace_is_a_quarter_between_five_and_thirty_minutes(interval, grace):
    assert grace_minutes(interval) == grace


@pytest.mark.parametrize(("interval", "grace"), GRACE)
def test_both_sides_of_every_edge(interval, grace):
    def at(minutes):
        return timedelta(minutes=minutes)

    for late, state in [
        (-at(grace) - INSTANT, DueState.OK),
        (-at(grace), DueState.DUE_SOON),
        (timedelta(0), DueState.DUE_SOON),
        (INSTANT, DueState.DUE),
        (at(grace), DueState.DUE),
        (at(grace) + INSTANT, DueState.OVERDUE),
        (at(interval), DueState.OVERDUE),
        (at(interval) + INSTANT, DueState.MISSED),
        (at(100_000), DueState.MISSED),
    ]:
        found = overdue_state(now=DUE + late, due_at=DUE, interval_minutes=interval)
        assert found is state, late


@pytest.mark.parametrize(
    ("minutes_late", "state"), [(30, DueState.DUE), (31, DueState.OVERDUE), (121, DueState.MISSED)]
)
def test_a_two_hourly_patient_turns_as_the_charge_nurse_was_promised(minutes_late, state):
    now = DUE + timedelta(minutes=minutes_late)
    assert overdue_state(now=now, due_at=DUE, interval_minutes=120) is state


@given(st.floats(-600, 600), st.floats(0, 600), st.sampled_from([15, 30, 60, 120, 240, 360]))
def test_waiting_never_makes_a_set_less_late(minutes, longer, interval):
    order = list(DueState)
    now = DUE + timedelta(minutes=minutes)
    then = now + timedelta(minutes=longer)
    first, second = (
        order.index(overdue_state(now=each, due_at=DUE, interval_minutes=interval))
        for each in (now, then)
    )
    assert first <= second


@pytest.mark.parametrize("clock", [UTC, ZoneInfo("Europe/London")])
@pytest.mark.parametrize(("month", "day"), [(3, 29), (10, 25)])
def test_lateness_is_counted_in_real_minutes_when_the_clocks_change(clock, month, day):
    due_at = datetime(2026, month, day, 0, 30, tzinfo=UTC)  # half an hour before the change
    now = due_at + timedelta(minutes=60)
    late = {"now": now.astimezone(clock), "due_at": due_at.astimezone(clock)}
    assert overdue_state(**late, interval_minutes=60) is DueState.OVERDUE
    assert overdue_ratio(**late, interval_minutes=60) == 1


@pytest.mark.parametrize(
    ("minutes_late", "interval", "ratio"),
    [(-10, 60, 0), (0, 60, 0), (30, 60, 0.5), (60, 60, 1), (90, 60, 1.5)],
)
def test_the_ratio_is_lateness_in_intervals(minutes_late, interval, ratio):
    now = DUE + timedelta(minutes=minutes_late)
    assert overdue_ratio(now=now, due_at=DUE, interval_minutes=interval) == ratio


def test_ten_minutes_late_on_fifteen_outranks_an_hour_late_on_six_hours():
    soon, slow = (
        overdue_ratio(now=DUE + timedelta(minutes=late), due_at=DUE, interval_minutes=interval)
        for late, interval in [(10, 15), (60, 360)]
    )
    assert soon > slow
