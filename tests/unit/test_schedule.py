"""When the next set is due, and the minute at which it is late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.schedule import (
    SETTLED,
    WATCH_SETS,
    DueState,
    Situation,
    grace_minutes,
    held_until,
    labs_grace_minutes,
    labs_minutes,
    longest_order_minutes,
    neuro_minutes,
    overdue_ratio,
    overdue_state,
    vitals_minutes,
)

DUE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def situation(at_least, **more):
    defaults = {"in_high_risk": True, "sets_at_grade": SETTLED, "day": 5}
    return Situation(at_least=at_least, **defaults | more)


@pytest.mark.parametrize(
    ("grade", "high_risk", "day", "minutes"),
    [
        # at least  in window  day   minutes to the next set
        (0, True, 12, 240),
        (0, False, 0, 240),
        (0, False, 9, 240),
        (0, False, 10, 360),
        (0, True, 10, 240),
        (0, False, -1, 240),
        (0, False, None, 240),
        (1, True, 3, 120),
        (1, False, 20, 120),
        (2, True, 3, 60),
        (3, False, 20, 60),
        (4, False, None, 60),
        (5, False, 3, 60),
    ],
)
def test_the_next_set_is_due_by_grade_window_and_day(grade, high_risk, day, minutes):
    assert vitals_minutes(situation(grade, in_high_risk=high_risk, day=day)) == minutes


@pytest.mark.parametrize(
    ("grade", "minutes"),
    [
        (0, [240, 240]),
        (1, [30, 60, 60, 60, 60, 120, 120]),
        (2, [15, 15, 60, 60]),
        (3, [15, 15, 60]),
        (4, [15, 15, 60]),
        (5, [15, 15, 60]),
    ],
)
def test_a_new_grade_is_looked_at_more_often_until_it_is_known(grade, minutes):
    found = [vitals_minutes(situation(grade, sets_at_grade=n + 1)) for n in range(len(minutes))]
    assert found == minutes


def test_grade_1_is_seen_four_hourly_after_a_day_without_fever():
    day = timedelta(hours=24)
    assert vitals_minutes(situation(1, since_fever=day - INSTANT)) == 120
    assert vitals_minutes(situation(1, since_fever=day)) == 240
    assert vitals_minutes(situation(1, since_fever=None)) == 120
    assert vitals_minutes(situation(2, since_fever=day)) == 60


def test_a_grade_that_fell_keeps_the_interval_of_the_graver_one():
    assert vitals_minutes(situation(0, held_at_least=2)) == 60
    assert vitals_minutes(situation(0, held_at_least=1)) == 120
    assert neuro_minutes(situation(0, held_at_least=3)) == 120


def test_a_warning_sign_is_checked_again_in_an_hour_and_then_two_hourly_three_times():
    left = range(WATCH_SETS, -1, -1)
    found = [vitals_minutes(situation(0, watch_sets_left=n)) for n in left]
    assert found == [60, 120, 120, 120, 240]


@pytest.mark.parametrize("grade", [-1, 6])
def test_a_grade_that_is_none_is_an_error_and_not_a_long_wait(grade):
    for minutes in (vitals_minutes, neuro_minutes, labs_minutes):
        with pytest.raises(KeyError):
            minutes(situation(grade))


@given(
    st.integers(0, 4),
    st.integers(1, 9),
    st.booleans(),
    st.none() | st.integers(-5, 60),
    st.none() | st.integers(0, 4),
)
def test_a_worse_or_newer_grade_never_lengthens_the_wait(grade, sets, high_risk, day, icans):
    def waits(at_least, sets_at_grade):
        at = situation(
            at_least,
            sets_at_grade=sets_at_grade,
            in_high_risk=high_risk,
            day=day,
            icans_at_least=icans,
        )
        labs = labs_minutes(at)
        return vitals_minutes(at), neuro_minutes(at), 10**6 if labs is None else labs

    now, worse, newer = waits(grade, sets), waits(grade + 1, 1), waits(grade, 1)
    assert all(a <= b for a, b in zip(worse, now, strict=True))
    assert all(a <= b for a, b in zip(newer, now, strict=True))


@pytest.mark.parametrize(
    ("at", "minutes"),
    [
        (situation(0), 480),
        (situation(0, in_high_risk=False), 720),
        (situation(1), 240),
        (situation(2), 240),
        (situation(3), 120),
        (situation(4), 60),
        (situation(0, icans_at_least=0), 480),
        (situation(0, icans_at_least=1), 240),
        (situation(0, icans_at_least=2), 120),
        (situation(0, icans_at_least=3), 60),
        (situation(4, icans_at_least=4), 60),
        (situation(0, icans_at_least=1, neuro_series_left=1), 30),
        (situation(0, icans_at_least=1, neuro_series_left=0), 240),
    ],
)
def test_the_next_neuro_check_is_due_by_crs_and_icans(at, minutes):
    assert neuro_minutes(at) == minutes


@pytest.mark.parametrize(
    ("at", "minutes"),
    [
        (situation(0), 1440),
        (situation(0, in_high_risk=False, day=14), 1440),
        (situation(0, in_high_risk=False, day=15), None),
        (situation(0, in_high_risk=True, day=15), 1440),
        (situation(0, in_high_risk=False, day=None), 1440),
        (situation(1, in_high_risk=False, day=15), 1440),
        (situation(2), 720),
        (situation(3), 720),
        (situation(4), 360),
    ],
)
def test_labs_are_due_daily_and_oftener_with_the_grade(at, minutes):
    assert labs_minutes(at) == minutes


def test_daily_labs_are_late_when_they_are_thirty_hours_old():
    assert 1440 + labs_grace_minutes(1440) == 30 * 60


@pytest.mark.parametrize(
    ("grade", "minutes"), [(0, 360), (1, 240), (2, 120), (3, 60), (4, 60), (5, 60)]
)
def test_an_order_stretches_the_interval_only_up_to_the_ceiling_of_the_grade(grade, minutes):
    assert longest_order_minutes(grade) == minutes


LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("grade", "fell", "until"),
    [
        (2, "2026-03-10T08:00", "2026-03-10T14:00"),
        (1, "2026-03-10T08:00", "2026-03-10T14:00"),
        (3, "2026-03-10T08:00", "2026-03-10T20:00"),
        (4, "2026-03-10T09:59", "2026-03-10T21:59"),
        (4, "2026-03-10T10:00", "2026-03-11T06:00"),  # would end at 22:00, in the night
        (2, "2026-03-10T23:30", "2026-03-11T06:00"),  # would end at 05:30
        (2, "2026-03-11T00:00", "2026-03-11T06:00"),
        (3, "2026-03-28T21:00", "2026-03-29T10:00"),  # twelve real hours, the clocks go forward
        (2, "2026-03-28T22:30", "2026-03-29T06:00"),
        (2, "2026-10-24T21:00", "2026-10-25T06:00"),  # six real hours end at 02:00, in the night
    ],
)
def test_the_interval_of_a_fallen_grade_is_held_and_never_dropped_in_the_night(grade, fell, until):
    at = datetime.fromisoformat(fell).replace(tzinfo=LONDON)
    expected = datetime.fromisoformat(until).replace(tzinfo=LONDON)
    assert held_until(from_at_least=grade, at=at) == expected


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
