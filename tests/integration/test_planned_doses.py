"""A planned dose: what stands against it is told, and whether tocilizumab lies ready."""

import uuid
from datetime import timedelta

import pytest

from alerts import rulebook
from alerts.models import Alert, AlertState, Notification
from alerts.policy.planning import PlannedFacts, next_dose, supply
from charting import alerting, doses, planned, planning
from charting.entry import EntryRefusedError
from patients.models import PlannedDose, SupplyCheck
from staff.models import Role
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, a_ward, chart_set

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GLOFITAMAB = {"therapy": "glofitamab", "kind": "step_1"}


def plan(patient, *, at=NOW + 3 * DAY, now=NOW, key=None, **fields):
    return planning.plan_dose(
        patient_id=patient.pk,
        client_id=key or uuid.uuid4(),
        planned_at=at,
        planned_by=a_person(Role.ONCOLOGIST),
        now=now,
        **GLOFITAMAB | fields,
    )


def look(patient, *, now):
    alerting.evaluate_clock(patient.pk, now=now)
    return {a.rule: a for a in Alert.objects.exclude(state=AlertState.CLOSED)}


@pytest.fixture
def patient(db):
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    return a_patient(ward)


# --- The rules, both sides of each edge ---------------------------------------------------------


def facts(**known):
    return PlannedFacts(
        planned_at=NOW + 3 * DAY, recorded_at=NOW, **{"therapy": "tisa-cel"} | known
    )


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"at_least": 0}, False),
        ({"at_least": 1}, True),
        ({"therapy": "glofitamab", "crs_ended_at": NOW}, False),
        ({"therapy": "glofitamab", "crs_ended_at": NOW + timedelta(seconds=1)}, True),
        ({"therapy": "tisa-cel", "crs_ended_at": NOW + 2 * DAY}, False),
        ({"therapy": "obe-cel", "worst_after_first": 1}, False),
        ({"therapy": "obe-cel", "worst_after_first": 2}, True),
        ({"therapy": "tisa-cel", "worst_after_first": 4}, False),
    ],
)
def test_what_stands_against_a_planned_dose(known, told):
    found = next_dose(facts(**known), rulebook.current())
    assert [each.severity for each in found] == (["P2"] if told else [])


@pytest.mark.parametrize(
    ("hours_before", "seen_days_before", "told"),
    [(25, None, False), (24, None, True), (1, 7, False), (1, 7.01, True), (1, None, True)],
)
def test_tocilizumab_is_looked_for_in_the_day_before_a_window(hours_before, seen_days_before, told):
    opens = NOW + 3 * DAY
    seen = None if seen_days_before is None else opens - seen_days_before * DAY
    at = opens - hours_before * HOUR
    known = facts(window_opens_at=opens, supply_seen_at=seen)
    found = supply(known, at=at, book=rulebook.current())
    assert [each.severity for each in found] == (["P3"] if told else [])


def test_without_a_plan_or_a_window_nobody_is_asked():
    book = rulebook.current()
    assert next_dose(None, book) == supply(None, at=NOW, book=book) == []
    assert supply(facts(), at=NOW, book=book) == []


# --- Through the door ---------------------------------------------------------------------------


def test_a_dose_planned_while_crs_stands_is_told_to_fellow_and_pharmacist(patient):
    chart_set(patient, FEVER)
    plan(patient, at=NOW + DAY)
    alert = Alert.objects.get(rule="A28")
    assert (alert.severity, alert.state) == ("P2", "open")
    assert Notification.objects.filter(alert=alert).exists()


def test_crs_that_comes_after_the_plan_is_told_by_the_next_look(patient):
    chart_set(patient, WELL, minutes_ago=30)
    plan(patient, at=NOW + DAY)
    assert "A28" not in look(patient, now=NOW)
    chart_set(patient, FEVER)
    assert "A28" in look(patient, now=NOW)


def test_a_plan_taken_back_ends_the_alert(patient):
    chart_set(patient, FEVER)
    row = plan(patient, at=NOW + DAY)
    planning.cancel_dose(
        plan=row, client_id=uuid.uuid4(), reason="CRS", cancelled_by=a_person(), now=NOW
    )
    assert "A28" not in look(patient, now=NOW)
    assert planned.plans(patient.pk, now=NOW) == []


def test_a_dose_that_was_given_is_planned_no_more(patient):
    plan(patient, at=NOW + HOUR)
    doses.record_infusion(
        patient_id=patient.pk, started_at=NOW + HOUR, recorded_by=a_person(),
        now=NOW + HOUR, **GLOFITAMAB,
    )  # fmt: skip
    assert planned.plans(patient.pk, now=NOW + HOUR) == []


def test_a_missing_supply_is_told_a_day_before_and_ends_when_somebody_looked(patient):
    plan(patient, at=NOW + 2 * DAY)
    assert "A26" not in look(patient, now=NOW + DAY - HOUR)
    assert look(patient, now=NOW + DAY)["A26"].severity == "P3"
    planning.confirm_supply(
        patient_id=patient.pk, client_id=uuid.uuid4(), checked_by=a_person(), now=NOW + DAY
    )
    assert "A26" not in look(patient, now=NOW + DAY)
    assert SupplyCheck.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"therapy": "aspirin"}, "therapy"),
        ({"kind": "split_dose_1"}, "kind"),
        ({"at": NOW}, "planned_at"),
        ({"at": NOW + 181 * DAY}, "planned_at"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(patient, fields, field):
    with pytest.raises(EntryRefusedError) as refused:
        plan(patient, **fields)
    assert [error.field for error in refused.value.errors] == [field]
    assert PlannedDose.objects.count() == 0


def test_the_same_plan_twice_is_one(patient):
    key = uuid.uuid4()
    assert plan(patient, key=key) == plan(patient, key=key)


def test_a_nurse_confirms_the_supply_and_plans_nothing(client, patient):
    nurse = a_person(Role.NURSE, patient.stays.get().ward)
    client.force_login(nurse, backend="staff.backends.OpenAccountBackend")
    url = f"/patients/{patient.pk}/plan/"
    page = client.get(url)
    assert "Nobody has confirmed yet" in page.content.decode()
    assert "Plan a dose" not in page.content.decode()
    key = {"client_id": str(uuid.uuid4())}
    assert client.post(url, key | {"do": "confirm"}).status_code == 302
    assert client.post(url, key | {"do": "plan"}).status_code == 404
    assert "Seen ready" in client.get(url).content.decode()


def test_an_oncologist_plans_and_takes_back_on_the_page(client, patient):
    doctor = a_person(Role.ONCOLOGIST, patient.stays.get().ward)
    client.force_login(doctor, backend="staff.backends.OpenAccountBackend")
    url = f"/patients/{patient.pk}/plan/"
    sent = {"client_id": str(uuid.uuid4()), "do": "plan"} | GLOFITAMAB
    assert client.post(url, sent | {"planned_at": "yesterday"}).status_code == 400
    assert client.post(url, sent | {"planned_at": "2020-01-01T08:00"}).status_code == 400
    later = f"{NOW + 365 * 100 * DAY:%Y-%m-%dT%H:%M}"
    assert client.post(url, sent | {"planned_at": later}).status_code == 400
    assert PlannedDose.objects.count() == 0
