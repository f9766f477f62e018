"""At the end of a shift every alert goes, by name and version, to whoever comes."""

import pytest

from alerts import handover, snooze
from alerts.handover import Seen
from alerts.models import Alert, AlertEvent, NurseAssignment, SnoozeReason
from alerts.policy import Severity
from audit.models import AuditEntry
from staff.models import Role
from tests.factories.alerts import MINUTE, a_condition, an_alert, answered, raise_it
from tests.factories.ward import NOW, a_patient, a_person, a_ward

pytestmark = pytest.mark.django_db
P1, P2, P3, P4 = Severity


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def leaving(ward):
    return a_person(Role.NURSE, ward)


@pytest.fixture
def coming(ward):
    return a_person(Role.NURSE, ward)


def read(*alerts):
    return [Seen(alert.code, Alert.objects.get(pk=alert.pk).version) for alert in alerts]


def test_one_tap_takes_over_what_others_had_and_what_nobody_had(ward, leaving, coming):
    had = answered(an_alert(a_patient(ward), ward), leaving, eta_minutes=5)
    waiting = an_alert(a_patient(ward), ward, P2)
    listed = list(handover.to_hand_over(ward, to=coming))
    assert listed == [had, waiting]
    done = handover.accept(ward, read(*listed), by=coming, at=NOW + MINUTE)
    assert (set(done.taken), done.changed) == ({had, waiting}, ())
    for alert in Alert.objects.all():
        assert (alert.state, alert.acknowledged_by) == ("acknowledged", coming)
    assert not handover.to_hand_over(ward, to=coming).exists()


def test_the_event_says_from_whom_to_whom(ward, leaving, coming):
    alert = answered(an_alert(a_patient(ward), ward), leaving)
    handover.accept(ward, read(alert), by=coming, at=NOW + MINUTE)
    event = AlertEvent.objects.get(alert=alert, kind="handed_over")
    assert (event.by, event.detail) == (coming, {"had": leaving.pk, "has": coming.pk})
    assert AuditEntry.objects.get(action="alert.handed_over").actor == coming


def test_a_new_owner_is_no_newer_set_so_the_answer_ends_when_it_did(ward, leaving, coming):
    alert = answered(an_alert(a_patient(ward), ward), leaving)
    before = alert.next_step_at
    handover.accept(ward, read(alert), by=coming, at=NOW + MINUTE)
    alert.refresh_from_db()
    assert (alert.next_step_at, alert.acknowledged_at) == (before, NOW)


def test_what_was_put_off_stays_so_in_other_hands(ward, leaving, coming):
    alert = an_alert(a_patient(ward), ward, P3)
    reason = SnoozeReason.KNOWN
    snooze.snooze(alert, by=leaving, at=NOW, minutes=240, reason=reason, version_seen=1)
    assert handover.accept(ward, read(alert), by=coming, at=NOW + MINUTE).taken
    alert.refresh_from_db()
    assert (alert.state, alert.snoozed_by, alert.next_step_at) == (
        "snoozed", coming, NOW + 240 * MINUTE,
    )  # fmt: skip
    assert not handover.to_hand_over(ward, to=coming).exists()


def test_what_changed_since_the_list_was_read_stays_where_it_is(ward, leaving, coming):
    worse, same = (answered(an_alert(a_patient(ward), ward), leaving) for _ in range(2))
    seen = read(worse, same)
    raise_it(worse.patient, ward, a_condition(step=3), now=NOW)
    done = handover.accept(ward, seen, by=coming, at=NOW)
    assert ([a.pk for a in done.taken], [a.pk for a in done.changed]) == ([same.pk], [worse.pk])
    worse.refresh_from_db()
    assert (worse.state, worse.acknowledged_by) == ("open", None)


def test_both_lists_show_it_until_it_is_accepted(ward, leaving, coming):
    alert = answered(an_alert(a_patient(ward), ward), leaving)
    assert list(handover.to_hand_over(ward, to=coming)) == [alert]
    assert Alert.objects.get().acknowledged_by == leaving


def test_alerts_of_another_ward_are_not_taken_over(ward, coming):
    elsewhere = a_ward()
    alert = an_alert(a_patient(elsewhere), elsewhere)
    done = handover.accept(ward, read(alert), by=coming, at=NOW)
    assert done.taken == done.changed == ()
    assert Alert.objects.get().state == "open"


def test_an_alert_taken_over_twice_is_taken_over_once(ward, leaving, coming):
    alert = answered(an_alert(a_patient(ward), ward), leaving)
    seen = read(alert)
    assert handover.accept(ward, seen, by=coming, at=NOW).taken
    assert not handover.accept(ward, seen, by=coming, at=NOW).taken
    third = a_person(Role.NURSE, ward)
    assert handover.accept(ward, seen, by=third, at=NOW).changed
    assert AlertEvent.objects.filter(kind="handed_over").count() == 1


@pytest.mark.parametrize(
    ("starts", "ends", "theirs"),
    [(-60, None, True), (0, 60, True), (-60, 0, False), (1, None, False), (-60, 1, True)],
)
def test_whose_patients_are_whose(starts, ends, theirs, ward, coming):
    patient = a_patient(ward)
    NurseAssignment.objects.create(
        patient=patient,
        nurse=coming,
        starts_at=NOW + starts * MINUTE,
        ends_at=None if ends is None else NOW + ends * MINUTE,
    )
    assert (patient.pk in handover.patients_of(coming, at=NOW)) is theirs
