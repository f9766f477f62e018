"""When the time of a dose is corrected, an open fever alert says the window as it then is."""

from datetime import timedelta

import pytest

from alerts.models import Alert, Notification
from alerts.policy import WORDS, Rule
from alerts.policy.fever import BEFORE_WINDOW_WORDS
from audit.models import AuditEntry
from charting import doses
from screens import alert_story
from staff.models import Role
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, a_ward, chart_set

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def ward():
    return a_ward()


@pytest.fixture
def charge(ward):
    return a_person(Role.CHARGE_NURSE, ward)


@pytest.fixture
def oncologist(ward):
    return a_person(Role.ONCOLOGIST, ward)


def febrile(ward, *, days_after_the_dose, minutes_ago=0):
    patient = a_patient(ward, infused_at=NOW - days_after_the_dose * DAY)
    chart_set(patient, FEVER, minutes_ago=minutes_ago)
    return patient


def correct(patient, *, days_ago, by):
    wrong = patient.infusions.get()
    return doses.record_infusion(
        patient_id=patient.pk,
        therapy=wrong.therapy,
        kind=wrong.kind,
        started_at=NOW - days_ago * DAY,
        recorded_by=by,
        now=NOW,
        supersedes=wrong,
        reason="the day was mistyped",
    )


def fever_of(patient):
    return Alert.objects.get(patient=patient, family="fever")


def test_an_alert_says_the_window_that_the_corrected_dose_opens(ward, charge, oncologist):
    patient = febrile(ward, days_after_the_dose=5)
    before = fever_of(patient)
    assert before.rule == Rule.A01
    told = Notification.objects.count()
    correct(patient, days_ago=60, by=oncologist)
    alert = fever_of(patient)
    assert alert.rule == Rule.A34
    assert alert.words == WORDS[Rule.A34]
    assert (alert.severity, alert.state, alert.version) == (
        before.severity,
        before.state,
        before.version,
    )
    assert Notification.objects.count() == told


def test_it_is_on_record_who_corrected_what_changed_the_words(ward, oncologist):
    patient = febrile(ward, days_after_the_dose=5)
    correct(patient, days_ago=60, by=oncologist)
    event = fever_of(patient).events.get(kind="reworded")
    assert event.by == oncologist
    assert event.detail == {"before": "A01", "rule": "A34"}
    assert AuditEntry.objects.filter(action="alert.reworded").count() == 1
    said = [line["words"] for line in alert_story.story(fever_of(patient), now=NOW)]
    assert "A dose was recorded or corrected: it now says the new risk window" in said


def test_what_is_graver_in_the_new_window_is_told_again(ward, charge, oncologist):
    patient = febrile(ward, days_after_the_dose=60)
    before = fever_of(patient)
    assert (before.rule, before.severity) == (Rule.A34, "P3")
    correct(patient, days_ago=5, by=oncologist)
    alert = fever_of(patient)
    assert (alert.rule, alert.severity) == (Rule.A01, "P1")
    assert alert.version > before.version
    assert Notification.objects.filter(alert=alert, recipient=charge).exists()


def test_words_of_one_window_are_not_left_in_another(ward, oncologist):
    patient = febrile(ward, days_after_the_dose=60)
    Alert.objects.update(
        rule="A33", evidence=fever_of(patient).evidence | {"words": BEFORE_WINDOW_WORDS}
    )
    correct(patient, days_ago=61, by=oncologist)
    assert fever_of(patient).words == WORDS[Rule.A34]


def test_a_set_entered_late_is_still_said_to_be(ward, oncologist):
    patient = febrile(ward, days_after_the_dose=5, minutes_ago=90)
    assert fever_of(patient).words.endswith("(entered late)")
    correct(patient, days_ago=60, by=oncologist)
    assert fever_of(patient).words == f"{WORDS[Rule.A34]} (entered late)"


def test_a_correction_within_the_same_window_changes_nothing(ward, oncologist):
    patient = febrile(ward, days_after_the_dose=5)
    correct(patient, days_ago=4, by=oncologist)
    assert list(fever_of(patient).events.values_list("kind", flat=True)) == ["raised"]


def test_without_an_open_fever_alert_nothing_is_raised(ward, oncologist):
    patient = a_patient(ward)
    chart_set(patient, WELL)
    correct(patient, days_ago=60, by=oncologist)
    assert not Alert.objects.exists()
