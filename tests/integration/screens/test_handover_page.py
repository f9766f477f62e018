"""The end of a shift on paper: one list, one tap, and nothing taken over unread."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert, NurseAssignment
from alerts.policy import Severity
from staff.models import Role
from tests.factories.alerts import a_condition, an_alert, answered, raise_it
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaving(ward):
    return a_person(Role.NURSE, ward)


@pytest.fixture
def had(ward, leaving):
    return answered(an_alert(a_patient(ward), ward), leaving)


@pytest.fixture
def waiting(ward):
    return an_alert(a_patient(ward), ward, Severity.P2)


def page_of(ward):
    return f"/wards/{ward.code}/handover/"


def ticked(client, ward):
    rows = client.get(page_of(ward)).context["rows"]
    return {row["code"]: row["is_mine"] for row in rows}


def values(client, ward):
    return [row["value"] for row in client.get(page_of(ward)).context["rows"]]


def test_one_tap_takes_over_what_was_read(ward, had, waiting, nurse, nurses, leaving):
    shown = nurses.get(page_of(ward)).content.decode()
    assert leaving.display_name() in shown
    answer = nurses.post(page_of(ward), {"alert": values(nurses, ward)}, follow=True)
    assert "You have 2 alerts now." in answer.content.decode()
    assert {alert.acknowledged_by for alert in Alert.objects.all()} == {nurse}
    assert answer.context["rows"] == []


def test_what_is_not_ticked_stays_with_whoever_has_it(ward, had, waiting, nurses, leaving):
    nurses.post(page_of(ward), {"alert": [f"{waiting.code}:{waiting.version}"]})
    had.refresh_from_db()
    assert had.acknowledged_by == leaving


def test_ones_own_patients_are_ticked_and_without_any_all_are(ward, had, waiting, nurse, nurses):
    assert ticked(nurses, ward) == {had.code: True, waiting.code: True}
    NurseAssignment.objects.create(
        patient=had.patient, nurse=nurse, starts_at=NOW - timedelta(hours=1)
    )
    assert ticked(nurses, ward) == {had.code: True, waiting.code: False}


def test_what_a_doctor_has_is_not_ticked_for_a_nurse(ward, waiting, nurses):
    doctors = answered(an_alert(a_patient(ward), ward), a_person(Role.ONCOLOGIST, ward))
    assert ticked(nurses, ward) == {doctors.code: False, waiting.code: True}


def test_what_changed_while_it_was_read_is_said(ward, had, nurses):
    read = values(nurses, ward)
    raise_it(had.patient, ward, a_condition(step=3), now=NOW)
    answer = nurses.post(page_of(ward), {"alert": read}, follow=True)
    assert "1 alert changed while you read" in answer.content.decode()
    had.refresh_from_db()
    assert had.state == "open"


@pytest.mark.parametrize("sent", [[], ["x"], ["ABC234"], ["ABC234:"], [":1"], ["ABC234:1²"]])
def test_what_no_list_sends_takes_nothing_over(sent, ward, had, nurses, leaving):
    assert nurses.post(page_of(ward), {"alert": sent}).status_code == 400
    had.refresh_from_db()
    assert had.acknowledged_by == leaving


def test_another_ward_has_no_list_here(had, nurses):
    elsewhere = a_ward()
    assert nurses.get(page_of(elsewhere)).status_code == 404
    assert nurses.post(page_of(elsewhere), {"alert": ["ABC234:1"]}).status_code == 404


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTEGRATION])
def test_who_treats_nobody_takes_over_nothing(role, ward, signed_in):
    assert signed_in(a_person(role, ward)).get(page_of(ward)).status_code == 404


def test_the_list_costs_the_same_for_many(ward, nurses):
    counted = []
    for alerts in (1, 11):
        for _ in range(alerts):
            an_alert(a_patient(ward), ward)
        nurses.get(page_of(ward))
        with CaptureQueriesContext(connection) as queries:
            nurses.get(page_of(ward))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 20
