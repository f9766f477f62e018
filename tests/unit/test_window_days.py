"""Days are the ward's calendar days, and hours are real hours, on every night of the year."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients import therapies
from patients.windows import (
    Dose,
    DoseKind,
    WindowState,
    day_number,
    high_risk_spans,
    hours_after,
    window_status,
)

LONDON, NEW_YORK, KOLKATA = (
    ZoneInfo(name) for name in ("Europe/London", "America/New_York", "Asia/Kolkata")
)
# The days on which the clocks go forward and back; Kolkata stands by as the ward without any.
NIGHTS = [
    # zone      day on which the clocks change   hours in that day
    (LONDON, datetime(2026, 3, 29), 23),
    (LONDON, datetime(2026, 10, 25), 25),
    (NEW_YORK, datetime(2026, 3, 8), 23),
    (NEW_YORK, datetime(2026, 11, 1), 25),
    (KOLKATA, datetime(2026, 3, 29), 24),
    (KOLKATA, datetime(2026, 10, 25), 24),
]
nights = pytest.mark.parametrize(("zone", "change", "hours"), NIGHTS)
INSTANT = timedelta(microseconds=1)


def local(zone, day, clock, *, fold=0):
    """The instant at which the ward's clock shows this time."""
    hour, minute = map(int, clock.split(":"))
    return day.replace(hour=hour, minute=minute, tzinfo=zone, fold=fold).astimezone(UTC)


def days(count):
    return timedelta(days=count)


def infusion(at, therapy="tisa-cel"):
    return Dose(therapies.profile(therapy), DoseKind.INFUSION, at)


@nights
def test_the_day_of_the_change_is_as_long_as_the_table_says(zone, change, hours):
    start, end = local(zone, change, "00:00"), local(zone, change + days(1), "00:00")
    assert hours_after(end, dose_at=start) == hours


@nights
@pytest.mark.parametrize(
    ("given", "measured", "later", "day"),
    [
        # dose      set    nights between   day number
        ("23:50", "23:59", 0, 0),
        ("23:50", "00:00", 1, 1),
        ("23:50", "00:10", 1, 1),
        ("00:00", "23:59", 0, 0),
        ("00:10", "23:50", 0, 0),
        ("00:10", "00:09", 1, 1),
        ("12:00", "11:59", 1, 1),
        ("12:00", "12:01", 1, 1),
        ("23:50", "00:10", 14, 14),
        ("00:10", "23:50", 14, 14),
        ("00:10", "00:00", 15, 15),
    ],
)
@pytest.mark.parametrize("before", [0, 1])
def test_a_day_is_a_midnight_on_the_ward_whatever_the_clocks_do(
    zone, change, hours, given, measured, later, day, before
):
    dose_day = change - days(before)
    dose_at, at = local(zone, dose_day, given), local(zone, dose_day + days(later), measured)
    assert day_number(at, day_zero=dose_at, zone=zone) == day


@nights
def test_a_set_before_the_dose_has_a_day_below_zero(zone, change, hours):
    dose_at = local(zone, change, "00:00")
    assert day_number(dose_at - INSTANT, day_zero=dose_at, zone=zone) == -1
    assert day_number(dose_at, day_zero=dose_at, zone=zone) == 0


@pytest.mark.parametrize(
    ("zone", "change"), [(LONDON, datetime(2026, 10, 25)), (NEW_YORK, datetime(2026, 11, 1))]
)
def test_both_halves_of_the_hour_that_happens_twice_are_the_same_day(zone, change):
    first, second = (local(zone, change, "01:30", fold=fold) for fold in (0, 1))
    assert hours_after(second, dose_at=first) == 1
    assert day_number(second, day_zero=first, zone=zone) == 0


def test_the_ward_and_not_the_server_decides_which_day_it_is():
    dose_at = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    at = datetime(2026, 3, 1, 18, 31, tzinfo=UTC)
    assert day_number(at, day_zero=dose_at, zone=LONDON) == 0
    assert day_number(at, day_zero=dose_at, zone=KOLKATA) == 1


@nights
@pytest.mark.parametrize("given", ["00:10", "12:00", "23:50"])
@pytest.mark.parametrize(
    ("day", "clock", "nudge", "state"),
    [
        # day   time     moved by   state of days 1-14, watched for 30
        (1, "00:00", -INSTANT, WindowState.BEFORE),
        (1, "00:00", timedelta(0), WindowState.HIGH_RISK),
        (15, "00:00", -INSTANT, WindowState.HIGH_RISK),
        (15, "00:00", timedelta(0), WindowState.MONITORING),
        (31, "00:00", -INSTANT, WindowState.MONITORING),
        (31, "00:00", timedelta(0), WindowState.CLOSED),
    ],
)
def test_a_window_of_days_turns_at_midnight_of_the_ward(
    zone, change, hours, given, day, clock, nudge, state
):
    dose_day = change - days(7)
    dose = infusion(local(zone, dose_day, given))
    at = local(zone, dose_day + days(day), clock) + nudge
    assert window_status([dose], at=at, zone=zone).state is state


@nights
@pytest.mark.parametrize("clock_of", [UTC, None], ids=["told in UTC", "told in the ward's time"])
def test_a_window_of_hours_counts_real_hours(zone, change, hours, clock_of):
    given = local(zone, change - days(1), "12:00").astimezone(clock_of or zone)
    dose = Dose(therapies.profile("teclistamab"), DoseKind.STEP_1, given)

    def state(at):
        moment = at.astimezone(clock_of or zone)
        return window_status([dose], at=moment, zone=zone).state

    last = given.astimezone(UTC) + timedelta(hours=72)
    assert state(given.astimezone(UTC) - INSTANT) is WindowState.BEFORE
    assert state(given.astimezone(UTC)) is WindowState.HIGH_RISK
    assert state(last) is WindowState.HIGH_RISK
    assert state(last + INSTANT) is WindowState.MONITORING


@nights
@pytest.mark.parametrize(("minutes_off", "opens"), [(230, False), (239, False), (240, True),
                                                    (245, True)])  # fmt: skip
def test_a_pump_that_stops_over_the_change_is_timed_in_real_minutes(
    zone, change, hours, minutes_off, opens
):
    profile = therapies.profile("blina-rr")
    stopped = local(zone, change, "00:30")
    started = stopped - timedelta(hours=300)
    again = stopped + timedelta(minutes=minutes_off)
    doses = [
        Dose(profile, DoseKind.CYCLE_1_START, started, stopped.astimezone(zone)),
        Dose(profile, DoseKind.RESTART_AFTER_INTERRUPTION, again.astimezone(zone)),
    ]
    state = window_status(doses, at=again + timedelta(hours=1), zone=zone).state
    assert (state is WindowState.HIGH_RISK) is opens


@nights
@pytest.mark.parametrize("therapy", ["tisa-cel", "axi-cel", "generic-t-cell", "teclistamab"])
@pytest.mark.parametrize("given", ["00:10", "23:50"])
def test_what_the_timeline_shades_is_what_the_status_says(zone, change, hours, therapy, given):
    profile = therapies.profile(therapy)
    kind = DoseKind.STEP_1 if therapy == "teclistamab" else DoseKind.INFUSION
    dose = Dose(profile, kind, local(zone, change - days(2), given).astimezone(zone))
    ((start, end, shaded),) = high_risk_spans([dose], zone=zone)
    inclusive = kind is DoseKind.STEP_1  # an hour belongs to its window, a midnight to the next day
    assert shaded is dose
    for at, high in [
        (start.astimezone(UTC) - INSTANT, False),
        (start.astimezone(UTC), True),
        (end.astimezone(UTC) - INSTANT, True),
        (end.astimezone(UTC), inclusive),
        (end.astimezone(UTC) + INSTANT, False),
    ]:
        state = window_status([dose], at=at, zone=zone).state
        assert (state is WindowState.HIGH_RISK) is high, at - start.astimezone(UTC)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from([LONDON, NEW_YORK, KOLKATA]),
)
def test_days_between_two_moments_add_up(one, other, zone):
    one, other = one.replace(tzinfo=UTC), other.replace(tzinfo=UTC)
    there = day_number(other, day_zero=one, zone=zone)
    assert day_number(one, day_zero=other, zone=zone) == -there
    assert abs(there - (other - one) / timedelta(days=1)) < 1.05  # an hour more or less
