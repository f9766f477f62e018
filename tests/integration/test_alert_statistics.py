"""The alerts of a ward counted from its rows: charted, answered, put off, escalated, told."""

from datetime import timedelta

import pytest

from alerts import escalation, services, snooze, statistics
from alerts.models import Alert, Notification, RotaRole, SnoozeReason
from alerts.noise import Band
from alerts.policy import Family, Rule, Severity
from staff.models import Role
from tests.factories.alerts import MINUTE, a_condition, an_alert, answered, on_call, raise_it
from tests.factories.ward import (
    GRADE_2,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
    give,
)

pytestmark = pytest.mark.django_db
P1, P2, P3, P4 = Severity
HOUR = timedelta(hours=1)
LATER = NOW + 7 * HOUR
# Events, stays, sets, confirmations, treatments, messages.
QUERIES = 6


@pytest.fixture
def ward():
    return a_ward(code="7b")


@pytest.fixture
def nurse(ward):
    return a_person(Role.NURSE, ward)


def of(ward, *, days=7, now=LATER):
    return statistics.of_ward(ward, days=days, now=now)


def the_rule(found, rule):
    (row,) = [each for each in found.rules if each.rule is rule]
    return row


@pytest.mark.parametrize("patients", [1, 12])
def test_it_costs_the_same_queries_for_many_patients(
    patients, ward, nurse, django_assert_num_queries
):
    for _ in range(patients):
        patient = a_patient(ward)
        chart_set(patient, WELL, minutes_ago=60)
        chart_set(patient, GRADE_2)
        give(patient, "tocilizumab", minutes_ago=-5, now=NOW)
        answered(Alert.objects.get(patient=patient), nurse)
    with django_assert_num_queries(QUERIES):
        found = of(ward)
    assert found.alerts == patients


def test_a_ward_without_alerts_is_not_a_ward_with_good_figures(ward):
    found = of(ward)
    assert found.alerts == 0
    assert (found.rules, found.messages) == ((), ())
    assert [row.rate for row in found.bands] == [None, None, None]
    assert found.p1_share.percent is None
    assert [row.median_minutes for row in found.answers] == [None, None]


def test_an_alert_counts_where_the_grade_was_when_it_interrupted(ward):
    ill, well, ungraded = (a_patient(ward) for _ in range(3))
    chart_set(ill, GRADE_2)
    chart_set(well, WELL)
    an_alert(well, ward, P2, family=Family.OXYGEN, rule=Rule.A09)
    an_alert(ungraded, ward, P2)
    an_alert(well, ward, P3, family=Family.FEVER, rule=Rule.A01)  # interrupts nobody
    counts = {row.band: row.alerts for row in of(ward).bands}
    assert counts == {Band.CALM: 1, Band.ILL: 1, Band.UNKNOWN: 1}


def test_patient_days_are_those_on_the_ward(ward):
    patient = a_patient(ward)  # admitted nine days ago
    chart_set(patient, WELL, minutes_ago=24 * 60)
    chart_set(patient, GRADE_2)
    elsewhere = a_patient(a_ward())
    chart_set(elsewhere, WELL)
    found = of(ward, now=NOW + 12 * HOUR)
    days = {row.band: round(row.patient_days, 6) for row in found.bands}
    assert days == {Band.CALM: 1.0, Band.ILL: 0.5, Band.UNKNOWN: 5.5}
    assert {row.band: row.rate for row in found.bands}[Band.ILL] is None  # half a day


@pytest.mark.parametrize(
    ("minutes_after", "code", "acted"),
    [
        (30, "tocilizumab", 1), (30, "paracetamol", 0), (361, "tocilizumab", 0),
        (-5, "dexamethasone", 0),
    ],
)  # fmt: skip
def test_a_treatment_in_time_makes_it_a_useful_alert(minutes_after, code, acted, ward):
    patient = a_patient(ward)
    chart_set(patient, GRADE_2)
    give(patient, code, minutes_ago=0, now=NOW + minutes_after * MINUTE)
    share = the_rule(of(ward), Rule.A03).share
    assert (share.acted, share.judged) == (acted, 1)


def test_another_patients_treatment_says_nothing(ward):
    chart_set(a_patient(ward), GRADE_2)
    give(a_patient(ward), "tocilizumab", minutes_ago=-5, now=NOW)
    assert the_rule(of(ward), Rule.A03).share.acted == 0


def test_a_higher_grade_later_makes_the_alert_before_it_useful(ward):
    patient = a_patient(ward)
    chart_set(patient, WELL)
    an_alert(patient, ward, P2, family=Family.OXYGEN, rule=Rule.A09)
    chart_set(patient, GRADE_2, now=NOW + HOUR)
    found = of(ward)
    assert the_rule(found, Rule.A09).share.acted == 1
    # Its own grade is why the second one was raised.
    assert the_rule(found, Rule.A03).share.acted == 0


def test_an_alert_of_an_hour_ago_is_not_judged_yet(ward):
    chart_set(a_patient(ward), GRADE_2)
    row = the_rule(of(ward, now=NOW + HOUR), Rule.A03)
    assert (row.fired, row.share.judged, row.share.percent) == (1, 0, None)


def test_waits_end_with_the_first_answer(ward, nurse):
    for minutes in (1, 2, 3, 4, 50):
        answered(an_alert(a_patient(ward), ward, P1), nurse, at=NOW + minutes * MINUTE)
    an_alert(a_patient(ward), ward, P1)
    p1, p2 = of(ward).answers
    assert (p1.alerts, p1.answered, p1.median_minutes, p1.p90_minutes) == (6, 5, 3.0, None)
    assert (p2.alerts, p2.median_minutes) == (0, None)


def test_what_people_made_of_them_is_counted_by_reason(ward, nurse):
    charge = a_person(Role.CHARGE_NURSE, ward)
    off = an_alert(a_patient(ward), ward, P2)
    snooze.snooze(
        off, by=nurse, at=NOW, minutes=15, reason=SnoozeReason.NOT_CRS, version_seen=off.version
    )
    services.close(an_alert(a_patient(ward), ward, P2), reason="Another cause", at=NOW, by=charge)
    services.close(an_alert(a_patient(ward), ward, P2), reason="two normal sets", at=NOW)
    found = of(ward)
    assert (found.put_off, found.closed) == ({"Not CRS": 1}, {"Another cause": 1})
    row = the_rule(found, Rule.A03)
    assert (row.fired, row.put_off, row.closed_by_person) == (3, 1, 1)


def test_an_alert_that_climbed_counts_once_for_each_rung(ward):
    an_alert(a_patient(ward), ward, P1)
    an_alert(a_patient(ward), ward, P2)
    for minutes in range(1, 46):  # the last call of a P1 is repeated
        escalation.step_due(NOW + minutes * MINUTE)
    found = of(ward)
    assert [(row.severity, row.rung, row.alerts) for row in found.rungs] == [
        ("P1", 1, 1), ("P1", 2, 1), ("P1", 3, 1), ("P1", 4, 1),
        ("P2", 1, 1), ("P2", 2, 1), ("P2", 3, 1),
    ]  # fmt: skip
    assert found.rungs[1].tells == ("oncology_attending", "icu_outreach")
    assert the_rule(found, Rule.A03).escalated == 2


def test_messages_refused_and_waiting_are_seen(ward):
    on_call(ward, RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW)
    an_alert(a_patient(ward), ward, P1)
    first, *others = Notification.objects.order_by("pk")
    assert others
    Notification.objects.filter(pk=first.pk).update(failed_at=NOW)
    (row,) = of(ward, now=NOW + 2 * MINUTE).messages
    assert (row.owed, row.refused, row.waiting) == (1 + len(others), 1, 0)
    (row,) = of(ward, now=NOW + 2 * MINUTE + timedelta(seconds=1)).messages
    assert row.waiting == len(others)
    Notification.objects.filter(failed_at=None).update(sent_at=NOW)
    (row,) = of(ward).messages
    assert (row.accepted, row.refused, row.waiting) == (len(others), 1, 0)


def test_an_answered_alert_owes_no_more_messages(ward, nurse):
    on_call(ward, RotaRole.CHARGE_NURSE)
    alert = an_alert(a_patient(ward), ward, P1)
    answered(alert, nurse)
    Notification.objects.filter(kind="follow_up").delete()
    assert [row.waiting for row in of(ward).messages] == [0]


@pytest.mark.parametrize(("days", "seen"), [(7, 1), (28, 2)])
def test_the_time_is_the_last_7_or_28_days(days, seen, ward):
    an_alert(a_patient(ward), ward, now=NOW)
    an_alert(a_patient(ward), ward, now=NOW - timedelta(days=7, minutes=-1))
    assert of(ward, days=days, now=NOW + 2 * MINUTE).alerts == seen


def test_another_wards_alerts_are_not_counted(ward):
    elsewhere = a_ward()
    an_alert(a_patient(elsewhere), elsewhere)
    assert of(ward).alerts == 0


def test_a_rule_that_took_over_an_alert_fired_too(ward):
    patient = a_patient(ward)
    raise_it(patient, ward, a_condition(P3, step=0, rule=Rule.A06))
    raise_it(patient, ward, a_condition(P1, step=3, rule=Rule.A04), now=NOW + MINUTE)
    found = of(ward)
    assert found.alerts == 1
    assert {(row.rule, row.fired, row.interruptive) for row in found.rules} == {
        (Rule.A06, 1, 0), (Rule.A04, 1, 1),
    }  # fmt: skip
