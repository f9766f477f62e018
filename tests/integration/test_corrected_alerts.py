"""A correction is one set, not two: what it replaces does not count beside it."""

from datetime import timedelta

import pytest

from alerts.models import Alert, ClosedAs, Notification
from charting import chart
from staff.models import Role
from tests.factories.alerts import answered
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    an_entry,
    chart_set,
)

pytestmark = pytest.mark.django_db


def test_a_corrected_set_below_grade_2_is_not_two_sets_below_it():
    patient = a_patient(a_ward())
    for minutes in (60, 50):  # seen twice, so that it rests on no single reading
        chart_set(patient, GRADE_2, minutes_ago=minutes)
    wrong = chart_set(patient, WELL, minutes_ago=20).observations

    def correct(heart_rate_bpm):
        chart.correct_observations(
            wrong_id=wrong.pk,
            entry=an_entry(WELL | {"heart_rate_bpm": heart_rate_bpm}, taken_at=wrong.taken_at),
            corrected_by=a_person(),
            reason="typing slip",
            now=NOW,
        )

    correct(84)
    assert Alert.objects.not_closed().filter(patient=patient, family="crs_grade").exists()
    chart_set(patient, WELL)
    assert not Alert.objects.not_closed().filter(patient=patient, family="crs_grade").exists()


def correct(wrong, values, *, taken_at=None):
    return chart.correct_observations(
        wrong_id=wrong.observations.pk,
        entry=an_entry(values, taken_at=taken_at or wrong.observations.taken_at),
        corrected_by=a_person(),
        reason="typing slip",
        now=NOW,
    )


@pytest.fixture
def told_patient():
    """A patient on a ward that has somebody to tell."""
    ward = a_ward()
    a_person(Role.CHARGE_NURSE, ward)
    return a_patient(ward)


def grade_alerts(patient):
    return Alert.objects.filter(patient=patient, family="crs_grade").order_by("pk")


def test_a_first_fever_that_was_none_leaves_the_alert_in_its_episode(told_patient):
    patient = told_patient
    first = chart_set(patient, FEVER, minutes_ago=60)
    second = chart_set(patient, GRADE_3, minutes_ago=40)
    correct(first, WELL)
    count, told = grade_alerts(patient).get().count, Notification.objects.count()
    assert told
    chart_set(patient, GRADE_3)
    alert = grade_alerts(patient).get()
    assert (alert.state, alert.count) == ("open", count + 1)
    assert alert.episode_opened_at == second.observations.taken_at
    assert Notification.objects.count() == told


def test_a_set_whose_time_was_corrected_again_and_again_leaves_the_alert_in_its_episode():
    patient = a_patient(a_ward())
    charted = chart_set(patient, GRADE_3, minutes_ago=60)
    for minutes in (50, 40):
        charted = correct(charted, GRADE_3, taken_at=NOW - timedelta(minutes=minutes))
    alert = grade_alerts(patient).get()
    assert alert.episode_opened_at == charted.observations.taken_at


def test_who_answered_a_wrong_reading_hears_of_the_first_right_one(told_patient):
    patient, nurse = told_patient, a_person()
    wrong = chart_set(patient, GRADE_3, minutes_ago=60)
    answered(grade_alerts(patient).get(), nurse)
    # Not all that raised it is known of the replacement, so the alert stands.
    correct(wrong, {name: value for name, value in WELL.items() if name != "oxygen_device"})
    assert grade_alerts(patient).not_closed().get().state == "acknowledged"
    chart_set(patient, GRADE_3)
    before, after = grade_alerts(patient)
    assert (before.closed_as, after.state) == (ClosedAs.NEW_EPISODE, "open")
    assert Notification.objects.filter(alert=after).exists()
