"""Silence has consequences: the next rung, the end of an answer, a reading nobody repeated."""

from datetime import timedelta

import pytest

from alerts import escalation, rota, telling
from alerts.models import Alert, AlertEvent, Kind, Notification, RotaRole, RotaSlot
from alerts.policy import Family, Rule, Severity
from audit.models import AuditEntry
from staff.models import Role
from tests.factories.alerts import MINUTE, a_condition, an_alert, answered, on_call, raise_it
from tests.factories.ward import NOW, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db
P1, P2, P3, P4 = Severity
LADDER_ROLES = (
    RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW, RotaRole.ONCOLOGY_ATTENDING,
    RotaRole.ICU_OUTREACH, RotaRole.SITE_NURSE_MANAGER,
)  # fmt: skip


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def people(ward):
    return on_call(ward, *LADDER_ROLES)


@pytest.fixture
def patient(ward, people):
    return a_patient(ward)


@pytest.fixture
def nurse(ward):
    return a_person(Role.NURSE, ward)


def roles_told(alert, *, rung, step=None):
    rows = Notification.objects.filter(alert=alert, rung=rung, kind=Kind.ALERT)
    if step is not None:
        rows = rows.filter(step=step)
    return sorted(rows.values_list("role", flat=True))


def kinds(alert):
    rows = AlertEvent.objects.filter(alert=alert).order_by("seq")
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    return [row.kind for row in rows]


def after(minutes):
    return NOW + minutes * MINUTE


# --- Climbing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "minutes", "rung", "told"),
    [
        (P1, 3, 1, ["bedside_nurse", "oncology_fellow"]),
        (P1, 5, 2, ["icu_outreach", "oncology_attending"]),
        (P1, 10, 3, ["site_nurse_manager"]),
        (P2, 10, 1, ["bedside_nurse"]),
        (P2, 15, 2, ["oncology_fellow"]),
        (P2, 30, 3, ["oncology_attending"]),
        (P3, 60, 1, ["charge_nurse"]),
    ],
)
def test_each_rung_comes_at_its_minute_and_not_before(severity, minutes, rung, told, patient, ward):
    """Without a nurse of their own, a patient's bedside nurse is the charge nurse."""
    alert = an_alert(patient, ward, severity)
    for minute in range(minutes):
        escalation.step_due(after(minute))
    assert escalation.step_due(after(minutes) - timedelta(seconds=1)) == 0
    alert.refresh_from_db()
    assert alert.rung == rung - 1
    assert escalation.step_due(after(minutes)) == 1
    alert.refresh_from_db()
    assert (alert.rung, alert.state, alert.version) == (rung, "open", 1)
    assert roles_told(alert, rung=rung) == told


def test_the_last_call_of_a_p1_reaches_everybody_and_is_repeated(patient, ward, people):
    alert = an_alert(patient, ward)
    for minute in range(46):
        escalation.step_due(after(minute))
        alert.refresh_from_db()
        assert alert.is_unanswered is (minute >= 15)
    for rung in (4, 5, 6):
        told = Notification.objects.filter(alert=alert, rung=rung)
        assert {row.recipient for row in told} == set(people.values())
    assert [e.detail["rung"] for e in AlertEvent.objects.filter(kind="escalated")] == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip
    assert alert.next_step_at == after(60)


@pytest.mark.parametrize(("late_at", "rung"), [(29, 4), (44, 5), (46, 5)])
def test_a_last_call_that_came_late_is_not_repeated_at_once(late_at, rung, patient, ward):
    alert = an_alert(patient, ward)
    for minute in range(15 * (rung - 3)):
        escalation.step_due(after(minute))
    escalation.step_due(after(late_at))  # the sweep had stopped in between
    for minute in range(late_at, late_at + 15):
        escalation.step_due(after(minute))
    alert.refresh_from_db()
    assert (alert.rung, alert.next_step_at) == (rung, after(late_at + 15))


@pytest.mark.parametrize(("severity", "minutes", "rung"), [(P2, 600, 3), (P3, 600, 1)])
def test_other_ladders_end_and_stay_red_or_quiet(severity, minutes, rung, patient, ward):
    alert = an_alert(patient, ward, severity)
    for minute in range(0, minutes, 5):
        escalation.step_due(after(minute))
    alert.refresh_from_db()
    assert (alert.rung, alert.next_step_at) == (rung, None)
    assert alert.is_unanswered is (severity is P2)


def test_a_p4_calls_nobody_ever(patient, ward):
    alert = an_alert(patient, ward, P4)
    assert alert.next_step_at is None
    assert escalation.step_due(after(10_000)) == 0
    assert not Notification.objects.exists()


def test_sweeping_again_in_the_same_minute_repeats_nothing(patient, ward):
    an_alert(patient, ward)
    assert [escalation.step_due(after(3)) for _ in range(3)] == [1, 0, 0]


def test_after_an_outage_nobody_is_skipped_and_nobody_is_told_twice(patient, ward, people):
    alert = an_alert(patient, ward)
    assert escalation.step_due(after(12)) == 1
    alert.refresh_from_db()
    assert alert.rung == 3
    told = Notification.objects.filter(alert=alert, rung=3)
    assert sorted(row.recipient_id for row in told) == sorted(p.pk for p in people.values())
    assert kinds(alert) == ["raised", "escalated", "escalated", "escalated"]
    assert alert.next_step_at == after(15)


def test_repetitions_missed_in_an_outage_are_one(patient, ward):
    alert = an_alert(patient, ward)
    assert escalation.step_due(after(120)) == 1
    assert escalation.step_due(after(120)) == 0
    alert.refresh_from_db()
    assert (alert.rung, alert.next_step_at) == (4, after(135))


def test_a_ward_has_its_own_minutes(people, patient, ward):
    ward.alert_minutes = {"P1": {"rungs": [1, 2, 4, 8]}}
    ward.save()
    alert = an_alert(patient, ward)
    assert alert.respond_by == after(2)
    assert escalation.step_due(after(1)) == 1
    assert escalation.step_due(after(2)) == 1
    assert roles_told(alert, rung=2) == ["icu_outreach", "oncology_attending"]


def test_minutes_that_make_no_sense_do_not_silence_a_ward(patient, ward):
    ward.alert_minutes = {"P1": {"rungs": [0, -1]}}
    ward.save()
    an_alert(patient, ward)
    assert escalation.step_due(after(3)) == 1


def test_nobody_to_tell_is_an_event_and_the_ladder_goes_on():
    ward = a_ward()
    alert = an_alert(a_patient(ward), ward)
    escalation.step_due(after(3))
    assert kinds(alert) == ["raised", "nobody_to_tell", "escalated", "nobody_to_tell"]


def test_an_alert_without_a_ward_climbs_as_well():
    alert = an_alert(a_patient(None), None)
    assert escalation.step_due(after(3)) == 1
    alert.refresh_from_db()
    assert alert.rung == 1


def test_a_mailbox_is_told_where_there_is_no_person():
    ward = a_ward(fallback_email="ward@example.org")
    alert = an_alert(a_patient(ward), ward)
    escalation.step_due(after(10))
    rows = Notification.objects.filter(alert=alert)
    assert {(row.rung, row.recipient, row.mailbox) for row in rows} == {
        (0, None, "ward@example.org"), (3, None, "ward@example.org"),
    }  # fmt: skip


def test_a_severe_grade_calls_outreach_at_once(patient, ward):
    alert = an_alert(patient, ward, rule=Rule.A04, step=3)
    assert "icu_outreach" in roles_told(alert, rung=0)


def test_at_night_a_p3_waits_for_the_morning(patient, ward):
    night = NOW.replace(hour=21, minute=30)
    alert = an_alert(patient, ward, P3, now=night)
    assert alert.next_step_at == night.replace(hour=6, minute=0) + timedelta(days=1)


def test_the_gravest_step_comes_first(patient, ward):
    low = an_alert(patient, ward, P2, family=Family.FEVER)
    high = an_alert(patient, ward, P1)
    escalation.step_due(after(10))
    assert list(
        AlertEvent.objects.filter(kind="escalated").order_by("pk").values_list("alert", flat=True)
    ) == [high.pk, high.pk, high.pk, low.pk]


def test_an_alert_whose_step_fails_keeps_no_other_from_climbing(patient, ward, monkeypatch):
    broken = an_alert(patient, ward)
    other = an_alert(a_patient(ward), ward)
    tell = telling.tell

    def fail_for_one(alert, rungs, *, now):
        if alert.pk == broken.pk:
            raise ValueError("broken")
        return tell(alert, rungs, now=now)

    monkeypatch.setattr(telling, "tell", fail_for_one)
    with pytest.raises(ExceptionGroup) as failure:
        escalation.step_due(after(3))
    assert [str(each) for each in failure.value.exceptions] == ["broken"]
    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.rung, other.rung) == (0, 1)
    assert kinds(broken) == ["raised"]


def test_nothing_due_costs_two_queries(patient, ward, django_assert_num_queries):
    an_alert(patient, ward)
    with django_assert_num_queries(2):
        assert escalation.step_due(NOW) == 0


# --- Answers that end --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "eta", "minutes"), [(P1, 0, 15), (P1, 5, 20), (P1, None, 15), (P2, 15, 45)]
)
def test_an_answer_without_a_newer_set_ends_and_the_ladder_climbs_on(
    severity, eta, minutes, patient, ward, nurse
):
    alert = an_alert(patient, ward, severity)
    escalation.step_due(after(3))
    rung = Alert.objects.get().rung
    answered(alert, nurse, at=after(4), eta_minutes=eta)
    assert escalation.step_due(after(4 + minutes) - timedelta(seconds=1)) == 0
    assert escalation.step_due(after(4 + minutes)) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.rung) == ("open", None, rung + 1)
    assert kinds(alert)[-2:] == ["answer_expired", "escalated"]
    assert roles_told(alert, rung=rung + 1, step=3)


def test_where_nobody_holds_what_comes_next_those_before_hear_that_it_is_open(patient, ward, nurse):
    RotaSlot.objects.filter(role=RotaRole.SITE_NURSE_MANAGER).delete()
    alert = an_alert(patient, ward)
    escalation.step_due(after(5))
    answered(alert, nurse, at=after(6), eta_minutes=0)
    assert escalation.step_due(after(21)) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.rung) == ("open", 3)
    assert kinds(alert)[-3:] == ["answer_expired", "escalated", "nobody_to_tell"]
    before = ["bedside_nurse", "icu_outreach", "oncology_attending"]
    assert set(roles_told(alert, rung=3, step=3)) >= set(before)


def test_a_set_measured_after_the_answer_lets_it_stand(patient, ward, nurse):
    alert = an_alert(patient, ward)
    answered(alert, nurse, at=after(1))
    chart_set(patient, {"heart_rate_bpm": 90}, now=after(10))
    escalation.step_due(after(16))
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.next_step_at) == ("acknowledged", nurse, None)


def test_a_set_measured_before_the_answer_does_not(patient, ward, nurse):
    alert = an_alert(patient, ward)
    answered(alert, nurse, at=after(1))
    chart_set(patient, {"heart_rate_bpm": 90}, now=after(10), minutes_ago=9)
    escalation.step_due(after(16))
    alert.refresh_from_db()
    assert alert.state == "open"


@pytest.mark.parametrize("severity", [P3, P4])
def test_an_answer_to_something_less_urgent_holds(severity, patient, ward, nurse):
    alert = answered(an_alert(patient, ward, severity), nurse)
    assert alert.next_step_at is None


def test_the_end_of_a_ladder_is_called_again_after_an_answer_that_ended(patient, ward, nurse):
    alert = an_alert(patient, ward, P2)
    escalation.step_due(after(30))
    answered(alert, nurse, at=after(31))
    escalation.step_due(after(61))
    alert.refresh_from_db()
    assert (alert.rung, alert.is_unanswered, alert.next_step_at) == (4, True, None)
    assert roles_told(alert, rung=4) == ["oncology_attending"]


def test_whoever_has_no_account_any_more_has_no_alert(patient, ward, nurse):
    alert = answered(an_alert(patient, ward), nurse)
    nurse.is_active = False
    nurse.save()
    assert escalation.step_due(after(1)) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.rung) == ("open", 1)
    assert kinds(alert)[-2:] == ["owner_left", "escalated"]


# --- Cannot come -------------------------------------------------------------------------------


def test_who_cannot_come_calls_the_next_rung_at_once(patient, ward, nurse):
    alert = an_alert(patient, ward)
    assert escalation.cannot_come(alert, by=nurse, at=after(1))
    alert.refresh_from_db()
    assert (alert.state, alert.rung, alert.version) == ("open", 1, 1)
    assert alert.next_step_at == after(3)  # two minutes lie between rungs 1 and 2
    assert kinds(alert) == ["raised", "cannot_come", "escalated"]
    entry = AuditEntry.objects.get(action="alert.cannot_come")
    assert (entry.actor, entry.subject) == (nurse, f"alert:{alert.code}")


def test_saying_so_twice_calls_nobody_more_until_it_worsens(patient, ward, nurse):
    alert = an_alert(patient, ward)
    assert escalation.cannot_come(alert, by=nurse, at=NOW)
    assert not escalation.cannot_come(alert, by=nurse, at=NOW)
    assert escalation.cannot_come(alert, by=a_person(Role.NURSE, ward), at=NOW)
    raise_it(patient, ward, a_condition(step=3), now=after(1))
    assert escalation.cannot_come(alert, by=nurse, at=after(1))


def test_an_alert_that_somebody_has_calls_nobody(patient, ward, nurse):
    alert = answered(an_alert(patient, ward), nurse)
    assert not escalation.cannot_come(alert, by=a_person(Role.NURSE, ward), at=NOW)


def test_nobody_stands_above_a_p4(patient, ward, nurse):
    assert not escalation.cannot_come(an_alert(patient, ward, P4), by=nurse, at=NOW)


# --- Readings near their limit -----------------------------------------------------------------


def provisional(patient, ward, severity=P2):
    return an_alert(patient, ward, severity, is_provisional=True, confirm_within_minutes=10)


def test_a_reading_that_nobody_repeats_becomes_a_p1(patient, ward):
    alert = provisional(patient, ward)
    assert (alert.is_provisional, alert.next_step_at) == (True, after(10))
    assert escalation.step_due(after(10) - timedelta(seconds=1)) == 0
    assert escalation.step_due(after(10)) == 1
    alert.refresh_from_db()
    assert (alert.severity, alert.is_provisional, alert.version, alert.rung) == ("P1", False, 2, 0)
    assert alert.respond_by == after(15)
    assert kinds(alert) == ["raised", "not_rechecked"]
    assert roles_told(alert, rung=0, step=2) == ["bedside_nurse", "oncology_fellow"]
    assert escalation.step_due(after(13)) == 1


def test_an_answer_is_no_second_reading(patient, ward, nurse):
    alert = answered(provisional(patient, ward), nurse)
    assert escalation.step_due(after(10)) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.severity) == ("open", "P1")


def test_a_second_reading_confirms_at_once(patient, ward):
    alert = provisional(patient, ward)
    raise_it(patient, ward, a_condition(P1), now=after(5))
    alert.refresh_from_db()
    assert (alert.severity, alert.is_provisional, alert.next_step_at) == ("P1", False, after(8))
    assert kinds(alert) == ["raised", "confirmed"]


def test_another_reading_near_the_limit_does_not_put_the_time_off(patient, ward):
    alert = provisional(patient, ward)
    again = a_condition(P2, is_provisional=True, confirm_within_minutes=10)
    raise_it(patient, ward, again, now=after(8))
    alert.refresh_from_db()
    assert (alert.count, alert.is_provisional, alert.next_step_at) == (2, True, after(10))


def test_what_is_a_p1_already_needs_no_second_reading(patient, ward):
    alert = an_alert(patient, ward, P1)
    graver = a_condition(P2, step=3, is_provisional=True, confirm_within_minutes=10)
    raise_it(patient, ward, graver, now=after(1))
    alert.refresh_from_db()
    assert (alert.severity, alert.step, alert.is_provisional) == ("P1", 3, False)


def test_a_rung_is_resolved_to_people_when_it_is_due(patient, ward, people):
    an_alert(patient, ward)
    late = people[RotaRole.ONCOLOGY_ATTENDING]
    late.is_active = False
    late.save()
    escalation.step_due(after(5))
    told = Notification.objects.filter(role="oncology_attending")
    assert late not in {row.recipient for row in told}
    assert rota.holders(ward=ward, role="oncology_attending", patient_id=None, at=NOW) == []
