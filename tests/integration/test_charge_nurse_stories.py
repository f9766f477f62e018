"""C2, C3, C6 and C7: told when nobody answers, once an episode, before a set is missed, and when
the alerting itself has stopped."""

from datetime import timedelta

import pytest

from alerts import escalation, overdue, pulse
from alerts.models import Alert, AlertEvent, Heartbeat, Notification, RotaRole
from alerts.policy import Family
from staff.models import Role
from tests.factories.alerts import on_call
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
)
from vitals.schedule import DueState, overdue_state

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
BOARD = "/wards/7b/board.json"


@pytest.fixture
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture
def ward(now):
    return a_ward(code="7b", name="Ward 7B")


@pytest.fixture
def charge(client, ward):
    client.force_login(
        a_person(Role.CHARGE_NURSE, ward), backend="staff.backends.OpenAccountBackend"
    )
    return client


def test_c02_silence_calls_again_at_3_the_attending_at_5_and_the_manager_at_10_minutes(ward):
    on_call(
        ward, RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW, RotaRole.ONCOLOGY_ATTENDING,
        RotaRole.SITE_NURSE_MANAGER,
    )  # fmt: skip
    chart_set(a_patient(ward), GRADE_2)
    alert = Alert.objects.get()
    for second in range(0, 601, 20):
        escalation.step_due(NOW + timedelta(seconds=second))
    log = AlertEvent.objects.filter(alert=alert, kind="escalated").order_by("seq")
    assert [(row.at - NOW) / MINUTE for row in log] == [3, 5, 10]
    told = {
        rung: set(
            Notification.objects.filter(alert=alert, rung=rung).values_list("role", flat=True)
        )
        for rung in (1, 2, 3)
    }
    assert told[1] == {"bedside_nurse", "oncology_fellow"}  # the charge nurse stands in at the bed
    assert "oncology_attending" in told[2]
    assert told[3] == {"site_nurse_manager"}


def test_c03_six_febrile_sets_are_one_alert_and_grade_2_supersedes_it(ward):
    patient = a_patient(ward)
    for number in range(6):
        chart_set(patient, FEVER, now=NOW + number * 30 * MINUTE)
    fever = Alert.objects.get(patient=patient, family=Family.FEVER)
    assert fever.count == 6
    chart_set(patient, GRADE_2, now=NOW + 200 * MINUTE)
    fever.refresh_from_db()
    graver = Alert.objects.not_closed().get(patient=patient, family=Family.CRS_GRADE)
    assert (fever.state, fever.absorbed_by) == ("closed", graver)


@pytest.mark.parametrize(
    ("late_minutes", "state", "severity"),
    [
        (30, DueState.DUE, None),
        (31, DueState.OVERDUE, "P3"),
        (120, DueState.OVERDUE, "P3"),
        (121, DueState.MISSED, "P2"),
    ],
)
def test_c06_a_2_hourly_patient_is_due_then_overdue_then_missed(
    late_minutes, state, severity, ward
):
    patient = a_patient(ward, infused_at=NOW - timedelta(days=5))
    chart_set(patient, WELL)
    plan = patient.state.patient.due_set
    plan.due_at, plan.interval_minutes = NOW, 120
    plan.overdue_at, plan.missed_at = NOW + 30 * MINUTE, NOW + 120 * MINUTE
    plan.neuro_due_at = plan.labs_due_at = None
    plan.look_at = plan.next_look()
    plan.save()
    now = NOW + late_minutes * MINUTE
    assert overdue_state(now=now, due_at=NOW, interval_minutes=120) is state
    for minute in range(late_minutes + 1):
        overdue.raise_overdue(now=NOW + minute * MINUTE)
    raised = Alert.objects.filter(patient=patient, family=Family.OBS_OVERDUE).first()
    assert (raised.severity if raised else None) == severity


def test_c06_the_more_overdue_stands_first(ward, charge, time_machine):
    for bed, minutes_ago in (("1", 245), ("2", 300), ("3", 10)):
        chart_set(a_patient(ward, bed=bed), WELL, minutes_ago=minutes_ago)
    assert [tile["bed"] for tile in charge.get(BOARD).json()["tiles"]] == ["2", "1", "3"]


def test_c07_within_two_minutes_every_screen_says_that_alerts_do_not_run(
    ward, charge, time_machine
):
    patient = a_patient(ward)
    for name in (pulse.SENDER, pulse.SWEEP):
        pulse.beat(name, now=NOW)
    pages = ("/wards/7b/board/", "/patients/", "/alerts/", f"/patients/{patient.pk}/timeline/")
    assert all(b"ALERTS NOT RUNNING" not in charge.get(page).content for page in pages)
    time_machine.move_to(NOW + 2 * MINUTE, tick=False)
    assert all(b"ALERTS NOT RUNNING" in charge.get(page).content for page in pages)
    for data in (BOARD, "/wards/7b/wall.json"):
        assert "ALERTS NOT RUNNING" in charge.get(data).json()["alerting"]["message"]
    assert charge.get("/alerting.json").json()["ok"] is False
    for name in (pulse.SENDER, pulse.SWEEP):
        pulse.beat(name, now=NOW + 2 * MINUTE)
    assert Heartbeat.objects.get(name=pulse.SWEEP).counter == 2
    assert all(b"ALERTS NOT RUNNING" not in charge.get(page).content for page in pages)
