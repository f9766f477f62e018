"""The inbox and the alert: one person takes it, and whoever comes second is told who."""

from datetime import timedelta

import pytest

from alerts import services
from alerts.models import Alert, AlertEvent, AlertState
from alerts.policy import Rule
from audit.models import AuditEntry
from screens.words import CLOSING_REASONS, SHORT_RULES
from staff.models import Role
from tests.factories.ward import FEVER, GRADE_2, GRADE_3, NOW, a_patient, a_person, chart_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(patient):
    chart_set(patient, GRADE_2)
    return Alert.objects.get()


def url(alert):
    return f"/alerts/{alert.code}/"


def answer(client, alert, **typed):
    return client.post(url(alert), {"version": alert.version, "eta": "5"} | typed)


@pytest.mark.parametrize(("pressed", "minutes"), [("now", 0), ("0", 0), ("5", 5), ("15", 15)])
def test_an_answer_is_in_ones_own_name_with_the_time_to_come(
    pressed, minutes, alert, nurse, nurses
):
    assert answer(nurses, alert, eta=pressed)["Location"] == url(alert)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.eta_minutes) == (
        AlertState.ACKNOWLEDGED, nurse, minutes,
    )  # fmt: skip
    page = nurses.get(url(alert))
    assert page.context["alert"]["can_acknowledge"] is False
    assert nurse.display_name() in page.context["alert"]["acknowledged_label"]


def test_of_two_people_one_wins_and_the_other_reads_who(alert, ward, nurses, nurse, signed_in):
    second = signed_in(a_person(Role.ONCOLOGIST, ward))
    answer(nurses, alert)
    late = answer(second, alert)
    assert late.status_code == 409
    assert f"Somebody was first: {nurse.display_name()} answered at 12:00" in late.content.decode()
    alert.refresh_from_db()
    assert alert.acknowledged_by == nurse


def test_an_alert_that_got_worse_must_be_looked_at_first(alert, patient, nurses):
    chart_set(patient, GRADE_3, now=NOW + timedelta(minutes=1))
    page = answer(nurses, alert)
    assert page.status_code == 409
    assert "got worse in the meantime" in page.content.decode()
    alert.refresh_from_db()
    assert alert.state == AlertState.OPEN
    assert page.context["alert"]["version"] == alert.version
    assert page.context["alert"]["can_acknowledge"] is True


def test_an_alert_closed_in_the_meantime_says_why(alert, nurses):
    services.close(alert, reason="below grade 2 for two sets", at=NOW)
    assert "closed in the meantime: below grade 2" in answer(nurses, alert).content.decode()


@pytest.mark.parametrize("typed", [{"eta": "7"}, {"version": "x"}, {"version": ""}])
def test_what_no_button_sends_answers_nothing(typed, alert, nurses):
    assert answer(nurses, alert, **typed).status_code == 400
    alert.refresh_from_db()
    assert alert.state == AlertState.OPEN


def test_who_cannot_come_takes_nothing_over(alert, nurse, nurses):
    page = nurses.post(url(alert), {"version": alert.version, "eta": "cannot_come"}, follow=True)
    assert "still unanswered" in page.content.decode()
    alert.refresh_from_db()
    assert (alert.state, alert.version) == (AlertState.OPEN, 1)
    declined = AuditEntry.objects.get(action="alert.declined")
    assert (declined.actor, declined.subject) == (nurse, f"alert:{alert.code}")


# --- Closing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CHARGE_NURSE, Role.ONCOLOGIST])
def test_charge_nurses_and_oncologists_close_with_a_reason(role, alert, ward, signed_in):
    person = a_person(role, ward)
    client = signed_in(person)
    assert client.get(url(alert)).context["alert"]["can_close"] is True
    client.post(f"{url(alert)}close/", {"reason": "other_cause"})
    alert.refresh_from_db()
    assert (alert.state, alert.closed_reason) == (AlertState.CLOSED, "Another cause was found")
    assert AlertEvent.objects.get(alert=alert, kind="closed").by == person
    assert client.get(url(alert)).context["alert"]["can_close"] is False


def test_a_nurse_does_not_close(alert, nurses):
    assert nurses.get(url(alert)).context["alert"]["can_close"] is False
    assert nurses.post(f"{url(alert)}close/", {"reason": "treated"}).status_code == 404
    alert.refresh_from_db()
    assert alert.state == AlertState.OPEN


@pytest.mark.parametrize("reason", ["", "because"])
def test_closing_without_a_reason_closes_nothing(reason, alert, charge_nurse, signed_in):
    page = signed_in(charge_nurse).post(f"{url(alert)}close/", {"reason": reason})
    assert page.status_code == 400
    alert.refresh_from_db()
    assert alert.state == AlertState.OPEN


def test_every_closing_reason_can_be_stored():
    assert all(0 < len(words) <= 200 for _, words in CLOSING_REASONS)
    assert SHORT_RULES.keys() == set(Rule)


# --- Reading -----------------------------------------------------------------------------------


def test_the_page_tells_what_happened_in_order(alert, patient, nurses):
    answer(nurses, alert)
    alert.refresh_from_db()
    services.close(alert, reason="resolved", at=NOW)
    words = [event["words"] for event in nurses.get(url(alert)).context["alert"]["events"]]
    assert [line.split(" ")[0] for line in words[:1]] == ["Raised"]
    assert "answered, at the bedside in 5 min" in words[-2]
    assert words[-1] == "Closed: resolved"


def test_the_page_shows_the_grade_and_its_reasons(alert, nurses):
    shown = nurses.get(url(alert)).context["alert"]
    assert shown["grade"]["value"] == 2
    assert shown["because"][0]["words"]
    assert shown["bed"] == "12"


def test_the_inbox_keeps_waiting_answered_and_closed_apart(ward, nurse, nurses):
    waiting, taken, closed, old = (a_patient(ward) for _ in range(4))
    for patient in (waiting, taken, closed, old):
        chart_set(patient, FEVER)
    alerts = {alert.patient_id: alert for alert in Alert.objects.all()}
    services.acknowledge(alerts[taken.pk], by=nurse, at=NOW, eta_minutes=None, version_seen=1)
    services.close(alerts[closed.pk], reason="resolved", at=NOW - timedelta(hours=11))
    services.close(alerts[old.pk], reason="resolved", at=NOW - timedelta(hours=12))
    groups = nurses.get("/alerts/").context["groups"]
    assert {name: [row["patient_name"] for row in rows] for name, rows in groups.items()} == {
        "open": [waiting.name],
        "acknowledged": [taken.name],
        "closed_recent": [closed.name],
    }


@pytest.mark.parametrize("alerts", [1, 12])
def test_the_inbox_costs_the_same_for_many_alerts(alerts, ward, nurses, django_assert_num_queries):
    for _ in range(alerts):
        chart_set(a_patient(ward), GRADE_2)
    nurses.get("/alerts/")
    with django_assert_num_queries(10):
        nurses.get("/alerts/")
