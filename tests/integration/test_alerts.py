"""Alerts: told once per step, answered by one person, delivered whatever breaks."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from alerts import delivery, health, pulse, services
from alerts.models import Alert, AlertEvent, DueSet, Heartbeat, Notification
from alerts.policy import Condition, Family, Rule, Severity
from alerts.services import StaleAlertError
from alerts.sweep import raise_overdue, sweep
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ward():
    return a_ward(phone="ext. 4417")


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def patient(ward):
    return a_patient(ward, family_name="Canary", given_name="Wren", mrn="MRN-CANARY", bed="B12")


def raised(patient, values=GRADE_2):
    chart_set(patient, values)
    return Alert.objects.get(patient=patient)


@pytest.mark.parametrize(
    ("values", "roles"),
    [
        (GRADE_2, {Role.CHARGE_NURSE, Role.ONCOLOGIST}),
        (GRADE_3, {Role.CHARGE_NURSE, Role.ONCOLOGIST}),
    ],
)
def test_a_p1_tells_charge_nurse_and_oncologist_of_this_ward(ward, patient, values, roles):
    for role in Role:
        a_person(role, ward)
        a_person(role, a_ward())
    raised(patient, values)
    told = Notification.objects.values_list("recipient__role", "recipient__memberships__ward")
    assert set(told) == {(role, ward.pk) for role in roles}


def test_somebody_without_an_address_or_an_account_is_not_counted_as_told(ward, patient):
    a_person(Role.CHARGE_NURSE, ward, email="")
    a_person(Role.CHARGE_NURSE, ward, is_active=False)
    alert = raised(patient)
    assert not Notification.objects.exists()
    assert AlertEvent.objects.filter(alert=alert, kind="nobody_to_tell").exists()
    pulse.beat(pulse.SENDER, now=NOW)
    assert not health.judge(NOW).ok


def test_the_mail_says_where_to_look_and_nothing_of_the_patient(ward, charge, patient):
    alert = raised(patient, GRADE_3)
    delivery.deliver_due(now=NOW)
    (message,) = mail.outbox
    text = message.subject + message.body
    for secret in ("Canary", "Wren", "MRN-CANARY", "B12", "1980", "38.6", "84", "tisa", "Kymriah",
                   "norepinephrine"):  # fmt: skip
        # The code is chance, and may happen to hold the digits of a value.
        assert secret not in text.replace(alert.code, "")
    assert alert.code in message.subject
    assert f"/alerts/{alert.code}/" in message.body
    assert "ext. 4417" in message.body
    assert "Not for use as the sole basis for a decision" in message.body
    assert message.to == [charge.email]
    assert max(map(len, message.body.splitlines())) <= 72
    assert len(message.body) <= 600


def test_a_message_keeps_its_id_when_it_is_sent_again(charge, patient):
    raised(patient)
    notification = Notification.objects.get()
    delivery.deliver_due(now=NOW)
    Notification.objects.update(sent_at=None)
    delivery.deliver_due(now=NOW)
    ids = {message.extra_headers["Message-ID"] for message in mail.outbox}
    assert ids == {notification.message_id}
    assert len(mail.outbox) == 2


def test_a_message_that_somebody_holds_is_left_alone_until_the_lease_ends(charge, patient):
    raised(patient)
    pk = Notification.objects.get().pk
    assert Notification.objects.claim(pk, at=NOW, owner="a sender that dies")
    assert not delivery.deliver(pk, now=NOW + timedelta(seconds=29))
    assert delivery.deliver(pk, now=NOW + timedelta(seconds=31))


def test_a_lease_from_a_clock_that_stepped_back_does_not_hold(charge, patient):
    raised(patient)
    pk = Notification.objects.get().pk
    assert Notification.objects.claim(pk, at=NOW + timedelta(hours=2), owner="before the step")
    assert delivery.deliver(pk, now=NOW)


def test_nobody_is_mailed_about_an_alert_that_was_answered(charge, patient):
    alert = raised(patient)
    services.acknowledge(alert, by=charge, at=NOW, eta_minutes=0, version_seen=alert.version)
    assert delivery.deliver_due(now=NOW) == 0


def test_acknowledging_is_named_and_timed(charge, patient):
    alert = raised(patient)
    services.acknowledge(alert, by=charge, at=NOW, eta_minutes=5, version_seen=alert.version)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_at, alert.eta_minutes) == (
        "acknowledged",
        charge,
        NOW,
        5,
    )


def test_what_was_not_seen_cannot_be_acknowledged(charge, patient):
    alert = raised(patient)
    seen = alert.version
    chart_set(patient, GRADE_3, minutes_ago=-1, now=NOW)
    with pytest.raises(StaleAlertError) as refusal:
        services.acknowledge(alert, by=charge, at=NOW, eta_minutes=0, version_seen=seen)
    assert refusal.value.alert.rule == "A04"
    assert Alert.objects.get().state == "open"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_wins():
    ward = a_ward()
    alert = raised(a_patient(ward))
    people = [a_person(Role.CHARGE_NURSE, ward) for _ in range(4)]
    outcomes = []

    def press(person):
        try:
            mine = Alert.objects.get(pk=alert.pk)
            services.acknowledge(mine, by=person, at=NOW, eta_minutes=0, version_seen=1)
            outcomes.append("won")
        except StaleAlertError:
            outcomes.append("lost")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost", "lost", "lost", "won"]
    assert AlertEvent.objects.filter(kind="acknowledged").count() == 1


def test_a_grade_alert_takes_the_fever_alert_in(charge, patient):
    chart_set(patient, FEVER, minutes_ago=30)
    chart_set(patient, GRADE_2)
    fever = Alert.objects.get(family="fever")
    assert (fever.state, fever.closed_reason) == ("closed", "included in the grade alert")
    assert Alert.objects.not_closed().get().family == "crs_grade"


def test_what_was_closed_while_a_set_was_charted_is_raised_anew(charge, patient):
    stale = raised(patient)
    services.close(Alert.objects.get(), reason="recovered", at=NOW, by=charge)
    condition = Condition(Rule.A04, Family.CRS_GRADE, Severity.P1, 3)
    found = services.raise_or_update(
        condition, patient_id=patient.pk, ward=stale.ward, now=NOW, existing=stale
    )
    assert found.is_new
    assert Alert.objects.get(pk=stale.pk).state == "closed"


def test_a_worsening_is_newer_than_the_answer_it_undoes(charge, patient):
    stale = raised(patient)
    services.acknowledge(
        Alert.objects.get(), by=charge, at=NOW, eta_minutes=5, version_seen=stale.version
    )
    condition = Condition(Rule.A04, Family.CRS_GRADE, Severity.P1, 3)
    services.raise_or_update(
        condition, patient_id=patient.pk, ward=stale.ward, now=NOW, existing=stale
    )
    worse = Alert.objects.get()
    assert (worse.state, worse.version) == ("open", stale.version + 2)


def test_fever_is_no_news_while_a_grade_alert_stands(charge, patient):
    chart_set(patient, GRADE_3, minutes_ago=30)
    chart_set(patient, FEVER)
    assert [alert.family for alert in Alert.objects.not_closed()] == ["crs_grade"]


def test_grade_2_closes_after_two_sets_below_it(patient):
    chart_set(patient, GRADE_2, minutes_ago=60)
    chart_set(patient, WELL, minutes_ago=40)
    assert Alert.objects.not_closed().filter(family="crs_grade").exists()
    chart_set(patient, WELL, minutes_ago=20)
    assert not Alert.objects.not_closed().exists()


def test_grade_3_is_closed_by_a_person_only(charge, patient):
    chart_set(patient, GRADE_3, minutes_ago=60)
    for minutes in (40, 20, 0):
        chart_set(patient, WELL, minutes_ago=minutes)
    alert = Alert.objects.not_closed().get(family="crs_grade")
    assert services.close(alert, reason="recovered", at=NOW, by=charge)
    assert not services.close(alert, reason="again", at=NOW, by=charge)
    assert not Alert.objects.not_closed().exists()


def test_a_worse_value_at_grade_2_leaves_the_end_of_grade_3_to_a_person(patient):
    chart_set(patient, GRADE_3, minutes_ago=80)
    told = Notification.objects.filter(alert__family="crs_grade").count()
    chart_set(patient, GRADE_2, minutes_ago=60)
    assert Notification.objects.filter(alert__family="crs_grade").count() >= told
    for minutes in (40, 20, 0):
        chart_set(patient, WELL, minutes_ago=minutes)
    alert = Alert.objects.not_closed().get(family="crs_grade")
    assert (alert.rule, alert.step, alert.version) == (Rule.A04, 3, 2)


@pytest.mark.parametrize(
    ("minutes_after_due", "severity"),
    [(30, None), (31, "P3"), (240, "P3"), (241, "P2")],
)
def test_an_overdue_set_is_raised_and_a_missed_one_is_told(
    charge, patient, minutes_after_due, severity
):
    due = chart_set(patient, WELL).due
    late = due.due_at + minutes_after_due * MINUTE
    raise_overdue(now=due.due_at + 31 * MINUTE if minutes_after_due > 31 else late)
    raise_overdue(now=late)
    alert = Alert.objects.filter(family="obs_overdue").first()
    assert (alert.severity if alert else None) == severity
    assert Notification.objects.count() == (1 if severity == "P2" else 0)


def test_a_missed_set_at_grade_2_is_a_p1(charge, patient):
    due = chart_set(patient, GRADE_2).due
    raise_overdue(now=due.missed_at + MINUTE)
    assert Alert.objects.get(family="obs_overdue").severity == "P1"


def test_sweeping_twice_raises_once(charge, patient):
    due = chart_set(patient, WELL).due
    assert raise_overdue(now=due.missed_at + MINUTE) == 1
    assert raise_overdue(now=due.missed_at + MINUTE) == 0
    assert Notification.objects.count() == 1


def test_a_charted_set_ends_the_overdue_alert(patient):
    due = chart_set(patient, WELL).due
    late = due.overdue_at + MINUTE
    raise_overdue(now=late)
    chart_set(patient, WELL, now=late)
    assert Alert.objects.get().closed_reason == "a set was charted"
    assert DueSet.objects.get().told_step == 0


def test_a_discharged_patient_is_never_overdue(ward, patient):
    from charting import stays

    due = chart_set(patient, WELL).due
    stays.discharge(patient.stays.get(), at=NOW, by=None, now=NOW)
    assert raise_overdue(now=due.missed_at + MINUTE) == 0


@pytest.mark.parametrize(("seconds", "ok"), [(60, True), (61, False)])
def test_a_silent_sender_shows(seconds, ok):
    pulse.beat(pulse.SENDER, now=NOW)
    pulse.beat(pulse.SWEEP, now=NOW)
    verdict = health.judge(NOW + timedelta(seconds=seconds))
    assert verdict.ok is ok
    assert bool(verdict.reasons) is not ok


def test_a_ward_where_no_sender_ever_ran_shows(db):
    assert not health.judge(NOW).ok


@pytest.mark.parametrize(("seconds", "ok"), [(60, True), (61, False)])
def test_a_late_message_shows_although_the_sender_runs(charge, patient, seconds, ok):
    raised(patient)
    later = NOW + timedelta(seconds=seconds)
    pulse.beat(pulse.SENDER, now=later)
    pulse.beat(pulse.SWEEP, now=later)
    assert health.judge(later).ok is ok


def test_a_sweep_does_all_of_it(charge, patient):
    due = chart_set(patient, GRADE_2).due
    sweep(now=due.missed_at + MINUTE, name="sender")
    assert len(mail.outbox) == 2  # the grade, and the missed set
    assert Heartbeat.objects.get(name="sender").counter == 1


def test_worry_alerts_without_a_number_and_twice_is_graver(charge, patient):
    chart_set(patient, WELL | {"worried": True}, minutes_ago=30, now=NOW)
    alert = Alert.objects.get()
    assert (alert.rule, alert.family, alert.severity) == ("A14", "hemodynamic", "P2")
    chart_set(patient, WELL | {"worried": True}, now=NOW + timedelta(minutes=90))
    alert.refresh_from_db()
    assert (alert.severity, alert.count) == ("P1", 2)
    assert Notification.objects.filter(recipient=charge).count() == 2


def test_two_worried_nurses_in_one_minute_are_graver_than_one(charge, patient):
    for _ in range(2):
        chart_set(patient, WELL | {"worried": True}, now=NOW)
    alert = Alert.objects.exclude(state="closed").get()
    assert (alert.rule, alert.severity) == ("A14", "P1")


def test_worry_two_hours_later_is_a_repeat(charge, patient):
    chart_set(patient, WELL | {"worried": True}, now=NOW)
    chart_set(patient, WELL | {"worried": True}, now=NOW + timedelta(minutes=121))
    alert = Alert.objects.get()
    assert (alert.severity, alert.count) == ("P2", 2)


def test_a_set_charted_after_worry_leaves_its_alert_standing(charge, patient):
    chart_set(patient, WELL | {"worried": True}, minutes_ago=30)
    chart_set(patient, WELL)
    assert Alert.objects.not_closed().get().count == 1
