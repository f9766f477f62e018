"""How an alert goes on and how it ends: episodes, absorption, corrections, moves, follow-ups."""

from datetime import timedelta

import pytest

from alerts import services
from alerts.models import Alert, AlertEvent, ClosedAs, Kind, Notification
from alerts.policy import Closing, Family, Rule, Severity
from audit.models import AuditEntry
from staff.models import Role
from tests.factories.alerts import MINUTE, a_condition, an_alert, answered, raise_it
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
P1, P2, P3, P4 = Severity
EPISODE = NOW - timedelta(hours=6)


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def oncologist(ward):
    return a_person(Role.ONCOLOGIST, ward)


def all_sent():
    Notification.objects.update(sent_at=NOW)


# --- Episodes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "is_new"),
    [
        (EPISODE, EPISODE, False),
        (EPISODE, EPISODE + MINUTE, True),
        (EPISODE, EPISODE - MINUTE, False),
        (EPISODE, None, False),
        (None, EPISODE, False),
        (None, None, False),
    ],
)
def test_a_later_episode_gets_an_alert_of_its_own(before, now, is_new, patient, ward, charge):
    first = raise_it(patient, ward, a_condition(), episode_opened_at=before).alert
    second = raise_it(patient, ward, a_condition(), now=NOW + MINUTE, episode_opened_at=now)
    assert second.is_new is is_new
    assert bool(second.told) is is_new
    first.refresh_from_db()
    assert first.closed_as == (ClosedAs.NEW_EPISODE if is_new else "")
    assert Alert.objects.not_closed().count() == 1


def test_an_alert_learns_of_its_episode(patient, ward):
    raise_it(patient, ward, a_condition())
    raise_it(patient, ward, a_condition(), episode_opened_at=EPISODE)
    assert Alert.objects.get().episode_opened_at == EPISODE


def test_what_it_rests_on_is_the_newest_and_names_the_edition(patient, ward):
    raise_it(patient, ward, a_condition(), evidence={"set": 1, "lab": 7}, rulebook="shipped 1")
    raise_it(patient, ward, a_condition(), evidence={"set": 2})
    alert = Alert.objects.get()
    assert (alert.evidence, alert.rulebook, alert.count) == (
        {"set": 2, "lab": 7}, "shipped 1", 2,
    )  # fmt: skip


# --- Absorption --------------------------------------------------------------------------------


def test_an_alert_included_in_a_graver_one_says_in_which(patient, ward):
    fever = an_alert(patient, ward, P2, rule=Rule.A01, family=Family.FEVER)
    closing = Closing(Family.FEVER, "included in the grade alert", into=Family.CRS_GRADE)
    left = services.close_all([closing], among={Family.FEVER: fever}, at=NOW)
    assert left == {}
    grade = an_alert(patient, ward)
    fever.refresh_from_db()
    assert (fever.closed_as, fever.absorbed_by) == (ClosedAs.ABSORBED, grade)


def test_an_alert_included_in_a_standing_one_says_so_too(patient, ward):
    grade = an_alert(patient, ward)
    fever = an_alert(patient, ward, P2, rule=Rule.A01, family=Family.FEVER)
    closing = Closing(Family.FEVER, "included in the grade alert", into=Family.CRS_GRADE)
    services.close_all([closing], among=services.open_alerts(patient.pk), at=NOW)
    fever.refresh_from_db()
    assert fever.absorbed_by == grade


def test_what_another_patient_had_absorbed_stays_theirs(patient, ward):
    other = a_patient(ward)
    fever = an_alert(other, ward, P2, rule=Rule.A01, family=Family.FEVER)
    services.close(fever, reason="included", at=NOW, as_=ClosedAs.ABSORBED)
    an_alert(patient, ward)
    fever.refresh_from_db()
    assert fever.absorbed_by is None


# --- By a person -------------------------------------------------------------------------------


def test_a_person_closes_it_by_name(patient, ward, charge):
    alert = an_alert(patient, ward)
    assert services.close(alert, reason="being treated", at=NOW, by=charge)
    alert.refresh_from_db()
    assert (alert.closed_as, alert.closed_by, alert.next_step_at) == ("by_person", charge, None)
    entry = AuditEntry.objects.get(action="alert.closed")
    assert (entry.actor, entry.detail["reason"]) == (charge, "being treated")


def test_what_ends_by_itself_leaves_an_event_and_names_nobody(patient, ward):
    alert = an_alert(patient, ward)
    services.close(alert, reason="two normal sets", at=NOW)
    alert.refresh_from_db()
    assert (alert.closed_as, alert.closed_by) == ("resolved", None)
    event = AlertEvent.objects.get(kind="closed")
    assert (event.by, event.detail) == (None, {"reason": "two normal sets", "how": "resolved"})
    assert not AuditEntry.objects.filter(action="alert.closed").exists()


# --- Corrections -------------------------------------------------------------------------------


def corrected(patient, **more):
    return services.source_corrected(
        patient_id=patient.pk, evidence={"set": 12}, now=NOW + MINUTE, **more
    )


def test_an_alert_nobody_has_closes_when_its_reading_was_wrong(patient, ward, charge):
    alert = raise_it(patient, ward, a_condition(), evidence={"set": 12}).alert
    all_sent()
    assert corrected(patient) == [alert]
    alert.refresh_from_db()
    assert (alert.state, alert.closed_as) == ("closed", "source_corrected")
    assert Notification.objects.get(kind=Kind.FOLLOW_UP).recipient == charge


def test_an_alert_somebody_has_stays_theirs_with_a_note(patient, ward, charge):
    alert = raise_it(patient, ward, a_condition(), evidence={"set": 12}).alert
    answered(alert, charge)
    assert corrected(patient) == [alert]
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", charge)
    assert AlertEvent.objects.filter(kind="source_corrected").exists()


def test_an_alert_that_other_readings_raised_as_well_stays_with_a_note(patient, ward):
    raise_it(patient, ward, a_condition(), evidence={"set": 11})
    raise_it(patient, ward, a_condition(), evidence={"set": 12})
    corrected(patient)
    assert Alert.objects.get().state == "open"
    assert AlertEvent.objects.filter(kind="source_corrected").exists()


@pytest.mark.parametrize(
    ("evidence", "still_true"),
    [
        ({"set": 13}, ()),
        ({"lab": 12}, ()),
        ({"set": 13, "worry": 12}, ()),
        ({}, ()),
        ({"set": 12}, (Family.CRS_GRADE,)),
    ],
)
def test_what_rests_on_something_else_or_is_still_true_stays(evidence, still_true, patient, ward):
    raise_it(patient, ward, a_condition(), evidence=evidence)
    assert corrected(patient, still_true=still_true) == []
    assert Alert.objects.get().state == "open"


# --- Moves -------------------------------------------------------------------------------------


def test_an_alert_follows_its_patient_and_the_new_ward_is_told(patient, ward, charge):
    alert = an_alert(patient, ward)
    new = a_ward()
    theirs = a_person(Role.CHARGE_NURSE, new)
    services.moved(patient_id=patient.pk, ward=new, now=NOW)
    alert.refresh_from_db()
    assert (alert.ward, alert.state, alert.version) == (new, "open", 2)
    assert Notification.objects.filter(recipient=theirs, step=2).count() == 1
    assert AlertEvent.objects.get(kind="moved").detail == {"left": ward.code, "to": new.code}


def test_nobody_is_told_of_a_move_within_the_ward_or_of_an_answered_alert(patient, ward, charge):
    services.moved(patient_id=patient.pk, ward=ward, now=NOW)
    alert = answered(an_alert(patient, ward), charge)
    assert services.moved(patient_id=patient.pk, ward=ward, now=NOW) == []
    before = Notification.objects.count()
    assert services.moved(patient_id=patient.pk, ward=a_ward(), now=NOW) == [alert]
    assert Notification.objects.count() == before


def test_an_alert_of_somebody_discharged_stays_with_the_ward(patient, ward):
    alert = an_alert(patient, ward)
    assert services.moved(patient_id=patient.pk, ward=None, now=NOW) == []
    alert.refresh_from_db()
    assert (alert.ward, alert.state) == (ward, "open")


# --- Follow-ups --------------------------------------------------------------------------------


@pytest.mark.parametrize(("severity", "followed"), [(P1, True), (P2, True), (P3, False)])
def test_those_who_were_told_hear_who_comes(severity, followed, patient, ward, charge, oncologist):
    alert = an_alert(patient, ward, severity)
    all_sent()
    answered(alert, a_person(Role.NURSE, ward), eta_minutes=5)
    told = Notification.objects.filter(kind=Kind.ALERT).values_list("recipient", flat=True)
    heard = Notification.objects.filter(kind=Kind.FOLLOW_UP)
    assert sorted(row.recipient_id for row in heard) == (sorted(told) if followed else [])
    assert {row.step for row in heard} <= {2}
    assert heard.unsent().count() == len(heard)


def test_who_acts_and_who_was_not_told_yet_hears_nothing(patient, ward, charge, oncologist):
    alert = an_alert(patient, ward)
    Notification.objects.filter(recipient=charge).update(sent_at=NOW)
    answered(alert, charge)
    assert not Notification.objects.filter(kind=Kind.FOLLOW_UP).exists()


def test_each_end_is_told_once_to_each_person(patient, ward, charge, oncologist):
    alert = an_alert(patient, ward)
    raise_it(patient, ward, a_condition(step=3), now=NOW + MINUTE)
    all_sent()
    answered(alert, charge)
    services.close(Alert.objects.get(), reason="being treated", at=NOW, by=charge)
    rows = Notification.objects.filter(kind=Kind.FOLLOW_UP)
    assert [(row.recipient, row.step) for row in rows.order_by("pk")] == [
        (oncologist, 3), (oncologist, 4),
    ]  # fmt: skip
    ids = list(rows.values_list("message_id", flat=True))
    assert len(set(ids)) == 2


@pytest.mark.parametrize("how", [ClosedAs.ABSORBED, ClosedAs.NEW_EPISODE])
def test_nobody_stands_down_when_another_alert_goes_on(how, patient, ward, charge):
    alert = an_alert(patient, ward)
    all_sent()
    services.close(alert, reason="goes on elsewhere", at=NOW, as_=how)
    assert not Notification.objects.filter(kind=Kind.FOLLOW_UP).exists()


def test_what_was_closed_already_is_closed_once(patient, ward, charge):
    alert = an_alert(patient, ward)
    assert services.close(alert, reason="one", at=NOW, by=charge)
    assert not services.close(alert, reason="two", at=NOW, by=charge)
    assert AlertEvent.objects.filter(kind="closed").count() == 1
