"""Answers to an alert over HTTP: the same promises as on the page."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from alerts.models import Alert
from alerts.policy import Severity
from staff.models import Role
from tests.factories.alerts import a_condition, an_alert, raise_it
from tests.factories.ward import a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
P2 = Severity.P2


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def alert(patient, ward):
    return an_alert(patient, ward, P2)


def client_of(role, *wards):
    client = APIClient()
    client.force_authenticate(a_person(role, *wards))
    return client


def post(client, alert, what, **body):
    return client.post(f"/api/v1/alerts/{alert.code}/{what}/", body, format="json")


def test_cannot_come_calls_the_next_in_line(alert, ward):
    answer = post(client_of(Role.NURSE, ward), alert, "cannot-come").json()
    assert (answer["state"], answer["rung"], answer["version"]) == ("open", 1, 1)


def test_an_alert_is_put_off_as_it_was_seen(alert, ward):
    nurse = client_of(Role.NURSE, ward)
    for body, status in (
        ({"version": 9, "minutes": 5, "reason": "known"}, 409),
        ({"version": 1, "minutes": 61, "reason": "known"}, 409),
        ({"version": 1, "minutes": 241, "reason": "known"}, 400),
        ({"version": 1, "minutes": 5, "reason": "tired"}, 400),
        ({"version": 1, "minutes": 5}, 400),
        ({"version": 1, "reason": "known"}, 409),
        ({"minutes": 5, "reason": "known"}, 409),
        ({"version": 1, "minutes": 60, "reason": "known"}, 200),
    ):
        assert post(nurse, alert, "snooze", **body).status_code == status, body
    alert.refresh_from_db()
    assert (alert.state, alert.snoozed_until - alert.next_step_at) == ("snoozed", timedelta(0))


def test_what_is_never_put_off_says_so(patient, ward):
    alert = raise_it(patient, ward, a_condition(step=3)).alert
    refused = post(
        client_of(Role.CHARGE_NURSE, ward), alert, "snooze", version=1, minutes=5, reason="known"
    )
    assert refused.status_code == 409
    assert "never put off" in refused.json()["errors"][0]["message"]


def test_an_alert_is_closed_with_a_reason(alert, ward):
    charge = client_of(Role.CHARGE_NURSE, ward)
    assert post(charge, alert, "closure").status_code == 400
    assert post(charge, alert, "closure", reason=" ").status_code == 400
    for _ in range(2):
        assert post(charge, alert, "closure", reason="being treated").json()["state"] == "closed"
    assert Alert.objects.get().closed_reason == "being treated"


@pytest.mark.parametrize("what", ["acknowledgement", "cannot-come", "snooze", "closure"])
@pytest.mark.parametrize(
    ("role", "on_ward"),
    [(Role.CHARGE_NURSE, False), (Role.ADMINISTRATOR, True), (Role.INTEGRATION, True)],
)
def test_to_whom_it_is_nothing_there_is_no_such_alert(what, role, on_ward, alert, ward):
    client = client_of(role, ward if on_ward else a_ward())
    assert post(client, alert, what, version=1).status_code == 404


def test_a_nurse_does_not_close(alert, ward):
    nurse = client_of(Role.NURSE, ward)
    assert post(nurse, alert, "closure", reason="done").status_code == 404


def test_the_list_says_what_comes_next(alert, ward):
    (row,) = client_of(Role.NURSE, ward).get("/api/v1/alerts/").json()["alerts"]
    assert (row["rung"], row["is_provisional"], row["is_unanswered"]) == (0, False, False)
    assert row["next_step_at"] == "2026-03-10T12:10:00Z"


@pytest.mark.parametrize(("eta", "status"), [(60, 200), (61, 400), (-1, 400), ("5", 400)])
def test_nobody_has_an_alert_and_comes_tomorrow(eta, status, alert, ward):
    answer = post(client_of(Role.NURSE, ward), alert, "acknowledgement", version=1, eta_minutes=eta)
    assert answer.status_code == status
