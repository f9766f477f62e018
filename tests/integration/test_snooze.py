"""An alert is put off with a reason, for a while, and some never are."""

from datetime import timedelta

import pytest

from alerts import escalation, snooze
from alerts.models import Alert, AlertEvent, Notification, SnoozeReason
from alerts.policy import Family, Rule, Severity
from alerts.services import StaleAlertError
from alerts.snooze import SnoozeRefusedError
from audit.models import AuditEntry
from staff.models import Role
from tests.factories.alerts import MINUTE, a_condition, an_alert, answered, raise_it
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
P1, P2, P3, P4 = Severity
KNOWN = SnoozeReason.KNOWN


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def patient(ward):
    return a_patient(ward)


@pytest.fixture
def nurse(ward):
    return a_person(Role.NURSE, ward)


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


def put_off(alert, by, *, minutes=15, at=NOW, reason=KNOWN):
    seen = Alert.objects.get(pk=alert.pk)
    return snooze.snooze(
        seen, by=by, at=at, minutes=minutes, reason=reason, version_seen=seen.version
    )


@pytest.mark.parametrize(
    ("severity", "minutes", "allowed"),
    [
        (P1, 15, True), (P1, 16, False),
        (P2, 60, True), (P2, 61, False),
        (P3, 240, True), (P3, 241, False),
        (P3, 1, True), (P3, 0, False),
    ],
)  # fmt: skip
def test_how_long_an_alert_is_put_off(severity, minutes, allowed, patient, ward, nurse):
    alert = an_alert(patient, ward, severity)
    if not allowed:
        with pytest.raises(SnoozeRefusedError):
            put_off(alert, nurse, minutes=minutes)
        assert Alert.objects.get().state == "open"
        return
    put_off(alert, nurse, minutes=minutes)
    alert.refresh_from_db()
    until = NOW + minutes * MINUTE
    assert (alert.state, alert.snoozed_by, alert.snoozed_until, alert.next_step_at) == (
        "snoozed", nurse, until, until,
    )  # fmt: skip
    assert (alert.snooze_reason, alert.snooze_count, alert.version) == ("known", 1, 2)


def test_it_leaves_an_event_and_a_trail(patient, ward, nurse):
    alert = put_off(an_alert(patient, ward, P2), nurse, reason=SnoozeReason.DEVICE_FAULT)
    event = AlertEvent.objects.get(alert=alert, kind="snoozed")
    assert (event.by, event.detail) == (nurse, {"reason": "device_fault", "minutes": 15})
    assert AuditEntry.objects.get(action="alert.snoozed").actor == nurse


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        (a_condition(P1, step=2), True),
        (a_condition(P1, step=3), False),
        (a_condition(P2, step=3), False),
        (a_condition(P1, rule=Rule.A04, step=3), False),
        (a_condition(P1, rule=Rule.A18, family=Family.NEURO, step=1), False),
        (a_condition(P1, rule=Rule.A17, family=Family.NEURO, step=1), True),
        (a_condition(P2, rule=Rule.A40, family=Family.SYSTEM, step=1), False),
        (a_condition(P2, family=Family.HEMODYNAMIC, step=3), True),
        (a_condition(P2, is_provisional=True, confirm_within_minutes=10), False),
    ],
)
def test_what_is_never_put_off(condition, allowed, patient, ward, charge):
    alert = raise_it(patient, ward, condition).alert
    assert (snooze.refusal(alert, by=charge) is None) is allowed
    if not allowed:
        with pytest.raises(SnoozeRefusedError):
            put_off(alert, charge, minutes=5)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.NURSE, False), (Role.ONCOLOGIST, False), (Role.CHARGE_NURSE, True)],
)
def test_the_second_time_takes_a_charge_nurse(role, allowed, patient, ward, nurse):
    alert = put_off(an_alert(patient, ward, P2), nurse)
    escalation.step_due(NOW + 15 * MINUTE)
    person = a_person(role, ward)
    if not allowed:
        with pytest.raises(SnoozeRefusedError, match="charge nurse"):
            put_off(alert, person)
        return
    assert put_off(alert, person).snooze_count == 2


def test_people_of_another_ward_put_nothing_off(patient, ward):
    with pytest.raises(SnoozeRefusedError):
        put_off(an_alert(patient, ward, P2), a_person(Role.CHARGE_NURSE, a_ward()))


def test_what_was_not_seen_is_not_put_off(patient, ward, nurse):
    alert = an_alert(patient, ward, P2)
    raise_it(patient, ward, a_condition(P1), now=NOW)
    for seen in (alert, Alert.objects.get()):
        with pytest.raises(StaleAlertError):
            snooze.snooze(seen, by=nurse, at=NOW, minutes=5, reason=KNOWN, version_seen=1)
    assert Alert.objects.get().state == "open"


def test_an_alert_that_somebody_has_can_be_put_off_too(patient, ward, nurse):
    alert = put_off(answered(an_alert(patient, ward, P2), nurse), nurse)
    assert (alert.state, alert.acknowledged_by) == ("snoozed", None)


def test_a_closed_alert_is_not_put_off(patient, ward, nurse):
    alert = an_alert(patient, ward, P2)
    Alert.objects.update(state="closed", closed_at=NOW)
    with pytest.raises(StaleAlertError):
        put_off(alert, nurse)


def test_in_the_end_it_waits_for_an_answer_again_from_the_foot_of_the_ladder(
    patient, ward, nurse, charge
):
    alert = an_alert(patient, ward, P2)
    escalation.step_due(NOW + 10 * MINUTE)
    put_off(alert, nurse, at=NOW + 11 * MINUTE)
    assert escalation.step_due(NOW + 26 * MINUTE - timedelta(seconds=1)) == 0
    assert escalation.step_due(NOW + 26 * MINUTE) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.rung, alert.snoozed_until) == ("open", 0, None)
    assert alert.next_step_at == NOW + 36 * MINUTE
    assert Notification.objects.filter(recipient=charge, rung=0, step=3).count() == 1


def test_worsening_ends_it_early(patient, ward, nurse, charge):
    alert = put_off(an_alert(patient, ward, P2), nurse)
    raise_it(patient, ward, a_condition(P1), now=NOW + MINUTE)
    alert.refresh_from_db()
    assert (alert.state, alert.severity, alert.snoozed_until) == ("open", "P1", None)
    assert alert.next_step_at == NOW + 4 * MINUTE
    assert Notification.objects.filter(recipient=charge).count() == 2


def test_a_repeat_leaves_it_asleep(patient, ward, nurse):
    alert = put_off(an_alert(patient, ward, P2), nurse)
    raise_it(patient, ward, a_condition(P2), now=NOW + MINUTE)
    alert.refresh_from_db()
    assert (alert.state, alert.count) == ("snoozed", 2)


def test_whoever_comes_to_it_takes_it_all_the_same(patient, ward, nurse):
    alert = answered(put_off(an_alert(patient, ward, P2), nurse), nurse)
    assert (alert.state, alert.snoozed_until) == ("acknowledged", None)


@pytest.mark.parametrize(
    ("severity", "choices"), [(P1, [5, 15]), (P2, [15, 30, 60]), (P3, [60, 120, 240])]
)
def test_the_choices_end_at_the_limit(severity, choices, patient, ward):
    assert snooze.choices_minutes(an_alert(patient, ward, severity)) == choices


def test_a_ward_may_shorten_it(patient, ward, nurse):
    ward.alert_minutes = {"P2": {"longest_snooze": 20}}
    ward.save()
    alert = an_alert(patient, ward, P2)
    assert snooze.choices_minutes(alert) == [5, 15, 20]
    with pytest.raises(SnoozeRefusedError, match="20 minutes"):
        put_off(alert, nurse, minutes=21)
