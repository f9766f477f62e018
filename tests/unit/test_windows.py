"""Risk windows open after the doses that were given, name their dose, and mute nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from patients import therapies
from patients.windows import (
    Dose,
    DoseKind,
    HighRisk,
    WindowState,
    WindowStatus,
    WindowUnit,
    course_start,
    day_number,
    high_risk_spans,
    window_status,
)

LONDON = ZoneInfo("Europe/London")
MARCH_1 = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def dose(therapy, kind, *, hours=0, stopped_after=None):
    """A dose so many hours after ten in the morning of 1 March."""
    at = MARCH_1 + timedelta(hours=hours)
    stopped = None if stopped_after is None else at + timedelta(hours=stopped_after)
    return Dose(therapies.profile(therapy), DoseKind(kind), at, stopped)


def status(doses, *, hours):
    return window_status(doses, at=MARCH_1 + timedelta(hours=hours), zone=LONDON)


def on_march(day):
    return (day - 1) * 24


# --- One dose ----------------------------------------------------------------------------------


def test_without_a_dose_there_is_no_window_and_no_day_zero():
    assert status([], hours=0) == WindowStatus(WindowState.NONE)
    assert course_start([], at=MARCH_1) is None
    assert high_risk_spans([], zone=LONDON) == []


@pytest.mark.parametrize(
    ("day", "state"),
    [
        # days after the infusion   state of the fallback: days 3-14, watched for 30
        (-1, WindowState.BEFORE),
        (0, WindowState.BEFORE),
        (2, WindowState.BEFORE),
        (3, WindowState.HIGH_RISK),
        (14, WindowState.HIGH_RISK),
        (15, WindowState.MONITORING),
        (30, WindowState.MONITORING),
        (31, WindowState.CLOSED),
    ],
)
def test_an_unlisted_product_is_at_high_risk_on_days_3_to_14_and_watched_for_30(day, state):
    given = dose("generic-t-cell", "infusion")
    assert status([given], hours=24 * day).state is state


@pytest.mark.parametrize(
    ("hours", "state"), [(0, WindowState.HIGH_RISK), (-0.001, WindowState.BEFORE)]
)
def test_a_window_from_day_0_opens_with_the_dose_and_not_that_morning(hours, state):
    assert status([dose("axi-cel", "infusion")], hours=hours).state is state


@pytest.mark.parametrize(("day", "state"), [(30, "monitoring"), (31, "monitoring"),
                                            (45, "monitoring"), (46, "closed")])  # fmt: skip
def test_cilta_cel_is_watched_for_45_days(day, state):
    assert status([dose("cilta-cel", "infusion")], hours=24 * day).state == state


def test_the_status_names_the_dose_and_the_window():
    given = dose("tisa-cel", "infusion")
    found = status([given], hours=24)
    assert found == WindowStatus(
        WindowState.HIGH_RISK, given, HighRisk(WindowUnit.DAY, first=1, last=14)
    )
    assert found.high_risk.words() == "days 1–14"


# --- Several doses -----------------------------------------------------------------------------


def test_the_second_split_dose_holds_the_window_open_and_is_named():
    first = dose("obe-cel", "split_dose_1")
    second = dose("obe-cel", "split_dose_2", hours=on_march(11))
    assert status([first], hours=on_march(20)).state is WindowState.MONITORING
    found = status([first, second], hours=on_march(20))
    assert (found.state, found.dose) == (WindowState.HIGH_RISK, second)


@pytest.mark.parametrize(("day", "state"), [(10, "high_risk"), (11, "high_risk"),
                                            (25, "high_risk"), (26, "monitoring")])  # fmt: skip
def test_a_second_split_dose_is_at_risk_on_its_own_day(day, state):
    doses = [
        dose("obe-cel", "split_dose_1"),
        dose("obe-cel", "split_dose_2", hours=on_march(11)),
    ]
    assert status(doses, hours=on_march(day)).state == state


def test_a_dose_step_opens_its_own_window_inside_the_first():
    start = dose("blina-rr", "cycle_1_start")
    step = dose("blina-rr", "dose_step_up", hours=7 * 24)
    both = [start, step]
    assert [each for *_, each in high_risk_spans(both, zone=LONDON)] == both
    assert status(both, hours=7 * 24 - 0.001).dose is start
    assert status(both, hours=7 * 24).dose is step
    assert status(both, hours=216).dose is step
    assert status(both, hours=7 * 24 + 72).state is WindowState.HIGH_RISK
    assert status(both, hours=7 * 24 + 72.001).state is WindowState.MONITORING


@pytest.mark.parametrize("therapy", ["blina-rr", "blina-mrd-consolidation"])
@pytest.mark.parametrize(
    ("minutes_off", "windows"), [(0, 1), (230, 1), (239.999, 1), (240, 2), (245, 2)]
)
def test_a_restart_opens_a_window_after_four_hours_off(therapy, minutes_off, windows):
    doses = [
        dose(therapy, "cycle_1_start", stopped_after=300),
        dose(therapy, "restart_after_interruption", hours=300 + minutes_off / 60),
    ]
    assert len(high_risk_spans(doses, zone=LONDON)) == windows


def test_a_stop_that_nobody_timed_counts_as_long():
    doses = [
        dose("blina-rr", "cycle_1_start"),
        dose("blina-rr", "restart_after_interruption", hours=300),
    ]
    assert status(doses, hours=301).state is WindowState.HIGH_RISK
    assert status(doses[1:], hours=301).state is WindowState.HIGH_RISK


def test_a_late_recorded_dose_counts_in_the_order_of_giving():
    early, late = dose("teclistamab", "step_1"), dose("teclistamab", "step_2", hours=72)
    assert status([late, early], hours=100) == status([early, late], hours=100)
    assert status([late, early], hours=100).dose is late


def test_a_dose_that_is_still_to_come_opens_nothing_yet():
    planned = dose("teclistamab", "step_2", hours=24 * 40)
    assert status([dose("teclistamab", "step_1"), planned], hours=24 * 35).state == "closed"
    assert status([planned], hours=0) == WindowStatus(
        WindowState.BEFORE, planned, HighRisk(WindowUnit.HOUR, first=0, last=72)
    )


def test_before_beats_monitoring_once_the_next_dose_is_in():
    doses = [dose("generic-t-cell", "infusion"), dose("generic-t-cell", "infusion", hours=480)]
    assert status(doses, hours=479).state is WindowState.MONITORING
    assert status(doses, hours=480) == WindowStatus(
        WindowState.BEFORE, doses[1], HighRisk(WindowUnit.DAY, first=3, last=14)
    )


def test_a_patient_is_watched_as_long_as_any_dose_asks_for():
    # 45 days after the cells; 30 days after a dose that followed on day 5.
    doses = [dose("cilta-cel", "infusion"), dose("teclistamab", "step_1", hours=5 * 24)]
    assert status(doses, hours=24 * 36).state is WindowState.MONITORING
    assert status(doses, hours=24 * 45).state is WindowState.MONITORING
    assert status(doses, hours=24 * 46).state is WindowState.CLOSED


@pytest.mark.parametrize(("day", "state"), [(0, "monitoring"), (30, "monitoring"),
                                            (31, "closed"), (-1, "before")])  # fmt: skip
def test_a_dose_that_opens_no_window_is_still_a_dose(day, state):
    later = dose("teclistamab", "subsequent")
    assert status([later], hours=24 * day) == WindowStatus(WindowState(state), later)


# --- Day 0 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "opener"),
    [
        # hours   the dose that is day 0
        (-1, 0),
        (0, 0),
        (24 * 7, 0),
        (24 * 42 - 0.001, 0),
        (24 * 42, 2),
        (24 * 50, 2),
    ],
)
def test_day_0_is_the_last_start_of_a_course_given_by_then(hours, opener):
    doses = [
        dose("blina-rr", "cycle_1_start"),
        dose("blina-rr", "dose_step_up", hours=24 * 7),
        dose("blina-rr", "cycle_2_start", hours=24 * 42),
    ]
    at = MARCH_1 + timedelta(hours=hours)
    assert course_start(list(reversed(doses)), at=at) is doses[opener]


def test_a_course_whose_start_was_not_recorded_counts_from_its_own_doses():
    doses = [dose("teclistamab", "step_2"), dose("teclistamab", "first_full", hours=72)]
    assert course_start(doses, at=MARCH_1 + timedelta(hours=1)) is doses[0]
    assert course_start(doses, at=MARCH_1 + timedelta(hours=72)) is doses[1]


def test_a_corrected_date_moves_every_day_and_window_with_it():
    wrong, right = dose("tisa-cel", "infusion"), dose("tisa-cel", "infusion", hours=-48)
    for hours in (0, 24 * 13, 24 * 14, 24 * 30):
        at = MARCH_1 + timedelta(hours=hours)
        days = [day_number(at, day_zero=d.started_at, zone=LONDON) for d in (wrong, right)]
        assert days[1] == days[0] + 2
    assert status([wrong], hours=0).state is WindowState.BEFORE
    assert status([right], hours=0).state is WindowState.HIGH_RISK
    assert status([wrong], hours=24 * 14).state is WindowState.HIGH_RISK
    assert status([right], hours=24 * 14).state is WindowState.MONITORING


# --- What a timeline shades --------------------------------------------------------------------


def test_a_window_of_hours_is_shaded_from_the_dose():
    given = dose("elranatamab", "first_full")
    assert high_risk_spans([given], zone=LONDON) == [
        (MARCH_1, MARCH_1 + timedelta(hours=48), given)
    ]


@pytest.mark.parametrize(
    ("therapy", "start"),
    [
        # from day 0: from the dose on; from day 1: from midnight
        ("axi-cel", datetime(2026, 3, 1, 10, tzinfo=LONDON)),
        ("tisa-cel", datetime(2026, 3, 2, 0, tzinfo=LONDON)),
    ],
)
def test_a_window_of_days_is_shaded_to_the_end_of_its_last_day(therapy, start):
    given = dose(therapy, "infusion")
    end = datetime(2026, 3, 16, 0, tzinfo=LONDON)
    assert high_risk_spans([given], zone=LONDON) == [(start, end, given)]
