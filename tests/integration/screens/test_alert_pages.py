"""The inbox and the alert: one person takes it, and whoever comes second is told who."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import escalation, services
from alerts.events import Happened
from alerts.models import Alert, AlertEvent, AlertState
from alerts.policy import Rule, Severity
from audit.models import AuditEntry
from screens.words import CLOSING_REASONS, SHORT_RULES
from staff.models import Role
from tests.factories.alerts import an_alert
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
    assert "Called now: bedside nurse, charge nurse and oncology fellow" in page.content.decode()
    alert.refresh_from_db()
    assert (alert.state, alert.version, alert.rung) == (AlertState.OPEN, 1, 1)
    declined = AuditEntry.objects.get(action="alert.cannot_come")
    assert (declined.actor, declined.subject) == (nurse, f"alert:{alert.code}")


def test_who_says_so_again_reads_that_nobody_more_was_called(alert, nurses):
    for words in ("Called now", "Nobody more was called"):
        page = nurses.post(url(alert), {"eta": "cannot_come"}, follow=True)
        assert words in page.content.decode()
    alert.refresh_from_db()
    assert alert.rung == 1


# --- Putting off -------------------------------------------------------------------------------


def put_off(client, alert, **typed):
    chosen = {"version": alert.version, "minutes": "15", "reason": "known"}
    return client.post(f"{url(alert)}snooze/", chosen | typed)


def test_an_alert_is_put_off_with_a_reason(alert, nurse, nurses):
    assert put_off(nurses, alert)["Location"] == url(alert)
    shown = nurses.get(url(alert)).context["alert"]
    assert shown["snoozed_label"] == (
        f"Put off by {nurse.display_name()} until 12:15: Known, being treated, plan made"
    )
    assert shown["next_label"] == "At 12:15 it waits for an answer again"
    assert shown["can_acknowledge"] is True
    assert [row["code"] for row in nurses.get("/alerts/").context["groups"]["snoozed"]] == [
        alert.code
    ]


@pytest.mark.parametrize(
    "typed", [{"reason": ""}, {"reason": "tired"}, {"minutes": ""}, {"version": ""}]
)
def test_without_a_reason_and_a_time_nothing_is_put_off(typed, alert, nurses):
    assert put_off(nurses, alert, **typed).status_code == 400
    alert.refresh_from_db()
    assert alert.state == AlertState.OPEN


def test_what_is_too_long_or_too_grave_is_refused_in_words(alert, patient, nurses):
    late = put_off(nurses, alert, minutes="16")
    assert (late.status_code, "15 minutes at most" in late.content.decode()) == (409, True)
    chart_set(patient, GRADE_3, now=NOW + timedelta(minutes=1))
    alert.refresh_from_db()
    page = nurses.get(url(alert))
    assert page.context["snooze"] == {
        "refusal": "An alert of grade 3 or more is never put off."
    } or (page.context["snooze"] == {"refusal": "This alert is never put off."})
    assert put_off(nurses, alert).status_code == 409


def test_who_comes_after_it_was_put_off_reads_so(alert, ward, nurses, signed_in):
    second = signed_in(a_person(Role.ONCOLOGIST, ward))
    put_off(nurses, alert)
    late = put_off(second, alert)
    assert (late.status_code, "until 12:15: Known" in late.content.decode()) == (409, True)


# --- What comes next ---------------------------------------------------------------------------


def test_the_page_says_who_is_next_in_line_and_when(alert, nurses):
    for minutes, words in (
        (0, "oncology attending and ICU outreach at 12:05"),
        (3, "oncology attending and ICU outreach at 12:05"),
        (5, "site nurse manager at 12:10"),
        (10, "everybody on call at 12:15"),
        (15, "everybody on call at 12:30"),
    ):
        escalation.step_due(NOW + timedelta(minutes=minutes))
        shown = nurses.get(url(alert)).context["alert"]["next_label"]
        assert shown == f"Next in line if unanswered: {words}"


def test_an_answer_says_until_when_it_holds(alert, nurses):
    answer(nurses, alert, eta="5")
    assert (
        nurses.get(url(alert))
        .context["alert"]["next_label"]
        .startswith("Without a newer set by 12:20 the answer ends")
    )


def test_unanswered_is_said_in_red_once_everybody_was_called(alert, nurses):
    assert "Unanswered." not in nurses.get(url(alert)).content.decode()
    escalation.step_due(NOW + timedelta(minutes=15))
    assert "Unanswered." in nurses.get(url(alert)).content.decode()
    assert "alert-row--unanswered" in nurses.get("/alerts/").content.decode()


def test_a_provisional_alert_asks_for_a_second_reading(patient, ward, nurses):
    provisional = an_alert(
        patient, ward, Severity.P2, is_provisional=True, confirm_within_minutes=10
    )
    shown = nurses.get(url(provisional)).context["alert"]
    assert shown["next_label"].startswith("One reading near its limit. Measure again by 12:10")
    assert "Provisional: measure again" in nurses.get("/alerts/").content.decode()


def test_every_kind_of_event_has_words(alert, nurse, nurses):
    for seq, kind in enumerate(Happened, start=10):
        AlertEvent.objects.create(
            alert=alert,
            seq=seq,
            kind=kind,
            at=NOW,
            by=nurse,
            detail={"had": nurse.pk, "reason": "known", "tells": ["icu_outreach"], "rung": 2},
        )
    words = [event["words"] for event in nurses.get(url(alert)).context["alert"]["events"]]
    said = dict(zip(Happened, words[-len(Happened) :], strict=True))
    assert len(set(said.values())) == len(Happened)
    assert said[Happened.ESCALATED].endswith("called ICU outreach (step 2 of the ladder)")
    assert said[Happened.SNOOZED].endswith("Known, being treated, plan made")
    assert said[Happened.HANDED_OVER].count(nurse.display_name()) == 2


def test_a_kind_that_nobody_lists_is_shown_all_the_same(alert, nurse, nurses):
    AlertEvent.objects.create(alert=alert, seq=9, kind="sung_to_sleep", at=NOW, by=nurse)
    assert f"Sung to sleep by {nurse.display_name()}" in nurses.get(url(alert)).content.decode()


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
        "snoozed": [],
        "closed_recent": [closed.name],
    }


def test_a_closed_alert_says_when_and_why(alert, nurses):
    services.close(alert, reason="below grade 2 for two sets", at=NOW)
    for page in (url(alert), "/alerts/"):
        words = nurses.get(page).content.decode()
        assert "Closed at 12:00: below grade 2 for two sets" in words


def test_the_inbox_costs_the_same_for_many_alerts(ward, nurses):
    counted = []
    for alerts in (1, 11):
        for _ in range(alerts):
            chart_set(a_patient(ward), GRADE_2)
        nurses.get("/alerts/")
        with CaptureQueriesContext(connection) as queries:
            nurses.get("/alerts/")
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 13
