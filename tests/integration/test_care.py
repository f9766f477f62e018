"""Intensive care, home and a palliative plan: who is called, what is due, and how it ends."""

import uuid
from datetime import timedelta

import pytest

from alerts.models import (
    Alert,
    AlertState,
    DueSet,
    Notification,
    OrderKind,
    RotaRole,
    RotaSlot,
    ScheduleOrder,
)
from alerts.overdue import raise_overdue
from charting import care
from charting.entry import EntryRefusedError
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def ward():
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    return ward


@pytest.fixture
def patient(ward):
    patient = a_patient(ward)
    chart_set(patient, WELL, minutes_ago=60)
    return patient


def order(patient, kind, *, now=NOW, until=NOW + DAY, why="decided on the round", by=None):
    return care.order_care(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        kind=kind,
        until=until,
        why=why,
        ordered_by=by or a_person(Role.ONCOLOGIST),
        now=now,
    )


def due_of(patient):
    return DueSet.objects.get(pk=patient.pk)


def standing():
    return {alert.family: alert for alert in Alert.objects.exclude(state=AlertState.CLOSED)}


# --- A palliative plan --------------------------------------------------------------------------


@pytest.mark.parametrize("values", [GRADE_2, GRADE_3])
def test_under_a_palliative_plan_a_grade_shows_and_calls_nobody_at_once(patient, values):
    order(patient, OrderKind.PALLIATIVE)
    chart_set(patient, values)
    assert standing()["crs_grade"].severity == "P3"
    assert Notification.objects.count() == 0


def test_the_same_grade_without_the_plan_is_told_at_once(patient):
    chart_set(patient, GRADE_3)
    assert standing()["crs_grade"].severity == "P1"
    assert Notification.objects.exists()


def test_a_palliative_plan_leaves_worry_as_grave_as_it_is(patient):
    order(patient, OrderKind.PALLIATIVE)
    for _ in range(2):
        chart_set(patient, WELL | {"worried": True})
    assert standing()["hemodynamic"].severity == "P1"


@pytest.mark.parametrize(("minutes", "severity"), [(-1, "P3"), (0, "P1")])
def test_a_palliative_plan_ends_to_the_minute(patient, minutes, severity):
    order(patient, OrderKind.PALLIATIVE, until=NOW + DAY)
    chart_set(patient, GRADE_3, now=NOW + DAY + minutes * MINUTE)
    assert standing()["crs_grade"].severity == severity


def test_a_plan_that_was_ended_calls_again(patient):
    given = order(patient, OrderKind.PALLIATIVE)
    by = a_person(Role.ONCOLOGIST)
    care.end_care(order=given, client_id=uuid.uuid4(), ended_by=by, now=NOW)
    assert due_of(patient).palliative_until is None
    chart_set(patient, GRADE_3)
    assert standing()["crs_grade"].severity == "P1"


# --- Intensive care -----------------------------------------------------------------------------


def test_in_intensive_care_a_look_at_the_grade_is_due_every_four_hours(patient):
    order(patient, OrderKind.ICU)
    chart_set(patient, GRADE_3)
    assert due_of(patient).due_at == NOW + timedelta(hours=4)


def test_a_look_that_is_late_in_intensive_care_pages_nobody(patient):
    order(patient, OrderKind.ICU)
    chart_set(patient, GRADE_3)
    Alert.objects.update(state=AlertState.CLOSED, closed_at=NOW)
    told = Notification.objects.count()
    assert due_of(patient).told_step == 0
    for hours in (5, 6, 9, 13):
        raise_overdue(now=NOW + timedelta(hours=hours))
    assert due_of(patient).told_step == 2
    assert standing()["obs_overdue"].severity == "P3"
    assert Notification.objects.count() == told


def test_the_team_of_intensive_care_is_called_for_the_nurses_of_the_ward(patient, ward):
    team = a_person(Role.NURSE, ward)
    RotaSlot.objects.create(
        ward=ward,
        role=RotaRole.ICU_OUTREACH,
        person=team,
        starts_at=NOW - DAY,
        ends_at=NOW + DAY,
        recorded_at=NOW - DAY,
    )
    order(patient, OrderKind.ICU)
    chart_set(patient, GRADE_2)
    roles = set(Notification.objects.values_list("role", flat=True))
    assert "icu_outreach" in roles
    assert not roles & {"bedside_nurse", "charge_nurse"}


def test_without_a_team_on_the_rota_the_nurses_of_the_ward_are_told(patient):
    order(patient, OrderKind.ICU)
    chart_set(patient, GRADE_2)
    told = Notification.objects.values_list("role", flat=True)
    assert set(told) == {"bedside_nurse"}  # whom the charge nurse stands in for


def test_who_is_in_intensive_care_past_the_time_is_looked_for(patient):
    order(patient, OrderKind.ICU, until=NOW + 10 * MINUTE)
    assert raise_overdue(now=NOW + 10 * MINUTE) == 0
    assert raise_overdue(now=NOW + 11 * MINUTE) == 1
    alert = standing()["obs_overdue"]
    assert (alert.rule, alert.severity) == ("A32", "P2")
    assert raise_overdue(now=NOW + 12 * MINUTE) == 0


def test_what_was_overdue_is_answered_by_the_move_to_intensive_care(patient):
    raise_overdue(now=NOW + timedelta(hours=4))
    assert standing()["obs_overdue"].rule == "A29"
    order(patient, OrderKind.ICU, now=NOW + timedelta(hours=4))
    assert "obs_overdue" not in standing()


# --- At home ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("values", "severity"), [(WELL, "P2"), (FEVER, "P1")])
def test_a_check_in_is_missed_after_two_hours_and_graver_with_a_grade(patient, values, severity):
    order(patient, OrderKind.HOME, until=NOW + 7 * DAY)
    chart_set(patient, values)
    due_at = due_of(patient).due_at
    assert due_at == NOW + timedelta(hours=8)
    Alert.objects.update(state=AlertState.CLOSED, closed_at=NOW)
    assert raise_overdue(now=due_at + 120 * MINUTE) == 0
    assert raise_overdue(now=due_at + 121 * MINUTE) == 1
    alert = standing()["obs_overdue"]
    assert (alert.rule, alert.severity) == ("A37", severity)


def test_a_temperature_alone_is_a_check_in(patient):
    order(patient, OrderKind.HOME, until=NOW + 7 * DAY)
    late = due_of(patient).due_at + 121 * MINUTE
    raise_overdue(now=late)
    assert standing()["obs_overdue"].rule == "A37"
    chart_set(patient, {"temperature_celsius": WELL["temperature_celsius"]}, now=late + MINUTE)
    assert "obs_overdue" not in standing()
    assert due_of(patient).due_at == late + MINUTE + timedelta(hours=8)


# --- Orders -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "days"), [(OrderKind.ICU, 7), (OrderKind.HOME, 31), (OrderKind.PALLIATIVE, 14)]
)
def test_nothing_goes_on_for_ever(patient, kind, days):
    order(patient, kind, until=NOW + days * DAY)
    with pytest.raises(EntryRefusedError, match="must be within"):
        order(patient, kind, until=NOW + days * DAY + timedelta(hours=1))


def test_a_reason_is_asked_for(patient):
    with pytest.raises(EntryRefusedError, match="is required"):
        order(patient, OrderKind.ICU, why="  ")


def test_the_same_order_twice_is_one(patient):
    key, by = uuid.uuid4(), a_person(Role.ONCOLOGIST)
    for _ in range(2):
        care.order_care(
            patient_id=patient.pk, client_id=key, kind=OrderKind.HOME, until=NOW + DAY,
            why="stable", ordered_by=by, now=NOW,
        )  # fmt: skip
    assert ScheduleOrder.objects.count() == 1


def test_home_ends_intensive_care(patient):
    order(patient, OrderKind.ICU)
    order(patient, OrderKind.HOME)
    due = due_of(patient)
    assert due.icu_until is None
    assert due.home_until == NOW + DAY
